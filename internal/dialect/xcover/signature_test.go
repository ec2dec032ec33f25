package xcover

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

const (
	newYear    = "Tue, 01 Jan 2019 00:00:00 GMT"
	threeLater = "Tue, 01 Jan 2019 00:00:03 GMT"
	quotesPath = "/xcover/partners/LLODT/quotes/"
)

// askedWith is a POST with these headers, given as name and value in turn.
func askedWith(target string, headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, target, http.NoBody)
	r.Host = "api.xcover.com"
	for pair := range slices.Chunk(headers, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	return r
}

func readSignature(t *testing.T, r *http.Request) signed {
	t.Helper()
	s, err := parseSignature(r)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestVectors(t *testing.T) {
	t.Parallel()
	for _, v := range []struct{ secret, date, algorithm, headers, signature string }{
		{"efgh", newYear, "hmac-sha1", "", "N%2BMCbEVhvCMWdhqmtxxva5%2BVHt4%3D"},
		{"efgh", newYear, "hmac-sha256", "", "re5I5Q12X2Hj1gDMO2HuFI8IM7CCsDllpmb2CU3a5XE%3D"},
		{"efgh", newYear, "hmac-sha384", "", "oHy%2Bkn46pWE3fvGcyrXWAu5o%2Bgtl3pKki0UbaxSrQ8PLE1M4%2B0fuu5V0AaQQE10k"},
		{"efgh", newYear, "hmac-sha512", "", "f6RnwuCiDBJiAgi7fbc4cXEeKF%2BPKiIA%2BQbKVHqQmu3KHemhLg2wV5FDceUEbzPurmnqQi5H7W9Ot1om0o7W3A%3D%3D"},
		{"efgh", newYear, "hmac-sha512", "(request-target) date", "3rW1TaH7ILjub8UvAERnt8G4CcGmQi%2FI91OV6IAEwDwHRp4Q8zD2CSKG12guRFx3AiBV4Py5tITZDtgb1vKlgw%3D%3D"},
		{"test_api_secret", "Sun, 29 Aug 2021 12:07:26 GMT", "hmac-sha256", "", "bfxytCfvFqito27v0%2FKcN1jBJsgnCReimKXdAWwoi0k%3D"},
	} {
		t.Run(v.algorithm+" "+v.headers+" "+v.date, func(t *testing.T) {
			t.Parallel()
			s := readSignature(t, askedWith(quotesPath, "Date", v.date, "Authorization",
				`Signature keyId="abcd",algorithm="`+v.algorithm+`",headers="`+v.headers+`",signature="`+v.signature+`"`))
			if !s.matches(v.secret) {
				t.Errorf("does not match: %s", s.explain(v.secret))
			}
			if s.matches(v.secret+"x") || s.matches("") {
				t.Error("matches another secret")
			}
		})
	}
}

// TestClients has a request of every client we know, and of every way to
// write a header that a client may have.
func TestClients(t *testing.T) {
	t.Parallel()
	const (
		sha1   = `keyId="abcd",algorithm="hmac-sha1",signature="N%2BMCbEVhvCMWdhqmtxxva5%2BVHt4%3D"`
		sha512 = `keyId="abcd",algorithm="hmac-sha512",signature="f6RnwuCiDBJiAgi7fbc4cXEeKF%2BPKiIA%2BQbKVHqQmu3KHemhLg2wV5FDceUEbzPurmnqQi5H7W9Ot1om0o7W3A%3D%3D"`
		python = `Signature keyId="abcd",algorithm="hmac-sha512",headers="(request-target) date",signature="3rW1TaH7ILjub8UvAERnt8G4CcGmQi%2FI91OV6IAEwDwHRp4Q8zD2CSKG12guRFx3AiBV4Py5tITZDtgb1vKlgw%3D%3D"`
		old    = `Signature algorithm="hmac-sha256",headers="(request-target) host x-api-key",signature="sW9rll6LZ7rRbjPMQyMFU/988/IA35EzOsE4PDPZWBs="`
	)
	straightened := askedWith(quotesPath, "Date", newYear, "Authorization", python).Clone(t.Context())
	straightened.URL.Path = "/partners/LLODT/quotes"
	byHand := askedWith(quotesPath, "Date", newYear, "Authorization", python)
	byHand.RequestURI = ""

	for name, r := range map[string]*http.Request{
		"Postman, sha1":                  askedWith(quotesPath, "date", newYear, "Authorization", "Signature "+sha1),
		"Postman, sha512":                askedWith(quotesPath, "date", newYear, "X-Api-Key", "abcd", "Authorization", "Signature "+sha512),
		"xcover-php, xcovlib 0.7, Node":  askedWith(quotesPath, "Date", newYear, "X-Api-Key", "abcd", "Authorization", "Signature "+sha512),
		"xcovlib 0.5, slash unescaped":   askedWith(quotesPath, "Date", threeLater, "X-Api-Key", "abcd", "Authorization", `Signature keyId="abcd",algorithm="hmac-sha1",signature="wlW5v/g0ZwTk%2BI4%2Bs87s7k6hH7E%3D"`),
		"xcovlib before 2019":            askedWith(quotesPath, "X-Api-Key", "abcd", "Authorization", old),
		"xcovlib before 2019, with date": askedWith(quotesPath, "Date", newYear, "X-Api-Key", "abcd", "Authorization", old),
		"xcover-python":                  askedWith(quotesPath, "date", newYear, "Authorization", python),
		"xcover-python, sha256":          askedWith(quotesPath, "date", newYear, "Authorization", `Signature keyId="abcd",algorithm="hmac-sha256",headers="(request-target) date",signature="xV0noi0LIMqRy0VLuEAmexHPeLUoM1ES2JZFVA2iOak%3D"`),
		"xcover-python, sha384":          askedWith(quotesPath, "date", newYear, "Authorization", `Signature keyId="abcd",algorithm="hmac-sha384",headers="(request-target) date",signature="iRzNowXh76qzZo7K9Ckamsnh1d6SfVnaGaQE0Vqs3NbBhnO3E8sl%2B62Opt1AemOz"`),
		"xcover-python, other order":     askedWith(quotesPath, "date", newYear, "Authorization", `Signature keyId="abcd",algorithm="hmac-sha512",headers="date (request-target)",signature="H1ud59yq9DL5of1SMtTCrsbp5YiDch0YLKt3Nob5dGrdTXShJwXzaKMzDCBsyF9MkW1%2FwfmLeSETmePu%2F08%2B%2Bg%3D%3D"`),
		"xcover-python, absent header":   askedWith(quotesPath, "date", newYear, "Authorization", strings.Replace(python, " date", " digest date", 1)),
		"xcover-python, header in caps":  askedWith(quotesPath, "date", newYear, "Authorization", strings.Replace(python, " date", " Date", 1)),
		"query is not signed":            askedWith(quotesPath+"?limit=1&offset=a/b", "Date", newYear, "Authorization", python),
		"absolute target":                askedWith("https://api.xcover.com"+quotesPath+"?a=b", "Date", newYear, "Authorization", python),
		"straightened path":              straightened,
		"request made by hand":           byHand,
		".NET, lower-case escapes":       askedWith(quotesPath, "Date", newYear, "Authorization", `Signature keyId="abcd",algorithm="hmac-sha1",signature="N%2bMCbEVhvCMWdhqmtxxva5%2bVHt4%3d"`),
		"nothing escaped":                askedWith(quotesPath, "Date", newYear, "Authorization", `Signature keyId="abcd",algorithm="hmac-sha1",signature="N+MCbEVhvCMWdhqmtxxva5+VHt4="`),
		"browser without Date":           askedWith(quotesPath, "X-Aux-Date", newYear, "Authorization", "Signature "+sha1),
		"Date before X-Aux-Date":         askedWith(quotesPath, "Date", newYear, "X-Aux-Date", threeLater, "Authorization", "Signature "+sha1),
		"small scheme":                   askedWith(quotesPath, "Date", newYear, "Authorization", "signature "+sha1),
		"spaces and another order":       askedWith(quotesPath, "Date", newYear, "Authorization", `Signature  signature = "N%2BMCbEVhvCMWdhqmtxxva5%2BVHt4%3D" , KEYID="abcd",	Algorithm= "HMAC-SHA1", headers="", version="1"`),
		"empty keyId":                    askedWith(quotesPath, "Date", newYear, "X-Api-Key", "abcd", "Authorization", "Signature "+strings.Replace(sha1, "abcd", "", 1)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := readSignature(t, r)
			if s.keyID != "abcd" {
				t.Errorf("key %q", s.keyID)
			}
			if !s.matches("efgh") {
				t.Errorf("does not match: %s", s.explain("efgh"))
			}
			if s.matches("EFGH") {
				t.Error("matches another secret")
			}
		})
	}
}

func TestWhatWasSigned(t *testing.T) {
	t.Parallel()
	const start = `Signature keyId="abcd",algorithm="hmac-sha1",signature="x",headers=`
	for headers, want := range map[string]string{
		"":                                 "date: " + newYear,
		"date":                             "date: " + newYear,
		"(request-target)":                 "(request-target): post /x/a%2Fb/c%20d",
		"host (request-target) x-api-key":  "host: api.xcover.com\n(request-target): post /x/a%2Fb/c%20d\nx-api-key: abcd",
		"digest":                           "",
		"Digest DATE":                      "date: " + newYear,
		"x-forwarded-for  content-type   ": "x-forwarded-for: a, b\ncontent-type: application/json",
	} {
		t.Run(headers, func(t *testing.T) {
			t.Parallel()
			r := askedWith("/x/a%2Fb/c%20d?e=f", "Date", newYear, "X-Api-Key", "abcd",
				"Content-Type", "application/json", "X-Forwarded-For", "a", "Authorization", start+`"`+headers+`"`)
			r.Header.Add("X-Forwarded-For", "b")
			if got := readSignature(t, r).text(); got != want {
				t.Errorf("signed %q, want %q", got, want)
			}
		})
	}
}

func TestAbsentHostIsNotSigned(t *testing.T) {
	t.Parallel()
	r := askedWith(quotesPath, "Authorization", `Signature keyId="abcd",headers="host",signature="x"`)
	r.Host = ""
	if got := readSignature(t, r).text(); got != "" {
		t.Errorf("signed %q", got)
	}
}

func TestPathOfTheRequestTarget(t *testing.T) {
	t.Parallel()
	for uri, want := range map[string]string{
		"/":                                   "/",
		"/x//quotes/../":                      "/x//quotes/../",
		"/x/a?u=https://b/c":                  "/x/a",
		"http://api.xcover.com":               "/",
		"http://api.xcover.com?a=/b":          "/",
		"https://api.xcover.com/x/a%2fb/?c=d": "/x/a%2fb/",
		"/x/https://api.xcover.com/y":         "/x/https://api.xcover.com/y",
		"*":                                   "*",
	} {
		t.Run(uri, func(t *testing.T) {
			t.Parallel()
			if got := signedPath(&http.Request{RequestURI: uri, URL: &url.URL{}}); got != want {
				t.Errorf("signed %q, want %q", got, want)
			}
		})
	}
}

func TestWhatIsNoSignature(t *testing.T) {
	t.Parallel()
	const rest = `algorithm="hmac-sha1",signature="x"`
	for name, c := range map[string]struct{ authorization, key, want string }{
		"nothing":             {"", "", "is missing, or is no Signature"},
		"another scheme":      {"Basic YWJjZDplZmdo", "abcd", "is missing, or is no Signature"},
		"longer word":         {`Signatures keyId="abcd",` + rest, "", "is missing, or is no Signature"},
		"scheme alone":        {"Signature", "abcd", "no list"},
		"not quoted":          {`Signature keyId=abcd,` + rest, "", "no list"},
		"quote left open":     {`Signature ` + rest + `,keyId="abcd`, "", "no list"},
		"text between":        {`Signature keyId="abcd" x,` + rest, "", "no list"},
		"comma at the end":    {`Signature keyId="abcd",` + rest + ",", "", "no list"},
		"key twice":           {`Signature keyId="abcd",KeyID="abcd",` + rest, "", "different"},
		"no key":              {"Signature " + rest, "", "the API key is missing"},
		"two keys":            {`Signature keyId="abcd",` + rest, "ABCD", "keyId and X-Api-Key differ"},
		"key with NUL":        {"Signature keyId=\"ab\x00cd\"," + rest, "", "the API key is malformed"},
		"key that is no text": {"Signature keyId=\"ab\xffcd\"," + rest, "", "the API key is malformed"},
		"key without end":     {`Signature keyId="` + strings.Repeat("a", 257) + `",` + rest, "", "the API key is malformed"},
		"no signature":        {`Signature keyId="abcd",algorithm="hmac-sha1"`, "", "the signature is missing"},
		"empty signature":     {`Signature keyId="abcd",algorithm="hmac-sha1",signature=""`, "", "the signature is missing"},
		"signs itself":        {`Signature keyId="abcd",headers="date Authorization",` + rest, "", "cannot sign itself"},
		"header twice":        {`Signature keyId="abcd",headers="date host Date",` + rest, "", "one of them twice"},
		"many headers":        {`Signature keyId="abcd",headers="` + manyNames(33) + `",` + rest, "", "too many"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := askedWith(quotesPath, "Date", newYear, "Authorization", c.authorization)
			if c.key != "" {
				r.Header.Set("X-Api-Key", c.key)
			}
			s, err := parseSignature(r)
			if insurance.CodeOf(err) != insurance.CodeUnauthenticated || !strings.Contains(err.Error(), c.want) {
				t.Errorf("parsed %+v with error %v, want %q", s, err, c.want)
			}
		})
	}
	readSignature(t, askedWith(quotesPath, "Authorization", `Signature keyId="`+strings.Repeat("a", 256)+`",headers="`+manyNames(32)+`",`+rest))
}

func manyNames(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = "x-" + strings.Repeat("a", i)
	}
	return strings.Join(names, " ")
}

// TestNothingSignedNeverMatches, for one such signature would open every
// request for ever.
func TestNothingSignedNeverMatches(t *testing.T) {
	t.Parallel()
	empty := hmac.New(sha256.New, []byte("efgh")).Sum(nil)
	s := readSignature(t, askedWith(quotesPath, "Authorization", `Signature keyId="abcd",algorithm="hmac-sha256",headers="digest",signature="`+
		url.QueryEscape(base64.StdEncoding.EncodeToString(empty))+`"`))
	if s.matches("efgh") {
		t.Error("a signature over nothing matches")
	}
}

func TestDateCountsOnlyWhenSigned(t *testing.T) {
	t.Parallel()
	const rest = `",signature="x"`
	for headers, want := range map[string]string{"": newYear, "(request-target) date": newYear, "(request-target)": ""} {
		s := readSignature(t, askedWith(quotesPath, "Date", newYear, "Authorization", `Signature keyId="abcd",headers="`+headers+rest))
		if got := s.date(); got != want {
			t.Errorf("headers %q: date %q, want %q", headers, got, want)
		}
	}
}

func TestAllowsAlgorithm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		list, token string
		want        bool
	}{
		{"", "hmac-sha1", true},
		{" ", "HMAC-SHA384", true},
		{"", "hmac-md5", false},
		{"", "", false},
		{"hmac-md5", "hmac-md5", false},
		{"hmac-sha512,hmac-sha256", "hmac-sha512", true},
		{"hmac-sha512, HMAC-SHA256", "hmac-Sha256", true},
		{"hmac-sha512,hmac-sha256", "hmac-sha1", false},
		{"hmac-sha512", "hmac-sha5", false},
	} {
		if got := allowsAlgorithm(c.list, c.token); got != c.want {
			t.Errorf("allowsAlgorithm(%q, %q) = %t", c.list, c.token, got)
		}
	}
}

func TestWithinSkew(t *testing.T) {
	t.Parallel()
	now := time.Date(2019, time.January, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		date   string
		window time.Duration
		want   bool
	}{
		{"", 0, true},
		{"yesterday", 0, true},
		{"", time.Hour, false},
		{"yesterday", 24 * time.Hour, false},
		{"Tue, 01 Jan 2019 11:00:00 GMT", time.Hour, true},
		{"Tue, 01 Jan 2019 13:00:00 GMT", time.Hour, true},
		{"Tue, 01 Jan 2019 10:59:59 GMT", time.Hour, false},
		{"Tue, 01 Jan 2019 13:00:01 GMT", time.Hour, false},
		{"Tue, 01 Jan 2019 23:00:00 +1100", time.Minute, true},
		{"Tue, 01 Jan 2019 12:00:00 +1100", time.Minute, false},
		{"Tuesday, 01-Jan-19 12:00:00 GMT", time.Minute, true},
		{"Tue Jan  1 12:00:00 2019", time.Minute, true},
		{"Mon, 01 Jan 0001 00:00:00 GMT", 300 * 24 * time.Hour, false},
	} {
		if got := withinSkew(c.date, now, c.window); got != c.want {
			t.Errorf("withinSkew(%q, now, %s) = %t", c.date, c.window, got)
		}
	}
}

func TestSignOutgoing(t *testing.T) {
	t.Parallel()
	at := time.Date(2019, time.March, 7, 6, 6, 7, 999_999_000, time.FixedZone("", 3600))
	for algorithm, want := range map[string]string{
		"hmac-sha256": `Signature keyId="hook",algorithm="hmac-sha256",signature="1%2FPlsoEJ%2F9xYMhjF%2FbTMV65hi47kE00JzT3hsGKvVDE%3D"`,
		"":            `Signature keyId="hook",algorithm="hmac-sha256",signature="1%2FPlsoEJ%2F9xYMhjF%2FbTMV65hi47kE00JzT3hsGKvVDE%3D"`,
		"hmac-md5":    `Signature keyId="hook",algorithm="hmac-sha256",signature="1%2FPlsoEJ%2F9xYMhjF%2FbTMV65hi47kE00JzT3hsGKvVDE%3D"`,
		"hmac-sha1":   `Signature keyId="hook",algorithm="hmac-sha1",signature="hX2ORx6%2Bao%2BC7Rl39HVb26a4t9M%3D"`,
	} {
		authorization, date := signOutgoing("hook", "hook secret", algorithm, at)
		if authorization != want || date != "Thu, 07 Mar 2019 05:06:07 GMT" {
			t.Errorf("%q: %s at %s", algorithm, authorization, date)
		}
	}
}

// TestReceiverVerifies checks a webhook as its receivers were shown to: split
// at commas and at the first equals sign, trim nothing but the quotesPath.
func TestReceiverVerifies(t *testing.T) {
	t.Parallel()
	authorization, date := signOutgoing("hook", "hook secret", "hmac-sha256", time.Date(2019, time.March, 7, 5, 6, 7, 0, time.UTC))
	fields := make(map[string]string)
	for part := range strings.SplitSeq(strings.TrimPrefix(authorization, "Signature "), ",") {
		key, value, _ := strings.Cut(part, "=")
		fields[key] = strings.Trim(value, `"`)
	}
	signature, err := url.QueryUnescape(fields["signature"])
	if err != nil {
		t.Fatal(err)
	}
	code := hmac.New(sha256.New, []byte("hook secret"))
	code.Write([]byte("date: " + date))
	if fields["keyId"] != "hook" || fields["algorithm"] != "hmac-sha256" || signature != base64.StdEncoding.EncodeToString(code.Sum(nil)) {
		t.Errorf("%s does not verify", authorization)
	}
}

// TestOwnSignatureIsRead has both ends agree for every algorithm.
func TestOwnSignatureIsRead(t *testing.T) {
	t.Parallel()
	for algorithm := range algorithms {
		authorization, date := signOutgoing("abcd", "efgh", algorithm, time.Date(2026, time.May, 4, 3, 2, 1, 0, time.UTC))
		s := readSignature(t, askedWith(quotesPath, "Date", date, "X-Api-Key", "abcd", "Authorization", authorization))
		if s.algorithm != algorithm || !s.matches("efgh") {
			t.Errorf("%s: %s", algorithm, s.explain("efgh"))
		}
	}
}

func FuzzParseSignature(f *testing.F) {
	f.Add(`Signature keyId="abcd",algorithm="hmac-sha1",signature="N%2BMCbEVhvCMWdhqmtxxva5%2BVHt4%3D"`, quotesPath)
	f.Add(`signature headers="(request-target) host x-api-key" , signature="a/b+c=",algorithm="HMAC-SHA512"`, "http://a/b?c")
	f.Add(`Signature keyId="",headers="date date",signature="%"`, "*")
	f.Fuzz(func(t *testing.T, authorization, uri string) {
		r := &http.Request{
			Method: http.MethodPost, RequestURI: uri, URL: &url.URL{Path: "/"}, Host: "api.xcover.com",
			Header: http.Header{"Authorization": {authorization}, "Date": {newYear}, "X-Api-Key": {"abcd"}},
		}
		s, err := parseSignature(r)
		if err != nil {
			if insurance.CodeOf(err) != insurance.CodeUnauthenticated {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		if s.keyID != "abcd" || s.signature == "" || len(s.headers) == 0 || strings.Contains(s.path, "?") {
			t.Fatalf("parsed %+v", s)
		}
		// Whoever does not know the secret cannot have signed.
		const secret = "a secret that nobody can guess"
		if s.matches(secret) || strings.Contains(s.explain(secret), secret) {
			t.Fatalf("%q matches or tells", authorization)
		}
	})
}
