package catalogue

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/covernote/covernote/internal/insurance"
)

// Read reads one product file. Its name is used in problems only. The error
// is Problems, with everything that is wrong.
func Read(name string, source []byte) (insurance.Product, error) {
	read := readFile(name, source)
	if !read.clean() {
		return insurance.Product{}, read.problems.sorted()
	}
	return read.entry.Product, nil
}

// file is a product file while the catalogue is put together.
type file struct {
	report
	root  *node
	entry Entry
}

func readFile(name string, source []byte) *file {
	f := &file{report: report{file: name}}
	f.entry = Entry{Family: familyOf(name), File: name, Source: source, Digest: sha256.Sum256(source)}
	f.through(
		func() { f.root = f.parse(source) },
		func() { f.shape(f.root, productShape()) },
		func() { f.entry.Product = f.product(f.root) },
		func() { f.sense(f.root, f.entry.Product) },
	)
	return f
}

// through goes through a file stage by stage and stops after the first one that
// had something to say: what is built on sand would be blamed for it.
func (r *report) through(stages ...func()) {
	for _, stage := range stages {
		if stage(); !r.clean() {
			return
		}
	}
}

func familyOf(name string) string {
	family, _, found := strings.Cut(name, "/")
	if !found {
		return ""
	}
	return family
}

// shelf is every file of a tree, in the order of their paths.
type shelf struct {
	products    []*file
	lines       []*lineFile
	professions []*professionsFile
	// misplaced are problems of files that nobody would read.
	misplaced Problems
}

// readAll reads every file of a tree.
func readAll(fsys fs.FS) (*shelf, error) {
	s := &shelf{}
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return s.read(fsys, name)
	})
	if err != nil {
		return nil, fmt.Errorf("read the catalogue: %w", err)
	}
	return s, nil
}

// read puts a file of the tree on the shelf. What does not end in .yaml is left
// alone.
func (s *shelf) read(fsys fs.FS, name string) error {
	family := familyOf(name)
	switch {
	case path.Ext(name) == ".yml":
		s.misplace(name, "is not read, because product files end in .yaml")
		return nil
	case path.Ext(name) != ".yaml":
		return nil
	case family == "":
		s.misplace(name, "is not inside the folder of a partner family, such as hepster/")
		return nil
	}
	source, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	switch {
	case strings.HasPrefix(name, family+"/lines/"):
		s.lines = append(s.lines, readLine(name, source))
	case name == family+"/professions.yaml":
		s.professions = append(s.professions, readProfessions(name, source))
	default:
		s.products = append(s.products, readFile(name, source))
	}
	return nil
}

func (s *shelf) misplace(name, reason string) {
	s.misplaced = append(s.misplaced, Problem{File: name, Reason: reason})
}

// problems are those of all files.
func (s *shelf) problems() Problems {
	all := s.misplaced
	for _, f := range s.products {
		all = append(all, f.problems...)
	}
	for _, f := range s.lines {
		all = append(all, f.problems...)
	}
	for _, f := range s.professions {
		all = append(all, f.problems...)
	}
	return all.sorted()
}

// Validate reads every file below fsys as Load does and returns everything that is
// wrong, ordered by file and line; nothing if Load would succeed.
func Validate(fsys fs.FS) []Problem {
	_, err := Load(fsys)
	if err == nil {
		return nil
	}
	if problems, ok := errors.AsType[Problems](err); ok {
		return problems
	}
	return []Problem{{File: ".", Reason: err.Error()}}
}
