package app_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/store/storetest"
)

const pushesPath = "/sandbox/pushes"

// wantHash verifies the security hash as the documentation tells a partner to.
func (i inquiryRead) wantHash(t *testing.T, secret string) {
	t.Helper()
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(mac, "%s|%d|%d", i.Data.Broker, i.Data.ID, i.Data.Status)
	if want := hex.EncodeToString(mac.Sum(nil))[:20]; secret == "" || i.Hash != want {
		t.Errorf("the hash of inquiry %d is %q, want %q", i.Data.ID, i.Hash, want)
	}
}

// push turns pushes on or off and gives what hashes are made with then.
func (s *sandbox) push(t *testing.T, on bool) string {
	t.Helper()
	var set struct {
		Partner    string
		On         bool
		HashSecret string `json:"hash_secret"`
	}
	body := fmt.Appendf(nil, `{"partner":"thinksurance","on":%t}`, on)
	got := s.controls().want(t, http.StatusOK, http.MethodPost, pushesPath, body)
	decode(t, got.body, &set)
	s.read(t)
	if set.Partner != "thinksurance" || set.On != on || set.HashSecret != s.info.Thinksurance.HashSecret {
		t.Errorf("pushes are %s, and sandbox.json says %q", got.body, s.info.Thinksurance.HashSecret)
	}
	return set.HashSecret
}

// pushed are the whole inquiries in the inbox by number, each as it was pushed
// last.
func (s *sandbox) pushed(t *testing.T) map[int64]inquiryRead {
	t.Helper()
	all := make(map[int64]inquiryRead)
	for _, m := range slices.Backward(s.inbox(t)) {
		var inquiry inquiryRead
		if m.Partner != "thinksurance" || json.Unmarshal([]byte(m.Body), &inquiry) != nil || inquiry.Hash == "" {
			continue
		}
		if err := signed(s.info.Thinksurance.WebhookSecret, m.Headers.Get("X-Signature"), []byte(m.Body)); err != nil {
			t.Error(err)
		}
		all[inquiry.Data.ID] = inquiry
	}
	return all
}

// Whole inquiries are pushed to the inbox while that is on, and whoever reads
// sandbox.json can verify who tells of them at any time.
func TestPushesOfASandbox(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		ours := s.info.Thinksurance.HashSecret
		p := s.info.Thinksurance
		system := p.signIn(t)
		forward := func(reference string) int64 {
			return system.opened(t, p.varied(t, map[string]any{"cExternalId": reference, "fullCallback": 1}))
		}
		before := forward("before")
		system.inquiries(t)[strconv.FormatInt(before, 10)].wantHash(t, ours)

		chosen := s.push(t, true)
		during := forward("during")
		eventually(t, "the push", func() bool { return s.pushed(t)[during].Data.Status == 25 })
		s.pushed(t)[during].wantHash(t, chosen)
		system.inquiries(t)[strconv.FormatInt(before, 10)].wantHash(t, chosen)
		s.work(t, during, "calculated")
		eventually(t, "the next push", func() bool { return s.pushed(t)[during].Data.Status == 4 })

		if again := s.push(t, false); again != ours || again == chosen {
			t.Errorf("hashes are made with %q, before that with %q and at first with %q", again, chosen, ours)
		}
		after := forward("after")
		s.wantEvents(t, after, "InquiryCreated")
		system.inquiries(t)[strconv.FormatInt(after, 10)].wantHash(t, ours)
		if all := s.pushed(t); len(all) != 1 {
			t.Errorf("pushed %+v", all)
		}
		s.place().check(t)
	})
}

// Pushes are one API's, and nobody ends them by forgetting a word.
func TestPushesRefuse(t *testing.T) {
	t.Parallel()
	s := openSandbox(t, storetest.SQLite)
	for _, wrong := range []string{
		`{"partner":"hepster","on":true}`, `{"partner":"nobody","on":true}`, `{"partner":"thinksurance"}`, `{"partner":"thinksurance","on":1}`,
	} {
		got := s.controls().want(t, http.StatusBadRequest, http.MethodPost, pushesPath, []byte(wrong))
		if !strings.Contains(string(got.body), `"next"`) {
			t.Errorf("%s is answered %s", wrong, got.body)
		}
	}
}

// What hashes are made with is shown with a new account and whenever it is asked
// for: our own until the account has an endpoint for pushes, of which it has one.
func TestOperatorShowsHashSecrets(t *testing.T) {
	t.Parallel()
	environment := configuration(t, storetest.DSN(t, storetest.SQLite))
	shown := func(printed string) string {
		t.Helper()
		secret := regexp.MustCompile(`(?m)^hash secret +(\S+)$`).FindStringSubmatch(printed)
		if secret == nil {
			t.Fatalf("printed\n%s", printed)
		}
		return secret[1]
	}
	ours := shown(operate(t, environment, "partner", "add", "pool", "--name", "Pool AG", "--family", "thinksurance"))
	if again := shown(operate(t, environment, "partner", "hash-secret", "pool")); again != ours {
		t.Errorf("%q is shown as %q", ours, again)
	}
	told := newReceiver(t)
	environment["COVERNOTE_WEBHOOK_SECRET"] = "chosen"
	operate(t, environment, "partner", "endpoint", "pool", "pushes", told.url, "--purpose", "push")
	if chosen := shown(operate(t, environment, "partner", "hash-secret", "pool")); chosen != "chosen" {
		t.Errorf("shown is %q", chosen)
	}
	operate(t, environment, "partner", "add", "shop", "--name", "Shop")
	for line, says := range map[string]string{
		"partner hash-secret shop":                                      "no security hashes",
		"partner hash-secret nobody":                                    "covernote partner list",
		"partner endpoint pool another " + told.url + " --purpose push": `"pushes"`,
	} {
		o := command(t, environment, append(strings.Fields(line), "--config", environment["COVERNOTE_CONFIG"])...)
		if o.status != 1 || !strings.Contains(o.errs, says) {
			t.Errorf("covernote %s: %+v", line, o)
		}
	}
	operate(t, environment, "partner", "endpoint", "pool", "pushes", "--remove")
	if last := shown(operate(t, environment, "partner", "hash-secret", "pool")); last != ours {
		t.Errorf("shown is %q, want %q", last, ours)
	}
}
