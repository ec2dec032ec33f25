package xcover

import "encoding/json"

// wireBooking is a package that was booked. What may be left out belongs to
// the answer to a change, or to the reading of a single booking.
type wireBooking struct {
	wireHead
	Quotes                  []wireBooked `json:"quotes"`
	COI                     wireCOI      `json:"coi"`
	AccountURL              string       `json:"account_url"`
	Policyholder            wireHolder   `json:"policyholder"`
	TotalTax                amount       `json:"total_tax"`
	TotalTaxFormatted       string       `json:"total_tax_formatted"`
	TotalPremium            amount       `json:"total_premium"`
	TotalPremiumFormatted   string       `json:"total_premium_formatted"`
	TotalPriceDiff          amount       `json:"total_price_diff,omitempty"`
	TotalPriceDiffFormatted string       `json:"total_price_diff_formatted,omitempty"`
	UpdateID                string       `json:"update_id,omitempty"`
	Partner                 *wirePartner `json:"partner,omitempty"`
	CustomerLanguage        string       `json:"customer_language,omitempty"`
}

// wireCOI is where the certificate is read and printed.
type wireCOI struct {
	URL string `json:"url"`
	PDF string `json:"pdf"`
}

type wireHolder struct {
	FirstName      *string         `json:"first_name"`
	MiddleName     *string         `json:"middle_name"`
	LastName       *string         `json:"last_name"`
	Email          *string         `json:"email"`
	Country        *string         `json:"country"`
	Age            json.RawMessage `json:"age"`
	Address1       *string         `json:"address1"`
	Address2       *string         `json:"address2"`
	City           *string         `json:"city"`
	Postcode       *string         `json:"postcode"`
	Region         *string         `json:"region"`
	Phone          *string         `json:"phone"`
	SecondaryEmail *string         `json:"secondary_email"`
	BirthDate      *string         `json:"birth_date"`
	Company        *string         `json:"company"`
	AllowUpdates   bool            `json:"allow_updates"`
}

// wirePartner is the partner, and itself once more: we know no subsidiaries.
type wirePartner struct {
	wireFirm
	Subsidiary wireFirm `json:"subsidiary"`
}

type wireFirm struct {
	ID                string     `json:"id"`
	Slug              string     `json:"slug"`
	Name              string     `json:"name"`
	Title             string     `json:"title"`
	Logo              *string    `json:"logo"`
	ContactURL        *string    `json:"contact_url"`
	PartnerURL        *string    `json:"partner_url"`
	HelpCenterURL     *string    `json:"help_center_url"`
	UpdatedAt         *string    `json:"updated_at"`
	XpayRefundEnabled bool       `json:"xpay_refund_enabled"`
	Emails            []struct{} `json:"emails"`
	Attributes        struct{}   `json:"attributes"`
}

// wirePage is a page of bookings.
type wirePage struct {
	Count    int           `json:"count"`
	Next     *string       `json:"next"`
	Previous *string       `json:"previous"`
	Results  []wireBooking `json:"results"`
}

// wireCancellation is a booking after it was cancelled in part or in full, or
// as it would be.
type wireCancellation struct {
	ID                    string          `json:"id"`
	Status                string          `json:"status"`
	Quotes                []wireCancelled `json:"quotes"`
	Policyholder          wireHolder      `json:"policyholder"`
	PDSURL                string          `json:"pds_url"`
	COI                   wireCOI         `json:"coi"`
	CreatedAt             *string         `json:"created_at"`
	UpdatedAt             *string         `json:"updated_at"`
	TotalPrice            amount          `json:"total_price"`
	TotalPriceFormatted   string          `json:"total_price_formatted"`
	TotalRefund           amount          `json:"total_refund"`
	TotalRefundFormatted  string          `json:"total_refund_formatted"`
	TotalTax              amount          `json:"total_tax"`
	TotalTaxFormatted     string          `json:"total_tax_formatted"`
	TotalPremium          amount          `json:"total_premium"`
	TotalPremiumFormatted string          `json:"total_premium_formatted"`
	Currency              string          `json:"currency"`
	CancellationID        *string         `json:"cancellation_id"`
	ConfirmBefore         *string         `json:"confirm_before"`
	Partner               wirePartner     `json:"partner"`
}

type wireCancelled struct {
	ID                     string        `json:"id"`
	PolicyStartDate        *string       `json:"policy_start_date"`
	PolicyEndDate          *string       `json:"policy_end_date"`
	PolicyCancellationDate *string       `json:"policy_cancellation_date"`
	PolicyCoolingoffDate   *string       `json:"policy_coolingoff_date"`
	Status                 string        `json:"status"`
	Price                  amount        `json:"price"`
	RefundValue            amount        `json:"refund_value"`
	AdjustmentFee          amount        `json:"adjustment_fee"`
	RefundType             *string       `json:"refund_type"`
	Policy                 wirePolicy    `json:"policy"`
	Insured                []wireInsured `json:"insured"`
	CreatedAt              *string       `json:"created_at"`
	ConfirmedAt            *string       `json:"confirmed_at"`
	UpdatedAt              *string       `json:"updated_at"`
	CancelledAt            *string       `json:"cancelled_at"`
	Commission             *string       `json:"commission"`
}

// wireRenewalOffer is what the renewals of a booking would be.
type wireRenewalOffer struct {
	RenewalID           string      `json:"renewal_id"`
	Quotes              []wireOffer `json:"quotes"`
	ID                  string      `json:"id"`
	Status              string      `json:"status"`
	Currency            string      `json:"currency"`
	TotalPrice          amount      `json:"total_price"`
	TotalPriceFormatted string      `json:"total_price_formatted"`
}

// wireSchedules are the instalments of a booking.
type wireSchedules struct {
	Quotes   []wireSchedule `json:"quotes"`
	Currency string         `json:"currency"`
}

type wireSchedule struct {
	ID              string           `json:"id"`
	NextPayment     *wireInstalment  `json:"next_payment"`
	PaidUntil       *string          `json:"paid_until"`
	PaymentSchedule []wireInstalment `json:"payment_schedule"`
	TotalAmountPaid amount           `json:"total_amount_paid"`
	TotalAmountDue  amount           `json:"total_amount_due"`
}

type wireInstalment struct {
	ID              string            `json:"id"`
	Number          int               `json:"number"`
	Quote           string            `json:"quote"`
	PeriodStartDate *string           `json:"period_start_date"`
	PeriodEndDate   *string           `json:"period_end_date"`
	Status          string            `json:"status"`
	Commission      amount            `json:"commission"`
	TotalAmount     amount            `json:"total_amount"`
	Tax             wireInstalmentTax `json:"tax"`
	Surcharges      struct{}          `json:"surcharges"`
	PaymentFailures *string           `json:"payment_failures"`
}

// wireInstalmentTax writes money as text, unlike everything around it.
type wireInstalmentTax struct {
	Taxes                          []wireInstalmentTaxLine `json:"taxes"`
	TotalTax                       string                  `json:"total_tax"`
	TotalTaxFormatted              string                  `json:"total_tax_formatted"`
	TotalAmountWithoutTax          string                  `json:"total_amount_without_tax"`
	TotalAmountWithoutTaxFormatted string                  `json:"total_amount_without_tax_formatted"`
}

type wireInstalmentTaxLine struct {
	TaxCode            string `json:"tax_code"`
	TaxType            string `json:"tax_type"`
	TaxLabel           string `json:"tax_label"`
	TaxValue           string `json:"tax_value"`
	TaxAmount          string `json:"tax_amount"`
	TaxAmountFormatted string `json:"tax_amount_formatted"`
}
