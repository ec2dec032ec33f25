package xcover

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
)

// clientCode is made as a client would.
func clientCode(algorithm, text string) []byte {
	sum := hmac.New(algorithms[algorithm], []byte("efgh"))
	sum.Write([]byte(text))
	return sum.Sum(nil)
}

func clientBase64(sum []byte) string { return url.QueryEscape(base64.StdEncoding.EncodeToString(sum)) }

func TestExplain(t *testing.T) {
	t.Parallel()
	const (
		dateLine = "date: " + newYear
		target   = "(request-target): post /xcover/partners/LLODT/quotes"
		old      = "(request-target): post /xcover/partners/LLODT/quotes/\nhost: api.xcover.com\nx-api-key: abcd"
		said     = `We signed "date: Tue, 01 Jan 2019 00:00:00 GMT". The signature `
		saidMore = `We signed "(request-target): post /xcover/partners/LLODT/quotes/\ndate: Tue, 01 Jan 2019 00:00:00 GMT". The signature `
	)
	sha1 := clientCode("hmac-sha1", dateLine)
	for name, c := range map[string]struct{ algorithm, headers, signature, want string }{
		"right":          {"hmac-sha1", "", clientBase64(sha1), said + "matches."},
		"wrong":          {"hmac-sha1", "", clientBase64([]byte("guessed")), said + "matches none of the usual variants of it: look at the secret first."},
		"no escape":      {"hmac-sha1", "", "%zz", said + "matches none of the usual variants of it: look at the secret first."},
		"algorithm":      {"hmac-sha1", "", clientBase64(clientCode("hmac-sha512", dateLine)), said + "matches with hmac-sha512 as its algorithm."},
		"no algorithm":   {"hs2019", "", clientBase64(sha1), said + "matches with hmac-sha1 as its algorithm."},
		"more headers":   {"hmac-sha1", "", clientBase64(clientCode("hmac-sha1", target+"/\n"+dateLine)), said + `matches with "(request-target) date" as its headers.`},
		"fewer headers":  {"hmac-sha1", "(request-target) date", clientBase64(sha1), saidMore + `matches with "date" as its headers.`},
		"other headers":  {"hmac-sha1", "date", clientBase64(clientCode("hmac-sha1", old)), said + `matches with "(request-target) host x-api-key" as its headers.`},
		"no slash":       {"hmac-sha1", "(request-target) date", clientBase64(clientCode("hmac-sha1", target+"\n"+dateLine)), saidMore + "matches with no slash at the end of the path."},
		"newline":        {"hmac-sha1", "", clientBase64(clientCode("hmac-sha1", dateLine+"\n")), said + "matches with a newline at the end of the string."},
		"padding":        {"hmac-sha1", "", strings.TrimSuffix(clientBase64(sha1), "%3D"), said + "matches with Base64 without its padding."},
		"URL-safe":       {"hmac-sha1", "", base64.URLEncoding.EncodeToString(sha1), said + "matches with URL-safe Base64 in place of the standard one."},
		"URL-safe, bare": {"hmac-sha1", "", base64.RawURLEncoding.EncodeToString(sha1), said + "matches with URL-safe Base64 without padding."},
		"hex":            {"hmac-sha1", "", hex.EncodeToString(sha1), said + "matches with hexadecimal digits in place of Base64."},
		"hex in caps":    {"hmac-sha1", "", strings.ToUpper(hex.EncodeToString(sha1)), said + "matches with hexadecimal digits in place of Base64."},
		"hex in Base64":  {"hmac-sha1", "", clientBase64([]byte(hex.EncodeToString(sha1))), said + "matches with Base64 of hexadecimal digits in place of bytes."},
		"escaped twice":  {"hmac-sha1", "", url.QueryEscape(clientBase64(sha1)), said + "matches with percent-encoding done twice."},
		"all at once": {"hmac-sha1", "", hex.EncodeToString(clientCode("hmac-sha256", target+"\n"+dateLine+"\n")), said +
			`matches with hmac-sha256 as its algorithm, and with "(request-target) date" as its headers, ` +
			"and with no slash at the end of the path, and with a newline at the end of the string, " +
			"and with hexadecimal digits in place of Base64."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := readSignature(t, askedWith(quotesPath, "Date", newYear, "X-Api-Key", "abcd", "Authorization",
				`Signature keyId="abcd",algorithm="`+c.algorithm+`",headers="`+c.headers+`",signature="`+c.signature+`"`))
			got := s.explain("efgh")
			if got != c.want {
				t.Errorf("explained: %s\nwant: %s", got, c.want)
			}
			if s.matches("efgh") != (c.want == said+"matches.") {
				t.Error("matches says otherwise")
			}
			if strings.Contains(got, "efgh") || strings.Contains(got, c.signature) || strings.Contains(got, clientBase64(sha1)) {
				t.Errorf("tells a secret: %s", got)
			}
		})
	}
}

func TestExplainSlashThatIsMissing(t *testing.T) {
	t.Parallel()
	s := readSignature(t, askedWith("/x/opt_out", "Date", newYear, "Authorization",
		`Signature keyId="abcd",algorithm="hmac-sha1",headers="(request-target)",signature="`+
			clientBase64(clientCode("hmac-sha1", "(request-target): post /x/opt_out/"))+`"`))
	const want = `We signed "(request-target): post /x/opt_out". The signature matches with a slash at the end of the path.`
	if got := s.explain("efgh"); got != want {
		t.Errorf("explained: %s", got)
	}
}

func TestExplainWithoutDate(t *testing.T) {
	t.Parallel()
	s := readSignature(t, askedWith(quotesPath, "Authorization",
		`Signature keyId="abcd",algorithm="hmac-sha1",signature="`+clientBase64(clientCode("hmac-sha1", "date: "+newYear))+`"`))
	if got := s.explain("efgh"); !strings.HasPrefix(got, "There was nothing to sign") {
		t.Errorf("explained: %s", got)
	}
}

func TestExplainShortensWhatIsLong(t *testing.T) {
	t.Parallel()
	s := readSignature(t, askedWith("/"+strings.Repeat("a", 5000), "Authorization",
		`Signature keyId="abcd",algorithm="hmac-sha1",headers="(request-target)",signature="x"`))
	if got := s.explain("efgh"); len(got) > 1200 {
		t.Errorf("explained in %d bytes", len(got))
	}
}
