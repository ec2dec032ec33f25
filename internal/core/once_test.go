package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// once is a request under a key, whose body is text; the zero Once without one.
func once(key, body string) Once {
	if key == "" {
		return Once{}
	}
	return Once{Key: key, Route: "/x", Fingerprint: []byte(body), Answer: func(any) []byte { return []byte("answer to " + body) }}
}

// repeated insists that a request was answered before, and how.
func (h *house) repeated(err error, answer string) {
	h.t.Helper()
	was, ok := errors.AsType[*Repeated](err)
	if !ok || string(was.Answer) != answer {
		h.t.Errorf("got %v, want that it was answered with %q", err, answer)
	}
}

func TestAKeyIsAnsweredOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p, other := h.shop("e3ccm"), h.shop("f4ddn")
		quote := func(p Partner, o Once) error {
			_, err := h.Quote(t.Context(), p, packageOf(tickets("100")), o)
			return err
		}
		h.fatal(quote(p, once("K-1", "a")))
		h.repeated(quote(p, once("K-1", "a")), "answer to a")
		h.clock.advance(time.Hour)
		refused := h.refusal(quote(p, once("K-1", "b")), insurance.CodeKeyConflict)
		equalLists(t, "conflict", say(refused.Problems), []string{"0 request.repetition_key was first used at 2026-01-15T10:00:00Z for other data"})
		elsewhere := once("K-1", "b")
		elsewhere.Route = "/y"
		h.fatal(quote(p, elsewhere))
		h.fatal(quote(other, once("K-1", "b")))
		h.fatal(quote(p, once("K-2", "b")))
		h.clock.advance(keyAge - time.Hour - time.Microsecond)
		h.repeated(quote(p, once("K-1", "a")), "answer to a")
		h.clock.advance(time.Microsecond)
		h.fatal(quote(p, once("K-1", "b")))
		h.repeated(quote(p, once("K-1", "b")), "answer to b")
	})
}

func TestARefusalIsNotKept(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		quoted := h.quoted(p, tickets("100"))
		wish := wishFor(quoted)
		wish.Holder.Email = ""
		_, err := h.Book(t.Context(), p, wish, once("K-1", "a"))
		h.refused(err, insurance.CodeInvalid)
		_, err = h.Book(t.Context(), p, wishFor(quoted), once("K-1", "b"))
		h.fatal(err)
		_, err = h.Book(t.Context(), p, wishFor(quoted), once("K-1", "b"))
		h.repeated(err, "answer to b")
	})
}

// What changes nothing is kept under its key, too.
func TestAKeyIsKeptOfWhatChangedNothing(t *testing.T) {
	h := onSQLite(t)
	p := h.shop("e3ccm")
	ref := PackageRef{PackageID: h.quoted(p, tickets("100")).ID}
	_, err := h.OptOut(t.Context(), p, ref, Once{})
	h.fatal(err)
	_, err = h.OptOut(t.Context(), p, ref, once("K-1", "a"))
	h.fatal(err)
	_, err = h.OptOut(t.Context(), p, ref, once("K-1", "a"))
	h.repeated(err, "answer to a")
}

// While a request is being worked on, another with its key waits for a while.
func TestAKeyInHandIsWaitedFor(t *testing.T) {
	h := onSQLite(t)
	p := h.shop("e3ccm")
	begun, finish := make(chan struct{}), make(chan struct{})
	first := once("K-1", "a")
	first.Answer = func(any) []byte {
		close(begun)
		<-finish
		return []byte("first")
	}
	ended := make(chan error)
	go func() {
		_, err := h.Quote(t.Context(), p, packageOf(tickets("100")), first)
		ended <- err
	}()
	<-begun
	_, err := h.Quote(t.Context(), p, packageOf(tickets("100")), once("K-1", "a"))
	h.refused(err, insurance.CodeInProgress)
	hurried, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = h.inHand.begin(hurried, p.Part+"\x00/x\x00K-1")
	h.refused(err, insurance.CodeUnavailable)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("who went away got %v", err)
	}
	waiting := make(chan error)
	go func() {
		_, err := h.Quote(t.Context(), p, packageOf(tickets("100")), once("K-1", "a"))
		waiting <- err
	}()
	close(finish)
	h.fatal(<-ended)
	h.repeated(<-waiting, "first")
	if len(h.inHand.keys) != 0 {
		t.Errorf("%d keys are still in hand", len(h.inHand.keys))
	}
}

// request is something that a partner asks for and that writes.
type request struct {
	name string
	// prepare leads to where it can be asked for, and answers how.
	prepare func(*house, Partner) func(context.Context, *Core, Once) error
	// recurs tells whether it may happen again where no key forbids it: each
	// is told, though none is paid for twice.
	recurs bool
}

// asked is a request that only its errors are of interest of.
func asked[T any](_ T, err error) error { return err }

func requests() []request {
	return []request{
		{"quote", func(_ *house, p Partner) func(context.Context, *Core, Once) error {
			return func(ctx context.Context, c *Core, o Once) error {
				return asked(c.Quote(ctx, p, packageOf(tickets("100")), o))
			}
		}, true},
		{"book", func(h *house, p Partner) func(context.Context, *Core, Once) error {
			wish := wishFor(h.quoted(p, device("500"), tickets("100")))
			return func(ctx context.Context, c *Core, o Once) error { return asked(c.Book(ctx, p, wish, o)) }
		}, false},
		{"book at once", func(_ *house, p Partner) func(context.Context, *Core, Once) error {
			return func(ctx context.Context, c *Core, o Once) error { return asked(c.BookAtOnce(ctx, p, atOnce("100"), o)) }
		}, false},
		{"confirm payment", func(h *house, p Partner) func(context.Context, *Core, Once) error {
			ref := PackageRef{PackageID: h.pending(p, device("500")).ID}
			return func(ctx context.Context, c *Core, o Once) error { return asked(c.ConfirmPayment(ctx, p, ref, o)) }
		}, false},
		{"endorse", func(h *house, p Partner) func(context.Context, *Core, Once) error {
			wish := changing(h.booked(p, tickets("100")), 0, "total_ticket_price", "200")
			return func(ctx context.Context, c *Core, o Once) error { return asked(c.Endorse(ctx, p, wish, o)) }
		}, true},
		{"confirm endorsement", func(h *house, p Partner) func(context.Context, *Core, Once) error {
			told := h.booked(p, tickets("100"))
			shown, err := h.PreviewEndorsement(h.t.Context(), p, changing(told, 0, "total_ticket_price", "200"), Once{})
			h.fatal(err)
			wish := Confirmation{PackageID: told.ID, ID: shown.UpdateID}
			return func(ctx context.Context, c *Core, o Once) error { return asked(c.ConfirmEndorsement(ctx, p, wish, o)) }
		}, false},
		{"cancel", func(h *house, p Partner) func(context.Context, *Core, Once) error {
			wish := CancelWish{PackageID: h.booked(p, tickets("100")).ID}
			return func(ctx context.Context, c *Core, o Once) error { return asked(c.Cancel(ctx, p, wish, o)) }
		}, false},
		{"confirm cancellation", func(h *house, p Partner) func(context.Context, *Core, Once) error {
			wish := h.toCancel(p, h.booked(p, tickets("100")))
			return func(ctx context.Context, c *Core, o Once) error { return asked(c.ConfirmCancellation(ctx, p, wish, o)) }
		}, false},
		{"pay early", func(h *house, p Partner) func(context.Context, *Core, Once) error {
			wish := RenewalPayment{RenewalID: h.booked(p, device("500")).Quotes[0].RenewalID}
			return func(ctx context.Context, c *Core, o Once) error { return asked(c.PayRenewal(ctx, p, wish, o)) }
		}, false},
		{"pay in grace", func(h *house, p Partner) func(context.Context, *Core, Once) error {
			wish := RenewalPayment{RenewalID: h.inGrace(p, device("500")).Quotes[0].RenewalID}
			return func(ctx context.Context, c *Core, o Once) error { return asked(c.PayRenewal(ctx, p, wish, o)) }
		}, false},
		{"confirm renewal", func(h *house, p Partner) func(context.Context, *Core, Once) error {
			told := h.inGrace(p, device("500"))
			offer, err := h.OfferRenewal(h.t.Context(), p, PackageRef{PackageID: told.ID}, Once{})
			h.fatal(err)
			wish := Confirmation{PackageID: told.ID, ID: offer.ID}
			return func(ctx context.Context, c *Core, o Once) error { return asked(c.ConfirmRenewal(ctx, p, wish, o)) }
		}, false},
		{"decline renewal", func(h *house, p Partner) func(context.Context, *Core, Once) error {
			ref := PackageRef{PackageID: h.inGrace(p, device("500")).ID}
			return func(ctx context.Context, c *Core, o Once) error { return asked(c.DeclineRenewal(ctx, p, ref, o)) }
		}, false},
		{"report instalments", func(h *house, p Partner) func(context.Context, *Core, Once) error {
			book := wishFor(h.quoted(p, tickets("100")))
			book.Quotes[0].Plan = "1year-monthly"
			told, err := h.Book(h.t.Context(), p, book, Once{})
			h.fatal(err)
			part := InstalmentPaid{QuoteID: told.Quotes[0].ID, Number: 2, Paid: true}
			wish := InstalmentReport{PackageID: told.ID, Parts: []InstalmentPaid{part}}
			return func(ctx context.Context, c *Core, o Once) error { return asked(c.ReportInstalments(ctx, p, wish, o)) }
		}, false},
		{"send mail", func(h *house, p Partner) func(context.Context, *Core, Once) error {
			wish := MailWish{PackageID: h.booked(p, tickets("100")).ID}
			return func(ctx context.Context, c *Core, o Once) error { return asked(c.SendMail(ctx, p, wish, o)) }
		}, true},
	}
}

// toCancel is the confirmation of a cancellation that was shown.
func (h *house) toCancel(p Partner, told Package, quotes ...QuoteToCancel) Confirmation {
	h.t.Helper()
	shown, err := h.Cancel(h.t.Context(), p, CancelWish{PackageID: told.ID, Preview: true, Quotes: quotes}, Once{})
	h.fatal(err)
	return Confirmation{PackageID: told.ID, ID: shown.ID}
}

// inGrace is a booked package of items a quarter later, the day after its
// renewals fell due.
func (h *house) inGrace(p Partner, items ...QuoteWish) Package {
	h.t.Helper()
	told := h.booked(p, items...)
	h.moveTo(opening.AddDate(0, 3, 1), told.ID, 200)
	return h.booking(p, told)
}

// traces are what a partner's requests have left behind: packages, versions of
// bookings, events and money.
func (h *house) traces(p Partner) (lines []string) {
	h.t.Helper()
	h.view(func(r reading) error {
		all := store.Stretch{Part: p.Part}
		lines = append(lines, fmt.Sprintf("packages %d", h.packages(r, p)))
		orders, err := r.OrdersIn(all)
		h.fatal(err)
		for _, o := range orders {
			lines = append(lines, fmt.Sprintf("%s order at version %d", o.State, o.Version))
		}
		events, err := r.EventsIn(all)
		h.fatal(err)
		for _, e := range events {
			lines = append(lines, fmt.Sprintf("%s %d", e.Type, e.Sequence))
		}
		return nil
	})
	slices.Sort(lines)
	return append(lines, h.money(p))
}

// packages counts the packages that a partner has made today. Each node gives
// the numbers of its block one after the other.
func (h *house) packages(r reading, p Partner) (n int) {
	h.t.Helper()
	day, ok, err := r.QuoteDay(dayOf(opening))
	h.fatal(err)
	for first := int64(0); ok && first < 4*numberBlock; first += numberBlock {
		for number := range int64(50) {
			_, there, err := r.Package(day, p.Part, place{bucket: bucketOf(p.Part), number: first + number}.ofDay())
			h.fatal(err)
			n += b2i(there)
		}
	}
	return n
}

// money is all premiums of a partner, written less returned.
func (h *house) money(p Partner) string {
	h.t.Helper()
	var sum insurance.Premium
	h.view(func(r reading) error {
		ledger, err := r.LedgerIn(store.Stretch{Part: p.Part})
		for _, line := range ledger {
			sum = sum.Add(line.Entry.Premium)
		}
		return err
	})
	return fmt.Sprintf("%v + %v = %v", sum.Net, sum.Tax, sum.Gross)
}

// Five copies of every request at once, on two nodes, do what one does. With a
// key one is answered and the others repeat its answer; without one they are
// told apart by what they ask for.
func TestFiveCopiesAtOnce(t *testing.T) {
	t.Parallel()
	storetest.EachEngineInFull(t, func(t *testing.T, engine string) {
		for _, r := range few(requests()) {
			t.Run(r.name, func(t *testing.T) {
				t.Parallel()
				single := open(t, engine)
				p := single.shop("e3ccm")
				do := r.prepare(single, p)
				before := single.traces(p)
				single.fatal(do(t.Context(), single.Core, Once{}))
				if slices.Equal(before, single.traces(p)) {
					t.Fatal("it leaves no trace")
				}
				keyed, unkeyed := open(t, engine), open(t, engine)
				keyed.copies(r, "K-1")
				equalLists(t, "with a key", keyed.traces(p), single.traces(p))
				unkeyed.copies(r, "")
				if !r.recurs {
					equalLists(t, "without a key", unkeyed.traces(p), single.traces(p))
				}
				if unkeyed.money(p) != single.money(p) {
					t.Errorf("without a key: %s, want %s", unkeyed.money(p), single.money(p))
				}
			})
		}
	})
}

// copies makes a request five times at once.
func (h *house) copies(r request, key string) {
	h.t.Helper()
	p := h.shop("e3ccm")
	do := r.prepare(h, p)
	nodes := []*Core{h.Core, h.newCore(storetest.Open(h.t, store.Options{DSN: h.dsn, Log: quiet}))}
	var answers [5]string
	var errs [5]error
	var group sync.WaitGroup
	for i := range errs {
		group.Go(func() {
			o := once(key, "a")
			if key != "" {
				o.Answer = func(any) []byte { return fmt.Appendf(nil, "copy %d", i) }
			}
			for asking := true; asking; { // on a slow machine the first takes longer than others wait for it
				errs[i] = do(h.t.Context(), nodes[i%2], o)
				asking = insurance.CodeOf(errs[i]) == insurance.CodeInProgress
			}
			answers[i] = fmt.Sprintf("copy %d", i)
			if was, ok := errors.AsType[*Repeated](errs[i]); ok {
				answers[i] = string(was.Answer)
			}
		})
	}
	group.Wait()
	h.judge(key, errs[:], answers[:])
}

// judge insists that one copy was answered anew, and the others alike.
func (h *house) judge(key string, errs []error, answers []string) {
	h.t.Helper()
	done := 0
	for i, err := range errs {
		_, repeated := errors.AsType[*Repeated](err)
		switch {
		case err == nil:
			done++
		case key != "" && !repeated:
			h.t.Errorf("copy %d: %v", i, err)
		case key == "" && !slices.Contains([]insurance.Code{insurance.CodeStateForbidden, insurance.CodeStale}, insurance.CodeOf(err)):
			h.t.Errorf("copy %d: %v", i, err)
		}
	}
	if done == 0 || key != "" && (done != 1 || len(slices.Compact(answers)) != 1) {
		h.t.Errorf("%d of them were done, and answered with %q", done, answers)
	}
}
