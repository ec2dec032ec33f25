package store

import (
	"fmt"

	"github.com/covernote/covernote/internal/insurance"
)

// Inquiry is a customer's request for cover that a broker works.
type Inquiry struct {
	Part                       string
	ID, Version                int64
	Broker                     string
	Customer, Line, Profession int64
	Status                     string
	FullCallback               bool
	// Sequence is the number of its last event.
	Sequence int64
	// PolicyID is what the order became; empty before.
	PolicyID             string
	CreatedAt, UpdatedAt int64
	// Content is that of its Version.
	Content InquiryContent
}

// InquiryContent is what each version of an inquiry keeps for good.
type InquiryContent struct {
	Status     string
	Profession int64
	// Answers by the name of the attribute.
	Answers map[string]string
	Offers  []Offer
	// Chosen is the id of an offer, empty before one was.
	Chosen string
	// AgencyNumber is as it was when cover was ordered with it; nil for none.
	AgencyNumber             *AgencyNumber
	CollectionType, PolicyID string
	InformedAt               int64
	// BrokerParty, CustomerParty and BusinessAddress are the people as they then
	// were, by the ids of their rows in party; BrokerRegister is the broker's
	// number in the register of intermediaries.
	BrokerParty, CustomerParty, BusinessAddress, BrokerRegister string
	// Asked is what the answers answer, in a version that has a document; nil in
	// others.
	Asked *Asked
}

// Asked is a line and a profession as they were worded when a document was
// issued.
type Asked struct {
	Line, Profession, Industry insurance.Text
	IndustryID                 int
	Questions                  []AskedQuestion
}

// AskedQuestion is what a document says of a question.
type AskedQuestion struct {
	Name           string
	Kind           insurance.AttributeKind
	Label, Section insurance.Text
	Default        string
}

// Offer is what one insurer says to the risk of an inquiry.
type Offer struct {
	ID, Product string
	Version     int // of the product
	Tariff      string
	Decision    string
	Reason      insurance.Text
	// Tendered: an insurer made it by hand, and Note is what it added.
	Tendered bool
	Note     string
	// Proposal is what was priced, without the policyholder.
	Proposal               insurance.Proposal
	SumInsured, Deductible insurance.Money
	Interval               insurance.Period
	Premium                insurance.Premium
	Working                insurance.Working
	PricedAt, ValidUntil   int64
}

// selectInquiry reads inquiries with the content of their version.
const selectInquiry = `SELECT ` + inquiryColumns + `, v.body FROM inquiry i
	JOIN inquiry_version v ON v.part = i.part AND v.inquiry_id = i.id AND v.version = i.version`

// inquiryColumns are what scanInquiryRow reads.
const inquiryColumns = `i.part, i.id, i.version, i.broker, i.customer, i.line, i.profession, i.status,
	i.full_callback = 1, i.sequence, i.policy_id, i.created_at, i.updated_at`

func scanInquiry(scan func(...any) error) (Inquiry, error) {
	i, body, err := scanInquiryRow(scan)
	if err != nil {
		return i, err
	}
	i.Content, err = readInquiryContent(i.Part, body)
	return i, err
}

func scanInquiryRow(scan func(...any) error) (i Inquiry, body string, err error) {
	err = scan(&i.Part, &i.ID, &i.Version, &i.Broker, &i.Customer, &i.Line, &i.Profession, &i.Status,
		&i.FullCallback, &i.Sequence, &i.PolicyID, &i.CreatedAt, &i.UpdatedAt, &body)
	return i, body, err
}

// Inquiry reads an inquiry with its content; ok is false if there is none.
func (v *View) Inquiry(part string, id int64) (Inquiry, bool, error) {
	return found(scanInquiry(v.row(selectInquiry+` WHERE i.part = $1 AND i.id = $2`, part, id).Scan))
}

// InquiryContent reads an inquiry as it stood in one of its versions.
func (v *View) InquiryContent(part string, id, version int64) (InquiryContent, bool, error) {
	var body string
	err := v.row(`SELECT body FROM inquiry_version WHERE part = $1 AND inquiry_id = $2 AND version = $3`,
		part, id, version).Scan(&body)
	body, ok, err := found(body, err)
	if err != nil || !ok {
		return InquiryContent{}, ok, err
	}
	content, err := readInquiryContent(part, body)
	return content, err == nil, err
}

// InquiryAnywhere finds whose inquiry an id names, for operators and for links
// to documents; ok is false if it names none.
func (v *View) InquiryAnywhere(id int64) (part string, ok bool, err error) {
	err = v.row(`SELECT part FROM inquiry WHERE id = $1`, id).Scan(&part)
	return found(part, err)
}

// InquiryQuery selects inquiries. What is zero or empty does not narrow it.
type InquiryQuery struct {
	Broker, Status     string
	ID, Line, Customer int64
	// Text is part of the customer's names or external id, in any case.
	Text string
	// ChangedFrom is the first instant of the last change.
	ChangedFrom int64
	// BeforeAt and BeforeID are the last change and the id of the inquiry that
	// a page follows on; they hold together.
	BeforeAt, BeforeID int64
	Limit              int
}

func (q InquiryQuery) where(part string) *filter {
	where := newFilter(`i.part = $%d`, part)
	for _, column := range []struct {
		name  string
		empty bool
		value any
	}{
		{"broker", q.Broker == "", q.Broker},
		{"status", q.Status == "", q.Status},
		{"id", q.ID == 0, q.ID},
		{"line", q.Line == 0, q.Line},
		{"customer", q.Customer == 0, q.Customer},
	} {
		if !column.empty {
			where.and(`i.`+column.name+` = $%d`, column.value)
		}
	}
	if q.ChangedFrom != 0 {
		where.and(`i.updated_at >= $%d`, q.ChangedFrom)
	}
	if q.BeforeAt != 0 {
		where.and(`(i.updated_at, i.id) < ($%d, $%d)`, q.BeforeAt, q.BeforeID)
	}
	return where
}

// sql is the query as both engines read it.
func (q InquiryQuery) sql(part string) (query string, args []any) {
	where, from := q.where(part), selectInquiry
	if q.Text != "" {
		from += ` JOIN customer c ON c.part = i.part AND c.id = i.customer` + joinSought
		where.sought(q.Text)
	}
	query = from + where.sql + ` ORDER BY i.updated_at DESC, i.id DESC` + where.limit(q.Limit)
	return query, where.args
}

// Inquiries reads a part's inquiries with their contents, the last changed
// first.
func (v *View) Inquiries(part string, q InquiryQuery) ([]Inquiry, error) {
	query, args := q.sql(part)
	return list(v, scanInquiry, query, args...)
}

// CountInquiries counts the inquiries of a broker by status; a status without
// any is left out.
func (v *View) CountInquiries(part, broker string) (map[string]int, error) {
	counts := make(map[string]int)
	err := v.each(func(scan func(...any) error) error {
		var status string
		var n int
		err := scan(&status, &n)
		counts[status] = n
		return err
	}, `SELECT status, COUNT(*) FROM inquiry WHERE part = $1 AND broker = $2 GROUP BY status`, part, broker)
	return counts, err
}

// AddInquiry records an inquiry that is new, in its first version. Its id must
// be that of no inquiry of any part.
func (c *Changes) AddInquiry(i Inquiry) {
	c.insert(i.guard(), `INSERT INTO inquiry (part, id, version, broker, customer, line, profession, status,
		full_callback, sequence, policy_id, created_at, updated_at)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
		i.Part, i.ID, i.Broker, i.Customer, i.Line, i.Profession, i.Status, bit(i.FullCallback), i.Sequence,
		i.PolicyID, i.CreatedAt, i.UpdatedAt)
	i.Version = 1
	c.addInquiryVersion(i)
}

// PutInquiry records the next version of an inquiry that is still at the
// version read.
func (c *Changes) PutInquiry(i Inquiry) {
	c.update(i.guard(), `UPDATE inquiry SET version = version + 1, broker = $1, customer = $2, line = $3,
		profession = $4, status = $5, full_callback = $6, sequence = $7, policy_id = $8, updated_at = $9
		WHERE part = $10 AND id = $11 AND version = $12`,
		i.Broker, i.Customer, i.Line, i.Profession, i.Status, bit(i.FullCallback), i.Sequence, i.PolicyID,
		i.UpdatedAt, i.Part, i.ID, i.Version)
	i.Version++
	c.addInquiryVersion(i)
}

// TouchInquiry says that something of an inquiry has changed that is not in its
// versions.
func (c *Changes) TouchInquiry(id, at int64) {
	c.exec(`UPDATE inquiry SET updated_at = $1 WHERE part = $2 AND id = $3`, at, c.part, id)
}

// PushAll lets every status of an inquiry be pushed from now on. That is no
// change of the inquiry.
func (c *Changes) PushAll(id int64) {
	c.exec(`UPDATE inquiry SET full_callback = 1 WHERE part = $1 AND id = $2`, c.part, id)
}

func (c *Changes) addInquiryVersion(i Inquiry) {
	c.insert(fmt.Sprintf("inquiry/%d/%d", i.ID, i.Version), `INSERT INTO inquiry_version (part, inquiry_id, version, at, body)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		i.Part, i.ID, i.Version, i.UpdatedAt, encode(recordInquiryContent(i.Content)))
}

func (i Inquiry) guard() string { return fmt.Sprintf("inquiry/%d", i.ID) }
