package document

// fact is a label and what it is about this contract. A fact without a value
// is left out.
type fact struct {
	label, value string
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
		most = max(most, len(s.body.wrap(item.value, f.cell(s))))
	}
	return factLabel.line() + float64(most)*s.body.line()
}

func (f facts) lead(s *sheet) float64 {
	rows := f.rows()
	if len(rows) == 0 {
		return 0
	}
	return rows[0].rowHeight(s)
}

func (f facts) draw(s *sheet) {
	for _, row := range f.rows() {
		height := row.rowHeight(s)
		s.keep(height)
		width := row.cell(s)
		for i, item := range row {
			x := s.left + float64(i)*(width+factGutter)
			s.text(x, s.y, item.label, factLabel)
			s.lines(x, s.y+factLabel.line(), s.body.wrap(item.value, width), s.body)
		}
		s.y += height + factGap
	}
}

// band is the summary at the top: a few facts side by side on a tint.
type band []fact

func (b band) draw(s *sheet) {
	const inset, gutter = 5.0, 5.0
	value := style{bold: true, size: 11, colour: ink}
	width := (s.width - 2*inset - gutter*float64(len(b)-1)) / float64(len(b))
	most := 0
	for _, item := range b {
		most = max(most, len(value.wrap(item.value, width)))
	}
	height := 2*inset + factLabel.line() + 0.6 + float64(most)*value.line() - 2
	s.fill(s.left, s.y, s.width, height, tint)
	s.fill(s.left, s.y, 1.2, height, accent)
	for i, item := range b {
		x := s.left + inset + float64(i)*(width+gutter)
		s.text(x, s.y+inset-1, item.label, factLabel)
		s.lines(x, s.y+inset-0.4+factLabel.line(), value.wrap(item.value, width), value)
	}
	s.y += height
}
