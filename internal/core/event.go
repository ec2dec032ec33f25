package core

import (
	"encoding/json"
	"time"

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
)

// EventTypes lists every event, so that each dialect can be checked for one
// it neither tells nor excuses.
func EventTypes() []EventType {
	return []EventType{
		EventOrderBooked, EventOrderRefused, EventPolicyBound, EventPolicyPremium, EventPolicyRenewed,
		EventPolicyEnding, EventPolicyCancelled, EventPolicyWithdrawn, EventPolicyVoided, EventPolicyExpired,
	}
}

// Event is something that happened to one order or policy. Events of a
// subject are numbered from 1 without gaps. An event carries no personal data.
type Event struct {
	ID       string
	Part     string
	Subject  string
	Sequence int64
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

// Notice is an event on its way to one endpoint of a partner.
type Notice struct {
	// ID stays the same however often the notice is sent.
	ID      string
	Event   Event
	Partner Partner
}

// Decode reads the event's data into the struct of its type.
func (e Event) Decode(into any) error { return json.Unmarshal(e.Data, into) }
