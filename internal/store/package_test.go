package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

func aWorking(label string) insurance.Working {
	return insurance.Working{Steps: []insurance.Step{{
		Kind: insurance.StepNet, Label: label, Key: "k", By: "1.1", Exact: "1.234", Result: "1.23", Rounding: insurance.RoundNet,
	}}}
}

func aQuote(id string) store.Quote {
	return store.Quote{
		ID: id, Position: 2, State: "s", Proposal: aProposal(), Product: "P", Version: 3, Premium: aPremium(100),
		Bundled: aPremium(90), Working: aWorking("alone"), BundledWorking: aWorking("together"), SumInsured: euro(49900),
		StartsAt: 1, EndsAt: 2, PricedAt: 3, CreatedAt: 4, UpdatedAt: 5, ConfirmedAt: 6, CancelledAt: 7,
		PolicyID: "1", PolicyVersion: 8, Insured: []string{"a", "b"}, Plan: "monthly",
		Paid: []store.PaidPart{{Number: 1, Premium: aPremium(50)}, {Number: 2, Premium: aPremium(51)}},
	}
}

func aContent() store.PackageContent {
	transaction := "T-1"
	return store.PackageContent{
		Currency: "EUR", Country: "DE", Region: "SN", Destination: "AT", Language: "de", TransactionID: &transaction,
		Metadata: []byte(`{"b":1.10,"a":"Ü"}`), Quotes: []store.Quote{aQuote("2"), aQuote("1")}, Bundle: "B", Next: 3,
		Holder: "h", PayUntil: 1, ConfirmedAt: 2, CancelledAt: 3, CreatedAt: 4, UpdatedAt: 5, State: "s",
	}
}

func aPackage(number int64) store.Package {
	return store.Package{
		Part: "p", Number: number, Version: 1, OrderID: "o", Content: aContent(),
	}
}

// openDay opens a day of quotes.
func openDay(t *testing.T, s *store.Store, number int64) (day *store.QuoteDay) {
	t.Helper()
	mustPut(t, s, "", func(c *store.Changes) { c.OpenQuoteDay(number, nil, 5) })
	see(t, s, func(v *store.View) (err error) {
		var ok bool
		if day, ok, err = v.QuoteDay(number); !ok {
			t.Fatalf("day %d was not opened", number)
		}
		return err
	})
	return day
}

func TestPackageIsReadAsItWasWritten(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		day, next, want := openDay(t, s, 2500), openDay(t, s, 2501), aPackage(1)
		complete(t, "package", reflect.ValueOf(want),
			"package.Content.Quotes[].Proposal.Policyholder", "package.Content.Quotes[].Proposal.Term.Days",
			"package.Content.Quotes[].Proposal.Interval.Days")
		mustPut(t, s, "p", func(c *store.Changes) { c.AddPackage(day, want) })
		loses(t, "a package twice", put(t, s, "p", func(c *store.Changes) { c.AddPackage(day, want) }))
		see(t, s, func(v *store.View) error {
			got, ok, err := v.Package(day, "p", 1)
			same(t, "package", got, want)
			_, others, oops := v.Package(day, "q", 1)
			_, tomorrows, worse := v.Package(next, "p", 1)
			if !ok || others || tomorrows {
				t.Errorf("there: %t; another's: %t, another day's: %t", ok, others, tomorrows)
			}
			return errors.Join(err, oops, worse)
		})
	})
}

// What is not known of a package does not become known by being stored.
func TestPackageOfWhichLittleIsKnown(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		day, none := openDay(t, s, 2500), ""
		quote := store.Quote{ID: "1", Premium: aPremium(100), SumInsured: euro(0)}
		quote.Proposal.Object.Attributes = map[string]string{}
		want, unnamed, unpriced := aPackage(1), aPackage(2), aPackage(3)
		want.Content = store.PackageContent{TransactionID: &none, Quotes: []store.Quote{quote}}
		unnamed.Content = store.PackageContent{CreatedAt: 7, Quotes: []store.Quote{}}
		quote.Bundled = aPremium(100)
		unpriced.Content = store.PackageContent{CreatedAt: 7, UpdatedAt: 7, Quotes: []store.Quote{quote}}
		mustPut(t, s, "p", func(c *store.Changes) {
			for _, p := range []store.Package{want, unnamed, unpriced} {
				c.AddPackage(day, p)
			}
		})
		see(t, s, func(v *store.View) error {
			for _, want := range []store.Package{want, unnamed, unpriced} {
				got, _, err := v.Package(day, "p", want.Number)
				same(t, fmt.Sprint(want.Number), got, want)
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func TestPackageIsChangedAtTheVersionThatWasRead(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		day, next, first, other := openDay(t, s, 2500), openDay(t, s, 2501), aPackage(1), aPackage(2)
		mustPut(t, s, "p", func(c *store.Changes) { c.AddPackage(day, first); c.AddPackage(day, other) })
		second := first
		second.Content.State, second.Content.UpdatedAt = "t", 7
		second.Content.Quotes = []store.Quote{aQuote("3")}
		third := second
		third.Version, third.Content.State = 2, "u"
		for i, next := range []store.Package{second, third} {
			mustPut(t, s, "p", func(c *store.Changes) { c.PutPackage(day, next) })
			loses(t, fmt.Sprint("changed by two, ", i), put(t, s, "p", func(c *store.Changes) { c.PutPackage(day, next) }))
		}
		loses(t, "on another day", put(t, s, "p", func(c *store.Changes) { c.PutPackage(next, other) }))
		third.Version = 3
		see(t, s, func(v *store.View) error {
			got, _, err := v.Package(day, "p", 1)
			same(t, "changed", got, third)
			left, _, oops := v.Package(day, "p", 2)
			same(t, "left alone", left, other)
			return errors.Join(err, oops)
		})
	})
}

// A package is booked once, as it was read, and names its order from then on.
func TestPackageIsBookedAtTheVersionThatWasRead(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		day, want, other := openDay(t, s, 2500), aPackage(1), aPackage(2)
		want.OrderID = ""
		mustPut(t, s, "p", func(c *store.Changes) { c.AddPackage(day, want); c.AddPackage(day, other) })
		booked := want
		booked.OrderID, booked.Content = "x", store.PackageContent{}
		mustPut(t, s, "p", func(c *store.Changes) { c.BookPackage(day, booked) })
		loses(t, "booked twice", put(t, s, "p", func(c *store.Changes) { c.BookPackage(day, booked) }))
		loses(t, "changed since", put(t, s, "p", func(c *store.Changes) { c.PutPackage(day, want) }))
		want.OrderID, want.Version = "x", 2
		see(t, s, func(v *store.View) error {
			got, _, err := v.Package(day, "p", 1)
			same(t, "booked", got, want)
			left, _, oops := v.Package(day, "p", 2)
			same(t, "left alone", left, other)
			return errors.Join(err, oops)
		})
	})
}

func TestEveryVersionOfABookedPackageStays(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		first, second := aContent(), aContent()
		second.Quotes, second.State = second.Quotes[:1], "t"
		mustPut(t, s, "p", func(c *store.Changes) { c.AddOrderContent("o", 1, 5, first) })
		mustPut(t, s, "p", func(c *store.Changes) { c.AddOrderContent("o", 2, 6, second) })
		loses(t, "a version twice", put(t, s, "p", func(c *store.Changes) { c.AddOrderContent("o", 1, 7, second) }))
		see(t, s, func(v *store.View) error {
			was, _, err := v.OrderContent("p", "o", 1)
			same(t, "first", was, first)
			is, _, oops := v.OrderContent("p", "o", 2)
			same(t, "second", is, second)
			_, next, worse := v.OrderContent("p", "o", 3)
			_, others, worst := v.OrderContent("q", "o", 1)
			if next || others {
				t.Errorf("a version that is to come: %t, another's: %t", next, others)
			}
			return errors.Join(err, oops, worse, worst)
		})
	})
}

// Pages hold each booked package once, however often it was changed, and
// nobody else's.
func TestBookedPackagesByPage(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		book := func(part, id string, at int64) {
			mustPut(t, s, part, func(c *store.Changes) {
				c.AddOrder(store.Order{Part: part, ID: id, State: store.OrderBooked, ReceivedAt: at})
				c.AddOrderContent(id, 1, at, store.PackageContent{})
			})
		}
		for i, at := range []int64{30, 10, 20, 20, 40} {
			book("p", fmt.Sprint(i), at)
		}
		book("q", "x", 50)
		mustPut(t, s, "p", func(c *store.Changes) {
			c.AddOrder(store.Order{Part: "p", ID: "an intake", ReceivedAt: 60})
			c.AddOrderContent("1", 2, 70, store.PackageContent{})
			c.AddOrderContent("1", 3, 80, store.PackageContent{})
		})
		for name, c := range map[string]struct {
			part          string
			limit, offset int64
			want          []string
			total         int64
		}{
			"first":    {"p", 2, 0, []string{"4", "0"}, 5},
			"middle":   {"p", 2, 2, []string{"3", "2"}, 5},
			"last":     {"p", 2, 4, []string{"1"}, 5},
			"beyond":   {"p", 2, 5, nil, 5},
			"all":      {"p", 9, 0, []string{"4", "0", "3", "2", "1"}, 5},
			"others":   {"q", 9, 0, []string{"x"}, 1},
			"nobody's": {"r", 9, 0, nil, 0},
		} {
			see(t, s, func(v *store.View) error {
				got, total, err := v.BookedPage(c.part, c.limit, c.offset)
				same(t, name, got, c.want)
				same(t, name+": on all pages", total, c.total)
				return err
			})
		}
	})
}

// A snapshot that is older than a day does not have it, though others have seen it.
func TestADayIsUnknownToOlderSnapshots(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		see(t, s, func(v *store.View) error {
			if _, err := v.QuoteDays(); err != nil {
				return err
			}
			openDay(t, s, 7)
			_, ok, err := v.QuoteDay(7)
			if ok {
				t.Error("the snapshot knows a day whose tables it has not")
			}
			return err
		})
		see(t, s, func(v *store.View) error {
			if _, ok, err := v.QuoteDay(7); err != nil || !ok {
				t.Errorf("the next knows it: %t, %v", ok, err)
			}
			return nil
		})
	})
}
