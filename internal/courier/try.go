package courier

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/planted"
)

// deliver makes one try as of a business time, and says so.
func (c *Courier) deliver(ctx context.Context, d core.Delivery, at time.Time) core.Outcome {
	outcome := c.try(ctx, d, at)
	if !outcome.Delivered && outcome.Again == 0 {
		c.Log.Error("notice given up", "notice", d.ID(), "part", d.Notice.Partner.Part,
			"attempt", d.Attempt, "outcome", outcome.Fault, "status", outcome.Status,
			"next", "covernote notices list --state given_up")
	}
	if c.Told != nil {
		c.Told(d.Notice.Partner, outcome)
	}
	return outcome
}

// try makes one try to send a notice, as a webhook or as an e-mail. What cannot be
// said is given up alone.
func (c *Courier) try(ctx context.Context, d core.Delivery, at time.Time) core.Outcome {
	speaker := c.Dialects[d.Notice.Partner.Family]
	message, err := tell(speaker, d)
	switch {
	case err != nil:
		c.Log.Error("notice cannot be built", "notice", d.ID(), "event", d.Notice.Event.Type, "error", err)
		return core.Outcome{At: at, Fault: "the message could not be built"}
	case d.Unsigned != nil:
		c.Log.Error("notice cannot be signed", "notice", d.ID(), "part", d.Notice.Partner.Part, "error", d.Unsigned)
		return c.failed(speaker, d, core.Outcome{At: at, Fault: "the message could not be signed"}, 0)
	case message.Mail != nil:
		return c.mail(ctx, d, *message.Mail, at)
	}
	return c.post(ctx, speaker, d, message, at)
}

func tell(speaker dialect.Dialect, d core.Delivery) (dialect.Message, error) {
	if d.Broken != nil {
		return dialect.Message{}, d.Broken
	}
	return speaker.Tell(d.Notice)
}

// post posts a notice once.
func (c *Courier) post(ctx context.Context, speaker dialect.Dialect, d core.Delivery, message dialect.Message, at time.Time) core.Outcome {
	url, timeout := d.URL, c.Timeout
	if c.Address != nil {
		url, timeout = c.Address(url)
	}
	attempt := c.Poster.Post(ctx, Request{URL: url, Header: header(speaker, d, message, at), Body: message.Body}, timeout)
	outcome := core.Outcome{
		At: at, Duration: attempt.Duration, Status: attempt.Status, Request: message.Body, Answer: attempt.Answer,
		Fault: attempt.Err, Delivered: attempt.Status != 0 && speaker.Delivered(attempt.Status),
		Gone: attempt.Status == http.StatusGone,
	}
	if outcome.Delivered {
		return outcome
	}
	return c.failed(speaker, d, outcome, attempt.RetryAfter)
}

// failed adds to the outcome of a failed try when the next is made, not before the
// receiver wants it.
func (*Courier) failed(speaker dialect.Dialect, d core.Delivery, o core.Outcome, notBefore time.Duration) core.Outcome {
	tries := speaker.Tries(d.Notice.Partner)
	if wait, more := Next(d.ID(), d.Attempt); more && (tries == 0 || d.Attempt < tries) {
		o.Again = max(wait, notBefore)
	}
	return o
}

// header is what every webhook carries beside its dialect's own headers. The
// delivery id is the same however often the notice is sent; Sent-At is business
// time, which a sandbox moves.
func header(speaker dialect.Dialect, d core.Delivery, message dialect.Message, at time.Time) http.Header {
	now := time.Now()
	h := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	maps.Copy(h, message.Header)
	maps.Copy(h, speaker.Sign(d.Notice, message.Body, d.Key, now))
	h.Set("Covernote-Delivery-Id", d.ID())
	h.Set("Covernote-Event-Id", d.Notice.Event.ID)
	h.Set("Covernote-Sent-At", at.Format(time.RFC3339Nano))
	signed := message.Body
	if planted.Bug(planted.SignatureOverReencoded) {
		var value any
		_ = json.Unmarshal(signed, &value)
		signed, _ = json.Marshal(value) // PLANTED: not the bytes that are sent.
	}
	secrets := [][]byte{d.Secret}
	if d.OldSecret != nil {
		secrets = append(secrets, d.OldSecret)
	}
	h.Set(SignatureHeader, Signature(signed, now, secrets...))
	if d.Standard {
		signStandard(h, d.ID(), signed, now, secrets)
	}
	return h
}

// signStandard adds the headers of Standard Webhooks. What a secret is in its form,
// StandardSecret says.
func signStandard(h http.Header, id string, body []byte, now time.Time, secrets [][]byte) {
	var signatures []string
	for _, secret := range secrets {
		signer, err := standardwebhooks.NewWebhook(StandardSecret(string(secret)))
		if err != nil {
			continue // not a secret of that form; ours stands beside it
		}
		signature, err := signer.Sign(id, now, body)
		if err == nil {
			signatures = append(signatures, signature)
		}
	}
	h.Set(standardwebhooks.HeaderWebhookID, id)
	h.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	h.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
}
