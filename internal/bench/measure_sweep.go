package bench

import (
	"context"
	"time"
)

// sweep renews policies that fall due at the same moment, beside others that do
// not: as many as there are, and a tenth as many. The clock is put to a second
// before, and runs on by itself.
func (b *bench) sweep(ctx context.Context) error {
	few, err := b.field(ctx, max(b.Policies/10, 1))
	if err != nil {
		return err
	}
	defer few.s.end()
	many, err := b.field(ctx, b.Policies)
	if err != nil {
		return err
	}
	defer many.s.end()
	rate := b.figure("sweep", "renewals that fall due at once", perSecond).aims(Target{AtLeast: 5000, Absolute: true})
	beside := b.figure("sweep", "the same beside all policies", perSecond).against("beside a tenth of them").
		aims(Target{AtLeast: 1 / 1.3})
	return b.each(ctx, many.s, "sweep", func(n int) error {
		limit, err := few.harvest(ctx, n)
		if err != nil {
			return err
		}
		done, err := many.harvest(ctx, n)
		rate.add(done, 0)
		beside.add(done, limit)
		return err
	}, rate, beside)
}

// field is a sandbox in which policies fall due in one round after the other.
type field struct {
	s   *sandbox
	due []time.Time // one of each round
	per int64
}

// berlin is where the shop's days begin.
const berlin = "Europe/Berlin"

// coolingOff is longer than the time in which a policyholder may withdraw: its end
// is something that happens to every policy, and shall not happen in a round.
const coolingOff = 20 * 24 * time.Hour

// field sells a policy for each round and copies it, beside a crowd of others.
func (b *bench) field(ctx context.Context, crowd int64) (*field, error) {
	s, err := b.start(ctx)
	if err != nil {
		return nil, err
	}
	f := &field{s: s, per: b.Due}
	if err := f.sow(ctx, b, crowd); err != nil {
		s.end()
		return nil, err
	}
	return f, nil
}

func (f *field) sow(ctx context.Context, b *bench, crowd int64) error {
	others, err := f.s.sell(ctx, "order", nil)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(berlin)
	if err != nil {
		return err
	}
	var originals []*original
	for _, start := range starts(time.Now().In(zone), b.Rounds) {
		t, err := f.s.sell(ctx, "subscription", map[string]any{"Contract.contractStart": start.Format(time.DateOnly)})
		if err != nil {
			return err
		}
		originals, f.due = append(originals, t), append(f.due, start.AddDate(0, 1, 0))
	}
	if err := f.s.move(ctx, time.Now().Add(coolingOff)); err != nil {
		return err
	}
	if err := others.copy(ctx, b, crowd, true); err != nil {
		return err
	}
	for _, t := range originals {
		if err := t.copy(ctx, b, b.Due, false); err != nil {
			return err
		}
	}
	return nil
}

// starts are days on which policies begin, from today on: each month has them, so
// that no two renewals fall on the same day.
func starts(now time.Time, count int) []time.Time {
	var days []time.Time
	day := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	for ; len(days) < count; day = day.AddDate(0, 0, 1) {
		if day.Day() <= 28 {
			days = append(days, day)
		}
	}
	return days
}

// stepsDone is the metric that counts what time has brought about.
const stepsDone = `covernote_steps_total{kind="policy.step"}`

// harvest moves the clock to a second before a round's policies fall due, and
// gives how many were renewed per second, from the last moment at which none was.
func (f *field) harvest(ctx context.Context, round int) (float64, error) {
	if err := f.s.move(ctx, f.due[round].Add(-time.Second)); err != nil {
		return 0, err
	}
	idle, err := f.s.counter(ctx, stepsDone)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	err = until(ctx, "all are renewed", func() (bool, error) {
		looked := time.Now()
		count, err := f.s.counter(ctx, stepsDone)
		if count == idle {
			began = looked
		}
		return count >= idle+float64(f.per), err
	})
	return float64(f.per) / time.Since(began).Seconds(), err
}
