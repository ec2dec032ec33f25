package console

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// deskPaths are the pages of the shell, of every kind.
var deskPaths = []string{
	"/desk/", "/desk/?status=ordered&q=x", "/desk/customers", "/desk/inquiries/new", "/desk/customers/new", "/desk/customers/71",
	"/desk/customers/71/inquiries", "/desk/inquiries/2144380", "/desk/inquiries/2144382", "/desk/inquiries/2144385?notice=stale",
	"/desk/inquiries/2144385/end", "/desk/inquiries/1", "/desk/left",
}

// enterDesk opens a tab and comes in through a link.
func enterDesk(t *testing.T, f *fakeDesk) (b *tab, url string) {
	t.Helper()
	url = f.serve(t)
	b = openTab(t)
	b.do(chromedp.Navigate(url + "/desk/enter/" + deskLink + "?lang=de"))
	b.until(fmt.Sprintf("location.pathname === %q", inquiryPath(openInquiry, "")))
	return b, url
}

// sees waits for an element, also on the page that comes next.
func (b *tab) sees(selector string) {
	b.t.Helper()
	b.do(chromedp.WaitVisible(chromedp.CSS(selector)))
}

// withLongNames is a desk whose names are as long as names get.
func withLongNames(t *testing.T) *fakeDesk {
	t.Helper()
	f := brokersDesk(t)
	long := insurance.Personal(strings.Repeat("Wolfeschlegelsteinhausen", 3))
	f.customers[0].Company, f.customers[0].Email = long+" GmbH", long+"@example.org"
	f.desk.Broker.Company = "Donaudampfschifffahrts-Versicherungsmaklergesellschaft & Töchter"
	for n := range f.inquiries {
		f.inquiries[n].Customer = f.customers[0]
		f.inquiries[n].Refs = []core.Ref{{Origin: "broker_crm", Key: strings.Repeat("Vertragskennzeichen", 3), Value: strings.Repeat("0123456789", 6)}}
	}
	return f
}

func TestTheDeskFitsAPhone(t *testing.T) {
	t.Parallel()
	b, url := enterDesk(t, withLongNames(t))
	b.emulate(360, 640, "light")
	for _, lang := range languages {
		for _, path := range deskPaths {
			b.do(chromedp.Navigate(url + addQuery(path, "lang="+lang)))
			if width := value[int](b, `document.documentElement.scrollWidth`); width != 360 {
				t.Errorf("%s %s is %d px wide in a window of 360 px; too wide: %q", lang, path, width,
					value[[]string](b, `[...document.querySelectorAll("body *")].filter(each => each.getBoundingClientRect().right > 361).map(each => each.className || each.tagName)`))
			}
			small := value[[]string](b, `[...document.querySelectorAll("a, button, input:not([type=hidden]), select")].filter(each => each.checkVisibility() && !each.matches(".skip"))
				.filter(each => (each.closest("label") ?? each).getBoundingClientRect().height < 24).map(each => each.outerHTML)`)
			if len(small) > 0 {
				t.Errorf("%s: fingers miss %q", path, small)
			}
		}
	}
	b.quiet("404")
}

func addQuery(path, query string) string {
	if strings.Contains(path, "?") {
		return path + "&" + query
	}
	return path + "?" + query
}

func TestTheDeskIsReadOutInOrder(t *testing.T) {
	t.Parallel()
	b, url := enterDesk(t, brokersDesk(t))
	for _, path := range deskPaths {
		b.do(chromedp.Navigate(url + path))
		b.checkOutline(path)
		for _, node := range b.accessible() {
			role, name := told(node.Role), strings.TrimSpace(told(node.Name))
			named := []string{"link", "button", "textbox", "searchbox", "combobox", "radio", "navigation", "region", "heading", "table", "columnheader", "rowheader"}
			if slices.Contains(named, role) && name == "" && role != "table" {
				t.Errorf("%s: a %s has no name", path, role)
			}
			if role == "StaticText" && slices.Contains([]string{"✓", "✕", "…", "–", "✕ "}, name) && name != "–" {
				t.Errorf("%s: the ornament %s is read out", path, name)
			}
		}
	}
	b.quiet("404")
}

// checkOutline demands landmarks, one heading, labels that are there, and ids
// that stand once.
func (b *tab) checkOutline(path string) {
	b.t.Helper()
	for selector, want := range map[string]int{
		"html[lang=de]": 1, "h1": 1, "body > main": 1, "body > header": 1, "a.skip[href='#content']": 1, "#content": 1, "img:not([alt]), a:not([href]), th:not([scope])": 0,
	} {
		if got := value[int](b, fmt.Sprintf(`document.querySelectorAll(%q).length`, selector)); got != want {
			b.t.Errorf("%s: %d of %s, want %d", path, got, selector, want)
		}
	}
	dangling := value[[]string](b, `[...document.querySelectorAll("[aria-labelledby], [aria-describedby], label[for], a[href^='#']")]
		.flatMap(each => (each.getAttribute("aria-labelledby") ?? each.getAttribute("aria-describedby") ?? (each.htmlFor || each.hash.slice(1))).split(" "))
		.filter(id => !document.getElementById(id))`)
	twice := value[[]string](b, `[...document.querySelectorAll("[id]")].map(each => each.id).filter((id, i, all) => all.indexOf(id) !== i)`)
	skipped := value[[]string](b, `[...document.querySelectorAll("h1, h2, h3, h4")].filter((each, i, all) => i && each.tagName[1] - all[i - 1].tagName[1] > 1).map(each => each.textContent)`)
	if len(dangling)+len(twice)+len(skipped) > 0 {
		b.t.Errorf("%s: labels that point nowhere: %q; ids that stand twice: %q; headings after a gap: %q", path, dangling, twice, skipped)
	}
}

func TestAnInquiryIsBegunByKeyboardAlone(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	b, url := enterDesk(t, f)
	b.do(chromedp.Navigate(url + "/desk/customers/71/inquiries"))
	b.press(kb.Tab)
	b.onFocus("the first stop", `.matches(".skip")`)
	b.press(kb.Enter)
	b.until(`location.hash === "#content"`)
	b.tabTo(`[name=line]`)
	b.press(kb.ArrowDown)
	b.onFocus("the second line", `.matches("[name=line][value='5']:checked")`)
	b.tabTo(`[data-filters]`)
	for _, letter := range "steu" {
		b.press(string(letter))
	}
	b.until(`document.getElementById("profession").value === "21"`)
	b.tabTo(`main button`)
	b.press(kb.Enter)
	b.sees(".steps")
	if got := noted[core.InquiryWish](t, f); got != (core.InquiryWish{CustomerID: bakery, Line: 5, Profession: 21}) {
		t.Errorf("opened %+v", got)
	}
	b.quiet()
}

// tabTo goes on with the keyboard until the selector has the focus, which must
// be seen.
func (b *tab) tabTo(selector string) {
	b.t.Helper()
	for range 40 {
		b.press(kb.Tab)
		b.onFocus(selector, ` !== document.body`)
		if value[bool](b, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
			return
		}
	}
	b.t.Fatalf("40 stops do not reach %s", selector)
}

func TestProfessionsAreSearched(t *testing.T) {
	t.Parallel()
	b, url := enterDesk(t, brokersDesk(t))
	b.do(chromedp.Navigate(url + "/desk/customers/71/inquiries"))
	listed := func() []string {
		return value[[]string](b, `[...document.querySelectorAll("#profession option")].filter(each => each.value).map(each => each.textContent)`)
	}
	for _, c := range []struct{ typed, want, said string }{
		{"bäck", "Bäckerei", "1 Treffer"}, {"HANDWERK", "Bäckerei Tischlerei", "2 Treffer"}, {"zzz", "", "0 Treffer"}, {"", "Steuerberatung Bäckerei Tischlerei", "3 Treffer"},
	} {
		value[bool](b, fmt.Sprintf(`(() => { const f = document.querySelector("[data-filters]"); document.getElementById("profession").value = ""; f.value = %q; f.dispatchEvent(new Event("input")); return true })()`, c.typed))
		if got := strings.Join(listed(), " "); got != c.want {
			t.Errorf("%q finds %q, want %q", c.typed, got, c.want)
		}
		b.says("[data-found]", c.said)
	}
	b.quiet()
}

func TestWhatIsWrongTakesTheFocus(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t).refuse("SaveCustomer", insurance.Invalid(insurance.FieldEmail, "is not a valid e-mail address"))
	b, url := enterDesk(t, f)
	b.do(chromedp.Navigate(url + "/desk/customers/new"))
	b.do(chromedp.SendKeys(chromedp.CSS("#company"), "Muster AG"), chromedp.SendKeys(chromedp.CSS("#last_name"), "Muster"))
	b.click("main form button")
	b.sees("#problem-summary:focus")
	b.press(kb.Tab)
	b.sees(".problems a:focus")
	b.onFocus("the first problem", `.matches(".problems a[href='#email']")`)
	b.press(kb.Enter)
	b.sees("#email:focus")
	b.onFocus("the field", `.id === "email"`)
	if typed := value[string](b, `document.getElementById("last_name").value`); typed != "Muster" {
		t.Errorf("what was typed became %q", typed)
	}
	described := value[string](b, `document.getElementById(document.getElementById("email").getAttribute("aria-describedby")).textContent`)
	if described != "E-Mail ist keine E-Mail-Adresse" {
		t.Errorf("the field is described as %q", described)
	}
	b.quiet("422")
}

func TestTheCustomersFormShowsWhatApplies(t *testing.T) {
	t.Parallel()
	b, url := enterDesk(t, brokersDesk(t))
	b.do(chromedp.Navigate(url + "/desk/customers/71"))
	b.do(chromedp.WaitVisible(chromedp.CSS("#company")), chromedp.WaitNotVisible(chromedp.CSS("#business_street")))
	b.click("[name=private][value=yes]")
	b.do(chromedp.WaitNotVisible(chromedp.CSS("#company")))
	b.click("[name=at_address][value=no]")
	b.sees("#business_street")
	b.quiet()
}

func TestTheDeskWorksWithoutScript(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	b, url := enterDesk(t, f)
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Navigate(url + "/desk/customers/71"))
	b.do(chromedp.WaitVisible(chromedp.CSS("#company")), chromedp.WaitVisible(chromedp.CSS("#business_street")))
	b.do(chromedp.Navigate(url + "/desk/customers/71/inquiries"))
	b.do(chromedp.WaitNotVisible(chromedp.CSS("[data-filters]")))
	b.click("[name=line][value='2']")
	b.do(chromedp.SendKeys(chromedp.CSS("#profession"), "Tischlerei"))
	b.click("main form button")
	b.sees(".steps")
	if got := noted[core.InquiryWish](t, f); got != (core.InquiryWish{CustomerID: bakery, Line: 2, Profession: 11}) {
		t.Errorf("opened %+v", got)
	}
	b.quiet()
}

func TestAnEndIsDeclaredOnceByADoubleClick(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	b, url := enterDesk(t, f)
	b.do(chromedp.Navigate(url + "/desk/inquiries/2144385/end"))
	b.do(chromedp.SendKeys(chromedp.CSS("#reason"), "Ordentliche"))
	b.click("main form button")
	b.sees("button.grave")
	b.do(chromedp.DoubleClick(chromedp.CSS("button.grave")))
	b.sees(".said[data-kind=good]")
	f.mu.Lock()
	defer f.mu.Unlock()
	ended := 0
	for _, wish := range f.asked {
		if _, ok := wish.(core.PolicyEnding); ok {
			ended++
		}
	}
	if ended != 1 {
		t.Errorf("the policy was ended %d times", ended)
	}
}

func TestTheDeskIsDarkInTheDark(t *testing.T) {
	t.Parallel()
	b, url := enterDesk(t, brokersDesk(t))
	for scheme, want := range map[string]string{"light": "rgb(244, 240, 230)", "dark": "rgb(15, 23, 25)"} {
		b.emulate(1280, 900, scheme)
		b.do(chromedp.Navigate(url + "/desk/"))
		if got := value[string](b, `getComputedStyle(document.body).backgroundColor`); got != want {
			t.Errorf("%s: the ground is %s, want %s", scheme, got, want)
		}
	}
	b.quiet()
}

func TestLeavingAndLanguagesAreAClickAway(t *testing.T) {
	t.Parallel()
	b, url := enterDesk(t, brokersDesk(t))
	b.click(`.languages a[hreflang=en]`)
	b.sees("html[lang=en] h1")
	b.do(chromedp.Navigate(url + "/desk/"))
	b.says("h1", deskEnglish["desk.inquiries"])
	b.click(".broker button")
	b.sees("main.lost")
	b.says("h1", deskEnglish["desk.left"])
	b.do(chromedp.Navigate(url + "/desk/"))
	b.says("h1", deskEnglish["desk.lost."+fmt.Sprint(http.StatusUnauthorized)])
	b.quiet("401")
}
