package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

func onBothEngines(t *testing.T, f func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, open func(*testing.T) *store.Store) { f(t, open(t)) })
}

// put commits a list of one part.
func put(t testing.TB, s *store.Store, part string, f func(*store.Changes)) error {
	t.Helper()
	c := store.NewChanges(part)
	f(c)
	return s.Commit(t.Context(), c)
}

func mustPut(t testing.TB, s *store.Store, part string, f func(*store.Changes)) {
	t.Helper()
	if err := put(t, s, part, f); err != nil {
		t.Fatal(err)
	}
}

// see calls f with a snapshot.
func see(t testing.TB, s *store.Store, f func(*store.View) error) {
	t.Helper()
	if err := s.View(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// loses tells that a list was refused because of a guard.
func loses(t testing.TB, what string, err error) {
	t.Helper()
	if !errors.Is(err, store.ErrGuardLost) {
		t.Errorf("%s: got %v, want a lost guard", what, err)
	}
}

// same compares what was read with what was written.
func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\ngot  %#v\nwant %#v", what, got, want)
	}
}

// complete insists that no field is left at its zero value, so that a field
// which is added to the trade's words and not stored is noticed.
func complete(t testing.TB, path string, v reflect.Value, except ...string) {
	t.Helper()
	if v.IsZero() {
		if !slices.Contains(except, path) {
			t.Errorf("%s is not filled in", path)
		}
		return
	}
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct {
		for i := range v.Len() {
			complete(t, path+"[]", v.Index(i), except...)
		}
		return
	}
	own := v.Kind() == reflect.Struct && v.NumField() > 0 && v.Type().Field(0).IsExported()
	if !own || v.Type() == reflect.TypeFor[time.Time]() {
		return
	}
	for i := range v.NumField() {
		complete(t, path+"."+v.Type().Field(i).Name, v.Field(i), except...)
	}
}

var berlin = func() *time.Location {
	z, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return z
}()

// at is a moment some microseconds after noon.
func at(micros int64) time.Time { return noon.Add(time.Duration(micros) * time.Microsecond) }

func euro(minor int64) insurance.Money { return insurance.Money{Minor: minor, Currency: "EUR"} }

func aParty() insurance.Party {
	return insurance.Party{
		Company: "Fahrrad GmbH", VATID: "DE1", TaxID: "2", FirstName: "Erika", MiddleName: "Maria", LastName: "Müßtermann",
		Email: "e@example.com", SecondaryEmail: "f@example.com", Phone: "+49 351 1", Age: "46", BirthOn: "1980-01-02",
		Country: "DE",
		Address: insurance.Address{
			Street: "Weg 🚲", Extra: "Hof", HouseNumber: "1a", PostalCode: "01067", City: "Dresden", Region: "Sachsen",
		},
		Salutation: insurance.SalutationMs, Title: "Dr.", Website: "https://example.com",
	}
}

func aPremium(minor int64) insurance.Premium {
	return insurance.Premium{
		Net: euro(minor), Tax: euro(19), Gross: euro(minor + 19), Commission: euro(7),
		Taxes: []insurance.TaxLine{{Name: insurance.Text{"de": "Steuer", "en": "Tax"}, Rate: insurance.MustRate("19%"), Amount: euro(19)}},
	}
}

func anObject() insurance.Object {
	return insurance.Object{Type: "Bike", Attributes: map[string]string{insurance.AttributeSalesPrice: "0.30000000000000004"}}
}

func aProposal() insurance.Proposal {
	deductible := 0
	return insurance.Proposal{
		Reference: "A-1", Tariff: "T", InceptionOn: insurance.MustDate("2024-02-29"), ExpiryOn: insurance.MustDate("2025-02-28"),
		LegalWarrantyEndOn: insurance.MustDate("2026-01-01"), VoluntaryWarrantyEndOn: insurance.MustDate("2027-01-01"),
		Kind: insurance.KindFixed, Term: insurance.Months(12), TermAsSent: "1Y", Deductible: &deductible, Object: anObject(),
		Country: "AT", Currency: "CHF", StartsAt: noon, PartnerPrice: "9.90", Discount: insurance.MustRate("12.5%"),
		Interval: insurance.Months(6), TenderPrice: "120.50",
	}
}

func aRenewal() *insurance.Renewal {
	return &insurance.Renewal{
		Number: 1, State: insurance.RenewalPaid, Premium: aPremium(200), ProductVersion: 3, CreatedAt: noon,
		Span:     insurance.Span{From: insurance.MustDate("2027-03-29"), To: insurance.MustDate("2028-03-28")},
		NoticeAt: at(1), DueAt: at(2), GraceUntil: at(3), PaidAt: at(4),
	}
}

func aPolicy(id string) store.Policy {
	return store.Policy{
		Part: "p", ID: id, Version: 1, OrderID: "o", Owner: "o", Holder: "h" + id, Claim: "k", CreatedAt: noon.UnixMicro(), Sequence: 1,
		Policy: insurance.Policy{
			CertificateNumber: "I-" + id, Reference: "A-1", ProductCode: "P", ProductVersion: 2, Tariff: "T",
			State: insurance.PolicyEnding, Kind: insurance.KindFixed, Term: insurance.Months(12), TermAsSent: "1Y",
			Interval: insurance.Months(1), InceptionOn: insurance.MustDate("2026-03-29"), ExpiryOn: insurance.MustDate("2027-03-28"),
			Country: "DE", Zone: berlin, Deductible: 10, Policyholder: aParty(), Object: anObject(),
			LegalWarrantyEndOn: insurance.MustDate("2026-01-01"), VoluntaryWarrantyEndOn: insurance.MustDate("2027-01-01"),
			Premium: aPremium(100), ConcludedAt: noon, WithdrawUntil: insurance.MustDate("2026-04-12"),
			StartsAt: at(1), EventEndsAt: at(2), SumInsured: euro(49900), PartnerPriced: true, Tendered: true,
			Discount: insurance.MustRate("12.5%"), RenewalRule: insurance.RenewalRule{NoticeDays: 30, GraceDays: 14},
			Renewal:  aRenewal(),
			TermFrom: insurance.MustDate("2026-03-29"), TermNo: 1, PaidTo: insurance.MustDate("2026-04-28"), IntervalNo: 1,
			Termination: &insurance.Termination{
				Reason: insurance.ReasonItemSold, Ending: insurance.TransitionCancel, Refund: insurance.RefundProRata,
				DeclaredAt: noon, RequestedOn: insurance.MustDate("2026-04-01"), EndsOn: insurance.MustDate("2026-04-01"),
			},
		},
	}
}

func addPolicy(t testing.TB, s *store.Store, p store.Policy) {
	t.Helper()
	mustPut(t, s, p.Part, func(c *store.Changes) {
		c.AddParty(p.Holder, p.Policyholder)
		c.AddPolicy(p, noon.UnixMicro())
	})
}

func TestPolicyIsReadAsItWasWritten(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		want := aPolicy("1")
		complete(t, "policy", reflect.ValueOf(want), "policy.Policy.Term.Days", "policy.Policy.Interval.Days", "policy.read")
		addPolicy(t, s, want)
		see(t, s, func(v *store.View) error {
			for name, read := range map[string]func() (store.Policy, bool, error){
				"by id":         func() (store.Policy, bool, error) { return v.Policy("p", "1") },
				"by number":     func() (store.Policy, bool, error) { return v.PolicyByCertificate("p", "I-1") },
				"anywhere":      func() (store.Policy, bool, error) { return v.PolicyAnywhere("I-1") },
				"anywhere's id": func() (store.Policy, bool, error) { return v.PolicyAnywhere("1") },
			} {
				got, ok, err := read()
				if err != nil || !ok {
					return fmt.Errorf("%s: %t, %w", name, ok, err)
				}
				same(t, name, got, want.AsRead())
			}
			got, ok, err := v.PolicyVersion("p", "1", 1)
			same(t, "version", got, want.Policy)
			if !ok {
				t.Error("the version is not there")
			}
			return err
		})
	})
}

func TestPolicyWithoutAnEnd(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		want := aPolicy("1")
		want.Termination, want.ExpiryOn, want.Interval = nil, insurance.Date{}, insurance.Period{}
		want.LegalWarrantyEndOn, want.VoluntaryWarrantyEndOn = insurance.Date{}, insurance.Date{}
		want.StartsAt, want.EventEndsAt, want.Discount = time.Time{}, time.Time{}, insurance.Rate{}
		want.RenewalRule, want.Renewal = insurance.RenewalRule{}, nil
		addPolicy(t, s, want)
		see(t, s, func(v *store.View) error {
			got, _, err := v.Policy("p", "1")
			same(t, "policy", got, want.AsRead())
			row, _, oops := v.PolicyRow("p", "1")
			if row.LastDayOn != "9999-12-31" || row.Live != 1 || len(row.Disagreements(want.Policy)) > 0 {
				t.Errorf("row is %+v", row)
			}
			return errors.Join(err, oops)
		})
	})
}

func TestEveryVersionOfAPolicyStays(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		first := aPolicy("1")
		addPolicy(t, s, first)
		second := first
		second.State, second.Sequence, second.Holder = insurance.PolicyCancelled, 2, "heir"
		second.Policyholder = insurance.Party{FirstName: "Max", Country: "AT"}
		mustPut(t, s, "p", func(c *store.Changes) {
			c.AddParty("heir", second.Policyholder)
			c.PutPolicy(second, noon.UnixMicro())
		})
		loses(t, "the first version changed twice", put(t, s, "p", func(c *store.Changes) {
			c.AddEvent(store.Event{Part: "p", Subject: "1", Sequence: 2, ID: "e", Type: "t", Data: "{}"})
			c.PutPolicy(first, noon.UnixMicro())
		}))
		see(t, s, func(v *store.View) error {
			got, _, err := v.Policy("p", "1")
			second.Version = 2
			same(t, "newest", got, second.AsRead())
			was, _, oops := v.PolicyVersion("p", "1", 1)
			same(t, "first", was, first.Policy)
			events, worse := v.EventsOf("p", "1")
			if len(events) > 0 {
				t.Error("an event of a lost list was stored")
			}
			return errors.Join(err, oops, worse)
		})
	})
}

func TestOrderIsReadAsItWasWritten(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		order := store.Order{Part: "p", ID: "o", Version: 1, Reference: "A-1", RequestID: "r", State: store.OrderReceived, ReceivedAt: 5}
		item := store.OrderItem{Part: "p", OrderID: "o", Item: 3, PolicyID: "1", Claim: "k", Proposal: aProposal()}
		complete(t, "proposal", reflect.ValueOf(item.Proposal), "proposal.Policyholder", "proposal.Term.Days",
			"proposal.Interval.Days")
		mustPut(t, s, "p", func(c *store.Changes) {
			c.AddOrder(order)
			c.AddOrderItem(item)
			c.AddParty("1", aParty())
			c.AddRequestBody("r", 5, nil)
		})
		complete(t, "party", reflect.ValueOf(aParty()))
		mustPut(t, s, "p", func(c *store.Changes) {
			order.State, order.Sequence = store.OrderBooked, 2
			c.PutOrder(order)
			c.RefuseOrderItem(item, "invalid")
		})
		loses(t, "an order changed twice", put(t, s, "p", func(c *store.Changes) { c.PutOrder(order) }))
		loses(t, "an item twice", put(t, s, "p", func(c *store.Changes) { c.AddOrderItem(item) }))
		see(t, s, func(v *store.View) error {
			order.Version, item.Refusal = 2, "invalid"
			got, _, err := v.Order("p", "o")
			same(t, "order", got, order)
			items, oops := v.OrderItems("p", "o")
			same(t, "items", items, []store.OrderItem{item})
			party, _, worse := v.Party("p", "1")
			same(t, "policyholder", party, aParty())
			return errors.Join(err, oops, worse)
		})
	})
}

func TestLedgerIsOnlyAddedTo(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		line := func(kind insurance.EntryKind, premium insurance.Premium) insurance.Entry {
			return insurance.Entry{
				Kind: kind, Interval: 1, Premium: premium, BookedAt: noon,
				Span: insurance.Span{From: insurance.MustDate("2026-03-29"), To: insurance.MustDate("2026-04-28")},
			}
		}
		written, returned := line(insurance.EntryWritten, aPremium(100)), line(insurance.EntryReturned, aPremium(100).Neg())
		complete(t, "entry", reflect.ValueOf(written))
		working := insurance.Working{Steps: []insurance.Step{{
			Kind: insurance.StepNet, Label: "l", Key: "k", By: "1.1", Exact: "1.234", Result: "1.23", Rounding: insurance.RoundNet,
		}}}
		complete(t, "step", reflect.ValueOf(working.Steps[0]))
		mustPut(t, s, "p", func(c *store.Changes) {
			c.AddEntries("1", 0, []insurance.Entry{written})
			c.AddWorking("1", 1, working)
			c.AddWorkings("1", 2, insurance.Working{}, working)
		})
		loses(t, "the first line again", put(t, s, "p", func(c *store.Changes) { c.AddEntries("1", 0, []insurance.Entry{returned}) }))
		loses(t, "the working again", put(t, s, "p", func(c *store.Changes) { c.AddWorking("1", 1, working) }))
		mustPut(t, s, "p", func(c *store.Changes) {
			c.AddEntries("1", 1, []insurance.Entry{returned})
			c.AddEntries("2", 0, []insurance.Entry{returned})
		})
		see(t, s, func(v *store.View) error {
			got, err := v.Ledger("p", "1")
			same(t, "ledger", got, []insurance.Entry{written, returned})
			ledgers, worst := v.Ledgers("p", []string{"1", "2", "none"})
			same(t, "ledgers", ledgers, map[string][]insurance.Entry{"1": {written, returned}, "2": {returned}})
			lengths, bad := v.LedgerLengths("p", []string{"1", "2", "none"})
			same(t, "their lengths", lengths, map[string]int64{"1": 2, "2": 1, "none": 0})
			workings, worse := v.WorkingsIn(store.Stretch{Part: "p"})
			same(t, "workings", workings, []store.PolicyWorking{
				{PolicyID: "1", Version: 1, Working: working}, {PolicyID: "1", Version: 2, Ahead: working},
			})
			return errors.Join(err, worse, worst, bad)
		})
	})
}

func TestPoliciesNamed(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		want := make(map[string]store.Policy)
		for i := range 5 {
			p := aPolicy(fmt.Sprint(i))
			addPolicy(t, s, p)
			want[p.ID] = p.AsRead()
		}
		delete(want, "3")
		see(t, s, func(v *store.View) error {
			read, err := v.PoliciesNamed("p", []string{"4", "0", "none", "1", "2"})
			got := make(map[string]store.Policy)
			for _, p := range read {
				got[p.ID] = p
			}
			same(t, "policies", got, want)
			none, oops := v.PoliciesNamed("p", nil)
			same(t, "of no names", len(none), 0)
			return errors.Join(err, oops)
		})
	})
}

// What decides where a policy is in lists is written when it changes, also if the
// policy changes twice at once and is in the end where it was.
func TestListsFollowAPolicy(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		addPolicy(t, s, aPolicy("1"))
		read := func() (p store.Policy, row store.PolicyRow) {
			see(t, s, func(v *store.View) (err error) {
				p, _, err = v.Policy("p", "1")
				oops := error(nil)
				row, _, oops = v.PolicyRow("p", "1")
				return errors.Join(err, oops)
			})
			return p, row
		}
		change := func(days ...string) {
			t.Helper()
			p, _ := read()
			mustPut(t, s, "p", func(c *store.Changes) {
				for _, day := range days {
					p.ExpiryOn, p.Termination = insurance.MustDate(day), nil
					c.PutPolicy(p, noon.UnixMicro())
					p.Version++
				}
			})
			if now, row := read(); now.ExpiryOn.String() != days[len(days)-1] || len(row.Disagreements(now.Policy)) > 0 {
				t.Errorf("after %v it ends on %s, and its row says %+v", days, now.ExpiryOn, row)
			}
		}
		change("2027-03-28")
		change("2027-03-28")
		change("2028-03-28")
		change("2029-03-28", "2028-03-28")
	})
}
