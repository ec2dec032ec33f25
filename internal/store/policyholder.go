package store

import "github.com/covernote/covernote/internal/insurance"

// holderRow is the one place where personal data is read and written as text.
type holderRow struct {
	company, vatID, taxID, firstName, lastName, email, birthOn string
	country, street, houseNumber, postalCode, city             string
}

func (h *holderRow) columns() []any {
	return []any{
		&h.company, &h.vatID, &h.taxID, &h.firstName, &h.lastName, &h.email, &h.birthOn,
		&h.country, &h.street, &h.houseNumber, &h.postalCode, &h.city,
	}
}

func (h *holderRow) party() insurance.Party {
	return insurance.Party{
		Company: insurance.Personal(h.company), VATID: insurance.Personal(h.vatID), TaxID: insurance.Personal(h.taxID),
		FirstName: insurance.Personal(h.firstName), LastName: insurance.Personal(h.lastName),
		Email: insurance.Personal(h.email), BirthOn: insurance.Personal(h.birthOn), Country: insurance.Country(h.country),
		Address: insurance.Address{
			Street: insurance.Personal(h.street), HouseNumber: insurance.Personal(h.houseNumber),
			PostalCode: insurance.Personal(h.postalCode), City: insurance.Personal(h.city),
		},
	}
}

// Policyholder reads who a policy, or an order on its way to one, is for.
func (v *View) Policyholder(part, policyID string) (insurance.Party, bool, error) {
	var h holderRow
	err := v.row(`SELECT company, vat_id, tax_id, first_name, last_name, email, birth_on, country, street,
		house_number, postal_code, city FROM policyholder WHERE part = $1 AND policy_id = $2`, part, policyID).Scan(h.columns()...)
	return found(h.party(), err)
}

// AddPolicyholder records who a policy is for.
func (c *Changes) AddPolicyholder(policyID string, p insurance.Party) {
	c.insert("policyholder/"+policyID, `INSERT INTO policyholder (part, policy_id, company, vat_id, tax_id, first_name, last_name, email, birth_on,
		country, street, house_number, postal_code, city)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING`,
		c.part, policyID, p.Company.Reveal(), p.VATID.Reveal(), p.TaxID.Reveal(), p.FirstName.Reveal(),
		p.LastName.Reveal(), p.Email.Reveal(), p.BirthOn.Reveal(), string(p.Country), p.Address.Street.Reveal(),
		p.Address.HouseNumber.Reveal(), p.Address.PostalCode.Reveal(), p.Address.City.Reveal())
}
