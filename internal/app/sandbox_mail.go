package app

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/covernote/covernote/internal/courier"
	"github.com/covernote/covernote/internal/store"
)

// methodEmail is what an e-mail has in the inbox in place of a method.
const methodEmail = "EMAIL"

// sandboxSender is who e-mails of a sandbox come from; nobody can have it.
const sandboxSender = "Covernote <sandbox@covernote.invalid>"

// mailInbox lets e-mails go to the sandbox's inbox, and nowhere else.
type mailInbox struct{ store *store.Store }

func inboxMailer(s *store.Store) courier.Mailer { return mailInbox{s} }

// Send keeps an e-mail as of the business time at which it was sent: its HTML if
// there is any, and its text beside it as a header.
func (m mailInbox) Send(ctx context.Context, l courier.Letter) error {
	headers := map[string][]string{
		"From": {sandboxSender}, "To": {l.To.Reveal()}, "Subject": {l.Subject}, "Covernote-Delivery-Id": {l.ID},
	}
	kind, body := "text/plain; charset=utf-8", l.Text
	if l.HTML != "" {
		kind, body = "text/html; charset=utf-8", l.HTML
		headers["Text"] = []string{l.Text}
	}
	headers["Content-Type"] = []string{kind}
	text, err := json.Marshal(headers)
	if err != nil {
		return errors.New("the e-mail cannot be written")
	}
	changes := store.NewChanges("")
	changes.AddInboxMessage(store.InboxMessage{
		ID: newInboxID(), ReceivedAt: l.At.UnixMicro(), Partner: l.Part, Method: methodEmail,
		Path: l.To.Reveal(), Headers: string(text), Body: []byte(body),
	})
	if err := m.store.Commit(ctx, changes); err != nil {
		return errors.New("the inbox is away")
	}
	return nil
}
