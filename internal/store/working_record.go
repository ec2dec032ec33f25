package store

import (
	"strings"

	"github.com/covernote/covernote/internal/insurance"
)

// workingRecord is how a price was computed, in little space: the words of all
// steps, which many quotes share, and the figures, which they do not.
type workingRecord struct {
	// Words are kind, label, key, by and rounding of each step.
	Words []string `json:"words"`
	// Figures are the exact value and the result of each step. asBefore stands
	// for an exact value that is the result before it, and for a result that is
	// the exact value.
	Figures string `json:"figures"`
}

const (
	wordsOfStep   = 5
	figuresOfStep = 2
	asBefore      = "="
)

func recordWorking(w insurance.Working) *workingRecord {
	if len(w.Steps) == 0 {
		return nil
	}
	var record workingRecord
	var figures []string
	last := ""
	for _, s := range w.Steps {
		record.Words = append(record.Words, string(s.Kind), s.Label, s.Key, s.By, string(s.Rounding))
		figures = append(figures, unlike(s.Exact, last), unlike(s.Result, s.Exact))
		last = s.Result
	}
	record.Figures = strings.Join(figures, " ") // decimals have none
	return &record
}

func (r *workingRecord) working() (w insurance.Working) {
	if r == nil {
		return w
	}
	figures := strings.Split(r.Figures, " ")
	last := ""
	for i := 0; (i+1)*wordsOfStep <= len(r.Words) && (i+1)*figuresOfStep <= len(figures); i++ {
		words, exact := r.Words[i*wordsOfStep:], like(figures[i*figuresOfStep], last)
		last = like(figures[i*figuresOfStep+1], exact)
		w.Steps = append(w.Steps, insurance.Step{
			Kind: insurance.StepKind(words[0]), Label: words[1], Key: words[2], By: words[3],
			Rounding: insurance.Rounding(words[4]), Exact: exact, Result: last,
		})
	}
	return w
}

func unlike(figure, last string) string {
	if figure == last {
		return asBefore
	}
	return figure
}

func like(figure, last string) string {
	if figure == asBefore {
		return last
	}
	return figure
}
