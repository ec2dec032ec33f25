package console

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

var comparisonOfCalculated = inquiryPath(calculatedInquiry, "/comparison")

// tabled is what a page's table says: the cells of each row, by the row's label.
func tabled(t *testing.T, page string) map[string][]string {
	t.Helper()
	_, table, _ := strings.Cut(page, `<table class="offers">`)
	table, _, _ = strings.Cut(table, "</table>")
	rows := map[string][]string{}
	tags := regexp.MustCompile(`<[^>]*>`)
	for _, row := range regexp.MustCompile(`(?s)<th scope="row">(.*?)</th>(.*?)</tr>`).FindAllStringSubmatch(table, -1) {
		for _, cell := range regexp.MustCompile(`(?s)<td>(.*?)</td>`).FindAllStringSubmatch(row[2], -1) {
			label := strings.TrimSpace(tags.ReplaceAllString(row[1], ""))
			rows[label] = append(rows[label], strings.TrimSpace(tags.ReplaceAllString(cell[1], "")))
		}
	}
	return rows
}

func TestOffersStandSideBySideTheCheapestFirst(t *testing.T) {
	t.Parallel()
	page := workingDesk(t).get(t, comparisonOfCalculated+"?lang=de").Body.String()
	rows := tabled(t, page)
	same := " " + wordings["de"]["offers.same"]
	for label, want := range map[string][]string{
		"Beitrag inkl. Steuer":             {"498,12\u00a0€ jährlich", "145,00\u00a0€ vierteljährlich", "612,00\u00a0€ jährlich"},
		"Beitrag im Jahr":                  {"498,12\u00a0€", "580,00\u00a0€", "612,00\u00a0€"},
		"Im Vergleich":                     {"günstigster Jahresbeitrag", "81,88\u00a0€ mehr im Jahr", "113,88\u00a0€ mehr im Jahr"},
		"Versicherungssumme" + same:        {"3.000.000\u00a0€", "3.000.000\u00a0€", "3.000.000\u00a0€"},
		"Selbstbeteiligung je Schaden":     {"250\u00a0€", "keine", "250\u00a0€"},
		"Laufzeit" + same:                  {"12 Monate", "12 Monate", "12 Monate"},
		"Beginn" + same:                    {"01.12.2026", "01.12.2026", "01.12.2026"},
		"Preis gilt bis" + same:            {"06.12.2026", "06.12.2026", "06.12.2026"},
		"Mietsachschäden" + same:           {"bis 500.000 €", "bis 500.000 €", "bis 500.000 €"},
		"Schlüsselverlust":                 {"nicht eigens genannt", "bis 50.000 €", "nicht eigens genannt"},
		"Anmerkung des Versicherers":       {"", "Nur mit Alarmanlage; bitte Nachweis beilegen.", ""},
		"Personen- und Sachschäden" + same: {"Versicherungssumme", "Versicherungssumme", "Versicherungssumme"},
	} {
		if !slices.Equal(rows[label], want) {
			t.Errorf("%s: %q, want %q", label, rows[label], want)
		}
	}
	holds(t, page, "Nordlicht Versicherung AG", `<span class="tag">von Hand angeboten</span>`, wordings["de"]["offers.change.about"])
}

func TestThoseWithoutAPriceStandLastWithTheirReason(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	for lang, reasons := range map[string][]string{
		"de": {"Umsatz über 200.000 €", "Bäckereien zeichnet der Versicherer nicht"},
		"en": {"Revenue above €200,000", "The insurer does not underwrite bakeries"},
	} {
		page := f.get(t, comparisonOfCalculated+"?lang="+lang).Body.String()
		offers, last, found := strings.Cut(page, `id="decided-tender"`)
		if !found {
			t.Fatal("nobody wants to look at the risk first")
		}
		holds(t, last, append(reasons, "Rheinblick Versicherung AG", "Alpenrand Versicherung AG", `id="decided-decline"`)...)
		for _, reason := range reasons {
			if strings.Contains(offers, reason) {
				t.Errorf("%q stands among the prices", reason)
			}
		}
	}
}

func TestWorkingIsToldInWords(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	offer := &f.inquiryIn(calculatedInquiry).Offers[0]
	offer.Product.Attributes = []insurance.Attribute{{Name: "profession", Label: both("Betriebsart", "Type of business")}}
	offer.Product.Tariffs = []insurance.Tariff{{Factors: []insurance.FactorTable{{Name: "class", Attribute: "profession"}}}}
	offer.Product.Markets = []insurance.Market{{Country: "DE", Taxes: []insurance.Tax{{Name: both("Versicherungsteuer", "Insurance premium tax")}}}}
	holds(t, f.get(t, comparisonOfCalculated+"?lang=de").Body.String(),
		"<th scope=\"row\">Grundbeitrag</th><td></td><td>350,00\u00a0€</td>",
		"<th scope=\"row\">Betriebsart: B</th><td>× 1,15</td><td>402,50\u00a0€</td>",
		`<th scope="row">odd: x</th><td>× 1,0399751552</td><td>418,5899999680</td>`,
		"<th scope=\"row\">Nettobeitrag</th><td></td><td>418,59\u00a0€, gerundet</td>",
		"<th scope=\"row\">Versicherungsteuer</th><td>19 %</td><td>79,53\u00a0€, gerundet</td>",
		"<th scope=\"row\">Bruttobeitrag</th><td></td><td>498,12\u00a0€</td>",
	)
}

// TestEveryStepOfAWorkingHasItsWord keeps the words of the steps complete.
func TestEveryStepOfAWorkingHasItsWord(t *testing.T) {
	t.Parallel()
	for _, kind := range []insurance.StepKind{
		insurance.StepBase, insurance.StepShare, insurance.StepMinimum, insurance.StepInterval, insurance.StepDiscount,
		insurance.StepPartnerPrice, insurance.StepTenderPrice, insurance.StepNet, insurance.StepGross, insurance.StepCommission,
	} {
		if got := (deskVisit{lang: "en"}).what(insurance.Step{Kind: kind}, insurance.Product{}); got == "" {
			t.Errorf("%s has no word", kind)
		}
	}
}

func TestStepsOfAnOfferFollowTheInquiry(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	propose, order := `action="/desk/inquiries/%d/offers/o2/propose"`, `href="/desk/inquiries/%d/order?offer=`
	for _, each := range []struct {
		id               int64
		proposes, orders int
	}{
		// Each offer stands in the table and on a card.
		{calculatedInquiry, 2, 6},
		{proposedInquiry, 0, 2},
		{orderedInquiry, 0, 0},
	} {
		page := f.get(t, inquiryPath(each.id, "/comparison")).Body.String()
		id := decimal(each.id)
		if got := strings.Count(page, strings.ReplaceAll(propose, "%d", id)); got != each.proposes {
			t.Errorf("%s: offer o2 can be proposed in %d places, want %d", id, got, each.proposes)
		}
		if got := strings.Count(page, strings.ReplaceAll(order, "%d", id)); got != each.orders {
			t.Errorf("%s: offers can be ordered in %d places, want %d", id, got, each.orders)
		}
	}
}

func TestPriceThatIsOverCannotBeChosen(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	for n := range f.inquiryIn(calculatedInquiry).Offers {
		f.inquiryIn(calculatedInquiry).Offers[n].ValidUntil = deskNow.Add(-1)
	}
	page := f.get(t, comparisonOfCalculated+"?lang=en").Body.String()
	holds(t, page, wordings["en"]["offer.over"], wordings["en"]["offers.over"])
	if strings.Contains(page, "/propose") || strings.Contains(page, "/order?") {
		t.Error("what is not held any more can be chosen")
	}
}

func TestRiskThatNobodyCalculatesIsPutOutToTender(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	path := inquiryPath(tenderingInquiry, "/comparison")
	holds(t, f.get(t, path+"?lang=en").Body.String(), wordings["en"]["offers.tendering"])
	f.inquiryIn(tenderingInquiry).Status = core.InquiryOpen
	holds(t, f.get(t, path+"?lang=en").Body.String(), wordings["en"]["offers.none"], `action="/desk/inquiries/2144382/tender"`, "Revenue above")

	answer := f.post(t, inquiryPath(tenderingInquiry, "/tender"), "version", "3")
	leadsTo(t, answer.Code, answer.Header(), path)
	if step := noted[core.InquiryStep](t, f); step != (core.InquiryStep{ID: tenderingInquiry, Version: 3}) {
		t.Errorf("tendered from %+v", step)
	}
	f.refuse("Tender", insurance.Refuse(insurance.CodeStateForbidden, "ordered"))
	answer = f.post(t, inquiryPath(tenderingInquiry, "/tender"), "version", "3")
	leadsTo(t, answer.Code, answer.Header(), inquiryPath(tenderingInquiry, "?notice=state"))
}

func TestComparisonSaysHowThingsStand(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	for id, key := range map[int64]string{
		openInquiry: "offers.notYet", leadInquiry: "offers.lead", proposedInquiry: "offers.proposed", orderedInquiry: "offers.ordered",
	} {
		holds(t, f.get(t, inquiryPath(id, "/comparison?lang=en")).Body.String(), wordings["en"][key])
	}
}

func TestProductInformationIsShown(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	answer := f.get(t, inquiryPath(calculatedInquiry, "/offers/o2/information"))
	if got := answer.Header().Get("Content-Type"); got != "application/pdf" || !strings.HasPrefix(answer.Header().Get("Content-Disposition"), "inline") {
		t.Errorf("sent as %s, %s", got, answer.Header().Get("Content-Disposition"))
	}
	if asked := noted[string](t, f); asked != "o2" {
		t.Errorf("asked for %s", asked)
	}
	f.refuse("OfferDocument", insurance.Refuse(insurance.CodeIPIDMissing, ""))
	if answer := f.get(t, inquiryPath(calculatedInquiry, "/offers/o2/information")); answer.Code != http.StatusNotFound {
		t.Errorf("what is missing is answered with %d", answer.Code)
	}
}
