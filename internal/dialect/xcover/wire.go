package xcover

import (
	"encoding/json"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/covernote/covernote/internal/dialect"
)

// The order of fields here is the order of keys on the wire: that of December
// 2019, with what came later where it was first seen. No key is left out but
// those that say so.

// amount is money as a number, with a digit after the point.
type amount = json.RawMessage

// wireHead begins packages and bookings.
type wireHead struct {
	ID                   string  `json:"id"`
	Status               string  `json:"status"`
	Currency             string  `json:"currency"`
	TotalPrice           amount  `json:"total_price"`
	TotalPriceFormatted  string  `json:"total_price_formatted"`
	PartnerTransactionID *string `json:"partner_transaction_id"`
	CreatedAt            *string `json:"created_at"`
	UpdatedAt            *string `json:"updated_at"`
	PDSURL               string  `json:"pds_url"`
	SecurityToken        string  `json:"security_token"`
}

// wirePackage is a package of quotes.
type wirePackage struct {
	wireHead
	Quotes                        wireOffers        `json:"quotes"`
	BundleCode                    *string           `json:"bundle_code"`
	BundlePrice                   amount            `json:"bundle_price"`
	BundleContent                 wireBundleContent `json:"bundle_content"`
	BundlePriceFormatted          string            `json:"bundle_price_formatted"`
	BundleDiscountPercent         json.RawMessage   `json:"bundle_discount_percent"`
	BundleDiscountAmount          amount            `json:"bundle_discount_amount"`
	BundleDiscountAmountFormatted string            `json:"bundle_discount_amount_formatted"`
	Errors                        struct{}          `json:"errors"`
}

// wireBundleContent is empty without a bundle.
type wireBundleContent struct {
	Title string `json:"title,omitempty"`
}

// wireFast is the short answer to who asked for prices in a hurry.
type wireFast struct {
	ID                  string     `json:"id"`
	FastQuoteID         string     `json:"fast_quote_id"`
	Currency            string     `json:"currency"`
	Quotes              wireOffers `json:"quotes"`
	TotalPrice          amount     `json:"total_price"`
	TotalPriceFormatted string     `json:"total_price_formatted"`
}

// wireOffers are quotes by their position, which stays when others go: an
// object whose keys keep the order of the quotes.
type wireOffers []wireOffer

// MarshalJSONTo writes the object.
func (offers wireOffers) MarshalJSONTo(to *jsontext.Encoder) error {
	return dialect.EncodeMembers(to, func(yield func(string, any) bool) {
		for _, offer := range offers {
			if !yield(strconv.Itoa(offer.position), offer) {
				return
			}
		}
	})
}

// wireQuote is what quotes and booked quotes have in common.
type wireQuote struct {
	ID                   string         `json:"id"`
	PolicyStartDate      *string        `json:"policy_start_date"`
	PolicyEndDate        *string        `json:"policy_end_date"`
	Status               string         `json:"status"`
	Price                amount         `json:"price"`
	PriceFormatted       string         `json:"price_formatted"`
	Policy               wirePolicy     `json:"policy"`
	Insured              []wireInsured  `json:"insured"`
	Tax                  wireTax        `json:"tax"`
	Duration             *string        `json:"duration"`
	Benefits             []wireBenefit  `json:"benefits"`
	Commission           wireCommission `json:"commission"`
	CreatedAt            *string        `json:"created_at"`
	ConfirmedAt          *string        `json:"confirmed_at"`
	UpdatedAt            *string        `json:"updated_at"`
	CancelledAt          *string        `json:"cancelled_at"`
	IsRenewable          bool           `json:"is_renewable"`
	IsPricebeatEnabled   *bool          `json:"is_pricebeat_enabled"`
	CoverAmount          amount         `json:"cover_amount"`
	CoverAmountFormatted *string        `json:"cover_amount_formatted"`
	PendingRenewal       *wireRenewal   `json:"pending_renewal"`
	PDSURL               string         `json:"pds_url"`
	Attachments          []struct{}     `json:"attachments"`
	Files                []struct{}     `json:"files"`
	ExtraFields          struct{}       `json:"extra_fields"`
	Surcharge            wireSurcharge  `json:"surcharge"`
}

// wireOffer is a quote that can be booked.
type wireOffer struct {
	wireQuote
	DiscountPrice           amount     `json:"discount_price"`
	DiscountPriceFormatted  string     `json:"discount_price_formatted"`
	DiscountAmount          amount     `json:"discount_amount"`
	DiscountAmountFormatted string     `json:"discount_amount_formatted"`
	InstalmentPlans         []wirePlan `json:"instalment_plans"`
	// position is the key in wireOffers.
	position int
}

// wireBooked is a quote that was booked. The difference of price is there in
// the answer to a change only.
type wireBooked struct {
	wireQuote
	NextRenewal        *wireRenewal `json:"next_renewal"`
	CanBeCancelled     bool         `json:"can_be_cancelled"`
	PriceDiff          amount       `json:"price_diff,omitempty"`
	PriceDiffFormatted string       `json:"price_diff_formatted,omitempty"`
}

type wirePolicy struct {
	PolicyType          string          `json:"policy_type"`
	PolicyTypeGroupName *string         `json:"policy_type_group_name"`
	PolicyName          string          `json:"policy_name"`
	PolicyCode          string          `json:"policy_code"`
	PolicyVersion       string          `json:"policy_version"`
	Category            *string         `json:"category"`
	Content             wireContent     `json:"content"`
	Underwriter         wireUnderwriter `json:"underwriter"`
	ClaimSelectorID     string          `json:"claim_selector_id"`
}

// wireContent is what a checkout says. Lists that are empty are left out.
type wireContent struct {
	Title       string          `json:"title"`
	Header      *string         `json:"header"`
	Description string          `json:"description"`
	OptOutMsg   string          `json:"optout_msg"`
	Disclaimer  string          `json:"disclaimer"`
	Inclusions  []wireStatement `json:"inclusions,omitempty"`
	Exclusions  []wireStatement `json:"exclusions,omitempty"`
}

type wireStatement struct {
	Title       string `json:"title"`
	Description string `json:"description"`
}

type wireUnderwriter struct {
	Disclaimer string `json:"disclaimer"`
	Name       string `json:"name"`
}

// wireInsured is an insured person: what is known, and the region in any case.
type wireInsured struct {
	ID         string          `json:"id"`
	FirstName  string          `json:"first_name,omitempty"`
	MiddleName string          `json:"middle_name,omitempty"`
	LastName   string          `json:"last_name,omitempty"`
	Email      string          `json:"email,omitempty"`
	Phone      string          `json:"phone,omitempty"`
	Country    string          `json:"country,omitempty"`
	Region     *string         `json:"region"`
	Age        json.RawMessage `json:"age,omitempty"`
	BirthDate  string          `json:"birth_date,omitempty"`
	Address1   string          `json:"address1,omitempty"`
	Address2   string          `json:"address2,omitempty"`
	City       string          `json:"city,omitempty"`
	Postcode   string          `json:"postcode,omitempty"`
	Company    string          `json:"company,omitempty"`
}

type wireTax struct {
	TotalTax                       amount        `json:"total_tax"`
	TotalAmountWithoutTax          amount        `json:"total_amount_without_tax"`
	TotalTaxFormatted              string        `json:"total_tax_formatted"`
	TotalAmountWithoutTaxFormatted string        `json:"total_amount_without_tax_formatted"`
	Taxes                          []wireTaxLine `json:"taxes"`
}

type wireTaxLine struct {
	TaxAmount          amount `json:"tax_amount"`
	TaxCode            string `json:"tax_code"`
	TaxAmountFormatted string `json:"tax_amount_formatted"`
}

type wireBenefit struct {
	Description      string `json:"description"`
	LimitDescription string `json:"limit_description,omitempty"`
}

type wireCommission struct {
	PartnerCommission            amount `json:"partner_commission"`
	PartnerCommissionFormatted   string `json:"partner_commission_formatted"`
	SurchargeCommission          amount `json:"surcharge_commission"`
	SurchargeCommissionFormatted string `json:"surcharge_commission_formatted"`
	TotalCommission              amount `json:"total_commission"`
	TotalCommissionFormatted     string `json:"total_commission_formatted"`
}

// wireSurcharge is null in all its parts: we charge none.
type wireSurcharge struct {
	TotalAmount          amount  `json:"total_amount"`
	TotalAmountFormatted *string `json:"total_amount_formatted"`
	Surcharges           *string `json:"surcharges"`
}

type wirePlan struct {
	Name                  string `json:"name"`
	Label                 string `json:"label"`
	Amount                amount `json:"amount"`
	FirstInstalmentAmount amount `json:"first_instalment_amount"`
}

// wireRenewal is the same wherever it is told.
type wireRenewal struct {
	ID               string  `json:"id"`
	PackageID        string  `json:"package_id"`
	QuoteID          string  `json:"quote_id"`
	Status           string  `json:"status"`
	StartDate        *string `json:"start_date"`
	EndDate          *string `json:"end_date"`
	Price            amount  `json:"price"`
	Period           string  `json:"period"`
	CreatedAt        *string `json:"created_at"`
	NotificationDate *string `json:"notification_date"`
	DueDate          *string `json:"due_date"`
	ExpiryDate       *string `json:"expiry_date"`
}
