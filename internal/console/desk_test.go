package console

import (
	"errors"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// bare asks for a page as somebody who has not entered.
func (f *fakeDesk) bare(method, target string, headers ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, target, http.NoBody)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	f.handler().ServeHTTP(answer, request)
	return answer
}

// cookieOf gives a cookie that an answer sets, or ends the test.
func cookieOf(t *testing.T, answer *httptest.ResponseRecorder, name string) *http.Cookie {
	t.Helper()
	for _, set := range answer.Result().Cookies() {
		if set.Name == name {
			return set
		}
	}
	t.Fatalf("no cookie %s is set, but %v", name, answer.Result().Cookies())
	return nil
}

// leads demands an answer that leads on to another page.
func leads(t *testing.T, answer *httptest.ResponseRecorder, to string) {
	t.Helper()
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != to {
		t.Errorf("answered with %d to %q, want 303 to %q", answer.Code, answer.Header().Get("Location"), to)
	}
}

func TestALinkOpensTheDeskOnce(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	if peeked := f.bare(http.MethodHead, "/desk/enter/"+deskLink); peeked.Code != http.StatusNoContent || len(peeked.Result().Cookies()) > 0 {
		t.Errorf("looking at the link gives %d and %v", peeked.Code, peeked.Result().Cookies())
	}
	entered := f.bare(http.MethodGet, "/desk/enter/"+deskLink)
	leads(t, entered, "/desk/inquiries/2144380")
	kept := cookieOf(t, entered, "covernote_desk")
	if kept.Value != deskSecret || !kept.HttpOnly || kept.Secure || kept.Path != "/desk" || kept.SameSite != http.SameSiteLaxMode {
		t.Errorf("the browser is told to keep %+v", kept)
	}
	if kept.MaxAge < 3500 || kept.MaxAge > 3600 {
		t.Errorf("it is kept for %d s, want the hour of the session", kept.MaxAge)
	}
	again := f.bare(http.MethodGet, "/desk/enter/"+deskLink)
	if again.Code != http.StatusGone || len(again.Result().Cookies()) > 0 {
		t.Errorf("the second time gives %d and %v", again.Code, again.Result().Cookies())
	}
	contains(t, again.Body.String(), "<h1>"+deskGerman["desk.lost.410"]+"</h1>", deskGerman["desk.lost.410.next"])
	for _, answer := range []*httptest.ResponseRecorder{entered, again} {
		if told := answer.Header().Get("Referrer-Policy"); told != "no-referrer" || answer.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("the link is told on: %q, %q", told, answer.Header().Get("Cache-Control"))
		}
	}
}

func TestOverTLSTheCookieKeepsToIt(t *testing.T) {
	t.Parallel()
	answer := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodGet, "/desk/enter/"+deskLink+"?lang=en", http.NoBody)
	DeskPages(brokersDesk(t), true, slog.New(slog.NewTextHandler(io.Discard, nil))).ServeHTTP(answer, request)
	for _, name := range []string{secretCookie, languageCookie} {
		if kept := cookieOf(t, answer, name); !kept.Secure {
			t.Errorf("%s goes over any connection", name)
		}
	}
}

func TestALinkLeadsToWhatItWasGivenFor(t *testing.T) {
	t.Parallel()
	for want, entry := range map[string]core.DeskEntry{
		"/desk/": {}, "/desk/customers/71": {CustomerID: 71}, "/desk/inquiries/9": {CustomerID: 71, InquiryID: 9},
	} {
		if got := landing(entry); got != want {
			t.Errorf("%+v leads to %s, want %s", entry, got, want)
		}
	}
}

func TestNobodyIsServedWithoutASession(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	for _, target := range []string{
		"/desk/", "/desk/customers", "/desk/customers/new", "/desk/customers/71", "/desk/customers/71/inquiries", "/desk/inquiries/new",
		"/desk/inquiries/2144385", "/desk/inquiries/2144385/end", "/desk/inquiries/2144385/documents/d1", "/desk/nothing",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			answer := f.bare(method, target)
			if answer.Code != http.StatusUnauthorized && answer.Code != http.StatusMethodNotAllowed {
				t.Errorf("%s %s is answered with %d", method, target, answer.Code)
			}
			if strings.Contains(answer.Body.String(), "Morgenrot") || strings.Contains(answer.Body.String(), "Hansen") {
				t.Errorf("%s %s tells names", method, target)
			}
		}
	}
	contains(t, f.bare(http.MethodGet, "/desk/").Body.String(), deskGerman["desk.lost.401.next"])
}

func TestLeavingEndsTheSession(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	left := f.post(t, "/desk/leave")
	leads(t, left, "/desk/left")
	if kept := cookieOf(t, left, secretCookie); kept.MaxAge >= 0 || kept.Path != "/desk" {
		t.Errorf("the secret stays: %+v", kept)
	}
	if secret := noted[string](t, f); secret != deskSecret {
		t.Errorf("%q has left", secret)
	}
	contains(t, f.bare(http.MethodGet, "/desk/left").Body.String(), "<h1>"+deskGerman["desk.left"]+"</h1>")
}

func TestOtherSitesCannotSendForms(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	for name, headers := range map[string][]string{
		"fetch metadata": {"Sec-Fetch-Site", "cross-site"}, "origin": {"Origin", "https://elsewhere.example"},
	} {
		for _, target := range []string{"/desk/leave", "/desk/customers/new", "/desk/customers/71/inquiries", "/desk/inquiries/2144385/end"} {
			if answer := f.send(t, http.MethodPost, target, url.Values{"a": {"b"}}, headers...); answer.Code != http.StatusForbidden {
				t.Errorf("%s: %s is answered with %d", name, target, answer.Code)
			}
		}
	}
	if len(f.asked) > 0 {
		t.Errorf("the desk was asked %v", f.asked)
	}
}

func TestDeskPagesKeepToThemselves(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	for _, target := range []string{"/desk/", "/desk/customers/71", "/desk/inquiries/2144385", "/desk/nothing", "/desk/inquiries/1"} {
		answer := f.get(t, target)
		for header, want := range map[string]string{
			"Content-Type": "text/html; charset=utf-8", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
			"X-Content-Type-Options": "nosniff", "Content-Language": "de", "X-Robots-Tag": "noindex, nofollow",
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
				"base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
		} {
			if got := answer.Header().Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", target, header, got, want)
			}
		}
		if page := answer.Body.String(); strings.Contains(page, " style=") || strings.Contains(page, "•••") || strings.Contains(page, "onclick") {
			t.Errorf("%s has a style or a script of its own, or a masked value", target)
		}
	}
}

func TestTheDeskIsGermanUnlessSomebodyChooses(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	for _, c := range []struct{ query, kept, accept, want string }{
		{"", "", "", "de"}, {"", "", "fr", "de"}, {"", "", "en-GB,en;q=0.9", "en"}, {"", "", "de-AT,en;q=0.5", "de"},
		{"", "en", "de", "en"}, {"?lang=de", "en", "en", "de"}, {"?lang=en", "", "de", "en"}, {"?lang=xx", "", "", "de"},
		{"", "xx", "", "de"},
	} {
		request := httptest.NewRequest(http.MethodGet, "/desk/"+c.query, http.NoBody)
		request.Header.Set("Accept-Language", c.accept)
		request.AddCookie(&http.Cookie{Name: secretCookie, Value: deskSecret})
		request.AddCookie(&http.Cookie{Name: languageCookie, Value: c.kept})
		answer := httptest.NewRecorder()
		f.handler().ServeHTTP(answer, request)
		if got := answer.Header().Get("Content-Language"); got != c.want {
			t.Errorf("%+v: answered in %q", c, got)
		}
		if chosen := c.query == "?lang="+c.want; chosen != (len(answer.Result().Cookies()) == 1) {
			t.Errorf("%+v: sets %v", c, answer.Result().Cookies())
		}
	}
}

func TestEveryRefusalHasItsPage(t *testing.T) {
	t.Parallel()
	for code, want := range map[insurance.Code]int{
		insurance.CodeUnauthenticated: 401, insurance.CodeBrokerInactive: 403, insurance.CodeInquiryUnknown: 404,
		insurance.CodeCustomerUnknown: 404, insurance.CodeBusy: 503, insurance.CodeUnavailable: 503, insurance.CodeInternal: 500,
		insurance.CodeInvalid: 422,
	} {
		f := brokersDesk(t).refuse("DeskInquiry", insurance.Refuse(code, "hunter2"))
		for _, lang := range languages {
			answer := f.get(t, "/desk/inquiries/2144380?lang="+lang)
			page := html.UnescapeString(answer.Body.String())
			if answer.Code != want || strings.Contains(page, "hunter2") {
				t.Errorf("%s is answered with %d, want %d", code, answer.Code, want)
			}
			key := "desk.lost." + decimal(int64(want))
			contains(t, page, "<h1>"+wordings[lang][key]+"</h1>", wordings[lang][key+".next"])
		}
	}
	failing := brokersDesk(t).refuse("Desk", errors.New("dial postgres://admin:hunter2@db"))
	if answer := failing.get(t, "/desk/"); answer.Code != http.StatusInternalServerError || strings.Contains(answer.Body.String(), "hunter2") {
		t.Errorf("a failure is answered with %d", answer.Code)
	}
}

// What is another broker's and what never was look alike.
func TestForeignAndAbsentLookAlike(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	want := f.get(t, "/desk/inquiries/1").Body.String()
	for _, target := range []string{"/desk/inquiries/2", "/desk/inquiries/abc", "/desk/inquiries/-5", "/desk/inquiries/99999999999999999999"} {
		got := strings.ReplaceAll(f.get(t, target).Body.String(), target, "/desk/inquiries/1")
		if got != want {
			t.Errorf("%s has another page", target)
		}
	}
	for _, target := range []string{"/desk/customers/1", "/desk/customers/x/inquiries", "/desk/inquiries/2144385/documents/d9", "/desk/nowhere", "/assets/0/desk.css"} {
		if answer := f.get(t, target); answer.Code != http.StatusNotFound {
			t.Errorf("%s is answered with %d", target, answer.Code)
		}
	}
}

func TestWhatHasChangedMeanwhileIsShownAgain(t *testing.T) {
	t.Parallel()
	for code, notice := range map[insurance.Code]string{insurance.CodeStale: "stale", insurance.CodeStateForbidden: "state"} {
		f := brokersDesk(t).refuse("EndPolicy", insurance.Refuse(code, ""))
		leads(t, f.post(t, "/desk/inquiries/2144385/end", "reason", "ORDINARY", "confirmed", "yes"), "/desk/inquiries/2144385?notice="+notice)
		contains(t, f.get(t, "/desk/inquiries/2144385?notice="+notice).Body.String(), `role="status"`, deskGerman["desk.notice."+notice])
	}
	f := brokersDesk(t).refuse("SaveCustomer", insurance.Refuse(insurance.CodeStale, ""))
	leads(t, f.post(t, "/desk/customers/71", "company", "X"), "/desk/customers/71?notice=stale")
	if page := brokersDesk(t).get(t, "/desk/?notice=<b>owned</b>").Body.String(); strings.Contains(page, "owned") || strings.Contains(page, `class="said"`) {
		t.Error("an address puts words into the page's mouth")
	}
}

func TestEveryAddressOfTheDeskLeadsSomewhere(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	seen, todo := map[string]bool{}, []string{"/desk/"}
	linked := regexp.MustCompile(`(?:href|src)="([^"#][^"]*)"`)
	for len(todo) > 0 {
		target := todo[0]
		todo = todo[1:]
		if seen[target] {
			continue
		}
		seen[target] = true
		answer := f.get(t, target)
		if answer.Code != http.StatusOK {
			t.Errorf("%s is answered with %d", target, answer.Code)
		}
		if !strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html") {
			continue
		}
		for _, match := range linked.FindAllStringSubmatch(answer.Body.String(), -1) {
			address, err := url.Parse(html.UnescapeString(match[1]))
			if err != nil || address.Host != "" {
				t.Errorf("%s leads to %s", target, match[1])
				continue
			}
			base := &url.URL{Path: strings.SplitN(target, "?", 2)[0]}
			todo = append(todo, base.ResolveReference(address).String())
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d addresses were found", len(seen))
	}
}

func TestHostileNamesStayText(t *testing.T) {
	t.Parallel()
	const hostile = `</bdi></td>'"><script>steal()</script><img src=x onerror=steal()>`
	f := brokersDesk(t)
	f.customers[0].Company, f.customers[0].ExternalID, f.customers[0].Email = hostile, hostile, hostile
	f.customers[0].Address.Street, f.desk.Broker.Company, f.desk.Partner.Name = hostile, hostile, hostile
	for n := range f.inquiries {
		f.inquiries[n].Customer = f.customers[0]
		f.inquiries[n].Refs = []core.Ref{{Origin: hostile, Key: hostile, Value: hostile}}
	}
	for _, target := range []string{
		"/desk/?q=" + url.QueryEscape(hostile), "/desk/customers?q=" + url.QueryEscape(hostile[:4]), "/desk/customers/71",
		"/desk/customers/71/inquiries", "/desk/inquiries/2144385", "/desk/inquiries/2144385/end",
	} {
		page := f.get(t, target).Body.String()
		if scripts := regexp.MustCompile(`(?i)<script[^>]*>`).FindAllString(page, -1); len(scripts) != 1 {
			t.Errorf("%s: scripts in the page: %q", target, scripts)
		}
		if strings.Contains(page, "<img src=x") || !strings.Contains(page, "steal()") {
			t.Errorf("%s: the name is not shown as text", target)
		}
	}
}
