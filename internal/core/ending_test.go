package core

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// end ends a policy, which must succeed.
func (h *house) end(p Policy, reason insurance.Reason) Ended {
	h.t.Helper()
	return h.endOn(p, reason, insurance.Date{})
}

func (h *house) endOn(p Policy, reason insurance.Reason, on insurance.Date) Ended {
	h.t.Helper()
	ended, err := h.End(h.t.Context(), h.partner, []Ending{{CertificateNumber: p.CertificateNumber, Reason: reason, On: on}})
	h.fatal(err)
	if len(ended) != 1 {
		h.t.Fatalf("%d policies ended, want 1", len(ended))
	}
	return ended[0]
}

func TestEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		for _, c := range []struct {
			name     string
			wish     insurance.Proposal
			reason   insurance.Reason
			on       string
			state    insurance.PolicyState
			last     string
			event    EventType
			returned int64
		}{
			// 58.90 × 1.2 net, 19 % tax: 70.68 + 13.43.
			{"withdrawn", repair("w"), insurance.ReasonWithdrawal, "", insurance.PolicyWithdrawn, today, EventPolicyWithdrawn, 8411},
			{"void", repair("v"), insurance.ReasonDuplicate, "", insurance.PolicyVoid, "2026-01-14", EventPolicyVoided, 8411},
			// One of the month's 31 days is earned: 556 × 30/31, rounded up.
			{"sold today", phone("s"), insurance.ReasonItemSold, "", insurance.PolicyCancelled, today, EventPolicyCancelled, 539},
			// Three days of notice, then the end of the term.
			{"ordinary", phone("o"), insurance.ReasonOrdinary, "", insurance.PolicyEnding, "2026-02-14", EventPolicyEnding, 0},
		} {
			p := h.bindOne(c.wish)
			ended := h.end(p, c.reason)
			if ended.Policy.State != c.state || ended.Policy.LastDay() != day(c.last) {
				t.Errorf("%s: %s on %s", c.name, ended.Policy.State, ended.Policy.LastDay())
			}
			s := ended.Settlement
			if s.Returned.Gross.Minor != c.returned || s.Written.Gross != s.Earned.Gross.Add(s.Returned.Gross) {
				t.Errorf("%s: settlement is %+v", c.name, s)
			}
			if insurance.Settle(h.ledger(p)).Returned.Gross.Minor != c.returned {
				t.Errorf("%s: the ledger says otherwise", c.name)
			}
			if n := len(h.happened(c.event)); n != 1 {
				t.Errorf("%s: %s happened %d times", c.name, c.event, n)
			}
			if now := h.policy(p); now.State != c.state || now.ID != ended.Policy.ID {
				t.Errorf("%s: stored as %s", c.name, now.State)
			}
		}
	})
}

func TestRepeatedEndIsAnsweredAlike(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.bindOne(phone("A-1"))
		first := h.end(p, insurance.ReasonItemSold)
		h.clock.advance(48 * time.Hour)
		for _, on := range []string{"", today} {
			var wished insurance.Date
			if on != "" {
				wished = day(on)
			}
			again := h.endOn(p, insurance.ReasonItemSold, wished)
			if again.Policy.LastDay() != first.Policy.LastDay() || again.Settlement.Returned.Gross != first.Settlement.Returned.Gross {
				t.Errorf("on %q: %+v, want %+v", on, again.Settlement, first.Settlement)
			}
		}
		if n := len(h.happened(EventPolicyCancelled)); n != 1 {
			t.Errorf("cancelled %d times", n)
		}
		_, err := h.End(t.Context(), h.partner, []Ending{{CertificateNumber: p.CertificateNumber, Reason: insurance.ReasonItemReturned}})
		h.refused(err, insurance.CodeReasonForbidden)
	})
}

func TestEndIsAllOrNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		one, two := h.bindOne(phone("A-1")), h.bindOne(phone("A-2"))
		stranger := h.addPartner("stranger")
		for _, c := range []struct {
			second Ending
			code   insurance.Code
			field  insurance.Field
		}{
			{Ending{CertificateNumber: "I1", Reason: insurance.ReasonItemSold}, insurance.CodePolicyUnknown, insurance.FieldCertificateNumber},
			{Ending{CertificateNumber: two.CertificateNumber, Reason: insurance.ReasonFraud}, insurance.CodeReasonForbidden, ""},
			{Ending{CertificateNumber: two.CertificateNumber, Reason: insurance.ReasonItemSold, On: day("2025-12-01")},
				insurance.CodeInvalid, insurance.FieldEffectiveOn},
		} {
			_, err := h.End(t.Context(), h.partner, []Ending{
				{CertificateNumber: one.CertificateNumber, Reason: insurance.ReasonItemSold}, c.second,
			})
			refused := h.refusal(err, c.code)
			if c.field != "" && (len(refused.Problems) != 1 || refused.Problems[0].Item != 1 || refused.Problems[0].Field != c.field) {
				t.Errorf("problems are %v", say(refused.Problems))
			}
		}
		if n := len(h.policies(false)); n != 2 {
			t.Errorf("%d live policies, want both", n)
		}
		_, err := h.End(t.Context(), stranger, []Ending{{CertificateNumber: one.CertificateNumber, Reason: insurance.ReasonItemSold}})
		foreign := h.refusal(err, insurance.CodePolicyUnknown)
		_, err = h.End(t.Context(), h.partner, []Ending{{CertificateNumber: "I1", Reason: insurance.ReasonItemSold}})
		absent := h.refusal(err, insurance.CodePolicyUnknown)
		if foreign.Problems[0].Detail != one.CertificateNumber+" is not known" || absent.Problems[0].Detail != "I1 is not known" {
			t.Errorf("foreign and absent are told apart: %v, %v", foreign, absent)
		}
	})
}

// Who sums the refunds of a batch must not count one twice.
func TestOnePolicyTwiceInABatch(t *testing.T) {
	h := onSQLite(t)
	p := h.bindOne(phone("A-1"))
	_, err := h.End(t.Context(), h.partner, []Ending{
		{CertificateNumber: p.CertificateNumber, Reason: insurance.ReasonItemSold},
		{CertificateNumber: p.CertificateNumber, Reason: insurance.ReasonItemSold},
	})
	equalLists(t, "problems", say(h.refusal(err, insurance.CodeInvalid).Problems),
		[]string{"1 ending.certificate_number is named more than once"})
	if now := h.policy(p); now.State != insurance.PolicyBound {
		t.Errorf("the policy is %s, although the batch was refused", now.State)
	}
}

func TestAnEndMayComeEarlierButNotLater(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.bindOne(phone("A-1"))
		h.end(p, insurance.ReasonOrdinary)
		if ended := h.endOn(p, insurance.ReasonItemSold, day("2026-01-20")); ended.Settlement.Returned.Gross.IsZero() {
			t.Error("an earlier end gives nothing back")
		}
		_, err := h.End(t.Context(), h.partner, []Ending{
			{CertificateNumber: p.CertificateNumber, Reason: insurance.ReasonItemReturned, On: day("2026-01-25")},
		})
		h.refused(err, insurance.CodeReasonForbidden)
		if now := h.policy(p); now.State != insurance.PolicyEnding || now.LastDay() != day("2026-01-20") {
			t.Errorf("it is %s until %s", now.State, now.LastDay())
		}
		// Of two confirmations at one instant, the later one is served.
		h.archive(DocumentRequest{CertificateNumber: p.CertificateNumber, Kinds: []DocumentKind{DocumentCancellation}})
		if kept := h.kept(); len(kept) != 1 || kept[0].Version != 3 {
			t.Errorf("kept are %d documents, the first of version %d", len(kept), kept[0].Version)
		}
	})
}

func TestWithdrawalWindow(t *testing.T) {
	h := onSQLite(t)
	one, two := h.bindOne(repair("A-1")), h.bindOne(repair("A-2"))
	// The 14th day after conclusion ends at midnight in Berlin.
	h.clock.micros.Store(time.Date(2026, 1, 29, 22, 59, 59, 0, time.UTC).UnixMicro())
	h.end(one, insurance.ReasonWithdrawal)
	h.clock.advance(time.Second)
	_, err := h.End(t.Context(), h.partner, []Ending{{CertificateNumber: two.CertificateNumber, Reason: insurance.ReasonWithdrawal}})
	h.refused(err, insurance.CodeReasonForbidden)
}

func TestFutureEndRunsOutOnItsDay(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.bindOne(bike("A-1"))
		h.endOn(p, insurance.ReasonItemSold, day("2026-03-10"))
		h.clock.micros.Store(day("2026-03-10").End(p.Zone).Add(-time.Microsecond).UnixMicro())
		h.work()
		if now := h.policy(p); now.State != insurance.PolicyEnding || now.IntervalNo != 2 {
			t.Errorf("before midnight: %s after %d premiums", now.State, now.IntervalNo)
		}
		h.clock.advance(time.Microsecond)
		h.work()
		if now := h.policy(p); now.State != insurance.PolicyCancelled || now.IntervalNo != 2 {
			t.Errorf("after midnight: %s after %d premiums", now.State, now.IntervalNo)
		}
		var events []EventType
		h.view(func(r reading) error {
			all, err := r.EventsOf(h.partner.Part, p.ID)
			for _, e := range all {
				events = append(events, EventType(e.Type))
			}
			return err
		})
		equalLists(t, "events", texts(events), texts([]EventType{
			EventPolicyBound, EventPolicyEnding, EventCoolingOffEnded, EventPolicyPremium, EventPolicyCancelled,
		}))
		_, err := h.End(t.Context(), h.partner, []Ending{{CertificateNumber: p.CertificateNumber, Reason: insurance.ReasonItemReturned}})
		h.refused(err, insurance.CodeReasonForbidden)
	})
}

func texts[T ~string](all []T) (list []string) {
	for _, one := range all {
		list = append(list, string(one))
	}
	return list
}

func TestWhatWasDueComesBeforeAnEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p, over := h.bindOne(phone("A-1")), h.bindOne(bike("A-2"))
		// Nobody has swept for a year: the premiums of all months are written
		// before the declaration, and what has expired is not ended again.
		h.clock.micros.Store(day("2027-01-15").Start(p.Zone).UnixMicro())
		_, err := h.End(t.Context(), h.partner, []Ending{{CertificateNumber: over.CertificateNumber, Reason: insurance.ReasonItemSold}})
		h.refused(err, insurance.CodeReasonForbidden)
		ended := h.end(p, insurance.ReasonItemSold)
		if s := ended.Settlement; s.Written.Gross.Minor != 13*556 || s.Returned.Gross.Minor != 539 {
			t.Errorf("settlement is %+v", s)
		}
		h.work()
		if now := h.policy(over); now.State != insurance.PolicyExpired {
			t.Errorf("the other is %s, want expired", now.State)
		}
	})
}

func TestEndIsAudited(t *testing.T) {
	h := onSQLite(t)
	p := h.bindOne(phone("A-1"))
	h.end(p, insurance.ReasonItemSold)
	h.view(func(r reading) error {
		entries, err := r.AuditOf(h.partner.Part, p.ID)
		last := entries[len(entries)-1]
		want := store.AuditEntry{
			ID: last.ID, At: opening.UnixMicro(), Actor: "partner:acme", Action: string(EventPolicyCancelled), Subject: p.ID,
			Reason: "ITEM_SOLD", After: string(insurance.PolicyCancelled),
		}
		if last != want {
			t.Errorf("got %+v, want %+v", last, want)
		}
		return err
	})
}

func TestManyEndsAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.bindOne(phone("A-1"))
		reasons := []insurance.Reason{insurance.ReasonItemSold, insurance.ReasonItemReturned, insurance.ReasonOrdinary, insurance.ReasonWithdrawal}
		var group sync.WaitGroup
		var ended atomic.Int32
		for i := range 16 {
			group.Go(func() {
				_, err := h.End(t.Context(), h.partner, []Ending{{CertificateNumber: p.CertificateNumber, Reason: reasons[i%4]}})
				switch insurance.CodeOf(err) {
				case "":
					ended.Add(1)
				case insurance.CodeReasonForbidden, insurance.CodeBusy:
				default:
					t.Error(err)
				}
			})
		}
		group.Wait()
		if now := h.policy(p); now.State.Live() || ended.Load() == 0 {
			t.Errorf("%s after %d endings", now.State, ended.Load())
		}
	})
}
