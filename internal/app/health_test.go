package app

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/covernote/covernote/internal/store/storetest"
)

// A node is alive from its start, and ready when something can be stored.
func TestReadyIsWhoCanStore(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := storetest.Unmigrated(t, engine)
		n := &node{mux: http.NewServeMux(), store: s, log: slog.New(slog.DiscardHandler)}
		n.mountHealth(newMeters())
		answers := func(path string, want int) {
			t.Helper()
			answer := httptest.NewRecorder()
			n.mux.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, http.NoBody))
			if answer.Code != want {
				t.Errorf("%s is answered %d, want %d", path, answer.Code, want)
			}
		}
		answers("/healthz", http.StatusOK)
		answers("/readyz", http.StatusServiceUnavailable)
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		answers("/readyz", http.StatusOK)
	})
}
