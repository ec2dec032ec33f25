package planted

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Each bug stands at one place of the product, alone in its condition, with a
// comment that nobody takes for a mistake.
func TestEveryBugIsPlantedOnce(t *testing.T) {
	t.Parallel()
	found := map[Name][]string{}
	names := constants(t)
	each(t, filepath.Join("..", ".."), func(set *token.FileSet, file *ast.File) {
		asked := 0
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if isQuestion(n) {
					asked++
				}
			case *ast.IfStmt:
				question, ok := n.Cond.(*ast.CallExpr)
				if !ok || !isQuestion(question) || len(question.Args) != 1 {
					return true
				}
				asked--
				at := set.Position(n.Pos()).String()
				if !explained(file, n) {
					t.Errorf("%s: no comment in the block says PLANTED", at)
				}
				if bug, ok := question.Args[0].(*ast.SelectorExpr); ok {
					found[names[bug.Sel.Name]] = append(found[names[bug.Sel.Name]], at)
				}
			}
			return true
		})
		if asked != 0 {
			t.Errorf("%s asks for a bug elsewhere than as the whole condition of an if", set.Position(file.Pos()).Filename)
		}
	})
	for _, n := range All() {
		if len(found[n]) != 1 {
			t.Errorf("%s is planted at %q, want one place", n, found[n])
		}
	}
}

func TestAllListsEveryBug(t *testing.T) {
	t.Parallel()
	declared := map[Name]bool{}
	for _, n := range constants(t) {
		declared[n] = true
	}
	if all := All(); len(declared) != len(all) || slices.ContainsFunc(all, func(n Name) bool { return !declared[n] }) {
		t.Errorf("declared are %v, listed are %v", declared, all)
	}
}

func TestContributorsReadOfEveryBug(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range All() {
		if !strings.Contains(string(text), "\n| `"+string(n)+"` |") {
			t.Errorf("CONTRIBUTING.md does not say what %s is", n)
		}
	}
}

// constants gives the bugs by the names of their constants.
func constants(t *testing.T) map[string]Name {
	t.Helper()
	names := map[string]Name{}
	each(t, ".", func(_ *token.FileSet, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Name" {
				value := spec.Values[0].(*ast.BasicLit).Value
				names[spec.Names[0].Name] = Name(strings.Trim(value, `"`))
			}
			return true
		})
	})
	if len(names) == 0 {
		t.Fatal("no bugs are declared")
	}
	return names
}

// each parses every Go file below a folder that is part of the product.
func each(t *testing.T, root string, f func(*token.FileSet, *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err == nil {
			f(set, file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// isQuestion recognises planted.Bug(…).
func isQuestion(call *ast.CallExpr) bool {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || f.Sel.Name != "Bug" {
		return false
	}
	pkg, ok := f.X.(*ast.Ident)
	return ok && pkg.Name == "planted"
}

func explained(file *ast.File, block *ast.IfStmt) bool {
	return slices.ContainsFunc(file.Comments, func(c *ast.CommentGroup) bool {
		return c.Pos() > block.Pos() && c.End() <= block.End() && strings.HasPrefix(c.Text(), "PLANTED: ")
	})
}
