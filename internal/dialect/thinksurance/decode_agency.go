package thinksurance

import (
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

// decodeScope reads whose agency numbers are asked for.
func decodeScope(r *dialect.Request) (core.Scope, error) { return scopeOnly(r, ofEither) }

// decodeScopeOfAccount is decodeScope of V1, which lists those of accounts only.
func decodeScopeOfAccount(r *dialect.Request) (core.Scope, error) { return scopeOnly(r, ofAccount) }

func scopeOnly(r *dialect.Request, whose scope) (core.Scope, error) {
	f, s, err := begin(r, whose)
	if err != nil {
		return core.Scope{}, err
	}
	return s, f.refusal()
}

func decodeAgency(r *dialect.Request) (core.AgencyWish, error) {
	return agencyWish(r, ofEither, (*form).agencySet)
}

func decodeAgencyOfAccount(r *dialect.Request) (core.AgencyWish, error) {
	return agencyWish(r, ofAccount, (*form).agencySet)
}

func decodeAgencyOfBroker(r *dialect.Request) (core.AgencyWish, error) {
	return agencyWish(r, ofOneBroker, (*form).agencySetOfBroker)
}

func decodeAgencyDrop(r *dialect.Request) (core.AgencyWish, error) {
	return agencyWish(r, ofEither, (*form).agencySetToDrop)
}

func decodeAgencyDropOfAccount(r *dialect.Request) (core.AgencyWish, error) {
	return agencyWish(r, ofAccount, (*form).agencySetToDrop)
}

func agencyWish(r *dialect.Request, whose scope, read func(*form) core.AgencySet) (core.AgencyWish, error) {
	f, s, err := begin(r, whose)
	if err != nil {
		return core.AgencyWish{}, err
	}
	f.require("agencyNumberSets")
	sets, _ := list(f, "agencyNumberSets", read)
	return core.AgencyWish{Scope: s, Sets: sets}, f.refusal()
}

// insurer reads the numbers by which a set names its insurer, one or several, as
// lists have them. What V1 calls baFinRegNr is baFinId.
func (f *form) insurer() core.InsurerName {
	if f.take("baFinId", "baFinRegNr", "insurerId", "supervisingAuthorityId") == nil {
		f.wrong("baFinId, insurerId or supervisingAuthorityId", isRequired)
	}
	id := strings.TrimSpace(f.text("insurerId"))
	if strings.Trim(id, "0123456789") != "" {
		f.wrong("insurerId", "is not a whole number")
	}
	return core.InsurerName{
		BaFinID:                strings.TrimSpace(f.text("baFinId", "baFinRegNr")),
		SupervisingAuthorityID: strings.TrimSpace(f.text("supervisingAuthorityId")),
		ID:                     id,
	}
}

// agencySetOfBroker reads a set of V0.1, whose path had the form of today for a
// while; that is known by its key.
func (f *form) agencySetOfBroker() core.AgencySet {
	if f.take("agencyNumbers") == nil {
		return f.agencySetOld()
	}
	return f.agencySet()
}

// agencySet reads the numbers of an insurer, in the form of today or in that of
// V0.1, which is known by its keys.
func (f *form) agencySet() core.AgencySet {
	if f.take("agencyNumbers") == nil && f.take("e2e", "db") != nil {
		return f.agencySetOld()
	}
	f.require("agencyNumbers")
	numbers, _ := list(f, "agencyNumbers", (*form).agencyNumber)
	return core.AgencySet{Insurer: f.insurer(), Numbers: numbers}
}

// collectionTypes are called as the core calls them.
var collectionTypes = func() map[string]core.CollectionType {
	types := make(map[string]core.CollectionType)
	for _, t := range core.CollectionTypes() {
		types[string(t)] = t
	}
	return types
}()

// agencyNumber reads a number. The published table wants its flags to be given;
// where they are not, a number is active and no first choice.
func (f *form) agencyNumber() core.AgencyNumber {
	f.require("agencyNumber")
	return core.AgencyNumber{
		Number:            f.text("agencyNumber"),
		Label:             f.text("matchCode"),
		ExternalInsurerID: f.text("externalInsurerId"),
		ExternalUniqueID:  f.text("externalUniqueId"),
		ForTenders:        or(f.yes("defaultForTenders"), false),
		ForCalculations:   or(f.yes("defaultForCalculations"), false),
		CollectionType:    choice(f, collectionTypes, "collectionType"),
		Comment:           f.text("internalComment"),
		Active:            or(f.yes("active"), true),
	}
}

// agencySetOld reads the numbers of V0.1: e2e are for calculated offers, db for
// tenders, and a number may be in both.
func (f *form) agencySetOld() core.AgencySet {
	set := core.AgencySet{Insurer: f.insurer()}
	calculated, _ := list(f, "e2e", (*form).agencyNumberOld)
	for _, n := range calculated {
		n.ForCalculations = true
		set.Numbers = append(set.Numbers, n)
	}
	tendered, _ := list(f, "db", (*form).agencyNumberOld)
	for _, n := range tendered {
		for _, other := range calculated {
			n.ForCalculations = n.ForCalculations || other.Number == n.Number
		}
		n.ForTenders = true
		set.Numbers = append(set.Numbers, n)
	}
	if len(set.Numbers) == 0 {
		f.wrong("e2e or db", isRequired)
	}
	return set
}

// agencyNumberOld leaves out how to reach the broker, which is known of the
// broker.
func (f *form) agencyNumberOld() core.AgencyNumber {
	f.require("brokerAgencyNumber")
	f.text("brokerAgencyEmail")
	f.text("brokerAgencyPhone")
	return core.AgencyNumber{
		Number: f.text("brokerAgencyNumber"), Label: f.text("brokerAgencyName"), Active: true,
	}
}

// agencySetToDrop reads which numbers go. All of an insurer go where none is
// named; a list that turned out empty is too easily a mistake to mean that.
func (f *form) agencySetToDrop() core.AgencySet {
	numbers, given := list(f, "agencyNumbers", func(f *form) core.AgencyNumber {
		f.requireOne("agencyNumber", "externalInsurerId", "externalUniqueId")
		return core.AgencyNumber{
			Number:            f.text("agencyNumber"),
			ExternalInsurerID: f.text("externalInsurerId"),
			ExternalUniqueID:  f.text("externalUniqueId"),
		}
	})
	if given && len(numbers) == 0 {
		f.wrong("agencyNumbers", "is empty; all numbers of the insurer are deleted if it is left out")
	}
	return core.AgencySet{Insurer: f.insurer(), Numbers: numbers}
}
