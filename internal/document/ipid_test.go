package document

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/insurance"
)

func informationIn(t testing.TB, language insurance.Language) []byte {
	t.Helper()
	pdf, err := RenderInformation(Information{Product: gadgets(t), Country: "DE", Language: language, IssuedAt: issued})
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

// prescribed are the title and the headings of the Annex to Regulation (EU)
// 2017/1469, letter by letter and in its order.
var prescribed = map[insurance.Language][]string{
	"de": {
		"Informationsblatt zu Versicherungsprodukten", "Um welche Art von Versicherung handelt es sich?", "Was ist versichert?", "Was ist nicht versichert?",
		"Gibt es Deckungsbeschränkungen?", "Wo bin ich versichert?", "Welche Verpflichtungen habe ich?", "Wann und wie zahle ich?",
		"Wann beginnt und endet die Deckung?", "Wie kann ich den Vertrag kündigen?",
	},
	"en": {
		"Insurance Product Information Document", "What is this type of insurance?", "What is insured?", "What is not insured?",
		"Are there any restrictions on cover?", "Where am I covered?", "What are my obligations?", "When and how do I pay?",
		"When does the cover start and end?", "How do I cancel the contract?",
	},
}

func TestInformationHasTheHeadingsInOrder(t *testing.T) {
	t.Parallel()
	for language, phrases := range prescribed {
		t.Run(string(language), func(t *testing.T) {
			t.Parallel()
			rest := textOf(t, informationIn(t, language))
			for _, phrase := range phrases {
				_, after, found := strings.Cut(rest, phrase)
				if !found {
					t.Fatalf("%q does not follow in %q", phrase, rest)
				}
				rest = after
			}
		})
	}
}

func TestInformationSaysEverything(t *testing.T) {
	t.Parallel()
	pdf := informationIn(t, "de")
	text := textOf(t, pdf)
	content := gadgetsInGerman()
	phrases := []string{
		"Elektronikversicherung", "Unternehmen: Nordlicht Versicherung AG, Hamburg", "Produkt: Elektronikschutz Komplett", "Eingetragen in: Deutschland",
		"unter Aufsicht von: Bundesanstalt", "Zulassungsnummer: 5999", "GADGET, Fassung 3, Stand 22.11.2026", "anderen Unterlagen", "Fassung 2026-01",
		"Wahlweise, gegen Mehrbeitrag Weltweiter Ersatz", content.Type, content.SumInsured, content.Payment, content.Duration, content.Termination,
	}
	for _, item := range content.Insured {
		phrases = append(phrases, item.Text)
	}
	for _, items := range [][]string{
		content.NotInsured, content.Restrictions, content.Territory, content.ObligationsStart, content.ObligationsDuring, content.ObligationsClaim,
	} {
		phrases = append(phrases, items...)
	}
	in(t, text, phrases...)
	if personal := []string{"Łukasz", "CN-7K3F"}; strings.Contains(text, personal[0]) || strings.Contains(text, personal[1]) {
		t.Error("it is about a person")
	}
	tidy(t, pdf, informationMargin)
}

func TestInformationStandsWhereTheAnnexPutsIt(t *testing.T) {
	t.Parallel()
	at := map[string]word{}
	for _, words := range wordsOf(t, informationIn(t, "de"))[:1] {
		for i, w := range words[:len(words)-2] {
			at[w.Text+" "+words[i+1].Text+" "+words[i+2].Text] = w
		}
	}
	insured, excluded, restricted := at["Was ist versichert?"], at["Was ist nicht"], at["Gibt es Deckungsbeschränkungen?"]
	where, kind := at["Wo bin ich"], at["Um welche Art"]
	if insured.XMin >= excluded.XMin || insured.YMin != excluded.YMin {
		t.Errorf("insured %+v is not on the left of excluded %+v", insured, excluded)
	}
	if restricted.XMin != excluded.XMin || restricted.YMin <= excluded.YMin {
		t.Errorf("restricted %+v is not below excluded %+v", restricted, excluded)
	}
	if kind.YMin >= insured.YMin || where.YMin <= restricted.YMin || where.XMin != insured.XMin {
		t.Errorf("the columns do not stand between %+v and %+v", kind, where)
	}
}

// Regulation (EU) 2017/1469 Art. 4(1) asks for an x that is 1.2 mm high. The
// smallest print of all is the foot of the page.
func TestLettersAreHighEnough(t *testing.T) {
	t.Parallel()
	const least = 1.2
	for _, bold := range []bool{false, true} {
		for _, size := range []float64{7, smallestBody} {
			if height := faceOf(bold).xHeightAt(size); height < least {
				t.Errorf("at %v points an x is %.2f mm high", size, height)
			}
		}
	}
	if height := faceOf(false).xHeightAt(6); height >= least {
		t.Errorf("at 6 points an x cannot be %.2f mm high: the measure is wrong", height)
	}
}

func TestInformationShrinksAndThenRefuses(t *testing.T) {
	t.Parallel()
	pages := func(extra int) (int, error) {
		product := gadgets(t)
		content := product.Information["de"]
		for n := range extra {
			content.Insured = append(content.Insured, insurance.InformationItem{Text: fmt.Sprintf("Weiterer versicherter Schaden Nummer %d, der genau beschrieben ist", n)})
		}
		product.Information["de"] = content
		pdf, err := RenderInformation(Information{Product: product, Country: "DE", Language: "de", IssuedAt: issued})
		if err != nil {
			return 0, err
		}
		tidy(t, pdf, informationMargin)
		return len(pagesOf(t, pdf)), nil
	}
	refused := false
	for extra := 0; extra <= 30; extra += 2 {
		n, err := pages(extra)
		switch {
		case errors.Is(err, ErrTooLong):
			refused = true
		case err != nil:
			t.Fatal(err)
		case n > informationPages:
			t.Errorf("with %d more items it takes %d pages", extra, n)
		case refused:
			t.Errorf("it fits with %d more items, but not with fewer", extra)
		}
	}
	if !refused {
		t.Error("nothing is ever too long")
	}
}

func TestNoInformationWhereTheProductIsNotSold(t *testing.T) {
	t.Parallel()
	if _, err := RenderInformation(Information{Product: gadgets(t), Country: "FR", Language: "de", IssuedAt: issued}); err == nil {
		t.Error("it was rendered for France")
	}
}

// Every product that ships can be put on paper, in each of its languages.
func TestTheSampleFits(t *testing.T) {
	t.Parallel()
	sample, err := catalogue.Load(catalogue.Sample())
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for entry := range sample.Entries() {
		count++
		product := entry.Product
		for _, language := range product.Languages {
			for _, market := range product.Markets {
				t.Run(fmt.Sprint(product.Code, product.Version, language, market.Country), func(t *testing.T) {
					t.Parallel()
					i := Information{Product: product, Country: market.Country, Language: language, IssuedAt: issued}
					pdf, err := RenderInformation(i)
					if err != nil {
						t.Fatal(err)
					}
					tidy(t, pdf, informationMargin)
					if product.Withdrawal.Days == 0 {
						return
					}
					pdf, err = RenderWithdrawalInstruction(WithdrawalInstruction(i))
					if err != nil {
						t.Fatal(err)
					}
					tidy(t, pdf, pageMargin)
				})
			}
		}
	}
	if count == 0 {
		t.Fatal("the sample is empty")
	}
}
