package document

import (
	"testing"

	"github.com/covernote/covernote/internal/insurance"
)

// cyber is the line of the fixture, with a question of every kind that lines
// ask.
func cyber() insurance.Line {
	question := func(section insurance.Text, name string, kind insurance.AttributeKind, label insurance.Text) insurance.Question {
		return insurance.Question{Attribute: insurance.Attribute{Name: name, Kind: kind, Label: label}, Section: section}
	}
	business, wish, contract := text("Ihr Betrieb", "Your business"), text("Gewünschter Schutz", "Cover wanted"), text("Vertrag", "Contract")
	partTime := question(business, insurance.AttributePartTime, insurance.AttributeWhole, text("Teilzeitbeschäftigte", "Part-time employees"))
	partTime.Default = "0"
	return insurance.Line{
		ID: 95, Name: text("Cyberversicherung", "Cyber insurance"),
		Questions: []insurance.Question{
			question(business, insurance.AttributeRevenue, insurance.AttributeAmount, text("Jahresumsatz ohne Umsatzsteuer im letzten abgeschlossenen Geschäftsjahr", "Turnover without VAT in the last financial year")),
			question(business, insurance.AttributeFullTime, insurance.AttributeWhole, text("Vollzeitbeschäftigte", "Full-time employees")),
			partTime,
			question(business, insurance.AttributeFoundedOn, insurance.AttributeDate, text("Gründung", "Founded on")),
			question(business, "backups", insurance.AttributeFlag, text("Werden die Daten mindestens wöchentlich gesichert?", "Is data backed up at least weekly?")),
			question(business, "payroll", insurance.AttributeAmount, text("Lohn- und Gehaltssumme", "Payroll")),
			question(wish, insurance.AttributeSumInsured, insurance.AttributeAmount, text("Versicherungssumme", "Sum insured")),
			question(wish, insurance.AttributeDeductible, insurance.AttributeAmount, text("Selbstbeteiligung", "Deductible")),
			question(contract, insurance.AttributeStartsOn, insurance.AttributeDate, text("Beginn", "Start")),
			question(contract, insurance.AttributeInterval, insurance.AttributeWhole, text("Zahlungsweise", "Payable")),
		},
	}
}

// coffee is an inquiry of a café.
func coffee() Inquiry {
	return Inquiry{
		Number: 1878887, Line: cyber(),
		Profession: insurance.Profession{
			ID: 258, Name: text("Café", "Café"), Industry: insurance.Industry{ID: 113, Name: text("Gastronomie", "Catering")},
		},
		Answers: map[string]string{
			insurance.AttributeRevenue: "480000", insurance.AttributeFullTime: "4", insurance.AttributeFoundedOn: "2014-05-02",
			"backups": "true", insurance.AttributeSumInsured: "250000", insurance.AttributeDeductible: "500",
			insurance.AttributeStartsOn: "2026-12-01", insurance.AttributeInterval: "3",
		},
		Broker: insurance.Party{
			Company: "Maklerhaus Brückner & Söhne GmbH", FirstName: "Jörg", LastName: "Brückner", Country: "DE",
			Email: "kontakt@brueckner-makler.example", Phone: "+49 511 9876540",
			Address: insurance.Address{Street: "Lange Laube", HouseNumber: "18", PostalCode: "30159", City: "Hannover"},
		},
		BrokerRegister: "D-ABCD-1E2F3-45",
		Customer: insurance.Party{
			Company: "Café Sonnenschein Yıldız & Kowalczyk GmbH", Salutation: insurance.SalutationMs, FirstName: "Elif", LastName: "Yıldız", Country: "DE",
			Email: "elif@cafe-sonnenschein.example", Phone: "+49 30 5550123", VATID: "DE123456789",
			Address: insurance.Address{Street: "Schönhauser Allee", HouseNumber: "102", PostalCode: "10439", City: "Berlin"},
		},
		BusinessAddress: insurance.Address{Street: "Kastanienallee", HouseNumber: "7", PostalCode: "10435", City: "Berlin"},
	}
}

// asking is an insurer's product of the line.
func asking(t testing.TB, insurer string, name insurance.Text) insurance.Product {
	t.Helper()
	p := gadgets(t)
	p.Line, p.Code, p.Name, p.Insurer.Name = 95, "CYBER", name, insurer
	p.Coverages = []insurance.Coverage{
		{Name: text("Kosten der Wiederherstellung von Daten und Systemen", "Cost of restoring data and systems")},
		{Name: text("Ertragsausfall nach einem Angriff, ab der zwölften Stunde", "Loss of earnings after an attack, from the twelfth hour")},
		{Name: text("Ansprüche Dritter wegen einer Verletzung des Datenschutzes", "Claims of third parties for breaches of data protection")},
		{Name: text("Erpressung", "Extortion"), Limit: text("bis 50.000 €", "up to €50,000")},
		{Name: text("Rat eines Krisenberaters rund um die Uhr", "Crisis adviser at any time"), Limit: text("ohne Obergrenze", "no limit")},
	}
	for _, name := range []string{insurance.AttributeSumInsured, insurance.AttributeDeductible, insurance.AttributeRevenue} {
		p.Attributes = append(p.Attributes, insurance.Attribute{Name: name, Kind: insurance.AttributeAmount})
	}
	return p
}

// priced is an offer with a price for a quarter.
func priced(t testing.TB, insurer string, name insurance.Text, net, gross int64) ComparedOffer {
	t.Helper()

	product := asking(t, insurer, name)
	tax := product.Markets[0].Taxes[0]
	return ComparedOffer{
		Insurer: product.Insurer, Product: product, Decision: insurance.DecisionCalculate,
		SumInsured: euros(250_000_00), Deductible: euros(500_00), Interval: insurance.Months(3),
		Premium: insurance.Premium{
			Net: euros(net), Tax: euros(gross - net), Gross: euros(gross),
			Taxes: []insurance.TaxLine{{Name: tax.Name, Rate: tax.Rate, Amount: euros(gross - net)}},
		},
		Yearly: euros(4 * gross), StartsOn: insurance.MustDate("2026-12-01"), Term: insurance.Months(12),
		ValidUntil: insurance.MustDate("2026-12-22").End(product.Markets[0].Zone),
	}
}

// compared are the offers of five insurers; the second is the cheapest.
func compared(t testing.TB) []ComparedOffer {
	t.Helper()
	tendered := priced(t, "Assekuradeur Hansekontor GmbH & Co. KG, Zweigniederlassung Bremen", text("Cyber Individuell", "Cyber Bespoke"), 12500, 14875)
	tendered.Tendered, tendered.Note, tendered.Deductible = true, "Gilt nur, wenn die Daten getrennt vom Netz gesichert werden.", insurance.Money{}
	declined := ComparedOffer{
		Product: asking(t, "Alpenrand Sach", text("Cyberpolice", "Cyber Policy")), Decision: insurance.DecisionDecline,
		Reason: text("Betriebe der Gastronomie werden nicht gezeichnet.", "Catering is not written."),
	}
	asked := ComparedOffer{
		Product: asking(t, "Rheintor Versicherungen", text("Digital-Schutzbrief", "Digital Safeguard")), Decision: insurance.DecisionTender,
		Reason: text("Bei Betrieben, die vor 2015 gegründet wurden, prüft der Versicherer zuerst.", "Businesses founded before 2015 are examined first."),
	}
	declined.Insurer, asked.Insurer = declined.Product.Insurer, asked.Product.Insurer
	return []ComparedOffer{
		priced(t, "Nordlicht Versicherung", text("Cyberschutz Komplett", "Cyber Complete"), 11000, 13090),
		priced(t, "Hanseatische Gewerbe", text("CyberPro für kleine Unternehmen", "CyberPro for small businesses"), 9850, 11722),
		tendered, declined, asked,
	}
}

func proposalOf(t testing.TB, language insurance.Language) Proposal {
	t.Helper()
	offers := compared(t)
	return Proposal{
		Inquiry: coffee(), Offers: offers, Chosen: 1, IssuedAt: issued, Zone: offers[1].Product.Markets[0].Zone, Language: language,
	}
}

func coverOrderOf(t testing.TB, language insurance.Language) CoverOrder {
	t.Helper()
	p := proposalOf(t, language)
	return CoverOrder{
		Inquiry: p.Inquiry, Offer: p.Offers[1], AgencyNumber: "4711/08-15", Collection: "broker_collection",
		CertificateNumber: "CN-7K3F-92QM-4", OrderedAt: issued, Zone: p.Zone, Language: language,
	}
}
