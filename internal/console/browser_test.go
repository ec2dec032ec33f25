package console

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium gives the browser's path, or ends the test.
func chromium(t *testing.T) string {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("COVERNOTE_TEST_WITHOUT"), ","), "browser") {
		t.Skip("NOT RUN: --without=browser")
	}
	if given := os.Getenv("COVERNOTE_TEST_CHROMIUM"); given != "" {
		return given
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	t.Fatal("browser tests need Chromium: run go run ./internal/ci (or go run ./internal/ci --without=browser)")
	return ""
}

// browser is one Chromium for all tests of the package; each opens tabs of
// its own.
var browser struct {
	once sync.Once
	ctx  context.Context
	stop func()
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if browser.stop != nil {
		browser.stop()
	}
	os.Exit(code)
}

func startBrowser(program string) {
	profile, err := os.MkdirTemp("", "covernote-chromium-")
	if err != nil {
		browser.err = err
		return
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(program), chromedp.UserDataDir(profile),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.WSURLReadTimeout(time.Minute))
	ctx, stop := chromedp.NewContext(allocator)
	browser.ctx = ctx
	browser.stop = func() {
		stop()
		stopAllocator()
		if err := os.RemoveAll(profile); err != nil {
			fmt.Fprintln(os.Stderr, "remove the browser's profile:", err)
		}
	}
	browser.err = chromedp.Do(ctx)
}

// tab is a browser window on the page, and what its console said.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu         sync.Mutex
	complaints []string
}

// openTab opens a window of its own, without cookies or cache, that has the
// focus and holds still.
func openTab(t *testing.T) *tab {
	t.Helper()
	program := chromium(t)
	browser.once.Do(func() { startBrowser(program) })
	if browser.err != nil {
		t.Fatalf("start %s: %v", program, browser.err)
	}
	ctx, cancel := chromedp.NewContext(browser.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	opened := &tab{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, opened.listen); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	opened.ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	opened.emulate(1280, 900, "light")
	if _, err := chromedp.Call(opened.ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		t.Fatalf("focus the tab: %v", err)
	}
	return opened
}

// openPage opens the fake sandbox's page and waits until its script runs.
func openPage(t *testing.T, fake *fakeSandbox, query string) *tab {
	t.Helper()
	b := openTab(t)
	b.load(fake.url + "/" + query)
	return b
}

// load goes to a page and waits until its script runs: the server writes the
// time's month in digits, the script in letters.
func (b *tab) load(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url))
	b.until(`/[a-z]{3}/.test(document.getElementById("now").textContent)`)
}

func (b *tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch said := event.(type) {
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, said.ExceptionDetails.Text+" "+said.ExceptionDetails.URL)
	case *runtime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, "console."+string(said.Type))
	case *cdplog.EventEntryAdded:
		b.complaints = append(b.complaints, said.Entry.Text+" "+said.Entry.URL)
	}
}

// quiet fails the test if the console said anything, but for what holds one
// of the expected texts; each of these must have been said.
func (b *tab) quiet(expected ...string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	heard := map[string]bool{}
	for _, complaint := range b.complaints {
		i := slices.IndexFunc(expected, func(text string) bool { return strings.Contains(complaint, text) })
		if i < 0 {
			b.t.Errorf("the browser's console says: %s", complaint)
			continue
		}
		heard[expected[i]] = true
	}
	for _, text := range expected {
		if !heard[text] {
			b.t.Errorf("the browser's console does not say %q", text)
		}
	}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatalf("%v; the status line says %q", err, b.status())
	}
}

// status is what the page's status line says, if it can still be asked.
func (b *tab) status() string {
	said, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.getElementById("status")?.innerText ?? document.title`))
	if err != nil {
		return err.Error()
	}
	return said
}

// until waits for a JavaScript expression to hold, on this page or on the one
// that takes its place meanwhile.
func (b *tab) until(expression string) {
	b.t.Helper()
	for {
		_, err := chromedp.Run(b.ctx, chromedp.Poll[bool]("!!("+expression+")"))
		if err == nil {
			return
		}
		if !strings.Contains(err.Error(), pageGone) {
			b.t.Fatalf("wait for %s: %v; the status line says %q", expression, err, b.status())
		}
	}
}

// pageGone is how Chromium says that the page that was asked is no longer there.
const pageGone = "Cannot find context with specified id"

// value gives what a JavaScript expression is.
func value[T any](b *tab, expression string) T {
	b.t.Helper()
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return found
}

// click presses the mouse on the first element that the selector finds.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

// says waits until an element's text contains all of these.
func (b *tab) says(selector string, wanted ...string) {
	b.t.Helper()
	for _, want := range wanted {
		b.until(fmt.Sprintf(`document.querySelector(%q)?.innerText.includes(%q)`, selector, want))
	}
}

// emulate sets the window's size and what its user prefers; nothing moves.
func (b *tab) emulate(width, height int64, scheme string) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme},
			{Name: "prefers-reduced-motion", Value: "reduce"},
		}})
	if err != nil {
		b.t.Fatalf("prefer %s: %v", scheme, err)
	}
}
