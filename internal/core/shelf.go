package core

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// productShelf holds every product version that was ever on sale, because
// policies refer to them for longer than the files stay.
type productShelf struct {
	mu       sync.RWMutex
	versions map[productKey]insurance.Product
	// held is for how long quotes of a family are held at most, in days.
	held map[Family]int
}

// forGood is for how many days quotes are held that never end.
const forGood = math.MaxInt

// ErrProductChanged says that a product version is not what it was when it went on sale.
var ErrProductChanged = errors.New("a product version was changed after it had gone on sale; give the change a new version")

type productKey struct {
	code    string
	version int
}

// stockShelf records the catalogue's new versions and reads the old ones. It
// fails if a version was changed after it had gone on sale.
func (c *Core) stockShelf(ctx context.Context) error {
	c.products.versions, c.products.held = make(map[productKey]insurance.Product), make(map[Family]int)
	return c.decide(ctx, func(r reading) (*draft, error) {
		sold, err := r.Products()
		if err != nil {
			return nil, fmt.Errorf("read products: %w", err)
		}
		known := make(map[productKey]store.Product)
		for _, p := range sold {
			known[productKey{p.Code, int(p.Version)}] = p
			if err := c.shelve(p); err != nil {
				return nil, err
			}
		}
		return c.recordNew(r, known)
	})
}

// Sells tells whether there is any product to sell.
func (c *Core) Sells() bool {
	for range c.Catalogue.Entries() {
		return true
	}
	return false
}

// PolicyType is a tariff that a partner may sell, with the product versions in
// which it is, or was, on sale, newest first.
type PolicyType struct {
	Tariff   insurance.Tariff
	Versions []insurance.Product
}

// PolicyTypes lists what a partner may sell, with the versions that are or were
// on sale, newest first.
func (c *Core) PolicyTypes(ctx context.Context, p Partner, _ struct{}) ([]PolicyType, error) {
	now, err := c.Now(ctx)
	if err != nil {
		return nil, err
	}
	today := insurance.DateIn(now, p.Zone)
	var types []PolicyType
	for _, sold := range c.Catalogue.Types(string(p.Family)) {
		versions := slices.DeleteFunc(slices.Clone(sold.Versions), func(v insurance.Product) bool {
			return today.Before(v.OnSale.From)
		})
		if len(versions) == 0 {
			continue
		}
		tariff, _ := versions[0].FindTariff(sold.Tariff.Code)
		types = append(types, PolicyType{Tariff: tariff, Versions: versions})
	}
	return types, nil
}

func (c *Core) shelve(p store.Product) error {
	product, err := catalogue.Read(p.Name, p.Source)
	if err != nil {
		return fmt.Errorf("read product %s version %d as it was sold: %w", p.Code, p.Version, err)
	}
	c.products.put(Family(p.Family), product)
	return nil
}

func (c *Core) recordNew(r reading, known map[productKey]store.Product) (*draft, error) {
	var d *draft
	for entry := range c.Catalogue.Entries() {
		product := entry.Product
		digest := c.Catalogue.Digest(product.Code, product.Version)
		if was, sold := known[productKey{product.Code, product.Version}]; sold {
			if !bytes.Equal(was.Digest, digest[:]) {
				return nil, fmt.Errorf("%s: %w: version %d of %s", entry.File, ErrProductChanged, product.Version, product.Code)
			}
			continue
		}
		if d == nil {
			d = c.quiet(r, "")
		}
		d.AddProduct(store.Product{
			Family: entry.Family, Code: product.Code, Version: int64(product.Version), Name: entry.File,
			Digest: digest[:], Source: c.Catalogue.Source(product.Code, product.Version),
		}, r.now.UnixMicro())
		c.products.put(Family(entry.Family), product)
	}
	return d, nil
}

func (s *productShelf) put(family Family, p insurance.Product) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.versions[productKey{p.Code, p.Version}] = p
	s.held[family] = max(s.held[family], cmp.Or(p.QuoteDays, forGood))
}

// quoteDays is the longest that a quote of a family is held; ok is false if
// some are held for good.
func (s *productShelf) quoteDays(of Family) (days int, ok bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if days = s.held[of]; days == forGood {
		return 0, false
	}
	return days, true
}

// product is the version that a policy was sold on.
func (c *Core) product(code string, version int) (insurance.Product, error) {
	c.products.mu.RLock()
	defer c.products.mu.RUnlock()
	if p, ok := c.products.versions[productKey{code, version}]; ok {
		return p, nil
	}
	return insurance.Product{}, fmt.Errorf("find product %s version %d: it was never recorded here", code, version)
}
