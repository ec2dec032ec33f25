package xcover

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

const ins = "P97RG-NPLHL-INS"

// sent is a request about a package as the decoders get it.
func sent(target, body string) *dialect.Request {
	r := httptest.NewRequest(http.MethodPost, target, http.NoBody)
	r.SetPathValue("id", ins)
	r.SetPathValue("preview", "joaiJ-Cao42-o9ulM-UPD")
	return &dialect.Request{Request: r, Body: []byte(body)}
}

// decoders are all that read a body, by what they read.
var decoders = map[string]func(*dialect.Request) ([]insurance.Problem, error){
	"quotes": func(r *dialect.Request) ([]insurance.Problem, error) {
		w, err := decodeQuoting(r)
		return w.Problems, err
	},
	"amendment": func(r *dialect.Request) ([]insurance.Problem, error) {
		w, err := decodeAmendment(r)
		return w.Problems, err
	},
	"add": func(r *dialect.Request) ([]insurance.Problem, error) {
		w, err := decodeAddition(r)
		return w.Problems, err
	},
	"delete": func(r *dialect.Request) ([]insurance.Problem, error) {
		w, err := decodeRemoval(r)
		return w.Problems, err
	},
	"opt_out": func(r *dialect.Request) ([]insurance.Problem, error) {
		w, err := decodeOptOut(r)
		return w.Problems, err
	},
	"empty": func(r *dialect.Request) ([]insurance.Problem, error) {
		w, err := decodeEmpty(r)
		return w.Problems, err
	},
	"booking": func(r *dialect.Request) ([]insurance.Problem, error) {
		w, err := decodeBooking(r)
		return w.Problems, err
	},
	"instant": func(r *dialect.Request) ([]insurance.Problem, error) {
		w, err := decodeInstant(r)
		return w.Booking.Problems, err
	},
	"change": func(r *dialect.Request) ([]insurance.Problem, error) {
		w, err := decodeChange(r)
		return w.Problems, err
	},
	"cancel": func(r *dialect.Request) ([]insurance.Problem, error) {
		w, err := decodeCancellation(r)
		return w.Problems, err
	},
	"confirmation": func(r *dialect.Request) ([]insurance.Problem, error) {
		w, err := decodeConfirmation(r)
		return w.Problems, err
	},
	"renewal": func(r *dialect.Request) ([]insurance.Problem, error) {
		w, err := decodeRenewal(r)
		return w.Problems, err
	},
	"payment": func(r *dialect.Request) ([]insurance.Problem, error) {
		w, err := decodePayment(r)
		return w.Problems, err
	},
	"instalments": func(r *dialect.Request) ([]insurance.Problem, error) {
		w, err := decodeInstalments(r)
		return w.Problems, err
	},
	"mail": func(r *dialect.Request) ([]insurance.Problem, error) { w, err := decodeMail(r); return w.Problems, err },
}

// errorsOf is what a refusal of a body says under "errors", or its message.
func errorsOf(t *testing.T, problems []insurance.Problem, err error) string {
	t.Helper()
	refusal := &insurance.Error{Code: insurance.CodeInvalid, Problems: problems}
	if err != nil && !errors.As(err, &refusal) {
		t.Fatalf("%T is no refusal: %v", err, err)
	}
	answer := theDialect().Refuse(core.Partner{}, refusal)
	var said struct {
		Message string
		Errors  json.RawMessage
	}
	if err := json.Unmarshal(answer.Body, &said); err != nil || answer.Status < 400 || answer.Status > 499 {
		t.Fatalf("answered %d %s", answer.Status, answer.Body)
	}
	if said.Errors == nil {
		return said.Message
	}
	return string(said.Errors)
}

func TestWhatIsWrong(t *testing.T) {
	t.Parallel()
	const item = `"policy_type":"event_ticket_protection","policy_start_date":"2019-12-30T07:01:25Z"`
	heading := func(rest string) string {
		return `{"currency":"GBP","customer_country":"GB","request":[{` + item + `}],` + rest + `}`
	}
	one := func(rest string) string {
		return `{"currency":"GBP","customer_country":"GB","request":[{` + item + `},{` + item + `,` + rest + `}]}`
	}
	holder := func(rest string) string {
		return `{"quotes":[{"id":"q"}],"policyholder":{"first_name":"A","last_name":"B","email":"a@b.example",` + rest + `}}`
	}
	for _, c := range []struct{ what, body, want string }{
		// As recorded: what is missing comes first and alone, and the name of what is
		// not expected is the key.
		{"quotes", `{"malformed":"payload"}`, `{"currency":["This field is required."],"request":["This field is required."],"customer_country":["This field is required."]}`},
		{"add", `{"malformed":"payload"}`, `{"request":["This field is required."]}`},
		{"amendment", `{"malformed":"payload"}`, `{"malformed":"Unexpected field"}`},
		{"delete", `{"malformed":"payload"}`, `{"malformed":"Unexpected field"}`},
		{"opt_out", `{"malformed":"payload"}`, `{"malformed":"Unexpected field"}`},
		{"cancel", `{"reason_for_cancellation":"moved"}`, `{"reason_for_cancellation":"Unexpected field"}`},
		{"change", `{"policyholder":{"phone":"0123456"}}`, `{"policyholder":{"phone":["The phone number should start with \"+\" character"]}}`},

		{"quotes", `[]`, `{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}`},
		{"quotes", `"text"`, `{"non_field_errors":["Invalid data. Expected a dictionary, but got str."]}`},
		{"quotes", `1.5`, `{"non_field_errors":["Invalid data. Expected a dictionary, but got float."]}`},
		{"empty", `true`, `{"non_field_errors":["Invalid data. Expected a dictionary, but got bool."]}`},
		{"quotes", `{"a":`, `JSON parse error - the body is not well-formed JSON`},

		{"quotes", `{"currency":null,"customer_country":" ","request":{}}`, `{"currency":["This field may not be null."],"customer_country":["This field may not be blank."],"request":["Expected a list of items but got type \"dict\"."]}`},
		{"quotes", `{"currency":"GBP","customer_country":"GB","request":[]}`, `{"request":["This list may not be empty."]}`},
		{"quotes", `{"currency":"GBP","customer_country":"GB","request":[` + strings.Repeat("{},", maxItems) + `{}]}`, `{"request":["Ensure this field has no more than 200 elements."]}`},
		{"quotes", `{"currency":"GBP","customer_country":"GB","request":["a",{` + item + `},7]}`, `{"request":[` +
			`{"non_field_errors":["Invalid data. Expected a dictionary, but got str."]},{},` +
			`{"non_field_errors":["Invalid data. Expected a dictionary, but got int."]}]}`},
		{"add", `{"request":[null]}`, `{"request":[{"non_field_errors":["Invalid data. Expected a dictionary, but got NoneType."]}]}`},
		{"quotes", `{"currency":"XYZ","customer_country":"QQ","request":[{` + item + `}]}`, `{"currency":["\"XYZ\" is not a valid choice."],"customer_country":["\"QQ\" is not a valid choice."]}`},
		{"quotes", `{"currency":true,"customer_country":["GB"],"request":[{` + item + `}]}`, `{"currency":["Not a valid string."],"customer_country":["Not a valid string."]}`},
		{"quotes", heading(`"customer_language":"english!"`), `{"customer_language":["\"english!\" is not a valid choice."]}`},
		{"quotes", heading(`"destination_country":"EU"`), `{"destination_country":["\"EU\" is not a valid choice."]}`},
		{"quotes", heading(`"customer_region":"` + strings.Repeat("ä", 201) + `"`), `{"customer_region":["Ensure this field has no more than 200 characters."]}`},
		{"quotes", heading(`"partner_metadata":"a"`), `{"partner_metadata":{"non_field_errors":["Invalid data. Expected a dictionary, but got str."]}}`},
		{"quotes", heading(`"partner_metadata":{"a":{"b":1}}`), `{"partner_metadata":["Values must be strings, numbers, booleans or null."]}`},
		{"quotes", heading(`"partner_metadata":{"a":"` + strings.Repeat("b", maxMetadata) + `"}`), `{"partner_metadata":["Ensure this field has no more than 16384 characters."]}`},
		{"quotes", heading(`"policy_type":"a"`), `{"policy_type":"Unexpected field"}`},
		{"quotes", heading(`"*7":1,"/a\u0001":1`), `{"?7":"Unexpected field","?a?":"Unexpected field"}`},

		{"quotes", one(`"policy_type_version":1.5`), `{"request":[{},{"policy_type_version":["A valid integer is required."]}]}`},
		{"quotes", one(`"policy_type_version":0`), `{"request":[{},{"policy_type_version":["A valid integer is required."]}]}`},
		{"quotes", one(`"partner_price":"five"`), `{"request":[{},{"partner_price":["A valid number is required."]}]}`},
		{"quotes", one(`"partner_price":"1 2"`), `{"request":[{},{"partner_price":["A valid number is required."]}]}`},
		{"quotes", one(`"period":"seldom"`), `{"request":[{},{"period":["\"seldom\" is not a valid choice."]}]}`},
		{"quotes", one(`"renewal_period":"-3M"`), `{"request":[{},{"renewal_period":["\"-3M\" is not a valid choice."]}]}`},
		{"quotes", one(`"event_name":"a\nb"`), `{"request":[{},{"event_name":["Not a valid string."]}]}`},
		{"quotes", one(`"tickets":[{"price":"a\tb"}]`), `{"request":[{},{"tickets":{"price":["Not a valid string."]}}]}`},
		{"quotes", one(`"tickets.price":1,"quote_id":"a","insured":[],"instalment_plan":null`), `{"request":[{},{` +
			`"quote_id":"Unexpected field","insured":"Unexpected field","instalment_plan":"Unexpected field","tickets.price":"Unexpected field"}]}`},
		{"quotes", one(`"tickets":[{"a b":1}]`), `{"request":[{},{"tickets":{"a b":"Unexpected field"}}]}`},
		{"quotes", one(`"9":1`), `{"request":[{},{"9":"Unexpected field"}]}`},
		{"amendment", `{"request":[{"policy_start_date":"tomorrow"}]}`, `{"request":[{"quote_id":["This field is required."],` +
			`"policy_start_date":["Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."]}]}`},
		{"delete", `{"quotes":[{}]}`, `{"quotes":[{"id":["This field is required."]}]}`},

		{"booking", `{}`, `{"quotes":["This field is required."],"policyholder":["This field is required."]}`},
		{"booking", `{"quotes":[],"policyholder":{}}`, `{"policyholder":{"first_name":["This field is required."],"last_name":["This field is required."],"email":["This field is required."]},"quotes":["This list may not be empty."]}`},
		{"booking", `{"quotes":[{"id":"q"}],"policyholder":[]}`, `{"policyholder":{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}}`},
		{"booking", `{"quotes":[{"id":"q","nonsense":1}],"policyholder":{"first_name":"A","last_name":"B","email":"a@b.example","nickname":"C"},"more":1}`,
			`{"policyholder":{"nickname":"Unexpected field"},"quotes":[{"nonsense":"Unexpected field"}],"more":"Unexpected field"}`},
		{"booking", `{"require_payment_confirmation":"perhaps","quotes":[{"id":"q"},{"id":"p","insured":[{"first_name":"A","last_name":"B"},{"first_name":"","email":"@"}]}],"policyholder":{"first_name":"A","last_name":"B","email":"b","country":"UK","age":"old","birth_date":"1.1.2000"}}`,
			`{"require_payment_confirmation":["Must be a valid boolean."],"policyholder":{"email":["Enter a valid email address."],"country":["This field is not an ISO 3166-1 alpha-2 country code."],` +
				`"age":["This field is not an age in years."],"birth_date":["Date has wrong format. Use one of these formats instead: YYYY-MM-DD."]},` +
				`"quotes":[{},{"insured":[{},{"first_name":["This field may not be blank."],"last_name":["This field is required."],"email":["Enter a valid email address."]}]}]}`},
		{"booking", holder(`"phone":{}`), `{"policyholder":{"phone":["Not a valid string."]}}`},
		{"instant", `{"currency":"GBP"}`, `{"request":["This field is required."],"policyholder":["This field is required."]}`},
		{"instant", `{"currency":"GBP","request":[{` + item + `,"insured":"x"}],"policyholder":{"first_name":"A","last_name":"B","email":"a@b.example"}}`,
			`{"request":[{"insured":["Expected a list of items but got type \"str\"."]}]}`},

		{"change", `{"quotes":[{"update_fields":{}}]}`, `{"quotes":[{"id":["This field is required."]}]}`},
		{"change", `{"quotes":[{"id":"q","update_fields":{"policy_type":"a","insured":[]}}]}`, `{"quotes":[{"update_fields":{"policy_type":"Unexpected field","insured":"Unexpected field"}}]}`},
		{"change", `{"quotes":[{"id":"q","update_fields":7}]}`, `{"quotes":[{"update_fields":{"non_field_errors":["Invalid data. Expected a dictionary, but got int."]}}]}`},
		{"cancel", `{"quotes":[]}`, `{"quotes":["This list may not be empty."]}`},
		{"cancel", `{"preview":"maybe","refund_required":7}`, `{"preview":["Must be a valid boolean."],"refund_required":["Must be a valid boolean."]}`},
		{"cancel", `{"quotes":[{"id":"q","reason_for_cancellation":"` + strings.Repeat("a", maxComment+1) + `"}]}`, `{"quotes":[{"reason_for_cancellation":["Ensure this field has no more than 1000 characters."]}]}`},
		{"confirmation", `{"id":"a"}`, `{"id":"Unexpected field"}`},
		{"renewal", `{"id":"a","policy_start_date":"2019-01-01","price":1}`, `{"price":"Unexpected field"}`},
		{"payment", `{"paid_on":"soon"}`, `{"paid_on":["Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."]}`},
		{"instalments", `{}`, `{"quotes":["This field is required."]}`},
		{"instalments", `{"quotes":[{"payment_status":"OWED"},{"instalment_id":"i"}]}`,
			`{"quotes":[{"payment_status":["\"OWED\" is not a valid choice."],"id":["This field is required."],"instalment_number":["This field is required."]},{"payment_status":["This field is required."]}]}`},
		{"mail", `{"event":"BOOKING_LOST"}`, `{"event":["\"BOOKING_LOST\" is not a valid choice."]}`},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			problems, err := decoders[c.what](sent("/", c.body))
			if err == nil && len(problems) == 0 {
				t.Fatalf("%.200s is taken", c.body)
			}
			if got := errorsOf(t, problems, err); got != c.want {
				t.Errorf("%.200s\ngot  %s\nwant %s", c.body, got, c.want)
			}
		})
	}
}

func TestNothingToSay(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"amendment", "delete", "opt_out", "empty", "change", "cancel", "confirmation", "renewal", "payment", "mail"} {
		for _, body := range []string{"", " ", "null", "{}", " {\n} "} {
			if problems, err := decoders[what](sent("/", body)); err != nil || len(problems) > 0 {
				t.Errorf("%s %q: %v %v", what, body, problems, err)
			}
		}
	}
}

// differ shows two values that are not alike, personal data included: it is
// invented.
func differ(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func pointer[T any](value T) *T { return &value }

func TestDecodeQuoting(t *testing.T) {
	t.Parallel()
	got, err := decodeQuoting(sent("/", `{"currency":"gbp","customer_country":"gb","customer_region":"London","customer_language":"en-us",
		"destination_country":"AU","partner_transaction_id":"ABCD-EFGG","partner_metadata":{"a":1.50,"b":null},"partner_subsidiary":{"x":[1]},"subsidiary":null,
		"request":[{"policy_type":"event_ticket_protection","policy_type_version":1,"policy_start_date":"2019-12-30T07:01:25.427+00:00",
		"event_datetime":"2019-12-30T07:01:25.427+00:00","event_name":"A \"night\" out","number_of_tickets":2,"total_ticket_price":100.10,"resale_ticket":false,
		"tickets":[{"price":0.30000000000000004},{"price":"20"}],"seats":["A1","A2"],"nothing":null,"empty":"","none":[],"address":{"city":"X"},
		"partner_price":5.0},{"policy_type":"b","policy_start_date":"2019-12-30","period":"Quarterly","renewal_period":"weekly"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	differ(t, got, core.PackageWish{
		Currency: pointer(insurance.Currency("GBP")), Country: pointer(insurance.Country("GB")), Region: pointer("London"),
		Destination: pointer("AU"), Language: pointer("en-us"), TransactionID: pointer("ABCD-EFGG"), Metadata: []byte(`{"a":1.50,"b":null}`),
		Items: []core.QuoteWish{
			{Version: 1, Proposal: insurance.Proposal{
				Tariff: "event_ticket_protection", StartsAt: at("2019-12-30T07:01:25.427Z"), PartnerPrice: "5.0",
				Object: insurance.Object{Attributes: map[string]string{
					"event_datetime": "2019-12-30T07:01:25.427+00:00", "event_name": `A "night" out`, "number_of_tickets": "2",
					"total_ticket_price": "100.10", "resale_ticket": "false", "tickets.price": "0.30000000000000004\n20",
					"seats[]": "A1\nA2", "nothing": "", "empty": "", "address.city": "X",
				}},
			}},
			{Proposal: insurance.Proposal{
				Tariff: "b", StartsAt: at("2019-12-30T00:00:00Z"), Term: insurance.Months(3), TermAsSent: "Quarterly",
				Kind: insurance.KindRenewable, Object: insurance.Object{Attributes: map[string]string{}},
			}},
		},
	})
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]insurance.Period{
		"weekly": insurance.Days(7), "fortnightly": insurance.Days(14), "MONTHLY": insurance.Months(1), "quarterly": insurance.Months(3),
		"half_yearly": insurance.Months(6), "annual": insurance.Months(12), "3M": insurance.Months(3), "P1Y": insurance.Months(12), "10d": insurance.Days(10),
	} {
		if got, err := periodOf(text); err != nil || got != want {
			t.Errorf("%s is %v, %v", text, got, err)
		}
	}
}

func TestDecodeChangesOfPackages(t *testing.T) {
	t.Parallel()
	amendment, err := decodeAmendment(sent("/", `{"currency":"AUD","request":[{"quote_id":"q","event_name":null,"policy_type_version":2}]}`))
	differ(t, err, nil)
	differ(t, amendment, core.PackageWish{
		PackageID: ins, Currency: pointer(insurance.Currency("AUD")), Items: []core.QuoteWish{
			{QuoteID: "q", Version: 2, Proposal: insurance.Proposal{Object: insurance.Object{Attributes: map[string]string{"event_name": ""}}}},
		},
	})
	addition, err := decodeAddition(sent("/", `{"request":[{"policy_type":"a","policy_start_date":"2019-12-30"}]}`))
	differ(t, err, nil)
	differ(t, addition, core.PackageWish{PackageID: ins, Items: []core.QuoteWish{
		{Proposal: insurance.Proposal{Tariff: "a", StartsAt: at("2019-12-30T00:00:00Z"), Object: insurance.Object{Attributes: map[string]string{}}}},
	}})
	removal, err := decodeRemoval(sent("/", `{"quotes":[{"id":"q"},{"id":"p"}]}`))
	differ(t, err, nil)
	differ(t, removal, core.PackageRef{PackageID: ins, QuoteIDs: []string{"q", "p"}})
	declined, err := decodeOptOut(sent("/", `{"partner_metadata":{"why":"price"}}`))
	differ(t, err, nil)
	differ(t, declined, core.PackageRef{PackageID: ins, Metadata: []byte(`{"why":"price"}`)})
}

const person = `{"first_name":" Ann ","middle_name":"B","last_name":"Cee","email":"ann@cee.example","secondary_email":"a@cee.example","phone":"+44 20 7946 0000",
	"age":30,"birth_date":"1989-01-31","company":"Cee Ltd","country":"gb","address1":"1 High St","address2":"Flat 2","city":"London","postcode":1010,"region":null}`

func ann() insurance.Party {
	return insurance.Party{
		FirstName: "Ann", MiddleName: "B", LastName: "Cee", Email: "ann@cee.example", SecondaryEmail: "a@cee.example",
		Phone: "+44 20 7946 0000", Age: "30", BirthOn: "1989-01-31", Company: "Cee Ltd", Country: "GB",
		Address: insurance.Address{Street: "1 High St", Extra: "Flat 2", City: "London", PostalCode: "1010"},
	}
}

func TestDecodeBookings(t *testing.T) {
	t.Parallel()
	booking, err := decodeBooking(sent("/", `{"require_payment_confirmation":true,"quotes":[{"id":"q","insured":[{"id":"i","first_name":"D","last_name":"E","age":7}],
		"instalment_plan":"1year-monthly"},{"id":"p","insured":null}],"policyholder":`+person+`,"partner_transaction_id":123,"partner_metadata":{}}`))
	differ(t, err, nil)
	differ(t, booking, core.BookingWish{
		PackageID: ins, AwaitPayment: true, Holder: ann(), TransactionID: pointer("123"), Metadata: []byte("{}"),
		Quotes: []core.QuoteToBook{
			{ID: "q", Insured: []insurance.Party{{FirstName: "D", LastName: "E", Age: "7"}}, Plan: "1year-monthly"}, {ID: "p"},
		},
	})
	instant, err := decodeInstant(sent("/", `{"currency":"GBP","request":[{"policy_type":"a","policy_start_date":"2019-12-30","x":1},
		{"policy_type":"b","policy_start_date":"2019-12-30","insured":[{"first_name":"D","last_name":"E"}],"instalment_plan":"p"}],"policyholder":`+person+`}`))
	differ(t, err, nil)
	differ(t, instant.Booking, core.BookingWish{Holder: ann(), Quotes: []core.QuoteToBook{
		{}, {Insured: []insurance.Party{{FirstName: "D", LastName: "E"}}, Plan: "p"},
	}})
	differ(t, len(instant.Package.Items), 2)
	differ(t, instant.Package.Items[0].Proposal.Object.Attributes, map[string]string{"x": "1"})
	differ(t, instant.Package.Items[1].Proposal.Object.Attributes, map[string]string{})
}

func TestDecodeChangesOfBookings(t *testing.T) {
	t.Parallel()
	change, err := decodeChange(sent("/", `{"policyholder":{"last_name":"Dee"},"partner_transaction_id":"t","partner_metadata":{"a":1},
		"quotes":[{"id":"q","update_fields":{"total_ticket_price":12.5,"policy_start_date":"2019-12-29"},"insured":[{"first_name":"D","last_name":"E"}],
		"policy_start_date":"2019-12-30"},{"id":"p"}]}`))
	differ(t, err, nil)
	differ(t, change, core.ChangeWish{
		PackageID: ins, Holder: &insurance.Party{LastName: "Dee"}, TransactionID: pointer("t"), Metadata: []byte(`{"a":1}`),
		Quotes: []core.QuoteChange{
			{ID: "q", Insured: []insurance.Party{{FirstName: "D", LastName: "E"}}, Proposal: insurance.Proposal{
				StartsAt: at("2019-12-30T00:00:00Z"), Object: insurance.Object{Attributes: map[string]string{"total_ticket_price": "12.5"}},
			}},
			{ID: "p"},
		},
	})
	confirmation, err := decodeConfirmation(sent("/", "{}"))
	differ(t, err, nil)
	differ(t, confirmation, core.Confirmation{PackageID: ins, ID: "joaiJ-Cao42-o9ulM-UPD"})
	cancellation, err := decodeCancellation(sent("/", `{"preview":true,"quotes":[{"id":"q","reason_for_cancellation":"moved"},{"id":"p","reason_for_cancellation":null}],"refund_required":false}`))
	differ(t, err, nil)
	differ(t, cancellation, core.CancelWish{PackageID: ins, Preview: true, Quotes: []core.QuoteToCancel{{ID: "q", Comment: "moved"}, {ID: "p"}}})
	mail, err := decodeMail(sent("/", `{"event":"BOOKING_CANCELLED"}`))
	differ(t, err, nil)
	differ(t, mail, core.MailWish{PackageID: ins, Kind: core.MailCancelled})
}

func TestDecodePayments(t *testing.T) {
	t.Parallel()
	payment, err := decodePayment(sent("/", `{"paid_on":"2019-12-20 02:42:12Z"}`))
	differ(t, err, nil)
	differ(t, payment, core.RenewalPayment{RenewalID: ins, PaidOn: time.Date(2019, time.December, 20, 2, 42, 12, 0, time.UTC)})
	report, err := decodeInstalments(sent("/", `{"quotes":[{"id":"q","instalment_number":"2","payment_status":"paid","payment_attempted_date":"2021-01-02"},
		{"instalment_id":"i","payment_status":"FAILED"}]}`))
	differ(t, err, nil)
	differ(t, report, core.InstalmentReport{PackageID: ins, Parts: []core.InstalmentPaid{
		{QuoteID: "q", Number: 2, Paid: true, At: at("2021-01-02T00:00:00Z")}, {InstalmentID: "i"},
	}})
}

func TestNamesThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, name := range []string{strings.Repeat("A", maxName+1), "a\x00b", "\xff"} {
		for what, decode := range decoders {
			r := sent("/", "[]")
			r.SetPathValue("id", name)
			if _, err := decode(r); insurance.CodeOf(err) != insurance.CodePackageUnknown && what != "quotes" && what != "instant" {
				t.Errorf("%s of %q: %v", what, name, err)
			}
		}
		r := sent("/", "{}")
		r.SetPathValue("preview", name)
		if _, err := decodeConfirmation(r); insurance.CodeOf(err) != insurance.CodePackageUnknown {
			t.Errorf("preview %q: %v", name, err)
		}
		r.SetPathValue("id", name)
		if _, err := decodeName(r); insurance.CodeOf(err) != insurance.CodePackageUnknown {
			t.Errorf("%q: %v", name, err)
		}
	}
	ref, err := decodeName(sent("/", "nonsense"))
	differ(t, err, nil)
	differ(t, ref, core.PackageRef{PackageID: ins})
}

func TestDecodeListing(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]core.BookingFilter{
		"":                       {Limit: 25},
		"limit=1&offset=1":       {Limit: 1, Offset: 1},
		"limit=101":              {Limit: 100},
		"limit=0&offset=-1":      {Limit: 25},
		"limit=x&offset=1.5":     {Limit: 25},
		"limit=&offset=0&x=y;z":  {Limit: 25},
		"offset=999999999999999": {Limit: 25, Offset: maxOffset},
	} {
		if got, err := decodeListing(sent("/?"+query, "")); err != nil || got != want {
			t.Errorf("%q: %+v, %v", query, got, err)
		}
	}
}

func TestIsFast(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]bool{"": false, "fast_quote=1": true, "fast_quote=true": true, "fast_quote=0": false, "fast_quote=yes": false} {
		if got := isFast(sent("/?"+query, "").Request); got != want {
			t.Errorf("%q: %t", query, got)
		}
	}
}

// FuzzDecode: whatever is sent, it is read, or refused in words that can be
// said.
func FuzzDecode(f *testing.F) {
	for _, r := range exchanged(f) {
		f.Add(r.Body)
	}
	f.Add([]byte(`{"currency":"GBP","customer_country":"GB","request":[{"policy_type":"a","policy_start_date":"2019-12-30","tickets":[{"price":1}]}]}`))
	f.Add([]byte(`{"quotes":[{"id":"q","insured":[{"first_name":"A"}],"update_fields":{"a":[[{"b":[1]}]]}}],"policyholder":{"phone":"+1"}}`))
	f.Add([]byte(`{"quotes":[{"instalment_id":"i","payment_status":"PAID"}],"preview":1,"event":"BOOKING_UPDATED","paid_on":"2019-12-20 02:42:12Z"}`))
	f.Add([]byte(`{"*0":{"*1":1},"request":[{"*999999999":1}],"/":{},"":""}`))
	f.Add([]byte("null"))
	f.Add([]byte("[[[["))
	f.Fuzz(func(t *testing.T, body []byte) {
		for what, decode := range decoders {
			problems, err := decode(sent("/", string(body)))
			if err == nil && len(problems) == 0 {
				continue
			}
			if said := errorsOf(t, problems, err); said == "" || len(said) > 100_000 {
				t.Errorf("%s says %.200q", what, said)
			}
		}
		wish, err := decodeQuoting(sent("/", string(body)))
		for _, item := range wish.Items {
			for name, value := range item.Proposal.Object.Attributes {
				if err == nil && len(wish.Problems) == 0 && strings.ContainsAny(name+value, "\x00\t\r") {
					t.Errorf("attribute %q is %q", name, value)
				}
			}
		}
	})
}

func TestAttributeNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"a": true, "event_name": true, "Z9-_": true, strings.Repeat("a", 64): true,
		"": false, "9a": false, "_a": false, "-a": false, "a b": false, "a.b": false, "ä": false, "aä": false, "a/b": false,
		strings.Repeat("a", 65): false,
	} {
		if isAttributeName(name) != want {
			t.Errorf("%q is %t", name, !want)
		}
	}
}
