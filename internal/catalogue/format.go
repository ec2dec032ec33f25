package catalogue

import (
	"errors"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // product files name zones on machines that know none

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"

	"github.com/covernote/covernote/internal/insurance"
)

// formats are what the schema calls "format": each is checked by the parser
// that reads the value afterwards, so that the two cannot disagree.
var formats = []jsonschema.Format{
	{Name: "date", Validate: says(func(s string) error { _, err := insurance.ParseDate(s); return err })},
	{Name: "period", Validate: says(func(s string) error { _, err := insurance.ParsePeriod(s); return err })},
	{Name: "term", Validate: says(checkTerm)},
	{Name: "currency", Validate: says(func(s string) error { _, err := insurance.ParseCurrency(s); return err })},
	{Name: "country", Validate: says(checkCountry)},
	{Name: "time-zone", Validate: says(func(s string) error { _, err := parseZone(s); return err })},
	{Name: "amount", Validate: says(checkAmount)},
	{Name: "factor", Validate: says(checkFactor)},
	{Name: "share", Validate: says(checkShare)},
}

// says lets a check see a scalar as it was written.
func says(check func(string) error) func(any) error {
	return func(v any) error {
		switch v.(type) {
		case map[string]any, []any, bool, nil:
			return nil // the schema's "type" speaks
		}
		return plainly(check(fmt.Sprint(v)))
	}
}

// plainly is a refusal without the code that is meant for partners.
func plainly(err error) error {
	if refused, ok := errors.AsType[*insurance.Error](err); ok {
		return errors.New(refused.Detail)
	}
	return err
}

// checkTerm takes what stands where a term is offered.
func checkTerm(s string) error {
	if s == eventTerm {
		return nil
	}
	_, err := insurance.ParsePeriod(s)
	return err
}

func checkCountry(s string) error {
	region, err := language.ParseRegion(s)
	if err != nil || !region.IsCountry() || region.String() != s {
		return errors.New("is not an ISO 3166-1 alpha-2 country code in capitals")
	}
	return nil
}

func parseZone(s string) (*time.Location, error) {
	zone, err := time.LoadLocation(s)
	if err != nil || s == "" || s == "Local" {
		return nil, errors.New("is not a time zone of the IANA database, such as Europe/Berlin")
	}
	return zone, nil
}

// checkAmount takes money and sales prices: not negative, never a percentage.
func checkAmount(s string) error {
	rate, err := insurance.ParseRate(s)
	switch {
	case strings.HasSuffix(s, "%"):
		return errors.New("is an amount of money, not a percentage")
	case err != nil:
		return err
	case rate.IsNegative():
		return errors.New("must not be negative")
	}
	return nil
}

// checkFactor takes multipliers: a factor of nothing would give cover away.
func checkFactor(s string) error {
	rate, err := insurance.ParseRate(s)
	switch {
	case err != nil:
		return err
	case rate.IsNegative() || rate.IsZero():
		return errors.New("must be more than 0")
	}
	return nil
}

// checkShare takes taxes and commissions, and catches a 19 that meant 19%.
func checkShare(s string) error {
	rate, err := insurance.ParseRate(s)
	switch {
	case err != nil:
		return err
	case rate.IsNegative() || rate.Cmp(insurance.MustRate("1")) > 0:
		return errors.New("is not a share between 0 and 1, such as 19% or 0.19")
	}
	return nil
}
