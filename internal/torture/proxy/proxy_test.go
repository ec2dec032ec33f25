package proxy

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"testing"
	"time"
)

// echo answers every line with itself, or with what answer makes of it.
func echo(t *testing.T, heard chan<- string, answer func(string) string) string {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for in := bufio.NewReader(conn); ; {
					line, err := in.ReadString('\n')
					if err != nil {
						return
					}
					heard <- line
					_, _ = io.WriteString(conn, answer(line))
				}
			}()
		}
	}()
	return listener.Addr().String()
}

func same(line string) string { return line }

func started(t *testing.T, begin func() (*Proxy, error)) *Proxy {
	t.Helper()
	p, err := begin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func dial(t *testing.T, p *Proxy) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	return conn
}

// say sends a line and gives the answer; "" if the connection was cut.
func say(conn net.Conn, line string) string {
	if _, err := io.WriteString(conn, line); err != nil {
		return ""
	}
	answer, _ := bufio.NewReader(conn).ReadString('\n')
	return answer
}

func TestAnswersAreDroppedAfterTheServerHasHeard(t *testing.T) {
	t.Parallel()
	heard := make(chan string, 10)
	upstream := echo(t, heard, same)
	p := started(t, func() (*Proxy, error) { return Plain(t.Context(), upstream) })
	p.DropAnswers(1)
	if got := say(dial(t, p), "first\n"); got != "" {
		t.Errorf("an answer that was to be dropped came: %q", got)
	}
	if got := <-heard; got != "first\n" {
		t.Errorf("the server heard %q", got)
	}
	if got := say(dial(t, p), "second\n"); got != "second\n" || p.Done() != 1 {
		t.Errorf("the next answer is %q after %d drops", got, p.Done())
	}
}

func TestProxyLeavesAndReturns(t *testing.T) {
	t.Parallel()
	heard := make(chan string, 10)
	upstream := echo(t, heard, same)
	p := started(t, func() (*Proxy, error) { return Plain(t.Context(), upstream) })
	open := dial(t, p)
	if got := say(open, "here\n"); got != "here\n" {
		t.Fatalf("answered %q", got)
	}
	p.Leave()
	if got := say(open, "gone\n"); got != "" {
		t.Errorf("a cut connection answers %q", got)
	}
	if conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", p.Addr()); err == nil {
		_ = conn.Close()
		t.Error("it still listens")
	}
	if err := p.Return(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := say(dial(t, p), "back\n"); got != "back\n" {
		t.Errorf("answered %q", got)
	}
}

func TestProxyHangsAndGoesOn(t *testing.T) {
	t.Parallel()
	heard := make(chan string, 10)
	upstream := echo(t, heard, same)
	p := started(t, func() (*Proxy, error) { return Plain(t.Context(), upstream) })
	conn := dial(t, p)
	say(conn, "before\n")
	<-heard
	p.Hang()
	answered := make(chan string, 1)
	go func() { answered <- say(conn, "meanwhile\n") }()
	select {
	case line := <-heard:
		t.Errorf("%q came through", line)
	case <-time.After(50 * time.Millisecond): // longer shows no more
	}
	p.Resume()
	if got := <-answered; got != "meanwhile\n" {
		t.Errorf("answered %q", got)
	}
}

// query is a simple query as PostgreSQL's protocol writes it.
func query(text string) string {
	length := binary.BigEndian.AppendUint32(nil, uint32(len(text)+5))
	return "Q" + string(length) + text + "\x00"
}

// startup is a first message, which has no type.
func startup() string {
	return string(binary.BigEndian.AppendUint32(nil, 8)) + "\x00\x03\x00\x00"
}

func TestCommitsAreCut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		after bool
		heard bool
	}{{"before", false, false}, {"after", true, true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			heard := make(chan string, 10)
			// The server takes a line for a command: queries end in a line here.
			upstream := echo(t, heard, func(string) string { return "C\x00\x00\x00\x0bCOMMIT\x00Z\n" })
			p := started(t, func() (*Proxy, error) { return Postgres(t.Context(), upstream) })
			conn := dial(t, p)
			if got := say(conn, startup()+query("SELECT 1\n")); got == "" {
				t.Fatal("what is no COMMIT was cut")
			}
			<-heard
			p.CutCommits(1, c.after)
			if got := say(conn, query(" commit\n")); got != "" {
				t.Errorf("COMMIT was answered %q", got)
			}
			select {
			case <-heard:
				if !c.heard {
					t.Error("the server heard of COMMIT")
				}
			default:
				if c.heard {
					t.Error("the server did not hear of COMMIT")
				}
			}
			if p.Done() != 1 {
				t.Errorf("%d commits were cut", p.Done())
			}
		})
	}
}

// The message at which the proxy hangs does not come through, however long it is
// waited for, and those before it do.
func TestProxyHangsAtAMessage(t *testing.T) {
	t.Parallel()
	heard := make(chan string, 10)
	upstream := echo(t, heard, func(string) string { return "Z\n" })
	p := started(t, func() (*Proxy, error) { return Postgres(t.Context(), upstream) })
	halted := p.HangAt(3)
	conn := dial(t, p)
	if got := say(conn, startup()+query("SELECT 1\n")); got != "Z\n" {
		t.Fatalf("the second message is answered %q", got)
	}
	<-heard
	answered := make(chan string, 1)
	go func() { answered <- say(conn, query("SELECT 2\n")) }()
	<-halted
	if got := p.Sent(); got != 3 {
		t.Errorf("%d messages were sent", got)
	}
	p.Cut()
	p.Resume()
	if got := <-answered; got != "" {
		t.Errorf("the third message is answered %q", got)
	}
	select {
	case line := <-heard:
		t.Errorf("%q came through", line)
	default:
	}
}

func TestProxyIsRedirected(t *testing.T) {
	t.Parallel()
	heard := make(chan string, 10)
	first := echo(t, heard, func(string) string { return "first\n" })
	second := echo(t, heard, func(string) string { return "second\n" })
	p := started(t, func() (*Proxy, error) { return Plain(t.Context(), first) })
	open := dial(t, p)
	if got := say(open, "who?\n"); got != "first\n" {
		t.Fatalf("answered %q", got)
	}
	p.Redirect(second)
	if got := say(open, "who?\n"); got != "" {
		t.Errorf("a connection to the first answers %q", got)
	}
	if got := say(dial(t, p), "who?\n"); got != "second\n" {
		t.Errorf("answered %q", got)
	}
}
