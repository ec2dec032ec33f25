package document

// table is a few columns under a heading line. The first column is text and
// takes the room that is left; the others stand at their right edge if
// numbers is set, and all columns are equally wide if it is not.
type table struct {
	head []string
	rows [][]string
	// numbers: the columns after the first are amounts.
	numbers bool
	// total: the last row is the sum of those above.
	total bool
}

const (
	numberWidth = 32.0
	// narrowWidth is that of an amount where there are many.
	narrowWidth = 30.0
	cellGap     = 4.0
	rowPadding  = 1.1
)

func (t table) widths(s *sheet) []float64 {
	widths := make([]float64, len(t.head))
	if !t.numbers {
		for i := range widths {
			widths[i] = s.width / float64(len(t.head))
		}
		return widths
	}
	amount := numberWidth
	if len(t.head) > 4 {
		amount = narrowWidth
	}
	for i := range widths {
		widths[i] = amount
	}
	widths[0] = s.width - amount*float64(len(t.head)-1)
	return widths
}

func (t table) rowHeight(s *sheet, row []string, look style) float64 {
	most := 1
	for i, width := range t.widths(s) {
		most = max(most, len(s.wrap(look, row[i], width-cellGap)))
	}
	return float64(most)*look.line() + 2*rowPadding
}

// lead is the whole table if it is small, else its head and first row.
func (t table) lead(s *sheet) float64 {
	height := t.rowHeight(s, t.head, factLabel)
	first := height
	for i, row := range t.rows {
		height += t.rowHeight(s, row, s.body)
		if i == 0 {
			first = height
		}
	}
	if height > smallBlock {
		return first
	}
	return height
}

func (t table) draw(s *sheet) {
	s.keep(t.lead(s))
	t.drawRow(s, t.head, factLabel, rule)
	for i, row := range t.rows {
		look := s.body
		if t.total && i == len(t.rows)-1 {
			look.bold = true
		}
		s.keep(t.rowHeight(s, row, look))
		t.drawRow(s, row, look, rule)
	}
	s.y += 0.8
}

func (t table) drawRow(s *sheet, row []string, look style, below colour) {
	t.drawCells(s, row, look)
	s.line(s.left, s.y, s.left+s.width, s.y, below, 0.15)
}

func (t table) drawCells(s *sheet, row []string, look style) {
	height := t.rowHeight(s, row, look)
	x := s.left
	for i, width := range t.widths(s) {
		lines := s.wrap(look, row[i], width-cellGap)
		y := s.y + rowPadding
		for _, line := range lines {
			if t.numbers && i > 0 {
				s.textRight(x+width, y, line, look)
			} else {
				s.text(x, y, line, look)
			}
			y += look.line()
		}
		x += width
	}
	s.y += height
}
