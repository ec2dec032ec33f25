package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/store"
)

// step is a request as the pages of one version of the API have it. {words}
// stand for what is known; known names what goes into the body beside what is
// said.
type step struct {
	method, path string
	header       []string
	known        []string
	said         map[string]any
}

// version is one way to go through a day.
type version struct {
	steps map[string]step
	// insurer is the key by which agency numbers name an insurer's register
	// number.
	insurer string
}

var versions = map[string]version{
	"V1.1": {insurer: "baFinId", steps: map[string]step{
		"sign in":   {"POST", "/api/ipn/tokens", nil, []string{"hash", "secret"}, nil},
		"accounts":  {"GET", "/api/ipn/account/tokens", []string{"Authorization: Bearer {token}"}, nil, nil},
		"insurers":  {"GET", "/api/ipn/insurers", []string{"Authorization: Bearer {token}"}, nil, nil},
		"find":      {"POST", "/api/ipn/brokers/tokens", []string{"Authorization: Bearer {token}", "X-Account-Token: {aToken}"}, nil, nil},
		"create":    {"POST", "/api/ipn/brokers", []string{"Authorization: Bearer {token}", "X-Account-Token: {aToken}"}, nil, nil},
		"numbers":   {"POST", "/api/ipn/agency-numbers", []string{"Authorization: Bearer {token}", "X-Account-Token: {aToken}"}, nil, nil},
		"listed":    {"GET", "/api/ipn/agency-numbers", []string{"Authorization: Bearer {token}", "X-Account-Token: {aToken}"}, nil, nil},
		"forward":   {"POST", "/api/ipn/brokers/forward", []string{"Authorization: Bearer {token}", "X-Broker-Token: {bToken}"}, nil, nil},
		"poll":      {"GET", "/api/ipn/inquiries?lastDays=1", []string{"Authorization: Bearer {token}", "X-Broker-Token: {bToken}"}, nil, nil},
		"documents": {"GET", "/api/ipn/documents/{hash of document}", []string{"Authorization: Bearer {token}", "X-Broker-Token: {bToken}"}, nil, nil},
	}},
	"V1": {insurer: "baFinRegNr", steps: map[string]step{
		"sign in":   {"POST", "/api/token", nil, []string{"hash", "secret"}, nil},
		"accounts":  {"POST", "/api/account/get/tokens/{token}", nil, nil, nil},
		"insurers":  {"POST", "/api/insurers", nil, []string{"token"}, nil},
		"find":      {"POST", "/api/broker/get/{token}", nil, []string{"aToken"}, nil},
		"create":    {"POST", "/api/broker/set/{token}", nil, []string{"aToken"}, nil},
		"numbers":   {"POST", "/api/account/set/anums/{token}", nil, []string{"aToken", "token"}, nil},
		"listed":    {"POST", "/api/account/get/anums/{token}", nil, []string{"aToken", "token"}, nil},
		"forward":   {"POST", "/api/broker/fwd/{token}", nil, []string{"bToken"}, nil},
		"poll":      {"POST", "/api/ipn/get/{token}", nil, []string{"bToken"}, map[string]any{"lastDays": 1}},
		"documents": {"POST", "/api/doc/get/{token}", nil, []string{"bToken"}, nil},
	}},
}

// crm is a broker's software from outside: it knows what was published of the
// API, and nothing of this server.
type crm struct {
	version
	site string
	// words are what it knows: hash and secret, and then tokens.
	words   map[string]string
	signIns int
}

// ask takes a step. On the first answer that signals an invalid request it
// signs in anew and asks once more, as the API's pages tell clients to; what is
// an error then is one.
func (c *crm) ask(t *testing.T, name string, say map[string]any, into any) (refusal string) {
	t.Helper()
	for range 2 {
		body := c.once(t, c.steps[name], say)
		var refused struct{ Error string }
		if json.Unmarshal(body, &refused) == nil && refused.Error != "" {
			refusal = refused.Error
			c.signIn(t)
			continue
		}
		if raw, ok := into.(*[]byte); ok {
			*raw = body
		} else {
			decode(t, body, into)
		}
		return ""
	}
	return refusal
}

// must takes a step that has to succeed.
func (c *crm) must(t *testing.T, name string, say map[string]any, into any) {
	t.Helper()
	if refusal := c.ask(t, name, say, into); refusal != "" {
		t.Fatalf("%s: %s", name, refusal)
	}
}

func (c *crm) signIn(t *testing.T) {
	t.Helper()
	var session struct{ Token, Expired string }
	decode(t, c.once(t, c.steps["sign in"], nil), &session)
	if _, err := time.Parse(time.DateTime, session.Expired); err != nil || session.Token == "" {
		t.Fatalf("signed in with %+v (%v)", session, err)
	}
	c.words["token"] = session.Token
	c.signIns++
}

// once sends one request.
func (c *crm) once(t *testing.T, s step, say map[string]any) []byte {
	t.Helper()
	all := make(map[string]any)
	maps.Copy(all, s.said)
	maps.Copy(all, say)
	for _, word := range s.known {
		all[word] = c.words[word]
	}
	_, body := c.request(t, s.method, c.site+s.path, s.header, all)
	return body
}

func (c *crm) request(t *testing.T, method, address string, header []string, say map[string]any) (http.Header, []byte) {
	t.Helper()
	var body io.Reader = http.NoBody
	if method == http.MethodPost {
		text, err := json.Marshal(say)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	fill := func(text string) string {
		for word, value := range c.words {
			text = strings.ReplaceAll(text, "{"+word+"}", value)
		}
		return text
	}
	request, err := http.NewRequestWithContext(t.Context(), method, fill(address), body)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(fill(line), ": ")
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.Header, answer
}

// callbacks is where the CRM is told, in the order in which it is.
type callbacks struct {
	url string

	mu   sync.Mutex
	told []callback
}

// callback is a webhook as its page shows it.
type callback struct {
	EventType, EventTime, NotificationID, AccountReference, BrokerReference string
	Affected                                                                []struct {
		ReferenceType, ReferenceID string
		Links                      []struct{ ContentType, Href string }
	}
}

func listen(t *testing.T) *callbacks {
	t.Helper()
	c := &callbacks{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var told callback
		if err := json.NewDecoder(r.Body).Decode(&told); err != nil {
			t.Error(err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.told = append(c.told, told)
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(server.Close)
	c.url = server.URL + "/hooks"
	return c
}

func (c *callbacks) all() []callback {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.told)
}

// A day of a broker's software, from the first sign-in to a contract that is
// renewed a year later and ended, with V2's webhooks and either version of all
// the rest.
func TestCRMsDay(t *testing.T) {
	onEngines(t, func(t *testing.T, engine string) {
		for name, version := range versions {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				hooks := listen(t)
				s := openSandbox(t, engine, "--webhook", hooks.url)
				p := s.info.Thinksurance
				s.addAccount(t, p.Hash)
				d := &day{
					crm:     &crm{version: version, site: p.BaseURL, words: map[string]string{"hash": p.Hash, "secret": p.Secret}},
					sandbox: s, hooks: hooks, desk: newWindow(t),
				}
				d.morning(t)
				d.jump(t)
				d.consult(t)
				d.order(t)
				d.told(t)
				d.evening(t)
				d.renewal(t)
				d.end(t)
				s.place().check(t)
			})
		}
	})
}

// addAccount lets a user of the API have a second account, so that it has to
// choose.
func (s *sandbox) addAccount(t *testing.T, user string) {
	t.Helper()
	house := coreOn(t, store.Options{DSN: s.place().dsn()}, s.masterKey(t))
	account := core.Account{Part: "second-pool", Family: core.FamilyThinksurance, Name: "Second Pool", Username: user}
	if _, err := house.AddPartner(t.Context(), account); err != nil {
		t.Fatal(err)
	}
}

// day is a day and what has come of it.
type day struct {
	*crm
	*sandbox
	hooks *callbacks
	desk  *window
	// inquiry is its number, page its page at the desk.
	inquiry, page string
	// contract is where the contract is read, files the documents by their ids.
	contract string
	files    map[string][]byte
}

const aBrokerOfOurs = `{"type":1,"bExternalId":"M-77","bEmail":"karla.keller@example.com","bLastName":"Keller","bCompany":"Keller Versicherungsmakler"}`

// morning signs in, finds the account by its tag, makes the broker that is not
// there yet, and brings the agency numbers twice.
func (d *day) morning(t *testing.T) {
	t.Helper()
	d.signIn(t)
	var accounts []struct{ NameTag, AToken string }
	d.must(t, "accounts", nil, &accounts)
	for _, account := range accounts {
		if account.NameTag == "thinksurance" {
			d.words["aToken"] = account.AToken
		}
	}
	if len(accounts) != 2 || d.words["aToken"] == "" {
		t.Fatalf("the accounts are %+v", accounts)
	}
	var broker map[string]any
	decode(t, []byte(aBrokerOfOurs), &broker)
	var found struct{ Status, BToken string }
	if refusal := d.ask(t, "find", broker, &found); refusal == "" {
		t.Fatalf("a broker whom nobody made is %+v", found)
	}
	d.must(t, "create", broker, &found)
	d.words["bToken"] = found.BToken
	if d.must(t, "find", broker, &found); found.BToken != d.words["bToken"] || found.BToken == "" {
		t.Errorf("the broker %s is found as %s", d.words["bToken"], found.BToken)
	}
	var once, twice []byte
	sets := d.numbers(t)
	d.must(t, "numbers", sets, new(any))
	d.must(t, "listed", nil, &once)
	d.must(t, "numbers", sets, new(any))
	if d.must(t, "listed", nil, &twice); !bytes.Equal(once, twice) || !bytes.Contains(once, []byte(d.insurer)) {
		t.Errorf("brought once\n%s\ntwice\n%s", once, twice)
	}
}

// numbers are agency numbers with every insurer.
func (d *day) numbers(t *testing.T) map[string]any {
	t.Helper()
	var insurers []struct {
		ID    int
		BaFin string
	}
	d.must(t, "insurers", nil, &insurers)
	var sets []any
	for _, insurer := range insurers {
		set := map[string]any{"agencyNumbers": []any{map[string]any{
			"agencyNumber": fmt.Sprintf("AN-%d", insurer.ID), "matchCode": "Hauptnummer", "externalInsurerId": fmt.Sprintf("E-%d", insurer.ID),
			"externalUniqueId": fmt.Sprintf("U-%d", insurer.ID), "defaultForTenders": true, "defaultForCalculations": true,
			"collectionType": "broker_collection", "active": true,
		}}}
		if set[d.insurer] = insurer.BaFin; insurer.BaFin == "" {
			delete(set, d.insurer)
			set["insurerId"] = strconv.Itoa(insurer.ID)
		}
		sets = append(sets, set)
	}
	return map[string]any{"agencyNumberSets": sets}
}

// jump forwards the broker with a customer; the broker opens the link only
// after a second jump, when the session and the first link have lapsed.
func (d *day) jump(t *testing.T) {
	t.Helper()
	forward := map[string]any{
		"type": 1, "bExternalId": "M-77", "crmIdent": "openVIVAv1", "cExternalId": "K-9", "cSalutation": "1", "cFirstName": "Jens",
		"cLastName": "Petersen", "cEmail": "jens.petersen@example.com", "cCompany": "Café Petersen", "cCompanyForm": "2",
		"cStreet": "Deichstraße", "cStreetNumber": "4", "cZip": "20459", "cCity": "Hamburg", "instantInquiryCreation": "True",
		"cExternalReferences": []any{map[string]any{"origin": "crm", "paramKey": "oV-Kunden-Nr", "paramValue": "K-9"}},
		"iExternalReferences": []any{map[string]any{"origin": "crm", "paramKey": "oV-Vertrag-ID", "paramValue": "V-1234"}},
		"productId":           "95", "professionId": 258,
		"qasCustProfile": map[string]any{"source": "crm", "categories": []any{map[string]any{"id": "default", "questions": []any{
			map[string]any{"id": "umsatz", "answers": []string{"18000000"}},
			map[string]any{"id": "anzahl_vollzeitmitarbeiter", "answers": []string{"4"}},
		}}}},
	}
	var first, second struct{ URL string }
	d.must(t, "forward", forward, &first)
	before := d.signIns
	d.advance(t, "PT16M")
	d.must(t, "forward", forward, &second)
	if d.signIns != before+1 || first.URL == second.URL {
		t.Errorf("signed in %d times for %s and %s", d.signIns-before, first.URL, second.URL)
	}
	if d.desk.open(t, first.URL); d.desk.status != http.StatusGone {
		t.Errorf("a link of a quarter of an hour ago is answered %d", d.desk.status)
	}
	d.desk.open(t, second.URL)
	if d.desk.status != http.StatusOK || !strings.Contains(d.desk.text, "Café Petersen") {
		t.Fatalf("%s is answered %d\n%s", d.desk.at, d.desk.status, d.desk.text)
	}
	d.page = d.desk.at.Path
	d.inquiry = d.page[strings.LastIndex(d.page, "/")+1:]
	if found := d.poll(t); len(found) != 1 || found[d.inquiry].Data.Status != 25 {
		t.Errorf("two jumps made %+v, and lead to %s", found, d.page)
	}
}

// pollRead is what the CRM takes over of an inquiry.
type pollRead struct {
	SHash string
	Data  struct {
		Status              int
		IExternalReferences []struct{ ParamKey, ParamValue string }
		PremiumYearly       int
		AgencyNumber        struct{ AgencyNumber, ExternalUniqueID string }
	}
	Docs json.RawMessage
}

func (d *day) poll(t *testing.T) map[string]pollRead {
	t.Helper()
	found := make(map[string]pollRead)
	d.must(t, "poll", nil, &found)
	return found
}

// consult works the questionnaire at the desk until insurers have calculated.
func (d *day) consult(t *testing.T) {
	t.Helper()
	d.desk.follow(t, d.page+"/questionnaire")
	form := d.desk.form(t, "/questionnaire")
	if form.fields.Get("revenue") != "180.000" || form.fields.Get("employees_full_time") != "4" {
		t.Errorf("what the CRM knew is filled in as %v", form.fields)
	}
	form.fill(t, "then", "compare")
	if d.desk.send(t, form); d.desk.status != http.StatusUnprocessableEntity {
		t.Errorf("half a questionnaire is answered %d at %s", d.desk.status, d.desk.at)
	}
	form = d.desk.form(t, "/questionnaire")
	form.fill(t, "backups", "true")
	form.fill(t, "sum_insured", "250000")
	form.fill(t, "starts_on", d.now(t).AddDate(0, 0, 1).Format("02.01.2006"))
	form.fill(t, "then", "compare")
	if d.desk.send(t, form); d.desk.status != http.StatusOK || d.desk.at.Path != d.page+"/comparison" {
		t.Fatalf("the questionnaire leads to %s, %d\n%s", d.desk.at, d.desk.status, d.desk.text)
	}
}

// order proposes an offer and orders its cover, first without the confirmation
// that the law wants.
func (d *day) order(t *testing.T) {
	t.Helper()
	d.desk.send(t, d.desk.form(t, "/propose"))
	if d.desk.at.Path != d.page+"/proposal" {
		t.Fatalf("proposing leads to %s\n%s", d.desk.at, d.desk.text)
	}
	d.desk.follow(t, "/order?")
	form := d.desk.form(t, "/order")
	if form.fields.Get("collection") != "broker_collection" || !strings.HasPrefix(form.fields.Get("agency"), "AN-") {
		t.Errorf("preselected is %v", form.fields)
	}
	if d.desk.send(t, form); d.desk.status != http.StatusUnprocessableEntity {
		t.Errorf("an order without confirmation is answered %d", d.desk.status)
	}
	form = d.desk.form(t, "/order")
	form.fill(t, "informed", "true")
	d.desk.send(t, form)
	if d.desk.at.Path != d.page || d.desk.status != http.StatusOK {
		t.Fatalf("ordering leads to %s, %d\n%s", d.desk.at, d.desk.status, d.desk.text)
	}
	if d.desk.send(t, form); d.desk.at.Path != d.page || d.desk.status != http.StatusOK {
		t.Errorf("ordering twice leads to %s, %d", d.desk.at, d.desk.status)
	}
}

// told reads the webhooks of the day and what each leads to.
func (d *day) told(t *testing.T) {
	t.Helper()
	want := []string{"InquiryCreated", "InquiryUpdated", "InquiryProposalCreated", "InquiryOrdered"}
	eventually(t, "the webhooks of the day", func() bool { return len(d.hooks.all()) >= len(want) })
	var names []string
	for _, hook := range d.hooks.all() {
		names = append(names, hook.EventType)
		if _, err := time.Parse(time.RFC3339, hook.EventTime); err != nil || hook.AccountReference != "thinksurance" || hook.BrokerReference != "M-77" {
			t.Errorf("told %+v (%v)", hook, err)
		}
		for _, affected := range hook.Affected {
			for _, link := range affected.Links {
				d.lead(t, affected.ReferenceType, affected.ReferenceID, link.ContentType, link.Href)
			}
		}
	}
	if !slices.Equal(names, want) {
		t.Errorf("told %v", names)
	}
	if d.contract == "" || len(d.files) < 4 {
		t.Fatalf("led to the contract %q and %d files", d.contract, len(d.files))
	}
}

// lead follows a link of a webhook.
func (d *day) lead(t *testing.T, kind, id, contentType, href string) {
	t.Helper()
	if kind == "inquiry" {
		var read struct{ Data struct{ IID int } }
		_, body := d.request(t, http.MethodPost, href, nil, map[string]any{"token": d.words["token"], "bToken": d.words["bToken"]})
		if decode(t, body, &read); strconv.Itoa(read.Data.IID) != d.inquiry || id != d.inquiry {
			t.Errorf("%s leads to %s", href, body)
		}
		return
	}
	header, body := d.fetch(t, href)
	if got := header.Get("Content-Type"); got != contentType {
		t.Errorf("%s is %s, not %s", href, got, contentType)
	}
	switch kind {
	case "file":
		if !bytes.HasPrefix(body, []byte("%PDF-")) || !strings.HasPrefix(header.Get("Content-Disposition"), "attachment; filename=") {
			t.Errorf("%s leads to %v %.40q", href, header, body)
		}
		if d.files == nil {
			d.files = make(map[string][]byte)
		}
		d.files[id] = body
		if header, noted := d.request(t, http.MethodPost, href+"/error", []string{"Authorization: Bearer {access_token}"}, map[string]any{"error": "no space left"}); len(noted) > 0 {
			t.Errorf("the report on %s is answered %v %s", href, header, noted)
		}
	case "contract":
		d.contract = href
		var read struct{ ContractID string }
		if decode(t, body, &read); read.ContractID != id {
			t.Errorf("%s leads to %s", href, body)
		}
	case "customer":
		var read struct {
			CID         int
			CExternalID string
		}
		if decode(t, body, &read); strconv.Itoa(read.CID) != id || read.CExternalID != "K-9" {
			t.Errorf("%s leads to %s", href, body)
		}
	}
}

// fetch follows a link of V2, signing in where it has to.
func (d *day) fetch(t *testing.T, href string) (http.Header, []byte) {
	t.Helper()
	for range 2 {
		header, body := d.request(t, http.MethodGet, href, []string{"Authorization: Bearer {access_token}"}, nil)
		if !bytes.HasPrefix(body, []byte(`{"error"`)) {
			return header, body
		}
		var session struct {
			AccessToken string `json:"access_token"`
			ExpiresIn   int    `json:"expires_in"`
		}
		_, body = d.request(t, http.MethodPost, d.site+"/api/auth/v2/token", nil, map[string]any{"accessKey": d.words["secret"], "secretKey": d.words["hash"]})
		if decode(t, body, &session); session.ExpiresIn != 4*60*60 {
			t.Errorf("signed in to V2 with %s", body)
		}
		d.words["access_token"] = session.AccessToken
	}
	t.Fatalf("%s leads nowhere", href)
	return nil, nil
}

// evening polls, as if no webhook had come, and fetches each document in every
// way that there is.
func (d *day) evening(t *testing.T) {
	t.Helper()
	read := d.poll(t)[d.inquiry]
	refs := read.Data.IExternalReferences
	if read.Data.Status != 6 || read.SHash == "" || read.Data.PremiumYearly == 0 || len(refs) != 1 || refs[0].ParamValue != "V-1234" {
		t.Errorf("polled %+v", read)
	}
	if chosen := read.Data.AgencyNumber; strings.TrimPrefix(chosen.AgencyNumber, "AN-") != strings.TrimPrefix(chosen.ExternalUniqueID, "U-") {
		t.Errorf("ordered under %+v", chosen)
	}
	var docs struct{ Files []struct{ Hash, URL string } }
	if decode(t, read.Docs, &docs); len(docs.Files) != len(d.files) {
		t.Errorf("%d documents, of which %d were told", len(docs.Files), len(d.files))
	}
	for _, file := range docs.Files {
		var text []byte
		d.words["hash of document"] = file.Hash
		d.must(t, "documents", map[string]any{"hash": file.Hash}, &text)
		pdf, err := base64.StdEncoding.DecodeString(string(text))
		_, linked := d.request(t, http.MethodGet, file.URL, nil, nil)
		if err != nil || !bytes.Equal(pdf, d.files[file.Hash]) || !bytes.Equal(pdf, linked) {
			t.Errorf("document %s differs (%v)", file.Hash, err)
		}
	}
}

// renewal comes back a year later, when the policy has gone on by itself.
func (d *day) renewal(t *testing.T) {
	t.Helper()
	before := d.premiums(t)
	d.advance(t, "P1Y")
	d.advance(t, "P2D")
	if after := d.premiums(t); after != before+1 {
		t.Errorf("%d premiums before the renewal and %d after it", before, after)
	}
	d.desk.open(t, d.page)
	if end := d.read(t).ContractEndDate; d.desk.status != http.StatusOK || end != "" {
		t.Errorf("the desk is answered %d, and the contract ends on %q", d.desk.status, end)
	}
	var link struct{ URL string }
	d.must(t, "forward", map[string]any{"type": 1, "bExternalId": "M-77", "iId": d.inquiry}, &link)
	if d.desk.open(t, link.URL); d.desk.at.Path != d.page {
		t.Errorf("the jump to the contract leads to %s", d.desk.at)
	}
}

type contractRead struct{ ContractID, ContractEndDate string }

func (d *day) read(t *testing.T) (read contractRead) {
	t.Helper()
	_, body := d.fetch(t, d.contract)
	decode(t, body, &read)
	return read
}

// premiums counts those written for the contract, which the API does not tell.
func (d *day) premiums(t *testing.T) int {
	t.Helper()
	return premiums(t, d.sandbox, d.read(t).ContractID)
}

// end ends the contract at the desk.
func (d *day) end(t *testing.T) {
	t.Helper()
	d.desk.follow(t, d.page+"/end")
	form := d.desk.form(t, "/end")
	form.fill(t, "reason", "ORDINARY")
	form.fill(t, "comment", "Betrieb wird aufgegeben")
	d.desk.send(t, form)
	form = d.desk.form(t, "/end")
	if form.fields.Get("confirmed") == "" {
		t.Fatalf("nothing is to be confirmed at %s\n%s", d.desk.at, d.desk.text)
	}
	d.desk.send(t, form)
	written := d.read(t).ContractEndDate
	end, err := time.Parse("02.01.2006", written)
	if err != nil || !end.After(d.now(t)) {
		t.Errorf("the contract ends on %q (%v)", written, err)
	}
	if d.desk.at.Path != d.page || !strings.Contains(d.desk.text, written) {
		t.Errorf("ending leads to %s, which does not say that it ends on %s:\n%s", d.desk.at, written, d.desk.text)
	}
	if told := d.hooks.all(); len(told) != 4 {
		t.Errorf("told %d times in all", len(told))
	}
}
