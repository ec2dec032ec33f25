package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// follower is what a standby calls itself.
const follower = "standby"

// Standby makes a server that follows this one, while it is used. Once Standby
// returns, nothing is answered as committed that is not also on the standby's disk.
// The caller must stop it.
func (p *Cluster) Standby(ctx context.Context) (s *Cluster, err error) {
	home, err := newHome(p.identity)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(home))
		}
	}()
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	at, err := url.Parse(p.URL)
	if err != nil {
		return nil, fmt.Errorf("make a standby: %w", err)
	}
	password, _ := at.User.Password()
	s = &Cluster{URL: postgresURL(port, password), bin: p.bin, home: home, identity: p.identity, port: port, settings: p.settings}
	if err := p.copyTo(ctx, s, *at); err != nil {
		return nil, err
	}
	if err := s.Begin(ctx); err != nil {
		return nil, err
	}
	if err := p.waitFor(ctx); err != nil {
		return nil, errors.Join(err, p.Alone(), s.Stop())
	}
	return s, nil
}

// copyTo fills a standby's folder. The slot keeps what it has not got yet.
func (p *Cluster) copyTo(ctx context.Context, s *Cluster, at url.URL) error {
	query := at.Query()
	query.Set("application_name", follower)
	at.RawQuery = query.Encode()
	_, err := s.serverTool(ctx, "pg_basebackup", "--pgdata="+s.data(), "--dbname="+at.String(), "--write-recovery-conf",
		"--create-slot", fmt.Sprintf("--slot=%s_%d", follower, s.port), "--checkpoint=fast", "--no-sync")
	return err
}

// Alone has commits wait for nobody any more, so that a standby may go.
func (p *Cluster) Alone() error { return p.synchronous("") }

// synchronous names the standbys for which commits wait from now on.
func (p *Cluster) synchronous(names string) error {
	file, err := os.OpenFile(filepath.Join(p.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("name synchronous standbys: %w", err)
	}
	_, err = fmt.Fprintf(file, "\nsynchronous_standby_names = '%s'\n", names)
	if err := errors.Join(err, file.Close(), p.cmd.Process.Signal(syscall.SIGHUP)); err != nil {
		return fmt.Errorf("name synchronous standbys: %w", err)
	}
	return nil
}

// waitFor has commits wait for the standby from now on.
func (p *Cluster) waitFor(ctx context.Context) error {
	if err := p.synchronous(follower); err != nil {
		return err
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		state, err := p.ask(ctx, "SELECT sync_state FROM pg_stat_replication")
		if err != nil {
			return err
		}
		if strings.TrimSpace(state) == "sync" {
			break
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("make a standby synchronous: %w", context.Cause(ctx))
		case <-tick.C:
		}
	}
	// It is the checkpointer that lets the others know: once it has done something
	// else since, it has.
	_, err := p.ask(ctx, "CHECKPOINT")
	return err
}

// ask has the server answer one query, as lines of text.
func (p *Cluster) ask(ctx context.Context, query string) (string, error) {
	return p.tool(ctx, "psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command="+query, p.URL)
}

// Promote makes a standby the server. It returns once that takes what is written.
func (p *Cluster) Promote(ctx context.Context) error {
	_, err := p.serverTool(ctx, "pg_ctl", "promote", "--wait", "--pgdata="+p.data())
	return err
}

// serverTool runs one of the programs that have to be who the server is.
func (p *Cluster) serverTool(ctx context.Context, name string, args ...string) (string, error) {
	return p.run(name, func(path string) *exec.Cmd { return as(p.identity, exec.CommandContext(ctx, path, args...)) })
}

// Lose ends all processes of the server at the same moment, as when its machine is
// lost: none of them does or says anything more. Its folder is left.
func (p *Cluster) Lose(ctx context.Context) error {
	if err := p.Freeze(); err != nil {
		return fmt.Errorf("lose PostgreSQL: %w", err)
	}
	children, err := offspring(p.cmd.Process.Pid)
	if err != nil {
		return fmt.Errorf("lose PostgreSQL: %w", err)
	}
	for _, c := range children {
		err = errors.Join(err, syscall.Kill(c.pid, syscall.SIGKILL))
	}
	// The first of them has no children left and writes nothing. Killed outright, it
	// would leave shared memory behind that nobody ever frees.
	for _, signal := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGCONT} {
		err = errors.Join(err, p.cmd.Process.Signal(signal))
	}
	if err == nil {
		err = p.wait(ctx)
	}
	if err != nil {
		return fmt.Errorf("lose PostgreSQL: %w", err)
	}
	return nil
}
