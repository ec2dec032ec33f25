package core

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store/storetest"
)

func TestOrderBecomesAPolicy(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.submit(phone("A-1"))
		if n := len(h.policies(true)); n != 0 {
			t.Errorf("%d policies before anything was booked", n)
		}
		h.work()
		policies := h.policies(false)
		if len(policies) != 1 {
			t.Fatalf("%d policies, want 1", len(policies))
		}
		p := policies[0]
		if p.Reference != "A-1" || p.State != insurance.PolicyBound || p.Policyholder.LastName.Reveal() != "Mustermann" {
			t.Errorf("got %s, %s", p.Reference, p.State)
		}
		// 4.67 a month with the default deductible, and 19 % tax: 0.89.
		if p.Premium.Net.Minor != 467 || p.Premium.Tax.Minor != 89 || p.Premium.Gross.Minor != 556 {
			t.Errorf("premium is %+v", p.Premium)
		}
		if p.ProductName.In("en") != "Electronics Subscription Cover" || !p.CreatedAt.Equal(opening) {
			t.Errorf("got %q, created at %s", p.ProductName.In("en"), p.CreatedAt)
		}
		if booked := h.happened(EventOrderBooked); len(booked) != 1 || len(h.notices()) != 2 {
			t.Errorf("%d events and %d notices, want one event told at two endpoints", len(booked), len(h.notices()))
		}
	})
}

func TestOrderIsRefusedWithAllItsProblems(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.submit(phone("used"))
		nameless := phone("A-1")
		nameless.Policyholder.LastName = ""
		nameless.Policyholder.Email = "nobody"
		late := phone("A-2")
		late.InceptionOn = day("2025-12-01")
		other := phone("used")
		other.Policyholder.FirstName = "Eva"
		contradicting := bike("A-4")
		contradicting.ExpiryOn = day("2026-06-30")
		unread := order(nameless, late, other, contradicting, phone("A-5"))
		unread.Problems = []insurance.Problem{
			{Item: 4, Field: insurance.FieldTerm, Detail: "is not a duration"},
			{Item: 0, Field: insurance.FieldEmail, Detail: "is not text"},
		}
		_, err := h.SubmitOrder(t.Context(), h.partner, unread)
		equalLists(t, "problems", say(h.refusal(err, insurance.CodeInvalid).Problems), []string{
			"0 policyholder.last_name is required",
			"0 policyholder.email is not text",
			"1 booking.inception is over 28 days ago",
			"2 booking.reference already used with other data",
			"3 booking.expiry does not agree with the duration, which ends on 2027-01-14",
			"4 booking.term is not a duration",
		})
		if n := len(h.orders()); n != 1 {
			t.Errorf("%d orders, want only the one before", n)
		}
	})
}

func TestRefusedOrderLeavesNothing(t *testing.T) {
	h := onSQLite(t)
	bad := phone("A-2")
	bad.Policyholder.Country = ""
	o := order(phone("A-1"), bad)
	o.RepetitionKey = "key"
	if _, err := h.SubmitOrder(t.Context(), h.partner, o); insurance.CodeOf(err) != insurance.CodeInvalid {
		t.Fatalf("got %v", err)
	}
	// Neither the natural key of the good one nor the request's key is taken.
	o.Proposals = o.Proposals[:1]
	if _, err := h.SubmitOrder(t.Context(), h.partner, o); err != nil {
		t.Error(err)
	}
}

func TestRepeatedOrderIsAcknowledgedAndToldAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		wishes := []insurance.Proposal{phone("A-1"), repair("A-1"), unsold("A-2")}
		h.submit(wishes...)
		h.work()
		if n := len(h.deliver(200)); n != 4 {
			t.Fatalf("%d notices were sent, want 4", n)
		}
		h.clock.advance(time.Hour)
		same := phone("A-1")
		same.Object.Attributes[insurance.AttributeSalesPrice] = "555.00"
		h.submit(same, repair("A-1"))
		h.work()
		if n := len(h.policies(true)); n != 2 {
			t.Errorf("%d policies, want the 2 of the first time", n)
		}
		if n := h.due(); n != 2 {
			t.Errorf("%d notices are due again, want the 2 of the repeated order", n)
		}
		h.submit(same) // while they are due, nothing changes
		if n := h.due(); n != 2 {
			t.Errorf("%d notices are due", n)
		}
		for _, d := range h.deliver(200) {
			if d.Attempt != 1 {
				t.Errorf("try %d of the second round, want 1", d.Attempt)
			}
		}
	})
}

func TestRepeatedDifferentlyIsAProblem(t *testing.T) {
	change := map[string]func(*insurance.Proposal){
		"holder":     func(p *insurance.Proposal) { p.Policyholder.Email = "other@example.com" },
		"price":      func(p *insurance.Proposal) { p.Object.Attributes[insurance.AttributeSalesPrice] = "555.01" },
		"term":       func(p *insurance.Proposal) { p.Term = insurance.Months(12) },
		"deductible": func(p *insurance.Proposal) { p.Deductible = new(int) },
		"street":     func(p *insurance.Proposal) { p.Policyholder.Address.Street = "Weg" },
	}
	h := onSQLite(t)
	h.submit(phone("A-1"))
	h.work()
	for name, change := range change {
		wish := phone("A-1")
		change(&wish)
		_, err := h.SubmitOrder(t.Context(), h.partner, order(wish))
		equalLists(t, name, say(h.refusal(err, insurance.CodeInvalid).Problems),
			[]string{"0 booking.reference already used with other data"})
	}
}

func TestOtherNaturalKeyIsAnotherPolicy(t *testing.T) {
	change := map[string]func(*insurance.Proposal){
		"reference": func(p *insurance.Proposal) { p.Reference = "A-2" },
		"serial":    func(p *insurance.Proposal) { p.Object.Attributes[insurance.AttributeSerialNumber] = "SN-2" },
		"tariff":    func(p *insurance.Proposal) { p.Tariff = "HEP_Repair_599,99" },
		"inception": func(p *insurance.Proposal) { p.InceptionOn = day("2026-01-16") },
	}
	h := onSQLite(t)
	h.submit(phone("A-1"))
	for _, change := range change {
		wish := phone("A-1")
		change(&wish)
		h.submit(wish)
	}
	h.work()
	if n := len(h.policies(false)); n != 1+len(change) {
		t.Errorf("%d policies, want %d", n, 1+len(change))
	}
}

func TestTwoAlikeInOneOrderAreTwoPolicies(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		for range 2 {
			if n := len(h.bind(phone("A-1"), phone("A-1"))); n != 2 {
				t.Errorf("%d policies, want 2", n)
			}
		}
		if n := len(h.bind(phone("A-1"), phone("A-1"), phone("A-1"))); n != 3 {
			t.Errorf("%d policies, want the third as well", n)
		}
	})
}

func TestRepetitionKey(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := order(phone("A-1"))
		o.RepetitionKey = "key-1"
		for range 2 {
			if receipt, err := h.SubmitOrder(t.Context(), h.partner, o); err != nil || receipt.Count != 1 {
				t.Fatalf("got %v, %v", receipt, err)
			}
		}
		h.work()
		if n := len(h.policies(false)); n != 1 {
			t.Errorf("%d policies, want 1", n)
		}
		other := order(phone("A-2"))
		other.RepetitionKey = "key-1"
		_, err := h.SubmitOrder(t.Context(), h.partner, other)
		equalLists(t, "problems", say(h.refusal(err, insurance.CodeKeyConflict).Problems),
			[]string{"0 request.repetition_key was first used at 2026-01-15T10:00:00Z for other data"})
		// The key is the partner's own, and is free again after 30 days.
		if _, err := h.SubmitOrder(t.Context(), h.addPartner("other"), other); err != nil {
			t.Error(err)
		}
		h.clock.advance(claimAge)
		other.Proposals[0].InceptionOn = day("2026-02-14")
		if _, err := h.SubmitOrder(t.Context(), h.partner, other); err != nil {
			t.Error(err)
		}
		h.work()
	})
}

func TestRepetitionKeyOfAnEndedPolicyBooksNothing(t *testing.T) {
	h := onSQLite(t)
	o := order(phone("A-1"))
	o.RepetitionKey = "key-1"
	_, err := h.SubmitOrder(t.Context(), h.partner, o)
	h.fatal(err)
	h.work()
	h.end(h.policies(false)[0], insurance.ReasonWithdrawal)
	_, err = h.SubmitOrder(t.Context(), h.partner, o)
	h.fatal(err)
	h.work()
	if n := len(h.policies(true)); n != 1 {
		t.Errorf("%d policies, want the first one only", n)
	}
}

func TestPriceFirstRefusesAtOnce(t *testing.T) {
	h := onSQLite(t)
	dear := phone("A-2")
	dear.Object.Attributes[insurance.AttributeSalesPrice] = "10000"
	for _, c := range []struct {
		wish    insurance.Proposal
		code    insurance.Code
		problem string
	}{
		{unsold("A-1"), insurance.CodeProductUnknown, "1 booking.tariff is not a product that is sold"},
		{dear, insurance.CodeCoverageUnknown, "1 object.sales_price is outside the price band of HEP_Phone_Abo_799,99"},
	} {
		o := order(phone("A-0"), c.wish)
		o.PriceFirst = true
		_, err := h.SubmitOrder(t.Context(), h.partner, o)
		equalLists(t, string(c.code), say(h.refusal(err, c.code).Problems), []string{c.problem})
		if n := len(h.orders()); n != 0 {
			t.Errorf("%d orders", n)
		}
	}
	o := order(phone("A-0"))
	o.PriceFirst = true
	if _, err := h.SubmitOrder(t.Context(), h.partner, o); err != nil {
		t.Error(err)
	}
}

func TestUnknownProductIsToldLater(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		dear := phone("A-1")
		dear.Object.Attributes[insurance.AttributeSalesPrice] = "10000"
		h.submit(unsold("A-1"), dear, repair("A-1"))
		h.work()
		if n := len(h.policies(false)); n != 1 {
			t.Errorf("%d policies, want 1", n)
		}
		var codes []string
		for _, e := range h.happened(EventOrderRefused) {
			var data OrderRefused
			h.fatal(eventOfRow(e).Decode(&data))
			codes = append(codes, data.Reference+" "+string(data.Code))
		}
		equalLists(t, "refused", codes, []string{"A-1 product_unknown", "A-1 coverage_unknown"})
		if booked := h.happened(EventOrderBooked); len(booked) != 1 || booked[0].Sequence != 3 {
			t.Errorf("booked: %+v, want one event after the refusals", booked)
		}
		if n := len(h.notices()); n != 6 {
			t.Errorf("%d notices, want 3 events at 2 endpoints", n)
		}
		h.submit(unsold("A-1")) // what was refused holds no key
		h.work()
		if n := len(h.happened(EventOrderRefused)); n != 3 {
			t.Errorf("%d refusals, want the one of the new order, too", n)
		}
	})
}

func TestManyProposals(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		wishes := make([]insurance.Proposal, 500)
		for i := range wishes {
			wishes[i] = phone(fmt.Sprintf("A-%d", i%3))
			wishes[i].Object.Attributes[insurance.AttributeSerialNumber] = fmt.Sprintf("SN-%d", i)
		}
		if n := len(h.bind(wishes...)); n != 500 {
			t.Errorf("%d policies, want 500", n)
		}
		orders := h.orders()
		if len(orders) != 3 {
			t.Fatalf("%d orders, want one for each reference", len(orders))
		}
		if orders[0].Reference != "A-0" || orders[0].RequestID != orders[2].RequestID {
			t.Errorf("orders are %+v", orders)
		}
		var told int
		for _, e := range h.happened(EventOrderBooked) {
			var data OrderBooked
			h.fatal(eventOfRow(e).Decode(&data))
			told += len(data.Policies)
		}
		if told != 500 {
			t.Errorf("%d policies were told of", told)
		}
	})
}

func TestManyCopiesAtOnceAreOnePolicy(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		var group sync.WaitGroup
		for range 32 {
			group.Go(func() {
				_, err := h.SubmitOrder(t.Context(), h.partner, order(phone("A-1"), repair("A-1")))
				if err != nil && insurance.CodeOf(err) != insurance.CodeBusy {
					t.Error(err)
				}
			})
		}
		group.Wait()
		h.work()
		if n := len(h.policies(true)); n != 2 || len(h.orders()) != 1 {
			t.Errorf("%d policies of %d orders, want 2 of 1", n, len(h.orders()))
		}
	})
}

func TestKeyIsFreeAfterTheEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		first := h.bindOne(phone("A-1"))
		h.end(first, insurance.ReasonWithdrawal)
		second := h.bindOne(phone("A-1"))
		if second.CertificateNumber == first.CertificateNumber {
			t.Error("the ended policy was answered again")
		}
		h.submit(phone("A-1"))
		h.work()
		if n := len(h.policies(true)); n != 2 {
			t.Errorf("%d policies, want 2", n)
		}
	})
}

// A key is held for as long as the same wish could be booked again: what comes
// after it has expired begins too long ago.
func TestKeyOutlivesTheWish(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		wish := repair("A-1")
		wish.InceptionOn = day("2026-04-01")
		h.submit(wish)
		h.work()
		for range 14 {
			h.clock.advance(10 * 24 * time.Hour)
			_, err := h.SubmitOrder(t.Context(), h.partner, order(wish))
			if err != nil {
				equalLists(t, "problems", say(h.refusal(err, insurance.CodeInvalid).Problems),
					[]string{"0 booking.inception is over 28 days ago"})
			}
			h.work()
			if n := len(h.policies(true)); n != 1 {
				t.Fatalf("%d policies for one wish", n)
			}
		}
	})
}

// Spelling that the catalogue does not tell apart names the same wish.
func TestOtherSpellingIsARepetition(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.submit(phone("A-1"))
		h.work()
		loud := phone("A-1")
		loud.Tariff, loud.Object.Type = strings.ToUpper(loud.Tariff), strings.ToUpper(loud.Object.Type)
		loud.Kind = insurance.KindRecurring
		h.submit(loud)
		h.work()
		if n := len(h.policies(true)); n != 1 {
			t.Errorf("%d policies for one wish in two spellings", n)
		}
	})
}

func TestRequestIsKeptAsItCame(t *testing.T) {
	h := onSQLite(t)
	h.submit(phone("A-1"))
	if n := storetest.Number(t, h.dsn, `SELECT COUNT(*) FROM request_body WHERE body = $1`, order().Body); n != 1 {
		t.Errorf("%d requests are kept as they came, want 1", n)
	}
	h.view(func(r reading) error {
		entries, err := r.AuditOf(h.partner.Part, h.orders()[0].RequestID)
		if len(entries) != 1 || entries[0].Actor != "partner:acme" || entries[0].After != "1 of 1 new" {
			t.Errorf("audit says %+v", entries)
		}
		return err
	})
}
