package compare

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/covernote/covernote/internal/torture/load"
)

const (
	// coolingOff is how long the sandbox's contracts can be withdrawn from at least.
	coolingOff = 13 * 24 * time.Hour
	// mostEndings is how many contracts are ended.
	mostEndings = 3
)

// endings withdraws from some contracts of hepster's and orders the same once more.
// What was paid is given back, the contract has ended, and there is a new one: its
// natural key was freed, and not before.
func (c *Comparison) endings(ctx context.Context) error {
	now, err := c.now(ctx)
	if err != nil {
		return err
	}
	ended := 0
	for _, one := range c.contractsListed {
		d := c.names[one.ExternalOrderReference]
		if d == nil || d.Kind != "order" || one.Status != "ACTIVE" || now.Sub(one.CreatedDate) > coolingOff || ended == mostEndings {
			continue
		}
		ended++
		if err := c.withdraw(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

func (c *Comparison) withdraw(ctx context.Context, one contract) error {
	if err := c.orderAgain(ctx, one, 1); err != nil {
		return err
	}
	answer, err := c.ask(ctx, load.Request{
		Method: http.MethodPost, Path: "/services/integrator/contracts/" + one.CertificateNumber + "/cancel",
		Body: []byte(`{"reason":"WITHDRAWAL"}`), Sign: c.Info.Hepster.Sign,
	})
	if err != nil {
		return err
	}
	var ended struct {
		Contracts []struct{ Refund json.Number }
	}
	_ = json.Unmarshal(answer.Body, &ended) // what is none has no contracts
	if answer.Status != http.StatusOK || len(ended.Contracts) != 1 {
		c.Findings.Add("answers", one.CertificateNumber, "withdrawing is right and is answered %d %.300s", answer.Status, answer.Body)
		return nil
	}
	if back := ended.Contracts[0].Refund.String(); cents(back) != cents(one.ContractPremium.String()) {
		c.Findings.Add("I9", one.CertificateNumber, "it was withdrawn from: %s was paid, %s is given back", one.ContractPremium, back)
	}
	return c.orderAgain(ctx, one, 2)
}

// orderAgain orders what a contract insures under the same natural key, after which
// there must be so many contracts of it, one of them in force. One too many that is
// booked only after the look is seen by the next.
func (c *Comparison) orderAgain(ctx context.Context, one contract, want int) error {
	body, err := c.Info.Hepster.Samples.Vary("order", map[string]any{
		"Contract.externalOrderReference": one.ExternalOrderReference, "Contract.contractStart": one.ContractStart,
		"Contract.costsharing": one.CostSharing, "insuredObject.serialNumber": one.InsuredObject.SerialNumber,
		"insuredObject.manufacturer": one.InsuredObject.Manufacturer, "policyHolder.insuranceUserLastName": load.LastName,
		"policyHolder.email": load.Email,
	})
	if err != nil {
		return err
	}
	answer, err := c.ask(ctx, load.Request{Method: http.MethodPost, Path: load.OrderPath, Body: body, Sign: c.Info.Hepster.Sign})
	if err != nil {
		return err
	}
	if answer.Status != http.StatusOK {
		c.Findings.Add("I2", one.CertificateNumber, "the same is ordered again and is answered %d %.300s", answer.Status, answer.Body)
		return nil
	}
	var there, live int
	err = settle(ctx, func() (bool, error) {
		all, err := c.contracts(ctx, c.Info.Hepster.Sign)
		there, live = ordered(all, one.ExternalOrderReference)
		return there >= want, err
	})
	if err == nil && (there != want || live != 1) {
		c.Findings.Add("I2", one.CertificateNumber, "ordered for the %d. time: %d contracts, %d of them in force, want %d and 1",
			want+1, there, live, want)
	}
	return err
}

// ordered counts the contracts of an order, and those of them that are in force.
func ordered(all []contract, reference string) (there, live int) {
	for _, one := range all {
		if one.ExternalOrderReference != reference {
			continue
		}
		there++
		if one.Status == "ACTIVE" {
			live++
		}
	}
	return there, live
}
