package core

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// claimAge is how long a natural key is held while its policy lives.
const claimAge = 30 * 24 * time.Hour

// repetitionFamilyOrder is the route family of orders.
const repetitionFamilyOrder = "order"

// SubmitOrder takes an order to be booked. When it returns, the order is
// durable and will be booked however often the process dies in between.
//
// An order that was taken before is acknowledged again without booking again,
// and what was told about it is told again. It refuses with CodeInvalid what
// contradicts itself or was used with other data before, with
// CodeProductUnknown and CodeCoverageUnknown only if PriceFirst is set, and
// with CodeKeyConflict a repetition key that named something else.
func (c *Core) SubmitOrder(ctx context.Context, p Partner, o Order) (Receipt, error) {
	receipt := Receipt{Count: len(o.Proposals)}
	err := c.decide(ctx, func(r reading) (*draft, error) {
		repeated, err := c.repeatedKey(r, p, o)
		if repeated || err != nil {
			return nil, err
		}
		intake, err := c.examine(r, p, o)
		if err != nil {
			return nil, err
		}
		return c.takeIn(r, p, o, intake)
	})
	return receipt, err
}

// repeatedKey tells whether the request's own key was used for the same
// request before.
func (c *Core) repeatedKey(r reading, p Partner, o Order) (bool, error) {
	if o.RepetitionKey == "" {
		return false, nil
	}
	was, ok, err := r.Repetition(p.Part, repetitionFamilyOrder, o.RepetitionKey)
	if err != nil {
		return false, fmt.Errorf("read repetition key: %w", err)
	}
	if !ok || was.ExpiresAt <= r.now.UnixMicro() {
		return false, nil
	}
	if !slices.Equal(was.Fingerprint, fingerprintAll(o.Proposals)) || len(o.Problems) > 0 {
		first := time.UnixMicro(was.UsedAt).UTC().Format(time.RFC3339)
		return false, insurance.RefuseField(insurance.CodeKeyConflict, insurance.FieldRepetitionKey,
			"was first used at %s for other data", first)
	}
	return true, nil
}

// candidate is a proposal of a request with what is known about it.
type candidate struct {
	wish  insurance.Proposal
	claim store.Claim
	// repeated: the same was asked for before, and the claim is the old one.
	repeated bool
}

// examine finds what is wrong with a request, and which of its proposals were
// made before.
func (c *Core) examine(r reading, p Partner, o Order) ([]candidate, error) {
	problems := slices.Clone(o.Problems)
	keys := naturalKeys(o.Proposals)
	candidates := make([]candidate, 0, len(o.Proposals))
	for i, wish := range o.Proposals {
		one, err := c.candidate(r, p, wish, keys[i])
		if err != nil {
			return nil, err
		}
		if one.conflicts() && !problemOf(o.Problems, i) {
			problems = append(problems, insurance.Problem{Item: i, Field: insurance.FieldReference, Detail: "already used with other data"})
		} else if !one.repeated {
			more, err := c.check(p, o, i, r.now)
			if err != nil {
				return nil, err
			}
			problems = merge(problems, more)
		}
		candidates = append(candidates, one)
	}
	if len(problems) > 0 {
		slices.SortStableFunc(problems, func(a, b insurance.Problem) int { return a.Item - b.Item })
		return nil, &insurance.Error{Code: insurance.CodeInvalid, Problems: problems}
	}
	return candidates, nil
}

func (c *Core) candidate(r reading, p Partner, wish insurance.Proposal, key string) (candidate, error) {
	one := candidate{wish: wish}
	was, ok, err := r.Claim(p.Part, key)
	if err != nil {
		return one, fmt.Errorf("read claim: %w", err)
	}
	if ok && was.ExpiresAt > r.now.UnixMicro() {
		one.claim = was
		one.repeated = slices.Equal(was.Fingerprint, fingerprint(wish))
		return one, nil
	}
	one.claim = store.Claim{
		Part: p.Part, Key: key, Fingerprint: fingerprint(wish), PolicyID: newID(),
		ExpiresAt: r.now.Add(claimAge).UnixMicro(),
	}
	return one, nil
}

// conflicts tells whether the natural key is held for something else.
func (one candidate) conflicts() bool { return one.claim.OrderID != "" && !one.repeated }

func problemOf(problems []insurance.Problem, item int) bool {
	return slices.ContainsFunc(problems, func(p insurance.Problem) bool { return p.Item == item })
}

// check finds the problems of one proposal. With PriceFirst an unknown product
// or coverage refuses the whole request at once.
func (c *Core) check(p Partner, o Order, item int, now time.Time) ([]insurance.Problem, error) {
	wish := o.Proposals[item]
	product, tariff, known := c.Catalogue.Find(string(p.Family), wish.Tariff, insurance.DateIn(now, p.Zone))
	if !known {
		problems := wish.Check(nil, insurance.DateIn(now, p.Zone))
		if o.PriceFirst && len(problems) == 0 && !problemOf(o.Problems, item) {
			return nil, unknownProduct(item)
		}
		return at(item, problems), nil
	}
	today := insurance.DateIn(now, zoneOf(product, wish, p))
	problems := at(item, wish.Check(&product, today))
	if len(problems) > 0 || problemOf(o.Problems, item) {
		return problems, nil
	}
	_, refused := product.Quote(tariff, wish, now)
	if refused == nil || (refused.Code != insurance.CodeInvalid && !o.PriceFirst) {
		return nil, nil
	}
	if refused.Code != insurance.CodeInvalid {
		refused.Problems = at(item, refused.Problems)
		return nil, refused
	}
	return at(item, refused.Problems), nil
}

func unknownProduct(item int) error {
	refused := insurance.RefuseField(insurance.CodeProductUnknown, insurance.FieldTariff, "is not a product that is sold")
	refused.Problems[0].Item = item
	return refused
}

// zoneOf is where the day of a proposal is told: in its market, or else at the
// partner's.
func zoneOf(product insurance.Product, wish insurance.Proposal, p Partner) *time.Location {
	if market, ok := product.Market(wish.Policyholder.Country); ok {
		return market.Zone
	}
	return p.Zone
}

func at(item int, problems []insurance.Problem) []insurance.Problem {
	for i := range problems {
		problems[i].Item = item
	}
	return problems
}

// merge adds problems, but only the first about each field: what could not be
// decoded is not also missing.
func merge(problems, more []insurance.Problem) []insurance.Problem {
	for _, m := range more {
		known := slices.ContainsFunc(problems, func(p insurance.Problem) bool {
			return p.Item == m.Item && p.Field == m.Field
		})
		if !known {
			problems = append(problems, m)
		}
	}
	return problems
}

// takeIn drafts the intake: the new proposals grouped into orders by their
// reference, and the notices of repeated ones once more.
func (c *Core) takeIn(r reading, p Partner, o Order, candidates []candidate) (*draft, error) {
	d, err := c.draft(r, p.Part, p.Family)
	if err != nil {
		return nil, err
	}
	requestID := newID()
	d.AddRequestBody(requestID, r.now.UnixMicro(), o.Body)
	orders := make(map[string]string)
	again := make(map[string]bool)
	for item, one := range candidates {
		if one.repeated {
			again[one.claim.OrderID] = true
			continue
		}
		id, ok := orders[one.wish.Reference]
		if !ok {
			id = newID()
			orders[one.wish.Reference] = id
			d.open(id, requestID, one.wish.Reference)
		}
		d.enter(id, item, one)
	}
	for orderID := range again {
		if err := d.tellAgain(r, orderID); err != nil {
			return nil, err
		}
	}
	d.audit(actorPartner(p), "order.received", requestID, "", "", fmt.Sprintf("%d of %d new", len(candidates)-repeats(candidates), len(candidates)))
	err = d.remember(o)
	return d, err
}

func repeats(candidates []candidate) int {
	n := 0
	for _, one := range candidates {
		if one.repeated {
			n++
		}
	}
	return n
}

// open drafts a new order and its booking.
func (d *draft) open(id, requestID, reference string) {
	d.AddOrder(store.Order{
		Part: d.part, ID: id, Reference: reference, RequestID: requestID, State: store.OrderReceived,
		ReceivedAt: d.now.UnixMicro(),
	})
	d.later(step{kind: timerBook, owner: id, subject: id, id: timerBook + ":" + id, lane: workLane(d.part, id), at: d.now})
}

// enter drafts one proposal of a new order.
func (d *draft) enter(orderID string, item int, one candidate) {
	one.claim.OrderID = orderID
	d.AddClaim(one.claim, d.now.UnixMicro())
	d.AddPolicyholder(one.claim.PolicyID, one.wish.Policyholder)
	d.AddOrderItem(store.OrderItem{
		Part: d.part, OrderID: orderID, Item: int64(item), PolicyID: one.claim.PolicyID, Claim: one.claim.Key,
		Proposal: one.wish,
	})
}

// tellAgain drafts sending the settled notices of an order once more.
func (d *draft) tellAgain(r reading, orderID string) error {
	notices, err := r.NoticesOf(d.part, orderID)
	if err != nil {
		return fmt.Errorf("read notices: %w", err)
	}
	for _, n := range notices {
		if n.State == store.NoticeDue {
			continue
		}
		n.State, n.Round, n.Tries, n.SettledAt = store.NoticeDue, n.Round+1, 0, 0
		d.PutNotice(n)
		d.send(n, d.now)
	}
	return nil
}

// remember drafts the request's own key with the answer it was given.
func (d *draft) remember(o Order) error {
	if o.RepetitionKey == "" {
		return nil
	}
	answer, err := json.Marshal(Receipt{Count: len(o.Proposals)})
	if err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	d.AddRepetition(store.Repetition{
		Part: d.part, Family: repetitionFamilyOrder, Key: o.RepetitionKey, Fingerprint: fingerprintAll(o.Proposals),
		Answer: answer, UsedAt: d.now.UnixMicro(), ExpiresAt: d.now.Add(claimAge).UnixMicro(),
	})
	return nil
}
