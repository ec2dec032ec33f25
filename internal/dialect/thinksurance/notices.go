package thinksurance

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

// eventName is what webhooks call an event, and what they show to people.
type eventName struct{ name, label string }

var eventNames = map[core.EventType]eventName{
	core.EventInquiryCreated:  {"InquiryCreated", "Beratung erstellt"},
	core.EventInquiryUpdated:  {"InquiryUpdated", "Beratung aktualisiert"},
	core.EventInquiryProposed: {"InquiryProposalCreated", "Vorschlag erstellt"},
	core.EventInquiryOrdered:  {"InquiryOrdered", "Deckungsauftrag erstellt"},
}

var errNoInquiry = errors.New("the inquiry of the event is not there")

// Tell writes an event of Told: with the whole inquiry to an endpoint that
// inquiries are pushed to, and with links to it to any other.
func (d *Dialect) Tell(n core.Notice) (dialect.Message, error) {
	name, told := eventNames[n.Event.Type]
	switch {
	case !told:
		return dialect.Message{}, fmt.Errorf("thinksurance has no webhook for %s", n.Event.Type)
	case n.Inquiry == nil:
		return dialect.Message{}, errNoInquiry
	case n.Purpose == core.PurposePush:
		return message(d.inquiry(n.Partner, *n.Inquiry))
	}
	return message(wireNotice{
		EventType: name.name, EventTime: n.Event.At.UTC().Format(time.RFC3339), EventID: n.Event.ID,
		NotificationID: n.ID, AccountReference: n.Partner.Part, BrokerReference: n.Inquiry.Broker.ExternalID,
		Translations: wireTranslations{EventType: wireTranslation{German: name.label}},
		Affected:     d.affected(n),
	})
}

// affected are the inquiry and its customer; the contract, once it was ordered;
// and, from the proposal on, the documents.
func (d *Dialect) affected(n core.Notice) []wireAffected {
	i := n.Inquiry
	id := strconv.FormatInt(i.ID, 10)
	all := []wireAffected{affected("inquiry", id, "application/json", d.site+"/api/ipn/inquiry/"+id)}
	if n.Event.Type == core.EventInquiryOrdered && i.Policy != nil {
		all = append(all, d.linked(n.ID, "contract", i.Policy.CertificateNumber, "application/json"))
	}
	all = append(all, d.linked(n.ID, "customer", strconv.FormatInt(i.Customer.ID, 10), "application/json"))
	if n.Event.Type == core.EventInquiryProposed || n.Event.Type == core.EventInquiryOrdered {
		all = append(all, d.files(n.ID, i.Documents)...)
	}
	return all
}

// files are documents as a notification refers to them.
func (d *Dialect) files(notification string, documents []core.InquiryDocument) []wireAffected {
	all := make([]wireAffected, len(documents))
	for i, document := range documents {
		all[i] = d.linked(notification, "file", document.ID, mimePDF)
	}
	return all
}

// collections are what paths call a type of reference.
var collections = map[string]string{"contract": "contracts", "customer": "customers", "file": "documents"}

// linked is a reference whose link leads through the notification.
func (d *Dialect) linked(notification, kind, id, contentType string) wireAffected {
	return affected(kind, id, contentType, d.site+"/api/public/v2/notifications/"+url.PathEscape(notification)+
		"/"+collections[kind]+"/"+url.PathEscape(id))
}

func affected(kind, id, contentType, href string) wireAffected {
	return wireAffected{
		ReferenceType: kind, ReferenceID: id, Links: []wireLink{{ContentType: contentType, Href: href}},
	}
}

func message(body any) (dialect.Message, error) {
	text, err := dialect.EncodeJSON(body)
	if err != nil {
		return dialect.Message{}, err
	}
	return dialect.Message{Header: http.Header{"Content-Type": {"application/json"}}, Body: text}, nil
}

// Tries is three where an account wants no more, as the original makes.
func (d *Dialect) Tries(partner core.Partner) int {
	if setting(partner, switchRetries) == retriesThree {
		return 3
	}
	return 0
}
