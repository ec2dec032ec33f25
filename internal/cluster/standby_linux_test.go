package cluster

import (
	"context"
	"net/url"
	"testing"
	"time"
)

// A commit that was answered is there after the server was lost, and one that the
// standby has not is not answered.
func TestAStandbyTakesOver(t *testing.T) {
	t.Parallel()
	p := started(t)
	answer(t, p, "CREATE TABLE kept (answer INT)")
	standby, err := p.Standby(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := standby.Stop(); err != nil {
			t.Error(err)
		}
	})
	answer(t, p, "INSERT INTO kept VALUES (42)")
	if err := standby.Freeze(); err != nil {
		t.Fatal(err)
	}
	impatient, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if said, err := p.ask(impatient, "INSERT INTO kept VALUES (43)"); err == nil {
		t.Errorf("without the standby a commit is answered %q", said)
	}
	if err := p.Lose(t.Context()); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := dial(t.Context(), u.Host); err == nil {
		t.Error("it listens after it was lost")
	}
	if err := standby.Thaw(); err != nil {
		t.Fatal(err)
	}
	if err := standby.Promote(t.Context()); err != nil {
		t.Fatal(err)
	}
	answer(t, standby, "INSERT INTO kept VALUES (44)")
	if got := answer(t, standby, "SELECT COUNT(*) FROM kept WHERE answer IN (42, 44)"); got != "2" {
		t.Errorf("%s of 2 are there", got)
	}
}
