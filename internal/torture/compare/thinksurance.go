package compare

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"

	"github.com/covernote/covernote/internal/torture/load"
)

// inquiry is one of Thinksurance's dictionary.
type inquiry struct {
	Data struct {
		ID         int64 `json:"iId"`
		Status     int
		References []struct{ ParamValue string } `json:"iExternalReferences"`
	}
}

// statuses are how far an inquiry came, in the API's numbers.
var statuses = map[string]int{"created": 25, "calculated": 4, "proposed": 15, "ordered": 6}

// thinksurance compares inquiries with the dictionary and with the log.
func (c *Comparison) thinksurance(ctx context.Context) error {
	all, err := c.inquiries(ctx)
	if err != nil {
		return err
	}
	named, status := make(map[string]int), make(map[string]int)
	for key, one := range all {
		number := strconv.FormatInt(one.Data.ID, 10)
		if key != number || len(one.Data.References) != 1 {
			c.Findings.Add("I5", key, "it is read as %+v", one.Data)
			continue
		}
		name := one.Data.References[0].ParamValue
		named[name]++
		status[number] = one.Data.Status
		if c.names[name] == nil {
			c.Findings.Add("I5", number, "nobody has opened it: %s", name)
		}
	}
	created, ordered := c.of(thinksurancePool, "inquiry.created", "inquiry_id"), c.of(thinksurancePool, "inquiry.ordered", "inquiry_id")
	for _, d := range c.Deeds {
		if d.API != thinksurancePool || !d.Booked && open(d) {
			continue
		}
		c.count(d, "inquiries", named[d.Name], expected(d.Booked, 1))
		if !d.Booked {
			continue
		}
		c.once(d.Number, "inquiry.created", created[d.Number], 1)
		if open(d) {
			continue
		}
		if status[d.Number] != statuses[d.Stage] {
			c.Findings.Add("I1", d.Name, "inquiry %s is in status %d, acknowledged was %s", d.Number, status[d.Number], d.Stage)
		}
		c.once(d.Number, "inquiry.ordered", ordered[d.Number], d.Contracts)
	}
	return c.policiesOfInquiries(ctx)
}

// inquiries reads the dictionary, which has the thousand that were changed last, and
// each of the deeds by its number that is not in it.
func (c *Comparison) inquiries(ctx context.Context) (all map[string]inquiry, err error) {
	bearer, err := c.Info.Thinksurance.SignIn(ctx, c.client, c.Base)
	if err != nil {
		return nil, err
	}
	const path = "/api/ipn/inquiries?lastDays=36525"
	sign := c.Info.Thinksurance.Sign(bearer, false)
	if err := c.read(ctx, path, sign, &all); err != nil {
		return nil, err
	}
	for _, d := range c.acknowledged(thinksurancePool) {
		if _, there := all[d.Number]; there {
			continue
		}
		answer, err := c.ask(ctx, load.Request{Method: http.MethodGet, Path: path + "&inquiryId=" + d.Number, Sign: sign})
		if err != nil {
			return nil, err
		}
		var one map[string]inquiry
		_ = json.Unmarshal(answer.Body, &one) // what is none has no number
		maps.Copy(all, one)
	}
	return all, nil
}

// policiesOfInquiries: what was ordered has one policy.
func (c *Comparison) policiesOfInquiries(context.Context) error {
	bound, ordered := 0, 0
	for _, e := range c.logs[thinksurancePool] {
		switch e.Type {
		case "policy.bound":
			bound++
		case "inquiry.ordered":
			ordered++
		}
	}
	if bound != ordered {
		c.Findings.Add("I2", thinksurancePool, "%s", fmt.Sprintf("%d inquiries were ordered, and %d policies bound", ordered, bound))
	}
	return nil
}
