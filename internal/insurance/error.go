package insurance

import (
	"errors"
	"fmt"
	"strings"
)

// Code says what kind of refusal an Error is. The list is closed: every
// dialect has words for each of Codes, and a test keeps it so.
type Code string

// The refusals Covernote knows.
const (
	// CodeInvalid: the request contradicts itself or a rule; Problems say where.
	CodeInvalid Code = "invalid"
	// CodeProductUnknown: no tariff is sold to this partner under that code.
	CodeProductUnknown Code = "product_unknown"
	// CodeCoverageUnknown: the tariff exists, but not for this price, term,
	// deductible, country or type of object.
	CodeCoverageUnknown Code = "coverage_unknown"
	// CodeReasonForbidden: the policy may not be ended for this reason, by this
	// party, or in its present state.
	CodeReasonForbidden Code = "reason_forbidden"
	// CodePolicyUnknown: no such policy, or it belongs to another partner;
	// the two are never told apart.
	CodePolicyUnknown Code = "policy_unknown"
	// CodeCertificateMissing: the policy has no certificate document.
	CodeCertificateMissing Code = "certificate_missing"
	// CodeIPIDMissing: the policy has no product information document.
	CodeIPIDMissing Code = "ipid_missing"
	// CodeFilterUnknown: a document filter names a kind that does not exist;
	// Detail is that name.
	CodeFilterUnknown Code = "filter_unknown"
	// CodeParameter: a query parameter is out of its bounds.
	CodeParameter Code = "parameter"
	// CodeKeyConflict: a repetition key was used before for something else.
	CodeKeyConflict Code = "key_conflict"
	// CodePackageUnknown: no such quote package or booking, or it belongs to
	// another partner; the two are never told apart.
	CodePackageUnknown Code = "package_unknown"
	// CodeStateForbidden: the package or booking may not become what was asked
	// for in its present state; Detail is that state as the core names it.
	CodeStateForbidden Code = "state_forbidden"
	// CodeStale: what was previewed is no longer what would happen; Detail says
	// what would happen now.
	CodeStale Code = "stale"
	// CodePaymentLate: the time in which a booking had to be paid for has passed.
	CodePaymentLate Code = "payment_late"
	// CodeInProgress: the same request is being worked on at this moment.
	CodeInProgress Code = "in_progress"
	// CodeAccountUnknown: the account does not exist, or is not the API user's;
	// the two are never told apart. The same holds for all that follow.
	CodeAccountUnknown Code = "account_unknown"
	// CodeBrokerUnknown: no such broker of the account.
	CodeBrokerUnknown Code = "broker_unknown"
	// CodeBrokerInactive: the broker may not act until it is activated again.
	CodeBrokerInactive Code = "broker_inactive"
	// CodeCustomerUnknown: no such customer of the broker.
	CodeCustomerUnknown Code = "customer_unknown"
	// CodeInquiryUnknown: no such inquiry of the broker or account.
	CodeInquiryUnknown Code = "inquiry_unknown"
	// CodeInsurerUnknown: nobody is called by that number; Detail is empty.
	CodeInsurerUnknown Code = "insurer_unknown"
	// CodeDocumentUnknown: no such document of the broker or account.
	CodeDocumentUnknown Code = "document_unknown"
	// CodeLinkUnknown: a link was never given, was used or has expired.
	CodeLinkUnknown Code = "link_unknown"
	// CodeEventUnknown: no such event, or replay, of the partner.
	CodeEventUnknown Code = "event_unknown"
	// CodeBusy: the same things are being changed by others; try again.
	CodeBusy Code = "busy"
	// CodeUnauthenticated: no credential, or one that does not match.
	CodeUnauthenticated Code = "unauthenticated"
	// CodeForbidden: the credential is good, but not for this.
	CodeForbidden Code = "forbidden"
	// CodeNetworkForbidden: the caller's address is not on the partner's list.
	CodeNetworkForbidden Code = "network_forbidden"
	// CodeTooLarge: the body exceeds the size cap.
	CodeTooLarge Code = "too_large"
	// CodeRateLimited: the partner's limit is spent; Detail is the number of
	// whole seconds until the next request may succeed.
	CodeRateLimited Code = "rate_limited"
	// CodeUnavailable: nothing can be stored at present; nothing was.
	CodeUnavailable Code = "unavailable"
	// CodeInternal: a fault of ours. It carries no detail.
	CodeInternal Code = "internal"
)

// Codes lists every Code, in the order of their declaration.
func Codes() []Code {
	return []Code{
		CodeInvalid, CodeProductUnknown, CodeCoverageUnknown, CodeReasonForbidden, CodePolicyUnknown,
		CodeCertificateMissing, CodeIPIDMissing, CodeFilterUnknown, CodeParameter, CodeKeyConflict,
		CodePackageUnknown, CodeStateForbidden, CodeStale, CodePaymentLate, CodeInProgress,
		CodeAccountUnknown, CodeBrokerUnknown, CodeBrokerInactive, CodeCustomerUnknown, CodeInquiryUnknown,
		CodeInsurerUnknown, CodeDocumentUnknown, CodeLinkUnknown, CodeEventUnknown, CodeBusy,
		CodeUnauthenticated, CodeForbidden, CodeNetworkForbidden, CodeTooLarge, CodeRateLimited,
		CodeUnavailable, CodeInternal,
	}
}

// Problem is one thing that is wrong with one field.
type Problem struct {
	// Item is the zero-based position in a request that carries several
	// proposals, otherwise 0.
	Item int
	// Field is what is wrong, or empty if it is the whole.
	Field Field
	// Detail continues a sentence that begins with the field's name,
	// such as "is over 28 days ago". It never holds personal data.
	Detail string
}

// Error is a refusal that may be told to the partner.
type Error struct {
	Code Code
	// Detail is the sentence for a refusal that concerns no single field.
	Detail string
	// Problems are the fields at fault, in the order they were found.
	Problems []Problem
	// Items is how many the request carried, if a Problem's Item is worth
	// telling; otherwise 0.
	Items int
}

// Error joins code, detail and problems into one line for logs.
func (e *Error) Error() string {
	parts := []string{string(e.Code)}
	if e.Detail != "" {
		parts = append(parts, e.Detail)
	}
	for _, p := range e.Problems {
		parts = append(parts, fmt.Sprintf("%s %s", p.Field, p.Detail))
	}
	return strings.Join(parts, ": ")
}

// Refuse makes an Error that concerns no single field.
func Refuse(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// Invalid makes an Error of CodeInvalid about one field.
func Invalid(field Field, format string, args ...any) *Error {
	return RefuseField(CodeInvalid, field, format, args...)
}

// RefuseField makes an Error about one field.
func RefuseField(code Code, field Field, format string, args ...any) *Error {
	return &Error{Code: code, Problems: []Problem{{Field: field, Detail: fmt.Sprintf(format, args...)}}}
}

// CodeOf tells the code of err: CodeInternal for anything that is not an
// *Error, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}
