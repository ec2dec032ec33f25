package catalogue

import (
	"bytes"
	"io/fs"
	"iter"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/insurance"
)

// Catalogue is everything that is or was sold. It never changes after Load
// and may be read by many at once.
type Catalogue struct {
	entries []Entry
	exact   map[tariffKey][]place
	folded  map[tariffKey][]place
	// lines by id, and professions as their file has them, by family.
	lines       map[string][]insurance.Line
	professions map[string][]insurance.Profession
}

// Entry is one version of a product and the file it came from.
type Entry struct {
	// Family is the partner family that the product is offered to: the
	// folder of its file.
	Family string
	File   string
	// Product has OnSale.To cut to the day before a newer version begins.
	Product insurance.Product
	Source  []byte
	// Digest is the SHA-256 of Source.
	Digest [32]byte
}

type tariffKey struct{ family, code string }

// place is a tariff inside an entry.
type place struct{ entry, tariff int }

// Load reads every *.yaml below fsys; the first folder of a path is the
// partner family. Below it, lines/ holds lines of business, professions.yaml
// the professions, and everything else products. Problems are all reported at
// once, as Problems.
func Load(fsys fs.FS) (*Catalogue, error) {
	files, err := readAll(fsys)
	if err != nil {
		return nil, err
	}
	reconcile(files.products)
	files.reconcileLines()
	if problems := files.problems(); len(problems) > 0 {
		return nil, problems
	}
	c := index(files.products)
	c.indexLines(files)
	return c, nil
}

func index(files []*file) *Catalogue {
	c := &Catalogue{
		exact: make(map[tariffKey][]place), folded: make(map[tariffKey][]place),
		lines: make(map[string][]insurance.Line), professions: make(map[string][]insurance.Profession),
	}
	for _, f := range files {
		c.entries = append(c.entries, f.entry)
	}
	slices.SortStableFunc(c.entries, func(a, b Entry) int {
		return strings.Compare(a.Family+"\x00"+a.Product.Code, b.Family+"\x00"+b.Product.Code)
	})
	for e, entry := range c.entries {
		for t, tariff := range entry.Product.Tariffs {
			exact := tariffKey{entry.Family, tariff.Code}
			folded := tariffKey{entry.Family, fold(tariff.Code)}
			c.exact[exact] = append(c.exact[exact], place{e, t})
			c.folded[folded] = append(c.folded[folded], place{e, t})
		}
	}
	return c
}

func fold(code string) string { return strings.ToLower(strings.ToUpper(code)) }

// Products are all versions of the products offered to a partner family, by
// code and then by version.
func (c *Catalogue) Products(family string) []insurance.Product {
	var all []insurance.Product
	for _, e := range c.entries {
		if e.Family == family {
			all = append(all, e.Product)
		}
	}
	return all
}

// Find is the tariff that a partner family may sell under a code to somebody
// who concludes on that day, with the version of its product then on sale.
// The code is compared as it stands, and only if nothing has it so, without
// regard to case; then it must mean a single tariff.
func (c *Catalogue) Find(family, tariffCode string, on insurance.Date) (insurance.Product, insurance.Tariff, bool) {
	found := c.onSale(c.exact[tariffKey{family, tariffCode}], on)
	if len(found) == 0 {
		found = c.onSale(c.folded[tariffKey{family, fold(tariffCode)}], on)
	}
	if len(found) != 1 {
		return insurance.Product{}, insurance.Tariff{}, false
	}
	product := c.entries[found[0].entry].Product
	return product, product.Tariffs[found[0].tariff], true
}

// FindVersion is Find, of one version of the product: it finds nothing if that
// is not the version on sale on that day. Version 0 is whichever is on sale.
func (c *Catalogue) FindVersion(
	family, tariffCode string, version int, on insurance.Date,
) (insurance.Product, insurance.Tariff, bool) {
	product, tariff, ok := c.Find(family, tariffCode, on)
	if !ok || (version != 0 && product.Version != version) {
		return insurance.Product{}, insurance.Tariff{}, false
	}
	return product, tariff, true
}

func (c *Catalogue) onSale(places []place, on insurance.Date) []place {
	var found []place
	for _, p := range places {
		if c.entries[p.entry].Product.SoldOn(on) {
			found = append(found, p)
		}
	}
	return found
}

// Version is one version of a product, on sale or not.
func (c *Catalogue) Version(code string, version int) (insurance.Product, bool) {
	e, ok := c.entry(code, version)
	return e.Product, ok
}

// Source is the file of a version as it was read; nil for an unknown one.
func (c *Catalogue) Source(code string, version int) []byte {
	e, _ := c.entry(code, version)
	return bytes.Clone(e.Source)
}

// Digest is the SHA-256 of Source; zero for an unknown version.
func (c *Catalogue) Digest(code string, version int) [32]byte {
	e, _ := c.entry(code, version)
	return e.Digest
}

// Entries goes through all versions by family, code and version.
func (c *Catalogue) Entries() iter.Seq[Entry] { return slices.Values(c.entries) }

func (c *Catalogue) entry(code string, version int) (Entry, bool) {
	for _, e := range c.entries {
		if e.Product.Code == code && e.Product.Version == version {
			return e, true
		}
	}
	return Entry{}, false
}
