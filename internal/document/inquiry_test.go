package document

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

func proposed(t testing.TB, p Proposal) []byte {
	t.Helper()
	pdf, err := RenderProposal(p)
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

func ordered(t testing.TB, o CoverOrder) []byte {
	t.Helper()
	pdf, err := RenderCoverOrder(o)
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

func TestProposalSaysEverything(t *testing.T) {
	t.Parallel()
	always := []string{
		"Maklerhaus Brückner & Söhne GmbH", "Lange Laube 18, 30159 Hannover", "D-ABCD-1E2F3-45", "kontakt@brueckner-makler.example", "1878887",
		"Café Sonnenschein Yıldız & Kowalczyk GmbH", "Schönhauser Allee 102 10439 Berlin", "Kastanienallee 7, 10435 Berlin",
		"Gilt nur, wenn die Daten getrennt vom Netz gesichert werden.", "Alpenrand Sach AG", "Rheintor Versicherungen AG",
	}
	for language, phrases := range map[insurance.Language][]string{
		"de": {
			"Versicherungsmakler nach § 34d Abs. 1 GewO", "Vermittlerregister-Nr. D-ABCD", "Frau Elif Yıldız", "Datum 22.11.2026",
			"Vorschlag Cyberversicherung · Café", "Guten Tag Elif Yıldız,", "Wir empfehlen Ihnen den Versicherer Hanseatische Gewerbe AG.",
			"Empfohlen Hanseatische Gewerbe AG CyberPro für kleine Unternehmen Beitrag inkl. Steuer 117,22 € vierteljährlich Preis gilt bis 22.12.2026 ",
			"Nordlicht Versicherung AG Cyberschutz Komplett 130,90 € vierteljährlich 523,60 € 250.000 € 500 €",
			"148,75 € vierteljährlich 595,00 € 250.000 € keine", "Individuelles Angebot des Versicherers · Gilt nur",
			"Cyberpolice lehnt ab – – –", "Betriebe der Gastronomie werden nicht gezeichnet.", "Digital-Schutzbrief auf Anfrage – – –", "vor 2015 gegründet",
			"500 € je Versicherungsfall", "Laufzeit 1 Jahr", "um 1 Jahr, wenn er nicht gekündigt wird. Kündigungsfrist: 1 Monat", "Erpressung bis 50.000 €",
			"Nettobeitrag 98,50 €", "Versicherungsteuer 19 % 18,72 €", "Zu zahlender Beitrag 117,22 €", "Beitrag im Jahr 468,88 €",
			"Preis gilt bis 22.12.2026, 24:00 Uhr", "Betriebsart Café · Gastronomie", "Geschäftsjahr 480.000 €", "Vollzeitbeschäftigte 4",
			"Teilzeitbeschäftigte 0", "Gründung 02.05.2014", "gesichert? Ja", "Selbstbeteiligung 500 €", "Zahlungsweise vierteljährlich", "noch kein Versicherungsschutz",
			"Informationsblatt zu Versicherungsprodukten, Versicherungsbedingungen 2026-01, Widerrufsbelehrung", "(§ 19 VVG)",
			"soll den empfohlenen Schutz bestellen", "lagen vor dieser Erklärung vor", "Ort, Datum Unterschrift", "Seite 1 von 3",
		},
		"en": {
			"Insurance broker (section 34d(1) GewO)", "Ms Elif Yıldız", "Proposal Cyber insurance · Café", "Hello Elif Yıldız,", "22 November 2026",
			"€117.22 quarterly €468.88 €250,000 €500", "none Individual offer by the insurer", "Cyber Policy declines – – –", "Catering is not written.",
			"Digital Safeguard on request", "Extortion up to €50,000", "Price held until 22 December 2026, 24:00", "financial year €480,000",
			"weekly? Yes", "Founded on 2 May 2014", "Insurance Product Information Document, Terms and conditions 2026-01, Withdrawal instruction",
			"Place, date Signature", "Page 1 of 3",
		},
	} {
		t.Run(string(language), func(t *testing.T) {
			t.Parallel()
			pdf := proposed(t, proposalOf(t, language))
			text := textOf(t, pdf)
			in(t, text, always...)
			in(t, text, phrases...)
			tidy(t, pdf, pageMargin)
			if strings.Contains(text, "Lohn- und Gehaltssumme") || strings.Contains(text, "Payroll") {
				t.Error("a question stands without an answer")
			}
			if strings.Contains(text, "SPECIMEN") {
				t.Error("a real proposal is marked as none")
			}
		})
	}
}

func TestCoverOrderSaysEverything(t *testing.T) {
	t.Parallel()
	for language, phrases := range map[insurance.Language][]string{
		"de": {
			"Hanseatische Gewerbe AG Hafenstraße 12 20457 Hamburg", "Deckungsauftrag Cyberversicherung · Café", "unter der Nummer CN-7K3F-92QM-4 gebunden",
			"Beginn 01.12.2026 1 Jahr", "Vermittlernummer 4711/08-15", "Inkasso Maklerinkasso: Der Makler zieht den Beitrag ein", "Bestellt 22.11.2026, 10:41 Uhr",
			"Anfragenummer 1878887", "Produktfassung CYBER, 3", "Unternehmen Café Sonnenschein", "Ansprechpartner Elif Yıldız", "DE123456789",
			"Kastanienallee 7, 10435 Berlin", "Geschäftsjahr 480.000 €", "Versicherungssumme 250.000 €", "Zu zahlender Beitrag 117,22 €", "468,88 €", "Seite 2 von 2",
		},
		"en": {
			"Cover order Cyber insurance · Café", "bound under the number CN-7K3F-92QM-4", "Agency number 4711/08-15", "Premium collected By the broker",
			"Ordered 22 November 2026, 10:41", "Premium to pay €117.22", "Page 2 of 2",
		},
	} {
		t.Run(string(language), func(t *testing.T) {
			t.Parallel()
			pdf := ordered(t, coverOrderOf(t, language))
			in(t, textOf(t, pdf), phrases...)
			tidy(t, pdf, pageMargin)
		})
	}
}

func TestCoverOrderWithoutAnAgencyNumber(t *testing.T) {
	t.Parallel()
	o := coverOrderOf(t, "de")
	o.AgencyNumber, o.Zone = "", nil
	in(t, textOf(t, ordered(t, o)), "Vermittlernummer keine", "Bestellt 22.11.2026, 09:41 Uhr")
}

func TestProposalOfLittle(t *testing.T) {
	t.Parallel()
	p := proposalOf(t, "de")
	p.Inquiry.BrokerRegister, p.Inquiry.Answers = "", nil
	p.Inquiry.Customer = insurance.Party{LastName: "Huber", Country: "AT"}
	best := &p.Offers[p.Chosen]
	best.ValidUntil, best.SumInsured = time.Time{}, insurance.Money{}
	best.Product.Withdrawal.Days, best.Product.Kinds = 0, []insurance.Kind{insurance.KindFixed}
	text := textOf(t, proposed(t, p))
	in(t, text, "Guten Tag Huber,", "Österreich", "Preis gilt bis auf Weiteres", "468,88 € – 500 €", "Versicherungsbedingungen 2026-01. Lesen Sie", "Teilzeitbeschäftigte 0")
	for _, absent := range []string{"Vermittlerregister", "Widerrufsbelehrung", "verlängert sich nach", "Jahresumsatz"} {
		if strings.Contains(text, absent) {
			t.Errorf("%q is said", absent)
		}
	}
}

func TestAProposalOfAnySizeIsShort(t *testing.T) {
	t.Parallel()
	for offers := 1; offers <= 5; offers++ {
		p := proposalOf(t, "de")
		p.Offers, p.Chosen = p.Offers[:offers], 0
		if pages := len(pagesOf(t, proposed(t, p))); pages > 3 {
			t.Errorf("%d insurers take %d pages", offers, pages)
		}
	}
}

// However much stands above it, a signature is given for the text above it.
func TestASignatureStandsBelowItsText(t *testing.T) {
	t.Parallel()
	for extra := range 20 {
		t.Run(fmt.Sprint(extra), func(t *testing.T) {
			t.Parallel()
			p := proposalOf(t, "de")
			best := &p.Offers[p.Chosen].Product
			for n := range 2 * extra {
				best.Coverages = append(best.Coverages, insurance.Coverage{Name: text(fmt.Sprint("Baustein ", n), "")})
			}
			pages := pagesOf(t, proposed(t, p))
			in(t, pages[len(pages)-1], "Ihre Entscheidung", "soll den empfohlenen Schutz bestellen", "Unterschrift")
		})
	}
}

func TestInquirySpecimens(t *testing.T) {
	t.Parallel()
	p, o := proposalOf(t, "de"), coverOrderOf(t, "en")
	p.Specimen, o.Specimen = true, true
	for mark, pdf := range map[string][]byte{"MUSTER · SPECIMEN": proposed(t, p), "SPECIMEN – this": ordered(t, o)} {
		for n, page := range pagesOf(t, pdf) {
			if !strings.Contains(page, mark) {
				t.Errorf("page %d is not marked %q", n+1, mark)
			}
		}
	}
}

func TestInquiryRefusals(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Proposal){
		"no wording":       func(p *Proposal) { p.Language = "xx" },
		"no issue":         func(p *Proposal) { p.IssuedAt = time.Time{} },
		"none chosen":      func(p *Proposal) { p.Chosen = -1 },
		"no such offer":    func(p *Proposal) { p.Chosen = len(p.Offers) },
		"no offers":        func(p *Proposal) { p.Offers, p.Chosen = nil, 0 },
		"a declined offer": func(p *Proposal) { p.Chosen = 3 },
	} {
		p := proposalOf(t, "de")
		change(&p)
		if pdf, err := RenderProposal(p); err == nil || pdf != nil {
			t.Errorf("%s: it was rendered: %d bytes, %v", name, len(pdf), err)
		}
	}
	for name, change := range map[string]func(*CoverOrder){
		"no wording": func(o *CoverOrder) { o.Language = "xx" },
		"no time":    func(o *CoverOrder) { o.OrderedAt = time.Time{} },
		"no price":   func(o *CoverOrder) { o.Offer.Decision = insurance.DecisionTender },
	} {
		o := coverOrderOf(t, "de")
		change(&o)
		if pdf, err := RenderCoverOrder(o); err == nil || pdf != nil {
			t.Errorf("%s: it was rendered: %d bytes, %v", name, len(pdf), err)
		}
	}
}

func TestHostileInquiriesAreOnlyDrawn(t *testing.T) {
	t.Parallel()
	for label, name := range hostile {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			p, o := proposalOf(t, "de"), coverOrderOf(t, "de")
			p.Inquiry = hostileInquiry(name)
			p.Offers[2].Note, o.Inquiry, o.AgencyNumber, o.Collection = strings.Repeat(name, 20), p.Inquiry, name, name
			for _, pdf := range [][]byte{proposed(t, p), ordered(t, o)} {
				tidy(t, pdf, pageMargin)
				if info := ask(t, pdf, "pdfinfo"); !strings.Contains(info, "JavaScript:      no") {
					t.Error("it has become a program")
				}
			}
		})
	}
}

// hostileInquiry has a text wherever somebody's own words appear.
func hostileInquiry(name string) Inquiry {
	i, words := coffee(), insurance.Personal(name)
	i.Broker = insurance.Party{
		Company: words, FirstName: words, LastName: words, Email: words, Phone: words, Country: insurance.Country(name),
		Address: insurance.Address{Street: words, Extra: words, HouseNumber: words, PostalCode: words, City: words, Region: words},
	}
	i.Customer, i.BrokerRegister, i.BusinessAddress = i.Broker, name, i.Broker.Address
	i.Customer.Salutation = insurance.Salutation(name)
	i.Answers = maps.Clone(i.Answers)
	for attribute := range i.Answers {
		i.Answers[attribute] = name
	}
	return i
}

func TestNotationOfTheDesk(t *testing.T) {
	t.Parallel()
	question := func(name string, kind insurance.AttributeKind) insurance.Question {
		return insurance.Question{Attribute: insurance.Attribute{Name: name, Kind: kind}}
	}
	de, en := Notation{&german}, Notation{&english}
	interval := question(insurance.AttributeInterval, insurance.AttributeWhole)
	deductible, amount := question(insurance.AttributeDeductible, insurance.AttributeAmount), question("payroll", insurance.AttributeAmount)
	for _, tt := range []struct{ got, want string }{
		{de.Interval(insurance.Months(1)), "monatlich"},
		{de.Interval(insurance.Months(3)), "vierteljährlich"},
		{de.Interval(insurance.Months(6)), "halbjährlich"},
		{en.Interval(insurance.Months(12)), "yearly"},
		{de.Answer(interval, "1"), "monatlich"},
		{en.Answer(interval, "6"), "half-yearly"},
		{de.Answer(interval, "0"), "0"},
		{de.Answer(interval, "oft"), "oft"},
		{de.Answer(deductible, "0"), "keine"},
		{en.Answer(deductible, "1000"), "€1,000"},
		{de.Answer(amount, "0"), "0 €"},
		{de.Answer(amount, "480000.5"), "480.000,50 €"},
		{de.Answer(amount, "viel"), "viel"},
		{de.Answer(amount, ""), ""},
		{de.Answer(question("x", insurance.AttributeWhole), "12345"), "12.345"},
		{en.Answer(question("x", insurance.AttributeFlag), "false"), "No"},
		{de.Answer(question("x", insurance.AttributeDate), "2014-05-02"), "02.05.2014"},
		{de.Answer(question("x", insurance.AttributeText), "wie es ist"), "wie es ist"},
		{de.Collection("insurer_collection"), "Direktinkasso: Der Versicherer zieht den Beitrag ein"},
		{en.Collection("mga_collection"), "By the underwriting agency (MGA)"},
		{en.Collection("barter"), "barter"},
	} {
		if breakable(tt.got) != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

// commercial is the certificate of a policy that an order of cover has bound.
func commercial(t testing.TB, language insurance.Language) Certificate {
	t.Helper()
	c := certificateOf(t, language)
	inquiry := coffee()
	product := asking(t, "Hanseatische Gewerbe", text("CyberPro", "CyberPro"))
	product.ObjectTypes = []insurance.ObjectType{{Code: "BUSINESS", Name: text("Betrieb", "Business")}}
	product.Attributes = []insurance.Attribute{{Name: insurance.AttributeProfession, Kind: insurance.AttributeText, Label: text("Betriebsart", "Profession")}}
	for _, q := range inquiry.Line.Questions[:8] {
		product.Attributes = append(product.Attributes, q.Attribute)
	}
	c.Product, c.Profession = product, inquiry.Profession
	c.Policy.Object = insurance.Object{Type: "business", Attributes: inquiry.Answers}
	c.Policy.Object.Attributes[insurance.AttributeProfession] = "258"
	c.Policy.Policyholder, c.Policy.Deductible = inquiry.Customer, 0
	return c
}

func TestCertificateOfABusiness(t *testing.T) {
	t.Parallel()
	for language, phrases := range map[insurance.Language][]string{
		"de": {
			"Versichertes Risiko Art des Risikos Betrieb Betriebsart Café", "480.000 €", "Gründung 02.05.2014", "gesichert? Ja", "250.000 €", "Selbstbeteiligung 500 € je Versicherungsfall",
			"Unternehmen Café Sonnenschein Yıldız & Kowalczyk GmbH Ansprechpartner Elif Yıldız",
		},
		"en": {"Insured risk Kind of risk", "€480,000", "€250,000", "Deductible €500 for each claim"},
	} {
		t.Run(string(language), func(t *testing.T) {
			t.Parallel()
			c := commercial(t, language)
			c.Product.Attributes[2].Label = text("Beschäftigte in Vollzeit am Tag der Anfrage einschließlich der mitarbeitenden Inhaber", "Full-time employees on the day of the inquiry, owners who work in the business included")
			pdf := rendered(t, c)
			tidy(t, pdf, pageMargin)
			text := textOf(t, pdf)
			in(t, text, phrases...)
			if strings.Contains(text, "258") {
				t.Error("a profession is called by its number")
			}
		})
	}
}

func TestDeductibleOfAProductThatAsksForAnAmount(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{"0": "keine", "2500": "2.500 € je Versicherungsfall", "": "keine"} {
		c := commercial(t, "de")
		c.Policy.Object.Attributes[insurance.AttributeDeductible] = value
		if got := breakable(Notation{&german}.DeductibleOf(c.Policy, c.Product)); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
	c := certificateOf(t, "de")
	if got := breakable(Notation{&german}.DeductibleOf(c.Policy, c.Product)); got != "10 % des erstattungsfähigen Schadens, je Versicherungsfall" {
		t.Errorf("a share is %q", got)
	}
}
