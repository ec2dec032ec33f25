package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect/thinksurance"
	"github.com/covernote/covernote/internal/insurance"
)

// inquiryWish says where an inquiry shall stand.
type inquiryWish struct {
	To core.InquiryStatus `json:"to"`
}

// inquiryReached is where an inquiry stands now, and what had to be made up on
// the way.
type inquiryReached struct {
	InquiryID int64              `json:"inquiry_id"`
	Status    core.InquiryStatus `json:"status"`
	// WireStatus is the status as Thinksurance's API tells it.
	WireStatus int        `json:"wire_status"`
	Filled     []filledIn `json:"filled"`
	// URL is the inquiry's page at the desk.
	URL string `json:"url"`
}

// filledIn is sample data in place of what nobody had said.
type filledIn struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

// brought are the statuses that a broker can bring an inquiry to.
var brought = []core.InquiryStatus{
	core.InquiryCalculated, core.InquiryTendering, core.InquiryProposed, core.InquiryOrdered,
}

// postInquiry does what a broker would do at the desk until an inquiry stands
// where it is wanted, step by step, so that each step is told.
func (b *sandbox) postInquiry(r *http.Request) (any, error) {
	id, err := strconv.ParseInt(r.PathValue("iId"), 10, 64)
	if err != nil {
		return nil, bad("use the iId of an inquiry: POST /sandbox/inquiries/1878887", "the path does not name an inquiry")
	}
	var wish inquiryWish
	if err := readControl(r, &wish); err != nil {
		return nil, err
	}
	if !slices.Contains(brought, wish.To) {
		return nil, bad(`send {"to":"calculated"}; tendering, proposed and ordered are known as well`, "%q is no status to bring an inquiry to", wish.To)
	}
	// A way that was begun is gone to its end, even if nobody waits for the answer.
	ctx := context.WithoutCancel(r.Context())
	work, err := b.openWork(ctx, id)
	if err == nil {
		err = work.reach(ctx, wish.To)
	}
	if err != nil {
		return nil, hindered(err)
	}
	status := work.inquiry.Status
	return inquiryReached{
		id, status, thinksurance.StatusCode(status), work.filled, fmt.Sprintf("%s/desk/inquiries/%d", b.baseURL, id),
	}, nil
}

// hindered says what to do about an inquiry that cannot go on.
func hindered(err error) error {
	status, next := http.StatusConflict, ""
	switch insurance.CodeOf(err) {
	case insurance.CodeInquiryUnknown:
		status, next = http.StatusNotFound, "use the iId of an inquiry; webhooks and GET /api/ipn/inquiries tell it"
	case insurance.CodeBrokerInactive:
		next = "activate the broker again: forward it with bIsActive true"
	case insurance.CodeInvalid:
		next = "correct the answers or the customer at the desk, which a forward leads to; then ask again"
	case insurance.CodeStale, insurance.CodeStateForbidden, insurance.CodeBusy:
		next = "it has changed meanwhile, or its prices are no longer held: look at it at the desk, which a forward leads to"
	default:
		return err
	}
	return &problem{status: status, next: next, err: err}
}

// stuck is a way that a broker cannot go.
func stuck(next, format string, args ...any) error {
	return &problem{status: http.StatusConflict, next: next, err: fmt.Errorf(format, args...)}
}

// deskWork is the work of a broker on one inquiry.
type deskWork struct {
	core    *core.Core
	desk    core.Desk
	inquiry core.Inquiry
	filled  []filledIn
	// beside are the arguments by which a command finds the inquiry.
	beside string
}

// openWork takes the place of the inquiry's broker at the desk.
func (b *sandbox) openWork(ctx context.Context, id int64) (*deskWork, error) {
	c := b.node.core
	desk, err := c.OperatorDesk(ctx, id)
	if err != nil {
		return nil, err
	}
	inquiry, err := c.DeskInquiry(ctx, desk, id)
	return &deskWork{core: c, desk: desk, inquiry: inquiry, filled: []filledIn{}, beside: b.beside}, err
}

// way is where an inquiry stands and where it shall stand.
type way struct{ from, to core.InquiryStatus }

// steps are the first steps of the ways that there are. Each changes where the
// inquiry stands, or fails.
var steps = map[way]func(*deskWork, context.Context) error{
	{core.InquiryOpen, core.InquiryCalculated}:     (*deskWork).calculate,
	{core.InquiryOpen, core.InquiryProposed}:       (*deskWork).calculate,
	{core.InquiryOpen, core.InquiryOrdered}:        (*deskWork).calculate,
	{core.InquiryOpen, core.InquiryTendering}:      (*deskWork).tender,
	{core.InquiryCalculated, core.InquiryProposed}: (*deskWork).propose,
	{core.InquiryCalculated, core.InquiryOrdered}:  (*deskWork).propose,
	{core.InquiryProposed, core.InquiryCalculated}: (*deskWork).takeBack,
	{core.InquiryProposed, core.InquiryOrdered}:    (*deskWork).order,
}

// reach takes one step after the other until the inquiry stands where it is
// wanted.
func (w *deskWork) reach(ctx context.Context, to core.InquiryStatus) error {
	for w.inquiry.Status != to {
		step, known := steps[way{w.inquiry.Status, to}]
		if !known {
			return w.noWay(to)
		}
		if err := step(w, ctx); err != nil {
			return err
		}
	}
	return nil
}

// uncalculated is a risk of the sample catalogue that every insurer wants to
// look at first: the liability of a roofer.
const uncalculated = "productId 12 with professionId 283"

// noWay says why nothing leads from where the inquiry stands to where it is
// wanted.
func (w *deskWork) noWay(to core.InquiryStatus) error {
	switch w.inquiry.Status {
	case core.InquiryOrdered:
		return stuck("forward another inquiry", "cover was ordered, and nothing leaves that")
	case core.InquiryTendering, core.InquiryLead:
		return stuck(fmt.Sprintf("enter the offer of one: covernote inquiry offer %d --insurer %d --premium 1200.00 %s",
			w.inquiry.ID, w.anInsurer(), w.beside), "insurers are asked by hand, and none has made an offer yet")
	}
	return stuck(fmt.Sprintf(`ask for {"to":"proposed"}, or forward one that nobody calculates, such as %s`, uncalculated),
		"an insurer has calculated, so that there is no way to %s", to)
}

// anInsurer is one that could make an offer, first one that was asked to.
func (w *deskWork) anInsurer() int {
	id := 0
	for _, offer := range w.inquiry.Offers {
		if id == 0 || offer.Decision == insurance.DecisionTender {
			id = offer.Product.Insurer.ID
		}
	}
	return id
}

func (w *deskWork) step() core.InquiryStep {
	return core.InquiryStep{ID: w.inquiry.ID, Version: w.inquiry.Version}
}

// compare answers what has to be answered and asks every insurer.
func (w *deskWork) compare(ctx context.Context) (err error) {
	if err = w.answer(ctx); err == nil {
		w.inquiry, err = w.core.Calculate(ctx, w.desk, w.step())
	}
	return err
}

func (w *deskWork) calculate(ctx context.Context) error {
	if err := w.compare(ctx); err != nil {
		return err
	}
	if w.inquiry.Status == core.InquiryOpen {
		return stuck(`ask for {"to":"tendering"}, then enter an insurer's offer with covernote inquiry offer`, "no insurer calculates this risk")
	}
	return nil
}

// tender puts the inquiry to insurers if none calculates it; if one does, the
// inquiry is calculated after this step.
func (w *deskWork) tender(ctx context.Context) (err error) {
	if err = w.compare(ctx); err == nil && w.inquiry.Status == core.InquiryOpen {
		w.inquiry, err = w.core.Tender(ctx, w.desk, w.step())
	}
	return err
}

// propose proposes the offer that costs least in a year.
func (w *deskWork) propose(ctx context.Context) (err error) {
	offers := slices.DeleteFunc(slices.Clone(w.inquiry.Offers), func(o core.Offer) bool {
		return o.Decision != insurance.DecisionCalculate
	})
	if len(offers) == 0 {
		return errors.New("a calculated inquiry has no offer")
	}
	cheapest := slices.MinFunc(offers, func(a, b core.Offer) int { return a.Yearly.Cmp(b.Yearly) })
	w.inquiry, err = w.core.Propose(ctx, w.desk, core.ProposalWish{InquiryStep: w.step(), OfferID: cheapest.ID})
	return err
}

func (w *deskWork) takeBack(ctx context.Context) (err error) {
	w.inquiry, err = w.core.TakeBackProposal(ctx, w.desk, w.step())
	return err
}

// order orders the cover that was proposed.
func (w *deskWork) order(ctx context.Context) error {
	if err := w.completeCustomer(ctx); err != nil {
		return err
	}
	wish := core.OrderWish{InquiryStep: w.step(), OfferID: w.inquiry.Chosen.ID, CollectionType: core.CollectedByInsurer, Informed: true}
	choices, err := w.core.AgencyChoices(ctx, w.desk, w.inquiry.ID, wish.OfferID)
	if err != nil {
		return err
	}
	if len(choices) > 0 {
		choice := choices[max(0, slices.IndexFunc(choices, func(c core.AgencyChoice) bool { return c.Preselected }))]
		wish.AgencyNumber = choice.Number
		if choice.CollectionType != "" {
			wish.CollectionType = choice.CollectionType
		}
	}
	w.inquiry, err = w.core.OrderCover(ctx, w.desk, wish)
	return err
}

// answer answers the questions that must be answered and are not.
func (w *deskWork) answer(ctx context.Context) (err error) {
	tomorrow := insurance.DateIn(w.desk.Now, berlin).AddDays(1)
	wish := core.AnswerWish{InquiryStep: w.step(), Profession: w.inquiry.Profession.ID, Answers: make(map[string]string)}
	for _, q := range w.inquiry.Line.Questions {
		if q.Required && w.inquiry.Answers[q.Name] == "" {
			wish.Answers[q.Name] = sampleAnswer(q, tomorrow)
			w.fill(q.Name, wish.Answers[q.Name])
		}
	}
	if len(wish.Answers) > 0 {
		w.inquiry, err = w.core.Answer(ctx, w.desk, wish)
	}
	return err
}

func (w *deskWork) fill(field, value string) {
	w.filled = append(w.filled, filledIn{field, value})
}

// sampleAnswer is what a small business would answer.
func sampleAnswer(q insurance.Question, tomorrow insurance.Date) string {
	switch {
	case q.Default != "":
		return q.Default
	case len(q.Options) > 0:
		return q.Options[0]
	case q.Name == insurance.AttributeRevenue:
		return "250000"
	case q.Name == insurance.AttributeFullTime:
		return "3"
	case q.Name == insurance.AttributeStartsOn:
		return tomorrow.String()
	}
	switch q.Kind {
	case insurance.AttributeAmount:
		return "50000"
	case insurance.AttributeWhole:
		return "1"
	case insurance.AttributeDate:
		return "2015-04-01"
	case insurance.AttributeFlag, insurance.AttributeConfirmation:
		return "true"
	}
	return "sample"
}

// completeCustomer fills in what an order needs of a customer, or its documents
// show, and nobody has said.
func (w *deskWork) completeCustomer(ctx context.Context) error {
	customer, before := w.inquiry.Customer, len(w.filled)
	w.completeParty(&customer.Party)
	if len(w.filled) == before {
		return nil
	}
	_, err := w.core.SaveCustomer(ctx, w.desk, customer.ID, core.CustomerWish{
		Party: customer.Party, CompanyForm: customer.CompanyForm, Private: &customer.Private,
		AtAddress: &customer.AtAddress, BusinessAddress: customer.BusinessAddress,
	})
	if err == nil {
		w.inquiry, err = w.core.DeskInquiry(ctx, w.desk, w.inquiry.ID)
	}
	return err
}

func (w *deskWork) completeParty(p *insurance.Party) {
	complete := func(field string, value *insurance.Personal, sample string) {
		if *value == "" {
			*value = insurance.Personal(sample)
			w.fill("customer."+field, sample)
		}
	}
	if !p.IsCompany() {
		complete("first_name", &p.FirstName, "Max")
		complete("last_name", &p.LastName, "Muster")
	}
	complete("email", &p.Email, "customer@example.com")
	if p.Address.Street == "" {
		complete("street", &p.Address.Street, "Musterstraße")
		complete("house_number", &p.Address.HouseNumber, "1")
	}
	complete("postal_code", &p.Address.PostalCode, "10115")
	complete("city", &p.Address.City, "Berlin")
}
