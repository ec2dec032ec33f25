package dialect

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// Items takes a list apart. Its text is well-formed: it has passed the gate.
func Items(list jsontext.Value) []jsontext.Value {
	tokens := jsontext.NewDecoder(bytes.NewReader(list))
	_, _ = tokens.ReadToken()
	var items []jsontext.Value
	for tokens.PeekKind() != ']' {
		item, err := tokens.ReadValue()
		if err != nil {
			break
		}
		items = append(items, item.Clone())
	}
	return items
}
