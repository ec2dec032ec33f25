package core

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// book books an order that was taken: each proposal becomes a policy or a
// refusal, as of the moment the order was received. Everything it causes lies
// in one change list with the timer that asked for it, so that it happens once
// however often it is tried.
func (c *Core) book(r reading, t store.Timer, fence Fence) (*draft, error) {
	order, ok, err := r.Order(t.Part, t.Subject)
	if err := needed(ok, err); err != nil {
		return nil, fmt.Errorf("read order %s: %w", t.Subject, err)
	}
	partner, d, err := c.work(r, t, fence)
	if err != nil {
		return nil, err
	}
	items, err := r.OrderItems(t.Part, order.ID)
	if err != nil {
		return nil, fmt.Errorf("read proposals of order %s: %w", order.ID, err)
	}
	b := &booking{draft: d, core: c, partner: partner, order: order, at: time.UnixMicro(order.ReceivedAt).UTC()}
	for _, item := range items {
		if err := b.item(r, item); err != nil {
			return nil, err
		}
	}
	return d, b.finish()
}

// booking is an order on its way to policies.
type booking struct {
	*draft
	core    *Core
	partner Partner
	order   store.Order
	at      time.Time
	bound   []BoundPolicy
}

// item binds one proposal, or records why it cannot be.
func (b *booking) item(r reading, item store.OrderItem) error {
	wish := item.Proposal
	holder, ok, err := r.Party(b.part, item.PolicyID)
	if err := needed(ok, err); err != nil {
		return fmt.Errorf("read policyholder of order %s: %w", b.order.ID, err)
	}
	wish.Policyholder = holder
	product, quote, refused := b.core.quote(b.partner, wish, b.at)
	if refused != nil {
		return b.refuse(item, refused)
	}
	number, err := certificateNumber()
	if err != nil {
		return err
	}
	f, err := b.conclude(conclusion{
		id: item.PolicyID, order: b.order.ID, owner: item.PolicyID, holder: item.PolicyID, claim: item.Claim,
		number: number, product: product, quote: quote, wish: wish, language: languageOf(product), at: b.at, actor: actorClock,
	})
	b.bound = append(b.bound, boundPolicy(f.Policy.Policy, product))
	return err
}

// conclusion is a quote that becomes a policy.
type conclusion struct {
	id, order, owner, holder, claim string
	// number is the certificate's.
	number   string
	product  insurance.Product
	quote    insurance.Quote
	wish     insurance.Proposal
	language insurance.Language
	at       time.Time
	// actor is who binds it, for the audit log.
	actor string
}

// conclude drafts a policy with all that belongs to one: its price working, its
// first premium, its documents, the timer of its next step, the audit entry and
// the event.
func (d *draft) conclude(k conclusion) (*file, error) {
	contract, entry := insurance.Bind(k.quote, k.wish, k.product, k.number, k.at)
	f := &file{ledger: []insurance.Entry{entry}, Policy: store.Policy{
		Policy: contract, Part: d.part, ID: k.id, OrderID: k.order, Owner: k.owner, Holder: k.holder, Claim: k.claim,
		CreatedAt: micros(k.at), Sequence: 1, Version: 1,
	}}
	d.AddPolicy(f.Policy, micros(k.at))
	d.AddWorking(f.ID, 1, k.quote.Working)
	d.AddEntries(f.ID, 0, f.ledger)
	d.issue(f.ID, 1, k.language, k.at, issuedAtBinding(k.product)...)
	d.scheduleNext(f.Policy)
	d.coolOff(f.Policy, k.product)
	d.audit(k.actor, string(EventPolicyBound), f.ID, k.order, "", k.number)
	return f, d.happen(f.ID, 1, EventPolicyBound, k.at, boundPolicy(contract, k.product))
}

// quote prices a proposal on the product version that was on sale at an
// instant.
func (c *Core) quote(p Partner, wish insurance.Proposal, at time.Time) (insurance.Product, insurance.Quote, *insurance.Error) {
	product, tariff, ok := c.Catalogue.Find(string(p.Family), wish.Tariff, insurance.DateIn(at, p.Zone))
	if !ok {
		return product, insurance.Quote{}, insurance.Refuse(insurance.CodeProductUnknown, "the product is not sold")
	}
	quote, refused := product.Quote(tariff, wish, at)
	return product, quote, refused
}

func boundPolicy(p insurance.Policy, product insurance.Product) BoundPolicy {
	return BoundPolicy{
		CertificateNumber: p.CertificateNumber, ProductName: product.Name, InceptionOn: p.InceptionOn.String(),
		Gross: p.Premium.Gross.Decimal(), Currency: string(p.Premium.Gross.Currency),
	}
}

func (b *booking) refuse(item store.OrderItem, refused *insurance.Error) error {
	b.RefuseOrderItem(item, string(refused.Code))
	b.FreeClaim(item.Claim, item.PolicyID)
	b.order.Sequence++
	b.audit(actorClock, "order.refused", b.order.ID, string(refused.Code), "", "")
	return b.happen(b.order.ID, b.order.Sequence, EventOrderRefused, b.at, OrderRefused{
		Reference: b.order.Reference, Code: refused.Code,
	})
}

// finish closes the order with the event that tells what was bound.
func (b *booking) finish() error {
	if len(b.bound) > 0 {
		b.order.Sequence++
		err := b.happen(b.order.ID, b.order.Sequence, EventOrderBooked, b.at, OrderBooked{
			Reference: b.order.Reference, Policies: b.bound,
		})
		if err != nil {
			return err
		}
	}
	b.order.State = store.OrderBooked
	b.PutOrder(b.order)
	return nil
}

// issuedAtBinding are the documents that a new policy has.
func issuedAtBinding(p insurance.Product) []document.Kind {
	kinds := []document.Kind{document.KindCertificate, document.KindInformation}
	if p.Withdrawal.Days > 0 {
		kinds = append(kinds, document.KindWithdrawal)
	}
	return kinds
}

// issue records documents of a policy version. Their bytes are made when
// somebody first needs them.
func (d *draft) issue(policyID string, version int64, language insurance.Language, at time.Time, kinds ...document.Kind) {
	for _, kind := range kinds {
		d.AddDocument(store.Document{
			Part: d.part, Subject: policyID, Kind: string(kind), Version: version,
			TemplateVersion: int64(kind.TemplateVersion()), Language: string(language), IssuedAt: at.UnixMicro(),
		})
	}
}

// languageOf is the language that a policy's documents are issued in: the
// first that its product is written in.
func languageOf(p insurance.Product) insurance.Language { return p.Languages[0] }

// documentLanguage is the customer's language, if the product is written in
// it, and else its first.
func documentLanguage(product insurance.Product, asked string) insurance.Language {
	if len(asked) >= 2 && slices.Contains(product.Languages, insurance.Language(asked[:2])) {
		return insurance.Language(asked[:2])
	}
	return languageOf(product)
}

// scheduleNext drafts what time will do next to a policy.
func (d *draft) scheduleNext(p store.Policy) {
	transition, due, ok := p.Due()
	if !ok {
		return
	}
	if next, _ := p.State.After(transition); next.Live() && due.Equal(insurance.DateIn(due, p.Zone).Start(p.Zone)) {
		due = d.spread(due, p.ID)
	}
	d.later(step{
		kind: timerPolicy, owner: p.Owner, subject: p.ID,
		id:   fmt.Sprintf("%s:%s:%s:%d", timerPolicy, p.ID, transition, p.IntervalNo),
		lane: workLane(p.Part, p.Owner), at: due.Add(-d.shift),
	})
}

// certificatePrefix begins every certificate number.
const certificatePrefix = "I"

// certificateNumber is the prefix and 29 digits from a secure source, the first
// of them not 0: about 96 bits, so that a number cannot be guessed.
func certificateNumber() (string, error) {
	first := new(big.Int).Exp(big.NewInt(10), big.NewInt(28), nil)
	n, err := rand.Int(rand.Reader, new(big.Int).Mul(first, big.NewInt(9)))
	if err != nil {
		return "", fmt.Errorf("make certificate number: %w", err)
	}
	return certificatePrefix + n.Add(n, first).String(), nil
}
