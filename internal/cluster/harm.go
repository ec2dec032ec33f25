package cluster

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
)

// Crash ends the server at once, as "pg_ctl stop -m immediate" does: what it had
// not written down it recovers from its log when it begins again.
func (p *Cluster) Crash(ctx context.Context) error {
	if err := p.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		return fmt.Errorf("crash PostgreSQL: %w", err)
	}
	select {
	case <-p.ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("crash PostgreSQL: %w", context.Cause(ctx))
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
