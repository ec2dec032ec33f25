package thinksurance

import (
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

// publishedNumbers is the published example, but for two of its numbers.
const publishedNumbers = `{
 "agencyNumberSets":[
  {"baFinId":"5405","agencyNumbers":[
   {"agencyNumber":"1-agency-number","matchCode":"comment","externalInsurerId":"","externalUniqueId":"uniqueId1",
    "defaultForTenders":false,"defaultForCalculations":false,"collectionType":"insurer_collection",
    "internalComment":"internal comment","active":true},
   {"agencyNumber":"3-agency-number","matchCode":"comment 3","externalInsurerId":"insurerId3","externalUniqueId":"",
    "defaultForTenders":true,"defaultForCalculations":true,"collectionType":"mga_collection",
    "internalComment":"internal comment 3","active":false}]},
  {"insurerId":"5036","agencyNumbers":[{"agencyNumber":"A1"}]},
  {"supervisingAuthorityId":"61234","agencyNumbers":[]}]}`

func TestDecodeAgency(t *testing.T) {
	t.Parallel()
	want := core.AgencyWish{
		Scope: core.Scope{Broker: "B"},
		Sets: []core.AgencySet{
			{Insurer: core.InsurerName{BaFinID: "5405"}, Numbers: []core.AgencyNumber{
				{
					Number: "1-agency-number", Label: "comment", ExternalUniqueID: "uniqueId1",
					CollectionType: core.CollectedByInsurer, Comment: "internal comment", Active: true,
				},
				{
					Number: "3-agency-number", Label: "comment 3", ExternalInsurerID: "insurerId3", ForTenders: true,
					ForCalculations: true, CollectionType: core.CollectedByMGA, Comment: "internal comment 3",
				},
			}},
			{Insurer: core.InsurerName{ID: "5036"}, Numbers: []core.AgencyNumber{{Number: "A1", Active: true}}},
			{Insurer: core.InsurerName{SupervisingAuthorityID: "61234"}},
		},
	}
	check(t, decodeAgency, posted(publishedNumbers, headerBroker, "B"), want, "")
	want.Scope = core.Scope{Account: "A"}
	check(t, decodeAgency, posted(publishedNumbers, headerAccount, "A"), want, "")
	check(t, decodeAgencyOfAccount, posted(publishedNumbers, headerAccount, "A", headerBroker, "B"), want, "")
}

// set is a request with one set, of the broker.
func set(holder string) string { return `{"bToken":"B","agencyNumberSets":[` + holder + `]}` }

func setOf(n core.InsurerName, numbers ...core.AgencyNumber) core.AgencyWish {
	return core.AgencyWish{Scope: core.Scope{Broker: "B"}, Sets: []core.AgencySet{{Insurer: n, Numbers: numbers}}}
}

func TestAgencySpellings(t *testing.T) {
	t.Parallel()
	bafin := core.InsurerName{BaFinID: "5405"}
	for body, want := range map[string]core.AgencyWish{
		set(`{"baFinRegNr":5405,"agencyNumbers":[{"agencyNumber":7}]}`):                                             setOf(bafin, core.AgencyNumber{Number: "7", Active: true}),
		set(`{"BAFINID":" 5405 ","insurerId":"","supervisingAuthorityId":null,"agencyNumbers":[]}`):                 setOf(bafin),
		set(`{"baFinRegNr":"5405","insurerId":5021,"supervisingAuthorityId":"9","agencyNumbers":[]}`):               setOf(core.InsurerName{BaFinID: "5405", ID: "5021", SupervisingAuthorityID: "9"}),
		set(`{"baFinId":"5405","agencyNumbers":[{"agencyNumber":"7","active":"0","defaultForTenders":1}]}`):         setOf(bafin, core.AgencyNumber{Number: "7", ForTenders: true}),
		set(`{"baFinId":"5405","agencyNumbers":[{"agencyNumber":"7","active":null,"collectionType":""}],"e2e":[]}`): setOf(bafin, core.AgencyNumber{Number: "7", Active: true}),
		set(`{"baFinId":"5405","agencyNumbers":[{"agencyNumber":"7","collectionType":"BROKER_COLLECTION"}]}`): setOf(bafin,
			core.AgencyNumber{Number: "7", CollectionType: core.CollectedByBroker, Active: true}),

		set(`{"baFinId":"5405","e2e":[{"brokerAgencyNumber":"1","brokerAgencyName":"N","brokerAgencyEmail":"e","brokerAgencyPhone":1}]}`): setOf(bafin,
			core.AgencyNumber{Number: "1", Label: "N", ForCalculations: true, Active: true}),
		set(`{"baFinId":"5405","db":[{"brokerAgencyNumber":"1"}],"e2e":null}`): setOf(bafin, core.AgencyNumber{Number: "1", ForTenders: true, Active: true}),
		set(`{"baFinId":"5405","db":[{"brokerAgencyNumber":"1"}],"e2e":[{"brokerAgencyNumber":"1"},{"brokerAgencyNumber":"2"}]}`): setOf(bafin,
			core.AgencyNumber{Number: "1", ForCalculations: true, Active: true}, core.AgencyNumber{Number: "2", ForCalculations: true, Active: true},
			core.AgencyNumber{Number: "1", ForCalculations: true, ForTenders: true, Active: true}),
	} {
		check(t, decodeAgencyOfBroker, posted(body), want, "")
	}
}

func TestDecodeAgencyRefuses(t *testing.T) {
	t.Parallel()
	const noScope = "Broker Api: bToken or aToken is required, in the headers X-Broker-Token and X-Account-Token or in the body"
	const at = "Broker Api: agencyNumberSets[0]."
	two := set(`{"baFinId":"1","agencyNumbers":[{"agencyNumber":"1"}]},{"insurerId":"1","agencyNumbers":[{"agencyNumber":"1"},{}]}`)
	for body, refused := range map[string]string{
		``:                                  noScope + "; agencyNumberSets is required.",
		`{"bToken":"B"}`:                    "Broker Api: agencyNumberSets is required.",
		set(`7`):                            "Broker Api: agencyNumberSets[0] is not an object.",
		set(`{"baFinId":"1"}`):              at + "agencyNumbers is required.",
		set(`{"agencyNumbers":[]}`):         at + "baFinId, insurerId or supervisingAuthorityId is required.",
		set(`{"e2e":[],"baFinId":"1"}`):     at + "e2e or db is required.",
		set(`{"db":[{}],"baFinId":"1"}`):    at + "db[0].brokerAgencyNumber is required.",
		set(`{"db":{"a":1},"baFinId":"1"}`): at + "db is not a list; agencyNumberSets[0].e2e or db is required.",
		set(`{"insurerId":"5036a","agencyNumbers":[]}`):                                       at + "insurerId is not a whole number.",
		set(`{"baFinId":{},"agencyNumbers":[]}`):                                              at + "baFinId is not a string.",
		set(`{"baFinId":"1","agencyNumbers":[{"agencyNumber":"1","active":"perhaps"}]}`):      at + "agencyNumbers[0].active is not true or false.",
		set(`{"baFinId":"1","agencyNumbers":[{"agencyNumber":"1","collectionType":"bank"}]}`): at + "agencyNumbers[0].collectionType is not one of mga_collection, broker_collection, insurer_collection.",
		two: "Broker Api: agencyNumberSets[1].agencyNumbers[1].agencyNumber is required.",
	} {
		check(t, decodeAgency, posted(body), core.AgencyWish{}, refused)
	}
	check(t, decodeAgencyOfBroker, posted(set(`{"baFinId":"1"}`)), core.AgencyWish{}, at+"e2e or db is required.")
	many := set(`{"baFinId":"1","agencyNumbers":[` + strings.Repeat(`{},`, maxItems) + `{}]}`)
	check(t, decodeAgency, posted(many), core.AgencyWish{}, at+"agencyNumbers has more than 2000 entries.")
	check(t, decodeAgencyOfAccount, posted(set(`{}`)), core.AgencyWish{}, "Broker Api: aToken is required, in the header X-Account-Token or in the body; "+
		"agencyNumberSets[0].agencyNumbers is required; agencyNumberSets[0].baFinId, insurerId or supervisingAuthorityId is required.")
}

func TestDecodeAgencyDrop(t *testing.T) {
	t.Parallel()
	bafin := core.InsurerName{BaFinID: "5405"}
	for body, c := range map[string]struct {
		want    core.AgencyWish
		refused string
	}{
		set(`{"baFinId":"5405"}`):                      {setOf(bafin), ""},
		set(`{"baFinId":"5405","agencyNumbers":null}`): {setOf(bafin), ""},
		set(`{"baFinId":"5405","insurerId":"5021"}`):   {setOf(core.InsurerName{BaFinID: "5405", ID: "5021"}), ""},
		set(`{"baFinRegNr":"5405","agencyNumbers":[{"agencyNumber":"1","active":"x"},{"externalInsurerId":"I"},{"externalUniqueId":"U"}]}`): {setOf(bafin,
			core.AgencyNumber{Number: "1"}, core.AgencyNumber{ExternalInsurerID: "I"}, core.AgencyNumber{ExternalUniqueID: "U"}), ""},

		set(`{}`): {refused: "Broker Api: agencyNumberSets[0].baFinId, insurerId or supervisingAuthorityId is required."},
		set(`{"baFinId":"5405","agencyNumbers":[]}`): {
			refused: "Broker Api: agencyNumberSets[0].agencyNumbers is empty; all numbers of the insurer are deleted if it is left out.",
		},
		set(`{"baFinId":"5405","agencyNumbers":[{"agencyNumber":""}]}`): {
			refused: "Broker Api: agencyNumberSets[0].agencyNumbers[0].agencyNumber, externalInsurerId or externalUniqueId is required.",
		},
	} {
		check(t, decodeAgencyDrop, posted(body), c.want, c.refused)
	}
	check(t, decodeAgencyDropOfAccount, posted(`{"aToken":"A","bToken":"B","agencyNumberSets":[]}`), core.AgencyWish{Scope: core.Scope{Account: "A"}}, "")
}

func TestDecodeScope(t *testing.T) {
	t.Parallel()
	check(t, decodeScope, posted("", headerBroker, "B"), core.Scope{Broker: "B"}, "")
	check(t, decodeScope, posted(`{"aToken":"A"}`, headerBroker, "B"), core.Scope{Account: "A", Broker: "B"}, "")
	check(t, decodeScopeOfAccount, posted(`{"AToken":"A","bToken":"B"}`), core.Scope{Account: "A"}, "")
	for _, decode := range []func(*dialect.Request) (core.Scope, error){decodeScope, decodeScopeOfAccount} {
		if _, err := decode(posted("")); err == nil {
			t.Error("nobody has agency numbers")
		}
	}
}
