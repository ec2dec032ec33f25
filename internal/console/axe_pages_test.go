package console

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/covernote/covernote/internal/insurance"
)

// TestEverybodyCanUseTheSandbox audits the page with an answer, a webhook and a
// number on it.
func TestEverybodyCanUseTheSandbox(t *testing.T) {
	t.Parallel()
	b, fake := audited(t), startFake(t)
	b.load(fake.url + "/?lang=en")
	b.click(firstSend)
	b.says(".number", "I0000042")
	b.says(firstSample+" .answer", "200 OK")
	b.usable("sandbox")
	b.opened(fake.url, map[string]string{"/nowhere": "h1"})
}

func TestEverybodyCanReadACertificate(t *testing.T) {
	t.Parallel()
	b, url := audited(t), sandboxed(t).serve(t)
	b.opened(url, map[string]string{deed: "article", leaflet: "article", "/en/coi/unknown": "h1"})
}

// opened opens pages by their address, waits for what each must show, and
// audits it.
func (b *tab) opened(url string, shows map[string]string) {
	b.t.Helper()
	for path, selector := range shows {
		b.do(chromedp.Navigate(url + path))
		b.sees(selector)
		b.usable(path)
	}
}

// auditedDesk is a desk that finds everything wrong with a customer and an
// order, and a tab that has come in through a link.
func auditedDesk(t *testing.T) (b *tab, url string) {
	t.Helper()
	wrong := func(fields ...insurance.Field) error {
		refused := &insurance.Error{Code: insurance.CodeInvalid}
		for _, field := range fields {
			refused.Problems = append(refused.Problems, insurance.Problem{Field: field, Detail: "is required"})
		}
		return refused
	}
	f := workingDesk(t).
		refuse("SaveCustomer", wrong(insurance.FieldLastName, insurance.FieldEmail, insurance.FieldAddress)).
		refuse("OrderCover", wrong(insurance.FieldInformed, insurance.FieldEmail, insurance.FieldAgencyNumber, insurance.FieldCollectionType))
	b, url = audited(t), f.serve(t)
	b.do(chromedp.Navigate(url + "/desk/enter/" + deskLink + "?lang=de"))
	b.sees("h1")
	return b, url
}

func TestEverybodyCanUseTheDesk(t *testing.T) {
	t.Parallel()
	b, url := auditedDesk(t)
	b.opened(url, map[string]string{
		"/desk/":                            "table",
		"/desk/?status=open&q=x&line=2":     "[name=q]",
		"/desk/customers":                   "table",
		"/desk/customers?q=zzz":             ".empty",
		"/desk/customers/new":               "#last_name",
		"/desk/customers/72?notice=saved":   "[role=status]",
		"/desk/inquiries/new":               "table",
		"/desk/customers/71/inquiries":      "[name=line]",
		inquiryPath(orderedInquiry, "/end"): "#reason",
		inquiryPath(1, ""):                  "main.lost",
	})
}

func TestEverybodyCanWorkAnInquiry(t *testing.T) {
	t.Parallel()
	b, url := auditedDesk(t)
	b.opened(url, map[string]string{
		inquiryPath(openInquiry, ""):                   ".steps",
		inquiryPath(leadInquiry, ""):                   ".steps",
		inquiryPath(proposedInquiry, ""):               ".steps",
		inquiryPath(orderedInquiry, "?notice=stale"):   "[role=status]",
		inquiryPath(proposedInquiry, "/questionnaire"): ".answers-given",
		comparisonOfCalculated:                         ".work-steps",
		inquiryPath(tenderingInquiry, "/comparison"):   ".work-steps",
		inquiryPath(proposedInquiry, "/proposal"):      ".work-steps",
	})
}

func TestEverybodyIsToldWhyTheDeskIsShut(t *testing.T) {
	t.Parallel()
	b, url := auditedDesk(t)
	b.click(".broker button")
	b.sees("main.lost")
	b.usable("/desk/left")
	b.opened(url, map[string]string{"/desk/": "main.lost", "/desk/enter/" + deskLink: "main.lost"})
}

// TestEverybodyCanUseTheDesksForms audits each form as it is when something in
// it is wrong, and what comes after it.
func TestEverybodyCanUseTheDesksForms(t *testing.T) {
	t.Parallel()
	b, url := auditedDesk(t)
	for _, each := range []struct{ path, before, button, shows string }{
		{"/desk/customers/71", "", "main form button", "#problem-summary"},
		{"/desk/customers/71/inquiries", "", "main form button", "#problem-summary"},
		{questionnaireOfOpen, "", "[name=then][value=compare]", ".problems"},
		{orderOfCalculated + "?offer=o1", "", ".order button", ".problems"},
		{orderOfCalculated + "?offer=o1", `document.querySelector(".order [name=offer]").value = "o9"`, ".order button", "main .button.quiet"},
		{inquiryPath(orderedInquiry, "/end"), "", "main form button", "#problem-summary"},
		{inquiryPath(orderedInquiry, "/end"), `document.getElementById("reason").value = "ORDINARY"`, "main form button", "button.grave"},
	} {
		b.do(chromedp.Navigate(url + each.path))
		b.sees(each.button)
		if each.before != "" {
			value[string](b, each.before)
		}
		b.click(each.button)
		b.sees(each.shows)
		b.usable(strings.TrimSpace("sent " + each.path + " " + each.before))
	}
}
