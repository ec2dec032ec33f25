package core

import (
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
