package xcover

import "encoding/json"

// Webhooks keep the shape of the spring of 2019: money is text, some keys have
// other names, and several of those in wire.go did not exist yet.

// wireTold is every webhook.
type wireTold struct {
	Event   string `json:"event"`
	Payload any    `json:"payload"`
}

// wireMove is a booking before and after what happened to it.
type wireMove struct {
	Old *wireToldBooking `json:"old"`
	New *wireToldBooking `json:"new"`
}

type wireToldBooking struct {
	ID                            string          `json:"id"`
	Status                        string          `json:"status"`
	Quotes                        []wireToldQuote `json:"quotes"`
	Currency                      string          `json:"currency"`
	TotalPrice                    string          `json:"total_price"`
	TotalPriceFormatted           string          `json:"total_price_formatted"`
	BundlePrice                   string          `json:"bundle_price"`
	BundlePriceFormatted          string          `json:"bundle_price_formatted"`
	BundleDiscountPercent         int             `json:"bundle_discount_percent"`
	BundleDiscountAmount          string          `json:"bundle_discount_amount"`
	BundleDiscountAmountFormatted string          `json:"bundle_discount_amount_formatted"`
	CreatedAt                     *string         `json:"created_at"`
	UpdatedAt                     *string         `json:"updated_at"`
	PDSURL                        string          `json:"pds_url"`
	COI                           wireCOI         `json:"coi"`
	Policyholder                  wireToldHolder  `json:"policyholder"`
	TotalTax                      string          `json:"total_tax"`
	TotalPremium                  string          `json:"total_premium"`
}

type wireToldQuote struct {
	ID                       string             `json:"id"`
	PolicyStartDate          *string            `json:"policy_start_date"`
	PolicyEndDate            *string            `json:"policy_end_date"`
	Status                   string             `json:"status"`
	Price                    string             `json:"price"`
	PriceFormatted           string             `json:"price_formatted"`
	DiscountedPrice          string             `json:"discounted_price"`
	DiscountedPriceFormatted string             `json:"discounted_price_formatted"`
	Policy                   wireToldPolicy     `json:"policy"`
	Insured                  []wireToldInsured  `json:"insured"`
	Tax                      wireToldTax        `json:"tax"`
	Duration                 *string            `json:"duration"`
	SubLimits                []wireBenefit      `json:"sub_limits"`
	Commission               wireToldCommission `json:"commission"`
	CreatedAt                *string            `json:"created_at"`
	ConfirmedAt              *string            `json:"confirmed_at"`
	UpdatedAt                *string            `json:"updated_at"`
	CancelledAt              *string            `json:"cancelled_at"`
	IsRenewable              bool               `json:"is_renewable"`
	CoverAmount              string             `json:"cover_amount"`
	PendingRenewal           *wireRenewal       `json:"pending_renewal"`
	CanBeCancelled           bool               `json:"can_be_cancelled"`
}

type wireToldPolicy struct {
	PolicyType    string              `json:"policy_type"`
	PolicyName    string              `json:"policy_name"`
	PolicyCode    string              `json:"policy_code"`
	PolicyVersion string              `json:"policy_version"`
	Content       wireToldContent     `json:"content"`
	Underwriter   wireToldUnderwriter `json:"underwriter"`
}

type wireToldContent struct {
	SectionHeader string          `json:"section_header"`
	Description   string          `json:"description"`
	Inclusions    []wireStatement `json:"inclusions"`
	Exclusions    []wireStatement `json:"exclusions"`
}

type wireToldUnderwriter struct {
	Disclaimer string `json:"disclaimer"`
}

type wireToldHolder struct {
	FirstName *string `json:"first_name"`
	LastName  *string `json:"last_name"`
	Email     *string `json:"email"`
	Country   *string `json:"country"`
}

type wireToldInsured struct {
	ID string `json:"id"`
	wireToldHolder
}

type wireToldTax struct {
	TotalTax                       string            `json:"total_tax"`
	TotalAmountWithoutTax          string            `json:"total_amount_without_tax"`
	TotalTaxFormatted              string            `json:"total_tax_formatted"`
	TotalAmountWithoutTaxFormatted string            `json:"total_amount_without_tax_formatted"`
	Taxes                          []wireToldTaxLine `json:"taxes"`
}

type wireToldTaxLine struct {
	TaxAmount          string `json:"tax_amount"`
	TaxCode            string `json:"tax_code"`
	TaxAmountFormatted string `json:"tax_amount_formatted"`
}

type wireToldCommission struct {
	TotalCommission          string `json:"total_commission"`
	TotalCommissionFormatted string `json:"total_commission_formatted"`
}

// wireLater is the webhook of later years: the booking as it stands, in short.
type wireLater struct {
	ID                   string           `json:"id"`
	Status               string           `json:"status"`
	Currency             string           `json:"currency"`
	TotalPrice           amount           `json:"total_price"`
	TotalPriceFormatted  string           `json:"total_price_formatted"`
	PartnerTransactionID *string          `json:"partner_transaction_id"`
	Quotes               []wireLaterQuote `json:"quotes"`
}

type wireLaterQuote struct {
	ID                string          `json:"id"`
	PolicyStartDate   *string         `json:"policy_start_date"`
	PolicyEndDate     *string         `json:"policy_end_date"`
	Status            string          `json:"status"`
	Price             amount          `json:"price"`
	PriceFormatted    string          `json:"price_formatted"`
	Policy            wireLaterPolicy `json:"policy"`
	Duration          *string         `json:"duration"`
	TotalRenewedTimes int             `json:"total_renewed_times"`
	// RefundValue is of quotes that were cancelled just now.
	RefundValue amount `json:"refund_value,omitempty"`
}

type wireLaterPolicy struct {
	PolicyType    string `json:"policy_type"`
	PolicyName    string `json:"policy_name"`
	PolicyVersion string `json:"policy_version"`
}

// wireFailing tells a partner's support that an endpoint does not answer.
type wireFailing struct {
	Event    string        `json:"event"`
	Endpoint string        `json:"endpoint"`
	Failures int64         `json:"failures"`
	Last     wireFailedTry `json:"last"`
	// PausesAt is there a day before the endpoint is paused, the others once it is.
	PausesAt *string `json:"pauses_at,omitempty"`
	PausedAt *string `json:"paused_at,omitempty"`
	Reason   string  `json:"reason,omitempty"`
}

// wireFailedTry has a status or an error.
type wireFailedTry struct {
	At     *string         `json:"at"`
	Status json.RawMessage `json:"status"`
	Error  *string         `json:"error"`
}
