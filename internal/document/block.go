package document

// block is a piece of a section.
type block interface {
	// lead is the height that must not be parted from a heading above it.
	lead(s *sheet) float64
	// draw draws it in the sheet's column, on as many pages as it takes, and
	// moves the sheet's y below it.
	draw(s *sheet)
}

// smallBlock is the height up to which a grid or a table is not divided
// between two pages.
const smallBlock = 60.0

// wholePage is the height that every page but the first has at least.
const wholePage = pageBottom - pageTop - 15

// section draws a heading and its blocks; the heading stays with the first
// lines below it.
func (s *sheet) section(title string, blocks ...block) {
	heading := style{bold: true, size: 11, colour: accent}
	height := heading.line() + 2.6
	above := 5.2
	if len(blocks) > 0 {
		s.keep(above + height + blocks[0].lead(s))
	}
	s.y += above
	s.text(s.left, s.y, title, heading)
	s.bookmark(title)
	s.y += heading.line() + 0.6
	s.line(s.left, s.y, s.left+s.width, s.y, rule, 0.2)
	s.y += 2
	for i, b := range blocks {
		if i > 0 {
			s.y += 1.6 + gapAbove(i, b)
		}
		b.draw(s)
	}
}

// prose is a running text; line feeds begin paragraphs.
type prose string

func (p prose) lead(s *sheet) float64 { return float64(min(2, len(p.lines(s)))) * s.body.line() }

func (p prose) lines(s *sheet) []string { return s.wrap(s.body, string(p), s.width) }

func (p prose) draw(s *sheet) {
	for _, line := range p.lines(s) {
		s.keep(s.body.line())
		s.text(s.left, s.y, line, s.body)
		s.y += s.body.line()
	}
}

// warning is a line that nobody must miss, above all others; an empty one is
// not drawn.
type warning string

func (w warning) draw(s *sheet) {
	if w == "" {
		return
	}
	look := style{bold: true, size: 10, colour: red}
	top := s.y
	lines := s.wrap(look, string(w), s.width-5)
	s.y = s.lines(s.left+5, s.y, lines, look)
	s.fill(s.left, top, 1.2, s.y-top, red)
	s.y += 4
}

// subheading is a bold line within a section.
type subheading string

// lead keeps the first line of what follows beside the subheading.
func (h subheading) lead(s *sheet) float64 { return h.height(s) + s.body.line() }

func (h subheading) lines(s *sheet) []string { return s.wrap(h.style(s), string(h), s.width) }

func (h subheading) style(s *sheet) style {
	bold := s.body
	bold.bold = true
	return bold
}

func (h subheading) draw(s *sheet) {
	s.keep(h.lead(s))
	s.y = s.lines(s.left, s.y, h.lines(s), h.style(s))
}

// list is a run of items, each behind the same mark.
type list struct {
	mark  mark
	items []string
}

func (l list) indent(s *sheet) float64 { return s.body.size * millimetresPerPoint * 1.5 }

func (l list) wrapped(s *sheet, item string) []string {
	return s.wrap(s.body, item, s.width-l.indent(s))
}

func (l list) lead(s *sheet) float64 {
	if len(l.items) == 0 {
		return 0
	}
	return float64(min(3, len(l.wrapped(s, l.items[0])))) * s.body.line()
}

func (l list) draw(s *sheet) {
	for _, item := range l.items {
		lines := l.wrapped(s, item)
		s.keep(float64(min(len(lines), 3)) * s.body.line())
		if len(lines) > 0 {
			size := s.body.size * millimetresPerPoint
			l.mark(pen{s: s, x: s.left, y: s.y + (s.body.line()-size*0.8)/2, scale: size * 0.8})
		}
		for _, line := range lines {
			s.keep(s.body.line())
			s.text(s.left+l.indent(s), s.y, line, s.body)
			s.y += s.body.line()
		}
		s.y += listGap
	}
}

// listGap is the space between two items of a list.
const listGap = 0.7

// height is what a list takes when no page ends within it.
func (l list) height(s *sheet) float64 {
	sum := 0.0
	for _, item := range l.items {
		sum += float64(len(l.wrapped(s, item)))*s.body.line() + listGap
	}
	return sum
}

func (p prose) height(s *sheet) float64 { return float64(len(p.lines(s))) * s.body.line() }

func (h subheading) height(s *sheet) float64 { return float64(len(h.lines(s))) * s.body.line() }
