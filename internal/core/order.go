package core

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/insurance"
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
	found := make(rounds)
	err := c.decide(ctx, func(r reading) (*draft, error) {
		repeated, err := c.repeatedKey(r, p, o)
		if repeated || err != nil {
			return nil, err
		}
		intake, err := c.examine(r, p, o)
		if err != nil {
			return nil, err
		}
		return c.takeIn(r, p, o, intake, found)
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
