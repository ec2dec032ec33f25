package store_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// tallySome tallies at most so many policies and bookings of the one part that has
// any to tally.
func tallySome(t testing.TB, s *store.Store, limit int) {
	t.Helper()
	see(t, s, func(v *store.View) error {
		policies, err := v.UntalliedPolicies(limit)
		if len(policies) > 0 {
			mustPut(t, s, policies[0].Part, func(c *store.Changes) { c.TallyPolicies(policies) })
		}
		bookings, oops := v.UntalliedBookings(limit)
		if len(bookings) > 0 {
			mustPut(t, s, bookings[0].Part, func(c *store.Changes) { c.TallyBookings(bookings) })
		}
		return errors.Join(err, oops)
	})
}

// shelf is the policies of one part as a list has to show them.
type shelf struct {
	part     string
	policies []store.Policy
}

// Instants and days that fall into the same slots, into neighbours and far apart.
var (
	someInstants = rapid.Custom(func(t *rapid.T) int64 {
		base := rapid.SampledFrom([]int64{noon.UnixMicro(), noon.UnixMicro() &^ (1<<26 - 1), 1 << 44, 0}).Draw(t, "base")
		return base + rapid.SampledFrom([]int64{0, 0, 1, 1 << 20, 1 << 26, 1 << 32, 1<<38 - 1, 1 << 38, 1 << 45}).Draw(t, "later")
	})
	someDays = rapid.SampledFrom([]string{"2026-03-29", "2026-03-30", "2026-04-30", "2027-03-28", "2024-02-29"})
)

// draw makes a policy, or changes one, in what lists depend on.
func (sh *shelf) draw(t *rapid.T, p store.Policy) store.Policy {
	p.State = rapid.SampledFrom([]insurance.PolicyState{
		insurance.PolicyBound, insurance.PolicyBound, insurance.PolicyExpired,
	}).Draw(t, "state")
	p.InceptionOn, p.ExpiryOn = insurance.MustDate(someDays.Draw(t, "inception")), insurance.Date{}
	if rapid.Bool().Draw(t, "ends") {
		p.ExpiryOn = insurance.MustDate(someDays.Draw(t, "expiry"))
	}
	return p
}

// step books some policies or changes one.
func (sh *shelf) step(t *rapid.T, c *store.Changes) {
	if len(sh.policies) > 0 && rapid.Bool().Draw(t, "change") {
		i := rapid.IntRange(0, len(sh.policies)-1).Draw(t, "which")
		p := sh.draw(t, sh.policies[i])
		c.PutPolicy(p, noon.UnixMicro())
		p.Version++
		sh.policies[i] = p
		return
	}
	for range rapid.IntRange(1, 4).Draw(t, "books") {
		p := aPolicy(fmt.Sprintf("%04x-%d", rapid.Uint16().Draw(t, "id"), len(sh.policies)))
		p.Part, p.Holder, p.CreatedAt, p.Termination, p.Renewal = sh.part, "h", someInstants.Draw(t, "at"), nil, nil
		p = sh.draw(t, p)
		c.AddPolicy(p, noon.UnixMicro())
		sh.policies = append(sh.policies, p)
	}
}

// list is what all pages together have to hold.
func (sh *shelf) list(page store.PolicyPage) (ids []string) {
	var found []store.Policy
	for _, p := range sh.policies {
		at, day := p.CreatedAt, dayOf(p, page.Order)
		if from, ok := page.From.(int64); ok && at < from {
			continue
		}
		if until, ok := page.Until.(int64); ok && at >= until {
			continue
		}
		if from, ok := page.From.(string); ok && day < from {
			continue
		}
		if until, ok := page.Until.(string); ok && day >= until {
			continue
		}
		if page.Ended || p.State.Live() {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b store.Policy) int { return sorting(page, a, b) })
	for _, p := range found {
		ids = append(ids, p.ID)
	}
	return ids
}

// endless is the last day of what has none.
const endless = "9999-12-31"

// dayOf is the day that policies are sorted by.
func dayOf(p store.Policy, by store.PolicyOrder) string {
	switch {
	case by == store.PolicyByInception:
		return p.InceptionOn.String()
	case by == store.PolicyByLastDay && p.ExpiryOn.IsZero():
		return endless
	case by == store.PolicyByLastDay:
		return p.ExpiryOn.String()
	}
	return ""
}

func sorting(page store.PolicyPage, a, b store.Policy) int {
	ours, theirs := dayOf(a, page.Order), dayOf(b, page.Order)
	if ours != theirs && (ours == endless || theirs == endless) {
		return cmp.Compare(ours, theirs)
	}
	order := cmp.Or(cmp.Compare(ours, theirs), cmp.Compare(a.CreatedAt, b.CreatedAt), cmp.Compare(a.ID, b.ID))
	if page.Ascending {
		return order
	}
	return -order
}

// somePage is any list in any narrowing.
func somePage(t *rapid.T) store.PolicyPage {
	page := store.PolicyPage{
		Order:     rapid.SampledFrom([]store.PolicyOrder{store.PolicyByCreated, store.PolicyByInception, store.PolicyByLastDay}).Draw(t, "order"),
		Ascending: rapid.Bool().Draw(t, "ascending"), Ended: rapid.Bool().Draw(t, "ended"),
		Limit: rapid.Int64Range(1, 7).Draw(t, "size"),
	}
	bound := func(name string) any {
		switch {
		case rapid.Bool().Draw(t, name+" open"):
			return nil
		case page.Order == store.PolicyByCreated:
			return someInstants.Draw(t, name)
		}
		return someDays.Draw(t, name)
	}
	page.From, page.Until = bound("from"), bound("until")
	return page
}

// Whatever was booked and changed, and however much of it is tallied, each page of
// each list is what going through all policies finds.
func TestPagesAreThoseOfTheRows(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		var parts int
		rapid.Check(t, func(rt *rapid.T) {
			parts++
			sh := &shelf{part: fmt.Sprint("p", parts)}
			mustPut(t, s, sh.part, func(c *store.Changes) { c.AddParty("h", aParty()) })
			for range rapid.IntRange(1, 6).Draw(rt, "rounds") {
				for range rapid.IntRange(1, 3).Draw(rt, "steps") {
					mustPut(t, s, sh.part, func(c *store.Changes) { sh.step(rt, c) })
				}
				tallySome(t, s, rapid.IntRange(0, 6).Draw(rt, "tallied"))
				sh.compare(t, rt, s, somePage(rt))
			}
			tallySome(t, s, 1000)
		})
	})
}

// compare reads a list page by page, and one page beyond.
func (sh *shelf) compare(t *testing.T, rt *rapid.T, s *store.Store, page store.PolicyPage) {
	want := sh.list(page)
	see(t, s, func(v *store.View) error {
		for ; page.Offset < int64(len(want))+page.Limit; page.Offset += page.Limit {
			got, total, err := v.Policies(sh.part, page)
			if err != nil {
				return err
			}
			from := min(page.Offset, int64(len(want)))
			expected := want[from:min(from+page.Limit, int64(len(want)))]
			if !slices.EqualFunc(got, expected, func(p store.Policy, id string) bool { return p.ID == id }) || total != int64(len(want)) {
				rt.Fatalf("%+v: got %v of %d, want %v of %d", page, idsOfPolicies(got), total, expected, len(want))
			}
		}
		return nil
	})
}

func idsOfPolicies(policies []store.Policy) (ids []string) {
	for _, p := range policies {
		ids = append(ids, p.ID)
	}
	return ids
}

// manyUntallied are more policies than a list allows for, a second apart.
const manyUntallied = `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 10049)
	INSERT INTO policy (part, id, version, certificate_number, order_id, owner, claim, state, live, inception_on, last_day_on,
		created_at, sequence)
	SELECT 'p', 'i' || (10000 + i), 1, 'c' || i, 'o', 'o', '', 'bound', i % 2, '2026-03-29', '9999-12-31',
		1768471200000000 + CAST(i AS BIGINT) * 1000000, 1 FROM n`

// What is untallied in such numbers is counted row by row, and so is a list whose
// tallies contradict each other.
func TestPagesWithoutTallies(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		if err := s.Run(t.Context(), manyUntallied); err != nil {
			t.Fatal(err)
		}
		onPage := func(when string) {
			see(t, s, func(v *store.View) error {
				for _, order := range []store.PolicyOrder{store.PolicyByCreated, store.PolicyByInception, store.PolicyByLastDay} {
					ids, total, err := v.PolicyIDs("p", store.PolicyPage{Order: order, Limit: 2, Offset: 2})
					if err != nil || total != 5025 || len(ids) != 2 || ids[0] != "i20045" {
						t.Errorf("%s, by %s: %v of %d, %v", when, order, ids, total, err)
					}
				}
				return nil
			})
		}
		onPage("untallied")
		for range 3 {
			tallySome(t, s, 5000)
		}
		onPage("tallied")
		if err := s.Run(t.Context(), `DELETE FROM tally WHERE level IN (0, 26)`); err != nil {
			t.Fatal(err)
		}
		onPage("without the finest tallies")
	})
}

// Nothing is tallied twice, whoever tries, and what changes after it was read is to
// be tallied again.
func TestTalliesAreGuarded(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		p := aPolicy("1")
		addPolicy(t, s, p)
		mustPut(t, s, "p", func(c *store.Changes) { c.AddOrderContent("o", 1, 5, store.PackageContent{}) })
		var policies []store.UntalliedPolicy
		var bookings []store.UntalliedBooking
		see(t, s, func(v *store.View) (err error) {
			var oops error
			policies, err = v.UntalliedPolicies(9)
			bookings, oops = v.UntalliedBookings(9)
			return errors.Join(err, oops)
		})
		p.State = insurance.PolicyCancelled
		mustPut(t, s, "p", func(c *store.Changes) { c.PutPolicy(p, noon.UnixMicro()) })
		mustPut(t, s, "p", func(c *store.Changes) { c.TallyPolicies(policies) })
		mustPut(t, s, "p", func(c *store.Changes) { c.TallyBookings(bookings) })
		loses(t, "policies twice", put(t, s, "p", func(c *store.Changes) { c.TallyPolicies(policies) }))
		loses(t, "bookings twice", put(t, s, "p", func(c *store.Changes) { c.TallyBookings(bookings) }))
		see(t, s, func(v *store.View) error {
			again, err := v.UntalliedPolicies(9)
			if len(again) != 1 || again[0].Now.Live != 0 || again[0].Tallied != policies[0].Now {
				t.Errorf("to be tallied again: %+v", again)
			}
			none, oops := v.UntalliedBookings(9)
			same(t, "bookings to be tallied again", len(none), 0)
			return errors.Join(err, oops)
		})
	})
}
