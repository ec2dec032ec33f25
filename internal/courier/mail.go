package courier

import (
	"context"
	"errors"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

// Letter is an e-mail on its way.
type Letter struct {
	dialect.Mail
	// ID is the notice's: the same however often it is sent.
	ID string
	// Part is the account on whose behalf it is sent.
	Part string
	// At is the business time of the try.
	At time.Time
}

// Mailer sends e-mails. Its errors say in a few fixed words what went wrong,
// and name no address, person or secret. One that is a *MailRefused is the
// answer of a mail server.
type Mailer interface {
	Send(ctx context.Context, l Letter) error
}

// MailRefused is a mail server's answer that it does not take an e-mail: for
// good with a Code from 500, for the present with one from 400 to 499.
type MailRefused struct{ Code int }

// Error says it without the server's own words, which quote addresses.
func (*MailRefused) Error() string { return "the mail server refused it" }

var (
	errNoMailServer = errors.New("no mail server is configured")
	errNotForMail   = errors.New("the endpoint is not for e-mails")
)

// accepted is how SMTP says that an e-mail was taken.
const accepted = 250

// mail sends a notice as an e-mail once. What it says and whom to is not kept.
func (c *Courier) mail(ctx context.Context, d core.Delivery, mail dialect.Mail, at time.Time) core.Outcome {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	began := time.Now()
	err := c.hand(ctx, d, Letter{Mail: mail, ID: d.ID(), Part: d.Notice.Partner.Part, At: at})
	outcome := core.Outcome{At: at, Duration: time.Since(began), Delivered: err == nil, Status: accepted}
	if err == nil {
		return outcome
	}
	outcome.Status = 0
	if refused, ok := errors.AsType[*MailRefused](err); ok {
		outcome.Status = refused.Code
	} else {
		outcome.Fault = err.Error()
	}
	if wait, more := Next(d.ID(), d.Attempt); more && outcome.Status < 500 {
		outcome.Again = wait
	}
	return outcome
}

// hand gives a letter to the mailer.
func (c *Courier) hand(ctx context.Context, d core.Delivery, l Letter) error {
	switch {
	case d.URL != core.SchemeMail:
		return errNotForMail
	case c.Mailer == nil:
		return errNoMailServer
	}
	return c.Mailer.Send(ctx, l)
}
