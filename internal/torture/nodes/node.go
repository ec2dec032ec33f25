// Package nodes runs the program under torture: as processes of its own, built as
// they are released, reached by nothing but what everybody may reach.
package nodes

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/covernote/covernote/internal/torture/proxy"
)

// Plan says how a node is run.
type Plan struct {
	// Program is the path of covernote.
	Program string
	// Folder is the node's own, for its database and sandbox.json.
	Folder string
	// Log is the file for what its processes say.
	Log string
	// Database is a postgres:// URL; empty is an SQLite file in Folder.
	Database string
	// Webhook is where every partner is told.
	Webhook string
}

// Node is a sandbox as a process, behind a proxy that its clients use.
type Node struct {
	plan Plan
	addr string
	// Front is the proxy before the node.
	Front *proxy.Proxy

	mu    sync.Mutex
	cmd   *exec.Cmd
	ended chan error
	log   *os.File
}

// New chooses an address for a node and starts the proxy before it. It must be
// closed.
func New(ctx context.Context, plan Plan) (*Node, error) {
	if err := os.MkdirAll(plan.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("make a node's folder: %w", err)
	}
	addr, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	front, err := proxy.Plain(ctx, addr)
	if err != nil {
		return nil, err
	}
	log, err := os.Create(plan.Log)
	if err != nil {
		front.Close()
		return nil, fmt.Errorf("keep a node's log: %w", err)
	}
	return &Node{plan: plan, addr: addr, Front: front, log: log}, nil
}

func freeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return listener.Addr().String(), listener.Close()
}

// URL is how clients reach the node, through its proxy.
func (n *Node) URL() string { return "http://" + n.Front.Addr() }

// Direct is how the node is reached without its proxy.
func (n *Node) Direct() string { return "http://" + n.addr }

// Start starts the process; Serves tells when it can take requests.
func (n *Node) Start(ctx context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	args := []string{"sandbox", "--addr", n.addr, "--data", n.plan.Folder, "--webhook", n.plan.Webhook, "--log-level", "info"}
	if n.plan.Database != "" {
		args = append(args, "--database", n.plan.Database)
	}
	cmd := child(context.WithoutCancel(ctx), n.plan.Program, args...)
	cmd.Stderr = n.log
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start a node: %w", err)
	}
	ended := make(chan error, 1)
	n.cmd, n.ended = cmd, ended
	go func() { ended <- cmd.Wait() }()
	return nil
}

// Become has the node run another program from its next start on.
func (n *Node) Become(program string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.plan.Program = program
}

// Program is the path of what the node runs from its next start on.
func (n *Node) Program() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.plan.Program
}

// Signal sends a signal to the process.
func (n *Node) Signal(signal syscall.Signal) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.cmd.Process.Signal(signal); err != nil {
		return fmt.Errorf("signal a node: %w", err)
	}
	return nil
}

// Kill ends the process as a crash does, and waits until it is gone.
func (n *Node) Kill(ctx context.Context) error {
	if err := n.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	_ = n.wait(ctx) // killed, it says so
	return ctx.Err()
}

// Stop tells the process to end; an error says that it did not end well.
func (n *Node) Stop(ctx context.Context) error {
	if err := n.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := n.wait(ctx); err != nil {
		return fmt.Errorf("told to stop, a node ended with %w", err)
	}
	return nil
}

func (n *Node) wait(ctx context.Context) error {
	select {
	case err := <-n.ended:
		n.ended <- nil // for whoever asks again
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Dead tells whether the process has ended.
func (n *Node) Dead() bool {
	select {
	case err := <-n.ended:
		n.ended <- err
		return true
	default:
		return false
	}
}

// Close ends process and proxy, however they are.
func (n *Node) Close() {
	if n.cmd != nil {
		_ = n.cmd.Process.Kill() // it may be gone already
		err := <-n.ended
		n.ended <- err
	}
	n.Front.Close()
	_ = n.log.Close() // what was written is there
}

// mostLog is how many bytes of a node's log are shown.
const mostLog = 2 << 10

// Log is the end of what the node's processes said, without the requests that went
// well; all of it is in its file.
func (n *Node) Log() string {
	text, err := os.ReadFile(n.log.Name())
	if err != nil {
		return err.Error()
	}
	var said []byte
	for line := range bytes.Lines(text) {
		if !bytes.Contains(line, []byte("level=INFO")) {
			said = append(said, line...)
		}
	}
	return string(said[max(0, len(said)-mostLog):])
}

// Shows tells which of some words stand in the log of the node, in any case of their
// letters. Log cannot say it: it is the end alone.
func (n *Node) Shows(words ...string) ([]string, error) {
	text, err := os.ReadFile(n.log.Name())
	if err != nil {
		return nil, fmt.Errorf("read a node's log: %w", err)
	}
	return among(text, words), nil
}

// Stores tells which of some words stand in the clear in the node's own database, in any
// case of their letters; one that it shares with others is not looked through.
func (n *Node) Stores(words ...string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(n.plan.Folder, "*.sqlite*"))
	var found []string
	for _, file := range files {
		content, wrong := os.ReadFile(file)
		err = errors.Join(err, wrong)
		found = append(found, among(content, words)...)
	}
	if err != nil {
		return nil, fmt.Errorf("look through a node's database: %w", err)
	}
	return found, nil
}

// among are the words that a text has, in any case of their letters.
func among(text []byte, words []string) (found []string) {
	text = bytes.ToLower(text)
	for _, word := range words {
		if bytes.Contains(text, bytes.ToLower([]byte(word))) {
			found = append(found, word)
		}
	}
	return found
}

// probe asks a node directly; it shares no connections with anybody.
var probe = &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// Serves tells whether the node says that it can take requests.
func (n *Node) Serves(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, n.Direct()+"/readyz", nil)
	if err != nil {
		return false
	}
	answer, err := probe.Do(request)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// ErrLate says that a node did not serve in time.
var ErrLate = errors.New("not serving")

// Await waits until the node serves.
func (n *Node) Await(ctx context.Context, longest time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, longest, fmt.Errorf("%w after %s", ErrLate, longest))
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !n.Serves(ctx) {
		if n.Dead() {
			return fmt.Errorf("%w: the process has ended", ErrLate)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
	return nil
}
