//go:build !linux

package main

import "syscall"

// dieWithParent has no counterpart outside Linux; Ctrl-C reaches the whole
// foreground group there as well.
func dieWithParent() {}

// endWithUs has no counterpart outside Linux.
func endWithUs(*syscall.SysProcAttr, syscall.Signal) {}
