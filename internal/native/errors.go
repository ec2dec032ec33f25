package native

import (
	"cmp"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// typeRoot is what the type of every problem begins with: each has a section of
// its own in the guide.
const typeRoot = "https://github.com/covernote/covernote/blob/main/docs/api.md#"

// kind is a type of problem, in the sense of RFC 9457.
type kind struct {
	status int
	// name is the end of its type and its section in the guide.
	name, title string
	// detail is said where a refusal has none of its own.
	detail string
}

var (
	invalid         = kind{400, "invalid-request", "The request is not valid", "See errors for what is wrong with it."}
	unauthenticated = kind{401, "unauthenticated", "The credentials are not valid", ""}
	forbidden       = kind{403, "forbidden", "This is not allowed", ""}
	notFound        = kind{404, "not-found", "There is no such thing", ""}
	noMethod        = kind{405, "method-not-allowed", "The path does not have this method", ""}
	conflict        = kind{409, "conflict", "It cannot be done at present", ""}
	tooLarge        = kind{413, "too-large", "The request is too large", ""}
	rateLimited     = kind{429, "rate-limited", "These are too many requests", ""}
	internal        = kind{500, "internal", "The server has failed", ""}
	unavailable     = kind{503, "unavailable", "Nothing can be done at present", "Nothing was changed. Please repeat the request."}
)

// refusals has an entry for every insurance.Code, those included that nothing in
// this API leads to.
var refusals = map[insurance.Code]kind{
	insurance.CodeInvalid:            invalid,
	insurance.CodeParameter:          invalid,
	insurance.CodeFilterUnknown:      invalid,
	insurance.CodeProductUnknown:     invalid,
	insurance.CodeCoverageUnknown:    invalid,
	insurance.CodeUnauthenticated:    unauthenticated,
	insurance.CodeForbidden:          forbidden,
	insurance.CodeNetworkForbidden:   forbidden,
	insurance.CodeBrokerInactive:     forbidden,
	insurance.CodeReasonForbidden:    forbidden,
	insurance.CodeEventUnknown:       notFound,
	insurance.CodePolicyUnknown:      notFound,
	insurance.CodePackageUnknown:     notFound,
	insurance.CodeCertificateMissing: notFound,
	insurance.CodeIPIDMissing:        notFound,
	insurance.CodeAccountUnknown:     notFound,
	insurance.CodeBrokerUnknown:      notFound,
	insurance.CodeCustomerUnknown:    notFound,
	insurance.CodeInquiryUnknown:     notFound,
	insurance.CodeInsurerUnknown:     notFound,
	insurance.CodeDocumentUnknown:    notFound,
	insurance.CodeLinkUnknown:        notFound,
	insurance.CodeKeyConflict:        conflict,
	insurance.CodeStateForbidden:     conflict,
	insurance.CodeStale:              conflict,
	insurance.CodePaymentLate:        conflict,
	insurance.CodeInProgress:         conflict,
	insurance.CodeTooLarge:           tooLarge,
	insurance.CodeRateLimited:        rateLimited,
	insurance.CodeBusy:               unavailable,
	insurance.CodeUnavailable:        unavailable,
	insurance.CodeInternal:           internal,
}

// wireProblem is a problem of RFC 9457.
type wireProblem struct {
	Type   string      `json:"type"`
	Title  string      `json:"title"`
	Status int         `json:"status"`
	Detail string      `json:"detail,omitempty"`
	Errors []wireError `json:"errors,omitempty"`
}

// wireError says what is wrong with a parameter, or a key of the body.
type wireError struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// Refuse says a refusal as a problem; one of an unknown kind is said as internal.
func (d *Dialect) Refuse(_ core.Partner, err *insurance.Error) dialect.Response {
	said, known := refusals[err.Code]
	if !known {
		said = internal
	}
	detail := err.Detail
	if said == rateLimited {
		detail = "The next request may succeed in " + cmp.Or(err.Detail, "1") + " s"
	}
	response := said.response(detail, errorsIn(err))
	dialect.AddRefusalHeader(response.Header, err, realm)
	return response
}

// Lost answers unknown paths and methods.
func (d *Dialect) Lost(_, allow string) dialect.Response {
	if allow == "" {
		return notFound.response("nothing is at this path", nil)
	}
	response := noMethod.response("it has "+allow, nil)
	response.Header.Set("Allow", allow)
	return response
}

func (k kind) response(detail string, errors []wireError) dialect.Response {
	response := dialect.JSON(k.status, wireProblem{
		Type: typeRoot + k.name, Title: k.title, Status: k.status, Detail: cmp.Or(dialect.Sentence(detail), k.detail), Errors: errors,
	})
	response.Header.Set("Content-Type", "application/problem+json")
	return response
}

// mostTold bounds how many errors one answer names.
const mostTold = 50

func errorsIn(err *insurance.Error) []wireError {
	var told []wireError
	for _, p := range err.Problems[:min(len(err.Problems), mostTold)] {
		told = append(told, wireError{Field: nameOf(p.Field), Detail: p.Detail})
	}
	return told
}

// names are those of the fields that others than decoding refuse. What decoding
// finds bears the name of its parameter already.
var names = map[insurance.Field]string{
	insurance.FieldBody:     "body",
	insurance.FieldEndpoint: paramEndpoint,
}

func nameOf(field insurance.Field) string { return cmp.Or(names[field], string(field)) }
