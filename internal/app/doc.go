// Package app puts the program together: it reads configuration, opens the
// store, wires core, dialects and courier, and holds the sub-commands and the
// sandbox. It is the only package that imports everything, and nothing but
// cmd/covernote imports it.
package app
