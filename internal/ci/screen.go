package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/covernote/covernote/internal/planted"
)

// heartbeat is how often a step without a terminal says that it lives.
const heartbeat = 30 * time.Second

// screen is where people read. On a terminal a running step turns; elsewhere,
// and under CI=true, there are only plain lines.
type screen struct {
	w    io.Writer
	live bool
}

// newScreen looks at the file and the environment (CI, NO_COLOR, TERM).
func newScreen(f *os.File, env []string) *screen {
	ci := os.Getenv("CI") == "true"
	w := colorprofile.NewWriter(f, env)
	if ci {
		w.Profile = colorprofile.NoTTY
	}
	live := !ci && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
	return &screen{w: w, live: live}
}

var (
	faint = lipgloss.NewStyle().Faint(true)
	bold  = lipgloss.NewStyle().Bold(true)
	green = lipgloss.NewStyle().Foreground(lipgloss.Color("2"))
	red   = lipgloss.NewStyle().Foreground(lipgloss.Color("1")).Bold(true)
	amber = lipgloss.NewStyle().Foreground(lipgloss.Color("3"))
)

// say writes a line. A terminal that is gone is no reason to stop testing.
func (s *screen) say(format string, args ...any) {
	_, _ = fmt.Fprintf(s.w, format+"\n", args...)
}

// found tells where something needed is.
func (s *screen) found(name, place string) {
	s.say("  %-24s%s", name, faint.Render(place))
}

// complain tells of an error that changes no result.
func (s *screen) complain(err error) {
	if err != nil {
		s.say("%s %v", amber.Render("!"), err)
	}
}

// giveUp tells why nothing was run and gives the status.
func (s *screen) giveUp(err error) int {
	s.say("%s %v", red.Render("✗"), err)
	if errors.Is(err, errMissing) {
		return statusMissing
	}
	return statusFailed
}

// progress is a step that is running.
type progress struct {
	name string
	bar  *progressbar.ProgressBar // on a terminal
	out  *screen
	next time.Time // the next plain line is due
}

// begin shows that a step runs.
func (s *screen) begin(name string) *progress {
	p := &progress{name: name, out: s, next: time.Now().Add(heartbeat)}
	if s.live {
		p.bar = progressbar.NewOptions(-1,
			progressbar.OptionSetWriter(s.w),
			progressbar.OptionSpinnerType(14),
			progressbar.OptionSetDescription(name),
			progressbar.OptionSetElapsedTime(true),
			progressbar.OptionSetRenderBlankState(true),
			progressbar.OptionClearOnFinish())
	}
	return p
}

// say tells what the step is at; on plain output only now and then.
func (p *progress) say(at string) {
	line := p.name
	if at != "" {
		line += " · " + at
	}
	if p.bar != nil {
		p.bar.Describe(line)
		return
	}
	if now := time.Now(); now.After(p.next) {
		p.next = now.Add(heartbeat)
		p.out.say("  … %s", line)
	}
}

// finish replaces the running step by its result.
func (s *screen) finish(p *progress, r result) {
	if p.bar != nil {
		_ = p.bar.Finish() // its only error is a terminal that is gone
	}
	mark, note := green.Render("✓"), faint.Render(r.note)
	switch r.verdict {
	case failed:
		mark = red.Render("✗")
	case notRun:
		mark, note = amber.Render("–"), amber.Render("NOT RUN: "+r.note)
	}
	s.say("%s %-10s%7s  %s", mark, r.step, spell(r.took), note)
	s.listCatches(r.catches)
}

// listCatches tells for each planted bug which test noticed it. A bug is named
// once, however many tests were asked.
func (s *screen) listCatches(catches []catch) {
	var last planted.Name
	for _, c := range catches {
		mark, name := green.Render("✓"), string(c.bug)
		if len(c.by) == 0 {
			mark = red.Render("✗")
		}
		if c.bug == last {
			name = ""
		}
		last = c.bug
		s.say("    %-26s%s %s %s", name, mark, c.says(), faint.Render(c.dir))
	}
}

// spell writes a duration as briefly as people would.
func spell(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return d.Round(time.Second).String()
}
