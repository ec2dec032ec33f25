package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/app"
	"github.com/covernote/covernote/internal/store/storetest"
)

// logged is an event as the tail prints it for scripts.
type logged struct {
	ID, Account, Type, Subject string
	Position, Sequence         int64
	At                         time.Time
	Data                       json.RawMessage
}

func readLog(t *testing.T, printed string) []logged {
	t.Helper()
	var all []logged
	for line := range strings.Lines(printed) {
		var e logged
		decode(t, []byte(line), &e)
		all = append(all, e)
	}
	return all
}

// tail is what the tail of a live database prints.
func tail(t *testing.T, environment map[string]string, args ...string) []logged {
	t.Helper()
	return readLog(t, operate(t, environment, append([]string{"events", "tail", "--json"}, args...)...))
}

// of are the events that a condition chooses.
func of(all []logged, chosen func(logged) bool) []logged {
	return slices.DeleteFunc(slices.Clone(all), func(e logged) bool { return !chosen(e) })
}

func booked(e logged) bool { return e.Type == "order.booked" }

// shop adds a partner to a live server and lets it book.
func (s *server) shop(t *testing.T, name string, references ...string) *receiver {
	t.Helper()
	told := newReceiver(t)
	p := access(t, operate(t, s.environment, "partner", "add", name, "--name", name, "--webhook", told.url))
	p.url = s.url
	for _, reference := range references {
		p.want(t, http.StatusOK, http.MethodPost, orderPath, order{reference: reference}.body(t))
		eventually(t, "the webhook of "+reference, func() bool { return len(told.numbers()[reference]) == 1 })
	}
	eventually(t, "the log of "+name, func() bool {
		return len(of(tail(t, s.environment, "--partner", name), booked)) == len(references)
	})
	return told
}

// settled waits until nothing is on its way to a partner.
func (s *server) settled(t *testing.T) {
	t.Helper()
	eventually(t, "everything is delivered", func() bool {
		return strings.Count(operate(t, s.environment, "notices", "list", "--state", "due"), "\n") == 1
	})
}

// An operator sees the log, all of it or what was asked for, and of an event how
// it was told.
func TestOperatorReadsTheLog(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		environment := configuration(t, storetest.DSN(t, engine))
		s := serve(t, environment)
		s.shop(t, "shop", "FIRST", "SECOND", "THIRD")
		s.settled(t)
		s.stop(t)
		all := tail(t, environment)
		for i, e := range all {
			if e.Position != int64(i)+1 || e.Account != "shop" || e.Sequence < 1 || e.ID == "" || e.Subject == "" || len(e.Data) == 0 {
				t.Errorf("event %d is %+v", i, e)
			}
		}
		middle := all[len(all)/2]
		zone, err := time.LoadLocation("Europe/Berlin")
		if err != nil {
			t.Fatal(err)
		}
		for line, want := range map[string][]logged{
			"--partner shop":                     all,
			"--type order.booked":                of(all, booked),
			"--type order.booked,policy.expired": of(all, booked),
			"--type order.booked --type policy.bound": of(all, func(e logged) bool {
				return booked(e) || e.Type == "policy.bound"
			}),
			"--limit 2":                     all[len(all)-2:],
			"--limit 1 --type policy.bound": of(all, func(e logged) bool { return e.Type == "policy.bound" })[2:],
			"--limit 9 --type order.booked": of(all, booked),
			"--limit 0":                     nil,
			"--since P1D --limit 1":         all,
			"--since P1M1DT1H":              all,
			"--since " + all[0].At.In(zone).Format("2006-01-02"): all,
			"--since " + middle.At.Format(time.RFC3339Nano):      of(all, func(e logged) bool { return !e.At.Before(middle.At) }),
			"--since 2899-12-31":                                 nil,
		} {
			if got := tail(t, environment, strings.Fields(line)...); !reflect.DeepEqual(got, want) {
				t.Errorf("tail %s is\n%+v, want\n%+v", line, got, want)
			}
		}
		rows := strings.Split(operate(t, environment, "events", "tail"), "\n")
		if !regexp.MustCompile(`^AT +ACCOUNT +POSITION +TYPE +EVENT +SUBJECT$`).MatchString(rows[0]) || len(rows) != len(all)+2 {
			t.Errorf("listed\n%s", strings.Join(rows, "\n"))
		}
		for i, e := range all {
			want := fmt.Sprintf(`^\S+Z +shop +%d +%s +%s +%s$`, e.Position, e.Type, e.ID, e.Subject)
			if !regexp.MustCompile(want).MatchString(rows[i+1]) {
				t.Errorf("%s is not %s", rows[i+1], want)
			}
		}
		showsEvent(t, environment, of(all, booked)[0])
	})
}

// showsEvent expects an event with its data, and that it was delivered at once.
func showsEvent(t *testing.T, environment map[string]string, e logged) {
	t.Helper()
	shown := operate(t, environment, "events", "show", e.ID)
	for _, want := range []string{
		`(?m)^event +` + e.ID + `$`, `(?m)^account +shop$`, fmt.Sprintf(`(?m)^position +%d$`, e.Position),
		`(?m)^type +order\.booked$`, `(?m)^subject +` + e.Subject + `$`, `(?m)^sequence +\d+$`,
		`(?m)^at +` + regexp.QuoteMeta(e.At.Format(time.RFC3339Nano)) + `$`, `(?m)^  "reference": "FIRST",$`,
		`(?m)^notice +\S+\nendpoint +\S+\nstate +delivered\ncreated +\S+Z\n\nTRY +AT +STATUS .+\n1 +\S+Z +204 +\S+s`,
	} {
		if !regexp.MustCompile(want).MatchString(shown) {
			t.Errorf("%s is not in\n%s", want, shown)
		}
	}
}

// The logs of several partners are merged by time, and each stays in its order.
func TestTailMergesLogs(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		other := s.info.Others.Hepster.caller()
		for i := range 3 {
			s.book(t, order{reference: fmt.Sprintf("OURS-%d", i)})
			other.want(t, http.StatusOK, http.MethodPost, orderPath, order{reference: fmt.Sprintf("THEIRS-%d", i)}.body(t))
			eventually(t, "the other contract", func() bool { return len(other.contracts(t, "")) == i+1 })
			s.advance(t, "P9D")
		}
		eventually(t, "every order in the log", func() bool {
			return strings.Count(operateOn(t, s.place(), "events", "tail", "--type", "order.booked"), "order.booked") == 6
		})
		s.stop(t)
		all := readLog(t, operateOn(t, s.place(), "events", "tail", "--json", "--since", "P1Y"))
		last, accounts := make(map[string]int64), 0
		for i, e := range all {
			if e.Position != last[e.Account]+1 {
				t.Errorf("event %d of %s comes after %d", e.Position, e.Account, last[e.Account])
			}
			last[e.Account] = e.Position
			if i > 0 && all[i-1].Account != e.Account {
				accounts++
				if e.At.Before(all[i-1].At) {
					t.Errorf("%s %s comes after %s %s", e.Account, e.At, all[i-1].Account, all[i-1].At)
				}
			}
		}
		if accounts < 5 {
			t.Errorf("the accounts take turns %d times", accounts)
		}
	})
}

// A tail goes on with what follows, also with partners who were not there when
// it began, and shows each event once.
func TestTailFollows(t *testing.T) {
	t.Parallel()
	environment := configuration(t, storetest.DSN(t, storetest.SQLite))
	s := serve(t, environment)
	s.shop(t, "early", "BEFORE")
	follower := begin(t, environment, "events", "tail", "--follow", "--json", "--config", environment["COVERNOTE_CONFIG"])
	eventually(t, "what there is", func() bool { return strings.Contains(follower.out.String(), `"reference":"BEFORE"`) })
	s.shop(t, "late", "AFTER", "AGAIN")
	s.settled(t)
	eventually(t, "what follows", func() bool {
		return len(of(readLog(t, complete(follower.out.String())), booked)) == 3
	})
	follower.stop(t)
	shown := make(map[string]int)
	for _, e := range readLog(t, follower.out.String()) {
		if shown[e.ID]++; shown[e.ID] > 1 {
			t.Errorf("%s of %s is shown again", e.Type, e.Account)
		}
	}
}

// complete leaves out a line that is still being written.
func complete(text string) string { return text[:strings.LastIndexByte(text, '\n')+1] }

var summary = regexp.MustCompile(`^replay (\S+)\n(\d+) events are dealt with, (\d+) notices are on their way again: \S+, \d+ events/s\.\n$`)

// wantReplay expects that a replay dealt with so many events and told so many
// notices, and gives its id.
func wantReplay(t *testing.T, printed string, events, notices int) string {
	t.Helper()
	line := summary.FindStringSubmatch(printed)
	if len(line) == 0 || line[2] != strconv.Itoa(events) || line[3] != strconv.Itoa(notices) {
		t.Fatalf("of %d events and %d notices:\n%s", events, notices, printed)
	}
	return line[1]
}

// tellings counts how often each notice arrived.
func tellings(told *receiver) map[string]int {
	counts := make(map[string]int)
	for _, d := range told.all() {
		counts[d.header.Get("Covernote-Delivery-Id")]++
	}
	return counts
}

// wantTellings waits until every notice has arrived so often, and no oftener.
func (s *server) wantTellings(t *testing.T, told *receiver, times int) {
	t.Helper()
	s.settled(t)
	for id, count := range tellings(told) {
		if count != times {
			t.Errorf("notice %s arrived %d times, want %d", id, count, times)
		}
	}
}

// A partner is told again what it was told, once, whether or not the replay is
// interrupted.
func TestOperatorReplaysEvents(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		environment := configuration(t, storetest.DSN(t, engine))
		s := serve(t, environment)
		told := s.shop(t, "shop", "FIRST", "SECOND")
		untold := s.shop(t, "other", "THEIRS")
		s.wantTellings(t, told, 1)
		chosen := len(tail(t, environment, "--partner", "shop"))

		dry := operate(t, environment, "events", "replay", "--partner", "shop", "--since", "P1D", "--dry-run")
		if !regexp.MustCompile(`(?m)^order\.booked +2$`).MatchString(dry) || !strings.Contains(dry, fmt.Sprintf("\n%d events of shop", chosen)) {
			t.Errorf("counted\n%s", dry)
		}
		s.wantTellings(t, told, 1)

		printed := operate(t, environment, "events", "replay", "--partner", "shop", "--since", "P1D")
		notices := len(tellings(told))
		id := wantReplay(t, printed, chosen, notices)
		s.wantTellings(t, told, 2)
		again := operate(t, environment, "events", "replay", "--partner", "shop", "--resume", id)
		if resumed := wantReplay(t, again, chosen, notices); resumed != id {
			t.Errorf("gone on with %s, not %s", resumed, id)
		}
		s.wantTellings(t, told, 2)
		wantReplay(t, operate(t, environment, "events", "replay", "--partner", "shop", "--until", "P1D"), 0, 0)

		args := s.interrupted(t)
		s.wantTellings(t, told, 2)
		wantReplay(t, done(t, environment, args...), chosen, notices)
		s.wantTellings(t, told, 3)
		s.wantTellings(t, untold, 1)
		operate(t, environment, "check")
	})
}

// cutter ends a program as soon as that prints something.
type cutter struct {
	output
	cut context.CancelFunc
}

func (c *cutter) Write(p []byte) (int, error) {
	c.cut()
	return c.output.Write(p)
}

// interrupted begins a replay, ends it when its id is known, and gives the
// command that it says goes on.
func (s *server) interrupted(t *testing.T) []string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, errs := &cutter{cut: cancel}, &output{}
	args := []string{"events", "replay", "--partner", "shop", "--config", s.environment["COVERNOTE_CONFIG"]}
	status := app.Run(ctx, args, func(name string) string { return s.environment[name] }, out, errs)
	line := regexp.MustCompile(`^covernote: interrupted behind position 0 of \d+; it goes on with: covernote (.+ --resume (\S+) --config) '([^']+)'\n$`).
		FindStringSubmatch(errs.String())
	if status != 1 || line == nil || out.String() != "replay "+line[2]+"\n" {
		t.Fatalf("status %d\n%s%s", status, out, errs)
	}
	return append(strings.Fields(line[1]), line[3])
}

// A replay of a sandbox ends in its inbox.
func TestReplayOfASandbox(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		s.book(t, order{reference: "TWICE"})
		eventually(t, "the event in the log", func() bool {
			return strings.Contains(operateOn(t, s.place(), "events", "tail"), "order.booked")
		})
		printed := operateOn(t, s.place(), "events", "replay", "--partner", "hepster", "--type", "order.booked")
		wantReplay(t, printed, 1, 1)
		eventually(t, "the webhook once more", func() bool { return len(s.inbox(t)) == 2 })
		s.place().check(t)
	})
}

// What an operator cannot mean is refused, with what to do.
func TestEventCommandsRefuse(t *testing.T) {
	t.Parallel()
	environment := configuration(t, storetest.DSN(t, storetest.SQLite))
	operate(t, environment, "partner", "add", "shop", "--name", "Shop", "--webhook", "http://127.0.0.1:1/")
	operate(t, environment, "partner", "endpoint", "shop", "orders", "http://127.0.0.1:1/")
	for line, want := range map[string]struct {
		status int
		says   string
	}{
		"tail --partner nobody":                              {1, "covernote partner list"},
		"tail --type policy.lost":                            {1, "policy.lapsed"},
		"tail --since yesterday":                             {1, "P7D"},
		"tail --since=-P7D":                                  {1, "P7D"},
		"tail --since P101Y":                                 {1, "P7D"},
		"tail --since 2027-02-30":                            {1, "2027-01-31"},
		"tail --limit -1":                                    {2, "--limit"},
		"tail --database /nowhere/x.sqlite":                  {1, "--database"},
		"show nothing":                                       {1, "covernote events tail"},
		"show":                                               {2, "<id>"},
		"replay":                                             {2, "--partner"},
		"replay --partner nobody":                            {1, "covernote partner list"},
		"replay --partner shop --type lost":                  {1, "policy.lapsed"},
		"replay --partner shop --until tomorrow":             {1, "--until"},
		"replay --partner shop --resume nothing":             {1, "stands first"},
		"replay --partner shop --resume nothing --since P1D": {1, "stands alone"},
		"replay --partner shop --resume nothing --dry-run":   {1, "stands alone"},
		"replay --partner shop --since 2027-02-01 --until 2027-02-01":           {1, "later than --since"},
		"replay --partner shop --endpoint lost":                                 {1, "orders"},
		"replay --partner shop --endpoint lost --dry-run":                       {1, "orders"},
		"replay --partner shop --database " + environment["COVERNOTE_DATABASE"]: {1, "no sandbox's"},
	} {
		o := command(t, environment, append(strings.Fields("events "+line), "--config", environment["COVERNOTE_CONFIG"])...)
		if o.status != want.status || !strings.Contains(o.errs, want.says) || o.out != "" && o.status != 2 {
			t.Errorf("covernote events %s: %+v", line, o)
		}
	}
}
