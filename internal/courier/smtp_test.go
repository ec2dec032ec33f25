package courier

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/covernote/covernote/internal/dialect"
)

// postOffice is a mail server that takes everything but what it is told to
// refuse.
type postOffice struct {
	url string
	// answers replace its own, by the first word of the command; "." ends a
	// message.
	answers map[string]string
	// extensions are what it says that it can.
	extensions []string

	mu       sync.Mutex
	commands []string
	messages []string
}

func openPostOffice(t *testing.T, p *postOffice) *postOffice {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var clerks sync.WaitGroup
	t.Cleanup(func() {
		_ = listener.Close()
		clerks.Wait()
	})
	p.url = "smtp://" + listener.Addr().String()
	clerks.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			clerks.Go(func() {
				defer conn.Close()
				p.serve(bufio.NewReadWriter(bufio.NewReader(conn), bufio.NewWriter(conn)))
			})
		}
	})
	return p
}

func (p *postOffice) serve(rw *bufio.ReadWriter) {
	say := func(text string) bool {
		_, err := rw.WriteString(text + "\r\n")
		return err == nil && rw.Flush() == nil
	}
	for ok := say("220 office"); ok; {
		line, err := rw.ReadString('\n')
		if err != nil {
			return
		}
		word := p.note(strings.TrimSpace(line))
		switch answer, told := p.answers[word]; {
		case told && answer == "":
			return
		case told:
			ok = say(answer)
		case word == "EHLO":
			ok = say("250-office") && say(strings.Join(p.lines(), "\r\n"))
		case word == "AUTH":
			ok = say("235 welcome")
		case word == "DATA":
			ok = say("354 go on") && p.take(rw.Reader) && say(p.receipt())
		case word == "QUIT":
			say("221 bye")
			return
		default:
			ok = say("250 fine")
		}
	}
}

func (p *postOffice) lines() (lines []string) {
	all := append(slices.Clone(p.extensions), "8BITMIME")
	for i, extension := range all {
		between := "-"
		if i == len(all)-1 {
			between = " "
		}
		lines = append(lines, "250"+between+extension)
	}
	return lines
}

func (p *postOffice) receipt() string {
	if answer, told := p.answers["."]; told {
		return answer
	}
	return "250 queued"
}

// note keeps a command and gives its first word.
func (p *postOffice) note(line string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.commands = append(p.commands, line)
	word, _, _ := strings.Cut(line, " ")
	return strings.ToUpper(word)
}

func (p *postOffice) take(r *bufio.Reader) bool {
	var message strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		message.WriteString(line)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.messages = append(p.messages, message.String())
	return true
}

// heard are the commands so far.
func (p *postOffice) heard() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.commands)
}

// only is the one message that was taken.
func (p *postOffice) only(t *testing.T) *mail.Message {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.messages) != 1 {
		t.Fatalf("%d messages were taken, want 1", len(p.messages))
	}
	message, err := mail.ReadMessage(strings.NewReader(p.messages[0]))
	if err != nil {
		t.Fatal(err)
	}
	return message
}

func mailer(t *testing.T, url string) *SMTP {
	t.Helper()
	s, err := NewSMTP(url, "Covernote <insurance@covernote.example>")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var letter = Letter{
	Mail: dialect.Mail{To: "erika@example.com", Subject: "Ihre Police für Köln", Text: "Guten Tag", HTML: "<p>Grüße</p>"},
	ID:   "0198", Part: "shop", At: signedAt,
}

func send(t *testing.T, s *SMTP, l Letter) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return s.Send(ctx, l)
}

func TestSMTPSends(t *testing.T) {
	t.Parallel()
	office := openPostOffice(t, &postOffice{})
	if err := send(t, mailer(t, office.url), letter); err != nil {
		t.Fatal(err)
	}
	got := office.only(t)
	subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
	if err != nil || subject != "Ihre Police für Köln" {
		t.Errorf("subject %q, %v", subject, err)
	}
	for name, want := range map[string]string{
		"From": `"Covernote" <insurance@covernote.example>`, "To": "<erika@example.com>", "Message-ID": "<0198@covernote.example>",
		"Auto-Submitted": "auto-generated", "User-Agent": "", "X-Mailer": "",
	} {
		if header := got.Header.Get(name); header != want {
			t.Errorf("%s: %q, want %q", name, header, want)
		}
	}
	if parts := partsOf(t, got); len(parts) != 2 || parts["text/plain"] != "Guten Tag" || parts["text/html"] != "<p>Grüße</p>" {
		t.Errorf("parts %q", parts)
	}
	if heard := office.heard(); !slices.Contains(heard, "RCPT TO:<erika@example.com>") {
		t.Errorf("the server heard %q", heard)
	}
}

// partsOf reads the parts of a message by their type.
func partsOf(t *testing.T, m *mail.Message) map[string]string {
	t.Helper()
	kind, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("the message is %s, %v", kind, err)
	}
	parts := make(map[string]string)
	reader := multipart.NewReader(m.Body, parameters["boundary"])
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		parts[kind] = strings.TrimSpace(string(text))
	}
}

func TestSMTPSendsWhatThereIs(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]dialect.Mail{
		"text/plain; charset=UTF-8": {To: "a@example.com", Text: "only text"},
		"text/html; charset=UTF-8":  {To: "a@example.com", HTML: "<p>only HTML</p>"},
	} {
		office := openPostOffice(t, &postOffice{})
		if err := send(t, mailer(t, office.url), Letter{Mail: m}); err != nil {
			t.Fatal(err)
		}
		if got := office.only(t).Header.Get("Content-Type"); got != want {
			t.Errorf("the message is %q, want %q", got, want)
		}
	}
}

func TestSMTPRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		command, answer string
		want            int
		fault           string
	}{
		"sender":          {"MAIL", "550 erika@example.com is no friend of ours", 550, ""},
		"recipient":       {"RCPT", "550 no such user erika@example.com", 550, ""},
		"full mailbox":    {"RCPT", "452 erika@example.com is full", 452, ""},
		"greylisted":      {"DATA", "451 later", 451, ""},
		"content":         {".", "554 spam", 554, ""},
		"hangs up":        {"DATA", "", 0, "the mail server stopped answering"},
		"hangs up before": {"EHLO", "", 0, "connection closed early"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			office := openPostOffice(t, &postOffice{answers: map[string]string{c.command: c.answer}})
			err := send(t, mailer(t, office.url), letter)
			refused, ok := errors.AsType[*MailRefused](err)
			if ok != (c.want != 0) || ok && refused.Code != c.want || !ok && (err == nil || err.Error() != c.fault) {
				t.Errorf("got %v (%+v)", err, refused)
			}
			if err != nil && strings.Contains(err.Error(), "erika") {
				t.Errorf("the error names somebody: %v", err)
			}
		})
	}
}

// What the server has taken was delivered, however it says good-bye.
func TestSMTPTakenIsTaken(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"", "500 what?"} {
		office := openPostOffice(t, &postOffice{answers: map[string]string{"RSET": answer, "QUIT": answer}})
		if err := send(t, mailer(t, office.url), letter); err != nil {
			t.Errorf("%q: %v", answer, err)
		}
	}
}

func TestSMTPSignsIn(t *testing.T) {
	t.Parallel()
	office := openPostOffice(t, &postOffice{extensions: []string{"AUTH PLAIN LOGIN"}})
	url := strings.Replace(office.url, "smtp://", "smtp://mailer:p%40ss@", 1)
	if err := send(t, mailer(t, url), letter); err != nil {
		t.Fatal(err)
	}
	want := "AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00mailer\x00p@ss"))
	if heard := office.heard(); !slices.Contains(heard, want) {
		t.Errorf("the server heard %q", heard)
	}
	refusing := openPostOffice(t, &postOffice{extensions: []string{"AUTH PLAIN"}, answers: map[string]string{"AUTH": "535 no"}})
	err := send(t, mailer(t, strings.Replace(refusing.url, "smtp://", "smtp://mailer:wrong@", 1)), letter)
	if _, refused := errors.AsType[*MailRefused](err); err == nil || refused {
		t.Errorf("a password of ours that is wrong is no refusal of an e-mail: %v", err)
	}
}

// Without TLS nothing is said to a server that is not this machine, and no
// password to any.
func TestSMTPDemandsTLS(t *testing.T) {
	t.Parallel()
	office := openPostOffice(t, &postOffice{extensions: []string{"AUTH PLAIN"}})
	s := mailer(t, "smtp://mailer:secret@mail.example.com"+office.url[strings.LastIndexByte(office.url, ':'):])
	s.host = "127.0.0.1"
	if err := send(t, s, letter); err == nil || err.Error() != "the mail server refuses TLS or the sign-in" {
		t.Errorf("got %v", err)
	}
	for _, line := range office.heard() {
		if !strings.HasPrefix(line, "EHLO") {
			t.Errorf("the server heard %q", line)
		}
	}
}

func TestNewSMTP(t *testing.T) {
	t.Parallel()
	const from = "insurance@covernote.example"
	for server, ok := range map[string]bool{
		"smtp://mail.example.com": true, "smtp://u:p@mail.example.com:587": true, "smtps://mail.example.com": true,
		"smtp://mail.example.com?tls=none": true, "smtp://[::1]:1025": true, "smtp://localhost:1025/": true,
		"": false, "mail.example.com:587": false, "http://mail.example.com": false, "smtp://": false,
		"smtp://mail.example.com/path": false, "smtp://mail.example.com?tls=maybe": false,
		"smtps://mail.example.com?tls=none": false, "smtp://mail.example.com:0": false, "smtp://mail.example.com:99999": false,
		"smtp://u:secret@mail.example.com:port": false,
	} {
		if _, err := NewSMTP(server, from); (err == nil) != ok {
			t.Errorf("%q: %v", server, err)
		} else if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error repeats the password: %v", err)
		}
	}
	if _, err := NewSMTP("smtp://mail.example.com", "nobody"); err == nil {
		t.Error("e-mails would come from nobody")
	}
	if err := send(t, mailer(t, "smtp://127.0.0.1:1"), Letter{Mail: dialect.Mail{To: "nobody at all"}}); err == nil ||
		err.Error() != "the recipient's address is not valid" {
		t.Errorf("to nobody: %v", err)
	}
}
