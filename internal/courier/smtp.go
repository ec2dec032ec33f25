package courier

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// SMTP sends e-mails through a mail server. It is safe for concurrent use.
type SMTP struct {
	host, from string
	// domain is that of from; it ends the ids of messages.
	domain  string
	tls     *tls.Config
	options []gomail.Option
	// dial connects, with TLS from the start where the URL wants it.
	dial gomail.DialContextFunc
}

// The ports of a mail server whose URL names none.
const (
	portSubmission = 587
	portTLS        = 465
)

// NewSMTP reads the URL of a mail server and the address that e-mails come
// from, with or without a name. The URL is
//
//	smtp://user:password@host:587     TLS by STARTTLS, or not at all
//	smtps://user:password@host:465    TLS from the start
//
// where user, password and port may be left out. TLS is given up only for this
// machine itself, where nobody listens in, or if the URL ends in ?tls=none.
// Errors do not repeat the URL, which holds a password.
func NewSMTP(server, from string) (*SMTP, error) {
	target, err := url.Parse(server)
	if err != nil || target.Hostname() == "" || strings.Trim(target.Path, "/") != "" {
		return nil, errors.New("the mail server is not a URL like smtp://user:password@mail.example.com:587")
	}
	s := &SMTP{
		host: target.Hostname(), from: from,
		tls:  &tls.Config{ServerName: target.Hostname(), MinVersion: tls.VersionTLS12},
		dial: new(net.Dialer).DialContext,
	}
	if strings.Contains(s.host, ":") {
		s.host = "[" + s.host + "]"
	}
	if err := s.configure(target); err != nil {
		return nil, err
	}
	if _, err := gomail.NewClient(s.host, s.options...); err != nil {
		return nil, errors.New("the URL of the mail server cannot be used: look at its port and user")
	}
	sender, err := mail.ParseAddress(from)
	if err != nil {
		return nil, errors.New("the address that e-mails come from is not one like insurance@example.com")
	}
	s.domain = sender.Address[strings.LastIndexByte(sender.Address, '@')+1:]
	return s, nil
}

func (s *SMTP) configure(target *url.URL) error {
	port, open := portSubmission, false
	switch wanted := target.Query().Get("tls"); {
	case wanted != "" && (wanted != "none" || target.Scheme != "smtp"):
		return errors.New("the URL of the mail server ends in something else than ?tls=none")
	case target.Scheme == "smtps":
		port, s.dial = portTLS, (&tls.Dialer{Config: s.tls}).DialContext
		s.options = append(s.options, gomail.WithSSL())
	case target.Scheme != "smtp":
		return errors.New("the URL of the mail server begins with neither smtp:// nor smtps://")
	case wanted == "none" || isLoopback(target.Hostname()):
		open = true
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if target.Port() != "" {
		var err error
		if port, err = strconv.Atoi(target.Port()); err != nil {
			return errors.New("the URL of the mail server has no such port")
		}
	}
	s.options = append(s.options, gomail.WithPort(port), gomail.WithTLSConfig(s.tls))
	s.options = append(s.options, signIn(target.User, open)...)
	return nil
}

// signIn sends a password in the clear only where TLS was given up knowingly.
func signIn(user *url.Userinfo, open bool) []gomail.Option {
	if user == nil {
		return nil
	}
	password, _ := user.Password()
	how := []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin}
	if open {
		how = []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc}
	}
	return []gomail.Option{
		gomail.WithOpportunisticSMTPAuth(how...), gomail.WithUsername(user.Username()), gomail.WithPassword(password),
	}
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}

// Send sends a letter before ctx ends.
func (s *SMTP) Send(ctx context.Context, l Letter) error {
	message, err := s.write(l)
	if err != nil {
		return err
	}
	dial, hangUp := s.line(ctx)
	defer hangUp()
	client, err := gomail.NewClient(s.host, append(slices.Clone(s.options), gomail.WithDialContextFunc(dial))...)
	if err != nil {
		return errors.New("the URL of the mail server cannot be used")
	}
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return because(ctx, err, "the mail server refuses TLS or the sign-in")
	}
	err = client.SendWithSMTPClient(connection, message)
	_ = client.CloseWithSMTPClient(connection) // what the server has taken stays taken
	if err == nil || message.IsDelivered() {
		return nil
	}
	if refused, ok := errors.AsType[*gomail.SendError](err); ok && refused.ErrorCode() != 0 {
		return &MailRefused{Code: refused.ErrorCode()}
	}
	return because(ctx, err, "the mail server stopped answering")
}

func because(ctx context.Context, err error, otherwise string) error {
	return errors.New(describeAs(errors.Join(ctx.Err(), err), otherwise))
}

// line gives a way to connect, and one to hang up. It is hung up at the latest
// when ctx ends: the library heeds no context once it is connected, and leaves
// a connection open whose greeting went wrong.
func (s *SMTP) line(ctx context.Context) (dial gomail.DialContextFunc, hangUp func()) {
	end := func() {}
	dial = func(dialling context.Context, network, address string) (net.Conn, error) {
		conn, err := s.dial(dialling, network, address)
		if err != nil {
			return nil, err
		}
		stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
		end = func() {
			stop()
			_ = conn.Close()
		}
		return conn, nil
	}
	return dial, func() { end() }
}

// write makes the message of a letter. Its id is the same however often the
// letter is sent, so that a mail box can pass over what it has.
func (s *SMTP) write(l Letter) (*gomail.Msg, error) {
	message := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := message.From(s.from); err != nil {
		return nil, errors.New("the address that e-mails come from is not valid")
	}
	if err := message.To(l.To.Reveal()); err != nil {
		return nil, errors.New("the recipient's address is not valid")
	}
	message.Subject(l.Subject)
	message.SetDate()
	message.SetMessageIDWithValue(l.ID + "@" + s.domain)
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	switch {
	case l.HTML == "":
		message.SetBodyString(gomail.TypeTextPlain, l.Text)
	case l.Text == "":
		message.SetBodyString(gomail.TypeTextHTML, l.HTML)
	default:
		message.SetBodyString(gomail.TypeTextPlain, l.Text)
		message.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	}
	return message, nil
}
