package document

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

func TestMoneyAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		minor    int64
		currency insurance.Currency
		de, en   string
	}{
		{123456, "EUR", "1.234,56 €", "€1,234.56"},
		{5, "EUR", "0,05 €", "€0.05"},
		{-571, "EUR", "−5,71 €", "−€5.71"},
		{100000000, "EUR", "1.000.000,00 €", "€1,000,000.00"},
		{99999, "GBP", "999,99 £", "£999.99"},
		{123456, "CHF", "1.234,56 CHF", "CHF 1,234.56"},
		{1234567, "JPY", "1.234.567 JP¥", "JP¥1,234,567"},
		{123456, "AUD", "1.234,56 AU$", "A$1,234.56"},
		{-100, "USD", "−1,00 US$", "−US$1.00"},
		{100, "NZD", "1,00 NZD", "NZD 1.00"},
		{1234567, "KWD", "1.234,567 KWD", "KWD 1,234.567"},
	} {
		m := insurance.Money{Minor: tt.minor, Currency: tt.currency}
		if de, en := breakable(german.money(m)), breakable(english.money(m)); de != tt.de || en != tt.en {
			t.Errorf("%s: %q and %q, want %q and %q", m, de, en, tt.de, tt.en)
		}
	}
}

func breakable(text string) string { return strings.ReplaceAll(text, nbsp, " ") }

func TestDaysPeriodsAndRates(t *testing.T) {
	t.Parallel()
	day := insurance.MustDate("2026-02-03")
	late := time.Date(2026, 6, 30, 22, 5, 0, 0, time.UTC)
	berlin := gadgets(t).Markets[0].Zone
	for got, want := range map[string]string{
		german.date(day):                             "03.02.2026",
		english.date(day):                            "3 February 2026",
		german.date(insurance.Date{}):                "–",
		german.instant(late, berlin):                 "01.07.2026, 00:05 Uhr",
		english.instant(late, berlin):                "1 July 2026, 00:05",
		german.period(insurance.Months(36)):          "3 Jahre",
		german.period(insurance.Months(12)):          "1 Jahr",
		german.period(insurance.Months(18)):          "18 Monate",
		english.period(insurance.Days(14)):           "2 weeks",
		english.period(insurance.Days(1)):            "1 day",
		german.interval(insurance.Period{}):          "einmalig für die gesamte Laufzeit",
		english.interval(insurance.Months(3)):        "quarterly",
		german.interval(insurance.Months(2)):         "je 2 Monate",
		english.interval(insurance.Days(14)):         "every 2 weeks",
		german.percent(insurance.MustRate("13.2%")):  "13,2 %",
		english.percent(insurance.MustRate("0.132")): "13.2%",
		german.country("AT"):                         "Österreich",
		english.country("CH"):                        "Switzerland",
		english.country("??"):                        "??",
		german.whole("12345"):                        "12.345",
		english.whole("1234567"):                     "1,234,567",
		german.whole("2019"):                         "2019",
		german.whole("1234.5"):                       "1234.5",
		german.sum(euros(25000000)):                  "250.000 €",
		german.sum(euros(124950)):                    "1.249,50 €",
		english.sum(euros(-50000)):                   "−€500",
	} {
		if breakable(got) != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// No phrase is forgotten in a language, and each takes what it takes in the
// others.
func TestEveryLanguageSaysEverything(t *testing.T) {
	t.Parallel()
	want := phrasesOf(reflect.ValueOf(german), "")
	if len(want) < 150 {
		t.Fatalf("only %d phrases were found", len(want))
	}
	for _, language := range Languages() {
		words, err := wordingIn(language)
		if err != nil {
			t.Fatal(err)
		}
		got := phrasesOf(reflect.ValueOf(*words), "")
		for place, phrase := range want {
			switch {
			case got[place] == "" && !strings.HasSuffix(place, ".thousands"):
				t.Errorf("%s: %s is not said", language, place)
			case verbs(got[place]) != verbs(phrase):
				t.Errorf("%s: %s takes %s instead of %s", language, place, verbs(got[place]), verbs(phrase))
			}
		}
		for _, reason := range insurance.Reasons() {
			if words.reasons[reason] == "" {
				t.Errorf("%s: there is no word for %s", language, reason)
			}
		}
	}
}

// phrasesOf are all texts within a value, by where they stand.
func phrasesOf(v reflect.Value, place string) map[string]string {
	all := map[string]string{}
	add := func(part reflect.Value, name string) {
		for where, phrase := range phrasesOf(part, place+"."+name) {
			all[where] = phrase
		}
	}
	switch v.Kind() {
	case reflect.String:
		all[place] = v.String()
	case reflect.Struct:
		for i := range v.NumField() {
			add(v.Field(i), v.Type().Field(i).Name)
		}
	case reflect.Array:
		for i := range v.Len() {
			add(v.Index(i), fmt.Sprint(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			add(v.MapIndex(key), key.String())
		}
	}
	return all
}

// verbs are the places to be filled in, in their order.
func verbs(phrase string) string {
	var found []string
	for i := range len(phrase) - 1 {
		if phrase[i] == '%' {
			found = append(found, phrase[i:i+2])
		}
	}
	return strings.Join(found, " ")
}

func TestEveryKindHasATemplate(t *testing.T) {
	t.Parallel()
	for _, kind := range append(Kinds(), InquiryKinds()...) {
		if kind.TemplateVersion() < 1 {
			t.Errorf("%s has no template", kind)
		}
	}
	if Kind("letter").TemplateVersion() != 0 {
		t.Error("a kind that does not exist has a template")
	}
}

func TestArchive(t *testing.T) {
	t.Parallel()
	files := []File{
		{"certificate_1.pdf", []byte(strings.Repeat("Versicherungsschein ", 50)), issued},
		{"pib_1.pdf", []byte("x"), issued.Add(time.Hour)},
		{"a.pdf", nil, issued.In(time.FixedZone("far", 14*3600))},
	}
	packed, err := Archive(files)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Archive(files)
	if err != nil || !bytes.Equal(packed, again) {
		t.Errorf("the same files give other bytes: %v", err)
	}
	opened, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	for i, entry := range opened.File {
		content, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(content)
		if err != nil || entry.Name != files[i].Name || !bytes.Equal(got, files[i].Bytes) {
			t.Errorf("entry %d is %s with %d bytes: %v", i, entry.Name, len(got), err)
		}
		if !entry.Modified.Equal(files[i].At) || entry.ExternalAttrs != 0 {
			t.Errorf("%s is of %s with attributes %x", entry.Name, entry.Modified, entry.ExternalAttrs)
		}
	}
	if len(opened.File) != len(files) {
		t.Errorf("it holds %d files instead of %d", len(opened.File), len(files))
	}
}

func TestArchivesDifferWithWhatIsInThem(t *testing.T) {
	t.Parallel()
	one, err := Archive([]File{{"a.pdf", []byte("1"), issued}})
	if err != nil {
		t.Fatal(err)
	}
	for name, other := range map[string]File{
		"name": {"b.pdf", []byte("1"), issued}, "content": {"a.pdf", []byte("2"), issued}, "time": {"a.pdf", []byte("1"), issued.Add(2 * time.Second)},
	} {
		two, err := Archive([]File{other})
		if err != nil || bytes.Equal(one, two) {
			t.Errorf("another %s gives the same bytes: %v", name, err)
		}
	}
}

func euros(cents int64) insurance.Money { return insurance.Money{Minor: cents, Currency: "EUR"} }
