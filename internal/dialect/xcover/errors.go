package xcover

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// The types of error.
const (
	typeValidation = "validation_error"
	typeAuth       = "auth_error"
	typeAPI        = "api_error"
)

// general is the message of an error whose details are elsewhere, and of one
// that has none.
const general = "An API error occurred."

// words is how XCover says a refusal.
type words struct {
	status int
	kind   string
	// message is what the refusal's detail makes of it.
	message func(*insurance.Error) string
	// errors are told beside the message; nil tells none.
	errors func(*insurance.Error) any
}

// refusals has an entry for every insurance.Code. 402 is for payments, 409 for
// what was done before, and 422 for all that a request says.
var refusals = map[insurance.Code]words{
	insurance.CodeInvalid:            {422, typeValidation, always(general), errorsIn},
	insurance.CodeProductUnknown:     {422, typeValidation, always(general), errorsIn},
	insurance.CodeCoverageUnknown:    {422, typeValidation, always(general), errorsIn},
	insurance.CodeReasonForbidden:    {422, typeValidation, always(general), errorsIn},
	insurance.CodeFilterUnknown:      {422, typeValidation, always(general), errorsIn},
	insurance.CodeParameter:          {422, typeValidation, always(general), errorsIn},
	insurance.CodeKeyConflict:        {422, typeValidation, always(general), errorsIn},
	insurance.CodeStale:              {422, typeValidation, always(general), errorsIn},
	insurance.CodeStateForbidden:     {422, typeValidation, always(general), stateForbidden},
	insurance.CodePackageUnknown:     {404, typeAPI, always("Quote package does not exist"), nil},
	insurance.CodePolicyUnknown:      {404, typeAPI, always("Quote package does not exist"), nil},
	insurance.CodeCertificateMissing: {404, typeAPI, always("Certificate does not exist"), nil},
	insurance.CodeIPIDMissing:        {404, typeAPI, always("Document does not exist"), nil},
	insurance.CodeAccountUnknown:     {404, typeAPI, always("Object does not exist"), nil},
	insurance.CodeBrokerUnknown:      {404, typeAPI, always("Object does not exist"), nil},
	insurance.CodeBrokerInactive:     {404, typeAPI, always("Object does not exist"), nil},
	insurance.CodeCustomerUnknown:    {404, typeAPI, always("Object does not exist"), nil},
	insurance.CodeInquiryUnknown:     {404, typeAPI, always("Object does not exist"), nil},
	insurance.CodeInsurerUnknown:     {404, typeAPI, always("Object does not exist"), nil},
	insurance.CodeDocumentUnknown:    {404, typeAPI, always("Object does not exist"), nil},
	insurance.CodeEventUnknown:       {404, typeAPI, always("Object does not exist"), nil},
	insurance.CodeLinkUnknown:        {404, typeAPI, always("Object does not exist"), nil},
	insurance.CodePaymentLate:        {402, typeAPI, detailOr("The payment is too late"), nil},
	insurance.CodeInProgress:         {423, typeAPI, detailOr("The same request is being worked on"), nil},
	insurance.CodeUnauthenticated:    {401, typeAuth, detailOr("No valid API key was provided"), nil},
	insurance.CodeForbidden:          {403, typeAuth, always("You do not have permission to access this url"), nil},
	insurance.CodeNetworkForbidden:   {403, typeAuth, always("You do not have permission to access this url"), nil},
	insurance.CodeTooLarge:           {413, typeAPI, detailOr("The request is too large"), nil},
	insurance.CodeRateLimited:        {429, typeAPI, throttled, nil},
	insurance.CodeBusy:               {503, typeAPI, always("Nothing was changed, because others are changing the same. Please repeat the request."), nil},
	insurance.CodeUnavailable:        {503, typeAPI, always("Nothing was changed. Please repeat the request later."), nil},
	insurance.CodeInternal:           {500, typeAPI, always(general), nil},
}

// malformed is how a body is refused that is no JSON.
var malformed = words{400, typeValidation, parseError, nil}

// wireError is the error form.
type wireError struct {
	Type    string `json:"type"`
	Message string `json:"message"`
	Errors  any    `json:"errors,omitempty"`
}

// Refuse says a refusal in the error form; one of an unknown kind is said as
// internal.
func (d *Dialect) Refuse(_ core.Partner, err *insurance.Error) dialect.Response {
	said := wordsFor(err)
	body := wireError{Type: said.kind, Message: said.message(err)}
	if said.errors != nil {
		body.Errors = said.errors(err)
	}
	response := respond(said.status, body)
	dialect.AddRefusalHeader(response.Header, err, realm)
	return response
}

func wordsFor(err *insurance.Error) words {
	if len(err.Problems) > 0 && err.Problems[0].Field == insurance.FieldBody {
		return malformed
	}
	if said, known := refusals[err.Code]; known {
		return said
	}
	return refusals[insurance.CodeInternal]
}

// Lost answers OPTIONS, and says that there is no such path or method. What a
// path has instead is in the headers of every answer.
func (d *Dialect) Lost(method, allow string) dialect.Response {
	switch {
	case allow == "":
		return respond(http.StatusNotFound, wireError{Type: typeAPI, Message: "Not found."})
	case method == http.MethodOptions:
		return dialect.Response{Status: http.StatusOK}
	}
	return respond(http.StatusMethodNotAllowed, wireError{Type: typeAPI, Message: fmt.Sprintf("Method %q not allowed.", dialect.Shown(method))})
}

// verbs are the order in which Allow lists methods.
var verbs = []string{
	http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead, http.MethodOptions,
}

// Header says what the path allows and what the partner may still ask for; -1
// is without limit.
func (d *Dialect) Header(v dialect.Visit) http.Header {
	allow := append(slices.Clone(v.Allow), http.MethodOptions)
	if slices.Contains(allow, http.MethodGet) {
		allow = append(allow, http.MethodHead)
	}
	slices.SortFunc(allow, func(a, b string) int { return cmp.Compare(slices.Index(verbs, a), slices.Index(verbs, b)) })
	limit, remaining, reset := int64(-1), int64(-1), int64(-1)
	if !v.Limit.Unlimited() {
		limit, remaining, reset = int64(v.Limit.Limit), int64(v.Limit.Remaining), v.Limit.Reset.Unix()
	}
	return http.Header{
		"Allow":                 {strings.Join(allow, ", ")},
		"Vary":                  {"Accept-Encoding"},
		"X-Frame-Options":       {"DENY"},
		"X-Ratelimit-Limit":     {strconv.FormatInt(limit, 10)},
		"X-Ratelimit-Remaining": {strconv.FormatInt(remaining, 10)},
		"X-Ratelimit-Reset":     {strconv.FormatInt(reset, 10)},
	}
}

func always(text string) func(*insurance.Error) string {
	return func(*insurance.Error) string { return text }
}

// detailOr is the refusal's detail as a sentence, or the text without one.
func detailOr(text string) func(*insurance.Error) string {
	return func(err *insurance.Error) string { return sentence(cmp.Or(err.Detail, text)) }
}

func parseError(err *insurance.Error) string {
	return "JSON parse error - the body " + err.Problems[0].Detail
}

func throttled(err *insurance.Error) string {
	unit := "seconds"
	if wait := cmp.Or(err.Detail, "1"); wait == "1" {
		unit = "second"
	}
	return fmt.Sprintf("Request was throttled. Expected available in %s %s.", cmp.Or(err.Detail, "1"), unit)
}

// stateForbidden names the state that forbids what was asked for, or the one
// that an e-mail needs.
func stateForbidden(err *insurance.Error) any {
	for _, event := range mailEvents {
		if len(err.Problems) > 0 && err.Problems[0].Detail == string(event.kind) {
			return []string{fmt.Sprintf("%s email can be only triggered for %s bookings.", event.name, event.state)}
		}
	}
	state, known := statuses[core.PackageState(err.Detail)]
	if !known {
		state, known = policyStatuses[insurance.PolicyState(err.Detail)]
	}
	if !known {
		return errorsIn(err)
	}
	return []string{"Status change not allowed for QuotePackage in status " + state}
}

// policyStatuses are the words for the states of a policy, which is a booked
// quote with us.
var policyStatuses = map[insurance.PolicyState]string{
	insurance.PolicyBound:     "CONFIRMED",
	insurance.PolicyEnding:    "CONFIRMED",
	insurance.PolicyExpired:   "CONFIRMED",
	insurance.PolicyLapsed:    "CANCELLED",
	insurance.PolicyCancelled: "CANCELLED",
	insurance.PolicyWithdrawn: "CANCELLED",
	insurance.PolicyVoid:      "CANCELLED",
}

// errorsIn is a list for a refusal of the whole, else the shape of the request
// with what is wrong at each place.
func errorsIn(err *insurance.Error) any {
	if len(err.Problems) == 0 {
		return []string{sentence(cmp.Or(err.Detail, "the request is refused"))}
	}
	var found tree
	for _, p := range foremost(err.Problems) {
		found.add(placeOf(p), wording(p.Detail))
	}
	return found.shape()
}

// unexpected is said of a field that nobody asked for: as a text, where all
// else is told in lists.
const unexpected = "Unexpected field"

// mostTold bounds how many problems one answer names.
const mostTold = 100

// foremost are the problems that are told. What is missing or of the wrong
// type comes first and alone, then what was not expected, and only then what
// the rules of insurance find.
func foremost(problems []insurance.Problem) []insurance.Problem {
	rank := func(p insurance.Problem) int {
		switch {
		case p.Detail == unexpected:
			return 1
		case isSentence(p.Detail):
			return 0
		}
		return 2
	}
	first := rank(slices.MinFunc(problems, func(a, b insurance.Problem) int { return cmp.Compare(rank(a), rank(b)) }))
	told := slices.DeleteFunc(slices.Clone(problems), func(p insurance.Problem) bool { return rank(p) != first })
	return told[:min(len(told), mostTold)]
}

// isSentence tells the words of the decoder from those of the rules, which go
// on where a field's name ends.
func isSentence(detail string) bool {
	first, _ := utf8.DecodeRuneInString(detail)
	return !unicode.IsLower(first)
}

// recorded are the original's words for what the rules say otherwise.
var recorded = map[string]string{
	"is not a valid e-mail address":        "Enter a valid email address.",
	"does not begin with +":                `The phone number should start with "+" character`,
	"is not a field of this product":       unexpected,
	"is neither true nor false":            notBoolean,
	"is not a decimal amount":              notNumber,
	"is not a whole number from 0":         notWhole,
	"is not an instant of RFC 3339":        notInstant,
	"is not a date of the form YYYY-MM-DD": notDate,
}

// wording is a detail in the original's words.
func wording(detail string) string {
	if said, ok := recorded[detail]; ok {
		return said
	}
	if isSentence(detail) {
		return detail
	}
	return "This field " + strings.TrimSuffix(detail, ".") + "."
}

// sentence is dialect.Sentence, but that a name such as that of a preview stays as
// it is: its case counts.
func sentence(text string) string {
	if word, _, _ := strings.Cut(text, " "); strings.Contains(word, "-") {
		return strings.TrimSuffix(text, ".") + "."
	}
	return dialect.Sentence(text)
}
