package cluster

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// EndWithUs has the kernel end a child with sig even if we are killed outright.
func EndWithUs(attr *syscall.SysProcAttr, sig syscall.Signal) { attr.Pdeathsig = sig }

// offspring gives the children of a process.
func offspring(parent int) ([]process, error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	var children []process
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile
		}
		// The name in brackets may hold anything; behind it stand state and parent.
		var state string
		var above int
		behind := text[bytes.LastIndexByte(text, ')')+1:]
		if _, err := fmt.Sscan(string(behind), &state, &above); err != nil || above != parent {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			continue
		}
		title, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline")) // empty if it has ended meanwhile
		children = append(children, process{pid, string(bytes.TrimRight(title, "\x00 "))})
	}
	return children, nil
}
