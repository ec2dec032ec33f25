package bench

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"time"
)

// cancel cancels policies through hepster's API, each once.
func (b *bench) cancel(ctx context.Context) error {
	t, err := b.sold(ctx)
	if err != nil {
		return err
	}
	defer t.s.end()
	rate := b.figure("cancel", "hepster cancellation, durable", perSecond)
	latency := b.figure("cancel", "a cancellation, half of them within", milliseconds)
	request := newPattern(http.MethodPost, contractPath+t.named()+"/cancel", t.s.info.Others.Hepster.authorization(),
		[]byte(`{"reason":"WITHDRAWAL"}`))
	return b.each(ctx, t.s, "cancel", func(int) error {
		done, err := b.onCopies(ctx, t, request, connections)
		rate.add(done.rate(), 0)
		latency.add(done.median(), 0)
		return err
	}, rate, latency)
}

// certificate fetches certificates for the first time, so that each is rendered,
// kept and packed.
func (b *bench) certificate(ctx context.Context) error {
	t, err := b.sold(ctx)
	if err != nil {
		return err
	}
	defer t.s.end()
	wall := b.figure("certificate", "certificate PDF, rendered and kept, per core", perSecond).aims(Target{AtLeast: 300})
	worked := b.figure("certificate", "certificate PDF, per second that the server's processors worked", perSecond)
	request := newPattern(http.MethodGet, documentPath+t.named()+"?filter=certificate", t.s.info.Others.Hepster.authorization(), nil)
	return b.each(ctx, t.s, "certificate", func(int) error {
		before := t.s.cpu()
		done, err := b.onCopies(ctx, t, request, renderers)
		wall.add(done.rate()/float64(runtime.NumCPU()), 0)
		if used := t.s.cpu() - before; used > 0 { // where the system says it
			worked.add(float64(done.count)/used.Seconds(), 0)
		}
		return err
	}, wall, worked)
}

// renderers is how many certificates are asked for at the same time: more would
// only wait for a processor.
const renderers = 8

// onCopies makes copies of a policy, and asks for something of each once for as
// long as there are some and time is left.
func (b *bench) onCopies(ctx context.Context, t *original, request pattern, connections int) (loaded, error) {
	first := t.copies
	if err := t.copy(ctx, b, b.Due, false); err != nil {
		return loaded{}, err
	}
	return load{
		addr: t.s.addr, connections: connections, time: b.Time, count: b.Due, first: first, request: request.append,
	}.run(ctx)
}

// pageSize is how many policies are on a page.
const pageSize = 10

// lookup reads the first and the last page of all policies, one request at a time.
func (b *bench) lookup(ctx context.Context) error {
	t, err := b.sold(ctx)
	if err != nil {
		return err
	}
	defer t.s.end()
	if err := t.copy(ctx, b, b.Policies, true); err != nil {
		return err
	}
	all, err := t.s.lookup(ctx, fmt.Sprintf("size=%d", pageSize))
	if err != nil {
		return err
	}
	if all.Total != b.Policies+1 {
		return fmt.Errorf("%d policies are listed, not %d", all.Total, b.Policies+1)
	}
	last := b.figure("lookup", fmt.Sprintf("last page of %d policies, half of the requests within", all.Total), milliseconds).
		against("first page").aims(Target{AtMost: 3})
	return b.each(ctx, t.s, "lookup", func(int) error {
		first, err := t.s.page(ctx, 0, b.Time/2)
		if err != nil {
			return err
		}
		deep, err := t.s.page(ctx, all.Pages-1, b.Time/2)
		last.add(deep.median(), first.median())
		return err
	}, last)
}

// page reads a page for a while.
func (s *sandbox) page(ctx context.Context, page int64, d time.Duration) (loaded, error) {
	request := newPattern(http.MethodGet, fmt.Sprintf("%s?size=%d&page=%d", lookupPath, pageSize, page),
		s.info.Others.Hepster.authorization(), nil)
	return load{addr: s.addr, connections: 1, time: d, request: request.append}.run(ctx)
}
