package torture

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/covernote/covernote/internal/torture/faults"
	"github.com/covernote/covernote/internal/torture/report"
)

// conclude prints what the run comes to and gives its status. What was found is
// kept with the ledgers; else they go.
func (r *run) conclude(tally *report.Tally, err error) int {
	found := r.findings.All()
	r.screen.Conclude(tally, found)
	if len(found) > 0 {
		r.screen.Say("The ledgers and databases are in %s", r.folder)
	} else if r.options.Out == "" {
		_ = os.RemoveAll(r.folder) // what is left lies in the system's own folder for it
	}
	switch {
	case errors.Is(err, context.Canceled):
		r.screen.Say("It was interrupted; what is counted above was done and compared or is under way.")
	case err != nil:
		r.screen.Say("It could not be ended: %v", err)
	}
	switch {
	case len(found) > 0:
		r.screen.Say("BROKEN: seed %d", r.options.Seed)
		return statusBroken
	case err != nil:
		return statusUnclear
	}
	r.screen.Say("Everything held: seed %d", r.options.Seed)
	return statusHeld
}

// list prints the faults.
func (r *run) list() {
	for _, f := range faults.All() {
		r.screen.Say("%-16s %6d %7d  %s", f.Name, f.Short, f.Long, f.Does)
	}
}

// show prints the plan.
func (r *run) show(chapters []chapter) {
	r.screen.Say("seed %d", r.options.Seed)
	for _, c := range chapters {
		var names []string
		for _, s := range c.strokes {
			names = append(names, s.fault.Name)
		}
		r.screen.Say("%s (%d strokes, seed %d): %s", c.name(), len(c.strokes), c.seed, strings.Join(names, " "))
	}
}
