package courier

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// How much of a receiver is put up with.
const (
	dialTimeout      = 5 * time.Second
	handshakeTimeout = 5 * time.Second
	idleTimeout      = 90 * time.Second
	idlePerHost      = 64 // several endpoints may share a host, each with its own pace
	idleConns        = 1024
	maxHeader        = 32 << 10
	answerKept       = 1 << 10
	answerRead       = 64 << 10 // beyond it, a new connection is cheaper than the rest
	maxRetryAfter    = 24 * time.Hour
)

// Request is a notice in a partner's words, ready to be posted.
type Request struct {
	// URL may hold secrets and is never logged.
	URL string
	// Header is sent as it is; User-Agent has a default.
	Header http.Header
	// Body is sent byte for byte.
	Body []byte
}

// Attempt is what came of posting a Request once.
type Attempt struct {
	// StartedAt is machine time, UTC, in microseconds.
	StartedAt time.Time
	// Duration lasts until the answer was read or given up.
	Duration time.Duration
	// Status is that of the answer, or 0 if none came.
	Status int
	// Answer is the first kilobyte of the answer's body as it came, not
	// unpacked. It may hold anything.
	Answer []byte
	// Err says in a few fixed words why there is no answer or only a part of
	// it. It names no address, person or secret.
	Err string
	// RetryAfter is how long the receiver asks to be left alone, at most 24
	// hours, or 0.
	RetryAfter time.Duration
}

// Poster posts requests to receivers that may be slow, broken or hostile. It
// reuses connections, follows no redirect, unpacks nothing and asks no proxy.
// It is safe for concurrent use.
type Poster struct {
	egress    Egress
	guardian  *ssrf.Guardian
	transport *http.Transport
}

// NewPoster makes a Poster that sends to where egress allows.
func NewPoster(egress Egress) *Poster {
	return &Poster{egress: egress, guardian: egress.guardian(), transport: &http.Transport{
		DialContext:            egress.dialer(dialTimeout).DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: egress.Roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    handshakeTimeout,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConnsPerHost:    idlePerHost,
		MaxIdleConns:           idleConns,
		IdleConnTimeout:        idleTimeout,
	}}
}

// Close lets go of idle connections.
func (p *Poster) Close() { p.transport.CloseIdleConnections() }

// Post posts request once and waits at most timeout for the whole of it, from
// resolving the name to the end of the answer. If ctx ends first, Err is
// "interrupted", which says nothing about the receiver.
func (p *Poster) Post(ctx context.Context, request Request, timeout time.Duration) Attempt {
	started := time.Now()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	attempt := p.post(ctx, request)
	attempt.StartedAt = started.UTC().Truncate(time.Microsecond)
	attempt.Duration = time.Since(started)
	return attempt
}

func (p *Poster) post(ctx context.Context, request Request) Attempt {
	if err := p.egress.checkURL(request.URL, p.guardian); err != nil {
		return Attempt{Err: err.Error()}
	}
	outgoing, err := newRequest(ctx, request)
	if err != nil {
		return Attempt{Err: describe(err)}
	}
	// Not http.Client: it reads Location even where it is told not to follow.
	answer, err := p.transport.RoundTrip(outgoing)
	if err != nil {
		return Attempt{Err: describe(err)}
	}
	return readAnswer(answer)
}

func newRequest(ctx context.Context, request Request) (*http.Request, error) {
	outgoing, err := http.NewRequestWithContext(ctx, http.MethodPost, request.URL, bytes.NewReader(request.Body))
	if err != nil {
		return nil, err
	}
	outgoing.Header.Set("User-Agent", "Covernote")
	for name, values := range request.Header {
		outgoing.Header[http.CanonicalHeaderKey(name)] = values
	}
	return outgoing, nil
}

func readAnswer(answer *http.Response) Attempt {
	attempt := Attempt{
		Status: answer.StatusCode, RetryAfter: retryAfter(answer.Header.Get("Retry-After"), time.Now()),
	}
	var err error
	attempt.Answer, err = io.ReadAll(io.LimitReader(answer.Body, answerKept))
	if err == nil && len(attempt.Answer) == answerKept {
		_, err = io.CopyN(io.Discard, answer.Body, answerRead-answerKept)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		attempt.Err = describe(err)
	}
	// What is wrong with a body that has been read as far as wanted is no news.
	_ = answer.Body.Close()
	return attempt
}

// retryAfter reads the header in both forms of RFC 9110, section 10.2.3.
// Anything else is as if it were not there.
func retryAfter(header string, now time.Time) time.Duration {
	seconds, err := strconv.ParseUint(header, 10, 32)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	if at, err := http.ParseTime(header); err == nil {
		return min(max(at.Sub(now), 0), maxRetryAfter)
	}
	return 0
}

// describe says what went wrong in our own words, since the errors of the
// standard library quote addresses, names and answers.
func describe(err error) string { return describeAs(err, "no valid HTTP answer") }

// describeAs is describe with words for what has none of its own.
func describeAs(err error, otherwise string) string {
	if certificate, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return describeCertificate(certificate)
	}
	if name, ok := errors.AsType[*net.DNSError](err); ok && !name.IsTimeout {
		return "host name not found"
	}
	timeout, ok := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, ErrForbidden):
		return ErrForbidden.Error()
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case ok && timeout.Timeout():
		return "timed out"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection closed early"
	default:
		return otherwise
	}
}

func describeCertificate(err error) string {
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "certificate is for another name"
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return "certificate has expired or is not valid yet"
	}
	return "certificate is not trusted"
}
