// Package console serves the pages that people read in a browser: rendered on
// the server with html/template, with one stylesheet and one small script of
// our own, and readable without the script.
//
// No page loads anything from elsewhere; its Content-Security-Policy forbids
// it, and inline script and style with it. Every text stands in German and in
// English (words_de.go, words_en.go).
package console
