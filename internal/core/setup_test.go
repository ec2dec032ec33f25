package core

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the machine's zones

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// house is a core over a fresh database, a clock that stands still, and a
// partner with two endpoints. When its test ends, nothing in the database may
// contradict anything else.
type house struct {
	*Core
	t       testing.TB
	dsn     string
	faults  *store.Faults
	clock   *hand
	partner Partner
}

// opening is 11:00 in Berlin on a day in winter.
var opening = time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)

// today is the day on which every house opens.
const today = "2026-01-15"

// hand is machine time that moves when told.
type hand struct{ micros atomic.Int64 }

func (h *hand) now() time.Time          { return time.UnixMicro(h.micros.Load()) }
func (h *hand) advance(d time.Duration) { h.micros.Add(d.Microseconds()) }

var sample = sync.OnceValues(func() (*catalogue.Catalogue, error) { return catalogue.Load(catalogue.Sample()) })

var testKeys = sync.OnceValues(func() (Keys, error) { return NewKeys(make([]byte, minMaster)) })

// onBoth runs a test in a house on each engine.
func onBoth(t *testing.T, f func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	storetest.EachEngineInFull(t, func(t *testing.T, engine string) { f(t, open(t, engine)) })
}

// onSQLite opens a house on SQLite.
func onSQLite(t *testing.T) *house {
	t.Helper()
	t.Parallel()
	return open(t, storetest.SQLite)
}

func open(t testing.TB, engine string) *house {
	t.Helper()
	h := &house{t: t, dsn: storetest.DSN(t, engine), faults: &store.Faults{}, clock: &hand{}}
	h.clock.micros.Store(opening.Add(-time.Hour).UnixMicro())
	h.Core = h.newCore(storetest.Open(t, store.Options{DSN: h.dsn, Faults: h.faults, Log: quiet}))
	h.partner = h.addPartner("acme")
	h.clock.advance(time.Hour)
	t.Cleanup(func() {
		for _, f := range h.findings() {
			t.Errorf("afterwards: %+v", f)
		}
	})
	return h
}

var quiet = slog.New(slog.DiscardHandler)

// newCore makes another core over the same database, as a restart does.
func (h *house) newCore(s *store.Store) *Core {
	h.t.Helper()
	products, err := sample()
	h.fatal(err)
	keys, err := testKeys()
	h.fatal(err)
	c, err := New(h.t.Context(), Options{
		Store: s, Catalogue: products, Keys: keys, Sandbox: true, Now: h.clock.now, Log: quiet, Holder: newID(),
		Told: map[Family][]EventType{FamilyHepster: {
			EventOrderBooked, EventOrderRefused, EventPolicyPremium, EventPolicyCancelled,
		}, FamilyXCover: {
			EventBookingUpdated, EventBookingCancelled, EventRenewalAnnounced, EventRenewalDue, EventRenewalExpired,
			EventMailRequested,
		}},
	})
	h.fatal(err)
	return c
}

func (h *house) addPartner(part string) Partner {
	h.t.Helper()
	return h.addTold(part, "https://one.example/"+part, "https://two.example/"+part)
}

// addTold adds a partner that is told at endpoints, if there are any.
func (h *house) addTold(part string, endpoints ...string) Partner {
	h.t.Helper()
	access, err := h.AddPartner(h.t.Context(), Account{
		Part: part, Family: FamilyHepster, Name: "Shop " + part, Endpoints: endpoints,
	})
	h.fatal(err)
	partner, err := h.Authenticate(h.t.Context(), FamilyHepster, Claim{User: access.Username, Secret: access.Secret})
	h.fatal(err)
	return partner
}

func (h *house) fatal(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// findings are the contradictions in the database.
func (h *house) findings() []Finding {
	h.t.Helper()
	found, err := h.Check(context.Background(), nil)
	h.fatal(err)
	return found
}

// phone is a wish for a policy that is paid by the month until it is ended.
func phone(reference string) insurance.Proposal {
	return insurance.Proposal{
		Reference: reference, Tariff: "HEP_Phone_Abo_799,99", InceptionOn: insurance.MustDate(today),
		Policyholder: insurance.Party{
			FirstName: "Erika", LastName: "Mustermann", Email: "erika@example.com", Country: "DE",
			Address: insurance.Address{Street: "Heidestraße", HouseNumber: "17", PostalCode: "51147", City: "Köln"},
		},
		Object: insurance.Object{Type: "phone", Attributes: map[string]string{
			insurance.AttributeSerialNumber: "SN-1", insurance.AttributeManufacturer: "Maker",
			insurance.AttributeModel: "One", insurance.AttributeSalesPrice: "555.0", insurance.AttributeUndamaged: "true",
		}},
	}
}

// repair is a wish for a policy of three years that is paid at once.
func repair(reference string) insurance.Proposal {
	wish := phone(reference)
	wish.Tariff = "HEP_Repair_599,99"
	return wish
}

// bike is a wish for a policy of one year that is paid by the month.
func bike(reference string) insurance.Proposal {
	wish := phone(reference)
	wish.Tariff, wish.Kind, wish.Term = "HEP_Bike_999,99", insurance.KindFixed, insurance.Months(12)
	wish.Object.Type = "Bike"
	return wish
}

// unsold is a wish that can be taken, but not be booked.
func unsold(reference string) insurance.Proposal {
	wish := phone(reference)
	wish.Tariff = "HEP_Nothing"
	return wish
}

// order is a request for proposals.
func order(wishes ...insurance.Proposal) Order {
	return Order{Proposals: wishes, Body: []byte(`{"sent": true}`)}
}

// submit takes an order that must be acknowledged.
func (h *house) submit(wishes ...insurance.Proposal) {
	h.t.Helper()
	receipt, err := h.SubmitOrder(h.t.Context(), h.partner, order(wishes...))
	h.fatal(err)
	if receipt.Count != len(wishes) {
		h.t.Errorf("%d proposals were acknowledged, want %d", receipt.Count, len(wishes))
	}
}

// work does what is due in all lanes, until nothing is.
func (h *house) work() {
	h.t.Helper()
	for worked := true; worked; {
		worked = false
		for _, lane := range WorkLanes() {
			due, now, err := h.timersDue(h.t.Context(), lane, sweepSize)
			h.fatal(err)
			worked = worked || len(due) > 0
			h.fatal(h.fireAll(h.t.Context(), firstOfEach(due), Fence{}, now))
		}
	}
}

// bind books wishes and answers all of the partner's live policies, oldest
// first.
func (h *house) bind(wishes ...insurance.Proposal) []Policy {
	h.t.Helper()
	h.submit(wishes...)
	h.work()
	return h.policies(false)
}

// bindOne books a wish and answers the policy that it became.
func (h *house) bindOne(wish insurance.Proposal) Policy {
	h.t.Helper()
	policies := h.bind(wish)
	if len(policies) == 0 {
		h.t.Fatal("nothing was bound")
	}
	return policies[len(policies)-1]
}

func (h *house) policies(ended bool) []Policy {
	h.t.Helper()
	page, err := h.FindPolicies(h.t.Context(), h.partner, PolicyFilter{Size: 1000, SortBy: SortCreated, Ascending: true, Ended: ended})
	h.fatal(err)
	if page.Total != len(page.Policies) {
		h.t.Errorf("%d policies in all, and %d on the only page", page.Total, len(page.Policies))
	}
	return page.Policies
}

// policy is a policy as it stands.
func (h *house) policy(was Policy) Policy {
	h.t.Helper()
	policy, err := h.Policy(h.t.Context(), h.partner, was.CertificateNumber)
	h.fatal(err)
	return policy
}

// ledger are the premiums of a policy.
func (h *house) ledger(p Policy) (entries []insurance.Entry) {
	h.t.Helper()
	h.view(func(r reading) (err error) {
		entries, err = r.Ledger(h.partner.Part, p.ID)
		return err
	})
	return entries
}

func (h *house) view(f func(reading) error) {
	h.t.Helper()
	h.fatal(h.read(h.t.Context(), f))
}

// happened are the events of a kind, over all subjects.
func (h *house) happened(kind EventType) []store.Event {
	h.t.Helper()
	var events []store.Event
	h.view(func(r reading) (err error) {
		events, err = r.EventsIn(store.Stretch{Part: h.partner.Part})
		return err
	})
	return slices.DeleteFunc(events, func(e store.Event) bool { return e.Type != string(kind) })
}

// notices are all notices of the partner.
func (h *house) notices() (all []store.Notice) {
	h.t.Helper()
	h.view(func(r reading) (err error) {
		all, err = r.NoticesIn(store.Stretch{Part: h.partner.Part})
		return err
	})
	return all
}

// due counts the notices that wait.
func (h *house) due() int {
	h.t.Helper()
	return howMany(h.notices(), func(n store.Notice) bool { return n.State == store.NoticeDue })
}

// orders are the orders of the partner, oldest first.
func (h *house) orders() (all []store.Order) {
	h.t.Helper()
	h.view(func(r reading) (err error) {
		all, err = r.OrdersIn(store.Stretch{Part: h.partner.Part})
		return err
	})
	return all
}

// deliver sends every notice that is due, once, to a receiver that answers
// with a status, and tells how many there were.
func (h *house) deliver(status int) (sent []Delivery) {
	h.t.Helper()
	for _, lane := range NoticeLanes() {
		jobs, now, err := h.JobsDue(h.t.Context(), lane, sweepSize)
		h.fatal(err)
		for _, job := range jobs {
			sent = append(sent, h.send(job, now, status, time.Minute))
		}
	}
	return sent
}

// send makes one try to deliver a notice; a refused one is tried again later,
// or given up if again is 0.
func (h *house) send(job Job, at time.Time, status int, again time.Duration) Delivery {
	h.t.Helper()
	d, err := h.Delivery(h.t.Context(), job)
	h.fatal(err)
	o := Outcome{At: at, Status: status, Delivered: status/100 == 2, Request: []byte("POST"), Duration: time.Millisecond}
	if !o.Delivered {
		o.Again = again
	}
	h.fatal(h.Report(h.t.Context(), d, o, Fence{}))
	return d
}

// refusal is err as a refusal with a code.
func (h *house) refusal(err error, code insurance.Code) *insurance.Error {
	h.t.Helper()
	refused, ok := errors.AsType[*insurance.Error](err)
	if !ok || refused.Code != code {
		h.t.Fatalf("got %v, want a refusal with %s", err, code)
	}
	return refused
}

// refused insists that err is a refusal with a code.
func (h *house) refused(err error, code insurance.Code) {
	h.t.Helper()
	_ = h.refusal(err, code)
}

// say writes problems as a test expects them.
func say(problems []insurance.Problem) (lines []string) {
	for _, p := range problems {
		lines = append(lines, fmt.Sprintf("%d %s %s", p.Item, p.Field, p.Detail))
	}
	return lines
}

func day(text string) insurance.Date { return insurance.MustDate(text) }

func equalLists(t testing.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\ngot  %q\nwant %q", what, got, want)
	}
}
