package load

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/torture/ledger"
)

// Prefix is where the paths of an agency begin.
func (a Agency) Prefix() string { return "/xcover/partners/" + a.Partner + "/" }

// xcoverJudge: what was done before under the same key is answered 409 with the
// answer of then, which has an id.
func xcoverJudge(a Answer) verdict {
	switch {
	case a.Status >= 200 && a.Status < 300:
		return done
	case a.Status == http.StatusConflict && (len(a.Body) == 0 || PackageOf(a).ID != ""):
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
	TotalRefund json.Number `json:"total_refund"`
	CreatedAt   time.Time   `json:"created_at"`
	Transaction string      `json:"partner_transaction_id"`
	Holder      struct {
		FirstName string `json:"first_name"`
		LastName  string `json:"last_name"`
		Email     string
	} `json:"policyholder"`
	Quotes json.RawMessage
}

// quote is one of a package.
type quote struct {
	ID    string
	Price json.Number
	Tax   *struct {
		Net   json.Number `json:"total_amount_without_tax"`
		Tax   json.Number `json:"total_tax"`
		Taxes []struct {
			Amount json.Number `json:"tax_amount"`
		}
	}
}

// quotes are those of a package, in order. Before it is booked they stand in an
// object, by their number.
func (p Package) quotes() []quote {
	var listed []quote
	if json.Unmarshal(p.Quotes, &listed) == nil {
		return listed
	}
	var numbered map[string]quote
	_ = json.Unmarshal(p.Quotes, &numbered) // what are none are not there
	for n := range len(numbered) {
		listed = append(listed, numbered[strconv.Itoa(n)])
	}
	return listed
}

// quote is the id of a package's first quote.
func (p Package) quote() string {
	for _, q := range p.quotes() {
		return q.ID
	}
	return ""
}

// addsUp finds fault with prices of a package that are not the sum of their parts.
func (d *deed) addsUp(step string, p Package) {
	whole, there := amount(p.TotalPrice)
	sum := new(big.Rat)
	for _, q := range p.quotes() {
		price, priced := amount(q.Price)
		if !priced || q.Tax == nil {
			there = false
			continue
		}
		sum.Add(sum, price)
		net, _ := amount(q.Tax.Net)
		tax, _ := amount(q.Tax.Tax)
		taxes := new(big.Rat)
		for _, t := range q.Tax.Taxes {
			one, _ := amount(t.Amount)
			taxes.Add(taxes, one)
		}
		if taxes.Cmp(tax) != 0 || net.Add(net, tax).Cmp(price) != 0 {
			d.crowd.Findings.Add("I9", d.Name, "%s: %s net and taxes of %s are not %s", step, q.Tax.Net, q.Tax.Tax, q.Price)
		}
	}
	if there && (p.Status == "RECEIVED" || p.Status == "CONFIRMED") && whole.Cmp(sum) != 0 {
		d.crowd.Findings.Add("I9", d.Name, "%s: the quotes of %s cost %s, and it costs %s", step, p.ID, sum.FloatString(2), p.TotalPrice)
	}
}

// amount reads a number of money; what is none is 0, and not there.
func amount(n json.Number) (*big.Rat, bool) {
	r, ok := new(big.Rat).SetString(n.String())
	if !ok {
		return new(big.Rat), false
	}
	return r, true
}

// PackageOf reads a package in an answer; what is none has no id.
func PackageOf(a Answer) Package {
	var p Package
	_ = json.Unmarshal(a.Body, &p)
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
	p := PackageOf(answer)
	d.addsUp(step, p)
	return p, ok
}

// again asks once more, under a key of its own, for what was done and can be done once.
func (d *deed) again(ctx context.Context, step, path string, body []byte) {
	if d.chance.IntN(3) != 0 {
		return
	}
	d.denied(ctx, "I2", step+" is done once more", Request{
		Method: http.MethodPost, Path: d.info.XCover.Prefix() + path, Body: body, Sign: d.info.XCover.Sign,
		Key: d.Name + "-" + step + "-again", Keyed: "X-Idempotency-Key",
	})
}

// holder is the sample policyholder under another first name.
func (d *deed) holder(name string) json.RawMessage {
	body, err := d.info.XCover.Samples.Vary("policyholder", map[string]any{"first_name": name, "last_name": LastName, "email": Email})
	if err != nil {
		d.crowd.Findings.Add("answers", d.Name, "%v", err)
	}
	return body
}

func (d *deed) quoteBody(sample string, changes map[string]any) []byte {
	body, err := d.info.XCover.Samples.Vary(sample, changes)
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
		d.Held = &ledger.Held{Package: quoted.ID, Quote: quoted.quote(), Price: quoted.TotalPrice.String(), At: quoted.CreatedAt}
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
	d.again(ctx, "book", "bookings/"+quoted.ID+"/", body)
	if sample == "ticket" {
		d.reprice(ctx, p)
	}
	d.live(ctx)
}

// reprice now and then insures tickets of another price.
func (d *deed) reprice(ctx context.Context, p Package) {
	if d.chance.IntN(3) != 0 {
		return
	}
	body := fmt.Appendf(nil, `{"quotes":[{"id":%q,"update_fields":{"total_ticket_price":%d}}]}`, p.quote(), 300+d.chance.IntN(200))
	if changed, ok := d.write(ctx, "reprice", http.MethodPatch, "bookings/"+d.Number+"/", body); ok {
		d.Changes++
		d.Price = changed.TotalPrice.String()
	}
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
		path, body := "bookings/"+d.Number+"/cancel", []byte("{}")
		ended, ok := d.write(ctx, "cancel", http.MethodPost, path, body)
		if !ok {
			return
		}
		d.Cancelled = true
		if paid, _ := amount(json.Number(d.Price)); ended.Status == "CANCELLED" {
			if back, there := amount(ended.TotalRefund); !there || back.Cmp(paid) != 0 { // within the cooling-off period all is given back
				d.crowd.Findings.Add("I9", d.Name, "%s was cancelled at once: %s was paid, %s is given back", d.Number, d.Price, ended.TotalRefund)
			}
		}
		d.again(ctx, "cancel", path, body)
	}
}
