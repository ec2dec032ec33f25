package nodes

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Vitals are what a process uses, as /metrics says it.
type Vitals struct {
	Goroutines, Descriptors, Resident int64
}

// Vitals asks the node what it uses; what the system does not tell is 0.
func (n *Node) Vitals(ctx context.Context) (Vitals, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, n.Direct()+"/metrics", nil)
	if err != nil {
		return Vitals{}, fmt.Errorf("read metrics: %w", err)
	}
	answer, err := probe.Do(request)
	if err != nil {
		return Vitals{}, fmt.Errorf("read metrics: %w", err)
	}
	defer func() { _ = answer.Body.Close() }() // it is read to its end, or lost
	var v Vitals
	meters := map[string]*int64{
		"go_goroutines": &v.Goroutines, "process_open_fds": &v.Descriptors, "process_resident_memory_bytes": &v.Resident,
	}
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		name, text, _ := strings.Cut(lines.Text(), " ")
		if into := meters[name]; into != nil {
			value, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return v, fmt.Errorf("read metrics: %w", err)
			}
			*into = int64(value)
		}
	}
	return v, lines.Err()
}

// slack is how much more than before is taken for the same: connections to endpoints
// that were told much at once and are idle for a while yet, with two goroutines each,
// connections to SQLite with three files each and the pages that each keeps, and a
// garbage collector that lets what is in use, some 60 MB, grow to five times that.
// What leaks with each request goes beyond it within a chapter.
var slack = Vitals{Goroutines: 256, Descriptors: 160, Resident: 384 << 20}

// Beyond says what is used more than before, or "" if it is about the same.
func (v Vitals) Beyond(before Vitals) string {
	var said []string
	for _, c := range []struct {
		name                string
		now, before, leeway int64
	}{
		{"goroutines", v.Goroutines, before.Goroutines, slack.Goroutines},
		{"file descriptors", v.Descriptors, before.Descriptors, slack.Descriptors},
		{"bytes resident", v.Resident, before.Resident, slack.Resident},
	} {
		if c.now > c.before+c.leeway {
			said = append(said, fmt.Sprintf("%d %s, before %d", c.now, c.name, c.before))
		}
	}
	return strings.Join(said, "; ")
}
