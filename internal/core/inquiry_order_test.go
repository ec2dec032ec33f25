package core

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// number is an agency number that is offered.
func number(number string, change func(*AgencyNumber)) AgencyNumber {
	n := AgencyNumber{Number: number, Active: true}
	if change != nil {
		change(&n)
	}
	return n
}

// numbersOf adds numbers with an insurer to an owner.
func (h *house) numbersOf(p Partner, scope Scope, insurer string, numbers ...AgencyNumber) {
	h.t.Helper()
	h.fatal(h.addNumbers(p, scope, AgencySet{Insurer: byID(insurer), Numbers: numbers}))
}

// Whatever was answered, and whichever insurer calculates it: the policy costs
// what was offered, to the cent.
func TestCoverCostsWhatWasOffered(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	rapid.Check(t, func(rt *rapid.T) {
		i := o.opened(rapid.SampledFrom([]int{258, 259, 260, 261, 272, 273, 281, 282, 283, 291, 292, 293}).Draw(rt, "profession"))
		draw := func(name string, options ...string) string { return rapid.SampledFrom(options).Draw(rt, name) }
		i, err := h.Answer(t.Context(), o.desk, AnswerWish{InquiryStep: stepAt(i), Answers: map[string]string{
			insurance.AttributeRevenue:    strconv.Itoa(rapid.IntRange(1, 4_000_000).Draw(rt, "revenue")),
			insurance.AttributeFullTime:   strconv.Itoa(rapid.IntRange(0, 60).Draw(rt, "full-time")),
			insurance.AttributePartTime:   strconv.Itoa(rapid.IntRange(0, 20).Draw(rt, "part-time")),
			insurance.AttributeSumInsured: draw("sum", "100000", "250000", "500000", "1000000"),
			insurance.AttributeDeductible: draw("deductible", "", "0", "250", "500", "1000", "2500"),
			insurance.AttributeInterval:   draw("interval", "", "1", "3", "6", "12"), "backups": draw("backups", "true", "false"),
			insurance.AttributeStartsOn: day(today).AddDays(rapid.IntRange(0, 364).Draw(rt, "start")).String(),
		}})
		h.fatal(err)
		i, err = h.Calculate(t.Context(), o.desk, stepAt(i))
		h.fatal(err)
		var prices []string
		for _, offer := range i.Offers {
			if offer.Decision == insurance.DecisionCalculate {
				prices = append(prices, offer.ID)
			}
		}
		if len(prices) == 0 {
			return
		}
		chosen := rapid.SampledFrom(prices).Draw(rt, "insurer")
		done, err := h.OrderCover(t.Context(), o.desk, orderFor(i, chosen))
		h.fatal(err)
		policy, err := h.Policy(t.Context(), o.account, done.Policy.CertificateNumber)
		h.fatal(err)
		if offer := o.offerOf(i, chosen); !same(policy.Premium, offer.Premium) || policy.InceptionOn != offer.StartsOn ||
			policy.SumInsured != offer.SumInsured || done.Status != InquiryOrdered {
			rt.Errorf("it costs %s from %s, and was offered for %s from %s", policy.Premium.Gross, policy.InceptionOn, offer.Premium.Gross, offer.StartsOn)
		}
	})
}

// What an order needs of the customer is named, and nothing is bound before.
func TestWhatAnOrderIsMissing(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		for name, c := range map[string]struct {
			party insurance.Party
			order func(*OrderWish)
			want  []string
		}{
			"nobody": {insurance.Party{}, nil, []string{
				"0 policyholder.first_name is required", "0 policyholder.last_name is required", "0 policyholder.email is required",
			}},
			"an address to write to": {insurance.Party{Company: "Salon"}, nil, []string{"0 policyholder.email is required"}},
			"the confirmation": {salon("").Party, func(w *OrderWish) { w.Informed = false }, []string{
				"0 inquiry.informed must be confirmed",
			}},
			"an agency number that there is": {salon("").Party, func(w *OrderWish) { w.AgencyNumber = "N-9" }, []string{
				"0 agency.number is not one to choose from",
			}},
			"a type of collection": {salon("").Party, func(w *OrderWish) { w.CollectionType = "by_pigeon" }, []string{
				"0 agency.collection_type is not a type of collection",
			}},
		} {
			customer, err := h.SaveCustomer(t.Context(), o.desk, 0, CustomerWish{Party: c.party})
			h.fatal(err)
			at := *o
			at.customer = customer.ID
			i := at.calculated(hairdresser)
			before, wish := o.marks(i), orderFor(i, hafenlicht)
			if c.order != nil {
				c.order(&wish)
			}
			_, err = h.OrderCover(t.Context(), o.desk, wish)
			equalLists(t, name, h.problems(err), c.want)
			equalLists(t, name+": nothing changed", o.marks(i), before)
		}
		if n := len(h.policies(true)) + len(h.orders()); n != 0 {
			t.Errorf("%d policies and orders were made", n)
		}
		late := o.calculated(hairdresser)
		i, err := o.Answer(t.Context(), o.desk, AnswerWish{InquiryStep: stepAt(late), Answers: map[string]string{insurance.AttributeStartsOn: today}})
		h.fatal(err)
		i, err = o.Calculate(t.Context(), o.desk, stepAt(i))
		h.fatal(err)
		h.clock.advance(24 * time.Hour)
		_, err = h.OrderCover(t.Context(), o.desk, orderFor(i, hafenlicht))
		if got := h.problems(err); len(got) != 1 || !strings.HasPrefix(got[0], "0 booking.inception") {
			t.Errorf("one that should have begun is refused with %q", got)
		}
	})
}

// chosen are the numbers to choose from for an offer, the preselected one with
// a star.
func (o *office) choices(i Inquiry, offer string) (lines []string) {
	o.t.Helper()
	all, err := o.AgencyChoices(o.t.Context(), o.desk, i.ID, offer)
	o.fatal(err)
	for _, n := range all {
		lines = append(lines, n.Number+strings.Repeat("*", b2i(n.Preselected)))
	}
	return lines
}

// There are the broker's numbers with the insurer and then the account's, each
// once and only if it is active.
func TestNumbersToChooseFrom(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		account, broker := h.ofAccount(o.account), Scope{Broker: o.broker.Token}
		calculation := func(n *AgencyNumber) { n.ForCalculations = true }
		tenders := func(n *AgencyNumber) { n.ForTenders = true }
		i := o.calculated(hairdresser)
		equalLists(t, "none", o.choices(i, kontorwerk), nil)
		h.numbersOf(o.account, account, kontorwerk, number("A-1", calculation), number("S-1", tenders), number("A-2", nil))
		equalLists(t, "the account's", o.choices(i, kontorwerk), []string{"A-1*", "S-1", "A-2"})
		h.numbersOf(o.account, broker, kontorwerk, number("B-1", nil), number("S-1", nil),
			number("B-2", func(n *AgencyNumber) { n.Active = false }))
		h.numbersOf(o.account, broker, rheinbogen, number("R-1", calculation))
		sibling := h.officeOf(o.account, "T-2")
		h.numbersOf(o.account, Scope{Broker: sibling.broker.Token}, kontorwerk, number("F-1", calculation))
		equalLists(t, "both", o.choices(i, kontorwerk), []string{"B-1", "S-1", "A-1*", "A-2"})
		h.numbersOf(o.account, broker, kontorwerk, number("B-3", func(n *AgencyNumber) { n.ForCalculations, n.ForTenders = true, true }))
		equalLists(t, "the broker's first", o.choices(i, kontorwerk), []string{"B-1", "S-1", "B-3*", "A-1", "A-2"})
		h.numbersOf(o.account, broker, kontorwerk, number("B-3", nil), number("S-1", tenders))
		entered, err := h.EnterOffer(t.Context(), tender(i))
		h.fatal(err)
		equalLists(t, "by hand", o.choices(entered, kontorwerk), []string{"B-1", "S-1*", "B-3", "A-1", "A-2"})
		equalLists(t, "of another insurer", o.choices(i, rheinbogen), []string{"R-1*"})
		for _, refused := range []string{"B-2", "R-1", "F-1"} {
			wish := orderFor(entered, kontorwerk)
			wish.AgencyNumber = refused
			_, err := h.OrderCover(t.Context(), o.desk, wish)
			equalLists(t, refused, h.problems(err), []string{"0 agency.number is not one to choose from"})
		}
		_, err = h.AgencyChoices(t.Context(), o.desk, i.ID, "4711")
		h.refused(err, insurance.CodeInvalid)
	})
}

// The number that was chosen is kept as it was, and says who collects the
// premium where the order does not.
func TestAnOrderUnderAnAgencyNumber(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		h.numbersOf(o.account, h.ofAccount(o.account), hafenlicht,
			number("A-1", func(n *AgencyNumber) { n.Label, n.CollectionType = "Ours", CollectedByBroker }), number("A-2", nil))
		for _, c := range []struct {
			number    string
			said      CollectionType
			collected CollectionType
		}{
			{"", "", CollectedByInsurer}, {"", CollectedByMGA, CollectedByMGA}, {"A-1", "", CollectedByBroker},
			{"A-1", CollectedByMGA, CollectedByMGA}, {"A-2", "", CollectedByInsurer},
		} {
			wish := orderFor(o.calculated(hairdresser), hafenlicht)
			wish.AgencyNumber, wish.CollectionType = c.number, c.said
			done, err := h.OrderCover(t.Context(), o.desk, wish)
			h.fatal(err)
			got := ""
			if done.AgencyNumber != nil {
				got = done.AgencyNumber.Number
			}
			if got != c.number || done.CollectionType != c.collected || done.Chosen == nil || done.Chosen.ID != hafenlicht {
				t.Errorf("%+v: under %q, collected by %s", c, got, done.CollectionType)
			}
		}
		wish := orderFor(o.calculated(hairdresser), hafenlicht)
		wish.AgencyNumber = "A-1"
		done, err := h.OrderCover(t.Context(), o.desk, wish)
		h.fatal(err)
		h.fatal(h.dropNumbers(o.account, h.ofAccount(o.account), agencySet(byID(hafenlicht))))
		if now := o.now(done); now.AgencyNumber == nil || now.AgencyNumber.Label != "Ours" || now.AgencyNumber.Insurer.Name == "" {
			t.Errorf("the number it was ordered under is now %+v", now.AgencyNumber)
		}
	})
}

// What was ordered is a policy like every other: it is found, has documents,
// renews by the clock and can be ended.
func TestWhatWasOrderedIsAPolicy(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		i := o.proposed()
		_, err := h.EndPolicy(t.Context(), o.desk, PolicyEnding{InquiryID: i.ID, Reason: insurance.ReasonOrdinary})
		h.refused(err, insurance.CodeStateForbidden)
		h.clock.advance(time.Hour)
		i, err = h.OrderCover(t.Context(), o.desk, orderFor(i, hafenlicht))
		h.fatal(err)
		policies := h.policies(false)
		if len(policies) != 1 || policies[0].ID != i.Policy.ID || policies[0].Policyholder.Company != "Salon Muster GmbH" ||
			policies[0].Policyholder.Country != "DE" || policies[0].Reference != strconv.FormatInt(i.ID, 10) {
			t.Errorf("policies %+v", policies)
		}
		equalLists(t, "documents", documentKinds(i), []string{"proposal", "cover_order", "certificate", "ipid", "withdrawal"})
		archive := h.archive(DocumentRequest{CertificateNumber: i.Policy.CertificateNumber})
		if len(files(t, archive)) != 3 {
			t.Errorf("the archive holds %q", files(t, archive))
		}
		h.moveTo(day("2027-03-01").Start(o.account.Zone), "", 200)
		ledger := h.ledger(policies[0])
		if len(ledger) != 2 || !same(ledger[1].Premium, i.Chosen.Premium) || h.policy(policies[0]).PaidTo != day("2028-02-29") {
			t.Errorf("after a year the ledger is %+v", ledger)
		}
		ended, err := h.EndPolicy(t.Context(), o.desk, PolicyEnding{InquiryID: i.ID, Reason: insurance.ReasonOrdinary})
		h.fatal(err)
		if ended.Policy.State != insurance.PolicyEnding || ended.Policy.LastDay() != day("2028-02-29") {
			t.Errorf("it is %s and ends on %s", ended.Policy.State, ended.Policy.LastDay())
		}
		if now := o.now(i); now.Status != InquiryOrdered || now.Policy.Termination == nil || len(now.Documents) != 6 {
			t.Errorf("the inquiry is %s with %d documents", now.Status, len(now.Documents))
		}
		h.moveTo(day("2028-03-01").Start(o.account.Zone), "", 200)
		if left := h.policies(false); len(left) != 0 || len(h.ledger(policies[0])) != 2 {
			t.Errorf("%d policies live on", len(left))
		}
	})
}

func documentKinds(i Inquiry) (kinds []string) {
	for _, d := range i.Documents {
		kinds = append(kinds, string(d.Kind))
	}
	return kinds
}

// An offer by hand is bound at its premium, whatever the tariff would say, and
// renewed at it.
func TestAnOfferByHandIsBoundAtItsPremium(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		tendering, err := h.Tender(t.Context(), o.desk, stepAt(o.calculated(dataCentre)))
		h.fatal(err)
		wish := tender(tendering)
		wish.Gross, wish.Interval = "1234.57", insurance.Months(6)
		i, err := h.EnterOffer(t.Context(), wish)
		h.fatal(err)
		i, err = h.Propose(t.Context(), o.desk, ProposalWish{InquiryStep: stepAt(i), OfferID: kontorwerk})
		h.fatal(err)
		i, err = h.OrderCover(t.Context(), o.desk, orderFor(i, kontorwerk))
		h.fatal(err)
		h.moveTo(day("2027-03-01").Start(o.account.Zone), "", 200)
		ledger := h.ledger(*i.Policy)
		for _, line := range ledger {
			if line.Premium.Gross.String() != "1234.57 EUR" || line.Premium.Net.Add(line.Premium.Tax) != line.Premium.Gross {
				t.Errorf("premium %+v", line.Premium)
			}
		}
		if len(ledger) != 3 || i.Chosen.Yearly.String() != "2469.14 EUR" {
			t.Errorf("%d premiums in a year of %s", len(ledger), i.Chosen.Yearly)
		}
	})
}

// The order, its policy and what is told of them come together or not at all.
func TestAnOrderIsOneChange(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	i := o.proposed()
	before := h.faults.Met(store.AtCommit)
	_, err := h.OrderCover(t.Context(), o.desk, orderFor(i, hafenlicht))
	h.fatal(err)
	if n := h.faults.Met(store.AtCommit) - before; n != 1 {
		t.Errorf("it took %d commits", n)
	}
}
