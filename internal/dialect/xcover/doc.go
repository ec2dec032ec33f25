// Package xcover speaks XCover's partner API as it was in the spring of 2019,
// and what later clients of it expect, so that a partner which integrated it
// has to change a base URL, an API key and a secret, and nothing else.
//
// A request is signed, not accompanied by its secret: signature.go says what
// was signed and whether the secret was known. What partners parse is written to
// the byte, because they compare it: see format.go.
package xcover
