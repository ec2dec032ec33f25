package core

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// populate fills a house with one of everything that a database can hold.
func populate(h *house) {
	h.t.Helper()
	h.submit(unsold("refused"))
	live := h.bindOne(phone("live"))
	h.moveTo(opening.Add(40*24*time.Hour), live.ID, 200)
	sold := h.bindOne(phone("sold"))
	h.end(sold, insurance.ReasonItemSold)
	h.end(h.bindOne(repair("withdrawn")), insurance.ReasonWithdrawal)
	h.endOn(h.bindOne(bike("ending")), insurance.ReasonItemSold, day("2026-01-20"))
	once := repair("expired")
	once.Term = insurance.Months(12)
	h.moveTo(opening.Add(366*24*time.Hour), h.bindOne(once).ID, 200)
	h.deliver(200)
	h.bindOne(repair("told"))
	h.deliver(503)
	h.archive(DocumentRequest{CertificateNumber: live.CertificateNumber})
	h.submit(phone("pending"))
}

// damage is what is done to a healthy database, and what Check must say.
// {live} is the id of that policy, {order live} that of its order.
type damage struct {
	name string
	sql  string
	want string // invariants, in the order of the alphabet
}

var damages = []damage{
	{"pending order has no step", `DELETE FROM timer WHERE kind = 'order.book'`, "I1"},
	{"booked order has a step", `INSERT INTO timer VALUES ('acme', 'x', 0, 0, 'order.book', {order live}, {order live}, '', 0)`, "I1"},
	{"proposal without outcome", `UPDATE order_item SET refusal = '' WHERE order_id = {order refused}`, "I1 I5"},
	{"proposal with two outcomes", `UPDATE order_item SET refusal = 'x' WHERE policy_id = {live}`, "I1 I5"},
	{"pending order has a refusal", `UPDATE order_item SET refusal = 'x' WHERE order_id = {order pending}`, "I1 I5"},
	{"order is gone", `DELETE FROM orders WHERE id = {order live}`, "I1 I5"},
	{"proposal is gone", `DELETE FROM order_item WHERE order_id = {order pending}`, "I1 claim"},

	{"key held by another", `UPDATE claim SET policy_id = {sold} WHERE policy_id = {live}`, "I2 claim"},
	{"key of another", `UPDATE policy SET claim = (SELECT claim FROM policy WHERE id = {ending}) WHERE id = {live}`, "I2 claim"},

	{"no price working", `DELETE FROM price_working WHERE policy_id = {live}`, "I4"},
	{"no certificate", `DELETE FROM document WHERE subject = {sold} AND kind = 'certificate'`, "I4"},
	{"no product information", `DELETE FROM document WHERE subject = {sold} AND kind = 'ipid'`, "I4"},
	{"no policyholder", `DELETE FROM party WHERE id = {sold}`, "I4"},
	{"no event of the binding", `UPDATE event SET type = 'policy.unheard' WHERE subject = {told}`, "I4 audit"},
	{"working of no version", `INSERT INTO price_working VALUES ('acme', {live}, 99, '[]', '')`, "I4"},
	{"no withdrawal form", `UPDATE document SET version = 9 WHERE subject = {sold} AND kind = 'withdrawal'`, "I4"},
	{"no cancellation", `DELETE FROM document WHERE subject = {sold} AND kind = 'cancellation'`, "I4"},
	{"document that nothing asked for", `INSERT INTO document SELECT part, {live}, kind, 1, template_version, language, issued_at
		FROM document WHERE subject = {sold} AND kind = 'cancellation'`, "I4"},
	{"working of nothing", `INSERT INTO price_working VALUES ('acme', 'zzz', 1, '[]', '')`, "I4"},
	{"ledger of nothing", `UPDATE ledger SET policy_id = '000' WHERE policy_id = {told}`, "I4 I9"},
	{"version of nothing", `INSERT INTO policy_version VALUES ('acme', 'ghost', 1, 0, '{}', '')`, "I4"},
	{"document of nothing", `UPDATE document SET subject = 'ghost' WHERE subject = {sold} AND kind = 'withdrawal'`, "I4"},

	{"event of nothing", `INSERT INTO event VALUES ('acme', 'ghost', 1, 'ghost', 'policy.bound', 0, '{}', 0)`, "I5"},
	{"refusal told as booking", `UPDATE event SET type = 'order.booked' WHERE subject = {order refused}`, "I5 audit"},
	{"booking told as refusal", `UPDATE event SET type = 'order.refused' WHERE subject = {order live}`, "I5 audit"},
	{"end not told", `UPDATE event SET type = 'policy.unheard' WHERE subject = {withdrawn} AND sequence = 2`, "I5 audit"},
	{"end told of a live one", `UPDATE event SET type = 'policy.expired' WHERE subject = {ending} AND sequence = 2`, "I5 audit"},
	{"nobody asked for it", `UPDATE order_item SET policy_id = 'ghost' WHERE policy_id = {sold}`, "I1 I5"},
	{"event of a notice is gone", `UPDATE notice SET event_id = 'ghost' WHERE subject = {order live}`, "I5 I6"},

	{"binding told at another premium", `UPDATE event SET data = replace(data, '"5.56"', '"5.57"') WHERE subject = {live} AND sequence = 1`, "I5"},
	{"premium told to another day", `UPDATE event SET data = replace(data, '"paid_to":"2026', '"paid_to":"2027')
		WHERE subject = {live} AND type = 'policy.renewed'`, "I5"},
	{"event at another time", `UPDATE event SET at = at + 1 WHERE subject = {live} AND type = 'policy.renewed'`, "I5"},
	{"premium is not dated by when it was due", `UPDATE event SET at = at + 1 WHERE subject = {live} AND type = 'policy.renewed';
		UPDATE policy_version SET at = at + 1 WHERE policy_id = {live} AND version = 2`, "I5"},
	{"binding told twice", `UPDATE event SET type = 'policy.renewed' WHERE subject = {live} AND type = 'policy.cooling_off_ended'`, "I15 I5 audit timer"},
	{"order told with another policy", `UPDATE event SET data = replace(data, '"certificate_number":"I', '"certificate_number":"J')
		WHERE subject = {order live}`, "I5"},
	{"order told as another", `UPDATE event SET data = replace(data, '"reference":"', '"reference":"x') WHERE subject = {order live}`, "I5"},
	{"refusal told with another code", `UPDATE event SET data = replace(data, '"code":"', '"code":"x') WHERE subject = {order refused}`, "I5"},

	{"due notice has no step", `DELETE FROM timer WHERE kind = 'notice.send'`, "I6"},
	{"settled notice has a step", `INSERT INTO timer SELECT part, 'x', 100, 0, 'notice.send', subject, id, '', 0
		FROM notice WHERE subject = {order live} LIMIT 1`, "I6"},
	{"due notice is settled", `UPDATE notice SET settled_at = 1 WHERE state = 'due'`, "I6"},
	{"delivered without a try", `UPDATE notice SET state = 'delivered', settled_at = 1 WHERE state = 'due'`, "I6"},
	{"delivered but refused", `UPDATE attempt SET status = 500 WHERE status = 200`, "I6"},
	{"try is gone", `DELETE FROM attempt WHERE status = 503`, "I6"},
	{"tries miscounted", `UPDATE notice SET attempts = 2 WHERE subject = {order live}`, "I6"},
	{"try of nothing", `INSERT INTO attempt VALUES ('acme', 'zzz', 1, 0, 0, 0, x'', x'', '')`, "I6"},
	{"endpoint not told", `DELETE FROM notice WHERE subject = {order live}`, "I6"},
	{"told twice", `INSERT INTO notice SELECT part, 'x', version, event_id, subject, endpoint_id, 'given_up', 1, 0, 0,
		created_at, 1, '' FROM notice WHERE subject = {order live}  LIMIT 1`, "I6"},

	{"net", `UPDATE ledger SET net = net + 1 WHERE policy_id = {told}`, "I9"},
	{"tax", `UPDATE ledger SET tax = tax + 1 WHERE policy_id = {told}`, "I9"},
	{"gross", `UPDATE ledger SET gross = gross - 1 WHERE policy_id = {told}`, "I9"},
	{"commission", `UPDATE ledger SET commission = commission + 1 WHERE policy_id = {told}`, "I9"},
	{"taxes", `UPDATE ledger SET taxes = '[]' WHERE policy_id = {told}`, "I9"},
	{"another premium", `UPDATE ledger SET net = net + 1, gross = gross + 1 WHERE policy_id = {told}`, "I9"},
	{"returned more", `UPDATE ledger SET net = net - 1, gross = gross - 1 WHERE policy_id = {sold} AND kind = 'returned'`, "I9"},
	{"returned less", `UPDATE ledger SET net = net + 1, gross = gross + 1 WHERE policy_id = {withdrawn} AND kind = 'returned'`, "I9"},
	{"returned nothing", `DELETE FROM ledger WHERE policy_id = {sold} AND kind = 'returned'`, "I9"},
	{"returned of nothing", `UPDATE ledger SET interval_no = 7 WHERE policy_id = {sold} AND kind = 'returned'`, "I9"},
	{"returned to a live one", `INSERT INTO ledger SELECT part, policy_id, 3, 'returned', 1, from_on, to_on, -net, -tax, -gross,
		-commission, currency, '[]', booked_at FROM ledger WHERE policy_id = {live} AND line = 1`, "I9"},
	{"line is gone", `DELETE FROM ledger WHERE policy_id = {live} AND line = 1`, "I9"},
	{"last line is gone", `DELETE FROM ledger WHERE policy_id = {live} AND line = 2`, "I9"},
	{"written twice", `INSERT INTO ledger SELECT part, policy_id, 3, kind, interval_no, from_on, to_on, net, tax, gross,
		commission, currency, taxes, booked_at FROM ledger WHERE policy_id = {live} AND line = 2`, "I9"},
	{"gap between intervals", `UPDATE ledger SET from_on = '2026-02-16' WHERE policy_id = {live} AND line = 2`, "I9"},
	{"paid too far", `UPDATE ledger SET to_on = '2026-03-15' WHERE policy_id = {live} AND line = 2`, "I9"},
	{"another price", `UPDATE price_working SET steps = replace(steps, '"5.56"', '"5.57"') WHERE policy_id = {live}`, "I9"},

	{"working that cannot be followed", `UPDATE price_working SET steps = replace(steps, '"0.89"', '"0.88"') WHERE policy_id = {live}`, "I9"},

	{"renewal not told", `UPDATE event SET type = 'policy.unheard' WHERE subject = {live} AND type = 'policy.renewed'`, "I15 audit"},

	{"gap in events", `UPDATE event SET sequence = 9 WHERE subject = {live} AND sequence = 2`, "sequence"},
	{"event of a policy uncounted", `UPDATE policy SET sequence = 1 WHERE id = {live}`, "sequence"},
	{"event of an order uncounted", `UPDATE orders SET sequence = 0 WHERE id = {order live}`, "sequence"},
	{"gap in the log", `UPDATE event SET position = position + 1 WHERE position = (SELECT MAX(position) FROM event);
		UPDATE log_end SET position = position + 1`, "sequence"},
	{"log in disorder", `CREATE TEMP TABLE place AS SELECT sequence, position FROM event WHERE subject = {live} AND sequence < 3;
		UPDATE event SET position = -1 WHERE subject = {live} AND sequence = 1;
		UPDATE event SET position = (SELECT position FROM place WHERE sequence = 1) WHERE subject = {live} AND sequence = 2;
		UPDATE event SET position = (SELECT position FROM place WHERE sequence = 2) WHERE position = -1`, "sequence"},
	{"log that ends elsewhere", `UPDATE log_end SET position = position - 1`, "sequence"},
	{"version is gone", `DELETE FROM policy_version WHERE policy_id = {sold} AND version = 1`, "sequence"},
	{"version uncounted", `UPDATE policy SET version = 1 WHERE id = {live}`, "sequence"},

	{"state", `UPDATE policy SET state = 'expired' WHERE id = {live}`, "columns"},
	{"live", `UPDATE policy SET live = 1 WHERE id = {expired}`, "claim columns"},
	{"last day", `UPDATE policy SET last_day_on = '2026-12-31' WHERE id = {live}`, "columns"},
	{"inception", `UPDATE policy SET inception_on = '2026-12-31' WHERE id = {live}`, "columns"},
	{"certificate number", `UPDATE policy SET certificate_number = 'I1' WHERE id = {live}`, "I5 columns"},
	{"unreadable version", `UPDATE policy_version SET body = '{' WHERE policy_id = {sold}`, "columns"},

	{"no next step", `DELETE FROM timer WHERE owner = {live}`, "timer"},
	{"next step is late", `UPDATE timer SET due_at = due_at + 1 WHERE owner = {live}`, "timer"},
	{"next step is early", `UPDATE timer SET due_at = due_at - 1, failures = 1 WHERE owner = {told} AND kind = 'policy.step'`, "timer"},
	{"clock says otherwise", `UPDATE clock_shift SET micros = micros + 1 WHERE owner = {live}`, "timer"},
	{"cooling-off period ends late", `UPDATE timer SET due_at = due_at + 1 WHERE owner = {told} AND kind = 'policy.cooling_off'`, "timer"},
	{"cooling-off period ends again", `INSERT INTO timer SELECT part, 'x', lane, due_at, 'policy.cooling_off', owner, subject, endpoint, 1 FROM timer WHERE owner = {live}`, "timer"},
	{"next step in another lane", `UPDATE timer SET lane = lane + 1 WHERE owner = {live}`, "timer"},
	{"cooling-off period never ends", `DELETE FROM timer WHERE owner = {told} AND kind = 'policy.cooling_off'`, "timer"},
	{"two next steps", `INSERT INTO timer SELECT part, 'x', lane, due_at, kind, owner, subject, endpoint, 0 FROM timer WHERE owner = {live}`, "timer"},
	{"ended has a next step", `INSERT INTO timer VALUES ('acme', 'x', 0, 0, 'policy.step', {sold}, {sold}, '', 0)`, "timer"},
	{"step of nothing", `INSERT INTO timer VALUES ('acme', 'x', 0, 0, 'policy.step', 'ghost', 'ghost', '', 0)`, "timer"},
	{"step of no kind", `INSERT INTO timer VALUES ('acme', 'x', 0, 0, 'x', 'ghost', 'ghost', '', 0)`, "timer"},

	{"key of a live one is free", `DELETE FROM claim WHERE policy_id = {live}`, "claim"},
	{"key is held for an ended one", `INSERT INTO claim VALUES ('acme', 'x', x'', 'x', {sold}, 9000000000000000)`, "claim"},
	{"key is held for nothing", `INSERT INTO claim VALUES ('acme', 'x', x'', 'x', 'ghost', 9000000000000000)`, "claim"},
	{"key of a booked order", `UPDATE claim SET order_id = {order live} WHERE order_id = {order pending}`, "claim"},

	{"flipped bytes", `UPDATE document_bytes SET bytes = x'00' WHERE kind = 'ipid'`, "document"},
	{"forged document", `UPDATE document_bytes SET bytes = x'',
		digest = x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' WHERE kind = 'certificate'`, "document"},
	{"document never issued", `UPDATE document_bytes SET kind = 'cancellation' WHERE kind = 'withdrawal'`, "document"},

	{"end is not in the audit log", `DELETE FROM audit WHERE subject = {sold} AND action = 'policy.cancelled'`, "audit"},
	{"request was not kept", `DELETE FROM request_body WHERE id = (SELECT request_id FROM orders WHERE id = {order live})`, "audit"},
	{"refusal is not in the audit log", `DELETE FROM audit WHERE subject = {order refused}`, "audit"},
	{"end is in the audit log twice", `INSERT INTO audit SELECT part, 'x', at, actor, action, subject, '', '', ''
		FROM audit WHERE subject = {sold} AND action = 'policy.cancelled'`, "audit"},
}

// A check has teeth: every damage is found, and nothing that is sound is
// called damaged.
func TestCheckFindsDamage(t *testing.T) {
	h := onSQLite(t)
	populate(h)
	if found := h.findings(); len(found) > 0 {
		t.Fatalf("a healthy database has findings: %+v", found)
	}
	ids := h.ids()
	for _, d := range damages {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			dsn := storetest.Copy(t, h.dsn)
			storetest.Exec(t, dsn, ids.Replace(d.sql))
			found := h.checked(t, dsn)
			if got := invariants(found); got != d.want {
				t.Errorf("got %q, want %q: %+v", got, d.want, found)
			}
		})
	}
}

// ids replaces names of policies and orders by their ids.
func (h *house) ids() *strings.Replacer {
	var pairs []string
	for _, o := range h.orders() {
		pairs = append(pairs, "{order "+o.Reference+"}", "'"+o.ID+"'")
	}
	for _, p := range h.policies(true) {
		pairs = append(pairs, "{"+p.Reference+"}", "'"+p.ID+"'")
	}
	return strings.NewReplacer(pairs...)
}

// checked are the findings in another database than the house's own.
func (h *house) checked(t *testing.T, dsn string) []Finding {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{DSN: dsn, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	found, err := h.newCore(s).Check(t.Context(), nil)
	if err != nil {
		t.Error(err)
	}
	for _, f := range found {
		if f.Detail == "" || (f.Part == "") != (f.Invariant == invariantIntegrity) {
			t.Errorf("finding says too little: %+v", f)
		}
	}
	return found
}

func invariants(found []Finding) string {
	var names []string
	for _, f := range found {
		names = append(names, f.Invariant)
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), " ")
}

func TestCheckFindsADamagedFile(t *testing.T) {
	h := onSQLite(t)
	p := h.bindOne(phone("A-1"))
	dsn := storetest.Copy(t, h.dsn)
	file, err := os.ReadFile(dsn)
	h.fatal(err)
	entry := []byte("acme" + p.CertificateNumber) // in the index and nowhere else
	if n := bytes.Count(file, entry); n != 1 {
		t.Fatalf("the entry is there %d times", n)
	}
	h.fatal(os.WriteFile(dsn, bytes.Replace(file, entry, []byte("acme"+strings.Repeat("0", len(p.CertificateNumber))), 1), 0o600))
	if got := invariants(h.checked(t, dsn)); got != "I13" {
		t.Errorf("got %q, want I13", got)
	}
}

// What lies beyond the first page is met as well, and counted.
func TestCheckGoesThroughAllPages(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		wishes := make([]insurance.Proposal, 2*checkSize+10)
		for i := range wishes {
			wishes[i] = phone("A-1")
		}
		policies := h.bind(wishes...)
		var last, total int
		found, err := h.Check(t.Context(), func(done, all int) {
			if done < last || done > all {
				t.Errorf("%d of %d after %d", done, all, last)
			}
			last, total = done, all
		})
		if err != nil || len(found) > 0 || last != total || total < 4*len(wishes) {
			t.Errorf("%d of %d rows, %v, %+v", last, total, err, found)
		}
		for _, i := range []int{0, checkSize, len(policies) - 1} {
			storetest.Exec(t, h.dsn, `UPDATE policy SET state = 'x' WHERE id = $1`, policies[i].ID)
		}
		if found := h.findings(); len(found) != 3 || invariants(found) != "columns" {
			t.Errorf("findings are %+v, want 3", found)
		}
		storetest.Exec(t, h.dsn, `UPDATE policy SET state = 'bound'`)
	})
}

func TestCheckSaysThatStorageIsAway(t *testing.T) {
	h := onSQLite(t)
	s, err := store.Open(t.Context(), store.Options{DSN: storetest.Copy(t, h.dsn), Log: quiet})
	h.fatal(err)
	gone := h.newCore(s)
	h.fatal(s.Close())
	if found, err := gone.Check(t.Context(), nil); err == nil && len(found) == 0 {
		t.Error("a database that cannot be read was called sound")
	}
	if _, err := h.Check(canceled(t), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the check was ended", err)
	}
}

func canceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
