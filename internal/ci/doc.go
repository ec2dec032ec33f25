// Command ci is the project's one test command:
//
//	go run ./internal/ci
//
// It looks for what the tests need (PostgreSQL, Chromium, poppler, axe-core),
// installs it where it may, starts a PostgreSQL of its own, runs every step and
// counts. The last line always reads "N passed, N failed, N skipped".
//
// axe-core is on npm, and in no system's archive: npm downloads it once into the
// user's cache folder, and it is used only if its SHA-512 is the pinned one.
//
// What is counted are tests: the leaves of the tree of sub-tests, each once,
// from the step "tests". The steps "race" and "fuzz" run the same tests in
// another way and add only what fails there. A package that cannot be built or
// dies outside of a test counts as one failed test.
//
// The step "teeth" plants bugs in the product, one after the other, and fails
// unless a test fails for each. Those failures are what it wants and are not
// counted; a bug that no test notices counts as one failed test.
//
// The step "torture" runs cmd/torture with small counts; a run that breaks something
// counts as one failed test.
//
// The exit status says the same in one number:
//
//	0  everything passed
//	1  a step or a test failed
//	2  something that is needed is missing; nothing was run
//	3  --without left something out, and the rest passed
//
// "go run" itself answers 1 for every status but 0 and prints the true one;
// who needs the number builds the command first.
//
// Tests learn from their environment what there is:
//
//	COVERNOTE_TEST_POSTGRES  URL of a database in which they may create schemas
//	COVERNOTE_TEST_CHROMIUM  path of the browser
//	COVERNOTE_TEST_POPPLER   folder of pdftoppm, pdftotext and pdffonts
//	COVERNOTE_TEST_AXE       path of axe.min.js
//	COVERNOTE_TEST_WITHOUT   comma list of what --without leaves out
//
// A test whose variable is unset and whose key is not in
// COVERNOTE_TEST_WITHOUT fails with the line to run; none skips by itself.
package main
