package core

import (
	"strconv"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/store/storetest"
)

// populatePackages fills a house with one package of every kind, and answers
// their names and those of their policies.
func populatePackages(h *house) *strings.Replacer {
	h.t.Helper()
	p := h.shop("e3ccm")
	live := h.booked(p, device("500"), tickets("100"))
	h.endorsed(p, changing(live, 0, "device_value", "600"))
	h.pay(p, h.booking(p, live).Quotes[0].RenewalID)
	h.moveTo(opening.AddDate(0, 4, 0), live.ID, 200)
	partly := wishFor(h.quoted(p, tickets("100"), parcel("83")), 1)
	partly.Quotes[0].Insured = append(partly.Quotes[0].Insured, ada)
	part, err := h.Book(h.t.Context(), p, partly, Once{})
	h.fatal(err)
	h.toCancel(p, part)
	ahead := h.booked(p, device("400"))
	h.pay(p, h.booking(p, ahead).Quotes[0].RenewalID)
	h.endorsed(p, changing(ahead, 0, "device_value", "450"))
	ended := h.booked(p, parcel("83"))
	h.cancelled(p, ended)
	names := map[string]Package{"live": live, "part": part, "ahead": h.booking(p, ahead), "ended": ended, "pending": h.pending(p, tickets("100")), "quoted": h.quoted(p, tickets("100"))}
	pairs := []string{"{day}", strconv.FormatInt(dayOf(opening), 10)}
	for name, told := range names {
		pairs = append(pairs, "{"+name+"}", "'"+told.ID+"'")
		for _, q := range told.Quotes {
			if q.Policy != nil {
				policy, err := h.policyID(q)
				h.fatal(err)
				pairs = append(pairs, "{"+name+" "+q.Tariff.Code+"}", "'"+policy+"'")
			}
		}
	}
	return strings.NewReplacer(pairs...)
}

func (h *house) policyID(q PackageQuote) (id string, err error) {
	h.view(func(r reading) error {
		policy, ok, wrong := r.PolicyAnywhere(q.Policy.CertificateNumber)
		id, err = policy.ID, needed(ok, wrong)
		return nil
	})
	return id, err
}

// packageDamages are what is done to packages: {live} is the id of one, {live
// parcel_insurance} that of a policy of it.
var packageDamages = []damage{
	{"version is gone", `DELETE FROM order_version WHERE order_id = {live} AND version = 2`, "sequence"},
	{"last version is gone", `DELETE FROM order_version WHERE order_id = {ended} AND version = 2`, "sequence"},
	{"all versions are gone", `DELETE FROM order_version WHERE order_id = {part}`, "sequence"},
	{"version uncounted", `UPDATE orders SET version = version + 1 WHERE id = {live}`, "sequence"},
	{"version of nothing", `INSERT INTO order_version SELECT part, 'zzz', 1, at, body, 0 FROM order_version WHERE order_id = {part}`, "package"},
	{"unreadable version", `UPDATE order_version SET body = '{' WHERE order_id = {live} AND version = 1`, "package"},

	{"event of another package", `UPDATE event SET data = replace(data, {live}, {part}) WHERE subject = {live} AND sequence = 1`, "I5"},
	{"event leads elsewhere", `UPDATE event SET data = replace(data, '"to":1', '"to":2') WHERE subject = {part}`, "I5"},
	{"event leads nowhere", `UPDATE event SET data = replace(replace(data, '"to":1', '"to":9'), '"from":0', '"from":8') WHERE subject = {part}`, "I5"},
	{"event leads back", `UPDATE event SET data = (SELECT data FROM event WHERE subject = {ended} AND sequence = 1)
		WHERE subject = {ended} AND sequence = 2`, "I5"},
	{"event tells of nothing", `UPDATE event SET type = 'policy.unheard' WHERE subject = {live} AND type = 'booking.updated'`, "I5"},

	{"booked, but its package was not", `UPDATE quote_{day} SET order_id = '' WHERE order_id = {live}`, "package"},
	{"its package became another order", `UPDATE quote_{day} SET order_id = {part} WHERE order_id = {live}`, "package"},
	{"booked without an order", `UPDATE quote_{day} SET order_id = {quoted} WHERE order_id = ''`, "package"},
	{"waits, but its order does not", `UPDATE orders SET state = 'booked' WHERE id = {pending}`, "I1 package timer"},
	{"its order waits, but it does not", `UPDATE orders SET state = 'pending' WHERE id = {part}`, "I1 package timer"},

	{"wait has no end", `DELETE FROM timer WHERE owner = {pending}`, "timer"},
	{"wait of what is paid", `INSERT INTO timer VALUES ('e3ccm', 'x', 0, 0, 'order.payment', {live}, {live}, '', 0)`, "timer"},

	{"quote is of another version", `UPDATE order_version SET body = replace(body, '"policy_version":1', '"policy_version":2')
		WHERE order_id = {part}`, "package"},
	{"quote is cancelled, its policy is not", `UPDATE order_version
		SET body = replace(body, '"state":"confirmed","proposal"', '"state":"cancelled","proposal"') WHERE order_id = {part}`, "package"},
	{"policy is cancelled, its quote is not", `UPDATE order_version
		SET body = replace(body, '"state":"cancelled","proposal"', '"state":"confirmed","proposal"') WHERE order_id = {ended}`, "package"},
	{"is cancelled, its policies are not", `UPDATE order_version SET body = replace(body, '"state":"confirmed"}', '"state":"cancelled"}')
		WHERE order_id = {live} AND version = (SELECT version FROM orders WHERE id = {live})`, "package"},
	{"became another policy", `UPDATE order_version SET body = replace(body, {part parcel_insurance}, {ended parcel_insurance})
		WHERE order_id = {part}`, "package"},
	{"policy works for itself", `UPDATE policy SET owner = id WHERE id = {part parcel_insurance}`, "package timer"},
	{"quote that nobody asked for", `UPDATE order_item SET item = 7 WHERE order_id = {part}`, "package"},
	{"asked for and not booked", `UPDATE order_version SET body = replace(body, '"state":"confirmed","proposal"', '"state":"received","proposal"')
		WHERE order_id = {part}`, "package"},
	{"person is gone", `DELETE FROM party WHERE id NOT IN (SELECT holder FROM policy_version) AND email = 'ada@example.com'`, "package"},

	{"renewal is gone", `DELETE FROM renewal WHERE policy_id = {live device_subscription} AND number = 2`, "I15"},
	{"first renewal is gone", `DELETE FROM renewal WHERE policy_id = {live device_subscription} AND number = 1`, "I15"},
	{"one renewal too many", `INSERT INTO renewal VALUES ('e3ccm', {live device_subscription}, 3, 'x', {live})`, "I15"},
	{"renewal of what is not renewed", `INSERT INTO renewal VALUES ('e3ccm', {part parcel_insurance}, 1, 'x', {part})`, "I15"},
	{"renewal by another name", `UPDATE renewal SET id = 'ABCDE-ABCDE-REN' WHERE number = 1 AND policy_id = {live device_subscription}`, "I15"},
	{"renewal of another package", `UPDATE renewal SET order_id = {part} WHERE number = 2`, "I15"},
	{"renewal of nothing", `INSERT INTO renewal VALUES ('e3ccm', 'ghost', 1, 'x', {live})`, "I4"},

	{"renewal told at another price", `UPDATE event SET data = replace(data, '"price":"', '"price":"1') WHERE subject = {live} AND type = 'renewal.planned'`, "I5"},
	{"renewal told of another quote", `UPDATE event SET data = replace(data, '"quote_id":"', '"quote_id":"x') WHERE subject = {live} AND type = 'renewal.planned'`, "I5"},
	{"refund told as another", `UPDATE event SET data = replace(data, '"}}', '1"}}') WHERE subject = {ended} AND type = 'booking.cancelled'`, "I9"},
	{"refund told of no quote", `UPDATE event SET data = replace(data, '"refunds":{', '"refunds_":{') WHERE subject = {ended} AND type = 'booking.cancelled'`, "I5"},
	{"announced renewal has no working", `DELETE FROM price_working WHERE policy_id = {live device_subscription}
		AND version = (SELECT MAX(version) FROM price_working WHERE policy_id = {live device_subscription})`, "I4"},
	{"term paid ahead has no working", `UPDATE price_working SET ahead = '' WHERE policy_id = {ahead device_subscription}`, "I4"},
	{"working of a term paid ahead cannot be followed", `UPDATE price_working SET ahead = replace(ahead, '"kind":"gross"', '"kind":"net"')
		WHERE policy_id = {ahead device_subscription}`, "I9"},
	{"changed premium has no working", `DELETE FROM price_working WHERE policy_id = {live device_subscription} AND version = 2`, "I4"},
	{"changed policy has no certificate", `DELETE FROM document WHERE subject = {live device_subscription} AND kind = 'certificate' AND version = 2`, "I4"},

	{"preview of nothing", `UPDATE preview SET order_id = 'ghost'`, "package"},
	{"preview of what is to come", `UPDATE preview SET order_version = 2`, "package"},
	{"preview of nothing yet", `UPDATE preview SET order_version = 0`, "package"},
}

// Every damage to packages is found, and nothing that is sound is called
// damaged.
func TestCheckFindsDamagedPackages(t *testing.T) {
	h := onSQLite(t)
	ids := populatePackages(h)
	if found := h.findings(); len(found) > 0 {
		t.Fatalf("a healthy database has findings: %+v", found)
	}
	for _, d := range packageDamages {
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

// Who only checks a database has no keys: covernote check, backup and restore.
func TestPackagesAreCheckedWithoutKeys(t *testing.T) {
	h := onSQLite(t)
	populatePackages(h)
	keyless, err := New(t.Context(), Options{Store: h.Store, Catalogue: h.Catalogue, Sandbox: true, Now: h.clock.now, Log: quiet, Holder: newID()})
	h.fatal(err)
	if found, err := keyless.Check(t.Context(), nil); err != nil || len(found) > 0 {
		t.Errorf("a healthy database has findings: %+v, %v", found, err)
	}
}
