package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// beforePackages is the schema of which the rows below are.
const beforePackages = 2

// oldBody is a policy as its versions were written then.
const oldBody = `{"certificate_number":"I-1","reference":"A-1","product":"P","product_version":2,"tariff":"T",` +
	`"state":"bound","kind":"fixed","term":"12M","term_as_sent":"1Y","interval":"1M","inception_on":"2026-03-29",` +
	`"expiry_on":"2027-03-28","country":"DE","zone":"Europe/Berlin","deductible":10,` +
	`"object":{"type":"Bike","attributes":{"sales_price":"499.99"}},"premium":{"net":100,"tax":19,"gross":119,` +
	`"commission":7,"currency":"EUR","taxes":[{"name":{"de":"Steuer","en":"Tax"},"rate":"0.19","amount":19}]},` +
	`"concluded_at":1774785600000000,"withdraw_until":"2026-04-12","term_from":"2026-03-29","term_no":1,` +
	`"paid_to":"2026-04-28","interval_no":1}`

// ended turns that into what was written once somebody had ended it.
var ended = strings.NewReplacer(`"state":"bound"`, `"state":"ending"`, `"interval_no":1`, `"interval_no":1,"termination":`+
	`{"reason":"ITEM_SOLD","ending":"cancel","refund":"pro_rata","declared_at":1774785600000000,`+
	`"requested_on":"2026-04-01","ends_on":"2026-04-02"}`)

// oldPolicy is how it is read today.
func oldPolicy() store.Policy {
	return store.Policy{
		Part: "p", ID: "1", Version: 2, OrderID: "o", Owner: "1", Holder: "1", Claim: "k",
		CreatedAt: noon.UnixMicro(), Sequence: 2,
		Policy: insurance.Policy{
			CertificateNumber: "I-1", Reference: "A-1", ProductCode: "P", ProductVersion: 2, Tariff: "T",
			State: insurance.PolicyEnding, Kind: insurance.KindFixed, Term: insurance.Months(12), TermAsSent: "1Y",
			Interval: insurance.Months(1), InceptionOn: insurance.MustDate("2026-03-29"),
			ExpiryOn: insurance.MustDate("2027-03-28"), Country: "DE", Zone: berlin, Deductible: 10,
			Policyholder: insurance.Party{
				Company: "Fahrrad GmbH", VATID: "DE1", TaxID: "2", FirstName: "Erika", LastName: "Müßtermann",
				Email: "e@example.com", BirthOn: "1980-01-02", Country: "DE",
				Address: insurance.Address{Street: "Weg", HouseNumber: "1a", PostalCode: "01067", City: "Dresden"},
			},
			Object: insurance.Object{
				Type: "Bike", Attributes: map[string]string{insurance.AttributeSalesPrice: "499.99"},
			},
			SumInsured: euro(49999), Premium: aPremium(100), ConcludedAt: noon,
			WithdrawUntil: insurance.MustDate("2026-04-12"), TermFrom: insurance.MustDate("2026-03-29"), TermNo: 1,
			PaidTo: insurance.MustDate("2026-04-28"), IntervalNo: 1,
			Termination: &insurance.Termination{
				Reason: insurance.ReasonItemSold, Ending: insurance.TransitionCancel, Refund: insurance.RefundProRata,
				DeclaredAt: noon, RequestedOn: insurance.MustDate("2026-04-01"), EndsOn: insurance.MustDate("2026-04-02"),
			},
		},
	}
}

// fillOld writes two policies of one partner, each in two versions, as they
// were written then. The second does not say what the object cost.
func fillOld(t *testing.T, dsn string) {
	t.Helper()
	exec := func(statement string, args ...any) { storetest.Exec(t, dsn, statement, args...) }
	exec(`INSERT INTO partner (part, version, family, name, zone, networks, network_mode, switches, created_at)
		VALUES ('p', 1, 'f', 'n', 'UTC', '[]', 'off', '{}', 5)`)
	exec(`INSERT INTO endpoint (part, id, url, secret, created_at) VALUES ('p', 'e', 'u', $1, 6)`, []byte{1})
	exec(`INSERT INTO event (part, subject, sequence, id, type, at, data) VALUES ('p', '1', 1, 'e', 't', 5, '{"a":1}')`)
	unpriced := strings.Replace(oldBody, `"sales_price":"499.99"`, "", 1)
	for id, body := range map[string]string{"1": oldBody, "2": unpriced} {
		exec(`INSERT INTO policyholder (part, policy_id, company, vat_id, tax_id, first_name, last_name, email,
			birth_on, country, street, house_number, postal_code, city)
			VALUES ('p', $1, 'Fahrrad GmbH', 'DE1', '2', 'Erika', 'Müßtermann', 'e@example.com',
			'1980-01-02', 'DE', 'Weg', '1a', '01067', 'Dresden')`, id)
		exec(`INSERT INTO policy (part, id, version, certificate_number, order_id, claim, state, live, inception_on,
			last_day_on, created_at, sequence)
			VALUES ('p', $1, 2, $2, 'o', 'k', 'ending', 1, '2026-03-29', '2026-04-02', 1774785600000000, 2)`, id, "I-"+id)
		exec(`INSERT INTO policy_version (part, policy_id, version, at, body) VALUES ('p', $1, 1, 7, $2)`, id, body)
		exec(`INSERT INTO policy_version (part, policy_id, version, at, body) VALUES ('p', $1, 2, 8, $2)`, id, ended.Replace(body))
		exec(`INSERT INTO document (part, policy_id, kind, policy_version, template_version, language, issued_at)
			VALUES ('p', $1, 'ipid', 2, 3, 'de', 9)`, id)
		exec(`INSERT INTO document_bytes (part, policy_id, kind, policy_version, digest, bytes)
			VALUES ('p', $1, 'ipid', 2, $2, $3)`, id, []byte{1}, []byte{2})
	}
}

// migrated is an older database that was brought up to date.
func migrated(t *testing.T, engine string) *store.Store {
	t.Helper()
	dsn := storetest.Empty(t, engine)
	old, err := store.Open(t.Context(), store.Options{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	err = old.MigrateTo(t.Context(), beforePackages)
	if err := errors.Join(err, old.Close()); err != nil {
		t.Fatal(err)
	}
	fillOld(t, dsn)
	return storetest.Open(t, store.Options{DSN: dsn})
}

// Who has sold policies before there were packages finds all that was known of
// them, and what is asked of a policy since.
func TestOlderPoliciesSurviveMigration(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s, want := migrated(t, engine), oldPolicy()
		was := want.Policy
		was.State, was.Termination = insurance.PolicyBound, nil
		see(t, s, func(v *store.View) error {
			got, _, err := v.Policy("p", "1")
			same(t, "policy", got, want.AsRead())
			first, _, oops := v.PolicyVersion("p", "1", 1)
			same(t, "its first version", first, was)
			unpriced, _, worse := v.Policy("p", "2")
			same(t, "sum insured of what has no price", unpriced.SumInsured, euro(0))
			holders, worst := v.HoldersIn(store.Stretch{Part: "p"})
			same(t, "holders", holders, []string{"1", "1", "2", "2"})
			return errors.Join(err, oops, worse, worst)
		})
		next := want
		next.State, next.Sequence = insurance.PolicyCancelled, 3
		mustPut(t, s, "p", func(c *store.Changes) { c.PutPolicy(next, 9) })
		next.Version = 3
		see(t, s, func(v *store.View) error {
			got, _, err := v.Policy("p", "1")
			same(t, "changed", got, next.AsRead())
			return err
		})
	})
}

// A document that was issued when only policies had any is one of its policy.
func TestOlderDocumentsSurviveMigration(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := migrated(t, engine)
		want := store.Document{
			Part: "p", Subject: "1", Kind: "ipid", Version: 2, TemplateVersion: 3, Language: "de", IssuedAt: 9,
		}
		see(t, s, func(v *store.View) error {
			got, err := v.DocumentsOf("p", "1")
			same(t, "documents", got, []store.Document{want})
			kept, _, oops := v.DocumentBytes(want)
			same(t, "bytes", kept, store.DocumentBytes{Digest: []byte{1}, Bytes: []byte{2}})
			return errors.Join(err, oops)
		})
		loses(t, "issued again", put(t, s, "p", func(c *store.Changes) { c.AddDocument(want) }))
	})
}

func TestOlderEndpointsAreToldEvents(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		see(t, migrated(t, engine), func(v *store.View) error {
			endpoints, err := v.Endpoints("p")
			same(t, "endpoints", endpoints, []store.Endpoint{{
				Part: "p", ID: "e", URL: "u", Secret: []byte{1}, OldSecret: []byte{}, Purpose: store.EndpointEvents, CreatedAt: 6,
			}})
			partner, _, oops := v.Partner("p")
			if partner.Endpoints != 1 {
				t.Errorf("%d endpoints are told events, want 1", partner.Endpoints)
			}
			return errors.Join(err, oops)
		})
	})
}

// What happened before there was a log has its place there like anything else.
func TestOlderEventsHaveTheirPlaces(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		old := anEvent("p", "1", 1, "e")
		old.Position = 1
		see(t, migrated(t, engine), func(v *store.View) error {
			log, err := v.Log("p", store.LogQuery{})
			same(t, "log", log, []store.Event{old})
			return err
		})
	})
}

// beforeLogEnds is the last step in which events were recorded without a place.
const beforeLogEnds = 13

// Events that had no place yet get the next ones, none before an earlier one of its
// subject; after a restore, behind what can have been.
func TestWaitingEventsGetTheirPlaces(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		for restored, floor := range map[string]int64{"": 0, "1577836800001000": 1000} {
			dsn := storetest.Empty(t, engine)
			before, err := store.Open(t.Context(), store.Options{DSN: dsn})
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(before.MigrateTo(t.Context(), beforeLogEnds), before.Close()); err != nil {
				t.Fatal(err)
			}
			exec := func(statement string, args ...any) { storetest.Exec(t, dsn, statement, args...) }
			if restored != "" {
				exec(`INSERT INTO setting (name, value, version) VALUES ('restored.at', $1, 1)`, restored)
			}
			exec(`INSERT INTO partner (part, version, family, name, zone, networks, network_mode, switches, created_at)
				VALUES ('silent', 1, 'f', 'n', 'UTC', '[]', 'off', '{}', 5)`)
			for _, e := range []store.Event{
				{Part: "p", Subject: "1", Sequence: 1, ID: "m", Position: 2}, {Part: "p", Subject: "2", Sequence: 1, ID: "n", Position: 1},
				{Part: "p", Subject: "1", Sequence: 2, ID: "y"}, {Part: "p", Subject: "1", Sequence: 3, ID: "a"},
				{Part: "p", Subject: "3", Sequence: 1, ID: "x"}, {Part: "p", Subject: "4", Sequence: 1, ID: "z"}, {Part: "q", Subject: "1", Sequence: 1, ID: "b"},
			} {
				exec(`INSERT INTO event (part, subject, sequence, id, type, at, data, position) VALUES ($1, $2, $3, $4, 't', 5, '{}', $5)`,
					e.Part, e.Subject, e.Sequence, e.ID, e.Position)
			}
			s := storetest.Open(t, store.Options{DSN: dsn})
			addEvents(t, s, anEvent("p", "5", 1, "new"), anEvent("silent", "1", 1, "first"))
			next := max(floor, 2)
			same(t, "log of p", placesOf(t, s, "p"), []string{
				"1 n", "2 m", place(next+1, "x"), place(next+2, "y"), place(next+3, "a"), place(next+4, "z"), place(next+5, "new"),
			})
			same(t, "log of q", placesOf(t, s, "q"), []string{place(floor+1, "b")})
			same(t, "log of one to whom nothing had happened", placesOf(t, s, "silent"), []string{place(floor+1, "first")})
		}
	})
}
