package store

import (
	"fmt"

	"github.com/covernote/covernote/internal/insurance"
)

// Ledger reads the premium lines of a policy in the order they were booked.
func (v *View) Ledger(part, policyID string) ([]insurance.Entry, error) {
	return list(v, scanEntry, `SELECT `+entryColumns+` FROM ledger WHERE part = $1 AND policy_id = $2 ORDER BY line`, part, policyID)
}

// Ledgers reads the premium lines of some policies, each in the order they were
// booked. A policy that has none is not among them.
func (v *View) Ledgers(part string, policyIDs []string) (map[string][]insurance.Entry, error) {
	ledgers := make(map[string][]insurance.Entry, len(policyIDs))
	if len(policyIDs) == 0 {
		return ledgers, nil
	}
	where := newFilter(`part = $%d`, part)
	where.in(`policy_id`, policyIDs)
	return ledgers, v.each(func(scan func(...any) error) error {
		var id string
		e, err := scanEntry(func(columns ...any) error { return scan(append(columns, &id)...) })
		ledgers[id] = append(ledgers[id], e)
		return err
	}, `SELECT `+entryColumns+`, policy_id FROM ledger`+where.sql+` ORDER BY policy_id, line`, where.args...)
}

// LedgerLengths reads how many lines the ledger of each policy has, however many.
func (v *View) LedgerLengths(part string, policyIDs []string) (map[string]int64, error) {
	return numbersOf(v, `SELECT s.column1, COALESCE((SELECT MAX(l.line) FROM ledger l
		WHERE l.part = $1 AND l.policy_id = s.column1), 0) FROM (VALUES @) AS s`, part, policyIDs)
}

const entryColumns = `kind, interval_no, from_on, to_on, net, tax, gross, commission, currency, taxes, booked_at`

func scanEntry(scan func(...any) error) (insurance.Entry, error) {
	var e insurance.Entry
	var r premiumRecord
	var kind, from, to, taxes string
	var booked int64
	if err := scan(&kind, &e.Interval, &from, &to, &r.Net, &r.Tax, &r.Gross, &r.Commission, &r.Currency, &taxes, &booked); err != nil {
		return e, err
	}
	if err := decode(taxes, &r.Taxes); err != nil {
		return e, err
	}
	e.Kind, e.Span, e.Premium = insurance.EntryKind(kind), insurance.Span{From: day(from), To: day(to)}, r.premium()
	e.BookedAt = instant(booked)
	return e, nil
}

// AddEntries appends lines to the ledger of a policy that has so many already.
func (c *Changes) AddEntries(policyID string, already int, lines []insurance.Entry) {
	for i, e := range lines {
		r := recordPremium(e.Premium)
		line := already + i + 1
		c.insertOwn(fmt.Sprintf("ledger/%s/%d", policyID, line), `INSERT INTO ledger (part, policy_id, line, kind, interval_no,
			from_on, to_on, net, tax, gross, commission, currency, taxes, booked_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING`,
			c.part, policyID, line, string(e.Kind), e.Interval, e.Span.From.String(), e.Span.To.String(),
			r.Net, r.Tax, r.Gross, r.Commission, r.Currency, encode(r.Taxes), e.BookedAt.UnixMicro())
	}
}

// AddWorking records how the premium of a policy version was computed.
func (c *Changes) AddWorking(policyID string, version int64, w insurance.Working) {
	c.AddWorkings(policyID, version, w, insurance.Working{})
}

// AddWorkings is AddWorking with how the term that was paid ahead was rated anew; a
// working without steps where none was.
func (c *Changes) AddWorkings(policyID string, version int64, w, ahead insurance.Working) {
	c.insertOwn(fmt.Sprintf("working/%s/%d", policyID, version), `INSERT INTO price_working (part, policy_id, version, steps, ahead)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		c.part, policyID, version, encode(recordSteps(w)), stepsAhead(ahead))
}

func stepsAhead(w insurance.Working) string {
	if len(w.Steps) == 0 {
		return ""
	}
	return encode(recordSteps(w))
}
