package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/console"
	"github.com/covernote/covernote/internal/dialect/xcover"
)

// xcoverAccess is what an XCover client is configured with.
type xcoverAccess struct {
	BaseURL       string        `json:"base_url"`
	Partner       string        `json:"partner"`
	APIKey        string        `json:"api_key"`
	APISecret     string        `json:"api_secret"`
	WebhookKey    string        `json:"webhook_key"`
	WebhookSecret string        `json:"webhook_secret"`
	Samples       xcoverSamples `json:"samples"`
}

// xcoverSamples are bodies that succeed as they stand at the sandbox's time:
// of POST quotes/, and a policyholder for what books them.
type xcoverSamples struct {
	Ticket       sampleQuotes `json:"ticket"`
	Parcel       sampleQuotes `json:"parcel"`
	Renewable    sampleQuotes `json:"renewable"`
	Bundle       sampleQuotes `json:"bundle"`
	Policyholder samplePerson `json:"policyholder"`
}

type sampleQuotes struct {
	Currency         string        `json:"currency"`
	CustomerCountry  string        `json:"customer_country"`
	CustomerLanguage string        `json:"customer_language"`
	Request          []any         `json:"request"`
	Policyholder     *samplePerson `json:"policyholder,omitempty"`
}

type samplePolicy struct {
	PolicyType    string `json:"policy_type"`
	PolicyVersion int    `json:"policy_type_version,omitempty"`
	StartsAt      string `json:"policy_start_date"`
}

type sampleTicket struct {
	samplePolicy
	EventAt       string      `json:"event_datetime"`
	EventName     string      `json:"event_name"`
	EventLocation string      `json:"event_location"`
	Tickets       int         `json:"number_of_tickets"`
	Total         json.Number `json:"total_ticket_price"`
	Resale        bool        `json:"resale_ticket"`
	EventCountry  string      `json:"event_country"`
}

type sampleParcel struct {
	samplePolicy
	FromCountry string       `json:"from_country"`
	FromZip     string       `json:"from_zipcode"`
	ToCountry   string       `json:"to_country"`
	ToZip       string       `json:"to_zipcode"`
	ShipCost    json.Number  `json:"ship_cost"`
	Cover       json.Number  `json:"cover_amount"`
	FromCompany string       `json:"from_company_name"`
	ShipsOn     string       `json:"ship_date"`
	Products    []sampleGood `json:"parcel_products"`
}

type sampleGood struct {
	SKU   string      `json:"sku"`
	Value json.Number `json:"value"`
}

type sampleDevice struct {
	samplePolicy
	Period string      `json:"period"`
	Name   string      `json:"device_name"`
	Value  json.Number `json:"device_value"`
}

type samplePerson struct {
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Email     string `json:"email"`
	Phone     string `json:"phone"`
	Country   string `json:"country"`
	Age       int    `json:"age"`
}

// xcoverSamplesFor are the samples at a business time.
func xcoverSamplesFor(now time.Time) xcoverSamples {
	tomorrow := now.Truncate(time.Second).AddDate(0, 0, 1)
	policy := func(kind string) samplePolicy {
		return samplePolicy{PolicyType: kind, StartsAt: tomorrow.Format(time.RFC3339)}
	}
	ticket := sampleTicket{
		samplePolicy: policy("event_ticket_protection"), EventAt: tomorrow.AddDate(0, 0, 45).Format(time.RFC3339),
		EventName: "Cup final", EventLocation: "Wembley Stadium, London", Tickets: 2, Total: "100.0", EventCountry: "GB",
	}
	ticket.PolicyVersion = 1
	parcel := sampleParcel{
		policy("parcel_insurance"), "GB", "EC1A 1BB", "GB", "M1 1AE", "12.5", "500.0", "Sample Books Ltd",
		tomorrow.Format(time.DateOnly), []sampleGood{{"BOOK-1", "300.0"}, {"BOOK-2", "200.0"}},
	}
	device := sampleDevice{policy("device_subscription"), "quarterly", "Fairphone 6", "600.0"}
	quotes := func(request ...any) sampleQuotes {
		return sampleQuotes{Currency: "GBP", CustomerCountry: "GB", CustomerLanguage: "en", Request: request}
	}
	return xcoverSamples{
		Ticket: quotes(ticket), Parcel: quotes(parcel), Renewable: quotes(device), Bundle: quotes(device, parcel),
		Policyholder: samplePerson{"Sam", "Sample", "sam.sample@example.com", "+442079460000", "GB", 34},
	}
}

func (b *sandbox) xcoverAccess(a account, now time.Time) xcoverAccess {
	return xcoverAccess{
		BaseURL: b.baseURL + "/xcover", Partner: a.code, APIKey: b.username(a), APISecret: b.password(a),
		WebhookKey: b.webhookKey(a), WebhookSecret: b.webhookSecret(a), Samples: xcoverSamplesFor(now),
	}
}

// sign makes headers with which requests of the partner are signed.
func (x xcoverAccess) sign(at time.Time) http.Header { return xcover.Sign(x.APIKey, x.APISecret, at) }

// path is the path of the partner's resources.
func (x xcoverAccess) path(rest string) string { return "/xcover/partners/" + x.Partner + "/" + rest }

// instantly is a body that books a sample at once.
func (x xcoverAccess) instantly() sampleQuotes {
	body := x.Samples.Ticket
	body.Policyholder = &x.Samples.Policyholder
	return body
}

// xcoverCurl is one line that books a policy when it is pasted into a shell.
// Only the date is signed, so that the line works whenever it is pasted.
func xcoverCurl(access xcoverAccess, now time.Time) (string, error) {
	body, err := json.Marshal(access.instantly())
	if err != nil {
		return "", fmt.Errorf("write curl line: %w", err)
	}
	signed := access.sign(now)
	return fmt.Sprintf("curl -H 'Date: %s' -H 'Authorization: %s' -H 'Content-Type: application/json' -d '%s' %s/partners/%s/instant_booking/",
		signed.Get("Date"), signed.Get("Authorization"), body, access.BaseURL, access.Partner), nil
}

// xcoverStart is the partner as the sandbox's page shows it.
func (b *sandbox) xcoverStart(now time.Time) (console.StartPartner, error) {
	access := b.xcoverAccess(xcoverShop, now)
	partner := console.StartPartner{
		Family: string(xcoverShop.family), Name: xcoverShop.name, Part: xcoverShop.part, BaseURL: access.BaseURL,
		Facts: []console.Fact{
			{Name: map[string]string{"de": "Partner", "en": "Partner"}, Value: access.Partner},
			{Name: map[string]string{"de": "API-Key", "en": "API key"}, Value: access.APIKey},
			{Name: map[string]string{"de": "API-Secret", "en": "API secret"}, Value: access.APISecret},
		},
	}
	header := headersOf(access.sign(now))
	for _, s := range []struct {
		name, de, en, path string
		body               sampleQuotes
	}{
		{"instant", "Tickets versichern, sofort gebucht", "Insure tickets, booked at once", "instant_booking/", access.instantly()},
		{"ticket", "Angebot für Tickets", "Quote for tickets", "quotes/", access.Samples.Ticket},
		{"renewable", "Geräteschutz, der sich jedes Quartal verlängert", "Device cover, renewed each quarter", "quotes/", access.Samples.Renewable},
		{"bundle", "Gerät und Lieferung im Bündel", "Device and delivery as a bundle", "quotes/", access.Samples.Bundle},
	} {
		body, err := json.MarshalIndent(s.body, "", "  ")
		if err != nil {
			return partner, fmt.Errorf("write sample %s: %w", s.name, err)
		}
		partner.Samples = append(partner.Samples, console.Sample{
			Name: s.name, Title: map[string]string{"de": s.de, "en": s.en}, Method: http.MethodPost,
			Path: access.path(s.path), Body: string(body), Header: header,
		})
	}
	partner.FollowUps = xcoverFollowUps(access, header)
	var err error
	partner.Curl, err = xcoverCurl(access, now)
	return partner, err
}

// xcoverFollowUps go on from a package that a webhook of a renewal names.
func xcoverFollowUps(access xcoverAccess, header map[string]string) []console.Sample {
	return []console.Sample{
		{
			Name: "booking", Title: map[string]string{"de": "Buchung lesen", "en": "Read the booking"},
			Method: http.MethodGet, Path: access.path("bookings/{package_id}/"), Header: header,
		},
		{
			Name: "offer", Title: map[string]string{"de": "Angebot zur Verlängerung", "en": "Quote the renewal"},
			Method: http.MethodPatch, Path: access.path("renewals/{package_id}/quote_for_renewal/"), Body: "{}", Header: header,
		},
		{
			Name: "cancel", Title: map[string]string{"de": "Stornieren", "en": "Cancel"},
			Method: http.MethodPost, Path: access.path("bookings/{package_id}/cancel"), Body: "{}", Header: header,
		},
	}
}

// headersOf are the headers that a page may set: a browser keeps Date to
// itself, so that the date stands in X-Aux-Date.
func headersOf(signed http.Header) map[string]string {
	headers := map[string]string{"Content-Type": "application/json"}
	for name, values := range signed {
		if name == "Date" {
			name = "X-Aux-Date"
		}
		headers[name] = strings.Join(slices.Clone(values), ", ")
	}
	return headers
}
