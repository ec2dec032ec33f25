package console

import (
	"net/url"
	"strconv"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
)

// productPage is what product.html shows.
type productPage struct {
	letterhead
	Products []productPart
}

// productPart is the information document of one product, in one column in
// the order that Regulation (EU) 2017/1469 Art. 4(4) prescribes.
type productPart struct {
	// ID tells the parts of a page apart.
	ID, Name string
	// Lang is the language of the product's own texts, where it is another.
	Lang        string
	Information insurance.Information
	// Insured are the covers included, Extra those for an additional premium.
	Insured, Extra []string
	Leaflet        document.Leaflet
	Insurer        insurerPart
	Registered     string
	Edition, Terms string
	// PDF is the document itself; empty where the product has none.
	PDF string
}

// typeOf is what the product is called in an address: its tariff and version.
func typeOf(view core.ProductView) string {
	return view.Tariff + "_v" + strconv.Itoa(view.Product.Version)
}

func productsOf(v visit, views []core.ProductView, lang string) productPage {
	s, query := speakerOf(lang), url.Values{}
	if policyType := v.r.URL.Query().Get("policy_type"); policyType != "" {
		query.Set("policy_type", policyType)
	}
	page := productPage{letterhead: letterhead{
		Sender: s.Insurer(views[0].Product.Insurer), Specimen: views[0].Sandbox, Others: v.others(lang, query),
	}}
	for i, view := range views {
		part := s.product(view)
		part.ID = "product-" + strconv.Itoa(i+1)
		if _, sold := view.Product.Market(view.Country); sold {
			part.PDF = v.address(lang, "pds", ".pdf", url.Values{"policy_type": {typeOf(view)}})
		}
		page.Products = append(page.Products, part)
	}
	return page
}

func (s speaker) product(view core.ProductView) productPart {
	p := view.Product
	lang := spoken([]insurance.Product{p}, s.lang)
	part := productPart{
		Name: p.Name.In(s.lang), Information: p.Information[lang], Leaflet: s.Leaflet(p), Insurer: s.insurer(p.Insurer),
		Registered: s.Country(p.Insurer.Country), Edition: p.Code + ", " + strconv.Itoa(p.Version), Terms: p.TermsVersion,
	}
	if lang != s.lang {
		part.Lang = string(lang)
	}
	for _, item := range part.Information.Insured {
		if item.Optional {
			part.Extra = append(part.Extra, item.Text)
		} else {
			part.Insured = append(part.Insured, item.Text)
		}
	}
	return part
}
