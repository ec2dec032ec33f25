package core

import (
	"fmt"
	"sync"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// The lines and professions of the sample catalogue that the tests ask for.
const (
	lineCyber = 95
	// Every insurer prices a hairdresser; of cafés one declines and one tenders;
	// nobody prices a data centre.
	hairdresser, cafe, dataCentre = 281, 258, 293
)

// The insurers of the sample catalogue; they are called by all three numbers.
const (
	hafenlicht, kontorwerk, rheinbogen = "5021", "5042", "5063"
)

// inquiryEvents are what accounts of brokers are told.
var inquiryEvents = []EventType{EventInquiryCreated, EventInquiryUpdated, EventInquiryProposed, EventInquiryOrdered}

// pool is an account of brokers, with an endpoint; the house is its own from now
// on.
func (h *house) pool(part string) Partner {
	h.t.Helper()
	h.Told[FamilyThinksurance] = inquiryEvents
	access, err := h.AddPartner(h.t.Context(), Account{
		Part: part, Family: FamilyThinksurance, Name: "Pool " + part, Endpoints: []string{"https://one.example/" + part},
	})
	h.fatal(err)
	h.partner = h.signedIn(access)
	return h.partner
}

// signedIn is the API user whom credentials prove.
func (h *house) signedIn(access Access) Partner {
	h.t.Helper()
	p, err := h.Authenticate(h.t.Context(), FamilyThinksurance, Claim{User: access.Username, Secret: access.Secret})
	h.fatal(err)
	return p
}

// ofAccount is the scope of an account of an API user.
func (h *house) ofAccount(p Partner) Scope { return Scope{Account: h.Keys.accountToken(p.Part)} }

// intermediary is a wish for a broker who is known by an id.
func (h *house) intermediary(p Partner, id string) BrokerWish {
	return BrokerWish{
		Account: h.ofAccount(p).Account, Kind: BrokerOwnID, ExternalID: id,
		Party: insurance.Party{
			FirstName: "Max", LastName: "Makler", Company: "Makler " + insurance.Personal(id), Email: "makler@example.com",
		},
		BrokerRegister: "D-ABCD-12345-67",
	}
}

func (h *house) broker(p Partner, id string) Broker {
	h.t.Helper()
	told, err := h.SetBroker(h.t.Context(), p, h.intermediary(p, id))
	h.fatal(err)
	return told
}

// salon is a wish for a customer who can order everything.
func salon(externalID string) *CustomerWish {
	return &CustomerWish{
		ExternalID: externalID, CompanyForm: FormGmbH,
		Party: insurance.Party{
			Company: "Salon Muster GmbH", FirstName: "Erika", LastName: "Muster", Email: "erika@example.com",
			Address: insurance.Address{Street: "Heidestraße", HouseNumber: "17", PostalCode: "51147", City: "Köln"},
		},
	}
}

// forwarded makes a link that must be made.
func (h *house) forwarded(p Partner, wish ForwardWish) ForwardLink {
	h.t.Helper()
	link, err := h.Forward(h.t.Context(), p, wish)
	h.fatal(err)
	return link
}

// entered opens a link and the desk behind it.
func (h *house) entered(link ForwardLink) (Desk, DeskEntry) {
	h.t.Helper()
	entry, err := h.EnterDesk(h.t.Context(), link.Token)
	h.fatal(err)
	desk, err := h.Desk(h.t.Context(), entry.Secret)
	h.fatal(err)
	return desk, entry
}

// office is a broker at the desk, with a customer.
type office struct {
	*house
	account  Partner
	broker   Broker
	desk     Desk
	customer int64
}

// office opens one in an account of its own.
func (h *house) office(part string) *office {
	h.t.Helper()
	p := h.pool(part)
	return h.officeOf(p, "T-1")
}

// officeOf opens one more in an account.
func (h *house) officeOf(p Partner, id string) *office {
	h.t.Helper()
	broker := h.broker(p, id)
	desk, entry := h.entered(h.forwarded(p, ForwardWish{Broker: broker.Token, Customer: salon("K-1")}))
	return &office{house: h, account: p, broker: broker, desk: desk, customer: entry.CustomerID}
}

// cyberAnswers answer every question of the cyber line that has to be.
func cyberAnswers() map[string]string {
	return map[string]string{
		insurance.AttributeRevenue: "200000", insurance.AttributeFullTime: "4", "backups": "true",
		insurance.AttributeSumInsured: "250000", insurance.AttributeDeductible: "500",
		insurance.AttributeStartsOn: "2026-03-01",
	}
}

func stepAt(i Inquiry) InquiryStep { return InquiryStep{ID: i.ID, Version: i.Version} }

// opened is an inquiry of a customer in a profession, without any answers.
func (o *office) opened(profession int) Inquiry {
	o.t.Helper()
	i, err := o.OpenInquiry(o.t.Context(), o.desk, InquiryWish{CustomerID: o.customer, Line: lineCyber, Profession: profession})
	o.fatal(err)
	return i
}

func (o *office) answered(profession int) Inquiry {
	o.t.Helper()
	i, err := o.Answer(o.t.Context(), o.desk, AnswerWish{InquiryStep: stepAt(o.opened(profession)), Answers: cyberAnswers()})
	o.fatal(err)
	return i
}

// calculated has asked the insurers; whether one prices it, the profession
// decides.
func (o *office) calculated(profession int) Inquiry {
	o.t.Helper()
	i, err := o.Calculate(o.t.Context(), o.desk, stepAt(o.answered(profession)))
	o.fatal(err)
	return i
}

// proposed is one of which the offer of an insurer was proposed.
func (o *office) proposed() Inquiry {
	o.t.Helper()
	i, err := o.Propose(o.t.Context(), o.desk, ProposalWish{InquiryStep: stepAt(o.calculated(hairdresser)), OfferID: hafenlicht})
	o.fatal(err)
	return i
}

// orderFor orders the offer of an insurer, under no agency number.
func orderFor(i Inquiry, offer string) OrderWish {
	return OrderWish{InquiryStep: stepAt(i), OfferID: offer, Informed: true}
}

func (o *office) ordered() Inquiry {
	o.t.Helper()
	i, err := o.OrderCover(o.t.Context(), o.desk, orderFor(o.proposed(), hafenlicht))
	o.fatal(err)
	return i
}

// now is an inquiry as it stands.
func (o *office) now(i Inquiry) Inquiry {
	o.t.Helper()
	told, err := o.DeskInquiry(o.t.Context(), o.desk, i.ID)
	o.fatal(err)
	return told
}

// at moves the clock to an instant.
func (o *office) at(instant time.Time) { o.clock.micros.Store(instant.UnixMicro()) }

// offerOf is what an insurer says to an inquiry.
func (o *office) offerOf(i Inquiry, id string) Offer {
	o.t.Helper()
	for _, offer := range i.Offers {
		if offer.ID == id {
			return offer
		}
	}
	o.t.Fatalf("insurer %s says nothing", id)
	return Offer{}
}

// decisions are what the insurers say, by their order.
func decisions(i Inquiry) (lines []string) {
	for _, offer := range i.Offers {
		lines = append(lines, offer.ID+" "+string(offer.Decision))
	}
	return lines
}

// trail is what was told of an inquiry, in order.
func (o *office) trail(i Inquiry) (lines []string) {
	o.t.Helper()
	for _, e := range o.eventsOf(o.account, inquiryName(i.ID)) {
		var told InquiryTold
		o.fatal(Event{Data: []byte(e.Data)}.Decode(&told))
		lines = append(lines, fmt.Sprintf("%d %s %s", e.Sequence, e.Type, told.Status))
	}
	return lines
}

// marks are all that an inquiry leaves behind, so that two looks can be
// compared.
func (o *office) marks(i Inquiry) []string {
	o.t.Helper()
	audits := howMany(o.auditOf(o.account), func(a store.AuditEntry) bool { return a.Subject == inquiryName(i.ID) })
	now := o.now(i)
	return append(o.trail(i), fmt.Sprintf("version %d, %s, %d audit entries, %d documents",
		now.Version, now.Status, audits, len(now.Documents)))
}

// nodes are this one and another over the same database.
func (h *house) nodes() []*Core {
	h.t.Helper()
	other := h.newCore(storetest.Open(h.t, store.Options{DSN: h.dsn, Log: quiet}))
	other.Told[FamilyThinksurance] = inquiryEvents
	return []*Core{h.Core, other}
}

// together does something many times at once, on several nodes, and answers
// what came of each.
func together(nodes []*Core, n int, do func(c *Core, i int) error) []error {
	errs := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { errs[i] = do(nodes[i%len(nodes)], i) })
	}
	group.Wait()
	return errs
}
