package core

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// candidate is a proposal of a request with what is known about it.
type candidate struct {
	wish  insurance.Proposal
	claim store.Claim
	// repeated: the same was asked for before, and the claim is the old one.
	repeated bool
	// expired is the policy of a claim that holds the key no longer, if there is one.
	expired string
}

// examine finds what is wrong with a request, and which of its proposals were
// made before. What is wrong with the payload is told before what is not sold.
func (c *Core) examine(r reading, p Partner, o Order) ([]candidate, error) {
	problems := slices.Clone(o.Problems)
	var unsold *insurance.Error
	wishes := make([]insurance.Proposal, len(o.Proposals))
	for item, wish := range o.Proposals {
		wishes[item] = c.plainly(p, wish, r.now)
	}
	keys := naturalKeys(wishes)
	candidates := make([]candidate, 0, len(wishes))
	for item, wish := range wishes {
		one, err := c.candidate(r, p, wish, keys[item])
		if err != nil {
			return nil, err
		}
		found, refused := c.judge(p, o, item, one, r.now)
		problems = merge(problems, found)
		unsold = cmp.Or(unsold, refused)
		candidates = append(candidates, one)
	}
	if len(problems) > 0 {
		slices.SortStableFunc(problems, inOrder)
		return nil, &insurance.Error{Code: insurance.CodeInvalid, Problems: problems}
	}
	if unsold != nil {
		return nil, unsold
	}
	return candidates, nil
}

// inOrder sorts problems as a reader of the request meets them.
func inOrder(a, b insurance.Problem) int {
	return cmp.Or(a.Item-b.Item, slices.Index(insurance.Fields(), a.Field)-slices.Index(insurance.Fields(), b.Field))
}

// judge finds what is wrong with one proposal: nothing with one that was made
// before, and the use of its name for something else before anything other.
func (c *Core) judge(p Partner, o Order, item int, one candidate, now time.Time) ([]insurance.Problem, *insurance.Error) {
	switch {
	case one.repeated:
		return nil, nil
	case one.conflicts() && !problemOf(o.Problems, item):
		return []insurance.Problem{{Item: item, Field: insurance.FieldReference, Detail: "already used with other data"}}, nil
	}
	return c.check(p, o, item, now)
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
	one.expired = was.PolicyID
	one.claim = store.Claim{
		Part: p.Part, Key: key, Fingerprint: fingerprint(wish), PolicyID: newID(),
		ExpiresAt: claimedUntil(wish, r.now).UnixMicro(),
	}
	return one, nil
}

// claimedUntil is when a natural key is given up: claimAge after the order or
// after the first day of cover, whichever is later. A repetition that comes
// after that is refused for its start, which then lies too far back.
func claimedUntil(wish insurance.Proposal, now time.Time) time.Time {
	if start := wish.InceptionOn.End(time.UTC); start.After(now) {
		now = start
	}
	return now.Add(claimAge)
}

// plainly spells a proposal as the catalogue does, so that two spellings of
// one wish are one.
func (c *Core) plainly(p Partner, wish insurance.Proposal, now time.Time) insurance.Proposal {
	product, tariff, known := c.Catalogue.Find(string(p.Family), wish.Tariff, insurance.DateIn(now, p.Zone))
	if !known {
		return wish
	}
	wish.Tariff = tariff.Code
	if kind, ok := product.ObjectType(wish.Object.Type); ok {
		wish.Object.Type = kind.Code
	}
	if wish.Kind == "" && len(product.Kinds) == 1 {
		wish.Kind = product.Kinds[0]
	}
	return wish
}

// conflicts tells whether the natural key is held for something else.
func (one candidate) conflicts() bool { return one.claim.OrderID != "" && !one.repeated }

func problemOf(problems []insurance.Problem, item int) bool {
	return slices.ContainsFunc(problems, func(p insurance.Problem) bool { return p.Item == item })
}

// check finds the problems of one proposal and, if PriceFirst is set, whether
// it asks for something that is not sold.
func (c *Core) check(p Partner, o Order, item int, now time.Time) ([]insurance.Problem, *insurance.Error) {
	wish := o.Proposals[item]
	product, tariff, known := c.Catalogue.Find(string(p.Family), wish.Tariff, insurance.DateIn(now, p.Zone))
	if !known {
		return at(item, wish.Check(nil, insurance.DateIn(now, p.Zone))), onlyIf(o.PriceFirst, unknownProduct(item))
	}
	today := insurance.DateIn(now, zoneOf(product, wish, p))
	problems := at(item, wish.Check(&product, today))
	if len(problems) > 0 || problemOf(o.Problems, item) {
		return problems, nil
	}
	_, refused := product.Quote(tariff, wish, now)
	if refused == nil {
		return nil, nil
	}
	refused.Problems = at(item, refused.Problems)
	if refused.Code == insurance.CodeInvalid {
		return refused.Problems, nil
	}
	return nil, onlyIf(o.PriceFirst, refused)
}

func onlyIf(priceFirst bool, refused *insurance.Error) *insurance.Error {
	if priceFirst {
		return refused
	}
	return nil
}

func unknownProduct(item int) *insurance.Error {
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

func onItem(refused *insurance.Error, item int) *insurance.Error {
	for i := range refused.Problems {
		refused.Problems[i].Item = item
	}
	return refused
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

func invalid(problems []insurance.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	return &insurance.Error{Code: insurance.CodeInvalid, Problems: problems}
}
