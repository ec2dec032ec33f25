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
	// MiddleName stands between the two where a partner knows one.
	MiddleName Personal
	LastName   Personal
	Email      Personal
	// SecondaryEmail is a second address that nothing is sent to unasked.
	SecondaryEmail Personal
	// Phone is as sent; where a product asks for one it begins with "+".
	Phone Personal
	// Age is in years as sent, or empty; a partner that knows it need not know
	// the birthday.
	Age Personal
	// BirthOn is YYYY-MM-DD as sent, or empty.
	BirthOn Personal
	Country Country
	Address Address
	// Salutation, Title and Website are those of who is written to; each may be
	// empty.
	Salutation Salutation
	Title      Personal
	Website    Personal
}

// Salutation is how a person is addressed; empty is unknown.
type Salutation string

// The salutations.
const (
	SalutationMr    Salutation = "mr"
	SalutationMs    Salutation = "ms"
	SalutationOther Salutation = "other"
)

// Address is a postal address; every part is optional, because no partner
// API insists on one.
type Address struct {
	// Street is the first line; where a partner knows a second line and no
	// house number, it is in Extra.
	Street, Extra, HouseNumber, PostalCode, City, Region Personal
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
