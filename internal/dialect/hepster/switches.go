package hepster

import (
	"fmt"
	"strings"

	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

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

// switches are all of them but those that name a reason.
var switches = dialect.Switches{
	switchCatalogueErrors: {Values: []string{"async", "sync"}},
	switchErrorStatus:     {Values: []string{"mapped", "always_200"}},
	switchProductNotFound: {Values: []string{"1005", "1002"}},
	switchStrictSample:    {Values: []string{"false", "true"}},
	switchLanguage:        {Values: []string{"de", "en"}},
}

// CheckSwitch refuses what would have no effect.
func (d *Dialect) CheckSwitch(name, value string) error {
	if word, ok := strings.CutPrefix(name, switchReasonAlias); ok && word == strings.ToUpper(word) && word != "" {
		return dialect.Switches{name: {Values: reasonNames()}}.Check(name, value)
	}
	err := switches.Check(name, value)
	if _, known := switches[name]; !known {
		err = fmt.Errorf("%w and %sWORD", err, switchReasonAlias)
	}
	return err
}

func reasonNames() []string {
	var names []string
	for _, reason := range insurance.Reasons() {
		names = append(names, string(reason))
	}
	return names
}
