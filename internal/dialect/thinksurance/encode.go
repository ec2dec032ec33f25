package thinksurance

import (
	"net/http"
	"net/url"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// What the API says when something was done.
//
//nolint:misspell // the published spelling, which clients may compare
const (
	brokerCreated = "Broker Api: broker created succesfully."
	brokerFound   = "Broker Api: existing broker for the provided request."
	agencyAdded   = "Broker Api: agency number added succesfully."
	agencyDropped = "Broker Api: agency number deleted succesfully."
)

// respond is a response whose content type names no charset, as published.
func respond(status int, body any) dialect.Response {
	answer := dialect.JSON(status, body)
	answer.Header = http.Header{"Content-Type": {"application/json"}}
	return answer
}

// encodeSessionV1 says the time in the account's zone, which the format leaves
// to be known.
func (d *Dialect) encodeSessionV1(_ *dialect.Request, s core.Session) dialect.Response {
	return respond(http.StatusOK, wireSessionV1{Token: s.Token, Expired: clockTime(s.ExpiresAt, s.Zone)})
}

func (d *Dialect) encodeSessionV2(_ *dialect.Request, s core.Session) dialect.Response {
	return respond(http.StatusOK, wireSessionV2{AccessToken: s.Token, ExpiresIn: int(lifetimeV2 / time.Second)})
}

// encodeAccounts answers with one account as an object and several as a list,
// unless the partner wants one of the two always.
func (d *Dialect) encodeAccounts(r *dialect.Request, accounts []core.AccountToken) dialect.Response {
	all := make([]wireAccount, len(accounts))
	for i, a := range accounts {
		all[i] = wireAccount{Name: a.Name, NameTag: a.Tag, AToken: a.Token}
	}
	shape := setting(r.Partner, switchAccountTokens)
	if shape == "object" && len(all) > 0 || shape == "auto" && len(all) == 1 {
		return respond(http.StatusOK, all[0])
	}
	return respond(http.StatusOK, all)
}

func (d *Dialect) encodeBrokerCreated(_ *dialect.Request, b core.Broker) dialect.Response {
	return respond(http.StatusOK, wireBroker{wireStatus: wireStatus{Status: brokerCreated}, BToken: b.Token})
}

func (d *Dialect) encodeBrokerFound(_ *dialect.Request, b core.Broker) dialect.Response {
	return respond(http.StatusOK, found(b))
}

func (d *Dialect) encodeBrokerFoundV1(_ *dialect.Request, b core.Broker) dialect.Response {
	return respond(http.StatusOK, wireBrokerV1{
		wireBroker: found(b), BLastName: b.LastName.Reveal(), BEmail: b.Email.Reveal(), BCompany: b.Company.Reveal(),
		BCode: b.Code,
	})
}

func found(b core.Broker) wireBroker {
	return wireBroker{wireStatus: wireStatus{Status: brokerFound}, BToken: b.Token}
}

func (d *Dialect) encodeForward(_ *dialect.Request, link core.ForwardLink) dialect.Response {
	return respond(http.StatusOK, wireForward{URL: d.site + "/desk/enter/" + url.PathEscape(link.Token)})
}

func (d *Dialect) encodeLines(_ *dialect.Request, lines []insurance.Line) dialect.Response {
	all := make([]wireNamed, len(lines))
	for i, l := range lines {
		all[i] = wireNamed{ID: l.ID, Name: l.Name.In(german)}
	}
	return respond(http.StatusOK, all)
}

func (d *Dialect) encodeProfessions(_ *dialect.Request, professions []insurance.Profession) dialect.Response {
	all := make([]wireNamed, len(professions))
	for i, p := range professions {
		all[i] = wireNamed{ID: p.ID, Name: p.Name.In(german)}
	}
	return respond(http.StatusOK, all)
}

func (d *Dialect) encodeInsurers(_ *dialect.Request, insurers []insurance.Insurer) dialect.Response {
	all := make([]wireInsurer, len(insurers))
	for i, n := range insurers {
		all[i] = wireInsurer{wireNamed: wireNamed{ID: n.ID, Name: n.Name}, BaFin: n.BaFinID}
	}
	return respond(http.StatusOK, all)
}
