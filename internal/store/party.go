package store

import (
	"strings"

	"github.com/covernote/covernote/internal/insurance"
)

// partyRow is the one place where personal data is read and written as text.
type partyRow struct {
	company, vatID, taxID, firstName, middleName, lastName string
	email, secondaryEmail, phone, age, birthOn, country    string
	street, streetExtra, houseNumber, postalCode           string
	city, region, salutation, title, website               string
}

// partyColumns are the columns of a partyRow, in their order, of the table
// that goes by h.
const partyColumns = `h.company, h.vat_id, h.tax_id, h.first_name, h.middle_name, h.last_name, h.email,
	h.secondary_email, h.phone, h.age, h.birth_on, h.country, h.street, h.street_extra, h.house_number,
	h.postal_code, h.city, h.region, h.salutation, h.title, h.website`

func (h *partyRow) columns() []any {
	return []any{
		&h.company, &h.vatID, &h.taxID, &h.firstName, &h.middleName, &h.lastName, &h.email,
		&h.secondaryEmail, &h.phone, &h.age, &h.birthOn, &h.country, &h.street, &h.streetExtra, &h.houseNumber,
		&h.postalCode, &h.city, &h.region, &h.salutation, &h.title, &h.website,
	}
}

func (h *partyRow) party() insurance.Party {
	return insurance.Party{
		Company: insurance.Personal(h.company), VATID: insurance.Personal(h.vatID), TaxID: insurance.Personal(h.taxID),
		FirstName: insurance.Personal(h.firstName), MiddleName: insurance.Personal(h.middleName),
		LastName: insurance.Personal(h.lastName), Email: insurance.Personal(h.email),
		SecondaryEmail: insurance.Personal(h.secondaryEmail), Phone: insurance.Personal(h.phone),
		Age: insurance.Personal(h.age), BirthOn: insurance.Personal(h.birthOn), Country: insurance.Country(h.country),
		Address: insurance.Address{
			Street: insurance.Personal(h.street), Extra: insurance.Personal(h.streetExtra),
			HouseNumber: insurance.Personal(h.houseNumber), PostalCode: insurance.Personal(h.postalCode),
			City: insurance.Personal(h.city), Region: insurance.Personal(h.region),
		},
		Salutation: insurance.Salutation(h.salutation), Title: insurance.Personal(h.title),
		Website: insurance.Personal(h.website),
	}
}

// Party reads a person or a firm by the id it was recorded under.
func (v *View) Party(part, id string) (insurance.Party, bool, error) {
	var h partyRow
	err := v.row(`SELECT `+partyColumns+` FROM party h WHERE h.part = $1 AND h.id = $2`, part, id).Scan(h.columns()...)
	return found(h.party(), err)
}

// AddParty records a person or a firm under an id that is new.
func (c *Changes) AddParty(id string, p insurance.Party) {
	a := p.Address
	c.insertOwn("party/"+id, `INSERT INTO party (part, id, company, vat_id, tax_id, first_name, middle_name, last_name,
		email, secondary_email, phone, age, birth_on, country, street, street_extra, house_number, postal_code, city, region,
		salutation, title, website, sought)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
		$21, $22, $23, $24)
		ON CONFLICT DO NOTHING`,
		c.part, id, p.Company.Reveal(), p.VATID.Reveal(), p.TaxID.Reveal(), p.FirstName.Reveal(), p.MiddleName.Reveal(),
		p.LastName.Reveal(), p.Email.Reveal(), p.SecondaryEmail.Reveal(), p.Phone.Reveal(), p.Age.Reveal(),
		p.BirthOn.Reveal(), string(p.Country), a.Street.Reveal(), a.Extra.Reveal(), a.HouseNumber.Reveal(),
		a.PostalCode.Reveal(), a.City.Reveal(), a.Region.Reveal(), string(p.Salutation), p.Title.Reveal(),
		p.Website.Reveal(), sought(p))
}

// sought is what a party is found by: the names, each on a line of its own, in
// small letters.
func sought(p insurance.Party) string {
	return strings.ToLower(p.Company.Reveal() + "\n" + p.PersonName().Reveal())
}
