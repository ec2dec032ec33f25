package core

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// exampleVariety is how many examples there are of a tariff in a market.
const exampleVariety = 9

// exampleQuotes are packages as they may be asked for, one after the other in
// each market: what quotes of a first day are compressed by. Whoever needs them
// has no quotes yet to learn from. They are never stored.
func (c *Core) exampleQuotes(r reading) (all []store.PackageContent) {
	today := insurance.DateIn(r.now, time.UTC)
	for _, product := range c.Catalogue.Products(string(FamilyXCover)) {
		if !product.SoldOn(today) {
			continue
		}
		for _, tariff := range product.Tariffs {
			for _, market := range product.Markets {
				for i := range exampleVariety {
					if s, err := c.exampleQuote(r, product, tariff, market, i); err == nil {
						all = append(all, s.stored().Content)
					}
				}
			}
		}
	}
	return all
}

// exampleQuote is refused where a product wants more than its fields say.
func (c *Core) exampleQuote(
	r reading, product insurance.Product, tariff insurance.Tariff, market insurance.Market, i int,
) (*sale, error) {
	language := "en"
	if len(product.Languages) > 0 {
		language = string(product.Languages[i%len(product.Languages)])
	}
	proposal := insurance.Proposal{
		Tariff: tariff.Code, StartsAt: r.now.Add(time.Duration(i*3571) * time.Second).Truncate(time.Second),
		Object: insurance.Object{Attributes: make(map[string]string)},
	}
	if product.EndsWith == "" && len(product.Kinds) > 0 {
		proposal.Term, proposal.Kind = tariff.DefaultTerm, product.Kinds[i%len(product.Kinds)]
	}
	for n, attribute := range product.Attributes {
		if attribute.Required || (i+n)%exampleVariety != 0 {
			proposal.Object.Attributes[attribute.Name] = exampleOf(attribute, product, market, r.now, i)
		}
	}
	partner := Partner{Family: FamilyXCover, Zone: market.Zone}
	return c.newSale(r, partner, place{number: int64(i)}, nil, PackageWish{
		Currency: &market.Currency, Country: &market.Country, Language: &language, Items: []QuoteWish{{Proposal: proposal}},
	})
}

// exampleOf is a value of an attribute, with other letters and digits for each
// i.
func exampleOf(a insurance.Attribute, product insurance.Product, market insurance.Market, now time.Time, i int) string {
	switch a.Kind {
	case insurance.AttributeAmount, insurance.AttributeAmounts:
		return fmt.Sprintf("%d.%02d", 17+i*i*31%900, i*23)
	case insurance.AttributeDate:
		return now.AddDate(0, 0, i*13).Format(time.DateOnly)
	case insurance.AttributeInstant:
		return now.AddDate(0, 0, 1+i*13).Add(time.Duration(i*3571) * time.Second).Format(time.RFC3339)
	case insurance.AttributeConfirmation, insurance.AttributeFlag:
		return "true"
	case insurance.AttributeWhole:
		return strconv.Itoa(1 + i)
	case insurance.AttributeCountry:
		return string(market.Country)
	}
	words := append(strings.Fields(product.Offer["en"].Description), a.Label.In("en"))
	return words[i%len(words)] + " " + words[i*i%len(words)]
}
