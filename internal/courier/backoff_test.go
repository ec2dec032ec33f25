package courier

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestNextFollowsTheSchedule(t *testing.T) {
	t.Parallel()
	for i, want := range []string{"1m", "5m", "30m", "2h", "6h", "12h", "24h", "48h"} {
		middle, err := time.ParseDuration(want)
		if err != nil {
			t.Fatal(err)
		}
		wait, again := Next("d-1", i+1)
		if !again || wait < middle*9/10 || wait > middle*11/10 {
			t.Errorf("attempt %d: %v, %v, want about %s", i+1, wait, again, want)
		}
	}
	for _, attempt := range []int{-1, 0, 9, 10} {
		if wait, again := Next("d-1", attempt); again || wait != 0 {
			t.Errorf("attempt %d: %v, %v", attempt, wait, again)
		}
	}
}

// A wait computed elsewhere, or by an older version, is the same: these are
// from the first.
func TestNextIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	cases := []struct {
		id      string
		attempt int
		want    time.Duration
	}{
		{"d-1", 1, 58_830_667_083},
		{"d-1", 8, 180_061_113_116_038},
		{"d-2", 1, 54_618_138_908},
	}
	for _, c := range cases {
		if wait, _ := Next(c.id, c.attempt); wait != c.want {
			t.Errorf("%s, %d: %d", c.id, c.attempt, wait)
		}
	}
}

func TestNextStaysWithinJitter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id, attempt := rapid.String().Draw(t, "id"), rapid.IntRange(1, len(schedule)).Draw(t, "attempt")
		wait, again := Next(id, attempt)
		if off := wait - schedule[attempt-1]; !again || off.Abs() > schedule[attempt-1]/10 {
			t.Fatalf("%v, %v", wait, again)
		}
	})
}

// What failed in the same moment is spread over the whole of the jitter.
func TestNextSpreads(t *testing.T) {
	t.Parallel()
	const deliveries, slots = 10_000, 12 // slots of one second in 54 s … 66 s
	var perSlot [slots + 1]int
	for i := range deliveries {
		wait, _ := Next(fmt.Sprint("d-", i), 1)
		perSlot[(wait-54*time.Second)/time.Second]++
	}
	for slot, count := range perSlot[:slots] {
		if count < deliveries/slots*3/4 || count > deliveries/slots*5/4 {
			t.Errorf("second %d: %d of %d", 54+slot, count, deliveries)
		}
	}
}
