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

// readFile goes through a file stage by stage and stops after the first one
// that had something to say: what is built on sand would be blamed for it.
func readFile(name string, source []byte) *file {
	f := &file{report: report{file: name}}
	f.entry = Entry{Family: familyOf(name), File: name, Source: source, Digest: sha256.Sum256(source)}
	stages := []func(){
		func() { f.root = f.parse(source) },
		func() { f.shape(f.root) },
		func() { f.entry.Product = f.product(f.root) },
		func() { f.sense(f.root, f.entry.Product) },
	}
	for _, stage := range stages {
		if stage(); !f.clean() {
			break
		}
	}
	return f
}

func familyOf(name string) string {
	family, _, found := strings.Cut(name, "/")
	if !found {
		return ""
	}
	return family
}

// readAll reads every product file of a tree, in the order of their paths.
func readAll(fsys fs.FS) ([]*file, error) {
	var files []*file
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		f, err := readOne(fsys, name)
		if f != nil {
			files = append(files, f)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the catalogue: %w", err)
	}
	return files, nil
}

// readOne reads a file of the tree; one that is no product file gives nil.
func readOne(fsys fs.FS, name string) (*file, error) {
	misplaced := func(reason string) *file {
		return &file{report: report{file: name, problems: Problems{{File: name, Reason: reason}}}}
	}
	switch {
	case path.Ext(name) == ".yml":
		return misplaced("is not read, because product files end in .yaml"), nil
	case path.Ext(name) != ".yaml":
		return nil, nil
	case familyOf(name) == "":
		return misplaced("is not inside the folder of a partner family, such as hepster/"), nil
	}
	source, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	return readFile(name, source), nil
}

// Validate reads every product file below fsys and returns everything that is
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
