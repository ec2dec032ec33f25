package core

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// dossier is everything that is stored about one policy.
type dossier struct {
	store.PolicyRow
	versions  []store.PolicyVersion
	workings  []store.PolicyWorking
	ledger    []store.LedgerLine
	documents []store.Document
	events    []store.Event
	audit     []store.AuditEntry
	timers    []store.Timer
	holders   []string
	renewals  []store.Renewal
}

// policies compares what is stored about each policy of a stretch.
func (k *inspection) policies(r reading, s store.Stretch) error {
	files, err := k.dossiers(r, s)
	if err != nil {
		return err
	}
	orders := make(map[string][]store.OrderItem)
	for _, f := range files {
		k.parts(f)
		counted := k.numbers(f)
		k.audited(f)
		if err := k.ordered(r, f, orders); err != nil {
			return err
		}
		if err := k.claimed(r, f); err != nil {
			return err
		}
		if newest, ok := k.newest(f); ok {
			if counted {
				k.says(f)
				k.issued(f)
				k.workings(f)
			}
			k.ledger(f, newest)
			k.life(f, newest)
			k.renewals(f, newest)
			if err := k.nextStep(r, f, newest); err != nil {
				return err
			}
		}
	}
	return nil
}

// dossiers reads a stretch of policies, and finds rows about policies that are
// not there.
func (k *inspection) dossiers(r reading, s store.Stretch) ([]dossier, error) {
	rows, err := r.PolicyRowsIn(s)
	if err != nil {
		return nil, fmt.Errorf("read policies: %w", err)
	}
	known := about(rows, func(p store.PolicyRow) string { return p.ID })
	d := &drawer{reading: r, stretch: s, inspection: k, known: known}
	versions := pull(d, r.PolicyVersionsIn, func(v store.PolicyVersion) string { return v.PolicyID }, "a version of it")
	workings := pull(d, r.WorkingsIn, func(w store.PolicyWorking) string { return w.PolicyID }, "a price working of it")
	ledger := pull(d, r.LedgerIn, func(l store.LedgerLine) string { return l.PolicyID }, "a ledger of it")
	documents := pull(d, ofPolicies(r.DocumentsIn), func(d store.Document) string { return d.Subject }, "a document of it")
	events := pull(d, r.EventsIn, func(e store.Event) string { return e.Subject }, "")
	audit := pull(d, r.AuditIn, func(a store.AuditEntry) string { return a.Subject }, "")
	timers := pull(d, r.TimersAbout, func(t store.Timer) string { return t.Owner }, "")
	holders := pull(d, r.HoldersIn, func(id string) string { return id }, "")
	renewals := pull(d, r.RenewalsIn, func(n store.Renewal) string { return n.PolicyID }, "a renewal of it")
	files := make([]dossier, 0, len(rows))
	for _, p := range rows {
		files = append(files, dossier{
			PolicyRow: p, versions: versions[p.ID], workings: workings[p.ID], ledger: ledger[p.ID],
			documents: documents[p.ID], events: events[p.ID], audit: audit[p.ID], timers: timers[p.ID], holders: holders[p.ID],
			renewals: renewals[p.ID],
		})
	}
	return files, d.err
}

// ofPolicies leaves out the documents of inquiries.
func ofPolicies(read func(store.Stretch) ([]store.Document, error)) func(store.Stretch) ([]store.Document, error) {
	return func(s store.Stretch) ([]store.Document, error) {
		rows, err := read(s)
		return slices.DeleteFunc(rows, func(d store.Document) bool { return ofInquiry(d.Subject) }), err
	}
}

// drawer is where the rows of a stretch are pulled from; it remembers the
// first error.
type drawer struct {
	reading
	*inspection
	stretch store.Stretch
	known   map[string][]store.PolicyRow
	err     error
}

// pull reads rows by what they are about. Rows that only a policy can have,
// which says what they are, are a finding where there is none.
func pull[T any](d *drawer, read func(store.Stretch) ([]T, error), subject func(T) string, what string) map[string][]T {
	if d.err != nil {
		return nil
	}
	rows, err := read(d.stretch)
	if err != nil {
		d.err = fmt.Errorf("read rows of a stretch: %w", err)
		return nil
	}
	sorted := about(rows, subject)
	for _, id := range slices.Sorted(maps.Keys(sorted)) {
		if _, ok := d.known[id]; !ok && what != "" {
			d.find(invariantWhole, id, "there is %s, but no policy", what)
		}
	}
	return sorted
}

// parts are what every policy has exactly one of.
func (k *inspection) parts(f dossier) {
	for _, part := range []struct {
		what string
		n    int
	}{
		{"price working", howMany(f.workings, func(w store.PolicyWorking) bool { return w.Version == 1 })},
		{"event of its binding", howMany(f.events, isEvent(EventPolicyBound))},
	} {
		if part.n != 1 {
			k.find(invariantWhole, f.ID, "it has %d × %s, not 1", part.n, part.what)
		}
	}
	if len(f.holders) != len(f.versions) {
		k.find(invariantWhole, f.ID, "%d of its %d versions have a policyholder", len(f.holders), len(f.versions))
	}
}

func isEvent(kind EventType) func(store.Event) bool {
	return func(e store.Event) bool { return e.Type == string(kind) }
}

// numbers are those of versions and events; it tells whether all of them are there,
// so that one can be compared with the other.
func (k *inspection) numbers(f dossier) bool {
	known := len(k.findings)
	versions := numbered(f.versions, func(v store.PolicyVersion) int64 { return v.Version })
	if !versions || int64(len(f.versions)) != f.Version {
		k.find(invariantSequence, f.ID, "it is at version %d, and %d versions are there", f.Version, len(f.versions))
	}
	k.sequence(f.ID, f.Sequence, f.events)
	return len(k.findings) == known
}

// sequence compares the numbers of a subject's events with the last one that was
// given, and their order with that of their places in the log.
func (k *inspection) sequence(subject string, last int64, events []store.Event) {
	if !numbered(events, func(e store.Event) int64 { return e.Sequence }) || int64(len(events)) != last {
		k.find(invariantSequence, subject, "its last event is number %d, and %d events are there", last, len(events))
	}
	for i := 1; i < len(events); i++ {
		if e, before := events[i], events[i-1]; e.Position < before.Position {
			k.find(invariantSequence, subject, "event %d stands in the log before event %d", e.Sequence, before.Sequence)
		}
	}
}

// newest is the policy as its last version says it.
func (k *inspection) newest(f dossier) (insurance.Policy, bool) {
	if len(f.versions) == 0 {
		return insurance.Policy{}, false
	}
	for _, v := range f.versions {
		if v.Unreadable != nil {
			k.find(invariantColumns, f.ID, "version %d cannot be read", v.Version)
			return insurance.Policy{}, false
		}
	}
	newest := f.versions[len(f.versions)-1].Policy
	for _, column := range f.Disagreements(newest) {
		k.find(invariantColumns, f.ID, "%s is not what its newest version says", column)
	}
	return newest, true
}

// audited compares events with audit entries, which have the same names.
func (k *inspection) audited(f dossier) {
	happened := about(f.events, func(e store.Event) string { return e.Type })
	recorded := about(f.audit, func(a store.AuditEntry) string { return a.Action })
	for _, kind := range EventTypes() {
		if events, entries := len(happened[string(kind)]), len(recorded[string(kind)]); events != entries {
			k.find(invariantAudit, f.ID, "%s happened %d times and is in the audit log %d times", kind, events, entries)
		}
	}
}

// ordered looks for the proposal that a policy was made of.
func (k *inspection) ordered(r reading, f dossier, orders map[string][]store.OrderItem) error {
	items, ok := orders[f.OrderID]
	if !ok {
		var err error
		if items, err = r.OrderItems(f.Part, f.OrderID); err != nil {
			return fmt.Errorf("read proposals of order %s: %w", f.OrderID, err)
		}
		orders[f.OrderID] = items
	}
	if n := howMany(items, func(i store.OrderItem) bool { return i.PolicyID == f.ID }); n != 1 {
		k.find(invariantHappened, f.ID, "%d proposals of its order asked for it, not 1", n)
	}
	return nil
}

// claimed looks for the natural key that a live policy holds until it expires.
func (k *inspection) claimed(r reading, f dossier) error {
	if f.Claim == "" || f.Live == 0 || f.CreatedAt+claimAge.Microseconds() <= r.now.UnixMicro() {
		return nil
	}
	claim, held, err := r.Claim(f.Part, f.Claim)
	switch {
	case err != nil:
		return fmt.Errorf("read claim: %w", err)
	case !held:
		k.find(invariantClaim, f.ID, "it is live, but its natural key is free")
	case claim.PolicyID != f.ID:
		k.find(invariantOnce, f.ID, "its natural key is held by %s", claim.PolicyID)
	}
	return nil
}

// life compares where a policy stands with what happened to it.
func (k *inspection) life(f dossier, newest insurance.Policy) {
	for _, state := range insurance.PolicyStates() {
		kind, ends := endings[state]
		if !ends {
			continue
		}
		want := 0
		if newest.State == state {
			want = 1
		}
		n := howMany(f.events, isEvent(kind))
		if n > 1 || n < want || (n == 1 && newest.State.Live()) {
			k.find(invariantHappened, f.ID, "it is %s, and %s happened %d times", newest.State, kind, n)
		}
	}
	if (newest.Termination != nil || newest.State == insurance.PolicyExpired) == (newest.State == insurance.PolicyBound) {
		k.find(invariantHappened, f.ID, "it is %s, which its termination contradicts", newest.State)
	}
	k.terms(f, newest)
}

// terms compares premiums and terms with the events that tell of them. A
// renewable policy renews once for each term, and its premium may be written
// before that.
func (k *inspection) terms(f dossier, newest insurance.Policy) {
	renewed := howMany(f.events, isEvent(EventPolicyRenewed))
	if newest.Kind == insurance.KindRenewable {
		if renewed != newest.TermNo-1 {
			k.find(invariantRenewal, f.ID, "it is in term %d, and was renewed %d times", newest.TermNo, renewed)
		}
		return
	}
	written := howMany(f.events, isEvent(EventPolicyPremium)) + renewed
	if written != newest.IntervalNo-1 {
		k.find(invariantRenewal, f.ID, "%d premiums came after the first, and %d events tell of one", newest.IntervalNo-1, written)
	}
}

// endings are the events by which a policy ends, by where it then stands.
var endings = map[insurance.PolicyState]EventType{
	insurance.PolicyExpired:   EventPolicyExpired,
	insurance.PolicyCancelled: EventPolicyCancelled,
	insurance.PolicyWithdrawn: EventPolicyWithdrawn,
	insurance.PolicyVoid:      EventPolicyVoided,
	insurance.PolicyLapsed:    EventPolicyLapsed,
}

// nextStep compares the timer of a policy with what is due to it. A step that
// has failed waits longer.
func (k *inspection) nextStep(r reading, f dossier, newest insurance.Policy) error {
	shift, err := k.core.shiftOf(r, f.Part, f.Owner)
	if err != nil {
		return fmt.Errorf("read clock: %w", err)
	}
	timers := f.timers
	if f.Owner != f.ID {
		if timers, err = r.TimersOf(f.Part, f.Owner); err != nil {
			return fmt.Errorf("read timers: %w", err)
		}
	}
	steps := slices.DeleteFunc(slices.Clone(timers), func(t store.Timer) bool {
		return t.Kind != timerPolicy || t.Subject != f.ID
	})
	due, live := newest.DueAt()
	want := 0
	if live {
		want = 1
	}
	if len(steps) != want {
		k.find(invariantTimer, f.ID, "it is %s and has %d next steps, not %d", newest.State, len(steps), want)
		return nil
	}
	for _, t := range steps {
		k.onTime(f, t, due.Add(-shift))
	}
	k.coolingOff(f, newest, timers, shift)
	return nil
}

// coolingOff compares the end of a policy's cooling-off period with the event
// that tells of it, which comes once or is still to come.
func (k *inspection) coolingOff(f dossier, newest insurance.Policy, timers []store.Timer, shift time.Duration) {
	told := howMany(f.events, isEvent(EventCoolingOffEnded))
	var ahead []store.Timer
	for _, t := range timers {
		if t.Kind == timerCoolingOff && t.Subject == f.ID {
			ahead = append(ahead, t)
			k.onTime(f, t, newest.CoolingOffEnds().Add(-shift))
		}
	}
	want := 0
	if newest.State.Live() && coolsOff(newest) {
		want = 1
	}
	if n := told + len(ahead); n > 1 || n < want || (len(ahead) > 0 && !newest.State.Live()) {
		k.find(invariantTimer, f.ID, "its cooling-off period ended %d times and will end %d times", told, len(ahead))
	}
}

// onTime compares a timer with the instant at which its step is due. One that
// has failed waits longer; one may be spread, over more than now if that was
// changed since.
func (k *inspection) onTime(f dossier, t store.Timer, due time.Time) {
	patience := MaxSpread
	if k.core.Sandbox {
		patience = k.core.Spread
	}
	late := time.UnixMicro(t.DueAt).Sub(due)
	if late < 0 || (late > patience && t.Failures == 0) || t.Lane != workLane(f.Part, f.Owner) {
		k.find(invariantTimer, f.ID, "a step of it is not when or where it should be")
	}
}
