package catalogue_test

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/insurance"
)

func sample(t testing.TB, name string) string {
	t.Helper()
	source, err := fs.ReadFile(catalogue.Sample(), name)
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

func replace(t testing.TB, source, old, replacement string) string {
	t.Helper()
	if n := strings.Count(source, old); n != 1 {
		t.Fatalf("%q occurs %d times in the sample", old, n)
	}
	return strings.Replace(source, old, replacement, 1)
}

// position is line:column of the only place where marker stands.
func position(t testing.TB, source, marker string) string {
	t.Helper()
	if n := strings.Count(source, marker); n != 1 {
		t.Fatalf("%q occurs %d times in the broken file", marker, n)
	}
	before, _, _ := strings.Cut(source, marker)
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:]) + 1
	return fmt.Sprintf("%d:%d", line, column)
}

// broken are edits of a sample file: old becomes new, and each problem is
// found where its marker stands.
var broken = []breakage{
	// YAML itself.
	{"tab", "repair", "  max_behind: 28      #", "\tmax_behind: 28      #", []found{
		{"\tmax_behind: 28", "found character '\t' that cannot start any token"}}},
	{"duplicate key", "repair", "version: 1\n", "version: 1\ncode: X\n", []found{
		{"code: X", `mapping key "code" already defined at [9:1]`}}},
	{"anchor", "repair", "code: HEP_Repair\n", "code: &it HEP_Repair\n", []found{
		{"code: &it", "code uses Anchor, which product files do without"}}},
	{"merge key", "repair", "code: HEP_Repair\n", "code: HEP_Repair\n<<: {a: 1}\n", []found{
		{"<<: {a", "<< is a merge key, which product files do without"}}},

	// Shape.
	{"missing", "repair", "commission: 25%\n", "", []found{
		{"# yaml-language-server", "commission is missing"}}},
	{"missing below", "repair", "        source: VersStG §6(1)\n", "", []found{
		{"name: {de: Versicherungsteuer, en", "markets.DE.taxes[0].source is missing"}}},
	{"unknown key", "repair", "default_term: 36M", "default_terms: 36M", []found{
		{"# yaml-language-server", "default_term is missing"}, {"default_terms", "default_terms is not known here"}}},
	{"type", "repair", "version: 1\n", "version: one\n", []found{
		{"version: one", "version must be a whole number, not text"}}},
	{"empty value", "repair", "terms_version: 2026-01", "terms_version:", []found{
		{"terms_version:", "terms_version must be text, not empty"}}},
	{"unknown kind", "repair", "  fixed: [12M", "  forever: [12M", []found{
		{"forever: [12M", "kinds.forever is not known here"}}},
	{"impossible day", "repair", "{from: 2025-01-01}", "{from: 2025-02-29}", []found{
		{"from: 2025-02-29", "on_sale.from is not a date of the form YYYY-MM-DD"}}},
	{"period", "repair", "36M, 48M]\ndefault", "36M, 4Q]\ndefault", []found{
		{"4Q]\ndefault", "kinds.fixed[3] is not a period such as 36M or 3Y"}}},
	{"currency", "repair", "    currency: EUR\n    zone: Europe/Vienna", "    currency: EWR\n    zone: Europe/Vienna", []found{
		{"currency: EWR", `markets.AT.currency "EWR" is not an ISO 4217 currency`}}},
	{"country", "repair", "  AT:\n", "  XQ:\n", []found{
		{"XQ:\n", "markets.XQ is not an ISO 3166-1 alpha-2 country code in capitals"}}},
	{"zone", "repair", "zone: Europe/Vienna", "zone: Europe/Wien", []found{
		{"zone: Europe/Wien", "markets.AT.zone is not a time zone of the IANA database, such as Europe/Berlin"}}},
	{"tax without percent", "repair", "rate: 19%", "rate: 19", []found{
		{"rate: 19", "markets.DE.taxes[0].rate is not a share between 0 and 1, such as 19% or 0.19"}}},
	{"factor of nothing", "repair", "{0: 1.30, 10", "{0: 0.00, 10", []found{
		{"0: 0.00", "factors.deductible.0 must be more than 0"}}},
	{"negative price", "repair", "{12M: 14.90", "{12M: -14.90", []found{
		{"12M: -14.90", "tariffs[0].net.12M must not be negative"}}},
	{"too many digits", "repair", "{12M: 14.90", "{12M: 14.901234567890123456789", []found{
		{"12M: 14.9012", `tariffs[0].net.12M "14.901234567890123456789" has too many digits`}}},
	{"number in disguise", "repair", "version: 1\n", "version: 0x1\n", []found{
		{"version: 0x1", "version must be a whole number, not text"}}},
	{"unknown reason", "repair", "    FRAUD: ", "    TREASON: ", []found{
		{"TREASON", "cancellation.reasons.TREASON is not known here"}}},
	{"said twice", "repair", "deductibles: [0, 10, 25]", "deductibles: [0, 10, 25, 10]", []found{
		{"deductibles: [0, 10, 25, 10]", "deductibles says the same at [1] and [3]"}}},
	{"not a choice", "repair", "contract: individual", "contract: handshake", []found{
		{"contract: handshake", "contract must be one of individual, group"}}},
	{"empty list", "repair", "languages: [de, en]", "languages: []", []found{
		{"languages: []", "languages must not be empty"}}},
	{"too long", "repair", "terms_version: 2026-01", "terms_version: " + strings.Repeat("x", 201), []found{
		{"terms_version: x", "terms_version must not be longer than 200 characters"}}},
	{"not secure", "repair", "claims_url: https:", "claims_url: http:", []found{
		{"claims_url: http:", "insurer.claims_url must match ^https://"}}},
	{"too few", "repair", "version: 1\n", "version: 0\n", []found{
		{"version: 0", "version must be at least 1"}}},
	{"too many", "repair", "deductibles: [0, 10, 25]", "deductibles: [0, 10, 101]", []found{
		{"101]", "deductibles[2] must be at most 100"}}},
	{"whole but not written so", "repair", "version: 1\n", "version: 1.0\n", []found{
		{"version: 1.0", "version is not written as a whole number"}}},
	{"price in percent", "repair", "{12M: 14.90", "{12M: 15%", []found{
		{"12M: 15%", "tariffs[0].net.12M is an amount of money, not a percentage"}}},
	{"interval in days", "phone-subscription", "interval: 1M", "interval: 7D", []found{
		{"1M, 12M]\n", "kinds.recurring[0] is not a whole number of the interval 7D"},
		{"12M]\ndefault", "kinds.recurring[1] is not a whole number of the interval 7D"}}},
	{"no longer a text", "repair", "    - Weltweit, die", "    - Weltweit: die", []found{
		{"Weltweit: die", "information.de.territory[0] must be text, not a mapping"}}},

	// Sense: sale, terms and objects.
	{"sale backwards", "repair", "{from: 2025-01-01}", "{from: 2025-01-01, until: 2024-12-31}", []found{
		{"until: 2024-12-31", "on_sale.until is before from, which is 2025-01-01"}}},
	{"default term", "repair", "default_term: 36M", "default_term: 60M", []found{
		{"default_term: 60M", "default_term is 60M, which no kind offers"}}},
	{"default deductible", "repair", "default_deductible: 10", "default_deductible: 15", []found{
		{"default_deductible: 15", "default_deductible is 15, which is not among the deductibles"}}},
	{"renewal over a year", "bike", "  recurring: [1M, 12M]", "  recurring: [1M, 24M]", []found{
		{"24M]\n  fixed", "kinds.recurring[1] is over a year, for which no policy can renew (VVG §11(1))"}}},
	{"interval", "bike", "interval: 1M", "interval: 5M", []found{
		{"1M, 12M]\n  fixed", "kinds.recurring[0] is not a whole number of the interval 5M"},
		{"12M]\n  fixed", "kinds.recurring[1] is not a whole number of the interval 5M"},
		{"12M, 24M, 36M]", "kinds.fixed[0] is not a whole number of the interval 5M"},
		{"24M, 36M]", "kinds.fixed[1] is not a whole number of the interval 5M"},
		{"36M]", "kinds.fixed[2] is not a whole number of the interval 5M"}}},
	{"sales price optional", "repair", "{kind: amount, required: true,", "{kind: amount,", []found{
		{"sales_price:", "attributes.sales_price must be a required amount, because the price bands are bands of it"}}},
	{"unbounded text", "repair", "max_length: 256, label", "label", []found{
		{"model:\n", "attributes.model.max_length belongs to every text and to nothing else"}}},

	// Sense: prices.
	{"factor without a row", "repair", "{0: 1.30, 10: 1.00, 25: 0.80}", "{0: 1.30, 10: 1.00}", []found{
		{"deductible: {0: 1.30", "factors.deductible has no row for 25"}}},
	{"factor for an object", "repair", "    Tablet: 1.05\n", "", []found{
		{"object_type:\n", "factors.object_type has no row for Tablet"}}},
	{"factor for a country", "repair", "country: {DE: 1.00, AT: 1.04}", "country: {DE: 1.00, AT: 1.04, FR: 1.10}", []found{
		{"FR: 1.10", "factors.country.FR is a row for something that is not offered"}}},
	{"no deductible table", "repair", "  deductible: {0: 1.30, 10: 1.00, 25: 0.80}\n", "", []found{
		{"factors:\n", "factors has no deductible, although there are several to choose from"}}},
	{"term without a price", "repair", "36M: 58.90, 48M: 74.90}", "36M: 58.90}", []found{
		{"net: {12M: 24.90", "tariffs[1].net has no price for 48M"}}},
	{"price without a term", "repair", "36M: 58.90, 48M: 74.90}", "36M: 58.90, 48M: 74.90, 60M: 80}", []found{
		{"60M: 80", "tariffs[1].net.60M is the price of a term that no kind offers"}}},
	{"price for nothing", "repair", "48M: 74.90", "48M: 0", []found{
		{"48M: 0}", "tariffs[1].net.48M must be more than 0"}}},
	{"two prices", "repair", "48M: 74.90", "48M: 74.90, 4Y: 75.90", []found{
		{"4Y: 75.90", "tariffs[1].net.4Y is a second price for 48M"}}},
	{"code twice", "repair", "HEP_Repair_999,99", "HEP_Repair_599,99", []found{
		{"code: HEP_Repair_599,99\n    price: {above: 599.99}", "tariffs[2].code HEP_Repair_599,99 is the code of an earlier tariff"},
		{"above: 599.99", "tariffs[2].price.above is not below the top of the band, 599.99"},
		{"above: 999.99", "tariffs[3].price.above is 999.99, which leaves a gap above 599.99, the top of HEP_Repair_599,99"}}},
	{"ending disagrees", "repair", "{above: 299.99}", "{above: 299.99, up_to: 600}", []found{
		{"up_to: 600", "tariffs[1].price.up_to is 600, but the code ends in 599.99"},
		{"above: 599.99", "tariffs[2].price.above is 599.99, which lies in the band of HEP_Repair_599,99"}}},
	{"gap", "repair", "{above: 299.99}", "{above: 300.00}", []found{
		{"above: 300.00", "tariffs[1].price.above is 300, which leaves a gap above 299.99, the top of HEP_Repair_299,99"}}},
	{"overlap", "repair", "{above: 299.99}", "{above: 299.90}", []found{
		{"above: 299.90", "tariffs[1].price.above is 299.9, which lies in the band of HEP_Repair_299,99"}}},
	{"band from nothing", "repair", "    price: {above: 299.99}\n", "", []found{
		{"code: HEP_Repair_599,99", "tariffs[1].price.above is 0, which lies in the band of HEP_Repair_299,99"}}},
	{"band finer than money", "repair", "{above: 299.99}", "{above: 299.995}", []found{
		{"price: {above: 299.995}", "tariffs[1].price has a bound 299.995 that is no amount of EUR: it has more than 2 decimal digits"},
		{"above: 299.995", "tariffs[1].price.above is 299.995, which leaves a gap above 299.99, the top of HEP_Repair_299,99"}}},

	// Sense: taxes.
	{"tax ends", "repair", "from: 2007-01-01\n", "from: 2007-01-01\n        until: 2026-12-31\n", []found{
		{"taxes:\n      - name: {de: Versicherungsteuer,", "markets.DE.taxes have no rule for 2027-01-01, on which cover can begin"}}},
	{"tax begins late", "repair", "from: 2007-01-01\n", "from: 2025-01-01\n", []found{
		{"taxes:\n      - name: {de: Versicherungsteuer,", "markets.DE.taxes have no rule for 2024-12-04, on which cover can begin"}}},
	{"tax backwards", "repair", "from: 2007-01-01\n", "from: 2007-01-01\n        until: 2006-01-01\n", []found{
		{"taxes:\n      - name: {de: Versicherungsteuer,", "markets.DE.taxes have no rule for 2024-12-04, on which cover can begin"},
		{"until: 2006-01-01", "markets.DE.taxes[0].until is before from, which is 2007-01-01"}}},
	{"taxes overlap", "repair", "        source: VersStG §6(1)\n", secondTax("2027-01-01"), []found{
		{"from: 2027-01-01", "markets.DE.taxes[1].from is 2027-01-01, when an earlier rule for the same tax still holds"}}},
	{"tax gap", "repair", "        from: 2007-01-01\n        source: VersStG §6(1)\n",
		"        from: 2007-01-01\n        until: 2026-12-31\n" + secondTax("2027-02-01"), []found{
			{"taxes:\n      - name: {de: Versicherungsteuer, en: Insurance premium tax}\n        rate: 19%",
				"markets.DE.taxes have no rule for 2027-01-01, on which cover can begin"},
			{"from: 2027-02-01", "markets.DE.taxes[1].from is 2027-02-01, which leaves days without this tax after 2026-12-31"}}},

	// Sense: endings and languages.
	{"no withdrawal", "repair", "    WITHDRAWAL:      {ending: withdraw, effect: receipt,   refund: full,     partner_may: true}\n", "", []found{
		{"reasons:\n", "cancellation.reasons has no WITHDRAWAL, although withdrawal_days is 14"}}},
	{"withdrawal that cancels", "repair", "{ending: withdraw,", "{ending: cancel,", []found{
		{"ending: cancel, effect: receipt", "cancellation.reasons.WITHDRAWAL.ending must be withdraw for WITHDRAWAL and for nothing else"}}},
	{"void with cover", "repair", "ending: void,     effect: inception, refund: full,     partner_may: true", "ending: void, effect: day, refund: full, partner_may: true", []found{
		{"effect: day, refund", "cancellation.reasons.DUPLICATE.effect must be inception where ending is void, and only there"}}},
	{"term end of a fixed policy", "bike", "partner_may: true, kinds: [recurring]}", "partner_may: true}", []found{
		{"effect: term_end", "cancellation.reasons.ORDINARY.effect is term_end, which needs kinds: [recurring], because a fixed policy ends by itself"}}},
	{"reason of a kind not sold", "phone-subscription", "effect: term_end,  refund: pro_rata, partner_may: true}", "effect: term_end, refund: pro_rata, partner_may: true, kinds: [recurring, fixed]}", []found{
		{"fixed]", "cancellation.reasons.ORDINARY.kinds[1] is fixed, which the product is not sold as"}}},
	{"untranslated", "repair", "TV: {de: Fernseher, en: Television}", "TV: {de: Fernseher}", []found{
		{"TV: {de: Fernseher}", "object_types.TV has no text in en"}}},
	{"foreign", "repair", "TV: {de: Fernseher, en: Television}", "TV: {de: Fernseher, en: Television, fr: Télé}", []found{
		{"fr: Télé", "object_types.TV.fr is not a language of the file, which are de, en"}}},
	{"no information document", "repair", "  en:\n    line: Electronics", "  fr:\n    line: Electronics", []found{
		{"information:\n", "information has no text in en"},
		{"fr:\n    line", "information.fr is not a language of the file, which are de, en"}}},
}

// breakage is an edit of a sample file, of hepster's if no folder is named.
type breakage struct {
	name, file, old, new string
	problems             []found
}

// found is a problem: where it is, and why.
type found struct{ marker, reason string }

func secondTax(from string) string {
	return "        source: VersStG §6(1)\n      - name: {de: Versicherungsteuer, en: Insurance premium tax}\n" +
		"        rate: 20%\n        from: " + from + "\n        source: invented\n"
}

func TestReadSaysWhatIsWrongAndWhere(t *testing.T) {
	t.Parallel()
	for _, row := range slices.Concat(broken, brokenPackages, brokenRates) {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			name := row.file + ".yaml"
			if !strings.Contains(name, "/") {
				name = "hepster/" + name
			}
			source := replace(t, sample(t, name), row.old, row.new)
			var want []string
			for _, p := range row.problems {
				want = append(want, fmt.Sprintf("%s:%s: %s", name, position(t, source, p.marker), p.reason))
			}
			_, err := catalogue.Read(name, []byte(source))
			if got := reasons(t, err); !slices.Equal(got, want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
			}
		})
	}
}

func reasons(t testing.TB, err error) []string {
	t.Helper()
	problems, ok := errors.AsType[catalogue.Problems](err)
	if !ok {
		t.Fatalf("the error is %v, not Problems", err)
	}
	return strings.Split(problems.Error(), "\n")
}

func TestReadReportsEverythingOfAStage(t *testing.T) {
	t.Parallel()
	source := sample(t, "hepster/repair.yaml")
	for _, edit := range [][2]string{
		{"default_term: 36M", "default_term: 60M"},
		{"25: 0.80}", "20: 0.80}"},
		{"{above: 299.99}", "{above: 300}"},
	} {
		source = replace(t, source, edit[0], edit[1])
	}
	_, err := catalogue.Read("x.yaml", []byte(source))
	if got := reasons(t, err); len(got) != 4 {
		t.Errorf("%d problems instead of 4:\n%s", len(got), strings.Join(got, "\n"))
	}
}

func TestReadTakesOnlyOneDocument(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"empty": "", "comment": "# nothing\n", "two": "a: 1\n---\nb: 2\n",
	} {
		_, err := catalogue.Read(name, []byte(source))
		if got, want := reasons(t, err), name+":1:1: the file must hold one YAML document"; len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestReadBoundsWhatItShowsTheParser with files that would keep the YAML
// parser busy for minutes.
func TestReadBoundsWhatItShowsTheParser(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ source, want string }{
		{"#\n" + strings.Repeat("\n", 1<<20), "x:1:1: the file is larger than 1048576 bytes"},
		{"a: 1\nb: " + strings.Repeat("- ", 1<<18), "x:2:1: the line is longer than 2000 bytes"},
		{"a:\n" + strings.Repeat(" [\n", 1<<18), "x:22:2: more than 20 brackets are open"},
		{"a: " + strings.Repeat("{a: ", 400), "x:1:84: more than 20 brackets are open"},
		{"a: '" + strings.Repeat("[", 400) + "'", ""},
	} {
		_, err := catalogue.Read("x", []byte(row.source))
		if got := reasons(t, err); row.want != "" && (len(got) != 1 || got[0] != row.want) {
			t.Errorf("%.20q: %.200q", row.source, got)
		} else if row.want == "" && strings.Contains(got[0], "brackets") {
			t.Errorf("brackets in a text were counted: %q", got[0])
		}
	}
}

func TestReadKeepsEveryDigit(t *testing.T) {
	t.Parallel()
	source := sample(t, "hepster/repair.yaml")
	source = replace(t, source, "{12M: 14.90,", "{12M: 0.3000000000000000001,")
	source = replace(t, source, "    Phone: 1.20\n", "    Phone: \"1.000000000000000001\"\n")
	source = replace(t, source, "commission: 25%", "commission: 12.3456789%")
	product, err := catalogue.Read("x.yaml", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	tariff, _ := product.FindTariff("HEP_Repair_299,99")
	for what, got := range map[string][2]string{
		"price":      {tariff.Terms[0].Net.String(), "0.3000000000000000001"},
		"factor":     {tariff.Factors[1].Rows["Phone"].String(), "1.000000000000000001"},
		"commission": {product.Commission.String(), "0.123456789"},
		"band":       {tariff.Band.UpTo.String(), "299.99"},
	} {
		if got[0] != got[1] {
			t.Errorf("%s is %s, not %s", what, got[0], got[1])
		}
	}
}

func TestReadFillsTheBandFromTheCode(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ code, price, above, upTo string }{
		{"HEP_Repair_299,99", "", "0", "299.99"},
		{"HEP_Repair_299.99", "", "0", "299.99"},
		{"HEP_Repair_300", "", "0", "300"},
		{"HEP_Repair_299,99", "    price: {up_to: \"299.990\"}\n", "0", "299.99"},
		{"Über 3 Äpfel", "    price: {up_to: 299.99}\n", "0", "299.99"},
		{"HEP_Repair_299,9", "    price: {up_to: 299.99}\n", "0", "299.99"},
	} {
		source := sample(t, "hepster/repair.yaml")
		first, rest := strings.Index(source, "  - code: HEP_Repair_299,99"), strings.Index(source, "  - code: HEP_Repair_599,99")
		tariff := "  - code: " + row.code + "\n" + row.price + "    net: {12M: 14.90, 24M: 24.90, 36M: 32.90, 48M: 41.90}\n"
		end := strings.Index(source, "# The intermediary's part")
		if first < 0 || rest < first || end < rest {
			t.Fatal("the sample's tariffs are not where they were")
		}
		product, err := catalogue.Read("x.yaml", []byte(source[:first]+tariff+source[end:]))
		if err != nil {
			t.Errorf("%s: %v", row.code, err)
			continue
		}
		if band := product.Tariffs[0].Band; band.Above.String() != row.above || band.UpTo.String() != row.upTo {
			t.Errorf("%s: band %s to %s", row.code, band.Above, band.UpTo)
		}
	}
}

func TestReadSellsATermAsItsKindsOnly(t *testing.T) {
	t.Parallel()
	product, err := catalogue.Read("x.yaml", []byte(sample(t, "hepster/bike.yaml")))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"1M": "[recurring]", "12M": "[recurring fixed]", "24M": "[fixed]", "36M": "[fixed]"}
	for _, tariff := range product.Tariffs {
		for _, row := range tariff.Terms {
			if got := fmt.Sprint(row.Kinds); got != want[row.Term.String()] {
				t.Errorf("%s %s is sold as %s", tariff.Code, row.Term, got)
			}
		}
	}
	if product.Withdrawal != (insurance.Withdrawal{Days: 14, Refund: insurance.RefundFull}) {
		t.Errorf("withdrawal %+v", product.Withdrawal)
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{
		"hepster/repair", "hepster/phone-subscription", "hepster/warranty-extension", "hepster/bike",
		"xcover/event-ticket-protection", "xcover/parcel-insurance", "xcover/device-subscription",
		cyberProduct,
	} {
		f.Add(sample(f, name+".yaml"))
	}
	for _, row := range slices.Concat(broken, brokenPackages, brokenRates) {
		f.Add(row.new)
	}
	f.Fuzz(func(t *testing.T, source string) {
		product, err := catalogue.Read("x.yaml", []byte(source))
		if err == nil && len(product.Tariffs) == 0 {
			t.Error("a product without tariffs was read")
		}
		if _, ok := errors.AsType[catalogue.Problems](err); err != nil && !ok {
			t.Errorf("the error is %T", err)
		}
	})
}
