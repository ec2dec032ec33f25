package dialecttest

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

// The inboxes of a Building, by what To says of them.
const (
	inboxOwn   = ""
	inboxPush  = "push"
	inboxMail  = "mail"
	inboxOther = "other"
)

// inboxes stand in the place of the network, and of whoever is told through it.
type inboxes struct {
	core    *core.Core
	dialect dialect.Dialect
	// own is the part of the partner whose exchange it is.
	own    string
	byName map[string]chan Notice
	// telling lets one notice be sent at a time.
	telling sync.Mutex
}

func newInboxes(c *core.Core, d dialect.Dialect) *inboxes {
	in := &inboxes{core: c, dialect: d, byName: make(map[string]chan Notice)}
	for _, name := range []string{inboxOwn, inboxPush, inboxMail, inboxOther} {
		in.byName[name] = make(chan Notice, 100)
	}
	return in
}

// sweep delivers what is due in a lane.
func (in *inboxes) sweep(ctx context.Context, lane int64, fence core.Fence) (bool, error) {
	jobs, now, err := in.core.JobsDue(ctx, lane, 100)
	for _, job := range jobs {
		if err := in.tell(ctx, job, now, fence); err != nil {
			return false, err
		}
	}
	return false, err
}

// tell delivers a notice, unless that was done meanwhile.
func (in *inboxes) tell(ctx context.Context, job core.Job, at time.Time, fence core.Fence) error {
	in.telling.Lock()
	defer in.telling.Unlock()
	delivery, err := in.core.Delivery(ctx, job)
	if errors.Is(err, core.ErrTried) || errors.Is(err, core.ErrBehind) {
		return nil
	}
	if err != nil {
		return err
	}
	message, err := in.dialect.Tell(delivery.Notice)
	if err != nil {
		return err
	}
	outcome := core.Outcome{At: at, Status: http.StatusOK, Request: message.Body, Answer: []byte{}, Delivered: true}
	if err := in.core.Report(ctx, delivery, outcome, fence); err != nil {
		return err
	}
	name, told := in.received(delivery, message, at)
	in.byName[name] <- told
	return nil
}

// received is a message as whoever gets it has it, and in which inbox.
func (in *inboxes) received(d core.Delivery, m dialect.Message, at time.Time) (string, Notice) {
	if m.Mail != nil {
		header := http.Header{"Recipient": {m.Mail.To.Reveal()}, "Subject": {m.Mail.Subject}}
		return inboxMail, Notice{Header: header, Body: []byte(m.Mail.Text)}
	}
	header := make(http.Header)
	maps.Copy(header, in.dialect.Sign(d.Notice, m.Body, d.Key, at))
	maps.Copy(header, m.Header)
	return in.nameOf(d.Notice), Notice{Header: header, Body: m.Body}
}

func (in *inboxes) nameOf(n core.Notice) string {
	switch {
	case n.Partner.Part != in.own:
		return inboxOther
	case n.Purpose == core.PurposePush:
		return inboxPush
	}
	return inboxOwn
}

// next waits for the next message in an inbox.
func (in *inboxes) next(name string) (Notice, error) {
	select {
	case received := <-in.byName[name]:
		return received, nil
	case <-time.After(20 * time.Second):
		return Notice{}, errors.New("nothing was told")
	}
}
