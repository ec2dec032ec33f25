package document

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/insurance"
)

// mailOf is an e-mail about two policies.
func mailOf(t testing.TB, kind string, language insurance.Language) Mail {
	t.Helper()
	product, policy := renewable(t, 3)
	ticket := tickets(t)
	return Mail{
		Kind: kind, Language: language, PartnerName: "Tickets & More", PackageID: "P97RG-NPLHL-INS",
		Lines:          []MailLine{{product, policy}, {ticket, ticketPolicy(t, ticket)}},
		Total:          insurance.Money{Minor: 7899, Currency: "GBP"},
		CertificateURL: "https://cover.example/coi/P97RG-NPLHL-INS?security_token=aKMWa-3xknm-8y79O-qmhsp",
		Holder:         insurance.Party{FirstName: "Łukasz", MiddleName: "O.", LastName: "D'Arc-Đặng"},
	}
}

func mailed(t testing.TB, m Mail) MailText {
	t.Helper()
	text, err := RenderMail(m)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// seenIn is the text of a page as a reader sees it: its last cells, no styles.
func seenIn(page string) string {
	_, body, _ := strings.Cut(page, "<body")
	body = regexp.MustCompile(`<[^>]*>`).ReplaceAllString("<body"+body, " ")
	return breakable(strings.Join(strings.Fields(html.UnescapeString(body)), " "))
}

func TestMailSaysTheSameTwice(t *testing.T) {
	t.Parallel()
	both := []string{"Łukasz O. D'Arc-Đặng,", "Tickets & More", "P97RG-NPLHL-INS", "CN-7K3F-92QM-4", "Nordlicht Versicherung AG, Hafenstraße 12"}
	for language, phrases := range map[insurance.Language][]string{
		"en": {
			"Hello ", "Tickets & More has arranged this cover for you.", "Electronics Protection Complete", "Event Ticket Protection", "Confirmed",
			"1 February 2027, 08:30 local time (Europe/London)", "30 July 2027, 20:30 local time (Europe/London)", "£8.40, once for each term",
			"£70.59, once for the whole term", "£1,260.50", "£78.99", "6 December 2026", "Open your certificate",
		},
		"de": {
			"Guten Tag ", "Tickets & More hat für Sie diesen Schutz vermittelt.", "Elektronikschutz Komplett", "Ticketschutz", "Bestätigt",
			"01.02.2027, 08:30 Uhr Ortszeit (Europe/London)", "8,40 £, einmalig je Laufzeit", "1.260,50 £", "78,99 £", "06.12.2026", "Versicherungsschein öffnen",
		},
	} {
		t.Run(string(language), func(t *testing.T) {
			t.Parallel()
			mail := mailed(t, mailOf(t, "confirmed", language))
			for name, text := range map[string]string{"text": breakable(mail.Text), "HTML": seenIn(mail.HTML)} {
				t.Run(name, func(t *testing.T) {
					in(t, text, both...)
					in(t, text, phrases...)
				})
			}
			in(t, mail.Text, "\nhttps://cover.example/coi/P97RG-NPLHL-INS?security_token=aKMWa-3xknm-8y79O-qmhsp\n")
			in(t, mail.HTML, `<html lang="`+string(language)+`">`, `href="https://cover.example/coi/P97RG-NPLHL-INS?security_token=aKMWa-3xknm-8y79O-qmhsp"`)
			if strings.Contains(mail.Subject+mail.Text+mail.HTML, "SPECIMEN") {
				t.Error("a real contract is marked as none")
			}
		})
	}
}

func TestMailOfEachKind(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string][2]string{
		"confirmed": {"Your insurance is confirmed (P97RG-NPLHL-INS)", "Ihre Versicherung ist bestätigt (P97RG-NPLHL-INS)"},
		"updated":   {"Your insurance was changed (P97RG-NPLHL-INS)", "Ihre Versicherung wurde geändert (P97RG-NPLHL-INS)"},
		"cancelled": {"Your insurance was cancelled (P97RG-NPLHL-INS)", "Ihre Versicherung wurde beendet (P97RG-NPLHL-INS)"},
	} {
		en, de := mailed(t, mailOf(t, kind, "en")), mailed(t, mailOf(t, kind, "de"))
		if en.Subject != want[0] || de.Subject != want[1] {
			t.Errorf("%s: %q and %q", kind, en.Subject, de.Subject)
		}
		title, _, _ := strings.Cut(want[0], " (")
		in(t, en.Text, title+".\n")
		in(t, en.HTML, ">"+title+"</h1>")
	}
}

func TestMailOfACancellationNamesTheRefund(t *testing.T) {
	t.Parallel()
	m := mailOf(t, "cancelled", "en")
	m.Lines = m.Lines[:1]
	m.Lines[0].Policy.State = insurance.PolicyCancelled
	m.Lines[0].Policy.Termination = &insurance.Termination{EndsOn: insurance.MustDate("2027-03-10")}
	if text := mailed(t, m).Text; strings.Contains(text, "We return") || strings.Contains(text, "Withdrawal until") {
		t.Errorf("nothing is returned, and there is nothing to withdraw from: %s", text)
	}
	m.Refund = insurance.Money{Minor: 412, Currency: "GBP"}
	mail := mailed(t, m)
	for _, text := range []string{breakable(mail.Text), seenIn(mail.HTML)} {
		in(t, text, "Cancelled, last day of cover 11 March 2027", "We return £4.12. The money goes back the way the premium was paid.")
	}
}

func TestMailOfASandboxIsMarked(t *testing.T) {
	t.Parallel()
	m := mailOf(t, "updated", "de")
	m.Specimen = true
	mail := mailed(t, m)
	for _, text := range []string{mail.Text, mail.HTML} {
		in(t, text, "SPECIMEN – diese E-Mail kommt aus einem Testsystem")
	}
	if !strings.HasPrefix(mail.Subject, "MUSTER: ") {
		t.Errorf("the subject is %q", mail.Subject)
	}
}

// An e-mail loads nothing, runs nothing and tells nobody that it was opened.
func TestMailLoadsNothing(t *testing.T) {
	t.Parallel()
	page := mailed(t, mailOf(t, "confirmed", "en")).HTML
	if found := regexp.MustCompile(`(?i)<(?:img|script|link|iframe|object|embed|form|base)\b|url\(|@import|\bsrc=|\bon\w+=`).FindString(page); found != "" {
		t.Errorf("the e-mail holds %s", found)
	}
	if links := regexp.MustCompile(`href="([^"]*)"`).FindAllString(page, -1); len(links) != 1 {
		t.Errorf("it leads to %q instead of the certificate alone", links)
	}
}

func TestMailRefuses(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Mail){
		"language": func(m *Mail) { m.Language = "xx" }, "kind": func(m *Mail) { m.Kind = "hello" }, "no policy": func(m *Mail) { m.Lines = nil },
		"script": func(m *Mail) { m.CertificateURL = "javascript:alert(1)" }, "relative": func(m *Mail) { m.CertificateURL = "/coi/X" },
		"line": func(m *Mail) { m.CertificateURL = "https://cover.example/\r\nBcc: a@b" },
	} {
		m := mailOf(t, "confirmed", "en")
		change(&m)
		if text, err := RenderMail(m); err == nil || text != (MailText{}) {
			t.Errorf("%s: it was written", name)
		}
	}
	m := mailOf(t, "confirmed", "en")
	m.CertificateURL = ""
	if mail := mailed(t, m); strings.Contains(mail.HTML+mail.Text, "Open your certificate") {
		t.Error("there is a button that leads nowhere")
	}
}

// What a person or a partner typed never becomes a header, markup or a link,
// and nothing in it is invisible.
func TestMailOnlyRepeatsNames(t *testing.T) {
	t.Parallel()
	plain := mailed(t, mailOf(t, "confirmed", "en"))
	rapid.Check(t, func(r *rapid.T) {
		pick := rapid.SampledFrom([]string{"\r\nBcc: evil@example.org", "\u202e", "\u2066", "\x00", "<script>", "</td>", "{{.}}", "http://evil.example", "evil.example/x", "Ann", " ", "\u200b", "%s"})
		name := strings.Join(rapid.SliceOf(pick).Draw(r, "parts"), "") + rapid.String().Draw(r, "rest") + string(rapid.SliceOf(rapid.Byte()).Draw(r, "bytes"))
		m := mailOf(t, "confirmed", "en")
		m.Holder, m.PartnerName, m.PackageID = insurance.Party{LastName: insurance.Personal(name)}, name, name
		m.Lines[0].Policy.CertificateNumber = "C" + name // a fact without a value would be left out
		mail := mailed(t, m)
		for _, text := range []string{mail.Subject, strings.ReplaceAll(mail.Text+mail.HTML, "\n", "")} {
			for _, c := range text {
				if unicode.In(c, unicode.Cc, unicode.Cf) {
					r.Fatalf("it holds %U", c)
				}
			}
		}
		if tags := strings.Count(mail.HTML, "<"); tags != strings.Count(plain.HTML, "<") {
			r.Fatalf("%q became markup: %d tags", name, tags)
		}
	})
}

func TestGreetingsRepeatNoMessages(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Anna":                  "Hello Anna,",
		"Dr. Anna St. John":     "Hello Dr. Anna St. John,",
		"J. R. R. Tolkien":      "Hello J. R. R. Tolkien,",
		"דוד":                   "Hello דוד,",
		"Zoë 👩":                 "Hello Zoë 👩,",
		"":                      "Hello,",
		"\u200b\r\n":            "Hello,",
		"Click evil.example":    "Hello,",
		"Click evil。example":    "Hello,",
		"see http:// evil":      "Hello,",
		"a@b":                   "Hello,",
		strings.Repeat("W", 81): "Hello,",
	} {
		if got := english.mail.greet(insurance.Party{FirstName: insurance.Personal(name)}); got != want {
			t.Errorf("%q is greeted with %q, want %q", name, got, want)
		}
	}
	if got := english.mail.greet(insurance.Party{Company: "Ωmega AG", LastName: "X"}); got != "Hello Ωmega AG," {
		t.Errorf("a company is greeted with %q", got)
	}
}
