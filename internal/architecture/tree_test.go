package architecture

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

const module = "github.com/covernote/covernote/"

// neighbour is how a path to a folder beside the repository begins; it is put
// together so that this file does not break its own rule.
const neighbour = ".." + "/shared"

// tree is what the rules look at.
type tree struct {
	files []file
	// strays are the files of any kind that mention neighbour.
	strays []string
}

// file is one Go file.
type file struct {
	// path is the file's, room its folder's, both from the module's root.
	path, room string
	// name is the package's, as the file says it.
	name string
	// test says that the file is never part of the product: a _test.go, or in
	// a package that only tests import, such as storetest.
	test bool
	// imports holds paths of the module from its root, and others in full.
	imports []string
	// clockReads names the functions of package time that ask the time.
	clockReads []string
}

// in says whether the file lies in one of the rooms or below.
func (f file) in(rooms ...string) bool { return within(f.room, rooms...) }

// within says whether the file lies below the folder, not in it.
func (f file) within(folder string) bool { return strings.HasPrefix(f.room, folder+"/") }

// top is the room directly below internal that the file lies in or under.
func (f file) top() string {
	parts := strings.SplitN(f.room, "/", 3)
	return path.Join(parts[:min(2, len(parts))]...)
}

// within says whether p is one of the paths or lies below one.
func within(p string, paths ...string) bool {
	return slices.ContainsFunc(paths, func(q string) bool { return p == q || strings.HasPrefix(p, q+"/") })
}

// inModule recognises an import of the module itself, as file.imports has it.
// The standard library's own internal packages cannot be imported by anybody.
func inModule(imported string) bool { return within(imported, "cmd", "internal", "client") }

// standard says whether a path is the standard library's, which alone has no
// dot in its first element; the module's own paths are not.
func standard(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".") && !inModule(imported)
}

// load reads every file below the root of a module.
func load(root fs.FS) (tree, error) {
	var t tree
	err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p == ".git" || p == "bin" {
				return fs.SkipDir
			}
			return nil
		}
		return t.add(root, p)
	})
	if err != nil {
		return tree{}, fmt.Errorf("load the module: %w", err)
	}
	return t, nil
}

func (t *tree) add(root fs.FS, p string) error {
	text, err := fs.ReadFile(root, p)
	if err != nil {
		return err
	}
	if bytes.Contains(text, []byte(neighbour)) {
		t.strays = append(t.strays, p)
	}
	if path.Ext(p) != ".go" || strings.Contains(p, "testdata/") {
		return nil
	}
	f, err := parse(p, text)
	t.files = append(t.files, f)
	return err
}

// parse reads the imports of a file, and of insurance the whole file.
func parse(p string, text []byte) (file, error) {
	room := path.Dir(p)
	mode := parser.ImportsOnly
	if within(room, "internal/insurance") {
		mode = parser.SkipObjectResolution
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), p, text, mode)
	if err != nil {
		return file{}, err
	}
	f := file{
		path: p, room: room, name: parsed.Name.Name,
		test: strings.HasSuffix(p, "_test.go") || strings.HasSuffix(room, "test"),
	}
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return file{}, err
		}
		f.imports = append(f.imports, strings.TrimPrefix(imported, module))
	}
	f.clockReads = clockFunctions(parsed)
	return f, nil
}

// clockFunctions finds every mention of time.Now and its kin, called or not.
func clockFunctions(parsed *ast.File) []string {
	var found []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		pkg, ok := s.X.(*ast.Ident)
		if ok && pkg.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, s.Sel.Name) {
			found = append(found, "time."+s.Sel.Name)
		}
		return true
	})
	return found
}
