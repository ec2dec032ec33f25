package app_test

import (
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/store"
)

// confidant is a broker's system of which everything personal is a mark, and
// gathers what people see who are not meant to.
type confidant struct {
	brokerSystem
	*sandbox
	mark  map[string]string
	shown strings.Builder
}

// saidAgain are the marks that a partner reads again, so that they would be
// found elsewhere; saidOnce are those that it only says.
var (
	saidAgain = []string{
		"bLastName", "bEmail", "bCompany", "cTitle", "cFirstName", "cLastName", "cEmail", "cCompany", "cStreet", "cStreetNumber",
		"cZip", "cCity", "cPhone", "cWebsite", "cCompanyStreet", "cCompanyStreetNumber", "cCompanyZip", "cCompanyCity", "cRef", "iRef",
		"matchCode", "internalComment",
	}
	saidOnce = []string{"bFirstName", "bStreet", "bStreetNumber", "bZip", "bCity", "bPhone", "bCompanyRegNumber", "bRegNumber", "comment"}
)

// marked are fields of a flat object by their marks, with some changes.
func (c *confidant) marked(t *testing.T, prefix string, more map[string]any) []byte {
	t.Helper()
	body := make(map[string]any)
	for name, mark := range c.mark {
		if strings.HasPrefix(name, prefix) && !strings.HasSuffix(name, "Ref") && name != "comment" {
			body[name] = mark
		}
	}
	body[prefix+"Email"] = c.mark[prefix+"Email"] + "@" + c.mark[prefix+"Email"] + ".example"
	maps.Copy(body, more)
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// refused sends a request that has to be refused, and keeps what is said.
func (c *confidant) refused(t *testing.T, method, path, body string, header ...string) {
	t.Helper()
	got := c.send(t, method, path, []byte(body), append([]string{c.bearer, c.account, c.broker}, header...)...)
	if got.status < 400 && !refusedAs(got) {
		t.Errorf("%s %s with %s is not refused: %s", method, path, body, got.body)
	}
	c.shown.Write(got.body)
}

// reference is something that other systems call by a mark.
func (c *confidant) reference(name string) []map[string]string {
	return []map[string]string{{"origin": "crm", "paramKey": "k", "paramValue": c.mark[name]}}
}

func (c *confidant) aForward(t *testing.T) []byte {
	t.Helper()
	return c.marked(t, "c", map[string]any{
		"type": 1, "bExternalId": "PRIVATE", "cExternalId": "C-1", "cBirthday": "1987-06-05", "cAddressIsCompany": 0,
		"cExternalReferences": c.reference("cRef"), "iExternalReferences": c.reference("iRef"), "instantInquiryCreation": "True",
		"productId": 95, "professionId": 258, "fullCallback": 1,
	})
}

// Personal data is in documents, at the desk, in the partner's own answers and
// in the push that holds whole inquiries, and nowhere else; what opens
// something is nowhere but where it was given.
func TestBrokersDataStaysIn(t *testing.T) {
	onEngines(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine, "--log-level", "debug")
		c := &confidant{brokerSystem: s.info.Thinksurance.signIn(t), sandbox: s, mark: make(map[string]string)}
		for _, name := range slices.Concat(saidAgain, saidOnce) {
			c.mark[name] = "mark" + strings.ToLower(rand.Text())[:12]
		}
		c.push(t)
		s.answers(t, `{"status":500,"times":20,"partner":"thinksurance"}`)
		own := c.introduce(t)
		link := c.forward(t, c.aForward(t))
		var id int64
		for _, inquiry := range c.inquiries(t) {
			id = inquiry.Data.ID
		}
		secret := c.atDesk(t, link, id)
		own += string(c.want(t, http.StatusOK, http.MethodGet, "/api/ipn/inquiries", nil, c.bearer, c.account).body)
		c.misspeak(t, string(c.aForward(t)))
		secrets := append(c.secrets(t, id), secret, link[strings.LastIndex(link, "/")+1:])
		s.advance(t, "P40D")
		c.listen(t)
		c.wantKept(t, own, secrets)
	})
}

// push lets whole inquiries be pushed, which hold their customers.
func (c *confidant) push(t *testing.T) {
	t.Helper()
	house := coreOn(t, store.Options{DSN: c.place().dsn()}, c.masterKey(t))
	push := core.Endpoint{Part: "thinksurance", Name: "push", URL: "inbox:thinksurance", Purpose: core.PurposePush}
	if err := house.SetEndpoint(t.Context(), push); err != nil {
		t.Fatal(err)
	}
}

// introduce makes the broker and the agency numbers, and gives what is read of
// them.
func (c *confidant) introduce(t *testing.T) (own string) {
	t.Helper()
	var made struct{ BToken string }
	c.ask(t, c.account, http.MethodPost, "/api/ipn/brokers", c.marked(t, "b", map[string]any{"type": 1, "bExternalId": "PRIVATE"}), &made)
	c.broker = "X-Broker-Token: " + made.BToken
	number := `{"agencyNumberSets":[{"baFinId":"5405","agencyNumbers":[{"agencyNumber":"1","active":true,"defaultForTenders":true,` +
		`"defaultForCalculations":true,"matchCode":"` + c.mark["matchCode"] + `","internalComment":"` + c.mark["internalComment"] + `"}]}]}`
	c.ask(t, c.broker, http.MethodPost, "/api/ipn/agency-numbers", []byte(number), new(any))
	account := strings.TrimPrefix(c.account, "X-Account-Token: ")
	found := c.marked(t, "b", map[string]any{"type": 1, "bExternalId": "PRIVATE", "aToken": account})
	for _, got := range []answer{
		c.want(t, http.StatusOK, http.MethodGet, "/api/ipn/agency-numbers", nil, c.bearer, c.broker),
		c.want(t, http.StatusOK, http.MethodPost, "/api/broker/get/"+c.token(), found),
	} {
		own += string(got.body)
	}
	return own
}

// atDesk works the inquiry until it is ended, not without mistakes, and looks
// for what was typed in searches and addresses.
func (c *confidant) atDesk(t *testing.T, link string, id int64) (secret string) {
	t.Helper()
	secret = enter(t, link)
	site, mark := c.info.URL, url.QueryEscape(c.mark["cLastName"])
	for _, path := range []string{"/desk/?q=" + mark, "/desk/customers?q=" + mark, "/desk/" + mark, "/desk/enter/" + mark, "/documents/" + mark} {
		if got := browse(t, http.MethodGet, site+path, secret, nil); got.header.Get("Cache-Control") != "no-store" && got.status == http.StatusOK {
			t.Errorf("%s may be stored: %v", path, got.header)
		}
	}
	wrong := url.Values{"email": {c.mark["cEmail"] + "@@"}, "last_name": {c.mark["cLastName"]}, "birth_on": {c.mark["cCity"]}}
	if got := browse(t, http.MethodPost, site+"/desk/customers/new", secret, wrong); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a customer that cannot be is answered %d", got.status)
	}
	c.work(t, id, "ordered")
	ending := url.Values{"reason": {"WITHDRAWAL"}, "comment": {c.mark["comment"]}, "confirmed": {"yes"}}
	if got := browse(t, http.MethodPost, site+"/desk"+strings.TrimPrefix(inquiryPath(id), "/sandbox")+"/end", secret, ending); got.status != http.StatusSeeOther {
		t.Errorf("ending the policy is answered %d %s", got.status, got.body)
	}
	checkInquiryDocuments(t, c.brokerSystem, c.numbered(t, id))
	return secret
}

// numbered is the inquiry of a number.
func (c *confidant) numbered(t *testing.T, id int64) inquiryRead {
	t.Helper()
	found, ok := c.inquiries(t)[strconv.FormatInt(id, 10)]
	if !ok {
		t.Fatalf("inquiry %d is not listed", id)
	}
	return found
}

// misspeak says everything where it does not belong.
func (c *confidant) misspeak(t *testing.T, forward string) {
	t.Helper()
	const path = "/api/ipn/brokers/forward"
	mark := c.mark["cLastName"]
	for was, is := range map[string]string{
		`"type":1`: `"type":"` + mark + `"`, `"productId":95`: `"productId":"` + mark + `"`, `"1987-06-05"`: `"` + mark + `"`,
		`"origin":"crm"`: `"origin":"` + mark + `"`, `"True"`: `"` + mark + `"`, `"fullCallback":1`: `"fullCallback":"` + mark + `"`,
		`"professionId":258`:    `"professionId":[{"` + mark + `":"` + mark + `"}]`,
		`"cAddressIsCompany":0`: `"cAddressIsCompany":{"` + mark + `":1}`, "@": "@@", `"cLastName":"`: `"cLastName":"\u0000`,
		`"PRIVATE"`: `["` + mark + `"]`,
	} {
		c.refused(t, http.MethodPost, path, strings.Replace(forward, was, is, 1))
	}
	c.refused(t, http.MethodPost, path, forward[:len(forward)/2])
	c.refused(t, http.MethodPost, path, forward, "X-Broker-Token: "+mark)
	c.refused(t, http.MethodPost, "/api/ipn/brokers", string(c.marked(t, "b", map[string]any{"type": mark, "bEmail": mark + ";"})))
	c.refused(t, http.MethodGet, "/api/ipn/inquiries?inquiryId="+mark, "")
	c.refused(t, http.MethodGet, "/api/ipn/inquiries/"+mark, "")
	c.refused(t, http.MethodGet, "/api/ipn/documents/"+mark, "")
	c.refused(t, http.MethodGet, "/api/public/v2/notifications/"+mark+"/customers/"+mark, "")
	c.refused(t, http.MethodPost, "/api/broker/unheard/"+c.token(), forward)
	c.refused(t, http.MethodDelete, "/api/broker/fwd/"+c.token(), "")
	c.refused(t, http.MethodPost, "/api/broker/set/"+c.token(), forward[:1]+`"bExternalId":"`+mark+`",`+forward[1:])
	c.refused(t, http.MethodPost, "/api/broker/get/"+c.token(), `{"type":1,"bExternalId":"`+mark+`","bLastName":"`+mark+`"}`)
	c.refused(t, http.MethodPost, "/api/ipn/agency-numbers", `{"agencyNumberSets":[{"baFinId":"`+mark+`","agencyNumbers":[{"agencyNumber":"`+mark+`"}]}]}`)
	c.refused(t, http.MethodPost, "/api/ipn/agency-numbers", `{"agencyNumberSets":[{"baFinId":"5405","agencyNumbers":[{"agencyNumber":"1","collectionType":"`+mark+`"}]}]}`)
}

// secrets open something: sessions of two versions, a link that nobody uses,
// the links to documents.
func (c *confidant) secrets(t *testing.T, id int64) []string {
	t.Helper()
	p := c.info.Thinksurance
	var session struct {
		AccessToken string `json:"access_token"`
	}
	body := `{"accessKey":"` + p.Secret + `","secretKey":"` + p.Hash + `"}`
	decode(t, c.want(t, http.StatusOK, http.MethodPost, "/api/auth/v2/token", []byte(body)).body, &session)
	link := c.forward(t, c.aForward(t))
	var docs struct{ DocsToken struct{ Token string } }
	decode(t, c.numbered(t, id).Docs, &docs)
	for _, path := range []string{"/documents/made-up", "/documents/"} {
		browse(t, http.MethodGet, c.info.URL+path+"?token="+docs.DocsToken.Token, "", nil)
	}
	secrets := []string{c.token(), session.AccessToken, link[strings.LastIndex(link, "/")+1:], docs.DocsToken.Token, p.Secret}
	for _, secret := range secrets {
		if len(secret) < 16 {
			t.Errorf("%q of inquiry %d is no secret", secret, id)
		}
	}
	return secrets
}

// listen gathers what the account is told, what operators are shown, and what
// is logged.
func (c *confidant) listen(t *testing.T) {
	t.Helper()
	pushed := ""
	for _, m := range c.inbox(t) {
		if strings.HasPrefix(m.Body, `{"sHash"`) {
			pushed += m.Body
			continue
		}
		c.shown.WriteString(m.Body)
	}
	if !strings.Contains(pushed, c.mark["cLastName"]) {
		t.Error("no inquiry was pushed")
	}
	for _, state := range []string{"due", "delivered", "given_up"} {
		c.shown.WriteString(operateOn(t, c.place(), "notices", "list", "--state", state))
	}
	c.shown.WriteString(operateOn(t, c.place(), "inquiry", "list"))
	c.shown.WriteString(operateOn(t, c.place(), "check"))
	c.shown.Write(c.controls().want(t, http.StatusOK, http.MethodGet, "/metrics", nil).body)
	c.stop(t)
	c.shown.WriteString(c.log.String())
	if !strings.Contains(c.log.String(), "level=INFO msg=request") {
		t.Error("nothing was logged that could hold anything")
	}
}

// wantKept looks for marks and secrets in what was shown, and for the marks in
// what the partner reads.
func (c *confidant) wantKept(t *testing.T, own string, secrets []string) {
	t.Helper()
	shown := strings.ToLower(c.shown.String())
	for what, mark := range c.mark {
		if strings.Contains(shown, mark) {
			t.Errorf("%s is shown: %s", what, around(shown, mark))
		}
	}
	for _, what := range saidAgain {
		if !strings.Contains(own, c.mark[what]) {
			t.Errorf("the partner's own answers lack %s, so that this test would not find it elsewhere", what)
		}
	}
	for _, secret := range secrets {
		if strings.Contains(c.shown.String(), secret) {
			t.Errorf("a secret is shown: %s", around(c.shown.String(), strings.ToLower(secret)))
		}
	}
}
