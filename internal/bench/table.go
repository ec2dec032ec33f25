package bench

import (
	"fmt"
	"io"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"
	"github.com/charmbracelet/colorprofile"
)

var (
	bold  = lipgloss.NewStyle().Bold(true)
	faint = lipgloss.NewStyle().Faint(true)
	green = lipgloss.NewStyle().Foreground(lipgloss.Color("2"))
	red   = lipgloss.NewStyle().Foreground(lipgloss.Color("1")).Bold(true)
	cell  = lipgloss.NewStyle().PaddingRight(2)
)

// Print shows a report on a terminal, whose colours the environment decides
// (TERM, NO_COLOR).
func Print(out io.Writer, environment []string, r Report) error {
	w := colorprofile.NewWriter(out, environment)
	if _, err := fmt.Fprintf(w, "covernote %s\n", r.setting()); err != nil {
		return err
	}
	for _, engine := range r.engines() {
		if _, err := fmt.Fprintf(w, "\n%s\n%s\n", bold.Render(engine.name()), tableOf(r.of(engine))); err != nil {
			return err
		}
	}
	return nil
}

func tableOf(figures []*Figure) *table.Table {
	t := table.New().Headers("", "Covernote", "of", "ratio", "target", "", "memory").
		Border(lipgloss.NormalBorder()).BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).
		BorderColumn(false).BorderStyle(faint).Wrap(false).
		StyleFunc(func(row, column int) lipgloss.Style {
			if row == table.HeaderRow {
				return cell.Inherit(faint)
			}
			if column == 2 || column == 6 {
				return cell.Inherit(faint)
			}
			return cell
		})
	for _, f := range figures {
		t.Row(f.What, f.value(), f.limit(), f.ratio(), f.target(), shown(f.Verdict()), memoryOf(f))
	}
	return t
}

func shown(v Verdict) string {
	switch v {
	case Met:
		return green.Render("✓ met")
	case Missed:
		return red.Render("✗ missed")
	}
	return ""
}

func memoryOf(f *Figure) string {
	if f.Memory == 0 {
		return ""
	}
	return measured(f.Memory, megabytes)
}
