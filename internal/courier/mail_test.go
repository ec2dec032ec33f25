package courier

import (
	"context"
	"errors"
	"testing"

	"github.com/covernote/covernote/internal/core"
)

// mailbox is a mailer that answers with an error and keeps what it was given.
type mailbox struct {
	err  error
	kept []Letter
}

// Send keeps a letter.
func (m *mailbox) Send(ctx context.Context, l Letter) error {
	if _, bounded := ctx.Deadline(); !bounded {
		return errors.New("nobody bounds how long this takes")
	}
	m.kept = append(m.kept, l)
	return m.err
}

func TestMail(t *testing.T) {
	t.Parallel()
	const gaveUp, again = false, true
	for name, c := range map[string]struct {
		url    string
		mailer Mailer
		want   core.Outcome
		retry  bool
	}{
		"taken":         {core.SchemeMail, &mailbox{}, core.Outcome{Delivered: true, Status: 250}, gaveUp},
		"no server":     {core.SchemeMail, nil, core.Outcome{Fault: "no mail server is configured"}, again},
		"refused":       {core.SchemeMail, &mailbox{err: &MailRefused{Code: 550}}, core.Outcome{Status: 550}, gaveUp},
		"not yet":       {core.SchemeMail, &mailbox{err: &MailRefused{Code: 451}}, core.Outcome{Status: 451}, again},
		"away":          {core.SchemeMail, &mailbox{err: errors.New("timed out")}, core.Outcome{Fault: "timed out"}, again},
		"to a webhook":  {"https://one.example", &mailbox{}, core.Outcome{Fault: "the endpoint is not for e-mails"}, again},
		"endpoint gone": {"", &mailbox{}, core.Outcome{Fault: "the endpoint is not for e-mails"}, again},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			message := letter.Mail
			courier := newCourier(t, speaker{mail: &message})
			courier.Mailer = c.mailer
			notice := core.Notice{Partner: core.Partner{Part: "shop"}}
			got := courier.try(t.Context(), core.Delivery{Notice: notice, URL: c.url, Attempt: 1}, signedAt)
			if got.Delivered != c.want.Delivered || got.Status != c.want.Status || got.Fault != c.want.Fault ||
				(got.Again > 0) != c.retry || !got.At.Equal(signedAt) {
				t.Errorf("outcome is %+v", got)
			}
			if len(got.Request) > 0 || len(got.Answer) > 0 {
				t.Errorf("what was written to somebody is kept: %q", got.Request)
			}
			box, _ := c.mailer.(*mailbox)
			if box != nil && c.url == core.SchemeMail &&
				(len(box.kept) != 1 || box.kept[0].Mail != message || box.kept[0].Part != "shop" || !box.kept[0].At.Equal(signedAt)) {
				t.Errorf("sent %+v", box.kept)
			}
		})
	}
}

// A webhook never goes where e-mails leave.
func TestWebhookToMailIsForbidden(t *testing.T) {
	t.Parallel()
	got := newCourier(t, speaker{body: "{}"}).try(t.Context(), core.Delivery{URL: core.SchemeMail, Attempt: 1}, signedAt)
	if got.Delivered || got.Fault != "destination is not allowed: not a URL that begins with https://" || got.Again == 0 {
		t.Errorf("outcome is %+v", got)
	}
}
