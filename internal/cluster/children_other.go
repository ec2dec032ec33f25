//go:build !linux

package cluster

import (
	"errors"
	"syscall"
)

// EndWithUs has no counterpart outside Linux: there, only being killed
// outright leaves children behind.
func EndWithUs(*syscall.SysProcAttr, syscall.Signal) {}

// offspring is known on Linux only.
func offspring(int) ([]process, error) {
	return nil, errors.New("the children of a process are looked for in /proc, which is not there")
}
