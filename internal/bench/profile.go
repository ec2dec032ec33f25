package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// profile keeps what the server's processors do during a measure: twice as long as
// Covernote is loaded, since its limit is measured beside it.
func (b *bench) profile(ctx context.Context, s *sandbox, measure string) error {
	seconds := 2*int(b.Time/time.Second) + 1
	address := fmt.Sprintf("http://%s/sandbox/profile/cpu?seconds=%d", s.addr, seconds)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("take a profile: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("take a profile: %s", response.Status)
	}
	file, err := os.Create(filepath.Join(b.Profiles, fmt.Sprintf("%s-%s.pprof", b.engine, measure)))
	if err != nil {
		return fmt.Errorf("keep a profile: %w", err)
	}
	_, err = io.Copy(file, response.Body)
	return errors.Join(err, file.Close())
}
