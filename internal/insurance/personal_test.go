package insurance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// secret is what must not be seen: as text, as hexadecimal and as numbers.
const secret = Personal("Mustermann")

func assertMasked(t *testing.T, how, text string) {
	t.Helper()
	for _, leak := range []string{"Muster", "4d7573746572", "4D7573746572", "77 117 115"} {
		if strings.Contains(text, leak) {
			t.Errorf("%s shows %s", how, text)
		}
	}
	if !strings.Contains(text, masked) {
		t.Errorf("%s shows no mask: %s", how, text)
	}
}

func TestPersonalMasksItselfUnderEveryVerb(t *testing.T) {
	t.Parallel()
	party := Party{Company: secret, VATID: secret, TaxID: secret, FirstName: secret, LastName: secret, Email: secret, BirthOn: secret,
		Address: Address{Street: secret, HouseNumber: secret, PostalCode: secret, City: secret}}
	values := map[string]any{
		"alone": secret, "pointer": ptr(secret), "party": party, "party's pointer": &party,
		"list": []Personal{secret}, "map": map[string]Personal{"name": secret}, "key": map[Personal]int{secret: 1},
		"proposal": Proposal{Policyholder: party}, "policy": Policy{Policyholder: party},
		"name": party.Name(), "any": struct{ V any }{secret},
	}
	for name, value := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%q", "%s", "%x", "%X", "%d", "%10.3s", "% x"} {
			if name == "pointer" && (verb == "%d" || verb == "%x" || verb == "%X" || verb == "% x") {
				continue // an address, and not what it points to
			}
			assertMasked(t, name+" under "+verb, fmt.Sprintf(verb, value))
		}
	}
	assertMasked(t, "print", fmt.Sprint(secret))
	assertMasked(t, "an error", fmt.Errorf("read %v", secret).Error())
	assertMasked(t, "joined", fmt.Sprint(secret+" "+secret))
}

func TestPersonalMasksItselfInLogs(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	for name, handler := range map[string]slog.Handler{"JSON": slog.NewJSONHandler(&out, nil), "text": slog.NewTextHandler(&out, nil)} {
		log := slog.New(handler)
		for what, value := range map[string]any{
			"alone": secret, "struct": Party{LastName: secret}, "pointer": &Party{LastName: secret},
			"list": []Personal{secret}, "group": slog.GroupValue(slog.Any("name", secret)),
		} {
			out.Reset()
			log.With("w", value).Info("hello", "v", value)
			assertMasked(t, name+" of "+what, out.String())
		}
	}
}

func TestPersonalMasksItselfInJSON(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]any{"alone": secret, "struct": Party{LastName: secret}, "list": []Personal{secret}} {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		assertMasked(t, name, string(text))
	}
}

func TestPersonalRevealsWhenAsked(t *testing.T) {
	t.Parallel()
	if secret.Reveal() != "Mustermann" {
		t.Error("does not reveal itself")
	}
	if none := Personal(""); none.String() != "" || fmt.Sprintf("%q", none) != "" {
		t.Error("nothing is masked")
	}
}

// TestProblemsHoldNoPersonalData spoils everything personal and looks for it
// in what is said about it.
func TestProblemsHoldNoPersonalData(t *testing.T) {
	t.Parallel()
	long := Personal(strings.Repeat("Mustermann\x00", 30))
	wish := phoneProposal()
	wish.Policyholder = Party{Company: long, VATID: long, TaxID: long, FirstName: long, LastName: long, Email: long, BirthOn: long,
		Address: Address{Street: long, HouseNumber: long, PostalCode: long, City: long}}
	problems := wish.Check(nil, today)
	if len(problems) < 11 || strings.Contains((&Error{Problems: problems}).Error(), "Muster") {
		t.Errorf("found %v", problems)
	}
}
