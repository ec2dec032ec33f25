package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// get asks the page's handler; headers are pairs of name and value.
func get(t *testing.T, start Start, failure error, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	handler := SandboxPage(func(context.Context) (Start, error) { return start, failure },
		slog.New(slog.NewTextHandler(io.Discard, nil)))
	request := httptest.NewRequest(http.MethodGet, target, http.NoBody)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer
}

func TestPagesLoadNothingFromElsewhereAndStayOutOfCaches(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		target  string
		failure error
		status  int
	}{
		"page":    {"/", nil, http.StatusOK},
		"absent":  {"/nowhere", nil, http.StatusNotFound},
		"failure": {"/", errors.New("disk full"), http.StatusInternalServerError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := get(t, startAt("http://localhost:8080", noon), c.failure, c.target, "Accept", "text/html")
			if answer.Code != c.status {
				t.Errorf("status %d, want %d", answer.Code, c.status)
			}
			for header, want := range map[string]string{
				"Content-Type":           "text/html; charset=utf-8",
				"Referrer-Policy":        "no-referrer",
				"Cache-Control":          "no-store",
				"X-Content-Type-Options": "nosniff",
				"Vary":                   "Accept-Language",
			} {
				if got := answer.Header().Get(header); got != want {
					t.Errorf("%s is %q, want %q", header, got, want)
				}
			}
			checkPolicy(t, answer.Header().Get("Content-Security-Policy"))
		})
	}
}

// checkPolicy demands that a page may load only from its own server, run no
// inline script and stand in nobody's frame.
func checkPolicy(t *testing.T, policy string) {
	t.Helper()
	given := map[string]string{}
	for directive := range strings.SplitSeq(policy, ";") {
		name, sources, _ := strings.Cut(strings.TrimSpace(directive), " ")
		given[name] = sources
	}
	for _, name := range []string{"default-src", "base-uri", "form-action", "frame-ancestors"} {
		if given[name] != "'none'" {
			t.Errorf("%s is %q, want 'none'", name, given[name])
		}
	}
	for name, sources := range given {
		if sources != "'none'" && sources != "'self'" {
			t.Errorf("%s allows %s", name, sources)
		}
	}
}

func TestPageSpeaksTheLanguageAskedFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ query, accept, want string }{
		{"", "", "en"},
		{"", "de-AT,de;q=0.9,en;q=0.8", "de"},
		{"", "en-US,de;q=0.9", "en"},
		{"", "fr-FR", "en"},
		{"?lang=de", "en-US", "de"},
		{"?lang=en", "de-DE", "en"},
		{"?lang=xx", "de-DE", "de"},
	} {
		t.Run(c.query+" "+c.accept, func(t *testing.T) {
			t.Parallel()
			answer := get(t, startAt("http://localhost:8080", noon), nil, "/"+c.query, "Accept-Language", c.accept)
			if got := answer.Header().Get("Content-Language"); got != c.want {
				t.Errorf("Content-Language is %q, want %q", got, c.want)
			}
			contains(t, answer.Body.String(), `<html lang="`+c.want+`">`, "<h1>"+wordings[c.want]["hero.title"]+"</h1>")
		})
	}
}

func contains(t *testing.T, page string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// TestPageEscapesWhatPartnersAreCalled puts markup everywhere that a partner
// has a say.
func TestPageEscapesWhatPartnersAreCalled(t *testing.T) {
	t.Parallel()
	hostile := func(where string) string {
		return `</textarea></code>'"><script>steal("` + where + `")</script><img src=x onerror=steal()>`
	}
	titles := map[string]string{"en": hostile("title")}
	sample := Sample{Title: titles, Method: http.MethodPost, Path: hostile("path"), Body: hostile("body"),
		Header: map[string]string{"X-Name": hostile("header")}}
	start := Start{Version: hostile("version"), URL: hostile("url"), Now: noon, Partners: []StartPartner{{
		Family: hostile("family"), Name: hostile("name"), Part: hostile("part"), BaseURL: hostile("base"),
		Username: hostile("user"), Password: hostile("password"), Curl: hostile("curl"),
		Samples: []Sample{sample}, FollowUps: []Sample{sample},
		Docs: []Link{{titles, "javascript:steal()"}},
	}}}
	for _, lang := range languages {
		page := get(t, start, nil, "/?lang="+lang).Body.String()
		if scripts := regexp.MustCompile(`(?i)<script[^>]*>`).FindAllString(page, -1); len(scripts) != 1 || !strings.Contains(scripts[0], "/assets/") {
			t.Errorf("%s: scripts in the page: %q, want the page's own", lang, scripts)
		}
		for _, raw := range []string{"<img src=x", "</textarea></code>'", `href="javascript:`} {
			if strings.Contains(page, raw) {
				t.Errorf("%s: the page has a raw %s", lang, raw)
			}
		}
		for _, where := range []string{"title", "path", "body", "version", "family", "name", "base", "user", "password", "curl"} {
			contains(t, page, html.EscapeString(hostile(where)))
		}
	}
}

func TestPageShowsEveryPartnersWayIn(t *testing.T) {
	t.Parallel()
	start := startAt("http://localhost:8080", noon)
	page := html.UnescapeString(get(t, start, nil, "/?lang=de").Body.String())
	for _, p := range start.Partners {
		contains(t, page, p.Name, p.BaseURL, p.Username, p.Password, p.Curl)
		for _, s := range p.Samples {
			contains(t, page, s.Path, s.Body, titleIn("de", s.Title))
		}
	}
	contains(t, page, "2026-11-21 12:00:00", "http://localhost:8080/sandbox/inbox")
}

func TestUnknownPathSaysWhereToGo(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/nowhere", "/assets/", "/assets/" + assetVersion + "/secret.js", "/assets/0123456789abcdef/sandbox.js"} {
		checkRefusal(t, get(t, Start{}, nil, target, "Accept", "text/html"), http.StatusNotFound, english["error.absent"], english["error.absent.next"])
		var told refusal
		answer := get(t, Start{}, nil, target)
		if err := json.Unmarshal(answer.Body.Bytes(), &told); err != nil || answer.Code != http.StatusNotFound {
			t.Errorf("%s for a program: %d, %v", target, answer.Code, err)
		}
		if want := (refusal{english["error.absent"], english["error.absent.next"]}); told != want {
			t.Errorf("%s for a program: %+v, want %+v", target, told, want)
		}
	}
}

func TestFailureSaysWhatToDoAndKeepsTheCause(t *testing.T) {
	t.Parallel()
	failure := errors.New("dial postgres://admin:hunter2@db")
	for _, lang := range languages {
		answer := get(t, Start{}, failure, "/?lang="+lang, "Accept", "text/html")
		words := wordings[lang]
		checkRefusal(t, answer, http.StatusInternalServerError, words["error.failed"], words["error.failed.next"])
		contains(t, answer.Body.String(), `<html lang="`+lang+`">`, `href="/?lang=`+lang+`"`)
		if strings.Contains(answer.Body.String(), "hunter2") {
			t.Errorf("%s: the page tells the cause", lang)
		}
	}
}

func checkRefusal(t *testing.T, answer *httptest.ResponseRecorder, status int, what, next string) {
	t.Helper()
	if answer.Code != status {
		t.Errorf("status %d, want %d", answer.Code, status)
	}
	contains(t, html.UnescapeString(answer.Body.String()), "<h1>"+what+"</h1>", "<p>"+next+"</p>")
}

func TestAssetsMayBeCachedForEver(t *testing.T) {
	t.Parallel()
	for name, wantType := range map[string]string{
		"console.css": "text/css; charset=utf-8",
		"sandbox.js":  "text/javascript; charset=utf-8",
		"wire.js":     "text/javascript; charset=utf-8",
		"icon.svg":    "image/svg+xml",
	} {
		answer := get(t, Start{}, nil, fmt.Sprintf("/assets/%s/%s", assetVersion, name))
		if answer.Code != http.StatusOK || answer.Body.Len() == 0 {
			t.Errorf("%s: status %d with %d bytes", name, answer.Code, answer.Body.Len())
		}
		for header, want := range map[string]string{
			"Content-Type":           wantType,
			"Cache-Control":          "public, max-age=31536000, immutable",
			"X-Content-Type-Options": "nosniff",
		} {
			if got := answer.Header().Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
	}
}

// TestPageLoadsOnlyWhatIsThere follows every address that the page loads.
func TestPageLoadsOnlyWhatIsThere(t *testing.T) {
	t.Parallel()
	page := get(t, startAt("http://localhost:8080", noon), nil, "/").Body.String()
	loaded := regexp.MustCompile(`<(?:script|link|img)[^>]* (?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(loaded) < 3 {
		t.Fatalf("the page loads %d files, want script, style and picture", len(loaded))
	}
	for _, match := range loaded {
		if answer := get(t, Start{}, nil, match[1]); answer.Code != http.StatusOK {
			t.Errorf("%s is answered with %d", match[1], answer.Code)
		}
	}
}
