package hepster

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// The published codes that the table below, the webhook and a switch share.
const (
	codeInvalid          = 1001
	codeProductNotFound  = 1002
	codeCoverageNotFound = 1003
	codeParameter        = 1013
	codeUnknown          = 1099
)

// words is how hepster says a refusal.
type words struct {
	status  int
	code    int
	message string
	// about replaces %s in message if the refusal has no detail.
	about string
	// detail makes detailMessage; nil leaves it empty.
	detail func(*insurance.Error) string
}

// refusals has an entry for every insurance.Code, those included that nothing
// in this API leads to. Codes and the message of 1001 are published, messages of
// the others are the published labels; HTTP statuses are ours. Where no
// published code fits, the code is the status.
var refusals = map[insurance.Code]words{
	insurance.CodeInvalid:            {400, codeInvalid, invalidMessage, "", errorsIn},
	insurance.CodeKeyConflict:        {400, codeInvalid, invalidMessage, "", keyConflict},
	insurance.CodeProductUnknown:     {404, codeProductNotFound, "Product Not Found", "", errorsIn},
	insurance.CodeCoverageUnknown:    {404, codeCoverageNotFound, "Coverage Not Found", "", errorsIn},
	insurance.CodeReasonForbidden:    {403, 1004, "Cancellation Reason Forbidden", "", errorsIn},
	insurance.CodeCertificateMissing: {404, 1009, "Certificate not found for %s", aboutNumber, nil},
	insurance.CodeIPIDMissing:        {404, 1010, "Pib not found for %s", aboutNumber, nil},
	insurance.CodePolicyUnknown:      {404, 1011, "Contract not found for %s", aboutNumber, nil},
	insurance.CodeFilterUnknown:      {400, 1012, "Unknown filter %s", aboutFilter, nil},
	insurance.CodeParameter:          {400, codeParameter, "Invalid request parameter", "", errorsIn},
	insurance.CodeUnauthenticated:    {401, 401, "Unauthorized", "", nil},
	insurance.CodeForbidden:          {403, 403, "Forbidden", "", nil},
	insurance.CodeNetworkForbidden:   {403, 403, "Forbidden", "", nil},
	insurance.CodeTooLarge:           {413, 413, "Request Entity Too Large", "", errorsIn},
	insurance.CodeRateLimited:        {429, 429, "Too Many Requests", "", nil},
	insurance.CodePackageUnknown:     {404, 404, "Not Found", "", nil},
	insurance.CodeAccountUnknown:     {404, 404, "Not Found", "", nil},
	insurance.CodeBrokerUnknown:      {404, 404, "Not Found", "", nil},
	insurance.CodeBrokerInactive:     {404, 404, "Not Found", "", nil},
	insurance.CodeCustomerUnknown:    {404, 404, "Not Found", "", nil},
	insurance.CodeInquiryUnknown:     {404, 404, "Not Found", "", nil},
	insurance.CodeInsurerUnknown:     {404, 404, "Not Found", "", nil},
	insurance.CodeDocumentUnknown:    {404, 404, "Not Found", "", nil},
	insurance.CodeEventUnknown:       {404, 404, "Not Found", "", nil},
	insurance.CodeLinkUnknown:        {404, 404, "Not Found", "", nil},
	insurance.CodeStateForbidden:     {409, 409, "Conflict", "", nil},
	insurance.CodeStale:              {409, 409, "Conflict", "", nil},
	insurance.CodePaymentLate:        {402, 402, "Payment Required", "", nil},
	insurance.CodeInProgress:         {409, 409, "Conflict", "", always("The same request is being worked on. Please repeat it later.")},
	insurance.CodeBusy:               {503, codeUnknown, "Unknown Server Error", "", always("Nothing was changed, because others are changing the same. Please repeat the request.")},
	insurance.CodeUnavailable:        {503, codeUnknown, "Unknown Server Error", "", always("Nothing was changed. Please repeat the request later.")},
	insurance.CodeInternal:           {500, codeUnknown, "Unknown Server Error", "", nil},
}

// What messages are about where a refusal does not say it, as published.
const (
	aboutNumber = "certificatenumber"
	aboutFilter = "<filtername>"
)

const invalidMessage = "Validation error - errors in booking payload."

// Refuse says a refusal in the error form; one of an unknown kind is said as
// internal.
func (d *Dialect) Refuse(partner core.Partner, err *insurance.Error) dialect.Response {
	said, known := refusals[err.Code]
	if !known {
		said = refusals[insurance.CodeInternal]
	}
	body := wireError{Message: said.message, Code: said.code}
	if said.about != "" {
		body.Message = fmt.Sprintf(said.message, cmp.Or(err.Detail, said.about))
	}
	if said.detail != nil {
		body.DetailMessage = said.detail(err)
	}
	response := dialect.JSON(statusFor(partner, said), body)
	dialect.AddRefusalHeader(response.Header, err, realm)
	return response
}

// statusFor is the HTTP status of a refusal. One that is not about what the
// request says, such as a spent limit, keeps its own.
func statusFor(partner core.Partner, said words) int {
	published := codeInvalid <= said.code && said.code <= codeParameter
	if published && partner.Switch(switchErrorStatus, "") == "always_200" {
		return http.StatusOK
	}
	return said.status
}

// Header adds nothing: no header for all answers was published.
func (d *Dialect) Header(dialect.Visit) http.Header { return nil }

// Lost answers unknown paths and methods in the error form, with the HTTP
// status as code.
func (d *Dialect) Lost(_, allow string) dialect.Response {
	status := http.StatusNotFound
	if allow != "" {
		status = http.StatusMethodNotAllowed
	}
	response := dialect.JSON(status, wireError{Message: http.StatusText(status), Code: status})
	if allow != "" {
		response.Header.Set("Allow", allow)
	}
	return response
}

// mostTold bounds how many problems one answer names.
const mostTold = 50

// errorsIn writes problems as the published sample does:
//
//	Errors in: Booking - contract_start_date is over 28 days ago.
//
// Several in a section are joined by a comma, sections by a semicolon. If the
// request carried several items the section says which, counted from 0,
// unless the problem is one of the whole request:
//
//	Errors in: Booking[2] - product_code is required; InsuredObject[2] - model is required.
//
// A refusal without problems is its detail as a sentence.
func errorsIn(err *insurance.Error) string {
	if len(err.Problems) == 0 {
		return dialect.Sentence(err.Detail)
	}
	told := err.Problems[:min(len(err.Problems), mostTold)]
	var sections []string
	problems := make(map[string][]string)
	for _, p := range told {
		name := nameOf(p.Field)
		section := name.section
		if err.Items > 1 && p.Field != insurance.FieldRepetitionKey {
			section = fmt.Sprintf("%s[%d]", section, p.Item)
		}
		if problems[section] == nil {
			sections = append(sections, section)
		}
		problems[section] = append(problems[section], name.field+" "+p.Detail)
	}
	for i, section := range sections {
		sections[i] = section + " - " + strings.Join(problems[section], ", ")
	}
	if more := len(err.Problems) - len(told); more > 0 {
		sections = append(sections, fmt.Sprintf("and %d more", more))
	}
	return "Errors in: " + strings.Join(sections, "; ") + "."
}

// keyConflict says that a repetition key was used before for something else;
// a detail of the refusal continues the key's name.
func keyConflict(err *insurance.Error) string {
	if len(err.Problems) > 0 {
		return errorsIn(err)
	}
	detail := cmp.Or(err.Detail, "already used with other data")
	return errorsIn(insurance.Invalid(insurance.FieldRepetitionKey, "%s", detail))
}

func always(text string) func(*insurance.Error) string {
	return func(*insurance.Error) string { return text }
}
