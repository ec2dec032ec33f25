package hepster

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// items splits a body into what it lists: one object is a list of one. It
// refuses what is no list of 1 to maxItems objects, whatever they hold.
func items(body []byte) ([]raw, *insurance.Error) {
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		return nil, insurance.Invalid(insurance.FieldBody, "is empty")
	case body[0] == '{':
		return []raw{body}, nil
	case body[0] != '[':
		return nil, insurance.Invalid(insurance.FieldBody, "is neither an object nor a list of objects")
	}
	var list []raw
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, insurance.Invalid(insurance.FieldBody, "is not well-formed JSON")
	}
	return list, checkList(list)
}

func checkList(list []raw) *insurance.Error {
	switch {
	case len(list) == 0:
		return insurance.Invalid(insurance.FieldBody, "is an empty list")
	case len(list) > maxItems:
		return insurance.Invalid(insurance.FieldBody, "lists more than %d", maxItems)
	}
	var problems []insurance.Problem
	for i, item := range list {
		if item[0] != '{' {
			problems = append(problems, insurance.Problem{Item: i, Field: insurance.FieldBody, Detail: "is not an object"})
		}
	}
	return invalid(problems, len(list))
}

// invalid is a refusal if there are problems.
func invalid(problems []insurance.Problem, items int) *insurance.Error {
	if len(problems) == 0 {
		return nil
	}
	return &insurance.Error{Code: insurance.CodeInvalid, Problems: problems, Items: items}
}

// repetitionHeader is the additive header by which a shop names a request
// that it may have to repeat.
const repetitionHeader = "Idempotency-Key"

const maxRepetitionKey = 255

func repetitionKey(header http.Header) (string, *insurance.Error) {
	key := header.Get(repetitionHeader)
	if len(header.Values(repetitionHeader)) > 1 {
		return "", insurance.Invalid(insurance.FieldRepetitionKey, "is given more than once")
	}
	if len(key) > maxRepetitionKey || !printable(key) {
		return "", insurance.Invalid(insurance.FieldRepetitionKey, "is not 1 to %d printable ASCII characters", maxRepetitionKey)
	}
	return key, nil
}

func printable(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// maxCertificateNumber bounds the numbers that are looked up, imported ones
// included.
const maxCertificateNumber = 64

// certificateNumber takes the number from the path. What could never be one
// is as unknown as one that nobody has.
func certificateNumber(r *dialect.Request) (string, *insurance.Error) {
	number := r.PathValue("number")
	if !isCertificateNumber(number) {
		return "", insurance.Refuse(insurance.CodePolicyUnknown, "%s", dialect.Shown(number))
	}
	return number, nil
}

func isCertificateNumber(text string) bool {
	if text == "" || len(text) > maxCertificateNumber {
		return false
	}
	for i := range len(text) {
		c := text[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
