package core

import (
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// ledger adds up the premiums of a policy, and compares them with the policy and
// with what its endings give back.
func (k *inspection) ledger(f dossier, newest insurance.Policy) {
	if !numbered(f.ledger, func(l store.LedgerLine) int64 { return l.Line }) {
		k.find(invariantLedger, f.ID, "the lines of its ledger are not numbered without gaps")
	}
	for _, line := range f.ledger {
		if !addsUp(line.Entry.Premium) {
			k.find(invariantLedger, f.ID, "line %d of its ledger does not add up", line.Line)
		}
	}
	written, returned := halves(f.ledger)
	k.intervals(f, newest, written)
	k.returns(f, written, returned)
}

// addsUp tells whether net and taxes make the gross.
func addsUp(p insurance.Premium) bool {
	taxes := insurance.Zero(p.Gross.Currency)
	for _, line := range p.Taxes {
		taxes = taxes.Add(line.Amount)
	}
	return p.Net.Add(p.Tax) == p.Gross && taxes == p.Tax
}

// halves are the written entries of a ledger, with what endorsements changed
// of them, and the returned ones.
func halves(ledger []store.LedgerLine) (written, returned []insurance.Entry) {
	entries := make([]insurance.Entry, 0, len(ledger))
	for _, line := range ledger {
		entries = append(entries, line.Entry)
		if line.Entry.Kind == insurance.EntryReturned {
			returned = append(returned, line.Entry)
		}
	}
	return insurance.Intervals(entries), returned
}

// intervals compares the written premiums, one for each interval, whose spans
// follow each other from the first day of cover to the last that is paid for.
func (k *inspection) intervals(f dossier, newest insurance.Policy, written []insurance.Entry) {
	if len(written) != newest.IntervalNo {
		k.find(invariantLedger, f.ID, "%d premiums were written for %d intervals", len(written), newest.IntervalNo)
	}
	next := newest.InceptionOn
	for i, entry := range written {
		switch {
		case entry.Interval != i+1:
			k.find(invariantLedger, f.ID, "premium %d is written for interval %d", i+1, entry.Interval)
		case entry.Span.From != next || entry.Span.Days() < 1:
			k.find(invariantLedger, f.ID, "interval %d does not follow the one before", i+1)
		case !same(entry.Premium, f.premiumAt(i+1)):
			k.find(invariantLedger, f.ID, "the premium of interval %d is not the policy's", i+1)
		}
		next = entry.Span.To.AddDays(1)
	}
	if next != newest.PaidTo.AddDays(1) {
		k.find(invariantLedger, f.ID, "it is paid to %s, and its ledger says otherwise", newest.PaidTo)
	}
}

// premiumAt is the premium of an interval as the last version says it in which
// that interval was the running one.
func (f dossier) premiumAt(interval int) insurance.Premium {
	var premium insurance.Premium
	for _, v := range f.versions {
		p := v.Policy
		switch {
		case p.Kind == insurance.KindRenewable && p.TermNo == interval:
			premium = p.Premium
		case p.Kind != insurance.KindRenewable && p.IntervalNo == interval:
			premium = p.Premium
		case p.IntervalNo == interval && p.Renewal != nil:
			premium = p.Renewal.Premium // paid ahead
		}
	}
	return premium
}

// returns computes again what each ending gave back of each premium: as much
// as the one that gave back most.
func (k *inspection) returns(f dossier, written, returned []insurance.Entry) {
	given := make(map[int]insurance.Premium)
	for _, entry := range returned {
		given[entry.Interval] = given[entry.Interval].Sub(entry.Premium)
	}
	for _, entry := range written {
		owed := f.owed(entry)
		if !same(given[entry.Interval], owed) {
			k.find(invariantLedger, f.ID, "%s of interval %d was returned, not %s",
				given[entry.Interval].Gross, entry.Interval, owed.Gross)
		}
		delete(given, entry.Interval)
	}
	for interval := range given {
		k.find(invariantLedger, f.ID, "premium of interval %d was returned that was never written", interval)
	}
}

func (f dossier) owed(written insurance.Entry) insurance.Premium {
	var most insurance.Premium
	for _, v := range f.versions {
		if v.Policy.IntervalNo < written.Interval {
			continue
		}
		if back := v.Policy.Unearned(written); back.Gross.Cmp(most.Gross) > 0 {
			most = back
		}
	}
	return most
}

// same compares two premiums in every part; nothing is nothing in any currency.
func same(a, b insurance.Premium) bool {
	rest := a.Sub(b)
	for _, tax := range rest.Taxes {
		if !tax.Amount.IsZero() {
			return false
		}
	}
	return rest.Net.IsZero() && rest.Tax.IsZero() && rest.Gross.IsZero() && rest.Commission.IsZero()
}

// endsWith tells whether a working ends with a premium.
func endsWith(w insurance.Working, p insurance.Premium) bool {
	results := make(map[insurance.StepKind]string)
	for _, step := range w.Steps {
		results[step.Kind] = step.Result
	}
	return results[insurance.StepNet] == p.Net.Decimal() && results[insurance.StepGross] == p.Gross.Decimal() &&
		results[insurance.StepCommission] == p.Commission.Decimal()
}
