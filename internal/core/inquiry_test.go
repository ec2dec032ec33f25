package core

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// tender is what an insurer offers by hand.
func tender(i Inquiry) TenderOffer {
	return TenderOffer{InquiryID: i.ID, InsurerID: 5042, Gross: "480.00", Note: "As agreed by telephone"}
}

// deskSteps are the steps that an inquiry can take.
func deskSteps(o *office) map[string]func(at InquiryStep) (Inquiry, error) {
	ctx := o.t.Context()
	return map[string]func(InquiryStep) (Inquiry, error){
		"answer": func(at InquiryStep) (Inquiry, error) {
			return o.Answer(ctx, o.desk, AnswerWish{InquiryStep: at, Answers: map[string]string{"backups": "false"}})
		},
		"calculate": func(at InquiryStep) (Inquiry, error) { return o.Calculate(ctx, o.desk, at) },
		"tender":    func(at InquiryStep) (Inquiry, error) { return o.Tender(ctx, o.desk, at) },
		"lead":      func(at InquiryStep) (Inquiry, error) { return o.SendLead(ctx, o.desk, at) },
		"propose": func(at InquiryStep) (Inquiry, error) {
			return o.Propose(ctx, o.desk, ProposalWish{InquiryStep: at, OfferID: hafenlicht})
		},
		"take back": func(at InquiryStep) (Inquiry, error) { return o.TakeBackProposal(ctx, o.desk, at) },
		"order": func(at InquiryStep) (Inquiry, error) {
			return o.OrderCover(ctx, o.desk, OrderWish{InquiryStep: at, OfferID: hafenlicht, Informed: true})
		},
	}
}

// positions lead to where an inquiry can stand, each with the statuses that the
// steps lead to from there; what is left out is forbidden.
func positions(o *office) map[string]struct {
	reach func() Inquiry
	steps map[string]InquiryStatus
} {
	by := func(step string, from func() Inquiry) func() Inquiry {
		return func() Inquiry {
			i, err := deskSteps(o)[step](stepAt(from()))
			o.fatal(err)
			return i
		}
	}
	answered := func() Inquiry { return o.answered(hairdresser) }
	asked := func() Inquiry { return o.calculated(dataCentre) }
	return map[string]struct {
		reach func() Inquiry
		steps map[string]InquiryStatus
	}{
		"answered": {answered, map[string]InquiryStatus{"answer": InquiryOpen, "calculate": InquiryCalculated, "lead": InquiryLead}},
		"asked in vain": {asked, map[string]InquiryStatus{
			"answer": InquiryOpen, "calculate": InquiryOpen, "lead": InquiryLead, "tender": InquiryTendering,
		}},
		"tendering": {by("tender", asked), nil},
		"lead":      {by("lead", answered), nil},
		"calculated": {func() Inquiry { return o.calculated(hairdresser) }, map[string]InquiryStatus{
			"answer": InquiryOpen, "calculate": InquiryCalculated, "propose": InquiryProposed, "order": InquiryOrdered,
		}},
		"proposed": {o.proposed, map[string]InquiryStatus{"take back": InquiryCalculated, "order": InquiryOrdered}},
		"ordered":  {o.ordered, nil},
	}
}

// From each position every step leads where it may, with one event if the status
// changes; a step that may not be taken, or whose broker has seen another
// version, changes nothing.
func TestEveryStepFromEveryPosition(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	for position, p := range positions(o) {
		for name, take := range deskSteps(o) {
			i := p.reach()
			before := o.marks(i)
			want, may := p.steps[name]
			if !may {
				_, err := take(stepAt(i))
				h.refused(err, insurance.CodeStateForbidden)
				equalLists(t, name+" from "+position, o.marks(i), before)
				continue
			}
			if want != i.Status {
				_, err := take(InquiryStep{ID: i.ID, Version: i.Version + 1})
				h.refused(err, insurance.CodeStale)
				equalLists(t, name+" from "+position+", stale", o.marks(i), before)
			}
			after, err := take(stepAt(i))
			if err != nil || after.Status != want {
				t.Errorf("%s from %s leads to %s, %v", name, position, after.Status, err)
			}
			told := len(o.trail(i)) - len(before) + 1
			if changes := want != i.Status; told != b2i(changes) {
				t.Errorf("%s from %s is told by %d events", name, position, told)
			}
		}
	}
}

// A step that was taken and is asked for once more changes nothing and is told
// nobody, though its broker does not know.
func TestARepeatedStepChangesNothing(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	for position, p := range positions(o) {
		for name, want := range p.steps {
			i := p.reach()
			if want == i.Status || name == "answer" {
				continue
			}
			once, err := deskSteps(o)[name](stepAt(i))
			h.fatal(err)
			before := o.marks(i)
			again, err := deskSteps(o)[name](stepAt(i))
			if err != nil || again.Version != once.Version || again.Status != once.Status {
				t.Errorf("%s from %s: repeated, it is at version %d and %s, %v", name, position, again.Version, again.Status, err)
			}
			equalLists(t, name+" from "+position, o.marks(i), before)
		}
	}
}

// One of many who take a step at the same time takes it; everybody else is told
// the same, or that it has changed.
func TestAStepIsTakenOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		nodes := h.nodes()
		i := o.proposed()
		for n, err := range together(nodes, 8, func(c *Core, _ int) error {
			return asked(c.OrderCover(t.Context(), o.desk, orderFor(i, hafenlicht)))
		}) {
			if err != nil {
				t.Errorf("order %d: %v", n, err)
			}
		}
		if n := len(h.policies(true)); n != 1 {
			t.Errorf("%d policies were bound", n)
		}
		equalLists(t, "told", o.trail(i), []string{
			"1 inquiry.created open", "2 inquiry.updated calculated", "3 inquiry.proposed proposed", "4 inquiry.ordered ordered",
		})
		rival := o.calculated(hairdresser)
		taken := 0
		for _, err := range together(nodes, 8, func(c *Core, n int) error {
			if n%2 == 0 {
				answers := map[string]string{insurance.AttributeFullTime: fmt.Sprint(n + 5)}
				return asked(c.Answer(t.Context(), o.desk, AnswerWish{InquiryStep: stepAt(rival), Answers: answers}))
			}
			return asked(c.OrderCover(t.Context(), o.desk, orderFor(rival, kontorwerk)))
		}) {
			switch insurance.CodeOf(err) {
			case insurance.CodeStale, insurance.CodeStateForbidden:
			default:
				h.fatal(err)
				taken++
			}
		}
		ordered := o.now(rival).Status == InquiryOrdered
		if ordered != (len(h.policies(true)) == 2) || !ordered && taken != 1 {
			t.Errorf("it is %s after %d took a step", o.now(rival).Status, taken)
		}
	})
}

// Other answers make void what was calculated from those before.
func TestAnAnswerMakesOffersVoid(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		answer := func(i Inquiry, profession int, answers map[string]string) Inquiry {
			t.Helper()
			now, err := o.Answer(t.Context(), o.desk, AnswerWish{InquiryStep: stepAt(i), Profession: profession, Answers: answers})
			h.fatal(err)
			return now
		}
		i := o.calculated(hairdresser)
		same := answer(i, hairdresser, map[string]string{"backups": "true", "payroll": ""})
		if same.Version != i.Version || same.Status != InquiryCalculated || len(same.Offers) != 5 {
			t.Errorf("the same answers made it %s with %d offers", same.Status, len(same.Offers))
		}
		other := answer(i, 0, map[string]string{insurance.AttributeDeductible: "", "payroll": "50000"})
		if other.Status != InquiryOpen || len(other.Offers) != 0 || other.Profession.ID != hairdresser {
			t.Errorf("other answers made it %s with %d offers", other.Status, len(other.Offers))
		}
		if _, is := other.Answers[insurance.AttributeDeductible]; is || other.Answers["payroll"] != "50000" || other.Answers["backups"] != "true" {
			t.Errorf("the answers are %v", other.Answers)
		}
		again, err := o.Calculate(t.Context(), o.desk, stepAt(other))
		h.fatal(err)
		if moved := answer(again, cafe, nil); moved.Status != InquiryOpen || moved.Profession.ID != cafe {
			t.Errorf("another profession made it %s", moved.Status)
		}
		equalLists(t, "told", o.trail(i), []string{
			"1 inquiry.created open", "2 inquiry.updated calculated", "3 inquiry.updated open", "4 inquiry.updated calculated",
			"5 inquiry.updated open",
		})
	})
}

func TestWrongAnswersAreRefused(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	i := o.opened(hairdresser)
	_, err := o.Answer(t.Context(), o.desk, AnswerWish{InquiryStep: stepAt(i), Answers: map[string]string{
		"backups": "perhaps", insurance.AttributeStartsOn: "2026-01-14", "horsepower": "90", insurance.AttributeRevenue: "1",
	}})
	got := h.problems(err)
	if len(got) != 3 || got[1] != "0 object.starts_on is in the past" || got[2] != "0 object.horsepower is not a question of this line" {
		t.Errorf("refused with %q", got)
	}
	_, err = o.Answer(t.Context(), o.desk, AnswerWish{InquiryStep: stepAt(i), Profession: 1})
	h.refused(err, insurance.CodeProductUnknown)
	if now := o.now(i); now.Version != 1 || len(now.Answers) != 0 {
		t.Errorf("it is at version %d with %v", now.Version, now.Answers)
	}
	_, err = o.Calculate(t.Context(), o.desk, stepAt(i))
	equalLists(t, "incomplete", h.problems(err), []string{
		"0 object.revenue is required", "0 object.employees_full_time is required", "0 object.backups is required",
		"0 object.sum_insured is required", "0 object.starts_on is required",
	})
}

// Every insurer of the line is asked, says what its rules say, and says the same
// to the same.
func TestAComparison(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		equalLists(t, "of a hairdresser", decisions(o.calculated(hairdresser)), []string{
			"5021 calculate", "5036 calculate", "5042 calculate", "5057 calculate", "5063 calculate",
		})
		equalLists(t, "of a data centre", decisions(o.calculated(dataCentre)), []string{
			"5021 tender", "5036 decline", "5042 tender", "5057 tender", "5063 decline",
		})
		one, two := o.calculated(cafe), o.calculated(cafe)
		equalLists(t, "of a café", decisions(one), []string{
			"5021 calculate", "5036 calculate", "5042 calculate", "5057 decline", "5063 tender",
		})
		if !reflect.DeepEqual(one.Offers, two.Offers) {
			t.Error("two that are alike were compared differently")
		}
		again, err := o.Calculate(t.Context(), o.desk, stepAt(one))
		h.fatal(err)
		if !reflect.DeepEqual(one.Offers, again.Offers) || again.Version != one.Version {
			t.Errorf("it was compared differently, at version %d", again.Version)
		}
		// 240.00 × 1.00 × 1.20 × 1.00 × 0.95 × 1.00 = 273.60, with 19 % tax.
		offer := o.offerOf(one, hafenlicht)
		if offer.Premium.Gross.String() != "325.58 EUR" || offer.Yearly != offer.Premium.Gross || offer.Interval != insurance.Months(12) ||
			offer.StartsOn != day("2026-03-01") || offer.SumInsured.String() != "250000.00 EUR" || offer.Deductible.String() != "500.00 EUR" {
			t.Errorf("it is offered as %+v", offer)
		}
		if declined := o.offerOf(one, "5057"); len(declined.Reason) == 0 || !declined.Premium.Gross.IsZero() || !declined.ValidUntil.IsZero() {
			t.Errorf("it is declined as %+v", declined)
		}
	})
}

// An insurer whose tariff does not go that far declines, and says so.
func TestATariffThatDoesNotGoThatFar(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	i := o.answered(hairdresser)
	i, err := o.Answer(t.Context(), o.desk, AnswerWish{InquiryStep: stepAt(i), Answers: map[string]string{insurance.AttributeSumInsured: "1000000"}})
	h.fatal(err)
	i, err = o.Calculate(t.Context(), o.desk, stepAt(i))
	h.fatal(err)
	equalLists(t, "decisions", decisions(i), []string{
		"5021 calculate", "5036 decline", "5042 calculate", "5057 decline", "5063 calculate",
	})
	if reason := o.offerOf(i, "5057").Reason; !reflect.DeepEqual(reason, notOffered) {
		t.Errorf("it declines because %s", reason)
	}
}

// A price is held to the end of its last day, and then asked for anew.
func TestAnOfferIsHeldForAWhile(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		late, inTime := o.calculated(hairdresser), o.calculated(hairdresser)
		until := day("2026-02-15").Start(o.account.Zone)
		if held := o.offerOf(late, hafenlicht).ValidUntil; !held.Equal(until) {
			t.Errorf("it is held until %s, want %s", held, until)
		}
		steps := deskSteps(o)
		o.at(until.Add(-time.Microsecond))
		_, err := steps["propose"](stepAt(inTime))
		h.fatal(err)
		o.at(until)
		before := o.marks(late)
		for _, i := range []Inquiry{late, o.now(inTime)} {
			_, err := steps["order"](stepAt(i))
			h.refused(err, insurance.CodeStale)
		}
		_, err = steps["propose"](stepAt(late))
		h.refused(err, insurance.CodeStale)
		equalLists(t, "nothing changed", o.marks(late), before)
		anew, err := steps["calculate"](stepAt(late))
		h.fatal(err)
		if held := o.offerOf(anew, hafenlicht).ValidUntil; !held.Equal(day("2026-03-18").Start(o.account.Zone)) || len(o.trail(late)) != 2 {
			t.Errorf("it is now held until %s", held)
		}
		_, err = steps["order"](stepAt(anew))
		h.fatal(err)
	})
}

// What an insurer has offered by hand stays when the others are asked again,
// and an inquiry without any offer is open.
func TestAskingAgainKeepsWhatWasOfferedByHand(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		steps := deskSteps(o)
		i, err := steps["tender"](stepAt(o.calculated(dataCentre)))
		h.fatal(err)
		offered, err := h.EnterOffer(t.Context(), tender(i))
		h.fatal(err)
		again, err := steps["calculate"](stepAt(offered))
		h.fatal(err)
		if again.Status != InquiryCalculated || !reflect.DeepEqual(again.Offers, offered.Offers) || again.Version != offered.Version {
			t.Errorf("it is %s with %q", again.Status, decisions(again))
		}
		o.at(o.offerOf(again, kontorwerk).ValidUntil)
		lapsed, err := steps["calculate"](stepAt(again))
		h.fatal(err)
		if lapsed.Status != InquiryOpen || slices.Contains(decisions(lapsed), kontorwerk+" calculate") {
			t.Errorf("it is %s with %q when the offer is no longer held", lapsed.Status, decisions(lapsed))
		}
	})
}

// An offer by hand takes the place of what its insurer said before.
func TestAnOfferIsEntered(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		steps := deskSteps(o)
		tendering, err := steps["tender"](stepAt(o.calculated(dataCentre)))
		h.fatal(err)
		lead, err := steps["lead"](stepAt(o.answered(hairdresser)))
		h.fatal(err)
		for _, i := range []Inquiry{tendering, lead, o.calculated(hairdresser)} {
			events := len(o.trail(i))
			wish := tender(i)
			wish.StartsOn, wish.SumInsured, wish.Deductible, wish.Interval = day("2026-04-01"), "1000000", "1000", insurance.Months(6)
			got, err := h.EnterOffer(t.Context(), wish)
			h.fatal(err)
			offer := o.offerOf(got, kontorwerk)
			if got.Status != InquiryCalculated || !offer.Tendered || offer.Note != wish.Note || offer.Premium.Gross.String() != "480.00 EUR" ||
				offer.StartsOn != wish.StartsOn || offer.SumInsured.String() != "1000000.00 EUR" ||
				offer.Deductible.String() != "1000.00 EUR" || offer.Interval != wish.Interval {
				t.Errorf("from %s it is %s, and offered as %+v", i.Status, got.Status, offer)
			}
			if n := len(o.trail(i)) - events; n != b2i(i.Status != InquiryCalculated) {
				t.Errorf("from %s it was told %d times", i.Status, n)
			}
			if len(got.Offers) != max(1, len(i.Offers)) {
				t.Errorf("from %s there are %d offers of %d", i.Status, len(got.Offers), len(i.Offers))
			}
		}
	})
}

func TestWhatIsNoOffer(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	i, err := deskSteps(o)["tender"](stepAt(o.calculated(dataCentre)))
	h.fatal(err)
	before := o.marks(i)
	for name, c := range map[string]struct {
		change func(*TenderOffer)
		want   insurance.Code
	}{
		"of no inquiry":          {func(o *TenderOffer) { o.InquiryID = 7 }, insurance.CodeInquiryUnknown},
		"of no insurer":          {func(o *TenderOffer) { o.InsurerID = 7 }, insurance.CodeInsurerUnknown},
		"without a price":        {func(o *TenderOffer) { o.Gross = "" }, insurance.CodeInvalid},
		"for nothing":            {func(o *TenderOffer) { o.Gross = "0" }, insurance.CodeInvalid},
		"for less":               {func(o *TenderOffer) { o.Gross = "-1" }, insurance.CodeInvalid},
		"for what is no number":  {func(o *TenderOffer) { o.Gross = "cheap" }, insurance.CodeInvalid},
		"for parts of cents":     {func(o *TenderOffer) { o.Gross = "1.001" }, insurance.CodeInvalid},
		"for no such sum":        {func(o *TenderOffer) { o.SumInsured = "much" }, insurance.CodeCoverageUnknown},
		"for no such deductible": {func(o *TenderOffer) { o.Deductible = "little" }, insurance.CodeInvalid},
	} {
		wish := tender(i)
		c.change(&wish)
		if _, err := h.EnterOffer(t.Context(), wish); insurance.CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	open := o.answered(hairdresser)
	for _, at := range []Inquiry{open, o.proposed(), o.ordered()} {
		_, err := h.EnterOffer(t.Context(), tender(at))
		h.refused(err, insurance.CodeStateForbidden)
	}
	equalLists(t, "nothing changed", o.marks(i), before)
	for _, id := range []string{"", "4711", "5057"} {
		_, err := h.Propose(t.Context(), o.desk, ProposalWish{InquiryStep: stepAt(o.calculated(cafe)), OfferID: id})
		equalLists(t, "proposed", h.problems(err), []string{fmt.Sprintf("0 %s is not an offer of this inquiry", insurance.FieldOffer)})
	}
}

// Endpoints for pushes get whole inquiries: when cover is ordered and, if it was
// asked for, at every status. The others are told all.
func TestPushesOfAnInquiry(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		ours := o.opened(hairdresser).HashSecret
		h.fatal(h.SetEndpoint(t.Context(), Endpoint{
			Part: "pool", Name: "push", URL: "https://push.example", Secret: "chosen", Purpose: PurposePush,
		}))
		if got := o.opened(hairdresser).HashSecret; got != "chosen" || ours == "" || ours == got {
			t.Errorf("hashes are made with %q, and were with %q", got, ours)
		}
		h.deliver(200)
		pushed := func(i Inquiry) (lines []string) {
			t.Helper()
			other := 0
			for _, d := range h.deliver(200) {
				if d.Notice.Inquiry == nil || d.Notice.Inquiry.ID != i.ID {
					continue
				}
				if d.Purpose != PurposePush {
					other++
					continue
				}
				lines = append(lines, string(d.Notice.Inquiry.Status))
			}
			if other != len(o.trail(i)) {
				t.Errorf("%d of %d events were told elsewhere", other, len(o.trail(i)))
			}
			return lines
		}
		equalLists(t, "only the order", pushed(o.ordered()), []string{"ordered"})
		i := o.opened(hairdresser)
		h.forwarded(o.account, ForwardWish{Broker: o.broker.Token, InquiryID: i.ID, FullCallback: true})
		h.deliver(200)
		i, err := o.Answer(t.Context(), o.desk, AnswerWish{InquiryStep: stepAt(o.now(i)), Answers: cyberAnswers()})
		h.fatal(err)
		for _, name := range []string{"calculate", "propose", "take back", "order"} {
			i, err = deskSteps(o)[name](stepAt(i))
			h.fatal(err)
		}
		var statuses []string
		for _, d := range h.deliver(200) {
			if d.Purpose == PurposePush {
				statuses = append(statuses, string(d.Notice.Inquiry.Status))
			}
		}
		slices.Sort(statuses)
		equalLists(t, "every status", statuses, []string{"calculated", "calculated", "ordered", "proposed"})
	})
}

// What happened to an inquiry and to its policy is told in order.
func TestTheHistoryOfAnInquiry(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	i := o.ordered()
	h.clock.advance(24 * time.Hour)
	_, err := h.EndPolicy(t.Context(), o.desk, PolicyEnding{InquiryID: i.ID, Reason: insurance.ReasonWithdrawal})
	h.fatal(err)
	entries, err := h.History(t.Context(), o.desk, i.ID)
	h.fatal(err)
	var lines []string
	for _, e := range entries {
		lines = append(lines, fmt.Sprintf("%s %s%s", e.At.Sub(opening), e.Type, orElse(" "+string(e.Status), "")))
	}
	equalLists(t, "history", lines, []string{
		"0s inquiry.created open", "0s inquiry.updated calculated", "0s inquiry.proposed proposed", "0s inquiry.ordered ordered",
		"0s policy.bound ", "24h0m0s policy.withdrawn ",
	})
}

// Nothing of an inquiry can be seen or done from the desk of another broker, or
// by another account.
func TestAnotherBrokersInquiryDoesNotExist(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		i, done := o.calculated(hairdresser), o.ordered()
		before := append(o.marks(i), o.marks(done)...)
		for _, from := range []*office{h.officeOf(o.account, "T-2"), h.office("other")} {
			at := *o
			at.desk = from.desk
			for name, step := range deskSteps(&at) {
				if _, err := step(stepAt(i)); insurance.CodeOf(err) != insurance.CodeInquiryUnknown {
					t.Errorf("%s: %v", name, err)
				}
			}
			for name, err := range map[string]error{
				"inquiry": asked(h.DeskInquiry(t.Context(), from.desk, done.ID)), "history": asked(h.History(t.Context(), from.desk, done.ID)),
				"choices": asked(h.AgencyChoices(t.Context(), from.desk, i.ID, hafenlicht)),
				"ending":  asked(h.EndPolicy(t.Context(), from.desk, PolicyEnding{InquiryID: done.ID, Reason: insurance.ReasonWithdrawal})),
				"api":     asked(h.Inquiry(t.Context(), from.account, InquiryRef{Scope: Scope{Broker: from.broker.Token}, ID: i.ID})),
			} {
				if insurance.CodeOf(err) != insurance.CodeInquiryUnknown {
					t.Errorf("%s: %v", name, err)
				}
			}
			_, err := h.OpenInquiry(t.Context(), from.desk, InquiryWish{CustomerID: o.customer, Line: lineCyber, Profession: cafe})
			h.refused(err, insurance.CodeCustomerUnknown)
			page, err := h.DeskInquiries(t.Context(), from.desk, InquirySearch{Limit: 10})
			h.fatal(err)
			if len(page.Inquiries) != 0 {
				t.Errorf("%d of another's inquiries are listed", len(page.Inquiries))
			}
		}
		equalLists(t, "nothing changed", append(o.marks(i), o.marks(done)...), before)
		// The account sees those of all its brokers.
		if _, err := h.Inquiry(t.Context(), o.account, InquiryRef{Scope: h.ofAccount(o.account), ID: i.ID}); err != nil {
			t.Error(err)
		}
	})
}

// A list goes back so many days, and three months if it does not say.
func TestInquiriesOfTheLastDays(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	old := o.calculated(hairdresser)
	o.at(day("2026-01-20").Start(o.account.Zone).Add(-time.Microsecond))
	young := o.opened(hairdresser)
	listed := func(f InquiryFilter) (ids []int64) {
		t.Helper()
		f.Scope = h.ofAccount(o.account)
		found, err := h.Inquiries(t.Context(), o.account, f)
		h.fatal(err)
		for _, i := range found {
			ids = append(ids, i.ID)
		}
		return ids
	}
	both, one := []int64{young.ID, old.ID}, []int64{young.ID}
	o.at(day("2026-01-20").Start(o.account.Zone))
	for name, c := range map[string]struct {
		filter InquiryFilter
		want   []int64
	}{
		"today and yesterday": {InquiryFilter{LastDays: 1}, one}, "five days": {InquiryFilter{LastDays: 5}, both},
		"four days": {InquiryFilter{LastDays: 4}, one}, "three months": {InquiryFilter{}, both},
		"by status": {InquiryFilter{Status: InquiryCalculated}, []int64{old.ID}}, "by id": {InquiryFilter{ID: young.ID}, one},
		"the last changed": {InquiryFilter{Limit: 1}, one},
	} {
		if got := listed(c.filter); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	o.at(day("2026-04-16").Start(o.account.Zone))
	if got := listed(InquiryFilter{}); !slices.Equal(got, one) {
		t.Errorf("three months later: %v", got)
	}
}

// A desk's list turns its pages without leaving any out or showing one twice.
func TestPagesOfADesk(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	want := make(map[int64]bool)
	for n := range 7 {
		want[o.opened([]int{hairdresser, cafe}[n%2]).ID] = true
		h.clock.advance(time.Duration(n%2) * time.Second)
	}
	var got []int64
	search := InquirySearch{Limit: 3}
	for more := true; more; {
		page, err := h.DeskInquiries(t.Context(), o.desk, search)
		h.fatal(err)
		if page.Counts[InquiryOpen] != 7 || len(page.Inquiries) > 3 {
			t.Errorf("a page of %d, and counts %v", len(page.Inquiries), page.Counts)
		}
		for _, i := range page.Inquiries {
			if !want[i.ID] {
				t.Errorf("%d is listed twice", i.ID)
			}
			delete(want, i.ID)
			got = append(got, i.ID)
		}
		search.After, more = page.Next, page.Next != ""
	}
	if len(want) != 0 || len(got) != 7 {
		t.Errorf("%v are left out of %v", want, got)
	}
}

// While storage is away, no step is taken, and nobody is told that one was.
func TestNoStepIsTakenWhileStorageIsAway(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	i := o.calculated(hairdresser)
	before := o.marks(i)
	h.faults.Break(errors.New("disk full"))
	for name, step := range deskSteps(o) {
		if _, err := step(stepAt(i)); insurance.CodeOf(err) != insurance.CodeUnavailable && name != "calculate" &&
			insurance.CodeOf(err) != insurance.CodeStateForbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.mended()
	equalLists(t, "nothing changed", o.marks(i), before)
}
