package hepster

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/govalues/decimal"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/dialect/dialecttest"
	"github.com/covernote/covernote/internal/insurance"
)

// recorded are the requests of all exchanges.
func recorded(f *testing.F) []dialecttest.Request {
	f.Helper()
	return dialecttest.Requests(f, os.DirFS("testdata"))
}

// received is a request as the decoders get it.
func received(method, query string, body []byte) *dialect.Request {
	r := httptest.NewRequest(method, "/services", http.NoBody)
	r.URL.RawQuery = query
	r.SetPathValue("number", "I1")
	return &dialect.Request{Request: r, Body: body}
}

// checkRefusal fails unless err is a refusal, and one that can be said.
func checkRefusal(t *testing.T, err error) {
	t.Helper()
	refusal, ok := errors.AsType[*insurance.Error](err)
	if !ok {
		t.Fatalf("%T is no refusal: %v", err, err)
	}
	if status := New(nil).Refuse(core.Partner{}, refusal).Status; status < 400 || status > 499 {
		t.Fatalf("status %d for %v", status, err)
	}
}

func FuzzDecodeOrder(f *testing.F) {
	for _, r := range recorded(f) {
		if strings.HasSuffix(r.Target, "/order") {
			f.Add(r.Body)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		order, err := decodeOrder(received(http.MethodPost, "", body))
		if err != nil {
			checkRefusal(t, err)
			return
		}
		if n := len(order.Proposals); n < 1 || n > maxItems || !bytes.Equal(order.Body, body) {
			t.Fatalf("%d proposals of %q", n, body)
		}
		for _, p := range order.Problems {
			if p.Item < 0 || p.Item >= len(order.Proposals) || names[p.Field] == (name{}) || p.Detail == "" {
				t.Errorf("problem %+v cannot be told", p)
			}
		}
		for _, proposal := range order.Proposals {
			price := proposal.Object.Attributes[insurance.AttributeSalesPrice]
			if _, err := decimal.Parse(price); price != "" && (err != nil || strings.ContainsAny(price, ",eE+")) {
				t.Errorf("price %q is not canonical", price)
			}
		}
	})
}

func FuzzDecodeCancellation(f *testing.F) {
	for _, r := range recorded(f) {
		path, query, _ := strings.Cut(r.Target, "?")
		if strings.Contains(path, "/contracts/") && r.Method != http.MethodGet {
			f.Add(r.Body, query)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, query string) {
		for _, decode := range []func(*dialect.Request) ([]core.Ending, error){
			decodeCancellation, decodeCancellations, decodeDeletion,
		} {
			endings, err := decode(received(http.MethodPost, query, body))
			if err != nil {
				checkRefusal(t, err)
				continue
			}
			for _, e := range endings {
				if !isCertificateNumber(e.CertificateNumber) || !slices.Contains(insurance.Reasons(), e.Reason) {
					t.Errorf("decoded %+v", e)
				}
			}
		}
	})
}

func FuzzDecodeDocuments(f *testing.F) {
	for _, r := range recorded(f) {
		if _, query, ok := strings.Cut(r.Target, "?"); ok && strings.Contains(r.Target, "/documents/") {
			f.Add("I1", query)
		}
	}
	f.Add("a\x00b", "filter=pib")
	f.Fuzz(func(t *testing.T, number, query string) {
		r := received(http.MethodGet, query, nil)
		r.SetPathValue("number", number)
		request, err := decodeDocuments(r)
		if err != nil {
			checkRefusal(t, err)
			return
		}
		if request.UnknownFilter != "" && len(request.Kinds) > 0 || len(request.Kinds) > len(filters) {
			t.Errorf("%q asks for %+v", query, request)
		}
	})
}

func FuzzDecodeLookup(f *testing.F) {
	for _, r := range recorded(f) {
		if _, query, ok := strings.Cut(r.Target, "?"); ok && strings.Contains(r.Target, "/lookup/") {
			f.Add(query)
		}
	}
	f.Fuzz(func(t *testing.T, query string) {
		filter, err := decodeLookup(received(http.MethodGet, query, nil))
		if err != nil {
			checkRefusal(t, err)
			return
		}
		if filter.Size < 1 || filter.Size > maxSize || filter.Page < 0 || filter.Page > maxPage || filter.SortBy == "" {
			t.Errorf("%q asks for %+v", query, filter)
		}
	})
}
