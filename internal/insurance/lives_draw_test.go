package insurance

import (
	"strconv"
	"time"

	"pgregory.net/rapid"
)

// attributeEventAt is the instant with which the cover of some lives ends.
const attributeEventAt = "event_at"

// someLife draws a product with any rules of ending and sells it: days and
// months, month ends, single premiums and instalments, renewals that are paid
// for, events, zones and clocks.
func someLife(t *rapid.T) *life {
	return someLifeOf(t, KindRecurring, KindFixed, KindRenewable, "")
}

// someLifeOf is someLife of one of some kinds; that of an event has no name.
func someLifeOf(t *rapid.T, kinds ...Kind) *life {
	product, wish := phoneRepair(), phoneProposal()
	product.Kinds = []Kind{KindRecurring, KindFixed, KindRenewable}
	wish.Kind = rapid.SampledFrom(kinds).Draw(t, "kind")
	someMarket(t, &product.Markets[0])
	someRules(t, &product)
	wish.Object.Attributes = map[string]string{AttributeSalesPrice: "555"}
	wish.InceptionOn = someInception().Draw(t, "inception")
	zone := product.Markets[0].Zone
	if rapid.Bool().Draw(t, "starts at an instant") {
		minutes := time.Duration(rapid.IntRange(0, 24*60-1).Draw(t, "starts")) * time.Minute
		wish.StartsAt = wish.InceptionOn.Start(zone).Add(minutes)
	}
	someTerms(t, &product, &wish)
	product.Tariffs[0].PartnerMaySetPrice = true
	switch rapid.IntRange(0, 7).Draw(t, "who sets the price") {
	case 0, 1:
		wish.PartnerPrice = strconv.Itoa(rapid.IntRange(1, 999).Draw(t, "partner price"))
	case 2:
		wish.TenderPrice = strconv.Itoa(rapid.IntRange(1, 999).Draw(t, "tender price"))
	}
	at := wish.InceptionOn.AddDays(-rapid.IntRange(-28, 60).Draw(t, "sold ahead")).Start(zone)
	at = at.Add(time.Duration(rapid.IntRange(0, 23*60).Draw(t, "minute")) * time.Minute)
	quote, refused := product.Quote(product.Tariffs[0], wish, at)
	if refused != nil {
		t.Fatalf("%v", refused)
	}
	policy, entry := Bind(quote, wish, product, "I1", at)
	l := &life{t: t, product: product, policy: policy, ledger: []Entry{entry}, now: at}
	if rapid.Bool().Draw(t, "another version is on sale") {
		next := someNextVersion(t, product)
		l.onSale = &next
	}
	return l
}

// someMarket draws zone, currency and taxes, of which one may change its rate.
func someMarket(t *rapid.T, market *Market) {
	market.Zone = zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
	market.Currency = rapid.SampledFrom([]Currency{"EUR", "JPY", "BHD"}).Draw(t, "currency")
	market.Taxes = market.Taxes[:rapid.IntRange(0, 2).Draw(t, "taxes")]
	change := anyDate("2024-01-01", "2027-12-31").Draw(t, "tax changes")
	for i := range market.Taxes {
		market.Taxes[i].InForce = Span{}
	}
	if len(market.Taxes) == 2 && rapid.Bool().Draw(t, "the rate changes") {
		market.Taxes[0].InForce.To, market.Taxes[1].InForce.From = change, change.AddDays(1)
	}
}

func someRules(t *rapid.T, product *Product) {
	product.Withdrawal.Days = rapid.IntRange(0, 30).Draw(t, "withdrawal days")
	product.Renewal = RenewalRule{
		NoticeDays: rapid.SampledFrom([]int{0, 1, 14, 30, 400}).Draw(t, "notice days"),
		GraceDays:  rapid.SampledFrom([]int{0, 1, 7, 14, 40}).Draw(t, "grace days"),
	}
	product.Cancellation.Notice = rapid.SampledFrom([]Period{{}, Days(3), Months(1), Months(3)}).Draw(t, "notice")
	for i := range product.Cancellation.Reasons {
		rule := &product.Cancellation.Reasons[i]
		rule.Refund = rapid.SampledFrom([]Refund{RefundFull, RefundProRata, RefundNone}).Draw(t, "refund")
		if rule.Ending == TransitionCancel && rapid.Bool().Draw(t, "other effect") {
			rule.Effect = rapid.SampledFrom([]Effect{EffectReceipt, EffectDay, EffectTermEnd, EffectInception}).Draw(t, "effect")
			rule.Kinds = nil
		}
	}
}

// someTerms decides how long cover runs: for a term, in intervals or without,
// or until an event.
func someTerms(t *rapid.T, product *Product, wish *Proposal) {
	tariff := &product.Tariffs[0]
	row := TermPrice{
		Net:   MustRate(rapid.SampledFrom([]string{"4.67", "0.01", "0", "129.9", "1"}).Draw(t, "net")),
		Share: MustRate(rapid.SampledFrom([]string{"0", "0.0123", "0.1"}).Draw(t, "share")),
	}
	tariff.Interval, tariff.DefaultTerm = Period{}, Period{}
	switch wish.Kind {
	case "":
		product.EndsWith = attributeEventAt
		starts := wish.StartsAt
		if starts.IsZero() {
			starts = wish.InceptionOn.Start(product.Markets[0].Zone)
		}
		wish.Object.Attributes[attributeEventAt] = someEvent(t, starts)
	case KindRenewable:
		row.Term = rapid.SampledFrom([]Period{Days(7), Months(1), Months(3), Months(6), Months(12)}).Draw(t, "term")
		tariff.Interval = rapid.SampledFrom([]Period{{}, row.Term}).Draw(t, "interval")
	default:
		tariff.Interval, row.Term = someIntervals(t)
		wish.Interval = someChoice(t, tariff, row.Term)
	}
	tariff.Terms, wish.Term = []TermPrice{row}, row.Term
}

func someIntervals(t *rapid.T) (interval, term Period) {
	interval = rapid.SampledFrom([]Period{{}, Months(1), Months(3), Days(7), Days(30)}).Draw(t, "interval")
	if interval.IsZero() {
		return interval, rapid.SampledFrom([]Period{Months(1), Months(12), Months(36), Days(14)}).Draw(t, "term")
	}
	times := rapid.IntRange(1, 6).Draw(t, "intervals in a term")
	return interval, Period{Months: interval.Months * times, Days: interval.Days * times}
}

// someChoice draws how often premiums are paid, of what the tariff offers.
func someChoice(t *rapid.T, tariff *Tariff, term Period) Period {
	choices := []Period{{}}
	for _, every := range []Period{Months(1), Months(2), Months(6), Days(7)} {
		if every != tariff.Interval && !tariff.Interval.IsZero() && every.Divides(term) {
			tariff.Intervals = append(tariff.Intervals, IntervalPrice{Every: every, Loading: MustRate("0.03")})
			choices = append(choices, every)
		}
	}
	return rapid.SampledFrom(choices).Draw(t, "chosen interval")
}

// someEvent is an instant from a start on, as an attribute holds it.
func someEvent(t *rapid.T, starts time.Time) string {
	hours := time.Duration(rapid.IntRange(0, 200*24).Draw(t, "event")) * time.Hour
	return starts.Add(hours).UTC().Format(time.RFC3339Nano)
}

// someNextVersion is the product at another price.
func someNextVersion(t *rapid.T, product Product) Product {
	next := product
	next.Version++
	next.Tariffs = append([]Tariff(nil), product.Tariffs...)
	row := product.Tariffs[0].Terms[0]
	row.Net = MustRate(rapid.SampledFrom([]string{"9.99", "0.02", "3"}).Draw(t, "net of the next version"))
	next.Tariffs[0].Terms = []TermPrice{row}
	return next
}

func someInception() *rapid.Generator[Date] {
	ends := []string{"2024-01-31", "2024-02-29", "2023-12-31", "2025-01-30", "2025-01-29", "2025-03-31", "2024-10-27"}
	return rapid.OneOf(rapid.Map(rapid.SampledFrom(ends), MustDate), anyDate("2024-01-01", "2026-12-31"))
}

func (l *life) someDeclaration(t *rapid.T) Declaration {
	d := Declaration{
		Reason:    rapid.SampledFrom(Reasons()).Draw(t, "reason"),
		ByPartner: rapid.Bool().Draw(t, "by partner"),
	}
	if rapid.Bool().Draw(t, "names a day") {
		from := DateIn(l.now, l.policy.Zone)
		if l.ahead && rapid.Bool().Draw(t, "counted from what is paid ahead") {
			from = l.policy.PaidTo
		}
		d.On = from.AddDays(rapid.IntRange(-40, 120).Draw(t, "day"))
	}
	return d
}

// someChange draws what an endorsement changes: the sum insured, the price or
// the event, and while it may, the start.
func (l *life) someChange(t *rapid.T) func(*Proposal) {
	return func(wish *Proposal) {
		wish.Object.Attributes[AttributeSalesPrice] = strconv.Itoa(rapid.IntRange(1, 599).Draw(t, "sales price"))
		if wish.PartnerPrice != "" {
			wish.PartnerPrice = strconv.Itoa(rapid.IntRange(1, 999).Draw(t, "partner price"))
		}
		moved := l.policy.Begins().After(l.now) && rapid.Bool().Draw(t, "the start moves")
		if moved {
			minutes := rapid.IntRange(-9*24*60, 60*24*60).Draw(t, "starts")
			wish.StartsAt = l.now.Add(time.Duration(minutes) * time.Minute)
		}
		if l.product.EndsWith != "" && (moved || rapid.Bool().Draw(t, "the event moves")) {
			wish.Object.Attributes[attributeEventAt] = someEvent(t, wish.StartsAt)
		}
	}
}
