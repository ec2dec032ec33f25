package report

import (
	"bytes"
	"strings"
	"testing"
)

func TestWhatIsPrinted(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	findings := &Findings{}
	findings.Add("I1", "T-1", "answered %s", "PK\x00\x1b[2J\xffä")
	findings.Add("columns", "P-1", "differs")
	tally := NewTally()
	tally.Struck("kill", "sqlite-1", 2)
	tally.Struck("kill", "sqlite-1", 3)
	tally.Compared("sqlite-1", 40, 7, 60)
	NewScreen(&said).Conclude(tally, findings.All())
	for _, want := range []string{
		"| kill | 5 |", "| *deeds of clients* | 40 |", "| I1: what was acknowledged is there | 1 |",
		"| I2: one policy for one key | 0 |", "| columns, as covernote check counts it | 1 |", "answered PK··[2J·ä",
	} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, said.String())
		}
	}
}
