package native

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// The parameters of a query and the keys of a body. Problems name them as they
// were sent.
const (
	paramAfter    = "after"
	paramSince    = "since"
	paramUntil    = "until"
	paramType     = "type"
	paramTypes    = "types"
	paramSubject  = "subject"
	paramLimit    = "limit"
	paramID       = "id"
	paramEndpoint = "endpoint"
)

// Pages of the log.
const (
	defaultLimit = 100
	maxLimit     = 1000
)

// maxName bounds, in bytes, what is looked up.
const maxName = 128

// decodeEvents reads which page is wanted. A parameter that is not known is
// refused: a filter that is misspelt must not let everything through.
func decodeEvents(r *dialect.Request) (core.LogFilter, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return core.LogFilter{}, insurance.Refuse(insurance.CodeParameter, "the query is not well-formed")
	}
	q := &query{values: values}
	filter := core.LogFilter{
		After: q.number(paramAfter, 0, 0, math.MaxInt64),
		Since: q.instant(paramSince),
		Until: q.instant(paramUntil),
		Types: q.types(paramType),
		Limit: int(q.number(paramLimit, defaultLimit, 1, maxLimit)),
	}
	filter.Subject, _ = q.name(paramSubject)
	q.ordered(filter.Since, filter.Until)
	q.strangers(slices.Sorted(maps.Keys(q.values)))
	filter.Problems = q.problems
	return filter, nil
}

// decodeEventID takes the id from the path. What could never be one is as unknown
// as one that nobody has.
func decodeEventID(r *dialect.Request) (string, error) {
	id := r.PathValue("id")
	if !plausible(id, maxName) {
		return "", insurance.Refuse(insurance.CodeEventUnknown, "the event does not exist")
	}
	return id, nil
}

// decodeReplay reads what is to be told again, or which replay is to go on. Since
// is required, so that nobody tells everything by leaving everything out.
func decodeReplay(r *dialect.Request) (core.ReplayWish, error) {
	b, refused := openBody(r.Body)
	if refused != nil {
		return core.ReplayWish{}, refused
	}
	var wish core.ReplayWish
	id, goesOn := b.name(paramID)
	if goesOn {
		wish.ID = id
		b.goesOn()
	} else {
		b.begins(&wish)
	}
	b.strangers(slices.Sorted(maps.Keys(b.members)))
	wish.Problems = b.problems
	return wish, nil
}

// report gathers what is wrong with a request.
type report struct{ problems []insurance.Problem }

func (r *report) problem(name, format string, args ...any) {
	r.problems = append(r.problems, insurance.Problem{
		Field: insurance.Field(name), Detail: fmt.Sprintf(format, args...),
	})
}

func (r *report) instant(name, text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		r.problem(name, "is not an instant such as 2026-03-01T09:30:00Z; in a query, write + as %%2B")
	}
	return at
}

func (r *report) types(name string, words []string) []core.EventType {
	var types []core.EventType
	for _, word := range words {
		if !slices.Contains(core.EventTypes(), core.EventType(word)) {
			r.problem(name, "is not a type of event: %s", dialect.Shown(word))
			return nil
		}
		types = append(types, core.EventType(word))
	}
	return types
}

func (r *report) ordered(since, until time.Time) {
	if !until.IsZero() && until.Before(since) {
		r.problem(paramUntil, "is before since")
	}
}

func (r *report) name(name, text string) {
	if text == "" || !plausible(text, maxName) {
		r.problem(name, "is not a name of 1 to %d printable characters", maxName)
	}
}

// strangers refuses what nobody has read.
func (r *report) strangers(names []string) {
	for _, name := range names {
		r.problem(dialect.Shown(name), "is not known")
	}
}

// query reads parameters. What was read is taken out of values.
type query struct {
	report
	values url.Values
}

// take gives all values of a parameter.
func (q *query) take(name string) []string {
	given := q.values[name]
	delete(q.values, name)
	return given
}

// one gives the value of a parameter that is given once at most.
func (q *query) one(name string) (text string, given bool) {
	all := q.take(name)
	if len(all) == 0 {
		return "", false
	}
	if len(all) > 1 {
		q.problem(name, "is given more than once")
	}
	return all[0], true
}

func (q *query) number(name string, otherwise, least, most int64) int64 {
	text, given := q.one(name)
	if !given {
		return otherwise
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least || n > most {
		q.problem(name, "is not a whole number from %d to %d", least, most)
		return otherwise
	}
	return n
}

func (q *query) instant(name string) time.Time {
	text, given := q.one(name)
	if !given {
		return time.Time{}
	}
	return q.report.instant(name, text)
}

func (q *query) types(name string) []core.EventType {
	return q.report.types(name, q.take(name))
}

func (q *query) name(name string) (text string, given bool) {
	if text, given = q.one(name); given {
		q.report.name(name, text)
	}
	return text, given
}

// body reads the keys of a JSON object. What was read is taken out of members.
type body struct {
	report
	members map[string]json.RawMessage
}

// openBody begins to read what has passed the gate, or is empty.
func openBody(text []byte) (*body, *insurance.Error) {
	b := &body{}
	if err := json.Unmarshal(text, &b.members); err != nil || b.members == nil {
		return nil, insurance.Invalid(insurance.FieldBody, "is not a JSON object")
	}
	return b, nil
}

// begins reads what a new replay is to tell.
func (b *body) begins(wish *core.ReplayWish) {
	since, given := b.instant(paramSince)
	if !given {
		b.problem(paramSince, "is required")
	}
	wish.Since = since
	wish.Until, _ = b.instant(paramUntil)
	b.ordered(wish.Since, wish.Until)
	var words []string
	if b.read(paramTypes, &words, "a list of types of event") {
		if len(words) == 0 {
			b.problem(paramTypes, "is empty; leave it out for all")
		}
		wish.Types = b.types(paramTypes, words)
	}
	wish.Endpoint, _ = b.name(paramEndpoint)
}

// goesOn refuses what was said when the replay began.
func (b *body) goesOn() {
	for _, name := range []string{paramSince, paramUntil, paramTypes, paramEndpoint} {
		if _, given := b.members[name]; given {
			delete(b.members, name)
			b.problem(name, "cannot be said again once the replay has begun")
		}
	}
}

// read decodes a key, if it is there, and tells whether it could be.
func (b *body) read(name string, into any, what string) bool {
	value, given := b.members[name]
	delete(b.members, name)
	if !given {
		return false
	}
	if string(value) == "null" || json.Unmarshal(value, into) != nil {
		b.problem(name, "is not %s", what)
		return false
	}
	return true
}

func (b *body) instant(name string) (at time.Time, given bool) {
	_, given = b.members[name]
	var text string
	if b.read(name, &text, "a text") {
		at = b.report.instant(name, text)
	}
	return at, given
}

func (b *body) name(name string) (text string, given bool) {
	_, given = b.members[name]
	if b.read(name, &text, "a text") {
		b.report.name(name, text)
	}
	return text, given
}
