package core

import (
	"fmt"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// foreseen is what the steps of a sweep will need, read at once: one query for all
// costs a fraction of a query for each. What was not foreseen is read when it is
// needed, so that to foresee too little costs time and nothing else.
type foreseen struct {
	policies map[rowKey]store.Policy
	ledgers  map[rowKey][]insurance.Entry
	lengths  map[rowKey]int64 // of ledgers
	shifts   map[rowKey]int64
}

// rowKey is what a part calls one of its things.
type rowKey struct{ part, id string }

func newForeseen() foreseen {
	return foreseen{
		policies: make(map[rowKey]store.Policy), ledgers: make(map[rowKey][]insurance.Entry),
		lengths: make(map[rowKey]int64), shifts: make(map[rowKey]int64),
	}
}

// foresee reads the policies that steps are about, with their ledgers, and how far
// the clocks of their owners run ahead.
func (r reading) foresee(steps []store.Timer) error {
	policies, owners := make(map[string][]string), make(map[string][]string)
	for _, t := range steps {
		owners[t.Part] = append(owners[t.Part], t.Owner)
		if t.Kind == timerPolicy || t.Kind == timerCoolingOff {
			policies[t.Part] = append(policies[t.Part], t.Subject)
		}
	}
	for part, ids := range owners {
		if err := r.foreseePart(part, policies[part], ids); err != nil {
			return fmt.Errorf("read ahead: %w", err)
		}
	}
	return nil
}

func (r reading) foreseePart(part string, policies, owners []string) error {
	shifts, err := r.ClockShifts(part, owners)
	if err != nil {
		return err
	}
	for _, owner := range owners {
		r.shared.shifts[rowKey{part, owner}] = shifts[owner]
	}
	read, err := r.PoliciesNamed(part, policies)
	if err != nil {
		return err
	}
	for _, p := range read {
		r.shared.policies[rowKey{part, p.ID}] = p
	}
	return r.foreseeLedgers(part, read)
}

// foreseeLedgers reads of the ledgers what steps will read.
func (r reading) foreseeLedgers(part string, policies []store.Policy) error {
	var whole, lengths []string
	for _, p := range policies {
		if p.LooksBack() || p.Owner != p.ID {
			whole = append(whole, p.ID)
		} else {
			lengths = append(lengths, p.ID)
		}
	}
	ledgers, err := r.Ledgers(part, whole)
	if err != nil {
		return err
	}
	long, err := r.LedgerLengths(part, lengths)
	if err != nil {
		return err
	}
	for _, id := range whole {
		r.shared.ledgers[rowKey{part, id}] = ledgers[id]
	}
	for id, length := range long {
		r.shared.lengths[rowKey{part, id}] = length
	}
	return nil
}

// past is the ledger of a policy if its next step looks at it, and how many lines it
// has: they grow more with each step, and most steps only add to them.
func (r reading) past(p store.Policy) (ledger []insurance.Entry, length int, err error) {
	if p.LooksBack() {
		ledger, err = r.Ledger(p.Part, p.ID)
		return ledger, len(ledger), err
	}
	if r.shared != nil {
		if length, ok := r.shared.lengths[rowKey{p.Part, p.ID}]; ok {
			return nil, int(length), nil
		}
	}
	lengths, err := r.LedgerLengths(p.Part, []string{p.ID})
	return nil, int(lengths[p.ID]), err
}

// Policy reads a policy by its id; ok is false if there is none.
func (r reading) Policy(part, id string) (store.Policy, bool, error) {
	if r.shared != nil {
		if p, ok := r.shared.policies[rowKey{part, id}]; ok {
			return p, true, nil
		}
	}
	return r.View.Policy(part, id)
}

// Ledger reads the premium lines of a policy in the order they were booked.
func (r reading) Ledger(part, policyID string) ([]insurance.Entry, error) {
	if r.shared != nil {
		if lines, ok := r.shared.ledgers[rowKey{part, policyID}]; ok {
			return lines, nil
		}
	}
	return r.View.Ledger(part, policyID)
}

// ClockShift is how far the clock of an owner runs ahead, in microseconds.
func (r reading) ClockShift(part, owner string) (int64, error) {
	if r.shared != nil {
		if micros, ok := r.shared.shifts[rowKey{part, owner}]; ok {
			return micros, nil
		}
	}
	return r.View.ClockShift(part, owner)
}
