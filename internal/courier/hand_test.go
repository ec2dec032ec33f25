package courier

import (
	"context"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/store/storetest"
)

// Whoever moves a sandbox's clock has notices told by name, also those that a round has
// read already: none is told twice.
func TestWhatIsCalledForIsNotToldByItsRound(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		l, url := listen(t, 3)
		f := newFlow(t, engine, url)
		f.order("A-1")
		read := 0
		both := func(ctx context.Context, job core.Job, at time.Time) {
			r := &round{Courier: f.Courier, endpoint: job.Endpoint(), jobs: []core.Job{job}, now: at, read: time.Now()}
			f.take(r)
			deliveries, err := f.Core.Deliveries(ctx, r.jobs)
			fatal(t, err)
			f.Deliver(ctx, job, at)
			if read += len(deliveries); len(deliveries) > 0 {
				r.work(ctx, deliveries, false)
				r.recording.Wait()
			}
		}
		_, err := f.Core.MoveClock(t.Context(), core.Move{
			To: func(now time.Time) (time.Time, error) { return now.Add(time.Hour), nil }, Deliver: both,
		})
		fatal(t, err)
		if l.count != 3 || read < 3 {
			t.Errorf("%d were told, of which rounds had read %d; want 3 of 3", l.count, read)
		}
	})
}
