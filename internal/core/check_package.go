package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// folder is everything that is stored about the order of one package.
type folder struct {
	store.Order
	items    []store.OrderItem
	versions []store.PackageVersion
	events   []store.Event
}

// booking compares a booked package with its order, its events, its policies
// and its persons. An order that is no package has no versions.
func (k *inspection) booking(r reading, f folder) error {
	code, where, _ := k.core.Keys.readCode(f.ID)
	if len(f.versions) == 0 && code != f.ID {
		return nil
	}
	if !numbered(f.versions, func(v store.PackageVersion) int64 { return v.Version }) || int64(len(f.versions)) != f.Version {
		k.find(invariantSequence, f.ID, "it is at version %d, and %d versions are there", f.Version, len(f.versions))
		return nil
	}
	if i := slices.IndexFunc(f.versions, unreadable); i >= 0 {
		k.find(invariantPackage, f.ID, "version %d cannot be read", i+1)
		return nil
	}
	k.versionsTold(f)
	if err := errors.Join(k.saysRenewals(r, f), k.saysRefunds(r, f), k.before(r, f, where)); err != nil {
		return err
	}
	newest := f.versions[len(f.versions)-1].Content
	if pending := newest.State == string(PackagePending); pending != (f.State == store.OrderPending) {
		k.find(invariantPackage, f.ID, "it is %s, and its order %s", newest.State, f.State)
	}
	if err := k.becameOf(r, f, newest); err != nil {
		return err
	}
	return k.persons(r, f, newest)
}

func unreadable(v store.PackageVersion) bool { return v.Unreadable != nil }

// versionsTold compares the versions that events tell of with those that are
// there: each event made the version after the one that it found.
func (k *inspection) versionsTold(f folder) {
	var last int64
	for _, e := range f.events {
		told, ok, err := toldVersions(Event{ID: e.ID, Type: EventType(e.Type), Data: []byte(e.Data)})
		switch {
		case err != nil || !ok:
			k.find(invariantHappened, f.ID, "event %d (%s) tells of no version", e.Sequence, e.Type)
		case told.PackageID != f.ID || told.From != told.To-1 || told.To <= last || told.To > f.Version:
			k.find(invariantHappened, f.ID, "event %d (%s) leads from version %d to %d, after %d of %d",
				e.Sequence, e.Type, told.From, told.To, last, f.Version)
		}
		last = told.To
	}
}

// before compares a booked package with what it was before, as long as that is
// kept.
func (k *inspection) before(r reading, f folder, where place) error {
	if k.core.Keys.none() {
		return nil // nobody knows where it lay
	}
	day, ok, err := r.QuoteDay(where.day)
	if err != nil || !ok {
		return err
	}
	was, ok, err := r.Package(day, f.Part, where.ofDay())
	if err != nil {
		return fmt.Errorf("read package %s: %w", f.ID, err)
	}
	if ok && was.OrderID != f.ID {
		k.find(invariantPackage, f.ID, "it was booked, and its package became %q", was.OrderID)
	}
	return nil
}

// becameOf compares the quotes of a package with the policies that they became.
func (k *inspection) becameOf(r reading, f folder, newest store.PackageContent) error {
	asked := about(f.items, func(i store.OrderItem) string { return strconv.FormatInt(i.Item, 10) })
	live, sold := 0, 0
	for _, q := range newest.Quotes {
		items := asked[strconv.Itoa(q.Position)]
		if n := b2i(booked(q) && q.State != string(PackageDeleted)); len(items) != n {
			k.find(invariantPackage, f.ID, "quote %d is %s, and has %d proposals", q.Position, q.State, len(items))
		}
		if q.PolicyID == "" {
			continue
		}
		if len(items) > 0 && items[0].PolicyID != q.PolicyID {
			k.find(invariantPackage, f.ID, "quote %d became another policy than its proposal", q.Position)
		}
		policy, ok, err := r.PolicyRow(f.Part, q.PolicyID)
		if err != nil {
			return fmt.Errorf("read policy %s: %w", q.PolicyID, err)
		}
		sold++
		live += b2i(q.State == string(PackageConfirmed))
		gone := ended(insurance.PolicyState(policy.State))
		if !ok || policy.Version != q.PolicyVersion || policy.Owner != f.ID || gone != (q.State == string(PackageCancelled)) {
			k.find(invariantPackage, f.ID, "quote %d is %s with version %d of its policy, which is %s at %d",
				q.Position, q.State, q.PolicyVersion, policy.State, policy.Version)
		}
	}
	if all := sold > 0 && live == 0; all != (newest.State == string(PackageCancelled)) {
		k.find(invariantPackage, f.ID, "it is %s, and %d of its %d policies were not ended", newest.State, live, sold)
	}
	return nil
}

// b2i counts one thing.
func b2i(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// persons looks for everybody whom a package names.
func (k *inspection) persons(r reading, f folder, newest store.PackageContent) error {
	ids := []string{newest.Holder}
	for _, q := range newest.Quotes {
		ids = append(ids, q.Insured...)
	}
	for _, id := range ids {
		_, ok, err := r.Party(f.Part, id)
		if err != nil {
			return fmt.Errorf("read person of %s: %w", f.ID, err)
		}
		if !ok {
			k.find(invariantPackage, f.ID, "it names a person who is not there")
		}
	}
	return nil
}

// renewals compares the names of the renewals of a policy with its terms: the
// running one and each before it has planned the next.
func (k *inspection) renewals(f dossier, newest insurance.Policy) {
	want := 0
	if newest.Kind == insurance.KindRenewable && f.Owner != f.ID {
		want = newest.TermNo
	}
	if !numbered(f.renewals, func(n store.Renewal) int64 { return n.Number }) || len(f.renewals) != want {
		k.find(invariantRenewal, f.ID, "it is in term %d, and has %d renewals", newest.TermNo, len(f.renewals))
	}
	for _, n := range f.renewals {
		named := k.core.Keys.none() || n.ID == k.core.Keys.renewalID(f.ID, int(n.Number))
		if !named || n.OrderID != f.OrderID {
			k.find(invariantRenewal, f.ID, "renewal %d goes by the name of another", n.Number)
		}
	}
}

// previews looks for what each preview of a stretch has shown.
func (k *inspection) previews(r reading, s store.Stretch) error {
	rows, err := r.PreviewsIn(s)
	if err != nil {
		return fmt.Errorf("read previews: %w", err)
	}
	for _, p := range rows {
		order, ok, err := r.Order(p.Part, p.OrderID)
		if err != nil {
			return fmt.Errorf("read order of preview: %w", err)
		}
		if !ok || p.OrderVersion < 1 || p.OrderVersion > order.Version {
			k.find(invariantPackage, p.ID, "it shows version %d of a booking that is at %d", p.OrderVersion, order.Version)
		}
	}
	return nil
}

// unordered looks for packages that say that they became an order which is not
// there, each day in a snapshot of its own.
func (k *inspection) unordered(ctx context.Context) error {
	var days []int64
	err := k.core.read(ctx, func(r reading) (err error) {
		days, err = r.QuoteDays()
		return err
	})
	for _, day := range days {
		err = errors.Join(err, k.core.read(ctx, func(r reading) error { return k.unorderedOn(r, day) }))
	}
	return err
}

func (k *inspection) unorderedOn(r reading, day int64) error {
	if _, ok, err := k.core.quoteDay(r, day); err != nil || !ok {
		return err // dropped, or about to be
	}
	ids, err := r.OrdersMissing(k.partner.Part, day)
	if err != nil {
		return fmt.Errorf("read packages of day %d: %w", day, err)
	}
	for _, id := range ids {
		k.find(invariantPackage, id, "it was booked, but there is no such order")
	}
	return nil
}
