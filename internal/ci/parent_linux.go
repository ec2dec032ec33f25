package main

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// dieWithParent asks for SIGTERM when the parent dies. "go run" passes no
// SIGTERM on: without this, ending it would leave the tests and their
// PostgreSQL behind.
func dieWithParent() {
	// A kernel that refuses only loses this courtesy; Ctrl-C works without it.
	_ = unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGTERM), 0, 0, 0)
}

// endWithUs has the kernel end a child with sig even if we are killed outright.
func endWithUs(attr *syscall.SysProcAttr, sig syscall.Signal) { attr.Pdeathsig = sig }
