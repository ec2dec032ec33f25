package cluster

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// Crash ends the server at once, as "pg_ctl stop -m immediate" does: what it had
// not written down it recovers from its log when it begins again.
func (p *Cluster) Crash(ctx context.Context) error {
	if err := p.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		return fmt.Errorf("crash PostgreSQL: %w", err)
	}
	if err := p.wait(ctx); err != nil {
		return fmt.Errorf("crash PostgreSQL: %w", err)
	}
	return nil
}

// wait returns when the server has ended, which it was told to before.
func (p *Cluster) wait(ctx context.Context) error {
	select {
	case <-p.ended:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Disconnect ends every connection of a client by a signal to the process that
// serves it, and gives how many there were. SIGTERM is what
// pg_terminate_backend sends; SIGKILL has the whole server recover.
func (p *Cluster) Disconnect(signal syscall.Signal) (int, error) {
	children, err := offspring(p.cmd.Process.Pid)
	if err != nil {
		return 0, fmt.Errorf("find connections: %w", err)
	}
	n := 0
	for _, c := range children {
		if strings.Contains(c.title, "postgres: "+owner+" ") && syscall.Kill(c.pid, signal) == nil {
			n++
		}
	}
	return n, nil
}

// Await waits until the server takes connections again after it has recovered by
// itself.
func (p *Cluster) Await(ctx context.Context) error {
	address, err := url.Parse(p.URL)
	if err != nil {
		return fmt.Errorf("wait for PostgreSQL: %w", err)
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !welcomes(ctx, address.Host) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for PostgreSQL: %w", context.Cause(ctx))
		case <-tick.C:
		}
	}
	return nil
}

// welcomes tells whether a server asks who comes to prove it, instead of sending
// him away because it is still recovering.
func welcomes(ctx context.Context, host string) bool {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", host)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }() // it is done with either way
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	const hello = "\x00\x03\x00\x00user\x00" + owner + "\x00\x00" // the first message of its protocol, version 3.0
	if _, err := conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(hello)+4)), hello...)); err != nil {
		return false
	}
	answer := make([]byte, 1)
	_, err = conn.Read(answer)
	return err == nil && answer[0] == 'R' // AuthenticationRequest
}

// Freeze stops every process of the server where it stands, as a machine does
// that hangs; Thaw lets them go on.
func (p *Cluster) Freeze() error { return p.all(syscall.SIGSTOP) }

// Thaw undoes Freeze.
func (p *Cluster) Thaw() error { return p.all(syscall.SIGCONT) }

func (p *Cluster) all(signal syscall.Signal) error {
	children, err := offspring(p.cmd.Process.Pid)
	if err != nil {
		return fmt.Errorf("find the server's processes: %w", err)
	}
	err = p.cmd.Process.Signal(signal)
	for _, c := range children {
		if gone := syscall.Kill(c.pid, signal); !errors.Is(gone, syscall.ESRCH) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

// process is a child with the title that it shows.
type process struct {
	pid   int
	title string
}
