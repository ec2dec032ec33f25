package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// Readers are few and used again: what one request did to its own must not be met
// by the next.
func TestAReaderSurvivesWhatItsRequestDid(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := storetest.Open(t, store.Options{DSN: storetest.DSN(t, engine)})
		harms := map[string]func(*store.View) error{
			"panics": func(*store.View) error { panic("on purpose") },
			"fails":  func(*store.View) error { return errors.New("on purpose") },
			"asks nonsense": func(v *store.View) error {
				var n int64
				return v.Scan(`SELECT nothing FROM nowhere`, nil, &n)
			},
		}
		fine := func(v *store.View) error {
			var n int64
			return v.Scan(`SELECT 1`, nil, &n)
		}
		for range 20 { // more often than there are readers, so that all are open
			viewed(t.Context(), s, fine)
		}
		for name, harm := range harms {
			for range 20 {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				viewed(ctx, s, harm)
				for range 11 { // more often than there are readers: one of them is that one
					if err := s.View(ctx, fine); err != nil {
						t.Fatalf("after one that %s: %v", name, err)
					}
				}
				cancel()
			}
		}
	})
}

// viewed calls f with a snapshot and forgets whatever comes of it.
func viewed(ctx context.Context, s *store.Store, f func(*store.View) error) {
	defer func() { _ = recover() }()
	_ = s.View(ctx, f)
}

func TestReadingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	const rows = 100000
	reads := map[string]func(v *store.View, cancel func()) (int64, error){
		"before a query": func(v *store.View, cancel func()) (n int64, err error) {
			cancel()
			err = v.Scan(`SELECT 1`, nil, &n)
			return n, err
		},
		"among its rows": func(v *store.View, cancel func()) (n int64, err error) {
			err = v.Each(func(func(...any) error) error { cancel(); n++; return nil },
				`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n`)
			return n, err
		},
	}
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := storetest.Open(t, store.Options{DSN: storetest.DSN(t, engine)})
		for when, read := range reads {
			ctx, cancel := context.WithCancel(t.Context())
			var n int64
			err := s.View(ctx, func(v *store.View) (err error) {
				n, err = read(v, cancel)
				return err
			})
			cancel()
			if !errors.Is(err, context.Canceled) || n == rows {
				t.Errorf("cancelled %s: %d were read: %v", when, n, err)
			}
		}
	})
}

func TestNobodyReadsFromAClosedStore(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := storetest.Open(t, store.Options{DSN: storetest.DSN(t, engine)})
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		for what, read := range map[string]func(v *store.View) error{
			"rows":     func(v *store.View) error { _, err := v.QuoteDays(); return err },
			"settings": func(v *store.View) error { _, err := v.Setting("any"); return err },
		} {
			if err := s.View(ctx, read); err == nil || ctx.Err() != nil {
				t.Errorf("reading %s from a closed store: %v", what, err)
			}
		}
	})
}
