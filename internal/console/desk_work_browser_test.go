package console

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// workPages are the pages on which an inquiry is worked, of the working desk.
var workPages = []string{
	questionnaireOfOpen, inquiryPath(proposedInquiry, "/questionnaire"), comparisonOfCalculated,
	inquiryPath(tenderingInquiry, "/comparison"), inquiryPath(proposedInquiry, "/proposal"), orderOfCalculated + "?offer=o1",
}

// atWork comes in and opens a page of the work.
func atWork(t *testing.T, f *fakeDesk, path string) *tab {
	t.Helper()
	b, url := enterDesk(t, f)
	b.do(chromedp.Navigate(url + path))
	return b
}

// retype replaces what stands in a field, key by key.
func (b *tab) retype(selector, text string) {
	b.t.Helper()
	value[bool](b, fmt.Sprintf(`document.querySelector(%q).select() ?? true`, selector))
	b.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// TestQuestionnaireIsFilledInByKeyboardAlone goes from question to question,
// and compares.
func TestQuestionnaireIsFilledInByKeyboardAlone(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	f.lines[0].Questions[4].Kind = insurance.AttributeText // a calendar is typed differently everywhere
	f.inquiryIn(openInquiry).Line = f.lines[0]
	b := atWork(t, f, questionnaireOfOpen+"?lang=de")
	b.tabTo("#profession")
	b.tabTo("#revenue")
	b.do(chromedp.KeyEvent("999.000,50"))
	b.tabTo("#employees_full_time")
	b.tabTo("[name=abroad]")
	b.press(kb.ArrowUp)
	b.tabTo("[name=sum_insured]")
	b.press(kb.ArrowDown)
	b.tabTo("#starts_on")
	b.do(chromedp.KeyEvent("2026-12-01"))
	b.tabTo("#region")
	b.do(chromedp.KeyEvent("Nord"))
	b.tabTo("#sprinklers")
	b.do(chromedp.KeyEvent(" "))
	b.tabTo("[name=then][value=compare]")
	b.press(kb.Enter)
	b.do(chromedp.WaitNotPresent(chromedp.CSS("form.ask")))
	got := noted[core.AnswerWish](t, f).Answers
	for name, want := range map[string]string{
		"revenue": "999000.50", "abroad": "true", "sum_insured": "5000000", "starts_on": "2026-12-01", "region": "Nord", "sprinklers": "true",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	b.quiet()
}

// TestWhatIsWrongIsSaidWhileTyping: only once a field was left, in the words of
// the server, and no longer than it is wrong.
func TestWhatIsWrongIsSaidWhileTyping(t *testing.T) {
	t.Parallel()
	b := atWork(t, workingDesk(t), questionnaireOfOpen+"?lang=de")
	said := "Jahresumsatz " + wordings["de"]["ask.wrong.amount"]
	b.retype("#revenue", "viel")
	if early := value[bool](b, `!!document.getElementById("revenue-problem")`); early {
		t.Error("somebody who is still typing is told off")
	}
	b.press(kb.Tab)
	b.says("#revenue-problem", said)
	if about := value[string](b, `document.getElementById("revenue").getAttribute("aria-describedby")`); !strings.Contains(about, "revenue-problem") || !strings.Contains(about, "revenue-help") {
		t.Errorf("the field is described by %q", about)
	}
	b.retype("#revenue", "1")
	b.until(`document.getElementById("revenue-problem").hidden && !document.getElementById("revenue").hasAttribute("aria-invalid")`)
	b.retype("#employees_full_time", "1")
	b.press(kb.Backspace)
	b.press(kb.Tab)
	b.says("#employees_full_time-problem", "Vollzeitkräfte fehlt")
	b.quiet()
}

// TestServerAndScriptReadTheSameForms lets the browser judge the patterns.
func TestServerAndScriptReadTheSameForms(t *testing.T) {
	t.Parallel()
	b := atWork(t, workingDesk(t), questionnaireOfOpen)
	for _, typed := range []string{
		"12.500,00", "12,500.00", "12 500", "12\u00a0500 €", "12'500", "12.500,-", "€ 5", "0.500", "1.234,567", "1e5", "-5", "viel", "EUR 12500",
	} {
		readable := amountForm.MatchString(typed)
		if script := value[bool](b, fmt.Sprintf(`new RegExp(document.getElementById("revenue").dataset.pattern).test(%q)`, typed)); script != readable {
			t.Errorf("%q: the script says %v, the server %v", typed, script, readable)
		}
	}
	b.quiet()
}

// TestProblemsAreReachedFromTheSummary follows a link of the summary.
func TestProblemsAreReachedFromTheSummary(t *testing.T) {
	t.Parallel()
	b := atWork(t, workingDesk(t), questionnaireOfOpen+"?lang=en")
	b.click("[name=then][value=compare]")
	b.do(chromedp.WaitVisible(chromedp.CSS(".problems")))
	b.says(".problems", "Start is required", "Region is required")
	b.click(`.problems a[href="#region"]`)
	b.until(`document.activeElement.id === "region"`)
	b.quiet("status of 422")
}

func TestCoverIsOrderedByKeyboardAlone(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	f.choices = append(f.choices, core.AgencyChoice{AgencyNumber: core.AgencyNumber{Number: "47-2200", CollectionType: core.CollectedByBroker}})
	b := atWork(t, f, orderOfCalculated+"?offer=o1&lang=en")
	b.tabTo("[name=agency]")
	b.press(kb.ArrowDown)
	b.until(`document.querySelector("[name=collection]:checked").value === "broker_collection"`)
	b.tabTo("[name=collection]")
	b.tabTo("#informed")
	b.do(chromedp.KeyEvent(" "))
	b.tabTo(".order button")
	b.press(kb.Enter)
	b.do(chromedp.WaitNotPresent(chromedp.CSS("form.order")))
	wish := noted[core.OrderWish](t, f)
	if wish.AgencyNumber != "47-2200" || wish.CollectionType != core.CollectedByBroker || !wish.Informed {
		t.Errorf("ordered %+v", wish)
	}
	b.quiet()
}

// slowDesk takes orders, and answers when it is let.
type slowDesk struct {
	*fakeDesk
	arrived, released chan struct{}
}

func (s slowDesk) OrderCover(ctx context.Context, d core.Desk, wish core.OrderWish) (core.Inquiry, error) {
	s.arrived <- struct{}{}
	<-s.released
	return s.fakeDesk.OrderCover(ctx, d, wish)
}

// TestTwoClicksOrderOnce clicks again while the first order is under way.
func TestTwoClicksOrderOnce(t *testing.T) {
	t.Parallel()
	slow := slowDesk{workingDesk(t), make(chan struct{}, 2), make(chan struct{})}
	server := httptest.NewServer(DeskPages(slow, false, slog.New(slog.DiscardHandler)))
	t.Cleanup(server.Close)
	b := openTab(t)
	b.do(chromedp.Navigate(server.URL + "/desk/enter/" + deskLink))
	b.do(chromedp.Navigate(server.URL + orderOfCalculated + "?offer=o1"))
	b.click("#informed")
	b.do(chromedp.ScrollIntoView(chromedp.CSS(".order button")))
	at := value[[]float64](b, `(() => { const box = document.querySelector(".order button").getBoundingClientRect(); return [box.x + 9, box.y + 9]; })()`)
	b.do(chromedp.MouseClickXY(at[0], at[1]))
	<-slow.arrived
	b.do(chromedp.MouseClickXY(at[0], at[1]))
	close(slow.released)
	b.do(chromedp.WaitNotPresent(chromedp.CSS("form.order")))
	if again := len(slow.arrived); again > 0 {
		t.Errorf("ordered %d times more", again)
	}
	b.quiet()
}

func TestWorkFitsAPhone(t *testing.T) {
	t.Parallel()
	b, url := enterDesk(t, workingDesk(t))
	b.emulate(360, 640, "light")
	for _, page := range workPages {
		for _, lang := range languages {
			b.do(chromedp.Navigate(url + addQuery(page, "lang="+lang)))
			value[bool](b, `document.querySelectorAll("details").forEach(each => each.open = true) ?? true`)
			if width := value[int](b, `document.documentElement.scrollWidth`); width != 360 {
				t.Errorf("%s in %s is %d px wide; too wide: %q", page, lang, width,
					value[[]string](b, `[...document.querySelectorAll("body *")].filter(each => each.getBoundingClientRect().right > 361).map(each => each.className || each.tagName)`))
			}
			small := value[[]string](b, `[...document.querySelectorAll("main button, main .button, main select, main .card, main .line-input input")]
				.filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 40).map(each => each.textContent || each.id)`)
			if len(small) > 0 {
				t.Errorf("%s: fingers miss %q", page, small)
			}
		}
	}
	b.quiet()
}

// TestComparisonShowsATableOrCardsAndNeverBoth: what is not shown is not read
// out, nor reached by the keyboard.
func TestComparisonShowsATableOrCardsAndNeverBoth(t *testing.T) {
	t.Parallel()
	b := atWork(t, workingDesk(t), comparisonOfCalculated)
	for width, table := range map[int64]bool{1280: true, 390: false} {
		b.emulate(width, 800, "light")
		shown := value[[]bool](b, `[".offers", ".offer-cards"].map(each => document.querySelector(each).checkVisibility())`)
		if shown[0] != table || shown[1] == table {
			t.Errorf("%d px: table %v, cards %v", width, shown[0], shown[1])
		}
	}
	b.emulate(800, 800, "light")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".table-frame").scrollLeft = 400`))
	if stays := value[bool](b, `(() => { const frame = document.querySelector(".table-frame").getBoundingClientRect(), first = document.querySelector(".offers tbody th").getBoundingClientRect(); return Math.abs(first.left - frame.left) < 2; })()`); !stays {
		t.Error("the first column does not stay")
	}
	b.quiet()
}

func TestWorkIsReadOutInOrder(t *testing.T) {
	t.Parallel()
	b, url := enterDesk(t, workingDesk(t))
	for _, page := range workPages {
		b.do(chromedp.Navigate(url + page))
		b.checkOutline(page)
		for _, node := range b.accessible() {
			role, name := told(node.Role), strings.TrimSpace(told(node.Name))
			if slices.Contains([]string{"textbox", "radio", "radiogroup", "checkbox", "combobox", "button", "link", "region", "rowheader"}, role) && name == "" {
				t.Errorf("%s: a %s has no name", page, role)
			}
			if name == "→" || name == "‹" {
				t.Errorf("%s: the ornament %s is read out", page, name)
			}
		}
	}
	b.quiet()
}
