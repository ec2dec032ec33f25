package native

import (
	"os"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/dialect/dialecttest"
)

func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	dialecttest.EveryCode(t, refusals)
	for code, said := range refusals {
		if said.status < 400 || said.title == "" {
			t.Errorf("%s has no words", code)
		}
	}
}

// TestEveryTypeLeadsSomewhere: the type of a problem is the address of its section.
func TestEveryTypeLeadsSomewhere(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]kind{noMethod.name: noMethod}
	for _, k := range refusals {
		kinds[k.name] = k
	}
	for name := range kinds {
		if !strings.Contains(string(text), "\n### "+name+"\n") {
			t.Errorf("%s has no section", name)
		}
	}
}
