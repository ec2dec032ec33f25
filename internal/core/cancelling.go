package core

import (
	"context"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
)

// Cancel cancels a booked package or some of its quotes at once, or tells what
// that would do: within the cooling-off period everything is given back, and
// after it what the product's rule for an ordinary cancellation says. It
// refuses with CodePackageUnknown, CodeInvalid and, where a quote cannot be
// cancelled any more, CodeStateForbidden.
func (c *Core) Cancel(ctx context.Context, p Partner, wish CancelWish, once Once) (Cancellation, error) {
	ref := PackageRef{PackageID: wish.PackageID, Problems: wish.Problems}
	return onceOnly(ctx, c, p, once, func(r reading) (*draft, Cancellation, error) {
		v, err := c.reopen(r, p, ref)
		if err != nil {
			return nil, Cancellation{}, err
		}
		w, err := v.cancelling(wish.Quotes, v.now())
		if err != nil {
			return nil, Cancellation{}, err
		}
		if wish.Preview {
			told, err := w.preview(r)
			return v.draft, told, err
		}
		told, err := w.commit(r)
		return v.draft, told, err
	})
}

// ConfirmCancellation does what Cancel has previewed, as of the moment of the
// preview. It refuses with CodeStale once that has expired, was used, or would
// do something else by now.
func (c *Core) ConfirmCancellation(ctx context.Context, p Partner, wish Confirmation, once Once) (Cancellation, error) {
	ref := PackageRef{PackageID: wish.PackageID, Problems: wish.Problems}
	return onceOnly(ctx, c, p, once, func(r reading) (*draft, Cancellation, error) {
		v, err := c.reopen(r, p, ref)
		if err != nil {
			return nil, Cancellation{}, err
		}
		shown, at, err := v.previewed(r, wish.ID, previewCancellation)
		if err != nil {
			return nil, Cancellation{}, v.nowRefunds(shown, err)
		}
		w, err := v.cancelling(shown.toCancel(), at)
		if err != nil {
			return nil, Cancellation{}, err
		}
		told, err := w.commit(r)
		return v.draft, told, err
	})
}

// nowRefunds adds to a refusal of a stale preview what would be given back now.
func (v *revision) nowRefunds(shown shownPreview, err error) error {
	if insurance.CodeOf(err) != insurance.CodeStale || shown.Quotes == nil {
		return err
	}
	w, broken := v.cancelling(shown.toCancel(), v.now())
	if broken != nil {
		return broken
	}
	return stale(err, "the refund would now be", w.total())
}

// cancelling is the cancellation of some quotes of a package.
type cancelling struct {
	*revision
	at      time.Time
	endings []ending
	shown   shownPreview
}

// ending is one policy being ended.
type ending struct {
	// index is the place of the quote in the package.
	index   int
	file    *file
	next    insurance.Policy
	lines   []insurance.Entry
	comment string
}

// cancelling works out what a cancellation at an instant would do.
func (v *revision) cancelling(quotes []QuoteToCancel, at time.Time) (*cancelling, error) {
	if err := v.only(PackageConfirmed); err != nil {
		return nil, err
	}
	w := &cancelling{revision: v, at: at}
	if len(quotes) == 0 {
		quotes = v.liveQuotes()
	}
	for item, wish := range quotes {
		if err := w.end(item, wish); err != nil {
			return nil, err
		}
		w.shown.Quotes = append(w.shown.Quotes, shownQuote{ID: wish.ID})
	}
	return w, nil
}

// liveQuotes are the quotes whose cover is running or to come, or all booked
// ones if there are none, so that the refusal says where they stand.
func (v *revision) liveQuotes() []QuoteToCancel {
	var live, all []QuoteToCancel
	for _, q := range v.Content.Quotes {
		f, ok := v.files[q.PolicyID]
		if !ok {
			continue
		}
		all = append(all, QuoteToCancel{ID: q.ID})
		if f.State.Live() {
			live = append(live, QuoteToCancel{ID: q.ID})
		}
	}
	if len(live) == 0 {
		return all
	}
	return live
}

func (w *cancelling) end(item int, wish QuoteToCancel) error {
	i, f := w.sold(wish.ID)
	if f == nil {
		return invalid([]insurance.Problem{unknownQuote(item)})
	}
	if slices.ContainsFunc(w.endings, func(e ending) bool { return e.index == i }) {
		return invalid([]insurance.Problem{namedTwice(item)})
	}
	next, lines, refused := w.core.endNow(f, w.at)
	if refused != nil {
		return refused
	}
	w.endings = append(w.endings, ending{index: i, file: f, next: next, lines: lines, comment: wish.Comment})
	return nil
}

// endNow ends a policy at an instant: by withdrawal while that is possible, and
// else as an ordinary cancellation. It refuses with CodeStateForbidden.
func (c *Core) endNow(f *file, at time.Time) (insurance.Policy, []insurance.Entry, error) {
	forbidden := insurance.Refuse(insurance.CodeStateForbidden, "%s", f.State)
	product, err := c.product(f.ProductCode, f.ProductVersion)
	if err != nil {
		return insurance.Policy{}, nil, err
	}
	if f.Termination != nil || !f.State.Live() {
		return insurance.Policy{}, nil, forbidden
	}
	for _, reason := range []insurance.Reason{insurance.ReasonWithdrawal, insurance.ReasonOrdinary} {
		declaration := insurance.Declaration{Reason: reason, ByPartner: true}
		if next, lines, _, refused := f.End(product, declaration, f.ledger, at); refused == nil {
			return next, lines, nil
		}
	}
	return insurance.Policy{}, nil, forbidden
}

// cancellable tells whether a policy could be cancelled now, once what has
// fallen due to it is done.
func (c *Core) cancellable(f *file, now time.Time) bool {
	then := *f
	for {
		due, ok := then.DueAt()
		if !ok || due.After(now) {
			break
		}
		next, lines, _, refused := then.Advance(then.ledger, due)
		if refused != nil {
			return false
		}
		then.Policy.Policy, then.ledger = next, slices.Concat(then.ledger, lines)
	}
	_, _, refused := c.endNow(&then, now)
	return refused == nil
}

// refunds are what the cancelled quotes give back, by place in a package.
func (w *cancelling) refunds(p Package) []*Refund {
	refunds := make([]*Refund, len(p.Quotes))
	for i, q := range p.Quotes {
		for _, e := range w.endings {
			if w.Content.Quotes[e.index].ID == q.ID {
				refunds[i] = w.refund(e)
			}
		}
	}
	return refunds
}

// refund is what an ending gives back.
func (w *cancelling) refund(e ending) *Refund {
	returned := insurance.Zero(e.next.Premium.Gross.Currency)
	for _, line := range e.lines {
		returned = returned.Sub(line.Premium.Gross)
	}
	return &Refund{
		Amount: givenBack(returned, w.Content.Quotes[e.index], e.file), At: w.at, Full: e.next.Termination.Refund == insurance.RefundFull,
		CoolingOffUntil: e.next.ConcludedAt.AddDate(0, 0,
			insurance.DateIn(e.next.ConcludedAt, e.next.Zone).DaysUntil(e.next.WithdrawUntil)),
	}
}

func (w *cancelling) total() insurance.Money {
	total := insurance.Zero(w.Content.Currency)
	for _, e := range w.endings {
		total = total.Add(w.refund(e).Amount)
	}
	return total
}

// preview tells the package as it would be, and keeps under an id what would
// be confirmed.
func (w *cancelling) preview(r reading) (Cancellation, error) {
	id, until := w.keepPreview(previewCancellation, w.shown, "-CCL")
	shown := w.imagined()
	for _, e := range w.endings {
		shown.imagine(e.file, e.next)
	}
	shown.settleStates(w.at, true)
	told, err := w.core.packageOf(r, shown)
	return Cancellation{
		Package: told, Refunds: w.refunds(told), Total: w.total(), ID: id, ConfirmBefore: until,
	}, err
}

// commit ends the policies and tells it.
func (w *cancelling) commit(r reading) (Cancellation, error) {
	for _, e := range w.endings {
		f := e.file
		reason := w.said(e.next.Termination.Reason, e.comment)
		err := w.record(f, e.next, e.lines, eventOf(declared(e.next)), w.at, actorPartner(w.partner), reason)
		if err != nil {
			return Cancellation{}, err
		}
		product, err := w.core.product(f.ProductCode, f.ProductVersion)
		if err != nil {
			return Cancellation{}, err
		}
		w.issue(f.ID, f.Version, documentLanguage(product, w.Content.Language), w.at, document.KindCancellation)
		w.Content.Quotes[e.index].UpdatedAt = micros(w.now())
	}
	refunds := make(map[string]string, len(w.endings))
	for _, e := range w.endings {
		refunds[w.Content.Quotes[e.index].ID] = w.refund(e).Amount.Decimal()
	}
	err := w.tell(EventBookingCancelled, w.now(), func(told BookingTold) any {
		return CancellationTold{BookingTold: told, Refunds: refunds}
	})
	if err != nil {
		return Cancellation{}, err
	}
	told, err := w.core.packageOf(r, w.sale)
	return Cancellation{Package: told, Refunds: w.refunds(told), Total: w.total()}, err
}
