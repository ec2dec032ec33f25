package core

import (
	"strconv"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/store/storetest"
)

// populateInquiries fills a house with an inquiry in every status, and answers
// the names of some.
func populateInquiries(h *house) *strings.Replacer {
	h.t.Helper()
	o := h.office("pool")
	h.numbersOf(o.account, h.ofAccount(o.account), hafenlicht, number("A-1", func(n *AgencyNumber) { n.ForTenders, n.ForCalculations = true, true }),
		number("A-2", nil))
	for _, p := range positions(o) {
		p.reach()
	}
	ordered, proposed, calculated, open := o.ordered(), o.proposed(), o.calculated(hairdresser), o.opened(cafe)
	o.paperOf(ordered, DocumentProposal)
	sibling := h.officeOf(o.account, "T-2")
	h.numbersOf(o.account, Scope{Broker: sibling.broker.Token}, hafenlicht, number("B-1", func(n *AgencyNumber) { n.ForTenders = true }),
		number("B-2", func(n *AgencyNumber) { n.ForCalculations = true }))
	pairs := []string{
		"{broker}", "'" + o.broker.Token + "'", "{sibling}", "'" + sibling.broker.Token + "'", "{customer}", strconv.FormatInt(o.customer, 10),
		"{policy}", "'" + ordered.Policy.ID + "'", "{other policy}", "'" + o.ordered().Policy.ID + "'",
	}
	for name, i := range map[string]Inquiry{"ordered": ordered, "proposed": proposed, "calculated": calculated, "open": open} {
		id := strconv.FormatInt(i.ID, 10)
		pairs = append(pairs, "{"+name+"}", id, "{of "+name+"}", "'"+inquiryName(i.ID)+"'")
	}
	return strings.NewReplacer(pairs...)
}

// inquiryDamages are what is done to inquiries and brokers: {open} is the id of
// one in that status, {of open} the subject of what happened to it.
var inquiryDamages = []damage{
	{"status", `UPDATE inquiry SET status = 'lead' WHERE id = {open}`, "columns inquiry"},
	{"profession", `UPDATE inquiry SET profession = 293 WHERE id = {calculated}`, "columns"},
	{"policy of none", `UPDATE inquiry SET policy_id = {policy} WHERE id = {calculated}`, "columns inquiry"},
	{"policy of another", `UPDATE inquiry SET policy_id = 'ghost' WHERE id = {ordered}`, "columns inquiry"},
	{"no policy", `UPDATE inquiry SET policy_id = '' WHERE id = {ordered}`, "columns inquiry"},

	{"version is gone", `DELETE FROM inquiry_version WHERE inquiry_id = {ordered} AND version = 2`, "sequence"},
	{"version uncounted", `DELETE FROM inquiry_version WHERE inquiry_id = {ordered} AND version = 3`, "sequence"},
	{"one version too many", `INSERT INTO inquiry_version SELECT part, inquiry_id, 9, at, body FROM inquiry_version
		WHERE inquiry_id = {open}`, "sequence"},

	{"event is gone", `DELETE FROM event WHERE subject = {of proposed} AND sequence = 2`, "I5 audit inquiry sequence"},
	{"last event is gone", `DELETE FROM event WHERE subject = {of calculated} AND sequence = 2`, "I5 audit inquiry sequence"},
	{"event uncounted", `UPDATE inquiry SET sequence = sequence + 1 WHERE id = {open}`, "sequence"},
	{"event by another name", `UPDATE event SET type = 'inquiry.updated' WHERE subject = {of ordered} AND sequence = 4`, "inquiry"},
	{"event of another status", `UPDATE event SET data = replace(data, 'proposed', 'tendering') WHERE subject = {of proposed} AND sequence = 3`, "inquiry"},
	{"event that cannot be read", `UPDATE event SET data = '{' WHERE subject = {of open}`, "I5 inquiry"},
	{"order is not in the audit log", `DELETE FROM audit WHERE subject = {of ordered} AND action = 'inquiry.ordered'`, "audit"},

	{"proposal without an offer", `UPDATE inquiry_version SET body = replace(body, '"chosen":"5021"', '"chosen":"4711"')
		WHERE inquiry_id = {proposed}`, "inquiry"},
	{"offered for less", `UPDATE inquiry_version SET body = replace(body, '"gross":', '"gross":1')
		WHERE inquiry_id = {ordered} AND version = 5`, "inquiry"},
	{"order of cover is gone", `DELETE FROM document WHERE subject = {of ordered} AND kind = 'cover_order'`, "inquiry"},
	{"order of what was not ordered", `INSERT INTO document SELECT part, {of calculated}, kind, version, template_version, language, issued_at
		FROM document WHERE subject = {of ordered} AND kind = 'cover_order'`, "inquiry"},

	{"customer is gone", `DELETE FROM customer WHERE id = {customer}`, "document inquiry"},
	{"customer of another broker", `UPDATE customer SET broker = {sibling}, external_id = '' WHERE id = {customer}`, "inquiry"},
	{"broker is nobody", `UPDATE broker SET party = 'nobody' WHERE id = {sibling}`, "inquiry"},

	{"two first choices of the account", `UPDATE agency_number SET for_tenders = 1 WHERE number = 'A-2'`, "agency"},
	{"two first choices of a broker", `UPDATE agency_number SET for_calculations = 1 WHERE number = 'B-1'`, "agency"},

	{"flipped bytes of a proposal", `UPDATE document_bytes SET bytes = x'00' WHERE kind = 'proposal'`, "document"},
}

// Every damage to inquiries is found, and nothing that is sound is called
// damaged.
func TestCheckFindsDamagedInquiries(t *testing.T) {
	h := onSQLite(t)
	ids := populateInquiries(h)
	if found := h.findings(); len(found) > 0 {
		t.Fatalf("a healthy database has findings: %+v", found)
	}
	for _, d := range inquiryDamages {
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
