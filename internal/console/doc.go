// Package console serves the pages that people read in a browser: rendered on
// the server with html/template, with stylesheets and small scripts of our own,
// and readable without the scripts: the sandbox's first page, what customers
// read of their policies, and the desk at which brokers work inquiries.
//
// No page loads anything from elsewhere; its Content-Security-Policy forbids
// it, and inline script and style with it. Every text stands in German and in
// English, in files that begin with words_.
package console
