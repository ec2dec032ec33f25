package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/covernote/covernote/internal/console"
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

const (
	tokensPath  = "/api/ipn/tokens"
	forwardPath = "/api/ipn/brokers/forward"
)

// thinksuranceAccess is what a broker's system is configured with.
type thinksuranceAccess struct {
	BaseURL       string `json:"base_url"`
	Hash          string `json:"hash"`
	Secret        string `json:"secret"`
	AccountToken  string `json:"account_token"`
	BrokerToken   string `json:"broker_token"`
	WebhookSecret string `json:"webhook_secret"`
	// HashSecret is what sHash is made with; pushes bring another.
	HashSecret string              `json:"hash_secret"`
	Samples    thinksuranceSamples `json:"samples"`
}

// thinksuranceTokens name an account and its broker. They open nothing.
type thinksuranceTokens struct{ account, broker string }

// thinksuranceSamples are bodies that succeed as they stand, at any time: of
// create broker, add agency numbers and Broker Forward.
type thinksuranceSamples struct {
	Broker        sampleBroker     `json:"broker"`
	AgencyNumbers sampleAgencySets `json:"agency_numbers"`
	Forward       sampleForward    `json:"forward"`
}

type sampleBroker struct {
	Type            int    `json:"type"`
	ExternalID      string `json:"bExternalId"`
	Gender          int    `json:"bGender"`
	FirstName       string `json:"bFirstName"`
	LastName        string `json:"bLastName"`
	Email           string `json:"bEmail"`
	Company         string `json:"bCompany"`
	Street          string `json:"bStreet"`
	StreetNumber    string `json:"bStreetNumber"`
	Zip             string `json:"bZip"`
	City            string `json:"bCity"`
	Phone           string `json:"bPhone"`
	CompanyRegister string `json:"bCompanyRegNumber"`
	BrokerRegister  string `json:"bRegNumber"`
}

type sampleAgencySets struct {
	Sets []sampleAgencySet `json:"agencyNumberSets"`
}

type sampleAgencySet struct {
	BaFinID     string               `json:"baFinId,omitempty"`
	InsurerID   string               `json:"insurerId,omitempty"`
	AuthorityID string               `json:"supervisingAuthorityId,omitempty"`
	Numbers     []sampleAgencyNumber `json:"agencyNumbers"`
}

// sampleAgencyNumber has no id of its own, so that it can be given to a broker
// and to the account as well.
type sampleAgencyNumber struct {
	Number            string `json:"agencyNumber"`
	MatchCode         string `json:"matchCode"`
	ExternalInsurerID string `json:"externalInsurerId"`
	ExternalUniqueID  string `json:"externalUniqueId"`
	ForTenders        bool   `json:"defaultForTenders"`
	ForCalculations   bool   `json:"defaultForCalculations"`
	CollectionType    string `json:"collectionType"`
	Comment           string `json:"internalComment"`
	Active            bool   `json:"active"`
}

type sampleForward struct {
	Type             int                 `json:"type"`
	BrokerID         string              `json:"bExternalId"`
	CustomerID       string              `json:"cExternalId"`
	Salutation       string              `json:"cSalutation"`
	FirstName        string              `json:"cFirstName"`
	LastName         string              `json:"cLastName"`
	Email            string              `json:"cEmail"`
	Company          string              `json:"cCompany"`
	CompanyForm      string              `json:"cCompanyForm"`
	Street           string              `json:"cStreet"`
	StreetNumber     string              `json:"cStreetNumber"`
	Zip              string              `json:"cZip"`
	City             string              `json:"cCity"`
	Phone            string              `json:"cPhone"`
	AccountType      int                 `json:"cAccountType"`
	AddressIsCompany int                 `json:"cAddressIsCompany"`
	CustomerRefs     []sampleRef         `json:"cExternalReferences"`
	AtOnce           string              `json:"instantInquiryCreation"`
	Line             int                 `json:"productId"`
	Profession       int                 `json:"professionId"`
	InquiryRefs      []sampleRef         `json:"iExternalReferences"`
	Questionnaire    sampleQuestionnaire `json:"qasCustProfile"`
}

type sampleRef struct {
	Origin string `json:"origin"`
	Key    string `json:"paramKey"`
	Value  string `json:"paramValue"`
}

type sampleQuestionnaire struct {
	Source     string                   `json:"source"`
	Categories []sampleQuestionCategory `json:"categories"`
}

type sampleQuestionCategory struct {
	ID        string               `json:"id"`
	Questions []sampleQuestionTold `json:"questions"`
}

type sampleQuestionTold struct {
	ID      string   `json:"id"`
	Answers []string `json:"answers"`
}

// brokerID is what each account of the sandbox calls the broker that it has
// from the start.
const brokerID = "1001"

// settleBroker lets an account have a broker, and keeps what names the two.
func (b *sandbox) settleBroker(ctx context.Context, a account) error {
	token, err := accountToken(ctx, b.node.core, b.partner(a))
	if err != nil {
		return err
	}
	broker, err := b.node.core.SetBroker(ctx, b.partner(a), core.BrokerWish{
		Account: token, Kind: core.BrokerOwnID, ExternalID: brokerID,
		Party: insurance.Party{
			Company: "Muster und Partner Versicherungsmakler GmbH", Salutation: insurance.SalutationMs,
			FirstName: "Marta", LastName: "Muster", Email: "marta.muster@example.com",
			Address: insurance.Address{Street: "Musterallee", HouseNumber: "12", PostalCode: "10115", City: "Berlin"},
		},
		CompanyRegister: "HRB 100100", BrokerRegister: "D-MUST-12345-67",
	})
	b.tokens[a.part] = thinksuranceTokens{account: token, broker: broker.Token}
	return err
}

func (b *sandbox) thinksuranceAccess(ctx context.Context, a account) (thinksuranceAccess, error) {
	tokens := b.tokens[a.part]
	hashSecret, err := b.node.core.HashSecret(ctx, a.part)
	return thinksuranceAccess{
		BaseURL: b.baseURL, Hash: b.username(a), Secret: b.password(a), AccountToken: tokens.account,
		BrokerToken: tokens.broker, WebhookSecret: b.webhookSecret(a), HashSecret: hashSecret,
		Samples: thinksuranceSamples{Broker: aBroker(), AgencyNumbers: agencySets(), Forward: aForward()},
	}, err
}

// aBroker is another broker than the one that is there.
func aBroker() sampleBroker {
	return sampleBroker{
		Type: 1, ExternalID: "1002", Gender: 1, FirstName: "Bernd", LastName: "Beispiel", Email: "bernd.beispiel@example.com",
		Company: "Beispiel Assekuranzmakler e. K.", Street: "Beispielweg", StreetNumber: "7", Zip: "20095", City: "Hamburg",
		Phone: "+49 40 5550100", CompanyRegister: "HRA 200200", BrokerRegister: "D-BEIS-23456-78",
	}
}

// agencySets name three insurers, each in another of the three ways.
func agencySets() sampleAgencySets {
	number := func(of sampleAgencyNumber) []sampleAgencyNumber {
		of.Active = true
		return []sampleAgencyNumber{of}
	}
	return sampleAgencySets{[]sampleAgencySet{
		{BaFinID: "5405", Numbers: number(sampleAgencyNumber{
			Number: "70-4711-1", MatchCode: "Hauptnummer", ExternalInsurerID: "V-01", ForTenders: true, ForCalculations: true,
			CollectionType: string(core.CollectedByInsurer), Comment: "seit 2024",
		})},
		{InsurerID: "5036", Numbers: number(sampleAgencyNumber{
			Number: "B 88020", MatchCode: "Gewerbe", ExternalInsurerID: "V-02", ForCalculations: true,
			CollectionType: string(core.CollectedByBroker),
		})},
		{AuthorityID: "61234", Numbers: number(sampleAgencyNumber{
			Number: "MK-2210", MatchCode: "Deckungskonzept", ExternalInsurerID: "V-03", ForTenders: true, ForCalculations: true,
			CollectionType: string(core.CollectedByMGA),
		})},
	}}
}

// aForward sends the broker to the desk with a cafe that wants cyber cover, and
// with what the broker's system knows of it: its turnover in cents and its
// staff.
func aForward() sampleForward {
	answered := func(tag, answer string) sampleQuestionTold { return sampleQuestionTold{tag, []string{answer}} }
	return sampleForward{
		Type: 1, BrokerID: brokerID,
		CustomerID: "K-10042", Salutation: "2", FirstName: "Carla", LastName: "Sommer", Email: "carla.sommer@example.com",
		Company: "Cafe Sommer GmbH", CompanyForm: "4", Street: "Marktplatz", StreetNumber: "3", Zip: "04109", City: "Leipzig",
		Phone: "+49 341 5550142", AddressIsCompany: 1, CustomerRefs: []sampleRef{{"crm", "oV-Kunden-Nr", "10042"}},
		AtOnce: "True", Line: 95, Profession: 258,
		InquiryRefs: []sampleRef{{"crm", "oV-Vertrag-ID", "4342343"}, {"crm", "oV-Vertrags-Nr", "4342345"}},
		Questionnaire: sampleQuestionnaire{"crm", []sampleQuestionCategory{{"default", []sampleQuestionTold{
			answered("umsatz", "25000000"), answered("anzahl_vollzeitmitarbeiter", "3"),
		}}}},
	}
}

// thinksuranceCurl is one line that signs in, forwards and prints where the
// desk is, when it is pasted into a shell. It fetches its own token, so that it
// works whenever it is pasted.
func thinksuranceCurl(access thinksuranceAccess) (string, error) {
	signIn, err := json.Marshal(map[string]string{"hash": access.Hash, "secret": access.Secret})
	if err != nil {
		return "", fmt.Errorf("write curl line: %w", err)
	}
	forward, err := json.Marshal(access.Samples.Forward)
	if err != nil {
		return "", fmt.Errorf("write curl line: %w", err)
	}
	const post = "curl -s -H 'Content-Type: application/json'"
	token := fmt.Sprintf(`$(%s -d '%s' %s | %s)`, post, signIn, access.BaseURL+tokensPath, sed("token"))
	return fmt.Sprintf(`%s -H "Authorization: Bearer %s" -H 'X-Broker-Token: %s' -d '%s' %s | %s; echo`,
		post, token, access.BrokerToken, forward, access.BaseURL+forwardPath, sed("url")), nil
}

// sed takes the text under a key out of a line of JSON, and leaves a line that
// does not have it, such as an error, as it is.
func sed(key string) string { return fmt.Sprintf(`sed 's/.*%q *: *"\([^"]*\)".*/\1/'`, key) }

// pageSession is how long the requests of the sandbox's page are signed in, as
// long as a token of the API lives.
const pageSession = 15 * time.Minute

// thinksuranceStart is the account as the sandbox's page shows it.
func (b *sandbox) thinksuranceStart(ctx context.Context) (console.StartPartner, error) {
	access, err := b.thinksuranceAccess(ctx, thinksurancePool)
	if err != nil {
		return console.StartPartner{}, err
	}
	partner := console.StartPartner{
		Family: string(thinksurancePool.family), Name: thinksurancePool.name, Part: thinksurancePool.part,
		BaseURL: access.BaseURL, Facts: thinksuranceFacts(access),
	}
	session, err := b.node.core.OpenSession(ctx, b.partner(thinksurancePool), core.SessionWish{Lifetime: pageSession})
	if err != nil {
		return partner, err
	}
	bearer := func(header, token string) map[string]string {
		return map[string]string{"Content-Type": "application/json", "Authorization": "Bearer " + session.Token, header: token}
	}
	asAccount, asBroker := bearer("X-Account-Token", access.AccountToken), bearer("X-Broker-Token", access.BrokerToken)
	if partner.Samples, err = thinksuranceRequests(access, asAccount, asBroker); err != nil {
		return partner, err
	}
	partner.FollowUps = thinksuranceFollowUps(asAccount)
	partner.Curl, err = thinksuranceCurl(access)
	return partner, err
}

// thinksuranceFollowUps go on from an inquiry that a webhook refers to.
func thinksuranceFollowUps(header map[string]string) []console.Sample {
	return []console.Sample{
		{
			Name: "inquiry", Title: map[string]string{"de": "Anfrage lesen", "en": "Read the inquiry"},
			Method: http.MethodGet, Path: "/api/ipn/inquiries?inquiryId={referenceId}", Header: header,
		},
		{
			Name: "order", Title: map[string]string{"de": "Den Makler bestellen lassen", "en": "Let the broker order"},
			Method: http.MethodPost, Path: "/sandbox/inquiries/{referenceId}", Body: `{"to": "ordered"}`,
			Header: map[string]string{"Content-Type": "application/json"},
		},
	}
}

func thinksuranceFacts(access thinksuranceAccess) []console.Fact {
	return []console.Fact{
		{Name: map[string]string{"de": "Hash", "en": "Hash"}, Value: access.Hash},
		{Name: map[string]string{"de": "Secret", "en": "Secret"}, Value: access.Secret},
		{Name: map[string]string{"de": "Account-Token", "en": "Account token"}, Value: access.AccountToken},
		{Name: map[string]string{"de": "Broker-Token", "en": "Broker token"}, Value: access.BrokerToken},
		{Name: map[string]string{"de": "Hash-Secret (sHash)", "en": "Hash secret (sHash)"}, Value: access.HashSecret},
	}
}

// thinksuranceRequests are requests to begin with.
func thinksuranceRequests(access thinksuranceAccess, asAccount, asBroker map[string]string) ([]console.Sample, error) {
	var samples []console.Sample
	for _, s := range []struct {
		name, de, en, path string
		body               any
		header             map[string]string
	}{
		{
			"forward", "Makler mit Kunde und Anfrage weiterleiten", "Forward a broker with customer and inquiry", forwardPath,
			access.Samples.Forward, asBroker,
		},
		{
			"agency_numbers", "Vermittlernummern hinterlegen", "Add agency numbers", "/api/ipn/agency-numbers",
			access.Samples.AgencyNumbers, asBroker,
		},
		{"broker", "Makler anlegen", "Create a broker", "/api/ipn/brokers", access.Samples.Broker, asAccount},
	} {
		body, err := json.MarshalIndent(s.body, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("write sample %s: %w", s.name, err)
		}
		samples = append(samples, console.Sample{
			Name: s.name, Title: map[string]string{"de": s.de, "en": s.en}, Method: http.MethodPost, Path: s.path,
			Body: string(body), Header: s.header,
		})
	}
	return samples, nil
}
