package store

import (
	"encoding/json"
	"testing"

	"github.com/covernote/covernote/internal/insurance"
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

// Records that were written by earlier versions, and by this one, are alike.
func TestRecordsAreWrittenAsEver(t *testing.T) {
	t.Parallel()
	sum := insurance.Money{Minor: 1999, Currency: "EUR"}
	for _, record := range []any{
		recordContent(PackageContent{State: "RECEIVED", Country: "DE", Metadata: json.RawMessage(`{"b": 1, "a": "<&>\u2028"}`)}),
		recordContent(PackageContent{Quotes: []Quote{{
			ID: "q", SumInsured: sum, Insured: []string{"p"},
			Proposal: insurance.Proposal{Tariff: "t", Object: insurance.Object{Attributes: map[string]string{"z": "<", "a": "\u00ff"}}},
		}}}),
		map[string]string{"ü": "ß", "a": "\u2029"}, []string(nil), []string{}, struct{ At *int64 }{},
	} {
		want, err := json.Marshal(record)
		if got := encode(record); err != nil || got != string(want) {
			t.Errorf("%T:\ngot  %s\nwant %s, %v", record, got, want, err)
		}
	}
}
