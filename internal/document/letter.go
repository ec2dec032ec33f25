package document

import (
	"github.com/covernote/covernote/internal/insurance"
)

// letterhead is how a letter opens: who writes to whom, and about what.
type letterhead struct {
	sender string
	// aside are lines about the sender, to the addressee.
	aside, to       []string
	references      facts
	title, subtitle string
}

const (
	addressWidth   = 90.0
	referenceWidth = 56.0
	// mostOfName is how many lines of a name an address repeats.
	mostOfName = 3
)

func (l letterhead) draw(s *sheet) {
	s.sender(l.sender, shortened(senderAside, l.aside, s.width/2-4))
	s.y += 8
	address := style{size: 10, colour: ink}
	below := s.lines(s.left, s.y, shortened(address, l.to, addressWidth), address)
	left, width := s.left, s.width
	s.left, s.width = left+width-referenceWidth, referenceWidth
	l.references.draw(s)
	s.left, s.width = left, width
	s.y = max(s.y, below) + 8
	s.headline(l.title, l.subtitle)
	s.y += 5
}

// greet draws the first lines of a letter.
func (s *sheet) greet(greeting, text string) {
	prose(greeting).draw(s)
	s.y += 1.2
	prose(text).draw(s)
	s.y += 4
}

// shortened wraps texts, and of each keeps the first lines.
func shortened(look style, texts []string, width float64) []string {
	var lines []string
	for _, text := range texts {
		wrapped := look.wrap(oneLine(text), width)
		lines = append(lines, wrapped[:min(len(wrapped), mostOfName)]...)
	}
	return lines
}

// addressed is how a party is written to, line by line; the country is named
// only to whom lives in another one.
func (w *wording) addressed(p insurance.Party, from insurance.Country) []string {
	a := p.Address
	person := personName(p)
	if person != "" {
		person = joined(" ", w.inquiry.salutations[p.Salutation], person)
	}
	return []string{
		p.Company.Reveal(), person,
		joined(" ", a.Street.Reveal(), a.HouseNumber.Reveal()), a.Extra.Reveal(),
		joined(" ", a.PostalCode.Reveal(), a.City.Reveal()), w.abroad(p.Country, from),
	}
}

// addressedInsurer is how an insurer is written to.
func (w *wording) addressedInsurer(i insurance.Insurer, from insurance.Country) []string {
	return []string{insurerName(i), i.Street, joined(" ", i.PostalCode, i.City), w.abroad(i.Country, from)}
}

// abroad is the name of a country for whom it is another one.
func (w *wording) abroad(to, from insurance.Country) string {
	if to == from || to == "" {
		return ""
	}
	return w.country(to)
}

// declaration is a text to be signed, which stays on one page with the lines
// for day and name.
type declaration struct{ text, day, name string }

// signatureHeight is the room to write in.
const signatureHeight = 17.0

func (d declaration) lead(s *sheet) float64 {
	return prose(d.text).height(s) + signatureHeight + factLabel.line()
}

func (d declaration) draw(s *sheet) {
	s.keep(d.lead(s))
	prose(d.text).draw(s)
	s.y += signatureHeight
	half := (s.width - factGutter) / 2
	for i, label := range []string{d.day, d.name} {
		x := s.left + float64(i)*(half+factGutter)
		s.line(x, s.y, x+half, s.y, muted, 0.25)
		s.text(x, s.y+0.8, label, factLabel)
	}
	s.y += 0.8 + factLabel.line()
}
