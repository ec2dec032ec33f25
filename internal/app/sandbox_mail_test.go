package app

import (
	"testing"
	"time"

	"github.com/covernote/covernote/internal/courier"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// E-mails of a sandbox are read in its inbox.
func TestInboxMailer(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		mail          dialect.Mail
		headers, body string
	}{
		{
			dialect.Mail{Subject: "Your policy", Text: "Grüße", HTML: "<p>Grüße</p>"},
			`{"Content-Type":["text/html; charset=utf-8"],"Covernote-Delivery-Id":["0198"],` +
				`"From":["Covernote \u003csandbox@covernote.invalid\u003e"],"Subject":["Your policy"],"Text":["Grüße"],"To":["erika@example.com"]}`,
			"<p>Grüße</p>",
		},
		{
			dialect.Mail{Subject: "Your policy", Text: "Grüße"},
			`{"Content-Type":["text/plain; charset=utf-8"],"Covernote-Delivery-Id":["0198"],` +
				`"From":["Covernote \u003csandbox@covernote.invalid\u003e"],"Subject":["Your policy"],"To":["erika@example.com"]}`,
			"Grüße",
		},
	} {
		s := storetest.Fresh(t, storetest.SQLite)
		c.mail.To = insurance.Personal("erika@example.com")
		if err := inboxMailer(s).Send(t.Context(), courier.Letter{Mail: c.mail, ID: "0198", Part: "shop", At: at}); err != nil {
			t.Fatal(err)
		}
		err := s.View(t.Context(), func(v *store.View) error {
			kept, err := v.Inbox(10)
			if len(kept) != 1 || kept[0].Method != "EMAIL" || kept[0].Path != "erika@example.com" || kept[0].Partner != "shop" ||
				kept[0].ReceivedAt != at.UnixMicro() || kept[0].Headers != c.headers || string(kept[0].Body) != c.body {
				t.Errorf("kept %+v", kept)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
