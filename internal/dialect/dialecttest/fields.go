package dialecttest

import (
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/insurance"
)

// desks begin the fields of brokers' desks.
var desks = []string{
	"scope.", "broker.", "customer.", "inquiry.", "refs", "document.", "agency.", "log.", "policyholder.salutation",
	"policyholder.title", "policyholder.website", "policyholder.company_form", "booking.interval", "booking.tender_price",
}

// OfDesk tells whether only APIs of brokers' systems have a field.
func OfDesk(field insurance.Field) bool {
	return slices.ContainsFunc(desks, func(begins string) bool { return strings.HasPrefix(string(field), begins) })
}
