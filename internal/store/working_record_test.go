package store

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/insurance"
)

// However figures and keys coincide, a working is read as it was written.
func TestWorkingIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	euro := func(minor int64) insurance.Money { return insurance.Money{Minor: minor, Currency: "EUR"} }
	figure := rapid.SampledFrom([]string{"0", "1.00", "1.19", "0.19", "19", "2.00", "1.234"})
	word := rapid.SampledFrom([]string{"", "=", "==", "=n", "n", "s", "2.00", "a b", "Ü"})
	rapid.Check(t, func(t *rapid.T) {
		premium := insurance.Premium{
			Net: euro(100), Tax: euro(19), Gross: euro(119), Commission: euro(rapid.Int64Range(99, 101).Draw(t, "commission")),
		}
		sum := euro(rapid.SampledFrom([]int64{0, 100, 200}).Draw(t, "sum"))
		var want insurance.Working
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			want.Steps = append(want.Steps, insurance.Step{
				Kind: insurance.StepNet, Label: word.Draw(t, "label"), Key: word.Draw(t, "key"), By: word.Draw(t, "by"),
				Exact: figure.Draw(t, "exact"), Result: figure.Draw(t, "result"), Rounding: insurance.RoundNet,
			})
		}
		if got := recordWorking(want, premium, sum).working(premium, sum); !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	})
	if recordWorking(insurance.Working{}, insurance.Premium{}, euro(0)) != nil {
		t.Error("no working is recorded as one")
	}
}
