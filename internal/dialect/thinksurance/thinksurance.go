package thinksurance

import (
	"context"
	"net/http"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// Core is what the API needs done. Its methods refuse with *insurance.Error.
type Core interface {
	OpenSession(context.Context, core.Partner, core.SessionWish) (core.Session, error)
	Accounts(context.Context, core.Partner, struct{}) ([]core.AccountToken, error)

	SetBroker(context.Context, core.Partner, core.BrokerWish) (core.Broker, error)
	FindBroker(context.Context, core.Partner, core.BrokerWish) (core.Broker, error)
	Forward(context.Context, core.Partner, core.ForwardWish) (core.ForwardLink, error)

	// AddAgencyNumbers adds all or none, and DropAgencyNumbers drops likewise.
	AddAgencyNumbers(context.Context, core.Partner, core.AgencyWish) (core.Nothing, error)
	DropAgencyNumbers(context.Context, core.Partner, core.AgencyWish) (core.Nothing, error)
	AgencyNumbers(context.Context, core.Partner, core.Scope) ([]core.AgencySet, error)

	// Lines are those that a profession may buy, or all for 0.
	Lines(ctx context.Context, p core.Partner, profession int) ([]insurance.Line, error)
	Professions(context.Context, core.Partner, struct{}) ([]insurance.Profession, error)
	Insurers(context.Context, core.Partner, struct{}) ([]insurance.Insurer, error)

	Inquiry(context.Context, core.Partner, core.InquiryRef) (core.Inquiry, error)
	Inquiries(context.Context, core.Partner, core.InquiryFilter) ([]core.Inquiry, error)
	InquiryDocument(context.Context, core.Partner, core.DocumentName) (core.DocumentFile, error)
	ToldPolicy(context.Context, core.Partner, core.Told) (core.Inquiry, error)
	ToldCustomer(context.Context, core.Partner, core.Told) (core.Inquiry, error)
}

// Dialect is the API. It keeps no state and is safe for concurrent use.
type Dialect struct {
	core Core
	// site is where the desk and the documents are, without a slash at the end.
	site string
}

var (
	_ dialect.Dialect = (*Dialect)(nil)
	_ dialect.Bodied  = (*Dialect)(nil)
)

// New speaks for a core. site is the base URL that answers link to, such as
// "https://cover.example", without a slash at the end.
func New(c Core, site string) *Dialect { return &Dialect{core: c, site: site} }

// Family is core.FamilyThinksurance.
func (d *Dialect) Family() core.Family { return core.FamilyThinksurance }

// Header adds nothing: no header for all answers was published.
func (d *Dialect) Header(dialect.Visit) http.Header { return nil }

// Told are the steps of an inquiry.
func (d *Dialect) Told() []core.EventType {
	return []core.EventType{
		core.EventInquiryCreated, core.EventInquiryUpdated, core.EventInquiryProposed, core.EventInquiryOrdered,
	}
}

// Asked is nothing: every partner is told the same.
func (d *Dialect) Asked(core.Partner) []core.EventType { return nil }

// Sign adds nothing: no way to sign was published, and ours is on every message.
func (d *Dialect) Sign(core.Notice, []byte, core.EndpointKey, time.Time) http.Header { return nil }

// Delivered takes every status from 200 to 299 for an acceptance; 204 is the
// published one.
func (d *Dialect) Delivered(status int) bool { return 200 <= status && status <= 299 }
