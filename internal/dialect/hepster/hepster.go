package hepster

import (
	"context"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

// Core is what the API needs done. Its methods refuse with *insurance.Error.
type Core interface {
	SubmitOrder(context.Context, core.Partner, core.Order) (core.Receipt, error)
	FindPolicies(context.Context, core.Partner, core.PolicyFilter) (core.PolicyPage, error)
	// End ends all policies or none.
	End(context.Context, core.Partner, []core.Ending) ([]core.Ended, error)
	Archive(context.Context, core.Partner, core.DocumentRequest) (core.Archive, error)
}

// Dialect is the API. It keeps no state and is safe for concurrent use.
type Dialect struct{ core Core }

var _ dialect.Dialect = (*Dialect)(nil)

// New speaks for a core.
func New(c Core) *Dialect { return &Dialect{core: c} }

// Family is core.FamilyHepster.
func (d *Dialect) Family() core.Family { return core.FamilyHepster }
