package console

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
)

// Certificates is what the pages for customers read. Each method refuses with
// insurance.CodePackageUnknown what the reader may not see.
type Certificates interface {
	// Certificate is a booked package. An unknown id, a package that was not
	// booked and a wrong token are refused alike.
	Certificate(ctx context.Context, id, token string) (core.CertificateView, error)
	// CertificatePDF is the certificates of its policies in one file. It is
	// asked only for a language in which all its products are described.
	CertificatePDF(ctx context.Context, id, token string, language insurance.Language) ([]byte, error)
	// Products are what a package quotes, booked or not, in its order.
	Products(ctx context.Context, id string) ([]core.ProductView, error)
}

// CertificatePages serves the pages that customers read, in German and English:
//
//	/coi/{id}, /en/coi/{id}, /de/coi/{id}   the certificate, by ?security_token=
//	/pds/{id}, /en/pds/{id}, /de/pds/{id}   product information, open to all;
//	                                        ?policy_type=event_v1 picks a product
//
// each with ".pdf" behind it as a file, and below "/assets/" what they load.
// Without a language in the path Accept-Language decides, and failing that the
// product. Whatever is not there or not to be seen is answered alike: with one
// page, and 404.
func CertificatePages(from Certificates, log *slog.Logger) http.Handler {
	p := certificatePages{press{log: log}, from}
	mux := http.NewServeMux()
	for _, lang := range append([]string{""}, languages...) {
		prefix := strings.TrimSuffix("/"+lang, "/")
		mux.HandleFunc("GET "+prefix+"/coi/{file}", p.in(lang, "coi", p.serveCertificate))
		mux.HandleFunc("GET "+prefix+"/pds/{file}", p.in(lang, "pds", p.serveProducts))
		mux.HandleFunc(prefix+"/", p.in(lang, "", func(v visit) { p.refuse(v, unknownPage) }))
	}
	mux.HandleFunc("GET /assets/{version}/{name}", p.in("", "", p.serveAsset))
	return mux
}

type certificatePages struct {
	press
	from Certificates
}

// unknownPage is the one refusal that tells a reader nothing.
var unknownPage = insurance.Refuse(insurance.CodePackageUnknown, "")

// visit is one request for a page.
type visit struct {
	w http.ResponseWriter
	r *http.Request
	// lang is the language in the path, or empty.
	lang string
	// kind is "coi" or "pds", id the package.
	kind, id string
	// pdf: the file is asked for.
	pdf bool
}

// in makes a visit of a request whose path names a language, or none.
func (p certificatePages) in(lang, kind string, serve func(visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// The address holds a token, and search engines follow what they find.
		w.Header().Set("X-Robots-Tag", "noindex, nofollow")
		id, pdf := strings.CutSuffix(r.PathValue("file"), ".pdf")
		serve(visit{w: w, r: r, lang: lang, kind: kind, id: id, pdf: pdf})
	}
}

func (v visit) token() string { return v.r.URL.Query().Get("security_token") }

// address is that of another page about the same package: in a language, of a
// kind, and with a query.
func (v visit) address(lang, kind, suffix string, query url.Values) string {
	return (&url.URL{Path: "/" + lang + "/" + kind + "/" + v.id + suffix, RawQuery: query.Encode()}).String()
}

func (p certificatePages) serveAsset(v visit) {
	if !p.asset(v.w, v.r) {
		p.refuse(v, unknownPage)
	}
}

func (p certificatePages) serveCertificate(v visit) {
	view, err := p.from.Certificate(v.r.Context(), v.id, v.token())
	if err != nil {
		p.refuse(v, err)
		return
	}
	products := soldIn(view.Package)
	lang := publicLanguage(v.r, v.lang, customers(view.Package.Language, offered(products)))
	if !v.pdf {
		p.write(v.w, v.r, lang, http.StatusOK, "certificate.html", certificateOf(v, view, lang))
		return
	}
	pdf, err := p.from.CertificatePDF(v.r.Context(), v.id, v.token(), spoken(products, insurance.Language(lang)))
	if err != nil {
		p.refuse(v, err)
		return
	}
	p.file(v, "certificate-"+v.id+".pdf", pdf)
}

func (p certificatePages) serveProducts(v visit) {
	views, err := p.from.Products(v.r.Context(), v.id)
	if err == nil {
		views, err = chosen(views, v.r.URL.Query().Get("policy_type"))
	}
	if err != nil {
		p.refuse(v, err)
		return
	}
	products := make([]insurance.Product, len(views))
	for i, each := range views {
		products[i] = each.Product
	}
	lang := publicLanguage(v.r, v.lang, customers(views[0].Language, offered(products)))
	if !v.pdf {
		p.write(v.w, v.r, lang, http.StatusOK, "product.html", productsOf(v, views, lang))
		return
	}
	p.information(v, views[0], spoken(products[:1], insurance.Language(lang)))
}

// customers puts the language that the customer was quoted in before those of
// the products.
func customers(language string, others []insurance.Language) []insurance.Language {
	short, _, _ := strings.Cut(strings.ToLower(language), "-")
	return append([]insurance.Language{insurance.Language(short)}, others...)
}

// information sends the information document of one product.
func (p certificatePages) information(v visit, view core.ProductView, language insurance.Language) {
	pdf, err := document.RenderInformation(document.Information{
		Product: view.Product, Country: view.Country, Language: language, IssuedAt: view.QuotedAt, Specimen: view.Sandbox,
	})
	if err != nil {
		p.refuse(v, err)
		return
	}
	p.file(v, "information-"+view.Product.Code+".pdf", pdf)
}

// chosen are the products of one policy type, such as "event_v1", or all;
// each of them once.
func chosen(views []core.ProductView, policyType string) ([]core.ProductView, error) {
	var picked []core.ProductView
	for _, each := range views {
		if policyType != "" && policyType != typeOf(each) {
			continue
		}
		if !slices.ContainsFunc(picked, func(other core.ProductView) bool {
			return other.Product.Code == each.Product.Code && other.Product.Version == each.Product.Version
		}) {
			picked = append(picked, each)
		}
	}
	if len(picked) == 0 {
		return nil, unknownPage
	}
	return picked, nil
}

func (p certificatePages) file(v visit, name string, pdf []byte) {
	v.w.Header().Add("Vary", "Accept-Language")
	p.pdf(v.w, v.r, name, pdf)
}

// refuse says that there is nothing to see, or that something failed; which of
// several reasons there is nothing, it does not.
func (p certificatePages) refuse(v visit, err error) {
	lang := publicLanguage(v.r, v.lang, nil)
	if insurance.CodeOf(err) == insurance.CodePackageUnknown {
		p.write(v.w, v.r, lang, http.StatusNotFound, "unknown.html", nil)
		return
	}
	p.log.ErrorContext(v.r.Context(), "read a customer's page", "error", err)
	status := http.StatusInternalServerError
	if insurance.CodeOf(err) == insurance.CodeUnavailable {
		status = http.StatusServiceUnavailable
	}
	p.write(v.w, v.r, lang, status, "failed.html", nil)
}

// soldIn are the products of a package.
func soldIn(p core.Package) []insurance.Product {
	products := make([]insurance.Product, len(p.Quotes))
	for i, quote := range p.Quotes {
		products[i] = quote.Product
	}
	return products
}

// offered are the languages of the first product, whose first one counts.
func offered(products []insurance.Product) []insurance.Language {
	if len(products) == 0 {
		return nil
	}
	return products[0].Languages
}

// spoken is the wanted language if everything can be said in it, else the
// first in which it can.
func spoken(products []insurance.Product, wanted insurance.Language) insurance.Language {
	for _, language := range append([]insurance.Language{wanted}, offered(products)...) {
		if !slices.ContainsFunc(products, func(p insurance.Product) bool { return !document.Speaks(p, language) }) {
			return language
		}
	}
	return wanted
}
