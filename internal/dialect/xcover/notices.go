package xcover

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// headerSequence numbers the events of one subject, so that a receiver can
// put them in order. The original has none.
const headerSequence = "Covernote-Event-Sequence"

// eventName is what webhooks call an event.
type eventName struct{ first, later string }

// eventNames are those of 2019 and of later years. Two of 2019 differ from the
// headings under which they were published; their samples are what receivers
// compare.
var eventNames = map[core.EventType]eventName{
	core.EventBookingUpdated:   {"booking.update", "BOOKING_UPDATED"},
	core.EventBookingCancelled: {"booking.cancellation", "BOOKING_CANCELLED"},
	core.EventRenewalAnnounced: {"renewal.notification", "RENEWAL_NOTIFICATION"},
	core.EventRenewalDue:       {"renewal.due_date", "RENEWAL_DUE"},
	core.EventRenewalExpired:   {"renewal.expired", "RENEWAL_EXPIRED"},
	core.EventBookingCreated:   {later: "BOOKING_CREATED"},
	core.EventRenewalPlanned:   {later: "RENEWAL_CREATED"},
}

// Told are the events that have a webhook, the warning that one does not get
// through, and the wish for an e-mail.
func (d *Dialect) Told() []core.EventType {
	return []core.EventType{
		core.EventBookingUpdated, core.EventBookingCancelled, core.EventRenewalAnnounced,
		core.EventRenewalDue, core.EventRenewalExpired, core.EventMailRequested, core.EventEndpointFailing,
		core.EventEndpointPaused,
	}
}

// Asked are the events that only later years had a name for.
func (d *Dialect) Asked(p core.Partner) []core.EventType {
	if setting(p, switchEventNames) != "later" {
		return nil
	}
	return []core.EventType{core.EventBookingCreated, core.EventRenewalPlanned}
}

// Tell writes the webhook or the e-mail for an event of Told.
func (d *Dialect) Tell(n core.Notice) (dialect.Message, error) {
	name, named := eventNames[n.Event.Type]
	switch {
	case n.Event.Type == core.EventMailRequested:
		return d.tellMail(n)
	case n.Event.Type == core.EventEndpointFailing, n.Event.Type == core.EventEndpointPaused:
		return tellFailing(n)
	case !named:
		return dialect.Message{}, fmt.Errorf("xcover has no webhook for %s", n.Event.Type)
	case setting(n.Partner, switchEventNames) == "later":
		return d.tellLater(n, name.later)
	case name.first == "":
		return dialect.Message{}, fmt.Errorf("xcover had no webhook for %s in 2019", n.Event.Type)
	case n.Event.Type == core.EventBookingUpdated, n.Event.Type == core.EventBookingCancelled:
		return d.tellMove(n, name.first)
	}
	return tellRenewal(n, name.first)
}

// Sign proves the sender by a signature of the date, as requests to us are
// signed, under the key of the endpoint.
func (d *Dialect) Sign(n core.Notice, _ []byte, key core.EndpointKey, at time.Time) http.Header {
	authorization, date := signOutgoing(key.ID, key.Secret, setting(n.Partner, switchWebhookAlgorithm), at)
	header := http.Header{}
	header.Set("Authorization", authorization)
	header.Set("Date", date)
	header.Set(headerAPIKey, key.ID)
	header.Set(headerSequence, strconv.FormatInt(n.Event.Sequence, 10))
	return header
}

// Tries leaves the number of tries to the courier.
func (d *Dialect) Tries(core.Partner) int { return 0 }

// Delivered takes 200 and nothing else for an answer.
func (d *Dialect) Delivered(status int) bool { return status == http.StatusOK }

func (d *Dialect) tellMove(n core.Notice, name string) (dialect.Message, error) {
	if n.New == nil {
		return dialect.Message{}, fmt.Errorf("the booking of %s is not there", n.Event.Type)
	}
	move := wireMove{New: d.scribe(n.Partner, *n.New).told()}
	if n.Old != nil {
		move.Old = d.scribe(n.Partner, *n.Old).told()
	}
	return message(wireTold{Event: name, Payload: move})
}

// tellRenewal says the renewal as it was when it happened.
func tellRenewal(n core.Notice, name string) (dialect.Message, error) {
	var told core.RenewalTold
	if err := n.Event.Decode(&told); err != nil {
		return dialect.Message{}, err
	}
	price, err := insurance.ParseMoney(told.Price, insurance.Currency(told.Currency))
	if err != nil {
		return dialect.Message{}, fmt.Errorf("price of renewal %s: %w", told.RenewalID, err)
	}
	return message(wireTold{Event: name, Payload: wireRenewal{
		ID: told.RenewalID, PackageID: told.PackageID, QuoteID: told.QuoteID,
		Status:    renewalStatuses[insurance.RenewalState(told.State)],
		StartDate: policyTimeZ(told.StartsAt), EndDate: policyTimeZ(told.EndsAt),
		Price: number(price), Period: periodWord(told.Period),
		CreatedAt: instant(told.CreatedAt), NotificationDate: policyTimeZ(told.NoticeAt),
		DueDate: policyTimeZ(told.DueAt), ExpiryDate: policyTimeZ(told.GraceUntil),
	}})
}

func (d *Dialect) tellLater(n core.Notice, name string) (dialect.Message, error) {
	if n.New == nil {
		return dialect.Message{}, fmt.Errorf("the booking of %s is not there", n.Event.Type)
	}
	body := d.scribe(n.Partner, *n.New).later()
	if err := body.refund(n); err != nil {
		return dialect.Message{}, err
	}
	return message(wireTold{Event: name, Payload: body})
}

func tellFailing(n core.Notice) (dialect.Message, error) {
	var told core.EndpointFailing
	if err := n.Event.Decode(&told); err != nil {
		return dialect.Message{}, err
	}
	body := wireFailing{
		Event: "webhook.failing", Endpoint: told.URL, Failures: told.Failures,
		Last: wireFailedTry{At: instant(told.Last.At), Error: orNull(told.Last.Fault)},
	}
	if told.PausesAt != nil {
		body.PausesAt = instant(*told.PausesAt)
	}
	if told.PausedAt != nil {
		body.Event, body.PausedAt, body.Reason = "webhook.paused", instant(*told.PausedAt), string(told.Reason)
	}
	if told.Last.Status != 0 {
		body.Last.Status = json.RawMessage(strconv.Itoa(told.Last.Status))
	}
	return message(body)
}

func message(body any) (dialect.Message, error) {
	text, err := dialect.EncodeJSON(body)
	if err != nil {
		return dialect.Message{}, err
	}
	return dialect.Message{Header: http.Header{"Content-Type": {"application/json"}}, Body: text}, nil
}
