package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store/storetest"
)

// A process that is killed while brokers are forwarded and order loses no
// inquiry that it has led to, and orders no cover twice. COVERNOTE_TEST_KILLS
// and COVERNOTE_TEST_SEED make the run longer and repeat it.
func TestKillLosesNoInquiry(t *testing.T) {
	onEngines(t, func(t *testing.T, engine string) {
		const perRound = 8
		seed := setting(t, "COVERNOTE_TEST_SEED", int(time.Now().UnixNano()%1_000_000))
		t.Logf("COVERNOTE_TEST_SEED=%d", seed)
		chance := rand.New(rand.NewPCG(uint64(seed), 0))
		rounds := setting(t, "COVERNOTE_TEST_KILLS", 2)
		at, told := newPlace(t, engine), newReceiver(t)
		process := at.spawn(t, "--webhook", told.url)
		advisers := newAdvisers(t, at.info(t), 4)
		for range rounds {
			advisers.reach(process.url)
			advisers.permit(perRound)
			advisers.acknowledged(t, 1+chance.IntN(perRound*3/2)) // two for each inquiry
			if err := process.end(t, syscall.SIGKILL); err == nil {
				t.Error("a killed process ended well")
			}
			process = at.spawn(t, "--webhook", told.url)
		}
		advisers.reach(process.url)
		advisers.finish(t)
		advisers.compare(t, process.url, told, rounds*perRound)
		if err := process.end(t, syscall.SIGTERM); err != nil {
			t.Errorf("the process ended with %v\n%s", err, process.log)
		}
		at.check(t)
	})
}

// advisers are brokers who forward and order at the same time, each until it
// knows what became of it.
type advisers struct {
	*crowd
	pool   pool
	system brokerSystem
}

func newAdvisers(t *testing.T, info sandboxInfo, clients int) *advisers {
	t.Helper()
	a := &advisers{
		crowd: &crowd{permits: make(chan struct{}, 1_000_000), acks: make(chan struct{}, 1_000_000), known: make(map[string]bool)},
		pool:  info.Thinksurance, system: info.Thinksurance.signIn(t),
	}
	a.reach(info.URL)
	for client := range clients {
		a.group.Go(func() {
			for n := 0; ; n++ {
				if _, ok := <-a.permits; !ok {
					return
				}
				a.advise(t, fmt.Sprintf("%d-%d", client, n))
			}
		})
	}
	return a
}

// advise brings an inquiry from the forward to the order. Of either, it is
// noted once it was acknowledged.
func (a *advisers) advise(t *testing.T, reference string) {
	body := a.pool.referring(t, reference)
	var page string
	a.until(t, "forward of "+reference, func(ctx context.Context) (err error) {
		page, err = a.jump(ctx, body)
		return err
	})
	id, err := strconv.ParseInt(page[strings.LastIndex(page, "/")+1:], 10, 64)
	if err != nil {
		t.Errorf("%s is led to %s", reference, page)
		return
	}
	a.note("read " + reference + " " + page)
	a.until(t, "order of "+reference, func(ctx context.Context) error {
		got, err := caller{url: a.target()}.try(ctx, http.MethodPost, inquiryPath(id), []byte(`{"to":"ordered"}`))
		return answered(got, err, http.StatusOK)
	})
	a.note("ordered " + reference + " " + page)
}

// jump forwards and enters the desk, and gives the page that this leads to.
func (a *advisers) jump(ctx context.Context, body []byte) (page string, err error) {
	url := a.target()
	got, err := caller{url: url}.try(ctx, http.MethodPost, "/api/ipn/brokers/forward", body, a.system.bearer, a.system.broker)
	if err := answered(got, err, http.StatusOK); err != nil {
		return "", err
	}
	var link struct{ URL string }
	if err := json.Unmarshal(got.body, &link); err != nil {
		return "", err
	}
	_, token, _ := strings.Cut(link.URL, "/desk/enter/")
	got, err = browsed(ctx, http.MethodGet, url+"/desk/enter/"+token, "", nil)
	return got.header.Get("Location"), answered(got, err, http.StatusSeeOther)
}

// answered is an error unless a request was answered as wanted.
func answered(got answer, err error, status int) error {
	switch {
	case err != nil:
		return err
	case got.status != status || refusedAs(got):
		return fmt.Errorf("answered %d %s", got.status, got.body)
	}
	return nil
}

// until tries something until it succeeds. Whatever else happens leaves
// unknown whether it was done.
func (a *advisers) until(t *testing.T, what string, try func(context.Context) error) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	var err error
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		err = try(ctx)
		cancel()
		if err == nil {
			return
		}
		a.missed.Add(1)
	}
	t.Errorf("%s was never answered; last %v", what, err)
}

func (a *advisers) note(what string) {
	a.mu.Lock()
	a.known[what] = true
	a.mu.Unlock()
	a.acks <- struct{}{}
}

// referring is the sample forward for a customer and a contract of its own.
func (p pool) referring(t *testing.T, reference string) []byte {
	t.Helper()
	return p.varied(t, map[string]any{
		"cExternalId": "C-" + reference, "iExternalReferences": []any{map[string]any{"origin": "crm", "paramKey": "r", "paramValue": reference}},
	})
}

// calledRead is what is read of an inquiry with what the broker's system calls
// it.
type calledRead struct {
	Data struct {
		ID         int64 `json:"iId"`
		Status     int
		References []struct{ ParamValue string } `json:"iExternalReferences"`
	}
}

// referred are the inquiries by what the broker's system calls them; more than
// one of a name is a fault.
func (s brokerSystem) referred(t *testing.T) map[string]calledRead {
	t.Helper()
	var all map[string]calledRead
	s.ask(t, s.account, http.MethodGet, "/api/ipn/inquiries", nil, &all)
	named := make(map[string]calledRead)
	for key, inquiry := range all {
		if len(inquiry.Data.References) != 1 || key != strconv.FormatInt(inquiry.Data.ID, 10) {
			t.Errorf("inquiry %s is %+v", key, inquiry)
			continue
		}
		name := inquiry.Data.References[0].ParamValue
		if _, twice := named[name]; twice {
			t.Errorf("%s is inquiry %s, and another", name, key)
		}
		named[name] = inquiry
	}
	return named
}

// compare holds what the brokers were told against what can be read, and
// against what the receiver was told.
func (a *advisers) compare(t *testing.T, url string, told *receiver, sent int) {
	t.Helper()
	a.system.url = url
	read, ledger := a.system.referred(t), a.ledger()
	if len(read) != sent || len(ledger) != 2*sent {
		t.Errorf("%d inquiries can be read and %d steps were acknowledged, of %d inquiries", len(read), len(ledger), sent)
	}
	eventually(t, "every order is told", func() bool { return len(contractsTold(t, told)) >= sent })
	contracts, policies := contractsTold(t, told), make(map[string]bool)
	for reference, inquiry := range read {
		page := fmt.Sprintf("/desk/inquiries/%d", inquiry.Data.ID)
		if !ledger["read "+reference+" "+page] || !ledger["ordered "+reference+" "+page] || inquiry.Data.Status != 6 {
			t.Errorf("%s is inquiry %d in status %d, which is not what was acknowledged", reference, inquiry.Data.ID, inquiry.Data.Status)
		}
		of := contracts[strconv.FormatInt(inquiry.Data.ID, 10)]
		if len(of) != 1 {
			t.Errorf("%s was told of the contracts %v", reference, of)
		}
		for number := range of {
			policies[number] = true
		}
	}
	if len(policies) != sent {
		t.Errorf("%d contracts for %d orders", len(policies), sent)
	}
	t.Logf("%d inquiries, %d webhooks, %d answers missed and asked for again", sent, len(told.all()), a.missed.Load())
}

// contractsTold are the contracts of inquiries that a receiver was told of.
func contractsTold(t *testing.T, told *receiver) map[string]map[string]bool {
	t.Helper()
	all := make(map[string]map[string]bool)
	for _, d := range told.all() {
		var hook ledTo
		decode(t, d.body, &hook)
		for _, each := range hook.Affected {
			if each.ReferenceType == "contract" {
				id := hook.Affected[0].ReferenceID
				if all[id] == nil {
					all[id] = make(map[string]bool)
				}
				all[id][each.ReferenceID] = true
			}
		}
	}
	return all
}

// Two nodes on one database are one server: what one has given the other knows,
// and what both are asked at once is done once.
func TestThinksuranceOnTwoNodes(t *testing.T) {
	t.Parallel()
	one := openSandbox(t, storetest.Postgres)
	two := place{folder: filepath.Join(t.TempDir(), "second"), database: one.database}.open(t)
	system := one.info.Thinksurance.signIn(t)
	nodes := [2]brokerSystem{system, system}
	nodes[1].url = two.info.URL

	wantOneEntrance(t, nodes, system.forward(t, one.info.Thinksurance.referring(t, "LINK")))
	copies := one.info.Thinksurance.referring(t, "COPIES")
	broker := one.info.Thinksurance.Samples["broker"]
	tokens := new(sync.Map)
	atOnce(16, func(n int) {
		node, own := nodes[n%2], one.info.Thinksurance.referring(t, fmt.Sprintf("OWN-%d", n))
		node.mustDo(t, node.broker, "/api/ipn/brokers/forward", copies)
		node.mustDo(t, node.broker, "/api/ipn/brokers/forward", own)
		node.mustDo(t, node.broker, "/api/ipn/agency-numbers", fmt.Appendf(nil, `{"agencyNumberSets":[{"baFinId":"5405","agencyNumbers":[`+
			`{"agencyNumber":"N-%d","defaultForTenders":true,"defaultForCalculations":true,"active":true}]}]}`, n))
		var made struct{ BToken string }
		if err := json.Unmarshal(node.mustDo(t, node.account, "/api/ipn/brokers", broker), &made); err != nil {
			t.Error(err)
		}
		tokens.Store(made.BToken, true)
	})
	if all := nodes[1].referred(t); len(all) != 18 {
		t.Errorf("there are %d inquiries: %v", len(all), all)
	}
	wantOneDefault(t, nodes, 16)
	brokers := 0
	tokens.Range(func(any, any) bool { brokers++; return true })
	if brokers != 1 {
		t.Errorf("one broker has %d tokens", brokers)
	}
	one.place().check(t)
}

// wantOneEntrance opens a link on both nodes many times at once: it lets in once.
func wantOneEntrance(t *testing.T, nodes [2]brokerSystem, link string) {
	t.Helper()
	_, token, _ := strings.Cut(link, "/desk/enter/")
	var entered, gone atomic.Int64
	atOnce(32, func(n int) {
		got, err := browsed(t.Context(), http.MethodGet, nodes[n%2].url+"/desk/enter/"+token, "", nil)
		switch {
		case err == nil && got.status == http.StatusSeeOther:
			entered.Add(1)
		case err == nil && got.status == http.StatusGone:
			gone.Add(1)
		default:
			t.Errorf("entering is answered %d %s %v", got.status, got.body, err)
		}
	})
	if entered.Load() != 1 || gone.Load() != 31 {
		t.Errorf("a link let in %d and turned away %d", entered.Load(), gone.Load())
	}
}

// atOnce does something so often at the same time.
func atOnce(times int, do func(n int)) {
	var group sync.WaitGroup
	begin := make(chan struct{})
	for n := range times {
		group.Go(func() {
			<-begin
			do(n)
		})
	}
	close(begin)
	group.Wait()
}

// mustDo posts what has to succeed. Where many change the same, the API asks to
// repeat.
func (s brokerSystem) mustDo(t *testing.T, whose, path string, body []byte) []byte {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for ; ; <-tick.C {
		got, err := s.try(t.Context(), http.MethodPost, path, body, s.bearer, whose)
		if err == nil && got.status == http.StatusServiceUnavailable && got.header.Get("Retry-After") != "" {
			continue
		}
		if err := answered(got, err, http.StatusOK); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		return got.body
	}
}

// wantOneDefault reads the agency numbers on both nodes: of all that claimed to
// be the first choice, one is.
func wantOneDefault(t *testing.T, nodes [2]brokerSystem, count int) {
	t.Helper()
	var lists [2][]byte
	for n, node := range nodes {
		lists[n] = node.want(t, http.StatusOK, http.MethodGet, "/api/ipn/agency-numbers", nil, node.bearer, node.broker).body
	}
	if !bytes.Equal(lists[0], lists[1]) {
		t.Errorf("one node lists\n%s\nthe other\n%s", lists[0], lists[1])
	}
	var all struct {
		AgencyNumberSets []struct {
			AgencyNumbers []struct {
				DefaultForTenders, DefaultForCalculations bool
			}
		}
	}
	decode(t, lists[0], &all)
	numbers, tenders, calculations := 0, 0, 0
	for _, set := range all.AgencyNumberSets {
		for _, n := range set.AgencyNumbers {
			numbers++
			if n.DefaultForTenders {
				tenders++
			}
			if n.DefaultForCalculations {
				calculations++
			}
		}
	}
	if numbers != count || tenders != 1 || calculations != 1 {
		t.Errorf("%d numbers, of which %d and %d are the first choice: %s", numbers, tenders, calculations, lists[0])
	}
}
