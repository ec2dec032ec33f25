package store_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/covernote/covernote/internal/store"
)

func TestNotice(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		n := store.Notice{
			Part: "p", ID: "n", Version: 1, EventID: "e", Subject: "s", EndpointID: "u", State: store.NoticeDue, Round: 1, CreatedAt: 5,
		}
		try := store.Attempt{
			Part: "p", NoticeID: "n", Attempt: 1, At: 6, Duration: 7, Status: 503, Request: []byte("q"), Answer: []byte{0}, Fault: "f",
		}
		complete(t, "attempt", reflect.ValueOf(try))
		mustPut(t, s, "p", func(c *store.Changes) { c.AddNotice(n) })
		next := n
		next.State, next.Round, next.Tries, next.Attempts, next.SettledAt, next.Outcome = store.NoticeDelivered, 2, 3, 4, 5, "HTTP 200"
		mustPut(t, s, "p", func(c *store.Changes) { c.PutNotice(next); c.AddAttempts([]store.Attempt{try}) })
		loses(t, "a notice changed twice", put(t, s, "p", func(c *store.Changes) { c.PutNotice(next) }))
		loses(t, "a try twice", put(t, s, "p", func(c *store.Changes) { c.AddAttempts([]store.Attempt{try}) }))
		next.Version = 2
		complete(t, "notice", reflect.ValueOf(next))
		see(t, s, func(v *store.View) error {
			got, _, err := v.Notice("p", "n")
			same(t, "notice", got, next)
			of, oops := v.NoticesOf("p", "s")
			same(t, "of its subject", of, []store.Notice{next})
			in, worse := v.Notices("p", store.NoticeDelivered, 10)
			same(t, "in its state", in, []store.Notice{next})
			tries, worst := v.AttemptsOf("p", "n")
			same(t, "attempts", tries, []store.Attempt{try})
			return errors.Join(err, oops, worse, worst)
		})
	})
}

func TestPartner(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		p := store.Partner{
			Part: "p", Version: 1, Family: "f", Name: "n", Zone: "z", Networks: "[]", NetworkMode: "off", Switches: "{}",
			CreatedAt: 5, Endpoints: 1,
		}
		e := store.Endpoint{
			Part: "p", ID: "e", URL: "u", KeyID: "i", Secret: []byte{1}, Purpose: store.EndpointEvents, CreatedAt: 6,
		}
		k := store.Credential{Family: "f", Username: "u", ID: "k", Part: "p", Secret: []byte{2}, CreatedAt: 7}
		mustPut(t, s, "p", func(c *store.Changes) {
			c.AddPartner(p)
			c.AddEndpoint(e, e.CreatedAt)
			c.AddCredential(k)
		})
		loses(t, "a partner twice", put(t, s, "p", func(c *store.Changes) { c.AddPartner(p) }))
		mustPut(t, s, "p", func(c *store.Changes) {
			p.Name, p.Networks, p.NetworkMode, p.Switches = "m", `["::/0"]`, "log", `{"a":"b"}`
			c.PutPartner(p)
			c.RevokeCredential(k, 9)
			e.URL, e.KeyID, e.Secret, e.OldSecret, e.OldSecretUntil = "v", "j", []byte{3}, []byte{4}, 5
			c.PutEndpoint(e)
			e.Pace, e.StandardHeaders = store.Pace{AtOnce: 6, PerMinute: 7}, true
			c.TuneEndpoint(e)
		})
		health := store.Health{
			Failures: 1, FailingSince: 2, FailedAt: 3, FailedStatus: 4, FailedFault: "x", TakenAt: 5, WarnedAt: 6, AnnouncedAt: 7,
			PausedAt: 8, PauseReason: "y",
		}
		mustPut(t, s, "p", func(c *store.Changes) { c.PutHealth(e, health) })
		loses(t, "a failure counted twice", put(t, s, "p", func(c *store.Changes) { c.PutHealth(e, health) }))
		loses(t, "a partner changed twice", put(t, s, "p", func(c *store.Changes) { c.PutPartner(p) }))
		loses(t, "a credential revoked twice", put(t, s, "p", func(c *store.Changes) { c.RevokeCredential(k, 10) }))
		p.Version, k.RevokedAt = 2, 9
		e.Health = health
		complete(t, "partner", reflect.ValueOf(p))
		complete(t, "credential", reflect.ValueOf(k))
		complete(t, "endpoint", reflect.ValueOf(e))
		see(t, s, func(v *store.View) error {
			got, _, err := v.Partner("p")
			same(t, "partner", got, p)
			keys, oops := v.Credentials("f", "u")
			same(t, "credentials", keys, []store.Credential{k})
			endpoints, worse := v.Endpoints("p")
			same(t, "endpoints", endpoints, []store.Endpoint{e})
			all, bad := v.AllEndpoints("p")
			same(t, "all endpoints", all, []store.Endpoint{e})
			paused, worst := v.PausedEndpoints()
			same(t, "paused endpoints", paused, []store.Endpoint{e})
			return errors.Join(err, oops, worse, bad, worst)
		})
		mustPut(t, s, "p", func(c *store.Changes) { c.DropEndpoint("p", "e") })
		loses(t, "an endpoint dropped twice", put(t, s, "p", func(c *store.Changes) { c.DropEndpoint("p", "e") }))
	})
}

// A user of several accounts meets them in one order, whatever the engine.
func TestCredentialsOfANameAreInOrder(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		credential := func(part, id string, at int64) store.Credential {
			return store.Credential{Family: "f", Username: "u", ID: id, Part: part, Secret: []byte{1}, CreatedAt: at}
		}
		want := []store.Credential{
			credential("B", "5", 9), credential("a", "6", 1), credential("a", "4", 2), credential("b", "K", 3),
			credential("b", "i", 3), credential("b", "j", 3),
		}
		others := credential("a", "3", 1)
		others.Username = "v"
		for _, i := range []int{3, 5, 0, 2, 4, 1} {
			mustPut(t, s, want[i].Part, func(c *store.Changes) { c.AddCredential(want[i]) })
		}
		mustPut(t, s, "a", func(c *store.Changes) { c.AddCredential(others) })
		see(t, s, func(v *store.View) error {
			got, err := v.Credentials("f", "u")
			same(t, "credentials", got, want)
			return err
		})
	})
}

func TestEndpointsHaveAPurpose(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		p := store.Partner{Part: "p"}
		mustPut(t, s, "p", func(c *store.Changes) {
			c.AddPartner(p)
			for id, purpose := range map[string]string{
				"a": store.EndpointSupport, "b": store.EndpointEvents, "c": store.EndpointSupport, "d": store.EndpointEvents,
			} {
				c.AddEndpoint(store.Endpoint{Part: "p", ID: id, Secret: []byte{}, Purpose: purpose}, 1)
			}
		})
		see(t, s, func(v *store.View) error {
			events, err := v.Endpoints("p")
			if len(events) != 2 || events[0].ID != "b" || events[1].ID != "d" {
				t.Errorf("told events: %+v", events)
			}
			support, ok, oops := v.EndpointFor("p", store.EndpointSupport)
			_, mailed, worse := v.EndpointFor("p", store.EndpointEmail)
			if support.ID != "a" || !ok || mailed {
				t.Errorf("support is told at %+v, %t; e-mail %t", support, ok, mailed)
			}
			partner, _, worst := v.Partner("p")
			if partner.Endpoints != 2 {
				t.Errorf("%d endpoints are told events, want 2", partner.Endpoints)
			}
			return errors.Join(err, oops, worse, worst)
		})
	})
}

func TestFailuresOfAnEndpointAreForgotten(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		e := store.Endpoint{Part: "p", ID: "e", Secret: []byte{}, Purpose: store.EndpointEvents}
		failures := func() (n int64) {
			see(t, s, func(v *store.View) error {
				got, _, err := v.Endpoint("p", "e")
				n = got.Failures
				return err
			})
			return n
		}
		mustPut(t, s, "p", func(c *store.Changes) { c.AddEndpoint(e, 1); c.PutHealth(e, store.Health{Failures: 1}) })
		if n := failures(); n != 1 {
			t.Errorf("%d failures, want 1", n)
		}
		for range 2 {
			mustPut(t, s, "p", func(c *store.Changes) { c.TakeEndpoint("p", "e", 2) })
		}
		if n := failures(); n != 0 {
			t.Errorf("%d failures after a success", n)
		}
		mustPut(t, s, "p", func(c *store.Changes) { c.PutHealth(e, store.Health{Failures: 1}); c.PutEndpoint(e) })
		if n := failures(); n != 0 {
			t.Errorf("%d failures at another URL", n)
		}
	})
}

func TestInbox(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		first := store.InboxMessage{ID: "1", ReceivedAt: 1, Partner: "p", Method: "POST", Path: "/", Headers: "{}", Body: []byte("b")}
		second := first
		second.ID = "2"
		answer := store.InboxAnswer{ID: "a", Partner: "p", Status: 503, Delay: 5, Times: 1}
		mustPut(t, s, "", func(c *store.Changes) {
			c.AddInboxMessage(first)
			c.AddInboxMessage(second)
			c.AddInboxAnswer(answer)
		})
		see(t, s, func(v *store.View) error {
			messages, err := v.Inbox(10)
			same(t, "messages", messages, []store.InboxMessage{second, first})
			next, ok, oops := v.NextInboxAnswer("p")
			_, others, worse := v.NextInboxAnswer("q")
			if next != answer || !ok || others {
				t.Errorf("answer is %+v, %t; another's %t", next, ok, others)
			}
			return errors.Join(err, oops, worse)
		})
		mustPut(t, s, "", func(c *store.Changes) { c.UseInboxAnswer(answer); c.EmptyInbox() })
		loses(t, "an answer used twice", put(t, s, "", func(c *store.Changes) { c.UseInboxAnswer(answer) }))
		see(t, s, func(v *store.View) error {
			messages, err := v.Inbox(10)
			_, ok, oops := v.NextInboxAnswer("p")
			if len(messages) > 0 || ok {
				t.Errorf("%d messages, an answer: %t", len(messages), ok)
			}
			return errors.Join(err, oops)
		})
	})
}

// What is one partner's is nobody else's.
func TestPartsAreApart(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		for _, part := range []string{"p", "q"} {
			p := aPolicy("1")
			p.Part, p.CertificateNumber, p.Reference = part, "I", part
			addPolicy(t, s, p)
		}
		see(t, s, func(v *store.View) error {
			for _, part := range []string{"p", "q"} {
				byNumber, _, err := v.PolicyByCertificate(part, "I")
				page := store.PolicyPage{Order: store.PolicyByCreated, Limit: 10}
				list, n, oops := v.Policies(part, page)
				if byNumber.Reference != part || len(list) != 1 || list[0].Reference != part || n != 1 {
					t.Errorf("%s sees %s and a list of %d", part, byNumber.Reference, len(list))
				}
				if err := errors.Join(err, oops); err != nil {
					return err
				}
			}
			_, ok, err := v.PolicyByCertificate("r", "I")
			if ok {
				t.Error("a stranger sees a policy")
			}
			return err
		})
	})
}
