package thinksurance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// asSent begins a field that is a name of the request already, such as
// "/agencyNumberSets[1].agencyNumbers[0].agencyNumber". The decoders name what
// they read so; what the core finds has a name here.
const asSent = "/"

// names has an entry for every insurance.Field that a request of the API can be
// refused for. A party is a customer, unless it is known to be a broker: see
// brokerNames.
var names = map[insurance.Field]string{
	insurance.FieldBody: "body",

	insurance.FieldCompany:            "cCompany",
	insurance.FieldFirstName:          "cFirstName",
	insurance.FieldLastName:           "cLastName",
	insurance.FieldEmail:              "cEmail",
	insurance.FieldBirthOn:            "cBirthday",
	insurance.FieldPhone:              "cPhone",
	insurance.FieldSalutation:         "cSalutation",
	insurance.FieldTitle:              "cTitle",
	insurance.FieldWebsite:            "cWebsite",
	insurance.FieldAddress:            "cStreet, cStreetNumber, cZip or cCity",
	insurance.FieldCompanyForm:        "cCompanyForm",
	insurance.FieldCustomerExternalID: "cExternalId",

	insurance.FieldAccount:          "aToken",
	insurance.FieldBroker:           "bToken",
	insurance.FieldBrokerExternalID: "bExternalId",
	insurance.FieldBrokerRegister:   "bRegNumber",
	insurance.FieldCompanyRegister:  "bCompanyRegNumber",

	insurance.FieldLine:       "productId",
	insurance.FieldProfession: "professionId",
	insurance.FieldRefs:       "iExternalReferences or cExternalReferences",
	insurance.FieldRefKey:     "paramKey",
	insurance.FieldRefValue:   "paramValue",

	insurance.FieldAgencyInsurer:    "baFinId, insurerId or supervisingAuthorityId",
	insurance.FieldAgencyNumber:     "agencyNumber",
	insurance.FieldAgencyExternalID: "externalUniqueId",
	insurance.FieldAgencyLabel:      "matchCode",
}

// brokerNames are what requests call the parts of a party who is a broker.
var brokerNames = map[insurance.Field]string{
	insurance.FieldCompany:    "bCompany",
	insurance.FieldFirstName:  "bFirstName",
	insurance.FieldLastName:   "bLastName",
	insurance.FieldEmail:      "bEmail",
	insurance.FieldPhone:      "bPhone",
	insurance.FieldSalutation: "bGender",
	insurance.FieldAddress:    "bStreet, bStreetNumber, bZip or bCity",
}

// nameOf is what requests call what a problem is about. A question of a
// questionnaire bears its attribute's name, and an entry of a list after the
// first says which set it is in.
func nameOf(p insurance.Problem) string {
	field := string(p.Field)
	if name, ok := strings.CutPrefix(field, asSent); ok {
		return name
	}
	if attribute, ok := strings.CutPrefix(field, string(insurance.FieldOf(""))); ok {
		return attribute
	}
	name, known := names[p.Field]
	switch {
	case !known:
		return names[insurance.FieldBody]
	case p.Item > 0 && strings.HasPrefix(field, "agency."):
		return fmt.Sprintf("agencyNumberSets[%d].%s", p.Item, name)
	}
	return name
}

// general are names that do not belong to brokers, their customers and numbers.
var general = []string{
	"body", "iId", "inquiryId", "lastDays", "status", "hash", "error", "productId", "professionId",
}

// api begins a text about a name.
func api(name string) string {
	if slices.Contains(general, name) {
		return ""
	}
	return brokerAPI
}

// naming is a method of the core of which some problems have other names than
// usual, as told of its command.
func naming[Wish, Outcome any](
	do func(context.Context, core.Partner, Wish) (Outcome, error), other func(Wish, insurance.Problem) map[insurance.Field]string,
) func(context.Context, core.Partner, Wish) (Outcome, error) {
	return func(ctx context.Context, p core.Partner, wish Wish) (Outcome, error) {
		outcome, err := do(ctx, p, wish)
		refusal, ok := errors.AsType[*insurance.Error](err)
		if !ok {
			return outcome, err
		}
		told := *refusal
		told.Problems = slices.Clone(refusal.Problems)
		for i, problem := range told.Problems {
			if name, ok := other(wish, problem)[problem.Field]; ok {
				told.Problems[i].Field = insurance.Field(asSent + name)
			}
		}
		return outcome, fmt.Errorf("%w (%w)", &told, err)
	}
}

// ofBroker: every party is the broker.
func ofBroker(core.BrokerWish, insurance.Problem) map[insurance.Field]string { return brokerNames }

// ofForward: a party is the broker if there is no customer, or if the broker has
// the problem and the customer has not.
func ofForward(wish core.ForwardWish, problem insurance.Problem) map[insurance.Field]string {
	has := func(p insurance.Party) bool {
		return slices.ContainsFunc(p.CheckContact(false), func(own insurance.Problem) bool {
			return own.Field == problem.Field && own.Detail == problem.Detail
		})
	}
	if wish.Customer == nil || has(wish.Change.Party) && !has(wish.Customer.Party) {
		return brokerNames
	}
	return nil
}
