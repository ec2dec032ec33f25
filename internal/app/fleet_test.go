package app_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/cluster"
	"github.com/covernote/covernote/internal/store"
)

// fleet is nodes of one sandbox, each a process of its own, on a PostgreSQL that
// nobody else uses, with clients that order and brokers who forward meanwhile.
type fleet struct {
	server *cluster.Cluster
	nodes  []*child
	told   *receiver
	crowd  *crowd
	desk   *advisers
	places []place
}

func newFleet(t *testing.T, size int) *fleet {
	t.Helper()
	bin := cluster.Find(t.Context(), cluster.Folders())
	if bin == "" {
		t.Fatal("PostgreSQL's programs are not there: see CONTRIBUTING.md")
	}
	server, err := cluster.Start(t.Context(), bin)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	f := &fleet{server: server, told: newReceiver(t)}
	for n := range size {
		f.places = append(f.places, place{folder: filepath.Join(t.TempDir(), fmt.Sprint("node", n)), database: server.URL})
		f.nodes = append(f.nodes, f.places[n].spawn(t, "--webhook", f.told.url))
	}
	info := f.places[0].info(t)
	f.crowd, f.desk = newCrowd(t, info, 6), newAdvisers(t, info, 2)
	f.reached()
	return f
}

// reached lets the clients call all nodes.
func (f *fleet) reached() {
	urls := make([]string, len(f.nodes))
	for i, n := range f.nodes {
		urls[i] = n.url
	}
	f.crowd.reach(urls...)
	f.desk.reach(urls...)
}

// again starts a node anew in the place of one that has ended.
func (f *fleet) again(t *testing.T, n int) {
	t.Helper()
	f.nodes[n] = f.places[n].spawn(t, "--webhook", f.told.url)
	f.reached()
}

// shares are how many lanes each node holds that lives, by its process.
func (f *fleet) shares(t *testing.T) map[int]int {
	t.Helper()
	opened, err := store.Open(t.Context(), store.Options{DSN: f.server.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	leases, err := opened.Leases(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	held := make(map[int]int)
	for _, l := range leases {
		for i, n := range f.nodes {
			mine := strings.Contains(l.Holder, fmt.Sprintf("/%d/", n.cmd.Process.Pid))
			if mine && strings.HasPrefix(l.Name, "lane/") && l.HeldAt(time.Now()) {
				held[i]++
			}
		}
	}
	return held
}

// shared waits until the nodes hold lanes, those that are named and no other.
func (f *fleet) shared(t *testing.T, among ...int) {
	t.Helper()
	eventually(t, fmt.Sprintf("the nodes %v share the lanes", among), func() bool {
		shares, all := f.shares(t), 0
		for n, lanes := range shares {
			if all += lanes; !slices.Contains(among, n) || lanes < 32/len(among) {
				return false
			}
		}
		return all >= 33
	})
}

// healthy waits until every node is ready, or until every node has noticed that
// it is not.
func (f *fleet) healthy(t *testing.T, status int) {
	t.Helper()
	for _, n := range f.nodes {
		eventually(t, fmt.Sprintf("a node is ready with %d", status), func() bool {
			got, err := caller{url: n.url}.try(t.Context(), http.MethodGet, "/readyz", nil)
			return err == nil && got.status == status
		})
	}
}

// during lets something happen while clients call, and waits until bookings go on
// after it.
func (f *fleet) during(t *testing.T, what string, happens func()) {
	t.Helper()
	const orders, inquiries = 60, 4
	before := time.Now()
	f.crowd.permit(orders)
	f.desk.permit(inquiries)
	f.crowd.acknowledged(t, orders/4)
	happens()
	f.crowd.acknowledged(t, orders-orders/4)
	f.desk.acknowledged(t, 2*inquiries)
	t.Logf("%s: done after %s, %d answers missed so far", what, time.Since(before).Round(time.Millisecond), f.crowd.missed.Load())
}

// What is acknowledged is stored and told, once and in order, whatever happens to
// PostgreSQL and to the nodes that share it.
func TestAFleetLosesNothing(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 3)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	f.shared(t, 0, 1, 2)
	happenings := []struct {
		what    string
		happens func()
	}{
		{"PostgreSQL crashes", func() {
			must(f.server.Crash(t.Context()))
			must(f.server.Begin(t.Context()))
		}},
		{"every connection is ended", func() {
			for range 3 {
				_, err := f.server.Disconnect(syscall.SIGTERM)
				must(err)
			}
		}},
		{"PostgreSQL hangs until all have noticed", func() {
			must(f.server.Freeze())
			f.healthy(t, http.StatusServiceUnavailable)
			must(f.server.Thaw())
		}},
		{"a node is paused beyond its leases", func() {
			must(f.nodes[0].cmd.Process.Signal(syscall.SIGSTOP))
			f.shared(t, 1, 2)
			must(f.nodes[0].cmd.Process.Signal(syscall.SIGCONT))
			f.shared(t, 0, 1, 2)
		}},
		{"a node is killed", func() {
			if err := f.nodes[1].end(t, syscall.SIGKILL); err == nil {
				t.Error("a killed process ended well")
			}
			f.shared(t, 0, 2)
			f.again(t, 1)
		}},
		{"each node is started anew", func() {
			for n := range f.nodes {
				must(f.nodes[n].end(t, syscall.SIGTERM))
				f.again(t, n)
			}
		}},
	}
	for _, h := range happenings {
		f.during(t, h.what, h.happens)
		f.healthy(t, http.StatusOK)
	}
	f.shared(t, 0, 1, 2)
	f.crowd.finish(t)
	f.desk.finish(t)
	compare(t, f.crowd, f.told, f.nodes[0].url, 60*len(happenings))
	f.desk.compare(t, f.nodes[1].url, f.told, 4*len(happenings))
	f.inOrder(t)
	f.places[0].check(t)
}

// inOrder looks at the first delivery of each notice: those about one inquiry
// arrive in the order in which the events happened, which their ids begin with.
func (f *fleet) inOrder(t *testing.T) {
	t.Helper()
	met, last := make(map[string]bool), make(map[string]string)
	for _, d := range f.told.all() {
		id, event := d.header.Get("Covernote-Delivery-Id"), d.header.Get("Covernote-Event-Id")
		if met[id] {
			continue
		}
		met[id] = true
		var hook ledTo
		decode(t, d.body, &hook)
		if len(hook.Affected) == 0 {
			continue
		}
		subject, happened := hook.Affected[0].ReferenceID, event[:13] // milliseconds
		if happened < last[subject] {
			t.Errorf("%s of inquiry %s arrived after a later one", hook.EventType, subject)
		}
		last[subject] = happened
	}
	if len(last) == 0 {
		t.Error("nothing was told of any inquiry")
	}
}
