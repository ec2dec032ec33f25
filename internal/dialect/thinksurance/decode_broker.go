package thinksurance

import (
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// The enumerations of brokers and customers.
var (
	brokerKinds = map[string]core.BrokerKind{"1": core.BrokerOwnID, "2": core.BrokerByData}
	genders     = map[string]insurance.Salutation{"1": insurance.SalutationMr, "2": insurance.SalutationMs}
	greetings   = map[string]insurance.Salutation{
		"1": insurance.SalutationMr, "2": insurance.SalutationMs, "3": insurance.SalutationOther,
	}
	companyForms = map[string]core.CompanyForm{
		"1": core.FormAG, "2": core.FormSoleTrader, "3": core.FormGbR, "4": core.FormGmbH, "5": core.FormGmbHCoKG,
		"6": core.FormKG, "7": core.FormLtd, "8": core.FormOHG, "9": core.FormUG, "10": core.FormOther,
	}
	origins = map[string]string{"crm": "crm", "broker_crm": "broker_crm", "insurer": "insurer"}
)

// decodeBroker reads who is to be made or looked up.
func decodeBroker(r *dialect.Request) (core.BrokerWish, error) { return brokerWish(r, "bEmail") }

// decodeBrokerV1 reads who is to be looked up; V1 needs no e-mail address for
// that.
func decodeBrokerV1(r *dialect.Request) (core.BrokerWish, error) { return brokerWish(r) }

func brokerWish(r *dialect.Request, needed ...string) (core.BrokerWish, error) {
	f, s, err := begin(r, ofAccount)
	if err != nil {
		return core.BrokerWish{}, err
	}
	wish := f.broker()
	wish.Account = s.Account
	f.require(needed...)
	f.requireOne("bLastName", "bCompany")
	return wish, f.refusal()
}

// broker reads what every route says of one. A partner without ids of its own
// need not send one, although the published table asks for it.
func (f *form) broker() core.BrokerWish {
	f.require("type")
	kind := choice(f, brokerKinds, "type")
	if kind == core.BrokerOwnID {
		f.require("bExternalId")
	}
	return core.BrokerWish{
		Kind:       kind,
		ExternalID: f.text("bExternalId"),
		Party: insurance.Party{
			Salutation: choiceOrNone(f, genders, "bGender"),
			FirstName:  f.personal("bFirstName"),
			LastName:   f.personal("bLastName"),
			Company:    f.personal("bCompany"),
			Email:      f.email("bEmail"),
			Phone:      f.personal("bPhone"),
			Address: insurance.Address{
				Street:      f.personal("bStreet"),
				HouseNumber: f.personal("bStreetNumber"),
				PostalCode:  f.personal("bZip"),
				City:        f.personal("bCity"),
			},
		},
		CompanyRegister: f.text("bCompanyRegNumber"),
		BrokerRegister:  f.text("bRegNumber"),
	}
}
