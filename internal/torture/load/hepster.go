package load

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
)

// OrderPath is where hepster's API takes orders.
const OrderPath = "/services/integrator/partner/v1/order"

// hepsterJudge: an order is acknowledged, or refused, and a server in trouble
// answers 503.
func hepsterJudge(a Answer) verdict {
	switch {
	case a.Status == http.StatusOK:
		return done
	case a.Status >= 400 && a.Status < 500:
		return refused
	}
	return unknown
}

// goods are what is insured in electronics orders.
var goods = []struct {
	kind, maker, price string
}{
	{"Notebook", "HP", "555.0"}, {"Phone", "Fairphone", "349.99"}, {"Camera", "Leica", "599.99"}, {"Tablet", "Lenovo", "120"},
}

// orderBody is an order of the deed for one thing.
func (d *deed) orderBody(sample string, item int, changes map[string]any) []byte {
	thing := goods[d.chance.IntN(len(goods))]
	all := map[string]any{
		"Contract.externalOrderReference": d.Name,
		"insuredObject.serialNumber":      fmt.Sprintf("%s-%d", d.Name, item),
		"insuredObject.manufacturer":      thing.maker,

		"policyHolder.insuranceUserLastName": LastName, "policyHolder.email": Email,
	}
	for path, value := range changes {
		all[path] = value
	}
	body, err := d.info.Hepster.Samples.Vary(sample, all)
	if err != nil {
		d.crowd.Findings.Add("answers", d.Name, "%v", err)
	}
	return body
}

// submit sends orders until they are acknowledged. Some carry a key of their own;
// the others are the same by what they say.
func (d *deed) submit(ctx context.Context, body []byte) bool {
	r := Request{Method: http.MethodPost, Path: OrderPath, Body: body, Sign: d.info.Hepster.Sign}
	r.Key = d.Name
	if d.chance.IntN(2) == 0 {
		r.Keyed = "Idempotency-Key"
	}
	answer, ok := d.decide(ctx, "order", r, hepsterJudge)
	if !ok {
		d.wrong("order", answer)
	}
	d.Booked = ok
	return ok
}

func (d *deed) order(ctx context.Context) {
	d.begin("hepster", "order")
	d.Contracts = 1
	d.submit(ctx, d.orderBody("order", 0, map[string]any{"Contract.costsharing": []int{0, 10, 25}[d.chance.IntN(3)]}))
}

// orders sends several in one request.
func (d *deed) orders(ctx context.Context) {
	d.begin("hepster", "orders")
	d.Contracts = 2 + d.chance.IntN(3)
	bodies := make([][]byte, d.Contracts)
	for n := range bodies {
		bodies[n] = d.orderBody("order", n, nil)
	}
	d.submit(ctx, fmt.Appendf(nil, "[%s]", bytes.Join(bodies, []byte(","))))
}

func (d *deed) subscribe(ctx context.Context) {
	d.begin("hepster", "subscription")
	d.Contracts = 1
	d.submit(ctx, d.orderBody("subscription", 0, nil))
}

// orderUnknown orders what is not sold: it is acknowledged, and refused later.
func (d *deed) orderUnknown(ctx context.Context) {
	d.begin("hepster", "unknown product")
	d.submit(ctx, d.orderBody("order", 0, map[string]any{"Contract.productCode": "HEP_Nothing_" + d.Name}))
}

// mostOrders is how many the API takes in one request.
const mostOrders = 500

// Subscribe orders so many subscriptions, as few requests as there may be, and
// waits until they are acknowledged.
func (c *Crowd) Subscribe(ctx context.Context, count int) error {
	c.clock.RLock()
	defer c.clock.RUnlock()
	for ; count > 0 && ctx.Err() == nil; count -= mostOrders {
		d := c.numbered(int(c.asked.Add(1)))
		d.begin("hepster", "many subscriptions")
		d.Contracts = min(count, mostOrders)
		bodies := make([][]byte, d.Contracts)
		for n := range bodies {
			bodies[n] = d.orderBody("subscription", n, nil)
		}
		d.submit(ctx, fmt.Appendf(nil, "[%s]", bytes.Join(bodies, []byte(","))))
		c.Ledger.End(d.Deed)
	}
	return ctx.Err()
}
