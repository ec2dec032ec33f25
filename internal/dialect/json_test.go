package dialect

import (
	"slices"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// Parts of a document lie in it, and stay as they are when further ones are read.
func TestDocumentsAreTakenApart(t *testing.T) {
	t.Parallel()
	object := jsontext.Value(`{"a\u0062" : [ 1, {"x":2} ] , "c":"d\"" ,"e": null}`)
	var names []string
	var values []jsontext.Value
	for name, value := range Members(object) {
		names, values = append(names, name), append(values, value)
	}
	if !slices.Equal(names, []string{"ab", "c", "e"}) {
		t.Errorf("names are %q", names)
	}
	same(t, values, `[ 1, {"x":2} ]`, `"d\""`, `null`)
	same(t, Items(values[0]), `1`, `{"x":2}`)
	same(t, Items(jsontext.Value(` [] `)))
}

func TestMembersEndWhenAsked(t *testing.T) {
	t.Parallel()
	for name := range Members(jsontext.Value(`{"a":1,"b":2}`)) {
		if name != "a" {
			t.Errorf("went on to %s", name)
		}
		break
	}
}

func same(t *testing.T, got []jsontext.Value, want ...string) {
	t.Helper()
	texts := make([]string, len(got))
	for i, value := range got {
		texts[i] = string(value)
	}
	if !slices.Equal(texts, want) {
		t.Errorf("got %q, want %q", texts, want)
	}
}
