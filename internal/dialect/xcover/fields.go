package xcover

import (
	"strconv"
	"strings"

	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// place is where in a request something is, from the outermost name to the
// innermost, each after a slash: "/request/*0/policy_type". An item of a list
// is a star with its number.
type place string

func (p place) member(name string) place { return p + "/" + place(segment(name)) }

func (p place) item(i int) place { return p + "/*" + place(strconv.Itoa(i)) }

// segment makes a name of the caller fit for a place.
func segment(name string) string {
	if strings.HasPrefix(name, "*") {
		name = "?" + name[1:]
	}
	return strings.ReplaceAll(dialect.Shown(name), "/", "?")
}

// nonField is the name under which errors tell what is wrong with an object as a
// whole.
const nonField = "non_field_errors"

// places has an entry for every insurance.Field but attributes of objects: where
// requests have it. A star is the item that a problem names.
var places = map[insurance.Field]place{
	insurance.FieldBody:          "/" + nonField,
	insurance.FieldUnexpected:    "/" + nonField,
	insurance.FieldRepetitionKey: "/x-idempotency-key",

	insurance.FieldCurrency:     "/currency",
	insurance.FieldMarket:       "/customer_country",
	insurance.FieldMarketRegion: "/customer_region",
	insurance.FieldLanguage:     "/customer_language",
	insurance.FieldReference:    "/partner_transaction_id",
	insurance.FieldMetadata:     "/partner_metadata",

	insurance.FieldTariff:               "/request/*/policy_type",
	insurance.FieldTariffVersion:        "/request/*/policy_type_version",
	insurance.FieldStartsAt:             "/request/*/policy_start_date",
	insurance.FieldInception:            "/request/*/policy_start_date",
	insurance.FieldEndsAt:               "/request/*/policy_end_date",
	insurance.FieldExpiry:               "/request/*/policy_end_date",
	insurance.FieldPartnerPrice:         "/request/*/partner_price",
	insurance.FieldTerm:                 "/request/*/period",
	insurance.FieldKind:                 "/request/*/period",
	insurance.FieldDeductible:           "/request/*/deductible",
	insurance.FieldLegalWarrantyEnd:     "/request/*/legal_warranty_end_date",
	insurance.FieldVoluntaryWarrantyEnd: "/request/*/voluntary_warranty_end_date",
	insurance.FieldObject:               "/request/*",

	insurance.FieldPolicyholder:   "/policyholder",
	insurance.FieldFirstName:      "/policyholder/first_name",
	insurance.FieldMiddleName:     "/policyholder/middle_name",
	insurance.FieldLastName:       "/policyholder/last_name",
	insurance.FieldCompany:        "/policyholder/company",
	insurance.FieldVATID:          "/policyholder/vat_id",
	insurance.FieldTaxID:          "/policyholder/tax_id",
	insurance.FieldEmail:          "/policyholder/email",
	insurance.FieldSecondaryEmail: "/policyholder/secondary_email",
	insurance.FieldPhone:          "/policyholder/phone",
	insurance.FieldAge:            "/policyholder/age",
	insurance.FieldBirthOn:        "/policyholder/birth_date",
	insurance.FieldCountry:        "/policyholder/country",
	insurance.FieldRegion:         "/policyholder/region",
	insurance.FieldAddress:        "/policyholder/address1",

	insurance.FieldQuotes:              "/quotes",
	insurance.FieldQuoteID:             "/quotes/*/id",
	insurance.FieldInsured:             "/quotes/*/insured",
	insurance.FieldInstalmentPlan:      "/quotes/*/instalment_plan",
	insurance.FieldInstalment:          "/quotes/*/instalment_number",
	insurance.FieldPaymentConfirmation: "/require_payment_confirmation",

	insurance.FieldCertificateNumber: "/id",
	insurance.FieldReason:            "/quotes/*/reason_for_cancellation",
	insurance.FieldComment:           "/quotes/*/reason_for_cancellation",
	insurance.FieldEffectiveOn:       "/quotes/*/policy_cancellation_date",
	insurance.FieldPreview:           "/preview",
	insurance.FieldPaidOn:            "/paid_on",
	insurance.FieldEvent:             "/event",

	insurance.FieldPageSize: "/limit",
	insurance.FieldPage:     "/offset",
	insurance.FieldSortBy:   "/ordering",
	insurance.FieldSortDir:  "/ordering",
	insurance.FieldFrom:     "/from",
	insurance.FieldTo:       "/to",
	insurance.FieldStatus:   "/status",
}

// templateOf is where requests have a field, with a star for the item. A field
// that is a place already stays.
func templateOf(field insurance.Field) place {
	if known, ok := places[field]; ok {
		return known
	}
	if strings.HasPrefix(string(field), "/") {
		return place(field)
	}
	if attribute, ok := strings.CutPrefix(string(field), string(insurance.FieldOf(""))); ok {
		return places[insurance.FieldObject] + place("/"+strings.ReplaceAll(attribute, ".", "/"))
	}
	return places[insurance.FieldBody]
}

// placeOf is where in the request a problem is.
func placeOf(p insurance.Problem) place {
	template := string(templateOf(p.Field))
	filled := strings.Replace(template+"/", "/*/", "/*"+strconv.Itoa(p.Item)+"/", 1)
	return place(strings.TrimSuffix(filled, "/"))
}
