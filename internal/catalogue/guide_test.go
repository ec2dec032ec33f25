package catalogue_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/catalogue"
)

// TestGuideNamesEveryField keeps the operator's page as complete as the schema.
func TestGuideNamesEveryField(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/catalogue.md")
	if err != nil {
		t.Fatal(err)
	}
	var schema any
	if err := json.Unmarshal(catalogue.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	names := fieldNames(schema, nil)
	if len(names) < 80 {
		t.Fatalf("only %d fields were found in the schema", len(names))
	}
	for _, name := range names {
		if !strings.Contains(string(guide), "`"+name) && !strings.Contains(string(guide), "."+name+"`") {
			t.Errorf("docs/catalogue.md does not name %s", name)
		}
	}
}

// fieldNames are the keys below every "properties" of a schema.
func fieldNames(schema any, names []string) []string {
	switch schema := schema.(type) {
	case []any:
		for _, part := range schema {
			names = fieldNames(part, names)
		}
	case map[string]any:
		for key, part := range schema {
			if properties, ok := part.(map[string]any); ok && key == "properties" {
				for name := range properties {
					names = append(names, name)
				}
			}
			names = fieldNames(part, names)
		}
	}
	return names
}
