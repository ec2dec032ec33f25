package thinksurance

import (
	"testing"

	"github.com/covernote/covernote/internal/core"
)

const (
	fileOne = `{"referenceType":"file","referenceId":"d1","links":[{"contentType":"application/pdf",` +
		`"href":"https://site.example/api/public/v2/notifications/n1/documents/d1"}]}`
	fileTwo = `{"referenceType":"file","referenceId":"d2","links":[{"contentType":"application/pdf",` +
		`"href":"https://site.example/api/public/v2/notifications/n1/documents/d2"}]}`
	aboutInquiry = `{"referenceType":"inquiry","referenceId":"1878887","links":[{"contentType":"application/json",` +
		`"href":"https://site.example/api/ipn/inquiry/1878887"}]}`
	aboutContract = `,{"referenceType":"contract","referenceId":"C-100-200","links":[{"contentType":"application/json",` +
		`"href":"https://site.example/api/public/v2/notifications/n1/contracts/C-100-200"}]}`
	aboutCustomer = `,{"referenceType":"customer","referenceId":"520108","links":[{"contentType":"application/json",` +
		`"href":"https://site.example/api/public/v2/notifications/n1/customers/520108"}]}`
)

func noticeOf(event core.EventType, i *core.Inquiry) core.Notice {
	return core.Notice{
		ID: "n1", Event: core.Event{ID: "e1", Type: event, At: moment("2024-03-06T23:30:00.123456Z")},
		Partner: partnerWith(nil), Inquiry: i,
	}
}

// webhook is the body of one, in one line.
func webhook(name, label, affected string) string {
	return `{"eventType":"` + name + `","eventTime":"2024-03-06T23:30:00Z","eventId":"e1","notificationId":"n1",` +
		`"accountReference":"demopool","brokerReference":"1","translations":{"eventType":{"de_DE":"` + label + `"}},` +
		`"affected":[` + affected + `]}`
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	unbound := ordered()
	unbound.Policy, unbound.Documents = nil, nil
	for _, c := range []struct {
		name    string
		event   core.EventType
		inquiry core.Inquiry
		want    string
	}{
		{
			"created", core.EventInquiryCreated, published(),
			webhook("InquiryCreated", "Beratung erstellt", aboutInquiry+aboutCustomer),
		},
		{
			"updated, whatever there is to show", core.EventInquiryUpdated, ordered(),
			webhook("InquiryUpdated", "Beratung aktualisiert", aboutInquiry+aboutCustomer),
		},
		{
			"proposed", core.EventInquiryProposed, proposed(),
			webhook("InquiryProposalCreated", "Vorschlag erstellt", aboutInquiry+aboutCustomer+","+fileOne),
		},
		{
			"ordered", core.EventInquiryOrdered, ordered(),
			webhook("InquiryOrdered", "Deckungsauftrag erstellt",
				aboutInquiry+aboutContract+aboutCustomer+","+fileOne+","+fileTwo),
		},
		{
			"ordered, with nothing to show", core.EventInquiryOrdered, unbound,
			webhook("InquiryOrdered", "Deckungsauftrag erstellt", aboutInquiry+aboutCustomer),
		},
	} {
		got, err := theDialect().Tell(noticeOf(c.event, &c.inquiry))
		if err != nil || string(got.Body) != c.want {
			t.Errorf("%s\ngot  %s, %v\nwant %s", c.name, got.Body, err, c.want)
		}
		if got.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: headers %v", c.name, got.Header)
		}
	}
}

func TestPush(t *testing.T) {
	t.Parallel()
	i := published()
	n := noticeOf(core.EventInquiryCreated, &i)
	n.Purpose = core.PurposePush
	got, err := theDialect().Tell(n)
	if err != nil || string(got.Body) != publishedBody() {
		t.Errorf("got  %s, %v\nwant %s", got.Body, err, publishedBody())
	}
	if got.Header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", got.Header)
	}
}

func TestTellRefusesWhatItCannotSay(t *testing.T) {
	t.Parallel()
	i := published()
	for _, n := range []core.Notice{
		noticeOf(core.EventEndpointFailing, nil),
		noticeOf(core.EventPolicyBound, &i),
		noticeOf(core.EventInquiryCreated, nil),
	} {
		for _, purpose := range []core.Purpose{core.PurposeEvents, core.PurposePush} {
			n.Purpose = purpose
			if got, err := theDialect().Tell(n); err == nil {
				t.Errorf("told %s to %s: %s", n.Event.Type, purpose, got.Body)
			}
		}
	}
}
