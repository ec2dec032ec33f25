package catalogue_test

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/insurance"
)

// cafe are ordinary answers: 350,000 euro of revenue, four and six employees.
func cafe() map[string]string {
	return map[string]string{
		insurance.AttributeRevenue: "350000", insurance.AttributeFullTime: "4", insurance.AttributePartTime: "6",
		insurance.AttributeSumInsured: "250000", insurance.AttributeStartsOn: "2027-01-01", "backups": "true",
	}
}

// inquiry is a wish for a product of a line by a profession's answers.
func inquiry(line insurance.Line, product insurance.Product, profession int, answers map[string]string) insurance.Proposal {
	wish := insurance.Proposal{Country: "DE", Tariff: product.Tariffs[0].Code, Object: line.Risk(answers)}
	wish.Object.Attributes[insurance.AttributeProfession] = strconv.Itoa(profession)
	wish.InceptionOn, _ = insurance.ParseDate(answers[insurance.AttributeStartsOn])
	return wish
}

// TestACafeFindsCyberCover, to the cent:
//
//	Hafenlicht  240 × 1.00 profession × 1.20 sum × 1.00 deductible × 0.95 backups × 1.25 revenue × 1.00 staff = 342.00
//	            + 64.98 tax = 406.98; monthly 342 × 1.05 / 12 = 29.925, so 29.93 + 5.69 = 35.62
//	Bergfried   198 × 1.10 × 1.25 × 1.00 × 1.30 × 1.00 × 1.00 = 353.925, so 353.93 + 67.25 = 421.18;
//	            monthly 353.925 × 1.06 / 12 = 31.263375, so 31.26 + 5.94 = 37.20
//	Kontorwerk  265 × 1.05 × 1.10 × 1.00 × 1.00 = 306.075, so 306.08 + 58.16 = 364.24;
//	            monthly 306.075 × 1.04 / 12 = 26.5265, so 26.53 + 5.04 = 31.57
func TestACafeFindsCyberCover(t *testing.T) {
	t.Parallel()
	c := load(t, catalogue.Sample())
	line, _ := c.Line(brokers, 95)
	if problems := line.Check(cafe(), true, winter); problems != nil {
		t.Fatal(problems)
	}
	want := map[string][4]string{
		"HAFENLICHT": {"calculate", "406.98", "35.62", "427.44"}, "BERGFRIED": {"calculate", "421.18", "37.20", "446.40"},
		"KONTORWERK": {"calculate", "364.24", "31.57", "378.84"}, "LINDENHOF": {"decline"}, "RHEINBOGEN": {"tender"},
	}
	for _, product := range c.OnSale(brokers, 95, winter) {
		wish := inquiry(line, product, 258, cafe())
		decision, _ := product.Accept(wish.Object)
		got := [4]string{string(decision)}
		for i, every := range []int{12, 1} {
			wish.Interval = insurance.Months(every)
			quote, refused := product.Quote(product.Tariffs[0], wish, noon)
			if (refused == nil) != (decision == insurance.DecisionCalculate) {
				t.Errorf("%s: %v", product.Insurer.Code, refused)
			}
			if refused == nil {
				got[1+i], got[3] = quote.Premium.Gross.Decimal(), quote.Yearly().Decimal()
			}
		}
		if got != want[product.Insurer.Code] {
			t.Errorf("%s says %v", product.Insurer.Code, got)
		}
	}
}

// TestNobodyCalculatesSomeRisks, so that the way through a tender can be tried:
// data centres in cyber cover, and roofers in liability.
func TestNobodyCalculatesSomeRisks(t *testing.T) {
	t.Parallel()
	c := load(t, catalogue.Sample())
	for number, profession := range map[int]int{95: 293, 12: 283} {
		line, _ := c.Line(brokers, number)
		var said []insurance.Decision
		for _, product := range c.OnSale(brokers, number, winter) {
			wish := inquiry(line, product, profession, cafe())
			decision, reason := product.Accept(wish.Object)
			said = append(said, decision)
			if decision == insurance.DecisionCalculate || reason.In("de") == "" || reason.In("en") == "" {
				t.Errorf("%s says %s to %d, because %v", product.Code, decision, profession, reason)
			}
			wish.TenderPrice, wish.Interval = "1190", insurance.Months(12)
			quote, refused := product.Quote(product.Tariffs[0], wish, noon)
			if refused != nil || quote.Premium.Net.Decimal() != "1000.00" {
				t.Errorf("%s costs %v by hand, %v", product.Code, quote.Premium.Net, refused)
			}
		}
		if !slices.Contains(said, insurance.DecisionTender) {
			t.Errorf("%d finds %v in line %d", profession, said, number)
		}
	}
}

// TestEveryAnswerIsPricedOrRefused draws from all that a questionnaire takes:
// what is calculated costs something, at every interval more a year the more
// often it is paid, and what is not is refused for what was answered.
func TestEveryAnswerIsPricedOrRefused(t *testing.T) {
	t.Parallel()
	c := load(t, catalogue.Sample())
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SampledFrom(c.Lines(brokers)).Draw(t, "line")
		profession := rapid.SampledFrom(c.Professions(brokers)).Draw(t, "profession")
		product := rapid.SampledFrom(c.OnSale(brokers, line.ID, winter)).Draw(t, "product")
		answers := someAnswers(t, line)
		if problems := line.Check(answers, true, winter); problems != nil {
			t.Fatal(problems)
		}
		wish := inquiry(line, product, profession.ID, answers)
		if problems := wish.CheckQuote(product, noon); problems != nil {
			t.Fatal(problems)
		}
		year := insurance.Zero("EUR")
		for _, every := range slices.Backward(append(product.Tariffs[0].Intervals, insurance.IntervalPrice{Every: insurance.Months(12)})) {
			wish.Interval = every.Every
			quote, refused := product.Quote(product.Tariffs[0], wish, noon)
			decision, _ := product.Accept(wish.Object)
			switch {
			case refused != nil && refused.Code == insurance.CodeCoverageUnknown:
				return
			case refused != nil || decision != insurance.DecisionCalculate:
				t.Fatalf("%s: %v", decision, refused)
			case quote.Premium.Net.Minor <= 0 || quote.Premium.Net.Add(quote.Premium.Tax) != quote.Premium.Gross:
				t.Fatalf("%+v", quote.Premium)
			case quote.Yearly().Minor < year.Minor-12:
				t.Fatalf("%v a year every %s, and %v for paying less often", quote.Yearly(), every.Every, year)
			}
			year = quote.Yearly()
		}
	})
}

// someAnswers draws an answer to each question that is required, and to some of
// the others.
func someAnswers(t *rapid.T, line insurance.Line) map[string]string {
	answers := make(map[string]string)
	for _, q := range line.Questions {
		if !q.Required && rapid.Bool().Draw(t, "left open") {
			continue
		}
		switch {
		case len(q.Options) > 0:
			answers[q.Name] = rapid.SampledFrom(q.Options).Draw(t, q.Name)
		case q.Kind == insurance.AttributeFlag:
			answers[q.Name] = rapid.SampledFrom([]string{"true", "false"}).Draw(t, q.Name)
		case q.Name == insurance.AttributeStartsOn:
			answers[q.Name] = winter.AddDays(rapid.IntRange(0, 365).Draw(t, q.Name)).String()
		case q.Name == insurance.AttributeFoundedOn:
			answers[q.Name] = winter.AddDays(-rapid.IntRange(0, 9999).Draw(t, q.Name)).String()
		case q.Kind == insurance.AttributeWhole:
			answers[q.Name] = strconv.Itoa(rapid.IntRange(0, 90).Draw(t, q.Name))
		default:
			amount := insurance.Money{Minor: rapid.Int64Range(1, 600_000_000).Draw(t, q.Name), Currency: "EUR"}
			answers[q.Name] = amount.Decimal()
		}
	}
	return answers
}
