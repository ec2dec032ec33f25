package store

// PackageVersion is a version of a booked package.
type PackageVersion struct {
	OrderID string
	Version int64
	Content PackageContent
	// Unreadable says why Content is empty.
	Unreadable error
}

// PackageVersionsIn reads the versions of booked packages by their orders.
func (v *View) PackageVersionsIn(s Stretch) ([]PackageVersion, error) {
	return listIn(v, scanPackageVersion, `SELECT order_id, version, body FROM order_version`, s, "order_id", "order_id, version")
}

func scanPackageVersion(scan func(...any) error) (PackageVersion, error) {
	var p PackageVersion
	var body string
	if err := scan(&p.OrderID, &p.Version, &body); err != nil {
		return p, err
	}
	var record contentRecord
	if p.Unreadable = decode(body, &record); p.Unreadable == nil {
		p.Content = record.content()
	}
	return p, nil
}

// RenewalsIn reads the renewals of policies.
func (v *View) RenewalsIn(s Stretch) ([]Renewal, error) {
	return listIn(v, scanRenewal, selectRenewal, s, "policy_id", "policy_id, number")
}

// PreviewsIn reads previews, without what was shown.
func (v *View) PreviewsIn(s Stretch) ([]Preview, error) {
	return listIn(v, scanPreview, `SELECT part, id, order_id, kind, order_version, created_at, expires_at FROM preview`, s, "id", "id")
}

func scanPreview(scan func(...any) error) (Preview, error) {
	var p Preview
	err := scan(&p.Part, &p.ID, &p.OrderID, &p.Kind, &p.OrderVersion, &p.CreatedAt, &p.ExpiresAt)
	return p, err
}

// OrdersMissing reads the orders that packages of a part and day became and
// that are not there. It costs what was booked that day, not what was quoted.
func (v *View) OrdersMissing(part string, day int64) ([]string, error) {
	return list(v, scanText, onDay(`SELECT order_id FROM quote_@ WHERE part = $1 AND order_id <> '' AND NOT EXISTS
		(SELECT 1 FROM orders WHERE orders.part = quote_@.part AND orders.id = quote_@.order_id) ORDER BY order_id`, day), part)
}
