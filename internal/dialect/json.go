package dialect

import (
	"bytes"
	"iter"

	"github.com/go-json-experiment/json/jsontext"
)

// Items takes a list apart. Its text is well-formed: it has passed the gate.
func Items(list jsontext.Value) []jsontext.Value {
	tokens := into(list)
	var items []jsontext.Value
	for tokens.PeekKind() != ']' {
		item, err := tokens.ReadValue()
		if err != nil {
			break
		}
		items = append(items, lastOf(list, tokens, item))
	}
	return items
}

// Members takes an object apart, in its order. Its text is well-formed: it has passed
// the gate.
func Members(object jsontext.Value) iter.Seq2[string, jsontext.Value] {
	return func(yield func(string, jsontext.Value) bool) {
		tokens := into(object)
		for tokens.PeekKind() == '"' {
			token, _ := tokens.ReadToken()
			name := token.String() // the token is valid until the next is read
			value, err := tokens.ReadValue()
			if err != nil || !yield(name, lastOf(object, tokens, value)) {
				return
			}
		}
	}
}

// once is how a value is read that the gate has found to name nothing twice.
var once = jsontext.AllowDuplicateNames(true)

// into reads a list or an object from behind its first token.
func into(value jsontext.Value) *jsontext.Decoder {
	tokens := jsontext.NewDecoder(bytes.NewBuffer(value), once)
	_, _ = tokens.ReadToken()
	return tokens
}

// lastOf is what was read last, where it lies in the whole: what the decoder gives is
// valid until the next is read.
func lastOf(whole jsontext.Value, tokens *jsontext.Decoder, read jsontext.Value) jsontext.Value {
	end := tokens.InputOffset()
	return whole[end-int64(len(read)) : end : end]
}
