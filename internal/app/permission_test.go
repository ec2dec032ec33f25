package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect/hepster"
	"github.com/covernote/covernote/internal/store/storetest"
)

// attempt is how a route is called about a contract.
type attempt struct {
	body func(t *testing.T, number string) []byte
	// foreign is what another partner gets: 404 where the request names a
	// contract, 200 where it names none and so concerns its own alone.
	foreign int
}

func without(*testing.T, string) []byte { return nil }

func withdrawal(*testing.T, string) []byte { return []byte(`{"reason":"WITHDRAWAL"}`) }

func withdrawalOf(_ *testing.T, number string) []byte {
	return []byte(`{"certificateNumber":"` + number + `","reason":"WITHDRAWAL"}`)
}

func anOrder(t *testing.T, number string) []byte { return order{reference: "FOR-" + number}.body(t) }

// attempts has a row for every route.
var attempts = map[string]attempt{
	"POST /services/integrator/partner/v1/order":             {anOrder, 200},
	"POST /services/integrator/partner/bike/v1/order":        {anOrder, 200},
	"GET /services/documents/{number}":                       {without, 404},
	"GET /services/integrator/documents/{number}":            {without, 404},
	"GET /services/integrator/contracts/lookup/organisation": {without, 200},
	"POST /services/integrator/contracts/{number}/cancel":    {withdrawal, 404},
	"POST /services/integrator/contracts/cancel":             {withdrawalOf, 404},
	"DELETE /services/integrator/contracts/{number}":         {withdrawal, 404},
}

// Every route tells its owner everything, another partner what it tells about
// a contract that does not exist, and anyone else nothing at all.
func TestWhoMay(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		environment := configuration(t, storetest.DSN(t, engine))
		told := newReceiver(t)
		owner := add(t, environment, "owner", "--webhook", told.url)
		rival := add(t, environment, "rival", "--webhook", told.url)
		revoked := add(t, environment, "former")
		operate(t, environment, "partner", "rotate", "former", "--overlap", "0s")
		s := serve(t, environment)
		for _, c := range []*caller{&owner, &rival, &revoked} {
			c.url = s.url
		}
		strangers := strangersTo(s.url, owner, revoked)
		for i, route := range hepster.New(new(core.Core)).Routes() {
			name := route.Method + " " + route.Path
			row, ok := attempts[name]
			if !ok {
				t.Errorf("%s has no row here: say who may", name)
				continue
			}
			for j, slash := range []string{"", "/"} {
				reference := fmt.Sprintf("%d%s", i, slash)
				number := bookFor(t, owner, told, reference)
				call := call{row, route.Method, route.Path + slash}
				call.strangers(t, strangers, number, 2*i+j)
				call.rival(t, rival, number)
				if got := call.as(t, owner, number); got.status != http.StatusOK {
					t.Errorf("%s%s: the owner gets %d %s", name, slash, got.status, got.body)
				}
			}
		}
		for _, c := range rival.contracts(t, "status=ALL") {
			if !strings.HasPrefix(c.ExternalOrderReference, "FOR-") {
				t.Errorf("the rival is shown %+v", c)
			}
		}
		operate(t, environment, "check")
	})
}

// call is one route with its row.
type call struct {
	attempt
	method, path string
}

func (c call) as(t *testing.T, who caller, number string, header ...string) answer {
	t.Helper()
	return who.send(t, c.method, strings.Replace(c.path, "{number}", number, 1), c.body(t, number), header...)
}

// rival compares what another partner gets for the contract with what it gets
// for one that does not exist.
func (c call) rival(t *testing.T, rival caller, number string) {
	t.Helper()
	absent := "I" + strings.Repeat("1", len(number)-1)
	foreign, none := c.as(t, rival, number), c.as(t, rival, absent)
	a, b := said(foreign, number), said(none, absent)
	if foreign.status != c.foreign || (a != b && c.foreign != http.StatusOK) {
		t.Errorf("%s %s: foreign is answered\n%s\nabsent\n%s", c.method, c.path, a, b)
	}
	if strings.Contains(string(foreign.body), number) && c.foreign == http.StatusOK {
		t.Errorf("%s %s: another partner is shown %s", c.method, c.path, foreign.body)
	}
}

// said is everything of an answer but what names the request, and what was
// asked for.
func said(a answer, numbers ...string) string {
	header := a.header.Clone()
	header.Del("Date")
	header.Del("Covernote-Request-Id")
	text := fmt.Sprintln(a.status, header, string(a.body))
	for _, number := range numbers {
		text = strings.ReplaceAll(text, number, "NUMBER")
	}
	return text
}

// strangersTo are callers who may nothing.
func strangersTo(url string, owner, revoked caller) map[string]caller {
	return map[string]caller{
		"none": {url: url}, "revoked": revoked, "wrong password": {url, owner.user, "guess"}, "no password": {url, owner.user, ""},
		"unknown": {url, "somebody", owner.secret}, "name in capitals": {url, strings.ToUpper(owner.user), owner.secret},
	}
}

// strangers are told the same, whoever they are, and each from an address of
// its own, so that none is slowed down for the guesses of another.
func (c call) strangers(t *testing.T, strangers map[string]caller, number string, route int) {
	t.Helper()
	first, n := "", 0
	for name, stranger := range strangers {
		n++
		got := c.as(t, stranger, number, fmt.Sprintf("X-Forwarded-For: 198.%d.%d.7", 18+route, n))
		text := said(got, number)
		if first == "" {
			first = text
		}
		if got.status != http.StatusUnauthorized || text != first {
			t.Errorf("%s %s as %s: %s", c.method, c.path, name, text)
		}
	}
}

// add adds a partner on the command line.
func add(t *testing.T, environment map[string]string, part string, args ...string) caller {
	t.Helper()
	return access(t, operate(t, environment, append([]string{"partner", "add", part, "--name", part + " GmbH"}, args...)...))
}

// access reads what the command line prints once.
func access(t *testing.T, printed string) caller {
	t.Helper()
	var c caller
	for line := range strings.Lines(printed) {
		if user, ok := strings.CutPrefix(line, "user name "); ok {
			c.user = strings.TrimSpace(user)
		}
		if secret, ok := strings.CutPrefix(line, "secret "); ok {
			c.secret = strings.TrimSpace(secret)
		}
	}
	if c.user == "" || c.secret == "" {
		t.Fatalf("no credentials in\n%s", printed)
	}
	return c
}

// bookFor books an order and waits for the number of its contract.
func bookFor(t *testing.T, p caller, told *receiver, reference string) string {
	t.Helper()
	p.want(t, http.StatusOK, http.MethodPost, orderPath, order{reference: reference}.body(t))
	var number string
	eventually(t, "the webhook of "+reference, func() bool {
		for n := range told.numbers()[reference] {
			number = n
		}
		return number != ""
	})
	return number
}
