package catalogue_test

const (
	tickets = "xcover/event-ticket-protection"
	parcels = "xcover/parcel-insurance"
	devices = "xcover/device-subscription"
)

// brokenPackages are edits of what is sold in packages: priced by what is
// insured, ended by an event, renewed, paid in parts, bundled and offered.
var brokenPackages = []breakage{
	// Shape.
	{"unknown attribute kind", parcels, "{kind: texts,", "{kind: words,", []found{
		{"kind: words", "attributes.parcel_products.sku.kind must be one of text, texts, amount, amounts, whole, flag, confirmation, date, instant, country"}}},
	{"attribute name", parcels, "  ship_cost:\n", "  ship.cost.net:\n", []found{
		{"ship.cost.net", "attributes.ship.cost.net is not known here"}}},
	{"term neither period nor event", devices, "[7D, 1M, 3M, 6M, 12M]", "[7D, 1M, 3M, 6M, 12M, events]", []found{
		{"events]", "kinds.renewable[5] is not a period such as 36M or 3Y"}}},
	{"no default term", parcels, "default_term: 60D\n", "", []found{
		{"# yaml-language-server", "default_term is missing"}}},
	{"renewal without grace", devices, ", grace_days: 14}", "}", []found{
		{"renewal: {", "renewal.grace_days is missing"}}},
	{"one part", tickets, "parts: 4, ", "parts: 1, ", []found{
		{"parts: 1, ", "instalments[1].parts must be at least 2"}}},
	{"bundle of one", parcels, "[device_subscription, parcel_insurance]", "[parcel_insurance]", []found{
		{"tariffs: [parcel", "bundles[0].tariffs must have at least 2 items"}}},
	{"discount without percent", parcels, "discount: 10%", "discount: 10", []found{
		{"discount: 10", "bundles[0].discount is not a share between 0 and 1, such as 19% or 0.19"}}},
	{"share without percent", tickets, "share: 8%", "share: 8", []found{
		{"share: 8", "tariffs[0].rates.event.share is not a share between 0 and 1, such as 19% or 0.19"}}},
	{"price in percent by currency", tickets, "{minimum: 1.00}", "{minimum: 1%}", []found{
		{"minimum: 1%", "tariffs[0].rates.event.prices.GBP.minimum is an amount of money, not a percentage"}}},
	{"offer without a title", tickets, "    title: Ticket protection\n", "", []found{
		{"en:\n    header", "offer.en.title is missing"}}},
	{"misplaced", tickets, "    partner_may_set_price: true\n", "    quote_days: 3\n", []found{
		{"quote_days: 3\n", "tariffs[0].quote_days is not known here"}}},

	// Prices.
	{"no currency", tickets, "GBP: {minimum: 1.00}", "GBX: {minimum: 1.00}", []found{
		{"GBX", `tariffs[0].rates.event.prices.GBX "GBX" is not an ISO 4217 currency`}}},
	{"currency of a market", tickets, "          JPY: {minimum: 150}\n", "", []found{
		{"prices:\n          GBP", "tariffs[0].rates.event.prices has none in JPY, which is the currency of a market"}}},
	{"minimum in cents of yen", tickets, "JPY: {minimum: 150}", "JPY: {minimum: 150.5}", []found{
		{"minimum: 150.5", "tariffs[0].rates.event.prices.JPY.minimum is no amount of JPY: it has more than 0 decimal digits"}}},
	{"nothing in one currency", parcels, "        share: 1.2%\n        prices:\n          GBP: {net: 0.40, minimum: 0.80}\n",
		"        prices:\n          GBP: {net: 0}\n", []found{
			{"GBP: {net: 0}", "tariffs[0].rates.60D.prices.GBP must be more than 0"}}},
	{"nothing at all", devices, "        share: 4%\n        prices: {GBP: {net: 6.90}, AUD: {net: 13.20}, USD: {net: 8.70}, EUR: {net: 7.90}}\n",
		"        share: 0%\n", []found{
			{"12M:\n", "tariffs[0].rates.12M must be more than 0"}}},
	{"net beside prices", parcels, "        share: 1.2%\n", "        net: 3\n", []found{
		{"net: 3\n", "tariffs[0].rates.60D.net does not go with prices, which say it by currency"}}},
	{"price said twice", parcels, "    rates:\n", "    net: {60D: 3}\n    rates:\n", []found{
		{"60D:\n", "tariffs[0].rates.60D is a second price for 60D"}}},
	{"no price at all", parcels, parcelRates, "", []found{
		{"code: parcel_insurance", "tariffs[0].net has no price for 60D"}}},
	{"rates without a term", devices, "[7D, 1M, 3M, 6M, 12M]", "[7D, 14D, 1M, 3M, 6M, 12M]", []found{
		{"rates:\n", "tariffs[0].rates has no price for 14D"}}},

	// What is insured.
	{"insured by an unknown attribute", parcels, "[cover_amount, parcel", "[covered, parcel", []found{
		{"covered, parcel", "insured_amount[0] is covered, which is no attribute of the kind amount or amounts"}}},
	{"insured by a text", parcels, ", ship_cost]", ", to_zipcode]", []found{
		{"to_zipcode]", "insured_amount[2] is to_zipcode, which is no attribute of the kind amount or amounts"}}},
	{"insured by nothing", devices, "insured_amount: [device_value]\n", "", []found{
		{"attributes:\n", "attributes.sales_price must be a required amount, because the price bands are bands of it"}}},
	{"unbounded texts", parcels, "{kind: texts, max_length: 128,", "{kind: texts,", []found{
		{"parcel_products.sku:\n", "attributes.parcel_products.sku.max_length belongs to every text and to nothing else"}}},

	// Events.
	{"event nobody gives", tickets, "{kind: instant, required: true,", "{kind: instant,", []found{
		{"ends_with: event_datetime\nkinds", "ends_with is event_datetime, which is no required attribute of the kind instant"}}},
	{"event without a time", tickets, "ends_with: event_datetime", "ends_with: event_name", []found{
		{"ends_with: event_name\nkinds", "ends_with is event_name, which is no required attribute of the kind instant"}}},
	{"event beside a term", tickets, "  fixed: [event]\n", "  fixed: [event, 12M]\ninterval: 1M\ndefault_term: 12M\n", []found{
		{"12M]", "kinds.fixed[1] must be event, because cover ends with event_datetime"},
		{"interval: 1M", "interval does not go with ends_with, which says how long cover lasts"},
		{"default_term: 12M", "default_term does not go with ends_with, which says how long cover lasts"},
		{"rates:\n", "tariffs[0].rates has no price for 12M"},
		{"instalments:", "instalments do not go with interval, which divides the premium already"}}},
	{"event that goes on", tickets, "  fixed: [event]\n", "  recurring: [event]\n", []found{
		{"event]", "kinds.recurring[0] is event, which can be sold as fixed only"}}},
	{"event that nothing names", parcels, "fixed: [60D]", "fixed: [60D, event]", []found{
		{"event]", "kinds.fixed[1] is event, but no ends_with names the attribute that says when"},
		{"rates:\n", "tariffs[0].rates has no price for event"}}},

	// Renewals.
	{"renewable without a rule", devices, "renewal: {notice_days: 30, grace_days: 14}\n", "", []found{
		{"# yaml-language-server", "renewal is missing, although the product is sold as renewable"}}},
	{"rule without renewals", parcels, "default_term: 60D\n", "default_term: 60D\nrenewal: {notice_days: 30, grace_days: 14}\n", []found{
		{"renewal: {", "renewal goes with the kind renewable, which is not sold"}}},
	{"renewable over a year", devices, "6M, 12M]", "6M, 12M, 2Y]", []found{
		{"2Y]", "kinds.renewable[5] is over a year, for which no policy can renew (VVG §11(1))"},
		{"rates:\n", "tariffs[0].rates has no price for 24M"}}},
	{"renewable by interval", devices, "[7D, 1M, 3M, 6M, 12M]\n", "[1M, 3M, 6M, 12M]\ninterval: 1M\n", []found{
		{"interval: 1M", "interval does not go with the kind renewable, whose terms are each paid for at once"},
		{"7D:\n", "tariffs[0].rates.7D is the price of a term that no kind offers"}}},

	// Instalments, bundles and offers.
	{"plan twice", tickets, "name: 1year-quarterly", "name: 1year-monthly", []found{
		{"name: 1year-monthly, label: 1Year-Quarterly", "instalments[1].name 1year-monthly is the name of an earlier plan"}}},
	{"bundle of others", parcels, "[device_subscription, parcel_insurance]", "[device_subscription, event_ticket_protection]", []found{
		{"tariffs: [device", "bundles[0].tariffs name no tariff of this product"}}},
	{"bundle for nothing", parcels, "discount: 10%", "discount: 100%", []found{
		{"discount: 100%", "bundles[0].discount must be more than 0% and less than 100%"}}},
	{"bundle without a discount", parcels, "discount: 10%", "discount: 0", []found{
		{"discount: 0", "bundles[0].discount must be more than 0% and less than 100%"}}},
	{"bundle twice", parcels, "    discount: 10%\n", "    discount: 10%\n  - {code: device-and-delivery, name: {de: x, en: x}, tariffs: [parcel_insurance, x], discount: 5%}\n", []found{
		{"code: device-and-delivery, name", "bundles[1].code device-and-delivery is the code of an earlier bundle"}}},
	{"bundle untranslated", parcels, "{de: Gerät und Versand, en: Device and delivery}", "{de: Gerät und Versand}", []found{
		{"name: {de: Gerät", "bundles[0].name has no text in en"}}},
	{"offer in a foreign language", tickets, "  en:\n    title: Ticket protection", "  fr:\n    title: Ticket protection", []found{
		{"offer:\n", "offer has no text in en"},
		{"fr:\n", "offer.fr is not a language of the file, which are de, en"}}},
}

const parcelRates = `    rates:
      60D:
        share: 1.2%
        prices:
          GBP: {net: 0.40, minimum: 0.80}
          AUD: {net: 0.75, minimum: 1.50}
          USD: {net: 0.50, minimum: 1.00}
          EUR: {net: 0.45, minimum: 0.90}
          JPY: {net: 70, minimum: 140}
`
