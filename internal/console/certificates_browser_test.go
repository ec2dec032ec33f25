package console

import (
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/covernote/covernote/internal/insurance"
)

// serve lets a browser reach the pages.
func (f *fakeCertificates) serve(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(CertificatePages(f, slog.New(slog.NewTextHandler(io.Discard, nil))))
	t.Cleanup(server.Close)
	return server.URL
}

// sandboxed is a fake with long names and everything that can be on a page.
func sandboxed(t *testing.T) *fakeCertificates {
	t.Helper()
	fake := twoPolicies(t)
	fake.view.Sandbox, fake.products[0].Sandbox = true, true
	fake.view.PartnerName = "Donaudampfschifffahrtsgesellschaft & Töchter"
	fake.view.Package.Holder.LastName = insurance.Personal(strings.Repeat("Wolfeschlegelsteinhausen", 4))
	return fake
}

func TestCustomersPagesFitAPhone(t *testing.T) {
	t.Parallel()
	url := sandboxed(t).serve(t)
	b := openTab(t)
	b.emulate(360, 640, "light")
	for _, lang := range languages {
		for _, page := range []string{deed, leaflet, "/en/coi/unknown"} {
			b.do(chromedp.Navigate(url + strings.Replace(page, "/en/", "/"+lang+"/", 1)))
			if width := value[int](b, `document.documentElement.scrollWidth`); width != 360 {
				t.Errorf("%s %s is %d px wide in a window of 360 px; too wide: %q", lang, page, width,
					value[[]string](b, `[...document.querySelectorAll("body *")].filter(each => each.getBoundingClientRect().right > 361).map(each => each.className || each.tagName)`))
			}
			if broken := value[[]string](b, `[...document.querySelectorAll(".sums td")].filter(each => each.scrollWidth > each.clientWidth).map(each => each.textContent)`); len(broken) > 0 {
				t.Errorf("%s %s: no room for %q", lang, page, broken)
			}
			small := value[[]string](b, `[...document.querySelectorAll(".actions a, .languages a")].filter(each => each.getBoundingClientRect().height < 24).map(each => each.textContent)`)
			if len(small) > 0 {
				t.Errorf("%s: fingers miss %q", page, small)
			}
		}
	}
	b.quiet("404")
}

func TestCertificateIsReadByKeyboardAlone(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.do(chromedp.Navigate(twoPolicies(t).serve(t) + deed))
	b.press(kb.Tab)
	b.onFocus("the first stop", `.matches(".skip")`)
	b.press(kb.Enter)
	b.until(`location.hash === "#certificate"`)
	links := value[int](b, `document.querySelectorAll("main a").length`)
	if links < 4 {
		t.Fatalf("the page leads to %d places", links)
	}
	var stops []string
	for range links {
		b.press(kb.Tab)
		stops = append(stops, value[string](b, `document.activeElement.getAttribute("href")`))
		b.onFocus(stops[len(stops)-1], `.closest("main") !== null`)
	}
	if distinct := slices.Compact(slices.Sorted(slices.Values(stops))); len(distinct) < 4 || !strings.Contains(stops[0], ".pdf") {
		t.Errorf("the keyboard leads to %q", stops)
	}
	b.quiet()
}

func TestCertificateIsReadOutInOrder(t *testing.T) {
	t.Parallel()
	url := sandboxed(t).serve(t)
	b := openTab(t)
	for page, headings := range map[string]int{deed: 3, leaflet: 3} {
		b.do(chromedp.Navigate(url + page))
		for selector, want := range map[string]int{
			"html[lang=en]": 1, "h1": 1, "main": 1, "body > header": 1, "nav[aria-label]": 1, "article[aria-labelledby]": 2, "a.skip": 1, "h1, h2": headings,
			"img:not([alt]), a:not([href])": 0,
		} {
			if got := value[int](b, fmt.Sprintf(`document.querySelectorAll(%q).length`, selector)); got != want {
				t.Errorf("%s: %d of %s, want %d", page, got, selector, want)
			}
		}
		dangling := value[[]string](b, `[...document.querySelectorAll("[aria-labelledby], a[href^='#']")]
			.map(each => each.getAttribute("aria-labelledby") ?? each.hash.slice(1)).filter(id => !document.getElementById(id))`)
		skipped := value[[]string](b, `[...document.querySelectorAll("h1, h2, h3, h4")].filter((each, i, all) => i && each.tagName[1] - all[i - 1].tagName[1] > 1).map(each => each.textContent)`)
		if len(dangling)+len(skipped) > 0 {
			t.Errorf("%s: labels that point nowhere: %q; headings after a gap: %q", page, dangling, skipped)
		}
		for _, node := range b.accessible() {
			role, name := told(node.Role), strings.TrimSpace(told(node.Name))
			if slices.Contains([]string{"link", "article", "navigation", "heading", "columnheader", "rowheader"}, role) && name == "" {
				t.Errorf("%s: a %s has no name", page, role)
			}
			if role == "StaticText" && (name == "✓" || name == "✕" || name == "!" || name == "–") {
				t.Errorf("%s: the ornament %s is read out", page, name)
			}
		}
	}
	b.quiet()
}

func TestCustomersPagesAreDarkOnlyOnAScreen(t *testing.T) {
	t.Parallel()
	url := twoPolicies(t).serve(t)
	b := openTab(t)
	ground := func() string { return value[string](b, `getComputedStyle(document.body).backgroundColor`) }
	b.emulate(1280, 900, "dark")
	b.do(chromedp.Navigate(url + deed))
	if got := ground(); got != "rgb(15, 23, 25)" {
		t.Errorf("in the dark the ground is %s", got)
	}
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: "print", Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := ground(); got != "rgba(0, 0, 0, 0)" {
		t.Errorf("on paper the ground is %s", got)
	}
	if ink := value[string](b, `getComputedStyle(document.querySelector("h1")).color`); ink != "rgb(26, 42, 45)" {
		t.Errorf("on paper the ink is %s", ink)
	}
	shown := value[[]string](b, `[...document.querySelectorAll(".languages, .actions, .skip")].filter(each => getComputedStyle(each).display !== "none").map(each => each.className)`)
	if len(shown) > 0 {
		t.Errorf("paper cannot be clicked, but shows %q", shown)
	}
	b.quiet()
}

func TestTheOtherLanguageIsAClickAway(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	b.do(chromedp.Navigate(twoPolicies(t).serve(t) + deed))
	follow := func(link string) {
		b.do(chromedp.Navigate(value[string](b, fmt.Sprintf(`document.querySelector(%q).href`, link))))
	}
	follow(`.languages a[hreflang=de]`)
	b.says("h1", german["certificate.title"])
	follow(`.actions a:not([type])`)
	b.says("h1", "Informationsblatt zu Versicherungsprodukten")
	if query := value[string](b, `location.search`); query != "" {
		t.Errorf("whoever is shown the product learns %s", query)
	}
	b.quiet()
}
