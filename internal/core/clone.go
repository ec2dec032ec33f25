package core

import (
	"context"
	"errors"
	"fmt"

	"github.com/covernote/covernote/internal/store"
)

// CloneWish asks for copies of a policy that is the only one of its order.
type CloneWish struct {
	Part, CertificateNumber string
	// The copies are numbered from First; a copy's certificate number ends with its
	// number in twelve digits, and is else the policy's.
	First, Count int64
	// Each is how many copies are made in one commit; store.Clone says how many if it is 0.
	Each int64
	// Crowd wants no more of each than what lists and sweeps pass by.
	Crowd bool
}

// Clone makes copies of a policy, for measurements. It refuses outside of a
// sandbox: nobody has ordered what it makes.
func (c *Core) Clone(ctx context.Context, w CloneWish) error {
	if !c.Sandbox {
		return errors.New("policies are copied in a sandbox only")
	}
	var p store.Policy
	err := c.read(ctx, func(r reading) (err error) {
		var ok bool
		p, ok, err = r.PolicyByCertificate(w.Part, w.CertificateNumber)
		return needed(ok, err)
	})
	if err != nil {
		return fmt.Errorf("read policy %s: %w", w.CertificateNumber, err)
	}
	return c.Store.Clone(ctx, store.Clone{
		Policy: p, First: w.First, Count: w.Count, Each: w.Each, Crowd: w.Crowd,
		Lane: func(policyID string) int64 { return workLane(w.Part, policyID) },
	})
}
