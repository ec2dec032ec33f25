package main

import "syscall"

// endWithUs has the kernel end a child with sig even if we are killed outright.
func endWithUs(attr *syscall.SysProcAttr, sig syscall.Signal) { attr.Pdeathsig = sig }
