// Package planted holds the bugs that we plant in the product to show that a
// test would notice them: a test of a promise that does not fail while the
// promise is broken is no test.
//
// A bug stands at one place of product code, as
//
//	if planted.Bug(planted.NoFence) {
//		return // PLANTED: …
//	}
//
// Without the build tag "planted", Bug is the constant false: the compiler
// removes the question and what hangs on it, and no setting, variable or flag
// brings it back. With the tag, the environment variable COVERNOTE_PLANT names
// the one bug that this process has, or none. The step "teeth" of the test
// command builds with the tag, plants one bug after the other, and fails
// unless a test fails for each.
package planted
