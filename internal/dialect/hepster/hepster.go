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

// What a partner may deviate in. A switch that is not set, or set to anything
// else, means the first value.
const (
	// switchCatalogueErrors says how unknown products and coverages are told:
	// "async" by webhook, "sync" in the answer to the order. Unset, a partner
	// without a webhook is told at once.
	switchCatalogueErrors = "catalogue_errors"
	// switchErrorStatus: "mapped", or "always_200" for clients that read the
	// body of a 200 only. It concerns the published codes 1001 to 1013.
	switchErrorStatus = "error_http_status"
	// switchProductNotFound is the status id of the webhook for an unknown
	// product: "1005" as in the published sample, or "1002".
	switchProductNotFound = "webhook_product_not_found_code"
	// switchStrictSample: "true" leaves out of error webhooks what the
	// published sample does not have.
	switchStrictSample = "webhook_strict_sample"
	// switchLanguage is the language of product names: "de", "en".
	switchLanguage = "language"
	// switchReasonAlias, followed by a word in capitals, is the reason that
	// the partner means by it: "reason_alias.WIDERRUF" is "WITHDRAWAL".
	switchReasonAlias = "reason_alias."
)
