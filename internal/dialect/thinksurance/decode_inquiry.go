package thinksurance

import (
	"strconv"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// decodeInquiry reads which inquiry is wanted. A path that could not be the
// number of one names none.
func decodeInquiry(r *dialect.Request) (core.InquiryRef, error) {
	f, s, err := begin(r, ofEither)
	if err != nil {
		return core.InquiryRef{}, err
	}
	id, err := strconv.ParseInt(r.PathValue("inquiryId"), 10, 32)
	if err != nil || id < 1 {
		return core.InquiryRef{}, insurance.Refuse(insurance.CodeInquiryUnknown, "")
	}
	return core.InquiryRef{Scope: s, ID: id}, f.refusal()
}

// decodeInquiries reads the filter of V1.1, which is a query.
func decodeInquiries(r *dialect.Request) (core.InquiryFilter, error) {
	f, err := openQuery(r.URL.RawQuery)
	if err != nil {
		return core.InquiryFilter{}, err
	}
	s, err := ofEither(r, &form{report: f.report}) // a query holds no tokens
	if err != nil {
		return core.InquiryFilter{}, err
	}
	return f.filter(s), f.refusal()
}

func decodeInquiriesOfBroker(r *dialect.Request) (core.InquiryFilter, error) {
	return inquiryFilter(r, ofOneBroker)
}

func decodeInquiriesOfAccount(r *dialect.Request) (core.InquiryFilter, error) {
	return inquiryFilter(r, ofAccount)
}

func inquiryFilter(r *dialect.Request, whose scope) (core.InquiryFilter, error) {
	f, s, err := begin(r, whose)
	if err != nil {
		return core.InquiryFilter{}, err
	}
	return f.filter(s), f.refusal()
}

// statusCodes are the statuses by their codes.
var statusCodes = func() map[string]core.InquiryStatus {
	codes := make(map[string]core.InquiryStatus)
	for status, code := range statuses {
		codes[strconv.Itoa(code)] = status
	}
	return codes
}()

const (
	// maxLastDays is a hundred years.
	maxLastDays = 36_525
	// maxInquiries is how many a list has, which the API cannot divide into pages:
	// those that were changed last.
	maxInquiries = 1000
)

func (f *form) filter(s core.Scope) core.InquiryFilter {
	return core.InquiryFilter{
		Scope:    s,
		ID:       int64(f.id("inquiryId", "iId")),
		LastDays: f.whole(maxLastDays, "lastDays"),
		Status:   choiceOrNone(f, statusCodes, "status"),
		Limit:    maxInquiries,
	}
}
