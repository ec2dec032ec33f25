package app

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// isPostgres tells a URL from the path of a file.
func isPostgres(dsn string) bool { return strings.Contains(dsn, "://") }

func isFolder(path string) bool {
	is, err := os.Stat(path)
	return err == nil && is.IsDir()
}

// draftOf makes an empty file beside the one that it will become, which only its
// owner reads.
func draftOf(file string) (string, error) {
	draft, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*.partial")
	if err != nil {
		return "", err
	}
	return draft.Name(), draft.Close()
}

// moveDurably gives a file its name, and replaces who has it, once all of it is on
// the disk. When it returns nil, no power cut takes that back.
func moveDurably(from, to string) error {
	if err := onDisk(from); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return onDisk(filepath.Dir(to))
}

// onDisk waits until a file, or the names in a folder, are on the disk.
func onDisk(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
