package app_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// browse asks as a browser does that follows nothing by itself: with the
// cookie of a desk, or none, and with the fields of a form.
func browse(t *testing.T, method, address, secret string, form url.Values, header ...string) answer {
	t.Helper()
	got, err := browsed(t.Context(), method, address, secret, form, header...)
	if err != nil {
		t.Fatalf("%s %s: %v", method, address, err)
	}
	return got
}

var browser = &http.Client{
	Transport: client.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func browsed(ctx context.Context, method, address, secret string, form url.Values, header ...string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, err
	}
	if secret != "" {
		request.AddCookie(&http.Cookie{Name: "covernote_desk", Value: secret})
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		request.Header.Set(name, value)
	}
	response, err := browser.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, text}, err
}

// enter opens a link and gives the secret that the browser keeps then.
func enter(t *testing.T, link string) string {
	t.Helper()
	got := browse(t, http.MethodGet, link, "", nil)
	cookie, err := http.ParseSetCookie(got.header.Get("Set-Cookie"))
	if got.status != http.StatusSeeOther || err != nil || cookie.Name != "covernote_desk" {
		t.Fatalf("entering is answered %d %v %s", got.status, got.header, got.body)
	}
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/desk" {
		t.Errorf("the browser keeps %s", cookie)
	}
	return cookie.Value
}

// deskPath is a page of the desk that names something, and what its form is
// sent with.
type deskPath struct{ method, path, form string }

var deskPaths = []deskPath{
	{"GET", "/desk/customers/{customer}", ""},
	{"POST", "/desk/customers/{customer}", "private=no&company=Taken&last_name=Taken"},
	{"GET", "/desk/customers/{customer}/inquiries", ""},
	{"POST", "/desk/customers/{customer}/inquiries", "line=95&profession=258"},
	{"GET", "/desk/inquiries/{inquiryId}", ""},
	{"GET", "/desk/inquiries/{inquiryId}/end", ""},
	{"POST", "/desk/inquiries/{inquiryId}/end", "reason=WITHDRAWAL&confirmed=yes"},
	{"GET", "/desk/inquiries/{inquiryId}/documents/{document}", ""},
	{"GET", "/desk/inquiries/{inquiryId}/questionnaire", ""},
	{"POST", "/desk/inquiries/{inquiryId}/questionnaire", "version=1&revenue=1&then=compare"},
	{"POST", "/desk/inquiries/{inquiryId}/lead", "version=1"},
	{"GET", "/desk/inquiries/{inquiryId}/comparison", ""},
	{"POST", "/desk/inquiries/{inquiryId}/tender", "version=1"},
	{"GET", "/desk/inquiries/{inquiryId}/offers/{offer}/information", ""},
	{"POST", "/desk/inquiries/{inquiryId}/offers/{offer}/propose", "version=1"},
	{"GET", "/desk/inquiries/{inquiryId}/proposal", ""},
	{"POST", "/desk/inquiries/{inquiryId}/proposal/back", "version=1"},
	{"GET", "/desk/inquiries/{inquiryId}/order?offer={offer}", ""},
	{"POST", "/desk/inquiries/{inquiryId}/order", "version=1&offer={offer}&informed=true"},
}

// At the desk, a broker finds what is the broker's own. What another broker
// has, of the same account or of another, is not there; and whoever has not
// entered finds nothing.
func TestDeskIsOneBrokers(t *testing.T) {
	onEngines(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		owner, secret := s.seated(t, "thinksurance", s.info.Thinksurance, "OWNER")
		_, neighbour := s.seated(t, "thinksurance", s.info.Thinksurance, "NEIGHBOUR")
		_, rival := s.seated(t, "thinksurance-other", s.info.Others.Thinksurance, "RIVAL")
		guess := nobody(asking{"secret": secret})["secret"]
		kept := everythingOf(t, s.info.URL, owner)
		for _, p := range deskPaths {
			p.wantAbsent(t, s.info.URL, neighbour, owner, http.StatusNotFound)
			p.wantAbsent(t, s.info.URL, rival, owner, http.StatusNotFound)
			p.wantAbsent(t, s.info.URL, "", owner, http.StatusUnauthorized)
			p.wantAbsent(t, s.info.URL, guess, owner, http.StatusUnauthorized)
			if p.method == http.MethodPost {
				if got := p.ask(t, s.info.URL, secret, owner, "Sec-Fetch-Site: cross-site"); got.status != http.StatusForbidden {
					t.Errorf("%s from another site: %d", p.path, got.status)
				}
			} else if got := p.ask(t, s.info.URL, secret, owner); got.status != http.StatusOK && got.status != http.StatusSeeOther {
				t.Errorf("%s for the broker: %d %s", p.path, got.status, got.body)
			}
			if now := everythingOf(t, s.info.URL, owner); now != kept {
				t.Fatalf("%s %s: others have changed\n%s\ninto\n%s", p.method, p.path, kept, now)
			}
		}
		s.wantUnlisted(t, neighbour, owner)
		s.wantUnlisted(t, rival, owner)
		s.wantLeft(t, secret, owner)
		s.place().check(t)
	})
}

// ask opens the page, or sends its form, about what is asked for.
func (p deskPath) ask(t *testing.T, site, secret string, about asking, header ...string) answer {
	t.Helper()
	form, err := url.ParseQuery(about.said(p.form))
	if err != nil {
		t.Fatal(err)
	}
	return browse(t, p.method, site+about.said(p.path), secret, form, header...)
}

// wantAbsent asks for what the owner has, and compares that with asking for
// what nobody has.
func (p deskPath) wantAbsent(t *testing.T, site, secret string, owner asking, status int) {
	t.Helper()
	told := func(about asking) string {
		got := p.ask(t, site, secret, about)
		if got.status != status {
			t.Errorf("%s %s is answered %d, want %d", p.method, p.path, got.status, status)
		}
		return said(got, about["document"], about["offer"], about["inquiryId"], about["customer"])
	}
	if foreign, absent := told(owner), told(nobody(owner)); foreign != absent {
		t.Errorf("%s %s: foreign is answered\n%s\nabsent\n%s", p.method, p.path, foreign, absent)
	}
}

// wantUnlisted looks for what another broker has in the lists of the desk.
func (s *sandbox) wantUnlisted(t *testing.T, secret string, owner asking) {
	t.Helper()
	for _, path := range []string{"/desk/", "/desk/?q={inquiryId}", "/desk/customers", "/desk/inquiries/new"} {
		got := browse(t, http.MethodGet, s.info.URL+owner.said(path), secret, nil)
		if got.status != http.StatusOK {
			t.Errorf("%s is answered %d", path, got.status)
		}
		for _, link := range []string{"/desk/inquiries/{inquiryId}", "/desk/customers/{customer}"} {
			if strings.Contains(string(got.body), owner.said(link)) {
				t.Errorf("%s lists %s of another broker", path, owner.said(link))
			}
		}
	}
}

// wantLeft leaves the desk: the cookie is worth nothing any more.
func (s *sandbox) wantLeft(t *testing.T, secret string, a asking) {
	t.Helper()
	page := s.info.URL + a.said("/desk/inquiries/{inquiryId}")
	if got := browse(t, http.MethodPost, s.info.URL+"/desk/leave", secret, nil); got.status != http.StatusSeeOther {
		t.Errorf("leaving is answered %d", got.status)
	}
	if got := browse(t, http.MethodGet, page, secret, nil); got.status != http.StatusUnauthorized {
		t.Errorf("who has left is answered %d", got.status)
	}
}

var offerLink = regexp.MustCompile(`/offers/([^/"]+)/information`)

// seated gives a broker of an account an ordered inquiry, and lets the broker
// enter the desk.
func (s *sandbox) seated(t *testing.T, part string, p pool, external string) (a asking, secret string) {
	t.Helper()
	a = s.furnished(t, part, p, external)
	secret = enter(t, s.forwarded(t, a))
	page := browse(t, http.MethodGet, s.info.URL+a.said("/desk/inquiries/{inquiryId}/comparison"), secret, nil)
	offer := offerLink.FindSubmatch(page.body)
	if offer == nil {
		t.Fatalf("there is no offer on\n%s", page.body)
	}
	a["offer"] = string(offer[1])
	return a, secret
}

// forwarded is a link for the broker that leads to the broker's inquiry.
func (s *sandbox) forwarded(t *testing.T, a asking) string {
	t.Helper()
	var link struct{ URL string }
	got := route{"POST", "/api/ipn/brokers/forward", approaches["POST /api/ipn/brokers/forward"][0]}.ask(t, s.info.URL, a)
	decode(t, got.body, &link)
	if link.URL == "" {
		t.Fatalf("forwarded to %s", got.body)
	}
	return link.URL
}

// A link to the desk works once, for ten minutes; whoever comes with a used
// one, a late one or one that was made up is told the same.
func TestForwardLinkWorksOnce(t *testing.T) {
	onEngines(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		owner := s.furnished(t, "thinksurance", s.info.Thinksurance, "OWNER")
		used, late := s.forwarded(t, owner), s.forwarded(t, owner)
		if got := browse(t, http.MethodHead, used, "", nil); got.status != http.StatusNoContent {
			t.Errorf("a look at the link is answered %d", got.status)
		}
		enter(t, used)
		texts := []string{wantGone(t, used), wantGone(t, used[:strings.LastIndex(used, "/")+1]+"made-up")}
		s.advance(t, "PT11M")
		texts = append(texts, wantGone(t, late))
		if texts[0] != texts[1] || texts[1] != texts[2] {
			t.Errorf("used\n%s\nmade up\n%s\nlate\n%s", texts[0], texts[1], texts[2])
		}
	})
}

// wantGone opens a link that lets nobody in, and gives what is said then.
func wantGone(t *testing.T, link string) string {
	t.Helper()
	got := browse(t, http.MethodGet, link, "", nil)
	if got.status != http.StatusGone || got.header.Get("Set-Cookie") != "" {
		t.Errorf("%s is answered %d %v", link, got.status, got.header)
	}
	got.header.Del("Content-Length")
	return said(got, link[strings.LastIndex(link, "/")+1:])
}

// A link to a document opens it for whoever has it, for thirty days. With any
// other token it leads where a link to no document leads.
func TestDocumentLinksAreKept(t *testing.T) {
	onEngines(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		owner := s.furnished(t, "thinksurance", s.info.Thinksurance, "OWNER")
		rival := s.furnished(t, "thinksurance-other", s.info.Others.Thinksurance, "RIVAL")
		path, token := s.documentLink(t, owner)
		_, foreign := s.documentLink(t, rival)
		get := func(path, token string) answer {
			return browse(t, http.MethodGet, s.info.URL+path+"?token="+url.QueryEscape(token), "", nil)
		}
		if got := get(path, token); got.status != http.StatusOK || !strings.HasPrefix(string(got.body), "%PDF-") {
			t.Fatalf("the link is answered %d %.100s", got.status, got.body)
		}
		day, mac, _ := strings.Cut(token, ".")
		absent := nobody(asking{"path": path[len("/documents/"):]})["path"]
		want := said(get("/documents/"+absent, token), absent)
		wrong := map[string]string{
			"none": "", "foreign": foreign, "shouting": strings.ToUpper(token), "later day": day + "0." + mac, "another day": "0" + day[1:] + "." + mac,
			"no day": "." + mac, "no seal": day + ".", "short": token[:len(token)-1], "long": token + "0", "blank": token + " ", "session": owner["token"],
		}
		for i := range mac { // any digit changed
			changed := []byte(token)
			changed[len(day)+1+i] ^= 1
			wrong[fmt.Sprintf("digit %d", i)] = string(changed)
		}
		for name, token := range wrong {
			if got := said(get(path, token), path[len("/documents/"):]); got != want {
				t.Errorf("%s is answered\n%.300s\nabsent\n%s", name, got, want)
			}
		}
		guessed := path[:len(path)-1] + string(path[len(path)-1]^1)
		if got := said(get(guessed, token), guessed[len("/documents/"):]); got != want {
			t.Errorf("a guessed document is answered\n%.300s\nabsent\n%s", got, want)
		}
		s.advance(t, "P32D")
		if got := said(get(path, token), path[len("/documents/"):]); got != want {
			t.Errorf("after its time it is answered\n%.300s\nabsent\n%s", got, want)
		}
	})
}

// documentLink is the path to a document of the inquiry, and its token.
func (s *sandbox) documentLink(t *testing.T, a asking) (path, token string) {
	t.Helper()
	var read struct {
		Docs struct{ Files []struct{ URL string } }
	}
	got := route{"GET", "/api/ipn/inquiries/{inquiryId}", approach{header: []string{bearer, ofBroker}}}.ask(t, s.info.URL, a)
	decode(t, got.body, &read)
	if len(read.Docs.Files) == 0 {
		t.Fatalf("there is no document in %s", got.body)
	}
	link, err := url.Parse(read.Docs.Files[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	return link.Path, link.Query().Get("token")
}
