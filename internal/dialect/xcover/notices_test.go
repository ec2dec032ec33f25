package xcover

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// untold are the events that have no webhook here.
var untold = map[core.EventType]string{
	core.EventOrderBooked:     "belongs to another API",
	core.EventOrderRefused:    "belongs to another API",
	core.EventPolicyBound:     "the answer to the booking says it",
	core.EventPolicyPremium:   "the partner collects",
	core.EventPolicyRenewed:   "the partner has said that the renewal was paid",
	core.EventPolicyEnding:    "told of the booking",
	core.EventPolicyCancelled: "told of the booking",
	core.EventPolicyWithdrawn: "told of the booking",
	core.EventPolicyVoided:    "told of the booking",
	core.EventPolicyExpired:   "the end was known",
	core.EventPolicyEndorsed:  "told of the booking",
	core.EventPolicyRenewing:  "told of the renewal",
	core.EventPolicyLapsed:    "told of the renewal",
	core.EventCoolingOffEnded: "read in the log",
	core.EventBookingFailed:   "read in the log; the API has no event for it",
	core.EventBookingCreated:  "the partner did it; not told in 2019",
	core.EventInquiryCreated:  "belongs to another API",
	core.EventInquiryUpdated:  "belongs to another API",
	core.EventInquiryProposed: "belongs to another API",
	core.EventInquiryOrdered:  "belongs to another API",
	core.EventRenewalPlanned:  "told once it is announced; not told in 2019",
}

func TestEveryEventIsToldOrExcused(t *testing.T) {
	t.Parallel()
	told := theDialect().Told()
	for _, event := range core.EventTypes() {
		if slices.Contains(told, event) == (untold[event] != "") {
			t.Errorf("%s is neither told nor excused, or both", event)
		}
	}
	if len(told)+len(untold) != len(core.EventTypes()) {
		t.Errorf("%d told and %d excused of %d events", len(told), len(untold), len(core.EventTypes()))
	}
}

// published is the booking of the published samples.
func published() core.Package {
	product := insurance.Product{
		Code: "DFKE43NM", Version: 1, Name: insurance.Text{"en": "PolicyVersion 0"}, Kinds: []insurance.Kind{insurance.KindFixed},
		Offer: map[insurance.Language]insurance.Offer{"en": {Title: "never told"}},
	}
	return core.Package{
		ID: "8QR94-VUMQC-INS", State: core.PackageConfirmed, Booked: true, Currency: "AUD",
		CreatedAt: at("2019-03-20T05:40:30.624910Z"), UpdatedAt: at("2019-03-20T05:40:31.320806Z"),
		Token:  "aKMWa-3xknm-8y79O-qmhsp",
		Holder: insurance.Party{FirstName: "Jacqueline", LastName: "Bennett", Email: "j@example.com", Country: "AU", Age: "30"},
		Quotes: []core.PackageQuote{{
			ID: "1faf57b7-29bd-48ba-9cb7-30502bca734b", State: core.PackageConfirmed, CancellableNow: true,
			Product: product, Tariff: insurance.Tariff{Code: "test_policy_type_0"}, SumInsured: money(50000, "AUD"),
			StartsAt: at("2019-03-20T10:40:30.127726Z"), Premium: untaxed(money(250, "AUD")),
			Policy: &insurance.Policy{Kind: insurance.KindFixed, TermNo: 1, Zone: time.UTC},
			Insured: []core.Insured{{ID: "b0e60d4d-d43f-4586-ac3a-efef50a9cffd", Party: insurance.Party{
				FirstName: "test_name_1", LastName: "test_name_3", Email: "t@example.com", Country: "AU",
			}}},
			CreatedAt: at("2019-03-20T05:40:30.881689Z"), ConfirmedAt: at("2019-03-20T05:40:31.190425Z"),
		}},
	}
}

// toldAs is the booking of the published samples, to the byte.
func toldAs(status, quoteUpdated, cancelled, cancellable, updated string) string {
	price, quoteStatus := "2.50", status
	if status == "CANCELLED" {
		price = "0.00"
	}
	return `{"id":"8QR94-VUMQC-INS","status":"` + status + `","quotes":[{"id":"1faf57b7-29bd-48ba-9cb7-30502bca734b",` +
		`"policy_start_date":"2019-03-20T10:40:30.127726Z","policy_end_date":null,"status":"` + quoteStatus + `",` +
		`"price":"2.500000","price_formatted":"A$~2.50","discounted_price":"2.500000","discounted_price_formatted":"A$~2.50",` +
		`"policy":{"policy_type":"test_policy_type_0","policy_name":"PolicyVersion 0","policy_code":"DFKE43NM",` +
		`"policy_version":"` + policyVersion(insurance.Product{Code: "DFKE43NM", Version: 1}) + `",` +
		`"content":{"section_header":"","description":"","inclusions":[],"exclusions":[]},"underwriter":{"disclaimer":""}},` +
		`"insured":[{"id":"b0e60d4d-d43f-4586-ac3a-efef50a9cffd","first_name":"test_name_1","last_name":"test_name_3",` +
		`"email":"t@example.com","country":"AU"}],` +
		`"tax":{"total_tax":"0.00","total_amount_without_tax":"2.50","total_tax_formatted":"A$~0.00",` +
		`"total_amount_without_tax_formatted":"A$~2.50","taxes":[]},"duration":null,"sub_limits":[],` +
		`"commission":{"total_commission":"0.00","total_commission_formatted":"A$~0.00"},` +
		`"created_at":"2019-03-20T05:40:30.881689Z","confirmed_at":"2019-03-20T05:40:31.190425Z",` +
		`"updated_at":` + quoteUpdated + `,"cancelled_at":` + cancelled + `,"is_renewable":false,"cover_amount":"A$~500.00",` +
		`"pending_renewal":null,"can_be_cancelled":` + cancellable + `}],"currency":"AUD",` +
		`"total_price":"` + price + `","total_price_formatted":"A$~` + price + `",` +
		`"bundle_price":"` + price + `0000","bundle_price_formatted":"A$~` + price + `","bundle_discount_percent":0,` +
		`"bundle_discount_amount":"0.00","bundle_discount_amount_formatted":"A$~0.00",` +
		`"created_at":"2019-03-20T05:40:30.624910Z","updated_at":"` + updated + `",` +
		`"pds_url":"http://127.0.0.1:8001/pds/8QR94-VUMQC-INS",` +
		`"coi":{"url":"http://127.0.0.1:8001/coi/8QR94-VUMQC-INS?security_token=aKMWa-3xknm-8y79O-qmhsp",` +
		`"pdf":"http://127.0.0.1:8001/coi/8QR94-VUMQC-INS.pdf?security_token=aKMWa-3xknm-8y79O-qmhsp"},` +
		`"policyholder":{"first_name":"Jacqueline","last_name":"Bennett","email":"j@example.com","country":"AU"},` +
		`"total_tax":"0.00","total_premium":"` + price + `"}`
}

// tell makes the message of an event.
func tell(t *testing.T, kind core.EventType, data any, before, after *core.Package, switches map[string]string) (string, error) {
	t.Helper()
	text, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	message, err := (&Dialect{site: "http://127.0.0.1:8001"}).Tell(core.Notice{
		Event: core.Event{Type: kind, Data: text}, Old: before, New: after,
		Partner: core.Partner{Part: "LLODT", Switches: switches},
	})
	if err == nil && message.Header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", message.Header)
	}
	return string(message.Body), err
}

func TestTellBookings(t *testing.T) {
	t.Parallel()
	const confirmed = "2019-03-20T05:40:31.320806Z"
	before, updated, cancelled := published(), published(), published()
	updated.UpdatedAt, updated.Quotes[0].UpdatedAt = at("2019-03-20T05:40:31.839587Z"), at("2019-03-20T05:40:31.731769Z")
	cancelled.State, cancelled.UpdatedAt = core.PackageCancelled, updated.UpdatedAt
	cancelled.Quotes[0].State, cancelled.Quotes[0].CancellableNow = core.PackageCancelled, false
	cancelled.Quotes[0].CancelledAt = at("2019-03-20T05:40:31.5Z")
	was := toldAs("CONFIRMED", "null", "null", "true", confirmed)
	for _, c := range []struct {
		name          string
		kind          core.EventType
		before, after *core.Package
		want          string
	}{
		{
			"updated", core.EventBookingUpdated, &before, &updated,
			`{"event":"booking.update","payload":{"old":` + was + `,"new":` +
				toldAs("CONFIRMED", `"2019-03-20T05:40:31.731769Z"`, "null", "true", "2019-03-20T05:40:31.839587Z") + `}}`,
		},
		{
			"cancelled", core.EventBookingCancelled, &before, &cancelled,
			`{"event":"booking.cancellation","payload":{"old":` + was + `,"new":` +
				toldAs("CANCELLED", "null", `"2019-03-20T05:40:31.500000Z"`, "false", "2019-03-20T05:40:31.839587Z") + `}}`,
		},
		{
			"nothing before", core.EventBookingUpdated, nil, &before,
			`{"event":"booking.update","payload":{"old":null,"new":` + was + `}}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := tell(t, c.kind, core.BookingTold{PackageID: "8QR94-VUMQC-INS"}, c.before, c.after, nil)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, []byte(got), c.want)
		})
	}
}

func TestTellBookingInFull(t *testing.T) {
	t.Parallel()
	p := subscription()
	p.Booked, p.State = true, core.PackageConfirmed
	p.Quotes[0].State = core.PackagePending
	p.Quotes[0].Insured = []core.Insured{{ID: "i"}}
	got, err := tell(t, core.EventBookingUpdated, nil, nil, &p, map[string]string{"nbsp": "false"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"price":"11.900000","price_formatted":"€11.90","discounted_price":"11.900000","discounted_price_formatted":"€11.90",`,
		`"content":{"section_header":"","description":"","inclusions":[{"title":"Bruch","description":""}],` +
			`"exclusions":[{"title":"Verlust","description":""}]}`,
		`"insured":[{"id":"i","first_name":null,"last_name":null,"email":null,"country":null}],`,
		`"taxes":[{"tax_amount":"1.90","tax_code":"Insurance tax","tax_amount_formatted":"€1.90"}]},"duration":"91 00:00:00",`,
		`"sub_limits":[{"description":"Diebstahl","limit_description":"bis 500 €"},{"description":"Breakage"}],`,
		`"commission":{"total_commission":"3.00","total_commission_formatted":"€3.00"},`, `"status":"PENDING_PAYMENT"`,
		`"total_price":"11.90",`, `"pds_url":"http://127.0.0.1:8001/pds/6WXPD-QKL9F-INS",`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in %s", want, got)
		}
	}
}

// renewalTold is the renewal of the published samples.
func renewalTold(state insurance.RenewalState) core.RenewalTold {
	return core.RenewalTold{
		BookingTold: core.BookingTold{PackageID: "GKDK9-CECQU-INS"}, RenewalID: "daSJp-fwdoj-REN",
		QuoteID: "c8ddb161-e3d9-455b-9621-96df90f17acb", State: string(state),
		StartsAt: at("2019-02-25T13:00:00Z"), EndsAt: at("2019-05-25T13:00:00Z"), Price: "110.41", Currency: "AUD",
		Period: "3M", CreatedAt: at("2018-11-21T04:15:12.175468Z"), NoticeAt: at("2018-11-22T00:21:41Z"),
		DueAt: at("2019-02-25T13:00:00Z"), GraceUntil: at("2018-11-21T22:56:01Z"),
	}
}

func TestTellRenewals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind         core.EventType
		state        insurance.RenewalState
		name, status string
	}{
		{core.EventRenewalAnnounced, insurance.RenewalAnnounced, "renewal.notification", "ACTIVE"},
		{core.EventRenewalDue, insurance.RenewalDue, "renewal.due_date", "DUE"},
		{core.EventRenewalExpired, insurance.RenewalUnpaid, "renewal.expired", "UNPAID"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := tell(t, c.kind, renewalTold(c.state), nil, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, []byte(got), `{"event":"`+c.name+`","payload":{"id":"daSJp-fwdoj-REN","package_id":"GKDK9-CECQU-INS",`+
				`"quote_id":"c8ddb161-e3d9-455b-9621-96df90f17acb","status":"`+c.status+`","start_date":"2019-02-25T13:00:00Z",`+
				`"end_date":"2019-05-25T13:00:00Z","price":110.41,"period":"quarterly","created_at":"2018-11-21T04:15:12.175468Z",`+
				`"notification_date":"2018-11-22T00:21:41Z","due_date":"2019-02-25T13:00:00Z","expiry_date":"2018-11-21T22:56:01Z"}}`)
		})
	}
}

func TestTellInTheLaterStyle(t *testing.T) {
	t.Parallel()
	for kind, name := range map[core.EventType]string{
		core.EventBookingUpdated: "BOOKING_UPDATED", core.EventBookingCancelled: "BOOKING_CANCELLED",
		core.EventRenewalAnnounced: "RENEWAL_NOTIFICATION", core.EventRenewalDue: "RENEWAL_DUE",
		core.EventRenewalExpired: "RENEWAL_EXPIRED",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, transaction := confirmed(), "ABCD-0001"
			p.TransactionID, p.Quotes[0].Policy.TermNo = &transaction, 3
			pending := p.Quotes[0]
			pending.State, pending.Policy = core.PackagePending, nil
			p.Quotes = append(p.Quotes, pending, received().Quotes[0])
			got, err := tell(t, kind, renewalTold(insurance.RenewalDue), &p, &p, map[string]string{"event-names": "later"})
			if err != nil {
				t.Fatal(err)
			}
			quote := func(status, times string) string {
				return `{"id":"046cb691-6158-4f26-946b-c03cf1ba7cf5","policy_start_date":"2019-12-31T14:50:18.308000+00:00",` +
					`"policy_end_date":"2019-12-31T14:50:18.308000+00:00","status":"` + status + `","price":5.0,"price_formatted":"£~5.00",` +
					`"policy":{"policy_type":"event_ticket_protection","policy_name":"Ticket Protection",` +
					`"policy_version":"9342ead2-9f98-4b43-961b-648bb7716091"},"duration":"00:00:00","total_renewed_times":` + times + `}`
			}
			compare(t, []byte(got), `{"event":"`+name+`","payload":{"id":"6WXPD-QKL9F-INS","status":"CONFIRMED","currency":"GBP",`+
				`"total_price":10.0,"total_price_formatted":"£~10.00","partner_transaction_id":"ABCD-0001",`+
				`"quotes":[`+quote("CONFIRMED", "2")+`,`+quote("PENDING_PAYMENT", "0")+`]}}`)
		})
	}
}

func TestTellWhatFails(t *testing.T) {
	t.Parallel()
	failing := core.EndpointFailing{
		URL: "https://shop.example/hook?a&b", Failures: 3, Last: core.FailedTry{At: at("2026-01-02T03:04:05Z"), Status: 503},
	}
	got, err := tell(t, core.EventEndpointFailing, failing, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, []byte(got), `{"event":"webhook.failing","endpoint":"https://shop.example/hook?a&b","failures":3,`+
		`"last":{"at":"2026-01-02T03:04:05.000000Z","status":503,"error":null}}`)
	at := failing.Last.At
	announced, paused := failing, failing
	announced.PausesAt, paused.PausedAt, paused.Reason = &at, &at, core.PauseFailing
	if got, err = tell(t, core.EventEndpointFailing, announced, nil, nil, nil); err != nil {
		t.Fatal(err)
	}
	compare(t, []byte(got), `{"event":"webhook.failing","endpoint":"https://shop.example/hook?a&b","failures":3,`+
		`"last":{"at":"2026-01-02T03:04:05.000000Z","status":503,"error":null},"pauses_at":"2026-01-02T03:04:05.000000Z"}`)
	if got, err = tell(t, core.EventEndpointPaused, paused, nil, nil, nil); err != nil {
		t.Fatal(err)
	}
	compare(t, []byte(got), `{"event":"webhook.paused","endpoint":"https://shop.example/hook?a&b","failures":3,`+
		`"last":{"at":"2026-01-02T03:04:05.000000Z","status":503,"error":null},"paused_at":"2026-01-02T03:04:05.000000Z","reason":"failing"}`)
	failing.Last = core.FailedTry{At: failing.Last.At, Fault: "no answer"}
	if got, err = tell(t, core.EventEndpointFailing, failing, nil, nil, nil); err != nil {
		t.Fatal(err)
	}
	compare(t, []byte(got), `{"event":"webhook.failing","endpoint":"https://shop.example/hook?a&b","failures":3,`+
		`"last":{"at":"2026-01-02T03:04:05.000000Z","status":null,"error":"no answer"}}`)
}

func TestTellRefusesWhatItCannotSay(t *testing.T) {
	t.Parallel()
	unpriced := renewalTold(insurance.RenewalDue)
	unpriced.Price = "a lot"
	p, nobody := confirmed(), core.Package{}
	later := map[string]string{"event-names": "later"}
	for _, c := range []struct {
		kind     core.EventType
		data     any
		p        *core.Package
		switches map[string]string
	}{
		{core.EventPolicyBound, nil, &p, nil},
		{core.EventBookingUpdated, nil, nil, nil},
		{core.EventBookingUpdated, nil, nil, later},
		{core.EventRenewalDue, "no renewal", &p, nil},
		{core.EventRenewalDue, unpriced, &p, nil},
		{core.EventEndpointFailing, "no endpoint", nil, nil},
		{core.EventMailRequested, core.MailTold{Kind: core.MailConfirmed}, nil, nil},
		{core.EventMailRequested, core.MailTold{Kind: core.MailConfirmed}, &nobody, nil},
		{core.EventMailRequested, core.MailTold{Kind: "greeting"}, &p, nil},
		{core.EventMailRequested, "no kind", &p, nil},
	} {
		if body, err := tell(t, c.kind, c.data, nil, c.p, c.switches); err == nil {
			t.Errorf("told %s of %v: %s", c.kind, c.data, body)
		}
	}
}

// letterOf is the e-mail of a kind about a booking, to what it is sent.
func letterOf(t *testing.T, kind core.MailKind, p core.Package, sandbox bool) (subject, text, html string) {
	t.Helper()
	data, err := json.Marshal(core.MailTold{Kind: kind})
	if err != nil {
		t.Fatal(err)
	}
	message, err := (&Dialect{site: "https://site.example", sandbox: sandbox}).Tell(core.Notice{
		Event: core.Event{Type: core.EventMailRequested, Data: data}, New: &p,
		Partner: core.Partner{Part: "LLODT", Name: "Ticket shop"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if message.Mail == nil || message.Body != nil || message.Mail.To != p.Holder.Email {
		t.Fatalf("the message is %+v", message)
	}
	return message.Mail.Subject, message.Mail.Text, message.Mail.HTML
}

func TestMail(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "de", "fr"} {
		for _, kind := range []core.MailKind{core.MailConfirmed, core.MailUpdated, core.MailCancelled} {
			t.Run(fmt.Sprintf("%s in %s", kind, language), func(t *testing.T) {
				t.Parallel()
				p := confirmed()
				p.Language = language
				p.Quotes[0].Product.Languages = []insurance.Language{"en", "de"}
				p.Quotes[0].Premium.Gross = money(12345, "GBP")
				gone, pending := p.Quotes[0], p.Quotes[0]
				gone.State, pending.Policy = core.PackageCancelled, nil
				p.Quotes = append(p.Quotes, gone, pending)
				_, text, html := letterOf(t, kind, p, false)
				segment := map[string]string{"en": "en", "de": "de", "fr": "en"}[language]
				link := "https://site.example/" + segment + "/coi/6WXPD-QKL9F-INS?security_token=aKMWa-3xknm-8y79O-qmhsp"
				if !strings.Contains(text, link) || !strings.Contains(html, link) || !strings.Contains(text, "Ticket shop") {
					t.Errorf("link or partner is missing in\n%s", text)
				}
				total := map[string]string{"en": "£123.45", "de": "123,45"}[segment]
				if !strings.Contains(text, total) {
					t.Errorf("the total is not %s in\n%s", total, text)
				}
			})
		}
	}
}

func TestMailOfASandboxIsMarked(t *testing.T) {
	t.Parallel()
	plain, _, _ := letterOf(t, core.MailConfirmed, confirmed(), false)
	marked, _, _ := letterOf(t, core.MailConfirmed, confirmed(), true)
	if !strings.HasSuffix(marked, plain) || marked == plain {
		t.Errorf("%q is marked as %q", plain, marked)
	}
}

// The check is written as a receiver would: it splits at the comma and at the
// first equals sign, and trims nothing but quotes.
func TestSign(t *testing.T) {
	t.Parallel()
	n := core.Notice{Event: core.Event{ID: "e1", Sequence: 7}}
	key := core.EndpointKey{ID: "abcd", Secret: "efgh"}
	header := theDialect().Sign(n, []byte("not signed"), key, at("2019-01-01T00:00:00Z"))
	pairs := map[string]string{}
	for _, pair := range strings.Split(strings.TrimPrefix(header.Get("Authorization"), "Signature "), ",") {
		name, value, _ := strings.Cut(pair, "=")
		pairs[name] = strings.Trim(value, `"`)
	}
	code := hmac.New(sha1.New, []byte("efgh"))
	code.Write([]byte("date: " + header.Get("Date")))
	signature, err := url.QueryUnescape(pairs["signature"])
	if err != nil || signature != base64.StdEncoding.EncodeToString(code.Sum(nil)) || pairs["algorithm"] != "hmac-sha1" {
		t.Errorf("signed as %v, %v", pairs, err)
	}
	if pairs["keyId"] != "abcd" || header.Get("X-Api-Key") != "abcd" || header.Get("Covernote-Event-Sequence") != "7" ||
		header.Get("Date") != "Tue, 01 Jan 2019 00:00:00 GMT" {
		t.Errorf("headers %v", header)
	}
	n.Partner.Switches = map[string]string{"webhook-algorithm": "hmac-sha256"}
	later := theDialect().Sign(n, nil, key, at("2019-01-01T00:00:00Z")).Get("Authorization")
	if later != `Signature keyId="abcd",algorithm="hmac-sha256",signature="re5I5Q12X2Hj1gDMO2HuFI8IM7CCsDllpmb2CU3a5XE%3D"` {
		t.Errorf("signed as %s", later)
	}
}

func TestDelivered(t *testing.T) {
	t.Parallel()
	for _, status := range []int{0, 199, 201, 202, 204, 301, 500} {
		if theDialect().Delivered(status) {
			t.Errorf("%d counts as delivered", status)
		}
	}
	if !theDialect().Delivered(200) {
		t.Error("200 does not count as delivered")
	}
}
