package thinksurance

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// check compares what a decoder makes of a request: a wish, or the text of a
// refusal.
func check[Wish any](t *testing.T, decode func(*dialect.Request) (Wish, error), r *dialect.Request, want Wish, refused string) {
	t.Helper()
	got, err := decode(r)
	if text := refusedAs(t, err); text != refused {
		t.Errorf("%s: refused as %q, want %q", r.Body, text, refused)
	}
	if refused == "" && !reflect.DeepEqual(got, want) {
		t.Errorf("%s is read as %s\nwant %s", r.Body, revealed(got), revealed(want))
	}
}

// revealed shows what a wish holds, which prints masked.
func revealed(wish any) string {
	var text strings.Builder
	var walk func(reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				if !v.Field(i).IsZero() {
					fmt.Fprintf(&text, "%s:", v.Type().Field(i).Name)
					walk(v.Field(i))
					text.WriteByte(' ')
				}
			}
		case reflect.Pointer:
			walk(v.Elem())
		case reflect.String:
			fmt.Fprintf(&text, "%q", v.String())
		default:
			fmt.Fprintf(&text, "%+v", v.Interface())
		}
	}
	walk(reflect.ValueOf(wish))
	return text.String()
}

func TestDecodeBroker(t *testing.T) {
	t.Parallel()
	person := core.BrokerWish{
		Account: "A", Kind: core.BrokerOwnID, ExternalID: "T5",
		Party: insurance.Party{Email: "mustermann@example.com", LastName: "Mustermann"},
	}
	company := core.BrokerWish{
		Account: "A", Kind: core.BrokerByData,
		Party: insurance.Party{
			Email: "a@example.com", Company: "Awesome GmbH", FirstName: "Eva", Salutation: insurance.SalutationMs, Phone: "030 1",
			Address: insurance.Address{Street: "Weg", HouseNumber: "1a", PostalCode: "01067", City: "Dresden"},
		},
		CompanyRegister: "HRB 1", BrokerRegister: "D-1",
	}
	const missing = "Broker Api: bLastName or bCompany is required."
	for _, c := range []struct {
		name, body string
		header     []string
		want       core.BrokerWish
		refused    string
	}{
		{"published", `{"type":1,"bExternalId":"T5","bEmail":"mustermann@example.com","bLastName":"Mustermann"}`, []string{headerAccount, "A"}, person, ""},
		{"in V1", aBroker, nil, person, ""},
		{"header first", strings.Replace(aBroker, `"A"`, `"X"`, 1), []string{headerAccount, "A"}, person, ""},
		{"keys in any case", strings.NewReplacer("bEmail", "BEMAIL", "type", "Type", "aToken", "atoken").Replace(aBroker), nil, person, ""},
		{"numbers as text", strings.Replace(aBroker, `:1,`, `:"1",`, 1), nil, person, ""},
		{"what nobody knows", strings.Replace(aBroker, `{`, `{"x":[{}],"bToken":"B","bIsActive":"maybe",`, 1), nil, person, ""},
		{"nulls and blanks", strings.Replace(aBroker, `{`, `{"bCompany":null,"bGender":"","bPhone":" ","bCity":null,`, 1), nil, person, ""},
		{
			"everything", `{"aToken":"A","type":"2","bExternalId":"","bGender":2,"bFirstName":"Eva","bEmail":"a@example.com","bCompany":"Awesome GmbH",` +
				`"bStreet":"Weg","bStreetNumber":"1a","bZip":"01067","bCity":"Dresden","bPhone":"030 1","bCompanyRegNumber":"HRB 1","bRegNumber":"D-1"}`, nil, company, "",
		},
		{"a number for an id", strings.Replace(aBroker, `"T5"`, `5`, 1), nil, core.BrokerWish{
			Account: "A", Kind: core.BrokerOwnID, ExternalID: "5", Party: person.Party,
		}, ""},
		{"gender 0", strings.Replace(aBroker, `{`, `{"bGender":0,`, 1), nil, person, ""},

		{"nothing", "", nil, person, "Broker Api: aToken is required, in the header X-Account-Token or in the body; type is required; bEmail is required; bLastName or bCompany is required."},
		{"empty list", "[]", []string{headerAccount, "A"}, person, "Broker Api: type is required; bEmail is required; bLastName or bCompany is required."},
		{"no object", `[{}]`, nil, person, "body is not an object."},
		{"no name", strings.Replace(aBroker, `bLastName`, `x`, 1), nil, person, missing},
		{"no id", strings.Replace(aBroker, `"T5"`, `null`, 1), nil, person, "Broker Api: bExternalId is required."},
		{"no such type", strings.Replace(aBroker, `:1,`, `:3,`, 1), nil, person, "Broker Api: type is not one of 1, 2."},
		{"type 0", strings.Replace(aBroker, `:1,`, `:0,`, 1), nil, person, "Broker Api: type is not one of 1, 2."},
		{"a fraction", strings.Replace(aBroker, `:1,`, `:1.5,`, 1), nil, person, "Broker Api: type is not one of 1, 2."},
		{"an object for a text", strings.Replace(aBroker, `"T5"`, `{"a":1}`, 1), nil, person, "Broker Api: bExternalId is not a string."},
		{"a fraction for a text", strings.Replace(aBroker, `"T5"`, `1e3`, 1), nil, person, "Broker Api: bExternalId is not a string."},
		{"a boolean for a text", strings.Replace(aBroker, `"T5"`, `true`, 1), nil, person, "Broker Api: bExternalId is not a string."},
		{"blank in the address", strings.Replace(aBroker, `mann@`, `mann @`, 1), nil, person, "Broker Api: bEmail has blanks, or ends in a semicolon."},
		{"two addresses", strings.Replace(aBroker, `.com`, `.com;`, 1), nil, person, "Broker Api: bEmail has blanks, or ends in a semicolon."},
		{"no such gender", strings.Replace(aBroker, `{`, `{"bGender":3,`, 1), nil, person, "Broker Api: bGender is not one of 1, 2."},
		{"a token that is none", aBroker, []string{headerAccount, "\xff"}, person, "Broker Api: account does not exist."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			check(t, decodeBroker, posted(c.body, c.header...), c.want, c.refused)
		})
	}
	withoutEmail := strings.Replace(aBroker, "bEmail", "x", 1)
	check(t, decodeBroker, posted(withoutEmail), core.BrokerWish{}, "Broker Api: bEmail is required.")
	check(t, decodeBrokerV1, posted(withoutEmail), core.BrokerWish{
		Account: "A", Kind: core.BrokerOwnID, ExternalID: "T5", Party: insurance.Party{LastName: "Mustermann"},
	}, "")
}

// jump is a forward of B with more keys.
func jump(more string) string { return strings.Replace(aJump, "}", more+"}", 1) }

func TestDecodeForward(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	bare := func(change func(*core.ForwardWish)) core.ForwardWish {
		wish := core.ForwardWish{Broker: "B", Change: core.BrokerWish{Kind: core.BrokerOwnID, ExternalID: "T5"}}
		change(&wish)
		return wish
	}
	customer := func(k core.CustomerWish) core.ForwardWish {
		return bare(func(w *core.ForwardWish) { w.Customer = &k })
	}
	for _, c := range []struct {
		name, body string
		want       core.ForwardWish
	}{
		{"broker", aJump, bare(func(*core.ForwardWish) {})},
		{"changed broker", jump(`,"bCity":"Ulm","bIsActive":0,"aToken":"A"`), bare(func(w *core.ForwardWish) {
			w.Change.Address.City, w.Change.Active, w.Change.Account = "Ulm", &no, "A"
		})},
		{"active broker", jump(`,"bIsActive":"1"`), bare(func(w *core.ForwardWish) { w.Change.Active = &yes })},
		{"blank customer", jump(`,"cFirstName":"","cEmail":null,"cExternalReferences":[],"cSalutation":0,"crmIdent":"openVIVAv1"`), bare(func(*core.ForwardWish) {})},
		{"customer", jump(`,"cExternalId":9975,"cSalutation":"2","cTitle":"Dr.","cFirstName":"Eva","cLastName":"Muster","cBirthday":"1980-02-29",` +
			`"cEmail":"e@example.com","cCompany":"Muster GmbH","cCompanyForm":"4","cStreet":"Weg","cStreetNumber":7,"cZip":"01067","cCity":"Ulm",` +
			`"cPhone":"030 1","cWebsite":"https://example.com","cAccountType":0,"cAddressIsCompany":0,"cCompanyStreet":"Allee",` +
			`"cCompanyStreetNumber":"1","cCompanyZip":89073,"cCompanyCity":"Bonn"`), customer(core.CustomerWish{
			ExternalID: "9975",
			Party: insurance.Party{
				Salutation: insurance.SalutationMs, Title: "Dr.", FirstName: "Eva", LastName: "Muster", BirthOn: "1980-02-29",
				Email: "e@example.com", Company: "Muster GmbH", Phone: "030 1", Website: "https://example.com",
				Address: insurance.Address{Street: "Weg", HouseNumber: "7", PostalCode: "01067", City: "Ulm"},
			},
			CompanyForm: core.FormGmbH, Private: &no, AtAddress: &no,
			BusinessAddress: insurance.Address{Street: "Allee", HouseNumber: "1", PostalCode: "89073", City: "Bonn"},
		})},
		{"private customer", jump(`,"cAccountType":"1"`), customer(core.CustomerWish{Private: &yes})},
		{"the other spelling", jump(`,"cAdressIsCompany":1`), customer(core.CustomerWish{AtAddress: &yes})},
		{"both spellings", jump(`,"cAdressIsCompany":1,"cAddressIsCompany":0`), customer(core.CustomerWish{AtAddress: &no})},
		{"last legal form, other salutation", jump(`,"cCompanyForm":10,"cSalutation":3`), customer(core.CustomerWish{
			CompanyForm: core.FormOther, Party: insurance.Party{Salutation: insurance.SalutationOther},
		})},
		{"references", jump(`,"iId":"1878887","iExternalReferences":[{"origin":"crm","paramKey":"oV-Vertrag-ID","paramValue":4342343},` +
			`{"origin":"CRM","param_key":"k","paramValue":""},{"origin":"insurer","paramKey":"n","paramValue":null}],` +
			`"cExternalReferences":[{"origin":"broker_crm","paramKey":"oV-Kunden-Nr","paramValue":"12345"}]`), bare(func(w *core.ForwardWish) {
			w.InquiryID = 1878887
			w.Refs = []core.Ref{{Origin: "crm", Key: "oV-Vertrag-ID", Value: "4342343"}, {Origin: "crm", Key: "k"}, {Origin: "insurer", Key: "n"}}
			w.Customer = &core.CustomerWish{Refs: []core.Ref{{Origin: "broker_crm", Key: "oV-Kunden-Nr", Value: "12345"}}}
		})},
		{"inquiry at once", jump(`,"instantInquiryCreation":"True","productId":95,"professionId":"258","fullCallback":1`), bare(func(w *core.ForwardWish) {
			w.AtOnce, w.Line, w.Profession, w.FullCallback = true, 95, 258, true
		})},
		{"inquiry later", jump(`,"instantInquiryCreation":"False","productId":95,"professionId":0,"fullCallback":"0"`), bare(func(w *core.ForwardWish) {
			w.Line = 95
		})},
		{"as a boolean", jump(`,"instantInquiryCreation":true,"productId":1,"professionId":2`), bare(func(w *core.ForwardWish) {
			w.AtOnce, w.Line, w.Profession = true, 1, 2
		})},
		{"questionnaire", jump(`,"qasCustProfile":{"source":"crm","categories":[{"id":"default","questions":[{"id":"lgs","answers":["12345600"]},` +
			`{"id":77,"answers":["a",4]},{"id":"none","answers":[]}]},{"id":3,"questions":[{"id":"lgs","answers":["1"]}]}]}`), bare(func(w *core.ForwardWish) {
			w.Answers = map[string]string{"lgs": "1", "77": "a\n4"}
		})},
		{"empty questionnaire", jump(`,"qasCustProfile":[]`), bare(func(*core.ForwardWish) {})},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			check(t, decodeForward, posted(c.body), c.want, "")
		})
	}
	byHeader := posted(`{"type":2}`, headerBroker, "B", headerAccount, "A")
	check(t, decodeForward, byHeader, core.ForwardWish{Broker: "B", Change: core.BrokerWish{Account: "A", Kind: core.BrokerByData}}, "")
}

func TestDecodeForwardRefuses(t *testing.T) {
	t.Parallel()
	at := func(profile string) string { return jump(`,"qasCustProfile":` + profile) }
	for body, refused := range map[string]string{
		`{"aToken":"A","type":1,"bExternalId":"T5"}`: "Broker Api: bToken is required, in the header X-Broker-Token or in the body.",
		`{"bToken":"B"}`:                                                                  "Broker Api: type is required.",
		`{"bToken":"B","type":1}`:                                                         "Broker Api: bExternalId is required.",
		"{\"bToken\":\"B\\u0001\",\"type\":1}":                                            "Broker Api: broker does not exist.",
		jump(`,"bIsActive":2`):                                                            "Broker Api: bIsActive is not true or false.",
		jump(`,"cBirthday":"29.02.1980"`):                                                 "Broker Api: cBirthday is not a date of the form YYYY-MM-DD.",
		jump(`,"cCompanyForm":11`):                                                        "Broker Api: cCompanyForm is not one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10.",
		jump(`,"cSalutation":"Herr"`):                                                     "Broker Api: cSalutation is not one of 1, 2, 3.",
		jump(`,"cAccountType":2`):                                                         "Broker Api: cAccountType is not 0 or 1.",
		jump(`,"cAddressIsCompany":[]`):                                                   "Broker Api: cAddressIsCompany is not 0 or 1.",
		jump(`,"productId":-1`):                                                           "productId is not a whole number from 0 to 2147483647.",
		jump(`,"iId":2147483648`):                                                         "iId is not a whole number from 0 to 2147483647.",
		jump(`,"fullCallback":"all"`):                                                     "Broker Api: fullCallback is not 0 or 1.",
		jump(`,"instantInquiryCreation":"Yes"`):                                           "Broker Api: instantInquiryCreation is not true or false.",
		jump(`,"instantInquiryCreation":"True"`):                                          "productId is required with instantInquiryCreation; professionId is required with instantInquiryCreation.",
		jump(`,"instantInquiryCreation":1,"productId":95`):                                "professionId is required with instantInquiryCreation.",
		jump(`,"instantInquiryCreation":1,"professionId":"Cafe"`):                         "professionId is not a whole number from 0 to 2147483647; productId is required with instantInquiryCreation.",
		jump(`,"iExternalReferences":{"origin":"crm"}`):                                   "Broker Api: iExternalReferences is not a list.",
		jump(`,"iExternalReferences":["crm"]`):                                            "Broker Api: iExternalReferences[0] is not an object.",
		jump(`,"iExternalReferences":[{"origin":"crm"}]`):                                 "Broker Api: iExternalReferences[0].paramKey is required; iExternalReferences[0].paramValue is required.",
		jump(`,"cExternalReferences":[{"paramKey":"k","paramValue":"v"}]`):                "Broker Api: cExternalReferences[0].origin is required.",
		jump(`,"cExternalReferences":[{"origin":"mvp","paramKey":"k","paramValue":"v"}]`): "Broker Api: cExternalReferences[0].origin is not one of crm, insurer, broker_crm.",
		jump(`,"cExternalReferences":[{"origin":"crm","paramKey":[],"paramValue":{}}]`):   "Broker Api: cExternalReferences[0].paramKey is not a string; cExternalReferences[0].paramValue is not a string.",
		at(`"x"`):                                "Broker Api: qasCustProfile is not an object.",
		at(`{"x":1}`):                            "Broker Api: qasCustProfile.source is required; qasCustProfile.categories is required.",
		at(`{"source":"crm","categories":1}`):    "Broker Api: qasCustProfile.categories is not a list.",
		at(`{"source":"crm","categories":[{}]}`): "Broker Api: qasCustProfile.categories[0].id is required; qasCustProfile.categories[0].questions is required.",
		at(`{"source":"crm","categories":[{"id":"default","questions":[{"answers":"1"}]}]}`): "Broker Api: qasCustProfile.categories[0].questions[0].id is required; " +
			"qasCustProfile.categories[0].questions[0].answers is not a list.",
		at(`{"source":"crm","categories":[{"id":1,"questions":[{"id":"q","answers":[1.5]}]}]}`): "Broker Api: qasCustProfile.categories[0].questions[0].answers[0] is not a string.",
	} {
		check(t, decodeForward, posted(body), core.ForwardWish{}, refused)
	}
	const typeTwo = `{"bToken":"B","type":2,"instantInquiryCreation":"True","productId":95,"professionId":258}`
	check(t, decodeForward, posted(typeTwo), core.ForwardWish{}, "Broker Api: instantInquiryCreation is possible with type 1 only.")
}

func TestDecodeInquiry(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path, body string
		header     []string
		want       core.InquiryRef
		refused    string
	}{
		{"1878887", `{"token":"T","btoken":"B"}`, nil, core.InquiryRef{Scope: core.Scope{Broker: "B"}, ID: 1878887}, ""},
		{"7", ``, []string{headerAccount, "A"}, core.InquiryRef{Scope: core.Scope{Account: "A"}, ID: 7}, ""},
		{"7", `{"bToken":"X","aToken":"A"}`, []string{headerBroker, "B"}, core.InquiryRef{Scope: core.Scope{Account: "A", Broker: "B"}, ID: 7}, ""},
		{"7", `{}`, nil, core.InquiryRef{}, "Broker Api: bToken or aToken is required, in the headers X-Broker-Token and X-Account-Token or in the body."},
		{"7", `{"bToken":[]}`, nil, core.InquiryRef{}, "Broker Api: bToken is not a string; bToken or aToken is required, in the headers X-Broker-Token and X-Account-Token or in the body."},
		{"0", `{"bToken":"B"}`, nil, core.InquiryRef{}, "The inquiry does not exist."},
		{"seven", `{"bToken":"B"}`, nil, core.InquiryRef{}, "The inquiry does not exist."},
		{"2147483648", `{"bToken":"B"}`, nil, core.InquiryRef{}, "The inquiry does not exist."},
	} {
		r := posted(c.body, c.header...)
		r.SetPathValue("inquiryId", c.path)
		check(t, decodeInquiry, r, c.want, c.refused)
	}
}

func TestDecodeInquiries(t *testing.T) {
	t.Parallel()
	broker := core.Scope{Broker: "B"}
	for _, c := range []struct {
		body    string
		want    core.InquiryFilter
		refused string
	}{
		{`{"bToken":"B"}`, core.InquiryFilter{Scope: broker, Limit: 1000}, ""},
		{`{"bToken":"B","iId":"7","lastDays":1}`, core.InquiryFilter{Scope: broker, ID: 7, LastDays: 1, Limit: 1000}, ""},
		{`{"bToken":"B","status":"15","lastDays":""}`, core.InquiryFilter{Scope: broker, Status: core.InquiryProposed, Limit: 1000}, ""},
		{`{"bToken":"B","status":5}`, core.InquiryFilter{}, "status is not one of 2, 3, 4, 6, 15, 25."},
		{`{"bToken":"B","lastDays":-1}`, core.InquiryFilter{}, "lastDays is not a whole number from 0 to 36525."},
		{`{"bToken":"B","lastDays":1.5}`, core.InquiryFilter{}, "lastDays is not a whole number from 0 to 36525."},
		{`{"aToken":"A"}`, core.InquiryFilter{}, "Broker Api: bToken is required, in the header X-Broker-Token or in the body."},
	} {
		check(t, decodeInquiriesOfBroker, posted(c.body), c.want, c.refused)
	}
	for status, code := range statuses {
		r := posted(fmt.Sprintf(`{"aToken":"A","bToken":"B","status":%d}`, code))
		check(t, decodeInquiriesOfAccount, r, core.InquiryFilter{Scope: core.Scope{Account: "A"}, Status: status, Limit: 1000}, "")
	}
	check(t, decodeInquiriesOfAccount, posted(`{"bToken":"B"}`), core.InquiryFilter{}, "Broker Api: aToken is required, in the header X-Account-Token or in the body.")
}

func TestDecodeQuery(t *testing.T) {
	t.Parallel()
	scope := core.Scope{Account: "A"}
	for query, c := range map[string]struct {
		want    core.InquiryFilter
		refused string
	}{
		"":                        {core.InquiryFilter{Scope: scope, Limit: 1000}, ""},
		"inquiryId=7&lastDays=90": {core.InquiryFilter{Scope: scope, ID: 7, LastDays: 90, Limit: 1000}, ""},
		"INQUIRYID=7&lastdays=":   {core.InquiryFilter{Scope: scope, ID: 7, Limit: 1000}, ""},
		"bToken=B&other=%22":      {core.InquiryFilter{Scope: scope, Limit: 1000}, ""},
		"inquiryId=7&inquiryId=8": {refused: "inquiryId is given more than once."},
		"lastDays=x":              {refused: "lastDays is not a whole number from 0 to 36525."},
		"lastDays=%":              {refused: "The query is not well-formed."},
		"lastDays=1;2":            {refused: "The query is not well-formed."},
		"lastDays=%ff":            {refused: "The query is not valid UTF-8."},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.URL.RawQuery = query
		r.Header.Set(headerAccount, "A")
		check(t, decodeInquiries, &dialect.Request{Request: r}, c.want, c.refused)
		r.Header.Del(headerAccount)
		if _, err := decodeInquiries(&dialect.Request{Request: r}); err == nil {
			t.Errorf("%q needs no scope", query)
		}
	}
}

func TestDecodeDocument(t *testing.T) {
	t.Parallel()
	for body, c := range map[string]struct {
		want    core.DocumentName
		refused string
	}{
		`{"hash":"D","bToken":"B"}`:       {core.DocumentName{Scope: core.Scope{Broker: "B"}, ID: "D"}, ""},
		`{"hash":5,"bToken":"B"}`:         {core.DocumentName{Scope: core.Scope{Broker: "B"}, ID: "5"}, ""},
		`{"bToken":"B"}`:                  {refused: "hash is required."},
		`{"hash":"D"}`:                    {refused: "Broker Api: bToken is required, in the header X-Broker-Token or in the body."},
		`{"hash":"a\u0007","bToken":"B"}`: {refused: "The document does not exist."},
	} {
		check(t, decodeDocumentV1, posted(body), c.want, c.refused)
	}
	for _, id := range []string{"D", "", "\xff", "a\nb", strings.Repeat("x", maxOpaque+1)} {
		refused := "The document does not exist."
		if id == "D" {
			refused = ""
		}
		r := posted("", headerBroker, "B")
		r.SetPathValue("documentId", id)
		check(t, decodeDocument, r, core.DocumentName{Scope: core.Scope{Broker: "B"}, ID: id}, refused)
		r.SetPathValue("notification", "N")
		r.SetPathValue("document", id)
		check(t, decodeToldDocument, r, core.DocumentName{Notification: "N", ID: id}, refused)
	}
}
