package insurance

// CheckContact finds what is wrong with somebody who is no policyholder yet,
// but is written to: everything may be missing, but for the e-mail address
// where it is needed.
func (p Party) CheckContact(needsEmail bool) []Problem {
	c := &checker{}
	for _, text := range []struct {
		field Field
		value Personal
	}{
		{FieldFirstName, p.FirstName}, {FieldLastName, p.LastName}, {FieldCompany, p.Company},
		{FieldPhone, p.Phone}, {FieldTitle, p.Title}, {FieldWebsite, p.Website},
	} {
		c.text(text.field, text.value.Reveal(), false, maxName)
	}
	if needsEmail || p.Email != "" {
		c.email(FieldEmail, p.Email.Reveal())
	}
	if p.Country != "" {
		c.country(p.Country)
	}
	c.salutation(p.Salutation)
	c.birth(p.BirthOn.Reveal())
	c.address(p.Address)
	return c.problems
}

func (c *checker) salutation(s Salutation) {
	switch s {
	case "", SalutationMr, SalutationMs, SalutationOther:
	default:
		c.add(FieldSalutation, "is not a salutation")
	}
}

// CheckName finds what is wrong with what another system calls something; it
// may be empty.
func CheckName(field Field, name string) (Problem, bool) {
	c := &checker{}
	c.text(field, name, false, maxReference)
	if len(c.problems) == 0 {
		return Problem{}, false
	}
	return c.problems[0], true
}
