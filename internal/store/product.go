package store

// Product is a product version as it was read when it first went on sale.
type Product struct {
	Family  string
	Code    string
	Version int64
	// Name is the file it was read from.
	Name   string
	Digest []byte
	Source []byte
}

// Products reads every product version that was ever on sale here.
func (v *View) Products() ([]Product, error) {
	return list(v, scanProduct, `SELECT family, code, version, name, digest, source FROM product ORDER BY family, code, version`)
}

func scanProduct(scan func(...any) error) (Product, error) {
	var p Product
	err := scan(&p.Family, &p.Code, &p.Version, &p.Name, &p.Digest, &p.Source)
	return p, err
}

// AddProduct records a product version that is new.
func (c *Changes) AddProduct(p Product, at int64) {
	c.insert("product/"+p.Code, `INSERT INTO product (family, code, version, name, digest, source, added_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		p.Family, p.Code, p.Version, p.Name, p.Digest, p.Source, at)
}
