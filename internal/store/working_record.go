package store

import (
	"strings"

	"github.com/covernote/covernote/internal/insurance"
)

// workingRecord is how a price was computed, in little space: the words of all
// steps, which many quotes share, and the figures, which they do not.
type workingRecord struct {
	// Words are kind, label, key, by and rounding of each step. A key that is
	// the sum insured is written as asSum, and one that begins so gets another.
	Words []string `json:"words"`
	// Figures are the exact value and the result of each step, or what they are
	// equal to: a letter of figureNames, or asBefore.
	Figures string `json:"figures"`
}

const (
	wordsOfStep   = 5
	figuresOfStep = 2
	asSum         = "="
	// asBefore stands for an exact value that is the result before it, and for
	// a result that is the exact value.
	asBefore = "="
)

// figureNames are the amounts that figures may be equal to, by their letters.
func figureNames(p insurance.Premium, sum insurance.Money) map[string]string {
	return map[string]string{
		"n": p.Net.Decimal(), "t": p.Tax.Decimal(), "g": p.Gross.Decimal(), "c": p.Commission.Decimal(), "s": sum.Decimal(),
	}
}

func recordWorking(w insurance.Working, p insurance.Premium, sum insurance.Money) *workingRecord {
	if len(w.Steps) == 0 {
		return nil
	}
	letters := make(map[string]string)
	for letter, amount := range figureNames(p, sum) {
		letters[amount] = max(letter, letters[amount]) // the same one of several each time
	}
	var record workingRecord
	var figures []string
	last := ""
	for _, s := range w.Steps {
		record.Words = append(record.Words, string(s.Kind), s.Label, shortKey(s.Key, sum), s.By, string(s.Rounding))
		figures = append(figures, shortFigure(s.Exact, last, letters), shortFigure(s.Result, s.Exact, letters))
		last = s.Result
	}
	record.Figures = strings.Join(figures, " ") // decimals have none
	return &record
}

func (r *workingRecord) working(p insurance.Premium, sum insurance.Money) (w insurance.Working) {
	amounts := figureNames(p, sum)
	figures := strings.Split(r.Figures, " ")
	last := ""
	for i := 0; (i+1)*wordsOfStep <= len(r.Words) && (i+1)*figuresOfStep <= len(figures); i++ {
		words, exact := r.Words[i*wordsOfStep:], longFigure(figures[i*figuresOfStep], last, amounts)
		last = longFigure(figures[i*figuresOfStep+1], exact, amounts)
		w.Steps = append(w.Steps, insurance.Step{
			Kind: insurance.StepKind(words[0]), Label: words[1], Key: longKey(words[2], sum), By: words[3],
			Rounding: insurance.Rounding(words[4]), Exact: exact, Result: last,
		})
	}
	return w
}

func shortFigure(figure, last string, letters map[string]string) string {
	if figure == last {
		return asBefore
	}
	if letter, ok := letters[figure]; ok {
		return letter
	}
	return figure
}

func longFigure(short, last string, amounts map[string]string) string {
	if short == asBefore {
		return last
	}
	if amount, ok := amounts[short]; ok {
		return amount
	}
	return short
}

func shortKey(key string, sum insurance.Money) string {
	switch {
	case key != "" && key == sum.Decimal():
		return asSum
	case strings.HasPrefix(key, asSum):
		return asSum + key
	}
	return key
}

func longKey(short string, sum insurance.Money) string {
	if short == asSum {
		return sum.Decimal()
	}
	if strings.HasPrefix(short, asSum) {
		return short[len(asSum):]
	}
	return short
}
