package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// stopTimeout is how long a process may take to end before it is killed.
const stopTimeout = 20 * time.Second

// process is a run of the program itself with other arguments.
type process struct {
	cmd   *exec.Cmd
	said  *log // on its standard error
	ended chan struct{}
	err   error
}

// spawn starts the program, which runs until it is stopped. What it prints goes to
// out, which may be nil.
func (b *bench) spawn(ctx context.Context, out io.Writer, args ...string) (*process, error) {
	p := &process{said: &log{}, ended: make(chan struct{})}
	p.cmd = exec.CommandContext(context.WithoutCancel(ctx), b.Program, args...)
	p.cmd.Stdout, p.cmd.Stderr = out, p.said
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", args[0], err)
	}
	go func() {
		defer close(p.ended)
		p.err = p.cmd.Wait()
	}()
	return p, nil
}

// log is what a process has said so far.
type log struct {
	mu   sync.Mutex
	text []byte
}

// mostSaid is how much of it is shown, in bytes.
const mostSaid = 2000

// Write adds to it.
func (l *log) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, text...)
	return len(text), nil
}

// String is the end of it.
func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text[max(0, len(l.text)-mostSaid):])
}

// stop ends the process, in good order if it can.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // one that has ended is what is wanted
	select {
	case <-p.ended:
	case <-time.After(stopTimeout):
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
}

// over is nil while the process runs, else what it had to say.
func (p *process) over() error {
	select {
	case <-p.ended:
		return fmt.Errorf("the process ended (%w): %s", p.err, p.said)
	default:
		return nil
	}
}

// call runs a command of the program to its end.
func (b *bench) call(ctx context.Context, args ...string) error {
	_, err := b.ask(ctx, args...)
	return err
}

// ask runs a command of the program to its end, and gives what it said.
func (b *bench) ask(ctx context.Context, args ...string) (string, error) {
	said, err := exec.CommandContext(ctx, b.Program, args...).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("covernote %s: %w\n%s", strings.Join(args, " "), err, said)
	}
	return string(said), err
}

// beside starts the program as an echo or a sink, which prints its address first.
func (b *bench) beside(ctx context.Context, what string) (*process, string, error) {
	reader, writer := io.Pipe()
	p, err := b.spawn(ctx, writer, "bench", what)
	if err != nil {
		return nil, "", err
	}
	go func() {
		<-p.ended
		_ = writer.CloseWithError(errors.New("it ended")) // wakes who waits for the address
	}()
	line, err := bufio.NewReader(reader).ReadString('\n')
	if err != nil {
		return nil, "", fmt.Errorf("start the %s: %w: %w", what, err, p.over())
	}
	return p, strings.TrimSpace(line), nil
}

// megabyte is what memory is counted in.
const megabyte = 1 << 20

// memory is what a process holds in memory now, and what it held at most, in
// megabytes. Both are 0 where the system does not say it as Linux does.
func (p *process) memory() (now, most float64) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, 0
	}
	return memoryField(text, "VmRSS:"), memoryField(text, "VmHWM:")
}

// memoryField reads a figure of kilobytes, as megabytes.
func memoryField(text []byte, name string) float64 {
	for line := range bytes.Lines(text) {
		var kilobytes float64
		if n, err := fmt.Sscanf(string(line), name+" %f kB", &kilobytes); n == 1 && err == nil {
			return kilobytes * 1024 / megabyte
		}
	}
	return 0
}

// ticks of the clock that Linux counts the time of processes in, per second; it
// is the same on every architecture that Go runs on.
const ticks = 100

// cpu is how much time of processors the process has used; 0 where the system
// does not say it as Linux does.
func (p *process) cpu() time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ") // behind the name, which may hold anything
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	var user, system int64
	if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
		return 0
	}
	return time.Duration(user+system) * time.Second / ticks
}
