package thinksurance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// words is how the API says a refusal.
type words struct {
	// status is 0 for what a request says: that is answered with statusSaid.
	status int
	text   func(*insurance.Error) string
}

// refusals has an entry for every insurance.Code. One text is published, that
// of unauthenticated; the others are ours. What somebody else has is said in the
// words of what nobody has.
var refusals = map[insurance.Code]words{
	insurance.CodeInvalid:            {0, problemsOr("The request is not valid.")},
	insurance.CodeParameter:          {0, problemsOr("The query is not valid.")},
	insurance.CodeKeyConflict:        {0, problemsOr("The key of the request was used for another one.")},
	insurance.CodeProductUnknown:     {0, problemsOr("The product does not exist.")},
	insurance.CodeCoverageUnknown:    {0, problemsOr("The cover is not offered.")},
	insurance.CodeInsurerUnknown:     {0, problemsOr(brokerAPI + "insurer does not exist.")},
	insurance.CodeFilterUnknown:      {0, always("The filter does not exist.")},
	insurance.CodeReasonForbidden:    {0, always("The contract cannot be ended for this reason.")},
	insurance.CodeStateForbidden:     {0, always("The status of the inquiry does not allow this.")},
	insurance.CodeStale:              {0, always("The inquiry was changed in the meantime.")},
	insurance.CodePaymentLate:        {0, always("The payment is too late.")},
	insurance.CodeAccountUnknown:     {0, always(brokerAPI + "account does not exist.")},
	insurance.CodeBrokerUnknown:      {0, always(brokerAPI + "broker does not exist.")},
	insurance.CodeBrokerInactive:     {0, always(brokerAPI + "broker is not active.")},
	insurance.CodeCustomerUnknown:    {0, always("The customer does not exist.")},
	insurance.CodeInquiryUnknown:     {0, always("The inquiry does not exist.")},
	insurance.CodePackageUnknown:     {0, always("The inquiry does not exist.")},
	insurance.CodePolicyUnknown:      {0, always("The contract does not exist.")},
	insurance.CodeDocumentUnknown:    {0, always(noDocument)},
	insurance.CodeCertificateMissing: {0, always(noDocument)},
	insurance.CodeIPIDMissing:        {0, always(noDocument)},
	insurance.CodeEventUnknown:       {0, always("The event does not exist.")},
	insurance.CodeLinkUnknown:        {0, always("The link does not exist, was used or has expired.")},
	insurance.CodeUnauthenticated:    {0, always("API User is not existing or deactivated.")},
	insurance.CodeForbidden:          {0, always("The API user may not do this.")},
	insurance.CodeNetworkForbidden:   {0, always("The address of the caller is not allowed.")},
	insurance.CodeTooLarge:           {http.StatusRequestEntityTooLarge, always("The request is too large.")},
	insurance.CodeRateLimited:        {http.StatusTooManyRequests, always("Too many requests.")},
	insurance.CodeInProgress:         {http.StatusServiceUnavailable, always("The same request is being worked on. Please repeat it later.")},
	insurance.CodeBusy:               {http.StatusServiceUnavailable, always("Nothing was changed, because others are changing the same. Please repeat the request.")},
	insurance.CodeUnavailable:        {http.StatusServiceUnavailable, always("Nothing was changed. Please repeat the request later.")},
	insurance.CodeInternal:           {http.StatusInternalServerError, always("Internal error.")},
}

// brokerAPI begins what is said of brokers, their customers and numbers, as it
// does in the published texts of success.
const brokerAPI = "Broker Api: "

const noDocument = "The document does not exist."

// wireError is the error form of every version.
type wireError struct {
	Error string `json:"error"`
}

// Refuse says a refusal in the error form; one of an unknown kind is said as
// internal.
func (d *Dialect) Refuse(p core.Partner, err *insurance.Error) dialect.Response {
	said, known := refusals[err.Code]
	if !known {
		said = refusals[insurance.CodeInternal]
	}
	response := respond(cmp.Or(said.status, statusSaid(p)), wireError{Error: said.text(err)})
	dialect.AddRefusalHeader(response.Header, err, "")
	return response
}

// RefuseOn is Refuse for a request whose path is known: V2 says with 401 that
// nobody is signed in, where the other versions have a 200.
func (d *Dialect) RefuseOn(r *http.Request, p core.Partner, err *insurance.Error) dialect.Response {
	response := d.Refuse(p, err)
	if err.Code == insurance.CodeUnauthenticated && isV2(r) {
		response.Status = http.StatusUnauthorized
		response.Header.Set("WWW-Authenticate", "Bearer")
	}
	return response
}

// statusSaid is the status of a refusal of what a request says. Before sign-in
// it is always the first.
func statusSaid(p core.Partner) int {
	if setting(p, switchErrorStatus) == errorStatus2025 {
		return http.StatusBadRequest
	}
	return http.StatusOK
}

// Lost answers unknown paths and methods in the error form.
func (d *Dialect) Lost(_, allow string) dialect.Response {
	if allow == "" {
		return respond(http.StatusNotFound, wireError{Error: "The path does not exist."})
	}
	response := respond(http.StatusMethodNotAllowed, wireError{Error: "The path does not have this method."})
	response.Header.Set("Allow", allow)
	return response
}

// absence tells whether a refusal means that something is not there, on a route
// that says this with 404.
type absence func(core.Partner, insurance.Code) bool

// noBroker is the absence of the broker that is looked up, since 2025.
func noBroker(p core.Partner, code insurance.Code) bool {
	return code == insurance.CodeBrokerUnknown && setting(p, switchErrorStatus) == errorStatus2025
}

// nothingThere is the absence of what a link of V2 leads to.
func nothingThere(_ core.Partner, code insurance.Code) bool {
	return slices.Contains([]insurance.Code{
		insurance.CodeDocumentUnknown, insurance.CodePolicyUnknown, insurance.CodeCustomerUnknown,
		insurance.CodeInquiryUnknown, insurance.CodeCertificateMissing, insurance.CodeIPIDMissing,
	}, code)
}

// ledTo is a method of the core that finds an inquiry by a link to something of
// it. Where it finds none, the link leads to nothing: that is what code says.
func ledTo(
	find func(context.Context, core.Partner, core.Told) (core.Inquiry, error), code insurance.Code,
) func(context.Context, core.Partner, core.Told) (core.Inquiry, error) {
	return func(ctx context.Context, p core.Partner, told core.Told) (core.Inquiry, error) {
		found, err := find(ctx, p, told)
		if insurance.CodeOf(err) == insurance.CodeInquiryUnknown {
			err = insurance.Refuse(code, "")
		}
		return found, err
	}
}

// sought is something, or the refusal that says that it is not there.
type sought[T any] struct {
	value  T
	absent *insurance.Error
}

// seeking is dialect.On for a route on which an absence is no failure but an
// answer, of status 404.
func seeking[Command, Outcome any](
	d *Dialect, is absence, method, path string,
	decode func(*dialect.Request) (Command, error),
	do func(context.Context, core.Partner, Command) (Outcome, error),
	encode func(*dialect.Request, Outcome) dialect.Response,
) dialect.Route {
	return dialect.On(method, path,
		func(r *dialect.Request) (sought[Command], error) {
			command, err := decode(r)
			return seek(is, r.Partner, command, err)
		},
		func(ctx context.Context, p core.Partner, s sought[Command]) (sought[Outcome], error) {
			if s.absent == nil {
				outcome, err := do(ctx, p, s.value)
				return seek(is, p, outcome, err)
			}
			return sought[Outcome]{absent: s.absent}, nil
		},
		func(r *dialect.Request, s sought[Outcome]) dialect.Response {
			if s.absent == nil {
				return encode(r, s.value)
			}
			response := d.Refuse(r.Partner, s.absent)
			response.Status = http.StatusNotFound
			return response
		})
}

func seek[T any](is absence, p core.Partner, value T, err error) (sought[T], error) {
	if refused, ok := errors.AsType[*insurance.Error](err); ok && is(p, refused.Code) {
		return sought[T]{absent: refused}, nil
	}
	return sought[T]{value: value}, err
}

func always(text string) func(*insurance.Error) string {
	return func(*insurance.Error) string { return text }
}

// mostTold bounds how many problems one answer names.
const mostTold = 20

// problemsOr names every problem: "bEmail is required; type is not one of 1, 2."
// A refusal without any is its detail, or else the text.
func problemsOr(text string) func(*insurance.Error) string {
	return func(err *insurance.Error) string {
		if len(err.Problems) == 0 {
			return dialect.Sentence(cmp.Or(err.Detail, text))
		}
		var all []string
		for _, p := range err.Problems[:min(len(err.Problems), mostTold)] {
			all = append(all, nameOf(p)+" "+p.Detail)
		}
		if more := len(err.Problems) - len(all); more > 0 {
			all = append(all, fmt.Sprintf("and %d more", more))
		}
		return api(nameOf(err.Problems[0])) + strings.Join(all, "; ") + "."
	}
}
