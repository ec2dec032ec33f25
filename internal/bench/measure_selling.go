package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// quote prices tickets through XCover's API and keeps the quotes.
func (b *bench) quote(ctx context.Context) error {
	s, err := b.start(ctx)
	if err != nil {
		return err
	}
	defer s.end()
	v, err := b.versusEcho(ctx, s, s.info.Others.XCover.quoting)
	if err != nil {
		return err
	}
	defer v.echo.stop()
	f := b.figure("quote", "XCover quote, stored", perSecond).against("echo of the same size").aims(Target{AtLeast: 0.5})
	return b.each(ctx, s, "quote", func(int) error {
		limit, done, err := v.round(ctx)
		f.add(done.rate(), limit.rate())
		return err
	}, f)
}

// booking books tickets at once through XCover's API: priced, bound, and durable
// before the answer.
func (b *bench) booking(ctx context.Context) error {
	s, err := b.start(ctx)
	if err != nil {
		return err
	}
	defer s.end()
	v, err := b.versusEcho(ctx, s, s.info.Others.XCover.booking)
	if err != nil {
		return err
	}
	defer v.echo.stop()
	echoed := b.figure("booking", "XCover instant booking, durable", perSecond).against("echo of the same size")
	if b.engine == Postgres {
		return b.versusInserts(ctx, s, v, echoed)
	}
	echoed.aims(Target{AtLeast: 0.4})
	return b.each(ctx, s, "booking", func(int) error {
		limit, done, err := v.round(ctx)
		echoed.add(done.rate(), limit.rate())
		return err
	}, echoed)
}

// versusInserts holds bookings against single inserts of pgbench as well.
func (b *bench) versusInserts(ctx context.Context, s *sandbox, v *versus, echoed *Figure) error {
	database, drop, err := b.postgres.create(ctx)
	if err != nil {
		return err
	}
	defer drop()
	if _, err := b.postgres.program(ctx, "psql", "--quiet", "--command="+insertTable, database); err != nil {
		return err
	}
	inserted := b.figure("booking", "XCover instant booking, durable", perSecond).
		against("pgbench, single inserts of 64 clients").aims(Target{AtLeast: 0.15})
	return b.each(ctx, s, "booking", func(int) error {
		inserts, err := b.postgres.inserts(ctx, b.work, database, b.Time)
		if err != nil {
			return err
		}
		limit, done, err := v.round(ctx)
		echoed.add(done.rate(), limit.rate())
		inserted.add(done.rate(), inserts)
		return err
	}, echoed, inserted)
}

// quoting is a request for a quote.
func (a agent) quoting(at time.Time) (pattern, error) {
	body, err := with(a.Samples["ticket"], map[string]any{"request.0.event_name": "Cup final " + serial})
	return newPattern(http.MethodPost, a.path("quotes/"), a.signed(at), body), err
}

// booking is a request for an instant booking.
func (a agent) booking(at time.Time) (pattern, error) {
	holder, err := with(a.Samples["policyholder"], map[string]any{"email": "sam." + serial + "@example.com"})
	if err != nil {
		return pattern{}, err
	}
	body, err := with(a.Samples["ticket"], map[string]any{
		"request.0.event_name": "Cup final " + serial, "policyholder": holder,
	})
	return newPattern(http.MethodPost, a.path("instant_booking/"), a.signed(at), body), err
}

// versus is a request to Covernote and to the echo, by turns.
type versus struct {
	b       *bench
	sandbox *sandbox
	echo    *process
	addr    string // of the echo
	write   func(time.Time) (pattern, error)
	next    int64
}

// versusEcho starts an echo that answers as Covernote does.
func (b *bench) versusEcho(ctx context.Context, s *sandbox, write func(time.Time) (pattern, error)) (*versus, error) {
	v := &versus{b: b, sandbox: s, write: write}
	var err error
	if v.echo, v.addr, err = b.beside("echo"); err != nil {
		return nil, err
	}
	if err := v.teach(ctx); err != nil {
		v.echo.stop()
		return nil, err
	}
	return v, nil
}

// teach hands the echo an answer of Covernote's.
func (v *versus) teach(ctx context.Context) error {
	var answer []byte
	_, err := v.load(ctx, v.sandbox.addr, load{connections: 1, count: 1, see: func(_ int64, body []byte) error {
		answer = append(answer, body...)
		return nil
	}})
	if err != nil {
		return err
	}
	if !json.Valid(answer) {
		return fmt.Errorf("teach the echo: the answer is no JSON: %.300s", answer)
	}
	put := newPattern(http.MethodPut, "/", nil, answer)
	_, err = load{addr: v.addr, connections: 1, count: 1, request: put.append}.run(ctx)
	return err
}

// round loads the echo, then Covernote.
func (v *versus) round(ctx context.Context) (limit, done loaded, err error) {
	if limit, err = v.load(ctx, v.addr, load{connections: connections, time: v.b.Time}); err != nil {
		return limit, done, fmt.Errorf("load the echo: %w", err)
	}
	done, err = v.load(ctx, v.sandbox.addr, load{connections: connections, time: v.b.Time})
	return limit, done, err
}

func (v *versus) load(ctx context.Context, addr string, l load) (loaded, error) {
	request, err := v.write(time.Now())
	if err != nil {
		return loaded{}, err
	}
	l.addr, l.request, l.first = addr, request.append, v.next
	done, err := l.run(ctx)
	v.next = done.next
	return done, err
}
