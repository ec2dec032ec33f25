package core

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// The kinds of thing that have references.
const (
	refCustomer = "customer"
	refInquiry  = "inquiry"
)

// maxRefs is how many references one thing may have.
const maxRefs = 100

// DeskCustomers are customers of the broker, the last changed first: all, or
// those in whose names or numbers a text stands.
func (c *Core) DeskCustomers(ctx context.Context, d Desk, text string) ([]Customer, error) {
	const most = 50
	var customers []Customer
	err := c.read(ctx, func(r reading) error {
		rows, err := r.CustomersOf(d.Partner.Part, d.Broker.Token, text, most)
		if err != nil {
			return fmt.Errorf("read customers: %w", err)
		}
		for _, row := range rows {
			customer, err := c.customerOf(r, row)
			if err != nil {
				return err
			}
			customers = append(customers, customer)
		}
		return nil
	})
	return customers, err
}

// DeskCustomer is a customer of the broker. It refuses with
// CodeCustomerUnknown.
func (c *Core) DeskCustomer(ctx context.Context, d Desk, id int64) (Customer, error) {
	var customer Customer
	err := c.read(ctx, func(r reading) error {
		row, err := customerAt(r, d, id)
		if err != nil {
			return err
		}
		customer, err = c.customerOf(r, row)
		return err
	})
	return customer, err
}

// SaveCustomer replaces what is known of a customer of the broker, but for its
// external id and references; id 0 makes a new one. It refuses with
// CodeCustomerUnknown, CodeInvalid, and with CodeStale a customer who has changed
// since the version that the wish names.
func (c *Core) SaveCustomer(ctx context.Context, d Desk, id int64, wish CustomerWish) (Customer, error) {
	fresh, err := c.newNumber(ctx, numberCustomer)
	if err != nil {
		return Customer{}, err
	}
	var saved Customer
	err = c.decide(ctx, func(r reading) (*draft, error) {
		if err := invalid(wish.check()); err != nil {
			return nil, err
		}
		change := c.quiet(r, d.Partner.Part)
		if id == 0 {
			var err error
			_, saved, err = c.addCustomer(change, d.actor(), d.Broker.Token, fresh, wish)
			return change, err
		}
		row, err := customerAt(r, d, id)
		if err != nil {
			return nil, err
		}
		if wish.Version != 0 && wish.Version != row.Version {
			return nil, insurance.Refuse(insurance.CodeStale, "the customer was changed meanwhile")
		}
		was, err := c.customerOf(r, row)
		if err != nil {
			return nil, err
		}
		saved = was
		saved.replace(wish)
		next := c.putCustomer(change, d.actor(), row, was, saved)
		if next.Version == row.Version {
			return nil, nil
		}
		saved.Version = next.Version
		return change, nil
	})
	return saved, err
}

// actor is who works the desk, for the audit log.
func (d Desk) actor() string {
	if d.Operator {
		return actorOperator
	}
	return actorBroker + d.Broker.Token
}

// actorBroker begins the actor who is a broker at the desk.
const actorBroker = "broker:"

func customerName(id int64) string { return fmt.Sprintf("%s/%d", refCustomer, id) }

// customerAt reads a customer of the desk's broker.
func customerAt(r reading, d Desk, id int64) (store.Customer, error) {
	row, ok, err := r.Customer(d.Partner.Part, id)
	if err != nil {
		return row, fmt.Errorf("read customer: %w", err)
	}
	if !ok || row.Broker != d.Broker.Token {
		return row, insurance.Refuse(insurance.CodeCustomerUnknown, "the customer does not exist")
	}
	return row, nil
}

// check finds what is wrong with what is said of a customer.
func (w CustomerWish) check() []insurance.Problem {
	problems := w.CheckContact(false)
	problems = merge(problems, insurance.Party{Address: w.BusinessAddress}.CheckContact(false))
	problems = append(problems, checkNames(0, []foreignName{{insurance.FieldCustomerExternalID, w.ExternalID}})...)
	if w.CompanyForm < 0 || w.CompanyForm > FormOther {
		problems = append(problems, insurance.Problem{Field: insurance.FieldCompanyForm, Detail: "is not a legal form"})
	}
	return append(problems, checkRefs(w.Refs)...)
}

func checkRefs(refs []Ref) []insurance.Problem {
	var problems []insurance.Problem
	for item, ref := range refs {
		if ref.Key == "" {
			problems = append(problems, insurance.Problem{Item: item, Field: insurance.FieldRefKey, Detail: "is required"})
		}
		problems = append(problems, checkNames(item, []foreignName{{insurance.FieldRefKey, ref.Key}, {insurance.FieldRefValue, ref.Value}})...)
	}
	return problems
}

// replace takes over all that can be said of a customer at the desk.
func (k *Customer) replace(w CustomerWish) {
	k.Party, k.CompanyForm, k.BusinessAddress = w.Party, w.CompanyForm, w.BusinessAddress
	k.Private = w.Private != nil && *w.Private
	k.AtAddress = w.AtAddress == nil || *w.AtAddress
}

// learn takes over what is said of a customer; what is not said stays.
func (k *Customer) learn(w CustomerWish) {
	k.Party = overlay(k.Party, w.Party)
	k.BusinessAddress = overlay(insurance.Party{Address: k.BusinessAddress}, insurance.Party{Address: w.BusinessAddress}).Address
	k.CompanyForm = cmp.Or(w.CompanyForm, k.CompanyForm)
	if w.Private != nil {
		k.Private = *w.Private
	}
	if w.AtAddress != nil {
		k.AtAddress = *w.AtAddress
	}
}

// addCustomer drafts a customer of a broker.
func (c *Core) addCustomer(d *draft, actor, broker string, id int64, wish CustomerWish) (store.Customer, Customer, error) {
	customer := Customer{ID: id, Version: 1, ExternalID: wish.ExternalID, AtAddress: true}
	customer.learn(wish)
	row := store.Customer{
		Part: d.part, ID: id, Version: 1, Broker: broker, ExternalID: wish.ExternalID, Party: newID(),
		CompanyForm: int64(customer.CompanyForm), Private: customer.Private, AtAddress: customer.AtAddress,
		CreatedAt: micros(d.now), UpdatedAt: micros(d.now),
	}
	d.AddParty(row.Party, customer.Party)
	if !customer.BusinessAddress.IsZero() {
		row.BusinessAddress = newID()
		d.AddParty(row.BusinessAddress, insurance.Party{Address: customer.BusinessAddress})
	}
	d.AddCustomer(row)
	d.audit(actor, "customer.added", customerName(id), "", "", "")
	var err error
	customer.Refs, err = d.setRefs(actor, refCustomer, customerName(id), nil, wish.Refs)
	return row, customer, err
}

// putCustomer drafts what has changed of a customer, and answers the row as it
// will be: at the same version if nothing has.
func (c *Core) putCustomer(d *draft, actor string, row store.Customer, was, now Customer) store.Customer {
	next := row
	next.CompanyForm, next.Private, next.AtAddress = int64(now.CompanyForm), now.Private, now.AtAddress
	if now.Party != was.Party {
		next.Party = newID()
		d.AddParty(next.Party, now.Party)
	}
	if now.BusinessAddress != was.BusinessAddress {
		next.BusinessAddress = newID()
		d.AddParty(next.BusinessAddress, insurance.Party{Address: now.BusinessAddress})
	}
	if next == row {
		return row
	}
	next.UpdatedAt = micros(d.now)
	d.PutCustomer(next)
	d.audit(actor, "customer.changed", customerName(row.ID), "", "", "")
	next.Version++
	return next
}

// mergeRefs are references with what a wish makes of them: an empty value takes
// one away.
func mergeRefs(was, wish []Ref) []Ref {
	refs := slices.Clone(was)
	for _, ref := range wish {
		refs = slices.DeleteFunc(refs, func(other Ref) bool { return other.Origin == ref.Origin && other.Key == ref.Key })
		if ref.Value != "" {
			refs = append(refs, ref)
		}
	}
	slices.SortFunc(refs, func(a, b Ref) int { return cmp.Or(cmp.Compare(a.Origin, b.Origin), cmp.Compare(a.Key, b.Key)) })
	return refs
}

// setRefs drafts references, and answers those that there will be. It refuses
// with CodeInvalid more than one thing may have.
func (d *draft) setRefs(actor, kind, subject string, was, wish []Ref) ([]Ref, error) {
	refs := mergeRefs(was, wish)
	if slices.Equal(refs, mergeRefs(was, nil)) {
		return refs, nil
	}
	if len(refs) > maxRefs {
		return nil, insurance.Invalid(insurance.FieldRefs, "would be more than %d", maxRefs)
	}
	for _, ref := range wish {
		row := store.Ref{Part: d.part, Kind: kind, Subject: subject, Origin: ref.Origin, Key: ref.Key, Value: ref.Value}
		if ref.Value == "" {
			d.DropRef(row)
		} else {
			d.SetRef(row)
		}
	}
	d.audit(actor, kind+".references_set", subject, "", strconv.Itoa(len(was)), strconv.Itoa(len(refs)))
	return refs, nil
}

func refsOf(r reading, part, kind, subject string) ([]Ref, error) {
	rows, err := r.Refs(part, kind, subject)
	if err != nil {
		return nil, fmt.Errorf("read references of %s: %w", subject, err)
	}
	refs := make([]Ref, 0, len(rows))
	for _, row := range rows {
		refs = append(refs, Ref{Origin: row.Origin, Key: row.Key, Value: row.Value})
	}
	return refs, nil
}

// customerOf is a stored customer as it is told.
func (c *Core) customerOf(r reading, row store.Customer) (Customer, error) {
	customer := Customer{
		ID: row.ID, Version: row.Version, ExternalID: row.ExternalID, CompanyForm: CompanyForm(row.CompanyForm), Private: row.Private,
		AtAddress: row.AtAddress,
	}
	party, ok, err := r.Party(row.Part, row.Party)
	if err := needed(ok, err); err != nil {
		return customer, fmt.Errorf("read customer %d: %w", row.ID, err)
	}
	customer.Party = party
	if row.BusinessAddress != "" {
		business, ok, err := r.Party(row.Part, row.BusinessAddress)
		if err := needed(ok, err); err != nil {
			return customer, fmt.Errorf("read customer %d: %w", row.ID, err)
		}
		customer.BusinessAddress = business.Address
	}
	customer.Refs, err = refsOf(r, row.Part, refCustomer, customerName(row.ID))
	return customer, err
}
