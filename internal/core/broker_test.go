package core

import (
	"testing"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// brokersOf are the stored brokers of an account.
func (h *house) brokersOf(p Partner) (all []store.Broker) {
	h.t.Helper()
	h.view(func(r reading) (err error) {
		all, err = r.BrokersAfter(p.Part, "", 100)
		return err
	})
	return all
}

// actions are what was done in an account, by its audit log.
func (h *house) actions(p Partner, action string) int {
	h.t.Helper()
	return howMany(h.auditOf(p), func(a store.AuditEntry) bool { return a.Action == action })
}

// byData is a wish for a broker who is known by e-mail address and name.
func (h *house) byData(p Partner) BrokerWish {
	return BrokerWish{
		Account: h.ofAccount(p).Account, Kind: BrokerByData,
		Party: insurance.Party{FirstName: "Eva", LastName: "Muster", Email: "eva@example.com"},
	}
}

// A broker is made once, however many ask at the same time, and everybody is
// told the same one.
func TestABrokerIsMadeOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.pool("pool")
		for kind, wish := range map[string]BrokerWish{"by an id": h.intermediary(p, "T-1"), "by data": h.byData(p)} {
			before := len(h.brokersOf(p))
			var told [32]Broker
			for i, err := range together(h.nodes(), len(told), func(c *Core, i int) (err error) {
				told[i], err = c.SetBroker(t.Context(), p, wish)
				return err
			}) {
				if err != nil || told[i] != told[0] {
					t.Errorf("%s: copy %d was told %+v, %v", kind, i, told[i], err)
				}
			}
			if n := len(h.brokersOf(p)) - before; n != 1 {
				t.Errorf("%s: %d brokers were made", kind, n)
			}
			if !told[0].Active || told[0].Code == "" || len(told[0].Token) != 25 || told[0].Party != wish.Party {
				t.Errorf("%s: it is %+v", kind, told[0])
			}
		}
		if n := h.actions(p, "broker.added"); n != 2 {
			t.Errorf("%d brokers are in the audit log, want 2", n)
		}
	})
}

func TestABrokerIsFound(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p, other := h.pool("pool"), h.pool("other")
		own := h.broker(p, "T-1")
		known, err := h.SetBroker(t.Context(), p, h.byData(p))
		h.fatal(err)
		h.broker(other, "T-9")
		capitals := h.byData(p)
		capitals.Email, capitals.LastName = "EVA@example.com", "MUSTER"
		renamed := h.intermediary(p, "T-1")
		renamed.Party = insurance.Party{LastName: "Other", Email: "other@example.com"}
		withID, elsewhere := h.byData(p), h.byData(p)
		withID.ExternalID, elsewhere.Email = "T-7", "eve@example.com"
		for name, c := range map[string]struct {
			wish BrokerWish
			want Broker
		}{
			"by its id":                   {h.intermediary(p, "T-1"), own},
			"by its id, whatever else":    {renamed, own},
			"by data":                     {h.byData(p), known},
			"by data in capitals":         {capitals, known},
			"by data, since the id is no": {withID, known},
			"nobody by that id":           {h.intermediary(p, "T-2"), Broker{}},
			"that of another account":     {h.intermediary(p, "T-9"), Broker{}},
			"nobody by those data":        {elsewhere, Broker{}},
		} {
			got, err := h.FindBroker(t.Context(), p, c.wish)
			if c.want == (Broker{}) {
				h.refused(err, insurance.CodeBrokerUnknown)
				continue
			}
			if err != nil || got != c.want {
				t.Errorf("%s: found %+v, %v", name, got, err)
			}
		}
		_, err = h.FindBroker(t.Context(), other, h.intermediary(p, "T-1"))
		h.refused(err, insurance.CodeAccountUnknown)
	})
}

// Setting a broker again leaves what is known of it.
func TestABrokerThatIsThereStaysAsItIs(t *testing.T) {
	h := onSQLite(t)
	p := h.pool("pool")
	was := h.broker(p, "T-1")
	wish := h.intermediary(p, "T-1")
	wish.LastName, wish.BrokerRegister, wish.Active = "Other", "D-XXXX", given(false)
	again, err := h.SetBroker(t.Context(), p, wish)
	h.fatal(err)
	if again != was || h.actions(p, "broker.added") != 1 {
		t.Errorf("it was %+v and is %+v", was, again)
	}
}

func TestWhatIsWrongWithABroker(t *testing.T) {
	h := onSQLite(t)
	p := h.pool("pool")
	wish := h.intermediary(p, "T-1")
	wish.Email = "x"
	_, err := h.SetBroker(t.Context(), p, wish)
	equalLists(t, "problems", h.problems(err), []string{"0 policyholder.email is not a valid e-mail address"})
	wish = h.intermediary(p, "T-1")
	wish.Account = ""
	_, err = h.SetBroker(t.Context(), p, wish)
	equalLists(t, "without an account", h.problems(err), []string{"0 scope.broker is required, or that of an account"})
	if n := len(h.brokersOf(p)); n != 0 {
		t.Errorf("%d brokers were made", n)
	}
}

// What a forward does not say of a broker stays.
func TestAForwardChangesABroker(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.pool("pool")
		was := h.broker(p, "T-1")
		change := func(wish BrokerWish) Broker {
			t.Helper()
			h.forwarded(p, ForwardWish{Broker: was.Token, Change: wish})
			now, err := h.FindBroker(t.Context(), p, BrokerWish{
				Account: h.ofAccount(p).Account, Kind: BrokerOwnID, ExternalID: orElse(wish.ExternalID, "T-1"),
			})
			h.fatal(err)
			return now
		}
		if now := change(BrokerWish{}); now != was || h.actions(p, "broker.changed") != 0 {
			t.Errorf("nothing was said, and it is %+v", now)
		}
		want := was
		want.Phone, want.Address.City, want.CompanyRegister = "+4930123", "Berlin", "HRB 1"
		said := BrokerWish{CompanyRegister: "HRB 1", Party: insurance.Party{Phone: "+4930123", Address: insurance.Address{City: "Berlin"}}}
		if now := change(said); now != want {
			t.Errorf("it is %+v, want %+v", now, want)
		}
		if change(said); h.actions(p, "broker.changed") != 1 {
			t.Error("what was known already was changed again")
		}
		want.ExternalID = "T-2"
		if now := change(BrokerWish{ExternalID: "T-2"}); now != want {
			t.Errorf("under another id it is %+v", now)
		}
		_, err := h.FindBroker(t.Context(), p, h.intermediary(p, "T-1"))
		h.refused(err, insurance.CodeBrokerUnknown)
	})
}

// An id that another broker has cannot be taken over; nothing else of the
// request is recorded then.
func TestTheIDOfAnotherBrokerIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.pool("pool")
		one, two := h.broker(p, "T-1"), h.broker(p, "T-2")
		_, err := h.Forward(t.Context(), p, ForwardWish{
			Broker: two.Token, Change: BrokerWish{ExternalID: "T-1", Party: insurance.Party{Phone: "+491"}}, Customer: salon("K-1"),
		})
		equalLists(t, "problems", h.problems(err), []string{"0 broker.external_id is that of another broker"})
		for _, b := range []Broker{one, two} {
			if now, err := h.FindBroker(t.Context(), p, h.intermediary(p, b.ExternalID)); err != nil || now != b {
				t.Errorf("it is %+v, %v", now, err)
			}
		}
		if n := h.actions(p, "customer.added"); n != 0 {
			t.Errorf("%d customers were recorded", n)
		}
		// Nor if somebody else takes it at the same time.
		other := h.newCore(storetest.Open(t, store.Options{DSN: h.dsn, Log: quiet}))
		h.faults.Meanwhile(1, func() {
			if _, err := other.SetBroker(t.Context(), p, h.intermediary(p, "T-3")); err != nil {
				t.Error(err)
			}
		})
		_, err = h.Forward(t.Context(), p, ForwardWish{Broker: two.Token, Change: BrokerWish{ExternalID: "T-3"}})
		equalLists(t, "meanwhile", h.problems(err), []string{"0 broker.external_id is that of another broker"})
	})
}

// An inactive broker can do nothing until a forward says otherwise.
func TestABrokerIsMadeInactiveAndActiveAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		inactive := func(err error) {
			t.Helper()
			h.refused(err, insurance.CodeBrokerInactive)
		}
		entry, err := h.EnterDesk(t.Context(), h.forwarded(o.account, ForwardWish{Broker: o.broker.Token}).Token)
		h.fatal(err)
		waiting := h.forwarded(o.account, ForwardWish{Broker: o.broker.Token})
		off := h.forwarded(o.account, ForwardWish{Broker: o.broker.Token, Change: BrokerWish{Active: given(false)}})
		inactive(asked(h.EnterDesk(t.Context(), off.Token)))
		inactive(asked(h.EnterDesk(t.Context(), waiting.Token)))
		inactive(asked(h.Desk(t.Context(), entry.Secret)))
		inactive(asked(h.Forward(t.Context(), o.account, ForwardWish{Broker: o.broker.Token, Customer: salon("K-2")})))
		if n := h.actions(o.account, "customer.added"); n != 1 {
			t.Errorf("%d customers, want the one from before", n)
		}
		desk, _ := h.entered(h.forwarded(o.account, ForwardWish{Broker: o.broker.Token, Change: BrokerWish{Active: given(true)}}))
		if !desk.Broker.Active {
			t.Error("it is still inactive")
		}
		// The refused links were not used up.
		h.entered(waiting)
		h.entered(off)
	})
}
