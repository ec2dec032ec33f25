package core

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

const (
	// linkAge is how long a link to the desk can be opened.
	linkAge = 10 * time.Minute
	// deskAge is how long a broker who has entered the desk may work at it.
	deskAge = 8 * time.Hour
)

// Forward records what an API user says of a broker, a customer and an inquiry,
// and makes a link that lets the broker enter the desk once. A broker who is
// made inactive by it gets a link that says so. It refuses with
// CodeBrokerUnknown, CodeBrokerInactive, CodeInquiryUnknown, CodeProductUnknown
// and CodeInvalid; nothing is recorded then.
func (c *Core) Forward(ctx context.Context, p Partner, wish ForwardWish) (ForwardLink, error) {
	token, err := NewSecret()
	if err != nil {
		return ForwardLink{}, err
	}
	numbers, err := c.numbersFor(ctx, wish)
	if err != nil {
		return ForwardLink{}, err
	}
	link := ForwardLink{Token: token}
	err = c.decide(ctx, func(r reading) (*draft, error) {
		account, broker, err := c.within(r, p, Scope{Account: wish.Change.Account, Broker: wish.Broker})
		if err != nil {
			return nil, err
		}
		if err := invalid(wish.check()); err != nil {
			return nil, err
		}
		d, err := c.draft(r, account)
		if err != nil {
			return nil, err
		}
		f := &forwarding{draft: d, core: c, account: account, broker: broker, wish: wish, numbers: numbers}
		if err := f.record(r); err != nil {
			return nil, err
		}
		link.ExpiresAt = r.now.Add(linkAge)
		d.AddHandle(store.Handle{
			Hash: c.Keys.Hash(token), Kind: handleForward, Part: account.Part, Subject: broker.ID,
			Detail: f.landing.encode(), CreatedAt: micros(r.now), ExpiresAt: micros(link.ExpiresAt),
		})
		return d, nil
	})
	return link, err
}

// freshNumbers are the numbers of what a forward may make.
type freshNumbers struct{ customer, inquiry int64 }

func (c *Core) numbersFor(ctx context.Context, wish ForwardWish) (fresh freshNumbers, err error) {
	if wish.Customer != nil {
		if fresh.customer, err = c.newNumber(ctx, numberCustomer); err != nil {
			return fresh, err
		}
	}
	if wish.AtOnce {
		fresh.inquiry, err = c.newNumber(ctx, numberInquiry)
	}
	return fresh, err
}

// check finds what is wrong with a forward.
func (w ForwardWish) check() []insurance.Problem {
	problems := w.Change.check(false)
	if w.Customer != nil {
		problems = append(problems, w.Customer.check()...)
	}
	if w.AtOnce && w.Customer == nil {
		problems = append(problems, insurance.Problem{
			Field: insurance.FieldCustomerExternalID, Detail: "is required, or other data of a customer, to open an inquiry",
		})
	}
	return append(problems, checkRefs(w.Refs)...)
}

// forwarding is a forward on its way.
type forwarding struct {
	*draft
	core    *Core
	account Partner
	broker  *store.Broker
	wish    ForwardWish
	numbers freshNumbers
	landing landing
	// held: the customer's row is among the changes.
	held bool
}

// landing is where a link leads to, and what is still to be made of it.
type landing struct {
	Customer int64 `json:"customer,omitempty"`
	Inquiry  int64 `json:"inquiry,omitempty"`
	// Line and what follows are of an inquiry to open on arrival.
	Line         int               `json:"line,omitempty"`
	Profession   int               `json:"profession,omitempty"`
	FullCallback bool              `json:"full_callback,omitempty"`
	Refs         []Ref             `json:"refs,omitempty"`
	Answers      map[string]string `json:"answers,omitempty"`
}

func (l landing) encode() string {
	text, err := json.Marshal(l)
	if err != nil {
		panic(fmt.Sprintf("core: landing: %v", err)) // numbers and strings always encode
	}
	return string(text)
}

func (f *forwarding) record(r reading) error {
	if err := f.core.changeBroker(r, f.draft, f.account, f.broker, f.wish.Change); err != nil {
		return err
	}
	if deactivates := f.wish.Change.Active != nil; !f.broker.Active && !deactivates {
		return inactiveBroker()
	}
	customer, err := f.customer(r)
	if err != nil {
		return err
	}
	if err := f.mark(r); err != nil {
		return err
	}
	return f.open(r, customer)
}

// customer makes or changes the customer, and answers the row as it will be; nil
// if none is named.
func (f *forwarding) customer(r reading) (*store.Customer, error) {
	wish := f.wish.Customer
	if wish == nil {
		return nil, nil
	}
	row, ok, err := f.known(r, wish.ExternalID)
	if err != nil {
		return nil, err
	}
	if !ok {
		f.held = true
		row, _, err = f.core.addCustomer(f.draft, f.actor(), f.broker.ID, f.numbers.customer, *wish)
		f.landing.Customer = row.ID
		return &row, err
	}
	was, err := f.core.customerOf(r, row)
	if err != nil {
		return nil, err
	}
	customer := was
	customer.learn(*wish)
	next := f.core.putCustomer(f.draft, f.actor(), row, was, customer)
	f.held, f.landing.Customer = next.Version != row.Version, row.ID
	_, err = f.setRefs(f.actor(), refCustomer, customerName(row.ID), was.Refs, wish.Refs)
	return &next, err
}

// actor is the API user's account, for the audit log.
func (f *forwarding) actor() string { return actorPartner(f.account) }

func (f *forwarding) known(r reading, externalID string) (row store.Customer, ok bool, err error) {
	if externalID == "" {
		return row, false, nil
	}
	if row, ok, err = r.CustomerByExternalID(f.part, f.broker.ID, externalID); err != nil {
		return row, false, fmt.Errorf("read customer: %w", err)
	}
	return row, ok, nil
}

// mark changes the references of an inquiry that the forward names, and leads to
// it.
func (f *forwarding) mark(r reading) error {
	if f.wish.InquiryID == 0 {
		return nil
	}
	row, ok, err := r.Inquiry(f.part, f.wish.InquiryID)
	if err != nil {
		return fmt.Errorf("read inquiry: %w", err)
	}
	if !ok || row.Broker != f.broker.ID {
		return unknownInquiry()
	}
	was, err := refsOf(r, f.part, refInquiry, inquiryName(row.ID))
	if err != nil {
		return err
	}
	refs, err := f.setRefs(f.actor(), refInquiry, inquiryName(row.ID), was, f.wish.Refs)
	if err != nil {
		return err
	}
	if !slices.Equal(refs, was) {
		f.TouchInquiry(row.ID, micros(f.now))
	}
	f.callBack(f.actor(), row, f.wish.FullCallback)
	f.landing.Inquiry = row.ID
	return nil
}

// callBack lets every status of an inquiry be pushed from now on, where that is
// asked for.
func (d *draft) callBack(actor string, row store.Inquiry, full bool) {
	if full && !row.FullCallback {
		d.PushAll(row.ID)
		d.audit(actor, "inquiry.pushed_whole", inquiryName(row.ID), "", "", "")
	}
}

// open opens the inquiry that is asked for, now or when the link is opened.
func (f *forwarding) open(r reading, customer *store.Customer) error {
	if f.wish.Line == 0 || f.wish.Profession == 0 || customer == nil || f.wish.InquiryID != 0 {
		return nil
	}
	wanted := newInquiry{
		customer: *customer, actor: f.actor(), line: f.wish.Line, profession: f.wish.Profession, refs: f.wish.Refs,
		answers: f.wish.Answers, fullCallback: f.wish.FullCallback, held: f.held,
	}
	if _, _, err := f.core.marketed(f.account, wanted.line, wanted.profession); err != nil {
		return err
	}
	if !f.wish.AtOnce {
		f.landing.Line, f.landing.Profession, f.landing.Refs = wanted.line, wanted.profession, wanted.refs
		f.landing.Answers, f.landing.FullCallback = maps.Clone(wanted.answers), wanted.fullCallback
		return nil
	}
	id, err := f.core.openOnce(r, f.draft, f.account, f.broker.ID, f.numbers.inquiry, wanted)
	f.landing.Inquiry = id
	return err
}

// EnterDesk uses a link up and lets its broker in. It refuses with
// CodeLinkUnknown a link that was never given, was used or has expired, and with
// CodeBrokerInactive.
func (c *Core) EnterDesk(ctx context.Context, token string) (DeskEntry, error) {
	secret, err := NewSecret()
	if err != nil {
		return DeskEntry{}, err
	}
	number, err := c.newNumber(ctx, numberInquiry)
	if err != nil {
		return DeskEntry{}, err
	}
	entry := DeskEntry{Secret: secret, ExpiresAt: c.Options.Now().Add(deskAge)}
	err = c.decide(ctx, func(r reading) (*draft, error) {
		handle, ok, err := r.Handle(c.Keys.Hash(token), handleForward)
		if err != nil {
			return nil, fmt.Errorf("read link: %w", err)
		}
		if !ok || handle.ExpiresAt <= r.now.UnixMicro() {
			return nil, insurance.Refuse(insurance.CodeLinkUnknown, "the link was used or has expired")
		}
		account, err := c.seated(r, handle.Part, handle.Subject, false)
		if err != nil {
			return nil, err
		}
		d, err := c.draft(r, account.Partner)
		if err != nil {
			return nil, err
		}
		d.TakeHandle(handle)
		if err := c.land(r, d, account, handle, number, &entry); err != nil {
			return nil, err
		}
		d.AddHandle(store.Handle{
			Hash: c.Keys.Hash(secret), Kind: handleDesk, Part: handle.Part, Subject: handle.Subject,
			CreatedAt: micros(r.now), ExpiresAt: micros(entry.ExpiresAt),
		})
		d.audit(actorBroker+handle.Subject, "desk.entered", handle.Subject, "", "", "")
		return d, nil
	})
	return entry, err
}

// land opens what a link was to open, and says where to begin.
func (c *Core) land(r reading, d *draft, at Desk, handle store.Handle, number int64, entry *DeskEntry) error {
	var l landing
	if err := json.Unmarshal([]byte(handle.Detail), &l); err != nil {
		return fmt.Errorf("read link: %w", err)
	}
	entry.CustomerID, entry.InquiryID = l.Customer, l.Inquiry
	if l.Line == 0 {
		return nil
	}
	customer, err := customerAt(r, at, l.Customer)
	if err != nil {
		return err
	}
	entry.InquiryID, err = c.openOnce(r, d, at.Partner, at.Broker.Token, number, newInquiry{
		customer: customer, actor: at.actor(), line: l.Line, profession: l.Profession, refs: l.Refs, answers: l.Answers,
		fullCallback: l.FullCallback,
	})
	return err
}

// seated is the desk of a broker, or of an operator in the broker's place. It
// refuses with CodeBrokerInactive a broker who may not act.
func (c *Core) seated(r reading, part, broker string, operator bool) (Desk, error) {
	row, ok, err := r.Broker(part, broker)
	if err := needed(ok, err); err != nil {
		return Desk{}, fmt.Errorf("read broker %s: %w", broker, err)
	}
	if !row.Active && !operator {
		return Desk{}, inactiveBroker()
	}
	d := Desk{Sandbox: c.Sandbox, Operator: operator, Now: r.now}
	if d.Partner, err = c.partner(r, part, ""); err != nil {
		return d, err
	}
	d.Broker, err = c.brokerOf(r, row)
	return d, err
}

func inactiveBroker() *insurance.Error {
	return insurance.Refuse(insurance.CodeBrokerInactive, "the broker is not active")
}

// Desk is the desk that a secret opens. It refuses with CodeUnauthenticated one
// that was never given or has expired, and with CodeBrokerInactive.
func (c *Core) Desk(ctx context.Context, secret string) (Desk, error) {
	var d Desk
	err := c.read(ctx, func(r reading) error {
		handle, ok, err := r.Handle(c.Keys.Hash(secret), handleDesk)
		if err != nil {
			return fmt.Errorf("read desk: %w", err)
		}
		if !ok || handle.ExpiresAt <= c.Options.Now().UnixMicro() {
			return insurance.Refuse(insurance.CodeUnauthenticated, "the desk was left, or stood open for too long")
		}
		d, err = c.seated(r, handle.Part, handle.Subject, false)
		return err
	})
	return d, err
}

// LeaveDesk makes a secret worthless. One that was so already is no error.
func (c *Core) LeaveDesk(ctx context.Context, secret string) error {
	return c.decide(ctx, func(r reading) (*draft, error) {
		handle, ok, err := r.Handle(c.Keys.Hash(secret), handleDesk)
		if err != nil || !ok {
			return nil, err
		}
		d := c.quiet(r, handle.Part)
		d.TakeHandle(handle)
		return d, nil
	})
}

// OperatorDesk is the desk of an inquiry's broker, at which an operator works in
// the broker's place. It refuses with CodeInquiryUnknown.
func (c *Core) OperatorDesk(ctx context.Context, inquiryID int64) (Desk, error) {
	var d Desk
	err := c.read(ctx, func(r reading) error {
		part, ok, err := r.InquiryAnywhere(inquiryID)
		if err != nil {
			return fmt.Errorf("find inquiry: %w", err)
		}
		if !ok {
			return unknownInquiry()
		}
		row, ok, err := r.Inquiry(part, inquiryID)
		if err := needed(ok, err); err != nil {
			return fmt.Errorf("read inquiry: %w", err)
		}
		d, err = c.seated(r, part, row.Broker, true)
		return err
	})
	return d, err
}
