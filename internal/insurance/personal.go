package insurance

import (
	"fmt"
	"log/slog"
)

// Personal is text about a person. It masks itself wherever text is printed
// or logged by accident; whoever truly needs it writes Reveal, which can be
// searched for.
type Personal string

const masked = "•••"

// Reveal gives the text itself.
func (p Personal) Reveal() string { return string(p) }

// String masks the text; an empty one stays empty.
func (p Personal) String() string {
	if p == "" {
		return ""
	}
	return masked
}

// Format masks the text under every verb, %#v and %q included.
func (p Personal) Format(s fmt.State, _ rune) { _, _ = fmt.Fprint(s, p.String()) }

// LogValue masks the text in structured logs.
func (p Personal) LogValue() slog.Value { return slog.StringValue(p.String()) }

// MarshalText masks the text in any encoding that was not asked to reveal it.
func (p Personal) MarshalText() ([]byte, error) { return []byte(p.String()), nil }
