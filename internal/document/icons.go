package document

// pen draws a figure of unit size at a place on the page.
type pen struct {
	s           *sheet
	x, y, scale float64
}

// at makes a point of the figure one of the page.
func (p pen) at(x, y float64) (pageX, pageY float64) { return p.x + x*p.scale, p.y + y*p.scale }

// stroke draws a line through points, given as x and y in turn.
func (p pen) stroke(c colour, thickness float64, points ...float64) {
	p.ink(c, thickness)
	p.path(points)
	p.s.pdf.DrawPath("D")
}

// shape fills the polygon of points, given as x and y in turn.
func (p pen) shape(c colour, points ...float64) {
	p.ink(c, 0)
	p.path(points)
	p.s.pdf.ClosePath()
	p.s.pdf.DrawPath("F")
}

func (p pen) path(points []float64) {
	p.s.pdf.MoveTo(p.at(points[0], points[1]))
	for i := 2; i < len(points); i += 2 {
		p.s.pdf.LineTo(p.at(points[i], points[i+1]))
	}
}

// curve adds a Bézier curve to the path begun.
func (p pen) curve(x1, y1, x2, y2, x, y float64) {
	ax, ay := p.at(x1, y1)
	bx, by := p.at(x2, y2)
	cx, cy := p.at(x, y)
	p.s.pdf.CurveBezierCubicTo(ax, ay, bx, by, cx, cy)
}

func (p pen) ellipse(c colour, thickness, x, y, rx, ry float64) {
	p.ink(c, thickness)
	cx, cy := p.at(x, y)
	how := "D"
	if thickness == 0 {
		how = "F"
	}
	p.s.pdf.Ellipse(cx, cy, rx*p.scale, ry*p.scale, 0, how)
}

func (p pen) ink(c colour, thickness float64) {
	p.s.pdf.SetLineCapStyle("round")
	p.s.pdf.SetLineJoinStyle("round")
	if thickness > 0 {
		p.s.pdf.SetDrawColor(c.red, c.green, c.blue)
		p.s.pdf.SetLineWidth(thickness * p.scale)
		return
	}
	p.s.pdf.SetFillColor(c.red, c.green, c.blue)
}

// mark is what stands before an item of a list. Marks differ in shape, so that
// they are told apart in black and white.
type mark func(pen)

func tick(c colour) mark {
	return func(p pen) { p.stroke(c, 0.17, 0.08, 0.55, 0.38, 0.86, 0.95, 0.14) }
}

func cross(c colour) mark {
	return func(p pen) {
		p.stroke(c, 0.17, 0.12, 0.12, 0.88, 0.88)
		p.stroke(c, 0.17, 0.88, 0.12, 0.12, 0.88)
	}
}

func exclamation(c colour) mark {
	return func(p pen) {
		p.stroke(c, 0.2, 0.5, 0.05, 0.5, 0.58)
		p.ellipse(c, 0, 0.5, 0.92, 0.12, 0.12)
	}
}

func dash(p pen) { p.stroke(muted, 0.1, 0.1, 0.55, 0.7, 0.55) }

// optional is neither tick nor cross: such a cover is not part of the
// contract unless it is chosen (Regulation (EU) 2017/1469 Art. 4(2)).
func optional(p pen) { p.ellipse(muted, 0.09, 0.5, 0.52, 0.26, 0.26) }

// icon is the figure of a section of the information document, white on its
// colour (Regulation (EU) 2017/1469 Art. 7(1)). Figures are drawn on a field
// of 24 by 24.
type icon struct {
	colour colour
	draw   func(pen, colour)
}

// place draws an icon as a disc with its upper left corner at a point.
func (i icon) place(s *sheet, x, y, size float64) {
	p := pen{s: s, x: x, y: y, scale: size / 24}
	p.ellipse(i.colour, 0, 12, 12, 12, 12)
	i.draw(p, i.colour)
	s.pdf.SetLineCapStyle("butt")
	s.pdf.SetLineJoinStyle("miter")
}

var (
	insuredIcon     = icon{green, umbrella}
	notInsuredIcon  = icon{red, crossInTriangle}
	restrictionIcon = icon{orange, exclamationInTriangle}
	territoryIcon   = icon{blue, globe}
	obligationIcon  = icon{green, handshake}
	paymentIcon     = icon{yellow, coins}
	durationIcon    = icon{blue, hourglass}
	terminationIcon = icon{black, palmInShield}
)

func umbrella(p pen, _ colour) {
	p.ink(white, 0)
	p.s.pdf.MoveTo(p.at(4.6, 12.4))
	p.curve(4.6, 8.2, 8, 5.4, 12, 5.4)
	p.curve(16, 5.4, 19.4, 8.2, 19.4, 12.4)
	p.curve(18.3, 11, 15.9, 11, 14.5, 12.4)
	p.curve(13.4, 11, 10.6, 11, 9.5, 12.4)
	p.curve(8.1, 11, 5.7, 11, 4.6, 12.4)
	p.s.pdf.ClosePath()
	p.s.pdf.DrawPath("F")
	p.stroke(white, 1.1, 12, 4.4, 12, 5.6)
	p.ink(white, 1.2)
	p.s.pdf.MoveTo(p.at(12, 12))
	p.s.pdf.LineTo(p.at(12, 17.6))
	p.curve(12, 19.9, 8.9, 19.9, 8.9, 17.6)
	p.s.pdf.DrawPath("D")
}

func triangle(p pen) { p.shape(white, 12, 4, 19.6, 17.6, 4.4, 17.6) }

func crossInTriangle(p pen, c colour) {
	triangle(p)
	p.stroke(c, 1.5, 9.8, 11, 14.2, 15.4)
	p.stroke(c, 1.5, 14.2, 11, 9.8, 15.4)
}

func exclamationInTriangle(p pen, c colour) {
	triangle(p)
	p.stroke(c, 1.7, 12, 9, 12, 12.7)
	p.ellipse(c, 0, 12, 15.4, 1, 1)
}

func globe(p pen, _ colour) {
	p.ellipse(white, 1.1, 12, 12, 7.4, 7.4)
	p.ellipse(white, 1, 12, 12, 3.3, 7.4)
	p.stroke(white, 1, 4.6, 12, 19.4, 12)
	p.stroke(white, 1, 5.7, 8.3, 18.3, 8.3)
	p.stroke(white, 1, 5.7, 15.7, 18.3, 15.7)
}

func handshake(p pen, c colour) {
	p.shape(white, 3.2, 8.6, 5.4, 7.7, 7.6, 13.6, 5.4, 14.5)
	p.shape(white, 20.8, 8.6, 18.6, 7.7, 16.4, 13.6, 18.6, 14.5)
	p.shape(white, 6.4, 8.3, 10.4, 7.6, 12, 8.3, 13.8, 7.6, 17.6, 8.3, 15.9, 13.5, 12.7, 17.2, 11.2, 17.2, 8, 13.4)
	p.ink(c, 0.9)
	p.s.pdf.MoveTo(p.at(13.2, 8.2))
	p.curve(11.2, 8.8, 10.4, 10, 9.8, 11.4)
	p.curve(10.9, 12.4, 12.2, 11.6, 12.9, 10.5)
	p.s.pdf.LineTo(p.at(16, 13.1))
	p.s.pdf.DrawPath("D")
	p.stroke(c, 0.8, 11.9, 12.5, 14.4, 14.9)
	p.stroke(c, 0.8, 10.5, 13.4, 12.9, 15.8)
}

func coins(p pen, c colour) {
	p.ellipse(white, 0, 14.8, 9.4, 4.5, 4.5)
	p.ellipse(c, 0.7, 14.8, 9.4, 3.1, 3.1)
	p.ellipse(c, 0, 9.4, 14, 5.3, 5.3)
	p.ellipse(white, 0, 9.4, 14, 4.5, 4.5)
	p.ellipse(c, 0.7, 9.4, 14, 3.1, 3.1)
}

func hourglass(p pen, _ colour) {
	p.stroke(white, 1.3, 7, 5, 17, 5)
	p.stroke(white, 1.3, 7, 19, 17, 19)
	p.ink(white, 1.1)
	p.s.pdf.MoveTo(p.at(8.2, 5.4))
	p.curve(8.2, 9.3, 11.2, 10.4, 11.2, 12)
	p.curve(11.2, 13.6, 8.2, 14.7, 8.2, 18.6)
	p.s.pdf.DrawPath("D")
	p.s.pdf.MoveTo(p.at(15.8, 5.4))
	p.curve(15.8, 9.3, 12.8, 10.4, 12.8, 12)
	p.curve(12.8, 13.6, 15.8, 14.7, 15.8, 18.6)
	p.s.pdf.DrawPath("D")
	p.shape(white, 9.6, 8.6, 14.4, 8.6, 12, 11.4)
	p.shape(white, 8.9, 18.4, 9.6, 16.7, 12, 14.9, 14.4, 16.7, 15.1, 18.4)
}

func palmInShield(p pen, c colour) {
	p.ink(white, 0)
	p.s.pdf.MoveTo(p.at(12, 3.2))
	p.s.pdf.LineTo(p.at(19.3, 5.6))
	p.s.pdf.LineTo(p.at(19.3, 12))
	p.curve(19.3, 16.6, 16, 19.4, 12, 21)
	p.curve(8, 19.4, 4.7, 16.6, 4.7, 12)
	p.s.pdf.LineTo(p.at(4.7, 5.6))
	p.s.pdf.ClosePath()
	p.s.pdf.DrawPath("F")
	for _, finger := range [][]float64{
		{9.4, 13, 9.2, 8.6}, {11.2, 12.4, 11.1, 7.2}, {13, 12.4, 13.1, 7.4}, {14.7, 13, 15, 9}, {9.6, 15.2, 7.2, 12.2},
	} {
		p.stroke(c, 1.45, finger...)
	}
	p.shape(c, 8.7, 12.8, 15.4, 12.8, 15.2, 15.2, 13.6, 17.4, 10.9, 17.4, 9, 15.2)
}
