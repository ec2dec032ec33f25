package xcover

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// fake is a core that does nothing and says which of its methods was called.
type fake struct {
	called string
	err    error
}

func (f *fake) did(method string) error {
	f.called = method
	return f.err
}

func (f *fake) change(method string) (core.Change, error) {
	p := confirmed()
	return core.Change{Package: p, Differences: []insurance.Money{money(0, "GBP")}}, f.did(method)
}

func (f *fake) PolicyTypes(context.Context, core.Partner, struct{}) ([]core.PolicyType, error) {
	return nil, f.did("PolicyTypes")
}

func (f *fake) Quote(context.Context, core.Partner, core.PackageWish, core.Once) (core.Package, error) {
	return received(), f.did("Quote")
}

func (f *fake) Package(context.Context, core.Partner, core.PackageRef) (core.Package, error) {
	return received(), f.did("Package")
}

func (f *fake) Amend(context.Context, core.Partner, core.PackageWish, core.Once) (core.Package, error) {
	return received(), f.did("Amend")
}

func (f *fake) AddQuotes(context.Context, core.Partner, core.PackageWish, core.Once) (core.Package, error) {
	return received(), f.did("AddQuotes")
}

func (f *fake) DropQuotes(context.Context, core.Partner, core.PackageRef, core.Once) (core.Package, error) {
	return received(), f.did("DropQuotes")
}

func (f *fake) DeletePackage(context.Context, core.Partner, core.PackageRef, core.Once) (core.Nothing, error) {
	return core.Nothing{}, f.did("DeletePackage")
}

func (f *fake) OptOut(context.Context, core.Partner, core.PackageRef, core.Once) (core.Nothing, error) {
	return core.Nothing{}, f.did("OptOut")
}

func (f *fake) Book(context.Context, core.Partner, core.BookingWish, core.Once) (core.Package, error) {
	return confirmed(), f.did("Book")
}

func (f *fake) BookAtOnce(context.Context, core.Partner, core.InstantWish, core.Once) (core.Package, error) {
	return confirmed(), f.did("BookAtOnce")
}

func (f *fake) ConfirmPayment(context.Context, core.Partner, core.PackageRef, core.Once) (core.Package, error) {
	return confirmed(), f.did("ConfirmPayment")
}

func (f *fake) Booking(context.Context, core.Partner, core.PackageRef) (core.Package, error) {
	return confirmed(), f.did("Booking")
}

func (f *fake) Bookings(_ context.Context, _ core.Partner, filter core.BookingFilter) (core.BookingPage, error) {
	return core.BookingPage{Limit: filter.Limit, Offset: filter.Offset}, f.did("Bookings")
}

func (f *fake) SendMail(context.Context, core.Partner, core.MailWish, core.Once) (core.Nothing, error) {
	return core.Nothing{}, f.did("SendMail")
}

func (f *fake) Endorse(context.Context, core.Partner, core.ChangeWish, core.Once) (core.Change, error) {
	return f.change("Endorse")
}

func (f *fake) PreviewEndorsement(context.Context, core.Partner, core.ChangeWish, core.Once) (core.Change, error) {
	return f.change("PreviewEndorsement")
}

func (f *fake) ConfirmEndorsement(context.Context, core.Partner, core.Confirmation, core.Once) (core.Change, error) {
	return f.change("ConfirmEndorsement")
}

func (f *fake) Cancel(context.Context, core.Partner, core.CancelWish, core.Once) (core.Cancellation, error) {
	return ended(), f.did("Cancel")
}

func (f *fake) ConfirmCancellation(context.Context, core.Partner, core.Confirmation, core.Once) (core.Cancellation, error) {
	return ended(), f.did("ConfirmCancellation")
}

func (f *fake) PayRenewal(context.Context, core.Partner, core.RenewalPayment, core.Once) (core.Nothing, error) {
	return core.Nothing{}, f.did("PayRenewal")
}

func (f *fake) OfferRenewal(context.Context, core.Partner, core.PackageRef, core.Once) (core.RenewalOffer, error) {
	return core.RenewalOffer{Package: confirmed()}, f.did("OfferRenewal")
}

func (f *fake) ConfirmRenewal(context.Context, core.Partner, core.Confirmation, core.Once) (core.Package, error) {
	return confirmed(), f.did("ConfirmRenewal")
}

func (f *fake) DeclineRenewal(context.Context, core.Partner, core.PackageRef, core.Once) (core.Nothing, error) {
	return core.Nothing{}, f.did("DeclineRenewal")
}

func (f *fake) Instalments(context.Context, core.Partner, core.PackageRef) (core.Schedules, error) {
	return core.Schedules{Currency: "GBP"}, f.did("Instalments")
}

func (f *fake) ReportInstalments(context.Context, core.Partner, core.InstalmentReport, core.Once) (core.Nothing, error) {
	return core.Nothing{}, f.did("ReportInstalments")
}

// served is the dialect behind the steps that all dialects share, for a partner
// LLODT with the key "key" and the secret "efgh".
func served(t *testing.T, c Core, switches map[string]string) http.Handler {
	t.Helper()
	server := &dialect.Server{
		SignIn: func(_ context.Context, _ core.Family, claim core.Claim) (core.Partner, error) {
			if claim.User != "key" || !claim.Signed("efgh") {
				return core.Partner{}, insurance.Refuse(insurance.CodeUnauthenticated, "the credentials are not valid")
			}
			return core.Partner{Part: "LLODT", Switches: switches, NetworkMode: core.NetworkOff}, nil
		},
		Limits: dialect.NewLimits(0, 0), Failures: dialect.NewFailures(), Log: slog.New(slog.DiscardHandler),
	}
	mux := http.NewServeMux()
	server.Mount(mux, New(c, "https://site.example", false))
	return mux
}

// ask sends a signed request; headers are pairs of name and value, a second
// value replaces the first, and an empty one takes it away.
func ask(handler http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	authorization, date := signOutgoing("key", "efgh", "hmac-sha512", time.Now())
	r.Header.Set("Authorization", authorization)
	r.Header.Set("Date", date)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Del(headers[i])
		if headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

const (
	quoting = `{"currency":"GBP","customer_country":"GB","request":[{"policy_type":"a","policy_start_date":"2019-12-30"}]}`
	booking = `{"quotes":[{"id":"q"}],"policyholder":{"first_name":"A","last_name":"B","email":"a@b.example"}}`
	atOnce  = `{"currency":"GBP","request":[{"policy_type":"a","policy_start_date":"2019-12-30"}],"policyholder":{"first_name":"A","last_name":"B","email":"a@b.example"}}`
)

var table = []struct {
	method, path, body string
	status             int
	called, allow      string
}{
	{"POST", "quotes/", quoting, 201, "Quote", "POST, OPTIONS"},
	{"POST", "quotes/?fast_quote=1&active_only=true&include_extra_fields=1&extra_fields=a", quoting, 201, "Quote", "POST, OPTIONS"},
	{"GET", "quotes/X/", "null", 200, "Package", "GET, PATCH, DELETE, HEAD, OPTIONS"},
	{"HEAD", "quotes/X/", "", 200, "Package", "GET, PATCH, DELETE, HEAD, OPTIONS"},
	{"PATCH", "quotes/X/", "{}", 200, "Amend", "GET, PATCH, DELETE, HEAD, OPTIONS"},
	{"DELETE", "quotes/X/", "", 204, "DeletePackage", "GET, PATCH, DELETE, HEAD, OPTIONS"},
	{"POST", "quotes/X/add/", `{"request":[{"policy_type":"a","policy_start_date":"2019-12-30"}]}`, 201, "AddQuotes", "POST, OPTIONS"},
	{"POST", "quotes/X/delete/", `{"quotes":[{"id":"q"}]}`, 200, "DropQuotes", "POST, OPTIONS"},
	{"POST", "bookings/X/opt_out", "{}", 204, "OptOut", "POST, OPTIONS"},
	{"POST", "bookings/X/", booking, 200, "Book", "GET, POST, PATCH, HEAD, OPTIONS"},
	{"POST", "instant_booking/", atOnce, 200, "BookAtOnce", "POST, OPTIONS"},
	{"GET", "bookings/X/?language=en-us&date=2019-12-30", "{}", 200, "Booking", "GET, POST, PATCH, HEAD, OPTIONS"},
	{"GET", "bookings/?limit=1&offset=1", "null", 200, "Bookings", "GET, HEAD, OPTIONS"},
	{"PUT", "bookings/X/confirm", "{}", 201, "ConfirmPayment", "PUT, OPTIONS"},
	{"POST", "bookings/X/send_email", "", 202, "SendMail", "POST, OPTIONS"},
	{"PATCH", "bookings/X/", "{}", 200, "Endorse", "GET, POST, PATCH, HEAD, OPTIONS"},
	{"PATCH", "bookings/X/quote_for_update", "{}", 200, "PreviewEndorsement", "PATCH, OPTIONS"},
	{"POST", "bookings/X/confirm_update/U/", "{}", 201, "ConfirmEndorsement", "POST, OPTIONS"},
	{"POST", "bookings/X/cancel", "{}", 200, "Cancel", "POST, OPTIONS"},
	{"POST", "bookings/X/confirm_cancellation/C/", "{}", 200, "ConfirmCancellation", "POST, OPTIONS"},
	{"PATCH", "renewals/R/confirmation", `{"paid_on":"2019-12-20 02:42:12Z"}`, 202, "PayRenewal", "PATCH, OPTIONS"},
	{"PATCH", "renewals/X/quote_for_renewal/", "{}", 200, "OfferRenewal", "PATCH, OPTIONS"},
	{"POST", "renewals/X/confirm/U/", "{}", 200, "ConfirmRenewal", "POST, OPTIONS"},
	{"POST", "renewals/X/opt_out/", "{}", 204, "DeclineRenewal", "POST, OPTIONS"},
	{"GET", "bookings/X/instalments/", "", 200, "Instalments", "GET, POST, HEAD, OPTIONS"},
	{"POST", "bookings/X/instalments/", `{"quotes":[{"instalment_id":"i","payment_status":"PAID"}]}`, 204, "ReportInstalments", "GET, POST, HEAD, OPTIONS"},
	{"GET", "policytypes/", "", 200, "PolicyTypes", "GET, HEAD, OPTIONS"},
	{"GET", "", "", 404, "", "GET, POST, HEAD, OPTIONS"},
	{"POST", "", "{}", 404, "", "GET, POST, HEAD, OPTIONS"},
}

// otherSlash has a slash at the end of the path if it had none, and none if it
// had one.
func otherSlash(target string) string {
	path, query, found := strings.Cut(target, "?")
	other, had := strings.CutSuffix(path, "/")
	if !had {
		other += "/"
	}
	if found {
		other += "?" + query
	}
	return other
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"/xcover", "/x", "/api/v2", ""} {
		for _, c := range table {
			target := prefix + "/partners/LLODT/" + c.path
			for _, target := range []string{target, otherSlash(target)} {
				t.Run(c.method+" "+target, func(t *testing.T) {
					t.Parallel()
					f := &fake{}
					got := ask(served(t, f, nil), c.method, target, c.body)
					if got.Code != c.status || f.called != c.called || got.Header().Get("Allow") != c.allow {
						t.Errorf("status %d, called %q, allows %q: %.200s", got.Code, f.called, got.Header().Get("Allow"), got.Body)
					}
					empty := c.status == 204 || c.status == 202
					if empty != (got.Body.Len() == 0) || empty == (got.Header().Get("Content-Type") == "application/json") {
						t.Errorf("%q of type %q", got.Body, got.Header().Get("Content-Type"))
					}
					if got.Code == 404 && got.Body.String() != "{}" {
						t.Errorf("the root says %s", got.Body)
					}
				})
			}
		}
	}
}

func TestEveryRouteIsInTheTable(t *testing.T) {
	t.Parallel()
	listed := len(prefixes) // the policy types without a partner
	for _, c := range table {
		if c.method != http.MethodHead && !strings.Contains(c.path, "fast_quote") {
			listed += len(prefixes)
		}
	}
	if routes := New(&fake{}, "", false).Routes(); len(routes) != listed {
		t.Errorf("%d routes, %d in the table", len(routes), listed)
	}
}

func TestPolicyTypesWithoutPartner(t *testing.T) {
	t.Parallel()
	for _, prefix := range prefixes {
		for _, target := range []string{prefix + "/policytypes/", prefix + "/policytypes"} {
			if got := ask(served(t, &fake{}, nil), http.MethodGet, target, ""); got.Code != 200 || got.Body.String() != "{}" {
				t.Errorf("%s: %d %s", target, got.Code, got.Body)
			}
		}
	}
}

func TestPathsThatAreNotThere(t *testing.T) {
	t.Parallel()
	handler := served(t, &fake{}, nil)
	for _, target := range []string{"/xcover/", "/x/y", "/api/v2/quotes/", "/partners/", "/partners/LLODT/offers/", "/policytypes/a"} {
		if got := ask(handler, http.MethodGet, target, ""); got.Code != 404 || got.Body.String() != `{"type":"api_error","message":"Not found."}` {
			t.Errorf("%s: %d %s", target, got.Code, got.Body)
		}
	}
	got := ask(handler, http.MethodOptions, "/x/partners/LLODT/quotes/", "", "Authorization", "")
	if got.Code != 200 || got.Body.Len() > 0 || got.Header().Get("Allow") != "POST, OPTIONS" {
		t.Errorf("options: %d %v %s", got.Code, got.Header(), got.Body)
	}
	got = ask(handler, http.MethodPut, "/x/partners/LLODT/quotes/", "")
	if got.Code != 405 || got.Body.String() != `{"type":"api_error","message":"Method \"PUT\" not allowed."}` {
		t.Errorf("wrong method: %d %s", got.Code, got.Body)
	}
}

func TestFastQuotesAreShort(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]bool{"": false, "?fast_quote=true": true} {
		got := ask(served(t, &fake{}, nil), http.MethodPost, "/x/partners/LLODT/quotes/"+query, quoting)
		if strings.Contains(got.Body.String(), `"fast_quote_id"`) != want {
			t.Errorf("%q: %s", query, got.Body)
		}
	}
}

func TestRequestsThatWereAnswered(t *testing.T) {
	t.Parallel()
	f := &fake{err: &core.Repeated{Answer: []byte(`{"id":"X"}`)}}
	got := ask(served(t, f, nil), http.MethodPost, "/x/partners/LLODT/bookings/X/", booking, "X-Idempotency-Key", "k")
	if got.Code != 409 || got.Body.String() != `{"id":"X"}` {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

// TestPlacesFollowTheRequest: what the core finds is told where this request
// has it.
func TestPlacesFollowTheRequest(t *testing.T) {
	t.Parallel()
	found := about(insurance.CodeInvalid, 1, "quotes.id", "a", "booking.starts_at", "b", "object.event_name", "c", "policyholder.country", "d")
	for _, c := range []struct{ method, path, body, want string }{
		{"POST", "quotes/", quoting, `{"quotes":[{},{"id":["This field a."]}],"request":[{},{"policy_start_date":["This field b."],"event_name":["This field c."]}],"customer_country":["This field d."]}`},
		{"PATCH", "quotes/X/", "", `{"request":[{},{"quote_id":["This field a."],"policy_start_date":["This field b."],"event_name":["This field c."]}],"customer_country":["This field d."]}`},
		{"POST", "instant_booking/", atOnce, `{"request":[{},{"id":["This field a."],"policy_start_date":["This field b."],"event_name":["This field c."]}],"customer_country":["This field d."]}`},
		{"POST", "bookings/X/confirm_update/U/", "", `{"quotes":[{},{"id":["This field a."],"policy_start_date":["This field b."],"update_fields":{"event_name":["This field c."]}}],"policyholder":{"country":["This field d."]}}`},
	} {
		f := &fake{err: fmt.Errorf("deep down: %w", found)}
		got := ask(served(t, f, nil), c.method, "/x/partners/LLODT/"+c.path, c.body)
		var said struct{ Errors json.RawMessage }
		if err := json.Unmarshal(got.Body.Bytes(), &said); err != nil || got.Code != 422 || string(said.Errors) != c.want {
			t.Errorf("%s %s: %d %s\nwant %s", c.method, c.path, got.Code, said.Errors, c.want)
		}
	}
	f := &fake{err: errors.New("a fault of ours")}
	if got := ask(served(t, f, nil), http.MethodPatch, "/x/partners/LLODT/quotes/X/", ""); got.Code != 500 || strings.Contains(got.Body.String(), "ours") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}
