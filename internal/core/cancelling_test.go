package core

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// cancelled cancels quotes of a package at once, or all of them.
func (h *house) cancelled(p Partner, told Package, places ...int) Cancellation {
	h.t.Helper()
	done, err := h.Cancel(h.t.Context(), p, CancelWish{PackageID: told.ID, Quotes: toCancel(told, places...)}, Once{})
	h.fatal(err)
	return done
}

func toCancel(told Package, places ...int) (quotes []QuoteToCancel) {
	for _, i := range places {
		quotes = append(quotes, QuoteToCancel{ID: told.Quotes[i].ID})
	}
	return quotes
}

// said is what a cancellation gives back, quote by quote, and in all.
func said(c Cancellation) string {
	var text strings.Builder
	for i, refund := range c.Refunds {
		if refund != nil {
			fmt.Fprintf(&text, "%d: %s at %s, full %t; ", i, refund.Amount, refund.At.Format(time.RFC3339Nano), refund.Full)
		}
	}
	return text.String() + c.Total.String() + ", " + string(c.Package.State)
}

// The right to withdraw ends with a day of the policy's own zone; until then
// everything is given back, and then what is left of the days.
func TestTheCoolingOffPeriodEnds(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		london, err := time.LoadLocation("Europe/London")
		h.fatal(err)
		until := day("2026-01-30").Start(london) // 14 days after the 15th, inclusive
		for _, c := range []struct {
			at   time.Time
			want string
		}{
			{opening, "0: 3.14 GBP at 2026-01-15T10:00:00Z, full true; 3.14 GBP, cancelled"},
			{until.Add(-time.Microsecond), "0: 3.14 GBP at 2026-01-29T23:59:59.999999Z, full true; 3.14 GBP, cancelled"},
			{until, "0: 2.31 GBP at 2026-01-30T00:00:00Z, full false; 2.31 GBP, cancelled"}, // 44 of 60 days, a cent up
		} {
			told := h.booked(p, parcel("200"))
			if c.at.After(opening) {
				h.moveTo(c.at, told.ID, 200)
			}
			done := h.cancelled(p, told)
			equalLists(t, "given back", []string{said(done)}, []string{c.want})
			if refund := done.Refunds[0]; !refund.CoolingOffUntil.Equal(opening.AddDate(0, 0, 14)) {
				t.Errorf("the cooling-off period ended at %s", refund.CoolingOffUntil)
			}
		}
	})
}

func TestSelectedQuotesAreCancelled(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, tickets("100"), parcel("200"), device("500"))
		h.clock.advance(time.Hour)
		first := h.cancelled(p, told, 2, 0)
		if first.Total.String() != "16.42 GBP" || first.Refunds[1] != nil || first.Package.State != PackageConfirmed {
			t.Errorf("two of three: %s", said(first))
		}
		now := h.booking(p, told)
		for i, want := range []PackageState{PackageCancelled, PackageConfirmed, PackageCancelled} {
			q := now.Quotes[i]
			if q.State != want || q.CancellableNow != (want == PackageConfirmed) || q.CancelledAt.IsZero() != (want == PackageConfirmed) {
				t.Errorf("quote %d is %s since %s", i, q.State, q.CancelledAt)
			}
		}
		if now.State != PackageConfirmed || !now.CancelledAt.IsZero() || now.Quotes[2].RenewalID != "" {
			t.Errorf("the package is %s since %s", now.State, now.CancelledAt)
		}
		_, err := h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID, Quotes: toCancel(told, 1, 0)}, Once{})
		h.refused(err, insurance.CodeStateForbidden)
		_, err = h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID, Quotes: toCancel(told, 1, 1)}, Once{})
		equalLists(t, "twice", h.problems(err), []string{"1 quotes.id is named more than once"})
		_, err = h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID, Quotes: []QuoteToCancel{{ID: "none"}}}, Once{})
		equalLists(t, "none", h.problems(err), []string{"0 quotes.id is not a quote of this package"})
		// Without names, it is whatever is left.
		rest := h.cancelled(p, told)
		if rest.Refunds[0] != nil || rest.Refunds[1] == nil || rest.Package.State != PackageCancelled || !rest.Package.CancelledAt.Equal(opening.Add(time.Hour)) {
			t.Errorf("the rest: %s since %s", said(rest), rest.Package.CancelledAt)
		}
		_, err = h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID}, Once{})
		if got := h.refusal(err, insurance.CodeStateForbidden).Detail; got != string(PackageCancelled) {
			t.Errorf("refused because it is %s", got)
		}
	})
}

// What was shown before midnight is done after it as of then.
func TestACancellationIsConfirmedAfterMidnight(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, parcel("200"))
		h.moveTo(day("2026-02-15").Start(time.UTC).Add(-time.Second), "", 200)
		shown, err := h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID, Preview: true}, Once{})
		h.fatal(err)
		if !shown.ConfirmBefore.Equal(day("2026-02-16").Start(time.UTC).Add(-time.Second)) || shown.ID == "" {
			t.Errorf("to be confirmed by %s under %q", shown.ConfirmBefore, shown.ID)
		}
		if now := h.booking(p, told); now.State != PackageConfirmed {
			t.Errorf("a preview made it %s", now.State)
		}
		h.clock.advance(2 * time.Second)
		done, err := h.ConfirmCancellation(t.Context(), p, Confirmation{PackageID: told.ID, ID: shown.ID}, Once{})
		h.fatal(err)
		equalLists(t, "done", []string{said(done)}, []string{said(shown)})
		if now := h.booking(p, told); now.Quotes[0].Policy.LastDay() != day("2026-02-14") {
			t.Errorf("cover ended on %s", now.Quotes[0].Policy.LastDay())
		}
	})
}

func TestACancellationThatIsStaleIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, parcel("200"), tickets("100"))
		confirm := func(wish Confirmation) error { return asked(h.ConfirmCancellation(t.Context(), p, wish, Once{})) }
		shown := h.toCancel(p, told, toCancel(told, 0)...)
		h.endorsed(p, changing(told, 0, "cover_amount", "300"))
		want := "the booking has changed since " + shown.ID + " was made; the refund would now be 4.48 GBP"
		if got := h.refusal(confirm(shown), insurance.CodeStale).Detail; got != want {
			t.Errorf("refused because %s", got)
		}
		shown = h.toCancel(p, told, toCancel(told, 0)...)
		h.clock.advance(20*24*time.Hour + time.Microsecond)
		want = shown.ID + " expired at 2026-01-16T10:00:00Z; the refund would now be 2.92 GBP" // 39 of 60 days, a cent up
		if got := h.refusal(confirm(shown), insurance.CodeStale).Detail; got != want {
			t.Errorf("refused because %s", got)
		}
		shown = h.toCancel(p, told, toCancel(told, 0)...)
		h.fatal(confirm(shown))
		h.refused(confirm(shown), insurance.CodeStateForbidden) // there is nothing left to give back
		shown = h.toCancel(p, told)
		h.fatal(confirm(shown))
		h.refused(confirm(shown), insurance.CodeStateForbidden)
		h.refused(confirm(Confirmation{PackageID: told.ID, ID: "ABCDE-FGHIJ-KLMNO-CCL"}), insurance.CodePackageUnknown)
	})
}

// A cover that has ended by itself gives nothing back, swept or not.
func TestAnExpiredPolicyIsNotCancelled(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told, other := h.booked(p, tickets("100")), h.booked(p, tickets("100"))
		shown := h.toCancel(p, other)
		h.clock.advance(opening.AddDate(0, 1, 0).Add(time.Hour).Sub(opening)) // the very instant of the event
		_, err := h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID}, Once{})
		if got := h.refusal(err, insurance.CodeStateForbidden).Detail; got != string(insurance.PolicyExpired) {
			t.Errorf("refused because it is %s", got)
		}
		_, err = h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID, Quotes: toCancel(told, 0), Preview: true}, Once{})
		h.refused(err, insurance.CodeStateForbidden)
		_, err = h.ConfirmCancellation(t.Context(), p, shown, Once{})
		h.refused(err, insurance.CodeStateForbidden)
		h.work()
		if now := h.booking(p, told); now.State != PackageConfirmed || now.Quotes[0].CancellableNow {
			t.Errorf("it is %s, and can be cancelled: %t", now.State, now.Quotes[0].CancellableNow)
		}
	})
}

// Comments may name people: they lie with the requests, and the audit log only
// points to them.
func TestACommentIsKeptApart(t *testing.T) {
	h := onSQLite(t)
	p := h.shop("e3ccm")
	told := h.booked(p, tickets("100"))
	_, err := h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID, Quotes: []QuoteToCancel{{
		ID: told.Quotes[0].ID, Comment: "Ada fell ill",
	}}}, Once{})
	h.fatal(err)
	pointers := 0
	for _, e := range h.auditOf(p) {
		if strings.Contains(e.Reason+e.Before+e.After, "Ada") {
			t.Errorf("the audit log says %q", e.Reason)
		}
		pointers += b2i(strings.HasPrefix(e.Reason, "WITHDRAWAL, comment in request "))
	}
	if pointers != 1 {
		t.Errorf("%d entries point to the comment", pointers)
	}
}

// fate draws what becomes of a package before it is cancelled.
type fate struct {
	*rand.Rand
	*house
	partner Partner
	now     time.Time
}

// sold is a package of any products with any amounts, some in instalments, some
// reduced by a bundle, some priced by the partner.
func (f *fate) sold() Package {
	items := make([]QuoteWish, 1+f.IntN(3))
	for i := range items {
		amount := fmt.Sprintf("%d.%02d", 1+f.IntN(3000), f.IntN(100))
		items[i] = []func(string) QuoteWish{tickets, parcel, device}[f.IntN(3)](amount)
		start := f.now.Add(time.Duration(f.IntN(60*24)-10*24) * time.Hour)
		items[i].Proposal.StartsAt = start
		if name := "event_datetime"; items[i].Proposal.Object.Attributes[name] != "" {
			items[i].Proposal.Object.Attributes[name] = start.Add(time.Duration(1+f.IntN(200*24)) * time.Hour).Format(time.RFC3339)
		}
		if f.IntN(4) == 0 {
			items[i].Proposal.PartnerPrice = fmt.Sprintf("%d.%02d", 1+f.IntN(90), f.IntN(100))
		}
	}
	quoted := f.quoted(f.partner, items...)
	wish := wishFor(quoted)
	for i, q := range quoted.Quotes {
		if len(q.Plans) > 0 && f.IntN(2) == 0 {
			wish.Quotes[i].Plan = q.Plans[f.IntN(len(q.Plans))].Name
		}
	}
	told, err := f.Book(f.t.Context(), f.partner, wish, Once{})
	f.fatal(err)
	return told
}

// endorse changes the amount of a quote, if it can still be changed.
func (f *fate) endorse(told Package) {
	q := f.booking(f.partner, told).Quotes[f.IntN(len(told.Quotes))]
	for _, name := range []string{"total_ticket_price", "cover_amount", "device_value"} {
		if q.Policy.Object.Attributes[name] == "" {
			continue
		}
		_, err := f.Endorse(f.t.Context(), f.partner, ChangeWish{PackageID: told.ID, Quotes: []QuoteChange{{
			ID: q.ID, Proposal: attributes(name, fmt.Sprintf("%d.%02d", 1+f.IntN(3000), f.IntN(100))),
		}}}, Once{})
		if err != nil && insurance.CodeOf(err) != insurance.CodeStateForbidden {
			f.t.Errorf("endorsed: %v", err)
		}
	}
}

// selected are some of the quotes that can be cancelled, or none, which means
// all; ok is false if there is none left.
func (f *fate) selected(told Package) (quotes []QuoteToCancel, ok bool) {
	for _, q := range f.booking(f.partner, told).Quotes {
		if q.CancellableNow {
			ok = true
			if f.IntN(3) > 0 {
				quotes = append(quotes, QuoteToCancel{ID: q.ID})
			}
		}
	}
	return quotes, ok
}

// pass lets a time pass on the package's own clock.
func (f *fate) pass(told Package, by time.Duration) {
	f.now = f.now.Add(by)
	f.moveTo(f.now, told.ID, 200)
}

// What a preview says is what its confirmation does, to the cent, whatever
// became of the package before and however long the confirmation takes.
func TestAPreviewEqualsItsConfirmation(t *testing.T) {
	h := onSQLite(t)
	p := h.shop("e3ccm")
	cases := 80
	if testing.Short() {
		cases = 20
	}
	for seed := range uint64(cases) {
		f := &fate{Rand: rand.New(rand.NewPCG(seed, 1)), house: h, partner: p, now: opening} //nolint:gosec // drawn again from its seed
		told := f.sold()
		for step := 0; step < 4; step++ {
			f.pass(told, time.Duration(1+f.IntN(30*24*60))*time.Minute)
			if f.IntN(2) == 0 {
				f.endorse(told)
			}
			quotes, ok := f.selected(told)
			if !ok {
				break
			}
			f.confirmedAsShown(seed, told, quotes)
		}
	}
}

// confirmedAsShown previews a cancellation and confirms it within a day. If
// something fell due in between, it may be stale instead.
func (f *fate) confirmedAsShown(seed uint64, told Package, quotes []QuoteToCancel) {
	shown, err := f.Cancel(f.t.Context(), f.partner, CancelWish{PackageID: told.ID, Preview: true, Quotes: quotes}, Once{})
	f.fatal(err)
	before := f.money(f.partner)
	version := f.booking(f.partner, told).Version
	f.pass(told, time.Duration(1+f.IntN(24*60))*time.Minute)
	due := f.booking(f.partner, told).Version != version
	written := f.money(f.partner)
	done, err := f.ConfirmCancellation(f.t.Context(), f.partner, Confirmation{PackageID: told.ID, ID: shown.ID}, Once{})
	switch {
	case due:
		if code := insurance.CodeOf(err); code != insurance.CodeStale && code != insurance.CodeStateForbidden {
			f.t.Errorf("seed %d: confirmed although something fell due: %v", seed, err)
		}
	case err != nil:
		f.t.Errorf("seed %d: %v", seed, err)
	case said(done) != said(shown):
		f.t.Errorf("seed %d: shown %s, done %s", seed, said(shown), said(done))
	case before != written:
		f.t.Errorf("seed %d: money changed from %s to %s", seed, before, written)
	}
}

// Ten thousand covers are cancelled at any time: what is given back is what the
// ledger returns less what was never paid, whichever plan it was paid by, and
// written premium is either earned or returned.
func TestRefundsAddUp(t *testing.T) {
	h := onSQLite(t)
	const cases = 10_000
	random := rand.New(rand.NewPCG(7, 7)) //nolint:gosec // drawn again from its seed
	refused := 0
	for n := range cases {
		w, e, ok := h.ending(random)
		if !ok {
			refused++
			continue
		}
		shown := w.refund(e)
		ledger := slices.Concat(e.file.ledger, e.lines)
		e.file.Policy.Policy, e.file.ledger = e.next, ledger
		settled := insurance.Settle(ledger)
		unpaid := unpaid(w.Content.Quotes[0], e.file)
		want := settled.Returned.Gross.Sub(unpaid)
		if want.Minor < 0 {
			want.Minor = 0
		}
		if made := w.refund(e); shown.Amount != want || made.Amount != shown.Amount {
			t.Fatalf("case %d: %s shown and %s made, want %s", n, shown.Amount, made.Amount, want)
		}
		if !same(settled.Written, settled.Earned.Add(settled.Returned)) || settled.Earned.Gross.Minor < 0 {
			t.Fatalf("case %d: %+v", n, settled)
		}
		if shown.Full && !settled.Earned.Gross.IsZero() {
			t.Fatalf("case %d: full, but %s is earned", n, settled.Earned.Gross)
		}
	}
	if refused > cases/2 {
		t.Errorf("%d of %d could not be cancelled", refused, cases)
	}
}

// ending draws a cover that was sold, perhaps endorsed, paid in part, and is
// cancelled while it runs; ok is false if it cannot be.
func (h *house) ending(random *rand.Rand) (w *cancelling, e ending, ok bool) {
	h.t.Helper()
	item := []func(string) QuoteWish{tickets, parcel, device}[random.IntN(3)](fmt.Sprintf("%d.%02d", 1+random.IntN(5000), random.IntN(100)))
	wish := item.Proposal
	wish.Country, wish.Currency = "GB", "GBP"
	wish.StartsAt = opening.Add(time.Duration(random.IntN(40*24)-10*24) * time.Hour)
	product, tariff, _ := h.onSale(Partner{Family: FamilyXCover, Zone: time.UTC}, wish.Tariff, 0, opening)
	f := &file{}
	sell := func(at time.Time) insurance.Quote {
		priced, refused := product.Quote(tariff, wish, at)
		if refused != nil {
			h.t.Fatal(refused)
		}
		return priced
	}
	var entry insurance.Entry
	f.Policy.Policy, entry = insurance.Bind(sell(opening), wish, product, "x", opening)
	f.ledger = []insurance.Entry{entry}
	at := opening.Add(time.Duration(random.IntN(30*24)) * time.Hour)
	if wish.PartnerPrice = fmt.Sprintf("%d.00", 1+random.IntN(99)); random.IntN(3) == 0 {
		if next, lines, refused := f.Endorse(sell(at), wish, at); refused == nil {
			f.Policy.Policy, f.ledger = next, append(f.ledger, lines...)
		}
	}
	quote := store.Quote{ID: "q", Product: product.Code}
	if len(product.Instalments) > 0 && random.IntN(2) == 0 {
		plan := product.Instalments[random.IntN(len(product.Instalments))]
		quote.Plan = plan.Name
		for n, part := range f.Premium.Split(plan.Parts)[:1+random.IntN(4)] {
			quote.Paid = append(quote.Paid, store.PaidPart{Number: n + 1, Premium: part})
		}
	}
	s := &sale{files: map[string]*file{"": f}}
	s.Content = store.PackageContent{Currency: "GBP", Quotes: []store.Quote{quote}}
	at = at.Add(time.Duration(random.IntN(30*24)) * time.Hour)
	next, lines, err := h.endNow(f, at)
	w = &cancelling{revision: &revision{sale: s, core: h.Core}, at: at}
	return w, ending{file: f, next: next, lines: lines}, err == nil
}
