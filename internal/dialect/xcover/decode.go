package xcover

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// Gate has the limits of all.
func (d *Dialect) Gate() dialect.GateLimits { return dialect.GateLimits{} }

// open begins to read a body. Clients send nothing, null or {} where there is
// nothing to say. It refuses what is no JSON object.
func open(body []byte) (*form, *insurance.Error) {
	value := jsontext.Value(bytes.TrimSpace(body))
	r := &report{}
	if len(value) == 0 || value.Kind() == 'n' {
		return &form{report: r}, nil
	}
	if !value.IsValid() {
		return nil, insurance.Invalid(insurance.FieldBody, "is not well-formed JSON")
	}
	o := r.form("", value)
	if len(r.problems) > 0 {
		return nil, &insurance.Error{Code: insurance.CodeInvalid, Problems: r.problems}
	}
	return o, nil
}

// openFor begins to read the body of a request about a package.
func openFor(r *dialect.Request) (id string, o *form, err error) {
	id, refused := nameIn(r, "id")
	if refused != nil {
		return "", nil, refused
	}
	o, refused = open(r.Body)
	if refused != nil {
		return "", nil, refused
	}
	return id, o, nil
}

// maxName bounds the names that are looked up.
const maxName = 64

// nameIn takes a name from the path. What could never be one is as unknown as
// one that nobody has.
func nameIn(r *dialect.Request, part string) (string, *insurance.Error) {
	name := r.PathValue(part)
	if len(name) > maxName || !plausible(name) {
		return "", insurance.Refuse(insurance.CodePackageUnknown, "the package does not exist")
	}
	return name, nil
}

func decodeNothing(*dialect.Request) (struct{}, error) { return struct{}{}, nil }

// decodeName reads the name in the path and nothing else.
func decodeName(r *dialect.Request) (core.PackageRef, error) {
	id, refused := nameIn(r, "id")
	if refused != nil {
		return core.PackageRef{}, refused
	}
	return core.PackageRef{PackageID: id}, nil
}

// decodeEmpty reads the name in the path and a body that has nothing to say.
func decodeEmpty(r *dialect.Request) (core.PackageRef, error) {
	id, o, err := openFor(r)
	if err != nil {
		return core.PackageRef{}, err
	}
	return core.PackageRef{PackageID: id, Problems: o.end()}, nil
}

// Pages of bookings.
const (
	defaultLimit = 25
	maxLimit     = 100
	maxOffset    = 1<<31 - 1
)

// decodeListing reads which page is wanted. What is no number in bounds counts
// as not given.
func decodeListing(r *dialect.Request) (core.BookingFilter, error) {
	query := r.URL.Query()
	return core.BookingFilter{
		Limit:  min(numberIn(query, "limit", 1, defaultLimit), maxLimit),
		Offset: min(numberIn(query, "offset", 0, 0), maxOffset),
	}, nil
}

func numberIn(query url.Values, name string, least, otherwise int) int {
	n, err := strconv.Atoi(query.Get(name))
	if err != nil || n < least {
		return otherwise
	}
	return n
}

// isFast tells whether prices are wanted in a hurry.
func isFast(r *http.Request) bool {
	fast, err := strconv.ParseBool(r.URL.Query().Get("fast_quote"))
	return err == nil && fast
}
