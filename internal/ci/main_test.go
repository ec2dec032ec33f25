package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestTakeAllGoesOnAfterAFailureAndStopsWhenEnded(t *testing.T) {
	t.Parallel()
	ctx, end := context.WithCancelCause(t.Context())
	fails := func(context.Context, bench, *progress) outcome { return failedWith("no") }
	ends := func(context.Context, bench, *progress) outcome { end(errTooLong); return outcome{} }
	steps := []step{{"first", false, fails}, {"second", false, ends}, {"third", false, fails}}
	results := takeAll(ctx, steps, bench{}, &screen{w: io.Discard})
	if len(results) != 2 {
		t.Fatalf("took %d steps, want 2", len(results))
	}
	last := results[1]
	if last.verdict != failed || !strings.Contains(last.output, errTooLong.Error()) {
		t.Errorf("the step that was ended says %+v", last.outcome)
	}
}

func TestWatchParentTellsWhenItIsGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var parent atomic.Int64
		parent.Store(41)
		ctx, end := context.WithCancelCause(t.Context())
		go watchParent(ctx, func() int { return int(parent.Load()) }, func() { end(errOrphaned) })
		time.Sleep(time.Hour)
		if ctx.Err() != nil {
			t.Fatal("gone while the parent lives")
		}
		parent.Store(1)
		<-ctx.Done()
		if !errors.Is(context.Cause(ctx), errOrphaned) {
			t.Errorf("ended because of %v", context.Cause(ctx))
		}
	})
}

func TestEnvironmentTellsTestsWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	env := newEnvironment([]string{envWithout + "=pdf"}, nil)
	// Of equal names the last one counts.
	said := slices.DeleteFunc(slices.Clone(env), func(line string) bool { return !strings.HasPrefix(line, envWithout+"=") })
	if last := said[len(said)-1]; last != envWithout+"=" {
		t.Errorf("a whole run says %q", last)
	}
	env = newEnvironment(nil, []string{"postgres", "pdf"})
	if !slices.Contains(env, envWithout+"=postgres,pdf") {
		t.Errorf("environment %q", env)
	}
}
