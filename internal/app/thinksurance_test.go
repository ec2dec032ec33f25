package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/store/storetest"
)

// pool is an account of Thinksurance's API as sandbox.json has it.
type pool struct {
	BaseURL       string                     `json:"base_url"`
	Hash          string                     `json:"hash"`
	Secret        string                     `json:"secret"`
	AccountToken  string                     `json:"account_token"`
	BrokerToken   string                     `json:"broker_token"`
	WebhookSecret string                     `json:"webhook_secret"`
	HashSecret    string                     `json:"hash_secret"`
	Samples       map[string]json.RawMessage `json:"samples"`
}

// brokerSystem is a broker's system that has signed in.
type brokerSystem struct {
	caller
	bearer, account, broker string
}

func (p pool) signIn(t *testing.T) brokerSystem {
	t.Helper()
	s := brokerSystem{caller: caller{url: p.BaseURL}, account: "X-Account-Token: " + p.AccountToken, broker: "X-Broker-Token: " + p.BrokerToken}
	body := fmt.Appendf(nil, `{"hash":%q,"secret":%q}`, p.Hash, p.Secret)
	var session struct{ Token string }
	decode(t, s.want(t, http.StatusOK, http.MethodPost, "/api/ipn/tokens", body).body, &session)
	if session.Token == "" {
		t.Fatal("there is no token")
	}
	s.bearer = "Authorization: Bearer " + session.Token
	return s
}

// ask sends a request that has to succeed, for the account or the broker.
func (s brokerSystem) ask(t *testing.T, whose, method, path string, body []byte, into any) {
	t.Helper()
	got := s.want(t, http.StatusOK, method, path, body, s.bearer, whose)
	if bytes.HasPrefix(got.body, []byte(`{"error"`)) {
		t.Fatalf("%s %s: %s", method, path, got.body)
	}
	decode(t, got.body, into)
}

// forward forwards the broker and gives the link that leads to the desk.
func (s brokerSystem) forward(t *testing.T, body []byte) string {
	t.Helper()
	var link struct{ URL string }
	s.ask(t, s.broker, http.MethodPost, "/api/ipn/brokers/forward", body, &link)
	if !strings.HasPrefix(link.URL, s.url+"/desk/") {
		t.Fatalf("forwarded to %q", link.URL)
	}
	return link.URL
}

// inquiryRead is what is read of an inquiry.
type inquiryRead struct {
	Data struct {
		ID     int64  `json:"iId"`
		Broker string `json:"bToken"`
		Status int    `json:"status"`
	} `json:"data"`
	Docs json.RawMessage `json:"docs"`
	Hash string          `json:"sHash"`
}

// inquiries are those of the account by number.
func (s brokerSystem) inquiries(t *testing.T) map[string]inquiryRead {
	t.Helper()
	found := make(map[string]inquiryRead)
	s.ask(t, s.account, http.MethodGet, "/api/ipn/inquiries", nil, &found)
	return found
}

// opened forwards an inquiry that was not there before and gives its number.
func (s brokerSystem) opened(t *testing.T, body []byte) int64 {
	t.Helper()
	before := s.inquiries(t)
	s.forward(t, body)
	for key, inquiry := range s.inquiries(t) {
		if _, known := before[key]; !known {
			return inquiry.Data.ID
		}
	}
	t.Fatal("no inquiry was opened")
	return 0
}

// varied is the sample forward with some of its members changed; nil takes one
// away.
func (p pool) varied(t *testing.T, changes map[string]any) []byte {
	t.Helper()
	var body map[string]any
	decode(t, p.Samples["forward"], &body)
	for key, value := range changes {
		if body[key] = value; value == nil {
			delete(body, key)
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// reached is the answer of the control that works an inquiry.
type reached struct {
	InquiryID  int64 `json:"inquiry_id"`
	Status     string
	WireStatus int `json:"wire_status"`
	Filled     []struct{ Field, Value string }
	URL        string
}

func (r reached) fields() []string {
	var fields []string
	for _, f := range r.Filled {
		fields = append(fields, f.Field)
	}
	return fields
}

// work lets the sandbox do the broker's work until an inquiry stands somewhere.
func (s *sandbox) work(t *testing.T, id int64, to string) (done reached) {
	t.Helper()
	got := s.controls().want(t, http.StatusOK, http.MethodPost, inquiryPath(id), []byte(`{"to":"`+to+`"}`))
	decode(t, got.body, &done)
	if done.InquiryID != id || done.Status != to || done.URL != fmt.Sprintf("%s/desk/inquiries/%d", s.info.URL, id) {
		t.Errorf("worked to %s: %s", to, got.body)
	}
	return done
}

func inquiryPath(id int64) string { return "/sandbox/inquiries/" + strconv.FormatInt(id, 10) }

// events are the types of the events that the account was told of an inquiry,
// in the order of their arrival.
func (s *sandbox) events(t *testing.T, id int64) []string {
	t.Helper()
	var told []string
	for _, m := range slices.Backward(s.inbox(t)) {
		var hook struct {
			EventType string
			Affected  []struct{ ReferenceType, ReferenceID string }
		}
		if m.Partner != "thinksurance" {
			continue
		}
		decode(t, []byte(m.Body), &hook)
		for _, a := range hook.Affected {
			if a.ReferenceType == "inquiry" && a.ReferenceID == strconv.FormatInt(id, 10) {
				told = append(told, hook.EventType)
			}
		}
	}
	return told
}

// wantEvents waits until an inquiry was told of, and of nothing else.
func (s *sandbox) wantEvents(t *testing.T, id int64, want ...string) {
	t.Helper()
	eventually(t, fmt.Sprintf("the webhooks of inquiry %d", id), func() bool { return len(s.events(t, id)) >= len(want) })
	if told := s.events(t, id); !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
}

// From a sign-in to an order, as a broker's system sees it: the inquiry stands
// where the broker has brought it, each step is told, and its documents can be
// fetched.
func TestInquiryFromForwardToOrder(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		p := s.info.Thinksurance
		system := p.signIn(t)
		system.ask(t, system.broker, http.MethodPost, "/api/ipn/agency-numbers", p.Samples["agency_numbers"], new(any))
		id := system.opened(t, p.Samples["forward"])
		s.wantEvents(t, id, "InquiryCreated")

		for _, step := range []struct {
			to   string
			wire int
		}{{"calculated", 4}, {"proposed", 15}, {"calculated", 4}, {"proposed", 15}, {"ordered", 6}, {"ordered", 6}} {
			done := s.work(t, id, step.to)
			if read := system.inquiries(t)[strconv.FormatInt(id, 10)]; done.WireStatus != step.wire || read.Data.Status != step.wire {
				t.Errorf("%s is %d and read as %d, want %d", step.to, done.WireStatus, read.Data.Status, step.wire)
			}
		}
		s.wantEvents(t, id, "InquiryCreated", "InquiryUpdated", "InquiryProposalCreated", "InquiryUpdated", "InquiryProposalCreated", "InquiryOrdered")
		checkInquiryDocuments(t, system, system.inquiries(t)[strconv.FormatInt(id, 10)])
		s.place().check(t)
	})
}

// checkInquiryDocuments fetches every document of an inquiry.
func checkInquiryDocuments(t *testing.T, s brokerSystem, inquiry inquiryRead) {
	t.Helper()
	var docs struct{ Files []struct{ Hash string } }
	decode(t, inquiry.Docs, &docs)
	if len(docs.Files) == 0 {
		t.Error("an ordered inquiry has no documents")
	}
	for _, file := range docs.Files {
		got := s.want(t, http.StatusOK, http.MethodGet, "/api/ipn/documents/"+file.Hash, nil, s.bearer, s.broker)
		if pdf, err := base64.StdEncoding.DecodeString(string(got.body)); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Errorf("document %s is no PDF: %v", file.Hash, err)
		}
	}
}

// Whoever wants the end gets every step before it, and is told what was made up
// for it; what was said stays.
func TestInquiryGoesAllTheWay(t *testing.T) {
	t.Parallel()
	s := openSandbox(t, storetest.SQLite)
	p := s.info.Thinksurance
	id := p.signIn(t).opened(t, p.varied(t, map[string]any{"cStreet": nil, "cStreetNumber": nil, "cCity": nil}))
	done := s.work(t, id, "ordered")
	for _, field := range []string{"starts_on", "customer.street", "customer.house_number", "customer.city"} {
		if !slices.Contains(done.fields(), field) {
			t.Errorf("%s was not filled in: %v", field, done.Filled)
		}
	}
	for _, field := range []string{"revenue", "employees_full_time", "customer.postal_code", "customer.email", "customer.company"} {
		if slices.Contains(done.fields(), field) {
			t.Errorf("%s was known and is filled in: %v", field, done.Filled)
		}
	}
	s.wantEvents(t, id, "InquiryCreated", "InquiryUpdated", "InquiryProposalCreated", "InquiryOrdered")
	if again := s.work(t, id, "ordered"); len(again.Filled) != 0 {
		t.Errorf("filled in again: %v", again.Filled)
	}
}

// What a broker cannot do, the sandbox does not do either, and says what to do.
func TestInquiryControlRefuses(t *testing.T) {
	t.Parallel()
	s := openSandbox(t, storetest.SQLite)
	p := s.info.Thinksurance
	id := p.signIn(t).opened(t, p.Samples["forward"])
	refused := func(status int, path, body, says string) {
		t.Helper()
		got := s.controls().want(t, status, http.MethodPost, path, []byte(body))
		var told struct{ Error, Next string }
		decode(t, got.body, &told)
		if !strings.Contains(told.Error+told.Next, says) || told.Next == "" {
			t.Errorf("%s of %s is answered %s", body, path, got.body)
		}
	}
	refused(http.StatusNotFound, inquiryPath(id+1), `{"to":"calculated"}`, "iId")
	refused(http.StatusBadRequest, "/sandbox/inquiries/mine", `{"to":"calculated"}`, "iId")
	refused(http.StatusBadRequest, inquiryPath(id), `{"to":"open"}`, "calculated")
	refused(http.StatusBadRequest, inquiryPath(id), `{"towards":"ordered"}`, "not understood")
	refused(http.StatusConflict, inquiryPath(id), `{"to":"tendering"}`, "productId 12 with professionId 283")
	s.work(t, id, "proposed")
	refused(http.StatusConflict, inquiryPath(id), `{"to":"tendering"}`, "an insurer has calculated")
	s.work(t, id, "ordered")
	for _, to := range []string{"calculated", "tendering", "proposed"} {
		refused(http.StatusConflict, inquiryPath(id), `{"to":"`+to+`"}`, "cover was ordered")
	}
}

// What nobody calculates is put to insurers; an operator enters what one of them
// offers, and from there it goes on as usual.
func TestTenderIsOffered(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		p := s.info.Thinksurance
		system := p.signIn(t)
		id := system.opened(t, p.varied(t, map[string]any{"productId": 12, "professionId": 283}))
		s.controls().want(t, http.StatusConflict, http.MethodPost, inquiryPath(id), []byte(`{"to":"calculated"}`))
		if done := s.work(t, id, "tendering"); done.WireStatus != 3 {
			t.Errorf("tendering is %d", done.WireStatus)
		}
		got := s.controls().want(t, http.StatusConflict, http.MethodPost, inquiryPath(id), []byte(`{"to":"calculated"}`))
		line := regexp.MustCompile(`covernote (inquiry offer \d+ --insurer \d+ --premium 1200\.00) (.+)"`).FindSubmatch(got.body)
		if len(line) == 0 || !strings.HasPrefix(string(line[2]), s.place().beside()) {
			t.Fatalf("refused with %s", got.body)
		}
		offer := append(strings.Fields(string(line[1])), "--note", "Fixed for a year")
		if printed := operateOn(t, s.place(), offer...); !strings.Contains(printed, "calculated") {
			t.Errorf("printed %s", printed)
		}
		s.wantEvents(t, id, "InquiryCreated", "InquiryUpdated", "InquiryUpdated")
		s.work(t, id, "ordered")
		row := regexp.MustCompile(fmt.Sprintf(`(?m)^%d +thinksurance +1001 +.+ ordered +\S+ +\S.* 1200\.00 EUR$`, id))
		if list := operateOn(t, s.place(), "inquiry", "list", "--partner", "thinksurance"); !row.MatchString(list) {
			t.Errorf("listed\n%s", list)
		}
		s.place().check(t)
	})
}

// beside is how a command is told to find the place; a URL is not shown.
func (p place) beside() string {
	if p.database != "" {
		return "--database URL,"
	}
	return "--data '" + p.folder + "'"
}

// An offer that makes no sense is refused in the words of the command line.
func TestOfferIsRefused(t *testing.T) {
	t.Parallel()
	s := openSandbox(t, storetest.SQLite)
	p := s.info.Thinksurance
	system := p.signIn(t)
	id := system.opened(t, p.varied(t, map[string]any{"productId": 12, "professionId": 283}))
	refused := func(line, says string) {
		t.Helper()
		args := strings.Fields(fmt.Sprintf("inquiry offer %d %s", id, line))
		if o := command(t, nil, append(args, s.place().args()...)...); o.status != 1 || !strings.Contains(o.errs, says) {
			t.Errorf("covernote inquiry offer %s: %+v", line, o)
		}
	}
	refused("--insurer 5063 --premium 1200.00", "is open; an offer is entered while it is tendering")
	s.work(t, id, "tendering")
	refused("--insurer 1 --premium 1200.00", "; --insurer is one of 5021 (Hafenlicht Versicherung), 5036 (")
	refused("--insurer 5063 --premium 0", "the offer is not taken: --premium is not an amount of more than 0 in EUR\n")
	refused("--insurer 5063 --premium 1200.00 --sum-insured plenty", "the offer is not taken: --sum-insured is ")

	id = system.opened(t, p.Samples["forward"]) // and says nothing of when cover begins
	secret := enter(t, system.forward(t, p.Samples["forward"]))
	address := fmt.Sprintf("%s/desk/inquiries/%d/lead", s.info.URL, id)
	if got := browse(t, http.MethodPost, address, secret, url.Values{"version": {"1"}}); got.status != http.StatusSeeOther {
		t.Fatalf("sending the inquiry on is answered %d", got.status)
	}
	refused("--insurer 5036 --premium 1200.00", "the offer is not taken: --starts-on is required")
}

// Every sample succeeds as it stands, today and after the clock has moved, for
// the broker and the account alike.
func TestThinksuranceSamplesSucceedAsTheyStand(t *testing.T) {
	t.Parallel()
	s := openSandbox(t, storetest.SQLite)
	for _, by := range []string{"", "P40D", "P1Y"} {
		if by != "" {
			s.advance(t, by)
		}
		for _, p := range []pool{s.info.Thinksurance, s.info.Others.Thinksurance} {
			system := p.signIn(t)
			var made struct{ BToken string }
			system.ask(t, system.account, http.MethodPost, "/api/ipn/brokers", p.Samples["broker"], &made)
			if made.BToken == "" || made.BToken == p.BrokerToken {
				t.Errorf("the sample broker is %q", made.BToken)
			}
			for _, whose := range []string{system.broker, system.account} {
				system.ask(t, whose, http.MethodPost, "/api/ipn/agency-numbers", p.Samples["agency_numbers"], new(any))
			}
			system.forward(t, p.Samples["forward"])
		}
	}
	if a, b := s.info.Thinksurance, s.info.Others.Thinksurance; a.BrokerToken == b.BrokerToken || a.AccountToken == b.AccountToken {
		t.Error("two accounts have the same tokens")
	}
	s.place().check(t)
}

// The line to paste works in a plain shell, also after the clock has moved.
func TestThinksuranceLineWorksWhenPasted(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"sh", "curl", "sed"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("NOT RUN: there is no " + program)
		}
	}
	s := openSandbox(t, storetest.SQLite)
	line := regexp.MustCompile(`(?m)^curl .*/api/ipn/brokers/forward .*$`).FindString(s.out.String())
	for _, by := range []string{"", "P100D"} {
		if by != "" {
			s.advance(t, by)
		}
		printed, err := exec.CommandContext(t.Context(), "sh", "-c", line).CombinedOutput()
		if err != nil || !strings.HasPrefix(string(printed), s.info.URL+"/desk/") {
			t.Errorf("%s\nprinted %s (%v)", line, printed, err)
		}
	}
}

// The page's requests are signed in.
func TestThinksuranceRequestsOfThePage(t *testing.T) {
	t.Parallel()
	s := openSandbox(t, storetest.SQLite)
	page := s.controls().want(t, http.StatusOK, http.MethodGet, "/", nil, "Accept: text/html").body
	token := regexp.MustCompile(`Bearer ([A-Za-z0-9_-]+)`).FindSubmatch(page)
	if token == nil || !bytes.Contains(page, []byte(s.info.Thinksurance.Hash)) {
		t.Fatalf("nobody is signed in on the page\n%s", page)
	}
	p := s.info.Thinksurance
	system := brokerSystem{caller: caller{url: p.BaseURL}, bearer: "Authorization: Bearer " + string(token[1]), broker: "X-Broker-Token: " + p.BrokerToken}
	system.forward(t, p.Samples["forward"])
}

// The accounts of a sandbox keep their names and their brokers.
func TestThinksuranceAccountsComeBack(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		s.stop(t)
		again := s.place().open(t)
		for _, two := range [][2]pool{
			{s.info.Thinksurance, again.info.Thinksurance}, {s.info.Others.Thinksurance, again.info.Others.Thinksurance},
		} {
			a, b := two[0], two[1]
			if a.Hash != b.Hash || a.Secret != b.Secret || a.AccountToken != b.AccountToken || a.BrokerToken != b.BrokerToken {
				t.Errorf("%+v is now %+v", a, b)
			}
		}
	})
}

// An operator adds an account, and enters offers for no inquiry but those that
// wait for one.
func TestOperatorLooksAfterInquiries(t *testing.T) {
	t.Parallel()
	environment := configuration(t, storetest.DSN(t, storetest.SQLite))
	printed := operate(t, environment, "partner", "add", "pool", "--name", "Pool AG", "--family", "thinksurance")
	access := access(t, printed)
	account := regexp.MustCompile(`(?m)^account token +([0-9a-f]+)$`).FindStringSubmatch(printed)
	if account == nil || !strings.Contains(printed, "accessKey is the secret") {
		t.Fatalf("printed\n%s", printed)
	}
	s := serve(t, environment)
	system := pool{BaseURL: s.url, Hash: access.user, Secret: access.secret, AccountToken: account[1]}.signIn(t)
	var made struct{ BToken string }
	broker := []byte(`{"type":1,"bExternalId":"7","bEmail":"broker@example.com","bLastName":"Makler"}`)
	system.ask(t, system.account, http.MethodPost, "/api/ipn/brokers", broker, &made)

	if list := operate(t, environment, "inquiry", "list"); !regexp.MustCompile(`^INQUIRY +ACCOUNT .*\n$`).MatchString(list) {
		t.Errorf("listed\n%s", list)
	}
	file := environment["COVERNOTE_CONFIG"]
	for line, want := range map[string]struct {
		status int
		says   string
	}{
		"inquiry offer 1 --insurer 5036 --premium 1200.00":                        {1, "covernote inquiry list"},
		"inquiry offer one --insurer 5036 --premium 1200.00":                      {2, "one"},
		"inquiry offer 1 --premium 1200.00":                                       {2, "--insurer"},
		"inquiry offer 1 --insurer 5036 --premium 1200.00 --interval 5":           {2, `"1","3","6","12"`},
		"inquiry offer 1 --insurer 5036 --premium 1200.00 --starts-on 1.1.2027":   {1, "2027-01-31"},
		"inquiry offer 1 --insurer 5036 --premium 1 --database /nowhere/x.sqlite": {1, "--database"},
		"inquiry list --partner nobody":                                           {1, "covernote partner list"},
	} {
		o := command(t, environment, append(strings.Fields(line), "--config", file)...)
		if o.status != want.status || !strings.Contains(o.errs, want.says) {
			t.Errorf("covernote %s: %+v", line, o)
		}
	}
	o := command(t, environment, "inquiry", "list", "--database", environment["COVERNOTE_DATABASE"])
	if o.status != 1 || !strings.Contains(o.errs, "no sandbox's") {
		t.Errorf("a live database as a sandbox's: %+v", o)
	}
}
