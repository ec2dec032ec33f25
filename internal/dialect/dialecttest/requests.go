package dialecttest

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"testing"
)

// Request is a request of an exchange as it is written, names in braces
// included, with the status and the body that answer it.
type Request struct {
	// Name is that of the file and the step, such as "order/second".
	Name           string
	Method, Target string
	Body           []byte
	Status         int
	Answer         []byte
}

// Requests gives every request of every *.txtar in folder, for fuzz targets
// to begin with, and for tests of what is covered.
func Requests(t testing.TB, folder fs.FS) []Request {
	t.Helper()
	requests, err := requestsIn(folder)
	if err != nil {
		t.Fatal(err)
	}
	return requests
}

func requestsIn(folder fs.FS) ([]Request, error) {
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
		found, err := exchange.requests(strings.TrimSuffix(file, path.Ext(file)))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		requests = append(requests, found...)
	}
	return requests, nil
}

// requests are those of one exchange. Each is followed by its answer.
func (x Exchange) requests(file string) ([]Request, error) {
	var requests []Request
	for i, step := range x.Steps {
		if path.Base(step.Name) != "request" {
			continue
		}
		asked, err := parseMessage(step.Data, true)
		answered, broken := parseMessage(x.Steps[i+1].Data, true)
		if err := errors.Join(err, broken); err != nil {
			return nil, fmt.Errorf("%s: %w", step.Name, err)
		}
		requests = append(requests, Request{
			Name: path.Join(file, path.Dir(step.Name)), Method: asked.method, Target: asked.target,
			Body: asked.body, Status: answered.status, Answer: answered.body,
		})
	}
	return requests, nil
}
