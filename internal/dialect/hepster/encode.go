package hepster

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// statusOK is the status in the body of every success.
var statusOK = wireStatus{ID: http.StatusOK, Text: "OK"}

// acknowledge answers an order. The text is the published template: there is
// no singular form, since clients may compare it.
func acknowledge(_ *dialect.Request, receipt core.Receipt) dialect.Response {
	return dialect.JSON(http.StatusOK, wireAcknowledgement{
		Status: statusOK,
		Message: fmt.Sprintf("We received your %d orders. "+
			"You will receive a message once the booking process is done.", receipt.Count),
		Count: receipt.Count,
	})
}

// encodeArchive answers with a ZIP, even for one document.
func encodeArchive(_ *dialect.Request, archive core.Archive) dialect.Response {
	return dialect.Response{
		Status: http.StatusOK,
		Header: http.Header{
			"Content-Type":        {"application/zip"},
			"Content-Disposition": {fmt.Sprintf(`attachment; filename="%s.zip"`, archive.Name)},
		},
		Body: archive.ZIP,
	}
}

func encodeEnded(_ *dialect.Request, ended []core.Ended) dialect.Response {
	contracts := make([]wireEndedContract, len(ended))
	for i, e := range ended {
		paid := e.Policy.Premium.Gross
		contracts[i] = wireEndedContract{
			CertificateNumber: e.Policy.CertificateNumber,
			ContractEnd:       e.Policy.LastDay().String(),
			Refund:            amount(insurance.Zero(paid.Currency).Add(e.Settlement.Returned.Gross)),
			Currency:          string(paid.Currency),
		}
	}
	return dialect.JSON(http.StatusOK, wireEnded{
		wireAcknowledgement: wireAcknowledgement{
			Status:  statusOK,
			Message: fmt.Sprintf("We ended your %d contracts.", len(ended)),
			Count:   len(ended),
		},
		Contracts: contracts,
	})
}

func encodePage(r *dialect.Request, page core.PolicyPage) dialect.Response {
	size := max(page.Filter.Size, 1)
	pages := (page.Total + size - 1) / size
	body := wirePage{
		Content:          make([]wireListed, len(page.Policies)),
		Page:             page.Filter.Page,
		Size:             size,
		TotalElements:    page.Total,
		TotalPages:       pages,
		First:            page.Filter.Page == 0,
		Last:             page.Filter.Page+1 >= pages,
		Number:           page.Filter.Page,
		NumberOfElements: len(page.Policies),
		Empty:            len(page.Policies) == 0,
	}
	for i, policy := range page.Policies {
		body.Content[i] = listed(policy, languageOf(r.Partner))
	}
	return dialect.JSON(http.StatusOK, body)
}

func listed(p core.Policy, language insurance.Language) wireListed {
	return wireListed{
		CertificateNumber:      p.CertificateNumber,
		ExternalOrderReference: p.Reference,
		Product:                p.ProductName.In(language),
		ProductCode:            p.Tariff,
		Type:                   kinds[p.Kind],
		Duration:               durationOf(p.Policy),
		ContractStart:          p.InceptionOn.String(),
		ContractEnd:            orNull(p.LastDay().String()),
		ContractPremium:        amount(p.Premium.Gross),
		Currency:               string(p.Premium.Gross.Currency),
		CostSharing:            p.Deductible,
		Status:                 statuses[p.State],
		CreatedDate:            p.CreatedAt.UTC().Format(time.RFC3339),
		PolicyHolder:           listedHolder(p.Policyholder),
		InsuredObject:          listedObject(p.Object),
	}
}

// kinds has an entry for every insurance.Kind.
var kinds = map[insurance.Kind]string{
	insurance.KindRecurring: "recurring",
	insurance.KindFixed:     "fix",
}

// statuses has an entry for every state. A policy that will end stays active
// until it has.
var statuses = map[insurance.PolicyState]string{
	insurance.PolicyBound:     "ACTIVE",
	insurance.PolicyEnding:    "ACTIVE",
	insurance.PolicyExpired:   "EXPIRED",
	insurance.PolicyLapsed:    "LAPSED",
	insurance.PolicyCancelled: "CANCELLED",
	insurance.PolicyWithdrawn: "WITHDRAWN",
	insurance.PolicyVoid:      "VOID",
}

// durationOf is the partner's spelling where it gave one.
func durationOf(p insurance.Policy) string {
	if p.TermAsSent != "" {
		return p.TermAsSent
	}
	return p.Term.String()
}

func listedHolder(p insurance.Party) wireListedHolder {
	holder := wireListedHolder{
		InsuredLegalEntity:     p.Company.Reveal(),
		VATID:                  p.VATID.Reveal(),
		TaxID:                  p.TaxID.Reveal(),
		InsuranceUserFirstName: p.FirstName.Reveal(),
		InsuranceUserLastName:  p.LastName.Reveal(),
		Country:                string(p.Country),
		Email:                  p.Email.Reveal(),
		BirthDate:              orNull(p.BirthOn.Reveal()),
	}
	if !p.Address.IsZero() {
		holder.Address = &wireListedAddress{
			Street:      p.Address.Street.Reveal(),
			HouseNumber: p.Address.HouseNumber.Reveal(),
			ZipCode:     p.Address.PostalCode.Reveal(),
			City:        p.Address.City.Reveal(),
		}
	}
	return holder
}

func listedObject(o insurance.Object) wireListedObject {
	object := wireListedObject{
		SerialNumber:       o.Attributes[insurance.AttributeSerialNumber],
		ObjectType:         o.Type,
		Manufacturer:       o.Attributes[insurance.AttributeManufacturer],
		Model:              o.Attributes[insurance.AttributeModel],
		PurchaseDate:       orNull(o.Attributes[insurance.AttributePurchasedOn]),
		UndamagedConfirmed: o.Attributes[insurance.AttributeUndamaged] == "true",
	}
	if price := o.Attributes[insurance.AttributeSalesPrice]; price != "" {
		object.ItemSalesPrice = json.RawMessage(price)
	}
	return object
}

// amount is money as a JSON number, exactly: 5.56, 5.5, 5.
func amount(m insurance.Money) json.RawMessage { return json.RawMessage(m.Short()) }

// orNull is null for no text.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// languageOf is what the partner reads product names in.
func languageOf(p core.Partner) insurance.Language {
	return insurance.Language(p.Switch(switchLanguage, "de"))
}
