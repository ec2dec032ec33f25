package console

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/insurance"
)

func typedQuestion(kind insurance.AttributeKind, options ...string) insurance.Question {
	return insurance.Question{Attribute: insurance.Attribute{Name: "x", Kind: kind}, Options: options}
}

func TestAnswersAreReadAsTheyAreTyped(t *testing.T) {
	t.Parallel()
	amount, whole, date := typedQuestion(insurance.AttributeAmount), typedQuestion(insurance.AttributeWhole), typedQuestion(insurance.AttributeDate)
	for _, each := range []struct {
		question   insurance.Question
		typed      string
		want       string
		unreadable bool
	}{
		{amount, "12500", "12500", false},
		{amount, "12.500", "12500", false},
		{amount, "12,500", "12500", false},
		{amount, "12.500,00", "12500.00", false},
		{amount, "12,500.00", "12500.00", false},
		{amount, "12500.5", "12500.5", false},
		{amount, "12500,5", "12500.5", false},
		{amount, "1.234.567,89", "1234567.89", false},
		{amount, "1,234,567.89", "1234567.89", false},
		{amount, "12 500,50", "12500.50", false},
		{amount, "12\u00a0500 €", "12500", false},
		{amount, "12\u202f500 €", "12500", false},
		{amount, "12'500.50", "12500.50", false},
		{amount, "12’500", "12500", false},
		{amount, "€ 12,500", "12500", false},
		{amount, "EUR 12500", "12500", false},
		{amount, "12.500,- €", "12500", false},
		{amount, "12.500,– EUR", "12500", false},
		{amount, " 0012500 ", "12500", false},
		{amount, "0", "0", false},
		{amount, "0,50", "0.50", false},
		{amount, "", "", false},
		{amount, "   ", "", false},
		{amount, "0.500", "", true},
		{amount, "12500.500", "", true},
		{amount, "12.50.00", "", true},
		{amount, "1.234,567", "", true},
		{amount, "1.234,567.89", "", true},
		{amount, "12.5000", "", true},
		{amount, "12,500,00", "", true},
		{amount, "-12500", "", true},
		{amount, "1e5", "", true},
		{amount, "2,5 Mio", "", true},
		{amount, "zwölf", "", true},
		{amount, "1 2500", "", true},
		{whole, "12", "12", false},
		{whole, "1.200", "1200", false},
		{whole, "1,200,000", "1200000", false},
		{whole, "0", "0", false},
		{whole, "007", "7", false},
		{whole, "1.5", "", true},
		{whole, "-1", "", true},
		{whole, "zwei", "", true},
		{date, "2026-12-01", "2026-12-01", false},
		{date, "1.12.2026", "2026-12-01", false},
		{date, "01.12.2026", "2026-12-01", false},
		{date, "1. 2. 2027", "2027-02-01", false},
		{date, "29.2.2028", "2028-02-29", false},
		{date, "29.2.2027", "", true},
		{date, "31.4.2027", "", true},
		{date, "2027-02-30", "", true},
		{date, "1.12.26", "", true},
		{date, "12/01/2026", "", true},
		{date, "morgen", "", true},
		{typedQuestion(insurance.AttributeAmount, "1000000", "3000000"), "3000000", "3000000", false},
		{typedQuestion(insurance.AttributeAmount, "1000000", "3000000"), "3.000.000", "", true},
		{typedQuestion(insurance.AttributeText, "Nord"), "Süd", "", true},
		{typedQuestion(insurance.AttributeText), " Backstube ", "Backstube", false},
		{typedQuestion(insurance.AttributeFlag), "maybe", "maybe", false},
	} {
		got, readable := exactAnswer(each.question, each.typed)
		if readable == each.unreadable || readable && got != each.want {
			t.Errorf("%q as %s is read as %q, %v; want %q, %v", each.typed, each.question.Kind, got, readable, each.want, !each.unreadable)
		}
	}
}

// TestStoredAmountsSurviveBeingShown: an amount that nobody touches is the same
// amount afterwards, in both languages.
func TestStoredAmountsSurviveBeingShown(t *testing.T) {
	t.Parallel()
	q := typedQuestion(insurance.AttributeAmount)
	rapid.Check(t, func(t *rapid.T) {
		stored := insurance.Money{Minor: rapid.Int64Range(1, 1e15).Draw(t, "minor"), Currency: "EUR"}
		for _, lang := range languages {
			shown := deskVisit{lang: lang}.written(q, stored.Decimal())
			read, readable := exactAnswer(q, shown)
			again, err := insurance.ParseMoney(read, "EUR")
			if !readable || err != nil || again != stored {
				t.Fatalf("%s: %s is shown as %q, and read as %q", lang, stored, shown, read)
			}
			if strings.Contains(shown, "€") {
				t.Fatalf("%s: the unit stands twice in %q", lang, shown)
			}
		}
	})
}
