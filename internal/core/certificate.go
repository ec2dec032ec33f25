package core

import (
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// CertificateView is a booked package as its certificate page shows it to
// whoever has its token.
type CertificateView struct {
	Package Package
	// PartnerName is what customers know the partner by.
	PartnerName string
	// Sandbox tells whether nobody is insured by it.
	Sandbox bool
}

// ProductView is a product that a package quotes, as its public page shows it.
// It says nothing about the customer or the price.
type ProductView struct {
	Product insurance.Product
	// Tariff is the code that the package was quoted under.
	Tariff string
	// Country is the market, which the product is sold in.
	Country insurance.Country
	// Language is the customer's, as sent; it may be empty.
	Language string
	// QuotedAt is when the package was made; its information is as of then.
	QuotedAt time.Time
	// Sandbox tells whether nobody is insured by it.
	Sandbox bool
}
