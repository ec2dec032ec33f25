package core

import (
	"slices"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// workings follows each price working of a policy step by step, and compares it with
// the premium that its version has, or has announced. A premium that no working
// explains is found as well.
func (k *inspection) workings(f dossier) {
	explained := make(map[int64]store.PolicyWorking)
	for _, w := range f.workings {
		explained[w.Version] = w
	}
	before := insurance.Policy{}
	for i, v := range f.versions {
		w, ok := explained[v.Version]
		if ok {
			k.working(f, v, w.Working)
			k.workingAhead(f, v, before, w.Ahead)
		} else if i > 0 && (rated(before, v.Policy) || announced(before, v.Policy) && k.wouldRate(f, v.Policy)) {
			k.find(invariantWhole, f.ID, "version %d was rated anew, and there is no price working of it", v.Version)
		}
		before = v.Policy
	}
	for version := range explained {
		if version < 1 || version > f.Version {
			k.find(invariantWhole, f.ID, "there is a price working of version %d, which it never had", version)
		}
	}
}

// working compares a working with the version that it is of.
func (k *inspection) working(f dossier, v store.PolicyVersion, w insurance.Working) {
	if err := w.Follow(v.Policy.Premium.Gross.Currency); err != nil {
		k.find(invariantLedger, f.ID, "its price working of version %d cannot be followed: %v", v.Version, err)
	}
	renewal := v.Version > 1 && v.Policy.Renewal != nil && endsWith(w, v.Policy.Renewal.Premium)
	if !renewal && !endsWith(w, v.Policy.Premium) {
		k.find(invariantLedger, f.ID, "the premium of version %d is not what its price working ends with", v.Version)
	}
}

// workingAhead compares the working of a term that was paid ahead with its premium. It
// has to be there if that premium changed.
func (k *inspection) workingAhead(f dossier, v store.PolicyVersion, before insurance.Policy, w insurance.Working) {
	if len(w.Steps) == 0 {
		if paidFor(before) && paidFor(v.Policy) && before.Renewal.Number == v.Policy.Renewal.Number &&
			!same(before.Renewal.Premium, v.Policy.Renewal.Premium) {
			k.find(invariantWhole, f.ID, "its next term was rated anew in version %d, and there is no price working of that", v.Version)
		}
		return
	}
	if err := w.Follow(v.Policy.Premium.Gross.Currency); err != nil {
		k.find(invariantLedger, f.ID, "the price working of its next term in version %d cannot be followed: %v", v.Version, err)
	}
	if v.Policy.Renewal == nil || !endsWith(w, v.Policy.Renewal.Premium) {
		k.find(invariantLedger, f.ID, "the premium of its next term in version %d is not what the price working ends with", v.Version)
	}
}

func paidFor(p insurance.Policy) bool {
	return p.Renewal != nil && p.Renewal.State == insurance.RenewalPaid
}

// rated tells whether a version has a premium that the one before neither had nor had
// announced.
func rated(before, p insurance.Policy) bool {
	renewed := before.Renewal != nil && p.TermNo > before.TermNo && same(p.Premium, before.Renewal.Premium)
	if !renewed && !same(p.Premium, before.Premium) {
		return true
	}
	if p.Renewal == nil || before.Renewal == nil || p.Renewal.Number != before.Renewal.Number || paidFor(p) {
		return false
	}
	return !same(p.Renewal.Premium, before.Renewal.Premium) && !same(p.Renewal.Premium, p.Premium)
}

// announced tells whether a version is the one that announces a renewal.
func announced(before, p insurance.Policy) bool {
	return before.Renewal != nil && p.Renewal != nil && before.Renewal.State == insurance.RenewalPlanned &&
		p.Renewal.State == insurance.RenewalAnnounced
}

// wouldRate tells whether the announcement of a renewal had a product to rate it on,
// and did not say why the price was kept.
func (k *inspection) wouldRate(f dossier, p insurance.Policy) bool {
	kept := slices.ContainsFunc(f.audit, func(a store.AuditEntry) bool { return a.Action == auditPriceKept })
	product, err := k.core.product(p.ProductCode, p.Renewal.ProductVersion)
	return !kept && err == nil && product.SoldOn(insurance.DateIn(p.Renewal.NoticeAt, k.partner.Zone))
}
