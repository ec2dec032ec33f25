package insurance

import (
	"time"

	_ "time/tzdata" // the tests must not depend on the machine's zones
)

var berlin = func() *time.Location {
	z, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return z
}()

func ptr[T any](v T) *T { return &v }

// phoneRepair is a product in the shape of hepster's HEP_Repair_599,99: a band
// up to 599.99, 4.67 a month and 19 % tax in Germany.
func phoneRepair() Product {
	return Product{
		Code: "HEP_Repair", Version: 1,
		OnSale: Span{From: MustDate("2026-01-01"), To: MustDate("2027-12-31")},
		Name:   Text{"de": "Handyschutz"},
		Kinds:  []Kind{KindRecurring, KindFixed},
		Markets: []Market{
			{Country: "DE", Currency: "EUR", Zone: berlin, Taxes: []Tax{
				{Name: Text{"en": "Insurance premium tax"}, Rate: MustRate("16%"), InForce: Span{To: MustDate("2026-06-30")}, Source: "old law"},
				{Name: Text{"en": "Insurance premium tax"}, Rate: MustRate("19%"), InForce: Span{From: MustDate("2026-07-01")}, Source: "VersStG §6"},
			}},
			{Country: "JP", Currency: "JPY", Zone: time.UTC},
		},
		MaxBehind: 28, MaxAhead: 365,
		ObjectTypes: []ObjectType{{Code: "Phone"}, {Code: "Notebook"}},
		Attributes:  GoodsAttributes(),
		Tariffs: []Tariff{{
			Code: "HEP_Repair_599,99", Band: PriceBand{UpTo: MustRate("599.99")}, Interval: Months(1),
			Terms: []TermPrice{
				{Term: Months(1), Net: MustRate("4.67")}, {Term: Months(12), Net: MustRate("4.67")},
				{Term: Months(36), Net: MustRate("4.67")},
			},
			DefaultTerm: Months(12), Deductibles: []int{0, 10}, DefaultDeductible: 10,
		}},
		Commission:   MustRate("20%"),
		Withdrawal:   Withdrawal{Days: 14, Refund: RefundFull},
		Cancellation: everyReason(),
	}
}

func everyReason() Cancellation {
	rule := func(r Reason, partner bool, ending Transition, e Effect, refund Refund) ReasonRule {
		return ReasonRule{Reason: r, PartnerMay: partner, Ending: ending, Effect: e, Refund: refund}
	}
	ordinary := rule(ReasonOrdinary, true, TransitionCancel, EffectTermEnd, RefundProRata)
	ordinary.Kinds = []Kind{KindRecurring}
	duplicate := rule(ReasonDuplicate, true, TransitionVoid, EffectInception, RefundFull)
	duplicate.WithinDays = 28
	return Cancellation{
		Notice: Months(1), MaxBehind: 28,
		Reasons: []ReasonRule{
			rule(ReasonWithdrawal, true, TransitionWithdraw, EffectReceipt, RefundFull),
			ordinary,
			rule(ReasonOrderCancelled, true, TransitionCancel, EffectDay, RefundProRata),
			rule(ReasonItemReturned, true, TransitionCancel, EffectDay, RefundProRata),
			rule(ReasonItemSold, true, TransitionCancel, EffectDay, RefundProRata),
			rule(ReasonTotalLoss, false, TransitionCancel, EffectReceipt, RefundNone),
			rule(ReasonAfterClaim, false, TransitionCancel, EffectDay, RefundNone),
			rule(ReasonNonPayment, false, TransitionLapse, EffectReceipt, RefundProRata),
			rule(ReasonFraud, false, TransitionVoid, EffectInception, RefundNone),
			duplicate,
		},
	}
}

var today = MustDate("2026-11-21")

func phoneProposal() Proposal {
	return Proposal{
		Reference:    "TBD",
		Policyholder: Party{FirstName: "Erika", LastName: "Mustermann", Country: "DE", Email: "erika@example.com"},
		Tariff:       "HEP_Repair_599,99",
		InceptionOn:  today,
		Object: Object{Type: "phone", Attributes: map[string]string{
			AttributeSerialNumber: "SN1", AttributeManufacturer: "Maker", AttributeModel: "One",
			AttributeSalesPrice: "555.0", AttributeUndamaged: "true",
		}},
	}
}

func berlinNoon(day Date) time.Time { return day.Start(berlin).Add(12 * time.Hour) }
