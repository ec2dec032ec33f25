package core

import (
	"testing"

	"github.com/covernote/covernote/internal/insurance"
)

// An e-mail tells what is so: which one fits is for the state of the package
// to say.
func TestMailsFitTheState(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		confirmed, cancelled := h.booked(p, tickets("100")), h.booked(p, tickets("100"))
		h.cancelled(p, cancelled)
		for _, c := range []struct {
			told  Package
			asked MailKind
			sent  MailKind
		}{
			{confirmed, "", MailConfirmed}, {confirmed, MailConfirmed, MailConfirmed}, {confirmed, MailUpdated, MailUpdated},
			{confirmed, MailCancelled, ""}, {cancelled, "", MailCancelled}, {cancelled, MailCancelled, MailCancelled},
			{cancelled, MailConfirmed, ""}, {cancelled, MailUpdated, ""}, {confirmed, "birthday", ""},
		} {
			before := h.booking(p, c.told)
			_, err := h.SendMail(t.Context(), p, MailWish{PackageID: c.told.ID, Kind: c.asked}, Once{})
			if c.sent == "" {
				h.refused(err, insurance.CodeStateForbidden)
				continue
			}
			h.fatal(err)
			events := h.eventsOf(p, c.told.ID)
			var said MailTold
			last := events[len(events)-1]
			h.fatal((Event{Data: []byte(last.Data)}).Decode(&said))
			if last.Type != string(EventMailRequested) || said.Kind != c.sent || said.PackageID != c.told.ID {
				t.Errorf("asked for %q, %s tells %+v", c.asked, last.Type, said)
			}
			if after := h.booking(p, c.told); !after.UpdatedAt.Equal(before.UpdatedAt) {
				t.Error("an e-mail counts as a change")
			}
		}
	})
}
