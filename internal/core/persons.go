package core

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/covernote/covernote/internal/insurance"
)

// checkInsured finds what is wrong with the persons named beside the
// policyholder.
func checkInsured(item int, persons []insurance.Party) []insurance.Problem {
	var problems []insurance.Problem
	for n, person := range persons {
		for _, problem := range person.Check(false) {
			_, part, _ := strings.Cut(string(problem.Field), ".")
			problems = append(problems, insurance.Problem{
				Item: item, Field: insurance.FieldInsured, Detail: fmt.Sprintf("number %d: %s %s", n+1, part, problem.Detail),
			})
		}
	}
	return problems
}

// holderOf is the policyholder, with the region that the package names where
// the booking names none.
func (v *revision) holderOf(wish BookingWish) insurance.Party {
	holder := wish.Holder
	if holder.Address.Region == "" {
		holder.Address.Region = insurance.Personal(v.Content.Region)
	}
	return holder
}

func (v *revision) addPersons(persons []insurance.Party) []string {
	var ids []string
	for _, person := range persons {
		id := uuid.NewString()
		v.AddParty(id, person)
		ids = append(ids, id)
	}
	return ids
}

// recordHolder records the policyholder with what a change says, unless that is
// what was there.
func (v *revision) recordHolder(r reading, wish ChangeWish, shown *shownPreview) error {
	was, ok, err := r.Party(v.part, v.Content.Holder)
	if err := needed(ok, err); err != nil {
		return fmt.Errorf("read policyholder of %s: %w", v.ID, err)
	}
	holder := overlaid(was, wish)
	if holder == was {
		return nil
	}
	shown.Holder = newID()
	v.AddParty(shown.Holder, holder)
	return invalid(holder.Check(true))
}

// overlaid is a policyholder with what a change says.
func overlaid(was insurance.Party, wish ChangeWish) insurance.Party {
	gone, given := partsOf(&wish.Emptied), partsOf(wish.Holder)
	for i, value := range partsOf(&was) {
		switch {
		case *given[i] != "":
			*value = *given[i]
		case *gone[i] != "":
			*value = ""
		}
	}
	if wish.Holder.Country != "" {
		was.Country = wish.Holder.Country
	}
	return was
}

// partsOf are the parts of a party that a change may name, always in one order.
func partsOf(p *insurance.Party) []*insurance.Personal {
	return []*insurance.Personal{
		&p.Company, &p.FirstName, &p.MiddleName, &p.LastName, &p.Email, &p.SecondaryEmail, &p.Phone, &p.Age, &p.BirthOn,
		&p.Address.Street, &p.Address.Extra, &p.Address.HouseNumber, &p.Address.PostalCode, &p.Address.City, &p.Address.Region,
		&p.VATID, &p.TaxID, &p.Title, &p.Website,
	}
}

// persons are those recorded under some ids, in their order.
func (c *Core) persons(r reading, part string, ids []string) ([]insurance.Party, error) {
	var persons []insurance.Party
	for _, id := range ids {
		person, ok, err := r.Party(part, id)
		if err := needed(ok, err); err != nil {
			return nil, fmt.Errorf("read insured person: %w", err)
		}
		persons = append(persons, person)
	}
	return persons, nil
}

// drafted tells a package as it will stand, with persons that the draft holds.
func (v *revision) drafted(r reading, holder insurance.Party, persons map[string][]Insured) (Package, error) {
	shown := *v.sale
	shown.Content.Holder = ""
	shown.Content.Quotes = slices.Clone(shown.Content.Quotes)
	for i := range shown.Content.Quotes {
		if _, fresh := persons[shown.Content.Quotes[i].ID]; fresh {
			shown.Content.Quotes[i].Insured = nil
		}
	}
	told, err := v.core.packageOf(r, &shown)
	told.Holder = holder
	for i := range told.Quotes {
		if fresh, ok := persons[told.Quotes[i].ID]; ok {
			told.Quotes[i].Insured = fresh
		}
	}
	return told, err
}
