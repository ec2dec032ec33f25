// Package cluster runs a PostgreSQL of our own, for tests and for torture.
package cluster

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// owner is the role and the operating system's first choice of user.
const owner = "covernote"

// patience is how long a server that was told to end may take before it is told
// more urgently.
const patience = 10 * time.Second

// Cluster is a server of our own on a free loopback port, in a temporary
// folder that goes with it.
type Cluster struct {
	// URL opens a database in which its holder may do anything.
	URL  string
	bin  string
	home string
	port int
	// settings, as "name=value", win over those of tests.
	settings []string
	cmd      *exec.Cmd
	// identity is who the server runs as; nil is who we are.
	identity *syscall.Credential
	// ended is closed once the server is gone.
	ended chan struct{}
}

// Start creates a cluster with the programs in the folder bin and starts it. The
// caller must stop it. Settings, as "name=value", win over those of tests.
func Start(ctx context.Context, bin string, settings ...string) (p *Cluster, err error) {
	identity, err := unprivileged()
	if err != nil {
		return nil, err
	}
	home, err := newHome(identity)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(home))
		}
	}()
	password := rand.Text()
	if err := createCluster(ctx, bin, home, password, identity); err != nil {
		return nil, err
	}
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	p = &Cluster{URL: postgresURL(port, password), bin: bin, home: home, identity: identity, port: port, settings: settings}
	if err := p.Begin(ctx); err != nil {
		return nil, err
	}
	return p, nil
}

// newHome makes a folder for a server that runs as identity.
func newHome(identity *syscall.Credential) (string, error) {
	home, err := os.MkdirTemp("", "covernote-postgres-")
	if err == nil && identity != nil {
		if err = os.Chown(home, int(identity.Uid), int(identity.Gid)); err != nil {
			err = errors.Join(err, os.Remove(home))
		}
	}
	if err != nil {
		return "", fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	return home, nil
}

// data is the server's own folder.
func (p *Cluster) data() string { return filepath.Join(p.home, "data") }

// args are how the server is started.
func (p *Cluster) args() []string {
	args := []string{"-D", p.data()}
	for _, setting := range append(defaults(p.port), p.settings...) {
		args = append(args, "-c", setting)
	}
	return args
}

// unprivileged gives the user to run as when we are root, which PostgreSQL
// refuses to be; nil means to stay who we are.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		account, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, fmt.Errorf("find a user to run PostgreSQL as: %w", err)
	}
	uid, uidErr := strconv.ParseUint(account.Uid, 10, 32)
	gid, gidErr := strconv.ParseUint(account.Gid, 10, 32)
	if err := errors.Join(uidErr, gidErr); err != nil {
		return nil, fmt.Errorf("find a user to run PostgreSQL as: %w", err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// createCluster fills home/data. The database sorts text as people do, not by
// bytes, so that a query which relies on byte order without saying so is
// found out here and not at a customer's.
func createCluster(ctx context.Context, bin, home, password string, identity *syscall.Credential) error {
	secret := filepath.Join(home, "password")
	if err := os.WriteFile(secret, []byte(password), 0o600); err != nil {
		return fmt.Errorf("create a cluster: %w", err)
	}
	if identity != nil {
		if err := os.Chown(secret, int(identity.Uid), int(identity.Gid)); err != nil {
			return fmt.Errorf("create a cluster: %w", err)
		}
	}
	cmd := as(identity, exec.CommandContext(ctx, filepath.Join(bin, "initdb"),
		"--pgdata="+filepath.Join(home, "data"), "--username="+owner, "--pwfile="+secret,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
		"--locale-provider=icu", "--icu-locale=en-US", "--no-sync"))
	cmd.Dir = home
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("create a cluster: %w\n%s", err, out)
	}
	return nil
}

// as has cmd run under another identity, in a process group that Ctrl-C at
// the terminal does not reach: the server must outlive the tests.
func as(identity *syscall.Credential, cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: identity}
	EndWithUs(cmd.SysProcAttr, syscall.SIGQUIT)
	return cmd
}

// Begin starts the server, also after it has ended, and returns once it takes
// connections. Its ctx ends only the waiting: the server itself is ended by Stop.
func (p *Cluster) Begin(ctx context.Context) error {
	cmd := as(p.identity, exec.CommandContext(context.WithoutCancel(ctx), filepath.Join(p.bin, "postgres"), p.args()...))
	cmd.Dir = p.home
	log, err := cmd.StderrPipe()
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	p.cmd, p.ended = cmd, make(chan struct{})
	ready := make(chan error, 1)
	go p.watch(log, ready)
	select {
	case err = <-ready:
	case <-ctx.Done():
		err = fmt.Errorf("start PostgreSQL: %w", context.Cause(ctx))
	}
	if err != nil {
		return errors.Join(err, p.Stop())
	}
	return nil
}

// defaults make a server that is fast because it may be lost: what matters to
// tests (isolation, synchronous_commit) keeps its usual value, only the disk
// is not waited for.
func defaults(port int) []string {
	return []string{
		"listen_addresses=127.0.0.1",
		"port=" + strconv.Itoa(port),
		"unix_socket_directories=",
		"fsync=off",
		"full_page_writes=off",
		"autovacuum_naptime=10s",
		"max_connections=300",
		"shared_buffers=128MB",
		"jit=off",
		"logging_collector=off",
		"lc_messages=C",
	}
}

func postgresURL(port int, password string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(owner, password),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(port)),
		Path:     "/postgres",
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// watch reads the server's log until its end, and says once whether it came
// up. Afterwards the log is drained so that the server never waits for us.
func (p *Cluster) watch(log io.Reader, ready chan<- error) {
	cmd, ended := p.cmd, p.ended
	defer close(ended)
	var said strings.Builder
	up := false
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		if up {
			continue
		}
		said.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "ready to accept ") {
			up = true
			ready <- nil
		}
	}
	// A line too long for the scanner must not block the server either.
	_, drained := io.Copy(io.Discard, log)
	err := errors.Join(drained, cmd.Wait())
	if !up {
		ready <- fmt.Errorf("start PostgreSQL: it ended at once (%w):\n%s", err, said.String())
	}
}

// Stop ends the server, disconnecting whoever is left, and removes its folder.
// It may be called more than once.
func (p *Cluster) Stop() error {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGQUIT, os.Kill} {
		if err := p.cmd.Process.Signal(signal); errors.Is(err, os.ErrProcessDone) {
			break
		}
		select {
		case <-p.ended:
		case <-time.After(patience):
			continue
		}
		break
	}
	if err := os.RemoveAll(p.home); err != nil {
		return fmt.Errorf("remove PostgreSQL's folder: %w", err)
	}
	return nil
}

// freePort gives a loopback port that nobody listens on at the moment.
func freePort(ctx context.Context) (int, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	return port, nil
}
