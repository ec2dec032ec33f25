package insurance

import (
	"reflect"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestEveryLifeKeepsItsPromises lets ten thousand policies live at random and
// checks after every step what must always hold.
func TestEveryLifeKeepsItsPromises(t *testing.T) {
	t.Parallel()
	const hundreds = 100
	seen := &tally{counts: map[string]int{}}
	t.Cleanup(func() { seen.check(t) })
	for i := range hundreds {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) { seen.add(live(t)) })
		})
	}
}

// live is a life from its sale through some steps.
func live(t *rapid.T) *life {
	l := someLife(t)
	l.check(t)
	for range rapid.IntRange(1, 8).Draw(t, "steps") {
		later := l.now.Add(time.Duration(rapid.IntRange(0, 90*24*60).Draw(t, "minutes pass")) * time.Minute)
		if rapid.IntRange(0, 3).Draw(t, "asleep") == 0 {
			l.actLate(t, later)
		}
		l.passTo(later)
		l.check(t)
		l.checkCaughtUp(t)
		l.act(t)
		l.check(t)
		l.passTo(l.now)
		l.check(t)
		l.checkCaughtUp(t)
	}
	return l
}

// act does one of the things that people do to a policy, or nothing.
func (l *life) act(t *rapid.T) {
	acts := []string{"", "declare", "endorse", "endorse", "pay", "pay", "decline"}
	if l.ahead {
		acts = append(acts, "declare", "declare", "endorse") // few live to pay ahead
	}
	switch rapid.SampledFrom(acts).Draw(t, "act") {
	case "declare":
		l.declare(t)
	case "endorse":
		l.change(t)
	case "pay":
		l.payTwice(t)
	case "decline":
		l.declineTwice(t)
	}
}

// actLate tries to end, change and pay while the books are behind: nothing may
// change.
func (l *life) actLate(t *rapid.T, later time.Time) {
	due, ok := l.policy.DueAt()
	if !ok || due.After(later) {
		return
	}
	was := l.now
	l.now = later
	if next, lines, _, refused := l.policy.End(l.product, l.someDeclaration(t), l.ledger, later); refused == nil && (lines != nil || !reflect.DeepEqual(next, l.policy)) {
		t.Fatalf("a policy with something due was ended")
	}
	if refused := l.endorse(l.someChange(t)); refused == nil {
		t.Fatalf("a policy with something due was endorsed")
	}
	if paid := l.policy.Renewal != nil && l.policy.Renewal.State == RenewalPaid; !paid && l.pay() == nil {
		t.Fatalf("a policy with something due was renewed")
	}
	l.now = was
}

// declare ends the policy for any reason, twice: the preview equals the deed,
// and a repetition changes nothing.
func (l *life) declare(t *rapid.T) {
	d := l.someDeclaration(t)
	before, paid := l.policy, slices.Clone(l.ledger)
	preview, previewed, previewSettled, previewRefused := l.policy.End(l.product, d, l.ledger, l.now)
	next, lines, settled, refused := l.policy.End(l.product, d, l.ledger, l.now)
	if !reflect.DeepEqual([]any{preview, previewed, previewSettled, previewRefused}, []any{next, lines, settled, refused}) {
		t.Fatalf("the preview differs from the deed")
	}
	if !reflect.DeepEqual(before, l.policy) || !reflect.DeepEqual(paid, l.ledger) {
		t.Fatalf("a preview changed the policy or its ledger")
	}
	if refused != nil {
		if code := CodeOf(refused); code != CodeReasonForbidden && code != CodeInvalid {
			t.Fatalf("refused with %v", refused)
		}
		return
	}
	l.policy, l.ledger = next, append(l.ledger, lines...)
	if !reflect.DeepEqual(settled, Settle(l.ledger)) {
		t.Fatalf("settled %+v", settled)
	}
	if next.Termination == before.Termination {
		if len(lines) != 0 || !reflect.DeepEqual(before, next) {
			t.Fatalf("a repetition changed the policy")
		}
		return
	}
	l.checkEnd(t, before, d)
	l.checkReturns(t, paid)
	l.actedAhead("end", before)
	again, more, _, refused := next.End(l.product, d, l.ledger, l.now)
	if refused != nil || len(more) != 0 || !reflect.DeepEqual(again, next) {
		t.Fatalf("repeated at once it was refused with %v or changed the policy", refused)
	}
}

// change endorses the policy in any way.
func (l *life) change(t *rapid.T) {
	before := l.policy
	refused := l.endorse(l.someChange(t))
	if _, possible := before.State.After(TransitionEndorse); (refused == nil) != possible {
		t.Fatalf("a policy that is %s was endorsed: %v", before.State, refused)
	}
	if refused != nil {
		return
	}
	l.acts = append(l.acts, "endorse")
	l.actedAhead("endorse", before)
	if !l.policy.Begins().Equal(before.Begins()) {
		l.acts = append(l.acts, "move")
		l.actedAhead("move", before)
		if r := l.policy.Renewal; r != nil && r.State == RenewalPlanned {
			delete(l.renewals, r.Number) // announced anew for another day
		}
	}
}

// actedAhead writes down what was done to a policy whose next term was paid for
// already, and whether cover ends before that term or within it.
func (l *life) actedAhead(act string, before Policy) {
	if !l.ahead {
		return
	}
	last := l.policy.LastDay()
	if act == "end" && last.After(before.termTo()) {
		act = "end within"
	}
	l.acts = append(l.acts, act+" what was paid ahead")
}

// payTwice pays for the next term, and once more where that can mean the same.
func (l *life) payTwice(t *rapid.T) {
	before := l.policy
	refused := l.pay()
	payable := before.State.Live() && before.Renewal != nil && before.Renewal.State != RenewalDeclined
	switch {
	case (refused == nil) != payable, refused != nil && CodeOf(refused) != CodeStateForbidden:
		t.Fatalf("a policy that is %s with renewal %+v was paid: %v", before.State, before.Renewal, refused)
	case refused != nil:
	case before.Renewal.DueAt.After(l.now):
		once, lines := l.policy, len(l.ledger)
		if refused := l.pay(); refused != nil || !reflect.DeepEqual(once, l.policy) || len(l.ledger) != lines {
			t.Fatalf("paid twice it was refused with %v or changed", refused)
		}
		l.acts = append(l.acts, "pay "+string(before.Renewal.State))
	case l.policy.TermNo != before.TermNo+1 || l.policy.TermFrom != before.Renewal.Span.From || l.policy.Renewal.Number != before.Renewal.Number+1:
		t.Fatalf("paid at %v, due at %v, the term is %d", l.now, before.Renewal.DueAt, l.policy.TermNo)
	default:
		checkSame(t, l.policy.Premium, before.Renewal.Premium)
		l.acts = append(l.acts, "pay in grace")
	}
}

func (l *life) declineTwice(t *rapid.T) {
	before := l.policy
	next, refused := l.policy.Decline()
	possible := before.State.Live() && before.Renewal != nil && before.Renewal.State != RenewalPaid
	if (refused == nil) != possible || refused != nil && CodeOf(refused) != CodeStateForbidden {
		t.Fatalf("a policy that is %s with renewal %+v was declined: %v", before.State, before.Renewal, refused)
	}
	again, refusedAgain := next.Decline()
	if !reflect.DeepEqual(again, next) || !reflect.DeepEqual(refusedAgain, refused) {
		t.Fatalf("declined twice: %v", refusedAgain)
	}
	if l.policy = next; refused == nil && next.LastDay() != before.termTo() {
		t.Fatalf("declined, and lasts until %v", next.LastDay())
	}
}

// tally counts what has happened in all lives.
type tally struct {
	mu     sync.Mutex
	lives  int
	counts map[string]int
}

func (s *tally) add(l *life) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lives++
	for _, transition := range l.happened {
		s.counts[string(transition)]++
	}
	for _, act := range l.acts {
		s.counts[act]++
	}
	s.counts[string(l.policy.State)]++
}

// check demands that chance has tried everything, unless fewer lives were lived
// than all: with -short, or when a few are picked to be seen again.
func (s *tally) check(t *testing.T) {
	if t.Failed() || s.lives < 10_000 {
		return
	}
	for _, what := range []string{
		"premium", "announce", "fall_due", "renew", "expire", "lapse", "cancel", "endorse", "move",
		"pay planned", "pay announced", "pay in grace",
		"end what was paid ahead", "end within what was paid ahead", "endorse what was paid ahead", "move what was paid ahead",
		"bound", "ending", "expired", "lapsed", "cancelled", "withdrawn", "void",
	} {
		if s.counts[what] < 10 {
			t.Errorf("%q happened %d times in all lives", what, s.counts[what])
		}
	}
}
