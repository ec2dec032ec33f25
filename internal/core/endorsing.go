package core

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// Endorse changes a booked package at once: the policyholder, insured persons,
// or what is insured. What is changed is priced on the product version that
// it was sold on. It refuses with CodePackageUnknown, CodeInvalid and
// CodeStateForbidden; one of several changes that cannot be made makes none.
func (c *Core) Endorse(ctx context.Context, p Partner, wish ChangeWish, once Once) (Change, error) {
	return c.endorse(ctx, p, wish, once, (*endorsing).commit)
}

// PreviewEndorsement tells what Endorse would do, refusing as it does, and
// changes nothing.
func (c *Core) PreviewEndorsement(ctx context.Context, p Partner, wish ChangeWish, once Once) (Change, error) {
	return c.endorse(ctx, p, wish, once, (*endorsing).preview)
}

func (c *Core) endorse(
	ctx context.Context, p Partner, wish ChangeWish, once Once, finish func(*endorsing, reading) (Change, error),
) (Change, error) {
	ref := PackageRef{PackageID: wish.PackageID, Problems: wish.Problems}
	return onceOnly(ctx, c, p, once, func(r reading) (*draft, Change, error) {
		v, err := c.reopen(r, p, ref)
		if err != nil {
			return nil, Change{}, err
		}
		shown, err := v.recordPersons(r, wish)
		if err != nil {
			return nil, Change{}, err
		}
		w, err := v.endorsing(shown, v.now())
		if err != nil {
			return nil, Change{}, err
		}
		w.wish = wish
		told, err := finish(w, r)
		return v.draft, told, err
	})
}

// ConfirmEndorsement does what PreviewEndorsement has shown, as of that moment.
// It refuses with CodeStale once that has expired, was used, or would cost
// something else by now.
func (c *Core) ConfirmEndorsement(ctx context.Context, p Partner, wish Confirmation, once Once) (Change, error) {
	ref := PackageRef{PackageID: wish.PackageID, Problems: wish.Problems}
	return onceOnly(ctx, c, p, once, func(r reading) (*draft, Change, error) {
		v, err := c.reopen(r, p, ref)
		if err != nil {
			return nil, Change{}, err
		}
		shown, at, err := v.previewed(r, wish.ID, previewEndorsement)
		if err != nil {
			return nil, Change{}, v.nowCosts(shown, err)
		}
		w, err := v.endorsing(shown, at)
		if err != nil {
			return nil, Change{}, err
		}
		told, err := w.commit(r)
		return v.draft, told, err
	})
}

// nowCosts adds to a refusal of a stale preview what the change would cost now.
func (v *revision) nowCosts(shown shownPreview, err error) error {
	if insurance.CodeOf(err) != insurance.CodeStale || shown.Quotes == nil {
		return err
	}
	w, broken := v.endorsing(shown, v.now())
	if broken != nil {
		return broken
	}
	return stale(err, "the difference would now be", w.total())
}

// endorsing is a change of a booked package.
type endorsing struct {
	*revision
	shown   shownPreview
	at      time.Time
	changes []change
	// holderBefore is the party id of the policyholder until then.
	holderBefore string
	// wish holds the persons that the draft records and no reading finds yet.
	wish ChangeWish
}

// change is one policy being endorsed.
type change struct {
	index   int
	file    *file
	wish    insurance.Proposal
	next    insurance.Policy
	lines   []insurance.Entry
	working insurance.Working
	// ahead is how the term that was paid ahead was rated anew, if it was.
	ahead insurance.Working
	// difference is the new gross premium minus the old.
	difference insurance.Money
}

// recordPersons records the persons that a change names, and answers the
// change with their ids.
func (v *revision) recordPersons(r reading, wish ChangeWish) (shownPreview, error) {
	if err := v.only(PackageConfirmed); err != nil {
		return shownPreview{}, err
	}
	shown := shownPreview{Metadata: wish.Metadata, TransactionID: wish.TransactionID, Quotes: []shownQuote{}}
	if wish.Holder != nil {
		if err := v.recordHolder(r, wish, &shown); err != nil {
			return shown, err
		}
	}
	for item, q := range wish.Quotes {
		if err := invalid(checkInsured(item, q.Insured)); err != nil {
			return shown, err
		}
		shown.Quotes = append(shown.Quotes, shownQuote{
			ID: q.ID, Insured: v.addPersons(q.Insured), Tariff: q.Proposal.Tariff, StartsAt: q.Proposal.StartsAt,
			Term: q.Proposal.Term.String(), PartnerPrice: q.Proposal.PartnerPrice, Attributes: q.Proposal.Object.Attributes,
		})
	}
	return shown, nil
}

// endorsing works out what a change at an instant would do.
func (v *revision) endorsing(shown shownPreview, at time.Time) (*endorsing, error) {
	if err := v.only(PackageConfirmed); err != nil {
		return nil, err
	}
	w := &endorsing{revision: v, shown: shown, at: at, holderBefore: v.Content.Holder}
	var problems []insurance.Problem
	for item, q := range shown.Quotes {
		err := w.endorseOne(q)
		refused, ok := errors.AsType[*insurance.Error](err)
		switch {
		case ok && refused.Code == insurance.CodeStateForbidden:
			return nil, refused
		case ok && len(refused.Problems) > 0:
			problems = merge(problems, onItem(refused, item).Problems)
		case err != nil:
			return nil, err
		}
	}
	return w, invalid(problems)
}

// endorseOne prices one quote as it shall be.
func (w *endorsing) endorseOne(q shownQuote) error {
	i, f := w.sold(q.ID)
	if f == nil {
		return invalid([]insurance.Problem{unknownQuote(0)})
	}
	if slices.ContainsFunc(w.changes, func(c change) bool { return c.index == i }) {
		return invalid([]insurance.Problem{namedTwice(0)})
	}
	product, err := w.core.product(f.ProductCode, f.ProductVersion)
	if err != nil {
		return err
	}
	wish := f.Wish()
	if q.Tariff != "" && q.Tariff != wish.Tariff {
		return insurance.Invalid(insurance.FieldTariff, "cannot be changed; cancel and book anew")
	}
	moved := !q.StartsAt.IsZero() && !q.StartsAt.Equal(wish.StartsAt)
	was := wish
	wish = merged(wish, q.proposal())
	if q.Insured == nil && !moved && alike(was, wish) {
		return nil // nothing of it changes
	}
	if err := invalid(checkChange(wish, product, moved, w.at)); err != nil {
		return err
	}
	return w.price(i, f, wish, product)
}

// alike tells whether a change asks for what there is.
func alike(was, wish insurance.Proposal) bool {
	return was.PartnerPrice == wish.PartnerPrice && was.Term == wish.Term &&
		maps.Equal(was.Object.Attributes, wish.Object.Attributes)
}

// checkChange leaves the start alone where it stays: it may lie far back.
func checkChange(wish insurance.Proposal, product insurance.Product, moved bool, at time.Time) []insurance.Problem {
	if moved {
		return wish.CheckQuote(product, at)
	}
	return wish.CheckObject(product)
}

func (q shownQuote) proposal() insurance.Proposal {
	term, _ := insurance.ParsePeriod(q.Term) // written by Period.String
	return insurance.Proposal{
		StartsAt: q.StartsAt, PartnerPrice: q.PartnerPrice, Term: term,
		Object: insurance.Object{Attributes: maps.Clone(q.Attributes)},
	}
}

func (w *endorsing) price(i int, f *file, wish insurance.Proposal, product insurance.Product) error {
	if !wish.Term.IsZero() && wish.Term != f.Term {
		return insurance.Invalid(insurance.FieldTerm, "cannot be changed; cancel and book anew")
	}
	wish.Kind = f.Kind
	tariff, ok := product.FindTariff(f.Tariff)
	if !ok {
		return fmt.Errorf("endorse policy %s: its product has no tariff %s", f.ID, f.Tariff)
	}
	priced, refused := product.Quote(tariff, wish, w.at)
	if refused != nil {
		return refused
	}
	next, lines, refused := f.Endorse(priced, wish, w.at)
	if refused != nil {
		return refused
	}
	c := change{index: i, file: f, wish: wish, next: next, lines: lines, working: priced.Working}
	if err := w.core.rerateAhead(&c, w.at); err != nil {
		return err
	}
	c.difference = charged(f, c.lines)
	w.changes = append(w.changes, c)
	return nil
}

// rerateAhead rates the next term of a changed policy anew if it was paid for already.
func (c *Core) rerateAhead(of *change, at time.Time) error {
	if of.next.Renewal == nil {
		return nil
	}
	product, err := c.product(of.file.ProductCode, of.next.Renewal.ProductVersion)
	if err != nil {
		return err
	}
	rated, lines, working, refused := of.next.RerateAhead(product, of.file.Premium, at)
	if refused != nil {
		return refused
	}
	of.next, of.lines, of.ahead = rated, append(of.lines, lines...), working
	return nil
}

// charged is what lines of a change add to what was paid.
func charged(f *file, lines []insurance.Entry) insurance.Money {
	sum := insurance.Zero(f.Premium.Gross.Currency)
	for _, line := range lines {
		sum = sum.Add(line.Premium.Gross)
	}
	return sum
}

func (w *endorsing) total() insurance.Money {
	total := insurance.Zero(w.Content.Currency)
	for _, c := range w.changes {
		total = total.Add(c.difference)
	}
	return total
}

// differences are what the change costs, by place in a package.
func (w *endorsing) differences(p Package) []insurance.Money {
	differences := make([]insurance.Money, len(p.Quotes))
	for i, q := range p.Quotes {
		differences[i] = insurance.Zero(p.Currency)
		for _, c := range w.changes {
			if w.Content.Quotes[c.index].ID == q.ID {
				differences[i] = c.difference
			}
		}
	}
	return differences
}

// preview tells the package as it would be.
func (w *endorsing) preview(r reading) (Change, error) {
	id, _ := w.keepPreview(previewEndorsement, w.shown, "-UPD")
	shown := w.core.revision(w.draft, w.partner, w.imagined())
	for _, c := range w.changes {
		shown.imagine(c.file, c.next)
		shown.Content.Quotes[c.index].UpdatedAt = micros(w.now())
		shown.Content.UpdatedAt = micros(w.now())
	}
	w.apply(shown.sale)
	told, err := w.tellChanged(r, shown)
	return Change{Package: told, Differences: w.differences(told), UpdateID: id}, err
}

// apply takes over what the change says of the package as a whole.
func (w *endorsing) apply(s *sale) {
	if w.shown.Holder != "" {
		s.Content.Holder = w.shown.Holder
	}
	if w.shown.Metadata != nil {
		s.Content.Metadata = w.shown.Metadata
	}
	if w.shown.TransactionID != nil {
		s.Content.TransactionID = w.shown.TransactionID
	}
	for _, q := range w.shown.Quotes {
		if i, ok := s.find(q.ID); ok && q.Insured != nil {
			s.Content.Quotes[i].Insured = q.Insured
		}
	}
}

// commit changes the policies and tells it.
func (w *endorsing) commit(r reading) (Change, error) {
	w.apply(w.sale)
	w.untouched = len(w.changes) == 0
	for _, c := range w.changes {
		if err := w.endorsed(c); err != nil {
			return Change{}, err
		}
	}
	if err := w.handOver(); err != nil {
		return Change{}, err
	}
	if !w.nothing() {
		if err := w.tellBooking(EventBookingUpdated, w.now()); err != nil {
			return Change{}, err
		}
	}
	told, err := w.tellChanged(r, w.revision)
	return Change{Package: told, Differences: w.differences(told)}, err
}

// nothing tells whether the change leaves everything as it was.
func (w *endorsing) nothing() bool {
	return len(w.changes) == 0 && w.shown.Holder == "" && w.shown.Metadata == nil && w.shown.TransactionID == nil
}

// endorsed records one changed policy with how its premium was computed.
func (w *endorsing) endorsed(c change) error {
	f := c.file
	f.Holder = w.Content.Holder
	w.AddWorkings(f.ID, f.Version+1, c.working, c.ahead)
	actor := actorPartner(w.partner)
	if err := w.record(f, c.next, c.lines, EventPolicyEndorsed, w.at, actor, w.ID); err != nil {
		return err
	}
	w.Content.Quotes[c.index].Proposal = c.wish
	w.Content.Quotes[c.index].UpdatedAt = micros(w.now())
	return nil
}

// handOver lets the policies that did not change otherwise name the new
// policyholder.
func (w *endorsing) handOver() error {
	if w.shown.Holder == "" {
		return nil
	}
	for _, q := range w.Content.Quotes {
		f := w.files[q.PolicyID]
		if f == nil || f.Holder == w.shown.Holder || !f.State.Live() {
			continue
		}
		f.Holder = w.shown.Holder
		actor := actorPartner(w.partner)
		if err := w.record(f, f.Policy.Policy, nil, EventPolicyEndorsed, w.at, actor, w.ID); err != nil {
			return err
		}
	}
	return nil
}

// tellChanged tells a package whose new persons may only be in the draft.
func (w *endorsing) tellChanged(r reading, v *revision) (Package, error) {
	persons := make(map[string][]Insured)
	for n, q := range w.wish.Quotes {
		for at, id := range w.shown.Quotes[n].Insured {
			persons[q.ID] = append(persons[q.ID], Insured{ID: id, Party: q.Insured[at]})
		}
	}
	holderID := v.Content.Holder
	if w.wish.Holder != nil {
		holderID = w.holderBefore // the new one is only in the draft
	}
	holder, ok, err := r.Party(w.part, holderID)
	if err := needed(ok, err); err != nil {
		return Package{}, fmt.Errorf("read policyholder of %s: %w", w.ID, err)
	}
	if w.wish.Holder != nil {
		holder = overlaid(holder, w.wish)
	}
	return v.drafted(r, holder, persons)
}
