package console

import (
	"net/http"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
)

// deskPolicy is the policy that an inquiry became.
type deskPolicy struct {
	Number string
	State  statePill
	Facts  []document.Labelled
	// End leads to ending it; empty if it cannot be ended.
	End string
	// Withdraw is the last day on which the customer may withdraw; empty if
	// that has passed or there is no such right.
	Withdraw string
}

func (v deskVisit) policyOf(i core.Inquiry) *deskPolicy {
	s, p := v.speaker(), *i.Policy
	shown := &deskPolicy{
		Number: s.Line(p.CertificateNumber), State: s.quoteState(core.PackageQuote{Policy: &p.Policy}),
		Facts: []document.Labelled{
			{Label: v.say("insurer"), Value: s.Insurer(productOf(i).Insurer)},
			{Label: v.say("desk.premium"), Value: s.Money(p.Premium.Gross) + " " + s.Payable(p.Policy)},
			{Label: v.say("policy.begins"), Value: s.Begins(p.Policy)},
			{Label: v.say("policy.ends"), Value: s.Ends(p.Policy)},
		},
	}
	if product := productOf(i); product.Code != "" && p.State == insurance.PolicyBound {
		shown.Facts = append(shown.Facts, document.Labelled{Label: v.say("policy.renewal"), Value: s.Renewal(p.Policy, product)})
	}
	shown.Facts = append(shown.Facts, v.collected(i)...)
	shown.Facts = slices.DeleteFunc(shown.Facts, func(f document.Labelled) bool { return f.Value == "" })
	if len(v.reasons(i)) > 0 {
		shown.End = inquiryPath(i.ID, "/end")
	}
	if p.State.Live() && !insurance.DateIn(v.desk.Now, v.zone()).After(p.WithdrawUntil) {
		shown.Withdraw = s.Date(p.WithdrawUntil)
	}
	return shown
}

// collected says who collects the premium, and under which agency number.
func (v deskVisit) collected(i core.Inquiry) []document.Labelled {
	facts := []document.Labelled{{Label: v.say("desk.collection"), Value: v.speaker().Collection(string(i.CollectionType))}}
	if i.AgencyNumber != nil {
		facts = append(facts, document.Labelled{Label: v.say("desk.agency"), Value: v.speaker().Line(i.AgencyNumber.Number)})
	}
	return facts
}

// productOf is the product that cover was ordered of; empty if none was.
func productOf(i core.Inquiry) insurance.Product {
	if i.Chosen == nil {
		return insurance.Product{}
	}
	return i.Chosen.Product
}

// reasons are what the broker may end the policy for as it stands.
func (v deskVisit) reasons(i core.Inquiry) []insurance.ReasonRule {
	if i.Policy == nil || !i.Policy.State.Live() {
		return nil
	}
	today := insurance.DateIn(v.desk.Now, v.zone())
	return slices.DeleteFunc(slices.Clone(productOf(i).Cancellation.Reasons), func(r insurance.ReasonRule) bool {
		_, possible := i.Policy.State.After(r.Ending)
		late := r.Ending == insurance.TransitionWithdraw && today.After(i.Policy.WithdrawUntil)
		return !r.PartnerMay || !possible || late
	})
}

// endingPage is what desk_end.html shows: the form, or what would happen, to be
// confirmed.
type endingPage struct {
	deskPage
	ID                        int64
	Number, Customer, Insurer string
	Reason                    deskSelect
	On                        deskField
	Comment, CommentProblem   string
	// Confirm holds what is to be confirmed; nil asks first.
	Confirm *endingConfirm
}

// endingConfirm says what is about to happen.
type endingConfirm struct {
	// Reason and On are those of the form, and EndsOn is the day that is shown.
	Reason, On, EndsOn string
	Facts              []document.Labelled
	// Moved tells that cover ends on another day than the one wished for.
	Moved bool
}

// askEnding asks why and when a policy is to end.
func (p deskPages) askEnding(v deskVisit) {
	i, ok := v.endable()
	if ok {
		v.showEnding(http.StatusOK, i, core.PolicyEnding{}, nil)
	}
}

// endable is the inquiry in the path; an answer has been given if there is
// nothing to end.
func (v deskVisit) endable() (core.Inquiry, bool) {
	i, err := v.from.DeskInquiry(v.r.Context(), v.desk, v.id())
	if err == nil && len(v.reasons(i)) == 0 {
		err = insurance.Refuse(insurance.CodeStateForbidden, "")
	}
	if err != nil {
		v.fail(err)
	}
	return i, err == nil
}

// endPolicy shows what would happen to be confirmed, and then ends the policy.
func (p deskPages) endPolicy(v deskVisit) {
	i, ok := v.endable()
	if !ok {
		return
	}
	wish, wrong := v.endingWish(i)
	if wrong != nil {
		v.showEnding(http.StatusUnprocessableEntity, i, wish, wrong)
		return
	}
	shown := v.r.PostFormValue("confirmed")
	confirmed, declare := shown != "", p.from.PreviewPolicyEnding
	if confirmed {
		declare = p.from.EndPolicy
		wish.ShownOn, _ = typedDate(shown)
	}
	ended, err := declare(v.r.Context(), v.desk, wish)
	wrong = v.flaws(err)
	switch {
	case wrong != nil:
		v.showEnding(http.StatusUnprocessableEntity, i, wish, wrong)
	case err != nil:
		v.fail(err)
	case confirmed:
		v.redirect(inquiryPath(i.ID, "?notice=ended"))
	default:
		page := v.endingOf(i, wish)
		page.Confirm = v.confirmation(wish, ended)
		v.show(http.StatusOK, "desk_end.html", page)
	}
}

// endingWish reads the form, and says what of it cannot be.
func (v deskVisit) endingWish(i core.Inquiry) (core.PolicyEnding, map[insurance.Field]string) {
	wish := core.PolicyEnding{
		InquiryID: i.ID, Reason: insurance.Reason(v.r.PostFormValue("reason")), Comment: strings.TrimSpace(v.r.PostFormValue("comment")),
	}
	var flawed insurance.Error
	if !slices.ContainsFunc(v.reasons(i), func(r insurance.ReasonRule) bool { return r.Reason == wish.Reason }) {
		flawed.Problems = append(flawed.Problems, insurance.Problem{Field: insurance.FieldReason, Detail: "is required"})
	}
	if typed := strings.TrimSpace(v.r.PostFormValue("on")); typed != "" {
		day, ok := typedDate(typed)
		if !ok {
			flawed.Problems = append(flawed.Problems, insurance.Problem{
				Field: insurance.FieldEffectiveOn, Detail: "is not a date of the form YYYY-MM-DD",
			})
		}
		wish.On = day
	}
	return wish, v.speaker().fieldProblems(&flawed)
}

// endingOf begins the page about the end of an inquiry's policy.
func (v deskVisit) endingOf(i core.Inquiry, wish core.PolicyEnding) endingPage {
	s := v.speaker()
	return endingPage{
		deskPage: v.page(v.say("desk.end"), "inquiries"), ID: i.ID, Number: s.Line(i.Policy.CertificateNumber),
		Customer: v.customerName(i.Customer), Insurer: s.Insurer(productOf(i).Insurer), Comment: wish.Comment,
	}
}

// showEnding shows the form with what was entered, and what of it cannot be.
func (v deskVisit) showEnding(status int, i core.Inquiry, wish core.PolicyEnding, wrong map[insurance.Field]string) {
	page := v.endingOf(i, wish)
	page.Reason, page.CommentProblem = v.reasonSelect(i, wish.Reason, wrong[insurance.FieldReason]), wrong[insurance.FieldComment]
	page.On = deskField{
		ID: "on", Label: v.say("desk.end.on"), Help: v.say("desk.end.on.help"), Type: "date",
		Value: v.r.PostFormValue("on"), Problem: wrong[insurance.FieldEffectiveOn],
	}
	page.Problems = summary(wrong, []control{
		{insurance.FieldReason, "reason", v.say("desk.end.reason")}, {insurance.FieldEffectiveOn, "on", v.say("desk.end.on")},
		{insurance.FieldComment, "comment", v.say("desk.end.comment")},
	}, v.say("desk.field.other"))
	v.show(status, "desk_end.html", page)
}

func (v deskVisit) reasonSelect(i core.Inquiry, chosen insurance.Reason, problem string) deskSelect {
	var choices []choice
	for _, rule := range v.reasons(i) {
		choices = append(choices, choice{string(rule.Reason), v.say("desk.reason." + string(rule.Reason)), rule.Reason == chosen})
	}
	return deskSelect{
		ID: "reason", Label: v.say("desk.end.reason"), Problem: problem, Required: true, Prompt: v.say("desk.choose"),
		Groups: ungrouped(choices),
	}
}

// confirmation says what the wish would do.
func (v deskVisit) confirmation(wish core.PolicyEnding, ended core.Ended) *endingConfirm {
	told := &endingConfirm{Reason: string(wish.Reason), EndsOn: ended.Policy.Termination.EndsOn.String()}
	told.Facts = []document.Labelled{
		{Label: v.say("desk.end.reason"), Value: v.say("desk.reason." + string(wish.Reason))},
		{Label: v.say("desk.end.on"), Value: v.lastOf(ended.Policy.Policy)},
	}
	if !wish.On.IsZero() {
		told.On, told.Moved = wish.On.String(), wish.On != ended.Policy.Termination.EndsOn
	}
	if told.Moved {
		told.Facts = append(told.Facts, document.Labelled{Label: v.say("desk.end.wished"), Value: v.speaker().Date(wish.On)})
	}
	told.Facts = append(told.Facts, v.settled(ended)...)
	if wish.Comment != "" {
		told.Facts = append(told.Facts, document.Labelled{Label: v.say("desk.end.comment"), Value: wish.Comment})
	}
	return told
}

// lastOf is the last day of cover of a policy with a termination.
func (v deskVisit) lastOf(p insurance.Policy) string {
	if p.Termination.EndsOn.Before(p.InceptionOn) {
		return v.say("desk.end.never")
	}
	return v.speaker().Ends(p)
}

// settled divides what was charged, tax included, into what was used and what
// is given back.
func (v deskVisit) settled(ended core.Ended) []document.Labelled {
	nothing := insurance.Zero(ended.Policy.Premium.Gross.Currency) // lends a zero its currency
	amount := func(p insurance.Premium) string { return v.speaker().Money(p.Gross.Add(nothing)) }
	return []document.Labelled{
		{Label: v.say("desk.end.written"), Value: amount(ended.Settlement.Written)},
		{Label: v.say("desk.end.earned"), Value: amount(ended.Settlement.Earned)},
		{Label: v.say("desk.end.returned"), Value: amount(ended.Settlement.Returned)},
	}
}
