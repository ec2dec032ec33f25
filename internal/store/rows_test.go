package store

import (
	"encoding/json"
	"testing"
)

// What a partner's own JSON looks like is the partner's business.
func TestRecordsHoldWhateverPartnersSend(t *testing.T) {
	t.Parallel()
	for _, metadata := range []string{`{"a":1,"a":{"b":[null]}}`, "{\"a\":\"\xff\"}", `{}`, `null`} {
		type record struct {
			Metadata json.RawMessage `json:"metadata,omitempty"`
		}
		var got record
		if err := decode(encode(record{json.RawMessage(metadata)}), &got); err != nil || string(got.Metadata) != metadata {
			t.Errorf("%q came back as %q, %v", metadata, got.Metadata, err)
		}
	}
}
