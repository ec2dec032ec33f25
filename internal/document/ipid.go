package document

import (
	"errors"
	"fmt"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// Information is what the insurance product information document (IPID) of a
// product says. It is about no person and holds for every contract.
type Information struct {
	Product insurance.Product
	// Country is the market, which the product must be sold in.
	Country  insurance.Country
	Language insurance.Language
	// IssuedAt is printed as the day of the edition, and is the date of the file.
	IssuedAt time.Time
	// Specimen marks every page as no contract.
	Specimen bool
}

// The bounds of the information document: two sides of A4 (Regulation (EU)
// 2017/1469 Art. 3), and letters whose x is at least 1.2 mm high (Art. 4(1)),
// which 8 points are by far.
const (
	informationPages  = 2
	smallestBody      = 8.0
	largestBody       = 9.5
	informationMargin = 15.0
)

// ErrTooLong tells that an information document would take more than two
// pages even in its smallest type. Its text must be shortened.
var ErrTooLong = errors.New("document: the product information is too long for two pages")

// RenderInformation gives the information document as a PDF, in the largest
// type in which it keeps to two pages. It refuses a language without wording
// or description, a country in which the product is not sold, and with
// ErrTooLong a text that two pages cannot hold.
func RenderInformation(i Information) ([]byte, error) {
	words, err := wordingIn(i.Language)
	if err != nil {
		return nil, err
	}
	content, err := informationOf(i.Product, i.Language)
	if err != nil {
		return nil, err
	}
	market, sold := i.Product.Market(i.Country)
	if !sold {
		return nil, fmt.Errorf("document: %s version %d is not sold in %s", i.Product.Code, i.Product.Version, i.Country)
	}
	for size := largestBody; size >= smallestBody; size -= 0.5 {
		sheet, err := i.sheet(words)
		if err != nil {
			return nil, err
		}
		sheet.body.size = size
		p := poster{sheet: sheet, Information: i, content: content, zone: market.Zone}
		if p.draw() {
			return sheet.bytes()
		}
	}
	return nil, ErrTooLong
}

func (i Information) sheet(words *wording) (*sheet, error) {
	insurer, name := i.Product.Insurer, i.Product.Name.In(i.Language)
	return newSheet(words, frame{
		title: words.information.title + " – " + name, author: insurerName(insurer),
		running: joined(" · ", words.information.title, name),
		legal:   words.legalLine(insurer), issuedAt: i.IssuedAt, specimen: i.Specimen,
		margin: informationMargin,
	})
}

// poster lays out the information document in the grid of the Annex.
type poster struct {
	*sheet
	Information
	content insurance.Information
	zone    *time.Location
}

// draw gives false if the document does not keep to its pages.
func (p poster) draw() bool {
	p.header()
	p.statement()
	h := p.information.headings
	p.panel(heading{title: h[0]}, prose(p.content.Type))
	if !p.columns() {
		return false
	}
	p.panel(heading{h[4], &territoryIcon}, list{tick(blue), p.content.Territory})
	p.panel(heading{h[5], &obligationIcon}, p.obligations()...)
	p.panel(heading{h[6], &paymentIcon}, prose(p.content.Payment))
	p.panel(heading{h[7], &durationIcon}, prose(p.content.Duration))
	p.panel(heading{h[8], &terminationIcon}, prose(p.content.Termination))
	return p.pdf.PageCount() <= informationPages
}

// header is the kind of insurance, the title, and right below it the
// manufacturer with state of registration, status and authorisation (Art. 1).
func (p poster) header() {
	w, insurer := p.information, p.Product.Insurer
	line := style{bold: true, size: 17, colour: white}
	title := style{bold: true, size: 11, colour: white}
	maker := style{size: 8.5, colour: ink}
	const inset = 5.0
	lines := p.wrap(line, p.content.Line, p.width-2*inset)
	height := float64(len(lines))*line.line() + title.line() + 6.4
	p.fill(p.left, p.y, p.width, height, accent)
	y := p.lines(p.left+inset, p.y+3, lines, line)
	p.lines(p.left+inset, y, []string{w.title}, title)
	p.y += height + 2.4
	name := joined(", ", insurerName(insurer), insurer.City)
	p.columnsOfText(maker,
		fmt.Sprintf(w.company, name)+"\n"+fmt.Sprintf(w.registered, joined(", ", p.country(insurer.Country), joined(" ", insurer.Register, insurer.RegisterNumber))),
		fmt.Sprintf(w.product, p.Product.Name.In(p.Language))+"\n"+
			fmt.Sprintf(w.edition, p.Product.Code, p.Product.Version, p.date(insurance.DateIn(p.IssuedAt, p.zone))))
	status := fmt.Sprintf(w.status, insurer.SupervisoryAuthority)
	if insurer.AuthorisationNumber != "" {
		status += " · " + fmt.Sprintf(w.authorisation, insurer.AuthorisationNumber)
	}
	p.y = p.lines(p.left, p.y, p.wrap(maker, status, p.width), maker) + 2.4
}

// columnsOfText sets two texts side by side.
func (p poster) columnsOfText(t style, left, right string) {
	half := p.width/2 - 3
	below := p.lines(p.left, p.y, p.wrap(t, left, half), t)
	p.y = max(below, p.lines(p.left+p.width/2+3, p.y, p.wrap(t, right, half), t))
}

// statement says that complete information is elsewhere (Art. 2).
func (p poster) statement() {
	bold := style{bold: true, size: 8.5, colour: ink}
	const inset = 3.0
	lines := p.wrap(bold, p.wording.statement(p.Product), p.width-3*inset)
	height := float64(len(lines))*bold.line() + 4
	p.fill(p.left, p.y, p.width, height, tint)
	p.fill(p.left, p.y, 1, height, accent)
	p.lines(p.left+inset+1, p.y+2, lines, bold)
	p.y += height + panelGap
}

// statement is the sentence of Art. 2.
func (w *wording) statement(p insurance.Product) string {
	return fmt.Sprintf(w.information.statement, p.TermsVersion)
}

func (p poster) insured() []block {
	var included, extra []string
	for _, item := range p.content.Insured {
		if item.Optional {
			extra = append(extra, item.Text)
		} else {
			included = append(included, item.Text)
		}
	}
	blocks := []block{list{tick(green), included}}
	if p.content.SumInsured != "" {
		blocks = append(blocks, subheading(p.information.sumInsured), list{tick(green), []string{p.content.SumInsured}})
	}
	if len(extra) > 0 {
		blocks = append(blocks, subheading(p.information.optional), list{optional, extra})
	}
	return blocks
}

func (p poster) obligations() []block {
	var blocks []block
	for _, part := range []struct {
		title string
		items []string
	}{
		{p.information.atStart, p.content.ObligationsStart},
		{p.information.during, p.content.ObligationsDuring},
		{p.information.forClaim, p.content.ObligationsClaim},
	} {
		if len(part.items) > 0 {
			blocks = append(blocks, subheading(part.title), list{dash, part.items})
		}
	}
	return blocks
}

// columns are the two columns of the Annex: what is insured on the left, what
// is not and what is restricted on the right. All three stand on one page;
// false tells that there is no room for them.
func (p poster) columns() bool {
	const gutter = 4.0
	h := p.information.headings
	left, width := p.left, p.width
	top := p.y
	p.width = (width - gutter) / 2
	insured := panel{heading{h[1], &insuredIcon}, p.insured()}
	excluded := panel{heading{h[2], &notInsuredIcon}, []block{list{cross(red), p.content.NotInsured}}}
	restricted := panel{heading{h[3], &restrictionIcon}, []block{list{exclamation(orange), p.content.Restrictions}}}
	// The right column is the higher one where the two differ in the panels'
	// frames only, so it stretches or the left one does.
	height := max(insured.height(p.sheet), excluded.height(p.sheet)+panelGap+restricted.height(p.sheet))
	fits := top+height <= pageBottom
	if fits {
		insured.draw(p.sheet, height)
		p.left, p.y = left+p.width+gutter, top
		above := excluded.height(p.sheet)
		excluded.draw(p.sheet, above)
		p.y += panelGap
		restricted.draw(p.sheet, height-above-panelGap)
	}
	p.left, p.width, p.y = left, width, top+height+panelGap
	return fits
}
