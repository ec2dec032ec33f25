package insurance

// Country is an ISO 3166-1 alpha-2 code in capitals, such as "DE".
type Country string

// Party is a person or a company on a policy.
type Party struct {
	// Company is set for a company; the person beside it is its contact.
	Company   Personal
	VATID     Personal
	TaxID     Personal
	FirstName Personal
	LastName  Personal
	Email     Personal
	// BirthOn is YYYY-MM-DD as sent, or empty.
	BirthOn Personal
	Country Country
	Address Address
}

// Address is a postal address; every part is optional, because no partner
// API insists on one.
type Address struct {
	Street, HouseNumber, PostalCode, City Personal
}

// IsZero tells whether no part of the address is known.
func (a Address) IsZero() bool { return a == Address{} }

// IsCompany tells whether the party is a company.
func (p Party) IsCompany() bool { return p.Company != "" }

// PersonName is first and last name with one space between.
func (p Party) PersonName() Personal {
	switch {
	case p.FirstName == "":
		return p.LastName
	case p.LastName == "":
		return p.FirstName
	}
	return p.FirstName + " " + p.LastName
}

// Name is the company's name, or the person's.
func (p Party) Name() Personal {
	if p.IsCompany() {
		return p.Company
	}
	return p.PersonName()
}
