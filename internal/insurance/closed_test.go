package insurance

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// declared finds the constants of a type in the source of this package, in the
// order of their files and lines.
func declared(t *testing.T, typeName string) []string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, constants(t, file, typeName)...)
	}
	return values
}

func constants(t *testing.T, file *ast.File, typeName string) []string {
	t.Helper()
	var values []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); !ok || name.Name != typeName {
			return true
		}
		for _, value := range spec.Values {
			literal, ok := value.(*ast.BasicLit)
			if !ok {
				return true // not a constant
			}
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, text)
		}
		return true
	})
	return values
}

func texts[T ~string](list []T) []string {
	var all []string
	for _, v := range list {
		all = append(all, string(v))
	}
	return all
}

// TestListsAreComplete: a constant that is declared is in the list of its
// type, once, and in the order of declaration.
func TestListsAreComplete(t *testing.T) {
	t.Parallel()
	lists := map[string][]string{
		"Code": texts(Codes()), "Field": texts(Fields()), "Reason": texts(Reasons()), "PolicyState": texts(PolicyStates()),
	}
	for typeName, list := range lists {
		constants := declared(t, typeName)
		if len(constants) < 5 || !slices.Equal(constants, list) {
			t.Errorf("%s: declared are\n%v, listed are\n%v", typeName, constants, list)
		}
		slices.Sort(constants)
		if len(slices.Compact(constants)) != len(list) {
			t.Errorf("%s: two constants are alike", typeName)
		}
	}
}

// TestEveryTransitionIsUsed: a transition that no state allows is a word
// without a meaning.
func TestEveryTransitionIsUsed(t *testing.T) {
	t.Parallel()
	for _, transition := range declared(t, "Transition") {
		if !slices.ContainsFunc(PolicyStates(), func(s PolicyState) bool {
			_, ok := s.After(Transition(transition))
			return ok
		}) {
			t.Errorf("%s is never possible", transition)
		}
	}
}

// TestGoodsAttributesAreFields: what is asked of goods has a field of its own,
// so that a dialect can name it.
func TestGoodsAttributesAreFields(t *testing.T) {
	t.Parallel()
	for _, attribute := range GoodsAttributes() {
		if !slices.Contains(Fields(), FieldOf(attribute.Name)) {
			t.Errorf("%s is not a field", FieldOf(attribute.Name))
		}
	}
}
