package compare

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/covernote/covernote/internal/torture/ledger"
	"github.com/covernote/covernote/internal/torture/load"
)

// contract is one of hepster's list.
type contract struct {
	CertificateNumber      string
	ExternalOrderReference string
	ContractPremium        json.Number
	ContractStart          string
	ProductCode, Duration  string
	CostSharing            int
	Status                 string
	CreatedDate            time.Time
	PolicyHolder           struct{ InsuranceUserLastName, Email string }
	InsuredObject          struct {
		SerialNumber, Manufacturer string
		ItemSalesPrice             json.Number
	}
}

// risk is what the premium of a contract depends on.
func (c contract) risk() string {
	return fmt.Sprintf("%s for %s, %d %% shared, of %s", c.ProductCode, c.Duration, c.CostSharing, c.InsuredObject.ItemSalesPrice)
}

// hepster compares orders with the list of contracts and with the log.
func (c *Comparison) hepster(ctx context.Context) error {
	all, err := c.contracts(ctx, c.Info.Hepster.Sign)
	if err != nil {
		return err
	}
	c.contractsListed = all
	c.alikePriced(all)
	ordered, things, premiums := make(map[string]int), make(map[string]int), make(map[string]contract)
	for _, one := range all {
		ordered[one.ExternalOrderReference]++
		things[one.InsuredObject.SerialNumber]++
		if _, twice := premiums[one.CertificateNumber]; twice {
			c.Findings.Add("I2", one.CertificateNumber, "the number was given twice")
		}
		premiums[one.CertificateNumber] = one
		if c.names[one.ExternalOrderReference] == nil {
			c.Findings.Add("I5", one.CertificateNumber, "nobody has ordered it: %s", one.ExternalOrderReference)
		}
	}
	for thing, n := range things {
		if n > 1 {
			c.Findings.Add("I2", thing, "one thing is insured by %d contracts", n)
		}
	}
	booked, refused := c.of(hepsterShop, "order.booked", "reference"), c.of(hepsterShop, "order.refused", "reference")
	bound := c.of(hepsterShop, "policy.bound", "certificate_number")
	for _, d := range c.Deeds {
		if d.API != hepsterShop || !d.Booked && open(d) {
			continue
		}
		c.count(d, "contracts", ordered[d.Name], expected(d.Booked, d.Contracts))
		if d.Contracts > 0 {
			c.once(d.Name, "order.booked", booked[d.Name], expected(d.Booked, 1))
		} else {
			c.refusals(d, refused[d.Name])
		}
	}
	for number := range premiums {
		c.once(number, "policy.bound", bound[number], 1)
	}
	c.premiums(premiums)
	return c.archives(ctx, all)
}

// alikePriced looks for contracts of the same risk at different premiums, and for
// policyholders that nobody has named.
func (c *Comparison) alikePriced(all []contract) {
	priced := make(map[string]contract)
	for _, one := range all {
		if before, met := priced[one.risk()]; met && cents(before.ContractPremium.String()) != cents(one.ContractPremium.String()) {
			c.Findings.Add("I9", one.CertificateNumber, "%s costs %s, and %s for %s", one.risk(), one.ContractPremium, before.ContractPremium, before.CertificateNumber)
		}
		priced[one.risk()] = one
		if h := one.PolicyHolder; h.InsuranceUserLastName != load.LastName || h.Email != load.Email {
			c.Findings.Add("I1", one.CertificateNumber, "it is held by %q with %q, ordered was %q", h.InsuranceUserLastName, h.Email, load.LastName)
		}
	}
}

// refusals: what was refused may be ordered again, and is refused again. So there is
// one for each try, but at least one.
func (c *Comparison) refusals(d *ledger.Deed, there int) {
	if d.Booked && there < 1 || there > 2*d.Steps[0].Tries {
		c.Findings.Add("I5", d.Name, "%d events order.refused after %d tries", there, d.Steps[0].Tries)
	}
}

// once compares how often an event was recorded with what was acknowledged.
func (c *Comparison) once(subject, event string, there, want int) {
	if there != want {
		c.Findings.Add("I5", subject, "%d events %s, want %d", there, event, want)
	}
}

func expected(booked bool, count int) int {
	if !booked {
		return 0
	}
	return count
}

func (c *Comparison) contracts(ctx context.Context, sign func(*http.Request) error) ([]contract, error) {
	var all []contract
	for page, last := 0, false; !last; page++ {
		var list struct {
			Content []contract
			Last    bool
		}
		path := fmt.Sprintf("/services/integrator/contracts/lookup/organisation?status=ALL&size=200&page=%d&sortDirection=ASC", page)
		if err := c.read(ctx, path, sign, &list); err != nil {
			return nil, err
		}
		all, last = append(all, list.Content...), list.Last || len(list.Content) == 0
	}
	return all, nil
}

// premiums compares what the events said with what the list says.
func (c *Comparison) premiums(contracts map[string]contract) {
	for _, e := range c.logs[hepsterShop] {
		if e.Type != "order.booked" {
			continue
		}
		var data struct {
			Policies []struct {
				CertificateNumber string `json:"certificate_number"`
				InceptionOn       string `json:"inception_on"`
				Gross             string
			}
		}
		_ = json.Unmarshal(e.Data, &data) // what is none has no policies
		for _, p := range data.Policies {
			one, there := contracts[p.CertificateNumber]
			if !there {
				c.Findings.Add("I5", e.ID, "it tells of %s, which is not listed", p.CertificateNumber)
				continue
			}
			if cents(one.ContractPremium.String()) != cents(p.Gross) || one.ContractStart != p.InceptionOn {
				c.Findings.Add("I9", p.CertificateNumber, "the event says %s from %s, the list %s from %s",
					p.Gross, p.InceptionOn, one.ContractPremium, one.ContractStart)
			}
		}
	}
}

// cents writes an amount with two places, so that 5.5 and 5.50 are the same.
func cents(amount string) string {
	whole, rest, _ := bytes.Cut([]byte(amount), []byte("."))
	return fmt.Sprintf("%s.%s", whole, append(rest, "00"...)[:2])
}

// mostArchives is how many policies' documents are fetched: each is drawn.
const mostArchives = 5

// archives fetches the documents of some contracts twice.
func (c *Comparison) archives(ctx context.Context, all []contract) error {
	for n := 0; n < len(all); n += max(1, len(all)/mostArchives) {
		r := load.Request{Method: http.MethodGet, Path: "/services/documents/" + all[n].CertificateNumber, Sign: c.Info.Hepster.Sign}
		first, err := c.ask(ctx, r)
		if err != nil {
			return err
		}
		second, err := c.ask(ctx, r)
		if err != nil {
			return err
		}
		if first.Status != http.StatusOK || !bytes.HasPrefix(first.Body, []byte("PK")) {
			c.Findings.Add("I4", all[n].CertificateNumber, "its documents are answered %d %.200s", first.Status, first.Body)
		}
		if first.Sum() != second.Sum() {
			c.Findings.Add("I4", all[n].CertificateNumber, "its documents are others when they are fetched again")
		}
	}
	return nil
}
