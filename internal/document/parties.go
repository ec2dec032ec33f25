package document

import (
	"strings"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// joined puts what there is on one line.
func joined(separator string, parts ...string) string {
	var present []string
	for _, part := range parts {
		if strings.TrimSpace(part) != "" {
			present = append(present, strings.TrimSpace(part))
		}
	}
	return strings.Join(present, separator)
}

// insurerName is the insurer as its register knows it.
func insurerName(i insurance.Insurer) string {
	if i.LegalForm == "" || strings.HasSuffix(i.Name, i.LegalForm) {
		return i.Name
	}
	return i.Name + " " + i.LegalForm
}

// seat is the insurer's postal address on one line.
func (w *wording) seat(i insurance.Insurer) string {
	return joined(", ", i.Street, joined(" ", i.PostalCode, i.City), w.country(i.Country))
}

// phone is the insurer's number, which no line may break.
func phone(i insurance.Insurer) string { return strings.ReplaceAll(i.Phone, " ", nbsp) }

// reach is who the insurer is and how it is written to and called.
func reach(i insurance.Insurer) string { return joined(" · ", insurerName(i), i.Email, phone(i)) }

// legalLine names the insurer at the foot of a page (VVG-InfoV §1 nos. 1 to 3
// and 20).
func (w *wording) legalLine(i insurance.Insurer) string {
	authority, tax := i.SupervisoryAuthority, i.InsuranceTaxNumber
	if authority != "" {
		authority = w.legal.authority + ": " + authority
	}
	if tax != "" {
		tax = w.legal.taxNumber + nbsp + tax
	}
	return joined(" · ", insurerName(i), w.seat(i), joined(" ", i.Register, i.RegisterNumber), authority, tax)
}

// postal is a party's address on one line, empty if none is known.
func postal(a insurance.Address) string {
	return joined(", ",
		joined(" ", a.Street.Reveal(), a.HouseNumber.Reveal()), a.Extra.Reveal(),
		joined(" ", a.PostalCode.Reveal(), a.City.Reveal()), a.Region.Reveal())
}

// personName is a person's name in full.
func personName(p insurance.Party) string {
	return joined(" ", p.FirstName.Reveal(), p.MiddleName.Reveal(), p.LastName.Reveal())
}

// partyFacts are what is known of a person or a company.
func (w *wording) partyFacts(p insurance.Party) facts {
	l := w.labels
	grid := facts{{label: l.name, value: personName(p)}}
	if p.IsCompany() {
		grid = facts{
			{label: l.company, value: p.Company.Reveal()},
			{label: l.contact, value: personName(p)},
			{label: l.vatID, value: p.VATID.Reveal()},
		}
	}
	born := p.BirthOn.Reveal()
	if day, err := insurance.ParseDate(born); err == nil {
		born = w.date(day)
	}
	return append(grid,
		fact{label: l.birthOn, value: born},
		fact{label: l.taxID, value: p.TaxID.Reveal()},
		fact{label: l.address, value: postal(p.Address)},
		fact{label: l.country, value: w.country(p.Country)},
		fact{label: l.email, value: p.Email.Reveal()},
		fact{label: l.phone, value: p.Phone.Reveal()},
	)
}

// insurerFacts name the insurer in full.
func (w *wording) insurerFacts(i insurance.Insurer) facts {
	l := w.labels
	return facts{
		{label: l.company, value: insurerName(i)},
		{label: l.seat, value: w.seat(i)},
		{label: l.register, value: joined(" ", i.Register, i.RegisterNumber)},
		{label: l.authority, value: i.SupervisoryAuthority},
		{label: l.authorisation, value: i.AuthorisationNumber},
		{label: l.email, value: i.Email},
		{label: l.phone, value: phone(i)},
	}
}

// zoneOf is the policy's zone; UTC if it has none.
func zoneOf(p insurance.Policy) *time.Location {
	if p.Zone == nil {
		return time.UTC
	}
	return p.Zone
}

// masthead opens a document: who writes, what this is, and what about.
func (s *sheet) masthead(insurer insurance.Insurer, partner, title, subtitle string) {
	var aside []string
	if partner != "" {
		lines := s.wrap(senderAside, s.labels.partner+" "+partner, s.width/2-4)
		aside = lines[:min(len(lines), 4)]
	}
	s.sender(insurerName(insurer), aside)
	s.y += 9
	s.headline(title, subtitle)
	s.y += 6
}

var senderAside = style{size: 8, colour: muted}

// sender draws who writes, with lines at the right, above a rule.
func (s *sheet) sender(name string, aside []string) {
	sender := style{bold: true, size: 10, colour: accent}
	y := s.y + (sender.line()-senderAside.line())/2
	lines := s.wrap(sender, name, s.width/2-4)
	s.y = s.lines(s.left, s.y, lines[:min(len(lines), 4)], sender)
	for _, line := range aside {
		s.textRight(s.left+s.width, y, line, senderAside)
		y += senderAside.line()
	}
	s.y = max(s.y, y) + 2
	s.line(s.left, s.y, s.left+s.width, s.y, accent, 0.5)
}

// headline says what a document is, and what about.
func (s *sheet) headline(title, subtitle string) {
	large := style{bold: true, size: 22, colour: ink}
	s.y = s.lines(s.left, s.y, s.wrap(large, title, s.width), large)
	below := style{size: 11.5, colour: muted}
	s.y = s.lines(s.left, s.y, s.wrap(below, subtitle, s.width), below)
}
