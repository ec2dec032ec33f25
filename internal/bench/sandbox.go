package bench

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// sandbox is a running server with a fresh database.
type sandbox struct {
	*process
	addr   string
	folder string
	// database is the URL of its database, if it is on PostgreSQL; drop removes it.
	database string
	drop     func()
	info     info
}

// info is what a sandbox says of itself, as far as it is needed here.
type info struct {
	URL    string `json:"url"`
	Others struct {
		Hepster shop  `json:"hepster"`
		XCover  agent `json:"xcover"`
	} `json:"others"`
}

// shop is a partner of hepster's API.
type shop struct {
	Username string                     `json:"username"`
	Password string                     `json:"password"`
	Samples  map[string]json.RawMessage `json:"samples"`
}

// agent is a partner of XCover's API.
type agent struct {
	Partner   string                     `json:"partner"`
	APIKey    string                     `json:"api_key"`
	APISecret string                     `json:"api_secret"`
	Samples   map[string]json.RawMessage `json:"samples"`
}

// startTimeout is how long a sandbox may take to be ready.
const startTimeout = 60 * time.Second

// start runs a sandbox with a fresh database and waits until it is ready.
func (b *bench) start(ctx context.Context) (*sandbox, error) {
	s := &sandbox{drop: func() {}}
	var err error
	if s.folder, err = os.MkdirTemp(b.work, "sandbox-"); err != nil {
		return nil, fmt.Errorf("make a folder for the sandbox: %w", err)
	}
	if b.engine == Postgres {
		if s.database, s.drop, err = b.postgres.create(ctx); err != nil {
			return nil, err
		}
	}
	err = s.run(ctx, b)
	return s, err
}

// run begins the process and waits until it is ready.
func (s *sandbox) run(ctx context.Context, b *bench) (err error) {
	args := append([]string{"sandbox", "--addr", "127.0.0.1:0"}, s.place()...)
	if s.process, err = b.spawn(ctx, nil, args...); err != nil {
		s.drop()
		return err
	}
	b.server = s
	if err := s.ready(ctx); err != nil {
		s.end()
		return fmt.Errorf("start a sandbox: %w", err)
	}
	return nil
}

// place are the arguments by which a command finds the sandbox's files and
// database.
func (s *sandbox) place() []string {
	if s.database != "" {
		return []string{"--data", s.folder, "--database", s.database}
	}
	return []string{"--data", s.folder}
}

// stored are the arguments by which a command finds its database.
func (s *sandbox) stored() []string {
	if s.database != "" {
		return []string{"--database", s.database}
	}
	return []string{"--data", s.folder}
}

// end stops the sandbox and removes what it left.
func (s *sandbox) end() {
	s.stop()
	s.drop()
	_ = os.RemoveAll(s.folder) // it lies in the folder of the run, which goes too
}

// ready waits until the sandbox can take requests.
func (s *sandbox) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if err := s.over(); err != nil {
			return err
		}
		if s.look() && s.get(ctx, "/readyz", nil) == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.New("it is not ready in time")
		case <-tick.C:
		}
	}
}

// look reads sandbox.json once it is there.
func (s *sandbox) look() bool {
	text, err := os.ReadFile(filepath.Join(s.folder, "sandbox.json"))
	if err != nil || json.Unmarshal(text, &s.info) != nil {
		return false
	}
	at, err := url.Parse(s.info.URL)
	if err != nil {
		return false
	}
	s.addr = at.Host
	return true
}

// get asks one of the sandbox's own pages; answer may be nil.
func (s *sandbox) get(ctx context.Context, path string, answer any) error {
	return s.send(ctx, http.MethodGet, path, nil, nil, answer)
}

// send makes one request that is not measured.
func (s *sandbox) send(ctx context.Context, method, path string, header http.Header, body []byte, answer any) error {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+s.addr+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if header != nil {
		request.Header = header.Clone()
	}
	if len(body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return err
	case response.StatusCode/100 != 2:
		return fmt.Errorf("%s %s was answered %s: %.300s", method, path, response.Status, text)
	case answer == nil:
		return nil
	}
	return json.Unmarshal(text, answer)
}

// authorization is the shop's, for hepster's API and our own.
func (s shop) authorization() http.Header {
	pair := base64.StdEncoding.EncodeToString([]byte(s.Username + ":" + s.Password))
	return http.Header{"Authorization": {"Basic " + pair}}
}

// signed are the agent's headers. Only the date is signed, so that one signature
// serves a whole measurement.
func (a agent) signed(at time.Time) http.Header {
	date := at.UTC().Format(http.TimeFormat)
	mac := hmac.New(sha512.New, []byte(a.APISecret))
	mac.Write([]byte("date: " + date))
	signature := url.QueryEscape(base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return http.Header{"Date": {date}, "Authorization": {fmt.Sprintf(
		`Signature keyId=%q,algorithm="hmac-sha512",signature=%q`, a.APIKey, signature)}}
}

// path is one of the agent's resources.
func (a agent) path(rest string) string {
	return strings.Join([]string{"/xcover/partners", a.Partner, rest}, "/")
}
