package insurance

// Field names a part of a proposal or a request in the core's own words. A
// dialect translates it into the name its partners know.
type Field string

// The fields a problem can be about.
const (
	FieldBody                 Field = "body"
	FieldCompany              Field = "policyholder.company"
	FieldFirstName            Field = "policyholder.first_name"
	FieldLastName             Field = "policyholder.last_name"
	FieldVATID                Field = "policyholder.vat_id"
	FieldTaxID                Field = "policyholder.tax_id"
	FieldCountry              Field = "policyholder.country"
	FieldEmail                Field = "policyholder.email"
	FieldBirthOn              Field = "policyholder.birth_on"
	FieldAddress              Field = "policyholder.address"
	FieldReference            Field = "booking.reference"
	FieldInception            Field = "booking.inception"
	FieldExpiry               Field = "booking.expiry"
	FieldLegalWarrantyEnd     Field = "booking.legal_warranty_end"
	FieldVoluntaryWarrantyEnd Field = "booking.voluntary_warranty_end"
	FieldTariff               Field = "booking.tariff"
	FieldKind                 Field = "booking.kind"
	FieldTerm                 Field = "booking.term"
	FieldDeductible           Field = "booking.deductible"
	FieldObject               Field = "object"
	FieldObjectType           Field = "object.type"
	FieldSerialNumber         Field = "object.serial_number"
	FieldManufacturer         Field = "object.manufacturer"
	FieldModel                Field = "object.model"
	FieldSalesPrice           Field = "object.sales_price"
	FieldPurchasedOn          Field = "object.purchased_on"
	FieldUndamaged            Field = "object.undamaged"
	FieldCertificateNumber    Field = "ending.certificate_number"
	FieldReason               Field = "ending.reason"
	FieldEffectiveOn          Field = "ending.effective_on"
	FieldComment              Field = "ending.comment"
	FieldPageSize             Field = "page.size"
	FieldPage                 Field = "page.number"
	FieldSortBy               Field = "page.sort_by"
	FieldSortDir              Field = "page.sort_direction"
	FieldFrom                 Field = "page.from"
	FieldTo                   Field = "page.to"
	FieldStatus               Field = "page.status"
	FieldRepetitionKey        Field = "request.repetition_key"
	FieldMiddleName           Field = "policyholder.middle_name"
	FieldPhone                Field = "policyholder.phone"
	FieldSecondaryEmail       Field = "policyholder.secondary_email"
	FieldRegion               Field = "policyholder.region"
	FieldAge                  Field = "policyholder.age"
	FieldPolicyholder         Field = "policyholder"
	FieldCurrency             Field = "booking.currency"
	FieldMarket               Field = "booking.market"
	FieldMarketRegion         Field = "booking.market_region"
	FieldLanguage             Field = "booking.language"
	FieldStartsAt             Field = "booking.starts_at"
	FieldEndsAt               Field = "booking.ends_at"
	FieldPartnerPrice         Field = "booking.partner_price"
	FieldTariffVersion        Field = "booking.tariff_version"
	FieldMetadata             Field = "booking.metadata"
	FieldQuotes               Field = "quotes"
	FieldQuoteID              Field = "quotes.id"
	FieldInsured              Field = "quotes.insured"
	FieldInstalmentPlan       Field = "quotes.instalment_plan"
	FieldInstalment           Field = "quotes.instalment"
	FieldPreview              Field = "ending.preview"
	FieldPaidOn               Field = "renewal.paid_on"
	FieldPaymentConfirmation  Field = "booking.payment_confirmation"
	FieldEvent                Field = "mail.event"
	FieldUnexpected           Field = "unexpected"
	FieldAccount              Field = "scope.account"
	FieldBroker               Field = "scope.broker"
	FieldBrokerExternalID     Field = "broker.external_id"
	FieldBrokerRegister       Field = "broker.register"
	FieldCompanyRegister      Field = "broker.company_register"
	FieldSalutation           Field = "policyholder.salutation"
	FieldTitle                Field = "policyholder.title"
	FieldWebsite              Field = "policyholder.website"
	FieldCompanyForm          Field = "policyholder.company_form"
	FieldCustomerExternalID   Field = "customer.external_id"
	FieldLine                 Field = "inquiry.line"
	FieldProfession           Field = "inquiry.profession"
	FieldRefs                 Field = "refs"
	FieldRefKey               Field = "refs.key"
	FieldRefValue             Field = "refs.value"
	FieldOffer                Field = "inquiry.offer"
	FieldInformed             Field = "inquiry.informed"
	FieldAgencyInsurer        Field = "agency.insurer"
	FieldAgencyNumber         Field = "agency.number"
	FieldAgencyExternalID     Field = "agency.external_unique_id"
	FieldAgencyLabel          Field = "agency.label"
	FieldCollectionType       Field = "agency.collection_type"
	FieldInterval             Field = "booking.interval"
	FieldEndpoint             Field = "log.endpoint"
	FieldTenderPrice          Field = "booking.tender_price"
)

// Fields lists every Field, so that a dialect's table of names can be checked
// for gaps.
func Fields() []Field {
	return []Field{
		FieldBody, FieldCompany, FieldFirstName, FieldLastName, FieldVATID, FieldTaxID, FieldCountry,
		FieldEmail, FieldBirthOn, FieldAddress, FieldReference, FieldInception, FieldExpiry,
		FieldLegalWarrantyEnd, FieldVoluntaryWarrantyEnd, FieldTariff, FieldKind, FieldTerm,
		FieldDeductible, FieldObject, FieldObjectType, FieldSerialNumber, FieldManufacturer, FieldModel,
		FieldSalesPrice, FieldPurchasedOn, FieldUndamaged, FieldCertificateNumber, FieldReason,
		FieldEffectiveOn, FieldComment, FieldPageSize, FieldPage, FieldSortBy, FieldSortDir, FieldFrom,
		FieldTo, FieldStatus, FieldRepetitionKey, FieldMiddleName, FieldPhone, FieldSecondaryEmail,
		FieldRegion, FieldAge, FieldPolicyholder, FieldCurrency, FieldMarket, FieldMarketRegion,
		FieldLanguage, FieldStartsAt, FieldEndsAt, FieldPartnerPrice, FieldTariffVersion, FieldMetadata,
		FieldQuotes, FieldQuoteID, FieldInsured, FieldInstalmentPlan, FieldInstalment, FieldPreview,
		FieldPaidOn, FieldPaymentConfirmation, FieldEvent, FieldUnexpected,
		FieldAccount, FieldBroker, FieldBrokerExternalID, FieldBrokerRegister, FieldCompanyRegister,
		FieldSalutation, FieldTitle, FieldWebsite, FieldCompanyForm, FieldCustomerExternalID, FieldLine,
		FieldProfession, FieldRefs, FieldRefKey, FieldRefValue, FieldOffer, FieldInformed, FieldAgencyInsurer,
		FieldAgencyNumber, FieldAgencyExternalID, FieldAgencyLabel, FieldCollectionType, FieldInterval,
		FieldEndpoint, FieldTenderPrice,
	}
}
