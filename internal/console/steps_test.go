package console

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

const (
	firstSample = `[data-partner="0"] form.sample:first-of-type`
	firstSend   = firstSample + " .send"
)

func TestSampleIsSentAndItsWebhookOffersTheCertificate(t *testing.T) {
	t.Parallel()
	fake := startFake(t)
	b := openPage(t, fake, "?lang=en")
	b.says("#policies-empty", english["policies.empty"])
	b.click(firstSend)
	b.says(firstSample+" .answer", "200 OK", `"message": "We received your 1 orders."`, english["script.nextOK"])
	b.says("#entries .entry", "POST", "/hook", "hepster-1", english["inbox.new"],
		`"certificate_number": "I0000042"`, `"contract_premium": 5.50`)
	b.says(".number", "I0000042", "Repair protection", "5.50", "Documents (ZIP)", "Look contracts up", "Withdraw")
	b.do(chromedp.WaitNotVisible(chromedp.CSS("#inbox-empty")), chromedp.WaitNotVisible(chromedp.CSS("#policies-empty")))
	b.quiet()
}

func TestCertificateIsFetchedLookedUpAndWithdrawn(t *testing.T) {
	t.Parallel()
	fake := startFake(t)
	fake.deliver("/hook", `{"contracts":[{"certificate_number":"I0000042","product":"Repair protection"}]}`)
	b := openPage(t, fake, "?lang=en")
	b.keepNoFiles()
	b.click(`.number button[title$="/cancel"]`)
	b.says(".number .answer", "200 OK", `"I0000042"`, english["script.nextOK"])
	b.click(`.number button[title$="/lookup"]`)
	b.says(".number .answer", "200 OK", "5.50")
	b.click(`.number button[title*="/documents/"]`)
	b.says(".number .answer", "200 OK", "I0000042.zip, 1 kB, saved by your browser.")
	if name := value[string](b, `document.querySelector(".number .answer a[download]").download`); name != "I0000042.zip" {
		t.Errorf("the documents are saved as %q", name)
	}
	b.quiet()
}

// keepNoFiles lets the tab download nothing to this machine.
func (b *tab) keepNoFiles() {
	b.t.Helper()
	_, err := chromedp.CallBrowser(b.ctx, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior: cdpbrowser.SetDownloadBehaviorBehaviorDeny, BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID})
	if err != nil {
		b.t.Fatalf("deny downloads: %v", err)
	}
}

func TestRefusedOrderSaysWhatToDo(t *testing.T) {
	t.Parallel()
	b := openPage(t, startFake(t), "?lang=en")
	b.click(firstSample + " summary")
	b.do(chromedp.SetValue(chromedp.CSS(firstSample+" textarea"), `{"Contract":{}}`))
	b.click(firstSend)
	b.says(firstSample+" .answer", "400 Bad Request", "Validation error", english["script.next4xx"])
	b.says("#status", "Insure a phone: 400 Bad Request")

	b.click(firstSample + " [type=reset]")
	b.click(firstSend)
	b.says(firstSample+" .answer", "200 OK")
	b.quiet("status of 400")
}

func TestClockMovesByButtonAndBringsTheSamplesUpToDate(t *testing.T) {
	t.Parallel()
	fake := startFake(t)
	b := openPage(t, fake, "?lang=en")
	b.says("#now", "21 November 2026")
	b.click("[data-advance=P30D]")
	b.says("#clock-progress", "Moving the clock by P30D", "messages meanwhile: 1") // the fake holds the move
	b.do(chromedp.WaitVisible(chromedp.CSS("#clock-progress progress")))
	b.says("#entries .entry", "renewal notice")

	b.click("[data-advance=P30D]")
	b.says("#status", english["script.stillMoving"])

	fake.release <- struct{}{}
	b.says("#now", "21 December 2026")
	b.says("#status-now", "21 December 2026")
	b.says("#status", "Moved by P30D in", "Messages on the way: 1")
	b.do(chromedp.WaitNotVisible(chromedp.CSS("#clock-progress")))
	b.until(fmt.Sprintf(`document.querySelector(%q).value.includes("2026-12-21")`, firstSample+" textarea"))
	b.says("#curl-0", "2026-12-21")
	b.quiet()
}

func TestClockRenewsWhatRequestsAreSignedBy(t *testing.T) {
	t.Parallel()
	fake := startFake(t)
	fake.deliver("/hook", `{"contracts":[{"certificate_number":"I0000042","product":"Repair protection"}]}`)
	b := openPage(t, fake, "?lang=en")
	b.says(".number", "I0000042")
	fake.release <- struct{}{}
	b.click("[data-advance=P30D]")
	b.says("#status", "Moved by P30D")
	b.click(firstSend)
	b.says(firstSample+" .answer", "200 OK")
	b.click(`.number button[title$="/lookup"]`)
	b.says(".number .answer", "200 OK")
	fake.mu.Lock()
	defer fake.mu.Unlock()
	if want := []string{"2026-12-21", "2026-12-21"}; !slices.Equal(fake.signed, want) {
		t.Errorf("the sample and the look-up are signed on %v, want %v", fake.signed, want)
	}
	b.quiet()
}

func TestClockThatSomebodyElseMovesIsSaid(t *testing.T) {
	t.Parallel()
	fake := startFake(t)
	fake.beginMove()
	b := openPage(t, fake, "?lang=en")
	b.click("[data-advance=P30D]")
	b.says("#clock-problem", "the clock is moving", "wait for the first move to answer, then ask again")
	b.says("#status", "the clock is moving")
	if busy := value[bool](b, `document.getElementById("clock-panel").hasAttribute("aria-busy")`); busy {
		t.Error("the clock still looks busy")
	}
	b.quiet("status of 409")
}

func TestClockRefusesWhatIsNoDuration(t *testing.T) {
	t.Parallel()
	b := openPage(t, startFake(t), "?lang=en")
	b.click("#clock-other button")
	b.says("#clock-problem", english["script.durationWanted"])
	if focused := value[string](b, `document.activeElement.id`); focused != "advance" {
		t.Errorf("the focus is on %q, want the field to fill in", focused)
	}
	b.do(chromedp.SendKeys(chromedp.CSS("#advance"), "soon\r"))
	b.says("#clock-problem", "SOON is no duration.", "Write it as ISO 8601 says")
	b.quiet("status of 400")
}

func TestInboxIsTakenDownAndEmptied(t *testing.T) {
	t.Parallel()
	fake := startFake(t)
	fake.deliver("/hook", `{"event":"first"}`)
	b := openPage(t, fake, "?lang=en")
	b.says("#entries", "/hook")
	b.click("#inbox-fail")
	b.says("#status", english["script.failing"])
	fake.mu.Lock()
	posted := strings.Join(fake.answers, "\n")
	fake.mu.Unlock()
	if want := `{"status":500,"times":3}`; posted != want {
		t.Errorf("the inbox was told %s, want %s", posted, want)
	}
	b.click("#inbox-clear")
	b.says("#status", english["script.cleared"])
	b.do(chromedp.WaitVisible(chromedp.CSS("#inbox-empty")), chromedp.WaitNotPresent(chromedp.CSS("#entries .entry")))
	b.quiet()
}

// TestWebhookIsShownAndNotRun delivers markup, in JSON and without.
func TestWebhookIsShownAndNotRun(t *testing.T) {
	t.Parallel()
	const markup = `<img src=x onerror=document.title='run'><script>document.title='run'</script>`
	fake := startFake(t)
	fake.deliver("/"+markup, `{"certificate_number":"`+markup+`"}`)
	fake.deliver("/hook", markup)
	b := openPage(t, fake, "?lang=en")
	b.says("#entries .entry:first-child", markup)
	b.says("#entries .entry:last-child", "/"+markup)
	b.says(".number h3", markup)
	if made := value[int](b, `document.querySelectorAll("main img, main script").length`); made != 0 {
		t.Errorf("the webhook made %d elements", made)
	}
	if title := value[string](b, `document.title`); title != english["page.title"] {
		t.Errorf("the title is %q", title)
	}
	b.quiet()
}

func TestOtherPartnerIsChosen(t *testing.T) {
	t.Parallel()
	b := openPage(t, startFake(t), "?lang=en")
	b.do(chromedp.WaitNotVisible(chromedp.CSS(`[data-partner="1"]`)))
	b.click(`[name=partner][value="1"]`)
	b.do(chromedp.WaitVisible(chromedp.CSS(`[data-partner="1"]`)), chromedp.WaitNotVisible(chromedp.CSS(`[data-partner="0"]`)))
	b.says("#credentials", "Ticket Example")
	b.quiet()
}

func TestPageSpeaksGermanThroughout(t *testing.T) {
	t.Parallel()
	b := openPage(t, startFake(t), "?lang=de")
	b.says("h1", german["hero.title"])
	b.says("#now", "21. November 2026")
	b.says("#status", german["status.ready"])
	b.click(firstSend)
	b.says(firstSample+" .answer", "200 OK", german["script.nextOK"])
	b.says("#entries .entry", "/hook", german["inbox.new"])
	b.says(".number", "Dokumente (ZIP)", "Verträge nachschlagen", "Widerrufen")
	b.click(`.languages [lang=en]`)
	b.do(chromedp.WaitVisible(chromedp.CSS("html[lang=en] h1")))
	b.says("h1", english["hero.title"])
	b.quiet()
}
