package store_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/covernote/covernote/internal/store"
)

func aHandle(hash byte, subject string) store.Handle {
	return store.Handle{
		Hash: []byte{0, hash}, Kind: "session", Part: "p", Subject: subject, Detail: `{"a":1}`, CreatedAt: 3, ExpiresAt: 4,
	}
}

func TestHandleIsUsedOnce(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		want := aHandle(255, "b")
		complete(t, "handle", reflect.ValueOf(want))
		mustPut(t, s, "p", func(c *store.Changes) { c.AddHandle(want) })
		loses(t, "a handle twice", put(t, s, "q", func(c *store.Changes) { c.AddHandle(want) }))
		see(t, s, func(v *store.View) error {
			got, ok, err := v.Handle(want.Hash, "session")
			same(t, "handle", got, want)
			_, another, oops := v.Handle(want.Hash, "link")
			_, none, worse := v.Handle([]byte{0}, "session")
			if !ok || another || none {
				t.Errorf("there: %t; of another kind: %t, of another token: %t", ok, another, none)
			}
			return errors.Join(err, oops, worse)
		})
		link := want
		link.Kind = "link"
		loses(t, "taken as another kind", put(t, s, "p", func(c *store.Changes) { c.TakeHandle(link) }))
		mustPut(t, s, "p", func(c *store.Changes) { c.TakeHandle(want) })
		loses(t, "taken twice", put(t, s, "p", func(c *store.Changes) { c.TakeHandle(want) }))
	})
}
