//go:build !planted

package planted

// Bug is false: this build has no planted bugs, and nothing can plant one.
func Bug(Name) bool { return false }
