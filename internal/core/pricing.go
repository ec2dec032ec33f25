package core

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// quoting is a package whose quotes are being made or changed. It goes on
// after a problem, so that all are told together.
type quoting struct {
	*sale
	core     *Core
	partner  Partner
	problems []insurance.Problem
	fault    error
}

// heading takes over what is said of the package as a whole, and tells whether
// prices depend on it.
func (w *quoting) heading(wish PackageWish) (reprices bool) {
	content := &w.Content
	reprices = replace(&content.Currency, wish.Currency)
	reprices = replace(&content.Country, wish.Country) || reprices
	replace(&content.Region, wish.Region)
	replace(&content.Destination, wish.Destination)
	replace(&content.Language, wish.Language)
	if wish.TransactionID != nil {
		content.TransactionID = wish.TransactionID
	}
	if wish.Metadata != nil {
		content.Metadata = wish.Metadata
	}
	return reprices
}

// replace sets what was given and tells whether it is another value.
func replace[T comparable](value *T, given *T) bool {
	if given == nil || *given == *value {
		return false
	}
	*value = *given
	return true
}

// add makes a new quote of an item.
func (w *quoting) add(item int, one QuoteWish) {
	position := w.Content.Next
	w.Content.Next++
	at := micros(w.now)
	w.Content.Quotes = append(w.Content.Quotes, store.Quote{
		ID: w.core.Keys.quoteID(w.ID, strconv.Itoa(position)), Position: position, State: string(PackageReceived),
		Proposal: one.Proposal, Version: one.Version, CreatedAt: at, UpdatedAt: at,
	})
	w.price(item, &w.Content.Quotes[len(w.Content.Quotes)-1])
}

// change prices a quote anew with what an item changes.
func (w *quoting) change(item int, one QuoteWish) {
	i, ok := w.find(one.QuoteID)
	if !ok {
		w.problems = append(w.problems, unknownQuote(item))
		return
	}
	q := &w.Content.Quotes[i]
	w.renewVersion(q, one.Proposal.Tariff)
	if one.Version != 0 {
		q.Version = one.Version
	}
	q.Proposal = merged(q.Proposal, one.Proposal)
	q.UpdatedAt = micros(w.now)
	w.price(item, q)
}

// renewVersion lets a quote that is priced anew take the version on sale, where
// its own is no longer or is another tariff's.
func (w *quoting) renewVersion(q *store.Quote, tariff string) {
	_, _, sold := w.core.onSale(w.partner, q.Proposal.Tariff, q.Version, w.now)
	if !sold || (tariff != "" && tariff != q.Proposal.Tariff) {
		q.Version = 0
	}
}

// merged is a proposal with what a change says of it.
func merged(was, change insurance.Proposal) insurance.Proposal {
	if change.Tariff != "" {
		was.Tariff = change.Tariff
	}
	if !change.StartsAt.IsZero() {
		was.StartsAt = change.StartsAt
	}
	if !change.Term.IsZero() {
		was.Term, was.Kind, was.TermAsSent = change.Term, change.Kind, change.TermAsSent
	}
	if change.PartnerPrice != "" {
		was.PartnerPrice = change.PartnerPrice
	}
	was.Object.Attributes = maps.Clone(was.Object.Attributes)
	if was.Object.Attributes == nil {
		was.Object.Attributes = make(map[string]string)
	}
	maps.Copy(was.Object.Attributes, change.Object.Attributes)
	maps.DeleteFunc(was.Object.Attributes, func(_, value string) bool { return value == "" })
	return was
}

// repriceOthers prices anew the quotes that no item has changed.
func (w *quoting) repriceOthers(items []QuoteWish) {
	for i := range w.Content.Quotes {
		q := &w.Content.Quotes[i]
		named := slices.ContainsFunc(items, func(one QuoteWish) bool { return one.QuoteID == q.ID })
		if q.State == string(PackageReceived) && !named {
			w.renewVersion(q, "")
			w.price(i, q)
		}
	}
}

// price prices a quote by itself, as of now.
func (w *quoting) price(item int, q *store.Quote) {
	wish := q.Proposal
	wish.Country, wish.Currency, wish.Discount = w.Content.Country, w.Content.Currency, insurance.Rate{}
	product, tariff, ok := w.core.onSale(w.partner, wish.Tariff, q.Version, w.now)
	if !ok {
		_, _, known := w.core.onSale(w.partner, wish.Tariff, 0, w.now)
		w.problem(item, notSold(known))
		return
	}
	wish.Tariff = tariff.Code
	maps.DeleteFunc(wish.Object.Attributes, func(_, value string) bool { return value == "" })
	if problems := wish.CheckQuote(product, w.now); len(problems) > 0 {
		w.problem(item, &insurance.Error{Problems: problems})
		return
	}
	priced, refused := product.Quote(tariff, wish, w.now)
	if refused != nil {
		w.problem(item, refused)
		return
	}
	q.Proposal, q.Product, q.Version = wish, product.Code, product.Version
	q.Premium, q.Working, q.SumInsured = priced.Premium, priced.Working, priced.Terms.SumInsured
	q.StartsAt, q.EndsAt, q.PricedAt = micros(priced.Terms.StartsAt), micros(priced.Terms.EndsAt), micros(w.now)
}

// notSold refuses a tariff, or the version of one that is sold.
func notSold(known bool) *insurance.Error {
	field := insurance.FieldTariff
	if known {
		field = insurance.FieldTariffVersion
	}
	return insurance.RefuseField(insurance.CodeInvalid, field, "is not a product that is sold")
}

// onSale is the product version in which a partner may sell a tariff.
func (c *Core) onSale(p Partner, tariff string, version int, now time.Time) (insurance.Product, insurance.Tariff, bool) {
	return c.Catalogue.FindVersion(string(p.Family), tariff, version, insurance.DateIn(now, p.Zone))
}

func (w *quoting) problem(item int, refused *insurance.Error) {
	if refused.Code == insurance.CodeInternal || len(refused.Problems) == 0 {
		w.fault = errors.Join(w.fault, refused)
		return
	}
	w.problems = merge(w.problems, at(item, refused.Problems))
}

// finish applies the bundle and tells what went wrong.
func (w *quoting) finish() error {
	if w.fault != nil {
		return w.fault
	}
	if err := invalid(w.problems); err != nil {
		return err
	}
	return w.bundle()
}

// bundle finds the reduction that the quotes have together, and what each
// costs with it.
func (w *quoting) bundle() error {
	bundle, err := w.findBundle()
	if err != nil {
		return err
	}
	w.Content.Bundle = bundle.Code
	for i := range w.Content.Quotes {
		q := &w.Content.Quotes[i]
		q.Bundled, q.BundledWorking = q.Premium, insurance.Working{}
		if !slices.Contains(bundle.Tariffs, q.Proposal.Tariff) || q.State != string(PackageReceived) {
			continue
		}
		_, priced, err := w.core.again(*q, bundle.Discount)
		if err != nil {
			return err
		}
		q.Bundled, q.BundledWorking = priced.Premium, priced.Working
	}
	return nil
}

func (w *quoting) findBundle() (insurance.Bundle, error) {
	var tariffs []string
	for _, q := range w.Content.Quotes {
		if q.State == string(PackageReceived) {
			tariffs = append(tariffs, q.Proposal.Tariff)
		}
	}
	for _, q := range w.Content.Quotes {
		product, err := w.core.product(q.Product, q.Version)
		if err != nil {
			return insurance.Bundle{}, err
		}
		for _, bundle := range product.Bundles {
			missing := func(tariff string) bool { return !slices.Contains(tariffs, tariff) }
			if !slices.ContainsFunc(bundle.Tariffs, missing) {
				return bundle, nil
			}
		}
	}
	return insurance.Bundle{}, nil
}

// again prices a quote as it was priced, with a reduction or without. What it
// answers without one is what the quote says, to the last digit.
func (c *Core) again(q store.Quote, discount insurance.Rate) (insurance.Product, insurance.Quote, error) {
	product, err := c.product(q.Product, q.Version)
	if err != nil {
		return product, insurance.Quote{}, err
	}
	wish := q.Proposal
	wish.Discount = discount
	tariff, ok := product.FindTariff(wish.Tariff)
	if !ok {
		return product, insurance.Quote{}, fmt.Errorf("price quote %s: its product has no tariff %s", q.ID, wish.Tariff)
	}
	priced, refused := product.Quote(tariff, wish, instant(q.PricedAt))
	if refused != nil {
		return product, priced, fmt.Errorf("price quote %s again: %w", q.ID, refused)
	}
	return product, priced, nil
}
