package disks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// Small is a folder on a disk that holds little.
type Small struct {
	// Folder is where it is mounted.
	Folder string
}

// OpenSmall mounts one of so many bytes at the folder. It must be closed.
func OpenSmall(folder string, size int64) (*Small, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make a disk: %w", err)
	}
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		return nil, fmt.Errorf("mount a small disk: %w", err)
	}
	return &Small{folder}, nil
}

func (s *Small) ballast() string { return filepath.Join(s.Folder, "ballast") }

// Harm fills the disk to its last byte.
func (s *Small) Harm(context.Context) error {
	f, err := os.OpenFile(s.ballast(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("fill the disk: %w", err)
	}
	defer func() { _ = f.Close() }() // it is done with either way
	if _, err := io.Copy(f, nothing{}); !errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("fill the disk: %w", err)
	}
	return nil
}

// nothing is zeros without end.
type nothing struct{}

// Read gives as many as there is room for.
func (nothing) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// Heal frees what Harm has filled.
func (s *Small) Heal(context.Context) error {
	if err := os.Remove(s.ballast()); err != nil {
		return fmt.Errorf("free the disk: %w", err)
	}
	return nil
}

// Close unmounts it, and all that is on it is gone.
func (s *Small) Close() { _ = syscall.Unmount(s.Folder, syscall.MNT_DETACH) }
