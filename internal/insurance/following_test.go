package insurance

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Whatever is quoted can be followed, and whatever is changed in it is found.
func TestEveryWorkingCanBeFollowed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		product, wish := anyProduct().Draw(t, "product"), phoneProposal()
		currency := product.Markets[0].Currency
		if rapid.Bool().Draw(t, "set") {
			wish.PartnerPrice = Money{Minor: rapid.Int64Range(1, maxMinor).Draw(t, "minor"), Currency: currency}.Decimal()
		}
		quote, refused := product.Quote(product.Tariffs[0], wish, berlinNoon(today))
		if refused != nil {
			t.Skip(refused)
		}
		if err := quote.Working.Follow(currency); err != nil {
			t.Fatalf("%v of %+v", err, quote.Working.Steps)
		}
		for i := range quote.Working.Steps {
			wrong := Working{Steps: slices.Clone(quote.Working.Steps)}
			wrong.Steps[i].Result += "1"
			if wrong.Follow(currency) == nil {
				t.Fatalf("step %d comes to what it cannot, and is believed: %+v", i+1, wrong.Steps)
			}
		}
	})
}

func TestAWorkingThatCannotBeFollowed(t *testing.T) {
	t.Parallel()
	quote, refused := price(func(p *Product, w *Proposal) {
		p.Tariffs[0].Terms[1] = TermPrice{
			Term: Months(12), Share: MustRate("0.1"),
			Prices: map[Currency]Price{"EUR": {Net: MustRate("1.5"), Minimum: MustRate("200")}},
		}
		p.Tariffs[0].Factors = []FactorTable{{Name: "age", On: FactorOnCountry, Rows: map[string]Rate{"DE": MustRate("2")}}}
		w.Discount = MustRate("25%")
	})
	if refused != nil {
		t.Fatal(refused)
	}
	if err := quote.Working.Follow("EUR"); err != nil {
		t.Errorf("%v of %+v", err, quote.Working.Steps)
	}
	for i, step := range quote.Working.Steps[:len(quote.Working.Steps)-1] {
		without := Working{Steps: slices.Delete(slices.Clone(quote.Working.Steps), i, i+1)}
		if without.Follow("EUR") == nil {
			t.Errorf("without %s it is believed", step.Kind)
		}
		for name, change := range map[string]func(*Step){
			"another exact":    func(s *Step) { s.Exact = "7" },
			"no number":        func(s *Step) { s.Exact = "much" },
			"a needless round": func(s *Step) { s.Rounding += "x" },
			"no kind":          func(s *Step) { s.Kind = "luck" },
			"by no number":     func(s *Step) { s.By = "much" },
		} {
			changed := Working{Steps: slices.Clone(quote.Working.Steps)}
			change(&changed.Steps[i])
			if step.Kind == StepMinimum && name == "a needless round" {
				continue // it is raised, not rounded
			}
			if changed.Follow("EUR") == nil {
				t.Errorf("%s with %s is believed", step.Kind, name)
			}
		}
	}
	if (Working{}).Follow("EUR") == nil {
		t.Error("nothing at all is believed")
	}
}
