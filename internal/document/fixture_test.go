package document

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/covernote/covernote/internal/insurance"
)

var issued = time.Date(2026, 11, 22, 9, 41, 12, 0, time.UTC)

func text(de, en string) insurance.Text { return insurance.Text{"de": de, "en": en} }

// gadgets is a product as an insurer would describe it.
func gadgets(t testing.TB) insurance.Product {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return insurance.Product{
		Code: "GADGET", Version: 3, Name: text("Elektronikschutz Komplett", "Electronics Protection Complete"),
		Insurer: insurance.Insurer{
			Code: "NORD", Name: "Nordlicht Versicherung", LegalForm: "AG",
			Street: "Hafenstraße 12", PostalCode: "20457", City: "Hamburg", Country: "DE",
			Register: "Amtsgericht Hamburg", RegisterNumber: "HRB 123456",
			SupervisoryAuthority: "Bundesanstalt für Finanzdienstleistungsaufsicht (BaFin), Graurheindorfer Straße 108, 53117 Bonn",
			AuthorisationNumber:  "5999", InsuranceTaxNumber: "9116/807/00123",
			Email: "service@nordlicht.example", Phone: "+49 40 1234567", ClaimsURL: "https://nordlicht.example/schaden",
			ComplaintsBody: "Versicherungsombudsmann e. V., Postfach 08 06 32, 10006 Berlin", ComplaintsBodyURL: "www.versicherungsombudsmann.de",
		},
		Contract: insurance.ContractIndividual,
		Kinds:    []insurance.Kind{insurance.KindRecurring, insurance.KindFixed},
		Markets: []insurance.Market{{
			Country: "DE", Currency: "EUR", Zone: berlin,
			Taxes: []insurance.Tax{{Name: text("Versicherungsteuer", "Insurance premium tax"), Rate: insurance.MustRate("19%"), Source: "VersStG §6"}},
		}},
		Languages: []insurance.Language{"de", "en"}, MaxBehind: 28, MaxAhead: 365, WaitingPeriod: insurance.Days(14),
		ObjectTypes: []insurance.ObjectType{{Code: "SMARTPHONE", Name: text("Smartphone", "Smartphone")}},
		Attributes:  insurance.GoodsAttributes(),
		Coverages: []insurance.Coverage{
			{Name: text("Bruch- und Sturzschäden", "Accidental breakage")},
			{Name: text("Flüssigkeitsschäden", "Liquid damage")},
			{Name: text("Diebstahl, Einbruchdiebstahl und Raub", "Theft, burglary and robbery")},
			{Name: text("Unbefugte Nutzung der SIM-Karte nach Diebstahl", "Unauthorised use of the SIM card after theft"), Limit: text("bis 150 €", "up to €150")},
		},
		Tariffs: []insurance.Tariff{{
			Code: "GADGET-M", Interval: insurance.Months(1), DefaultTerm: insurance.Months(12),
			Terms:       []insurance.TermPrice{{Term: insurance.Months(12), Net: insurance.MustRate("7.99")}, {Term: insurance.Months(24), Net: insurance.MustRate("6.99")}},
			Deductibles: []int{0, 10}, DefaultDeductible: 10,
		}},
		Commission: insurance.MustRate("20%"),
		Withdrawal: insurance.Withdrawal{Days: 14, Refund: insurance.RefundProRata},
		Cancellation: insurance.Cancellation{Notice: insurance.Months(1), MaxBehind: 28, Reasons: []insurance.ReasonRule{
			{Reason: insurance.ReasonTotalLoss, PartnerMay: true, Ending: insurance.TransitionCancel, Effect: insurance.EffectReceipt, Refund: insurance.RefundProRata},
			{Reason: insurance.ReasonWithdrawal, PartnerMay: true, Ending: insurance.TransitionWithdraw, Effect: insurance.EffectReceipt, Refund: insurance.RefundProRata},
			{Reason: insurance.ReasonDuplicate, PartnerMay: true, Ending: insurance.TransitionVoid, Effect: insurance.EffectInception, Refund: insurance.RefundFull},
		}},
		Information:  map[insurance.Language]insurance.Information{"de": gadgetsInGerman(), "en": gadgetsInEnglish()},
		TermsVersion: "2026-01",
	}
}

func gadgetsInGerman() insurance.Information {
	return insurance.Information{
		Line: "Elektronikversicherung",
		Type: "Es handelt sich um eine Versicherung für tragbare elektronische Geräte. Sie ersetzt die Kosten der Reparatur oder eines gleichwertigen Geräts, wenn das versicherte Gerät beschädigt oder gestohlen wird.",
		Insured: []insurance.InformationItem{
			{Text: "Schäden durch Bruch, Sturz, Flüssigkeit und Bedienungsfehler"},
			{Text: "Diebstahl, Einbruchdiebstahl, Raub und Plünderung"},
			{Text: "Kurzschluss, Überspannung und Blitzschlag"},
			{Text: "Material- und Herstellungsfehler nach Ablauf der Gewährleistung"},
			{Text: "Unbefugte Nutzung der SIM-Karte nach Diebstahl, bis 150 €"},
			{Text: "Weltweiter Ersatz auf Reisen binnen 48 Stunden", Optional: true},
		},
		SumInsured: "Der Kaufpreis des Geräts einschließlich Umsatzsteuer, höchstens 2.500 €, je Versicherungsfall und zusammen während der Laufzeit.",
		NotInsured: []string{
			"Abnutzung, Alterung und Schäden am Akku durch normalen Gebrauch", "Kratzer, Schrammen und andere Schäden, die den Gebrauch nicht beeinträchtigen",
			"Liegenlassen, Vergessen und Verlieren des Geräts", "Schäden, für die ein Hersteller oder Händler einzustehen hat",
			"Gewerblich vermietete oder verliehene Geräte",
		},
		Restrictions: []string{
			"Schäden durch Vorsatz", "Schäden durch Krieg, Kernenergie oder behördliche Eingriffe", "Diebstahl aus einem Fahrzeug zwischen 22 und 6 Uhr",
			"Von jedem erstattungsfähigen Schaden tragen Sie 10 % selbst",
		},
		Territory:         []string{"Sie sind weltweit versichert.", "Reparaturen werden in Deutschland ausgeführt."},
		ObligationsStart:  []string{"Beantworten Sie unsere Fragen wahrheitsgemäß.", "Das Gerät muss bei Abschluss unbeschädigt und voll funktionsfähig sein."},
		ObligationsDuring: []string{"Bewahren Sie das Gerät sorgfältig und vor Diebstahl geschützt auf.", "Zahlen Sie die Beiträge rechtzeitig."},
		ObligationsClaim:  []string{"Melden Sie den Schaden unverzüglich, einen Diebstahl außerdem der Polizei.", "Legen Sie Kaufbeleg und Seriennummer vor.", "Mindern Sie den Schaden so weit wie möglich."},
		Payment:           "Der Beitrag ist monatlich im Voraus fällig, der erste sofort nach Abschluss des Vertrags. Sie zahlen über den Händler, bei dem Sie die Versicherung abgeschlossen haben.",
		Duration:          "Der Schutz beginnt um 00:00 Uhr des im Versicherungsschein genannten Tages. Er läuft 12 Monate und verlängert sich jeweils um 12 Monate, wenn er nicht gekündigt wird. Ein Vertrag mit fester Laufzeit endet von selbst.",
		Termination:       "Sie können mit einer Frist von einem Monat zum Ende der Laufzeit in Textform kündigen. Nach einem Schadenfall und nach einem Totalschaden können Sie auch früher kündigen. Die Kündigung ist an den Versicherer zu richten.",
	}
}

func gadgetsInEnglish() insurance.Information {
	return insurance.Information{
		Line: "Electronics insurance",
		Type: "This is insurance for portable electronic devices. It pays for repair or for an equivalent device when the insured device is damaged or stolen.",
		Insured: []insurance.InformationItem{
			{Text: "Damage by breakage, falls, liquids and operating errors"}, {Text: "Theft, burglary and robbery"},
			{Text: "Short circuit, overvoltage and lightning"}, {Text: "Defects of material and manufacture after the legal warranty"},
			{Text: "Worldwide replacement within 48 hours when travelling", Optional: true},
		},
		SumInsured:        "The purchase price of the device including VAT, at most €2,500, for each claim and in total during the term.",
		NotInsured:        []string{"Wear, ageing and battery damage by normal use", "Scratches that do not impair use", "Leaving, forgetting and losing the device"},
		Restrictions:      []string{"Damage caused intentionally", "War, nuclear energy or acts of authorities", "You bear 10% of each recoverable loss yourself"},
		Territory:         []string{"You are covered worldwide."},
		ObligationsStart:  []string{"Answer our questions truthfully."},
		ObligationsDuring: []string{"Keep the device safe and protected from theft."},
		ObligationsClaim:  []string{"Report the loss without delay, a theft to the police as well.", "Show proof of purchase and the serial number."},
		Payment:           "The premium is due monthly in advance, the first at once after conclusion. You pay through the shop where you took out the insurance.",
		Duration:          "Cover starts at 00:00 on the day named in the certificate. It runs for 12 months and renews for 12 months each time unless cancelled.",
		Termination:       "You may cancel in text form with one month's notice before the end of a term, and earlier after a claim or a total loss. Send the cancellation to the insurer.",
	}
}

// sold concludes a wish and gives the policy with its ledger.
func sold(t testing.TB, p insurance.Product, change func(*insurance.Proposal)) (insurance.Policy, []insurance.Entry) {
	t.Helper()
	wish := insurance.Proposal{
		Reference: "WEB-2026-004711", Tariff: "GADGET-M", InceptionOn: insurance.MustDate("2026-11-23"),
		Policyholder: insurance.Party{
			FirstName: "Łukasz", LastName: "Müller-Đặng", Email: "lukasz@example.org", Country: "DE", BirthOn: "1990-02-28",
			Address: insurance.Address{Street: "Große Straße", HouseNumber: "7a", PostalCode: "10115", City: "Berlin"},
		},
		Object: insurance.Object{Type: "smartphone", Attributes: map[string]string{
			insurance.AttributeSerialNumber: "SN-88-123456789", insurance.AttributeManufacturer: "Fairtronic",
			insurance.AttributeModel: "Model 6 Pro 256 GB", insurance.AttributeSalesPrice: "1249.90",
			insurance.AttributePurchasedOn: "2026-11-21", insurance.AttributeUndamaged: "true",
		}},
	}
	if change != nil {
		change(&wish)
	}
	tariff, ok := p.FindTariff(wish.Tariff)
	if !ok {
		t.Fatal("no such tariff")
	}
	quote, refused := p.Quote(tariff, wish, issued)
	if refused != nil {
		t.Fatal(refused)
	}
	policy, entry := insurance.Bind(quote, wish, p, "CN-7K3F-92QM-4", issued)
	return policy, []insurance.Entry{entry}
}
