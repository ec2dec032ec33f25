package hepster

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// decodeOrder reads one order, a list of them, or {"orders": […]}. Wrong
// values are left to be told together with what the rules find; a wrong
// structure is refused at once.
func decodeOrder(r *dialect.Request) (core.Order, error) {
	key, refusal := repetitionKey(r.Header)
	if refusal != nil {
		return core.Order{}, refusal
	}
	list, refusal := items(unwrap(r.Body))
	if refusal != nil {
		return core.Order{}, refusal
	}
	order := core.Order{Body: r.Body, RepetitionKey: key, PriceFirst: pricesFirst(r.Partner)}
	var misshapen []insurance.Problem
	for i, item := range list {
		values := &reader{item: i}
		order.Proposals = append(order.Proposals, values.proposal(item))
		order.Problems = append(order.Problems, values.problems...)
		misshapen = append(misshapen, values.misshapen...)
	}
	if refusal := invalid(misshapen, len(list)); refusal != nil {
		return core.Order{}, refusal
	}
	return order, nil
}

// pricesFirst: who cannot be told later is told at once.
func pricesFirst(p core.Partner) bool {
	switch p.Switch(switchCatalogueErrors, "") {
	case "sync":
		return true
	case "async":
		return false
	}
	return !p.Notified
}

// unwrap takes the list out of {"orders": […]}.
func unwrap(body []byte) []byte {
	var wrapper wireOrders
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) && json.Unmarshal(body, &wrapper) == nil && wrapper.Orders != nil {
		return wrapper.Orders
	}
	return body
}

// proposal reads one order.
func (r *reader) proposal(item raw) insurance.Proposal {
	var order wireOrder
	var contract wireContract
	r.object(&order, "order", item)
	holder := r.policyholder(order)
	r.object(&contract, "Contract", order.Contract, order.Insurance, order.Tariff)
	term, asSent := r.duration(contract.Duration)
	return insurance.Proposal{
		Policyholder: holder,
		Reference: r.text(insurance.FieldReference,
			contract.ExternalOrderReference, contract.OrderReference, contract.OrderReferenceSnake),
		InceptionOn: r.date(insurance.FieldInception,
			contract.ContractStart, contract.ContractStartSnake, contract.StartDate),
		ExpiryOn:               r.date(insurance.FieldExpiry, contract.ContractEnd),
		LegalWarrantyEndOn:     r.date(insurance.FieldLegalWarrantyEnd, contract.LegalWarrantyEnd),
		VoluntaryWarrantyEndOn: r.date(insurance.FieldVoluntaryWarrantyEnd, contract.VoluntaryWarrantyEnd),
		Tariff:                 r.text(insurance.FieldTariff, contract.ProductCode),
		Kind:                   r.kind(contract.Type),
		Term:                   term,
		TermAsSent:             asSent,
		Deductible:             r.whole(insurance.FieldDeductible, contract.CostSharing),
		Object:                 r.insuredObject(order),
	}
}

// policyholder reads the block of either shape; a company's first and last
// name are its contact's.
func (r *reader) policyholder(order wireOrder) insurance.Party {
	var holder wireHolder
	var address wireAddress
	r.object(&holder, "policyHolder", order.PolicyHolder, order.Customer)
	r.object(&address, "address", holder.Address)
	country := r.text(insurance.FieldCountry, holder.Country, address.Country, address.CountryCode)
	return insurance.Party{
		Company:   r.personal(insurance.FieldCompany, holder.InsuredLegalEntity, holder.Company),
		VATID:     r.personal(insurance.FieldVATID, holder.VATID),
		TaxID:     r.personal(insurance.FieldTaxID, holder.TaxID),
		FirstName: r.personal(insurance.FieldFirstName, holder.InsuranceUserFirstName, holder.FirstName),
		LastName:  r.personal(insurance.FieldLastName, holder.InsuranceUserLastName, holder.LastName),
		Email:     r.personal(insurance.FieldEmail, holder.Email),
		BirthOn:   insurance.Personal(r.day(insurance.FieldBirthOn, holder.BirthDate)),
		Country:   insurance.Country(strings.ToUpper(strings.TrimSpace(country))),
		Address: insurance.Address{
			Street:      r.personal(insurance.FieldAddress, address.Street),
			HouseNumber: r.personal(insurance.FieldAddress, address.HouseNumber),
			PostalCode:  r.personal(insurance.FieldAddress, address.ZipCode),
			City:        r.personal(insurance.FieldAddress, address.City),
		},
	}
}

// bikeType is what is insured where a bike block does not say it.
const bikeType = "Bike"

func (r *reader) insuredObject(order wireOrder) insurance.Object {
	var object wireObject
	r.object(&object, "insuredObject", order.InsuredObject, order.Bike, order.Object)
	kind := r.text(insurance.FieldObjectType, object.ObjectType)
	if kind == "" && !given(order.InsuredObject) && given(order.Bike) {
		kind = bikeType
	}
	attributes := map[string]string{
		insurance.AttributeSerialNumber: r.text(insurance.FieldSerialNumber, object.FrameNumber, object.SerialNumber),
		insurance.AttributeManufacturer: r.text(insurance.FieldManufacturer, object.Manufacturer, object.Brand),
		insurance.AttributeModel:        r.text(insurance.FieldModel, object.Model),
		insurance.AttributeSalesPrice: r.amount(insurance.FieldSalesPrice,
			object.ItemSalesPrice, object.PurchasePrice, object.SalesPrice, object.Price),
		insurance.AttributePurchasedOn: r.day(insurance.FieldPurchasedOn, object.PurchaseDate),
		insurance.AttributeUndamaged:   r.confirmation(insurance.FieldUndamaged, object.UndamagedConfirmed),
	}
	for name, value := range attributes {
		if value == "" {
			delete(attributes, name)
		}
	}
	return insurance.Object{Type: kind, Attributes: attributes}
}
