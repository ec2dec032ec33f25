package dialecttest

import (
	"fmt"
	"io/fs"
	"path"
)

// Request is a request of an exchange as it is written, names in braces
// included.
type Request struct {
	Method, Target string
	Body           []byte
}

// Requests gives every request of every *.txtar in folder, for fuzz targets
// to begin with.
func Requests(folder fs.FS) ([]Request, error) {
	files, err := fs.Glob(folder, "*.txtar")
	if err != nil {
		return nil, err
	}
	var requests []Request
	for _, file := range files {
		text, err := fs.ReadFile(folder, file)
		if err != nil {
			return nil, err
		}
		exchange, err := Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, step := range exchange.Steps {
			if path.Base(step.Name) != "request" {
				continue
			}
			m, err := parseMessage(step.Data, true)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", file, step.Name, err)
			}
			requests = append(requests, Request{Method: m.method, Target: m.target, Body: m.body})
		}
	}
	return requests, nil
}
