//go:build !linux

package disks

import (
	"context"
	"errors"
)

// Small is a disk that only Linux lets us mount.
type Small struct {
	Folder string
}

var errLinux = errors.New("a small disk can only be mounted on Linux")

// OpenSmall fails.
func OpenSmall(string, int64) (*Small, error) { return nil, errLinux }

// Harm fails.
func (*Small) Harm(context.Context) error { return errLinux }

// Heal fails.
func (*Small) Heal(context.Context) error { return errLinux }

// Close does nothing.
func (*Small) Close() {}
