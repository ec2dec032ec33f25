package thinksurance

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/covernote/covernote/internal/dialect"
)

// The order of fields here is the order of keys on the wire: that of the
// published examples, and what only the tables name behind it. Text that is not
// known is "" and never null; a number that is not known is left out.

// wireSessionV1 is a session of V1 and V1.1.
type wireSessionV1 struct {
	Token   string `json:"token"`
	Expired string `json:"expired"`
}

// wireSessionV2 is a session of V2.
type wireSessionV2 struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
}

type wireAccount struct {
	Name    string `json:"name"`
	NameTag string `json:"nameTag"`
	AToken  string `json:"aToken"`
}

// wireStatus says that something was done.
type wireStatus struct {
	Status string `json:"status"`
}

type wireBroker struct {
	wireStatus
	BToken string `json:"bToken"`
}

// wireBrokerV1 is a broker who was looked up in V1.
type wireBrokerV1 struct {
	wireBroker
	BLastName string `json:"bLastName"`
	BEmail    string `json:"bEmail"`
	BCompany  string `json:"bCompany"`
	BCode     string `json:"bCode"`
}

type wireForward struct {
	URL string `json:"url"`
}

type wireAgencySets struct {
	Sets []wireAgencySet `json:"agencyNumberSets"`
}

// wireAgencySet names its insurer by all numbers that it has. The first has
// another key in V1.
type wireAgencySet struct {
	BaFinID                string             `json:"baFinId,omitempty"`
	BaFinRegNr             string             `json:"baFinRegNr,omitempty"`
	InsurerID              string             `json:"insurerId,omitempty"`
	SupervisingAuthorityID string             `json:"supervisingAuthorityId,omitempty"`
	AgencyNumbers          []wireAgencyNumber `json:"agencyNumbers"`
}

type wireAgencyNumber struct {
	AgencyNumber           string `json:"agencyNumber"`
	MatchCode              string `json:"matchCode"`
	ExternalInsurerID      string `json:"externalInsurerId"`
	ExternalUniqueID       string `json:"externalUniqueId"`
	DefaultForTenders      bool   `json:"defaultForTenders"`
	DefaultForCalculations bool   `json:"defaultForCalculations"`
	CollectionType         string `json:"collectionType"`
	InternalComment        string `json:"internalComment"`
	Active                 bool   `json:"active"`
}

// wireNamed is an entry of a list to choose from.
type wireNamed struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

type wireInsurer struct {
	wireNamed
	BaFin string `json:"bafin"`
}

// wirePDF is a document as old integrations read it.
type wirePDF struct {
	PDFBinary string `json:"pdfbinary"`
}

// wireDictionary is an object whose keys are ids, in the order of its entries;
// a map would put 10 before 9.
type wireDictionary[Value any] []wireEntry[Value]

type wireEntry[Value any] struct {
	id    int64
	value Value
}

// MarshalJSONTo writes the object; without entries it is {}.
func (entries wireDictionary[Value]) MarshalJSONTo(to *jsontext.Encoder) error {
	return dialect.EncodeMembers(to, func(yield func(string, any) bool) {
		for _, entry := range entries {
			if !yield(strconv.FormatInt(entry.id, 10), entry.value) {
				return
			}
		}
	})
}
