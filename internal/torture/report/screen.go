package report

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// heartbeat is how often a run without a terminal says that it lives.
const heartbeat = 20 * time.Second

// Screen is where people read: a bar that moves on a terminal, and plain lines
// elsewhere.
type Screen struct {
	w    io.Writer
	live bool
}

// NewScreen looks what is written to.
func NewScreen(w io.Writer) *Screen {
	file, ok := w.(*os.File)
	live := ok && os.Getenv("CI") != "true" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(file.Fd()))
	return &Screen{w: w, live: live}
}

// Say writes a line. A terminal that is gone is no reason to stop.
func (s *Screen) Say(format string, args ...any) { _, _ = fmt.Fprintf(s.w, format+"\n", args...) }

// Bar shows how far a run is. Several may use it at once.
type Bar struct {
	screen *Screen
	bar    *progressbar.ProgressBar // on a terminal
	began  time.Time
	total  int

	mu   sync.Mutex
	next time.Time // the next plain line is due
	done int
}

// Begin shows a run of so many strokes.
func (s *Screen) Begin(total int) *Bar {
	b := &Bar{screen: s, began: time.Now(), total: total}
	if s.live {
		b.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(s.w), progressbar.OptionShowCount(),
			progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())
	}
	return b
}

// Add counts a stroke.
func (b *Bar) Add() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done++
	if b.bar != nil {
		_ = b.bar.Add(1) // its only error is a terminal that is gone
	}
}

// Say tells what the run is at; on plain output only now and then.
func (b *Bar) Say(chapter, at string, found int) {
	line := chapter + " · " + at
	if found > 0 {
		line += fmt.Sprintf(" · %d findings", found)
	}
	if b.bar != nil {
		b.bar.Describe(line)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := time.Now(); now.After(b.next) {
		b.next = now.Add(heartbeat)
		b.screen.Say("  %d of %d strokes, %s: %s", b.done, b.total, b.left(now), line)
	}
}

// left guesses how long the rest takes.
func (b *Bar) left(now time.Time) string {
	if b.done == 0 {
		return "begun"
	}
	rest := now.Sub(b.began) / time.Duration(b.done) * time.Duration(b.total-b.done)
	return "about " + rest.Round(time.Second).String() + " left"
}

// End takes the bar away.
func (b *Bar) End() {
	if b.bar != nil {
		_ = b.bar.Finish() // its only error is a terminal that is gone
	}
}
