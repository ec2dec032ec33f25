package app_test

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/store/storetest"
)

// marks are personal data that nobody else has, by what they are.
func marks() map[string]string {
	all := make(map[string]string)
	for _, what := range []string{"first", "last", "company", "vat", "tax", "street", "house", "zip", "city", "mail", "comment", "serial"} {
		all[what] = "mark" + what + strings.ToLower(rand.Text())[:10]
	}
	return all
}

// marked is an order of a person and of a company in which everything
// personal is a mark.
func marked(t *testing.T, reference, product string, mark map[string]string, company string) []byte {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"policyHolder": map[string]any{
			"insuredLegalEntity": company, "VATId": mark["vat"], "taxId": mark["tax"], "insuranceUserFirstName": mark["first"],
			"insuranceUserLastName": mark["last"], "country": "DE", "email": mark["mail"] + "@" + mark["mail"] + ".example",
			"birthDate": "1987-06-05",
			"address": map[string]any{
				"street": mark["street"], "houseNumber": mark["house"], "zipCode": mark["zip"], "city": mark["city"],
			},
		},
		"Contract": map[string]any{
			"externalOrderReference": reference, "contractStart": today(t), "productCode": product, "duration": "3Y", "costsharing": 10,
		},
		"insuredObject": map[string]any{
			"serialNumber": mark["serial"] + reference, "objectType": "Notebook", "itemsalesPrice": 555, "manufacturer": "HP", "model": "X",
			"undamagedConfirmed": true,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Personal data is in documents and in the partner's own list, and nowhere
// else: not in logs, figures, refusals, webhooks or operators' lists.
func TestPersonalDataStaysIn(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine, "--log-level", "debug")
		mark, p := marks(), s.partner()
		const repair = "HEP_Repair_599,99"
		var shown strings.Builder
		refused := func(method, path string, body []byte, header ...string) {
			got := p.send(t, method, path, body, header...)
			if got.status < 400 {
				t.Errorf("%s %s is not refused: %s", method, path, got.body)
			}
			shown.Write(got.body)
		}
		s.answers(t, `{"status":500,"times":20}`)
		for reference, company := range map[string]string{"PERSON": "", "COMPANY": mark["company"]} {
			p.want(t, http.StatusOK, http.MethodPost, orderPath, marked(t, reference, repair, mark, company))
			p.want(t, http.StatusOK, http.MethodPost, orderPath, marked(t, reference, repair, mark, company))
			s.told(t, reference)
		}
		p.want(t, http.StatusOK, http.MethodPost, orderPath, marked(t, "UNKNOWN", "HEP_None", mark, ""))
		s.told(t, "UNKNOWN")

		// The same order with other people in it, and with values that are wrong.
		other := strings.ReplaceAll(string(marked(t, "PERSON", repair, mark, "")), mark["last"], mark["last"]+"x")
		refused(http.MethodPost, orderPath, []byte(other))
		refused(http.MethodPost, orderPath, []byte(strings.ReplaceAll(other, "@", "@@")))
		refused(http.MethodPost, orderPath, []byte(strings.ReplaceAll(other, `"DE"`, `"`+mark["city"]+`"`)))
		refused(http.MethodPost, orderPath, []byte(strings.ReplaceAll(other, "1987-06-05", mark["street"])))
		refused(http.MethodPost, orderPath, []byte(other)[:len(other)/2])
		refused(http.MethodPost, orderPath, []byte(strings.ReplaceAll(other, mark["first"], mark["first"]+`\u0000`)))
		refused(http.MethodPost, orderPath, []byte(strings.ReplaceAll(other, `"1987-06-05"`, `["`+mark["mail"]+`"]`)))

		list := string(p.want(t, http.StatusOK, http.MethodGet, lookupPath, nil).body)
		for _, c := range p.contracts(t, "") {
			documents(t, p, c.CertificateNumber)
			path := "/services/integrator/contracts/" + c.CertificateNumber + "/cancel"
			refused(http.MethodPost, path, []byte(`{"reason":"FRAUD","comment":"`+mark["comment"]+`"}`))
			p.want(t, http.StatusOK, http.MethodPost, path, []byte(`{"reason":"ITEM_SOLD","comment":"`+mark["comment"]+`"}`))
		}
		s.advance(t, "P40D")
		for _, m := range s.inbox(t) {
			shown.WriteString(m.Body)
		}
		for _, state := range []string{"due", "delivered", "given_up"} {
			shown.WriteString(operateOn(t, s.place(), "notices", "list", "--state", state))
		}
		shown.WriteString(operateOn(t, s.place(), "check"))
		shown.Write(s.controls().want(t, http.StatusOK, http.MethodGet, "/metrics", nil).body)
		s.stop(t)
		shown.WriteString(s.out.String() + s.log.String())

		if !strings.Contains(s.log.String(), "level=INFO msg=request") {
			t.Error("nothing was logged that could hold anything")
		}
		for what, text := range mark {
			if strings.Contains(strings.ToLower(shown.String()), text) {
				t.Errorf("%s is shown: %s", what, around(shown.String(), text))
			}
			if what != "comment" && !strings.Contains(list, text) {
				t.Errorf("the partner's own list lacks %s, so that this test would not find it elsewhere", what)
			}
		}
	})
}

func operateOn(t *testing.T, at place, args ...string) string {
	t.Helper()
	return done(t, nil, append(args, at.args()...)...)
}

// around is where a text stands.
func around(all, text string) string {
	at := strings.Index(strings.ToLower(all), text)
	return all[max(0, at-200):min(len(all), at+100)]
}
