package app_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	orderPath  = "/services/integrator/partner/v1/order"
	lookupPath = "/services/integrator/contracts/lookup/organisation"
)

// caller is a partner's program.
type caller struct{ url, user, secret string }

// client keeps no connections: an unused one would hold up a server that is
// told to stop.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// answer is what it got.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// try sends a request. Header lines are "Name: value".
func (c caller) try(ctx context.Context, method, path string, body []byte, header ...string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if c.user != "" {
		request.SetBasicAuth(c.user, c.secret)
	}
	request.Header.Set("Content-Type", "application/json")
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		if name == "Host" {
			request.Host = value
		}
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, text}, err
}

// send sends a request that has to be answered.
func (c caller) send(t *testing.T, method, path string, body []byte, header ...string) answer {
	t.Helper()
	got, err := c.try(t.Context(), method, path, body, header...)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return got
}

// want sends a request that has to be answered with a status.
func (c caller) want(t *testing.T, status int, method, path string, body []byte, header ...string) answer {
	t.Helper()
	got := c.send(t, method, path, body, header...)
	if got.status != status {
		t.Fatalf("%s %s: status %d, want %d; body: %s", method, path, got.status, status, got.body)
	}
	return got
}

// order is a request to book. Fields left empty are those of a notebook's
// repair cover that begins today.
type order struct{ reference, serial, object, product, kind, duration, start, first, last, email string }

func (o order) body(t *testing.T) []byte {
	t.Helper()
	either := func(value, otherwise string) string {
		if value == "" {
			return otherwise
		}
		return value
	}
	contract := map[string]any{
		"externalOrderReference": o.reference, "contractStart": either(o.start, today(t)), "costsharing": 10,
		"productCode": either(o.product, "HEP_Repair_599,99"), "duration": either(o.duration, "3Y"),
	}
	if o.kind != "" {
		contract["type"] = o.kind
	}
	text, err := json.Marshal(map[string]any{
		"policyHolder": map[string]any{
			"insuredLegalEntity": "", "insuranceUserFirstName": either(o.first, "Muster"),
			"insuranceUserLastName": either(o.last, "Mustername"), "country": "DE", "email": either(o.email, "placeholder@mail.de"),
		},
		"Contract": contract,
		"insuredObject": map[string]any{
			"serialNumber": either(o.serial, "S-"+o.reference), "objectType": either(o.object, "Notebook"), "itemsalesPrice": json.Number("555.0"),
			"manufacturer": "HP", "model": "HP OmniBook 5 Flip 14", "undamagedConfirmed": true,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// today is the day on which cover begins in Germany.
func today(t *testing.T) string {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return time.Now().In(zone).Format(time.DateOnly)
}

// contract is a line of the list of contracts.
type contract struct {
	CertificateNumber      string
	ExternalOrderReference string
	Status                 string
	ContractStart          string
	ContractPremium        json.Number
}

// contracts reads the whole list, page by page.
func (c caller) contracts(t *testing.T, query string) []contract {
	t.Helper()
	var all []contract
	for page := 0; ; page++ {
		got := c.want(t, http.StatusOK, http.MethodGet,
			fmt.Sprintf("%s?size=200&sortDirection=ASC&page=%d&%s", lookupPath, page, query), nil)
		var list struct {
			Content []contract
			Last    bool
		}
		decode(t, got.body, &list)
		all = append(all, list.Content...)
		if list.Last {
			return all
		}
	}
}

func decode(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}

// webhook is what a partner is told about an order.
type webhook struct {
	Status         struct{ ID int }
	OrderReference string `json:"order_reference"`
	Contracts      []struct {
		CertificateNumber string      `json:"certificate_number"`
		ContractPremium   json.Number `json:"contract_premium"`
	}
}

// signed verifies a signature as the documentation tells a partner to.
func signed(secret, header string, body []byte) error {
	stamp, sum, ok := strings.Cut(header, ",v1=")
	stamp, dated := strings.CutPrefix(stamp, "t=")
	if !ok || !dated {
		return fmt.Errorf("signature %q is not of the documented form", header)
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	if want := hex.EncodeToString(mac.Sum(nil)); !slices.Contains(strings.Split(sum, ",v1="), want) {
		return fmt.Errorf("signature %q is wrong", header)
	}
	var seconds int64
	if _, err := fmt.Sscan(stamp, &seconds); err != nil {
		return err
	}
	if age := time.Since(time.Unix(seconds, 0)); age.Abs() > 5*time.Minute {
		return fmt.Errorf("signed %s ago", age)
	}
	return nil
}
