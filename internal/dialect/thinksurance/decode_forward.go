package thinksurance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// decodeForward reads one flat object: who jumps, to which customer, and into
// which inquiry. crmIdent says which software sent it; nothing depends on that.
func decodeForward(r *dialect.Request) (core.ForwardWish, error) {
	f, s, err := begin(r, ofOneBroker)
	if err != nil {
		return core.ForwardWish{}, err
	}
	change := f.broker()
	change.Account, change.Active = s.Account, f.yes("bIsActive")
	wish := core.ForwardWish{
		Broker:       s.Broker,
		Change:       change,
		Customer:     f.customer(),
		Line:         f.id("productId"),
		Profession:   f.id("professionId"),
		AtOnce:       or(f.yes("instantInquiryCreation"), false),
		InquiryID:    int64(f.id("iId")),
		Refs:         f.refs("iExternalReferences"),
		FullCallback: or(f.zeroOrOne("fullCallback"), false),
		Answers:      f.answers(),
	}
	if wish.AtOnce {
		f.checkAtOnce(wish)
	}
	return wish, f.refusal()
}

// checkAtOnce reports what an inquiry lacks to be opened at once.
func (f *form) checkAtOnce(wish core.ForwardWish) {
	if wish.Change.Kind == core.BrokerByData {
		f.wrong("instantInquiryCreation", "is possible with type 1 only")
	}
	f.requireAtOnce("productId", wish.Line)
	f.requireAtOnce("professionId", wish.Profession)
}

func (f *form) requireAtOnce(name string, id int) {
	if id == 0 && !f.reported(name) {
		f.wrong(name, "is required with instantInquiryCreation")
	}
}

// customer reads whom the broker advises; nil if nothing is said of one.
func (f *form) customer() *core.CustomerWish {
	private := f.zeroOrOne("cAccountType")
	wish := core.CustomerWish{
		ExternalID:  f.text("cExternalId"),
		Party:       f.customerParty(),
		CompanyForm: choiceOrNone(f, companyForms, "cCompanyForm"),
		Private:     private,
		AtAddress:   f.zeroOrOne("cAddressIsCompany", "cAdressIsCompany"), // published in both spellings
		BusinessAddress: insurance.Address{
			Street:      f.personal("cCompanyStreet"),
			HouseNumber: f.personal("cCompanyStreetNumber"),
			PostalCode:  f.personal("cCompanyZip"),
			City:        f.personal("cCompanyCity"),
		},
		Refs: f.refs("cExternalReferences"),
	}
	named := wish.ExternalID != "" || wish.Party != (insurance.Party{}) || !wish.BusinessAddress.IsZero() ||
		wish.CompanyForm != 0 || wish.Private != nil || wish.AtAddress != nil || len(wish.Refs) > 0
	if !named {
		return nil
	}
	return &wish
}

func (f *form) customerParty() insurance.Party {
	return insurance.Party{
		Company:    f.personal("cCompany"),
		Salutation: choiceOrNone(f, greetings, "cSalutation"),
		Title:      f.personal("cTitle"),
		FirstName:  f.personal("cFirstName"),
		LastName:   f.personal("cLastName"),
		BirthOn:    f.birthday("cBirthday"),
		Email:      f.personal("cEmail"),
		Phone:      f.personal("cPhone"),
		Website:    f.personal("cWebsite"),
		Address: insurance.Address{
			Street:      f.personal("cStreet"),
			HouseNumber: f.personal("cStreetNumber"),
			PostalCode:  f.personal("cZip"),
			City:        f.personal("cCity"),
		},
	}
}

// refs reads what other systems call something. One page has param_key in the
// place of paramKey.
func (f *form) refs(name string) []core.Ref {
	refs, _ := list(f, name, func(f *form) core.Ref {
		f.require("origin")
		if f.take("paramKey", "param_key") == nil {
			f.wrong("paramKey", isRequired)
		}
		return core.Ref{
			Origin: choice(f, origins, "origin"),
			Key:    f.text("paramKey", "param_key"),
			Value:  f.refValue(),
		}
	})
	return refs
}

// refValue is the value of a reference. An empty one takes the reference away,
// so that it has to be said and is never assumed.
func (f *form) refValue() string {
	if !f.has("paramValue") {
		f.wrong("paramValue", isRequired)
	}
	return f.text("paramValue")
}

// answers reads the questionnaire as far as it is known. Its categories make no
// difference: a question that stands in several has the last answer.
func (f *form) answers() map[string]string {
	profile := f.object("qasCustProfile")
	if profile == nil {
		return nil
	}
	all := make(map[string]string)
	profile.require("source", "categories")
	list(profile, "categories", func(category *form) struct{} {
		category.require("id", "questions")
		list(category, "questions", func(question *form) struct{} {
			question.require("id", "answers")
			if answers := question.texts("answers"); len(answers) > 0 {
				all[question.text("id")] = strings.Join(answers, "\n")
			}
			return struct{}{}
		})
		return struct{}{}
	})
	return all
}

// texts reads a list of strings or numbers.
func (f *form) texts(name string) []string {
	items, _ := f.items(name)
	texts := make([]string, 0, len(items))
	for i, item := range items {
		text, ok := scalar(item)
		if !ok {
			f.wrong(fmt.Sprintf("%s[%d]", name, i), notText)
		}
		texts = append(texts, text)
	}
	return texts
}

// reported tells whether something is wrong with a key already.
func (f *form) reported(name string) bool {
	return slices.ContainsFunc(f.problems, func(p insurance.Problem) bool {
		return p.Field == insurance.Field(asSent+f.at+name)
	})
}
