package hepster

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// untold are the events that hepster's published webhook has no form for: it
// tells the result of a booking and nothing else.
var untold = map[core.EventType]string{
	core.EventPolicyBound:     "told with its order",
	core.EventPolicyPremium:   "the partner collects; only the first premium is told, with the order",
	core.EventPolicyRenewed:   "seen in the list of contracts",
	core.EventPolicyEnding:    "the answer to the cancellation says it",
	core.EventPolicyCancelled: "the answer to the cancellation says it",
	core.EventPolicyWithdrawn: "the answer to the cancellation says it",
	core.EventPolicyVoided:    "the answer to the cancellation says it",
	core.EventPolicyExpired:   "seen in the list of contracts; the end was known",
	core.EventPolicyEndorsed:  "the API has no changes",
	core.EventPolicyRenewing:  "renewals happen by themselves",
	core.EventPolicyLapsed:    "renewals happen by themselves",
	core.EventCoolingOffEnded: "read in the log",
	core.EventBookingFailed:   "the API has no packages",

	core.EventBookingCreated: "the API has no packages", core.EventBookingUpdated: "the API has no packages",
	core.EventBookingCancelled: "the API has no packages",

	core.EventRenewalPlanned: "renewals happen by themselves", core.EventRenewalAnnounced: "renewals happen by themselves",
	core.EventRenewalDue: "renewals happen by themselves", core.EventRenewalExpired: "renewals happen by themselves",

	core.EventMailRequested:   "the partner writes to policyholders itself",
	core.EventInquiryCreated:  "belongs to another API",
	core.EventInquiryUpdated:  "belongs to another API",
	core.EventInquiryProposed: "belongs to another API",
	core.EventInquiryOrdered:  "belongs to another API",
	core.EventEndpointFailing: "the API has no form for it",
	core.EventEndpointPaused:  "the API has no form for it",
}

func TestEveryEventIsToldOrExcused(t *testing.T) {
	t.Parallel()
	told := New(nil).Told()
	for _, event := range core.EventTypes() {
		if slices.Contains(told, event) == (untold[event] != "") {
			t.Errorf("%s is neither told nor excused, or both", event)
		}
	}
	if len(told)+len(untold) != len(core.EventTypes()) {
		t.Errorf("%d told and %d excused of %d events", len(told), len(untold), len(core.EventTypes()))
	}
}

func TestTell(t *testing.T) {
	t.Parallel()
	name := insurance.Text{"de": "Elektro-Abo-Versicherung", "en": "Electronics & more"}
	contract := core.BoundPolicy{
		CertificateNumber: "I11305328852504453133107193811", ProductName: name,
		InceptionOn: "2025-03-01", Gross: "5.56", Currency: "EUR",
	}
	other := contract
	other.CertificateNumber, other.Gross = "I2", "5.50"
	for _, c := range []struct {
		name     string
		kind     core.EventType
		data     any
		switches map[string]string
		want     string
	}{
		{
			"the published success", core.EventOrderBooked,
			core.OrderBooked{Reference: "123", Policies: []core.BoundPolicy{contract}}, nil,
			`{"status":{"id":200,"text":"OK"},"messages":[{"message":"OK","type":"info"}],"order_reference":"123",` +
				`"contracts":[{"product":"Elektro-Abo-Versicherung","certificate_number":"I11305328852504453133107193811",` +
				`"contract_start_date":"2025-03-01","contract_premium":5.56}]}`,
		},
		{
			"two contracts, in English", core.EventOrderBooked,
			core.OrderBooked{Reference: "ä<1>", Policies: []core.BoundPolicy{other, other}}, map[string]string{"language": "en"},
			`{"status":{"id":200,"text":"OK"},"messages":[{"message":"OK","type":"info"}],"order_reference":"ä<1>",` +
				`"contracts":[{"product":"Electronics & more","certificate_number":"I2","contract_start_date":"2025-03-01","contract_premium":5.5},` +
				`{"product":"Electronics & more","certificate_number":"I2","contract_start_date":"2025-03-01","contract_premium":5.5}]}`,
		},
		{
			"the published error", core.EventOrderRefused, core.OrderRefused{Reference: "123", Code: insurance.CodeProductUnknown},
			map[string]string{"webhook_strict_sample": "true"},
			`{"status":{"id":1005},"messages":[{"message":"Product not found","type":"error"}]}`,
		},
		{
			"product with reference", core.EventOrderRefused, core.OrderRefused{Reference: "123", Code: insurance.CodeProductUnknown}, nil,
			`{"status":{"id":1005},"messages":[{"message":"Product not found","type":"error"}],"order_reference":"123"}`,
		},
		{
			"product by the table", core.EventOrderRefused, core.OrderRefused{Reference: "123", Code: insurance.CodeProductUnknown},
			map[string]string{"webhook_product_not_found_code": "1002"},
			`{"status":{"id":1002},"messages":[{"message":"Product not found","type":"error"}],"order_reference":"123"}`,
		},
		{
			"coverage", core.EventOrderRefused, core.OrderRefused{Reference: "123", Code: insurance.CodeCoverageUnknown}, nil,
			`{"status":{"id":1003},"messages":[{"message":"Coverage not found","type":"error"}],"order_reference":"123"}`,
		},
		{
			"invalid", core.EventOrderRefused, core.OrderRefused{Reference: "123", Code: insurance.CodeInvalid}, nil,
			`{"status":{"id":1001},"messages":[{"message":"Validation error - errors in booking payload.","type":"error"}],"order_reference":"123"}`,
		},
		{
			"anything else", core.EventOrderRefused, core.OrderRefused{Reference: "123", Code: insurance.CodeInternal}, nil,
			`{"status":{"id":1099},"messages":[{"message":"Unknown Server Error","type":"error"}],"order_reference":"123"}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			data, err := json.Marshal(c.data)
			if err != nil {
				t.Fatal(err)
			}
			got, err := New(nil).Tell(core.Notice{
				Event:   core.Event{Type: c.kind, Data: data},
				Partner: core.Partner{Switches: c.switches},
			})
			if err != nil || string(got.Body) != c.want {
				t.Errorf("got  %s, %v\nwant %s", got.Body, err, c.want)
			}
			if got.Header.Get("Content-Type") != "application/json; charset=utf-8" {
				t.Errorf("headers %v", got.Header)
			}
		})
	}
}

func TestDelivered(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{0: false, 199: false, 200: true, 204: true, 299: true, 300: false, 500: false} {
		if got := New(nil).Delivered(status); got != want {
			t.Errorf("%d: %t", status, got)
		}
	}
}

func TestTellRefusesWhatItCannotSay(t *testing.T) {
	t.Parallel()
	for _, event := range []core.Event{
		{Type: core.EventPolicyRenewed, Data: []byte("{}")},
		{Type: core.EventOrderBooked, Data: []byte("{")},
		{Type: core.EventOrderRefused, Data: []byte("{")},
		{Type: core.EventOrderBooked, Data: []byte(`{"policies":[{"gross":"a lot","currency":"EUR"}]}`)},
	} {
		if _, err := New(nil).Tell(core.Notice{Event: event}); err == nil {
			t.Errorf("told %s of %s", event.Type, event.Data)
		}
	}
}
