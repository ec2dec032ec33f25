package store_test

import (
	"errors"
	"testing"

	"github.com/covernote/covernote/internal/store"
)

// What is looked at to compare it is read by stretches like what it belongs
// to, and says what cannot be read.
func TestRowsOfPackagesByStretch(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		renewal := store.Renewal{Part: "p", PolicyID: "2", Number: 1, ID: "R", OrderID: "2"}
		preview := store.Preview{Part: "p", ID: "2", OrderID: "2", Kind: "k", OrderVersion: 3, CreatedAt: 4, ExpiresAt: 5}
		mustPut(t, s, "p", func(c *store.Changes) {
			for _, id := range []string{"1", "2", "3"} {
				c.AddOrderContent(id, 1, 5, aContent())
				other := store.Renewal{Part: "p", PolicyID: id + "0", Number: 1, ID: id, OrderID: id}
				c.AddRenewal(other)
				c.AddPreview(store.Preview{Part: "p", ID: id + "0", OrderID: id, Body: "{}"})
			}
			shown := preview
			shown.Body = "{}"
			c.AddPreview(shown)
			c.AddRenewal(renewal)
			c.Exec(`INSERT INTO order_version (part, order_id, version, at, body) VALUES ('p', '2', 2, 6, '{')`)
		})
		see(t, s, func(v *store.View) error {
			only := store.Stretch{Part: "p", After: "1", Last: "2"}
			versions, err := v.PackageVersionsIn(only)
			if len(versions) != 2 || versions[0].Unreadable != nil || versions[1].Unreadable == nil {
				t.Fatalf("versions of the second: %+v", versions)
			}
			same(t, "first version", versions[0], store.PackageVersion{OrderID: "2", Version: 1, Content: aContent()})
			only.After = "10"
			renewals, oops := v.RenewalsIn(only)
			same(t, "renewals", renewals, []store.Renewal{renewal})
			previews, worse := v.PreviewsIn(only)
			same(t, "previews", previews, []store.Preview{preview})
			return errors.Join(err, oops, worse)
		})
	})
}

func TestPackagesWithoutTheirOrder(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		day := openDay(t, s, 1)
		add := func(part string, first int, orders ...string) {
			mustPut(t, s, part, func(c *store.Changes) {
				for i, id := range orders {
					c.AddPackage(day, store.Package{Part: part, Number: int64(first + i), OrderID: id})
				}
			})
		}
		add("p", 1, "3", "", "1", "2")
		add("q", 9, "5")
		for _, o := range []store.Order{{Part: "p", ID: "2"}, {Part: "q", ID: "1"}} {
			mustPut(t, s, o.Part, func(c *store.Changes) { c.AddOrder(o) })
		}
		see(t, s, func(v *store.View) error {
			got, err := v.OrdersMissing("p", 1)
			same(t, "orders", got, []string{"1", "3"})
			return err
		})
	})
}
