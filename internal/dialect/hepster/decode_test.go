package hepster

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

func TestDuration(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]struct {
		period insurance.Period
		asSent string
	}{
		`36`: {insurance.Months(36), "36"}, `"36"`: {insurance.Months(36), "36"}, `36.0`: {insurance.Months(36), "36.0"},
		`"3Y"`: {insurance.Months(36), "3Y"}, `"3y"`: {insurance.Months(36), "3y"}, `"3J"`: {insurance.Months(36), "3J"},
		`"36M"`: {insurance.Months(36), "36M"}, `"P3Y"`: {insurance.Months(36), "P3Y"}, `" P36M "`: {insurance.Months(36), "P36M"},
		`"14D"`: {insurance.Days(14), "14D"}, `"2W"`: {insurance.Days(14), "2W"},
		`null`: {}, `""`: {}, `"  "`: {}, ``: {},
	} {
		r := &reader{}
		period, asSent := r.duration(raw(sent))
		if period != want.period || asSent != want.asSent || len(r.problems) > 0 {
			t.Errorf("%s: got %v, %q, %v", sent, period, asSent, r.problems)
		}
	}
	for _, sent := range []string{
		`0`, `-1`, `1201`, `3.5`, `1e400`, `"Y"`, `"3X"`, `"P1Y6M"`, `"000000000000000003Y"`, `true`, `{}`, `[]`, `"three years"`,
	} {
		r := &reader{}
		if period, asSent := r.duration(raw(sent)); !period.IsZero() || asSent != "" || len(r.problems) != 1 {
			t.Errorf("%s: got %v, %q, %v", sent, period, asSent, r.problems)
		}
	}
}

func TestAmount(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		`555.0`: "555", `555`: "555", `599.99`: "599.99", `"599,99"`: "599.99", `"599.99"`: "599.99", `5.55e2`: "555",
		`" 5 "`: "5", `-1`: "-1", `1.500`: "1.5", `0.30000000000000004`: "0.30000000000000004", `null`: "", `""`: "", `1200`: "1200", `1.2E3`: "1200",
	} {
		r := &reader{}
		if got := r.amount(insurance.FieldSalesPrice, raw(sent)); got != want || len(r.problems) > 0 {
			t.Errorf("%s: got %q, %v", sent, got, r.problems)
		}
	}
	for _, sent := range []string{
		// Some read these as thousands, some as a fraction.
		`"1.500"`, `"1,500"`, `"555.000"`, `" 12.000 "`,
		`"1.299,00"`, `"1,2,3"`, `"555,"`, `",5"`, `"5 EUR"`, `true`, `{}`, `1e999999999`, `1e-25`,
		// More than 19 digits would be rounded, and no price is.
		`555.000000000000000000001`, `1.234567890123456789e-5`, `12345678901234567890123`,
	} {
		r := &reader{}
		if got := r.amount(insurance.FieldSalesPrice, raw(sent)); got != "" || len(r.problems) != 1 {
			t.Errorf("%s: got %q, %v", sent, got, r.problems)
		}
	}
}

// A price is the same however it is spelt.
func TestAmountOfEverySpelling(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.Int64Range(0, 1e15).Draw(t, "cents")
		plain := fmt.Sprintf("%d.%02d", cents/100, cents%100)
		want := insurance.Money{Minor: cents, Currency: "EUR"}.Short()
		for _, sent := range []string{
			plain, `"` + plain + `"`, `"` + strings.Replace(plain, ".", ",", 1) + `"`, plain + "00", fmt.Sprintf("%de-2", cents),
		} {
			r := &reader{}
			if got := r.amount(insurance.FieldSalesPrice, raw(sent)); got != want {
				t.Fatalf("%s: got %q, want %q, %v", sent, got, want, r.problems)
			}
		}
	})
}

func TestWhole(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]int{`10`: 10, `"10"`: 10, `10.0`: 10, `"10,0"`: 10, `0`: 0, `-3`: -3} {
		r := &reader{}
		if got := r.whole(insurance.FieldDeductible, raw(sent)); got == nil || *got != want || len(r.problems) > 0 {
			t.Errorf("%s: got %v, %v", sent, got, r.problems)
		}
	}
	r := &reader{}
	if got := r.whole(insurance.FieldDeductible, raw("null")); got != nil || len(r.problems) > 0 {
		t.Errorf("null: got %v, %v", got, r.problems)
	}
	for _, sent := range []string{`10.5`, `"10 %"`, `false`, `12345678901234567890`} {
		r := &reader{}
		if got := r.whole(insurance.FieldDeductible, raw(sent)); got != nil || len(r.problems) != 1 {
			t.Errorf("%s: got %v, %v", sent, got, r.problems)
		}
	}
}

func TestSynonyms(t *testing.T) {
	t.Parallel()
	const all = `{"customer":{"company":"Muster GmbH","firstName":"Erika","address":{"countryCode":"de"}},` +
		`"tariff":{"order_reference":"R","contract_start_date":"2026-01-31"},` +
		`"object":{"serialNumber":"S","price":5,"brand":"B","undamagedConfirmed":true}}`
	order, err := decodeOrder(received(http.MethodPost, "", []byte(all)))
	if err != nil || len(order.Problems) > 0 {
		t.Fatal(err, order.Problems)
	}
	got := order.Proposals[0]
	if got.Policyholder.Company != "Muster GmbH" || got.Policyholder.FirstName != "Erika" || got.Policyholder.Country != "DE" ||
		got.Reference != "R" || got.InceptionOn != insurance.MustDate("2026-01-31") || got.Object.Type != "" {
		t.Errorf("got %+v", got)
	}
	want := map[string]string{
		insurance.AttributeSerialNumber: "S", insurance.AttributeSalesPrice: "5",
		insurance.AttributeManufacturer: "B", insurance.AttributeUndamaged: "true",
	}
	if !maps.Equal(got.Object.Attributes, want) {
		t.Errorf("attributes %v", got.Object.Attributes)
	}
}

func TestTheFirstSynonymThatWasGivenCounts(t *testing.T) {
	t.Parallel()
	const all = `{"policyHolder":{"firstName":"A"},"customer":{"firstName":"B"},"contract":null,"insurance":{"productCode":"C"},` +
		`"insuredObject":{"itemsalesPrice":null,"purchasePrice":1,"price":2},"bike":{"price":3}}`
	order, err := decodeOrder(received(http.MethodPost, "", []byte(all)))
	if err != nil {
		t.Fatal(err)
	}
	got := order.Proposals[0]
	if got.Policyholder.FirstName != "A" || got.Tariff != "C" || got.Object.Attributes[insurance.AttributeSalesPrice] != "1" ||
		got.Object.Type != "" {
		t.Errorf("got %+v", got)
	}
}

func TestListsAreBounded(t *testing.T) {
	t.Parallel()
	for n, fits := range map[int]bool{maxItems: true, maxItems + 1: false} {
		body := "[" + strings.TrimSuffix(strings.Repeat("{},", n), ",") + "]"
		order, err := decodeOrder(received(http.MethodPost, "", []byte(body)))
		if (err == nil) != fits || fits && len(order.Proposals) != n {
			t.Errorf("%d orders: %d, %v", n, len(order.Proposals), err)
		}
	}
	if _, err := decodeOrder(received(http.MethodPost, "", []byte("[{]"))); insurance.CodeOf(err) != insurance.CodeInvalid {
		t.Errorf("malformed: %v", err)
	}
}

func TestPricesFirst(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		notified bool
		setting  string
		want     bool
	}{
		{true, "", false},
		{false, "", true},
		{true, "sync", true},
		{false, "async", false},
		{true, "odd", false},
		{false, "odd", true},
	} {
		p := core.Partner{Notified: c.notified, Switches: map[string]string{switchCatalogueErrors: c.setting}}
		if got := pricesFirst(p); got != c.want {
			t.Errorf("notified %t, %q: got %t", c.notified, c.setting, got)
		}
	}
}

func TestParseFilter(t *testing.T) {
	t.Parallel()
	certificate, pib := core.DocumentCertificate, core.DocumentIPID
	for query, want := range map[string][]core.DocumentKind{
		"": nil, "filter": nil, "filter=": nil, "filter=;,;": nil, "other=foo": nil,
		"filter=certificate;pib":         {certificate, pib},
		"filter=certificate%3Bpib":       {certificate, pib},
		"filter=certificate%3bpib":       {certificate, pib},
		"filter=pib,certificate":         {pib, certificate},
		"filter=pib&filter=certificate":  {pib, certificate},
		"filter=PIB;pib;Pib":             {pib},
		"filter=+certificate+;%20pib":    {certificate, pib},
		"a=b&FILTER=certificate&c=d;pib": {certificate},
	} {
		if got, unknown := parseFilter(query); !slices.Equal(got, want) || unknown != "" {
			t.Errorf("%q: got %v, %q", query, got, unknown)
		}
	}
	for query, want := range map[string]string{
		"filter=foo": "foo", "filter=certificate;Foo;bar": "Foo", "filter=%zz": "%zz", "filter=certificate;pib&filter=%00": "?",
		"filter=certificate pib": "certificate pib",
	} {
		if got, unknown := parseFilter(query); got != nil || unknown != want {
			t.Errorf("%q: got %v, %q", query, got, unknown)
		}
	}
}

func TestIsCertificateNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"I11305328852504453133107193811": true, "a-Z-09": true, strings.Repeat("1", 64): true,
		"": false, strings.Repeat("1", 65): false, "a b": false, "I1\x00": false, "ä": false, "../x": false, "I@1": false, "I[1": false,
	} {
		if got := isCertificateNumber(text); got != want {
			t.Errorf("%q: got %t", text, got)
		}
	}
}

func TestLongCommentIsRefused(t *testing.T) {
	t.Parallel()
	for n, fits := range map[int]bool{maxComment: true, maxComment + 1: false} {
		body := fmt.Sprintf(`{"reason":"WITHDRAWAL","comment":%q}`, strings.Repeat("x", n))
		if _, err := decodeCancellation(received(http.MethodPost, "", []byte(body))); (err == nil) != fits {
			t.Errorf("%d characters: %v", n, err)
		}
	}
}

func TestCredential(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		user, secret string
		want         bool
	}{
		{"shop", "s", true},
		{"shop", "", true},
		{"", "s", false},
		{"a\x00b", "s", false},
		{"a", "s\n", false},
		{"a\xff", "s", false},
		{strings.Repeat("a", 257), "s", false},
	} {
		r := received(http.MethodGet, "", nil).Request
		r.SetBasicAuth(c.user, c.secret)
		claim, ok := New(nil).Credential(r)
		if ok != c.want || ok && (claim.User != c.user || claim.Secret != c.secret) || claim.Signed != nil {
			t.Errorf("%q %q: got %q, %q, %t", c.user, c.secret, claim.User, claim.Secret, ok)
		}
	}
	if _, ok := New(nil).Credential(received(http.MethodGet, "", nil).Request); ok {
		t.Error("took a request without credential")
	}
}

// failing is a core that fails in one way.
type failing struct{ err error }

func (f failing) SubmitOrder(context.Context, core.Partner, core.Order) (core.Receipt, error) {
	return core.Receipt{}, f.err
}

func (f failing) FindPolicies(context.Context, core.Partner, core.PolicyFilter) (core.PolicyPage, error) {
	return core.PolicyPage{}, f.err
}

func (f failing) End(context.Context, core.Partner, []core.Ending) ([]core.Ended, error) {
	return nil, f.err
}

func (f failing) Archive(context.Context, core.Partner, core.DocumentRequest) (core.Archive, error) {
	return core.Archive{}, f.err
}

// A fault that is no refusal stays what it is, so that it is logged and said
// as internal.
func TestFaultsPassThrough(t *testing.T) {
	t.Parallel()
	fault := errors.New("disk on fire")
	d := New(failing{fault})
	_, submitted := d.submitOrder(t.Context(), core.Partner{}, core.Order{})
	_, ended := d.end(t.Context(), core.Partner{}, []core.Ending{{}})
	_, archived := d.archive(t.Context(), core.Partner{}, core.DocumentRequest{})
	for _, err := range []error{submitted, ended, archived} {
		if !errors.Is(err, fault) || insurance.CodeOf(err) != insurance.CodeInternal {
			t.Errorf("got %v", err)
		}
	}
}

// A refusal keeps the cause behind it for the log.
func TestCausesStayWithRefusals(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk full")
	d := New(failing{fmt.Errorf("%w (%w)", insurance.Refuse(insurance.CodeUnavailable, ""), cause)})
	_, err := d.submitOrder(t.Context(), core.Partner{}, core.Order{})
	if !errors.Is(err, cause) || insurance.CodeOf(err) != insurance.CodeUnavailable {
		t.Errorf("got %v", err)
	}
}

// The item of a refusal says which number it was.
func TestUnknownNumberOfABatch(t *testing.T) {
	t.Parallel()
	refusal := insurance.RefuseField(insurance.CodePolicyUnknown, insurance.FieldCertificateNumber, "is not known")
	refusal.Problems[0].Item = 1
	d := New(failing{refusal})
	_, err := d.end(t.Context(), core.Partner{}, []core.Ending{{CertificateNumber: "I0"}, {CertificateNumber: "I1"}})
	told, ok := errors.AsType[*insurance.Error](err)
	if !ok || told.Detail != "I1" {
		t.Errorf("got %v", err)
	}
}
