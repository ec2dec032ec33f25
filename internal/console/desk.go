package console

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// Desk is what the broker desk reads and does. What is not there and what is
// another broker's is refused alike: with insurance.CodeInquiryUnknown,
// CodeCustomerUnknown or CodeDocumentUnknown. A step that is taken from an
// outdated page is refused with CodeStale.
type Desk interface {
	// EnterDesk uses a link up; one that was used, has expired or was never
	// given is refused with CodeLinkUnknown.
	EnterDesk(ctx context.Context, token string) (core.DeskEntry, error)
	// Desk is whose secret it is; CodeUnauthenticated if it is nobody's any more.
	Desk(ctx context.Context, secret string) (core.Desk, error)
	LeaveDesk(ctx context.Context, secret string) error

	DeskLines(ctx context.Context, d core.Desk) ([]insurance.Line, error)
	DeskProfessions(ctx context.Context, d core.Desk) ([]insurance.Profession, error)

	DeskCustomers(ctx context.Context, d core.Desk, text string) ([]core.Customer, error)
	DeskCustomer(ctx context.Context, d core.Desk, id int64) (core.Customer, error)
	// SaveCustomer makes a customer if the id is 0, and else replaces all that is
	// known of one, but for its external id and references: what is empty in the
	// wish is empty then. A wish without a Version overwrites any.
	SaveCustomer(ctx context.Context, d core.Desk, id int64, wish core.CustomerWish) (core.Customer, error)

	DeskInquiries(ctx context.Context, d core.Desk, s core.InquirySearch) (core.InquiryPage, error)
	DeskInquiry(ctx context.Context, d core.Desk, id int64) (core.Inquiry, error)
	History(ctx context.Context, d core.Desk, inquiryID int64) ([]core.HistoryEntry, error)
	DeskDocument(ctx context.Context, d core.Desk, inquiryID int64, documentID string) (core.DocumentFile, error)
	OfferDocument(ctx context.Context, d core.Desk, inquiryID int64, offerID string, kind core.DocumentKind) (core.DocumentFile, error)
	AgencyChoices(ctx context.Context, d core.Desk, inquiryID int64, offerID string) ([]core.AgencyChoice, error)

	OpenInquiry(ctx context.Context, d core.Desk, wish core.InquiryWish) (core.Inquiry, error)
	Answer(ctx context.Context, d core.Desk, wish core.AnswerWish) (core.Inquiry, error)
	Calculate(ctx context.Context, d core.Desk, step core.InquiryStep) (core.Inquiry, error)
	Tender(ctx context.Context, d core.Desk, step core.InquiryStep) (core.Inquiry, error)
	SendLead(ctx context.Context, d core.Desk, step core.InquiryStep) (core.Inquiry, error)
	Propose(ctx context.Context, d core.Desk, wish core.ProposalWish) (core.Inquiry, error)
	TakeBackProposal(ctx context.Context, d core.Desk, step core.InquiryStep) (core.Inquiry, error)
	OrderCover(ctx context.Context, d core.Desk, wish core.OrderWish) (core.Inquiry, error)
	EndPolicy(ctx context.Context, d core.Desk, wish core.PolicyEnding) (core.Ended, error)
	// PreviewPolicyEnding tells what EndPolicy would do, refusing as it does, and
	// changes nothing.
	PreviewPolicyEnding(ctx context.Context, d core.Desk, wish core.PolicyEnding) (core.Ended, error)
}

// DeskPages serves the pages at which a broker works inquiries: everything
// below "/desk/", and below "/assets/" what they load. A broker comes in
// through a link that works once, /desk/enter/{token}, and is known by a
// cookie from then on; secure says that the browser may send it over TLS only.
//
// Every page works without script and stands in German and English: the one
// chosen by ?lang= is kept, and German is for whoever asks for neither.
func DeskPages(from Desk, secure bool, log *slog.Logger) http.Handler {
	p := deskPages{press{log: log, forms: true}, from, secure}
	mux := http.NewServeMux()
	for pattern, serve := range map[string]func(deskVisit){
		"GET /desk/enter/{token}":      p.enter,
		"HEAD /desk/enter/{token}":     p.peek,
		"POST /desk/leave":             p.leave,
		"GET /desk/left":               p.left,
		"GET /assets/{version}/{name}": p.serveAsset,
	} {
		mux.HandleFunc(p.open(pattern, serve))
	}
	for pattern, serve := range map[string]func(deskVisit){
		"GET /desk/{$}":                            p.dashboard,
		"GET /desk/inquiries/new":                  p.pickCustomer,
		"GET /desk/customers":                      p.customers,
		"GET /desk/customers/new":                  p.newCustomer,
		"POST /desk/customers/new":                 p.addCustomer,
		"GET /desk/customers/{id}":                 p.customer,
		"POST /desk/customers/{id}":                p.changeCustomer,
		"GET /desk/customers/{id}/inquiries":       p.beginInquiry,
		"POST /desk/customers/{id}/inquiries":      p.openInquiry,
		"GET /desk/inquiries/{id}":                 p.inquiry,
		"GET /desk/inquiries/{id}/end":             p.askEnding,
		"POST /desk/inquiries/{id}/end":            p.endPolicy,
		"GET /desk/inquiries/{id}/documents/{doc}": p.document,
		"/desk/": func(v deskVisit) { v.fail(absentPage) },
	} {
		mux.HandleFunc(p.at(pattern, serve))
	}
	p.workRoutes(mux)
	return http.NewCrossOriginProtection().Handler(http.MaxBytesHandler(mux, largestForm))
}

// largestForm is more than anybody can mean to send, in bytes.
const largestForm = 256 << 10

// deskPages serves the desk.
type deskPages struct {
	press
	from   Desk
	secure bool
}

// absentPage is the refusal of an address that leads nowhere.
var absentPage = insurance.Refuse(insurance.CodeInquiryUnknown, "")

// serveAsset sends what pages load; it is the same for everybody.
func (p deskPages) serveAsset(v deskVisit) {
	v.w.Header().Del("Vary")
	if !p.asset(v.w, v.r) {
		v.fail(absentPage)
	}
}
