package cluster

import "syscall"

// EndWithUs has the kernel end a child with sig even if we are killed outright.
func EndWithUs(attr *syscall.SysProcAttr, sig syscall.Signal) { attr.Pdeathsig = sig }
