package core

import (
	"context"
	"fmt"
	"time"

	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// End ends policies of a partner: all of them or, if one cannot be ended,
// none. A declaration that repeats the one in effect changes nothing and is
// answered alike.
//
// It refuses with CodePolicyUnknown, CodeReasonForbidden and CodeInvalid; Item
// of the problem says which of the endings it was.
func (c *Core) End(ctx context.Context, p Partner, endings []Ending) ([]Ended, error) {
	return c.endAs(ctx, p, actorPartner(p), endings, nil)
}

// endAs is End, declared by somebody whom the audit log shall name; finish, if it
// is not nil, adds to the draft, drops it or refuses.
func (c *Core) endAs(
	ctx context.Context, p Partner, actor string, endings []Ending, finish func(*draft, []Ended) (*draft, error),
) ([]Ended, error) {
	var ended []Ended
	err := c.decide(ctx, func(r reading) (*draft, error) {
		d, err := c.draft(r, p)
		if err != nil {
			return nil, err
		}
		work := &terminations{draft: d, core: c, actor: actor, named: make(map[string]bool)}
		for item, wish := range endings {
			if err := work.end(r, item, wish); err != nil {
				return nil, err
			}
		}
		ended = work.ended
		if !work.changed {
			return nil, nil
		}
		if finish != nil {
			return finish(d, ended)
		}
		return d, nil
	})
	return ended, err
}

// terminations are policies being ended together.
type terminations struct {
	*draft
	core *Core
	// actor is who ends them, for the audit log.
	actor string
	// named are the policies that were ended so far.
	named   map[string]bool
	ended   []Ended
	changed bool
}

// file is a policy with its ledger.
type file struct {
	store.Policy
	ledger []insurance.Entry
	// shift is how far the policy's own clock runs ahead; one of a package goes
	// by that of its package.
	shift time.Duration
}

func (w *terminations) end(r reading, item int, wish Ending) error {
	if w.named[wish.CertificateNumber] {
		twice := insurance.Invalid(insurance.FieldCertificateNumber, "is named more than once")
		return onItem(twice, item)
	}
	w.named[wish.CertificateNumber] = true
	f, err := w.open(r, item, wish.CertificateNumber)
	if err != nil {
		return err
	}
	product, err := w.core.product(f.ProductCode, f.ProductVersion)
	if err != nil {
		return err
	}
	at := w.now.Add(f.shift)
	if err := w.catchUp(f, at); err != nil {
		return err
	}
	declaration := insurance.Declaration{Reason: wish.Reason, On: wish.On, ByPartner: true}
	next, lines, settlement, refused := f.End(product, declaration, f.ledger, at)
	if refused != nil {
		return onItem(refused, item)
	}
	if next.Termination != f.Termination {
		reason := w.said(wish.Reason, wish.Comment)
		if err := w.record(f, next, lines, eventOf(declared(next)), at, w.actor, reason); err != nil {
			return err
		}
		w.issue(f.ID, f.Version, languageOf(product), at, document.KindCancellation)
	}
	w.ended = append(w.ended, Ended{Policy: w.core.policyOf(f.Policy), Settlement: settlement})
	return nil
}

// open reads a policy of the partner.
func (w *terminations) open(r reading, item int, number string) (*file, error) {
	policy, ok, err := r.PolicyByCertificate(w.part, number)
	if err != nil {
		return nil, fmt.Errorf("read policy: %w", err)
	}
	if !ok {
		return nil, onItem(unknownPolicy(number), item)
	}
	ledger, err := r.Ledger(w.part, policy.ID)
	if err != nil {
		return nil, fmt.Errorf("read ledger of policy %s: %w", policy.ID, err)
	}
	shift, err := w.core.shiftOf(r, w.part, policy.Owner)
	return &file{Policy: policy, ledger: ledger, shift: shift}, err
}

// catchUp does what has fallen due to a policy and was not yet swept, so that
// it is ended as it stands now.
func (w *terminations) catchUp(f *file, at time.Time) error {
	for {
		due, ok := f.DueAt()
		if !ok || due.After(at) {
			return nil
		}
		next, lines, transition, refused := f.Advance(f.ledger, due)
		if refused != nil {
			return fmt.Errorf("advance policy %s: %w", f.ID, refused)
		}
		if err := w.record(f, next, lines, eventOf(transition), due, actorClock, string(transition)); err != nil {
			return err
		}
	}
}

// record drafts the next version of a policy by its own clock.
func (w *terminations) record(
	f *file, next insurance.Policy, lines []insurance.Entry, kind EventType, at time.Time, actor, reason string,
) error {
	w.changed = true
	w.shift = f.shift
	return w.draft.record(f, next, lines, kind, at, actor, reason)
}

// record drafts the next version of a policy in place of the one that was
// read.
func (d *draft) record(
	f *file, next insurance.Policy, lines []insurance.Entry, kind EventType, at time.Time, actor, reason string,
) error {
	f.Policy.Policy = next
	d.AddEntries(f.ID, len(f.ledger), lines)
	f.ledger = append(f.ledger, lines...)
	d.DropTimers(f.Owner, timerPolicy, f.ID)
	return d.change(&f.Policy, kind, at, actor, reason)
}

// declared is the transition that a declaration made at once: the ending
// itself, or notice of one to come.
func declared(p insurance.Policy) insurance.Transition {
	if p.State == insurance.PolicyEnding {
		return insurance.TransitionNotice
	}
	return p.Termination.Ending
}

// said is what the audit log says of an ending. A comment may name people, so
// that it is kept with the requests and only pointed to.
func (d *draft) said(reason insurance.Reason, comment string) string {
	if comment == "" {
		return string(reason)
	}
	id := newID()
	d.AddRequestBody(id, d.now.UnixMicro(), []byte(comment))
	return string(reason) + ", comment in request " + id
}

func unknownPolicy(number string) *insurance.Error {
	return insurance.RefuseField(insurance.CodePolicyUnknown, insurance.FieldCertificateNumber, "%s is not known", number)
}
