package core

import (
	"time"

	"github.com/go-json-experiment/json"

	"github.com/covernote/covernote/internal/insurance"
)

// EventType names what happened.
type EventType string

// The events. An event of an order tells what became of it as a whole; an
// event of a policy tells one step of its life.
const (
	EventOrderBooked     EventType = "order.booked"
	EventOrderRefused    EventType = "order.refused"
	EventPolicyBound     EventType = "policy.bound"
	EventPolicyPremium   EventType = "policy.premium_written"
	EventPolicyRenewed   EventType = "policy.renewed"
	EventPolicyEnding    EventType = "policy.ending_declared"
	EventPolicyCancelled EventType = "policy.cancelled"
	EventPolicyWithdrawn EventType = "policy.withdrawn"
	EventPolicyVoided    EventType = "policy.voided"
	EventPolicyExpired   EventType = "policy.expired"
	EventEndpointFailing EventType = "endpoint.failing"
	EventEndpointPaused  EventType = "endpoint.paused"
	EventPolicyEndorsed  EventType = "policy.endorsed"
	EventPolicyRenewing  EventType = "policy.renewal_changed"
	EventPolicyLapsed    EventType = "policy.lapsed"
	// EventCoolingOffEnded: the policyholder can no longer withdraw.
	EventCoolingOffEnded EventType = "policy.cooling_off_ended"
	// The events of a package that was booked. They are told with the package
	// as it stood before and after.
	EventBookingCreated   EventType = "booking.created"
	EventBookingUpdated   EventType = "booking.updated"
	EventBookingCancelled EventType = "booking.cancelled"
	// EventBookingFailed: its payment was not confirmed in time.
	EventBookingFailed EventType = "booking.failed"
	// The steps of a renewal that has to be paid for.
	EventRenewalPlanned   EventType = "renewal.planned"
	EventRenewalAnnounced EventType = "renewal.announced"
	EventRenewalDue       EventType = "renewal.due"
	EventRenewalExpired   EventType = "renewal.expired"
	// EventMailRequested asks for an e-mail to a policyholder.
	EventMailRequested EventType = "mail.requested"
	// The events of an inquiry: one for each status that it takes.
	EventInquiryCreated  EventType = "inquiry.created"
	EventInquiryUpdated  EventType = "inquiry.updated"
	EventInquiryProposed EventType = "inquiry.proposed"
	EventInquiryOrdered  EventType = "inquiry.ordered"
)

// EventTypes lists every event, so that each dialect can be checked for one
// it neither tells nor excuses.
func EventTypes() []EventType {
	return []EventType{
		EventOrderBooked, EventOrderRefused, EventPolicyBound, EventPolicyPremium, EventPolicyRenewed,
		EventPolicyEnding, EventPolicyCancelled, EventPolicyWithdrawn, EventPolicyVoided, EventPolicyExpired,
		EventEndpointFailing, EventEndpointPaused,
		EventPolicyEndorsed, EventPolicyRenewing, EventPolicyLapsed, EventCoolingOffEnded, EventBookingCreated,
		EventBookingUpdated, EventBookingCancelled, EventBookingFailed, EventRenewalPlanned, EventRenewalAnnounced, EventRenewalDue, EventRenewalExpired,
		EventMailRequested, EventInquiryCreated, EventInquiryUpdated, EventInquiryProposed, EventInquiryOrdered,
	}
}

// Event is something that happened to one order or policy. Events of a
// subject are numbered from 1 without gaps. An event carries no personal data.
type Event struct {
	ID       string
	Part     string
	Subject  string
	Sequence int64
	// Position is its place in the partner's log, counted from 1 without gaps; 0
	// until it has one, which is moments after it was recorded.
	Position int64
	Type     EventType
	At       time.Time
	// Data is the JSON of the type's own struct.
	Data []byte
}

// OrderBooked is the data of EventOrderBooked.
type OrderBooked struct {
	Reference string        `json:"reference"`
	Policies  []BoundPolicy `json:"policies"`
}

// BoundPolicy is a policy as its binding is told.
type BoundPolicy struct {
	CertificateNumber string         `json:"certificate_number"`
	ProductName       insurance.Text `json:"product_name"`
	// InceptionOn is the first day of cover, YYYY-MM-DD.
	InceptionOn string `json:"inception_on"`
	// Gross is the premium of one interval, tax included, as a decimal with
	// all digits of its currency.
	Gross    string `json:"gross"`
	Currency string `json:"currency"`
}

// OrderRefused is the data of EventOrderRefused: one proposal of an
// acknowledged order could not be booked.
type OrderRefused struct {
	Reference string         `json:"reference"`
	Code      insurance.Code `json:"code"`
}

// BookingTold is the data of the events of a booking.
type BookingTold struct {
	PackageID string `json:"package_id"`
	// From and To are versions of the package; From is 0 where there was none.
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// CancellationTold is the data of EventBookingCancelled.
type CancellationTold struct {
	BookingTold
	// Refunds are what the cancelled quotes give back, by the ids of quotes:
	// decimals with all digits of their currency.
	Refunds map[string]string `json:"refunds"`
}

// RenewalTold is the data of the events of a renewal. Instants are of RFC 3339
// with microseconds, UTC.
type RenewalTold struct {
	BookingTold
	RenewalID string    `json:"renewal_id"`
	QuoteID   string    `json:"quote_id"`
	State     string    `json:"state"`
	StartsAt  time.Time `json:"starts_at"`
	EndsAt    time.Time `json:"ends_at"`
	// Price is the gross premium, a decimal with all digits of its currency.
	Price    string `json:"price"`
	Currency string `json:"currency"`
	// Period is the length of the term, such as "3M".
	Period     string    `json:"period"`
	CreatedAt  time.Time `json:"created_at"`
	NoticeAt   time.Time `json:"notice_at"`
	DueAt      time.Time `json:"due_at"`
	GraceUntil time.Time `json:"grace_until"`
}

// MailTold is the data of EventMailRequested.
type MailTold struct {
	BookingTold
	Kind MailKind `json:"kind"`
	// Refund is what was given back altogether, a decimal with all digits of its
	// currency; empty if nothing was.
	Refund string `json:"refund,omitempty"`
}

// Notice is an event on its way to one endpoint of a partner.
type Notice struct {
	// ID stays the same however often the notice is sent.
	ID      string
	Event   Event
	Partner Partner
	// Old and New are the package before and after an event of a booking, a
	// renewal or an e-mail; nil for other events, and Old where there was none.
	Old, New *Package
	// Inquiry is as it stood after an event of an inquiry; nil for other events.
	Inquiry *Inquiry
	// Purpose is that of the endpoint.
	Purpose Purpose
}

// Decode reads the event's data into the struct of its type.
func (e Event) Decode(into any) error { return json.Unmarshal(e.Data, into) }
