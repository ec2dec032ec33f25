package insurance

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseInstant(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"2027-01-31T12:00:00Z":             "2027-01-31T12:00:00Z",
		"2027-01-31 12:00:00Z":             "2027-01-31T12:00:00Z",
		"2027-01-31T12:00:00":              "2027-01-31T12:00:00Z",
		"2027-01-31 12:00:00":              "2027-01-31T12:00:00Z",
		"2027-01-31":                       "2027-01-31T00:00:00Z",
		"2027-01-31T12:00":                 "2027-01-31T12:00:00Z",
		"2027-01-31T12:00Z":                "2027-01-31T12:00:00Z",
		"2027-01-31 12:00+01:00":           "2027-01-31T11:00:00Z",
		"2027-01-31 12:00":                 "2027-01-31T12:00:00Z",
		"2027-01-31t12:00:00z":             "2027-01-31T12:00:00Z",
		"2027-01-31T12:00:00+01:00":        "2027-01-31T11:00:00Z",
		"2027-01-31 12:00:00+01:00":        "2027-01-31T11:00:00Z",
		"2027-01-31T23:00:00-09:30":        "2027-02-01T08:30:00Z",
		"2027-01-31T00:00:00+14:00":        "2027-01-30T10:00:00Z",
		"2027-01-31T12:00:00-00:00":        "2027-01-31T12:00:00Z",
		"2027-01-31T12:00:00.5Z":           "2027-01-31T12:00:00.5Z",
		"2027-01-31 12:00:00.123456+00:00": "2027-01-31T12:00:00.123456Z",
		"2027-01-31T12:00:00.999999999":    "2027-01-31T12:00:00.999999Z",
		"1969-12-31T23:59:59.9999999Z":     "1969-12-31T23:59:59.999999Z",
		"2024-02-29":                       "2024-02-29T00:00:00Z",
		"1900-01-01T00:00:00Z":             "1900-01-01T00:00:00Z",
		"2999-12-31T23:59:59Z":             "2999-12-31T23:59:59Z",
		"1899-12-31T23:30:00-01:00":        "1900-01-01T00:30:00Z",
		"2027-01-31T12:00:00+23:59":        "2027-01-30T12:01:00Z",
		"2027-01-31T12:00:00.04399-04:00":  "2027-01-31T16:00:00.04399Z",
		"2027-01-31T12:00:00.123456789012": "2027-01-31T12:00:00.123456Z",
	}
	for text, want := range cases {
		at, err := ParseInstant(text)
		if err != nil || at.Format(time.RFC3339Nano) != want || at.Location() != time.UTC {
			t.Errorf("%s: %v, %v", text, at, err)
		}
	}
}

func TestWhatIsNoInstant(t *testing.T) {
	t.Parallel()
	refused := []string{
		"", " ", "now", "2027", "2027-01", "2027-02-29", "2027-13-01", "31.01.2027", "1801396800",
		"2027-01-31T", "2027-01-31T12", "2027-01-31T12:", "2027-01-31T12Z", "2027-01-31T24:00:00Z", "2027-01-31T24:00",
		"2027-01-31T12:60:00Z", "2027-01-31T12:00:60Z", "2027-01-31T12:00:00+0100", "2027-01-31T12:00:00+01",
		"2027-01-31T12:00:00 +01:00", "2027-01-31  12:00:00", " 2027-01-31", "2027-01-31Z", "2027-01-31T12:00:00Z ",
		"2027-01-31T12:00:00ZZ", "2027-01-31T12:00:00 CET", "1899-12-31T23:59:59Z", "3000-01-01",
		"1900-01-01T00:00:00+01:00", "2999-12-31T23:59:59-01:00", "2027-01-31\n12:00:00", "2027-01-31_12:00:00",
		"2027-01-31T1:00:00Z", "2027-01-31T12:00:00,5Z", "2027-01-31T12:00:00.Z", "2027-01-31T12:00:00+24:00",
		"2027-01-31T12:00:00+01:60", "20270131", "2027-1-31", "2027-01-31+01:00", "2027-01-31T12:00:00+1:00",
		"2027-01-31\n", "0000-00-00", "0001-01-01T00:00:00Z", "-2027-01-31", "12027-01-31", "２027-01-31",
	}
	for _, text := range refused {
		at, err := ParseInstant(text)
		if CodeOf(err) != CodeInvalid || !at.IsZero() {
			t.Errorf("%q became %v, %v", text, at, err)
		}
	}
}

// TestInstantsReadBack: whatever the offset and the form it is written in, an
// instant is the same to the microsecond.
func TestInstantsReadBack(t *testing.T) {
	t.Parallel()
	forms := []string{time.RFC3339Nano, "2006-01-02T15:04:05.000000Z07:00", "2006-01-02 15:04:05.999999999Z07:00"}
	rapid.Check(t, func(t *rapid.T) {
		at := anyInstant("1900-01-02", "2999-12-30").Draw(t, "instant")
		finer := time.Duration(rapid.IntRange(0, 999).Draw(t, "nanoseconds"))
		offset := rapid.IntRange(-14*60, 14*60).Draw(t, "offset") * 60
		form := rapid.SampledFrom(forms).Draw(t, "form")
		text := at.Add(finer).In(time.FixedZone("", offset)).Format(form)
		if got, err := ParseInstant(text); err != nil || !got.Equal(at) {
			t.Fatalf("%v was written as %s and read as %v, %v", at, text, got, err)
		}
		text = at.Format("2006-01-02 15:04:05.999999")
		if got, err := ParseInstant(text); err != nil || !got.Equal(at) {
			t.Fatalf("%v was written as %s and read as %v, %v", at, text, got, err)
		}
	})
}

func FuzzParseInstant(f *testing.F) {
	for _, text := range []string{
		"2018-01-01", "2018-01-01T17:00:01.04399-04:00", "2019-12-20 02:42:12z", "2019-12-20t02:42:12", "2018-02-30", "",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, err := ParseInstant(text)
		if err != nil {
			return
		}
		if at.Year() < 1900 || at.Year() > 2999 || at.Nanosecond()%1000 != 0 || at.Location() != time.UTC {
			t.Fatalf("%q is %s", text, at)
		}
		if back, err := ParseInstant(at.Format(time.RFC3339Nano)); err != nil || !back.Equal(at) {
			t.Fatalf("%q is %s, which is read as %s", text, at, back)
		}
	})
}
