package store

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/covernote/covernote/internal/insurance"
)

// Package is several quotes that are sold together, until they are booked. The
// day on which it was made and its number of that day, which no package of any
// part shares, name it.
type Package struct {
	Part    string
	Number  int64
	Version int64
	// OrderID is the order that it became; empty before it is booked.
	OrderID string
	Content PackageContent
}

// PackageContent is what a package holds, before and after it is booked.
type PackageContent struct {
	Currency      insurance.Currency
	Country       insurance.Country
	Region        string
	Destination   string
	Language      string
	TransactionID *string
	// Metadata is a JSON object, or nil.
	Metadata []byte
	Quotes   []Quote
	// Bundle is the code of the reduction that the quotes have together.
	Bundle string
	// Next is the position of the next quote.
	Next int

	// Holder is the party id of the policyholder of a booked package.
	Holder string
	// PayUntil is when a booking that waits for its payment fails.
	PayUntil    int64
	ConfirmedAt int64
	CancelledAt int64
	// CreatedAt is when the package was made, which may be before it was booked.
	CreatedAt int64
	UpdatedAt int64
	State     string
}

// Quote is one quote of a package, with how its price was computed.
type Quote struct {
	ID       string
	Position int
	State    string
	Proposal insurance.Proposal
	Product  string
	Version  int
	Premium  insurance.Premium
	// Bundled is the premium as part of the bundle, like Premium without one.
	Bundled insurance.Premium
	// Working and BundledWorking are how the two were computed.
	Working, BundledWorking insurance.Working
	SumInsured              insurance.Money
	StartsAt, EndsAt        int64
	PricedAt                int64
	CreatedAt, UpdatedAt    int64
	ConfirmedAt             int64
	CancelledAt             int64

	// PolicyID and PolicyVersion name the policy that it became.
	PolicyID      string
	PolicyVersion int64
	// Insured are party ids, nil where nobody was named.
	Insured []string
	Plan    string
	// Paid are the instalments that were paid, in the order of their numbers.
	Paid []PaidPart
}

// PaidPart is an instalment that was paid, with what was asked for it then.
type PaidPart struct {
	Number  int
	Premium insurance.Premium
}

type contentRecord struct {
	Currency      string          `json:"currency"`
	Country       string          `json:"country,omitempty"`
	Region        string          `json:"region,omitempty"`
	Destination   string          `json:"destination,omitempty"`
	Language      string          `json:"language,omitempty"`
	TransactionID *string         `json:"transaction_id,omitempty"`
	Metadata      json.RawMessage `json:"metadata,omitempty"`
	Quotes        []quoteRecord   `json:"quotes"`
	Bundle        string          `json:"bundle,omitempty"`
	Next          int             `json:"next"`
	Holder        string          `json:"holder,omitempty"`
	PayUntil      int64           `json:"pay_until,omitempty"`
	ConfirmedAt   int64           `json:"confirmed_at,omitempty"`
	CancelledAt   int64           `json:"cancelled_at,omitempty"`
	CreatedAt     int64           `json:"created_at"`
	UpdatedAt     *int64          `json:"updated_at,omitempty"` // nil: CreatedAt
	State         string          `json:"state"`
}

// quoteRecord leaves out what mostly follows from the rest: a quote is kept for
// everybody who only asks.
type quoteRecord struct {
	ID            string         `json:"id,omitempty"`
	Position      int            `json:"position"`
	State         string         `json:"state"`
	Proposal      proposalRecord `json:"proposal"`
	Product       string         `json:"product"`
	Version       int            `json:"version"`
	Premium       premiumRecord  `json:"premium"`
	Bundled       *premiumRecord `json:"bundled,omitempty"` // nil: Premium
	Steps         *workingRecord `json:"steps,omitempty"`
	BundledSteps  *workingRecord `json:"bundled_steps,omitempty"`
	SumInsured    int64          `json:"sum_insured"`
	StartsAt      int64          `json:"starts_at"`
	EndsAt        int64          `json:"ends_at"`
	PricedAt      *int64         `json:"priced_at,omitempty"`  // nil: as the package's created_at
	CreatedAt     *int64         `json:"created_at,omitempty"` // likewise
	UpdatedAt     *int64         `json:"updated_at,omitempty"` // likewise
	ConfirmedAt   int64          `json:"confirmed_at,omitempty"`
	CancelledAt   int64          `json:"cancelled_at,omitempty"`
	PolicyID      string         `json:"policy_id,omitempty"`
	PolicyVersion int64          `json:"policy_version,omitempty"`
	Insured       []string       `json:"insured,omitempty"`
	Plan          string         `json:"plan,omitempty"`
	Paid          []paidRecord   `json:"paid,omitempty"`

	// Working and BundledWorking are how steps were written before.
	Working        []stepRecord `json:"working,omitempty"`
	BundledWorking []stepRecord `json:"bundled_working,omitempty"`
}

type paidRecord struct {
	Number  int           `json:"number"`
	Premium premiumRecord `json:"premium"`
}

func recordPaid(parts []PaidPart) []paidRecord {
	var records []paidRecord
	for _, part := range parts {
		records = append(records, paidRecord{Number: part.Number, Premium: recordPremium(part.Premium)})
	}
	return records
}

func paidParts(records []paidRecord) []PaidPart {
	var parts []PaidPart
	for _, r := range records {
		parts = append(parts, PaidPart{Number: r.Number, Premium: r.Premium.premium()})
	}
	return parts
}

func recordContent(c PackageContent) contentRecord {
	record := contentRecord{
		Currency: string(c.Currency), Country: string(c.Country), Region: c.Region, Destination: c.Destination,
		Language: c.Language, TransactionID: c.TransactionID, Metadata: c.Metadata, Bundle: c.Bundle, Next: c.Next,
		Holder: c.Holder, PayUntil: c.PayUntil, ConfirmedAt: c.ConfirmedAt, CancelledAt: c.CancelledAt,
		CreatedAt: c.CreatedAt, UpdatedAt: unless(c.UpdatedAt, c.CreatedAt), State: c.State,
		Quotes: make([]quoteRecord, len(c.Quotes)),
	}
	for i, q := range c.Quotes {
		record.Quotes[i] = recordQuote(q, c.CreatedAt)
	}
	return record
}

func (r contentRecord) content() PackageContent {
	c := PackageContent{
		Currency: insurance.Currency(r.Currency), Country: insurance.Country(r.Country), Region: r.Region,
		Destination: r.Destination, Language: r.Language, TransactionID: r.TransactionID, Metadata: r.Metadata,
		Bundle: r.Bundle, Next: r.Next, Holder: r.Holder, PayUntil: r.PayUntil, ConfirmedAt: r.ConfirmedAt,
		CancelledAt: r.CancelledAt, CreatedAt: r.CreatedAt, UpdatedAt: either(r.UpdatedAt, r.CreatedAt), State: r.State,
		Quotes: make([]Quote, len(r.Quotes)),
	}
	for i, q := range r.Quotes {
		c.Quotes[i] = q.quote(r.CreatedAt)
	}
	return c
}

// unless is a value that is not the usual one; nil where it is.
func unless(value, usual int64) *int64 {
	if value == usual {
		return nil
	}
	return &value
}

// either reads what unless wrote.
func either(value *int64, usual int64) int64 {
	if value == nil {
		return usual
	}
	return *value
}

func recordQuote(q Quote, madeAt int64) quoteRecord {
	return quoteRecord{
		ID: q.ID, Position: q.Position, State: q.State, Proposal: recordProposal(q.Proposal), Product: q.Product,
		Version: q.Version, Premium: recordPremium(q.Premium), Bundled: recordBundled(q),
		Steps:        recordWorking(q.Working, q.Premium, q.SumInsured),
		BundledSteps: recordWorking(q.BundledWorking, q.Bundled, q.SumInsured), SumInsured: q.SumInsured.Minor,
		StartsAt: q.StartsAt, EndsAt: q.EndsAt, PricedAt: unless(q.PricedAt, madeAt),
		CreatedAt: unless(q.CreatedAt, madeAt), UpdatedAt: unless(q.UpdatedAt, madeAt),
		ConfirmedAt: q.ConfirmedAt, CancelledAt: q.CancelledAt, PolicyID: q.PolicyID, PolicyVersion: q.PolicyVersion,
		Insured: q.Insured, Plan: q.Plan, Paid: recordPaid(q.Paid),
	}
}

func recordBundled(q Quote) *premiumRecord {
	if reflect.DeepEqual(q.Bundled, q.Premium) {
		return nil
	}
	record := recordPremium(q.Bundled)
	return &record
}

func (r quoteRecord) quote(madeAt int64) Quote {
	q := Quote{
		ID: r.ID, Position: r.Position, State: r.State, Proposal: r.Proposal.proposal(), Product: r.Product,
		Version: r.Version, Premium: r.Premium.premium(),
		SumInsured: insurance.Money{Minor: r.SumInsured, Currency: insurance.Currency(r.Premium.Currency)},
		StartsAt:   r.StartsAt, EndsAt: r.EndsAt, PricedAt: either(r.PricedAt, madeAt),
		CreatedAt: either(r.CreatedAt, madeAt), UpdatedAt: either(r.UpdatedAt, madeAt),
		ConfirmedAt: r.ConfirmedAt, CancelledAt: r.CancelledAt, PolicyID: r.PolicyID, PolicyVersion: r.PolicyVersion,
		Insured: r.Insured, Plan: r.Plan, Paid: paidParts(r.Paid),
	}
	bundled := r.Premium
	if r.Bundled != nil {
		bundled = *r.Bundled
	}
	q.Bundled = bundled.premium()
	q.Working, q.BundledWorking = working(r.Working), working(r.BundledWorking)
	if r.Steps != nil {
		q.Working = r.Steps.working(q.Premium, q.SumInsured)
	}
	if r.BundledSteps != nil {
		q.BundledWorking = r.BundledSteps.working(q.Bundled, q.SumInsured)
	}
	return q
}

// Package reads the package of a number of a day; ok is false if the part has
// none.
func (v *View) Package(day *QuoteDay, part string, number int64) (p Package, ok bool, err error) {
	var body []byte
	err = v.row(onDay(`SELECT part, number, version, order_id, body FROM quote_@ WHERE number = $1 AND part = $2`, day.Number),
		number, part).Scan(&p.Part, &p.Number, &p.Version, &p.OrderID, &body)
	if p, ok, err = found(p, err); err != nil || !ok {
		return p, ok, err
	}
	p.Content, err = day.content(body)
	return p, err == nil, err
}

// AddPackage records a package that is new.
func (c *Changes) AddPackage(day *QuoteDay, p Package) {
	c.insertOwn(packageGuard(day, p), onDay(`INSERT INTO quote_@ (part, number, version, order_id, body)
		VALUES ($1, $2, 1, $3, $4) ON CONFLICT DO NOTHING`, day.Number),
		p.Part, p.Number, p.OrderID, day.body(p.Content))
}

// PutPackage changes a package that is still at the version read.
func (c *Changes) PutPackage(day *QuoteDay, p Package) {
	c.update(packageGuard(day, p), onDay(`UPDATE quote_@ SET version = version + 1, body = $1
		WHERE number = $2 AND part = $3 AND version = $4`, day.Number),
		day.body(p.Content), p.Number, p.Part, p.Version)
}

// BookPackage lets a package that is still at the version read become an order.
// What it then holds is known of the order.
func (c *Changes) BookPackage(day *QuoteDay, p Package) {
	c.update(packageGuard(day, p), onDay(`UPDATE quote_@ SET version = version + 1, order_id = $1
		WHERE number = $2 AND part = $3 AND version = $4`, day.Number), p.OrderID, p.Number, p.Part, p.Version)
}

func packageGuard(day *QuoteDay, p Package) string {
	return fmt.Sprintf("package/%d/%d", day.Number, p.Number)
}

// OrderContent reads a booked package as it stood in one of its versions.
func (v *View) OrderContent(part, orderID string, version int64) (PackageContent, bool, error) {
	var body string
	err := v.row(`SELECT body FROM order_version WHERE part = $1 AND order_id = $2 AND version = $3`,
		part, orderID, version).Scan(&body)
	body, ok, err := found(body, err)
	if err != nil || !ok {
		return PackageContent{}, ok, err
	}
	var record contentRecord
	err = decode(body, &record)
	return record.content(), err == nil, err
}

// AddOrderContent records a version of a booked package, under the version
// that its order has then.
func (c *Changes) AddOrderContent(orderID string, version, at int64, content PackageContent) {
	c.insertOwn("content/"+orderID, `INSERT INTO order_version (part, order_id, version, at, body)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, c.part, orderID, version, at, encode(recordContent(content)))
}

// BookedPage reads a page of the ids of a part's booked packages, newest first,
// and how many are on all pages.
func (v *View) BookedPage(part string, limit, offset int64) (ids []string, total int64, err error) {
	return v.page(part, rollBooked, pageQuery{reaches: []reach{everywhere}, limit: limit, offset: offset})
}
