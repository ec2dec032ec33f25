package dialecttest

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/covernote/covernote/internal/insurance"
)

var someDay = insurance.MustDate("2026-01-31")

func TestMatchJSON(t *testing.T) {
	t.Parallel()
	const got = `{"a":"x","n":5.5,"list":[1,null,true],"o":{}}`
	for _, c := range []struct{ name, want, fault string }{
		{name: "as it is", want: got},
		{name: "laid out", want: "{\"a\": \"x\",\n \"n\": 5.5, \"list\": [1, null, true], \"o\": {}}"},
		{name: "wildcards", want: `{"a":"*","n":"*","list":["*",null,true],"o":{}}`},
		{name: "other order", want: `{"n":5.5,"a":"x","list":[1,null,true],"o":{}}`, fault: `got "a", want "n"`},
		{name: "other spelling", want: `{"a":"x","n":5.50,"list":[1,null,true],"o":{}}`, fault: "got 5.5, want 5.50"},
		{name: "key missing", want: `{"a":"x","n":5.5,"list":[1,null,true],"o":{},"z":1}`, fault: `got }, want "z"`},
		{name: "key too many", want: `{"a":"x","n":5.5,"list":[1,null,true]}`, fault: `got "o", want }`},
		{name: "element too many", want: `{"a":"x","n":5.5,"list":[1,null],"o":{}}`, fault: "got true, want ]"},
		{name: "other type", want: `{"a":"x","n":"5.5","list":[1,null,true],"o":{}}`, fault: `got 5.5, want "5.5"`},
		{name: "no wildcard for null", want: `{"a":"x","n":5.5,"list":[1,"*",true],"o":{}}`, fault: `got null, want "*"`},
		{name: "no wildcard for keys", want: `{"*":"x","n":5.5,"list":[1,null,true],"o":{}}`, fault: `got "a", want "*"`},
		{name: "no wildcard for objects", want: `{"a":"x","n":5.5,"list":[1,null,true],"o":"*"}`, fault: `got {, want "*"`},
		{name: "anything at all", want: `{"a":"**","n":"**","list":["**",null,true],"o":"**"}`},
		{name: "anything but nothing", want: `{"a":"x","n":5.5,"list":[1,null,true,"**"],"o":{}}`, fault: "start of value"},
		{name: "broken", want: `{"a":"x"`, fault: "unexpected EOF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			checkFault(t, newValues(House{}).matchJSON([]byte(c.want), []byte(got)), c.fault)
		})
	}
}

func TestMatchJSONWantsCompactAnswers(t *testing.T) {
	t.Parallel()
	checkFault(t, newValues(House{}).matchJSON([]byte(`{"a":1}`), []byte(`{"a": 1}`)), "space between tokens")
	checkFault(t, newValues(House{}).matchJSON([]byte(`{"a":1}`), []byte(`{"a":1`)), "unexpected end")
}

func TestValues(t *testing.T) {
	t.Parallel()
	v := newValues(House{Today: someDay, Values: map[string]string{"foreign": "I9"}})
	for text, want := range map[string]string{
		"{{today}}": "2026-01-31", "{{today-28}}": "2026-01-03", "{{today+1M}}": "2026-02-28",
		"{{today+3Y-1}}": "2029-01-30", "a {{foreign}} b": "a I9 b",
	} {
		got, err := v.fill([]byte(text))
		if err != nil || string(got) != want {
			t.Errorf("fill(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
	_, err := v.fill([]byte("{{number}}"))
	checkFault(t, err, "{{number}} is not known")
}

func TestCapture(t *testing.T) {
	t.Parallel()
	v := newValues(House{})
	checkFault(t, v.matchJSON([]byte(`{"n":"{{number: I[0-9]{3}}}"}`), []byte(`{"n":"I12"}`)), "does not match")
	checkFault(t, v.matchJSON([]byte(`{"n":"{{number: [}}"}`), []byte(`{"n":"I12"}`)), "missing closing ]")
	checkFault(t, v.matchJSON([]byte(`{"n":"{{number: I[0-9]{3}}}"}`), []byte(`{"n":"I123"}`)), "")
	if got := string(v.fillKnown([]byte("{{number}}"))); got != "I123" {
		t.Errorf("captured %q", got)
	}
	checkFault(t, v.matchJSON([]byte(`["{{same}}","a {{same}}"]`), []byte(`["x","a x"]`)), "")
	checkFault(t, v.matchJSON([]byte(`["{{other}}","a {{other}}"]`), []byte(`["x","a y"]`)), `got "a y", want "a {{other}}"`)
}

func TestCaptureByNamedPatterns(t *testing.T) {
	t.Parallel()
	v := newValues(House{Patterns: map[string]string{"letters": "[a-z]+"}})
	for pattern, of := range map[string]struct{ right, wrong string }{
		"uuid":    {"0b1f4ba8-94a2-4d64-9a9b-4f8ed8b5f3c1", "0b1f4ba8-94a2-1d64-9a9b-4f8ed8b5f3c1"},
		"instant": {"2030-01-15T12:00:00.000001Z", "2030-01-15T12:00:00Z"},
		"letters": {"abc", "letters1"},
	} {
		want := []byte(`["{{_: ` + pattern + `}}"]`)
		checkFault(t, v.matchJSON(want, []byte(`["`+of.right+`"]`)), "")
		checkFault(t, v.matchJSON(want, []byte(`["`+of.wrong+`"]`)), "does not match")
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	const source = "Source: ours\n"
	for text, fault := range map[string]string{
		"-- a/request --\n-- a/response --\n":                         "name a source",
		source:                                                        "no steps",
		source + "-- a/request --\n":                                  "does not follow",
		source + "-- a/response --\n":                                 "does not follow",
		source + "-- a/request --\n-- b/request --\n":                 "does not follow",
		source + "-- a/request --\n-- a/notice --\n":                  "does not follow",
		source + "-- a/reply --\n":                                    "neither",
		source + "Switch: x\n-- a/request --\n-- a/response --\n":     "sets nothing",
		source + "-- a/request --\n-- a/response --\n-- b/request --": "does not follow",
	} {
		_, err := Parse([]byte(text))
		checkFault(t, err, fault)
	}
}

func TestParseReadsThePartner(t *testing.T) {
	t.Parallel()
	x, err := Parse([]byte("Words: and more.\nSource: ours\nNotified: no\nPushed: yes\nLive: yes\nSwitch: a = b\nNetworks: 192.0.2.0/24\n" +
		"-- a/request --\n-- a/response --\n-- a/notice --\n"))
	if err != nil {
		t.Fatal(err)
	}
	if x.Source != "ours" || x.Partner.Notified || !x.Partner.Pushed || !x.Partner.Live || x.Partner.Switches["a"] != "b" || len(x.Partner.Networks) != 1 {
		t.Errorf("got %+v", x)
	}
}

// echo answers a request with itself, and a path of /zip with an archive.
func echo(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/zip" {
		w.Header().Set("Content-Type", "application/zip")
		archive := zip.NewWriter(w)
		for _, name := range []string{"b.pdf", "a.pdf"} {
			if entry, err := archive.Create(name); err == nil {
				_, _ = entry.Write([]byte("%PDF"))
			}
		}
		_ = archive.Close()
		return
	}
	user, _, _ := r.BasicAuth()
	w.Header().Set("X-User", user)
	w.Header().Set("X-Peer", r.RemoteAddr)
	w.Header().Set("X-Query", r.URL.RawQuery)
	w.WriteHeader(http.StatusTeapot)
	_, _ = io.Copy(w, r.Body)
}

func echoHouse() House {
	return House{
		Handler:     http.HandlerFunc(echo),
		Today:       someDay,
		Credentials: map[string]Credential{"": Basic("own", "x"), "other": Basic("another", "x")},
		Advance: func(by string) error {
			if by != "P1D" {
				return errors.New("not by " + by)
			}
			return nil
		},
		Desk: func(work string) error {
			if work != "I1 proposed" {
				return errors.New("no work on " + work)
			}
			return nil
		},
		Values: map[string]string{"inquiry": "I1"},
		Notice: func(to string) (Notice, error) {
			return Notice{Header: http.Header{"X-Id": {"1"}, "X-To": {to}}, Body: []byte(`{"n":"I1"}`)}, nil
		},
	}
}

const ask = "Source: ours\n-- a/request --\nPOST /a?filter=a;b\nPeer: 203.0.113.7\n\n{\"day\":\"{{today}}\"}\n-- a/response --\n"

func TestRun(t *testing.T) {
	t.Parallel()
	const answer = "418\nX-User: own\nX-Peer: 203.0.113.7:50000\nX-Query: *\nX-None: -\n\n{\"day\": \"2026-01-31\"}\n"
	for _, c := range []struct{ name, text, fault string }{
		{"answer and notice", ask + answer + "-- a/notice --\nX-Id: 1\nTo: me\nX-To: me\n\n{\"n\":\"{{n}}\"}\n" +
			"-- b/request --\nPOST /b\n\n{{n}}\n-- b/response --\n418\n\nI1\n", ""},
		{"zip", "Source: ours\n-- a/request --\nGET /zip\n-- a/response --\n200\n\nb.pdf\na.pdf\n", ""},
		{"nobody", "Source: ours\n-- a/request --\nGET /\nAs: nobody\n-- a/response --\n418\nX-User: *\n", ""},
		{"other", "Source: ours\n-- a/request --\nGET /\nAs: other\n-- a/response --\n418\nX-User: another\n", ""},
		{"stranger", "Source: ours\n-- a/request --\nGET /\nAs: me\n-- a/response --\n418\n", "no credential"},
		{"unknown name", "Source: ours\n-- a/request --\nGET /{{n}}\n-- a/response --\n418\n", "not known"},
		{"no request", "Source: ours\n-- a/request --\nGET\n-- a/response --\n418\n", "neither"},
		{"bad header", "Source: ours\n-- a/request --\nGET /\nx\n-- a/response --\n418\n", "headers"},
		{"bad expectation", ask + "?\n", "neither"},
		{"bad notice", ask + answer + "-- a/notice --\nx\n\n{}\n", "headers"},
		{"clock", ask + answer + "-- a/clock --\nP1D\n", ""},
		{"clock that fails", "Source: ours\n-- a/clock --\nP2D\n", "not by P2D"},
		{"desk", "Source: ours\n-- a/desk --\n{{inquiry}} proposed\n", ""},
		{"desk that refuses", "Source: ours\n-- a/desk --\n{{inquiry}} lost\n", "no work on I1 lost"},
		{"desk without an inquiry", "Source: ours\n-- a/desk --\n{{offer}} proposed\n", "not known"},
		{"head", "Source: ours\n-- a/request --\nHEAD /a\n\nx\n-- a/response --\n418\n", ""},
		{"any body", ask + "418\n\n*\n", ""},
		{"any body but none", "Source: ours\n-- a/request --\nGET /\n-- a/response --\n418\n\n*\n", "empty"},
		{"other status", ask + "200\n", "status 418, want 200"},
		{"other header", ask + "418\nX-User: other\n", "X-User"},
		{"missing header", ask + "418\nX-None: *\n", "X-None is missing"},
		{"unwanted header", ask + "418\nX-User: -\n", "want none"},
		{"other body", ask + "418\n\n{}\n", "want }"},
		{"other text", ask + "418\n", "body"},
		{"other notice", ask + answer + "-- a/notice --\n\n{}\n", "a/notice"},
		{"other entries", "Source: ours\n-- a/request --\nGET /zip\n-- a/response --\n200\n\na.pdf\nb.pdf\n", "body"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			x, err := Parse([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			checkFault(t, x.Run(echoHouse()), c.fault)
		})
	}
}

func TestRunReportsAMissingNotice(t *testing.T) {
	t.Parallel()
	house := echoHouse()
	house.Notice = func(string) (Notice, error) { return Notice{}, errors.New("nothing came") }
	x, err := Parse([]byte("Source: ours\n-- a/notice --\n\n{}\n"))
	if err != nil {
		t.Fatal(err)
	}
	checkFault(t, x.Run(house), "nothing came")
}

func TestRunNeedsAClockToMoveAndADeskToWorkAt(t *testing.T) {
	t.Parallel()
	for step, fault := range map[string]string{"clock": "no clock", "desk": "no desk"} {
		x, err := Parse([]byte("Source: ours\n-- a/" + step + " --\nP1D\n"))
		if err != nil {
			t.Fatal(err)
		}
		checkFault(t, x.Run(House{}), fault)
	}
}

func TestListReportsBrokenArchives(t *testing.T) {
	t.Parallel()
	_, err := list([]byte("PK"))
	checkFault(t, err, "not a valid zip")

	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	entry, err := w.CreateHeader(&zip.FileHeader{Name: "a", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = entry.Write([]byte("content"))
	_ = w.Close()
	_, err = list(bytes.Replace(archive.Bytes(), []byte("content"), []byte("tampers"), 1))
	checkFault(t, err, "checksum")
}

func TestReplay(t *testing.T) {
	t.Parallel()
	folder := fstest.MapFS{"one.txtar": {Data: []byte(ask + "418\n\n{\"day\":\"*\"}\n")}}
	Replay(t, folder, func(_ *testing.T, p Partner) House {
		if !p.Notified {
			t.Error("a partner is notified unless the exchange says otherwise")
		}
		return echoHouse()
	})
}

// checkFault fails unless err mentions fault, or is nil if there is to be none.
func checkFault(t *testing.T, err error, fault string) {
	t.Helper()
	switch {
	case fault == "" && err != nil:
		t.Errorf("unexpected: %v", err)
	case fault != "" && (err == nil || !strings.Contains(err.Error(), fault)):
		t.Errorf("got %v, want a fault that mentions %q", err, fault)
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	requests, err := requestsIn(fstest.MapFS{"one.txtar": {Data: []byte(ask + "418\n\n{}\n")}})
	if err != nil || len(requests) != 1 {
		t.Fatalf("got %v, %v", requests, err)
	}
	if got := requests[0]; got.Method != http.MethodPost || got.Target != "/a?filter=a;b" || len(got.Body) == 0 || got.Name != "one/a" || got.Status != 418 || string(got.Answer) != "{}" {
		t.Errorf("got %+v", got)
	}
	for name, text := range map[string]string{
		"name a source": "-- a/request --\n-- a/response --\n",
		"neither":       "Source: ours\n-- a/request --\nGET\n-- a/response --\n",
	} {
		_, err := requestsIn(fstest.MapFS{"one.txtar": {Data: []byte(text)}})
		checkFault(t, err, name)
	}
}
