package store

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// found turns a missing row into ok = false.
func found[T any](value T, err error) (T, bool, error) {
	if errors.Is(err, errNoRow) {
		var none T
		return none, false, nil
	}
	return value, err == nil, err
}

// list reads all rows of a query.
func list[T any](v *View, scanOne func(scan func(...any) error) (T, error), sql string, args ...any) ([]T, error) {
	var all []T
	err := v.each(func(scan func(...any) error) error {
		one, err := scanOne(scan)
		all = append(all, one)
		return err
	}, sql, args...)
	return all, err
}

// encode writes a record as JSON. Records are of this package's own structs,
// which always encode.
func encode(record any) string {
	text, err := json.Marshal(record, asEver)
	if err != nil {
		panic(fmt.Sprintf("store: record of %T: %v", record, err))
	}
	return string(text)
}

// asEver writes what encoding/json does, in half the time.
var asEver = jsonv1.DefaultOptionsV1()

// asWritten takes what encode let pass: partners' own JSON may stand in a record.
var asWritten = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// decode reads a record that encode wrote, in a third of the time that
// encoding/json takes.
func decode(text string, record any) error {
	if err := json.Unmarshal([]byte(text), record, asWritten); err != nil {
		return fmt.Errorf("read record of %T: %w", record, err)
	}
	return nil
}

// bit is how a yes lies in a column.
func bit(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// blob is what a column that is never null holds of bytes, which may be none.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
