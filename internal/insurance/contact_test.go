package insurance

import (
	"strings"
	"testing"
)

func TestContactNeedsLittle(t *testing.T) {
	t.Parallel()
	long := Personal(strings.Repeat("x", 201))
	for _, c := range []struct {
		name       string
		party      Party
		needsEmail bool
		want       []Field
	}{
		{"nothing", Party{}, false, nil},
		{"no e-mail where it is needed", Party{}, true, []Field{FieldEmail}},
		{"blank after the e-mail", Party{Email: "a@example.com "}, false, []Field{FieldEmail}},
		{"semicolon after the e-mail", Party{Email: "a@example.com;"}, true, []Field{FieldEmail}},
		{"everything too long", Party{FirstName: long, LastName: long, Company: long, Phone: long, Title: long, Website: long},
			false, []Field{FieldFirstName, FieldLastName, FieldCompany, FieldPhone, FieldTitle, FieldWebsite}},
		{"no birthday", Party{BirthOn: "1.1.1990"}, false, []Field{FieldBirthOn}},
		{"nobody's salutation, nowhere", Party{Salutation: "x", Country: "nowhere"}, false, []Field{FieldCountry, FieldSalutation}},
		{"hidden in a street", Party{Address: Address{Street: "A\x07"}}, false, []Field{FieldAddress}},
	} {
		var got []Field
		for _, p := range c.party.CheckContact(c.needsEmail) {
			got = append(got, p.Field)
		}
		if strings.Join(fieldNames(got), " ") != strings.Join(fieldNames(c.want), " ") {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func fieldNames(fields []Field) []string {
	var names []string
	for _, f := range fields {
		names = append(names, string(f))
	}
	return names
}

func TestNamesOfOtherSystems(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]bool{"": false, "T5": false, "T\n5": true, strings.Repeat("x", 129): true} {
		problem, found := CheckName(FieldRefKey, name)
		if found != bad || found && problem.Field != FieldRefKey {
			t.Errorf("%q: %v %v", name, problem, found)
		}
	}
}
