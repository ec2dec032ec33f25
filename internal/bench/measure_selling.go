package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// quote prices tickets through XCover's API and keeps the quotes.
func (b *bench) quote(ctx context.Context) error {
	v, err := b.versusEcho(ctx, agent.quoting)
	if err != nil {
		return err
	}
	defer v.end()
	f := b.figure("quote", "XCover quote, stored", perSecond).against("echo of the same size").aims(Target{AtLeast: 0.5})
	work := b.figure("quote", "processor time of the server for a quote", milliseconds).against("of the echo")
	return b.each(ctx, v.sandbox, "quote", func(int) error { return v.round(ctx, f, work) }, f, work)
}

// booking books tickets at once through XCover's API: priced, bound, and durable
// before the answer.
func (b *bench) booking(ctx context.Context) error {
	rows, err := b.sold(ctx)
	if err != nil {
		return err
	}
	defer rows.s.end()
	rows.s.stop() // nothing shall be at work there but who copies
	v, err := b.versusEcho(ctx, agent.booking)
	if err != nil {
		return err
	}
	defer v.end()
	f := b.figure("booking", booked, perSecond).against("echo of the same size")
	work := b.figure("booking", "processor time of the server for a booking", milliseconds).against("of the echo")
	copied := b.figure("booking", booked, perSecond).against("policies copied by the database itself, 64 a commit")
	round := func(int) error {
		limit, err := rows.clone(ctx, b, copiedAtOnce*copiedCommits, "--each", strconv.Itoa(copiedAtOnce))
		if err != nil {
			return err
		}
		err = v.round(ctx, f, work)
		copied.add(f.last(), limit)
		return err
	}
	if b.engine == Postgres {
		return b.versusInserts(ctx, v.sandbox, round, f, work, copied)
	}
	f.aims(Target{AtLeast: 0.4})
	return b.each(ctx, v.sandbox, "booking", round, f, work, copied)
}

// booked is what bookings are called, whatever they are held against.
const booked = "XCover instant booking, durable"

// As many policies are copied in one commit as there are bookings at once, in as many
// commits.
const (
	copiedAtOnce  = connections
	copiedCommits = 60
)

// versusInserts holds bookings, the first of the figures, against single inserts of
// pgbench as well.
func (b *bench) versusInserts(ctx context.Context, s *sandbox, round func(int) error, figures ...*Figure) error {
	database, drop, err := b.postgres.create(ctx)
	if err != nil {
		return err
	}
	defer drop()
	if _, err := b.postgres.program(ctx, "psql", "--quiet", "--command="+insertTable, database); err != nil {
		return err
	}
	inserted := b.figure("booking", booked, perSecond).
		against("pgbench, single inserts of 64 clients").aims(Target{AtLeast: 0.15})
	return b.each(ctx, s, "booking", func(n int) error {
		inserts, err := b.postgres.inserts(ctx, b.work, database, b.Time)
		if err != nil {
			return err
		}
		err = round(n)
		inserted.add(figures[0].last(), inserts)
		return err
	}, append(figures, inserted)...)
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
	write   func(agent, time.Time) (pattern, error)
	next    int64
}

// versusEcho starts a sandbox, and an echo that answers as it does. Whoever asks
// for them ends them.
func (b *bench) versusEcho(ctx context.Context, write func(agent, time.Time) (pattern, error)) (*versus, error) {
	s, err := b.start(ctx)
	if err != nil {
		return nil, err
	}
	v := &versus{b: b, sandbox: s, write: write}
	if v.echo, v.addr, err = b.beside(ctx, "echo"); err != nil {
		s.end()
		return nil, err
	}
	if err := v.teach(ctx); err != nil {
		v.end()
		return nil, err
	}
	return v, nil
}

func (v *versus) end() {
	v.echo.stop()
	v.sandbox.end()
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

// round loads the echo, then Covernote, and adds to the figures of how many were
// answered and of the processor time that each took.
func (v *versus) round(ctx context.Context, rate, work *Figure) error {
	limit, echoed, err := v.worked(ctx, v.addr, v.echo)
	if err != nil {
		return fmt.Errorf("load the echo: %w", err)
	}
	done, worked, err := v.worked(ctx, v.sandbox.addr, v.sandbox.process)
	rate.add(done, limit)
	work.add(worked, echoed)
	return err
}

// worked is how many requests a process answers per second, and how many
// milliseconds of processors each takes.
func (v *versus) worked(ctx context.Context, addr string, p *process) (rate, work float64, err error) {
	before := p.cpu()
	done, err := v.load(ctx, addr, load{connections: connections, time: v.b.Time})
	used := float64(p.cpu()-before) / float64(time.Millisecond)
	return done.rate(), used / float64(max(done.count, 1)), err
}

func (v *versus) load(ctx context.Context, addr string, l load) (loaded, error) {
	request, err := v.write(v.sandbox.info.Others.XCover, time.Now())
	if err != nil {
		return loaded{}, err
	}
	l.addr, l.request, l.first = addr, request.append, v.next
	done, err := l.run(ctx)
	v.next = done.next
	return done, err
}
