package catalogue_test

import (
	"encoding/json"
	"os"
	"regexp"
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
	var names []string
	for _, source := range schemas() {
		var schema any
		if err := json.Unmarshal(source, &schema); err != nil {
			t.Fatal(err)
		}
		names = fieldNames(schema, names)
	}
	if len(names) < 120 {
		t.Fatalf("only %d fields were found in the schema", len(names))
	}
	for _, name := range names {
		if !strings.Contains(string(guide), "`"+name) && !strings.Contains(string(guide), "."+name+"`") {
			t.Errorf("docs/catalogue.md does not name %s", name)
		}
	}
}

// TestGuideShowsWhatIsTaken puts each example into a sample file.
func TestGuideShowsWhatIsTaken(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/catalogue.md")
	if err != nil {
		t.Fatal(err)
	}
	// The example has prices in two currencies.
	event := splice(t, sample(t, tickets+".yaml"), "markets:\n"+
		"  GB: {currency: GBP, zone: Europe/London, taxes: []}\n  JP: {currency: JPY, zone: Asia/Tokyo, taxes: []}\n")
	cyber := sample(t, cyberProduct+".yaml")
	sources := []string{event, cyber, sample(t, parcels+".yaml"), sample(t, professionsFile), cyber}
	examples := regexp.MustCompile("(?s)\n```yaml\n(.*?)```").FindAllStringSubmatch(string(guide), -1)
	if len(examples) != len(sources) {
		t.Fatalf("there are %d examples for %d files", len(examples), len(sources))
	}
	for i, example := range examples {
		source := splice(t, sources[i], example[1])
		if sources[i] == sample(t, professionsFile) {
			for _, problem := range catalogue.Validate(files(map[string]string{"x/professions.yaml": source})) {
				t.Error(problem)
			}
			continue
		}
		if _, err := catalogue.Read("example.yaml", []byte(source)); err != nil {
			t.Error(err)
		}
	}
}

// splice puts top-level fields into a file, in place of its own.
func splice(t testing.TB, source, fields string) string {
	t.Helper()
	for _, key := range regexp.MustCompile(`(?m)^[a-z_]+:`).FindAllString(fields, -1) {
		source = regexp.MustCompile(`(?m)^`+key+`.*\n(([ #].*)?\n)*`).ReplaceAllString(source, "")
	}
	return source + fields
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
