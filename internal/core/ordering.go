package core

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// Propose proposes an offer to the customer, and issues the document that says
// so. It refuses as every step does, with CodeInvalid what is no offer, and with
// CodeStale one that is not held any more.
func (c *Core) Propose(ctx context.Context, at Desk, wish ProposalWish) (Inquiry, error) {
	from := []InquiryStatus{InquiryCalculated}
	return c.workInquiry(ctx, at, wish.InquiryStep, from, chosen(InquiryProposed, wish.OfferID), func(r reading, w *inquiryWork) error {
		offer, err := w.choose(wish.OfferID)
		if err != nil {
			return err
		}
		w.row.Content.Chosen = offer.ID
		w.issueFor(document.KindProposal)
		return w.become(r, InquiryProposed)
	})
}

// TakeBackProposal takes a proposal back, so that another offer can be
// proposed. It refuses as every step does.
func (c *Core) TakeBackProposal(ctx context.Context, at Desk, step InquiryStep) (Inquiry, error) {
	return c.workInquiry(ctx, at, step, []InquiryStatus{InquiryProposed}, reached(InquiryCalculated), func(r reading, w *inquiryWork) error {
		w.row.Content.Chosen = ""
		return w.become(r, InquiryCalculated)
	})
}

// issueFor records a document of the inquiry as it will be, and how that is
// worded today.
func (w *inquiryWork) issueFor(kind document.Kind) {
	w.row.Content.Asked = wordedAs(w.line, w.core.professionOf(w.partner, w.row.Content.Profession))
	w.issue(inquiryName(w.row.ID), w.row.Version+1, deskLanguage, w.now, kind)
}

// wordedAs is what is kept of a line and a profession.
func wordedAs(line insurance.Line, profession insurance.Profession) *store.Asked {
	kept := &store.Asked{
		Line: line.Name, Profession: profession.Name, Industry: profession.Industry.Name, IndustryID: profession.Industry.ID,
	}
	for _, q := range line.Questions {
		kept.Questions = append(kept.Questions, store.AskedQuestion{
			Name: q.Name, Kind: q.Kind, Label: q.Label, Section: q.Section, Default: q.Default,
		})
	}
	return kept
}

// recall is what wordedAs has kept.
func recall(row store.Inquiry) (line insurance.Line, profession insurance.Profession) {
	kept := row.Content.Asked
	line = insurance.Line{ID: int(row.Line), Name: kept.Line}
	profession = insurance.Profession{
		ID: int(row.Content.Profession), Name: kept.Profession,
		Industry: insurance.Industry{ID: kept.IndustryID, Name: kept.Industry},
	}
	for _, q := range kept.Questions {
		line.Questions = append(line.Questions, insurance.Question{
			Attribute: insurance.Attribute{Name: q.Name, Kind: q.Kind, Label: q.Label}, Section: q.Section, Default: q.Default,
		})
	}
	return line, profession
}

// deskLanguage is the one in which the documents of brokers are written.
const deskLanguage insurance.Language = "de"

// choose is an offer with a price that is held. It refuses with CodeInvalid what
// is none, and with CodeStale one whose time has passed.
func (w *inquiryWork) choose(id string) (store.Offer, error) {
	i := slices.IndexFunc(w.row.Content.Offers, func(o store.Offer) bool { return o.ID == id && calculated(o) })
	if i < 0 {
		return store.Offer{}, insurance.Invalid(insurance.FieldOffer, "is not an offer of this inquiry")
	}
	offer := w.row.Content.Offers[i]
	if !w.held(offer) {
		return offer, insurance.Refuse(insurance.CodeStale, "the offer was held until %s; compare again",
			instant(offer.ValidUntil).Format(time.RFC3339))
	}
	return offer, nil
}

// OrderCover orders the cover of an offer: it becomes a policy at the price that
// was offered. When it returns, the policy is durable. An order that is repeated
// answers with what the first one made. It refuses as every step does, with
// CodeInvalid what is missing of the customer or not confirmed, and with
// CodeStale an offer that is not held any more.
func (c *Core) OrderCover(ctx context.Context, at Desk, wish OrderWish) (Inquiry, error) {
	from := []InquiryStatus{InquiryCalculated, InquiryProposed}
	return c.workInquiry(ctx, at, wish.InquiryStep, from, chosen(InquiryOrdered, wish.OfferID), func(r reading, w *inquiryWork) error {
		offer, err := w.choose(wish.OfferID)
		if err != nil {
			return err
		}
		product, err := c.product(offer.Product, offer.Version)
		if err != nil {
			return err
		}
		o := &coverOrder{inquiryWork: w, offer: offer, product: product, wish: wish}
		if err := o.prepare(r, at); err != nil {
			return err
		}
		return o.bind(r)
	})
}

// coverOrder is an order of cover on its way to a policy.
type coverOrder struct {
	*inquiryWork
	offer    store.Offer
	product  insurance.Product
	wish     OrderWish
	proposal insurance.Proposal
}

// prepare completes what an order needs, and finds what is missing.
func (o *coverOrder) prepare(r reading, at Desk) error {
	row, err := customerAt(r, at, o.row.Customer)
	if err != nil {
		return err
	}
	customer, err := o.core.customerOf(r, row)
	if err != nil {
		return err
	}
	o.proposal = o.offer.Proposal
	o.proposal.Tariff, o.proposal.Policyholder = o.offer.Tariff, customer.Party
	o.proposal.Policyholder.Country = cmp.Or(customer.Country, o.proposal.Country)
	market, _ := o.product.Market(o.proposal.Country)
	problems := o.proposal.Check(&o.product, insurance.DateIn(o.now, market.Zone))
	if o.offer.Tendered { // the insurer knows the risk otherwise
		problems = slices.DeleteFunc(problems, func(p insurance.Problem) bool {
			return strings.HasPrefix(string(p.Field), string(insurance.FieldOf("")))
		})
	}
	if !o.wish.Informed {
		problems = append(problems, insurance.Problem{Field: insurance.FieldInformed, Detail: "must be confirmed"})
	}
	number, err := o.agencyNumber(r, at)
	if err != nil {
		return err
	}
	if o.wish.AgencyNumber != "" && number == nil {
		problems = append(problems, insurance.Problem{Field: insurance.FieldAgencyNumber, Detail: "is not one to choose from"})
	}
	if o.wish.CollectionType != "" && !slices.Contains(CollectionTypes(), o.wish.CollectionType) {
		problems = append(problems, insurance.Problem{Field: insurance.FieldCollectionType, Detail: "is not a type of collection"})
	}
	o.settleTerms(number)
	return invalid(problems)
}

func (o *coverOrder) settleTerms(number *store.AgencyNumber) {
	content := &o.row.Content
	collection := cmp.Or(o.wish.CollectionType, CollectedByInsurer)
	if number != nil {
		collection = cmp.Or(o.wish.CollectionType, CollectionType(number.CollectionType), CollectedByInsurer)
	}
	content.Chosen, content.AgencyNumber, content.CollectionType = o.offer.ID, number, string(collection)
	content.InformedAt = micros(o.now)
}

// agencyNumber is the chosen one, nil if it is none of those to choose from.
func (o *coverOrder) agencyNumber(r reading, at Desk) (*store.AgencyNumber, error) {
	rows, err := agencyRows(r, at, int64(o.product.Insurer.ID))
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(rows, func(n store.AgencyNumber) bool { return n.Number == o.wish.AgencyNumber })
	if i < 0 || o.wish.AgencyNumber == "" {
		return nil, nil
	}
	set, ok, err := r.AgencySet(o.part, rows[i].Owner, rows[i].Insurer)
	if err := needed(ok, err); err != nil {
		return nil, fmt.Errorf("read agency numbers: %w", err)
	}
	o.AssertAgencySet(set) // nobody takes it away meanwhile
	return &rows[i], nil
}

// agencyRows are the active agency numbers for an insurer: the broker's own,
// then the account's.
func agencyRows(r reading, at Desk, insurer int64) ([]store.AgencyNumber, error) {
	var rows []store.AgencyNumber
	for _, owner := range []string{at.Broker.Token, ""} {
		owned, err := r.AgencyNumbers(at.Partner.Part, owner)
		if err != nil {
			return nil, fmt.Errorf("read agency numbers: %w", err)
		}
		for _, n := range owned {
			known := slices.ContainsFunc(rows, func(other store.AgencyNumber) bool { return other.Number == n.Number })
			if n.Insurer == insurer && n.Active && !known {
				rows = append(rows, n)
			}
		}
	}
	return rows, nil
}

// bind prices the offer again, which must give the same cent, and makes it a
// policy.
func (o *coverOrder) bind(r reading) error {
	tariff, _ := o.product.FindTariff(o.offer.Tariff)
	quote, refused := o.product.Quote(tariff, o.proposal, instant(o.offer.PricedAt))
	if refused != nil {
		return refused
	}
	if !same(quote.Premium, o.offer.Premium) {
		return fmt.Errorf("order offer %s of inquiry %d: it was offered for %s and would cost %s",
			o.offer.ID, o.row.ID, o.offer.Premium.Gross, quote.Premium.Gross)
	}
	number, err := certificateNumber()
	if err != nil {
		return err
	}
	order := store.Order{
		Part: o.part, ID: newID(), Reference: strconv.FormatInt(o.row.ID, 10), State: store.OrderBooked, Sequence: 1,
		ReceivedAt: micros(o.now),
	}
	id := newID()
	o.AddOrder(order)
	o.AddOrderItem(store.OrderItem{Part: o.part, OrderID: order.ID, PolicyID: id, Proposal: o.offer.Proposal})
	o.AddParty(id, o.proposal.Policyholder)
	f, err := o.conclude(conclusion{
		id: id, order: order.ID, owner: id, holder: id, number: number, product: o.product, quote: quote, wish: o.proposal,
		language: languageOf(o.product), at: o.now, actor: o.actor,
	})
	if err != nil {
		return err
	}
	err = o.happen(order.ID, 1, EventOrderBooked, o.now, OrderBooked{
		Reference: order.Reference, Policies: []BoundPolicy{boundPolicy(f.Policy.Policy, o.product)},
	})
	if err != nil {
		return err
	}
	o.row.Content.PolicyID = id
	o.issueFor(document.KindCoverOrder)
	return o.become(r, InquiryOrdered)
}

// AgencyChoices are the agency numbers under which cover of an offer can be
// ordered: the broker's, then the account's, each once and only if it is active.
// The first choice for offers of this kind is preselected, the broker's before
// the account's. It refuses with CodeInquiryUnknown and CodeInvalid.
func (c *Core) AgencyChoices(ctx context.Context, at Desk, inquiryID int64, offerID string) ([]AgencyChoice, error) {
	var choices []AgencyChoice
	err := c.read(ctx, func(r reading) error {
		row, err := inquiryAt(r, at, inquiryID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(row.Content.Offers, func(o store.Offer) bool { return o.ID == offerID })
		if i < 0 {
			return insurance.Invalid(insurance.FieldOffer, "is not an offer of this inquiry")
		}
		product, err := c.product(row.Content.Offers[i].Product, row.Content.Offers[i].Version)
		if err != nil {
			return err
		}
		rows, err := agencyRows(r, at, int64(product.Insurer.ID))
		choices = preselected(rows, product.Insurer, row.Content.Offers[i].Tendered)
		return err
	})
	return choices, err
}

func preselected(rows []store.AgencyNumber, insurer insurance.Insurer, tendered bool) []AgencyChoice {
	choices := make([]AgencyChoice, 0, len(rows))
	for _, n := range rows {
		choices = append(choices, AgencyChoice{AgencyNumber: agencyNumberOf(n, insurer)})
	}
	first := slices.IndexFunc(choices, func(n AgencyChoice) bool {
		return tendered && n.ForTenders || !tendered && n.ForCalculations
	})
	if first >= 0 {
		choices[first].Preselected = true
	}
	return choices
}

// EndPolicy ends the policy of an inquiry, which counts as a change of the
// inquiry. It refuses with CodeInquiryUnknown, CodeStateForbidden before it was
// ordered, CodeReasonForbidden, CodeInvalid, and with CodeStale what would end on
// another day than was shown.
func (c *Core) EndPolicy(ctx context.Context, at Desk, wish PolicyEnding) (Ended, error) {
	return c.endOrdered(ctx, at, wish, func(d *draft, ended []Ended) (*draft, error) {
		if t := ended[0].Policy.Termination; !wish.ShownOn.IsZero() && t.EndsOn != wish.ShownOn {
			return nil, insurance.Refuse(insurance.CodeStale, "cover would now end on %s", t.EndsOn)
		}
		d.TouchInquiry(wish.InquiryID, micros(d.now))
		return d, nil
	})
}

// PreviewPolicyEnding tells what EndPolicy would do, refusing as it does, and
// changes nothing.
func (c *Core) PreviewPolicyEnding(ctx context.Context, at Desk, wish PolicyEnding) (Ended, error) {
	return c.endOrdered(ctx, at, wish, func(*draft, []Ended) (*draft, error) { return nil, nil })
}

func (c *Core) endOrdered(
	ctx context.Context, at Desk, wish PolicyEnding, finish func(*draft, []Ended) (*draft, error),
) (Ended, error) {
	inquiry, err := c.DeskInquiry(ctx, at, wish.InquiryID)
	if err != nil {
		return Ended{}, err
	}
	if inquiry.Policy == nil {
		return Ended{}, insurance.Refuse(insurance.CodeStateForbidden, "%s", inquiry.Status)
	}
	ended, err := c.endAs(ctx, at.Partner, at.actor(), []Ending{{
		CertificateNumber: inquiry.Policy.CertificateNumber, Reason: wish.Reason, On: wish.On, Comment: wish.Comment,
	}}, finish)
	if err != nil {
		return Ended{}, err
	}
	return ended[0], nil
}
