package core

import (
	"context"
	"errors"
	"fmt"

	"github.com/covernote/covernote/internal/store"
)

// Finding is a row, or the lack of one, that breaks an invariant.
type Finding struct {
	// Invariant is the name of one of the invariants below.
	Invariant string
	// Part is the partner account; empty for the database as a whole.
	Part string
	// Subject is the id of the order, policy, notice or timer that is at
	// fault, the key of the claim, or the name of the list.
	Subject string
	// Detail says what is wrong, without personal data.
	Detail string
}

// The invariants that rows alone can show.
const (
	// invariantBooked: what was acknowledged is booked or will be, and each
	// proposal has become either a policy or a refusal.
	invariantBooked = "I1"
	// invariantOnce: no two live policies answer to one natural key.
	invariantOnce = "I2"
	// invariantWhole: a policy has a price working, its documents, an event of
	// its binding with its audit entry, and a policyholder.
	invariantWhole = "I4"
	// invariantHappened: events tell what the rows say, no more and no less.
	invariantHappened = "I5"
	// invariantTold: an event is on its way to everyone who is told it, until
	// it was delivered or given up.
	invariantTold = "I6"
	// invariantLedger: premiums, taxes and returns add up, interval by interval.
	invariantLedger = "I9"
	// invariantIntegrity: the database itself is sound.
	invariantIntegrity = "I13"
	// invariantRenewal: each interval was written by one event, and each term
	// that has to be paid for has a renewal, which goes by one name.
	invariantRenewal = "I15"
	// invariantSequence: events and versions are numbered without gaps.
	invariantSequence = "sequence"
	// invariantColumns: the columns of a policy agree with its newest version.
	invariantColumns = "columns"
	// invariantTimer: a live policy has one next step, in time, and an ended
	// one none.
	invariantTimer = "timer"
	// invariantClaim: a natural key is held for a live policy or for a pending
	// order, and for nothing else.
	invariantClaim = "claim"
	// invariantDocument: kept bytes are what they were, and what would be made
	// of their record today.
	invariantDocument = "document"
	// invariantPackage: a booked package says of each version what its order,
	// its events, its policies and its persons say, and no other is booked.
	invariantPackage = "package"
	// invariantInquiry: an inquiry came to where it stands by steps that there
	// are, and was ordered exactly if it has a policy.
	invariantInquiry = "inquiry"
	// invariantAgency: of the agency numbers of an owner and insurer at most one
	// is the first choice.
	invariantAgency = "agency"
	// invariantTally: the tallies of a list say of each day what its rows say.
	invariantTally = "tally"
	// invariantAudit: what happened to a policy is in the audit log.
	invariantAudit = "audit"
)

// checkSize is how many rows of a table are compared in one snapshot.
const checkSize = 200

// Check compares all that is stored with itself and answers what contradicts.
// It may run while others work: each page of rows is one snapshot. It takes as
// long as there are rows and holds one page of them in memory. progress, which
// may be nil, is told how many rows are done.
//
// It knows of no partner's rows but those whose account exists, and expects
// events to be told as they are today.
func (c *Core) Check(ctx context.Context, progress func(done, total int)) ([]Finding, error) {
	k := &inspection{core: c, progress: progress}
	if err := k.integrity(ctx); err != nil {
		return nil, err
	}
	partners, err := c.Partners(ctx)
	if err != nil {
		return k.findings, err
	}
	if err := k.count(ctx, partners); err != nil {
		return k.findings, err
	}
	for _, p := range partners {
		if err := k.account(ctx, p); err != nil {
			return k.findings, fmt.Errorf("check partner %s: %w", p.Part, err)
		}
	}
	return k.findings, nil
}

// inspection is one check on its way.
type inspection struct {
	core        *Core
	partner     Partner
	findings    []Finding
	done, total int
	progress    func(done, total int)
}

func (k *inspection) find(invariant, subject, format string, args ...any) {
	k.findings = append(k.findings, Finding{
		Invariant: invariant, Part: k.partner.Part, Subject: subject, Detail: fmt.Sprintf(format, args...),
	})
}

func (k *inspection) integrity(ctx context.Context) error {
	err := k.core.Store.Integrity(ctx)
	if errors.Is(err, store.ErrUnavailable) || ctx.Err() != nil {
		return told(errors.Join(err, ctx.Err()))
	}
	if err != nil {
		k.find(invariantIntegrity, "", "%v", err)
	}
	return nil
}

// stage is one walk through a table and what is compared on each stretch.
type stage struct {
	walk    store.Walk
	compare func(reading, store.Stretch) error
}

func (k *inspection) stages() []stage {
	return []stage{
		{store.WalkOrders, k.orders},
		{store.WalkPolicies, k.policies},
		{store.WalkClaims, k.claims},
		{store.WalkEvents, k.events},
		{store.WalkNotices, k.notices},
		{store.WalkTimers, k.timers},
		{store.WalkDocuments, k.documents},
		{store.WalkPreviews, k.previews},
	}
}

func (k *inspection) count(ctx context.Context, partners []Partner) error {
	return k.core.read(ctx, func(r reading) error {
		for _, p := range partners {
			for _, s := range k.stages() {
				n, err := r.CountRows(s.walk, p.Part)
				if err != nil {
					return fmt.Errorf("count rows: %w", err)
				}
				k.total += int(n)
			}
			n, err := r.CountAllInquiries(p.Part)
			if err != nil {
				return fmt.Errorf("count rows: %w", err)
			}
			k.total += int(n)
		}
		return nil
	})
}

// account checks what belongs to one partner.
func (k *inspection) account(ctx context.Context, p Partner) error {
	k.partner = p
	for _, s := range k.stages() {
		if err := k.walk(ctx, s); err != nil {
			return err
		}
	}
	for _, compare := range []func(context.Context) error{k.log, k.inquiries, k.brokers, k.tallies} {
		if err := compare(ctx); err != nil {
			return err
		}
	}
	return k.unordered(ctx)
}

// walk compares a table stretch by stretch. The last stretch is open, so that
// rows beyond the end of the table are met as well.
func (k *inspection) walk(ctx context.Context, s stage) error {
	for after, more := "", true; more; {
		err := k.core.read(ctx, func(r reading) error {
			stretch, err := r.Stretch(s.walk, k.partner.Part, after, checkSize)
			if err != nil {
				return err
			}
			after, more = stretch.Last, stretch.Last != ""
			n, err := r.CountStretch(s.walk, stretch)
			if err != nil {
				return err
			}
			k.done += int(n)
			return s.compare(r, stretch)
		})
		if err != nil {
			return err
		}
		if k.progress != nil {
			k.progress(k.done, max(k.done, k.total))
		}
	}
	return nil
}

// about sorts rows by what they are about.
func about[T any](rows []T, subject func(T) string) map[string][]T {
	sorted := make(map[string][]T)
	for _, row := range rows {
		sorted[subject(row)] = append(sorted[subject(row)], row)
	}
	return sorted
}

// numbered tells whether numbers are 1, 2, 3 and so on.
func numbered[T any](rows []T, number func(T) int64) bool {
	for i, row := range rows {
		if number(row) != int64(i)+1 {
			return false
		}
	}
	return true
}

// howMany counts the rows that satisfy a condition.
func howMany[T any](rows []T, condition func(T) bool) int {
	n := 0
	for _, row := range rows {
		if condition(row) {
			n++
		}
	}
	return n
}
