package xcover

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// drawPremium is a premium in its parts, as the trade makes them.
func drawPremium(rt *rapid.T, currency insurance.Currency) insurance.Premium {
	p := insurance.Premium{
		Net: money(rapid.Int64Range(0, 1e9).Draw(rt, "net"), currency), Tax: insurance.Zero(currency),
		Commission: money(rapid.Int64Range(0, 1e6).Draw(rt, "commission"), currency),
	}
	for range rapid.IntRange(0, 3).Draw(rt, "taxes") {
		line := insurance.TaxLine{
			Name: insurance.Text{"en": "T"}, Rate: insurance.MustRate("0.1"),
			Amount: money(rapid.Int64Range(0, 1e6).Draw(rt, "tax"), currency),
		}
		p.Taxes, p.Tax = append(p.Taxes, line), p.Tax.Add(line.Amount)
	}
	p.Gross = p.Net.Add(p.Tax)
	return p
}

var drawnStates = []core.PackageState{
	core.PackageReceived, core.PackagePending, core.PackageFailed, core.PackageConfirmed, core.PackageCancelled,
}

func drawPackage(rt *rapid.T) core.Package {
	currency := rapid.SampledFrom([]insurance.Currency{"GBP", "JPY", "BHD"}).Draw(rt, "currency")
	p := confirmed()
	p.Currency, p.Quotes, p.Booked = currency, nil, rapid.Bool().Draw(rt, "booked")
	for i := range rapid.IntRange(0, 4).Draw(rt, "quotes") {
		q := confirmed().Quotes[0]
		q.Position, q.ID, q.Premium = i, strconv.Itoa(i), drawPremium(rt, currency)
		q.State = rapid.SampledFrom(drawnStates).Draw(rt, "state")
		q.Bundled.Gross = money(rapid.Int64Range(0, q.Premium.Gross.Minor).Draw(rt, "bundled"), currency)
		p.Quotes = append(p.Quotes, q)
	}
	return p
}

// object is a JSON object as a stranger reads it.
type object map[string]any

func read(rt *rapid.T, body []byte) object {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var o object
	if err := decoder.Decode(&o); err != nil {
		rt.Fatalf("%v in %s", err, body)
	}
	return o
}

// sum is the exact sum of the amounts under some keys, whether they are
// numbers or text.
func (o object) sum(rt *rapid.T, keys ...string) *big.Rat {
	total := new(big.Rat)
	for _, key := range keys {
		amount, ok := new(big.Rat).SetString(fmt.Sprint(o[key]))
		if !ok {
			rt.Fatalf("%s is %v", key, o[key])
		}
		total.Add(total, amount)
	}
	return total
}

// list are the objects under a key, in an array or in an object.
func (o object) list(key string) []object {
	var list []object
	switch values := o[key].(type) {
	case []any:
		for _, value := range values {
			list = append(list, value.(map[string]any))
		}
	case map[string]any:
		for _, value := range values {
			list = append(list, value.(map[string]any))
		}
	}
	return list
}

// total is the exact sum of one key over objects.
func total(rt *rapid.T, objects []object, key string) *big.Rat {
	sum := new(big.Rat)
	for _, o := range objects {
		sum.Add(sum, o.sum(rt, key))
	}
	return sum
}

func same(rt *rapid.T, what string, a, b *big.Rat) {
	if a.Cmp(b) != 0 {
		rt.Fatalf("%s: %s and %s", what, a.RatString(), b.RatString())
	}
}

// taxOf checks that a quote's price is net and tax, and gives its tax.
func taxOf(rt *rapid.T, quote object) object {
	tax := object(quote["tax"].(map[string]any))
	same(rt, "price", quote.sum(rt, "price"), tax.sum(rt, "total_tax", "total_amount_without_tax"))
	same(rt, "taxes", tax.sum(rt, "total_tax"), total(rt, tax.list("taxes"), "tax_amount"))
	return tax
}

// counted are quotes that are neither cancelled nor, in a booking, unbooked.
func counted(quotes []object, inBooking bool) []object {
	return slices.DeleteFunc(slices.Clone(quotes), func(q object) bool {
		return q["status"] == "CANCELLED" || inBooking && q["status"] == "RECEIVED"
	})
}

func TestSumsOfPackages(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPackage(rt)
		body := read(rt, theDialect().encodePackage(asked("/", nil), p).Body)
		quotes := body.list("quotes")
		if len(quotes) != len(p.Quotes) {
			rt.Fatalf("%d of %d quotes", len(quotes), len(p.Quotes))
		}
		for _, q := range quotes {
			taxOf(rt, q)
			same(rt, "discount", q.sum(rt, "price"), q.sum(rt, "discount_price", "discount_amount"))
		}
		in := counted(quotes, p.Booked)
		same(rt, "total", body.sum(rt, "total_price"), total(rt, in, "price"))
		same(rt, "bundle", body.sum(rt, "bundle_price"), total(rt, in, "discount_price"))
		same(rt, "bundle", body.sum(rt, "total_price"), body.sum(rt, "bundle_price", "bundle_discount_amount"))
	})
}

func TestSumsOfBookings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPackage(rt)
		p.Booked = true
		told := theDialect().scribe(core.Partner{}, p).told()
		webhook, err := json.Marshal(told)
		if err != nil {
			rt.Fatal(err)
		}
		for _, answer := range [][]byte{theDialect().encodeBooking(asked("/", nil), p).Body, webhook} {
			body := read(rt, answer)
			quotes := body.list("quotes")
			var taxes []object
			for _, q := range quotes {
				if q["status"] == "RECEIVED" {
					rt.Fatalf("a quote that was not booked is in %s", answer)
				}
				taxOf(rt, q)
			}
			in := counted(quotes, true)
			for _, q := range in {
				taxes = append(taxes, taxOf(rt, q))
			}
			same(rt, "total", body.sum(rt, "total_price"), total(rt, in, "price"))
			same(rt, "total", body.sum(rt, "total_price"), body.sum(rt, "total_tax", "total_premium"))
			same(rt, "tax", body.sum(rt, "total_tax"), total(rt, taxes, "total_tax"))
		}
	})
}

func TestSumsOfChanges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		before := drawPackage(rt)
		before.Booked = true
		c := core.Change{Package: before}
		c.Package.Quotes = slices.Clone(before.Quotes)
		for i := range c.Package.Quotes {
			c.Package.Quotes[i].Premium = drawPremium(rt, before.Currency)
			c.Differences = append(c.Differences, c.Package.Quotes[i].Premium.Gross.Sub(before.Quotes[i].Premium.Gross))
		}
		was := read(rt, theDialect().encodeBooking(asked("/", nil), before).Body)
		body := read(rt, theDialect().encodeChange(asked("/", nil), c).Body)
		old := was.list("quotes")
		for i, q := range body.list("quotes") {
			same(rt, "difference", q.sum(rt, "price"), new(big.Rat).Add(old[i].sum(rt, "price"), q.sum(rt, "price_diff")))
		}
		same(rt, "differences", body.sum(rt, "total_price_diff"), total(rt, body.list("quotes"), "price_diff"))
	})
}

func TestSumsOfCancellations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		c := core.Cancellation{Package: drawPackage(rt)}
		c.Package.Booked = true
		for i := range c.Package.Quotes {
			var refund *core.Refund
			if q := &c.Package.Quotes[i]; rapid.Bool().Draw(rt, "now") {
				q.State = core.PackageCancelled
				refund = &core.Refund{Amount: money(rapid.Int64Range(0, q.Premium.Gross.Minor).Draw(rt, "refund"), c.Package.Currency)}
			}
			c.Refunds = append(c.Refunds, refund)
		}
		body := read(rt, theDialect().encodeCancellation(asked("/", nil), c).Body)
		quotes := body.list("quotes")
		same(rt, "refund", body.sum(rt, "total_refund"), total(rt, quotes, "refund_value"))
		same(rt, "total", body.sum(rt, "total_price"), total(rt, counted(quotes, true), "price"))
		same(rt, "total", body.sum(rt, "total_price"), body.sum(rt, "total_tax", "total_premium"))
		for _, q := range quotes {
			if q.sum(rt, "refund_value").Cmp(q.sum(rt, "price")) > 0 {
				rt.Fatalf("more is given back than was paid: %v", q)
			}
		}
	})
}
