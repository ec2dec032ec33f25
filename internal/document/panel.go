package document

// Measures of the panels of the information document.
const (
	panelGap   = 3.0
	panelInset = 3.0
	iconSize   = 7.5
)

var panelTitle = style{bold: true, size: 10.5, colour: ink}

// heading is the title of a section with its icon; the first section has none.
type heading struct {
	title string
	icon  *icon
}

func (h heading) indent() float64 {
	if h.icon == nil {
		return 0
	}
	return iconSize + 2.5
}

func (h heading) lines(s *sheet) []string {
	return s.wrap(panelTitle, h.title, s.width-2*panelInset-h.indent())
}

func (h heading) height(s *sheet) float64 {
	text := float64(len(h.lines(s))) * panelTitle.line()
	if h.icon == nil {
		return text
	}
	return max(text, iconSize)
}

// draw draws icon and title with their upper edge at y.
func (h heading) draw(s *sheet, y float64) {
	x := s.left + panelInset
	lines := h.lines(s)
	height := h.height(s)
	if h.icon != nil {
		h.icon.place(s, x, y+(height-iconSize)/2, iconSize)
	}
	s.lines(x+h.indent(), y+(height-float64(len(lines))*panelTitle.line())/2, lines, panelTitle)
	s.bookmarkAt(h.title, 0, y)
}

// panel is a section of the information document in a frame of its own.
type panel struct {
	heading heading
	blocks  []block
}

// headingGap is the space below a heading.
const headingGap = 1.6

// measured is a block whose height is known before it is drawn.
type measured interface{ height(s *sheet) float64 }

// height is what the panel takes if no page ends within it.
func (p panel) height(s *sheet) float64 {
	sum := 2*panelInset + p.heading.height(s) + headingGap
	inner := *s
	inner.width -= 2 * panelInset
	for i, b := range p.blocks {
		sum += gapAbove(i, b)
		if m, ok := b.(measured); ok {
			sum += m.height(&inner)
		}
	}
	return sum
}

// draw draws the panel on the page that is open, in a frame of that height.
func (p panel) draw(s *sheet, height float64) {
	top := s.y
	s.pdf.SetDrawColor(rule.red, rule.green, rule.blue)
	s.pdf.SetLineWidth(0.25)
	s.pdf.Rect(s.left, top, s.width, height, "D")
	p.heading.draw(s, top+panelInset)
	s.y = top + panelInset + p.heading.height(s) + headingGap
	s.within(panelInset, p.blocks)
	s.y = top + height
}

// gapAbove sets a subheading off from what stands above it.
func gapAbove(place int, b block) float64 {
	if _, ok := b.(subheading); ok && place > 0 {
		return 1.2
	}
	return 0
}

// within draws blocks in a narrower column.
func (s *sheet) within(inset float64, blocks []block) {
	left, width := s.left, s.width
	s.left, s.width = left+inset, width-2*inset
	for i, b := range blocks {
		s.y += gapAbove(i, b)
		b.draw(s)
	}
	s.left, s.width = left, width
}

// panel draws a section over the full width. It stays on one page if a page
// can hold it; else its frame is a line above and below it.
func (s *sheet) panel(h heading, blocks ...block) {
	p := panel{h, blocks}
	height := p.height(s)
	if s.y+height <= pageBottom || height <= wholePage {
		s.keep(height)
		p.draw(s, height)
		s.y += panelGap
		return
	}
	s.keep(2*panelInset + h.height(s) + 3*s.body.line())
	s.line(s.left, s.y, s.left+s.width, s.y, rule, 0.25)
	h.draw(s, s.y+panelInset)
	s.y += panelInset + h.height(s) + headingGap
	s.within(panelInset, blocks)
	s.y += panelInset
	s.line(s.left, s.y, s.left+s.width, s.y, rule, 0.25)
	s.y += panelGap
}
