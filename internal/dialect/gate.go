package dialect

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/covernote/covernote/internal/insurance"
)

// What a body may hold where GateLimits does not say otherwise.
const (
	defaultDepth  = 32
	defaultKeys   = 10_000
	defaultDigits = 64
)

// GateLimits bounds what one request body may ask of a decoder. A number of
// zero stands for its default. Strings need no bound of their own: they are
// as short as the body, whose size is capped before it is read.
type GateLimits struct {
	// Depth is how many objects and arrays may stand within each other; 32.
	Depth int
	// Keys is how many members all objects may have together; 10,000.
	Keys int
	// Digits is how many characters a number may have; 64.
	Digits int
	// FoldKeys makes keys that differ in case only count as the same, for
	// partners whose keys are matched without regard to case. The folding is
	// that of encoding/json and strings.EqualFold.
	FoldKeys bool
}

func (l GateLimits) withDefaults() GateLimits {
	l.Depth = cmp.Or(l.Depth, defaultDepth)
	l.Keys = cmp.Or(l.Keys, defaultKeys)
	l.Digits = cmp.Or(l.Digits, defaultDigits)
	return l
}

// Gate says whether body may be shown to a decoder: nil, or a refusal of
// CodeInvalid about FieldBody whose detail names what is wrong and where, and
// never quotes a value.
//
// What passes is exactly one JSON document in valid UTF-8 without byte order
// mark, without NUL in any spelling (PostgreSQL's text refuses it), without
// lone surrogates and repeated keys (decoders disagree on both), and within
// limits. Gate reads body once, in linear time, and builds no tree.
func Gate(body []byte, limits GateLimits) *insurance.Error {
	if refusal := checkText(body); refusal != nil {
		return refusal
	}
	g := gate{
		body:   body,
		limits: limits.withDefaults(),
		tokens: jsontext.NewDecoder(bytes.NewBuffer(body)),
	}
	return g.walk()
}

const (
	whitespace    = " \t\r\n"
	byteOrderMark = "\xef\xbb\xbf"
)

// checkText looks at body as text, before it is looked at as JSON.
func checkText(body []byte) *insurance.Error {
	if len(bytes.TrimLeft(body, whitespace)) == 0 {
		return refuseBody("is empty")
	}
	if bytes.HasPrefix(body, []byte(byteOrderMark)) {
		return refuseBody("begins with a byte order mark, which JSON does not allow")
	}
	if at := bytes.IndexByte(body, 0); at >= 0 {
		return refuseBody("has a NUL at byte %d", at)
	}
	if at := invalidUTF8(body); at >= 0 {
		return refuseBody("is not UTF-8 at byte %d", at)
	}
	return nil
}

// invalidUTF8 gives the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(body []byte) int {
	if utf8.Valid(body) {
		return -1
	}
	at := 0
	for at < len(body) {
		r, size := utf8.DecodeRune(body[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}

// gate is one walk over the tokens of a body.
type gate struct {
	body   []byte
	limits GateLimits
	tokens *jsontext.Decoder
	keys   int
	// folded holds the keys seen, folded, of every open object; nil for
	// arrays. It is only kept if limits.FoldKeys.
	folded []map[string]struct{}
}

func (g *gate) walk() *insurance.Error {
	for {
		if refusal := g.step(); refusal != nil {
			return refusal
		}
		if g.tokens.StackDepth() == 0 {
			return g.checkEnd()
		}
	}
}

func (g *gate) step() *insurance.Error {
	switch kind := g.tokens.PeekKind(); kind {
	case '{', '[':
		return g.open(kind)
	case '}', ']':
		return g.close()
	default:
		return g.scalar(kind)
	}
}

func (g *gate) open(kind jsontext.Kind) *insurance.Error {
	if g.tokens.StackDepth() == g.limits.Depth {
		return refuseBody("nests deeper than %d levels%s", g.limits.Depth, place(g.tokens.StackPointer()))
	}
	if _, err := g.tokens.ReadToken(); err != nil {
		return g.malformed(err)
	}
	if !g.limits.FoldKeys {
		return nil
	}
	var names map[string]struct{}
	if kind == '{' {
		names = make(map[string]struct{})
	}
	g.folded = append(g.folded, names)
	return nil
}

func (g *gate) close() *insurance.Error {
	if _, err := g.tokens.ReadToken(); err != nil {
		return g.malformed(err)
	}
	if g.limits.FoldKeys {
		g.folded = g.folded[:len(g.folded)-1]
	}
	return nil
}

// scalar takes a key, a string, a number, a literal, or whatever else stands
// where one of these should.
func (g *gate) scalar(kind jsontext.Kind) *insurance.Error {
	isKey := g.atKey()
	raw, err := g.tokens.ReadValue()
	switch {
	case err != nil:
		return g.malformed(err)
	case kind == '0' && len(raw) > g.limits.Digits:
		return refuseBody("has a number of more than %d characters%s", g.limits.Digits, g.here())
	case kind == '"' && escapesNUL(raw):
		return refuseBody("has an escaped NUL%s", g.here())
	case isKey:
		return g.key(raw)
	}
	return nil
}

// atKey tells whether the next token is the key of a member: an object
// counts its keys and values alike, so it is at every even one.
func (g *gate) atKey() bool {
	kind, length := g.tokens.StackIndex(g.tokens.StackDepth())
	return kind == '{' && length%2 == 0
}

func (g *gate) key(raw jsontext.Value) *insurance.Error {
	if g.keys++; g.keys > g.limits.Keys {
		return refuseBody("has more than %d keys%s", g.limits.Keys, g.here())
	}
	if !g.limits.FoldKeys {
		return nil
	}
	name, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return g.malformed(err)
	}
	names, folded := g.folded[len(g.folded)-1], strings.Map(foldRune, string(name))
	if _, seen := names[folded]; seen {
		return refuseBody("repeats a key, upper and lower case counting as one,%s", g.here())
	}
	names[folded] = struct{}{}
	return nil
}

// foldRune gives the smallest of all runes that differ from r in case only.
func foldRune(r rune) rune {
	for {
		next := unicode.SimpleFold(r)
		if next <= r {
			return next
		}
		r = next
	}
}

// escapesNUL finds \u0000 in a well-formed JSON string. Escapes are taken
// from the left, so that the six characters of "\\u0000" are not mistaken.
func escapesNUL(raw []byte) bool {
	for {
		at := bytes.IndexByte(raw, '\\')
		if at < 0 {
			return false
		}
		raw = raw[at:]
		if bytes.HasPrefix(raw, []byte(`\u0000`)) {
			return true
		}
		raw = raw[2:]
	}
}

func (g *gate) checkEnd() *insurance.Error {
	rest := bytes.TrimLeft(g.tokens.UnreadBuffer(), whitespace)
	if len(rest) > 0 {
		return refuseBody("goes on after the end of its JSON document at byte %d", len(g.body)-len(rest))
	}
	return nil
}

// malformed says in our own words what the tokenizer met: its own would
// quote the body.
func (g *gate) malformed(err error) *insurance.Error {
	syntax, ok := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case !ok, errors.Is(err, io.ErrUnexpectedEOF):
		return refuseBody("ends before its JSON document does")
	case errors.Is(err, jsontext.ErrDuplicateName):
		return refuseBody("repeats a key%s", place(syntax.JSONPointer))
	case g.isSurrogate(syntax.ByteOffset):
		return refuseBody("has a lone surrogate at byte %d%s", syntax.ByteOffset, place(syntax.JSONPointer))
	default:
		return refuseBody("is not well-formed JSON at byte %d%s", syntax.ByteOffset, place(syntax.JSONPointer))
	}
}

// isSurrogate tells whether the escape of a UTF-16 surrogate stands at offset.
func (g *gate) isSurrogate(offset int64) bool {
	escape, found := bytes.CutPrefix(g.body[offset:], []byte(`\u`))
	if !found || len(escape) < 4 {
		return false
	}
	unit, err := strconv.ParseUint(string(escape[:4]), 16, 16)
	return err == nil && utf16.IsSurrogate(rune(unit))
}

func (g *gate) here() string { return place(g.tokens.StackPointer()) }

// shownOfKey is how many characters of a key an error text may hold.
const shownOfKey = 40

// place writes where in the document something is, with every key cut short
// and kept printable, since keys are the sender's text too.
func place(pointer jsontext.Pointer) string {
	if pointer == "" {
		return ""
	}
	var path strings.Builder
	for key := range pointer.Tokens() {
		path.WriteString("/" + shorten(key))
	}
	return fmt.Sprintf(" at %s", path.String())
}

func shorten(key string) string {
	var shown strings.Builder
	count := 0
	for _, r := range key {
		if count == shownOfKey {
			return shown.String() + "…"
		}
		if !unicode.IsPrint(r) {
			r = '?'
		}
		shown.WriteRune(r)
		count++
	}
	return shown.String()
}

func refuseBody(format string, args ...any) *insurance.Error {
	return insurance.Invalid(insurance.FieldBody, format, args...)
}
