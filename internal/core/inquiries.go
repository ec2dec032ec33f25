package core

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// inquiryName is the subject of what happens to an inquiry.
func inquiryName(id int64) string { return fmt.Sprintf("%s/%d", refInquiry, id) }

// inquiryNumber is the id in a subject that inquiryName made; 0 in any other.
func inquiryNumber(subject string) int64 {
	id, err := strconv.ParseInt(strings.TrimPrefix(subject, refInquiry+"/"), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

func unknownInquiry() *insurance.Error {
	return insurance.Refuse(insurance.CodeInquiryUnknown, "the inquiry does not exist")
}

// Lines are the lines of business that an API user may sell; with a profession
// other than 0, those that not every insurer declines for it. It refuses with
// CodeInvalid a profession that is not known.
func (c *Core) Lines(_ context.Context, p Partner, profession int) ([]insurance.Line, error) {
	if profession == 0 {
		return c.Catalogue.Lines(string(p.Family)), nil
	}
	if _, known := c.Catalogue.Profession(string(p.Family), profession); !known {
		return nil, insurance.Invalid(insurance.FieldProfession, "is not known")
	}
	return c.Catalogue.LinesFor(string(p.Family), profession), nil
}

// Professions are all professions, by industry.
func (c *Core) Professions(_ context.Context, p Partner, _ struct{}) ([]insurance.Profession, error) {
	return c.Catalogue.Professions(string(p.Family)), nil
}

// Insurers are all insurers whose products are or were on sale, by id.
func (c *Core) Insurers(_ context.Context, p Partner, _ struct{}) ([]insurance.Insurer, error) {
	return c.Catalogue.Insurers(string(p.Family)), nil
}

// DeskLines are the lines that a broker may ask for.
func (c *Core) DeskLines(ctx context.Context, d Desk) ([]insurance.Line, error) {
	return c.Lines(ctx, d.Partner, 0)
}

// DeskProfessions are the professions of customers, by industry.
func (c *Core) DeskProfessions(ctx context.Context, d Desk) ([]insurance.Profession, error) {
	return c.Professions(ctx, d.Partner, struct{}{})
}

// Inquiry is one inquiry of a broker or account. It refuses with
// CodeAccountUnknown, CodeBrokerUnknown and CodeInquiryUnknown.
func (c *Core) Inquiry(ctx context.Context, p Partner, ref InquiryRef) (Inquiry, error) {
	found, err := c.Inquiries(ctx, p, InquiryFilter{Scope: ref.Scope, ID: ref.ID, LastDays: forEver})
	if err == nil && len(found) == 0 {
		err = unknownInquiry()
	}
	if err != nil {
		return Inquiry{}, err
	}
	return found[0], nil
}

const (
	// forEver is more days than there are inquiries of.
	forEver = 1 << 20
	// defaultMonths is how far a list goes back that names no days.
	defaultMonths = 3
)

// Inquiries are those of a broker or account that were created or changed in
// the last days, the last changed first. It refuses with CodeAccountUnknown and
// CodeBrokerUnknown.
func (c *Core) Inquiries(ctx context.Context, p Partner, f InquiryFilter) ([]Inquiry, error) {
	var found []Inquiry
	err := c.read(ctx, func(r reading) error {
		account, broker, err := c.within(r, p, f.Scope)
		if err != nil {
			return err
		}
		rows, err := r.Inquiries(account.Part, store.InquiryQuery{
			Broker: ownerOf(broker), ID: f.ID, Status: string(f.Status), ChangedFrom: micros(f.since(r.now, account.Zone)),
			Limit: f.Limit,
		})
		if err != nil {
			return fmt.Errorf("read inquiries: %w", err)
		}
		found, err = c.inquiriesOf(r, account, rows)
		return err
	})
	return found, err
}

// since is the first moment of the first day that a filter asks for.
func (f InquiryFilter) since(now time.Time, zone *time.Location) time.Time {
	today := insurance.DateIn(now, zone)
	switch {
	case f.LastDays == forEver, f.LastDays == 0 && f.ID != 0:
		return time.Time{}
	case f.LastDays == 0:
		return today.AddMonths(-defaultMonths).Start(zone)
	}
	return today.AddDays(-f.LastDays).Start(zone)
}

// DeskInquiries is a page of the inquiries of the desk's broker, the last
// changed first.
func (c *Core) DeskInquiries(ctx context.Context, d Desk, s InquirySearch) (InquiryPage, error) {
	page := InquiryPage{Counts: make(map[InquiryStatus]int)}
	query := store.InquiryQuery{
		Broker: d.Broker.Token, Status: string(s.Status), Line: int64(s.Line), Customer: s.CustomerID, Text: s.Text,
		Limit: s.Limit + 1,
	}
	if at, id, ok := readPlace(s.After); ok {
		query.BeforeAt, query.BeforeID = at, id
	}
	err := c.read(ctx, func(r reading) error {
		counts, err := r.CountInquiries(d.Partner.Part, d.Broker.Token)
		if err != nil {
			return fmt.Errorf("count inquiries: %w", err)
		}
		for status, n := range counts {
			page.Counts[InquiryStatus(status)] = n
		}
		rows, err := r.Inquiries(d.Partner.Part, query)
		if err != nil {
			return fmt.Errorf("read inquiries: %w", err)
		}
		if len(rows) > s.Limit {
			rows = rows[:s.Limit]
			last := rows[s.Limit-1]
			page.Next = fmt.Sprintf("%d.%d", last.UpdatedAt, last.ID)
		}
		page.Inquiries, err = c.inquiriesOf(r, d.Partner, rows)
		return err
	})
	return page, err
}

func readPlace(text string) (at, id int64, ok bool) {
	_, err := fmt.Sscanf(text, "%d.%d", &at, &id)
	return at, id, err == nil
}

// DeskInquiry is an inquiry of the desk's broker. It refuses with
// CodeInquiryUnknown.
func (c *Core) DeskInquiry(ctx context.Context, d Desk, id int64) (Inquiry, error) {
	var told Inquiry
	err := c.read(ctx, func(r reading) error {
		row, err := inquiryAt(r, d, id)
		if err != nil {
			return err
		}
		told, err = c.inquiryOf(r, d.Partner, row)
		return err
	})
	return told, err
}

// OperatorInquiries are the inquiries of an account, the last changed first.
func (c *Core) OperatorInquiries(ctx context.Context, part string, limit int) ([]Inquiry, error) {
	var all []Inquiry
	err := c.read(ctx, func(r reading) error {
		account, err := c.partner(r, part, "")
		if err != nil {
			return err
		}
		rows, err := r.Inquiries(part, store.InquiryQuery{Limit: limit})
		if err != nil {
			return fmt.Errorf("read inquiries: %w", err)
		}
		all, err = c.inquiriesOf(r, account, rows)
		return err
	})
	return all, err
}

// inquiryAt reads an inquiry of the desk's broker.
func inquiryAt(r reading, d Desk, id int64) (store.Inquiry, error) {
	row, ok, err := r.Inquiry(d.Partner.Part, id)
	if err != nil {
		return row, fmt.Errorf("read inquiry: %w", err)
	}
	if !ok || row.Broker != d.Broker.Token {
		return row, unknownInquiry()
	}
	return row, nil
}

// inquiriesOf are stored inquiries as they are told.
func (c *Core) inquiriesOf(r reading, p Partner, rows []store.Inquiry) ([]Inquiry, error) {
	all := make([]Inquiry, 0, len(rows))
	for _, row := range rows {
		told, err := c.inquiryOf(r, p, row)
		if err != nil {
			return nil, err
		}
		all = append(all, told)
	}
	return all, nil
}

// inquiryOf is a stored inquiry as it is told.
func (c *Core) inquiryOf(r reading, p Partner, row store.Inquiry) (Inquiry, error) {
	content := row.Content
	told := Inquiry{
		ID: row.ID, Version: row.Version, Status: InquiryStatus(content.Status), CreatedAt: instant(row.CreatedAt),
		UpdatedAt: instant(row.UpdatedAt), Answers: content.Answers, CollectionType: CollectionType(content.CollectionType),
		FullCallback: row.FullCallback,
	}
	told.Line, told.Profession = c.lineOf(p, row.Line), c.professionOf(p, content.Profession)
	if n := content.AgencyNumber; n != nil {
		insurer, _ := c.insurer(p, InsurerName{ID: strconv.FormatInt(n.Insurer, 10)})
		number := agencyNumberOf(*n, insurer)
		told.AgencyNumber = &number
	}
	for _, add := range []func(reading, store.Inquiry, *Inquiry) error{c.addPeople, c.addOffers, c.addPolicy, c.addSecret} {
		if err := add(r, row, &told); err != nil {
			return told, err
		}
	}
	err := c.addPapers(r, p, row, &told)
	return told, err
}

func (c *Core) lineOf(p Partner, id int64) insurance.Line {
	line, ok := c.Catalogue.Line(string(p.Family), int(id))
	if !ok {
		line.ID = int(id)
	}
	return line
}

func (c *Core) professionOf(p Partner, id int64) insurance.Profession {
	profession, ok := c.Catalogue.Profession(string(p.Family), int(id))
	if !ok {
		profession.ID = int(id)
	}
	return profession
}

// addPeople adds broker, customer and references.
func (c *Core) addPeople(r reading, row store.Inquiry, told *Inquiry) error {
	broker, ok, err := r.Broker(row.Part, row.Broker)
	if err := needed(ok, err); err != nil {
		return fmt.Errorf("read broker of inquiry %d: %w", row.ID, err)
	}
	if told.Broker, err = c.brokerOf(r, broker); err != nil {
		return err
	}
	customer, ok, err := r.Customer(row.Part, row.Customer)
	if err := needed(ok, err); err != nil {
		return fmt.Errorf("read customer of inquiry %d: %w", row.ID, err)
	}
	if told.Customer, err = c.customerOf(r, customer); err != nil {
		return err
	}
	told.Refs, err = refsOf(r, row.Part, refInquiry, inquiryName(row.ID))
	return err
}

// addOffers adds what the insurers say.
func (c *Core) addOffers(_ reading, row store.Inquiry, told *Inquiry) error {
	for _, o := range row.Content.Offers {
		product, err := c.product(o.Product, o.Version)
		if err != nil {
			return err
		}
		offer := Offer{
			ID: o.ID, Product: product, Decision: insurance.Decision(o.Decision), Reason: o.Reason, Tendered: o.Tendered,
			Note: o.Note, SumInsured: o.SumInsured, Deductible: o.Deductible, Interval: o.Interval, Premium: o.Premium,
			Working: o.Working, StartsOn: o.Proposal.InceptionOn, Term: o.Proposal.Term, ValidUntil: instant(o.ValidUntil),
		}
		if offer.Decision == insurance.DecisionCalculate {
			offer.Yearly = insurance.Quote{Interval: o.Interval, Premium: o.Premium}.Yearly()
		}
		told.Offers = append(told.Offers, offer)
	}
	for i, o := range told.Offers {
		if o.ID == row.Content.Chosen {
			told.Chosen = &told.Offers[i]
		}
	}
	return nil
}

// addPolicy adds what the order made.
func (c *Core) addPolicy(r reading, row store.Inquiry, told *Inquiry) error {
	if row.Content.PolicyID == "" {
		return nil
	}
	policy, ok, err := r.Policy(row.Part, row.Content.PolicyID)
	if err := needed(ok, err); err != nil {
		return fmt.Errorf("read policy of inquiry %d: %w", row.ID, err)
	}
	known := c.policyOf(policy)
	told.Policy = &known
	return nil
}

// addSecret adds what the account's security hashes are made with.
func (c *Core) addSecret(r reading, row store.Inquiry, told *Inquiry) (err error) {
	told.HashSecret, err = c.hashSecret(r, row.Part)
	return err
}

// hashSecret is the secret of the account's endpoint for pushes, whose owner chose
// it, else one of our own. A core without keys tells nobody, and has none.
func (c *Core) hashSecret(r reading, part string) (string, error) {
	if c.Keys.none() {
		return "", nil
	}
	endpoint, ok, err := r.EndpointFor(part, store.EndpointPush)
	if err != nil || !ok {
		return c.Keys.hashSecret(part), err
	}
	secret, err := c.openEndpoint(endpoint)
	return string(secret), err
}

// HashSecret is what the security hashes of an account are made with, for its
// owner to check them.
func (c *Core) HashSecret(ctx context.Context, part string) (secret string, err error) {
	err = c.read(ctx, func(r reading) error {
		if _, _, err := c.accountOf(r, part); err != nil {
			return err
		}
		secret, err = c.hashSecret(r, part)
		return err
	})
	return secret, err
}

// History is what happened to an inquiry and to its policy, in order. It refuses
// with CodeInquiryUnknown.
func (c *Core) History(ctx context.Context, d Desk, id int64) ([]HistoryEntry, error) {
	var entries []HistoryEntry
	err := c.read(ctx, func(r reading) error {
		row, err := inquiryAt(r, d, id)
		if err != nil {
			return err
		}
		subjects := []string{inquiryName(id)}
		if row.Content.PolicyID != "" {
			subjects = append(subjects, row.Content.PolicyID)
		}
		for _, subject := range subjects {
			events, err := r.EventsOf(row.Part, subject)
			if err != nil {
				return fmt.Errorf("read events of %s: %w", subject, err)
			}
			for _, e := range events {
				entries = append(entries, historyEntry(eventOfRow(e)))
			}
		}
		slices.SortStableFunc(entries, func(a, b HistoryEntry) int { return a.At.Compare(b.At) })
		return nil
	})
	return entries, err
}

func historyEntry(e Event) HistoryEntry {
	entry := HistoryEntry{At: e.At, Type: e.Type}
	var told InquiryTold
	if isInquiry(e.Type) && e.Decode(&told) == nil {
		entry.Status = InquiryStatus(told.Status)
	}
	return entry
}
