package load

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Prefix is where the paths of an agency begin.
func (a Agency) Prefix() string { return "/xcover/partners/" + a.Partner + "/" }

// xcoverJudge: what was done before under the same key is answered 409 with the
// answer of then, which has an id.
func xcoverJudge(a Answer) verdict {
	switch {
	case a.Status >= 200 && a.Status < 300:
		return done
	case a.Status == http.StatusConflict && (len(a.Body) == 0 || packageOf(a).ID != ""):
		return done
	case a.Status == http.StatusLocked:
		return unknown
	case a.Status >= 400 && a.Status < 500:
		return refused
	}
	return unknown
}

// Package is what is read of a package or a booking.
type Package struct {
	ID          string
	Status      string
	TotalPrice  json.Number `json:"total_price"`
	Transaction string      `json:"partner_transaction_id"`
	Holder      struct {
		FirstName string `json:"first_name"`
	} `json:"policyholder"`
	Quotes json.RawMessage
}

// quote is the id of a package's first quote. Before it is booked they stand in
// an object, by their number.
func (p Package) quote() string {
	var quotes map[string]struct{ ID string }
	_ = json.Unmarshal(p.Quotes, &quotes) // what are none have no first
	return quotes["0"].ID
}

func packageOf(a Answer) Package {
	var p Package
	_ = json.Unmarshal(a.Body, &p) // what is none has no id
	return p
}

// write is a request of the agency with a key of its own.
func (d *deed) write(ctx context.Context, step, method, path string, body []byte) (Package, bool) {
	answer, ok := d.decide(ctx, step, Request{
		Method: method, Path: d.info.XCover.Prefix() + path, Body: body, Sign: d.info.XCover.Sign,
		Key: d.Name + "-" + step, Keyed: "X-Idempotency-Key",
	}, xcoverJudge)
	if !ok {
		d.wrong(step, answer)
	}
	return packageOf(answer), ok
}

// holder is the sample policyholder under another first name.
func (d *deed) holder(name string) json.RawMessage {
	body, err := d.info.XCover.Samples.vary("policyholder", map[string]any{"first_name": name})
	if err != nil {
		d.crowd.Findings.Add("answers", d.Name, "%v", err)
	}
	return body
}

func (d *deed) quoteBody(sample string, changes map[string]any) []byte {
	body, err := d.info.XCover.Samples.vary(sample, changes)
	if err != nil {
		d.crowd.Findings.Add("answers", d.Name, "%v", err)
	}
	return body
}

// tickets vary what a ticket costs.
func (d *deed) tickets() map[string]any {
	return map[string]any{"request.total_ticket_price": 20 + d.chance.IntN(200), "partner_transaction_id": d.Name}
}

// booked notes what was acknowledged of a booking.
func (d *deed) booked(p Package) {
	d.Booked, d.Contracts = true, 1
	d.Number, d.Price, d.Holder = p.ID, p.TotalPrice.String(), p.Holder.FirstName
}

// bookAtOnce books without asking for a price first.
func (d *deed) bookAtOnce(ctx context.Context) {
	d.begin("xcover", "instant booking")
	changes := d.tickets()
	changes["policyholder"] = d.holder("Ada")
	p, ok := d.write(ctx, "book", http.MethodPost, "instant_booking/", d.quoteBody("ticket", changes))
	if ok {
		d.booked(p)
		d.live(ctx)
	}
}

// quoteAndBook asks for a price, and mostly books it.
func (d *deed) quoteAndBook(ctx context.Context) {
	d.begin("xcover", "quote and book")
	sample, changes := "ticket", d.tickets()
	if d.chance.IntN(3) == 0 {
		sample, changes = "parcel", map[string]any{"partner_transaction_id": d.Name}
	}
	d.sell(ctx, sample, changes)
}

// bookRenewable books what renews each quarter.
func (d *deed) bookRenewable(ctx context.Context) {
	d.begin("xcover", "renewable")
	d.sell(ctx, "renewable", map[string]any{"partner_transaction_id": d.Name})
}

func (d *deed) sell(ctx context.Context, sample string, changes map[string]any) {
	quoted, ok := d.write(ctx, "quote", http.MethodPost, "quotes/", d.quoteBody(sample, changes))
	if !ok {
		return
	}
	if d.chance.IntN(5) == 0 {
		return // most quotes of the world are never bought
	}
	body := fmt.Appendf(nil, `{"quotes":[{"id":%q}],"policyholder":%s}`, quoted.quote(), d.holder("Ben"))
	p, ok := d.write(ctx, "book", http.MethodPost, "bookings/"+quoted.ID+"/", body)
	if !ok {
		return
	}
	if p.TotalPrice != quoted.TotalPrice || p.ID != quoted.ID {
		d.crowd.Findings.Add("I9", d.Name, "%s was quoted at %s and booked as %s at %s", quoted.ID, quoted.TotalPrice, p.ID, p.TotalPrice)
	}
	d.booked(p)
	d.live(ctx)
}

// live is what happens to a booking: it is changed, changed again, cancelled.
func (d *deed) live(ctx context.Context) {
	for change := range d.chance.IntN(3) {
		name := fmt.Sprintf("Cleo%c", 'a'+rune(change))
		body := fmt.Appendf(nil, `{"policyholder":{"first_name":%q}}`, name)
		if _, ok := d.write(ctx, fmt.Sprintf("change%d", change), http.MethodPatch, "bookings/"+d.Number+"/", body); !ok {
			return
		}
		d.Changes++
		d.Holder = name
	}
	if d.chance.IntN(4) == 0 {
		if _, ok := d.write(ctx, "cancel", http.MethodPost, "bookings/"+d.Number+"/cancel", []byte("{}")); ok {
			d.Cancelled = true
		}
	}
}
