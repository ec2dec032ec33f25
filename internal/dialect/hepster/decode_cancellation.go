package hepster

import (
	"bytes"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// decodeCancellations reads one cancellation or a list of them, each with its
// number in the body.
func decodeCancellations(r *dialect.Request) ([]core.Ending, error) {
	list, refusal := items(r.Body)
	if refusal != nil {
		return nil, refusal
	}
	cancellations := make([]wireCancellation, len(list))
	shape := make([]*reader, len(list))
	for i, item := range list {
		shape[i] = &reader{item: i}
		shape[i].object(&cancellations[i], "cancellation", item)
	}
	return endings(r.Partner, cancellations, shape)
}

// decodeCancellation reads the cancellation of the number in the path. A
// number in the body must be the same.
func decodeCancellation(r *dialect.Request) ([]core.Ending, error) {
	number, refusal := certificateNumber(r)
	if refusal != nil {
		return nil, refusal
	}
	body := bytes.TrimSpace(r.Body)
	if len(body) > 0 && body[0] != '{' {
		return nil, insurance.Invalid(insurance.FieldBody, "is not an object")
	}
	var cancellation wireCancellation
	values := &reader{}
	values.object(&cancellation, "cancellation", body)
	return numbered(r.Partner, number, cancellation, values)
}

// decodeDeletion reads the body if there is one, and otherwise reason and
// cancellationDate from the query, because many clients send no body with
// DELETE.
func decodeDeletion(r *dialect.Request) ([]core.Ending, error) {
	if len(bytes.TrimSpace(r.Body)) > 0 {
		return decodeCancellation(r)
	}
	number, refusal := certificateNumber(r)
	if refusal != nil {
		return nil, refusal
	}
	query, refusal := parseQuery(r.URL.RawQuery)
	if refusal != nil {
		return nil, refusal
	}
	cancellation := wireCancellation{
		Reason:           quote(query["reason"]),
		CancellationDate: quote(query["cancellationDate"]),
	}
	return numbered(r.Partner, number, cancellation, &reader{})
}

// numbered reads a cancellation whose number is known.
func numbered(p core.Partner, number string, c wireCancellation, values *reader) ([]core.Ending, error) {
	said := values.text(insurance.FieldCertificateNumber, c.CertificateNumber, c.CertificateNumberSnake)
	if said != "" && said != number {
		values.problem(insurance.FieldCertificateNumber, "is another in the body than in the path")
	}
	c.CertificateNumber = quote(number)
	return endings(p, []wireCancellation{c}, []*reader{values})
}

// endings reads all that was sent and refuses in this order: structure,
// values, reasons that do not exist.
func endings(p core.Partner, cancellations []wireCancellation, values []*reader) ([]core.Ending, error) {
	var misshapen, problems, unknown []insurance.Problem
	list := make([]core.Ending, len(cancellations))
	for i, c := range cancellations {
		r := values[i]
		list[i] = r.ending(p, c)
		if reason := list[i].Reason; reason != "" && !slices.Contains(insurance.Reasons(), reason) {
			unknown = append(unknown, insurance.Problem{Item: i, Field: insurance.FieldReason, Detail: "is not known"})
		}
		misshapen, problems = append(misshapen, r.misshapen...), append(problems, r.problems...)
	}
	for _, found := range [][]insurance.Problem{misshapen, problems} {
		if refusal := invalid(found, len(list)); refusal != nil {
			return nil, refusal
		}
	}
	if len(unknown) > 0 {
		return nil, &insurance.Error{Code: insurance.CodeReasonForbidden, Problems: unknown, Items: len(list)}
	}
	return list, nil
}

// maxComment bounds a comment, in bytes: it is kept for people.
const maxComment = 2000

// ending reads one cancellation.
func (r *reader) ending(p core.Partner, c wireCancellation) core.Ending {
	ending := core.Ending{
		CertificateNumber: r.number(c.CertificateNumber, c.CertificateNumberSnake),
		Reason:            r.reason(p, c.Reason, c.ReasonSnake),
		On:                r.date(insurance.FieldEffectiveOn, c.CancellationDate, c.CancellationDateSnake),
		Comment:           r.text(insurance.FieldComment, c.Comment),
	}
	if len(ending.Comment) > maxComment {
		r.problem(insurance.FieldComment, "is too long")
	}
	return ending
}

func (r *reader) number(values ...raw) string {
	number := r.required(insurance.FieldCertificateNumber, values...)
	if number != "" && !isCertificateNumber(number) {
		r.problem(insurance.FieldCertificateNumber, "is not a certificate number")
	}
	return number
}

// reason reads a reason in any case: the partner's own word for it, or ours.
// One that does not exist is left as it is.
func (r *reader) reason(p core.Partner, values ...raw) insurance.Reason {
	word := strings.ToUpper(strings.TrimSpace(r.required(insurance.FieldReason, values...)))
	return insurance.Reason(p.Switch(switchReasonAlias+word, word))
}
