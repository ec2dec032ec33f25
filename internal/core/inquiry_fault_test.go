package core

import (
	"errors"
	"slices"
	"testing"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// officeDeed is something that is done at a desk, to an inquiry that was
// prepared, with what must be true after it was done once.
type officeDeed struct {
	name    string
	prepare func(*office) Inquiry
	do      func(*office, Inquiry) error
	done    func(*office, Inquiry) error
}

// deed is it done at a desk of its own.
func (d officeDeed) deed() deed {
	var o *office
	var i Inquiry
	return deed{
		name: d.name,
		prepare: func(h *house) {
			o = h.office("pool")
			i = d.prepare(o)
		},
		do:   func(h *house) { h.fatal(d.do(o, i)) },
		done: func(*house) error { return d.done(o, i) },
	}
}

// officeDeeds are those that write before and at the desk.
func officeDeeds() []officeDeed {
	nothing := func(*office) Inquiry { return Inquiry{} }
	return []officeDeed{
		{"forward", nothing, func(o *office, _ Inquiry) error {
			wish := o.atOnceFor("K-2")
			wish.Change.Phone, wish.Refs = "+491", []Ref{{"crm", "a", "1"}}
			return asked(o.Forward(o.t.Context(), o.account, wish))
		}, func(o *office, _ Inquiry) error {
			return expect("inquiries", len(o.inquiriesOf(o.account)), 1, "told", len(o.happened(EventInquiryCreated)), 1,
				"customers", o.actions(o.account, "customer.added"), 2, "changes of the broker", o.actions(o.account, "broker.changed"), 1)
		}},
		{"forward and enter", nothing, func(o *office, _ Inquiry) error {
			wish := o.atOnceFor("K-1")
			wish.AtOnce = false
			link, err := o.Forward(o.t.Context(), o.account, wish)
			if err != nil {
				return err
			}
			return asked(o.EnterDesk(o.t.Context(), link.Token))
		}, func(o *office, _ Inquiry) error {
			return expect("inquiries", len(o.inquiriesOf(o.account)), 1, "entered", o.actions(o.account, "desk.entered"), 2)
		}},
		{"calculate", func(o *office) Inquiry { return o.answered(hairdresser) }, func(o *office, i Inquiry) error {
			return asked(o.Calculate(o.t.Context(), o.desk, stepAt(i)))
		}, func(o *office, i Inquiry) error {
			return expect("version", o.now(i).Version, i.Version+1, "offers", len(o.now(i).Offers), 5, "told", len(o.trail(i)), 2)
		}},
		{"order", func(o *office) Inquiry { return o.proposed() }, func(o *office, i Inquiry) error {
			return asked(o.OrderCover(o.t.Context(), o.desk, orderFor(i, hafenlicht)))
		}, func(o *office, i Inquiry) error {
			policies := o.policies(true)
			return errors.Join(expect("policies", len(policies), 1, "orders", len(o.orders()), 1, "told", len(o.trail(i)), 4),
				expect("its policy", o.now(i).Policy.ID, policies[0].ID, "premiums", len(o.ledger(policies[0])), 1))
		}},
		{"add agency numbers", nothing, func(o *office, _ Inquiry) error {
			return o.addNumbers(o.account, Scope{Broker: o.broker.Token}, agencySet(byID(hafenlicht), "N-1 tc =x", "N-2 t =y"),
				agencySet(byID(rheinbogen), "N-1 tc"))
		}, func(o *office, _ Inquiry) error {
			want := []string{"5021 N-1 c =x", "5021 N-2 t =y", "5063 N-1 tc"}
			return expect("all are there", slices.Equal(o.written(o.account, Scope{Broker: o.broker.Token}), want), true,
				"added", o.actions(o.account, "agency.added"), 1)
		}},
	}
}

// Every commit of what is done at and before the desk fails, with and without
// having been done.
func TestACommitFailsAtTheDesk(t *testing.T) {
	t.Parallel()
	storetest.EachEngineInFull(t, func(t *testing.T, engine string) {
		for _, one := range few(officeDeeds()) {
			d := one.deed()
			t.Run(d.name, func(t *testing.T) {
				t.Parallel()
				commits := d.points(t, engine, store.AtCommit)
				if commits == 0 {
					t.Fatal("it commits nothing")
				}
				for n := range commits {
					for _, persisted := range []bool{false, true} {
						d.under(t, engine, store.Fault{Point: store.AtCommit, Nth: n + 1, Persisted: persisted})
					}
				}
			})
		}
	})
}

// And every statement.
func TestAStatementFailsAtTheDesk(t *testing.T) {
	t.Parallel()
	for _, one := range few(officeDeeds()) {
		d := one.deed()
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			points := d.points(t, storetest.SQLite, store.AtStatement)
			for n := 0; n < points; n += stride() {
				d.under(t, storetest.SQLite, store.Fault{Point: store.AtStatement, Nth: n + 1})
			}
		})
	}
}

// While storage is away nothing is acknowledged, and what is asked for again
// afterwards is done once.
func TestTheDeskIsAskedAgainAfterAnOutage(t *testing.T) {
	t.Parallel()
	storetest.EachEngineInFull(t, func(t *testing.T, engine string) {
		for _, d := range few(officeDeeds()) {
			t.Run(d.name, func(t *testing.T) {
				t.Parallel()
				o := open(t, engine).office("pool")
				i := d.prepare(o)
				o.faults.Break(errors.New("disk full"))
				o.refused(d.do(o, i), insurance.CodeUnavailable)
				o.mended()
				o.fatal(d.do(o, i))
				if err := d.done(o, i); err != nil {
					t.Error(err)
				}
			})
		}
	})
}

// mended ends an outage, until the store has found out.
func (h *house) mended() {
	h.t.Helper()
	h.faults.Mend()
	for h.Store.Ready(h.t.Context()) != nil {
		if h.t.Context().Err() != nil {
			h.t.Fatal("storage did not come back")
		}
	}
}
