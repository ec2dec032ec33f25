package insurance

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// cyber is a questionnaire with a question of each kind.
func cyber() Line {
	ask := func(name string, kind AttributeKind, required bool) Question {
		return Question{Attribute: Attribute{Name: name, Kind: kind, Required: required}}
	}
	revenue := ask(AttributeRevenue, AttributeAmount, true)
	revenue.Tags = []Tag{{Name: "umsatz", Cents: true}, {Name: "turnover"}}
	part := ask(AttributePartTime, AttributeWhole, true)
	part.Default = "0"
	sum := ask(AttributeSumInsured, AttributeAmount, true)
	sum.Options = []string{"100000", "250000"}
	deductible := ask(AttributeDeductible, AttributeAmount, false)
	deductible.Options, deductible.Default = []string{"0", "500"}, "500"
	interval := ask(AttributeInterval, AttributeWhole, false)
	interval.Options, interval.Default = []string{"1", "12"}, "12"
	sector := ask("sector", AttributeText, false)
	sector.Options = []string{"public", "private"}
	return Line{ID: 95, Questions: []Question{
		revenue, ask(AttributeFullTime, AttributeWhole, true), part, ask(AttributeFoundedOn, AttributeDate, false), sum,
		deductible, ask(AttributeStartsOn, AttributeDate, true), interval, ask("backups", AttributeFlag, false), sector,
	}}
}

func cyberAnswers() map[string]string {
	return map[string]string{
		AttributeRevenue: "350000.50", AttributeFullTime: "3", AttributeSumInsured: "250000",
		AttributeStartsOn: "2027-01-01",
	}
}

func TestAQuestionnaireWithoutFault(t *testing.T) {
	t.Parallel()
	for _, complete := range []bool{true, false} {
		if problems := cyber().Check(cyberAnswers(), complete, today); problems != nil {
			t.Errorf("found %v", problems)
		}
	}
}

func TestEachAnswerIsHeldAgainstItsQuestion(t *testing.T) {
	t.Parallel()
	const whole, notADate = "is not a whole number from 0", "is not a date of the form YYYY-MM-DD"
	cases := []struct{ name, answer, detail string }{
		{AttributeRevenue, "1.005", "has more than 2 decimal digits"},
		{AttributeRevenue, "0", "must be more than 0"},
		{AttributeRevenue, "-1", "must not be negative"},
		{AttributeRevenue, "viel", "is not a decimal amount"},
		{AttributeFullTime, "2.5", whole}, {AttributeFullTime, "-1", whole}, {AttributeFullTime, "0", ""},
		{AttributePartTime, "two", whole}, {AttributePartTime, "2", ""},
		{AttributeSumInsured, "250000.00", ""}, {AttributeSumInsured, "100000", ""},
		{AttributeSumInsured, "300000", "is not one of 100000, 250000"},
		{AttributeSumInsured, "0.001", "has more than 2 decimal digits"},
		{AttributeDeductible, "0", ""}, {AttributeDeductible, "250", "is not one of 0, 500"},
		{AttributeInterval, "1", ""}, {AttributeInterval, "2", "is not one of 1, 12"},
		{"backups", "false", ""}, {"backups", "ja", "is neither true nor false"},
		{"sector", "public", ""}, {"sector", "Public", "is not one of public, private"},
		{"sector", "\x00", "contains control characters"},
		{AttributeFoundedOn, "2026-11-21", ""}, {AttributeFoundedOn, "2026-11-22", "is in the future"},
		{AttributeFoundedOn, "1899-12-31", notADate}, {AttributeFoundedOn, "21.11.2026", notADate},
		{AttributeStartsOn, "2026-11-21", ""}, {AttributeStartsOn, "2026-11-20", "is in the past"},
		{AttributeStartsOn, "2027-11-21", ""}, {AttributeStartsOn, "2027-11-22", "is over a year ahead"},
		{"colour", "red", "is not a question of this line"},
		{AttributeProfession, "258", "is not a question of this line"},
	}
	for _, c := range cases {
		answers := cyberAnswers()
		answers[c.name] = c.answer
		var want []Problem
		if c.detail != "" {
			want = []Problem{{Field: FieldOf(c.name), Detail: c.detail}}
		}
		for _, complete := range []bool{true, false} {
			if got := cyber().Check(answers, complete, today); !slices.Equal(got, want) {
				t.Errorf("%s of %q: found %v", c.name, c.answer, got)
			}
		}
	}
}

func TestDaysAreNotHeldAgainstAnUnknownDay(t *testing.T) {
	t.Parallel()
	answers := cyberAnswers()
	answers[AttributeFoundedOn], answers[AttributeStartsOn] = "2999-12-31", "1900-01-01"
	if got := cyber().Check(answers, true, Date{}); got != nil {
		t.Errorf("found %v", got)
	}
}

func TestWhatIsMissingIsSaidOfACompleteQuestionnaireOnly(t *testing.T) {
	t.Parallel()
	answers := map[string]string{AttributeRevenue: "", "shape": "", "colour": ""}
	unknown := []Problem{
		{Field: "object.colour", Detail: "is not a question of this line"},
		{Field: "object.shape", Detail: "is not a question of this line"},
	}
	if got := cyber().Check(answers, false, today); !slices.Equal(got, unknown) {
		t.Errorf("found %v", got)
	}
	var missing []Problem
	for _, name := range []string{AttributeRevenue, AttributeFullTime, AttributeSumInsured, AttributeStartsOn} {
		missing = append(missing, Problem{Field: FieldOf(name), Detail: "is required"})
	}
	if got := cyber().Check(answers, true, today); !slices.Equal(got, append(missing, unknown...)) {
		t.Errorf("found %v", got)
	}
}

func TestTheRiskIsWhatIsAnsweredOrAssumed(t *testing.T) {
	t.Parallel()
	answers := cyberAnswers()
	answers[AttributeDeductible], answers["colour"], answers[AttributeInterval] = "0", "red", "1"
	want := map[string]string{
		AttributeRevenue: "350000.50", AttributeFullTime: "3", AttributePartTime: "0", AttributeSumInsured: "250000",
		AttributeDeductible: "0",
	}
	risk := cyber().Risk(answers)
	if risk.Type != "" || !maps.Equal(risk.Attributes, want) {
		t.Errorf("the risk is %v", risk)
	}
	if risk.Attributes["new"] = "1"; answers["new"] != "" {
		t.Error("the risk is the answers themselves")
	}
}

func TestAQuestionIsFoundByNameOrTag(t *testing.T) {
	t.Parallel()
	line := cyber()
	// A tag that is another question's name does not hide it.
	line.Questions[0].Tags = append(line.Questions[0].Tags, Tag{Name: "sector"})
	for asked, want := range map[string]string{
		"revenue": AttributeRevenue, "umsatz": AttributeRevenue, "UMSATZ": AttributeRevenue, "turnover": AttributeRevenue,
		"sector": "sector", "Revenue": "", "": "", "colour": "",
	} {
		q, ok := line.Question(asked)
		if q.Name != want || ok != (want != "") {
			t.Errorf("%q is %q, %v", asked, q.Name, ok)
		}
	}
	q, _ := line.Question("umsatz")
	if tag, ok := q.Tag("Umsatz"); !ok || !tag.Cents || tag.Name != "umsatz" {
		t.Errorf("the tag is %v, %v", tag, ok)
	}
	if tag, ok := q.Tag("revenue"); ok || tag != (Tag{}) {
		t.Errorf("a name is taken for the tag %v", tag)
	}
}

func TestTagsReadCents(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		"123456": "1234.56", "0": "0", "5": "0.05", "1e3": "10", "25000000": "250000", "25000050": "250000.50", "100000000000000000": "", "-1": "", "1.5": "",
		"1.0": "0.01", "viel": "", "12,50": "",
	} {
		if got, ok := (Tag{Cents: true}).Value(sent); ok != (want != "") || ok && got != want {
			t.Errorf("%q is read as %q, %v", sent, got, ok)
		}
	}
	for _, sent := range []string{"", "viel", "123456"} {
		for _, cents := range []bool{false, sent == ""} {
			if got, ok := (Tag{Cents: cents}).Value(sent); !ok || got != sent {
				t.Errorf("%q is read as %q, %v", sent, got, ok)
			}
		}
	}
}

// TestCentsReadBack: what is an amount is the same in cents, without them if it
// is whole.
func TestCentsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := Money{Minor: rapid.Int64Range(0, maxMinor).Draw(t, "cents"), Currency: "EUR"}
		want := strings.TrimSuffix(amount.Decimal(), ".00")
		if got, ok := (Tag{Cents: true}).Value(strconv.FormatInt(amount.Minor, 10)); !ok || got != want {
			t.Fatalf("%d is read as %q, %v", amount.Minor, got, ok)
		}
	})
}
