package hepster

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// The kinds of document by the names that hepster gives them, and what the
// files in an archive begin with. PIB (Produktinformationsblatt) is what the
// directive calls IPID.
var (
	filters = map[string]core.DocumentKind{
		"certificate": core.DocumentCertificate,
		"pib":         core.DocumentIPID,
	}
	fileNames = map[core.DocumentKind]string{
		core.DocumentCertificate:  "certificate",
		core.DocumentIPID:         "pib",
		core.DocumentWithdrawal:   "withdrawal",
		core.DocumentCancellation: "cancellation",
	}
)

// decodeDocuments reads number and filter. A filter without tokens asks for
// all documents.
func decodeDocuments(r *dialect.Request) (core.DocumentRequest, error) {
	number, refusal := certificateNumber(r)
	if refusal != nil {
		return core.DocumentRequest{}, refusal
	}
	request := core.DocumentRequest{CertificateNumber: number, Names: fileNames}
	request.Kinds, request.UnknownFilter = parseFilter(r.URL.RawQuery)
	return request, nil
}

// parseFilter reads filter=certificate;pib from the query as it was sent: to
// net/url a semicolon is an error, upon which it drops the whole parameter
// and all documents would be sent. Commas and repetition do as well. unknown
// is the first token that names no kind.
func parseFilter(query string) (kinds []core.DocumentKind, unknown string) {
	seen := make(map[core.DocumentKind]bool)
	for token := range filterTokens(query) {
		kind, known := filters[strings.ToLower(token)]
		switch {
		case !known:
			return nil, dialect.Shown(token)
		case !seen[kind]:
			seen[kind] = true
			kinds = append(kinds, kind)
		}
	}
	return kinds, ""
}

// filterTokens yields every token of every filter in a query, trimmed.
func filterTokens(query string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for pair := range strings.SplitSeq(query, "&") {
			name, value, _ := strings.Cut(pair, "=")
			if !strings.EqualFold(unescape(name), "filter") {
				continue
			}
			for token := range strings.FieldsFuncSeq(unescape(value), isSeparator) {
				if token = strings.TrimSpace(token); token != "" && !yield(token) {
					return
				}
			}
		}
	}
}

func isSeparator(r rune) bool { return r == ';' || r == ',' }

// unescape leaves as it is what is not well escaped.
func unescape(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// parseQuery reads a query whose parameters are given once at most.
func parseQuery(query string) (map[string]string, *insurance.Error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, insurance.Refuse(insurance.CodeParameter, "the query is not well-formed")
	}
	parameters := make(map[string]string, len(values))
	for name, given := range values {
		if len(given) > 1 {
			return nil, insurance.Refuse(insurance.CodeParameter, "a parameter is given more than once")
		}
		parameters[name] = strings.TrimSpace(given[0])
	}
	return parameters, nil
}

// Pages of a list.
const (
	defaultSize = 10
	maxSize     = 200
	maxPage     = 1<<31 - 1
)

// decodeLookup reads which page is wanted. The parameters from, to and status
// are ours.
func decodeLookup(r *dialect.Request) (core.PolicyFilter, error) {
	query, refusal := parseQuery(r.URL.RawQuery)
	if refusal != nil {
		return core.PolicyFilter{}, refusal
	}
	q := &parameters{values: query}
	filter := core.PolicyFilter{
		Size: q.number(insurance.FieldPageSize, "size", defaultSize, 1, maxSize),
		Page: q.number(insurance.FieldPage, "page", 0, 0, maxPage),
		SortBy: choice(q, insurance.FieldSortBy, "sortBy", core.SortCreated, map[string]core.SortKey{
			"CREATED_DATE": core.SortCreated, "START_DATE": core.SortInception, "END_DATE": core.SortExpiry,
		}),
		Ascending: choice(q, insurance.FieldSortDir, "sortDirection", false, map[string]bool{"ASC": true, "DESC": false}),
		From:      q.date(insurance.FieldFrom, "from"),
		To:        q.date(insurance.FieldTo, "to"),
		Ended:     choice(q, insurance.FieldStatus, "status", false, map[string]bool{"ALL": true, "ACTIVE": false}),
	}
	if !filter.From.IsZero() && !filter.To.IsZero() && filter.To.Before(filter.From) {
		q.problem(insurance.FieldTo, "is before from")
	}
	if len(q.problems) > 0 {
		return core.PolicyFilter{}, &insurance.Error{Code: insurance.CodeParameter, Problems: q.problems}
	}
	return filter, nil
}

// parameters reads the values of a query and gathers what is wrong with them.
type parameters struct {
	values   map[string]string
	problems []insurance.Problem
}

func (q *parameters) problem(field insurance.Field, detail string) {
	q.problems = append(q.problems, insurance.Problem{Field: field, Detail: detail})
}

func (q *parameters) number(field insurance.Field, name string, otherwise, least, most int) int {
	text := q.values[name]
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		q.problem(field, "is not a whole number from "+strconv.Itoa(least)+" to "+strconv.Itoa(most))
	}
	return n
}

func (q *parameters) date(field insurance.Field, name string) insurance.Date {
	text := q.values[name]
	if text == "" {
		return insurance.Date{}
	}
	date, err := insurance.ParseDate(text)
	if err != nil {
		q.problem(field, notDate)
	}
	return date
}

// choice reads one of several words, in any case.
func choice[T any](q *parameters, field insurance.Field, name string, otherwise T, words map[string]T) T {
	word := strings.ToUpper(q.values[name])
	if word == "" {
		return otherwise
	}
	value, known := words[word]
	if !known {
		q.problem(field, "is not known")
	}
	return value
}
