package hepster

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// Roots is where every path of the API begins.
func (d *Dialect) Roots() []string { return []string{"/services/"} }

// Routes are the whole API. Documents were published under both prefixes; the
// three ways to cancel are ours.
func (d *Dialect) Routes() []dialect.Route {
	const (
		integrator = "/services/integrator"
		contracts  = integrator + "/contracts"
	)
	return []dialect.Route{
		dialect.On(http.MethodPost, integrator+"/partner/v1/order", decodeOrder, d.submitOrder, acknowledge),
		dialect.On(http.MethodPost, integrator+"/partner/bike/v1/order", decodeOrder, d.submitOrder, acknowledge),

		dialect.On(http.MethodGet, "/services/documents/{number}", decodeDocuments, d.archive, encodeArchive),
		dialect.On(http.MethodGet, integrator+"/documents/{number}", decodeDocuments, d.archive, encodeArchive),

		dialect.On(http.MethodGet, contracts+"/lookup/organisation", decodeLookup, d.core.FindPolicies, encodePage),

		dialect.On(http.MethodPost, contracts+"/{number}/cancel", decodeCancellation, d.end, encodeEnded),
		dialect.On(http.MethodPost, contracts+"/cancel", decodeCancellations, d.end, encodeEnded),
		dialect.On(http.MethodDelete, contracts+"/{number}", decodeDeletion, d.end, encodeEnded),
	}
}

// maxItems is how many orders or cancellations one request may carry.
const maxItems = 500

// Gate gives every order of a full request some forty keys.
func (d *Dialect) Gate() dialect.GateLimits {
	return dialect.GateLimits{FoldKeys: true, Keys: 40 * maxItems}
}

func (d *Dialect) submitOrder(ctx context.Context, p core.Partner, order core.Order) (core.Receipt, error) {
	receipt, err := d.core.SubmitOrder(ctx, p, order)
	return receipt, amongst(len(order.Proposals), err)
}

func (d *Dialect) archive(ctx context.Context, p core.Partner, request core.DocumentRequest) (core.Archive, error) {
	archive, err := d.core.Archive(ctx, p, request)
	return archive, naming([]string{request.CertificateNumber}, err)
}

func (d *Dialect) end(ctx context.Context, p core.Partner, endings []core.Ending) ([]core.Ended, error) {
	numbers := make([]string, len(endings))
	for i, ending := range endings {
		numbers[i] = ending.CertificateNumber
	}
	ended, err := d.core.End(ctx, p, endings)
	return ended, amongst(len(endings), naming(numbers, err))
}

// amongst adds to a refusal how many the request carried, so that its text
// can say which of them is meant.
func amongst(items int, err error) error {
	refusal, ok := errors.AsType[*insurance.Error](err)
	if !ok {
		return err
	}
	told := *refusal
	told.Items = items
	return fmt.Errorf("%w (%w)", &told, err)
}

// naming adds the certificate number to a refusal whose message contains it.
func naming(numbers []string, err error) error {
	refusal, ok := errors.AsType[*insurance.Error](err)
	if !ok || refusals[refusal.Code].about != aboutNumber {
		return err
	}
	item := 0
	if len(refusal.Problems) > 0 {
		item = refusal.Problems[0].Item
	}
	return insurance.Refuse(refusal.Code, "%s", numbers[item])
}
