package catalogue_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/insurance"
)

// files makes a tree of product files.
func files(named map[string]string) fs.FS {
	tree := fstest.MapFS{}
	for name, source := range named {
		tree[name] = &fstest.MapFile{Data: []byte(source)}
	}
	return tree
}

// version is the sample's repair cover under another version and day of sale.
func version(t testing.TB, number, onSale string) string {
	t.Helper()
	source := replace(t, sample(t, "hepster/repair.yaml"), "version: 1\n", "version: "+number+"\n")
	return replace(t, source, "{from: 2025-01-01}", onSale)
}

func load(t testing.TB, fsys fs.FS) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFindComparesCodesAsAWholeFirst(t *testing.T) {
	t.Parallel()
	source := sample(t, "hepster/repair.yaml")
	// Two codes that differ in case only, and in another product one more.
	source = replace(t, source, "HEP_Repair_999,99", "HEP_REPAIR_599,99")
	source = replace(t, source, "    price: {above: 599.99}\n", "    price: {above: 599.99, up_to: 599.99}\n")
	_, err := catalogue.Load(files(map[string]string{"hepster/a.yaml": source}))
	if err == nil {
		t.Fatal("a band without width was taken")
	}
	source = replace(t, source, "    price: {above: 599.99, up_to: 599.99}\n", "")
	source = replace(t, source, "    price: {above: 999.99}\n", "")
	source = replace(t, source, "HEP_Repair_1499,99", "Sofort_1499,99")
	c := load(t, files(map[string]string{"hepster/a.yaml": source}))
	for _, row := range []struct{ family, code, want string }{
		{"hepster", "HEP_Repair_599,99", "HEP_Repair_599,99"},
		{"hepster", "HEP_REPAIR_599,99", "HEP_REPAIR_599,99"},
		{"hepster", "hep_repair_599,99", ""}, // two would match
		{"hepster", "hep_repair_299,99", "HEP_Repair_299,99"},
		{"hepster", "SOFORT_1499,99", "Sofort_1499,99"},
		{"hepster", "HEP_Repair_599.99", ""}, // never read as a number
		{"hepster", " HEP_Repair_299,99", ""},
		{"hepster", "HEP_Repair", ""},
		{"hepster", "", ""},
		{"xcover", "HEP_Repair_299,99", ""},
	} {
		product, tariff, ok := c.Find(row.family, row.code, insurance.MustDate("2026-11-22"))
		if tariff.Code != row.want || ok != (row.want != "") || ok != (product.Code == "HEP_Repair") {
			t.Errorf("%s %q: found %q of %q, %v", row.family, row.code, tariff.Code, product.Code, ok)
		}
	}
}

func TestFindTakesTheVersionOnSale(t *testing.T) {
	t.Parallel()
	c := load(t, files(map[string]string{
		"hepster/z-old.yaml":  version(t, "1", "{from: 2025-01-01}"),
		"hepster/a-next.yaml": version(t, "2", "{from: 2026-03-01, until: 2026-06-30}"),
		"hepster/m/last.yaml": version(t, "10", "{from: 2026-08-01}"),
	}))
	for day, want := range map[string]int{
		"2024-12-31": 0, "2025-01-01": 1, "2026-02-28": 1, "2026-03-01": 2, "2026-06-30": 2,
		"2026-07-01": 0, "2026-07-31": 0, "2026-08-01": 10, "2099-01-01": 10,
	} {
		for _, code := range []string{"HEP_Repair_599,99", "hep_repair_599,99"} {
			product, _, ok := c.Find("hepster", code, insurance.MustDate(day))
			if product.Version != want || ok != (want != 0) {
				t.Errorf("%s on %s is version %d instead of %d", code, day, product.Version, want)
			}
		}
	}
	var order []int
	for _, p := range c.Products("hepster") {
		order = append(order, p.Version)
	}
	if !slices.Equal(order, []int{1, 2, 10}) {
		t.Errorf("the versions come as %v", order)
	}
	if p, ok := c.Version("HEP_Repair", 1); !ok || p.OnSale.To != insurance.MustDate("2026-02-28") {
		t.Errorf("version 1 is on sale until %s", p.OnSale.To)
	}
}

func TestEveryVersionKeepsItsSource(t *testing.T) {
	t.Parallel()
	first, second := version(t, "1", "{from: 2025-01-01}"), version(t, "2", "{from: 2026-01-01}")
	c := load(t, files(map[string]string{"hepster/1.yaml": first, "hepster/2.yaml": second}))
	for number, source := range map[int]string{1: first, 2: second} {
		got := c.Source("HEP_Repair", number)
		if string(got) != source || c.Digest("HEP_Repair", number) != sha256.Sum256([]byte(source)) {
			t.Errorf("version %d is not what was read", number)
		}
		got[0]++ // a copy: nobody can change what was sold
		if !bytes.Equal(c.Source("HEP_Repair", number), []byte(source)) {
			t.Errorf("version %d was changed from outside", number)
		}
	}
	if c.Source("HEP_Repair", 3) != nil || c.Digest("HEP_Bike", 1) != [32]byte{} {
		t.Error("an unknown version has a source")
	}
	if _, ok := c.Version("HEP_Repair", 3); ok {
		t.Error("an unknown version was found")
	}
	var names []string
	for e := range c.Entries() {
		names = append(names, e.Family+" "+e.File)
	}
	if !slices.Equal(names, []string{"hepster hepster/1.yaml", "hepster hepster/2.yaml"}) {
		t.Errorf("entries %v", names)
	}
}

// TestFilesAreHeldAgainstEachOther goes through what is right in each file
// and wrong in all of them.
func TestFilesAreHeldAgainstEachOther(t *testing.T) {
	t.Parallel()
	one := version(t, "1", "{from: 2025-01-01}")
	other := replace(t, one, "code: HEP_Repair\n", "code: HEP_Other\n")
	ended := replace(t, one, "{from: 2025-01-01}", "{from: 2025-01-01, until: 2025-12-31}")
	clash := func(i int, code string) string {
		return fmt.Sprintf("h/1.yaml:%s: tariffs[%d].code %s is also sold by HEP_Other at the same time, see h/2.yaml",
			position(t, one, "code: "+code), i, code)
	}
	later := replace(t, other, "{from: 2025-01-01}", "{from: 2026-01-01}")
	for _, row := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"versions in step", map[string]string{"h/1.yaml": one, "h/2.yaml": version(t, "2", "{from: 2025-01-02}")}, nil},
		{"codes one after the other", map[string]string{"h/1.yaml": ended, "h/2.yaml": later}, nil},
		{"codes in two families", map[string]string{"h/1.yaml": one, "x/2.yaml": other}, nil},
		{"nothing", map[string]string{}, nil},
		{"other files", map[string]string{"h/README.md": "# hello", "LICENSE": "mine"}, nil},
		{"same version", map[string]string{"h/1.yaml": one, "h/2.yaml": one}, []string{
			"h/2.yaml:" + position(t, one, "version: 1\n") + ": version 1 of HEP_Repair is also in h/1.yaml"}},
		{"same day", map[string]string{"h/1.yaml": one, "h/2.yaml": version(t, "2", "{from: 2025-01-01}")}, []string{
			"h/2.yaml:" + position(t, one, "from: 2025-01-01}") + ": on_sale.from is not after 2025-01-01, when version 1 begins in h/1.yaml"}},
		{"two families", map[string]string{"h/1.yaml": one, "x/2.yaml": version(t, "2", "{from: 2026-01-01}")}, []string{
			"x/2.yaml:" + position(t, one, "code: HEP_Repair\n") + ": code HEP_Repair belongs to the family h, see h/1.yaml"}},
		{"tariff codes", map[string]string{"h/1.yaml": one, "h/2.yaml": other}, []string{
			clash(0, "HEP_Repair_299,99"),
			clash(1, "HEP_Repair_599,99"),
			clash(2, "HEP_Repair_999,99"),
			clash(3, "HEP_Repair_1499,99")}},
		{"no family", map[string]string{"1.yaml": one}, []string{
			"1.yaml: is not inside the folder of a partner family, such as hepster/"}},
		{"wrong ending", map[string]string{"h/1.yml": one}, []string{
			"h/1.yml: is not read, because product files end in .yaml"}},
		{"each file's own", map[string]string{"h/1.yaml": "a: [", "x/2.yaml": ""}, []string{
			"h/1.yaml:1:4: sequence end token ']' not found",
			"x/2.yaml:1:1: the file must hold one YAML document"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range catalogue.Validate(files(row.files)) {
				got = append(got, p.String())
			}
			if !slices.Equal(got, row.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(row.want, "\n  "))
			}
			if _, err := catalogue.Load(files(row.files)); (err == nil) != (row.want == nil) {
				t.Errorf("Load says %v", err)
			}
		})
	}
}

func TestValidateTellsWhatItCouldNotRead(t *testing.T) {
	t.Parallel()
	problems := catalogue.Validate(unreadable{})
	if len(problems) != 1 || problems[0].File != "." || !strings.Contains(problems[0].Reason, fs.ErrPermission.Error()) {
		t.Errorf("%v", problems)
	}
}

// unreadable is a folder that nobody may look into.
type unreadable struct{}

func (unreadable) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}
