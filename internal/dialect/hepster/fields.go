package hepster

import (
	"strings"

	"github.com/covernote/covernote/internal/insurance"
)

// name is what an error text calls a field.
type name struct{ section, field string }

// The sections of an error text. Booking is published; the others are ours.
const (
	sectionPolicyHolder  = "PolicyHolder"
	sectionBooking       = "Booking"
	sectionInsuredObject = "InsuredObject"
	sectionCancellation  = "Cancellation"
	sectionParameter     = "Parameter"
	sectionRequest       = "Request"
)

// names has an entry for every insurance.Field that requests of the API have.
// Error texts write names in snake case and not as the keys of the request:
// contract_start_date is published, the others follow it.
var names = map[insurance.Field]name{
	insurance.FieldCompany:   {sectionPolicyHolder, "insured_legal_entity"},
	insurance.FieldFirstName: {sectionPolicyHolder, "insurance_user_first_name"},
	insurance.FieldLastName:  {sectionPolicyHolder, "insurance_user_last_name"},
	insurance.FieldVATID:     {sectionPolicyHolder, "vat_id"},
	insurance.FieldTaxID:     {sectionPolicyHolder, "tax_id"},
	insurance.FieldCountry:   {sectionPolicyHolder, "country"},
	insurance.FieldEmail:     {sectionPolicyHolder, "email"},
	insurance.FieldBirthOn:   {sectionPolicyHolder, "birth_date"},
	insurance.FieldAddress:   {sectionPolicyHolder, "address"},

	insurance.FieldReference:            {sectionBooking, "external_order_reference"},
	insurance.FieldInception:            {sectionBooking, "contract_start_date"},
	insurance.FieldExpiry:               {sectionBooking, "contract_end_date"},
	insurance.FieldLegalWarrantyEnd:     {sectionBooking, "legal_warranty_end_date"},
	insurance.FieldVoluntaryWarrantyEnd: {sectionBooking, "voluntary_warranty_end_date"},
	insurance.FieldTariff:               {sectionBooking, "product_code"},
	insurance.FieldKind:                 {sectionBooking, "type"},
	insurance.FieldTerm:                 {sectionBooking, "duration"},
	insurance.FieldDeductible:           {sectionBooking, "cost_sharing"},

	insurance.FieldObject:       {sectionInsuredObject, "insured_object"},
	insurance.FieldObjectType:   {sectionInsuredObject, "object_type"},
	insurance.FieldSerialNumber: {sectionInsuredObject, "serial_number"},
	insurance.FieldManufacturer: {sectionInsuredObject, "manufacturer"},
	insurance.FieldModel:        {sectionInsuredObject, "model"},
	insurance.FieldSalesPrice:   {sectionInsuredObject, "item_sales_price"},
	insurance.FieldPurchasedOn:  {sectionInsuredObject, "purchase_date"},
	insurance.FieldUndamaged:    {sectionInsuredObject, "undamaged_confirmed"},

	insurance.FieldCertificateNumber: {sectionCancellation, "certificate_number"},
	insurance.FieldReason:            {sectionCancellation, "reason"},
	insurance.FieldEffectiveOn:       {sectionCancellation, "cancellation_date"},
	insurance.FieldComment:           {sectionCancellation, "comment"},

	insurance.FieldPageSize: {sectionParameter, "size"},
	insurance.FieldPage:     {sectionParameter, "page"},
	insurance.FieldSortBy:   {sectionParameter, "sort_by"},
	insurance.FieldSortDir:  {sectionParameter, "sort_direction"},
	insurance.FieldFrom:     {sectionParameter, "from"},
	insurance.FieldTo:       {sectionParameter, "to"},
	insurance.FieldStatus:   {sectionParameter, "status"},

	insurance.FieldBody:          {sectionRequest, "body"},
	insurance.FieldRepetitionKey: {sectionRequest, "idempotency_key"},
}

// nameOf names a field. What a product asks of an object beyond the shared
// attributes bears the attribute's own name.
func nameOf(field insurance.Field) name {
	if known, ok := names[field]; ok {
		return known
	}
	if attribute, ok := strings.CutPrefix(string(field), string(insurance.FieldOf(""))); ok {
		return name{sectionInsuredObject, attribute}
	}
	return names[insurance.FieldBody]
}
