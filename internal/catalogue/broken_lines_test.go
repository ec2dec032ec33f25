package catalogue_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/catalogue"
)

const (
	cyberProduct    = "thinksurance/hafenlicht-cyber"
	cyberLine       = "thinksurance/lines/cyber"
	professionsFile = "thinksurance/professions.yaml"
)

// brokenRates are edits of a product of a line that are wrong in themselves.
var brokenRates = []breakage{
	// Shape.
	{"decision", cyberProduct, "  - decision: tender\n    attribute: profession", "  - decision: ponder\n    attribute: profession", []found{
		{"decision: ponder", "acceptance[0].decision must be one of calculate, tender, decline"}}},
	{"bound in words", cyberProduct, "above: 5000000", "above: much", []found{
		{"above: much", `acceptance[1].above "much" is not a decimal of at most 19 digits`}}},
	{"bound of nothing", cyberProduct, "above: 5000000", "above: 0", []found{
		{"above: 0", "acceptance[1].above must be more than 0"}}},
	{"table without rows", cyberProduct, "      rows: {true: 0.95, false: 1.30}\n", "      classes: {A: [true]}\n", []found{
		{"backups:\n      classes", "factors.attribute.backups.rows is missing"}}},
	{"band without a number", cyberProduct, "{100000: 0.70,", "{some: 0.70,", []found{
		{"some: 0.70", "factors.number.revenue.some is not known here"}}},
	{"loading without percent", cyberProduct, "{1M: 5%,", "{1M: 5,", []found{
		{"1M: 5,", "intervals.1M is not a share between 0 and 1, such as 19% or 0.19"}}},
	{"intervals without one", cyberProduct, "interval: 12M\n", "", []found{
		{"# yaml-language-server", "interval is missing, although there is intervals"}}},
	{"deductibles without a default", cyberProduct, "terms_version: 2026-01\n", "deductibles: [0, 10]\nterms_version: 2026-01\n", []found{
		{"# yaml-language-server", "default_deductible is missing, although there is deductibles"}}},
	{"insurer number zero", cyberProduct, "  id: 5021\n", "  id: 0\n", []found{
		{"id: 0", "insurer.id must be at least 1"}}},

	// Acceptance.
	{"rule about nothing", cyberProduct, "    attribute: revenue\n", "    attribute: turnover\n", []found{
		{"attribute: turnover", "acceptance[1].attribute is turnover, which is no attribute"}}},
	{"bound of a flag", cyberProduct, "    attribute: revenue\n", "    attribute: backups\n", []found{
		{"attribute: backups", "acceptance[1].attribute is backups, which is not of the kind whole or amount"}}},
	{"rule without a condition", cyberProduct, "    in: [293]\n", "", []found{
		{"decision: tender\n    attribute: profession", "acceptance[0] says neither in, nor above or below"}}},
	{"rule of two kinds", cyberProduct, "    in: [293]\n", "    in: [293]\n    below: 3\n", []found{
		{"in: [293]", "acceptance[0].in does not go with above or below"}}},
	{"nothing between", cyberProduct, "    above: 5000000\n", "    above: 5000000\n    below: 5000000\n", []found{
		{"below: 5000000", "acceptance[1].below is not above 5000000, so that nothing lies between"}}},
	{"no reason", cyberProduct, "    reason: {de: Rechenzentren prüfen wir einzeln, en: We look at each data centre}\n", "", []found{
		{"decision: tender\n    attribute: profession", "acceptance[0].reason is missing, although the broker is to be told why"}}},
	{"reason untranslated", cyberProduct, ", en: We look at each data centre}", "}", []found{
		{"reason: {de: Rechenzentren", "acceptance[0].reason has no text in en"}}},

	// Intervals.
	{"own interval", cyberProduct, "6M: 2%}", "1Y: 0%}", []found{
		{"1Y: 0%", "intervals.1Y is said already"}}},
	{"interval of weeks", cyberProduct, "6M: 2%}", "6M: 2%, 26W: 1%}", []found{
		{"26W: 1%", "intervals.26W does not divide the term 12M"}}},
	{"interval of five months", cyberProduct, "6M: 2%}", "5M: 2%}", []found{
		{"5M: 2%", "intervals.5M does not divide the term 12M"}}},

	// Tables.
	{"table about nothing", cyberProduct, "    backups:\n      rows", "    backup:\n      rows", []found{
		{"backup:\n      rows", "factors.attribute.backup is about no attribute"}}},
	{"bands of nothing", cyberProduct, "    revenue: {100000", "    turnover: {100000", []found{
		{"turnover: {100000", "factors.number.turnover is about no attribute"}}},
	{"bands of a day", cyberProduct, "    revenue: {100000", "    founded_on: {100000", []found{
		{"founded_on: {100000", "factors.number.founded_on is about an attribute that is not of the kind whole or amount"}}},
	{"class without a row", cyberProduct, "rows: {A: 0.80, B: 1.00, C: 1.30, D: 1.75}", "rows: {A: 0.80, B: 1.00, C: 1.30, E: 1.75}", []found{
		{"rows: {A: 0.80, B", "factors.attribute.profession.rows has no row for D"},
		{"E: 1.75", "factors.attribute.profession.rows.E is a row for something that is not offered"}}},
	{"value in two classes", cyberProduct, "D: [273]", "D: [273, 260]", []found{
		{"260]", "factors.attribute.profession.classes.D[1] is 260, which is in the class C already"}}},
	{"bands that fall", cyberProduct, "250000: 1.00, 500000: 1.25", "250000: 1.00, 200000.5: 1.25", []found{
		{"200000.5: 1.25", "factors.number.revenue.200000.5 is not above 250000, the bound before it"}}},
	{"band after the last", cyberProduct, "{5: 1.00, 20: 1.15, more: 1.40}", "{5: 1.00, more: 1.40, 20: 1.15}", []found{
		{"more: 1.40", "factors.number.employees_full_time.more is not the last band, although it has no end"}}},
	{"band of nobody", cyberProduct, "{5: 1.00, 20: 1.15", "{0: 1.00, 20: 1.15", []found{
		{"0: 1.00, 20", "factors.number.employees_full_time.0 is no bound: a band ends above 0"}}},
}

// brokenLines are edits of the files beside the products that are wrong in
// themselves.
var brokenLines = []breakage{
	{"line without questions", cyberLine, "questions:\n", "answers:\n", []found{
		{"# yaml-language-server", "questions is missing"}, {"answers:\n", "answers is not known here"}}},
	{"question without help", cyberLine, "    kind: date\n    label: {de: Gegründet am, en: Founded on}\n    help:", "    kind: date\n    label: {de: Gegründet am, en: Founded on}\n    hint:", []found{
		{"founded_on:", "questions.founded_on.help is missing"}, {"hint:", "questions.founded_on.hint is not known here"}}},
	{"several answers", cyberLine, "    kind: flag\n", "    kind: texts\n", []found{
		{"kind: texts", "questions.backups.kind must be one of text, amount, whole, flag, confirmation, date, instant, country"}}},
	{"tag in pennies", cyberLine, "{umsatz: cents}", "{umsatz: pence}", []found{
		{"umsatz: pence", "questions.revenue.tags.umsatz must be one of plain, cents"}}},
	{"no start", cyberLine, "  starts_on:\n", "  begins_on:\n", []found{
		{"questions:\n", "questions.starts_on must be required, because it says when cover begins"}}},
	{"profession asked", cyberLine, "  backups:\n", "  profession:\n", []found{
		{"profession:\n", "questions.profession is no question, because the profession is chosen before"}}},
	{"shared question of another kind", cyberLine, "    kind: date\n    label: {de: Gegründet am", "    kind: whole\n    label: {de: Gegründet am", []found{
		{"kind: whole\n    label: {de: Gegründet am", "questions.founded_on.kind must be date, because every line asks for it so"}}},
	{"text without a bound", cyberLine, "    kind: flag\n", "    kind: text\n", []found{
		{"backups:\n", "questions.backups.max_length belongs to every text and to nothing else"}}},
	{"unknown section", cyberLine, "  backups:\n    section: business\n", "  backups:\n    section: safety\n", []found{
		{"section: safety", "questions.backups.section is safety, which is not among the sections"}}},
	{"option of another kind", cyberLine, "[0, 250, 500, 1000, 2500]", "[none, 250, 500, 1000, 2500.005]", []found{
		{"none, 250", "questions.deductible.options[0] is none, which is not a decimal amount"},
		{"2500.005", "questions.deductible.options[4] is 2500.005, which has more than 2 decimal digits"}}},
	{"option that a required amount cannot be", cyberLine, "[100000, 250000, 500000, 1000000]", "[0, 250000]", []found{
		{"0, 250000]", "questions.sum_insured.options[0] is 0, which must be more than 0"}}},
	{"default of another kind", cyberLine, "default: 0\n", "default: few\n", []found{
		{"default: few", "questions.employees_part_time.default is few, which is not a whole number from 0"}}},
	{"default that is no option", cyberLine, "default: 500\n", "default: 600\n", []found{
		{"default: 600", "questions.deductible.default is 600, which is not one of 0, 250, 500, 1000, 2500"}}},
	{"tag twice", cyberLine, "{lgs: cents}", "{Umsatz: cents}", []found{
		{"Umsatz: cents", "questions.payroll.tags.Umsatz is the tag of an earlier question"}}},
	{"line untranslated", cyberLine, "{de: Ihr Betrieb, en: Your business}", "{de: Ihr Betrieb}", []found{
		{"business: {de: Ihr Betrieb}", "sections.business has no text in en"}}},
	{"question in a foreign language", cyberLine, "{de: Gegründet am, en: Founded on}", "{de: Gegründet am, en: Founded on, fr: Fondé le}", []found{
		{"fr: Fondé", "questions.founded_on.label.fr is not a language of the file, which are de, en"}}},

	{"industry without a number", "thinksurance/professions", "  113:\n", "  cafes:\n", []found{
		{"cafes:\n", "industries.cafes is not known here"}}},
	{"profession without a name", "thinksurance/professions", "258: {de: Cafe, en: Café}", "258:", []found{
		{"258:", "industries.113.professions.258 must be a mapping, not empty"}}},
	{"profession twice", "thinksurance/professions", "      272: {", "      258: {", []found{
		{"258: {de: Fahrradhandel", "industries.114.professions.258 is a profession of an earlier industry"}}},
	{"profession untranslated", "thinksurance/professions", "{de: Cafe, en: Café}", "{de: Cafe}", []found{
		{"258: {de: Cafe}", "industries.113.professions.258 has no text in en"}}},
}

func TestFilesBesideProductsSayWhatIsWrongAndWhere(t *testing.T) {
	t.Parallel()
	for _, row := range brokenLines {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			source := replace(t, sample(t, row.file+".yaml"), row.old, row.new)
			checkFound(t, map[string]string{row.file + ".yaml": source}, row.file+".yaml", row.problems)
		})
	}
}

// misaligned are edits of one file of the family that are wrong beside the
// others. The problems are all in one file, which need not be the edited one.
var misaligned = []struct {
	breakage
	in string
}{
	{breakage{"unknown line", cyberProduct, "line: 95\n", "line: 96\n", []found{
		{"line: 96", "line is 96, which no file in thinksurance/lines is about"}}}, ""},
	{breakage{"insurer without a number", cyberProduct, "  id: 5021\n", "", []found{
		{"insurer:\n", "insurer.id is missing, although the product belongs to a line"}}}, ""},
	{breakage{"insurer described differently", "thinksurance/bergfried-cyber", "+49 89 66969 002", "+49 89 66969 999", []found{
		{"insurer:\n", "insurer is not what 5036 is in thinksurance/bergfried-contents.yaml"}}}, ""},
	{breakage{"line sold twice", "thinksurance/rheinbogen-liability", "line: 12\n", "line: 95\n", []found{
		{"line: 95", "line 95 is also sold by insurer 5063 at the same time, see thinksurance/rheinbogen-cyber.yaml"},
		{"attributes:\n", "attributes have no backups, which line 95 asks for"},
		{"attributes:\n", "attributes have no payroll, which line 95 asks for"},
		{"works_at_customers: {kind", "attributes.works_at_customers is required, but may be unanswered in line 95"},
		{"works_at_customers:\n", "factors.attribute.works_at_customers may be unanswered in line 95"}}}, ""},
	{breakage{"profession unknown to the product", cyberProduct, "  profession: {kind: whole, required: true,", "  occupation: {kind: whole,", []found{
		{"attribute: profession\n", "acceptance[0].attribute is profession, which is no attribute"},
		{"profession:\n", "factors.attribute.profession is about no attribute"}}}, ""},
	{breakage{"question without an attribute", cyberProduct, "  payroll: {kind: amount, label: {de: Lohnsumme im Jahr, en: Payroll of a year}}\n", "", []found{
		{"attributes:\n", "attributes have no payroll, which line 95 asks for"}}}, ""},
	{breakage{"question of another kind", cyberProduct, "  payroll: {kind: amount,", "  payroll: {kind: whole,", []found{
		{"kind: whole, label: {de: Lohnsumme", "attributes.payroll.kind is whole, but line 95 asks for amount"}}}, ""},
	{breakage{"option that is not taken", cyberProduct, "  deductible: {kind: amount,", "  deductible: {kind: amount, required: true,", []found{
		{"deductible: {kind", "attributes.deductible does not take 0, an option of line 95: it must be more than 0"}}}, ""},
	{breakage{"attribute that may be missing", cyberProduct, "  payroll: {kind: amount,", "  payroll: {kind: amount, required: true,", []found{
		{"payroll: {kind", "attributes.payroll is required, but may be unanswered in line 95"}}}, ""},
	{breakage{"attribute that nobody asks for", cyberProduct, "insured_amount:", "  fax: {kind: flag, required: true, label: {de: Fax, en: Fax}}\ninsured_amount:", []found{
		{"fax: {kind", "attributes.fax is required, but may be unanswered in line 95"}}}, ""},
	{breakage{"rate of what may be missing", cyberProduct, "    revenue: {100000", "    payroll: {100000", []found{
		{"payroll: {100000", "factors.number.payroll may be unanswered in line 95"}}}, ""},
	{breakage{"profession without a rate", cyberProduct, "B: [258, 259,", "B: [259,", []found{
		{"profession:\n      classes", "factors.attribute.profession rates no profession 258, which is neither declined nor tendered"}}}, ""},
	{breakage{"profession that is neither", cyberProduct, "in: [293]", "in: [294]", []found{
		{"profession:\n      classes", "factors.attribute.profession rates no profession 293, which is neither declined nor tendered"}}}, ""},
	{breakage{"new profession", "thinksurance/professions", "      293: {", "      294: {", []found{
		{"profession:\n      classes", "factors.attribute.profession rates no profession 294, which is neither declined nor tendered"}}},
		cyberProduct},
	{breakage{"line twice", "thinksurance/lines/liability", "id: 12\n", "id: 95\n", []found{
		{"id: 95", "id 95 is also in thinksurance/lines/cyber.yaml"}}}, ""},
}

func TestProductsAnswerTheirLine(t *testing.T) {
	t.Parallel()
	for _, row := range misaligned {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			tree, file := family(t), row.in
			tree[row.file+".yaml"] = replace(t, tree[row.file+".yaml"], row.old, row.new)
			if file == "" {
				file = row.file
			}
			checkFound(t, tree, file+".yaml", row.problems)
		})
	}
}

// family is every file of the family that sells by line.
func family(t *testing.T) map[string]string {
	t.Helper()
	tree := make(map[string]string)
	for _, pattern := range []string{"thinksurance/*.yaml", "thinksurance/lines/*.yaml"} {
		names, err := fs.Glob(catalogue.Sample(), pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			tree[name] = sample(t, name)
		}
	}
	return tree
}

// checkFound wants exactly some problems in one of several files.
func checkFound(t *testing.T, tree map[string]string, file string, problems []found) {
	t.Helper()
	var want, got []string
	for _, p := range problems {
		want = append(want, fmt.Sprintf("%s:%s: %s", file, position(t, tree[file], p.marker), p.reason))
	}
	for _, problem := range catalogue.Validate(files(tree)) {
		if problem.File == file {
			got = append(got, problem.String())
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}
