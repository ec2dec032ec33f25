package xcover

import (
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

func TestBookings(t *testing.T) {
	t.Parallel()
	d, r := theDialect(), asked("/bookings/6WXPD-QKL9F-INS/", nil)
	want := bookedHead + `"quotes":[` + bookedQuote + `}],` + bookedTail + `}`
	check(t, d.encodeBooking(r, confirmed()), 200, want)
	check(t, d.encodePaid(r, confirmed()), 201, want)
}

func TestBookingRead(t *testing.T) {
	t.Parallel()
	d, p := theDialect(), confirmed()
	want := bookedHead + `"quotes":[` + bookedQuote + `}],` + bookedTail + `,` + partnerObject
	check(t, d.encodeBookingRead(asked("/bookings/x/?date=2020-01-01", nil), p), 200, want+`,"customer_language":"en"}`)
	p.Language = ""
	check(t, d.encodeBookingRead(asked("/bookings/x/", nil), p), 200, want+`,"customer_language":"en"}`)
	p.Language = "de"
	check(t, d.encodeBookingRead(asked("/bookings/x/?language=en-us", nil), p), 200, want+`,"customer_language":"de"}`)
	got := d.encodeBookingRead(asked("/bookings/x/", map[string]string{"code": "E3CCM"}), p)
	if !strings.Contains(string(got.Body), `"partner":{"id":"E3CCM","slug":"llodt"`) {
		t.Errorf("the partner is %s", got.Body)
	}
}

func TestBookingShowsWhatWasBooked(t *testing.T) {
	t.Parallel()
	d, p := theDialect(), confirmed()
	left := received().Quotes[0]
	left.Position = 1
	p.Quotes = append(p.Quotes, left)
	check(t, d.encodeBooking(asked("/", nil), p), 200, bookedHead+`"quotes":[`+bookedQuote+`}],`+bookedTail+`}`)
	p.Quotes = p.Quotes[1:]
	body := string(d.encodeBooking(asked("/", nil), p).Body)
	if !strings.Contains(body, `"total_price":0.0,`) || !strings.Contains(body, `"quotes":[],`) {
		t.Errorf("got %s", body)
	}
}

// A booked package read as a package is told in the shape of quotes, at the
// price that was booked.
func TestBookedPackageAsQuotes(t *testing.T) {
	t.Parallel()
	p := confirmed()
	p.Quotes[0].Bundled = untaxed(money(450, "GBP"))
	p.Bundle = &core.PackageBundle{Code: "duo", Name: insurance.Text{"en": "Both"}, Discount: insurance.MustRate("10%")}
	body := string(theDialect().encodePackage(asked("/", nil), p).Body)
	for _, want := range []string{
		`"status":"CONFIRMED","currency":"GBP","total_price":5.0,`, `"quotes":{"0":{`, `"discount_price":5.0,`,
		`"bundle_code":"duo","bundle_price":5.0,`, `"bundle_discount_percent":0.0,"bundle_discount_amount":0.0,`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is missing in %s", want, body)
		}
	}
}

func TestTotalsLeaveOutWhatWasCancelled(t *testing.T) {
	t.Parallel()
	p := confirmed()
	p.Quotes = append(p.Quotes, p.Quotes[0])
	p.Quotes[0].State, p.Quotes[0].CancelledAt = core.PackageCancelled, at("2020-01-01")
	body := string(theDialect().encodeBooking(asked("/", nil), p).Body)
	for want, times := range map[string]int{
		`"total_price":5.0,`: 1, `"price":5.0,`: 2, `"status":"CANCELLED"`: 1, `"total_premium":5.0,`: 1,
	} {
		if got := strings.Count(body, want); got != times {
			t.Errorf("%s stands %d times in %s", want, got, body)
		}
	}
	p.Quotes, p.State = p.Quotes[:1], core.PackageCancelled
	body = string(theDialect().encodeBooking(asked("/", nil), p).Body)
	for _, want := range []string{`"total_price":0.0,`, `"price":5.0,`, `"total_premium":0.0,`, `"total_tax":0.0,`} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is missing in %s", want, body)
		}
	}
}

func TestPersonsInFull(t *testing.T) {
	t.Parallel()
	p := confirmed()
	p.Holder = insurance.Party{
		Company: "Müller & Söhne", FirstName: "Ada", MiddleName: "B.", LastName: "Lovelace", Email: "a@example.com",
		SecondaryEmail: "b@example.com", Phone: "+49 30 1", BirthOn: "1990-12-31", Age: "many", Country: "DE",
		Address: insurance.Address{
			Street: "Ring", HouseNumber: "7", Extra: "Hof", PostalCode: "10115", City: "Berlin", Region: "BE",
		},
	}
	p.Quotes[0].Insured = []core.Insured{{ID: "i", Party: p.Holder}, {ID: "j", Party: insurance.Party{Age: "030"}}}
	body := string(theDialect().encodeBooking(asked("/", nil), p).Body)
	for _, want := range []string{
		`"policyholder":{"first_name":"Ada","middle_name":"B.","last_name":"Lovelace","email":"a@example.com","country":"DE",` +
			`"age":null,"address1":"Ring 7","address2":"Hof","city":"Berlin","postcode":"10115","region":"BE",` +
			`"phone":"+49 30 1","secondary_email":"b@example.com","birth_date":"1990-12-31","company":"Müller & Söhne",` +
			`"allow_updates":false}`,
		`"insured":[{"id":"i","first_name":"Ada","middle_name":"B.","last_name":"Lovelace","email":"a@example.com",` +
			`"phone":"+49 30 1","country":"DE","region":"BE","birth_date":"1990-12-31","address1":"Ring 7","address2":"Hof",` +
			`"city":"Berlin","postcode":"10115","company":"Müller & Söhne"},{"id":"j","region":null,"age":30}]`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is missing in %s", want, body)
		}
	}
}

// renewing is a booking whose next term, across a change of clocks, is planned.
func renewing(t *testing.T) core.Package {
	t.Helper()
	zone, err := time.LoadLocation("Australia/Sydney")
	if err != nil {
		t.Fatal(err)
	}
	p := confirmed()
	p.Quotes[0].RenewalID = "daSJp-fwdoj-REN"
	p.Quotes[0].Policy = &insurance.Policy{
		Kind: insurance.KindRenewable, Term: insurance.Months(3), TermNo: 1, Zone: zone,
		InceptionOn: insurance.MustDate("2018-11-26"), TermFrom: insurance.MustDate("2018-11-26"),
		StartsAt: at("2018-11-25T13:00:00Z"),
		Renewal: &insurance.Renewal{
			State: insurance.RenewalAnnounced, Premium: untaxed(money(11041, "GBP")),
			Span:      insurance.Span{From: insurance.MustDate("2019-02-26"), To: insurance.MustDate("2019-05-25")},
			CreatedAt: at("2018-11-21T04:15:12.175468Z"), NoticeAt: at("2018-11-22T00:21:41Z"),
			DueAt: at("2019-02-25T13:00:00Z"), GraceUntil: at("2019-03-11T13:00:00Z"),
		},
	}
	return p
}

func TestRenewalIsToldTwice(t *testing.T) {
	t.Parallel()
	const renewal = `{"id":"daSJp-fwdoj-REN","package_id":"6WXPD-QKL9F-INS","quote_id":"046cb691-6158-4f26-946b-c03cf1ba7cf5",` +
		`"status":"ACTIVE","start_date":"2019-02-25T13:00:00Z","end_date":"2019-05-25T14:00:00Z","price":110.41,` +
		`"period":"quarterly","created_at":"2018-11-21T04:15:12.175468Z","notification_date":"2018-11-22T00:21:41Z",` +
		`"due_date":"2019-02-25T13:00:00Z","expiry_date":"2019-03-11T13:00:00Z"}`
	body := string(theDialect().encodeBooking(asked("/", nil), renewing(t)).Body)
	for _, want := range []string{
		`"is_renewable":true,`, `"pending_renewal":` + renewal + `,`, `"next_renewal":` + renewal + `,"can_be_cancelled":true}`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is missing in %s", want, body)
		}
	}
}
