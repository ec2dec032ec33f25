package dialecttest

import (
	"encoding/json"
	"io/fs"
	"path"
	"strings"
	"testing"
)

// Values are the parts of requests and answers that many exchanges of a folder have
// in common, by the names of their files: values/*.json.
func Values(t *testing.T, folder fs.FS) map[string]string {
	t.Helper()
	files, err := fs.Glob(folder, "values/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no values: %v", err)
	}
	values := make(map[string]string)
	for _, file := range files {
		text, err := fs.ReadFile(folder, file)
		if err != nil {
			t.Fatal(err)
		}
		values[strings.TrimSuffix(path.Base(file), ".json")] = strings.TrimSpace(string(text))
	}
	return values
}

// Patterns are the forms of what the house of a folder's exchanges gives a name:
// patterns.json.
func Patterns(t *testing.T, folder fs.FS) map[string]string {
	t.Helper()
	text, err := fs.ReadFile(folder, "patterns.json")
	if err != nil {
		t.Fatal(err)
	}
	var patterns map[string]string
	if err := json.Unmarshal(text, &patterns); err != nil {
		t.Fatalf("read patterns: %v", err)
	}
	return patterns
}
