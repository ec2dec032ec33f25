package thinksurance

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// decoders are those that read a body, without what they make of it.
var decoders = map[string]func(*dialect.Request) error{
	"broker":      without(decodeBroker),
	"broker V1":   without(decodeBrokerV1),
	"forward":     without(decodeForward),
	"agency":      without(decodeAgency),
	"agency drop": without(decodeAgencyDrop),
	"scope":       without(decodeScope),
	"profession":  without(decodeProfession),
	"inquiry":     without(decodeInquiry),
	"inquiries":   without(decodeInquiriesOfBroker),
	"document":    without(decodeDocumentV1),
	"report":      without(decodeReport),
}

func without[Wish any](decode func(*dialect.Request) (Wish, error)) func(*dialect.Request) error {
	return func(r *dialect.Request) error {
		_, err := decode(r)
		return err
	}
}

func FuzzDecode(f *testing.F) {
	for _, c := range everyRoute {
		if c.method != http.MethodGet {
			f.Add([]byte(c.body))
		}
	}
	f.Add([]byte(publishedNumbers))
	f.Add([]byte(jump(`,"qasCustProfile":{"source":"crm","categories":[{"id":"default","questions":[{"id":"lgs","answers":["1"]}]}]},` +
		`"iExternalReferences":[{"origin":"crm","paramKey":"k","paramValue":""}],"cBirthday":"1980-02-29","cCompanyForm":4`)))
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > 0 && dialect.Gate(body, New(nil, "").Gate()) != nil {
			return
		}
		for name, decode := range decoders {
			r := posted(string(body), headerAccount, "A", headerBroker, "B")
			r.SetPathValue("inquiryId", "1")
			r.SetPathValue("notification", "N")
			r.SetPathValue("document", "D")
			checkSaid(t, name, decode(r))
		}
		claim, ok := New(nil, "").CredentialIn(posted("").Request, body)
		if ok && (claim.Session == "" || !opaque(claim.Session)) || !opaque(claim.Scope.Account) || !opaque(claim.Scope.Broker) {
			t.Errorf("claims %+v", claim)
		}
	})
}

func FuzzQuery(f *testing.F) {
	for _, query := range []string{"", "inquiryId=7&lastDays=1", "professionId=123", "lastDays=%00", "a=1&A=2"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		r := posted("", headerAccount, "A")
		r.Method, r.URL.RawQuery = http.MethodGet, query
		checkSaid(t, "profession", without(decodeProfession)(r))
		filter, err := decodeInquiries(r)
		checkSaid(t, "inquiries", err)
		if err == nil && (filter.ID < 0 || filter.ID > maxID || filter.LastDays < 0 || filter.LastDays > maxLastDays || filter.Scope.Account != "A") {
			t.Errorf("%q asks for %+v", query, filter)
		}
	})
}

// checkSaid fails unless an error is a refusal that can be said, with 200.
func checkSaid(t *testing.T, name string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	refusal, ok := errors.AsType[*insurance.Error](err)
	if !ok {
		t.Fatalf("%s: %T is no refusal: %v", name, err, err)
	}
	response := New(nil, "").Refuse(core.Partner{}, refusal)
	if response.Status != http.StatusOK || !utf8.Valid(response.Body) || !strings.HasPrefix(string(response.Body), `{"error":"`) {
		t.Fatalf("%s: %v is said as %d %s", name, err, response.Status, response.Body)
	}
}
