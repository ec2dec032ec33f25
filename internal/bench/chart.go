package bench

import (
	"errors"
	"fmt"
	"html"
	"os"
	"text/template"
)

// The measures of a chart, in its own units.
const (
	chartLeft  = 430 // where bars begin, behind the longest name
	chartWide  = 300 // of a bar that is as long as any
	chartRow   = 34
	chartAbove = 54
	// chartMost is how many times its target a bar can show.
	chartMost = 3.0
)

// bar is one figure in a chart.
type bar struct {
	Y, Width    int
	Name, Value string
	Missed      bool
}

// chart is the figures of an engine that have a target, each as long as it is
// beyond it.
type chart struct {
	Title         string
	Height, Right int
	Left, Target  int // where the bars begin, and where the targets are
	Bottom        int
	Bars          []bar
}

func newChart(engine Engine, figures []*Figure) chart {
	c := chart{Title: engine.name(), Left: chartLeft, Target: chartLeft + chartWide/chartMost, Right: chartLeft + chartWide}
	for _, f := range figures {
		if f.Target == nil {
			continue
		}
		share := min(f.fulfilment(), chartMost) / chartMost
		c.Bars = append(c.Bars, bar{
			Y: chartAbove + len(c.Bars)*chartRow, Width: int(share * chartWide), Name: f.What,
			Value: f.judgement(), Missed: f.Verdict() == Missed,
		})
	}
	c.Bottom = chartAbove + len(c.Bars)*chartRow
	c.Height = c.Bottom + 16
	return c
}

// judgement is the number that the target is about, and the target.
func (f *Figure) judgement() string {
	value := measured(f.Median, f.Unit)
	if f.Limit != nil && !f.Target.Absolute {
		value = f.ratio() + " of " + f.Limit.What
	}
	return value + ", target " + f.target()
}

// chartText draws with the colours of the page around it, light or dark.
var chartText = template.Must(template.New("chart").Funcs(template.FuncMap{"escape": html.EscapeString}).Parse(
	`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1280 {{.Height}}" role="img" font-family="system-ui, sans-serif" font-size="14">
<title>{{escape .Title}}: each figure beside its target</title>
<style>
text { fill: #1f2328 } .soft { fill: #59636e } .met { fill: #2f6fb5 } .missed { fill: #c4531c } line { stroke: #59636e; stroke-dasharray: 4 4 }
@media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .soft { fill: #9198a1 } .met { fill: #58a6ff } .missed { fill: #f0883e } line { stroke: #9198a1 } }
</style>
<text x="{{.Left}}" y="20" font-weight="600">{{escape .Title}}</text>
<text x="{{.Target}}" y="40" class="soft" text-anchor="middle">target</text>
{{range .Bars}}<text x="{{$.Left}}" y="{{.Y}}" dx="-12" dy="19" text-anchor="end">{{escape .Name}}</text>
<rect x="{{$.Left}}" y="{{.Y}}" width="{{.Width}}" height="24" rx="3" class="{{if .Missed}}missed{{else}}met{{end}}"/>
<text x="{{$.Right}}" y="{{.Y}}" dx="12" dy="19" class="soft">{{if .Missed}}missed: {{end}}{{escape .Value}}</text>
{{end}}<line x1="{{.Target}}" y1="46" x2="{{.Target}}" y2="{{.Bottom}}"/>
</svg>
`))

// writeChart draws the chart of an engine into a file.
func writeChart(path string, engine Engine, r Report) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("draw a chart: %w", err)
	}
	err = chartText.Execute(file, newChart(engine, r.of(engine)))
	return errors.Join(err, file.Close())
}
