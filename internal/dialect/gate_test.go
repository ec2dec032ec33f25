package dialect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/insurance"
)

func detailOf(refusal *insurance.Error) string {
	if refusal == nil {
		return ""
	}
	return refusal.Problems[0].Detail
}

func TestGatePasses(t *testing.T) {
	t.Parallel()
	bodies := map[string]string{
		"object":             `{"a":1}`,
		"array":              `[{"a":1},{"a":2}]`,
		"scalar":             `5`,
		"space around":       " \r\n\t{} \n",
		"surrogate pair":     `{"a":"\ud83d\ude00"}`,
		"spelled backslash":  `{"a":"\\u0000"}`,
		"backslash and more": `{"a":"\\\\\\u0000\\"}`,
		"other control":      `{"a":"\u0001"}`,
		"case differs":       `{"a":1,"A":2}`,
		"same key elsewhere": `{"a":{"a":1},"b":{"a":1},"c":[{"a":1},{"a":1}]}`,
		"longest number":     `[` + strings.Repeat("1", 64) + `]`,
		"deepest":            strings.Repeat("[", 32) + strings.Repeat("]", 32),
		"most keys":          objectOf(10_000),
		"long string":        `"` + strings.Repeat("ä", 1<<19) + `"`,
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if refusal := Gate([]byte(body), GateLimits{}); refusal != nil {
				t.Fatalf("refused: %v", refusal)
			}
		})
	}
}

func TestGateRefuses(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, body, want string }{
		{"empty", "", "is empty"},
		{"only space", " \n", "is empty"},
		{"byte order mark", "\xef\xbb\xbf{}", "begins with a byte order mark, which JSON does not allow"},
		{"UTF-16", "{\x00}\x00", "has a NUL at byte 1"},
		{"Latin-1", "{\"a\":\"\xe4\"}", "is not UTF-8 at byte 6"},
		{"overlong", "[\"\xc0\x80\"]", "is not UTF-8 at byte 2"},
		{"surrogate as bytes", "[\"\xed\xa0\x80\"]", "is not UTF-8 at byte 2"},
		{"NUL", "[\"a\x00\"]", "has a NUL at byte 3"},
		{"escaped NUL", `{"a":["","x\u0000"]}`, "has an escaped NUL at /a/1"},
		{"escaped NUL after backslash", `["\\\u0000"]`, "has an escaped NUL at /0"},
		{"escaped NUL in key", `{"x\u0000":1}`, "has an escaped NUL at /x?"},
		{"high surrogate", `{"a":"xy\ud800z"}`, "has a lone surrogate at byte 8 at /a"},
		{"high surrogate at end", `{"a":"\uD83D"}`, "has a lone surrogate at byte 6 at /a"},
		{"low surrogate", `{"a":"\udc00"}`, "has a lone surrogate at byte 6 at /a"},
		{"two high surrogates", `["\ud800\ud800"]`, "has a lone surrogate at byte 2 at /0"},
		{"surrogate in key", `{"\udfff":1}`, "has a lone surrogate at byte 2"},
		{"bad escape", `["\x41"]`, "is not well-formed JSON at byte 2 at /0"},
		{"bad hex", `["\ud8zz"]`, "is not well-formed JSON at byte 2 at /0"},
		{"repeated key", `{"a":{"b":1,"b":2}}`, "repeats a key at /a/b"},
		{"repeated key, escaped", `{"a":1,"\u0061":2}`, "repeats a key at /a"},
		{"second document", `{"a":1} {"b":2}`, "goes on after the end of its JSON document at byte 8"},
		{"rubbish after", `[]]`, "goes on after the end of its JSON document at byte 2"},
		{"scalars", `1 2`, "goes on after the end of its JSON document at byte 2"},
		{"cut off", `{"a":`, "ends before its JSON document does"},
		{"cut off in string", `{"a":"b`, "ends before its JSON document does"},
		{"cut off in array", `[1,`, "ends before its JSON document does"},
		{"comma too many", `[1,]`, "is not well-formed JSON at byte 2"},
		{"wrong closing", `{"a":[1}}`, "is not well-formed JSON at byte 7 at /a"},
		{"number as key", `{1:2}`, "is not well-formed JSON at byte 1"},
		{"no value", `{"a"}`, "is not well-formed JSON at byte 4 at /a"},
		{"NaN", `[NaN]`, "is not well-formed JSON at byte 1 at /0"},
		{"leading zero", `[01]`, "is not well-formed JSON at byte 2"},
		{"comment", `[1/**/]`, "is not well-formed JSON at byte 2"},
		{"form", `a=1&b=2`, "is not well-formed JSON at byte 0"},
		{"long number", `{"p":` + strings.Repeat("1", 65) + `}`, "has a number of more than 64 characters at /p"},
		{"long exponent", `[1e` + strings.Repeat("0", 63) + `]`, "has a number of more than 64 characters at /0"},
		{"too deep", strings.Repeat("[", 33), "nests deeper than 32 levels at " + strings.Repeat("/0", 31)},
		{"too many keys", objectOf(10_001), "has more than 10000 keys at /k10000"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			refusal := Gate([]byte(c.body), GateLimits{})
			if got := detailOf(refusal); got != c.want {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			if refusal.Code != insurance.CodeInvalid || refusal.Problems[0].Field != insurance.FieldBody {
				t.Fatalf("refused as %s about %s", refusal.Code, refusal.Problems[0].Field)
			}
		})
	}
}

func TestGateFoldsKeys(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, body, want string }{
		{"other case", `{"x":[{"contract":1,"Contract":2}]}`, "repeats a key, upper and lower case counting as one, at /x/0/Contract"},
		{"same case", `{"a":1,"a":2}`, "repeats a key at /a"},
		{"umlaut", `{"ä":1,"Ä":2}`, "repeats a key, upper and lower case counting as one, at /Ä"},
		{"kelvin sign", `{"k":1,"\u212a":2}`, "repeats a key, upper and lower case counting as one, at /\u212a"},
		{"long s", `{"\u017f":1,"S":2}`, "repeats a key, upper and lower case counting as one, at /S"},
		{"after an inner object", `{"a":{"b":1},"A":2}`, "repeats a key, upper and lower case counting as one, at /A"},
		{"after an inner array", `{"a":[[]],"A":2}`, "repeats a key, upper and lower case counting as one, at /A"},
		{"in another object", `{"a":{"A":1},"b":[{"A":1},{"a":1}]}`, ""},
		{"underscore is no case", `{"ab":1,"a_b":2}`, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := detailOf(Gate([]byte(c.body), GateLimits{FoldKeys: true})); got != c.want {
				t.Fatalf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestGateLimitsAreAsked(t *testing.T) {
	t.Parallel()
	limits := GateLimits{Depth: 2, Keys: 2, Digits: 3}
	cases := []struct{ body, want string }{
		{`[[123]]`, ""},
		{`[[[]]]`, "nests deeper than 2 levels at /0"},
		{`[1234]`, "has a number of more than 3 characters at /0"},
		{`[{"a":1},{"b":1},{"c":1}]`, "has more than 2 keys at /2/c"},
	}
	for _, c := range cases {
		if got := detailOf(Gate([]byte(c.body), limits)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.body, got, c.want)
		}
	}
}

// Keys are the sender's text: what is shown of them is short and printable.
func TestGateCutsKeys(t *testing.T) {
	t.Parallel()
	key := "a\u202e\n" + strings.Repeat("x", 100)
	body, err := json.Marshal(map[string]any{key: json.RawMessage(strings.Repeat("9", 65))})
	if err != nil {
		t.Fatal(err)
	}
	want := "has a number of more than 64 characters at /a??" + strings.Repeat("x", 37) + "…"
	if got := detailOf(Gate(body, GateLimits{})); got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
}

func TestGateNeverQuotesValues(t *testing.T) {
	t.Parallel()
	bodies := []string{
		`{"a":"Mustermann\ud800"}`, `{"a":"Mustermann\q"}`, `{"a":Mustermann}`, `{"a":"Mustermann\u0000"}`,
		`{"a":"Mustermann`, `{"a":"Mustermann"]`, `{"a":1} Mustermann`, `["Mustermann":1]`, `Mustermann`,
	}
	for _, body := range bodies {
		got := detailOf(Gate([]byte(body), GateLimits{}))
		if got == "" || strings.Contains(got, "Muster") {
			t.Errorf("%s: %q", body, got)
		}
	}
}

func TestGateLeavesBodyAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		before := bytes.Clone(body)
		_ = Gate(body, GateLimits{FoldKeys: true})
		if !bytes.Equal(before, body) {
			t.Fatalf("body became %q", body)
		}
	})
}

// Whatever passes means one thing only, to every decoder, within the limits.
func FuzzGate(f *testing.F) {
	for _, seed := range []string{
		`{"policyHolder":{"firstName":"Ada"},"Contract":[{"price":"0.30"}]}`, `[{"a":-1.5e+3},null,true]`,
		`{"a":1,"A":2}`, `{"a":"\ud83d\ude00"}`, `{"a":"\ud800"}`, `{"a":"\u0000"}`, "\xef\xbb\xbf{}", `[[[[`, `{"a":1}{}`, "",
	} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	limits := GateLimits{Depth: 5, Keys: 20, Digits: 10}
	f.Fuzz(func(t *testing.T, body []byte, fold bool) {
		limits := limits
		limits.FoldKeys = fold
		if refusal := Gate(body, limits); refusal != nil {
			checkRefusal(t, refusal)
			return
		}
		seen := readStrictly(t, body)
		if seen.depth > limits.Depth || seen.keys > limits.Keys {
			t.Fatalf("passed with %+v", seen)
		}
	})
}

func checkRefusal(t *testing.T, refusal *insurance.Error) {
	t.Helper()
	detail := detailOf(refusal)
	if refusal.Code != insurance.CodeInvalid || detail == "" || len(detail) > 1000 || !utf8.ValidString(detail) {
		t.Fatalf("refused as %s with %q", refusal.Code, detail)
	}
}

type extent struct{ depth, keys int }

// readStrictly reads body with encoding/json, which shares no code with the
// gate, and fails on anything that the gate promises to refuse.
func readStrictly(t *testing.T, body []byte) extent {
	t.Helper()
	if !json.Valid(body) || !utf8.Valid(body) {
		t.Fatalf("passed, but is not JSON")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var seen extent
	for depth := 0; ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch value := token.(type) {
		case json.Delim:
			depth += map[json.Delim]int{'{': 1, '[': 1, '}': -1, ']': -1}[value]
			seen.depth = max(seen.depth, depth)
		case string:
			if strings.ContainsRune(value, 0) {
				t.Fatal("passed with NUL")
			}
		case json.Number:
			if len(value) > 10 {
				t.Fatal("passed with a long number")
			}
		}
	}
	var tree any
	if err := json.Unmarshal(body, &tree); err == nil {
		seen.keys = countKeys(tree)
	}
	return seen
}

func countKeys(tree any) int {
	count := 0
	switch node := tree.(type) {
	case map[string]any:
		for _, child := range node {
			count += 1 + countKeys(child)
		}
	case []any:
		for _, child := range node {
			count += countKeys(child)
		}
	}
	return count
}

func objectOf(keys int) string {
	var body strings.Builder
	for i := range keys {
		fmt.Fprintf(&body, `,"k%d":1`, i)
	}
	return "{" + body.String()[1:] + "}"
}

// BenchmarkGate takes bodies of 1 MiB that are dear in one way each.
func BenchmarkGate(b *testing.B) {
	const size = 1 << 20
	bodies := map[string]string{
		"numbers":   "[" + strings.Repeat("1,", size/2-2) + "1]",
		"string":    `"` + strings.Repeat("a", size) + `"`,
		"escapes":   `"` + strings.Repeat(`\\`, size/2) + `"`,
		"number":    strings.Repeat("1", size),
		"long keys": `{"` + strings.Repeat("K", size/2) + `":1,"` + strings.Repeat("k", size/2) + `":1}`,
		"objects":   "[" + strings.Repeat(`{"a":1},`, size/8-2) + "1]",
		"keys":      objectOf(size / 10),
		"deep":      strings.Repeat("[", size),
	}
	for name, body := range bodies {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_ = Gate([]byte(body), GateLimits{FoldKeys: true})
			}
		})
	}
}
