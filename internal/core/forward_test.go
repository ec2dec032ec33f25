package core

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// inquiriesOf are the inquiries of an account, the last changed first.
func (h *house) inquiriesOf(p Partner) []Inquiry {
	h.t.Helper()
	all, err := h.OperatorInquiries(h.t.Context(), p.Part, 1000)
	h.fatal(err)
	return all
}

// atOnceFor is a forward that opens an inquiry of a customer now.
func (o *office) atOnceFor(customer string) ForwardWish {
	return ForwardWish{Broker: o.broker.Token, Customer: salon(customer), Line: lineCyber, Profession: hairdresser, AtOnce: true}
}

// refsSaid writes references as a test expects them.
func refsSaid(refs []Ref) (lines []string) {
	for _, ref := range refs {
		lines = append(lines, ref.Origin+" "+ref.Key+" "+ref.Value)
	}
	return lines
}

// A customer is known by an external id: a forward that names it again changes
// what it says, and leaves the rest.
func TestAForwardKnowsACustomer(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		was, err := h.DeskCustomer(t.Context(), o.desk, o.customer)
		h.fatal(err)
		if was.Party != salon("").Party || !was.AtAddress || was.Private || was.CompanyForm != FormGmbH {
			t.Errorf("it began as %+v", was)
		}
		again := func(wish CustomerWish) Customer {
			t.Helper()
			wish.ExternalID = "K-1"
			_, entry := h.entered(h.forwarded(o.account, ForwardWish{Broker: o.broker.Token, Customer: &wish}))
			if entry.CustomerID != o.customer || entry.InquiryID != 0 {
				t.Errorf("it leads to customer %d and inquiry %d", entry.CustomerID, entry.InquiryID)
			}
			now, err := h.DeskCustomer(t.Context(), o.desk, o.customer)
			h.fatal(err)
			return now
		}
		want := was
		want.Phone, want.Private, want.AtAddress = "+49221", true, false
		want.BusinessAddress.City = "Bonn"
		now := again(CustomerWish{
			Party: insurance.Party{Phone: "+49221"}, Private: given(true), AtAddress: given(false),
			BusinessAddress: insurance.Address{City: "Bonn"},
		})
		if now.Party != want.Party || now.Private != want.Private || now.AtAddress != want.AtAddress ||
			now.BusinessAddress != want.BusinessAddress || now.CompanyForm != FormGmbH {
			t.Errorf("it is %+v, want %+v", now, want)
		}
		again(CustomerWish{Party: insurance.Party{Phone: "+49221"}})
		if n := h.actions(o.account, "customer.changed"); n != 1 {
			t.Errorf("it was changed %d times", n)
		}
		// Under another broker the same id is somebody else.
		other := h.officeOf(o.account, "T-2")
		if other.customer == o.customer {
			t.Error("two brokers have one customer")
		}
		_, err = h.DeskCustomer(t.Context(), o.desk, other.customer)
		h.refused(err, insurance.CodeCustomerUnknown)
	})
}

func TestAForwardSetsReferences(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		wish := o.atOnceFor("K-1")
		wish.Refs = []Ref{{"crm", "b", "1"}, {"crm", "a", "2"}}
		wish.Customer.Refs = []Ref{{"insurer", "x", "9"}, {"crm", "x", "8"}}
		desk, entry := h.entered(h.forwarded(o.account, wish))
		found := func() Inquiry {
			t.Helper()
			i, err := h.DeskInquiry(t.Context(), desk, entry.InquiryID)
			h.fatal(err)
			return i
		}
		equalLists(t, "of the inquiry", refsSaid(found().Refs), []string{"crm a 2", "crm b 1"})
		equalLists(t, "of the customer", refsSaid(found().Customer.Refs), []string{"crm x 8", "insurer x 9"})
		before := o.marks(found())
		h.forwarded(o.account, ForwardWish{
			Broker: o.broker.Token, InquiryID: entry.InquiryID,
			Refs: []Ref{{"crm", "a", ""}, {"broker_crm", "a", "3"}, {"crm", "b", "4"}, {"crm", "none", ""}},
		})
		equalLists(t, "afterwards", refsSaid(found().Refs), []string{"broker_crm a 3", "crm b 4"})
		equalLists(t, "of the customer still", refsSaid(found().Customer.Refs), []string{"crm x 8", "insurer x 9"})
		after := o.marks(found())
		before[1] = strings.Replace(before[1], "2 audit entries", "3 audit entries", 1)
		equalLists(t, "nothing else, but for the audit log", after, before)
	})
}

// What belongs to another broker is not there, and nothing of such a forward is
// recorded.
func TestAForwardToAnotherBrokersInquiryIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		sibling, stranger := h.officeOf(o.account, "T-2"), h.office("other")
		inquiry := o.opened(hairdresser)
		before := o.marks(inquiry)
		for _, from := range []*office{sibling, stranger} {
			for _, id := range []int64{inquiry.ID, 1_999_999} {
				actions := len(h.auditOf(from.account))
				wish := ForwardWish{
					Broker: from.broker.Token, InquiryID: id, Refs: []Ref{{"crm", "a", "1"}}, FullCallback: true,
					Customer: salon("K-9"), Change: BrokerWish{Party: insurance.Party{Phone: "+491"}},
				}
				_, err := h.Forward(t.Context(), from.account, wish)
				h.refused(err, insurance.CodeInquiryUnknown)
				if n := len(h.auditOf(from.account)); n != actions {
					t.Errorf("%d entries were added to the audit log", n-actions)
				}
			}
		}
		_, err := h.Forward(t.Context(), stranger.account, ForwardWish{Broker: o.broker.Token})
		h.refused(err, insurance.CodeBrokerUnknown)
		equalLists(t, "the inquiry", o.marks(inquiry), before)
		if now := o.now(inquiry); len(now.Refs) != 0 || now.FullCallback {
			t.Errorf("it is %+v", now)
		}
	})
}

func TestWhatIsWrongWithAForward(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	wish := func(change func(*ForwardWish)) ForwardWish {
		w := o.atOnceFor("K-2")
		change(&w)
		return w
	}
	for code, w := range map[insurance.Code]ForwardWish{
		insurance.CodeProductUnknown: wish(func(w *ForwardWish) { w.Line = 4711 }),
		insurance.CodeBrokerUnknown:  wish(func(w *ForwardWish) { w.Broker = "nobody" }),
		insurance.CodeInvalid:        wish(func(w *ForwardWish) { w.Customer = nil }),
	} {
		_, err := h.Forward(t.Context(), o.account, w)
		h.refused(err, code)
	}
	_, err := h.Forward(t.Context(), o.account, wish(func(w *ForwardWish) { w.Profession = 1 }))
	h.refused(err, insurance.CodeProductUnknown)
	var many []Ref
	for i := range maxRefs + 1 {
		many = append(many, Ref{Origin: "crm", Key: fmt.Sprint(i), Value: "1"})
	}
	_, err = h.Forward(t.Context(), o.account, wish(func(w *ForwardWish) { w.Refs = many }))
	equalLists(t, "references", h.problems(err), []string{fmt.Sprintf("0 %s would be more than 100", insurance.FieldRefs)})
	_, err = h.Forward(t.Context(), o.account, wish(func(w *ForwardWish) { w.Refs = []Ref{{Origin: "crm", Value: "1"}} }))
	equalLists(t, "a reference without a key", h.problems(err), []string{fmt.Sprintf("0 %s is required", insurance.FieldRefKey)})
	if n := len(h.inquiriesOf(o.account)) + h.actions(o.account, "customer.added"); n != 1 {
		t.Errorf("%d inquiries and customers, want the customer from before", n)
	}
}

// Whoever forwards twice opens one inquiry, at once as well as on entering, and
// only one who asks for something else opens another.
func TestAnInquiryIsOpenedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		atOnce := o.atOnceFor("K-1")
		_, first := h.entered(h.forwarded(o.account, atOnce))
		_, again := h.entered(h.forwarded(o.account, atOnce))
		later := atOnce
		later.AtOnce = false
		_, entered := h.entered(h.forwarded(o.account, later))
		if first.InquiryID == 0 || again.InquiryID != first.InquiryID || entered.InquiryID != first.InquiryID {
			t.Errorf("opened %d, %d and %d", first.InquiryID, again.InquiryID, entered.InquiryID)
		}
		seen := []int64{first.InquiryID}
		for name, other := range map[string]func(*ForwardWish){
			"another profession": func(w *ForwardWish) { w.Profession = cafe },
			"another line":       func(w *ForwardWish) { w.Line = 12 },
			"other references":   func(w *ForwardWish) { w.Refs = []Ref{{"crm", "a", "1"}} },
			"another customer":   func(w *ForwardWish) { w.Customer = salon("K-2") },
		} {
			wish := atOnce
			other(&wish)
			_, entry := h.entered(h.forwarded(o.account, wish))
			if slices.Contains(seen, entry.InquiryID) {
				t.Errorf("%s opens none of its own", name)
			}
			seen = append(seen, entry.InquiryID)
		}
		// Once it is no longer open, a new one is.
		i, err := h.DeskInquiry(t.Context(), o.desk, first.InquiryID)
		h.fatal(err)
		_, err = h.SendLead(t.Context(), o.desk, stepAt(i))
		h.fatal(err)
		if _, entry := h.entered(h.forwarded(o.account, atOnce)); slices.Contains(seen, entry.InquiryID) {
			t.Error("one that was sent on was taken for it")
		}
	})
}

// Many who forward the same at the same time open one inquiry, whether the
// customer is new or known, and so do many who enter.
func TestAnInquiryIsOpenedOnceByMany(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		nodes := h.nodes()
		for n, customer := range []string{"K-2", "K-1"} {
			for i, err := range together(nodes, 8, func(c *Core, _ int) error {
				return asked(c.Forward(t.Context(), o.account, o.atOnceFor(customer)))
			}) {
				if err != nil {
					t.Errorf("copy %d: %v", i, err)
				}
			}
			if got := len(h.inquiriesOf(o.account)); got != n+1 {
				t.Errorf("%d inquiries are open for %d customers", got, n+1)
			}
		}
		later := o.atOnceFor("K-1")
		later.AtOnce, later.Profession = false, cafe
		links := make([]ForwardLink, 8)
		for i := range links {
			links[i] = h.forwarded(o.account, later)
		}
		for i, err := range together(nodes, len(links), func(c *Core, i int) error {
			return asked(c.EnterDesk(t.Context(), links[i].Token))
		}) {
			if err != nil {
				t.Errorf("link %d: %v", i, err)
			}
		}
		if got := len(h.inquiriesOf(o.account)); got != 3 {
			t.Errorf("%d inquiries are open, want 3", got)
		}
	})
}

// An inquiry that a link is to open is there when somebody comes in, with the
// answers that are answers.
func TestAnInquiryIsOpenedOnEntering(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		wish := o.atOnceFor("K-1")
		wish.AtOnce, wish.FullCallback, wish.Refs = false, true, []Ref{{"crm", "a", "1"}}
		wish.Answers = map[string]string{
			"umsatz": "20000050", "anzahl_vollzeitmitarbeiter": "4", "backups": "perhaps", "deductible": "123",
			"unknown": "1", insurance.AttributeStartsOn: "2020-01-01", insurance.AttributeSumInsured: "250000",
		}
		link := h.forwarded(o.account, wish)
		if n := len(h.inquiriesOf(o.account)); n != 0 {
			t.Errorf("%d inquiries before anybody came in", n)
		}
		_, entry := h.entered(link)
		i, err := h.DeskInquiry(t.Context(), o.desk, entry.InquiryID)
		h.fatal(err)
		var answers []string
		for name, value := range i.Answers {
			answers = append(answers, name+" "+value)
		}
		slices.Sort(answers)
		equalLists(t, "answers", answers, []string{"employees_full_time 4", "revenue 200000.50", "sum_insured 250000"})
		if i.Status != InquiryOpen || !i.FullCallback || i.Customer.ID != o.customer || len(i.Refs) != 1 || i.Line.ID != lineCyber {
			t.Errorf("it is %+v", i)
		}
		equalLists(t, "told", o.trail(i), []string{"1 inquiry.created open"})
	})
}

// A link lets one in, and within ten minutes.
func TestALinkIsOpenedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		link := h.forwarded(o.account, ForwardWish{Broker: o.broker.Token})
		in := 0
		for _, err := range together(h.nodes(), 32, func(c *Core, _ int) error { return asked(c.EnterDesk(t.Context(), link.Token)) }) {
			if err == nil {
				in++
				continue
			}
			h.refused(err, insurance.CodeLinkUnknown)
		}
		if in != 1 || h.actions(o.account, "desk.entered") != 2 {
			t.Errorf("%d came in", in)
		}
	})
}

func TestALinkExpires(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	late, inTime := h.forwarded(o.account, ForwardWish{Broker: o.broker.Token}), h.forwarded(o.account, ForwardWish{Broker: o.broker.Token})
	if !late.ExpiresAt.Equal(opening.Add(10 * time.Minute)) {
		t.Errorf("it expires at %s", late.ExpiresAt)
	}
	h.clock.advance(10*time.Minute - time.Microsecond)
	h.entered(inTime)
	h.clock.advance(time.Microsecond)
	for _, token := range []string{late.Token, "", "never given"} {
		_, err := h.EnterDesk(t.Context(), token)
		h.refused(err, insurance.CodeLinkUnknown)
	}
}

// A desk stands open for eight hours of machine time, or until it is left.
func TestADeskIsLeft(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		enter := func() DeskEntry {
			entry, err := h.EnterDesk(t.Context(), h.forwarded(o.account, ForwardWish{Broker: o.broker.Token}).Token)
			h.fatal(err)
			return entry
		}
		left, forgotten := enter(), enter()
		h.moveTo(opening.Add(30*24*time.Hour), "", 200)
		for range 2 {
			h.fatal(h.LeaveDesk(t.Context(), left.Secret))
			_, err := h.Desk(t.Context(), left.Secret)
			h.refused(err, insurance.CodeUnauthenticated)
		}
		h.clock.advance(8*time.Hour - time.Microsecond)
		d, err := h.Desk(t.Context(), forgotten.Secret)
		h.fatal(err)
		if d.Partner.Part != "pool" || d.Broker != o.broker || d.Operator {
			t.Errorf("it is the desk of %+v", d)
		}
		h.clock.advance(time.Microsecond)
		_, err = h.Desk(t.Context(), forgotten.Secret)
		h.refused(err, insurance.CodeUnauthenticated)
	})
}

// Two who know a customer by the same id at the same time mean one customer.
func TestACustomerIsMadeOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		other := h.newCore(storetest.Open(t, store.Options{DSN: h.dsn, Log: quiet}))
		wish := ForwardWish{Broker: o.broker.Token, Customer: salon("K-2")}
		met := false
		h.faults.Meanwhile(1, func() {
			met = true
			if _, err := other.Forward(t.Context(), o.account, wish); err != nil {
				t.Error(err)
			}
		})
		h.forwarded(o.account, wish)
		customers, err := h.DeskCustomers(t.Context(), o.desk, "K-2")
		h.fatal(err)
		if len(customers) != 1 || !met || h.actions(o.account, "customer.added") != 2 {
			t.Errorf("customers %+v", customers)
		}
	})
}
