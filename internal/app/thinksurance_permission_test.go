package app_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect/dialecttest"
	"github.com/covernote/covernote/internal/dialect/thinksurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// onEngines runs a test on both engines, and on SQLite alone with -short.
func onEngines(t *testing.T, f func(t *testing.T, engine string)) {
	t.Helper()
	t.Parallel()
	if testing.Short() {
		f(t, storetest.SQLite)
		return
	}
	storetest.EachEngine(t, f)
}

// asking is what a request may say of who asks, for whom, and after what, by
// the names of the places where it is said.
type asking map[string]string

// said puts it where it belongs.
func (a asking) said(text string) string {
	for place, value := range a {
		text = strings.ReplaceAll(text, "{"+place+"}", value)
	}
	return text
}

// with is the same but for some places, which say what another says there.
func (a asking) with(other asking, places ...string) asking {
	changed := maps.Clone(a)
	for _, place := range places {
		changed[place] = other[place]
	}
	return changed
}

// approach is how a route is asked: by which headers, with which query and body.
type approach struct {
	header      []string
	query, body string
}

// The places that name what belongs to somebody.
var belongings = []string{
	"aToken", "bToken", "bExternalId", "inquiryId", "documentId", "notification", "document", "contract", "customer",
}

const (
	bearer    = "Authorization: {authorization}"
	ofAccount = "X-Account-Token: {aToken}"
	ofBroker  = "X-Broker-Token: {bToken}"

	aNewBroker = `"type":1,"bExternalId":"NEW","bEmail":"new@example.com","bLastName":"Neu"`
	aBroker    = `"type":1,"bExternalId":"{bExternalId}","bEmail":"broker@example.com","bLastName":"Makler"`
	aJump      = `"type":1,"bExternalId":"{mine}","iId":"{inquiryId}","iExternalReferences":[{"origin":"crm","paramKey":"k","paramValue":"v"}]`
	aNumber    = `"agencyNumberSets":[{"baFinId":"5405","agencyNumbers":[{"agencyNumber":"1","defaultForTenders":false,"defaultForCalculations":false,"active":true}]}]`
	allNumbers = `"agencyNumberSets":[{"baFinId":"5405"}]`
	oldNumbers = `"agencyNumberSets":[{"baFinId":"5405","e2e":[{"brokerAgencyNumber":"2"}]}]`
)

// approaches has a row for every route of Thinksurance's API, with several ways
// where a route is asked for a broker or for an account.
var approaches = map[string][]approach{
	"POST /api/token":          {{body: `{"hash":"{hash}","secret":"{secret}"}`}},
	"POST /action/token":       {{body: `{"hash":"{hash}","secret":"{secret}"}`}},
	"POST /api/ipn/tokens":     {{body: `{"hash":"{hash}","secret":"{secret}"}`}},
	"POST /api/auth/v2/token":  {{body: `{"accessKey":"{secret}","secretKey":"{hash}"}`}},
	"POST /api/auth/v2/tokens": {{body: `{"accessKey":"{secret}","secretKey":"{hash}"}`}},

	"POST /api/account/get/tokens/{token}": {{}},
	"GET /api/ipn/account/tokens":          {{header: []string{bearer}}},

	"POST /api/broker/set/{token}":  {{body: `{"aToken":"{aToken}",` + aNewBroker + `}`}},
	"POST /api/ipn/brokers":         {{header: []string{bearer, ofAccount}, body: `{` + aNewBroker + `}`}},
	"POST /api/broker/get/{token}":  {{body: `{"aToken":"{aToken}",` + aBroker + `}`}},
	"POST /api/ipn/brokers/tokens":  {{header: []string{bearer, ofAccount}, body: `{` + aBroker + `}`}},
	"POST /api/ipn/brokers/token":   {{header: []string{bearer, ofAccount}, body: `{` + aBroker + `}`}},
	"POST /api/broker/fwd/{token}":  {{body: `{"bToken":"{bToken}",` + aJump + `}`}},
	"POST /api/ipn/brokers/forward": {{header: []string{bearer, ofBroker}, body: `{` + aJump + `}`}},

	"POST /api/ipn/agency-numbers": {
		{header: []string{bearer, ofBroker}, body: `{` + aNumber + `}`}, {header: []string{bearer, ofAccount}, body: `{` + aNumber + `}`},
	},
	"GET /api/ipn/agency-numbers": {{header: []string{bearer, ofBroker}}, {header: []string{bearer, ofAccount}}},
	"DELETE /api/ipn/agency-numbers": {
		{header: []string{bearer, ofBroker}, body: `{` + allNumbers + `}`}, {header: []string{bearer, ofAccount}, body: `{` + allNumbers + `}`},
	},
	"POST /api/account/set/anums/{token}":    {{body: `{"aToken":"{aToken}",` + aNumber + `}`}},
	"POST /api/account/get/anums/{token}":    {{body: `{"aToken":"{aToken}"}`}},
	"POST /api/account/delete/anums/{token}": {{body: `{"aToken":"{aToken}",` + allNumbers + `}`}},
	"POST /api/broker/set/anums/{token}":     {{body: `{"bToken":"{bToken}",` + oldNumbers + `}`}},

	"POST /api/products":       {{body: `{"token":"{token}"}`}},
	"GET /api/ipn/products":    {{header: []string{bearer}}},
	"POST /api/professions":    {{body: `{"token":"{token}"}`}},
	"GET /api/ipn/professions": {{header: []string{bearer}}},
	"POST /api/insurers":       {{body: `{"token":"{token}"}`}},
	"GET /api/ipn/insurers":    {{header: []string{bearer}}},

	"POST /api/ipn/inquiry/{inquiryId}": {
		{body: `{"token":"{token}","bToken":"{bToken}"}`}, {body: `{"token":"{token}","aToken":"{aToken}"}`},
	},
	"POST /api/ipn/inq/{inquiryId}": {
		{body: `{"token":"{token}","bToken":"{bToken}"}`}, {body: `{"token":"{token}","aToken":"{aToken}"}`},
	},
	"GET /api/ipn/inquiry/{inquiryId}":    {{header: []string{bearer, ofBroker}}, {header: []string{bearer, ofAccount}}},
	"GET /api/ipn/inq/{inquiryId}":        {{header: []string{bearer, ofBroker}}, {header: []string{bearer, ofAccount}}},
	"GET /api/ipn/inquiries/{inquiryId}":  {{header: []string{bearer, ofBroker}}, {header: []string{bearer, ofAccount}}},
	"POST /api/ipn/inquiries/{inquiryId}": {{header: []string{bearer}, body: `{"bToken":"{bToken}"}`}, {header: []string{bearer, ofAccount}}},
	"POST /api/ipn/get/{token}":           {{body: `{"bToken":"{bToken}","iId":"{inquiryId}"}`}, {body: `{"bToken":"{bToken}"}`}},
	"POST /api/account-ipn/get/{token}":   {{body: `{"aToken":"{aToken}","iId":"{inquiryId}"}`}, {body: `{"aToken":"{aToken}"}`}},
	"GET /api/ipn/inquiries": {
		{header: []string{bearer, ofBroker}}, {header: []string{bearer, ofAccount}},
		{header: []string{bearer, ofBroker}, query: "?inquiryId={inquiryId}"}, {header: []string{bearer, ofAccount}, query: "?inquiryId={inquiryId}"},
	},
	"POST /api/inq/get/{token}":         {{body: `{"bToken":"{bToken}","iId":"{inquiryId}"}`}, {body: `{"bToken":"{bToken}"}`}},
	"POST /api/account-inq/get/{token}": {{body: `{"aToken":"{aToken}","iId":"{inquiryId}"}`}, {body: `{"aToken":"{aToken}"}`}},

	"POST /api/doc/get/{token}":           {{body: `{"bToken":"{bToken}","hash":"{documentId}"}`}},
	"GET /api/ipn/documents/{documentId}": {{header: []string{bearer, ofBroker}}},

	"GET /api/public/v2/notifications/{notification}/documents/{document}":        {{header: []string{bearer}}},
	"POST /api/public/v2/notifications/{notification}/documents/{document}/error": {{header: []string{bearer}, body: `{"error":"torn"}`}},
	"GET /api/public/v2/notifications/{notification}/contracts/{contract}":        {{header: []string{bearer}}},
	"GET /api/public/v2/notifications/{notification}/customers/{customer}":        {{header: []string{bearer}}},
}

// route is a route of the API with one way to ask it.
type route struct {
	method, path string
	approach
}

// says tells whether a request on the route says something in a place.
func (r route) says(place string) bool {
	return strings.Contains(r.path+r.query+r.body+strings.Join(r.header, ""), "{"+place+"}")
}

// ask sends the request. What nobody says is left out of the header, and is a
// hyphen in the path.
func (r route) ask(t *testing.T, url string, a asking) answer {
	t.Helper()
	var header []string
	for _, line := range r.header {
		if line = a.said(line); !strings.HasSuffix(line, ": ") {
			header = append(header, line)
		}
	}
	if signature := a["signature"]; signature != "" {
		header = append(header, strings.Split(signature, "\n")...)
	}
	path := r.path
	if a["token"] == "" {
		path = strings.ReplaceAll(path, "{token}", "-")
	}
	return caller{url: url}.send(t, r.method, a.said(path+r.query), []byte(a.said(r.body)), header...)
}

// token is the session's alone.
func (s brokerSystem) token() string { return strings.TrimPrefix(s.bearer, "Authorization: Bearer ") }

func refusedAs(a answer) bool { return bytes.HasPrefix(a.body, []byte(`{"error":`)) }

// Every route tells its owner everything; another account, and another broker
// of the same one, what it tells of things that do not exist; and anyone else
// nothing at all.
func TestWhoMayThinksurance(t *testing.T) {
	onEngines(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		lapsed := s.info.Thinksurance.signIn(t).token()
		s.advance(t, "PT16M")
		owner := s.furnished(t, "thinksurance", s.info.Thinksurance, "OWNER")
		rival := s.furnished(t, "thinksurance-other", s.info.Others.Thinksurance, "RIVAL")
		neighbour := s.furnished(t, "thinksurance", s.info.Thinksurance, "NEIGHBOUR")
		absent := nobody(owner)
		strangers := s.strangers(t, owner, lapsed)
		kept := everythingOf(t, s.info.URL, owner)
		for _, published := range thinksurance.New(new(core.Core), "").Routes() {
			name := published.Method + " " + published.Path
			ways := approaches[name]
			if len(ways) == 0 {
				t.Errorf("%s has no row here: say who may", name)
			}
			for _, way := range ways {
				r := route{published.Method, published.Path, way}
				r.wantNothing(t, s.info.URL, strangers)
				r.wantAbsent(t, s.info.URL, rival, owner, absent, belongings)
				if r.says("bToken") {
					r.wantAbsent(t, s.info.URL, neighbour, owner, absent, []string{"inquiryId", "documentId"})
				}
				if now := everythingOf(t, s.info.URL, owner); now != kept {
					t.Fatalf("%s: others have changed\n%s\ninto\n%s", name, kept, now)
				}
				if got := r.ask(t, s.info.URL, owner); got.status/100 != 2 || refusedAs(got) {
					t.Errorf("%s: the owner gets %d %s", name, got.status, got.body)
				}
				kept = everythingOf(t, s.info.URL, owner)
			}
		}
		s.place().check(t)
	})
}

// wantNothing asks as people who may nothing, with and without a slash: they
// are all told the same, in the published words.
func (r route) wantNothing(t *testing.T, url string, strangers map[string]asking) {
	t.Helper()
	status := http.StatusOK
	if strings.Contains(r.path, "/v2/") {
		status = http.StatusUnauthorized
	}
	first := ""
	for name, stranger := range strangers {
		for _, slash := range []string{"", "/"} {
			asked := r
			asked.path += slash
			got := asked.ask(t, url, stranger)
			text := said(got)
			if first == "" {
				first = text
			}
			if got.status != status || text != first || string(got.body) != `{"error":"API User is not existing or deactivated."}` {
				t.Errorf("%s %s as %s: %s", r.method, asked.path, name, text)
			}
		}
	}
}

// wantAbsent asks as one for what another has, in each place and in all of
// them, and compares that with asking for what nobody has.
func (r route) wantAbsent(t *testing.T, url string, asks, others, absent asking, places []string) {
	t.Helper()
	places = slices.DeleteFunc(slices.Clone(places), func(place string) bool { return !r.says(place) })
	tries := [][]string{places}
	for _, place := range places {
		tries = append(tries, []string{place})
	}
	for _, try := range tries {
		if len(try) == 0 {
			continue
		}
		foreign, none := r.ask(t, url, asks.with(others, try...)), r.ask(t, url, asks.with(absent, try...))
		if a, b := said(foreign), said(none); a != b {
			t.Errorf("%s %s, %v: foreign is answered\n%s\nabsent\n%s", r.method, r.path, try, a, b)
		}
		if !refusedAs(foreign) && string(foreign.body) != "{}" {
			t.Errorf("%s %s, %v: foreign is answered %s", r.method, r.path, try, foreign.body)
		}
	}
	own := string(r.ask(t, url, asks).body)
	for _, place := range belongings {
		if asks[place] != others[place] && len(others[place]) > 4 && strings.Contains(own, others[place]) {
			t.Errorf("%s %s shows %s of somebody else: %s", r.method, r.path, place, own)
		}
	}
}

// furnished gives a broker of an account an inquiry that is ordered, and says
// all that can be asked of it.
func (s *sandbox) furnished(t *testing.T, part string, p pool, external string) asking {
	t.Helper()
	system := p.signIn(t)
	var made struct{ BToken string }
	body := fmt.Appendf(nil, `{"type":1,"bExternalId":%q,"bEmail":"broker@example.com","bLastName":"Makler"}`, external)
	system.ask(t, system.account, http.MethodPost, "/api/ipn/brokers", body, &made)
	system.broker = "X-Broker-Token: " + made.BToken
	id := system.opened(t, p.varied(t, map[string]any{"bExternalId": external, "cExternalId": external}))
	s.work(t, id, "ordered")
	a := asking{
		"token": system.token(), "hash": p.Hash, "secret": p.Secret,
		"aToken": p.AccountToken, "bToken": made.BToken, "bExternalId": external, "mine": external, "inquiryId": fmt.Sprint(id),
	}
	a["authorization"] = "Bearer " + a["token"]
	s.led(t, part, a)
	return a
}

// ledTo is a webhook of an order as partners read it.
type ledTo struct {
	EventType, NotificationID string
	Affected                  []struct {
		ReferenceType, ReferenceID string
		Links                      []struct{ Href string }
	}
}

// led adds what the webhook of the order leads to.
func (s *sandbox) led(t *testing.T, part string, a asking) {
	t.Helper()
	places := map[string][]string{"contract": {"contract"}, "customer": {"customer"}, "file": {"document", "documentId"}}
	eventually(t, "the webhook of the order", func() bool {
		for _, m := range s.inbox(t) {
			var hook ledTo
			decode(t, []byte(m.Body), &hook)
			if m.Partner != part || hook.EventType != "InquiryOrdered" || hook.Affected[0].ReferenceID != a["inquiryId"] {
				continue
			}
			a["notification"] = hook.NotificationID
			for _, each := range hook.Affected {
				for _, place := range places[each.ReferenceType] {
					a[place] = each.ReferenceID
				}
			}
			return true
		}
		return false
	})
}

// nobody says in each place what nobody has, and what is as long as what
// somebody has.
func nobody(somebody asking) asking {
	none := make(asking)
	other := func(r rune) rune {
		switch {
		case '0' <= r && r <= '9':
			return '9' - (r - '0')
		case 'a' <= r && r <= 'e' || 'A' <= r && r <= 'Y':
			return r + 1
		}
		return r
	}
	for place, value := range somebody {
		none[place] = strings.Map(other, value)
	}
	for _, place := range []string{"inquiryId", "customer"} {
		none[place] = strings.Repeat("9", len(somebody[place]))
	}
	return none
}

// everythingOf is what the owner of an inquiry reads of it.
func everythingOf(t *testing.T, url string, owner asking) string {
	t.Helper()
	header := []string{owner.said(bearer), owner.said(ofBroker)}
	var all strings.Builder
	for _, path := range []string{"/api/ipn/inquiries", "/api/ipn/agency-numbers"} {
		all.Write(caller{url: url}.want(t, http.StatusOK, http.MethodGet, path, nil, header...).body)
	}
	return all.String()
}

// strangers are callers who may nothing, all of whom ask for what the owner has.
func (s *sandbox) strangers(t *testing.T, owner asking, lapsed string) map[string]asking {
	t.Helper()
	as := func(token, hash, secret string) asking {
		stranger := maps.Clone(owner)
		stranger["token"], stranger["hash"], stranger["secret"], stranger["authorization"] = token, hash, secret, ""
		if token != "" {
			stranger["authorization"] = "Bearer " + token
		}
		return stranger
	}
	basic := as(s.partner().secret, s.partner().user, s.partner().secret)
	basic["authorization"] = "Basic " + basic["authorization"]
	return map[string]asking{
		"none": as("", "", ""), "unknown": as(nobody(owner)["token"], owner["hash"], nobody(owner)["secret"]),
		"shouting": as(strings.ToUpper(owner["token"]), strings.ToUpper(owner["hash"]), owner["secret"]),
		"lapsed":   as(lapsed, owner["hash"], ""), "revoked": as(s.revoked(t)), "crossed over": as(owner["aToken"], owner["secret"], owner["hash"]),
		"rival's secret": as(owner["bToken"], owner["hash"], s.info.Others.Thinksurance.Secret),
		"hepster":        basic, "XCover": s.signedStranger(t, as),
	}
}

// revoked makes an account, signs it in and takes its secret away.
func (s *sandbox) revoked(t *testing.T) (token, hash, secret string) {
	t.Helper()
	c := coreOn(t, store.Options{DSN: s.place().dsn()}, s.masterKey(t))
	added, err := c.AddPartner(t.Context(), core.Account{
		Part: "former", Family: core.FamilyThinksurance, Name: "Former Pool", NetworkMode: core.NetworkOff,
	})
	if err != nil {
		t.Fatal(err)
	}
	session := pool{BaseURL: s.info.URL, Hash: added.Username, Secret: added.Secret}.signIn(t)
	if _, err := c.RotateSecret(t.Context(), "former", 0); err != nil {
		t.Fatal(err)
	}
	return session.token(), added.Username, added.Secret
}

// signedStranger signs in the way of XCover, as somebody whom that API knows.
func (s *sandbox) signedStranger(t *testing.T, as func(token, hash, secret string) asking) asking {
	t.Helper()
	var info struct {
		XCover struct {
			APIKey    string `json:"api_key"`
			APISecret string `json:"api_secret"`
		}
	}
	decode(t, s.controls().want(t, http.StatusOK, http.MethodGet, "/sandbox/info", nil).body, &info)
	if info.XCover.APIKey == "" {
		t.Fatal("the sandbox has no partner of XCover")
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	dialecttest.Signature{Key: info.XCover.APIKey, Secret: info.XCover.APISecret}.Sign(request)
	stranger := as(info.XCover.APIKey, info.XCover.APIKey, info.XCover.APISecret)
	stranger["authorization"] = request.Header.Get("Authorization")
	stranger["signature"] = "Date: " + request.Header.Get("Date") + "\nX-Api-Key: " + request.Header.Get("X-Api-Key")
	return stranger
}

// Clients find out by an answer that their session has expired: however many
// do at once, they are told so in the published words. Who guesses secrets is
// slowed down.
func TestLapsedSessionsAreToldSo(t *testing.T) {
	t.Parallel()
	environment := configuration(t, storetest.DSN(t, storetest.SQLite))
	access := add(t, environment, "pool", "--family", "thinksurance")
	c := caller{url: serve(t, environment).url}
	for range 20 {
		got := c.want(t, http.StatusOK, http.MethodGet, "/api/ipn/professions", nil, "Authorization: Bearer lapsed")
		if string(got.body) != `{"error":"API User is not existing or deactivated."}` {
			t.Fatalf("answered %s", got.body)
		}
	}
	guess := fmt.Appendf(nil, `{"hash":%q,"secret":"guess"}`, access.user)
	for range 6 {
		c.send(t, http.MethodPost, "/api/ipn/tokens", guess)
	}
	c.want(t, http.StatusTooManyRequests, http.MethodPost, "/api/ipn/tokens", guess)
	pool{BaseURL: c.url, Hash: access.user, Secret: access.secret}.signIn(t)
}
