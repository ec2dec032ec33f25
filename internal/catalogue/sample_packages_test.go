package catalogue_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
)

// asked is a wish for a quote in a market, with what is insured.
func asked(country, currency, period, startsAt string, attributes map[string]string) insurance.Proposal {
	start, err := insurance.ParseInstant(startsAt)
	if err != nil {
		panic(err)
	}
	wish := insurance.Proposal{
		Reference: "P97RG-NPLHL-INS", Country: insurance.Country(country), Currency: insurance.Currency(currency),
		StartsAt: start, Object: insurance.Object{Attributes: attributes},
		Policyholder: insurance.Party{FirstName: "Ada", LastName: "Example", Email: "ada@example.com", Country: insurance.Country(country)},
	}
	if period != "" {
		if wish.Term, err = insurance.ParsePeriod(period); err != nil {
			panic(err)
		}
	}
	return wish
}

// quoted prices a wish as the sandbox would, at an instant.
func quoted(t testing.TB, c *catalogue.Catalogue, tariffCode string, wish insurance.Proposal, at time.Time) (insurance.Product, insurance.Quote) {
	t.Helper()
	product, tariff, ok := c.Find("xcover", tariffCode, insurance.DateIn(at, time.UTC))
	if !ok {
		t.Fatalf("%s is not on sale", tariffCode)
	}
	wish.Tariff = tariffCode
	if problems := wish.CheckQuote(product, at); len(problems) > 0 {
		t.Fatalf("%s: %v", tariffCode, problems)
	}
	quote, refused := product.Quote(tariff, wish, at)
	if refused != nil {
		t.Fatalf("%s: %v", tariffCode, refused)
	}
	return product, quote
}

// TestWhatAPackageCosts pins what the sandbox promises.
func TestWhatAPackageCosts(t *testing.T) {
	t.Parallel()
	const start = "2026-12-24T19:30:00+01:00"
	event := func(insured ...string) map[string]string {
		attributes := map[string]string{"event_datetime": "2026-12-24T19:30:00+01:00"}
		for i := 0; i < len(insured); i += 2 {
			attributes[insured[i]] = insured[i+1]
		}
		return attributes
	}
	device := map[string]string{"device_name": "Phone", "device_value": "600"}
	c := load(t, catalogue.Sample())
	for _, row := range []struct {
		tariff, country, currency, period string
		attributes                        map[string]string
		net, tax, commission, term, kind  string
	}{
		{"event_ticket_protection", "GB", "GBP", "", event("total_ticket_price", "100.0"), "8.00", "0.96", "2.40", "", "fixed"},
		{"event_ticket_protection", "", "GBP", "", event("tickets.price", "60\n40.00"), "8.00", "0.96", "2.40", "", "fixed"},
		{"event_ticket_protection", "GB", "GBP", "", event("total_ticket_price", "100", "tickets.price", "1"), "8.00", "0.96", "2.40", "", "fixed"},
		{"event_ticket_protection", "GB", "GBP", "", event("total_ticket_price", "5"), "1.00", "0.12", "0.30", "", "fixed"},
		{"event_ticket_protection", "AU", "AUD", "", event("total_ticket_price", "250"), "20.00", "2.00", "6.00", "", "fixed"},
		{"event_ticket_protection", "US", "USD", "", event("total_ticket_price", "80"), "6.40", "0.00", "1.92", "", "fixed"},
		{"event_ticket_protection", "DE", "EUR", "", event("total_ticket_price", "80"), "6.40", "1.22", "1.92", "", "fixed"},
		{"event_ticket_protection", "AT", "EUR", "", event("total_ticket_price", "80"), "6.40", "0.70", "1.92", "", "fixed"},
		{"event_ticket_protection", "NZ", "NZD", "", event("total_ticket_price", "80"), "6.40", "0.96", "1.92", "", "fixed"},
		{"event_ticket_protection", "JP", "JPY", "", event("total_ticket_price", "12000"), "960", "0", "288", "", "fixed"},
		{"event_ticket_protection", "JP", "JPY", "", event("total_ticket_price", "100"), "150", "0", "45", "", "fixed"},
		{"event_ticket_protection", "DE", "GBP", "", event("total_ticket_price", "100"), "8.00", "1.52", "2.40", "", "fixed"},
		{"parcel_insurance", "GB", "GBP", "", map[string]string{"cover_amount": "200"}, "2.80", "0.34", "0.70", "60D", "fixed"},
		{"parcel_insurance", "US", "USD", "", map[string]string{"parcel_products.value": "20\n30"}, "1.10", "0.00", "0.28", "60D", "fixed"},
		{"parcel_insurance", "JP", "JPY", "", map[string]string{"ship_cost": "900"}, "140", "0", "35", "60D", "fixed"},
		{"device_subscription", "GB", "GBP", "", device, "8.50", "1.02", "2.13", "3M", "renewable"},
		{"device_subscription", "GB", "GBP", "7D", device, "0.80", "0.10", "0.20", "7D", "renewable"},
		{"device_subscription", "GB", "GBP", "1M", device, "3.20", "0.38", "0.80", "1M", "renewable"},
		{"device_subscription", "AU", "AUD", "6M", device, "19.50", "1.95", "4.88", "6M", "renewable"},
		{"device_subscription", "DE", "EUR", "1Y", device, "31.90", "6.06", "7.98", "12M", "renewable"},
	} {
		_, quote := quoted(t, c, row.tariff, asked(row.country, row.currency, row.period, start, row.attributes), noon)
		p := quote.Premium
		got := []string{p.Net.Decimal(), p.Tax.Decimal(), p.Commission.Decimal(), quote.Terms.Term.String(), string(quote.Terms.Kind)}
		if want := []string{row.net, row.tax, row.commission, row.term, row.kind}; !slices.Equal(got, want) {
			t.Errorf("%s %s in %s %v: net, tax, commission, term and kind are %v, not %v",
				row.tariff, row.period, row.country, row.attributes, got, want)
		}
	}
}

// TestAPartnerMaySetThePriceOfATicket whose event begins when cover does.
func TestAPartnerMaySetThePriceOfATicket(t *testing.T) {
	t.Parallel()
	wish := asked("GB", "GBP", "", "2026-12-30T07:01:25.427+00:00", map[string]string{
		"event_datetime": "2026-12-30T07:01:25.427+00:00", "event_name": "Gala", "event_location": "London",
		"number_of_tickets": "2", "total_ticket_price": "100.0", "resale_ticket": "false", "event_country": "GB",
	})
	wish.PartnerPrice = "5"
	_, quote := quoted(t, load(t, catalogue.Sample()), "event_ticket_protection", wish, noon)
	if p := quote.Premium; p.Gross.Decimal() != "5.00" || p.Net.Decimal() != "4.46" || p.Tax.Decimal() != "0.54" {
		t.Errorf("%s + %s = %s", p.Net, p.Tax, p.Gross)
	}
	if !quote.Terms.EndsAt.Equal(quote.Terms.StartsAt) {
		t.Errorf("cover lasts from %s to %s", quote.Terms.StartsAt, quote.Terms.EndsAt)
	}
}

// TestTheDeviceHasAVersionOnEveryDay shows what renewals are priced on.
func TestTheDeviceHasAVersionOnEveryDay(t *testing.T) {
	t.Parallel()
	c := load(t, catalogue.Sample())
	last := insurance.MustDate("2032-12-31")
	for day := insurance.MustDate("2025-01-01"); !day.After(last); day = day.AddDays(1) {
		want := 1
		if day.Year >= 2028 {
			want = 2
		}
		if product, _, ok := c.Find("xcover", "device_subscription", day); !ok || product.Version != want {
			t.Fatalf("on %s it is version %d", day, product.Version)
		}
	}
	at := time.Date(2028, 1, 1, 12, 0, 0, 0, time.UTC)
	wish := asked("GB", "GBP", "", "2028-01-31", map[string]string{"device_name": "Phone", "device_value": "600"})
	if _, quote := quoted(t, c, "device_subscription", wish, at); quote.Premium.Gross.Decimal() != "10.53" {
		t.Errorf("a quarter costs %s on the second version", quote.Premium.Gross)
	}
}

// anything draws a value of an attribute.
func anything(t *rapid.T, rule insurance.Attribute, currency insurance.Currency) string {
	amount := func() string {
		return insurance.Money{Minor: rapid.Int64Range(1, 1e9).Draw(t, rule.Name), Currency: currency}.Decimal()
	}
	switch rule.Kind {
	case insurance.AttributeAmount:
		return amount()
	case insurance.AttributeAmounts:
		return amount() + "\n" + amount()
	case insurance.AttributeInstant:
		return "2029-02-28T20:00:00.5-03:00"
	case insurance.AttributeWhole:
		return strconv.Itoa(rapid.IntRange(0, 1000).Draw(t, rule.Name))
	case insurance.AttributeFlag:
		return strconv.FormatBool(rapid.Bool().Draw(t, rule.Name))
	case insurance.AttributeCountry:
		return "PT"
	default:
		return "something"
	}
}

// TestEveryPackageOfferedHasAPrice draws from all that the sample offers in
// packages: whatever part of the attributes is given, it is priced without
// refusal, and becomes a policy.
func TestEveryPackageOfferedHasAPrice(t *testing.T) {
	t.Parallel()
	products := load(t, catalogue.Sample()).Products("xcover")
	rapid.Check(t, func(t *rapid.T) {
		product := rapid.SampledFrom(products).Draw(t, "product")
		tariff := product.Tariffs[0]
		row := rapid.SampledFrom(tariff.Terms).Draw(t, "term")
		market := rapid.SampledFrom(product.Markets).Draw(t, "market")
		currency := rapid.SampledFrom(slices.Sorted(maps.Keys(row.Prices))).Draw(t, "currency")
		attributes := map[string]string{}
		insured := rapid.SampledFrom(product.InsuredAmount).Draw(t, "insured")
		for _, rule := range product.Attributes {
			if rule.Required || rule.Name == insured || rapid.Bool().Draw(t, "given") {
				attributes[rule.Name] = anything(t, rule, currency)
			}
		}
		wish := asked(string(market.Country), string(currency), row.Term.String(), "2028-06-30T23:59:59+14:00", attributes)
		now := wish.StartsAt.AddDate(0, 0, -rapid.IntRange(-product.MaxBehind+1, product.MaxAhead-1).Draw(t, "days ahead"))
		if problems := wish.CheckQuote(product, now); len(problems) > 0 {
			t.Fatal(problems)
		}
		quote, refused := product.Quote(tariff, wish, now)
		if refused != nil {
			t.Fatal(refused)
		}
		p := quote.Premium
		if p.Net.Add(p.Tax) != p.Gross || p.Net.Minor <= 0 || (p.Tax.Minor > 0) != (len(market.Taxes) > 0) || p.Commission.Cmp(p.Net) >= 0 {
			t.Fatalf("%s + %s = %s, commission %s", p.Net, p.Tax, p.Gross, p.Commission)
		}
		policy, written := insurance.Bind(quote, wish, product, "CN-1", now)
		if written.Premium.Gross != p.Gross || (policy.Renewal != nil) != product.Offers(insurance.KindRenewable) {
			t.Fatalf("bound at %s with renewal %v", written.Premium.Gross, policy.Renewal)
		}
	})
}

// TestEveryPackageCanBePutOnPaper renders each document of each product in
// each of its languages and markets.
func TestEveryPackageCanBePutOnPaper(t *testing.T) {
	t.Parallel()
	attributes := map[string]string{
		"event_datetime": "2029-12-24T19:30:00+01:00", "total_ticket_price": "120", "tickets.price": "60\n60",
		"parcel_products.sku": "A-1\nB-2", "cover_amount": "120", "device_name": "Phone", "device_value": "600",
	}
	for _, product := range load(t, catalogue.Sample()).Products("xcover") {
		known := maps.Clone(attributes)
		maps.DeleteFunc(known, func(name, _ string) bool { _, ok := product.Attribute(name); return !ok })
		for _, market := range product.Markets {
			wish := asked(string(market.Country), string(market.Currency), "", "2028-02-01", known)
			at := wish.StartsAt
			quote, refused := product.Quote(product.Tariffs[0], wish, at)
			if refused != nil {
				t.Fatalf("%s in %s: %v", product.Code, market.Country, refused)
			}
			policy, _ := insurance.Bind(quote, wish, product, "CN-7K3F-92QM-4", at)
			for _, language := range product.Languages {
				t.Run(fmt.Sprint(product.Code, product.Version, market.Country, language), func(t *testing.T) {
					t.Parallel()
					onPaper(t, product, policy, language, at)
				})
			}
		}
	}
}

func onPaper(t *testing.T, product insurance.Product, policy insurance.Policy, language insurance.Language, at time.Time) {
	t.Helper()
	information := document.Information{Product: product, Country: policy.Country, Language: language, IssuedAt: at}
	for name, render := range map[string]func() ([]byte, error){
		"certificate": func() ([]byte, error) {
			return document.RenderCertificate(document.Certificate{Policy: policy, Product: product, IssuedAt: at, Language: language})
		},
		"information": func() ([]byte, error) { return document.RenderInformation(information) },
		"withdrawal": func() ([]byte, error) {
			return document.RenderWithdrawalInstruction(document.WithdrawalInstruction(information))
		},
	} {
		if pdf, err := render(); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Errorf("the %s: %v", name, err)
		}
	}
}

// TestPackagesSayWhatACheckoutNeeds: words in every language, and rules that
// partners build on.
func TestPackagesSayWhatACheckoutNeeds(t *testing.T) {
	t.Parallel()
	for _, product := range load(t, catalogue.Sample()).Products("xcover") {
		for _, language := range product.Languages {
			offer := product.Offer[language]
			if offer.Title == "" || offer.OptOut == "" || len(offer.Inclusions) == 0 || len(offer.Exclusions) == 0 ||
				!strings.Contains(offer.UnderwriterNote, product.Insurer.Name) {
				t.Errorf("%s offers %+v in %s", product.Code, offer, language)
			}
		}
		var partners []insurance.Reason
		for _, rule := range product.Cancellation.Reasons {
			if rule.PartnerMay {
				partners = append(partners, rule.Reason)
			}
		}
		if !slices.Equal(partners, []insurance.Reason{insurance.ReasonWithdrawal, insurance.ReasonOrdinary}) {
			t.Errorf("%s: partners may declare %v", product.Code, partners)
		}
		if product.QuoteDays != 30 || product.Withdrawal != (insurance.Withdrawal{Days: 14, Refund: insurance.RefundFull}) {
			t.Errorf("%s holds quotes for %d days, withdrawal %+v", product.Code, product.QuoteDays, product.Withdrawal)
		}
	}
}

// TestWhatWasRecordedStays: sandboxes have recorded the digests of these
// files, and would not start on others.
func TestWhatWasRecordedStays(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"hepster/bike.yaml":               "3c8fa5a00cbd267cd8e17b4c1d50486aa217d34ee818e9b9470490d211878f30",
		"hepster/phone-subscription.yaml": "2f80aea207baae5b12812eb5fc902ec1d5dbc571dc5d0490e8e51e712354f7dc",
		"hepster/repair.yaml":             "7e0ea5b8c3e575c7a1381f1d7fc6263a905c63ced13cf32bcc72601cf36d58c8",
		"hepster/warranty-extension.yaml": "c9188ac3eaed5de2765400a96f4cf6e10a47b82306fcfe1c90c778c2cae1869b",
	} {
		digest := sha256.Sum256([]byte(sample(t, name)))
		if got := hex.EncodeToString(digest[:]); got != want {
			t.Errorf("%s was changed after it was sold: %s", name, got)
		}
	}
}
