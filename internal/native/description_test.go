package native_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/native"
)

func TestDescriptionIsValid(t *testing.T) {
	t.Parallel()
	described := description(t)
	if err := described.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	if described.OpenAPI != "3.1.0" {
		t.Errorf("it is OpenAPI %s", described.OpenAPI)
	}
}

// TestDescriptionIsForAnybody: generators of clients have no credentials.
func TestDescriptionIsForAnybody(t *testing.T) {
	t.Parallel()
	got := asking{method: http.MethodGet, path: native.DescriptionPath, stranger: true}.answer(t, stocked())
	if got.Code != 200 || got.Header().Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("got %d %v", got.Code, got.Header())
	}
	want, err := os.ReadFile("openapi.json")
	if err != nil || got.Body.String() != string(want) {
		t.Errorf("it is not the file (%v)", err)
	}
}

// TestDescriptionIsWhole: what can be asked is described, and the other way round.
func TestDescriptionIsWhole(t *testing.T) {
	t.Parallel()
	there := []string{"GET " + native.DescriptionPath}
	for _, route := range native.New(&shelf{}).Routes() {
		there = append(there, route.Method+" "+route.Path)
	}
	var described []string
	for path, item := range description(t).Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	slices.Sort(there)
	slices.Sort(described)
	if !slices.Equal(there, described) {
		t.Errorf("there is  %v\ndescribed %v", there, described)
	}
}

func TestDescriptionHasEveryType(t *testing.T) {
	t.Parallel()
	var listed []core.EventType
	for _, value := range description(t).Components.Schemas["EventType"].Value.Enum {
		name, _ := value.(string)
		listed = append(listed, core.EventType(name))
	}
	if !slices.Equal(listed, core.EventTypes()) {
		t.Errorf("listed are %v", listed)
	}
}

// guide is what integrators read.
func guide(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestGuideHasEveryType(t *testing.T) {
	t.Parallel()
	for _, kind := range core.EventTypes() {
		if !strings.Contains(guide(t), "`"+string(kind)+"`") {
			t.Errorf("%s is not explained", kind)
		}
	}
}
