package xcover

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// variant is a signature that a client could have made by mistake, with the
// mistakes that lead to it.
type variant struct {
	signed
	ending   string
	mistakes []string
}

// usualHeaders are those that the known clients sign.
var usualHeaders = []string{"date", requestTarget + " date", requestTarget + " host x-api-key"}

// spellings are the ways in which a code is written, the right one first.
var spellings = []struct {
	mistake string
	write   func([]byte) string
}{
	{"", base64.StdEncoding.EncodeToString},
	{"Base64 without its padding", base64.RawStdEncoding.EncodeToString},
	{"URL-safe Base64 in place of the standard one", base64.URLEncoding.EncodeToString},
	{"URL-safe Base64 without padding", base64.RawURLEncoding.EncodeToString},
	{"hexadecimal digits in place of Base64", hex.EncodeToString},
	{"hexadecimal digits in place of Base64", func(sum []byte) string { return strings.ToUpper(hex.EncodeToString(sum)) }},
	{"Base64 of hexadecimal digits in place of bytes", func(sum []byte) string {
		return base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString(sum)))
	}},
	{"percent-encoding done twice", func(sum []byte) string {
		return url.QueryEscape(base64.StdEncoding.EncodeToString(sum))
	}},
}

// explain says what we signed and which mistake would have led to the
// signature that was sent. It is for a sandbox: whoever reads it learns no
// signature and no secret, but whether a guess of the secret was right.
func (s signed) explain(secret string) string {
	text := s.text()
	if text == "" {
		return "There was nothing to sign: the request has none of the headers that are signed, such as Date."
	}
	mistakes, found := s.mistakes(secret)
	switch {
	case !found:
		return fmt.Sprintf("We signed %.1000q. The signature matches none of the usual variants of it: look at the secret first.", text)
	case len(mistakes) == 0:
		return fmt.Sprintf("We signed %.1000q. The signature matches.", text)
	}
	return fmt.Sprintf("We signed %.1000q. The signature matches with %s.", text, strings.Join(mistakes, ", and with "))
}

func (s signed) mistakes(secret string) (mistakes []string, found bool) {
	for _, v := range s.variants() {
		sum, ok := mac(v.algorithm, secret, v.text()+v.ending)
		if !ok {
			continue
		}
		for _, spelling := range spellings {
			switch {
			case !v.isWritten(spelling.write(sum)):
			case spelling.mistake == "":
				return v.mistakes, true
			default:
				return append(v.mistakes, spelling.mistake), true
			}
		}
	}
	return nil, false
}

// variants are all combinations, those with a mistake after the one without.
func (s signed) variants() []variant {
	all := []variant{{signed: s}}
	for _, others := range []func(variant) []variant{
		variant.otherAlgorithms, variant.otherHeaders, variant.otherSlash, variant.otherEnding,
	} {
		for _, v := range slices.Clone(all) {
			all = append(all, others(v)...)
		}
	}
	return all
}

// by is a variant with one more mistake.
func (v variant) by(mistake string) variant {
	v.mistakes = append(slices.Clip(v.mistakes), mistake)
	return v
}

func (v variant) otherAlgorithms() []variant {
	var others []variant
	for _, algorithm := range slices.Sorted(maps.Keys(algorithms)) {
		if algorithm != v.algorithm {
			other := v.by(algorithm + " as its algorithm")
			other.algorithm = algorithm
			others = append(others, other)
		}
	}
	return others
}

func (v variant) otherHeaders() []variant {
	var others []variant
	for _, names := range usualHeaders {
		other := v.by(fmt.Sprintf("%q as its headers", names))
		other.headers = strings.Fields(names)
		others = append(others, other)
	}
	return others
}

func (v variant) otherSlash() []variant {
	path, slash := strings.CutSuffix(v.path, "/")
	other := v.by("no slash at the end of the path")
	if !slash {
		path += "/"
		other = v.by("a slash at the end of the path")
	}
	other.path = path
	return []variant{other}
}

func (v variant) otherEnding() []variant {
	other := v.by("a newline at the end of the string")
	other.ending = "\n"
	return []variant{other}
}
