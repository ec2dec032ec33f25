package console

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

const (
	deskSecret = "3f1b6c2e9d"
	deskLink   = "a7c4e1"
)

// The inquiries of the fake desk, one of each status.
const (
	openInquiry int64 = 2144380 + iota
	calculatedInquiry
	tenderingInquiry
	leadInquiry
	proposedInquiry
	orderedInquiry
)

// The customers of the fake desk.
const (
	bakery int64 = 71 + iota
	carpenter
)

// fakeDesk is a desk of one broker with two customers. It refuses what is in
// refusals, by the name of the method, and notes what it was asked to do.
type fakeDesk struct {
	mu          sync.Mutex
	desk        core.Desk
	customers   []core.Customer
	inquiries   []core.Inquiry
	lines       []insurance.Line
	professions []insurance.Profession
	choices     []core.AgencyChoice
	refusals    map[string]error
	asked       []any
	linkUsed    bool
}

// refuse makes a method refuse from now on.
func (f *fakeDesk) refuse(method string, err error) *fakeDesk {
	f.refusals[method] = err
	return f
}

// noted gives what the desk was last asked to do, of a type.
func noted[T any](t *testing.T, f *fakeDesk) T {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, wish := range slices.Backward(f.asked) {
		if found, ok := wish.(T); ok {
			return found
		}
	}
	var none T
	t.Fatalf("nobody asked for %T, but %v", none, f.asked)
	return none
}

// handler is the desk's pages over the fake.
func (f *fakeDesk) handler() http.Handler {
	return DeskPages(f, false, slog.New(slog.NewTextHandler(io.Discard, nil)))
}

// serve lets a browser reach the pages.
func (f *fakeDesk) serve(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(f.handler())
	t.Cleanup(server.Close)
	return server.URL
}

// get asks for a page as the broker; headers are pairs of name and value.
func (f *fakeDesk) get(t *testing.T, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return f.send(t, http.MethodGet, target, nil, headers...)
}

// post sends a form as the broker; fields are pairs of name and value.
func (f *fakeDesk) post(t *testing.T, target string, fields ...string) *httptest.ResponseRecorder {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return f.send(t, http.MethodPost, target, form)
}

func (f *fakeDesk) send(t *testing.T, method, target string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	request.AddCookie(&http.Cookie{Name: secretCookie, Value: deskSecret})
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	f.handler().ServeHTTP(answer, request)
	return answer
}

// note notes a call, and gives the refusal of its method.
func (f *fakeDesk) note(method string, wish any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, wish)
	return f.refusals[method]
}

func (f *fakeDesk) EnterDesk(_ context.Context, token string) (core.DeskEntry, error) {
	err := f.note("EnterDesk", token)
	if err == nil && (token != deskLink || f.linkUsed) {
		err = insurance.Refuse(insurance.CodeLinkUnknown, "")
	}
	if err != nil {
		return core.DeskEntry{}, err
	}
	f.linkUsed = true
	return core.DeskEntry{Secret: deskSecret, ExpiresAt: time.Now().Add(time.Hour), InquiryID: openInquiry}, nil
}

func (f *fakeDesk) Desk(_ context.Context, secret string) (core.Desk, error) {
	if secret != deskSecret {
		return core.Desk{}, insurance.Refuse(insurance.CodeUnauthenticated, "")
	}
	return f.desk, f.note("Desk", secret)
}

func (f *fakeDesk) LeaveDesk(_ context.Context, secret string) error {
	return f.note("LeaveDesk", secret)
}

func (f *fakeDesk) DeskLines(context.Context, core.Desk) ([]insurance.Line, error) {
	return f.lines, f.note("DeskLines", nil)
}

func (f *fakeDesk) DeskProfessions(context.Context, core.Desk) ([]insurance.Profession, error) {
	return f.professions, f.note("DeskProfessions", nil)
}

func (f *fakeDesk) DeskCustomers(_ context.Context, _ core.Desk, text string) ([]core.Customer, error) {
	return slices.DeleteFunc(slices.Clone(f.customers), func(c core.Customer) bool {
		return !strings.Contains(strings.ToLower(c.Name().Reveal()), strings.ToLower(text))
	}), f.note("DeskCustomers", text)
}

func (f *fakeDesk) DeskCustomer(_ context.Context, _ core.Desk, id int64) (core.Customer, error) {
	i := slices.IndexFunc(f.customers, func(c core.Customer) bool { return c.ID == id })
	if i < 0 {
		return core.Customer{}, insurance.Refuse(insurance.CodeCustomerUnknown, "")
	}
	return f.customers[i], f.note("DeskCustomer", id)
}

func (f *fakeDesk) SaveCustomer(_ context.Context, _ core.Desk, id int64, wish core.CustomerWish) (core.Customer, error) {
	saved := core.Customer{ID: max(id, bakery), Party: wish.Party}
	return saved, f.note("SaveCustomer", wish)
}

func (f *fakeDesk) DeskInquiries(_ context.Context, _ core.Desk, s core.InquirySearch) (core.InquiryPage, error) {
	page := core.InquiryPage{Counts: map[core.InquiryStatus]int{}}
	for _, i := range f.inquiries {
		page.Counts[i.Status]++
		if (s.Status == "" || s.Status == i.Status) && (s.CustomerID == 0 || s.CustomerID == i.Customer.ID) {
			page.Inquiries = append(page.Inquiries, i)
		}
	}
	if s.After == "" && s.CustomerID == 0 && len(page.Inquiries) > 3 {
		page.Next = "cursor&more"
	}
	return page, f.note("DeskInquiries", s)
}

func (f *fakeDesk) DeskInquiry(_ context.Context, _ core.Desk, id int64) (core.Inquiry, error) {
	i := f.at(id)
	if i < 0 {
		return core.Inquiry{}, insurance.Refuse(insurance.CodeInquiryUnknown, "")
	}
	return f.inquiries[i], f.note("DeskInquiry", id)
}

func (f *fakeDesk) at(id int64) int {
	return slices.IndexFunc(f.inquiries, func(i core.Inquiry) bool { return i.ID == id })
}

func (f *fakeDesk) History(_ context.Context, _ core.Desk, id int64) ([]core.HistoryEntry, error) {
	entries := []core.HistoryEntry{{At: deskNow.Add(-50 * time.Hour), Type: core.EventInquiryCreated, Status: core.InquiryOpen}}
	if i := f.at(id); i >= 0 && f.inquiries[i].Status == core.InquiryOrdered {
		entries = append(entries,
			core.HistoryEntry{At: deskNow.Add(-3 * time.Hour), Type: core.EventInquiryOrdered, Status: core.InquiryOrdered},
			core.HistoryEntry{At: deskNow.Add(-3 * time.Hour), Type: core.EventPolicyBound})
	}
	return entries, f.note("History", id)
}

func (f *fakeDesk) DeskDocument(_ context.Context, _ core.Desk, inquiryID int64, documentID string) (core.DocumentFile, error) {
	i := f.at(inquiryID)
	if i < 0 || !slices.ContainsFunc(f.inquiries[i].Documents, func(d core.InquiryDocument) bool { return d.ID == documentID }) {
		return core.DocumentFile{}, insurance.Refuse(insurance.CodeDocumentUnknown, "")
	}
	return core.DocumentFile{Name: "Vorschlag Bäckerei.pdf", PDF: []byte("%PDF-1.3\n")}, f.note("DeskDocument", documentID)
}

func (f *fakeDesk) OfferDocument(
	_ context.Context, _ core.Desk, _ int64, offerID string, kind core.DocumentKind,
) (core.DocumentFile, error) {
	return core.DocumentFile{Name: string(kind) + ".pdf", PDF: []byte("%PDF-1.3\n")}, f.note("OfferDocument", offerID)
}

func (f *fakeDesk) AgencyChoices(context.Context, core.Desk, int64, string) ([]core.AgencyChoice, error) {
	return f.choices, f.note("AgencyChoices", nil)
}

func (f *fakeDesk) OpenInquiry(_ context.Context, _ core.Desk, wish core.InquiryWish) (core.Inquiry, error) {
	return f.step("OpenInquiry", openInquiry, wish)
}

func (f *fakeDesk) Answer(_ context.Context, _ core.Desk, wish core.AnswerWish) (core.Inquiry, error) {
	return f.step("Answer", wish.ID, wish)
}

func (f *fakeDesk) Calculate(_ context.Context, _ core.Desk, step core.InquiryStep) (core.Inquiry, error) {
	return f.step("Calculate", step.ID, step)
}

func (f *fakeDesk) Tender(_ context.Context, _ core.Desk, step core.InquiryStep) (core.Inquiry, error) {
	return f.step("Tender", step.ID, step)
}

func (f *fakeDesk) SendLead(_ context.Context, _ core.Desk, step core.InquiryStep) (core.Inquiry, error) {
	return f.step("SendLead", step.ID, step)
}

func (f *fakeDesk) Propose(_ context.Context, _ core.Desk, wish core.ProposalWish) (core.Inquiry, error) {
	return f.step("Propose", wish.ID, wish)
}

func (f *fakeDesk) TakeBackProposal(_ context.Context, _ core.Desk, step core.InquiryStep) (core.Inquiry, error) {
	return f.step("TakeBackProposal", step.ID, step)
}

func (f *fakeDesk) OrderCover(_ context.Context, _ core.Desk, wish core.OrderWish) (core.Inquiry, error) {
	return f.step("OrderCover", wish.ID, wish)
}

func (f *fakeDesk) EndPolicy(_ context.Context, _ core.Desk, wish core.PolicyEnding) (core.Ended, error) {
	return core.Ended{}, f.note("EndPolicy", wish)
}

// previewed is an ending that was only looked at.
type previewed core.PolicyEnding

// PreviewPolicyEnding does what the product says to the policy as it is, of
// which a year was charged.
func (f *fakeDesk) PreviewPolicyEnding(_ context.Context, _ core.Desk, wish core.PolicyEnding) (core.Ended, error) {
	if err := f.note("PreviewPolicyEnding", previewed(wish)); err != nil {
		return core.Ended{}, err
	}
	i := f.inquiries[f.at(wish.InquiryID)]
	p := i.Policy.Policy
	written := insurance.Entry{
		Kind: insurance.EntryWritten, Interval: 1, Span: insurance.Span{From: p.TermFrom, To: p.PaidTo}, Premium: p.Premium, BookedAt: deskNow,
	}
	declared := insurance.Declaration{Reason: wish.Reason, On: wish.On, ByPartner: true}
	after, _, settlement, refused := p.End(i.Chosen.Product, declared, []insurance.Entry{written}, f.desk.Now)
	if refused != nil {
		return core.Ended{}, refused
	}
	return core.Ended{Policy: core.Policy{Policy: after}, Settlement: settlement}, nil
}

// step answers with the inquiry as it is; it does not go on.
func (f *fakeDesk) step(method string, id int64, wish any) (core.Inquiry, error) {
	if err := f.note(method, wish); err != nil {
		return core.Inquiry{}, err
	}
	return f.inquiries[max(f.at(id), 0)], nil
}
