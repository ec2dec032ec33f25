package store_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/covernote/covernote/internal/store"
)

func TestPreview(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		want := store.Preview{
			Part: "p", ID: "1", OrderID: "o", Kind: "renewal", OrderVersion: 2, CreatedAt: 3, ExpiresAt: 4, Body: `{"a":"Ü"}`,
		}
		complete(t, "preview", reflect.ValueOf(want))
		mustPut(t, s, "p", func(c *store.Changes) { c.AddPreview(want) })
		loses(t, "a preview twice", put(t, s, "p", func(c *store.Changes) { c.AddPreview(want) }))
		see(t, s, func(v *store.View) error {
			got, ok, err := v.Preview("p", "1")
			same(t, "preview", got, want)
			_, others, oops := v.Preview("q", "1")
			_, none, worse := v.Preview("p", "2")
			if !ok || others || none {
				t.Errorf("there: %t; another's: %t, one that was never shown: %t", ok, others, none)
			}
			return errors.Join(err, oops, worse)
		})
	})
}
