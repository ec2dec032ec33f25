package catalogue_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/insurance"
)

const brokers = "thinksurance"

var winter = insurance.MustDate("2026-11-22")

func TestLinesAreListedById(t *testing.T) {
	t.Parallel()
	c := load(t, catalogue.Sample())
	if got := lineIDs(c.Lines(brokers)); !slices.Equal(got, []int{12, 41, 95}) {
		t.Errorf("the lines are %v", got)
	}
	if line, ok := c.Line(brokers, 95); !ok || line.Name.In("de") != "Cyberversicherung" {
		t.Errorf("line 95 is %q, %v", line.Name.In("de"), ok)
	}
	for family, id := range map[string]int{brokers: 96, "hepster": 95} {
		if line, ok := c.Line(family, id); ok || line.ID != 0 {
			t.Errorf("line %d of %s is %q", id, family, line.Name.In("en"))
		}
	}
	c.Lines(brokers)[0].ID = 1
	if _, ok := c.Line(brokers, 12); !ok {
		t.Error("the lines were changed from outside")
	}
}

func lineIDs(lines []insurance.Line) []int {
	var ids []int
	for _, l := range lines {
		ids = append(ids, l.ID)
	}
	return ids
}

func TestALineIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	line, _ := load(t, catalogue.Sample()).Line(brokers, 95)
	var names []string
	for _, q := range line.Questions {
		names = append(names, q.Name)
	}
	want := "revenue employees_full_time employees_part_time founded_on payroll backups sum_insured deductible starts_on payment_interval"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("it asks for %s", got)
	}
	for asked, want := range map[string]string{
		"umsatz":                     "amount true Ihr Betrieb Umsatz im Jahr []  [{umsatz true}]",
		"anzahl_teilzeitmitarbeiter": "whole false Ihr Betrieb Teilzeitkräfte [] 0 [{anzahl_teilzeitmitarbeiter false}]",
		"lgs":                        "amount false Ihr Betrieb Lohnsumme im Jahr []  [{lgs true}]",
		"deductible":                 "amount false Gewünschter Schutz Selbstbeteiligung je Schaden [0 250 500 1000 2500] 500 []",
		"starts_on":                  "date true Vertrag Beginn []  []",
	} {
		q, _ := line.Question(asked)
		got := fmt.Sprint(q.Kind, " ", q.Required, " ", q.Section.In("de"), " ", q.Label.In("de"), " ", q.Options, " ", q.Default, " ", q.Tags)
		if got != want || q.Help.In("de") == "" || q.Help.In("en") == q.Help.In("de") {
			t.Errorf("%s is read as %s", asked, got)
		}
	}
}

func TestProfessionsComeInTheirOrder(t *testing.T) {
	t.Parallel()
	c := load(t, catalogue.Sample())
	var ids []int
	for _, p := range c.Professions(brokers) {
		ids = append(ids, p.Industry.ID, p.ID)
	}
	want := []int{
		113, 258, 113, 259, 113, 260, 113, 261, 114, 272, 114, 273, 115, 281, 115, 282, 115, 283, 116, 291, 116, 292, 116, 293,
	}
	if !slices.Equal(ids, want) {
		t.Errorf("the professions are %v", ids)
	}
	cafe, ok := c.Profession(brokers, 258)
	if !ok || cafe.Name.In("de") != "Cafe" || cafe.Industry.Name.In("de") != "Gastronomie" {
		t.Errorf("258 is %+v, %v", cafe, ok)
	}
	if p, ok := c.Profession(brokers, 113); ok || p.ID != 0 {
		t.Errorf("the industry is the profession %+v", p)
	}
	if p, ok := c.Profession("xcover", 258); ok || len(c.Professions("xcover")) != 0 {
		t.Errorf("another family knows %+v", p)
	}
	c.Professions(brokers)[0].ID = 1
	if _, ok := c.Profession(brokers, 258); !ok {
		t.Error("the professions were changed from outside")
	}
}

func TestInsurersAreListedOnceById(t *testing.T) {
	t.Parallel()
	c := load(t, catalogue.Sample())
	want := []string{
		"5021 HAFENLICHT 5405  false", "5036 BERGFRIED 5417  false", "5042 KONTORWERK  61234 true",
		"5057 LINDENHOF 5533 70533 false", "5063 RHEINBOGEN 5548 70548 false",
	}
	var got []string
	for _, i := range c.Insurers(brokers) {
		got = append(got, fmt.Sprint(i.ID, " ", i.Code, " ", i.BaFinID, " ", i.SupervisingAuthorityID, " ", i.MGA))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the insurers are %q", got)
	}
	if got := c.Insurers("hepster"); got != nil {
		t.Errorf("who has no number is listed: %v", got)
	}
}

func TestInsurersAreAsTheyWereDescribedLast(t *testing.T) {
	t.Parallel()
	tree := family(t)
	for name, source := range tree {
		if strings.HasPrefix(name, "thinksurance/bergfried") {
			tree[name] = replace(t, source, "{from: 2025-01-01}", "{from: 2025-01-01, until: 2025-12-31}")
		}
	}
	moved := replace(t, tree["thinksurance/bergfried-cyber.yaml"], "Am Burgtor 3", "Am Graben 4")
	moved = replace(t, moved, "{from: 2025-01-01, until: 2025-12-31}", "{from: 2026-01-01}")
	tree["thinksurance/bergfried-cyber-2.yaml"] = replace(t, moved, "version: 1\n", "version: 2\n")
	c := load(t, files(tree))
	if got := c.Insurers(brokers)[1].Street; got != "Am Graben 4" {
		t.Errorf("the insurer is at %s", got)
	}
	for day, version := range map[string]int{"2025-12-31": 1, "2026-01-01": 2} {
		if p := c.OnSale(brokers, 95, insurance.MustDate(day))[1]; p.Version != version || p.Insurer.ID != 5036 {
			t.Errorf("on %s version %d is sold", day, p.Version)
		}
	}
	if got := len(c.OnSale(brokers, 12, winter)); got != 3 {
		t.Errorf("%d insurers sell line 12", got)
	}
}

func TestProductsOnSaleComeByInsurer(t *testing.T) {
	t.Parallel()
	c := load(t, catalogue.Sample())
	for line, want := range map[int][]int{
		95: {5021, 5036, 5042, 5057, 5063}, 12: {5021, 5036, 5042, 5063}, 41: {5021, 5036, 5042, 5057}, 96: nil, 0: nil,
	} {
		var got []int
		for _, p := range c.OnSale(brokers, line, winter) {
			got = append(got, p.Insurer.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("line %d is sold by %v", line, got)
		}
	}
	if got := c.OnSale(brokers, 95, insurance.MustDate("2024-12-31")); len(got) != 0 {
		t.Errorf("%d products are sold too early", len(got))
	}
	if got := c.OnSale("hepster", 0, winter); len(got) != 0 {
		t.Errorf("%d products without a line are sold in one", len(got))
	}
}

// TestLinesForAProfession leaves out the line that every insurer declines, and
// judges by the newest version.
func TestLinesForAProfession(t *testing.T) {
	t.Parallel()
	for profession, want := range map[int][]int{258: {12, 41, 95}, 260: {12, 41, 95}, 283: {12, 41, 95}, 293: {12, 95}} {
		if got := lineIDs(load(t, catalogue.Sample()).LinesFor(brokers, profession)); !slices.Equal(got, want) {
			t.Errorf("%d finds the lines %v", profession, got)
		}
	}
	tree := family(t)
	newer := replace(t, tree["thinksurance/kontorwerk-contents.yaml"], "version: 1\n", "version: 2\n")
	newer = replace(t, newer, "{from: 2025-01-01}", "{from: 2026-01-01}")
	newer = replace(t, newer, "  - decision: decline\n", "  - decision: tender\n")
	tree["thinksurance/kontorwerk-contents-2.yaml"] = newer
	if got := lineIDs(load(t, files(tree)).LinesFor(brokers, 293)); !slices.Equal(got, []int{12, 41, 95}) {
		t.Errorf("with another version 293 finds the lines %v", got)
	}
	if got := load(t, catalogue.Sample()).LinesFor("hepster", 258); len(got) != 0 {
		t.Errorf("another family finds %v", lineIDs(got))
	}
}

func TestAProductOfALineIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	p, err := catalogue.Read("x.yaml", []byte(sample(t, cyberProduct+".yaml")))
	if err != nil {
		t.Fatal(err)
	}
	rules := fmt.Sprint(p.Line, " ", len(p.Acceptance), " ", p.Acceptance[0].Decision, " ", p.Acceptance[0].Attribute, " ",
		p.Acceptance[0].In, " ", p.Acceptance[1].Above, " ", p.Acceptance[1].Below, " ", p.Acceptance[1].Reason.In("en"))
	if rules != "95 2 tender profession [293] 5000000 0 We look at a revenue of this size" {
		t.Errorf("it wants %s", rules)
	}
	tariff := p.Tariffs[0]
	if got := fmt.Sprint(tariff.Interval, tariff.Intervals, tariff.Deductibles, tariff.DefaultDeductible); got !=
		"12M [{1M 0.05} {3M 0.03} {6M 0.02}] [0] 0" {
		t.Errorf("it is paid %s", got)
	}
	var tables []string
	for _, f := range tariff.Factors {
		tables = append(tables, fmt.Sprint(f.Name, "/", f.On, "/", f.Attribute, "/", len(f.Rows), "/", len(f.Classes), "/", f.Bands))
	}
	want := []string{
		"profession/attribute/profession/4/11/[]", "sum insured/attribute/sum_insured/4/0/[]",
		"deductible/attribute/deductible/5/0/[]", "backups/attribute/backups/2/0/[]",
		"revenue/number/revenue/0/0/[{100000 0.7} {250000 1} {500000 1.25} {1000000 1.6} {5000000 2.8}]",
		"employees full time/number/employees_full_time/0/0/[{5 1} {20 1.15} {0 1.4}]",
	}
	if !slices.Equal(tables, want) {
		t.Errorf("its tables are %q", tables)
	}
	if class := tariff.Factors[0].Classes["258"]; class != "B" {
		t.Errorf("258 is in the class %q", class)
	}
}

// TestAProductOfALineKnowsTheProfession, even if it does not ask for it.
func TestAProductOfALineKnowsTheProfession(t *testing.T) {
	t.Parallel()
	tree, file := family(t), cyberProduct+".yaml"
	source := tree[file]
	from, to := strings.Index(source, "acceptance:\n"), strings.Index(source, "insurer:\n")
	source = source[:from] + source[to:]
	from, to = strings.Index(source, "    profession:\n"), strings.Index(source, "    sum_insured:\n")
	source = source[:from] + source[to:]
	tree[file] = replace(t, source, "  profession: {kind: whole, required: true, label: {de: Betriebsart, en: Profession}}\n", "")
	checkFound(t, tree, file, []found{{"attributes:\n", "attributes have no profession, which every customer of a line has"}})
}

// TestAFamilyIsHeldAgainstItsOwnLines, and not against those of another; files
// deeper in the folder of lines are lines, too.
func TestAFamilyIsHeldAgainstItsOwnLines(t *testing.T) {
	t.Parallel()
	product := sample(t, cyberProduct+".yaml")
	for name, row := range map[string]struct {
		tree map[string]string
		want string
	}{
		"alone": {map[string]string{"x/p.yaml": product}, "is 95, which no file in x/lines is about"},
		"other family": {map[string]string{"x/p.yaml": product, "y/lines/l.yaml": sample(t, cyberLine+".yaml")},
			"is 95, which no file in x/lines is about"},
		"own family": {map[string]string{"x/p.yaml": product, "x/lines/l.yaml": sample(t, cyberLine+".yaml"), "y/lines/l.yaml": sample(t, cyberLine+".yaml")}, ""},
		"deeper":     {map[string]string{"x/p.yaml": product, "x/lines/new/l.yaml": sample(t, cyberLine+".yaml")}, ""},
		"professions of another": {map[string]string{"x/p.yaml": product, "x/lines/l.yaml": sample(t, cyberLine+".yaml"),
			"y/professions.yaml": replace(t, sample(t, professionsFile), "      293: {", "      294: {")}, ""},
	} {
		found := catalogue.Validate(files(row.tree))
		if (row.want == "") != (len(found) == 0) || len(found) > 0 && !strings.HasSuffix(found[0].Reason, row.want) {
			t.Errorf("%s: %v", name, found)
		}
	}
}
