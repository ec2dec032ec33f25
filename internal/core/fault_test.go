package core

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// deed is something that writes, with what must be true after it was done
// once, however storage failed meanwhile.
type deed struct {
	name    string
	prepare func(*house)
	do      func(*house)
	done    func(*house) error
}

func deeds() []deed {
	bound := func(h *house) { h.bind(phone("A-1"), repair("A-1")) }
	return append(packageDeeds(), []deed{
		{"submit", func(*house) {}, func(h *house) { h.submit(phone("A-1"), repair("A-1")) }, func(h *house) error {
			h.work()
			return expect("orders", len(h.orders()), 1, "policies", len(h.policies(true)), 2)
		}},
		{"book", func(h *house) { h.submit(phone("A-1"), repair("A-1"), unsold("A-1")) }, (*house).work, func(h *house) error {
			return expect("policies", len(h.policies(true)), 2, "told", len(h.notices()), 4)
		}},
		{"end", bound, func(h *house) { h.end(h.policies(false)[0], insurance.ReasonItemSold) }, func(h *house) error {
			return expect("live", len(h.policies(false)), 1, "told", len(h.happened(EventPolicyCancelled)), 1)
		}},
		{"pass", func(h *house) {
			bound(h)
			h.clock.micros.Store(day("2026-02-15").Start(h.partner.Zone).UnixMicro())
		}, (*house).work, func(h *house) error {
			return expect("renewals", len(h.happened(EventPolicyRenewed)), 1)
		}},
		{"report", bound, func(h *house) { h.deliver(200) }, func(h *house) error {
			attempts := int64(0)
			for _, n := range h.notices() {
				attempts += n.Attempts
			}
			return expect("due", h.due(), 0, "attempts", int(attempts), 2)
		}},
		{"archive", bound, func(h *house) {
			h.archive(DocumentRequest{CertificateNumber: h.policies(false)[0].CertificateNumber})
		}, func(h *house) error {
			return expect("documents", len(h.kept()), 3)
		}},
		{"move", bound, func(h *house) { h.moveTo(opening.Add(40*24*time.Hour), "", 200) }, func(h *house) error {
			now, err := h.Now(h.t.Context())
			return errors.Join(err, expect("renewals", len(h.happened(EventPolicyRenewed)), 1,
				"hours", int(now.Sub(opening).Hours()), 40*24))
		}},
	}...)
}

// expect compares counts: a name, what it is, what it should be.
func expect(counts ...any) (err error) {
	for i := 0; i < len(counts); i += 3 {
		if counts[i+1] != counts[i+2] {
			err = errors.Join(err, fmt.Errorf("%v: %v, want %v", counts[i:i+3]...))
		}
	}
	return err
}

// under does a deed while faults are planned.
func (d deed) under(t *testing.T, engine string, faults ...store.Fault) {
	t.Helper()
	h := open(t, engine)
	d.prepare(h)
	for _, fault := range faults {
		h.faults.Plan(fault)
	}
	d.do(h)
	if err := d.done(h); err != nil {
		t.Errorf("%s under %+v: %v", d.name, faults, err)
	}
}

// points counts how often a deed meets a point where storage can fail.
func (d deed) points(t *testing.T, engine string, point store.Point) int {
	t.Helper()
	h := open(t, engine)
	d.prepare(h)
	before := h.faults.Met(point)
	d.do(h)
	return h.faults.Met(point) - before
}

// Every commit of every deed fails, with and without having been done.
func TestACommitFails(t *testing.T) {
	t.Parallel()
	storetest.EachEngineInFull(t, func(t *testing.T, engine string) {
		for _, d := range few(deeds()) {
			t.Run(d.name, func(t *testing.T) {
				t.Parallel()
				commits := min(d.points(t, engine, store.AtCommit), 3)
				if commits == 0 {
					t.Fatal("it commits nothing")
				}
				for n := range commits {
					for _, persisted := range []bool{false, true} {
						d.under(t, engine, store.Fault{Point: store.AtCommit, Nth: n + 1, Persisted: persisted})
					}
				}
			})
		}
	})
}

// few is all there is or, with -short, every fourth.
func few[T any](all []T) []T {
	var some []T
	for i := 0; i < len(all); i += stride() {
		some = append(some, all[i])
	}
	return some
}

func stride() int {
	if testing.Short() {
		return 4
	}
	return 1
}

// Every statement of every deed fails.
func TestAStatementFails(t *testing.T) {
	t.Parallel()
	for _, d := range few(deeds()) {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			points := min(d.points(t, storetest.SQLite, store.AtStatement), 40)
			for n := 0; n < points; n += stride() {
				d.under(t, storetest.SQLite, store.Fault{Point: store.AtStatement, Nth: n + 1})
			}
		})
	}
}

// A commit is done although its answer is lost, and the connection by which
// its outcome is looked up dies as well.
func TestAnUnknownOutcomeIsLookedUpAgain(t *testing.T) {
	t.Parallel()
	for _, d := range few(deeds()) {
		if d.points(t, storetest.SQLite, store.AtCommit) > 1 {
			continue // which statement is the look-up is then not known
		}
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			d.under(t, storetest.SQLite,
				store.Fault{Point: store.AtCommit, Nth: 1, Persisted: true},
				store.Fault{Point: store.AtStatement, Nth: d.points(t, storetest.SQLite, store.AtStatement) + 1})
		})
	}
}

func TestNothingIsAcknowledgedWhileStorageIsAway(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.bindOne(phone("A-0"))
		h.submit(phone("A-1"))
		h.faults.Break(errors.New("disk full"))
		_, err := h.SubmitOrder(t.Context(), h.partner, order(phone("A-2")))
		h.refused(err, insurance.CodeUnavailable)
		if !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("the cause is hidden: %v", err)
		}
		_, err = h.End(t.Context(), h.partner, []Ending{{CertificateNumber: p.CertificateNumber, Reason: insurance.ReasonItemSold}})
		h.refused(err, insurance.CodeUnavailable)
		_, err = h.Archive(t.Context(), h.partner, DocumentRequest{CertificateNumber: p.CertificateNumber})
		h.refused(err, insurance.CodeUnavailable)
		for _, lane := range WorkLanes() {
			if _, err := h.sweepWork(t.Context(), lane, Fence{}); err != nil {
				h.refused(err, insurance.CodeUnavailable)
			}
		}
		if len(h.policies(true)) != 1 || len(h.orders()) != 2 {
			t.Error("something was written, or reading has ended, too")
		}
		h.faults.Mend()
		for h.Store.Ready(t.Context()) != nil { // until the store has found out
			if t.Context().Err() != nil {
				t.Fatal("storage did not come back")
			}
		}
		h.submit(phone("A-2"))
		h.work()
		if n := len(h.policies(true)); n != 3 {
			t.Errorf("%d policies, want 3", n)
		}
	})
}
