package thinksurance

import (
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

func TestSessions(t *testing.T) {
	t.Parallel()
	d, r := theDialect(), askedWith(nil)
	session := core.Session{Token: "T", ExpiresAt: moment("2026-01-26T13:54:46Z"), Zone: berlin()}
	expectJSON(t, d.encodeSessionV1(r, session), `{"token":"T","expired":"2026-01-26 14:54:46"}`)
	expectJSON(t, d.encodeSessionV2(r, session), `{"access_token":"T","expires_in":14400}`)
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	const first, both = `{"name":"Demo & Co","nameTag":"demo","aToken":"A"}`,
		`[{"name":"Demo & Co","nameTag":"demo","aToken":"A"},{"name":"Second","nameTag":"second","aToken":"B"}]`
	one := []core.AccountToken{{Name: "Demo & Co", Tag: "demo", Token: "A"}}
	two := []core.AccountToken{one[0], {Name: "Second", Tag: "second", Token: "B"}}
	for _, c := range []struct {
		shape    string
		accounts []core.AccountToken
		want     string
	}{
		{"", one, first},
		{"auto", one, first},
		{"auto", two, both},
		{"object", one, first},
		{"object", two, first},
		{"array", one, "[" + first + "]"},
		{"array", two, both},
		{"auto", nil, "[]"},
		{"object", nil, "[]"},
	} {
		switches := map[string]string{"account_tokens": c.shape}
		if c.shape == "" {
			switches = nil
		}
		expectJSON(t, theDialect().encodeAccounts(askedWith(switches), c.accounts), c.want)
	}
}

//nolint:misspell // the published spelling
func TestBrokers(t *testing.T) {
	t.Parallel()
	d, r := theDialect(), askedWith(nil)
	broker := core.Broker{
		Token: "B", ExternalID: "T5", Code: "x7",
		Party: insurance.Party{LastName: "Mustermann", Email: "mustermann@email.com", Company: "Muster & Söhne"},
	}
	expectJSON(t, d.encodeBrokerCreated(r, broker),
		`{"status":"Broker Api: broker created succesfully.","bToken":"B"}`)
	expectJSON(t, d.encodeBrokerFound(r, broker),
		`{"status":"Broker Api: existing broker for the provided request.","bToken":"B"}`)
	expectJSON(t, d.encodeBrokerFoundV1(r, broker),
		`{"status":"Broker Api: existing broker for the provided request.","bToken":"B","bLastName":"Mustermann",`+
			`"bEmail":"mustermann@email.com","bCompany":"Muster & Söhne","bCode":"x7"}`)
}

func TestForward(t *testing.T) {
	t.Parallel()
	expectJSON(t, theDialect().encodeForward(askedWith(nil), core.ForwardLink{Token: "a/b"}),
		`{"url":"https://site.example/desk/enter/a%2Fb"}`)
}

//nolint:misspell // the published spelling
func TestAgencyNumbers(t *testing.T) {
	t.Parallel()
	d, r := theDialect(), askedWith(nil)
	expectJSON(t, d.encodeAgencyAdded(r, core.Nothing{}), `{"status":"Broker Api: agency number added succesfully."}`)
	expectJSON(t, d.encodeAgencyDropped(r, core.Nothing{}), `{"status":"Broker Api: agency number deleted succesfully."}`)
	expectJSON(t, d.encodeAgencyList(r, nil), `{"agencyNumberSets":[]}`)

	sets := []core.AgencySet{
		{Insurer: core.InsurerName{BaFinID: "5405", ID: "12", SupervisingAuthorityID: "9"}, Numbers: []core.AgencyNumber{{
			Number: "1-agency-number", Label: "comment", ExternalInsurerID: "i1", ExternalUniqueID: "uniqueId1",
			ForTenders: true, CollectionType: core.CollectedByInsurer, Comment: "internal <comment>", Active: true,
		}}},
		{Insurer: core.InsurerName{ID: "5036", SupervisingAuthorityID: "9"}, Numbers: []core.AgencyNumber{{
			Number: "A1", ForCalculations: true,
		}}},
		{Insurer: core.InsurerName{SupervisingAuthorityID: "61234"}},
	}
	const rest = `:"5405","insurerId":"12","supervisingAuthorityId":"9","agencyNumbers":[{"agencyNumber":"1-agency-number","matchCode":"comment",` +
		`"externalInsurerId":"i1","externalUniqueId":"uniqueId1","defaultForTenders":true,"defaultForCalculations":false,` +
		`"collectionType":"insurer_collection","internalComment":"internal <comment>","active":true}]},` +
		`{"insurerId":"5036","supervisingAuthorityId":"9","agencyNumbers":[{"agencyNumber":"A1","matchCode":"","externalInsurerId":"",` +
		`"externalUniqueId":"","defaultForTenders":false,"defaultForCalculations":true,"collectionType":"",` +
		`"internalComment":"","active":false}]},{"supervisingAuthorityId":"61234","agencyNumbers":[]}]}`
	expectJSON(t, d.encodeAgencyList(r, sets), `{"agencyNumberSets":[{"baFinId"`+rest)
	expectJSON(t, d.encodeAgencyListV1(r, sets), `{"agencyNumberSets":[{"baFinRegNr"`+rest)
}

func TestLists(t *testing.T) {
	t.Parallel()
	d, r := theDialect(), askedWith(nil)
	expectJSON(t, d.encodeLines(r, []insurance.Line{published().Line}), `[{"id":95,"name":"Cyberversicherung"}]`)
	expectJSON(t, d.encodeProfessions(r, []insurance.Profession{published().Profession}), `[{"id":258,"name":"Cafe"}]`)
	expectJSON(t, d.encodeInsurers(r, []insurance.Insurer{
		{ID: 7, Name: "Hanse & Söhne AG", BaFinID: "5405"}, {ID: 8, Name: "Kontor", SupervisingAuthorityID: "61234"},
	}), `[{"id":7,"name":"Hanse & Söhne AG","bafin":"5405"},{"id":8,"name":"Kontor","bafin":""}]`)
	expectJSON(t, d.encodeLines(r, nil), `[]`)
	expectJSON(t, d.encodeProfessions(r, nil), `[]`)
	expectJSON(t, d.encodeInsurers(r, nil), `[]`)
}
