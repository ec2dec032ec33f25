package store

import (
	"fmt"

	"github.com/covernote/covernote/internal/insurance"
)

// What follows reads rows as they lie there, page by page, to be compared with
// each other. Unlike the readers of the nouns it joins nothing, because what
// is missing must show.

// Walk is a table that is gone through in the order of a column of its key.
type Walk struct{ table, column string }

// The walks.
var (
	WalkPolicies  = Walk{"policy", "id"}
	WalkOrders    = Walk{"orders", "id"}
	WalkClaims    = Walk{"claim", "key"}
	WalkEvents    = Walk{"event", "subject"}
	WalkNotices   = Walk{"notice", "id"}
	WalkTimers    = Walk{"timer", "id"}
	WalkDocuments = Walk{"document_bytes", "subject"}
	WalkPreviews  = Walk{"preview", "id"}
)

// Stretch is a run of keys of one part: those after After, up to and including
// Last, or to the end if Last is empty.
type Stretch struct {
	Part, After, Last string
}

// Stretch is the next stretch of about size rows. Rows that share a key are
// never divided.
func (v *View) Stretch(w Walk, part, after string, size int) (Stretch, error) {
	var last string
	err := v.row(fmt.Sprintf(`SELECT %[1]s FROM %[2]s WHERE part = $1 AND %[1]s > $2 ORDER BY %[1]s LIMIT 1 OFFSET $3`,
		w.column, w.table), part, after, size-1).Scan(&last)
	last, _, err = found(last, err)
	return Stretch{Part: part, After: after, Last: last}, err
}

// CountRows counts what a walk through a part will meet.
func (v *View) CountRows(w Walk, part string) (int64, error) { return v.countRows(w.table, part) }

func (v *View) countRows(table, part string) (n int64, err error) {
	err = v.row(`SELECT COUNT(*) FROM `+table+` WHERE part = $1`, part).Scan(&n)
	return n, err
}

// CountStretch counts the rows of a walk's table in a stretch.
func (v *View) CountStretch(w Walk, s Stretch) (n int64, err error) {
	condition, args := s.where(w.column)
	err = v.row(`SELECT COUNT(*) FROM `+w.table+condition, args...).Scan(&n)
	return n, err
}

func (s Stretch) where(column string) (condition string, args []any) {
	condition, args = fmt.Sprintf(` WHERE part = $1 AND %s > $2`, column), []any{s.Part, s.After}
	if s.Last != "" {
		condition, args = condition+fmt.Sprintf(` AND %s <= $3`, column), append(args, s.Last)
	}
	return condition, args
}

// listIn reads the rows of a stretch, in order.
func listIn[T any](v *View, scan func(func(...any) error) (T, error), query string, s Stretch, column, order string) ([]T, error) {
	condition, args := s.where(column)
	return list(v, scan, query+condition+` ORDER BY `+order, args...)
}

// PolicyRow is the row of a policy, without its body and its policyholder.
type PolicyRow struct {
	Part, ID, CertificateNumber, OrderID, Owner, Claim, State string
	Version, Live, CreatedAt, Sequence                        int64
	InceptionOn, LastDayOn                                    string
}

const selectPolicyRow = `SELECT part, id, certificate_number, order_id, owner, claim, state, version, live, created_at,
	sequence, inception_on, last_day_on FROM policy`

func scanPolicyRow(scan func(...any) error) (PolicyRow, error) {
	var p PolicyRow
	err := scan(&p.Part, &p.ID, &p.CertificateNumber, &p.OrderID, &p.Owner, &p.Claim, &p.State, &p.Version, &p.Live, &p.CreatedAt,
		&p.Sequence, &p.InceptionOn, &p.LastDayOn)
	return p, err
}

// PolicyRow reads the row of a policy; ok is false if there is none.
func (v *View) PolicyRow(part, id string) (p PolicyRow, ok bool, err error) {
	p, err = scanPolicyRow(v.row(selectPolicyRow+` WHERE part = $1 AND id = $2`, part, id).Scan)
	return found(p, err)
}

// PolicyRowsIn reads the rows of policies.
func (v *View) PolicyRowsIn(s Stretch) ([]PolicyRow, error) {
	return listIn(v, scanPolicyRow, selectPolicyRow, s, "id", "id")
}

// Disagreements are the columns of a policy's row that say something else than
// the body of its newest version.
func (p PolicyRow) Disagreements(newest insurance.Policy) []string {
	listed := Policy{Policy: newest}.whereListed()
	var columns []string
	for _, column := range []struct {
		name  string
		agree bool
	}{
		{"certificate_number", p.CertificateNumber == newest.CertificateNumber},
		{"state", p.State == string(newest.State)},
		{"live", p.Live == listed.Live},
		{"inception_on", p.InceptionOn == listed.InceptionOn},
		{"last_day_on", p.LastDayOn == listed.LastDayOn},
	} {
		if !column.agree {
			columns = append(columns, column.name)
		}
	}
	return columns
}

// PolicyVersion is a version of a policy, without the policyholder.
type PolicyVersion struct {
	PolicyID string
	Version  int64
	// At is when what made the version happened, microseconds.
	At     int64
	Policy insurance.Policy
	// Unreadable says why Policy is empty.
	Unreadable error
}

// PolicyVersionsIn reads the versions of policies.
func (v *View) PolicyVersionsIn(s Stretch) ([]PolicyVersion, error) {
	return listIn(v, scanPolicyVersion, `SELECT policy_id, version, at, body FROM policy_version`, s, "policy_id", "policy_id, version")
}

func scanPolicyVersion(scan func(...any) error) (PolicyVersion, error) {
	var p PolicyVersion
	var body string
	if err := scan(&p.PolicyID, &p.Version, &p.At, &body); err != nil {
		return p, err
	}
	var record policyRecord
	if p.Unreadable = decode(body, &record); p.Unreadable == nil {
		p.Policy, p.Unreadable = record.policy(insurance.Party{})
	}
	return p, nil
}

// PolicyWorking is how the premium of a policy version was computed.
type PolicyWorking struct {
	PolicyID string
	Version  int64
	Working  insurance.Working
	// Ahead is of the term that was paid ahead, if it was rated anew with the policy.
	Ahead insurance.Working
}

// WorkingsIn reads the workings of policies.
func (v *View) WorkingsIn(s Stretch) ([]PolicyWorking, error) {
	return listIn(v, scanPolicyWorking, `SELECT policy_id, version, steps, ahead FROM price_working`, s, "policy_id", "policy_id, version")
}

func scanPolicyWorking(scan func(...any) error) (PolicyWorking, error) {
	var w PolicyWorking
	var text, ahead string
	if err := scan(&w.PolicyID, &w.Version, &text, &ahead); err != nil {
		return w, err
	}
	var err error
	if w.Working, err = readWorking(text); err == nil && ahead != "" {
		w.Ahead, err = readWorking(ahead)
	}
	return w, err
}

func readWorking(text string) (insurance.Working, error) {
	var steps []stepRecord
	err := decode(text, &steps)
	return working(steps), err
}

// LedgerLine is a line of a policy's ledger with its number.
type LedgerLine struct {
	PolicyID string
	Line     int64
	Entry    insurance.Entry
}

// LedgerIn reads the ledgers of policies.
func (v *View) LedgerIn(s Stretch) ([]LedgerLine, error) {
	return listIn(v, scanLedgerLine, `SELECT policy_id, line, `+entryColumns+` FROM ledger`, s, "policy_id", "policy_id, line")
}

func scanLedgerLine(scan func(...any) error) (LedgerLine, error) {
	var l LedgerLine
	var err error
	l.Entry, err = scanEntry(func(columns ...any) error {
		return scan(append([]any{&l.PolicyID, &l.Line}, columns...)...)
	})
	return l, err
}

// HoldersIn reads the ids of policies, once for each version whose policyholder
// is recorded.
func (v *View) HoldersIn(s Stretch) ([]string, error) {
	const held = `SELECT policy_id FROM (SELECT v.part AS part, v.policy_id AS policy_id
		FROM policy_version v JOIN party h ON h.part = v.part AND h.id = v.holder) held`
	return listIn(v, scanText, held, s, "policy_id", "policy_id")
}

func scanText(scan func(...any) error) (text string, err error) {
	err = scan(&text)
	return text, err
}

// DocumentsIn reads the records of documents by their subjects.
func (v *View) DocumentsIn(s Stretch) ([]Document, error) {
	return listIn(v, scanDocument, selectDocument, s, "subject", "subject, kind, version")
}

// KeptDocument is the bytes of a document under the key of its record.
type KeptDocument struct {
	Subject, Kind string
	Version       int64
	DocumentBytes
}

// KeptDocumentsIn reads the bytes of documents.
func (v *View) KeptDocumentsIn(s Stretch) ([]KeptDocument, error) {
	return listIn(v, scanKeptDocument, `SELECT subject, kind, version, digest, bytes FROM document_bytes`,
		s, "subject", "subject, kind, version")
}

func scanKeptDocument(scan func(...any) error) (KeptDocument, error) {
	var k KeptDocument
	err := scan(&k.Subject, &k.Kind, &k.Version, &k.Digest, &k.Bytes)
	return k, err
}

// EventsIn reads the events of subjects.
func (v *View) EventsIn(s Stretch) ([]Event, error) {
	return listIn(v, scanEvent, selectEvent, s, "subject", "subject, sequence")
}

// CountPlaces counts the events of a part whose positions are behind one, and tells
// the last of these; 0 if there are none.
func (v *View) CountPlaces(part string, behind int64) (count, last int64, err error) {
	err = v.row(`SELECT COUNT(*), COALESCE(MAX(position), 0) FROM event WHERE part = $1 AND position <> 0 AND position > $2`,
		part, behind).Scan(&count, &last)
	return count, last, err
}

// AuditIn reads the audit entries about subjects.
func (v *View) AuditIn(s Stretch) ([]AuditEntry, error) {
	return listIn(v, scanAudit, selectAudit, s, "subject", "subject, at, id")
}

// TimersIn reads timers by their ids, TimersAbout by their owners.
func (v *View) TimersIn(s Stretch) ([]Timer, error) {
	return listIn(v, scanTimer, selectTimer, s, "id", "id")
}

// TimersAbout reads what will happen to owners.
func (v *View) TimersAbout(s Stretch) ([]Timer, error) {
	return listIn(v, scanTimer, selectTimer, s, "owner", "owner, due_at, id")
}

// OrdersIn reads orders.
func (v *View) OrdersIn(s Stretch) ([]Order, error) {
	return listIn(v, scanOrder, selectOrder, s, "id", "id")
}

// RequestsMissing reads the ids of orders whose request was not kept as it came.
func (v *View) RequestsMissing(s Stretch) ([]string, error) {
	return listIn(v, scanText, `SELECT id FROM (SELECT o.part AS part, o.id AS id FROM orders o WHERE o.request_id <> ''
		AND NOT EXISTS (SELECT 1 FROM request_body b WHERE b.part = o.part AND b.id = o.request_id)) bare`, s, "id", "id")
}

// OrderItemsIn reads the proposals of orders.
func (v *View) OrderItemsIn(s Stretch) ([]OrderItem, error) {
	return listIn(v, scanOrderItem, selectOrderItem, s, "order_id", "order_id, item")
}

// ClaimsIn reads claims.
func (v *View) ClaimsIn(s Stretch) ([]Claim, error) {
	return listIn(v, scanClaim, selectClaim, s, "key", "key")
}

// NoticesIn reads notices by their ids, NoticesAbout by their subjects.
func (v *View) NoticesIn(s Stretch) ([]Notice, error) {
	return listIn(v, scanNotice, selectNotice, s, "id", "id")
}

// NoticesAbout reads the notices about subjects.
func (v *View) NoticesAbout(s Stretch) ([]Notice, error) {
	return listIn(v, scanNotice, selectNotice, s, "subject", "subject, id")
}

// AttemptsIn reads the tries of notices, without what was sent and answered.
func (v *View) AttemptsIn(s Stretch) ([]Attempt, error) {
	return listIn(v, scanAttemptRow, `SELECT part, notice_id, attempt, at, status FROM attempt`, s, "notice_id", "notice_id, attempt")
}

func scanAttemptRow(scan func(...any) error) (Attempt, error) {
	var a Attempt
	err := scan(&a.Part, &a.NoticeID, &a.Attempt, &a.At, &a.Status)
	return a, err
}
