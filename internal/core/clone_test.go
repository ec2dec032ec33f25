package core

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// unheard is a partner who is told nothing.
func (h *house) unheard(part string) Partner {
	h.t.Helper()
	access, err := h.AddPartner(h.t.Context(), Account{Part: part, Family: FamilyHepster, Name: "Shop " + part})
	h.fatal(err)
	partner, err := h.Authenticate(h.t.Context(), FamilyHepster, Claim{User: access.Username, Secret: access.Secret})
	h.fatal(err)
	return partner
}

// cloned copies a policy of the house's partner.
func (h *house) cloned(p Policy, first, count int64, crowd bool) {
	h.t.Helper()
	h.fatal(h.Clone(h.t.Context(), CloneWish{
		Part: h.partner.Part, CertificateNumber: p.CertificateNumber, First: first, Count: count, Crowd: crowd,
	}))
}

// A copy lives as any policy does: nothing contradicts it, and what falls due to
// it is done.
func TestACopyIsAWholePolicy(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.partner = h.unheard("silent")
		p := h.bind(phone("ONE"))[0]
		h.cloned(p, 5, 2, false)
		h.cloned(p, 7, 1, false)
		for n := 5; n <= 7; n++ {
			number := p.CertificateNumber[:len(p.CertificateNumber)-store.CloneTail] + fmt.Sprintf("%0*d", store.CloneTail, n)
			twin, err := h.Policy(t.Context(), h.partner, number)
			h.fatal(err)
			if twin.CertificateNumber != number || twin.ID == p.ID || twin.Premium.Gross != p.Premium.Gross {
				t.Errorf("copy %d is %s (%s)", n, twin.CertificateNumber, twin.ID)
			}
		}
		if found := h.findings(); len(found) > 0 {
			t.Errorf("copies contradict: %+v", found)
		}
		h.clock.advance(32 * 24 * time.Hour)
		h.work()
		page, err := h.Events(t.Context(), h.partner, LogFilter{Limit: 1000, Types: []EventType{EventPolicyRenewed}})
		h.fatal(err)
		if len(page.Events) != 4 {
			t.Errorf("%d of 4 policies were renewed", len(page.Events))
		}
	})
}

// A crowd is there for lists and sweeps: it is listed by days, and has timers.
func TestACrowdIsListedAndWaits(t *testing.T) {
	t.Parallel()
	storetest.EachEngineInFull(t, func(t *testing.T, engine string) {
		h := &house{t: t, clock: &hand{}}
		h.clock.micros.Store(opening.UnixMicro())
		h.Core = h.newCore(storetest.Open(t, store.Options{DSN: storetest.DSN(t, engine)}))
		h.partner = h.unheard("silent")
		p := h.bind(phone("ONE"))[0]
		h.cloned(p, 0, 1500, true)
		page, err := h.FindPolicies(t.Context(), h.partner, PolicyFilter{Size: 2})
		h.fatal(err)
		if page.Total != 1501 {
			t.Errorf("%d policies are listed, not 1501", page.Total)
		}
		if since := p.CreatedAt.Sub(h.earliest()); since != 999*24*time.Hour {
			t.Errorf("the crowd goes back %s, not 999 days", since)
		}
		if n := h.untallied(); n != 1 { // the policy that was copied
			t.Errorf("%d are not tallied, not 1", n)
		}
		for _, f := range h.findings() {
			if f.Invariant == invariantTally {
				t.Errorf("tallied elsewhere than it is: %+v", f)
			}
		}
		due := 0
		for _, lane := range WorkLanes() {
			h.fatal(h.read(t.Context(), func(r reading) error {
				timers, err := r.TimersDue(lane, "", r.now.AddDate(0, 2, 0).UnixMicro(), 5000)
				for _, timer := range timers {
					if workLane(timer.Part, timer.Owner) != lane {
						t.Fatalf("a timer of %s is in lane %d", timer.Owner, lane)
					}
				}
				due += len(timers)
				return err
			}))
		}
		if due != 2*1501 { // the end of cooling off, and the next premium
			t.Errorf("%d timers wait, not %d", due, 2*1501)
		}
	})
}

// earliest is when the first of all policies was made.
func (h *house) earliest() time.Time {
	h.t.Helper()
	page, err := h.FindPolicies(h.t.Context(), h.partner, PolicyFilter{Size: 1, Ascending: true})
	h.fatal(err)
	return page.Policies[0].CreatedAt
}

func TestLivePoliciesAreNotCopied(t *testing.T) {
	h := onSQLite(t)
	p := h.bind(phone("ONE"))[0]
	h.Sandbox = false
	err := h.Clone(t.Context(), CloneWish{Part: h.partner.Part, CertificateNumber: p.CertificateNumber, Count: 1})
	if err == nil || !strings.Contains(err.Error(), "sandbox") {
		t.Errorf("it was copied: %v", err)
	}
}
