package document

// fact is a label and what it is about this contract. A fact without a value
// is left out.
type fact struct {
	label, value string
	// aside is a second line, in the band only.
	aside string
	// wide takes the whole line.
	wide bool
}

// facts is a grid of facts in two columns.
type facts []fact

const (
	factGutter = 8.0
	factGap    = 2.4
)

var factLabel = style{size: 7.5, colour: muted}

// rows pairs the facts; a wide one stands alone.
func (f facts) rows() []facts {
	var rows []facts
	open := false // whether the last row has room for another
	for _, item := range f {
		switch {
		case clean(item.value) == "":
		case item.wide:
			rows, open = append(rows, facts{item}), false
		case open:
			rows[len(rows)-1] = append(rows[len(rows)-1], item)
			open = false
		default:
			rows, open = append(rows, facts{item}), true
		}
	}
	return rows
}

// cell is the width of each fact in a row.
func (f facts) cell(s *sheet) float64 {
	if f[0].wide {
		return s.width
	}
	return (s.width - factGutter) / 2
}

func (f facts) rowHeight(s *sheet) float64 {
	most := 0
	for _, item := range f {
		most = max(most, len(s.wrap(s.body, item.value, f.cell(s))))
	}
	return factLabel.line() + float64(most)*s.body.line()
}

// lead is the whole grid if it is small, else its first row.
func (f facts) lead(s *sheet) float64 {
	rows := f.rows()
	if len(rows) == 0 {
		return 0
	}
	height := factGap * float64(len(rows)-1)
	for _, row := range rows {
		height += row.rowHeight(s)
	}
	switch first := rows[0].rowHeight(s); {
	case height <= smallBlock:
		return height
	case first <= wholePage:
		return first
	}
	return factLabel.line() + s.body.line()
}

func (f facts) draw(s *sheet) {
	s.keep(f.lead(s))
	for i, row := range f.rows() {
		if i > 0 {
			s.y += factGap
		}
		height := row.rowHeight(s)
		if height > wholePage {
			row.drawLong(s)
			continue
		}
		s.keep(height)
		width := row.cell(s)
		for i, item := range row {
			x := s.left + float64(i)*(width+factGutter)
			s.text(x, s.y, item.label, factLabel)
			s.lines(x, s.y+factLabel.line(), s.wrap(s.body, item.value, width), s.body)
		}
		s.y += height
	}
}

// drawLong draws a row that no page can hold: its facts one below the other,
// over as many pages as they take.
func (f facts) drawLong(s *sheet) {
	for _, item := range f {
		s.keep(factLabel.line() + s.body.line())
		s.text(s.left, s.y, item.label, factLabel)
		s.y += factLabel.line()
		prose(item.value).draw(s)
	}
}

// band is the summary at the top: a few facts side by side on a tint.
type band []fact

func (b band) draw(s *sheet) {
	const inset, gutter = 5.0, 5.0
	large, aside := style{bold: true, size: 11, colour: ink}, style{size: 8.5, colour: muted}
	width := (s.width - 2*inset - gutter*float64(len(b)-1)) / float64(len(b))
	most := 0.0
	for _, item := range b {
		value := large.fit(item.value, width)
		values, asides := s.wrap(value, item.value, width), s.wrap(aside, item.aside, width)
		most = max(most, float64(len(values))*value.line()+float64(len(asides))*aside.line())
	}
	height := 2*inset + factLabel.line() + most - 1.4
	s.fill(s.left, s.y, s.width, height, tint)
	s.fill(s.left, s.y, 1.2, height, accent)
	for i, item := range b {
		x := s.left + inset + float64(i)*(width+gutter)
		s.text(x, s.y+inset-1, item.label, factLabel)
		value := large.fit(item.value, width)
		top := s.y + inset - 0.4 + factLabel.line() + large.baseline() - value.baseline()
		below := s.lines(x, top, s.wrap(value, item.value, width), value)
		s.lines(x, below, s.wrap(aside, item.aside, width), aside)
	}
	s.y += height
}
