package console

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// What WCAG 2.2 demands of level AA: of text (1.4.3), and of edges and marks
// that one must see (1.4.11).
const (
	readable = 4.5
	seen     = 3.0
)

// pairs says which colours meet on the page: what is in front, and behind.
var pairs = []struct {
	front  string
	behind []string
	least  float64
}{
	{"ink", []string{"paper", "sheet", "sunk", "wash"}, readable},
	{"soft", []string{"paper", "sheet", "sunk"}, readable},
	{"accent", []string{"paper", "sheet", "sunk"}, readable},
	{"accent-strong", []string{"paper", "sheet", "wash"}, readable},
	{"on-accent", []string{"accent", "accent-strong"}, readable},
	{"stamp", []string{"paper", "sheet", "sunk"}, readable},
	{"good", []string{"sheet"}, readable},
	{"bad", []string{"sheet"}, readable},
	{"busy", []string{"sheet"}, seen},
	{"edge", []string{"paper", "sheet", "sunk"}, seen},
	{"focus", []string{"paper", "sheet", "sunk"}, readable},
}

func TestColoursCanBeReadInLightAndDark(t *testing.T) {
	t.Parallel()
	for scheme, colours := range palettes(t) {
		for _, pair := range pairs {
			for _, behind := range pair.behind {
				if got := contrast(luminance(t, colours, pair.front), luminance(t, colours, behind)); got < pair.least {
					t.Errorf("%s: %s on %s has a contrast of %.2f, want at least %.1f", scheme, pair.front, behind, got, pair.least)
				}
			}
		}
	}
}

// TestEveryColourIsChecked keeps pairs complete: a colour that text or ground
// takes stands there, and no colour stands outside the palette.
func TestEveryColourIsChecked(t *testing.T) {
	t.Parallel()
	fronts, grounds := map[string]bool{}, map[string]bool{}
	for _, pair := range pairs {
		fronts[pair.front] = pair.least == readable
		for _, behind := range pair.behind {
			grounds[behind] = true
		}
	}
	_, rules, _ := strings.Cut(string(assets["console.css"].content), "*, ::before")
	style := rules
	for _, name := range []string{"certificate.css", "desk.css", "desk_work.css"} {
		style += string(assets[name].content)
	}
	for _, used := range regexp.MustCompile(`[\s;{]color: var\(--([\w-]+)\)`).FindAllStringSubmatch(style, -1) {
		if !fronts[used[1]] {
			t.Errorf("text in --%s is not checked", used[1])
		}
	}
	if !strings.Contains(style, ".masthead") || !strings.Contains(style, ".deed") || !strings.Contains(style, ".pill") || !strings.Contains(style, ".work") {
		t.Fatal("a stylesheet was not read")
	}
	marks := map[string]bool{"edge": true, "good": true, "bad": true, "busy": true} // dots without words
	for _, used := range regexp.MustCompile(`background: var\(--([\w-]+)\)`).FindAllStringSubmatch(style, -1) {
		// A line between sheets is an ornament.
		if !grounds[used[1]] && !marks[used[1]] && used[1] != "line" {
			t.Errorf("ground in --%s is not checked", used[1])
		}
	}
	if stray := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\s*[;})]|rgb\(`).FindString(style); stray != "" {
		t.Errorf("colour %s stands outside the palette", stray)
	}
}

// palettes reads the custom properties of both schemes from the stylesheet.
func palettes(t *testing.T) map[string]map[string]string {
	t.Helper()
	roots := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(string(assets["console.css"].content), -1)
	if len(roots) != 2 {
		t.Fatalf("the stylesheet has %d palettes, want light and dark", len(roots))
	}
	read := map[string]map[string]string{}
	for i, scheme := range []string{"light", "dark"} {
		read[scheme] = map[string]string{}
		for _, property := range regexp.MustCompile(`--([\w-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(roots[i][1], -1) {
			read[scheme][property[1]] = property[2]
		}
	}
	return read
}

// luminance is the relative luminance as WCAG 2.2 defines it.
func luminance(t *testing.T, colours map[string]string, name string) float64 {
	t.Helper()
	code, err := strconv.ParseUint(colours[name], 16, 24)
	if err != nil {
		t.Fatalf("colour --%s: %v", name, err)
	}
	linear := func(channel uint64) float64 {
		share := float64(channel&0xff) / 255
		if share <= 0.04045 {
			return share / 12.92
		}
		return math.Pow((share+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(code>>16) + 0.7152*linear(code>>8) + 0.0722*linear(code)
}

func contrast(one, other float64) float64 {
	return (max(one, other) + 0.05) / (min(one, other) + 0.05)
}

func TestContrastIsThatOfTheStandard(t *testing.T) {
	t.Parallel()
	colours := map[string]string{"black": "000000", "white": "ffffff", "grey": "777777"}
	for front, want := range map[string]string{"black": "21.00", "grey": "4.48", "white": "1.00"} {
		if got := fmt.Sprintf("%.2f", contrast(luminance(t, colours, front), luminance(t, colours, "white"))); got != want {
			t.Errorf("%s on white has %s, want %s", front, got, want)
		}
	}
}
