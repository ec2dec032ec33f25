package torture

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/torture/faults"
)

// The smallest run that shows something: a process is killed, an endpoint is
// hostile, and everything holds. With a bug planted in the program it does not.
func TestEverythingHolds(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	args := []string{"--engine", "sqlite", "--faults", "kill,receiver", "--times", "2", "--seed", "11", "--out", t.TempDir()}
	if status := Run(t.Context(), args, &said); status != statusHeld {
		t.Errorf("ended with %d\n%s", status, said.String())
	}
}

func planned(t *testing.T, o options) []string {
	t.Helper()
	var all []string
	for _, c := range plan(o) {
		for _, s := range c.strokes {
			all = append(all, fmt.Sprint(c.name(), c.seed, s.fault.Name, s.times, s.deeds, s.acknowledged, s.seed))
		}
	}
	return all
}

func whole(seed uint64, scale string) options {
	return options{Seed: seed, Scale: scale, Engine: "both", Nodes: []int{1, 3}}
}

func TestASeedSaysThePlan(t *testing.T) {
	t.Parallel()
	one := planned(t, whole(1, "short"))
	if len(one) == 0 || !slices.Equal(one, planned(t, whole(1, "short"))) {
		t.Error("the same seed gives another plan")
	}
	if slices.Equal(one, planned(t, whole(2, "short"))) {
		t.Error("another seed gives the same plan")
	}
}

// A chapter that is repeated alone is what it was in the whole.
func TestAPartOfThePlanIsAsInTheWhole(t *testing.T) {
	t.Parallel()
	all := planned(t, whole(3, "short"))
	o := whole(3, "short")
	o.Engine = "postgres"
	for _, line := range planned(t, o) {
		if !slices.Contains(all, line) {
			t.Fatalf("%s is not in the whole plan", line)
		}
	}
}

// A long run does each fault as often as it says, wherever that is divided.
func TestALongRunDoesWhatItSays(t *testing.T) {
	t.Parallel()
	done := make(map[string]int)
	o := whole(4, "long")
	o.Before = "covernote-before" // is only named: nothing is run
	for _, c := range plan(o) {
		for _, s := range c.strokes {
			done[s.fault.Name] += s.times
		}
	}
	for _, f := range faults.All() {
		want := f.Long
		if !slices.ContainsFunc(o.settings(), f.Fits) {
			want = 0
		}
		if done[f.Name] != want {
			t.Errorf("%s is done %d times, want %d", f.Name, done[f.Name], want)
		}
	}
}

func TestWhatIsNotUnderstoodIsRefused(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"--faults nothing", "--nodes 0", "--engine oracle", "--clients 0", "--chapter sqlite-1/99"} {
		var said bytes.Buffer
		if status := Run(t.Context(), strings.Fields(args), &said); status != statusUnclear || said.Len() == 0 {
			t.Errorf("%s ended with %d: %s", args, status, said.String())
		}
	}
}
