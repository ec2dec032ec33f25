package app_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store/storetest"
)

// What strangers send is refused in the words of the API, whatever it is, and
// never makes the server fail.
func TestHostileBodiesAreRefused(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		good := string(order{reference: "HOSTILE"}.body(t))
		within := func(value string) string { return strings.Replace(good, `"Mustername"`, value, 1) }
		for name, body := range map[string]string{
			"empty": "", "blank": " \n", "truncated": good[:len(good)/2], "without its end": good[:len(good)-1],
			"twice": good + good, "followed by text": good + "x", "byte order mark": "\ufeff" + good,
			"nested objects": strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000),
			"nested arrays":  strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000),
			"open arrays":    strings.Repeat("[", 100_000),
			"NUL":            within("\"a\x00b\""), "escaped NUL": within(`"a\u0000b"`),
			"lone surrogate": within(`"\ud800"`), "lone low surrogate": within(`"\udc00x"`), "half a pair": within(`"\ud83d\ud83d"`),
			"Latin-1": within("\"M\xfcller\""), "overlong": within("\"\xc0\xaf\""), "cut off rune": within("\"\xe2\x82\""),
			"UTF-16": string(wide(good)), "key twice": strings.Replace(good, `{`, `{"Contract":{},`, 1),
			"key twice in another case": strings.Replace(good, `{`, `{"contract":{},`, 1),
			"long number":               within(strings.Repeat("9", 5000)), "huge exponent": strings.Replace(good, "555.0", "1e999999999", 1),
			"negative price": strings.Replace(good, "555.0", "-555.0", 1), "not a number": strings.Replace(good, "555.0", "NaN", 1),
			"null": "null", "true": "true", "number": "1", "string": `"order"`, "list of nothing": "[]", "list of lists": "[[[]]]",
			"text": "policyHolder=1&Contract=2", "XML": "<order/>", "gzip": "\x1f\x8b\x08\x00\x00", "wrong types": `{"policyHolder":[],"Contract":1,"insuredObject":"x"}`,
			"many keys": "{" + strings.Repeat(`"k":1,`, 30_000) + `"z":1}`, "many orders": "[" + strings.Repeat("{},", 501) + "{}]",
		} {
			got := s.partner().send(t, http.MethodPost, orderPath, []byte(body))
			wantRefusal(t, name, got, 400)
		}
		for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "garbage;;;=\x01\xff", "application/json; charset=utf-16"} {
			got, err := s.partner().try(t.Context(), http.MethodPost, orderPath, []byte("{"), "Content-Type: "+kind)
			if err == nil { // a header that is no header is not even sent
				wantRefusal(t, kind, got, 400)
			}
		}
		wantRefusal(t, "just too large", s.partner().send(t, http.MethodPost, orderPath, bytes.Repeat([]byte(" "), 1<<20+1)), 413)
		if all := s.partner().contracts(t, "status=ALL"); len(all) != 0 {
			t.Errorf("something hostile was booked: %+v", all)
		}
		s.partner().want(t, http.StatusOK, http.MethodPost, orderPath, []byte(good))
		s.told(t, "HOSTILE")
		s.place().check(t)
	})
}

// wide is text in UTF-16.
func wide(text string) []byte {
	var wide []byte
	for _, b := range []byte(text) {
		wide = append(wide, 0, b)
	}
	return wide
}

// wantRefusal looks for the error form of the API.
func wantRefusal(t *testing.T, name string, got answer, status int) {
	t.Helper()
	var body struct {
		Message       *string
		DetailMessage *string
		Code          *int
	}
	if got.status != status || json.Unmarshal(got.body, &body) != nil || body.Message == nil || body.DetailMessage == nil || body.Code == nil {
		t.Errorf("%s: answered %d %s", name, got.status, got.body)
	}
}

// What comes in the path and the query is refused alike.
func TestHostilePathsAreRefused(t *testing.T) {
	t.Parallel()
	s := openSandbox(t, storetest.SQLite)
	for target, status := range map[string]int{
		"/services/integrator/documents/%00":                          404,
		"/services/integrator/documents/I%ff%fe":                      404,
		"/services/integrator/documents/" + strings.Repeat("9", 8000): 404,
		"/services/integrator/documents/'%20OR%201=1--":               404,
		"/services/integrator/documents/I1?filter=%zz":                404,
		"/services/integrator/documents/I1/x/y":                       404,
		"/services/nothing":                                           404,
		lookupPath + "?size=-1":                                       400,
		lookupPath + "?size=99999999999999999999":                     400,
		lookupPath + "?page=9223372036854775807":                      400,
		lookupPath + "?page=1e9":                                      400,
		lookupPath + "?sortBy=%27;DROP%20TABLE%20policy":              400,
		lookupPath + "?from=0000-00-00":                               400,
		lookupPath + "?from=9999-12-31&to=0001-01-01":                 400,
		lookupPath + "?size=%zz":                                      400,
	} {
		got := raw(t, s.info.URL, "GET "+target+" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: "+basic(s.partner())+"\r\n\r\n")
		if len(got) != 1 {
			t.Errorf("%.80s: %d answers", target, len(got))
			continue
		}
		if got[0].status >= 500 {
			t.Errorf("%.80s: %d %s", target, got[0].status, got[0].body)
		}
		if got[0].status != status {
			t.Errorf("%.80s: %d %.200s, want %d", target, got[0].status, got[0].body, status)
		}
	}
}

func basic(c caller) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(c.user+":"+c.secret))
}

// raw sends bytes as they are and reads every answer until the server closes
// the connection.
func raw(t *testing.T, url, request string) []answer {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.WriteString(conn, request) }() // the server may close before it has read all
	var answers []answer
	reader := bufio.NewReader(conn)
	for {
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
				t.Errorf("the server leaves the connection open after %.100q", request)
			}
			return answers
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		answers = append(answers, answer{response.StatusCode, response.Header, body})
		if err != nil {
			return answers
		}
	}
}

// Requests that break HTTP itself are answered once at most, with a refusal,
// and the connection is closed.
func TestBrokenHTTPIsCut(t *testing.T) {
	t.Parallel()
	s := openSandbox(t, storetest.SQLite)
	head := "POST " + orderPath + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: " + basic(s.partner()) + "\r\n"
	body := string(order{reference: "BROKEN"}.body(t))
	for name, request := range map[string]string{
		"no HTTP":                 "hello\r\n\r\n",
		"TLS":                     "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
		"lengths that differ":     head + fmt.Sprintf("Content-Length: %d\r\nContent-Length: 5\r\n\r\n%s", len(body), body),
		"negative length":         head + "Content-Length: -1\r\n\r\n" + body,
		"length no number":        head + "Content-Length: abc\r\n\r\n" + body,
		"length and chunks":       head + "Connection: close\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + body,
		"unknown encoding":        head + "Transfer-Encoding: gzip\r\n\r\n" + body,
		"broken chunks":           head + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n" + body,
		"chunk of negative size":  head + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n" + body,
		"chunk larger than said":  head + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + body + "\r\n0\r\n\r\n",
		"header too large":        head + "X-Large: " + strings.Repeat("x", 40<<10) + "\r\n\r\n",
		"many headers":            head + strings.Repeat("X-Many: 1\r\n", 10_000) + "\r\n",
		"header with NUL":         head + "X-Odd: a\x00b\r\n\r\n",
		"header without colon":    head + "nonsense\r\n\r\n",
		"folded header":           head + "X-Odd: a\r\n\tb\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
		"two hosts":               head + "Host: other\r\nContent-Length: 0\r\n\r\n",
		"no host":                 "GET /readyz HTTP/1.1\r\n\r\n",
		"unknown version":         "GET /readyz HTTP/9.9\r\nHost: x\r\n\r\n",
		"target with space":       "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
		"length far beyond":       head + "Content-Length: 99999999999\r\nConnection: close\r\n\r\n" + strings.Repeat(" ", 2<<20),
		"chunks without end":      head + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("10000\r\n"+strings.Repeat(" ", 0x10000)+"\r\n", 40),
		"Basic that is no Base64": "GET " + lookupPath + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic ***\r\n\r\n",
	} {
		got := raw(t, s.info.URL, request)
		if len(got) > 1 {
			t.Errorf("%s: %d answers", name, len(got))
		}
		for _, a := range got {
			// 501 and 505 are HTTP's own words for what no server of it knows.
			if a.status < 400 || (a.status >= 500 && a.status != 501 && a.status != 505) {
				t.Errorf("%s: answered %d %s", name, a.status, a.body)
			}
		}
	}
	if all := s.partner().contracts(t, "status=ALL"); len(all) != 0 {
		t.Errorf("something broken was booked: %+v", all)
	}
}

// Who begins a request and does not go on is cut off after five seconds.
func TestSlowHeadersAreCut(t *testing.T) {
	t.Parallel()
	s := openSandbox(t, storetest.SQLite)
	began := time.Now()
	if got := raw(t, s.info.URL, "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "); len(got) != 0 {
		t.Errorf("half a request was answered: %+v", got)
	}
	if took := time.Since(began); took < 4*time.Second || took > 15*time.Second {
		t.Errorf("cut off after %s", took)
	}
}

// Requests that are sent before the answers are read are answered in turn.
func TestPipelinedRequestsAreAnsweredInTurn(t *testing.T) {
	t.Parallel()
	s := openSandbox(t, storetest.SQLite)
	credential := "Host: 127.0.0.1\r\nAuthorization: " + basic(s.partner()) + "\r\n"
	body := order{reference: "PIPELINED"}.body(t)
	got := raw(t, s.info.URL, fmt.Sprintf("POST %s HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n%s", orderPath, credential, len(body), body)+
		"GET "+lookupPath+"?size=0 HTTP/1.1\r\n"+credential+"\r\n"+
		"GET "+lookupPath+" HTTP/1.1\r\nConnection: close\r\n"+credential+"\r\n")
	var statuses []int
	for _, a := range got {
		statuses = append(statuses, a.status)
	}
	if fmt.Sprint(statuses) != "[200 400 200]" {
		t.Errorf("answered %v", statuses)
	}
}
