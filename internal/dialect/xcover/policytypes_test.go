package xcover

import (
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

func english(text string) insurance.Text { return insurance.Text{"de": "–", "en": text} }

func ticketType() core.PolicyType {
	tariff := insurance.Tariff{
		Code: "event_ticket_protection", PartnerMaySetPrice: true,
		Terms: []insurance.TermPrice{{Prices: map[insurance.Currency]insurance.Price{"GBP": {}, "AUD": {}}}},
	}
	product := insurance.Product{
		Code: "ETIX01", Version: 2, Name: english("Ticket Protection"), Kinds: []insurance.Kind{insurance.KindFixed},
		Markets:       []insurance.Market{{Country: "GB", Currency: "GBP"}, {Country: "DE", Currency: "EUR"}},
		InsuredAmount: []string{"total_ticket_price", "tickets.price"},
		Instalments:   []insurance.InstalmentPlan{{Name: "1year-monthly", Label: "1Year-Monthly", Parts: 12}},
		Attributes: []insurance.Attribute{
			{Name: "event_datetime", Kind: insurance.AttributeInstant, Label: english("When it is"), Required: true},
			{Name: "event_name", Kind: insurance.AttributeText, Label: english("Event"), MaxLength: 80},
			{Name: "number_of_tickets", Kind: insurance.AttributeWhole, Label: english("How many")},
			{Name: "total_ticket_price", Kind: insurance.AttributeAmount, Label: english("Price of all")},
			{Name: "tickets.price", Kind: insurance.AttributeAmounts, Label: english("Price of each"), Required: true},
			{Name: "tickets.seat", Kind: insurance.AttributeTexts, Label: english("Seat"), Required: true},
			{Name: "resale_ticket", Kind: insurance.AttributeFlag, Label: english("Resold")},
			{Name: "event_country", Kind: insurance.AttributeCountry, Label: english("Where")},
			{Name: "names", Kind: insurance.AttributeTexts, Label: english("Names")},
			{Name: "bought_on", Kind: insurance.AttributeDate, Label: english("Bought")},
			{Name: "undamaged", Kind: insurance.AttributeConfirmation, Label: english("Whole")},
		},
	}
	older := product
	older.Version = 1
	return core.PolicyType{Tariff: tariff, Versions: []insurance.Product{product, older}}
}

func subscriptionType() core.PolicyType {
	return core.PolicyType{
		Tariff: insurance.Tariff{Code: "device_subscription", Terms: []insurance.TermPrice{
			{Term: insurance.Months(3)}, {Term: insurance.Months(24), Kinds: []insurance.Kind{insurance.KindFixed}}, {Term: insurance.Days(10)},
		}},
		Versions: []insurance.Product{{
			Code: "DEV01", Version: 1, Name: english("Device"), Category: "Electronics", Kinds: []insurance.Kind{insurance.KindFixed, insurance.KindRenewable},
			Markets:       []insurance.Market{{Country: "DE", Currency: "EUR"}},
			InsuredAmount: []string{"device_value"},
			Attributes:    []insurance.Attribute{{Name: "device_value", Kind: insurance.AttributeAmount, Label: english("Worth"), Required: true}},
		}},
	}
}

const typesTold = `{"event_ticket_protection":{"policy_type_version":2,"versions":[2,1],"policy_code":"ETIX01","policy_name":"Ticket Protection",
"category":null,"countries":["GB","DE"],"currencies":["AUD","GBP"],"is_renewable":false,"periods":[],"partner_price":true,
"instalment_plans":[{"name":"1year-monthly","label":"1Year-Monthly"}],
"schema":{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Ticket Protection","type":"object",
"properties":{"policy_type":{"const":"event_ticket_protection"},"policy_type_version":{"enum":[2,1]},"policy_start_date":{"type":"string","format":"date-time"},
"partner_price":{"type":"number","exclusiveMinimum":0},
"event_datetime":{"title":"When it is","type":"string","format":"date-time"},"event_name":{"title":"Event","type":"string","maxLength":80},
"number_of_tickets":{"title":"How many","type":"integer","minimum":0},"total_ticket_price":{"title":"Price of all","type":"number","exclusiveMinimum":0},
"tickets":{"type":"array","items":{"type":"object","properties":{"price":{"title":"Price of each","type":"number","exclusiveMinimum":0},
"seat":{"title":"Seat","type":"string"}},"additionalProperties":false}},
"resale_ticket":{"title":"Resold","type":"boolean"},"event_country":{"title":"Where","type":"string","pattern":"^[A-Z]{2}$"},
"names":{"title":"Names","type":"array","items":{"type":"string"}},"bought_on":{"title":"Bought","type":"string","format":"date"},
"undamaged":{"title":"Whole","const":true}},
"required":["policy_type","policy_start_date","event_datetime","tickets"],
"anyOf":[{"required":["total_ticket_price"]},{"required":["tickets"]}],"additionalProperties":false}},
"device_subscription":{"policy_type_version":1,"versions":[1],"policy_code":"DEV01","policy_name":"Device","category":"Electronics",
"countries":["DE"],"currencies":["EUR"],"is_renewable":true,"periods":["quarterly","10D"],"partner_price":false,"instalment_plans":[],
"schema":{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Device","type":"object",
"properties":{"policy_type":{"const":"device_subscription"},"policy_type_version":{"enum":[1]},"policy_start_date":{"type":"string","format":"date-time"},
"period":{"enum":["quarterly","10D"]},"device_value":{"title":"Worth","type":"number","exclusiveMinimum":0}},
"required":["policy_type","policy_start_date","device_value"],"anyOf":[{"required":["device_value"]}],"additionalProperties":false}}}`

func TestPolicyTypes(t *testing.T) {
	t.Parallel()
	got := encodeTypes(nil, []core.PolicyType{ticketType(), subscriptionType()})
	if want := strings.ReplaceAll(typesTold, "\n", ""); got.Status != 200 || string(got.Body) != want {
		t.Errorf("got  %s\nwant %s", got.Body, want)
	}
}
