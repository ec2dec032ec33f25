package app_test

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store/storetest"
)

// An operator's day with one partner, while the server runs.
func TestOperatorLooksAfterAPartner(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		environment := configuration(t, storetest.DSN(t, engine))
		s := serve(t, environment)
		told := newReceiver(t)
		printed := operate(t, environment, "partner", "add", "bike-shop", "--name", "Radhaus GmbH", "--username", "radhaus",
			"--webhook", told.url, "--allow-ip", "198.51.100.0/24")
		p := access(t, printed)
		p.url = s.url
		secret := regexp.MustCompile(`(?m)^webhook secret +(\S+)$`).FindStringSubmatch(printed)
		if p.user != "radhaus" || secret == nil {
			t.Fatalf("printed\n%s", printed)
		}
		told.knows(secret[1])

		body := order{reference: "LIVE"}.body(t)
		p.want(t, http.StatusForbidden, http.MethodPost, orderPath, body)
		p.want(t, http.StatusForbidden, http.MethodPost, orderPath, body, "X-Forwarded-For: 198.51.100.9, 203.0.113.1")
		p.want(t, http.StatusOK, http.MethodPost, orderPath, body, "X-Forwarded-For: 203.0.113.1, 198.51.100.9")
		eventually(t, "the webhook", func() bool { return len(told.numbers()["LIVE"]) == 1 })

		operate(t, environment, "partner", "allow-ip", "bike-shop", "127.0.0.1")
		p.want(t, http.StatusOK, http.MethodPost, orderPath, body)
		list := operate(t, environment, "partner", "list")
		if !regexp.MustCompile(`(?m)^bike-shop +hepster +Radhaus GmbH +yes +enforce 127\.0\.0\.1$`).MatchString(list) {
			t.Errorf("listed\n%s", list)
		}
		operate(t, environment, "partner", "allow-ip", "bike-shop", "192.0.2.0/24", "--mode", "log")
		p.want(t, http.StatusOK, http.MethodGet, lookupPath, nil)
		operate(t, environment, "partner", "allow-ip", "bike-shop", "--mode", "off")

		fresh := access(t, operate(t, environment, "partner", "rotate", "bike-shop"))
		fresh.url = s.url
		fresh.want(t, http.StatusOK, http.MethodGet, lookupPath, nil)
		p.want(t, http.StatusOK, http.MethodGet, lookupPath, nil) // for a day
		last := access(t, operate(t, environment, "partner", "rotate", "bike-shop", "--overlap", "0s"))
		last.url = s.url
		for _, old := range []caller{p, fresh} {
			old.want(t, http.StatusUnauthorized, http.MethodGet, lookupPath, nil)
		}
		if all := last.contracts(t, ""); len(all) != 1 {
			t.Errorf("listed %+v", all)
		}
		if told := operate(t, environment, "notices", "list", "--state", "delivered"); !strings.Contains(told, "bike-shop") {
			t.Errorf("notices\n%s", told)
		}
		operate(t, environment, "check")
		if strings.Contains(s.log.String(), p.secret) || strings.Contains(s.log.String(), secret[1]) {
			t.Error("a secret is in the log")
		}
	})
}

// Where a partner is told can be changed while the server runs.
func TestOperatorSetsEndpoints(t *testing.T) {
	t.Parallel()
	environment := configuration(t, storetest.DSN(t, storetest.SQLite))
	s := serve(t, environment)
	p := access(t, operate(t, environment, "partner", "add", "shop", "--name", "Shop"))
	p.url = s.url
	told := newReceiver(t)
	printed := operate(t, environment, "partner", "endpoint", "shop", "orders", told.url)
	secret := regexp.MustCompile(`^webhook secret +(\S+)\n`).FindStringSubmatch(printed)
	if secret == nil {
		t.Fatalf("printed\n%s", printed)
	}
	told.knows(secret[1])
	p.want(t, http.StatusOK, http.MethodPost, orderPath, order{reference: "FIRST"}.body(t))
	eventually(t, "the webhook", func() bool { return len(told.numbers()["FIRST"]) == 1 })

	environment["COVERNOTE_WEBHOOK_SECRET"] = "a secret that both sides know"
	if printed := operate(t, environment, "partner", "endpoint", "shop", "orders", told.url); printed != "" {
		t.Errorf("a secret that is known was printed\n%s", printed)
	}
	told.knows(environment["COVERNOTE_WEBHOOK_SECRET"])
	p.want(t, http.StatusOK, http.MethodPost, orderPath, order{reference: "SECOND"}.body(t))
	eventually(t, "the webhook", func() bool { return len(told.numbers()["SECOND"]) == 1 })

	operate(t, environment, "partner", "endpoint", "shop", "post", "--purpose", "email")
	operate(t, environment, "partner", "endpoint", "shop", "orders", "--remove")
	if list := operate(t, environment, "partner", "list"); !regexp.MustCompile(`(?m)^shop +hepster +Shop +no `).MatchString(list) {
		t.Errorf("nobody is told events any more, and yet\n%s", list)
	}
}

// A partner's own limit holds from the next request on.
func TestOperatorLimitsAPartner(t *testing.T) {
	t.Parallel()
	environment := configuration(t, storetest.DSN(t, storetest.SQLite))
	s := serve(t, environment)
	p := access(t, operate(t, environment, "partner", "add", "shop", "--name", "Shop"))
	p.url = s.url
	operate(t, environment, "partner", "switch", "shop", "rate-limit=1/3600")
	p.want(t, http.StatusOK, http.MethodGet, lookupPath, nil)
	p.want(t, http.StatusTooManyRequests, http.MethodGet, lookupPath, nil)
	operate(t, environment, "partner", "switch", "shop", "rate-limit=")
	p.want(t, http.StatusOK, http.MethodGet, lookupPath, nil)
}

// What an operator cannot mean is refused, with what to do.
func TestCommandsRefuse(t *testing.T) {
	t.Parallel()
	environment := configuration(t, storetest.DSN(t, storetest.SQLite))
	file := environment["COVERNOTE_CONFIG"]
	operate(t, environment, "partner", "add", "shop", "--name", "Shop")
	for line, want := range map[string]struct {
		status int
		says   string
	}{
		"partner add shop --name Again":                                   {1, "exists already"},
		"partner add other --name Other --username shop":                  {1, "exists already"},
		"partner add Shop_1 --name Name":                                  {1, "a-z, 0-9 and hyphens"},
		"partner add one --name One --webhook http://10.0.0.1/x":          {1, "not a public address"},
		"partner add one --name One --webhook ftp://partner.example":      {1, "https://"},
		"partner add one --name One --webhook https://me:pw@host.example": {1, "user name or password"},
		"partner add one --name One --allow-ip 192.0.2.7/24":              {1, "192.0.2.0/24"},
		"partner add one --name One --zone Europe/Nowhere":                {1, "Europe/Nowhere"},
		"partner add one":                      {2, "--name"},
		"partner rotate nobody":                {1, "covernote partner list"},
		"partner allow-ip nobody 192.0.2.1":    {1, "covernote partner list"},
		"partner allow-ip shop somewhere":      {1, "192.0.2.0/24"},
		"partner allow-ip shop --mode perhaps": {2, "enforce"},
		"notices list --state lost":            {2, "given_up"},

		"partner endpoint nobody it https://partner.example":         {1, "covernote partner list"},
		"partner endpoint shop it http://10.0.0.1/x":                 {1, "not a public address"},
		"partner endpoint shop it":                                   {1, "https://"},
		"partner endpoint shop it mailto:me@host --purpose email":    {1, "has no URL"},
		"partner endpoint shop it https://host.example --purpose no": {2, "support"},
		"partner switch shop rate-limit=often":                       {1, "100/60"},
	} {
		o := command(t, environment, append(strings.Fields(line), "--config", file)...)
		if o.status != want.status || !strings.Contains(o.errs, want.says) {
			t.Errorf("covernote %s: %+v", line, o)
		}
	}
	if list := operate(t, environment, "partner", "list"); strings.Count(list, "\n") != 2 {
		t.Errorf("listed\n%s", list)
	}
}

// A server that cannot start says why.
func TestServeRefuses(t *testing.T) {
	t.Parallel()
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = busy.Close() }) // after the subtests, which run later
	for name, c := range map[string]struct{ variable, value, says string }{
		"short key":    {"COVERNOTE_MASTER_KEY", "00ff", "at least 32"},
		"log level":    {"COVERNOTE_LOG_LEVEL", "loud", "debug, info, warn and error"},
		"address":      {"COVERNOTE_ADDR", busy.Addr().String(), "COVERNOTE_ADDR"},
		"no products":  {"COVERNOTE_CATALOGUE", "/nowhere", "catalogue"},
		"no folder":    {"COVERNOTE_DATABASE", "/nowhere/covernote.sqlite", "open database"},
		"no server":    {"COVERNOTE_DATABASE", "postgres://nobody@127.0.0.1:1/none?connect_timeout=1", "open database"},
		"mail server":  {"COVERNOTE_SMTP_URL", "http://mail.example.com", "smtp://"},
		"no sender":    {"COVERNOTE_SMTP_URL", "smtp://mail.example.com", "mail_from"},
		"no such file": {"COVERNOTE_CONFIG", "/nowhere/covernote.yaml", "/nowhere/covernote.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			environment := configuration(t, storetest.DSN(t, storetest.SQLite))
			environment[c.variable] = c.value
			o := command(t, environment, "serve", "--config", environment["COVERNOTE_CONFIG"])
			if o.status == 0 || !strings.Contains(o.errs, c.says) {
				t.Errorf("%+v", o)
			}
		})
	}
}

// A product that was sold and then changed in place keeps the server from
// starting; under a new version it does not.
func TestSoldProductsDoNotChange(t *testing.T) {
	t.Parallel()
	environment := configuration(t, storetest.DSN(t, storetest.SQLite))
	operate(t, environment, "partner", "list")
	change(t, environment, "default_term: 36M", "default_term: 24M")
	o := command(t, environment, "serve", "--config", environment["COVERNOTE_CONFIG"])
	if o.status != 1 || !strings.Contains(o.errs, "repair.yaml") || !strings.Contains(o.errs, "new version") {
		t.Errorf("%+v", o)
	}
	change(t, environment, "version: 1\n", "version: 2\n")
	serve(t, environment)
}

// change edits the file of the repair product.
func change(t *testing.T, environment map[string]string, from, to string) {
	t.Helper()
	file := filepath.Join(environment["COVERNOTE_CATALOGUE"], "hepster", "repair.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), from, to, 1)
	if changed == string(text) {
		t.Fatalf("%s does not say %q", file, from)
	}
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCatalogueValidate(t *testing.T) {
	t.Parallel()
	environment := configuration(t, "")
	folder := environment["COVERNOTE_CATALOGUE"]
	if out := done(t, nil, "catalogue", "validate", folder); !strings.Contains(out, "in order") {
		t.Errorf("printed %s", out)
	}
	change(t, environment, "version: 1\n", "version: none\n")
	o := command(t, nil, "catalogue", "validate", folder)
	if o.status != 1 || !regexp.MustCompile(`(?m)^hepster/repair\.yaml:\d+`).MatchString(o.out) {
		t.Errorf("%+v", o)
	}
	if o := command(t, nil, "catalogue", "validate", "/nowhere"); o.status != 2 || !strings.Contains(o.errs, "/nowhere") {
		t.Errorf("%+v", o)
	}
}

func TestMigrateAndVersion(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		environment := configuration(t, storetest.DSN(t, engine))
		delete(environment, "COVERNOTE_MASTER_KEY") // which a migration does not need
		for range 2 {
			operate(t, environment, "migrate")
		}
		operate(t, environment, "check")
		if out := done(t, nil, "version"); !strings.HasPrefix(out, "covernote ") {
			t.Errorf("version is %q", out)
		}
	})
	for line, want := range map[string]int{"": 2, "--help": 0, "frobnicate": 2, "serve --nonsense": 2} {
		if o := command(t, nil, strings.Fields(line)...); o.status != want {
			t.Errorf("covernote %s: %+v", line, o)
		}
	}
}

// A partner that asks too much is held to its rate, and told how long to wait.
func TestRateIsLimited(t *testing.T) {
	t.Parallel()
	environment := configuration(t, storetest.DSN(t, storetest.SQLite))
	text := "requests_per_second: 0.01\nburst: 3\n"
	if err := os.WriteFile(environment["COVERNOTE_CONFIG"], []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p := access(t, operate(t, environment, "partner", "add", "shop", "--name", "Shop"))
	p.url = serve(t, environment).url
	for range 3 {
		p.want(t, http.StatusOK, http.MethodGet, lookupPath, nil)
	}
	got := p.want(t, http.StatusTooManyRequests, http.MethodGet, lookupPath, nil)
	wait, err := time.ParseDuration(got.header.Get("Retry-After") + "s")
	if err != nil || wait < time.Second || wait > 2*time.Minute {
		t.Errorf("Retry-After is %q", got.header.Get("Retry-After"))
	}
}

// A server that was given another key would turn every partner away.
func TestAnotherMasterKeyIsRefused(t *testing.T) {
	t.Parallel()
	environment := configuration(t, filepath.Join(t.TempDir(), "live.sqlite"))
	operate(t, environment, "partner", "add", "shop", "--name", "Shop")
	environment["COVERNOTE_MASTER_KEY"] = strings.Repeat("ab", 32)
	got := command(t, environment, "partner", "list", "--config", environment["COVERNOTE_CONFIG"])
	if got.status != 1 || !strings.Contains(got.errs, "the master key is not the one that this database was made with") {
		t.Errorf("status %d: %s", got.status, got.errs)
	}
}
