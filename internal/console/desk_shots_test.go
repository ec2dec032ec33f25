package console

import (
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

func TestShots(t *testing.T) {
	f := workingDesk(t)
	f.inquiryIn(tenderingInquiry).Status = "open"
	url := f.serve(t)
	b := openTab(t)
	if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: secretCookie, Value: deskSecret, URL: url + "/desk/"}); err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{
		"ask":      inquiryPath(openInquiry, "/questionnaire"),
		"closed":   inquiryPath(proposedInquiry, "/questionnaire"),
		"compare":  inquiryPath(calculatedInquiry, "/comparison"),
		"none":     inquiryPath(tenderingInquiry, "/comparison"),
		"proposal": inquiryPath(proposedInquiry, "/proposal"),
		"order":    inquiryPath(calculatedInquiry, "/order?offer=o1"),
	}
	for _, size := range [][2]int64{{1280, 900}, {390, 800}} {
		for _, scheme := range []string{"light", "dark"} {
			b.emulate(size[0], size[1], scheme)
			for name, page := range pages {
				if only := os.Getenv("SHOT"); only != "" && only != name {
					continue
				}
				b.do(chromedp.Navigate(url + page))
				shot, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(90))
				if err != nil {
					t.Fatal(err)
				}
				os.WriteFile(fmt.Sprintf("/tmp/deskb/%s-%d-%s.jpg", name, size[0], scheme), shot, 0o644)
				if w := value[int](b, `document.documentElement.scrollWidth`); w > int(size[0]) {
					t.Errorf("%s %d: %d wide", name, size[0], w)
				}
			}
		}
	}
}
