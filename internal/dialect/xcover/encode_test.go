package xcover

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// spaced is text in which ~ stands for a no-break space.
func spaced(text string) string { return strings.ReplaceAll(text, "~", nbsp) }

func at(text string) time.Time {
	t, err := insurance.ParseInstant(text)
	if err != nil {
		panic(err)
	}
	return t
}

func money(minor int64, currency insurance.Currency) insurance.Money {
	return insurance.Money{Minor: minor, Currency: currency}
}

func theDialect() *Dialect { return &Dialect{site: "https://site.example"} }

// asked is a request of a partner.
func asked(target string, switches map[string]string) *dialect.Request {
	return &dialect.Request{
		Request: httptest.NewRequestWithContext(context.Background(), http.MethodGet, target, nil),
		Partner: core.Partner{Part: "LLODT", Name: "Testing partner", Switches: switches},
	}
}

// tickets is a product that says everything in English.
func tickets() insurance.Product {
	return insurance.Product{
		Code: "ETIX01", Version: 1, Name: insurance.Text{"en": "Ticket Protection", "de": "Ticketschutz"},
		Insurer: insurance.Insurer{Name: "Asservo"}, Kinds: []insurance.Kind{insurance.KindFixed},
		Offer: map[insurance.Language]insurance.Offer{"en": {
			Title: "Ticket Protection", Header: "Your tickets", Description: "Covers tickets up to £500 <each>.",
			OptOut: "<p></p>", Disclaimer: "Sold & arranged by us", UnderwriterNote: "this is a disclaimer",
		}},
	}
}

func ticketTariff() insurance.Tariff {
	return insurance.Tariff{Code: "event_ticket_protection", DefaultTerm: insurance.Period{}}
}

func untaxed(gross insurance.Money) insurance.Premium {
	none := insurance.Zero(gross.Currency)
	return insurance.Premium{Net: gross, Tax: none, Gross: gross, Commission: none}
}

// received is a package of one quote as it was recorded in December 2019.
func received() core.Package {
	starts := at("2019-12-31T14:50:18.308Z")
	premium := untaxed(money(500, "GBP"))
	return core.Package{
		ID: "6WXPD-QKL9F-INS", State: core.PackageReceived, Currency: "GBP", Country: "GB", Language: "en",
		CreatedAt: at("2019-12-30T14:50:19.496827Z"), UpdatedAt: at("2019-12-30T14:50:19.496840Z"),
		Token: "aKMWa-3xknm-8y79O-qmhsp",
		Quotes: []core.PackageQuote{{
			ID: "046cb691-6158-4f26-946b-c03cf1ba7cf5", State: core.PackageReceived, Product: tickets(), Tariff: ticketTariff(),
			StartsAt: starts, EndsAt: starts, Premium: premium, Bundled: premium,
			CreatedAt: at("2019-12-30T14:50:19.492742Z"), UpdatedAt: at("2019-12-30T14:50:19.492756Z"),
		}},
	}
}

// confirmed is the same package once it was booked.
func confirmed() core.Package {
	p := received()
	p.State, p.Booked = core.PackageConfirmed, true
	p.UpdatedAt, p.ConfirmedAt = at("2019-12-30T14:50:20.950205Z"), at("2019-12-30T14:50:20.938160Z")
	p.Holder = insurance.Party{
		FirstName: "John", LastName: "Bon Jovi", Email: "john@example.com", Age: "30", Country: "GB",
		Address: insurance.Address{Region: "London"},
	}
	q := &p.Quotes[0]
	q.State, q.CancellableNow = core.PackageConfirmed, true
	q.ConfirmedAt, q.UpdatedAt = p.ConfirmedAt, at("2019-12-30T14:50:20.947406Z")
	q.Policy = &insurance.Policy{Kind: insurance.KindFixed, TermNo: 1, Zone: time.UTC}
	q.Insured = []core.Insured{{
		ID:    "8e186f08-a38b-4a50-ae95-d018d9b85e25",
		Party: insurance.Party{FirstName: "John", LastName: "Bon Jovi", Email: "john@example.com", Age: "30"},
	}}
	return p
}

const (
	ticketPolicy = `"policy":{"policy_type":"event_ticket_protection","policy_type_group_name":null,` +
		`"policy_name":"Ticket Protection","policy_code":"ETIX01",` +
		`"policy_version":"9342ead2-9f98-4b43-961b-648bb7716091","category":null,` +
		`"content":{"title":"Ticket Protection","header":"Your tickets","description":"Covers tickets up to £500 <each>.",` +
		`"optout_msg":"<p></p>","disclaimer":"Sold & arranged by us"},` +
		`"underwriter":{"disclaimer":"this is a disclaimer","name":"Asservo"},"claim_selector_id":""},`
	ticketTax = `"tax":{"total_tax":0.0,"total_amount_without_tax":5.0,"total_tax_formatted":"£~0.00",` +
		`"total_amount_without_tax_formatted":"£~5.00","taxes":[]},"duration":"00:00:00","benefits":[],` +
		`"commission":{"partner_commission":0.0,"partner_commission_formatted":"£~0.00",` +
		`"surcharge_commission":0.0,"surcharge_commission_formatted":"£~0.00",` +
		`"total_commission":0.0,"total_commission_formatted":"£~0.00"},`
	ticketCover = `"is_renewable":false,"is_pricebeat_enabled":null,"cover_amount":null,"cover_amount_formatted":null,` +
		`"pending_renewal":null,"pds_url":"https://site.example/en/pds/6WXPD-QKL9F-INS?policy_type=event_ticket_protection_v1",` +
		`"attachments":[],"files":[],"extra_fields":{},` +
		`"surcharge":{"total_amount":null,"total_amount_formatted":null,"surcharges":null},`

	offered = `{"id":"046cb691-6158-4f26-946b-c03cf1ba7cf5",` +
		`"policy_start_date":"2019-12-31T14:50:18.308000+00:00","policy_end_date":"2019-12-31T14:50:18.308000+00:00",` +
		`"status":"RECEIVED","price":5.0,"price_formatted":"£~5.00",` + ticketPolicy + `"insured":null,` + ticketTax +
		`"created_at":"2019-12-30T14:50:19.492742Z","confirmed_at":null,"updated_at":"2019-12-30T14:50:19.492756Z",` +
		`"cancelled_at":null,` + ticketCover +
		`"discount_price":5.0,"discount_price_formatted":"£~5.00","discount_amount":0.0,"discount_amount_formatted":"£~0.00",` +
		`"instalment_plans":[]}`

	packaged = `{"id":"6WXPD-QKL9F-INS","status":"RECEIVED","currency":"GBP","total_price":5.0,"total_price_formatted":"£~5.00",` +
		`"partner_transaction_id":null,"created_at":"2019-12-30T14:50:19.496827Z","updated_at":"2019-12-30T14:50:19.496840Z",` +
		`"pds_url":"https://site.example/en/pds/6WXPD-QKL9F-INS","security_token":"aKMWa-3xknm-8y79O-qmhsp",` +
		`"quotes":{"0":` + offered + `},"bundle_code":null,"bundle_price":5.0,"bundle_content":{},` +
		`"bundle_price_formatted":"£~5.00","bundle_discount_percent":0.0,"bundle_discount_amount":0.0,` +
		`"bundle_discount_amount_formatted":"£~0.00","errors":{}}`

	bookedQuote = `{"id":"046cb691-6158-4f26-946b-c03cf1ba7cf5",` +
		`"policy_start_date":"2019-12-31T14:50:18.308000+00:00","policy_end_date":"2019-12-31T14:50:18.308000+00:00",` +
		`"status":"CONFIRMED","price":5.0,"price_formatted":"£~5.00",` + ticketPolicy +
		`"insured":[{"id":"8e186f08-a38b-4a50-ae95-d018d9b85e25","first_name":"John","last_name":"Bon Jovi",` +
		`"email":"john@example.com","region":null,"age":30}],` + ticketTax +
		`"created_at":"2019-12-30T14:50:19.492742Z","confirmed_at":"2019-12-30T14:50:20.938160Z",` +
		`"updated_at":"2019-12-30T14:50:20.947406Z","cancelled_at":null,` + ticketCover +
		`"next_renewal":null,"can_be_cancelled":true`

	bookedHead = `{"id":"6WXPD-QKL9F-INS","status":"CONFIRMED","currency":"GBP","total_price":5.0,"total_price_formatted":"£~5.00",` +
		`"partner_transaction_id":null,"created_at":"2019-12-30T14:50:19.496827Z","updated_at":"2019-12-30T14:50:20.950205Z",` +
		`"pds_url":"https://site.example/en/pds/6WXPD-QKL9F-INS","security_token":"aKMWa-3xknm-8y79O-qmhsp",`

	coi = `"coi":{"url":"https://site.example/en/coi/6WXPD-QKL9F-INS?security_token=aKMWa-3xknm-8y79O-qmhsp",` +
		`"pdf":"https://site.example/en/coi/6WXPD-QKL9F-INS.pdf?security_token=aKMWa-3xknm-8y79O-qmhsp"},`

	johnHolds = `"policyholder":{"first_name":"John","middle_name":null,"last_name":"Bon Jovi","email":"john@example.com",` +
		`"country":"GB","age":30,"address1":null,"address2":null,"city":null,"postcode":null,"region":"London",` +
		`"phone":null,"secondary_email":null,"birth_date":null,"company":null,"allow_updates":false},`

	bookedTail = coi + `"account_url":"https://site.example/en/coi/6WXPD-QKL9F-INS?security_token=aKMWa-3xknm-8y79O-qmhsp",` +
		johnHolds + `"total_tax":0.0,"total_tax_formatted":"£~0.00","total_premium":5.0,"total_premium_formatted":"£~5.00"`

	firm = `"id":"LLODT","slug":"llodt","name":"Testing partner","title":"Testing partner","logo":null,"contact_url":null,` +
		`"partner_url":null,"help_center_url":null,"updated_at":null,"xpay_refund_enabled":false,"emails":[],"attributes":{}`

	partnerObject = `"partner":{` + firm + `,"subsidiary":{` + firm + `}}`
)

// check compares an answer with the bytes that clients know.
func check(t *testing.T, got dialect.Response, status int, want string) {
	t.Helper()
	if got.Status != status || got.Header.Get("Content-Type") != "application/json" {
		t.Errorf("answered %d with %v", got.Status, got.Header)
	}
	compare(t, got.Body, want)
}

// compare shows where two texts part, since they are long.
func compare(t *testing.T, body []byte, want string) {
	t.Helper()
	got, want := string(body), spaced(want)
	if got == want {
		return
	}
	same := 0
	for same < min(len(got), len(want)) && got[same] == want[same] {
		same++
	}
	t.Errorf("after …%s\ngot  %.200s\nwant %.200s", got[max(same-100, 0):same], got[same:], want[same:])
}

func TestQuotePackages(t *testing.T) {
	t.Parallel()
	d, r := theDialect(), asked("/x/partners/LLODT/quotes/", nil)
	check(t, d.encodeCreated(r, received()), 201, packaged)
	check(t, d.encodePackage(r, received()), 200, packaged)
	check(t, d.encodeFast(r, received()), 201,
		`{"id":"6WXPD-QKL9F-INS","fast_quote_id":"046cb691-6158-4f26-946b-c03cf1ba7cf5","currency":"GBP","quotes":{"0":`+offered+
			`},"total_price":5.0,"total_price_formatted":"£~5.00"}`)
	empty := received()
	empty.Quotes = nil
	check(t, d.encodeFast(r, empty), 201, `{"id":"6WXPD-QKL9F-INS","fast_quote_id":"6WXPD-QKL9F-INS","currency":"GBP",`+
		`"quotes":{},"total_price":0.0,"total_price_formatted":"£~0.00"}`)
}

// subscription is a package of two quotes in German with everything in it that
// the first has not.
func subscription() core.Package {
	p := received()
	p.Currency, p.Language, p.Quotes = "EUR", "de-AT", slices.Repeat(p.Quotes, 2)
	transaction := "ABCD-0001"
	p.TransactionID = &transaction
	p.Bundle = &core.PackageBundle{
		Code: "duo", Name: insurance.Text{"de": "Beides", "en": "Both"}, Discount: insurance.MustRate("10%"),
	}
	product := tickets()
	product.Code, product.Version, product.Category = "DEV01", 2, "devices"
	product.Kinds = []insurance.Kind{insurance.KindRenewable}
	product.Offer = map[insurance.Language]insurance.Offer{"de": {
		Title: "Geräteschutz", Inclusions: []string{"Bruch"}, Exclusions: []string{"Verlust"},
	}}
	product.Coverages = []insurance.Coverage{
		{Name: insurance.Text{"de": "Diebstahl", "en": "Theft"}, Limit: insurance.Text{"de": "bis 500 €"}},
		{Name: insurance.Text{"en": "Breakage"}},
	}
	for i := range p.Quotes {
		q := &p.Quotes[i]
		q.Position, q.Product, q.Tariff.Code = 3-2*i, product, "device & more"
		q.SumInsured = money(2173505, "EUR")
		q.Premium = insurance.Premium{
			Net: money(1000, "EUR"), Tax: money(190, "EUR"), Gross: money(1190, "EUR"), Commission: money(300, "EUR"),
			Taxes: []insurance.TaxLine{{
				Name:   insurance.Text{"de": "Versicherungsteuer", "en": "Insurance tax"},
				Rate:   insurance.MustRate("19%"),
				Amount: money(190, "EUR"),
			}},
		}
		q.Bundled.Gross = money(1071, "EUR")
		q.StartsAt, q.EndsAt = at("2020-01-01T00:00:00Z"), at("2020-04-01T00:00:00Z")
	}
	p.Quotes[0].Plans = []core.PricedPlan{{
		InstalmentPlan: insurance.InstalmentPlan{Name: "1year-monthly", Label: "1Year-Monthly", Parts: 3},
		Amounts:        []insurance.Money{money(397, "EUR"), money(397, "EUR"), money(396, "EUR")},
	}}
	return p
}

func TestQuotePackageInFull(t *testing.T) {
	t.Parallel()
	quote := func(plans string) string {
		return `{"id":"046cb691-6158-4f26-946b-c03cf1ba7cf5","policy_start_date":"2020-01-01T00:00:00+00:00",` +
			`"policy_end_date":"2020-04-01T00:00:00+00:00","status":"RECEIVED","price":11.9,"price_formatted":"€11.90",` +
			`"policy":{"policy_type":"device & more","policy_type_group_name":"devices","policy_name":"Ticketschutz",` +
			`"policy_code":"DEV01","policy_version":"` + policyVersion(subscription().Quotes[0].Product) + `","category":"devices",` +
			`"content":{"title":"Geräteschutz","header":null,"description":"","optout_msg":"","disclaimer":"",` +
			`"inclusions":[{"title":"Bruch","description":""}],"exclusions":[{"title":"Verlust","description":""}]},` +
			`"underwriter":{"disclaimer":"","name":"Asservo"},"claim_selector_id":""},"insured":null,` +
			`"tax":{"total_tax":1.9,"total_amount_without_tax":10.0,"total_tax_formatted":"€1.90",` +
			`"total_amount_without_tax_formatted":"€10.00",` +
			`"taxes":[{"tax_amount":1.9,"tax_code":"Insurance tax","tax_amount_formatted":"€1.90"}]},"duration":"91 00:00:00",` +
			`"benefits":[{"description":"Diebstahl","limit_description":"bis 500 €"},{"description":"Breakage"}],` +
			`"commission":{"partner_commission":3.0,"partner_commission_formatted":"€3.00",` +
			`"surcharge_commission":0.0,"surcharge_commission_formatted":"€0.00",` +
			`"total_commission":3.0,"total_commission_formatted":"€3.00"},` +
			`"created_at":"2019-12-30T14:50:19.492742Z","confirmed_at":null,"updated_at":"2019-12-30T14:50:19.492756Z",` +
			`"cancelled_at":null,"is_renewable":true,"is_pricebeat_enabled":null,"cover_amount":21735.05,` +
			`"cover_amount_formatted":"€21735.05","pending_renewal":null,` +
			`"pds_url":"https://site.example/de/pds/6WXPD-QKL9F-INS?policy_type=device+%26+more_v2",` +
			`"attachments":[],"files":[],"extra_fields":{},` +
			`"surcharge":{"total_amount":null,"total_amount_formatted":null,"surcharges":null},` +
			`"discount_price":10.71,"discount_price_formatted":"€10.71","discount_amount":1.19,` +
			`"discount_amount_formatted":"€1.19","instalment_plans":[` + plans + `]}`
	}
	check(t, theDialect().encodeCreated(asked("/quotes", map[string]string{"nbsp": "false"}), subscription()), 201,
		`{"id":"6WXPD-QKL9F-INS","status":"RECEIVED","currency":"EUR","total_price":23.8,"total_price_formatted":"€23.80",`+
			`"partner_transaction_id":"ABCD-0001","created_at":"2019-12-30T14:50:19.496827Z",`+
			`"updated_at":"2019-12-30T14:50:19.496840Z","pds_url":"https://site.example/de/pds/6WXPD-QKL9F-INS",`+
			`"security_token":"aKMWa-3xknm-8y79O-qmhsp","quotes":{"3":`+
			quote(`{"name":"1year-monthly","label":"1Year-Monthly","amount":11.9,"first_instalment_amount":3.97}`)+
			`,"1":`+quote("")+`},"bundle_code":"duo","bundle_price":21.42,"bundle_content":{"title":"Beides"},`+
			`"bundle_price_formatted":"€21.42","bundle_discount_percent":10.0,"bundle_discount_amount":2.38,`+
			`"bundle_discount_amount_formatted":"€2.38","errors":{}}`)
}

func TestPolicyVersionsAreStableUUIDs(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range []insurance.Product{{Code: "A", Version: 1}, {Code: "A", Version: 11}, {Code: "A1", Version: 1}} {
		id := policyVersion(p)
		if seen[id] || id != policyVersion(p) || id[14] != '4' || !strings.ContainsRune("89ab", rune(id[19])) {
			t.Errorf("%s version %d is %s", p.Code, p.Version, id)
		}
		seen[id] = true
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string][2]string{
		"": {"Ticket Protection", "/en/"}, "en": {"Ticket Protection", "/en/"}, "en-us": {"Ticket Protection", "/en/"},
		"de": {"Ticketschutz", "/de/"}, "DE_at": {"Ticketschutz", "/de/"}, "fr": {"Ticket Protection", "/en/"},
	} {
		p := received()
		p.Language = tag
		body := string(theDialect().encodePackage(asked("/quotes", nil), p).Body)
		if !strings.Contains(body, `"policy_name":"`+want[0]+`"`) ||
			!strings.Contains(body, `"pds_url":"https://site.example`+want[1]+`pds/`) {
			t.Errorf("in %q: %s", tag, body)
		}
	}
}

func TestWhatNoLanguageSays(t *testing.T) {
	t.Parallel()
	p := received()
	p.Quotes[0].Product.Offer = nil
	body := string(theDialect().encodePackage(asked("/quotes", nil), p).Body)
	want := `"content":{"title":"","header":null,"description":"","optout_msg":"","disclaimer":""}`
	if !strings.Contains(body, want) {
		t.Errorf("got %s", body)
	}
}

func TestEveryStateHasAWord(t *testing.T) {
	t.Parallel()
	for _, state := range []core.PackageState{
		core.PackageReceived, core.PackageOptedOut, core.PackageDeleted, core.PackagePending, core.PackageFailed,
		core.PackageConfirmed, core.PackageCancelled,
	} {
		if statuses[state] != strings.ToUpper(string(state)) {
			t.Errorf("%s is told as %q", state, statuses[state])
		}
	}
	for state, want := range map[insurance.RenewalState]string{
		insurance.RenewalPlanned: "ACTIVE", insurance.RenewalAnnounced: "ACTIVE", insurance.RenewalDue: "DUE",
		insurance.RenewalPaid: "PAID", insurance.RenewalUnpaid: "UNPAID", insurance.RenewalDeclined: "CANCELLED",
	} {
		if renewalStatuses[state] != want {
			t.Errorf("renewal %s is told as %q", state, renewalStatuses[state])
		}
	}
	for period, want := range map[string]string{
		"7D": "weekly", "14D": "fortnightly", "1M": "monthly", "3M": "quarterly", "6M": "half_yearly", "12M": "annual",
		"24M": "24M",
	} {
		if got := periodWord(period); got != want {
			t.Errorf("%s is %q", period, got)
		}
	}
}

func TestAnswersWithoutBody(t *testing.T) {
	t.Parallel()
	for status, got := range map[int]dialect.Response{
		202: encodeAccepted(nil, core.Nothing{}), 204: encodeDone(nil, core.Nothing{}),
	} {
		if got.Status != status || len(got.Body) > 0 || got.Header.Get("Content-Type") != "" {
			t.Errorf("answered %+v", got)
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	const base = "://api.example/xcover/partners/LLODT/bookings/?"
	for _, c := range []struct {
		name           string
		limit, offset  int
		next, previous string
	}{
		{"first", 1, 0, `"http` + base + `limit=1&offset=1&x=a%26b"`, "null"},
		{"second", 1, 1, `"http` + base + `limit=1&offset=2&x=a%26b"`, `"http` + base + `limit=1&x=a%26b"`},
		{"last", 1, 2, "null", `"http` + base + `limit=1&offset=1&x=a%26b"`},
		{"uneven", 2, 1, "null", `"http` + base + `limit=2&x=a%26b"`},
		{"beyond", 2, 9, "null", `"http` + base + `limit=2&offset=7&x=a%26b"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := asked("http"+base+"offset=1&x=a%26b", nil)
			got := theDialect().encodePage(r, core.BookingPage{Limit: c.limit, Offset: c.offset, Total: 3})
			check(t, got, 200, `{"count":3,"next":`+c.next+`,"previous":`+c.previous+`,"results":[]}`)
		})
	}
}

func TestPagesAreAddressedAsTheCallerDid(t *testing.T) {
	t.Parallel()
	page := core.BookingPage{Limit: 1, Total: 2, Packages: []core.Package{confirmed()}}
	for name, prepare := range map[string]func(*http.Request){
		"TLS":         func(r *http.Request) { r.TLS = &tls.ConnectionState{} },
		"other route": func(r *http.Request) { r.TLS, r.URL.Path = &tls.ConnectionState{}, "/straightened" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := asked("http://api.example/x/partners/LLODT/bookings", nil)
			prepare(r.Request)
			check(t, theDialect().encodePage(r, page), 200,
				`{"count":2,"next":"https://api.example/x/partners/LLODT/bookings?limit=1&offset=1","previous":null,"results":[`+
					bookedHead+`"quotes":[`+bookedQuote+`}],`+bookedTail+`}]}`)
		})
	}
}
