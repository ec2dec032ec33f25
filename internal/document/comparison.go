package document

// comparison is a table with a note below each row, and one row that stands
// out.
type comparison struct {
	table
	// notes are as many as rows; an empty one takes no room.
	notes []string
	// chosen is the place of the row that stands out.
	chosen int
}

var noteLook = style{size: 8, colour: muted}

// lead is the head and the first row.
func (c comparison) lead(s *sheet) float64 {
	height := c.rowHeight(s, c.head, factLabel)
	if len(c.rows) > 0 {
		height += c.height(s, 0)
	}
	return height
}

// look is the type of a row.
func (c comparison) look(s *sheet, row int) style {
	look := s.body
	look.bold = row == c.chosen
	return look
}

// height is what a row takes with its note.
func (c comparison) height(s *sheet, row int) float64 {
	height := c.rowHeight(s, c.rows[row], c.look(s, row))
	if note := c.note(s, row); len(note) > 0 {
		height += float64(len(note))*noteLook.line() + rowPadding
	}
	return height
}

// mostOfNote is how many lines of a note are repeated, so that a row fits on
// a page whatever an insurer had to say.
const mostOfNote = 20

func (c comparison) note(s *sheet, row int) []string {
	lines := s.wrap(noteLook, c.notes[row], s.width-cellGap)
	return lines[:min(len(lines), mostOfNote)]
}

func (c comparison) draw(s *sheet) {
	s.keep(c.lead(s))
	c.drawRow(s, c.head, factLabel, rule)
	for i, row := range c.rows {
		height := c.height(s, i)
		s.keep(height)
		if i == c.chosen {
			c.highlight(s, height)
		}
		below := s.y + height
		c.drawCells(s, row, c.look(s, i))
		s.lines(s.left, s.y, c.note(s, i), noteLook)
		s.y = below
		s.line(s.left, s.y, s.left+s.width, s.y, rule, 0.15)
	}
	s.y += 0.8
}

// highlight tints the ground of a row, a little beyond the column.
func (c comparison) highlight(s *sheet, height float64) {
	const beyond = 2.5
	s.fill(s.left-beyond, s.y, s.width+2*beyond, height, tint)
	s.fill(s.left-beyond, s.y, 0.8, height, accent)
}
