package console

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// unread demands that an answer says that what was sent cannot be read, and
// that the desk was asked for nothing but who is at it.
func unread(t *testing.T, f *fakeDesk, answer *httptest.ResponseRecorder, what string) {
	t.Helper()
	if answer.Code != http.StatusBadRequest {
		t.Errorf("%s is answered with %d, want 400", what, answer.Code)
	}
	contains(t, answer.Body.String(), "<h1>"+deskGerman["desk.lost.400"]+"</h1>", deskGerman["desk.lost.400.next"], `href="/desk/"`)
	if !slices.Equal(f.asked, []any{deskSecret}) {
		t.Errorf("%s: the desk was asked %v", what, f.asked)
	}
}

func TestAddressesThatCannotBeReadReachNoPage(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"q=%ff", "q=M%00", "after=%c3%28", "q=a&q=%ff", "q=%zz", "q=" + strings.Repeat("%C3%BC", 201), "unknown=%ff"} {
		for _, path := range []string{"/desk/", "/desk/customers", "/desk/inquiries/2144380/order", "/desk/nothing"} {
			f := brokersDesk(t)
			unread(t, f, f.get(t, path+"?"+query), path+"?"+query)
		}
	}
	contains(t, brokersDesk(t).get(t, "/desk/?lang=en&q=%ff").Body.String(), "<h1>"+deskEnglish["desk.lost.400"]+"</h1>", deskEnglish["desk.lost.400.next"])
	if answer := brokersDesk(t).bare(http.MethodGet, "/desk/?q=%ff"); answer.Code != http.StatusUnauthorized {
		t.Errorf("whoever is not signed in is answered with %d", answer.Code)
	}
}

func TestFormsThatCannotBeReadReachNoPage(t *testing.T) {
	t.Parallel()
	for what, form := range map[string]url.Values{
		"no UTF-8": {"last_name": {"M\xfcller"}}, "NUL": {"comment": {"a\x00b"}}, "a long text": {"company": {strings.Repeat("ü", 4001)}},
		"a second value": {"company": {"a", "\xff"}}, "too much of everything": {"company": slices.Repeat([]string{strings.Repeat("a", 4000)}, 70)},
	} {
		for _, target := range []string{
			"/desk/customers/new", "/desk/customers/71", "/desk/customers/71/inquiries", "/desk/inquiries/2144385/end", "/desk/inquiries/2144380/questionnaire",
			"/desk/inquiries/2144380/lead", "/desk/inquiries/2144381/offers/o1/propose", "/desk/inquiries/2144381/order",
		} {
			f := brokersDesk(t)
			unread(t, f, f.send(t, http.MethodPost, target, form), what+" to "+target)
		}
	}
}

func TestTheLongestThatMayBeSentIsRead(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	sought := strings.Repeat("ü", 200)
	if answer := f.get(t, "/desk/customers?q="+url.QueryEscape(sought)); answer.Code != http.StatusOK || noted[string](t, f) != sought {
		t.Errorf("a search for 200 characters is answered with %d", answer.Code)
	}
	comment := strings.Repeat("ü", 4000)
	shown := f.post(t, "/desk/inquiries/2144385/end", "reason", "ORDINARY", "comment", comment)
	if shown.Code != http.StatusOK || !strings.Contains(shown.Body.String(), comment) {
		t.Errorf("a comment of 4,000 characters is answered with %d", shown.Code)
	}
}
