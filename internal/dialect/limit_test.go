package dialect

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

var (
	noon = time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC)
	shop = core.Partner{Part: "shop"}
)

// paced is a partner with a limit of its own.
func paced(limit string) core.Partner {
	return core.Partner{Part: "shop", Switches: map[string]string{SwitchRateLimit: limit}}
}

func TestAPartnersOwnLimit(t *testing.T) {
	t.Parallel()
	for _, perSecond := range []float64{0, 1000} {
		limits := NewLimits(perSecond, 1000)
		for i, want := range []struct {
			after time.Duration
			left  Allowance
			wait  string
		}{
			{0, Allowance{Limit: 2, Remaining: 1, Reset: noon.Add(5 * time.Second)}, ""},
			{0, Allowance{Limit: 2, Remaining: 0, Reset: noon.Add(10 * time.Second)}, ""},
			{0, Allowance{Limit: 2, Remaining: 0, Reset: noon.Add(10 * time.Second)}, "5"},
			{5 * time.Second, Allowance{Limit: 2, Remaining: 0, Reset: noon.Add(15 * time.Second)}, ""},
		} {
			got, refusal := limits.Take(paced("2/10"), noon.Add(want.after))
			if got.Limit != want.left.Limit || got.Remaining != want.left.Remaining ||
				got.Reset.Sub(want.left.Reset).Abs() > time.Millisecond {
				t.Errorf("step %d: left %+v, want %+v", i, got, want.left)
			}
			if (refusal == nil) != (want.wait == "") || refusal != nil && refusal.Detail != want.wait {
				t.Errorf("step %d: refused with %v, want %q", i, refusal, want.wait)
			}
		}
		if left := limits.Left(paced("2/10"), noon.Add(10*time.Second)); left.Remaining != 1 {
			t.Errorf("looking on cost %d", 1-left.Remaining)
		}
	}
}

func TestAChangedLimitHoldsAtOnce(t *testing.T) {
	t.Parallel()
	limits := NewLimits(0, 0)
	for _, c := range []struct {
		partner core.Partner
		want    int
	}{{paced("1/60"), 1}, {paced("3/60"), 3}, {paced("1/60"), 1}} {
		for range c.want {
			if _, refusal := limits.Take(c.partner, noon); refusal != nil {
				t.Fatalf("at %v: %v", c.partner.Switches, refusal)
			}
		}
		if _, refusal := limits.Take(c.partner, noon); refusal == nil {
			t.Errorf("at %v: more than %d at once", c.partner.Switches, c.want)
		}
	}
	if left := limits.Left(shop, noon); !left.Unlimited() {
		t.Errorf("the switch was taken back, and %+v is left", left)
	}
}

func TestCheckSwitch(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"": true, "1/1": true, "100/60": true, "1000000/86400": true,
		"0/1": false, "1/0": false, "-1/60": false, "100": false, "100/": false, "/60": false, "1.5/60": false,
		"100/60/2": false, "1000001/1": false, "1/86401": false, "100/minute": false, " 100/60": false,
	} {
		if err := CheckSwitch(parrot{}, SwitchRateLimit, value); (err == nil) != want {
			t.Errorf("%q: %v", value, err)
		}
	}
	if CheckSwitch(parrot{}, "colour", "green") != nil || CheckSwitch(parrot{}, "colour", "grey") == nil {
		t.Error("the dialect was not asked for a switch of its own")
	}
}

func TestLimitsSayHowLongToWait(t *testing.T) {
	t.Parallel()
	limits := NewLimits(0.25, 2) // one in four seconds, two at once
	cases := []struct {
		after time.Duration
		want  string
	}{
		{0, ""},
		{0, ""},
		{0, "4"},
		{0, "4"}, // a refusal costs nothing
		{500 * time.Millisecond, "4"},
		{time.Second, "3"},
		{3900 * time.Millisecond, "1"},
		{4 * time.Second, ""},
		{4 * time.Second, "4"},
		{time.Hour, ""},
		{time.Hour, ""},
		{time.Hour, "4"}, // an hour's rest gives no more than the burst
	}
	for i, c := range cases {
		_, refusal := limits.Take(shop, noon.Add(c.after))
		if c.want == "" {
			if refusal != nil {
				t.Fatalf("step %d: refused: %v", i, refusal)
			}
			continue
		}
		if refusal == nil || refusal.Code != insurance.CodeRateLimited || refusal.Detail != c.want {
			t.Fatalf("step %d: got %v, want %s seconds", i, refusal, c.want)
		}
	}
}

func TestLimitsAreEachPartnersOwn(t *testing.T) {
	t.Parallel()
	limits := NewLimits(1, 0) // a burst below one still lets one through
	for _, partner := range []string{"a", "b"} {
		if _, refusal := limits.Take(core.Partner{Part: partner}, noon); refusal != nil {
			t.Errorf("%s: %v", partner, refusal)
		}
	}
	if _, refusal := limits.Take(core.Partner{Part: "a"}, noon); refusal == nil {
		t.Error("a had two at once")
	}
}

func TestLimitsOfZeroAreNone(t *testing.T) {
	t.Parallel()
	limits := NewLimits(0, 0)
	for range 1000 {
		if left, refusal := limits.Take(shop, noon); refusal != nil || !left.Unlimited() {
			t.Fatal(left, refusal)
		}
	}
}

func TestLimitsHoldAtTheSameMoment(t *testing.T) {
	t.Parallel()
	limits := NewLimits(1, 10)
	var passed atomic.Int32
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			if _, refusal := limits.Take(shop, noon); refusal == nil {
				passed.Add(1)
			}
		})
	}
	wg.Wait()
	if passed.Load() != 10 {
		t.Fatalf("%d passed", passed.Load())
	}
}

var (
	home      = netip.MustParseAddr("203.0.113.9")
	neighbour = netip.MustParseAddr("203.0.113.200")
	elsewhere = netip.MustParseAddr("198.51.100.1")
)

// guess fails n times in a row at now, whatever Check would say.
func guess(f *Failures, user string, addr netip.Addr, now time.Time, n int) {
	for range n {
		f.Failed(user, addr, now)
	}
}

func TestFailuresDelayGrows(t *testing.T) {
	t.Parallel()
	f := NewFailures()
	for failures, want := range []time.Duration{
		0, 0, 0, 0, 0, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second,
		16 * time.Second, 32 * time.Second, time.Minute, time.Minute, time.Minute,
	} {
		wait, limited := f.Check("shop", home, noon)
		if wait != want || limited != (want > 0) {
			t.Errorf("after %d failures: %v, %v, want %v", failures, wait, limited, want)
		}
		f.Failed("shop", home, noon)
	}
}

func TestFailuresDelayEnds(t *testing.T) {
	t.Parallel()
	f := NewFailures()
	guess(f, "shop", home, noon, 7)
	if wait, limited := f.Check("shop", home, noon.Add(3900*time.Millisecond)); !limited || wait != 100*time.Millisecond {
		t.Errorf("shortly before: %v, %v", wait, limited)
	}
	if wait, limited := f.Check("shop", home, noon.Add(4*time.Second)); limited || wait != 0 {
		t.Errorf("at the end: %v, %v", wait, limited)
	}
}

func TestFailuresAreForgiven(t *testing.T) {
	t.Parallel()
	f := NewFailures()
	guess(f, "shop", home, noon, 100)
	later := noon.Add(7*time.Minute + time.Second) // 11 are counted at most, 4 remain
	f.Failed("shop", home, later)
	if wait, _ := f.Check("shop", home, later); wait != time.Second {
		t.Errorf("fifth again: %v", wait)
	}
	later = later.Add(time.Hour)
	guess(f, "shop", home, later, 4)
	if _, limited := f.Check("shop", home, later); limited {
		t.Error("an hour was not enough to begin anew")
	}
}

func TestFailuresCountPerNetwork(t *testing.T) {
	t.Parallel()
	f := NewFailures()
	for i := range 5 {
		f.Failed(fmt.Sprintf("guess %d", i), home, noon)
	}
	for addr, want := range map[string]bool{
		"203.0.113.9": true, "203.0.113.200": true, "::ffff:203.0.113.77": true, "203.0.112.9": false, "2001:db8::1": false,
	} {
		if _, limited := f.Check("another", netip.MustParseAddr(addr), noon); limited != want {
			t.Errorf("%s limited: %v", addr, limited)
		}
	}
}

func TestFailuresTakeIPv6By64(t *testing.T) {
	t.Parallel()
	f := NewFailures()
	for i := range 5 {
		f.Failed("shop", netip.MustParseAddr(fmt.Sprintf("2001:db8:0:1:%d::1", i)), noon)
	}
	for addr, want := range map[string]bool{"2001:db8:0:1:ffff::": true, "2001:db8:0:1::1%eth0": true, "2001:db8:0:2::1": false} {
		if _, limited := f.Check("another", netip.MustParseAddr(addr), noon); limited != want {
			t.Errorf("%s limited: %v", addr, limited)
		}
	}
}

// A credential guessed at from many networks: each that took part waits, the
// partner himself, who comes from another, does not.
func TestFailuresNeverLockOutByNameAlone(t *testing.T) {
	t.Parallel()
	f := NewFailures()
	for i := range 200 {
		f.Failed("shop", netip.AddrFrom4([4]byte{192, 0, byte(i), 1}), noon)
	}
	if wait, _ := f.Check("shop", netip.MustParseAddr("192.0.7.1"), noon); wait != time.Minute {
		t.Errorf("one guess from a network that took part: %v", wait)
	}
	if _, limited := f.Check("other", netip.MustParseAddr("192.0.7.1"), noon); limited {
		t.Error("another name is slowed down after one guess")
	}
	if wait, limited := f.Check("shop", home, noon); limited {
		t.Errorf("the partner waits %v", wait)
	}
}

func TestFailuresSpareWhoIsProven(t *testing.T) {
	t.Parallel()
	f := NewFailures()
	f.Succeeded("shop", home, noon)
	for i := range 20 {
		f.Failed(fmt.Sprintf("guess %d", i), neighbour, noon)
	}
	if wait, limited := f.Check("shop", home, noon); limited {
		t.Errorf("waits %v for its neighbour's guesses", wait)
	}
	if _, limited := f.Check("unproven", home, noon); !limited {
		t.Error("any other name is spared too")
	}
	guess(f, "shop", home, noon, 5)
	if _, limited := f.Check("shop", home, noon); !limited {
		t.Error("its own failures are spared too")
	}
	after := noon.Add(provenFor + time.Second)
	for i := range 20 {
		f.Failed(fmt.Sprintf("guess %d", i), neighbour, after)
	}
	if _, limited := f.Check("shop", home, after); !limited {
		t.Error("spared for ever")
	}
}

func TestFailuresClearedBySuccess(t *testing.T) {
	t.Parallel()
	f := NewFailures()
	guess(f, "shop", home, noon, 20)
	guess(f, "shop", elsewhere, noon, 20)
	f.Succeeded("shop", home, noon)
	if _, limited := f.Check("shop", home, noon); limited {
		t.Error("still slow at home")
	}
	if _, limited := f.Check("shop", elsewhere, noon); !limited {
		t.Error("fast elsewhere")
	}
	if _, limited := f.Check("other", home, noon); !limited {
		t.Error("one good credential pays for guessing at others")
	}
}

// Whatever happened before: a delay never exceeds a minute, and nobody who
// has not failed is turned away for what others did to his name.
func TestFailuresProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f, now := NewFailures(), noon
		for range rapid.IntRange(0, 100).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * time.Second)
			user := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "user")
			addr := rapid.SampledFrom([]netip.Addr{home, neighbour, {}}).Draw(t, "addr")
			if rapid.Bool().Draw(t, "right") {
				f.Succeeded(user, addr, now)
			} else {
				f.Failed(user, addr, now)
			}
			if wait, limited := f.Check(user, addr, now); wait > longestDelay || limited != (wait > 0) {
				t.Fatalf("%v, %v", wait, limited)
			}
			if _, limited := f.Check(user, elsewhere, now); limited {
				t.Fatal("locked out by name alone")
			}
		}
	})
}

func TestFailuresForgetTheLongestUntouched(t *testing.T) {
	t.Parallel()
	f := NewFailures()
	f.Succeeded("untouched", home, noon)
	network := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}) }
	long := strings.Repeat("x", 1<<10)
	for i := range 3 * mostTracks {
		f.Failed(fmt.Sprint(i, long), network(i), noon)
		f.Failed("shop", elsewhere, noon)
	}
	if kept := len(f.recent) + len(f.older); kept > 2*mostTracks {
		t.Errorf("%d tracks kept", kept)
	}
	if _, limited := f.Check("shop", elsewhere, noon); !limited {
		t.Error("what is touched was forgotten")
	}
	for i := 3*mostTracks - mostTracks/3; i < 3*mostTracks; i++ {
		if _, _, pair := f.subjects(fmt.Sprint(i, long), network(i)); f.look(pair).failures != 1 {
			t.Fatalf("number %d was forgotten too soon", i)
		}
	}
	if _, _, pair := f.subjects("untouched", home); f.look(pair) != (track{}) {
		t.Error("what was not touched was kept")
	}
}

func TestFailuresAtTheSameMoment(t *testing.T) {
	t.Parallel()
	f := NewFailures()
	var wg sync.WaitGroup
	for range 7 {
		wg.Go(func() { f.Failed("shop", home, noon) })
	}
	wg.Wait()
	if wait, _ := f.Check("shop", home, noon); wait != 4*time.Second {
		t.Fatalf("waits %v", wait)
	}
}
