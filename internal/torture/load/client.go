// Package load is the clients of all three partner APIs: many at once, each of
// which notes what it does and asks again until it knows what became of it.
package load

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Request is what a client sends, to whichever node.
type Request struct {
	Method, Path string
	Body         []byte
	// Sign adds what proves who asks; it is called anew for each try. After an
	// error nothing is sent.
	Sign func(*http.Request) error
	// Key is sent as a repetition key under the header Keyed, if that is set.
	Key, Keyed string
}

// Answer is what came back, whole.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Sum is the SHA-256 of the answer's body, in hexadecimal.
func (a Answer) Sum() string {
	sum := sha256.Sum256(a.Body)
	return hex.EncodeToString(sum[:])
}

// patience is how long a client waits for an answer.
const patience = 8 * time.Second

// NewClient is an HTTP client of its own, which follows no redirects.
func NewClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 5 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}

// Send sends a request to the node at base and reads the whole answer. An error
// leaves unknown what became of it.
func Send(ctx context.Context, client *http.Client, base string, r Request) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, r.Method, base+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return Answer{}, fmt.Errorf("write a request: %w", err)
	}
	if len(r.Body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	// A client that repeats by itself would hide from us that it did.
	request.GetBody = nil
	if r.Sign != nil {
		if err := r.Sign(request); err != nil {
			return Answer{}, err
		}
	}
	if r.Keyed != "" {
		request.Header.Set(r.Keyed, r.Key)
	}
	response, err := client.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = response.Body.Close() }() // it is read to its end, or lost
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return Answer{}, err
	}
	return Answer{response.StatusCode, response.Header, body}, nil
}

// Sign proves that the shop asks.
func (s Shop) Sign(r *http.Request) error { return Basic(s.Username, s.Password)(r) }

// Sign proves that the agency asks: the signature covers the date.
func (a Agency) Sign(r *http.Request) error {
	date := time.Now().UTC().Format(http.TimeFormat)
	mac := hmac.New(sha512.New, []byte(a.APISecret))
	mac.Write([]byte("date: " + date))
	signature := url.QueryEscape(base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	r.Header.Set("Date", date)
	r.Header.Set("Authorization", fmt.Sprintf(`Signature keyId=%q,algorithm="hmac-sha512",signature=%q`, a.APIKey, signature))
	return nil
}

// Basic proves to Covernote's own API that the shop, the agency or the pool asks.
func Basic(user, secret string) func(*http.Request) error {
	return func(r *http.Request) error {
		r.SetBasicAuth(user, secret)
		return nil
	}
}
