// Package proxy stands between two programs and does to their connections what
// networks do: it cuts them, slows them down, hangs, drops answers, is gone.
package proxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Proxy hands on TCP connections to one address. It may be used by several
// goroutines at once.
type Proxy struct {
	addr string
	kind kind

	// drops is how many answers are still to be dropped, cuts how many commits
	// still to be cut, and delay what a piece of data waits in nanoseconds.
	drops, cuts, delay atomic.Int64
	// after says that commits are cut after they were carried out, not before.
	after atomic.Bool
	// done counts the answers dropped and commits cut so far.
	done atomic.Int64
	// sent counts the messages of clients, and with the one that halt says, nothing
	// flows any more.
	sent, halt atomic.Int64

	mu       sync.Mutex
	upstream string
	listener net.Listener
	links    map[*link]bool
	halted   chan struct{}
	// flows is closed while data flows, and open while the proxy hangs.
	flows chan struct{}
	group sync.WaitGroup
}

// kind is what the proxy understands of what it hands on.
type kind int

const (
	plain kind = iota
	postgres
)

// Plain hands on any connection to upstream, a host with its port, from a
// loopback port of its own. It must be closed.
func Plain(ctx context.Context, upstream string) (*Proxy, error) { return begin(ctx, upstream, plain) }

// Postgres hands on connections of PostgreSQL's protocol without encryption, in
// which it knows a COMMIT. It must be closed.
func Postgres(ctx context.Context, upstream string) (*Proxy, error) {
	return begin(ctx, upstream, postgres)
}

func begin(ctx context.Context, upstream string, kind kind) (*Proxy, error) {
	p := &Proxy{addr: "127.0.0.1:0", upstream: upstream, kind: kind, links: make(map[*link]bool), flows: make(chan struct{})}
	close(p.flows)
	err := p.Return(ctx)
	return p, err
}

// Addr is where the proxy listens.
func (p *Proxy) Addr() string { return p.addr }

// Return has the proxy listen, at first and after Leave, always at Addr.
func (p *Proxy) Return(ctx context.Context) error {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", p.addr)
	if err != nil {
		return fmt.Errorf("listen for connections: %w", err)
	}
	p.mu.Lock()
	p.listener, p.addr = listener, listener.Addr().String()
	p.mu.Unlock()
	p.group.Go(func() { p.accept(context.WithoutCancel(ctx), listener) })
	return nil
}

// Redirect hands on connections to another address from now on, and cuts those that
// are open.
func (p *Proxy) Redirect(upstream string) {
	p.mu.Lock()
	p.upstream = upstream
	p.mu.Unlock()
	p.Cut()
}

// Leave cuts every connection and refuses new ones until Return.
func (p *Proxy) Leave() {
	p.mu.Lock()
	listener := p.listener
	p.listener = nil
	p.mu.Unlock()
	if listener != nil {
		_ = listener.Close() // it accepts no more either way
	}
	p.Cut()
}

// Close ends the proxy.
func (p *Proxy) Close() {
	p.Resume()
	p.Leave()
	p.group.Wait()
}

// Cut resets every connection that is open.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		l.cut()
	}
}

// Hang keeps connections open and lets nothing through until Resume.
func (p *Proxy) Hang() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.flows:
		p.flows = make(chan struct{})
	default:
	}
}

// Resume undoes Hang and Slow.
func (p *Proxy) Resume() {
	p.Slow(0)
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.flows:
	default:
		close(p.flows)
	}
}

// Slow has each piece of data wait, in each direction.
func (p *Proxy) Slow(by time.Duration) { p.delay.Store(int64(by)) }

// DropAnswers cuts the next so many connections when the server answers on
// them, before the client sees anything of it.
func (p *Proxy) DropAnswers(count int) { p.drops.Store(int64(count)) }

// CutCommits cuts the next so many connections at COMMIT: either before the
// server hears of it, or after it was carried out and before its answer.
func (p *Proxy) CutCommits(count int, after bool) {
	p.after.Store(after)
	p.cuts.Store(int64(count))
}

// Done is how many answers were dropped and commits cut so far.
func (p *Proxy) Done() int { return int(p.done.Load()) }

// HangAt counts clients' messages anew and hangs before one of them: that message and
// all that follow wait until Resume. What it gives is closed then. Only of
// PostgreSQL's protocol are messages known.
func (p *Proxy) HangAt(message int) <-chan struct{} {
	halted := make(chan struct{})
	p.mu.Lock()
	p.halted = halted
	p.mu.Unlock()
	p.sent.Store(0)
	p.halt.Store(int64(message))
	return halted
}

// Sent is how many messages clients have sent since HangAt.
func (p *Proxy) Sent() int { return int(p.sent.Load()) }

// count counts a message of a client.
func (p *Proxy) count() {
	if p.sent.Add(1) != p.halt.Load() {
		return
	}
	p.Hang()
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.halted)
}

// take uses up one of what is left of a wish.
func (p *Proxy) take(wish *atomic.Int64) bool {
	for {
		left := wish.Load()
		if left <= 0 {
			return false
		}
		if wish.CompareAndSwap(left, left-1) {
			p.done.Add(1)
			return true
		}
	}
}

func (p *Proxy) accept(ctx context.Context, listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return // Leave has closed it
		}
		p.group.Go(func() { p.serve(ctx, conn) })
	}
}

// link is one connection with its counterpart.
type link struct {
	client, server net.Conn
	// committing: COMMIT went to the server, and its answer must not come back.
	committing atomic.Bool
}

func (l *link) cut() {
	for _, conn := range []net.Conn{l.client, l.server} {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // a reset, as from a machine that is gone
		}
		_ = conn.Close()
	}
}

func (p *Proxy) serve(ctx context.Context, client net.Conn) {
	p.mu.Lock()
	upstream := p.upstream
	p.mu.Unlock()
	var dialer net.Dialer
	server, err := dialer.DialContext(ctx, "tcp", upstream)
	if err != nil {
		_ = client.Close()
		return
	}
	l := &link{client: client, server: server}
	p.mu.Lock()
	p.links[l] = true
	if p.listener == nil || p.upstream != upstream { // gone meanwhile
		l.cut()
	}
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { p.up(l); shut(server) })
	both.Go(func() { p.down(l); shut(client) })
	both.Wait()
	_, _ = client.Close(), server.Close()
	p.mu.Lock()
	delete(p.links, l)
	p.mu.Unlock()
}

// shut tells one side that the other has said its last.
func shut(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
}

// errCut ends a link on purpose.
var errCut = errors.New("cut")

// up hands on what the client says.
func (p *Proxy) up(l *link) {
	var err error
	if p.kind == postgres {
		err = p.upPostgres(l)
	} else {
		_, err = io.Copy(gate{p, l.server}, l.client)
	}
	if errors.Is(err, errCut) {
		l.cut()
	}
}

// down hands on what the server answers.
func (p *Proxy) down(l *link) {
	buffer := make([]byte, 64<<10)
	out := gate{p, l.client}
	for {
		n, err := l.server.Read(buffer)
		if n > 0 {
			if l.committing.Load() {
				awaitCommit(l.server, buffer[:n])
				l.cut()
				return
			}
			if p.take(&p.drops) {
				l.cut()
				return
			}
			if _, err := out.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// gate holds up what passes through while the proxy hangs or is slow.
type gate struct {
	proxy *Proxy
	out   io.Writer
}

// Write hands on data once it may pass.
func (g gate) Write(data []byte) (int, error) {
	if delay := time.Duration(g.proxy.delay.Load()); delay > 0 {
		time.Sleep(delay)
	}
	g.proxy.mu.Lock()
	flows := g.proxy.flows
	g.proxy.mu.Unlock()
	<-flows
	return g.out.Write(data)
}
