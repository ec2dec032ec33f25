package xcover

import (
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

func TestChanges(t *testing.T) {
	t.Parallel()
	d, r := theDialect(), asked("/", nil)
	change := core.Change{Package: confirmed(), Differences: []insurance.Money{money(-123, "GBP")}}
	want := bookedHead + `"quotes":[` + bookedQuote + `,"price_diff":-1.23,"price_diff_formatted":"-£~1.23"}],` +
		bookedTail + `,"total_price_diff":-1.23,"total_price_diff_formatted":"-£~1.23"`
	check(t, d.encodeChangeConfirmed(r, change), 201, want+`}`)
	change.UpdateID = "pprb9-poNnk-qytA3-UPD"
	check(t, d.encodeChange(r, change), 200, want+`,"update_id":"pprb9-poNnk-qytA3-UPD"}`)
}

// Differences are by place in the package, where there may be quotes that were
// never booked.
func TestChangesFindTheirQuote(t *testing.T) {
	t.Parallel()
	p := confirmed()
	p.Quotes = append(received().Quotes, p.Quotes...)
	body := string(theDialect().encodeChange(asked("/", nil), core.Change{
		Package: p, Differences: []insurance.Money{{}, money(877, "GBP")},
	}).Body)
	if !strings.Contains(body, `"price_diff":8.77,`) || !strings.Contains(body, `"total_price_diff":8.77,`) {
		t.Errorf("got %s", body)
	}
}

func TestUnchangedPriceDiffersByNothing(t *testing.T) {
	t.Parallel()
	body := string(theDialect().encodeChange(asked("/", nil), core.Change{
		Package: confirmed(), Differences: []insurance.Money{insurance.Zero("GBP")},
	}).Body)
	want := spaced(`"total_price_diff":0.0,"total_price_diff_formatted":"£~0.00"}`)
	if !strings.HasSuffix(body, want) || strings.Contains(body, "update_id") {
		t.Errorf("got %s", body)
	}
}

// ended is the recorded booking after its cancellation, with what that gives
// back.
func ended() core.Cancellation {
	p := confirmed()
	p.State, p.UpdatedAt = core.PackageCancelled, at("2019-12-31T13:30:18.411332Z")
	q := &p.Quotes[0]
	q.State, q.CancellableNow = core.PackageCancelled, false
	q.UpdatedAt, q.CancelledAt = at("2019-12-31T13:30:18.405291Z"), at("2019-12-31T13:30:16.964645Z")
	return core.Cancellation{Package: p, Total: money(500, "GBP"), Refunds: []*core.Refund{{
		Amount: money(500, "GBP"), Full: true, At: q.StartsAt, CoolingOffUntil: at("2020-01-13T14:50:20.938160Z"),
	}}}
}

const (
	endedHead = `{"id":"6WXPD-QKL9F-INS","status":"CANCELLED","quotes":[{"id":"046cb691-6158-4f26-946b-c03cf1ba7cf5",` +
		`"policy_start_date":"2019-12-31T14:50:18.308000Z","policy_end_date":"2019-12-31T14:50:18.308000Z",` +
		`"policy_cancellation_date":"2019-12-31T14:50:18.308000Z","policy_coolingoff_date":"2020-01-13T14:50:20.938160Z",` +
		`"status":"CANCELLED","price":5.0,"refund_value":5.0,"adjustment_fee":0.0,"refund_type":"full_refund",` + ticketPolicy +
		`"insured":[{"id":"8e186f08-a38b-4a50-ae95-d018d9b85e25","first_name":"John","last_name":"Bon Jovi",` +
		`"email":"john@example.com","region":null,"age":30}],` +
		`"created_at":"2019-12-30T14:50:19.492742Z","confirmed_at":"2019-12-30T14:50:20.938160Z",` +
		`"updated_at":"2019-12-31T13:30:18.405291Z",`
	endedTail = `,"commission":null}],` + johnHolds + `"pds_url":"https://site.example/en/pds/6WXPD-QKL9F-INS",` + coi +
		`"created_at":"2019-12-30T14:50:19.496827Z","updated_at":"2019-12-31T13:30:18.411332Z",` +
		`"total_price":0.0,"total_price_formatted":"£~0.00","total_refund":5.0,"total_refund_formatted":"£~5.00",` +
		`"total_tax":0.0,"total_tax_formatted":"£~0.00","total_premium":0.0,"total_premium_formatted":"£~0.00",` +
		`"currency":"GBP",`
)

func TestCancellations(t *testing.T) {
	t.Parallel()
	d, r, done := theDialect(), asked("/", nil), ended()
	check(t, d.encodeCancellation(r, done), 200, endedHead+`"cancelled_at":"2019-12-31T13:30:16.964645Z"`+endedTail+
		`"cancellation_id":null,"confirm_before":null,`+partnerObject+`}`)
	preview := ended()
	preview.ID, preview.ConfirmBefore = "9R5tm-iNw4o-zibhV-CCL", at("2020-01-01T13:30:16.965Z")
	check(t, d.encodeCancellation(r, preview), 200, endedHead+`"cancelled_at":null`+endedTail+
		`"cancellation_id":"9R5tm-iNw4o-zibhV-CCL","confirm_before":"2020-01-01T13:30:16.965000Z",`+partnerObject+`}`)
}

// A quote that goes on stands in the answer, but is given nothing back.
func TestCancellationOfOneQuote(t *testing.T) {
	t.Parallel()
	c, on := ended(), confirmed()
	on.Quotes[0].ID = "goes-on"
	c.Package.State = core.PackageConfirmed
	c.Package.Quotes = append(append(received().Quotes, on.Quotes...), c.Package.Quotes...)
	c.Refunds = []*core.Refund{nil, nil, {Amount: money(125, "GBP"), At: at("2020-01-01T00:00:00Z")}}
	body := string(theDialect().encodeCancellation(asked("/", nil), c).Body)
	for _, want := range []string{
		`{"id":"6WXPD-QKL9F-INS","status":"CONFIRMED","quotes":[{"id":"goes-on",`,
		`"policy_cancellation_date":null,"policy_coolingoff_date":null,"status":"CONFIRMED","price":5.0,` +
			`"refund_value":0.0,"adjustment_fee":0.0,"refund_type":null,`,
		`"policy_cancellation_date":"2020-01-01T00:00:00Z","policy_coolingoff_date":null,"status":"CANCELLED","price":5.0,` +
			`"refund_value":1.25,"adjustment_fee":0.0,"refund_type":"partial_refund",`,
		`"total_price":5.0,`, `"total_refund":1.25,`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is missing in %s", want, body)
		}
	}
	c.Refunds[2].Amount = insurance.Zero("GBP")
	body = string(theDialect().encodeCancellation(asked("/", nil), c).Body)
	if !strings.Contains(body, `"refund_type":"no_refund"`) || !strings.Contains(body, spaced(`"total_refund_formatted":"£~0.00"`)) {
		t.Errorf("got %s", body)
	}
}

func TestRenewalOffers(t *testing.T) {
	t.Parallel()
	quote := received().Quotes[0]
	quote.State = core.PackageConfirmed
	check(t, theDialect().encodeOffer(asked("/", nil), core.RenewalOffer{
		Package: confirmed(), Quotes: []core.PackageQuote{quote}, ID: "xeJsp-UcMlR-FXv0U-UPD",
	}), 200, `{"renewal_id":"xeJsp-UcMlR-FXv0U-UPD","quotes":[`+offered+`],"id":"6WXPD-QKL9F-INS","status":"CONFIRMED",`+
		`"currency":"GBP","total_price":5.0,"total_price_formatted":"£~5.00"}`)
	check(t, theDialect().encodeOffer(asked("/", nil), core.RenewalOffer{Package: confirmed(), ID: "x"}), 200,
		`{"renewal_id":"x","quotes":[],"id":"6WXPD-QKL9F-INS","status":"CONFIRMED",`+
			`"currency":"GBP","total_price":0.0,"total_price_formatted":"£~0.00"}`)
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	premium := insurance.Premium{
		Net: money(15, "GBP"), Tax: money(2, "GBP"), Gross: money(17, "GBP"), Commission: money(5, "GBP"),
		Taxes: []insurance.TaxLine{{
			Name: insurance.Text{"en": "IPT"}, Rate: insurance.MustRate("12.5%"), Amount: money(2, "GBP"),
		}},
	}
	part := func(id string, number int, from, to string, paid bool) core.Instalment {
		return core.Instalment{
			ID: id, QuoteID: "q", Number: number, Premium: premium, Paid: paid,
			Span: insurance.Span{From: insurance.MustDate(from), To: insurance.MustDate(to)},
		}
	}
	all := core.Schedules{Currency: "GBP", Quotes: []core.Schedule{{
		QuoteID: "q", PaidUntil: at("2021-12-26T18:56:00Z"), Paid: money(17, "GBP"), Due: money(17, "GBP"),
		Parts: []core.Instalment{
			part("one", 1, "2021-11-26", "2021-12-25", true), part("two", 2, "2021-12-26", "2022-01-25", false),
		},
	}}}
	const (
		tax = `"commission":0.05,"total_amount":0.17,"tax":{"taxes":[{"tax_code":"IPT","tax_type":"PERCENTAGE","tax_label":"IPT",` +
			`"tax_value":"12.50000000000000000000","tax_amount":"0.02","tax_amount_formatted":"£~0.02"}],` +
			`"total_tax":"0.02","total_tax_formatted":"£~0.02","total_amount_without_tax":"0.15",` +
			`"total_amount_without_tax_formatted":"£~0.15"},"surcharges":{},"payment_failures":null}`
		one = `{"id":"one","number":1,"quote":"q","period_start_date":"2021-11-26T00:00:00Z",` +
			`"period_end_date":"2021-12-25T00:00:00Z","status":"PAID",` + tax
		two = `{"id":"two","number":2,"quote":"q","period_start_date":"2021-12-26T00:00:00Z",` +
			`"period_end_date":"2022-01-25T00:00:00Z","status":"UNPAID",` + tax
	)
	d, r := theDialect(), asked("/", nil)
	check(t, d.encodeSchedules(r, all), 200, `{"quotes":[{"id":"q","next_payment":`+two+`,"paid_until":"2021-12-26T18:56:00Z",`+
		`"payment_schedule":[`+one+`,`+two+`],"total_amount_paid":0.17,"total_amount_due":0.17}],"currency":"GBP"}`)
	all.Quotes[0].Parts = all.Quotes[0].Parts[:1]
	check(t, d.encodeSchedules(r, all), 200, `{"quotes":[{"id":"q","next_payment":null,"paid_until":"2021-12-26T18:56:00Z",`+
		`"payment_schedule":[`+one+`],"total_amount_paid":0.17,"total_amount_due":0.17}],"currency":"GBP"}`)
	check(t, d.encodeSchedules(r, core.Schedules{Currency: "GBP"}), 200, `{"quotes":[],"currency":"GBP"}`)
}
