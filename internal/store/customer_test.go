package store_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

func aCustomer(id int64, externalID string) store.Customer {
	return store.Customer{
		Part: "p", ID: id, Version: 1, Broker: "b", ExternalID: externalID, Party: "h", BusinessAddress: "a", CompanyForm: 4,
		Private: true, AtAddress: true, CreatedAt: 5, UpdatedAt: 6,
	}
}

func TestCustomerIsReadAsItWasWritten(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		one, unnamed, unnamedToo := aCustomer(1, "E"), aCustomer(2, ""), aCustomer(3, "")
		unnamed.Private, unnamedToo.AtAddress = false, false
		complete(t, "customer", reflect.ValueOf(one))
		others := one
		others.Broker, others.ID = "c", 4
		for _, k := range []store.Customer{one, unnamed, unnamedToo, others} {
			mustPut(t, s, "p", func(c *store.Changes) { c.AddCustomer(k) })
		}
		see(t, s, func(v *store.View) error {
			for _, want := range []store.Customer{one, unnamed, unnamedToo, others} {
				got, _, err := v.Customer("p", want.ID)
				same(t, "by id", got, want)
				if err != nil {
					return err
				}
			}
			got, ok, err := v.CustomerByExternalID("p", "b", "E")
			same(t, "by external id", got, one)
			_, nameless, oops := v.CustomerByExternalID("p", "b", "")
			_, none, worse := v.Customer("q", 1)
			if !ok || nameless || none {
				t.Errorf("there: %t; without a name: %t, another part's: %t", ok, nameless, none)
			}
			return errors.Join(err, oops, worse)
		})
	})
}

func TestCustomersAreToldApart(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		one, two := aCustomer(1, "E"), aCustomer(2, "F")
		mustPut(t, s, "p", func(c *store.Changes) { c.AddCustomer(one); c.AddCustomer(two) })
		loses(t, "the id of another", put(t, s, "p", func(c *store.Changes) { c.AddCustomer(aCustomer(1, "G")) }))
		loses(t, "the name of another", put(t, s, "p", func(c *store.Changes) { c.AddCustomer(aCustomer(3, "E")) }))
		taken := one
		taken.ExternalID = "F"
		loses(t, "the name of another, later", put(t, s, "p", func(c *store.Changes) { c.PutCustomer(taken) }))
		next := store.Customer{
			Part: "p", ID: 1, Version: 1, Broker: "b", Party: "g", CompanyForm: 1, CreatedAt: one.CreatedAt, UpdatedAt: 7,
		}
		mustPut(t, s, "p", func(c *store.Changes) { c.PutCustomer(next) })
		loses(t, "changed by two", put(t, s, "p", func(c *store.Changes) { c.PutCustomer(next) }))
		two.ExternalID = ""
		mustPut(t, s, "p", func(c *store.Changes) { c.PutCustomer(two) }) // two may have none
		next.Version, two.Version = 2, 2
		see(t, s, func(v *store.View) error {
			got, _, err := v.Customer("p", 1)
			same(t, "changed", got, next)
			left, _, oops := v.Customer("p", 2)
			same(t, "without a name", left, two)
			return errors.Join(err, oops)
		})
	})
}

func TestCustomerIsAsserted(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		k := aCustomer(1, "E")
		mustPut(t, s, "p", func(c *store.Changes) { c.AddCustomer(k) })
		for range 2 {
			mustPut(t, s, "p", func(c *store.Changes) { c.AssertCustomer(k) }) // and changes nothing
		}
		mustPut(t, s, "p", func(c *store.Changes) { c.PutCustomer(k) })
		loses(t, "changed since", put(t, s, "p", func(c *store.Changes) { c.AssertCustomer(k) }))
		k.Version = 2
		mustPut(t, s, "p", func(c *store.Changes) { c.AssertCustomer(k) })
		others, another := k, k
		others.Part, another.ID = "q", 2
		loses(t, "another part's", put(t, s, "p", func(c *store.Changes) { c.AssertCustomer(others) }))
		loses(t, "who is not there", put(t, s, "p", func(c *store.Changes) { c.AssertCustomer(another) }))
	})
}

// addSought records customers of two brokers to look for, the later the newer,
// with an inquiry each.
func addSought(t *testing.T, s *store.Store) {
	t.Helper()
	for i, party := range []insurance.Party{
		{Company: "ÖKO-Bau 100% GmbH", FirstName: "Erika", LastName: "Özdemir"},
		{Company: "oeko_bau", LastName: "Straße"},
		{Company: `C:\Bau`, FirstName: "erika"},
		{FirstName: "Max", LastName: "Mustermann"},
	} {
		id := int64(i + 1)
		customer := store.Customer{Part: "p", ID: id, Broker: "b", Party: "h" + string(rune('0'+id)), UpdatedAt: 10 * id}
		customer.ExternalID = []string{"K_1", "K%2", "Ä-3", ""}[i]
		customer.Version = 1
		was := customer
		was.ExternalID = "Früher " + customer.Party
		mustPut(t, s, "p", func(c *store.Changes) {
			c.AddParty(customer.Party, party)
			c.AddCustomer(was)
			c.PutCustomer(customer)
			c.AddInquiry(store.Inquiry{Part: "p", ID: id, Broker: "b", Customer: id, UpdatedAt: customer.UpdatedAt})
		})
	}
	mustPut(t, s, "p", func(c *store.Changes) {
		c.AddCustomer(store.Customer{Part: "p", ID: 9, Broker: "c", Party: "h1", UpdatedAt: 99})
		c.AddInquiry(store.Inquiry{Part: "p", ID: 9, Broker: "c", Customer: 9, UpdatedAt: 99})
	})
}

// soughtBy are the customers in whom a text is, last changed first.
var soughtBy = map[string][]int64{
	"":                 {4, 3, 2, 1},
	"öko":              {1},
	"ÖZDEMIR":          {1},
	"Erika":            {3, 1},
	"erika özd":        {1},
	"bau":              {3, 2, 1},
	"%":                {2, 1},
	"_":                {2, 1},
	`\`:                {3},
	"100%":             {1},
	"k_1":              {1},
	"Ä-3":              {3},
	"ä-3":              {3},
	"k%":               {2},
	"früher":           nil,
	"gmbh erika":       nil,
	"nobody is called": nil,
}

func TestCustomersAreFoundInAnyCase(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		addSought(t, s)
		see(t, s, func(v *store.View) error {
			for text, want := range soughtBy {
				customers, err := v.CustomersOf("p", "b", text, 0)
				var got []int64
				for _, c := range customers {
					got = append(got, c.ID)
				}
				same(t, "customers with "+text, got, want)
				first, oops := v.CustomersOf("p", "b", text, 1)
				if len(first) != min(1, len(want)) || len(first) > 0 && first[0].ID != want[0] {
					t.Errorf("the first with %q is %v", text, first)
				}
				inquiries, worse := v.Inquiries("p", store.InquiryQuery{Broker: "b", Text: text})
				same(t, "inquiries with "+text, idsOf(inquiries), want)
				if err := errors.Join(err, oops, worse); err != nil {
					return err
				}
			}
			return nil
		})
	})
}
