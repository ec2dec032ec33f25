package console

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// axeRules gives the text of axe-core, or ends the test.
func axeRules(t *testing.T) string {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("COVERNOTE_TEST_WITHOUT"), ","), "axe") {
		t.Skip("NOT RUN: --without=axe")
	}
	place := os.Getenv("COVERNOTE_TEST_AXE")
	if cache, err := os.UserCacheDir(); place == "" && err == nil {
		place = filepath.Join(cache, "covernote", "axe.min.js") // where an earlier run has left it
	}
	text, err := os.ReadFile(place)
	if err != nil {
		t.Fatalf("accessibility tests need axe-core: run go run ./internal/ci (or go run ./internal/ci --without=axe): %v", err)
	}
	return string(text)
}

// finding is what axe has against a page.
type finding struct {
	Rule, Impact, Help string
	// Nodes are the elements, as CSS selectors, with what is wrong about each.
	Nodes []string
}

// grave says whether a finding keeps somebody from using the page.
func (f finding) grave() bool { return f.Impact == "serious" || f.Impact == "critical" }

// audited opens a tab that brings axe to every page it loads.
func audited(t *testing.T) *tab {
	t.Helper()
	b, rules := openTab(t), axeRules(t)
	if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: rules}); err != nil {
		t.Fatalf("bring axe to every page: %v", err)
	}
	return b
}

// view is how wide a window is, and what its user prefers.
type view struct {
	width  int64
	scheme string
}

// views are a desk and a phone, by day and by night.
var views = []view{{1280, "light"}, {1280, "dark"}, {390, "light"}, {390, "dark"}}

// rules are those that axe applies, or undefined for all. At night a page is
// what it is by day, in other colours: only these are looked at again.
func (v view) rules() string {
	if v.scheme == "dark" {
		return `["color-contrast", "link-in-text-block"]`
	}
	return `undefined`
}

// audit asks axe about the page as a view shows it, with all that unfolds
// unfolded.
func (b *tab) audit(v view) []finding {
	b.t.Helper()
	b.emulate(v.width, 844, v.scheme)
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]finding](`(async () => {
		document.querySelectorAll("details").forEach(each => each.open = true);
		const { violations } = await axe.run({ runOnly: `+v.rules()+`, resultTypes: ["violations"], preload: false });
		return violations.map(({ id, impact, help, nodes }) => ({ Rule: id, Impact: impact, Help: help,
			Nodes: nodes.map(each => each.target.join(" ") + ": " + each.failureSummary.replace(/\s+/g, " ")) }));
	})()`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("ask axe: %v", err)
	}
	return found
}

// usable shows the page in every view, and fails the test where something is
// grave, with all that axe has against the page there.
func (b *tab) usable(name string) {
	b.t.Helper()
	for _, v := range views {
		if found := b.audit(v); slices.ContainsFunc(found, finding.grave) {
			b.t.Errorf("%s, %d px, %s:\n%s", name, v.width, v.scheme, listed(found))
		}
	}
}

// listed is findings as people read them.
func listed(found []finding) string {
	var text strings.Builder
	for _, f := range found {
		fmt.Fprintf(&text, "%s (%s): %s\n", f.Rule, f.Impact, f.Help)
		for _, node := range f.Nodes {
			fmt.Fprintf(&text, "  %s\n", node)
		}
	}
	return text.String()
}

// faulty is a page with a fault that is always there, one that shows on a phone
// and one that shows at night.
const faulty = `<!doctype html>
<html lang="en"><title>Faulty</title>
<style>
	body { color: #000; background: #fff }
	#phone { display: none }
	@media (max-width: 500px) { #phone { display: block } }
	@media (prefers-color-scheme: dark) { body { color: #444; background: #222 } }
</style>
<main><h1>Faulty</h1><img src="data:,"><input id="phone"></main></html>`

// TestAxeFindsWhatIsWrong: a view that did not reach the page, or an axe that
// says nothing, would pass every page.
func TestAxeFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	b := audited(t)
	b.do(chromedp.Navigate("data:text/html," + url.PathEscape(faulty)))
	for v, want := range map[view]string{
		{1280, "light"}: "image-alt",
		{1280, "dark"}:  "color-contrast",
		{390, "light"}:  "image-alt label",
		{390, "dark"}:   "color-contrast",
	} {
		var rules []string
		for _, f := range b.audit(v) {
			if f.grave() {
				rules = append(rules, f.Rule)
			}
		}
		slices.Sort(rules)
		if got := strings.Join(rules, " "); got != want {
			t.Errorf("%+v: %q is grave, want %q", v, got, want)
		}
	}
}
