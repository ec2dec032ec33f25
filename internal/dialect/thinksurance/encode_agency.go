package thinksurance

import (
	"net/http"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

func (d *Dialect) encodeAgencyAdded(*dialect.Request, core.Nothing) dialect.Response {
	return respond(http.StatusOK, wireStatus{Status: agencyAdded})
}

func (d *Dialect) encodeAgencyDropped(*dialect.Request, core.Nothing) dialect.Response {
	return respond(http.StatusOK, wireStatus{Status: agencyDropped})
}

func (d *Dialect) encodeAgencyList(_ *dialect.Request, sets []core.AgencySet) dialect.Response {
	return respond(http.StatusOK, wireAgencySets{Sets: agencySets(sets)})
}

// encodeAgencyListV1 has another key for the number of the insurers' register.
func (d *Dialect) encodeAgencyListV1(_ *dialect.Request, sets []core.AgencySet) dialect.Response {
	all := agencySets(sets)
	for i := range all {
		all[i].BaFinRegNr, all[i].BaFinID = all[i].BaFinID, ""
	}
	return respond(http.StatusOK, wireAgencySets{Sets: all})
}

func agencySets(sets []core.AgencySet) []wireAgencySet {
	all := make([]wireAgencySet, len(sets))
	for i, set := range sets {
		all[i] = named(set.Insurer)
		all[i].AgencyNumbers = make([]wireAgencyNumber, len(set.Numbers))
		for j, n := range set.Numbers {
			all[i].AgencyNumbers[j] = agencyNumber(n)
		}
	}
	return all
}

// named is a set that names its insurer in every way that there is: whoever sent
// one of them finds it again.
func named(n core.InsurerName) wireAgencySet {
	return wireAgencySet{BaFinID: n.BaFinID, InsurerID: n.ID, SupervisingAuthorityID: n.SupervisingAuthorityID}
}

func agencyNumber(n core.AgencyNumber) wireAgencyNumber {
	return wireAgencyNumber{
		AgencyNumber: n.Number, MatchCode: n.Label,
		ExternalInsurerID: n.ExternalInsurerID, ExternalUniqueID: n.ExternalUniqueID,
		DefaultForTenders: n.ForTenders, DefaultForCalculations: n.ForCalculations,
		CollectionType: string(n.CollectionType), InternalComment: n.Comment, Active: n.Active,
	}
}
