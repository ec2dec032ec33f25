package document

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-fonts/liberation/liberationsansregular"

	"github.com/covernote/covernote/internal/insurance"
)

// certificateOf is the certificate of a policy of the fixture.
func certificateOf(t testing.TB, language insurance.Language) Certificate {
	t.Helper()
	product := gadgets(t)
	policy, _ := sold(t, product, nil)
	return Certificate{Policy: policy, Product: product, IssuedAt: issued, Language: language, Partner: "Beispielshop GmbH"}
}

func rendered(t testing.TB, c Certificate) []byte {
	t.Helper()
	pdf, err := RenderCertificate(c)
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

// in fails the test for every phrase that the text does not hold.
func in(t *testing.T, text string, phrases ...string) {
	t.Helper()
	var missing []string
	for _, phrase := range phrases {
		if !strings.Contains(text, phrase) {
			missing = append(missing, phrase)
		}
	}
	if len(missing) > 0 {
		t.Errorf("%q are missing in %s", missing, text)
	}
}

func TestCertificateSaysEverything(t *testing.T) {
	t.Parallel()
	insurer := []string{
		"Nordlicht Versicherung AG", "Hafenstraße 12, 20457 Hamburg", "Amtsgericht Hamburg HRB 123456", "Bundesanstalt für Finanzdienstleistungsaufsicht",
		"9116/807/00123", "service@nordlicht.example", "+49 40 1234567", "https://nordlicht.example/schaden", "Versicherungsombudsmann e. V.", "5999",
	}
	contract := []string{
		"CN-7K3F-92QM-4", "WEB-2026-004711", "GADGET, 3", "GADGET-M", "Beispielshop GmbH", "Łukasz Müller-Đặng", "Große Straße 7a, 10115 Berlin",
		"lukasz@example.org", "SN-88-123456789", "Fairtronic", "Model 6 Pro 256 GB", "Smartphone", "2026-01", "Europe/Berlin",
	}
	for language, phrases := range map[insurance.Language][]string{
		"de": {
			"Versicherungsschein", "Versicherungsnehmer", "22.11.2026, 10:41 Uhr", "28.02.1990", "Deutschland", "1.249,90 €", "21.11.2026", "Ja, bestätigt",
			"Unbefugte Nutzung der SIM-Karte nach Diebstahl", "bis 150 €", "10 % des erstattungsfähigen Schadens", "Sie sind weltweit versichert.",
			"23.11.2026, 00:00 Uhr Ortszeit (Europe/Berlin)", "offen, bis zur Beendigung", "um 1 Jahr", "Kündigungsfrist: 1 Monat", "2 Wochen", "Fortlaufend",
			"Nettobeitrag", "7,99 €", "Versicherungsteuer", "19 %", "1,52 €", "9,51 €", "monatlich", "Der Beitrag ist monatlich im Voraus fällig",
			"innerhalb von 14 Tagen", "beigefügten Widerrufsbelehrung", "Die Kündigung ist an den Versicherer zu richten.", "einen Diebstahl außerdem der Polizei",
			"§ 19 Abs. 5 VVG", "§ 28 Abs. 4 VVG", "belegen ist: Deutschland", "Laufzeit: Deutsch.", "Datenschutzinformation", "Seite 1 von 3", "Seite 3 von 3",
		},
		"en": {
			"Certificate of insurance", "Policyholder", "22 November 2026, 10:41", "28 February 1990", "Germany", "€1,249.90", "21 November 2026", "Yes, confirmed",
			"Unauthorised use of the SIM card after theft", "up to €150", "10% of the recoverable loss", "You are covered worldwide.",
			"23 November 2026, 00:00 local time (Europe/Berlin)", "open, until you or we end it", "a further 1 year", "Notice: 1 month", "2 weeks", "Recurring",
			"Net premium", "€7.99", "Insurance premium tax", "19%", "€1.52", "€9.51", "monthly", "within 14 days", "enclosed withdrawal instruction",
			"section 19(5) of the German Insurance Contract Act", "situated: Germany", "term: English.", "data protection notice", "Page 1 of 3",
		},
	} {
		t.Run(string(language), func(t *testing.T) {
			t.Parallel()
			pdf := rendered(t, certificateOf(t, language))
			text := textOf(t, pdf)
			in(t, text, insurer...)
			in(t, text, contract...)
			in(t, text, phrases...)
			tidy(t, pdf, pageMargin)
			if strings.Contains(text, "SPECIMEN") || strings.Contains(text, "MUSTER") {
				t.Error("a real contract is marked as none")
			}
		})
	}
}

func TestCertificateOfAFixedTermUnderAGroupContract(t *testing.T) {
	t.Parallel()
	product := gadgets(t)
	product.Contract = insurance.ContractGroup
	policy, _ := sold(t, product, func(wish *insurance.Proposal) {
		wish.Term = insurance.Months(24)
		wish.Kind = insurance.KindFixed
		wish.Policyholder = insurance.Party{
			Company: "Ωmega Жук S.à r.l.", VATID: "DE123456789", FirstName: "Elif", LastName: "Yıldız-Şahin", Email: "elif@example.org", Country: "DE",
		}
		wish.Deductible = new(int)
	})
	text := textOf(t, rendered(t, Certificate{Policy: policy, Product: product, IssuedAt: issued, Language: "de", Partner: "Beispielshop GmbH"}))
	in(t, text,
		"Versicherungsbestätigung", "Nummer der Bestätigung", "Versicherte Person", "Ωmega Жук S.à r.l.", "DE123456789", "Elif Yıldız-Şahin",
		"Versicherungsnehmer des Gruppenvertrags Beispielshop GmbH", "22.11.2028, 24:00 Uhr (letzter Tag eingeschlossen)", "Der Vertrag verlängert sich nicht.",
		"Feste Laufzeit", "2 Jahre", "Selbstbeteiligung keine")
	if strings.Contains(text, "Anschrift") || strings.Contains(text, "Geburtsdatum") {
		t.Error("a label stands without a value")
	}
}

func TestALongNumberStaysOnOneLine(t *testing.T) {
	t.Parallel()
	const number = "I95228167919418631755490027877"
	for _, language := range Languages() {
		c, o := certificateOf(t, language), coverOrderOf(t, language)
		c.Policy.CertificateNumber, o.CertificateNumber = number, number
		for name, pdf := range map[string][]byte{"certificate": rendered(t, c), "order": ordered(t, o)} {
			text := textOf(t, pdf)
			if begun, whole := strings.Count(text, number[:8]), strings.Count(text, number); begun != whole {
				t.Errorf("%s in %s: the number is broken in %d of %d places", name, language, begun-whole, begun)
			}
		}
	}
}

func TestTypeIsMadeSmallerForALongWord(t *testing.T) {
	t.Parallel()
	look := style{size: 11}
	word := strings.Repeat("8", 20)
	width := look.width(word)
	for _, c := range []struct {
		text  string
		width float64
		want  float64
	}{
		{"", width, 11}, {word, width, 11}, {word + " " + word, width, 11}, {word, width * 10 / 11, 10}, {"an " + word, width * 10 / 11, 10},
		{word, width * smallest / 11, smallest}, {word, width / 2, 11},
	} {
		if got := look.fit(c.text, c.width).size; math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%q in %.1f mm is set in %.2f, want %.2f", c.text, c.width, got, c.want)
		}
	}
}

func TestEveryPageOfASpecimenSaysSo(t *testing.T) {
	t.Parallel()
	for language, mark := range map[insurance.Language]string{"de": "MUSTER · SPECIMEN – dieses Dokument", "en": "SPECIMEN – this document"} {
		c := certificateOf(t, language)
		c.Specimen = true
		pages := pagesOf(t, rendered(t, c))
		if len(pages) < 2 {
			t.Fatal("the certificate was expected to have several pages")
		}
		for n, page := range pages {
			if !strings.Contains(page, mark) {
				t.Errorf("%s: page %d is not marked", language, n+1)
			}
		}
	}
}

func TestFontsAreEmbeddedInPart(t *testing.T) {
	t.Parallel()
	pdf := rendered(t, certificateOf(t, "de"))
	fonts := strings.Split(strings.TrimSpace(ask(t, pdf, "pdffonts")), "\n")[2:]
	if len(fonts) != 2 {
		t.Fatalf("there are %d typefaces instead of 2: %q", len(fonts), fonts)
	}
	for _, font := range fonts {
		if !strings.Contains(font, "yes yes yes") || !strings.Contains(font, "+Sans") {
			t.Errorf("it is not embedded, in part and with its Unicode: %s", font)
		}
	}
	if whole := len(liberationsansregular.TTF); len(pdf) > whole/4 {
		t.Errorf("the PDF has %d bytes, a whole typeface %d", len(pdf), whole)
	}
}

func TestDocumentsTellWhatTheyAre(t *testing.T) {
	t.Parallel()
	pdf := rendered(t, certificateOf(t, "de"))
	info := ask(t, pdf, "pdfinfo", "-isodates")
	for _, line := range []string{"Versicherungsschein CN-7K3F-92QM-4", "Nordlicht Versicherung AG", "2026-11-22T09:41:12", "A4"} {
		if !strings.Contains(info, line) {
			t.Errorf("%q is missing in\n%s", line, info)
		}
	}
	if !strings.Contains(string(pdf), "/Lang (de)") {
		t.Error("the language is not set")
	}
	if !strings.Contains(string(pdf), "/Outlines") || strings.Contains(string(pdf), "/UseOutlines") {
		t.Error("headings are not marked, or open a side bar")
	}
	mark := "/Title (\xfe\xff"
	for _, r := range german.certificate.ending {
		mark += string([]byte{byte(r >> 8), byte(r)})
	}
	if !strings.Contains(string(pdf), mark+")") {
		t.Errorf("no mark says %q", german.certificate.ending)
	}
}

// However long the text above a heading is, the heading stands on the page of
// its first line.
func TestNoHeadingEndsAPage(t *testing.T) {
	t.Parallel()
	titles := german.certificate
	headings := []string{
		titles.term, titles.premium, titles.withdrawal, titles.ending, titles.claims, titles.documents,
		titles.duties, titles.complaints, titles.law, titles.insurer,
	}
	for extra := range 30 {
		t.Run(fmt.Sprint(extra), func(t *testing.T) {
			t.Parallel()
			c := certificateOf(t, "de")
			information := c.Product.Information["de"]
			for n := range extra {
				information.Territory = append(information.Territory, fmt.Sprintf("Land Nummer %d", n))
			}
			c.Product.Information["de"] = information
			for n, page := range pagesOf(t, rendered(t, c)) {
				body, _, found := strings.Cut(page, "Nordlicht Versicherung AG · Hafenstraße")
				if !found {
					t.Fatalf("page %d has no foot", n+1)
				}
				lines := strings.Split(strings.TrimSpace(body), "\n")
				for _, heading := range headings {
					if strings.TrimSpace(lines[len(lines)-1]) == heading {
						t.Errorf("page %d ends with the heading %q", n+1, heading)
					}
				}
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Certificate){
		"no wording":     func(c *Certificate) { c.Language = "xx" },
		"no description": func(c *Certificate) { delete(c.Product.Information, "de") },
		"no issue":       func(c *Certificate) { c.IssuedAt = time.Time{} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := certificateOf(t, "de")
			change(&c)
			if pdf, err := RenderCertificate(c); err == nil || pdf != nil {
				t.Errorf("it was rendered: %d bytes, %v", len(pdf), err)
			}
		})
	}
}

// The bytes of a document are its identity: rendering it again changes nothing.
func TestSameInputSameBytes(t *testing.T) {
	t.Parallel()
	for _, language := range Languages() {
		for name, render := range renderings(t, language) {
			t.Run(string(language)+" "+name, func(t *testing.T) {
				t.Parallel()
				first, err := render()
				if err != nil {
					t.Fatal(err)
				}
				for range 5 {
					again, err := render()
					if err != nil {
						t.Fatal(err)
					}
					if !bytes.Equal(again, first) {
						t.Fatal("the bytes differ")
					}
				}
			})
		}
	}
}

// renderings are all documents of the fixture; each call builds its input anew.
func renderings(t testing.TB, language insurance.Language) map[string]func() ([]byte, error) {
	return map[string]func() ([]byte, error){
		"certificate": func() ([]byte, error) { return RenderCertificate(certificateOf(t, language)) },
		"information": func() ([]byte, error) {
			return RenderInformation(Information{Product: gadgets(t), Country: "DE", Language: language, IssuedAt: issued})
		},
		"withdrawal": func() ([]byte, error) {
			return RenderWithdrawalInstruction(WithdrawalInstruction{Product: gadgets(t), Country: "DE", Language: language, IssuedAt: issued})
		},
		"cancellation": func() ([]byte, error) {
			return RenderCancellationConfirmation(confirmationOf(t, language, insurance.ReasonTotalLoss))
		},
		"proposal":    func() ([]byte, error) { return RenderProposal(proposalOf(t, language)) },
		"cover order": func() ([]byte, error) { return RenderCoverOrder(coverOrderOf(t, language)) },
	}
}

// What counts is the time of the processors, whoever else is at work on them.
func BenchmarkCertificate(b *testing.B) {
	for name, holder := range map[string]string{"everyday": "Erika Müller", "rare": "Łukasz Đặng"} {
		b.Run(name, func(b *testing.B) {
			c := named(b, holder)
			b.ReportAllocs()
			size, from := len(rendered(b, c)), processorTime(b)
			for b.Loop() {
				rendered(b, c)
			}
			b.ReportMetric(float64(processorTime(b)-from)/float64(time.Millisecond)/float64(b.N), "cpu-ms/op")
			b.ReportMetric(float64(size), "bytes")
		})
	}
}

// processorTime is what this process has used of all processors.
func processorTime(t testing.TB) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
