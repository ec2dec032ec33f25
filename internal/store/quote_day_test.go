package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// tables counts the tables and indexes whose names begin as those of quotes do.
func tables(t *testing.T, s *store.Store) (n int64) {
	t.Helper()
	query := `SELECT COUNT(*) FROM sqlite_master WHERE name LIKE 'quote%'`
	if s.Engine() == storetest.Postgres {
		query = `SELECT COUNT(*) FROM pg_class WHERE relname LIKE 'quote%' AND relnamespace = current_schema()::regnamespace`
	}
	see(t, s, func(v *store.View) error { return v.Scan(query, nil, &n) })
	return n
}

func TestADayIsDroppedWithEverythingInIt(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		before := tables(t, s)
		first, second := openDay(t, s, 2500), openDay(t, s, 2501)
		each := (tables(t, s) - before) / 2
		loses(t, "a day opened twice", put(t, s, "", func(c *store.Changes) { c.OpenQuoteDay(2500, nil, 6) }))
		use := store.Repetition{Part: "p", Family: "f", Key: "k", Fingerprint: []byte{1}, Answer: []byte("yes"), UsedAt: 1, ExpiresAt: 2}
		for _, day := range []*store.QuoteDay{first, second} {
			mustPut(t, s, "p", func(c *store.Changes) { c.AddPackage(day, aPackage(1)); c.AddQuoteRepetition(day, use) })
		}
		mustPut(t, s, "", func(c *store.Changes) { c.DropQuoteDay(2500) })
		loses(t, "a day dropped twice", put(t, s, "", func(c *store.Changes) { c.DropQuoteDay(2500) }))
		if left := tables(t, s) - before; left != each || each < 2 {
			t.Errorf("%d tables and indexes are left of a day, and each has %d", left, each)
		}
		see(t, s, func(v *store.View) error {
			days, err := v.QuoteDays()
			same(t, "days", days, []int64{2501})
			got, _, oops := v.Package(second, "p", 1)
			same(t, "of the other day", got, aPackage(1))
			return errors.Join(err, oops)
		})
		s.ForgetQuoteDays(2501)
		see(t, s, func(v *store.View) error {
			_, gone, err := v.QuoteDay(2500)
			_, there, oops := v.QuoteDay(2501)
			if gone || !there {
				t.Errorf("the dropped day is there: %t; the other: %t", gone, there)
			}
			return errors.Join(err, oops)
		})
	})
}

// A key is found on the day of its use, byte for byte, and only its own.
func TestKeysOfQuotes(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		first, second := openDay(t, s, 2500), openDay(t, s, 2501)
		use := func(part, key, answer string, at int64) store.Repetition {
			return store.Repetition{
				Part: part, Family: "f", Key: key, Fingerprint: []byte{1, 0, 2}, Answer: []byte(answer), UsedAt: at, ExpiresAt: at + 5,
			}
		}
		early, late := use("p", "k", `{"a": "Ü"}`, 1), use("p", "k", "", 9)
		mustPut(t, s, "p", func(c *store.Changes) { c.AddQuoteRepetition(first, early) })
		mustPut(t, s, "p", func(c *store.Changes) { c.AddQuoteRepetition(first, use("q", "k", "q's", 1)) })
		mustPut(t, s, "p", func(c *store.Changes) { c.AddQuoteRepetition(second, late) })
		loses(t, "used twice", put(t, s, "p", func(c *store.Changes) { c.AddQuoteRepetition(first, early) }))
		late.Answer = []byte{}
		for name, c := range map[string]struct {
			days []*store.QuoteDay
			key  string
			want store.Repetition
			ok   bool
		}{
			"on the first day":  {[]*store.QuoteDay{first}, "k", early, true},
			"on the second":     {[]*store.QuoteDay{second}, "k", late, true},
			"the last of both":  {[]*store.QuoteDay{first, second}, "k", late, true},
			"another key":       {[]*store.QuoteDay{first, second}, "l", store.Repetition{}, false},
			"on no day":         {nil, "k", store.Repetition{}, false},
			"of another family": {[]*store.QuoteDay{first}, "f\x00k", store.Repetition{}, false},
		} {
			see(t, s, func(v *store.View) error {
				got, ok, err := v.QuoteRepetition(c.days, "p", "f", c.key)
				if ok != c.ok || ok && (!bytes.Equal(got.Answer, c.want.Answer) || got.UsedAt != c.want.UsedAt ||
					got.ExpiresAt != c.want.ExpiresAt || !slices.Equal(got.Fingerprint, c.want.Fingerprint)) {
					t.Errorf("%s: got %+v (%t), want %+v", name, got, ok, c.want)
				}
				return err
			})
		}
	})
}

// similar are packages that differ in what partners ask for, of two kinds.
func similar(n int) (all []store.PackageContent) {
	for i := range n {
		content := aContent()
		content.TransactionID, content.CreatedAt = nil, int64(1768471200000000+i*7919)
		content.Quotes = content.Quotes[:1]
		content.Quotes[0].ID, content.Quotes[0].SumInsured = "", euro(int64(i*131))
		content.Quotes[0].Proposal.Tariff = fmt.Sprint("tariff ", i%2)
		all = append(all, content)
	}
	return all
}

// What was pressed with the dictionaries of a day is read as it was written, and
// is a fraction of what it was; that of a kind that nobody knew can be read, too.
func TestPackagesArePressedByWhatTheyHaveInCommon(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		var learned []byte
		see(t, s, func(v *store.View) (err error) {
			learned, err = v.LearnQuotes(2500, 0, similar(20))
			return err
		})
		mustPut(t, s, "", func(c *store.Changes) { c.OpenQuoteDay(2500, learned, 5) })
		plain := openDay(t, s, 2501)
		see(t, s, func(v *store.View) error {
			day, ok, err := v.QuoteDay(2500)
			if err != nil || !ok {
				t.Fatalf("the day is not open: %v", err)
			}
			for i, content := range append(similar(50)[20:], aContent(), store.PackageContent{Quotes: []store.Quote{}}) {
				pressed := day.Body(content)
				got, err := day.Content(pressed)
				same(t, fmt.Sprint(i), got, content)
				if err != nil {
					return err
				}
				if unlearned := plain.Body(content); i < 30 && 3*len(pressed) > len(unlearned) {
					t.Errorf("%d bytes, and %d without a dictionary", len(pressed), len(unlearned))
				}
			}
			return nil
		})
	})
}

// What is no pressed package is an error, whatever it is.
func TestPressedPackagesAreNotTrusted(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		day := openDay(t, s, 2500)
		pressed := day.Body(aContent())
		for name, body := range map[string][]byte{
			"nothing": {}, "text": []byte(`{"quotes":[]}`), "cut": pressed[:len(pressed)-3], "of nothing": day.Text(nil),
			"no record": day.Text([]byte(`{"quotes":1}`)), "too much": day.Text(make([]byte, 65<<20)),
		} {
			if got, err := day.Content(body); err == nil {
				t.Errorf("%s was read as %+v", name, got)
			}
		}
	})
}
