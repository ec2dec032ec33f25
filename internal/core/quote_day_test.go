package core

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// spaceMost is what a quote may take on disk, in bytes: its row and its part of
// every index and page.
const spaceMost = 300

// variedTickets are tickets as the sandbox's sample asks for them, of which no
// two packages are alike.
func variedTickets(n int) QuoteWish {
	wish, start := tickets(fmt.Sprintf("%d.%02d", 20+n*7%1900, n*13%100)), opening.Add(time.Duration(n%86400)*time.Second)
	wish.Proposal.StartsAt = start
	events := []string{"Cup final", "Summer festival", "Opera night", "The Magic Flute", "Derby", "Open air 2026"}
	places := []string{"Wembley Stadium, London", "Royal Albert Hall", "Leeds Arena", "Manchester", "The O2"}
	for name, value := range map[string]string{
		"event_datetime": start.AddDate(0, 0, 10+n%80).Format(time.RFC3339), "event_name": events[n%len(events)],
		"event_location": places[n*3%len(places)], "event_country": "GB", "number_of_tickets": fmt.Sprint(1 + n%5),
	} {
		wish.Proposal.Object.Attributes[name] = value
	}
	return wish
}

// quoteMany makes n packages of one quote each on behalf of four partners, for
// 64 callers at once.
func (h *house) quoteMany(n int) {
	h.t.Helper()
	var shops []Partner
	for i := range 4 {
		shops = append(shops, h.shop(fmt.Sprint("shop", i)))
	}
	var next atomic.Int64
	var all sync.WaitGroup
	h.fatal(h.TidyQuotes(context.Background()))
	if b, ok := h.t.(*testing.B); ok {
		b.ResetTimer()
	}
	for range 64 {
		all.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				if _, err := h.Quote(context.Background(), shops[i%len(shops)], packageOf(variedTickets(i)), Once{}); err != nil {
					h.t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}

// space is what the packages of a day take on disk, in bytes, with their index.
func (h *house) space(day int64) int64 {
	h.t.Helper()
	if h.Store.Engine() == storetest.Postgres {
		return storetest.Number(h.t, h.dsn, fmt.Sprintf(`SELECT pg_total_relation_size('quote_%d')`, day))
	}
	return storetest.Number(h.t, h.dsn, fmt.Sprintf(`SELECT SUM(pgsize) FROM dbstat
		WHERE name IN (SELECT name FROM sqlite_master WHERE tbl_name = 'quote_%d')`, day))
}

// BenchmarkQuote is one package with one quote.
func BenchmarkQuote(b *testing.B) {
	for _, engine := range []string{storetest.SQLite, storetest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			h := open(b, engine)
			h.quoteMany(b.N)
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "quotes/s")
			b.ReportMetric(float64(h.space(dayOf(opening)))/float64(b.N), "B/quote")
			began := time.Now()
			h.fatal(h.dropQuoteDays(b.Context(), dayOf(opening)+1))
			b.ReportMetric(float64(time.Since(began).Microseconds())/1000, "ms/drop")
		})
	}
}

// On a day whose quotes could not be learned from any before it, too.
func TestAQuoteTakesLittleSpace(t *testing.T) {
	if testing.Short() {
		t.Skip("is of one goroutine less than of many quotes")
	}
	onBoth(t, func(t *testing.T, h *house) {
		const quotes = 9000 // beside which pages that PostgreSQL adds ahead count for little
		h.quoteMany(quotes)
		if each := h.space(dayOf(opening)) / quotes; each > spaceMost || each < 50 {
			t.Errorf("a quote takes %d bytes, want at most %d", each, spaceMost)
		}
	})
}

// The next day's dictionary is learned from what was really asked for.
func TestADayIsLearnedFromTheOneBefore(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.quoteMany(250)
		today := dayOf(opening)
		h.view(func(r reading) error {
			for day, learned := range map[int64]bool{today: false, today + 1: true} {
				dictionary, err := r.LearnQuotes(day, today, nil)
				if err != nil || len(dictionary) > 0 != learned {
					t.Errorf("%d bytes were learned for day %d (%v), want some: %t", len(dictionary), day, err, learned)
				}
			}
			return nil
		})
		h.clock.advance(24 * time.Hour)
		p := h.shop("e3ccm")
		told := h.quoted(p, variedTickets(251))
		found, err := h.Package(t.Context(), p, PackageRef{PackageID: told.ID})
		h.fatal(err)
		equalLists(t, "premiums", grosses(found), grosses(told))
	})
}

// A snapshot still lists a day whose tables another node has dropped since.
func TestADayIsNotLearnedFromOneThatIsKeptNoLonger(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		h.quoted(p, tickets("100"))
		storetest.Alter(t, h.dsn, fmt.Sprintf(`DROP TABLE quote_%d`, dayOf(opening)))
		h.clock.advance(70 * 24 * time.Hour)
		late := parcel("83")
		late.Proposal.StartsAt = opening.Add(70*24*time.Hour + time.Hour)
		h.quoted(p, late)
	})
}

// days are those of which there are tables.
func (h *house) days() (days []int64) {
	h.t.Helper()
	h.view(func(r reading) (err error) {
		days, err = r.QuoteDays()
		return err
	})
	return days
}

func TestDaysAreOpenedAheadAndDroppedWhole(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p, first := h.shop("e3ccm"), dayOf(opening)
		h.fatal(h.TidyQuotes(t.Context()))
		if got := h.days(); !slices.Equal(got, []int64{first}) {
			t.Errorf("days %v are open, want today %d", got, first)
		}
		quoted, booked := h.quoted(p, tickets("100")), h.booked(p, tickets("100"))
		_, err := h.Quote(t.Context(), p, packageOf(tickets("100")), once("K-1", "a"))
		h.fatal(err)
		h.clock.advance(midnight.Sub(opening) - openAhead)
		h.fatal(h.TidyQuotes(t.Context()))
		if got := h.days(); !slices.Equal(got, []int64{first, first + 1}) {
			t.Errorf("days %v are open, want today %d and tomorrow", got, first)
		}
		h.clock.advance(61 * 24 * time.Hour)
		h.fatal(h.TidyQuotes(t.Context()))
		_, err = h.Package(t.Context(), p, PackageRef{PackageID: quoted.ID})
		h.fatal(err)
		h.clock.advance(24 * time.Hour)
		h.fatal(h.TidyQuotes(t.Context()))
		_, err = h.Package(t.Context(), p, PackageRef{PackageID: quoted.ID})
		h.refused(err, insurance.CodePackageUnknown)
		if got := h.days(); got[0] != first {
			t.Errorf("days %v are open: one was dropped before it was unknown", got)
		}
		h.clock.advance(24 * time.Hour)
		h.fatal(h.TidyQuotes(t.Context()))
		if got := h.days(); got[0] != first+1 {
			t.Errorf("days %v are open, want none before %d", got, first+1)
		}
		h.booking(p, booked)
		_, err = h.Package(t.Context(), p, PackageRef{PackageID: booked.ID})
		h.fatal(err)
		other := h.newCore(h.Store)
		_, err = other.Package(t.Context(), p, PackageRef{PackageID: quoted.ID})
		h.refused(err, insurance.CodePackageUnknown)
	})
}

// Who amends a package on the last day of its quotes has their full time again.
func TestAnAmendedPackageIsKept(t *testing.T) {
	h := onSQLite(t)
	p := h.shop("e3ccm")
	quoted := h.quoted(p, device("500"))
	h.clock.advance(30 * 24 * time.Hour)
	amended, err := h.Amend(t.Context(), p, PackageWish{PackageID: quoted.ID, Items: []QuoteWish{{
		QuoteID: quoted.Quotes[0].ID, Proposal: insurance.Proposal{StartsAt: opening.AddDate(0, 3, 0)},
	}}}, Once{})
	h.fatal(err)
	h.clock.advance(30 * 24 * time.Hour)
	h.fatal(h.TidyQuotes(t.Context()))
	_, err = h.Book(t.Context(), p, wishFor(amended), Once{})
	h.fatal(err)
}

// Days are kept as long as quotes may be held.
func TestQuotesThatAreHeldForGoodAreKept(t *testing.T) {
	h := onSQLite(t)
	for _, c := range []struct{ days, want int }{{30, 61}, {45, 91}, {10, 91}} {
		h.products.put(FamilyXCover, insurance.Product{Code: fmt.Sprint(c.days), Version: 1, QuoteDays: c.days})
		if kept, ends := h.quotesKept(); kept != int64(c.want) || !ends {
			t.Errorf("with quotes held for %d days they are kept for %d (%t), want %d", c.days, kept, ends, c.want)
		}
	}
	h.products.put(FamilyHepster, insurance.Product{Code: "order", Version: 1})
	if _, ends := h.quotesKept(); !ends {
		t.Error("a product without packages keeps them for good")
	}
	h.products.put(FamilyXCover, insurance.Product{Code: "good", Version: 1})
	if _, ends := h.quotesKept(); ends {
		t.Error("quotes that are held for good are dropped")
	}
	p := h.shop("e3ccm")
	quoted := h.quoted(p, tickets("100"))
	h.clock.advance(500 * 24 * time.Hour)
	h.fatal(h.TidyQuotes(t.Context()))
	_, err := h.Package(t.Context(), p, PackageRef{PackageID: quoted.ID})
	h.fatal(err)
}

// A code leads to a bucket, a day and a number; a part has packages in one
// bucket only.
func TestACodeOfAnotherBucketLeadsNowhere(t *testing.T) {
	h := onSQLite(t)
	p := h.shop("e3ccm")
	_, at, _ := h.Keys.readCode(h.quoted(p, tickets("100")).ID)
	at.bucket = (at.bucket + 1) % (1 << bucketBits)
	_, err := h.Package(t.Context(), p, PackageRef{PackageID: h.Keys.packageCode(at)})
	h.refused(err, insurance.CodePackageUnknown)
}

// The first quotes of a day come to two nodes at once.
func TestADayIsOpenedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p, other := h.shop("e3ccm"), h.newCore(storetest.Open(t, store.Options{DSN: h.dsn, Log: quiet}))
		var all sync.WaitGroup
		for i := range 16 {
			all.Go(func() {
				_, err := []*Core{h.Core, other}[i%2].Quote(t.Context(), p, packageOf(tickets("100")), Once{})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := storetest.Number(t, h.dsn, fmt.Sprintf(`SELECT COUNT(*) FROM quote_%d`, dayOf(opening))); n != 16 {
			t.Errorf("%d packages are there, want 16", n)
		}
	})
}

// lagging is a node whose clock is behind.
func (h *house) lagging(by time.Duration) *Core {
	c := h.newCore(storetest.Open(h.t, store.Options{DSN: h.dsn, Log: quiet}))
	c.Options.Now = func() time.Time { return h.clock.now().Add(-by) }
	return c
}

var midnight = time.Date(2026, 1, 16, 0, 0, 0, 0, time.UTC)

// The key of a quote counts for its time, whatever the day on which it was used.
func TestAKeyOutlivesItsDay(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		quote := func(body string) error {
			return asked(h.Quote(t.Context(), p, packageOf(tickets("100")), once("K-1", body)))
		}
		h.clock.advance(midnight.Sub(opening) - time.Microsecond)
		h.fatal(quote("a"))
		for _, later := range []time.Duration{time.Microsecond, 12 * time.Hour, 12 * time.Hour, keyAge - 24*time.Hour - 2*time.Microsecond} {
			h.clock.advance(later)
			h.repeated(quote("a"), "answer to a")
		}
		h.clock.advance(time.Microsecond)
		h.fatal(quote("b"))
		h.repeated(quote("b"), "answer to b")
	})
}

// Of two requests with one key, a node takes the one on the old day, while the
// other is about to be stored on the new one.
func TestAKeyIsUsedOnceAroundMidnight(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p, behind := h.shop("e3ccm"), h.lagging(10*time.Minute)
		h.clock.advance(midnight.Sub(opening) + 5*time.Minute)
		for _, c := range []*Core{h.Core, behind} { // the days are open, and numbers in stock
			h.fatal(asked(c.Quote(t.Context(), p, packageOf(tickets("100")), Once{})))
		}
		quote := func(c *Core) error {
			return asked(c.Quote(t.Context(), p, packageOf(tickets("100")), once("K-1", "a")))
		}
		h.faults.Meanwhile(1, func() { h.fatal(quote(behind)) })
		h.repeated(quote(h.Core), "answer to a")
		h.repeated(quote(behind), "answer to a")
	})
}

// Every request about a package that is not booked keeps its key by day, and
// none of them among those of bookings.
func TestKeysOfQuotesGoWithTheirDay(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		h.fatal(h.TidyQuotes(t.Context()))
		quoted := h.quoted(p, tickets("100"), device("500"))
		ref := PackageRef{PackageID: quoted.ID}
		amend := PackageWish{PackageID: quoted.ID, Language: given("de")}
		add := PackageWish{PackageID: quoted.ID, Items: []QuoteWish{parcel("83")}}
		dropped := PackageRef{PackageID: quoted.ID, QuoteIDs: []string{quoted.Quotes[0].ID}}
		for name, do := range map[string]func(Once) error{
			"quote": func(o Once) error { return asked(h.Quote(t.Context(), p, packageOf(tickets("1")), o)) },
			"amend": func(o Once) error { return asked(h.Amend(t.Context(), p, amend, o)) },
			"add":   func(o Once) error { return asked(h.AddQuotes(t.Context(), p, add, o)) },
		} {
			h.fatal(do(once(name, name)))
			h.repeated(do(once(name, name)), "answer to "+name)
		}
		h.fatal(asked(h.DropQuotes(t.Context(), p, dropped, once("drop", "a"))))
		h.fatal(asked(h.OptOut(t.Context(), p, ref, once("opt out", "a"))))
		h.fatal(asked(h.DeletePackage(t.Context(), p, ref, once("delete", "a"))))
		byDay := storetest.Number(t, h.dsn, fmt.Sprintf(`SELECT COUNT(*) FROM quote_key_%d`, dayOf(opening)))
		kept := storetest.Number(t, h.dsn, `SELECT COUNT(*) FROM repetition`)
		h.fatal(expect("by day", byDay, int64(6), "kept", kept, int64(0)))
	})
}
