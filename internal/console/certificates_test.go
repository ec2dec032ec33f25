package console

import (
	"errors"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
)

// readable text of a page: no markup, single spaced.
func readOut(page string) string {
	_, body, _ := strings.Cut(page, "<body")
	return strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString("<body"+body, " "))), " ")
}

func TestCustomersPagesKeepToThemselves(t *testing.T) {
	t.Parallel()
	broken := &fakeCertificates{failure: errors.New("dial postgres://admin:hunter2@db")}
	for name, c := range map[string]struct {
		fake   *fakeCertificates
		target string
		status int
	}{
		"certificate": {twoPolicies(t), deed, http.StatusOK},
		"product":     {twoPolicies(t), leaflet, http.StatusOK},
		"unknown":     {twoPolicies(t), "/en/coi/nothing", http.StatusNotFound},
		"elsewhere":   {twoPolicies(t), "/en/nothing", http.StatusNotFound},
		"failure":     {broken, deed, http.StatusInternalServerError},
		"no storage":  {&fakeCertificates{failure: insurance.Refuse(insurance.CodeUnavailable, "")}, leaflet, http.StatusServiceUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := c.fake.ask(t, c.target)
			if answer.Code != c.status {
				t.Errorf("status %d, want %d", answer.Code, c.status)
			}
			for header, want := range map[string]string{
				"Content-Type": "text/html; charset=utf-8", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
				"X-Content-Type-Options": "nosniff", "Vary": "Accept-Language", "Content-Language": "en", "X-Robots-Tag": "noindex, nofollow",
			} {
				if got := answer.Header().Get(header); got != want {
					t.Errorf("%s is %q, want %q", header, got, want)
				}
			}
			checkPolicy(t, answer.Header().Get("Content-Security-Policy"))
			if page := answer.Body.String(); strings.Contains(page, "<script") || strings.Contains(page, "hunter2") || strings.Contains(page, " style=") {
				t.Error("the page runs a script, has a style of its own, or tells a cause")
			}
		})
	}
}

// Whoever tries ids and tokens learns nothing from the answers.
func TestEveryRefusalIsTheSame(t *testing.T) {
	t.Parallel()
	fake := twoPolicies(t)
	unbooked := twoPolicies(t)
	unbooked.view.Package.Booked = false
	want := fake.ask(t, "/en/coi/XXXXX-XXXXX-INS?security_token="+token)
	contains(t, html.UnescapeString(want.Body.String()), "<h1>"+english["unknown"]+"</h1>", english["unknown.next"])
	for name, answer := range map[string]*httptest.ResponseRecorder{
		"wrong token": fake.ask(t, "/en/coi/"+packageID+"?security_token=aKMWa-3xknm-8y79O-qmhsq"),
		"no token":    fake.ask(t, "/en/coi/"+packageID),
		"unbooked":    unbooked.ask(t, deed),
		"wrong file":  fake.ask(t, "/en/coi/"+packageID+".pdf"),
		"no id":       fake.ask(t, "/en/coi/"),
		"no product":  fake.ask(t, "/en/pds/XXXXX-XXXXX-INS"),
		"no type":     fake.ask(t, leaflet+"?policy_type=pet_insurance_v1"),
		"no version":  fake.ask(t, leaflet+"?policy_type=parcel_insurance_v1"),
		"no file":     fake.ask(t, "/en/pds/XXXXX-XXXXX-INS.pdf"),
		"no page":     fake.ask(t, "/en/anything/else"),
		"no asset":    fake.ask(t, "/assets/0/certificate.css", "Accept-Language", "en"),
	} {
		if answer.Code != http.StatusNotFound || answer.Body.String() != want.Body.String() {
			t.Errorf("%s: %d, and the page is another one: %t", name, answer.Code, answer.Body.String() != want.Body.String())
		}
	}
}

func TestCustomersPagesSpeakTheLanguageAskedFor(t *testing.T) {
	t.Parallel()
	fake := twoPolicies(t)
	for _, c := range []struct{ prefix, accept, want string }{
		{"/de", "en", "de"}, {"/en", "de", "en"}, {"", "de-AT,de;q=0.9,en;q=0.8", "de"}, {"", "en-US,de;q=0.9", "en"},
		{"", "fr-FR", "de"}, {"", "", "de"}, {"", ";;;", "de"}, {"", "fr, en;q=0.1", "en"},
	} {
		for _, path := range []string{"/coi/" + packageID + "?security_token=" + token, "/pds/" + packageID} {
			answer := fake.ask(t, c.prefix+path, "Accept-Language", c.accept)
			if got := answer.Header().Get("Content-Language"); got != c.want || answer.Code != http.StatusOK {
				t.Errorf("%s%s for %q: %d in %q, want %q", c.prefix, path, c.accept, answer.Code, got, c.want)
			}
			contains(t, answer.Body.String(), `<html lang="`+c.want+`">`)
		}
		fake.ask(t, c.prefix+"/coi/"+packageID+".pdf?security_token="+token, "Accept-Language", c.accept)
		if string(fake.asked) != c.want {
			t.Errorf("%s for %q: the file is in %q, want %q", c.prefix, c.accept, fake.asked, c.want)
		}
	}
}

// Pages and documents speak the same languages.
func TestPagesSpeakWhatDocumentsSpeak(t *testing.T) {
	t.Parallel()
	for _, lang := range languages {
		if !slices.Contains(document.Languages(), insurance.Language(lang)) {
			t.Errorf("documents do not speak %s", lang)
		}
	}
}

// A product that is described in one language only is shown in it, on a page
// whose own words are those asked for.
func TestProductsOfOneLanguage(t *testing.T) {
	t.Parallel()
	product := parcelCover(t)
	product.Languages = []insurance.Language{"fr", "de"}
	delete(product.Information, "en")
	fake := bookedPackage(quoteOf(t, product))
	contains(t, fake.ask(t, deed).Body.String(), `<html lang="en">`, `<ul class="dashes" lang="de"><li>Melden Sie den Schaden binnen einer Woche.</li>`)
	contains(t, fake.ask(t, leaflet).Body.String(), `aria-labelledby="product-1" lang="de">`, "Zahlung bei Abschluss.", `<p class="statement" lang="en">`)
	fake.ask(t, "/en/coi/"+packageID+".pdf?security_token="+token)
	if fake.asked != "de" {
		t.Errorf("the file is in %q", fake.asked)
	}
}

func TestCertificatePageSaysEverything(t *testing.T) {
	t.Parallel()
	fake := twoPolicies(t)
	fake.view.Package.Quotes[1].Insured = []core.Insured{{Party: insurance.Party{FirstName: "Max", LastName: "Muster"}}}
	fake.view.Package.Quotes[1].Plan = "1year-monthly"
	for lang, wanted := range map[string][]string{
		"en": {
			"Certificate of insurance", "Policyholder Ada K. Example", "Booking number P97RG-NPLHL-INS", "Arranged by Tickets & More", "Premiums incl. tax £14.00",
			"Event Ticket Protection", "Certificate number CN-ETIX01", "Start 1 February 2027, 08:30 local time (Europe/London)",
			"End 30 July 2027, 20:30 local time (Europe/London)", "Sum insured £250", "Deductible none", "Insured Ada K. Example", "Event Rock am Ring",
			"Date and time 30 July 2027, 20:30", "Loss and damage on the way Sum insured", "Delay up to £50", "Net premium £5.00", "Insurance premium tax 12% £0.60",
			"Premium to pay £5.60", "Payable: once for the whole term", "https://nordlicht.example/claims", "service@nordlicht.example", "+49 40 1234567",
			"Report the loss within a week.", "Until the end of 5 December 2026 you may withdraw", "In text form, at any time.", "Nordlicht Versicherung AG",
			"Hafenstraße 12, 20457 Hamburg, Germany", "Amtsgericht Hamburg HRB 123456", "BaFin", "5999", "edition 2026-01",
			"Parcel Protection", "End 1 May 2027, 08:30 local time", "renews every 3 months if the premium is paid", "by 11 May 2027, 08:30", "Insured Max Muster",
			"10% of the recoverable loss", "Payable: 1Year-Monthly",
		},
		"de": {
			"Versicherungsschein", "Versicherungsnehmer Ada K. Example", "Beiträge inkl. Steuer 14,00 £", "Ticketschutz", "Beginn 01.02.2027, 08:30 Uhr Ortszeit (Europe/London)",
			"Versicherungssumme 250 £", "Versicherungsteuer 12 % 0,60 £", "Bis zum Ablauf des 05.12.2026 können Sie", "Melden Sie den Schaden binnen einer Woche.",
			"verlängert sich alle 3 Monate", "Veranstaltung Rock am Ring",
		},
	} {
		page := readOut(fake.ask(t, strings.Replace(deed, "/en/", "/"+lang+"/", 1)).Body.String())
		for _, want := range wanted {
			if !strings.Contains(page, want) {
				t.Errorf("%s: %q is not in %s", lang, want, page)
			}
		}
		for _, private := range []string{"ada@example.org", "+44123", token} {
			if strings.Contains(page, private) {
				t.Errorf("%s: whoever looks at the page sees %s", lang, private)
			}
		}
	}
}

func TestCertificatePageNamesTheDeductibleThatWasChosen(t *testing.T) {
	t.Parallel()
	product := parcelCover(t)
	product.Attributes = append(product.Attributes, insurance.Attribute{
		Name: insurance.AttributeDeductible, Kind: insurance.AttributeAmount, Label: both("Selbstbehalt", "Deductible"),
	})
	for value, want := range map[string]string{"250": "Deductible £250 for each claim", "0": "Deductible none"} {
		quote := quoteOf(t, product)
		quote.Policy.Deductible = 0 // a share is not asked for
		quote.Policy.Object.Attributes[insurance.AttributeDeductible] = value
		contains(t, readOut(bookedPackage(quote).ask(t, deed).Body.String()), want)
	}
}

func TestCertificatePageLeadsOn(t *testing.T) {
	t.Parallel()
	page := twoPolicies(t).ask(t, deed).Body.String()
	contains(t, page,
		`href="/en/coi/`+packageID+`.pdf?security_token=`+token+`"`, `href="/de/coi/`+packageID+`?security_token=`+token+`"`,
		`href="/en/pds/`+packageID+`"`, `href="https://nordlicht.example/claims" rel="noopener noreferrer"`, `href="mailto:service@nordlicht.example"`)
	page = twoPolicies(t).ask(t, leaflet+"?policy_type=parcel_insurance_v2").Body.String()
	contains(t, page, `href="/en/pds/`+packageID+`.pdf?policy_type=parcel_insurance_v2"`, `href="/de/pds/`+packageID+`?policy_type=parcel_insurance_v2"`)
}

// In every state the page says first whether there is cover.
func TestCertificatePageSaysWhetherThereIsCover(t *testing.T) {
	t.Parallel()
	inState := func(state insurance.PolicyState) func(*core.Package) {
		return func(p *core.Package) {
			for i := range p.Quotes {
				policy := *p.Quotes[i].Policy
				policy.State = state
				if !state.Live() || state == insurance.PolicyEnding {
					policy.Termination = &insurance.Termination{EndsOn: insurance.MustDate("2027-03-10")}
				}
				p.Quotes[i].Policy = &policy
			}
		}
	}
	unbound := func(state core.PackageState) func(*core.Package) {
		return func(p *core.Package) {
			p.State = state
			for i := range p.Quotes {
				p.Quotes[i].Policy, p.Quotes[i].State = nil, state
			}
		}
	}
	for name, c := range map[string]struct {
		change         func(*core.Package)
		kind, one, two string
		file           bool
	}{
		"bound":     {inState(insurance.PolicyBound), "good", "Confirmed", "Confirmed", true},
		"ending":    {inState(insurance.PolicyEnding), "busy", "Ends on 11 March 2027", "Confirmed", true},
		"expired":   {inState(insurance.PolicyExpired), "bad", "Expired on 11 March 2027", "Ended, no cover", true},
		"lapsed":    {inState(insurance.PolicyLapsed), "bad", "Lapsed on 11 March 2027", "Ended, no cover", true},
		"cancelled": {inState(insurance.PolicyCancelled), "bad", "Cancelled, last day of cover 11 March 2027", "Ended, no cover", true},
		"withdrawn": {inState(insurance.PolicyWithdrawn), "bad", "Withdrawn", "Ended, no cover", true},
		"void":      {inState(insurance.PolicyVoid), "bad", "Annulled", "Ended, no cover", true},
		"pending":   {unbound(core.PackagePending), "busy", "Awaiting payment, no cover yet", "Awaiting payment, no cover yet", false},
		"failed":    {unbound(core.PackageFailed), "bad", "Not concluded, no cover", "Not concluded, no cover", false},
		"given up":  {unbound(core.PackageCancelled), "bad", "Ended, no cover", "Ended, no cover", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for want, fake := range map[string]*fakeCertificates{c.one: bookedPackage(quoteOf(t, parcelCover(t))), c.two: twoPolicies(t)} {
				c.change(&fake.view.Package)
				page := fake.ask(t, deed).Body.String()
				first := regexp.MustCompile(`data-kind="(\w+)">([^<]*)<`).FindStringSubmatch(page)
				if several := len(fake.view.Package.Quotes) > 1; strings.ReplaceAll(first[2], "\u00a0", " ") != want || !several && first[1] != c.kind {
					t.Errorf("the page begins with %q, want %q and %s", first[1:], want, c.kind)
				}
				if got := strings.Contains(page, ".pdf?"); got != c.file {
					t.Errorf("it offers a file: %t", got)
				}
				contains(t, readOut(page), "Start 1 February 2027, 08:30 local time (Europe/London)")
			}
		})
	}
}

func TestTotalLeavesOutWhatWasCancelled(t *testing.T) {
	t.Parallel()
	fake := twoPolicies(t)
	fake.view.Package.Quotes[0].State = core.PackageCancelled
	contains(t, readOut(fake.ask(t, deed).Body.String()), "Premiums incl. tax £8.40")
	if single := bookedPackage(quoteOf(t, parcelCover(t))).ask(t, deed).Body.String(); strings.Contains(single, english["certificate.total"]) {
		t.Error("a single policy is summed up")
	}
}

func TestGroupContractsAreConfirmed(t *testing.T) {
	t.Parallel()
	product := parcelCover(t)
	product.Contract = insurance.ContractGroup
	page := readOut(bookedPackage(quoteOf(t, product)).ask(t, deed).Body.String())
	contains(t, page, english["certificate.group"], english["certificate.person"]+" Ada K. Example")
}

func TestPagesOfASandboxAreMarked(t *testing.T) {
	t.Parallel()
	fake := twoPolicies(t)
	for _, target := range []string{deed, leaflet} {
		if strings.Contains(strings.ToLower(fake.ask(t, target).Body.String()), "specimen") {
			t.Errorf("%s: a real contract is marked as none", target)
		}
	}
	fake.view.Sandbox, fake.products[0].Sandbox = true, true
	contains(t, fake.ask(t, deed).Body.String(), `<strong class="stamp">Specimen</strong>`, english["certificate.specimen"])
	contains(t, fake.ask(t, leaflet).Body.String(), `<strong class="stamp">Specimen</strong>`, english["product.specimen"])
}

func TestCustomersPagesEscapeWhatTheyAreTold(t *testing.T) {
	t.Parallel()
	markup := `"><script>steal()</script><img src=x onerror=steal()>`
	hostile := markup + "\u202e\u2066\x00\r\n"
	fake := twoPolicies(t)
	fake.view.PartnerName, fake.view.Package.ID = hostile, hostile
	fake.view.Package.Holder = insurance.Party{FirstName: insurance.Personal(hostile)}
	quote := &fake.view.Package.Quotes[0]
	quote.Policy.Object.Attributes["event_name"], quote.Policy.CertificateNumber = hostile, hostile
	quote.Insured = []core.Insured{{Party: insurance.Party{Company: insurance.Personal(hostile)}}}
	quote.Product.Insurer.ClaimsURL, quote.Product.Insurer.Email = "javascript:steal()", markup
	quote.Product.Name = both(markup, markup)
	fake.products[0].Product = quote.Product
	for _, target := range []string{deed, leaflet, leaflet + `?policy_type="><script>`, `/en/coi/"><script>?security_token="><script>`} {
		page := fake.ask(t, target).Body.String()
		for _, raw := range []string{"<script", "<img", "javascript:", "\u202e", "\u2066", "\x00"} {
			if strings.Contains(page, raw) {
				t.Errorf("%s: the page has a raw %q", target, raw)
			}
		}
	}
	contains(t, fake.ask(t, deed).Body.String(), "<bdi>"+html.EscapeString(markup)+"</bdi>")
}

func TestCertificateAsAFile(t *testing.T) {
	t.Parallel()
	answer := twoPolicies(t).ask(t, "/en/coi/"+packageID+".pdf?security_token="+token)
	checkFile(t, answer, `inline; filename=certificate-P97RG-NPLHL-INS.pdf`)
}

func checkFile(t *testing.T, answer *httptest.ResponseRecorder, disposition string) {
	t.Helper()
	if answer.Code != http.StatusOK || !strings.HasPrefix(answer.Body.String(), "%PDF-") {
		t.Errorf("status %d with %d bytes", answer.Code, answer.Body.Len())
	}
	for header, want := range map[string]string{
		"Content-Type": "application/pdf", "Content-Disposition": disposition, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
		"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "frame-ancestors 'none'", "X-Robots-Tag": "noindex, nofollow",
	} {
		if got := answer.Header().Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
}

func TestProductPageHasThePrescribedHeadingsInOrder(t *testing.T) {
	t.Parallel()
	for lang, wanted := range map[string][]string{
		"en": {
			"Insurance Product Information Document", "Transport insurance", "Parcel Protection", "Company Nordlicht Versicherung AG, Hafenstraße 12", "Registered in Germany",
			"Product edition PARC01, 2", "Edition of the terms 2026-01", "This document is a short summary", "What is this type of insurance?", "What is insured?", "A+", "£1,000",
			"Optional, for an additional premium", "B optional", "What is not insured?", "C−", "Are there any restrictions on cover?", "D!", "Where am I covered?", "UK",
			"What are my obligations?", "At the start", "E", "During the term", "F", "When you claim", "Report the loss within a week.", "When and how do I pay?",
			"When does the cover start and end?", "How do I cancel the contract?", "In text form",
		},
		"de": {
			"Informationsblatt zu Versicherungsprodukten", "Um welche Art von Versicherung handelt es sich?", "Was ist versichert?", "Was ist nicht versichert?",
			"Gibt es Deckungsbeschränkungen?", "Wo bin ich versichert?", "Welche Verpflichtungen habe ich?", "Wann und wie zahle ich?",
			"Wann beginnt und endet die Deckung?", "Wie kann ich den Vertrag kündigen?",
		},
	} {
		rest := readOut(twoPolicies(t).ask(t, "/"+lang+"/pds/"+packageID+"?policy_type=parcel_insurance_v2").Body.String())
		for _, want := range wanted {
			_, after, found := strings.Cut(rest, want)
			if !found {
				t.Fatalf("%s: %q does not follow in %q", lang, want, rest)
			}
			rest = after
		}
	}
}

// A product page is public: it knows no person and no price.
func TestProductPageShowsEachProductOnce(t *testing.T) {
	t.Parallel()
	fake := twoPolicies(t)
	fake.products = append(fake.products, fake.products[0])
	page := fake.ask(t, leaflet).Body.String()
	for _, name := range []string{"Event Ticket Protection", "Parcel Protection"} {
		if got := strings.Count(page, ">"+name+"</h2>"); got != 1 {
			t.Errorf("%s is shown %d times", name, got)
		}
	}
	if one := fake.ask(t, leaflet+"?policy_type=event_ticket_protection_v1").Body.String(); strings.Contains(one, "Parcel Protection") {
		t.Error("another product than the one asked for is shown")
	}
	for _, private := range []string{"Example", "£5.60", token, "CN-"} {
		if strings.Contains(page, private) {
			t.Errorf("the public page tells %q", private)
		}
	}
}

func TestProductInformationAsAFile(t *testing.T) {
	t.Parallel()
	answer := twoPolicies(t).ask(t, "/en/pds/"+packageID+".pdf?policy_type=parcel_insurance_v2")
	checkFile(t, answer, "inline; filename=information-PARC01.pdf")
}

func TestCustomersPagesLoadOnlyWhatIsThere(t *testing.T) {
	t.Parallel()
	fake := twoPolicies(t)
	loaded := regexp.MustCompile(`<(?:link|img)[^>]* (?:src|href)="([^"]*)"`).FindAllStringSubmatch(fake.ask(t, deed).Body.String(), -1)
	if len(loaded) < 3 {
		t.Fatalf("the page loads %d files, want two styles and an icon", len(loaded))
	}
	for _, match := range loaded {
		if answer := fake.ask(t, match[1]); answer.Code != http.StatusOK {
			t.Errorf("%s is answered with %d", match[1], answer.Code)
		}
	}
}
