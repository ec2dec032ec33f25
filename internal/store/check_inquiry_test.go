package store_test

import (
	"errors"
	"testing"

	"github.com/covernote/covernote/internal/store"
)

// readByPage collects what pages of a size give, each after the last of the
// page before.
func readByPage[T, K any](t *testing.T, key func(T) K, next func(after K) ([]T, error)) (all []T) {
	t.Helper()
	var after K
	for {
		page, err := next(after)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			return all
		}
		all = append(all, page...)
		after = key(page[len(page)-1])
	}
}

func TestBrokersByPage(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		brokers := []store.Broker{aBroker("1"), aBroker("2"), aBroker("3")}
		mustPut(t, s, "p", func(c *store.Changes) {
			for _, i := range []int{1, 0, 2} {
				c.AddBroker(brokers[i])
			}
			others := aBroker("0")
			others.Part = "q"
			c.AddBroker(others)
		})
		see(t, s, func(v *store.View) error {
			for size := 1; size < 5; size++ {
				same(t, "brokers", readByPage(t, func(b store.Broker) string { return b.ID },
					func(after string) ([]store.Broker, error) { return v.BrokersAfter("p", after, size) }), brokers)
			}
			return nil
		})
	})
}

// An inquiry whose version is missing or cannot be read is still met.
func TestInquiriesAsTheyLieThere(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		whole, gone, torn := anInquiry(9), anInquiry(10), anInquiry(200)
		mustPut(t, s, "p", func(c *store.Changes) {
			for _, i := range []store.Inquiry{torn, whole, gone} {
				c.AddInquiry(i)
			}
			others := anInquiry(1)
			others.Part = "q"
			c.AddInquiry(others)
			c.Exec(`DELETE FROM inquiry_version WHERE inquiry_id = 10`)
			c.Exec(`UPDATE inquiry_version SET body = '{' WHERE inquiry_id = 200`)
		})
		gone.Content, torn.Content = store.InquiryContent{}, store.InquiryContent{}
		see(t, s, func(v *store.View) error {
			for size := 1; size < 5; size++ {
				same(t, "inquiries", readByPage(t, func(i store.Inquiry) int64 { return i.ID },
					func(after int64) ([]store.Inquiry, error) { return v.InquiriesAfter("p", after, size) }),
					[]store.Inquiry{whole, gone, torn})
			}
			_, there, err := v.InquiryContent("p", 10, 1)
			_, _, unreadable := v.InquiryContent("p", 200, 1)
			n, oops := v.CountAllInquiries("p")
			if there || unreadable == nil || n != 3 {
				t.Errorf("the missing one is there: %t; the torn one: %v; counted %d", there, unreadable, n)
			}
			return errors.Join(err, oops)
		})
	})
}
