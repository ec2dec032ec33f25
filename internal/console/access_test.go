package console

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focusSeen holds if the focused element is in the window and has an outline,
// or the label beside it has.
const focusSeen = `(() => {
  const on = document.activeElement, box = on.getBoundingClientRect();
  const outlined = element => element && getComputedStyle(element).outlineStyle === "solid" && parseFloat(getComputedStyle(element).outlineWidth) >= 2;
  return box.bottom > 0 && box.top < innerHeight && (outlined(on) || outlined(on.nextElementSibling));
})()`

func TestFirstSampleIsSentByKeyboardAlone(t *testing.T) {
	t.Parallel()
	b := openPage(t, startFake(t), "?lang=en")
	b.press(kb.Tab)
	b.onFocus("the first stop", `.matches(".skip")`)
	b.press(kb.Enter)
	b.until(`location.hash === "#credentials"`)

	var stops []string
	for !value[bool](b, fmt.Sprintf(`document.activeElement.matches(%q)`, firstSend)) {
		if len(stops) == 20 {
			t.Fatalf("20 stops do not reach the first sample: %v", stops)
		}
		b.press(kb.Tab)
		stops = append(stops, value[string](b, `document.activeElement.textContent.trim() || document.activeElement.outerHTML`))
		b.onFocus(stops[len(stops)-1], `.closest("main") !== null`)
	}
	b.press(kb.Enter)
	b.says(firstSample+" .answer", "200 OK")
	b.onFocus("the sent sample", fmt.Sprintf(`.matches(%q)`, firstSend))
	b.quiet()
}

func (b *tab) press(key string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(key))
}

// onFocus demands that the focused element be seen and be this one.
func (b *tab) onFocus(stop, is string) {
	b.t.Helper()
	if !value[bool](b, "document.activeElement"+is) {
		b.t.Errorf("%s: the focus is on %s", stop, value[string](b, `document.activeElement.outerHTML`))
	}
	if !value[bool](b, focusSeen) {
		b.t.Errorf("%s: the focus cannot be seen", stop)
	}
}

// TestEveryControlHasAName reads the tree that screen readers read, with all
// that unfolds unfolded and an answer, a webhook and a number on the page.
func TestEveryControlHasAName(t *testing.T) {
	t.Parallel()
	b := openPage(t, startFake(t), "?lang=en")
	b.click(firstSend)
	b.says(".number", "I0000042")
	b.says(firstSample+" .answer", "200 OK")
	value[bool](b, `document.querySelectorAll("details").forEach(each => each.open = true) ?? true`)

	named := map[string][]string{}
	for _, node := range b.accessible() {
		role, name := told(node.Role), strings.TrimSpace(told(node.Name))
		if slices.Contains([]string{"button", "link", "textbox", "radio", "DisclosureTriangle", "region", "group", "navigation", "progressbar"}, role) {
			named[role] = append(named[role], name)
		}
	}
	for role, names := range named {
		if unnamed := count(names, ""); unnamed > 0 && role != "group" { // details is a group that its summary names
			t.Errorf("%d of %d with the role %s have no name: %q", unnamed, len(names), role, names)
		}
	}
	for _, want := range []struct{ role, name string }{
		{"button", "Send Insure a phone"}, {"button", "Copy Password"}, {"link", "Skip to the first step"},
		{"textbox", "Another duration"}, {"radio", "hepster"}, {"DisclosureTriangle", "See and change the request"},
		{"region", "Send a request"}, {"group", "Forward by"}, {"navigation", "Language"},
	} {
		if !slices.Contains(named[want.role], want.name) {
			t.Errorf("no %s is called %q, but %q", want.role, want.name, named[want.role])
		}
	}
	b.quiet()
}

// accessible gives the nodes of the accessibility tree that are not hidden.
func (b *tab) accessible() []*accessibility.Node {
	b.t.Helper()
	tree, err := chromedp.Call(b.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		b.t.Fatalf("read the accessibility tree: %v", err)
	}
	return slices.DeleteFunc(tree.Nodes, func(node *accessibility.Node) bool { return node.Ignored })
}

// told gives the text of a property, "" if there is none.
func told(property *accessibility.Value) string {
	if property == nil {
		return ""
	}
	var text string
	if err := json.Unmarshal(property.Value, &text); err != nil {
		return ""
	}
	return text
}

func count(names []string, wanted string) (n int) {
	for _, name := range names {
		if name == wanted {
			n++
		}
	}
	return n
}

func TestPageHasLandmarksAndOneHeading(t *testing.T) {
	t.Parallel()
	b := openPage(t, startFake(t), "?lang=de")
	for selector, want := range map[string]int{
		"html[lang=de]": 1, "h1": 1, "main": 1, "body > header": 1, "nav[aria-label]": 1, "body > footer": 1,
		"a.skip[href='#credentials']": 1, "#credentials": 1, "section[aria-labelledby]": 5, "main h2": 5, "[role=status]": 1,
	} {
		if got := value[int](b, fmt.Sprintf(`document.querySelectorAll(%q).length`, selector)); got != want {
			t.Errorf("%d of %s, want %d", got, selector, want)
		}
	}
	dangling := value[[]string](b, `[...document.querySelectorAll("[aria-labelledby], [aria-describedby], label[for]")]
		.map(each => each.getAttribute("aria-labelledby") ?? each.getAttribute("aria-describedby") ?? each.htmlFor)
		.filter(id => !document.getElementById(id))`)
	twice := value[[]string](b, `[...document.querySelectorAll("[id]")].map(each => each.id).filter((id, i, all) => all.indexOf(id) !== i)`)
	if len(dangling)+len(twice) > 0 {
		t.Errorf("labels that point nowhere: %q; ids that stand twice: %q", dangling, twice)
	}
}

// TestPhoneScrollsInOneDirection unfolds everything on a narrow window.
func TestPhoneScrollsInOneDirection(t *testing.T) {
	t.Parallel()
	for _, lang := range languages {
		fake := startFake(t)
		b := openTab(t)
		b.emulate(375, 667, "light")
		b.load(fake.url + "/?lang=" + lang)
		b.click(firstSend)
		b.says(".number", "I0000042")
		b.says(firstSample+" .answer", "200 OK")
		value[bool](b, `document.querySelectorAll("details").forEach(each => each.open = true) ?? true`)
		if width := value[int](b, `document.documentElement.scrollWidth`); width != 375 {
			t.Errorf("%s: the page is %d px wide in a window of 375 px; too wide: %q", lang, width,
				value[[]string](b, `[...document.querySelectorAll("body *")].filter(each => each.getBoundingClientRect().right > 376).map(each => each.className || each.tagName)`))
		}
		b.quiet()
	}
}

func TestDarkIsDark(t *testing.T) {
	t.Parallel()
	fake := startFake(t)
	b := openTab(t)
	want := map[string]string{"light": "rgb(244, 240, 230)", "dark": "rgb(15, 23, 25)"}
	for _, scheme := range []string{"light", "dark"} {
		b.emulate(1280, 900, scheme)
		b.load(fake.url)
		if ground := value[string](b, `getComputedStyle(document.body).backgroundColor`); ground != want[scheme] {
			t.Errorf("%s: the ground is %s, want %s", scheme, ground, want[scheme])
		}
	}
	b.quiet()
}
