package store_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/covernote/covernote/internal/store"
)

func TestClaimIsHeldUntilFreed(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		claim := store.Claim{Part: "p", Key: "k", Fingerprint: []byte{0, 255}, OrderID: "o", PolicyID: "1", ExpiresAt: 100}
		add := func(policy string) error {
			next := claim
			next.PolicyID = policy
			return put(t, s, "p", func(c *store.Changes) { c.AddClaim(next) })
		}
		if err := add("1"); err != nil {
			t.Fatal(err)
		}
		see(t, s, func(v *store.View) error {
			got, _, err := v.Claim("p", "k")
			same(t, "claim", got, claim)
			return err
		})
		loses(t, "held", add("2"))
		mustPut(t, s, "p", func(c *store.Changes) { c.FreeClaim("k", "2") })
		loses(t, "freed by another", add("2"))
		mustPut(t, s, "p", func(c *store.Changes) { c.FreeClaim("k", "1") })
		if err := add("2"); err != nil {
			t.Errorf("freed: %v", err)
		}
	})
}

func TestRepetitionKeyIsFreeOnceItExpired(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		use := func(at int64) (store.Repetition, error) {
			r := store.Repetition{
				Part: "p", Family: "order", Key: "k", Fingerprint: []byte{1}, Answer: []byte(`{}`), UsedAt: at, ExpiresAt: at + 100,
			}
			return r, put(t, s, "p", func(c *store.Changes) { c.AddRepetition(r) })
		}
		if _, err := use(0); err != nil {
			t.Fatal(err)
		}
		_, err := use(99)
		loses(t, "in use", err)
		want, err := use(100)
		if err != nil {
			t.Fatal(err)
		}
		see(t, s, func(v *store.View) error {
			got, _, err := v.Repetition("p", "order", "k")
			same(t, "repetition", got, want)
			return err
		})
	})
}

func TestSetting(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		var was store.Setting
		for i, value := range []string{"a", "b", "c"} {
			mustPut(t, s, "", func(c *store.Changes) { c.PutSetting("name", was, value) })
			loses(t, "set by two", put(t, s, "", func(c *store.Changes) { c.PutSetting("name", was, "other") }))
			see(t, s, func(v *store.View) (err error) {
				was, err = v.Setting("name")
				same(t, "setting", was, store.Setting{Value: value, Version: int64(i) + 1})
				return err
			})
		}
	})
}

func TestTimers(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		timer := func(id string, lane, due int64, owner, kind string) store.Timer {
			return store.Timer{Part: "p", ID: id, Lane: lane, DueAt: due, Kind: kind, Owner: owner, Subject: "s" + id}
		}
		a, b := timer("a", 1, 20, "x", "book"), timer("b", 1, 10, "x", "send")
		c, d := timer("c", 2, 10, "x", "book"), timer("d", 1, 30, "y", "book")
		mustPut(t, s, "p", func(changes *store.Changes) {
			for _, one := range []store.Timer{a, b, c, d} {
				changes.AddTimer(one)
			}
		})
		loses(t, "a step twice", put(t, s, "p", func(c *store.Changes) { c.AddTimer(a) }))
		due := func(what string, want ...store.Timer) {
			t.Helper()
			see(t, s, func(v *store.View) error {
				got, err := v.TimersDue(1, "", 20, 10)
				same(t, what, got, want)
				return err
			})
		}
		due("lane 1 until 20", b, a)
		for now, want := range map[int64][]int64{5: nil, 10: {1, 2}, 30: {1, 2}} {
			see(t, s, func(v *store.View) error {
				got, err := v.LanesDue([]int64{1, 2, 3}, now)
				slices.Sort(got)
				same(t, "lanes due", got, want)
				none, oops := v.LanesDue(nil, now)
				same(t, "of no lanes", none, []int64(nil))
				return errors.Join(err, oops)
			})
		}
		mustPut(t, s, "p", func(c *store.Changes) { c.DelayTimer(b, 15) })
		loses(t, "taken at its old time", put(t, s, "p", func(c *store.Changes) { c.TakeTimer(b) }))
		b.DueAt, b.Failures = 15, 1
		due("delayed", b, a)
		mustPut(t, s, "p", func(c *store.Changes) { c.TakeTimer(b) })
		loses(t, "taken twice", put(t, s, "p", func(c *store.Changes) { c.TakeTimer(b) }))
		due("taken", a)
		mustPut(t, s, "p", func(c *store.Changes) { c.ShiftClock("y", 11); c.ShiftClock("y", 4) })
		d.DueAt = 15
		due("shifted", d, a)
		mustPut(t, s, "p", func(changes *store.Changes) {
			changes.DropTimers("x", "book", a.Subject)
			changes.DropTimers("x", "book", c.Subject)
		})
		due("dropped", d)
		see(t, s, func(v *store.View) error {
			left, err := v.TimersOf("p", "x")
			shift, oops := v.ClockShift("p", "y")
			none, worse := v.ClockShift("p", "x")
			if len(left) != 0 || shift != 15 || none != 0 {
				t.Errorf("%d left, shifts %d and %d", len(left), shift, none)
			}
			shifts, worst := v.ClockShifts("p", []string{"x", "y"})
			same(t, "shifts", shifts, map[string]int64{"y": 15})
			return errors.Join(err, oops, worse, worst)
		})
	})
}
