package store

import (
	"fmt"

	"github.com/covernote/covernote/internal/insurance"
)

// Policy is a policy with what its rows hold beside the contract.
type Policy struct {
	insurance.Policy
	Part    string
	ID      string
	Version int64
	OrderID string
	// Owner is whose work it is: the policy itself, or the package it is in.
	Owner string
	// Holder is the id that its policyholder is recorded under.
	Holder    string
	Claim     string
	CreatedAt int64
	// Sequence is the number of its last event.
	Sequence int64
	// read is where lists have it, if it was read.
	read whereListed
}

// whereListed is where lists have a version of a policy.
type whereListed struct {
	version int64
	ListedPolicy
}

func (p Policy) whereListed() whereListed {
	return whereListed{p.Version, ListedPolicy{Live: bit(p.State.Live()), InceptionOn: p.InceptionOn.String(), LastDayOn: lastDay(p)}}
}

// openEnd stands for the last day of a policy that has none.
const openEnd = "9999-12-31"

// policyRecord is the body of a policy version.
type policyRecord struct {
	CertificateNumber    string             `json:"certificate_number"`
	Reference            string             `json:"reference"`
	Product              string             `json:"product"`
	ProductVersion       int                `json:"product_version"`
	Tariff               string             `json:"tariff"`
	State                string             `json:"state"`
	Kind                 string             `json:"kind"`
	Term                 string             `json:"term"`
	TermAsSent           string             `json:"term_as_sent,omitempty"`
	Interval             string             `json:"interval,omitempty"`
	InceptionOn          string             `json:"inception_on"`
	ExpiryOn             string             `json:"expiry_on,omitempty"`
	Country              string             `json:"country"`
	Zone                 string             `json:"zone"`
	Deductible           int                `json:"deductible"`
	Object               objectRecord       `json:"object"`
	LegalWarrantyEnd     string             `json:"legal_warranty_end,omitempty"`
	VoluntaryWarrantyEnd string             `json:"voluntary_warranty_end,omitempty"`
	Premium              premiumRecord      `json:"premium"`
	ConcludedAt          int64              `json:"concluded_at"`
	WithdrawUntil        string             `json:"withdraw_until"`
	TermFrom             string             `json:"term_from"`
	TermNo               int                `json:"term_no"`
	PaidTo               string             `json:"paid_to"`
	IntervalNo           int                `json:"interval_no"`
	Termination          *terminationRecord `json:"termination,omitempty"`
	StartsAt             int64              `json:"starts_at,omitempty"`
	EventEndsAt          int64              `json:"event_ends_at,omitempty"`
	SumInsured           *int64             `json:"sum_insured,omitempty"`
	PartnerPriced        bool               `json:"partner_priced,omitempty"`
	Tendered             bool               `json:"tendered,omitempty"`
	Discount             string             `json:"discount,omitempty"`
	NoticeDays           int                `json:"notice_days,omitempty"`
	GraceDays            int                `json:"grace_days,omitempty"`
	Renewal              *renewalRecord     `json:"renewal,omitempty"`
}

func recordPolicy(p insurance.Policy) policyRecord {
	return policyRecord{
		CertificateNumber: p.CertificateNumber, Reference: p.Reference, Product: p.ProductCode,
		ProductVersion: p.ProductVersion, Tariff: p.Tariff, State: string(p.State), Kind: string(p.Kind),
		Term: p.Term.String(), TermAsSent: p.TermAsSent, Interval: p.Interval.String(),
		InceptionOn: p.InceptionOn.String(), ExpiryOn: p.ExpiryOn.String(), Country: string(p.Country),
		Zone: p.Zone.String(), Deductible: p.Deductible, Object: recordObject(p.Object),
		LegalWarrantyEnd: p.LegalWarrantyEndOn.String(), VoluntaryWarrantyEnd: p.VoluntaryWarrantyEndOn.String(),
		Premium: recordPremium(p.Premium), ConcludedAt: p.ConcludedAt.UnixMicro(),
		WithdrawUntil: p.WithdrawUntil.String(), TermFrom: p.TermFrom.String(), TermNo: p.TermNo,
		PaidTo: p.PaidTo.String(), IntervalNo: p.IntervalNo, Termination: recordTermination(p.Termination),
		StartsAt: micros(p.StartsAt), EventEndsAt: micros(p.EventEndsAt), SumInsured: &p.SumInsured.Minor,
		PartnerPriced: p.PartnerPriced, Tendered: p.Tendered, Discount: rateText(p.Discount), NoticeDays: p.RenewalRule.NoticeDays,
		GraceDays: p.RenewalRule.GraceDays, Renewal: recordRenewal(p.Renewal),
	}
}

func (r policyRecord) policy(holder insurance.Party) (insurance.Policy, error) {
	location, err := Zone(r.Zone)
	if err != nil {
		return insurance.Policy{}, err
	}
	return insurance.Policy{
		CertificateNumber: r.CertificateNumber, Reference: r.Reference, ProductCode: r.Product,
		ProductVersion: r.ProductVersion, Tariff: r.Tariff, State: insurance.PolicyState(r.State),
		Kind: insurance.Kind(r.Kind), Term: period(r.Term), TermAsSent: r.TermAsSent, Interval: period(r.Interval),
		InceptionOn: day(r.InceptionOn), ExpiryOn: day(r.ExpiryOn), Country: insurance.Country(r.Country),
		Zone: location, Deductible: r.Deductible, Policyholder: holder, Object: insurance.Object(r.Object),
		LegalWarrantyEndOn: day(r.LegalWarrantyEnd), VoluntaryWarrantyEndOn: day(r.VoluntaryWarrantyEnd),
		Premium: r.Premium.premium(), ConcludedAt: instant(r.ConcludedAt), WithdrawUntil: day(r.WithdrawUntil),
		TermFrom: day(r.TermFrom), TermNo: r.TermNo, PaidTo: day(r.PaidTo), IntervalNo: r.IntervalNo,
		Termination: r.Termination.termination(), StartsAt: instantOrNone(r.StartsAt),
		EventEndsAt: instantOrNone(r.EventEndsAt), SumInsured: r.sumInsured(), PartnerPriced: r.PartnerPriced,
		Tendered: r.Tendered, Discount: rate(r.Discount),
		RenewalRule: insurance.RenewalRule{NoticeDays: r.NoticeDays, GraceDays: r.GraceDays},
		Renewal:     r.Renewal.renewal(),
	}, nil
}

// sumInsured was the sales price of the object before it had a field.
func (r policyRecord) sumInsured() insurance.Money {
	currency := insurance.Currency(r.Premium.Currency)
	if r.SumInsured != nil {
		return insurance.Money{Minor: *r.SumInsured, Currency: currency}
	}
	price, err := insurance.ParseMoney(r.Object.Attributes[insurance.AttributeSalesPrice], currency)
	if err != nil {
		return insurance.Zero(currency)
	}
	return price
}

const selectPolicy = `SELECT p.part, p.id, p.version, p.order_id, p.owner, v.holder, p.claim, p.created_at, p.sequence,
	v.body, ` + partyColumns + `
	FROM policy p
	JOIN policy_version v ON v.part = p.part AND v.policy_id = p.id AND v.version = p.version
	JOIN party h ON h.part = p.part AND h.id = v.holder`

func scanPolicy(scan func(...any) error) (Policy, error) {
	var p Policy
	var body string
	var h partyRow
	err := scan(append([]any{
		&p.Part, &p.ID, &p.Version, &p.OrderID, &p.Owner, &p.Holder, &p.Claim, &p.CreatedAt, &p.Sequence, &body,
	}, h.columns()...)...)
	if err != nil {
		return p, err
	}
	var record policyRecord
	if err := decode(body, &record); err != nil {
		return p, err
	}
	p.Policy, err = record.policy(h.party())
	p.read = p.whereListed()
	return p, err
}

// Policy reads a policy by its id; ok is false if there is none.
func (v *View) Policy(part, id string) (p Policy, ok bool, err error) {
	p, err = scanPolicy(v.row(selectPolicy+` WHERE p.part = $1 AND p.id = $2`, part, id).Scan)
	return found(p, err)
}

// PoliciesNamed reads the policies of these ids, in no order.
func (v *View) PoliciesNamed(part string, ids []string) ([]Policy, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	where := newFilter(`p.part = $%d`, part)
	where.in(`p.id`, ids)
	return list(v, scanPolicy, selectPolicy+where.sql, where.args...)
}

// PolicyByCertificate reads a policy by the number that names it outside.
func (v *View) PolicyByCertificate(part, number string) (p Policy, ok bool, err error) {
	p, err = scanPolicy(v.row(selectPolicy+` WHERE p.part = $1 AND p.certificate_number = $2`, part, number).Scan)
	return found(p, err)
}

// PolicyVersion reads a policy as it stood in one of its versions.
func (v *View) PolicyVersion(part, id string, version int64) (p insurance.Policy, ok bool, err error) {
	var body string
	var h partyRow
	err = v.row(`SELECT v.body, `+partyColumns+` FROM policy_version v JOIN party h ON h.part = v.part AND h.id = v.holder
		WHERE v.part = $1 AND v.policy_id = $2 AND v.version = $3`, part, id, version).
		Scan(append([]any{&body}, h.columns()...)...)
	if body, ok, err = found(body, err); err != nil || !ok {
		return p, ok, err
	}
	var record policyRecord
	if err := decode(body, &record); err != nil {
		return p, false, err
	}
	p, err = record.policy(h.party())
	return p, err == nil, err
}

// AddPolicy records a policy in its first version.
func (c *Changes) AddPolicy(p Policy, at int64) {
	listed := p.whereListed()
	c.insertOwn("policy/"+p.ID, `INSERT INTO policy (part, id, version, certificate_number, order_id, owner, claim, state,
		live, inception_on, last_day_on, created_at, sequence)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
		p.Part, p.ID, p.CertificateNumber, p.OrderID, p.Owner, p.Claim, string(p.State), listed.Live,
		listed.InceptionOn, listed.LastDayOn, p.CreatedAt, p.Sequence)
	p.Version = 1
	c.addVersion(p, at)
}

// PutPolicy records the next version of a policy that is still at the version
// read. What decides where it is in lists is written only where that changes:
// SQLite writes an index anew for each of its columns that is set to what it was.
func (c *Changes) PutPolicy(p Policy, at int64) {
	now := p.whereListed()
	if now == p.read {
		c.update("policy/"+p.ID, `UPDATE policy SET version = version + 1, state = $1, sequence = $2
			WHERE part = $3 AND id = $4 AND version = $5`, string(p.State), p.Sequence, p.Part, p.ID, p.Version)
	} else {
		c.update("policy/"+p.ID, `UPDATE policy SET version = version + 1, state = $1, live = $2, inception_on = $3,
			last_day_on = $4, sequence = $5 WHERE part = $6 AND id = $7 AND version = $8`,
			string(p.State), now.Live, now.InceptionOn, now.LastDayOn, p.Sequence, p.Part, p.ID, p.Version)
	}
	p.Version++
	c.addVersion(p, at)
}

// CountEvent takes the next number for an event of a policy that does not change
// and is still at the version read.
func (c *Changes) CountEvent(p Policy) {
	c.update("policy/"+p.ID, `UPDATE policy SET sequence = $1 WHERE part = $2 AND id = $3 AND version = $4 AND sequence < $1`,
		p.Sequence, p.Part, p.ID, p.Version)
}

func (c *Changes) addVersion(p Policy, at int64) {
	c.insertOwn(fmt.Sprintf("version/%s/%d", p.ID, p.Version), `INSERT INTO policy_version (part, policy_id, version, at, holder, body)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		p.Part, p.ID, p.Version, at, p.Holder, encode(recordPolicy(p.Policy)))
}

func lastDay(p Policy) string {
	if last := p.LastDay(); !last.IsZero() {
		return last.String()
	}
	return openEnd
}

// PolicyAnywhere finds a policy by its certificate number or its id, whoever's
// it is. It reads the policies of all partners, for sandboxes and operators.
func (v *View) PolicyAnywhere(name string) (p Policy, ok bool, err error) {
	p, err = scanPolicy(v.row(selectPolicy+` WHERE p.certificate_number = $1 OR p.id = $1`, name).Scan)
	return found(p, err)
}
