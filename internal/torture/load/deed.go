package load

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/covernote/covernote/internal/torture/ledger"
)

// deed is a ledger's deed in the hands of its client.
type deed struct {
	*ledger.Deed
	crowd  *Crowd
	chance *rand.Rand
	info   Info
	node   int
}

// begin enters the deed into the ledger.
func (d *deed) begin(api, kind string) {
	d.API, d.Kind = api, kind
	d.crowd.Ledger.Begin(d.Deed)
}

// verdict is what an answer means.
type verdict int

const (
	unknown verdict = iota
	done
	refused
)

// judge says what an answer of the API means.
type judge func(Answer) verdict

// giveUp is how long a client goes on asking; whoever decides nothing for so long
// has lost what it was asked.
const giveUp = 90 * time.Second

// decide sends a request until it is decided, each time to another node, and
// tells whether it is done.
func (d *deed) decide(ctx context.Context, name string, r Request, judge judge) (Answer, bool) {
	s := ledger.Step{Name: name, Key: r.Key, State: ledger.Meant}
	d.Steps = append(d.Steps, s)
	defer func() { d.Steps[len(d.Steps)-1] = s; d.crowd.Ledger.Turn(d.Deed, s) }()
	pause := 5 * time.Millisecond
	for deadline := time.Now().Add(giveUp); time.Now().Before(deadline) && ctx.Err() == nil; {
		s.State, s.Tries = ledger.Sent, s.Tries+1
		if s.Tries == 1 {
			d.crowd.Ledger.Turn(d.Deed, s)
		}
		answer, err := d.send(ctx, r)
		if err == nil {
			s.Status = answer.Status
			switch judge(answer) {
			case done:
				s.State, s.Sum = ledger.Done, answer.Sum()
				d.crowd.acks <- struct{}{}
				d.echo(ctx, name, r, answer)
				d.borrow(ctx, name, r)
				return answer, true
			case refused:
				s.State, s.Note = ledger.Refused, string(answer.Body[:min(len(answer.Body), 300)])
				return answer, false
			}
			d.suspect(name, answer)
		}
		s.State = ledger.Unknown
		d.crowd.missed.Add(1)
		d.node++
		pause = wait(ctx, pause)
	}
	return Answer{}, false
}

// suspect finds fault with an answer that a server in trouble does not give: it
// says 503.
func (d *deed) suspect(name string, answer Answer) {
	if answer.Status >= http.StatusInternalServerError && answer.Status != http.StatusServiceUnavailable {
		d.crowd.Findings.Add("answers", d.Name, "%s is answered %d %.300s", name, answer.Status, answer.Body)
	}
}

// wait pauses, longer each time, at most a quarter of a second.
func wait(ctx context.Context, pause time.Duration) time.Duration {
	select {
	case <-ctx.Done():
	case <-time.After(pause):
	}
	return min(2*pause, 250*time.Millisecond)
}

func (d *deed) send(ctx context.Context, r Request) (Answer, error) {
	return Send(ctx, d.crowd.client, d.crowd.Nodes[d.node%len(d.crowd.Nodes)], r)
}

// echo now and then asks again for what was answered, and compares the bytes. A
// node that is away meanwhile shows nothing.
func (d *deed) echo(ctx context.Context, name string, r Request, first Answer) {
	if r.Key == "" || d.chance.IntN(4) != 0 {
		return
	}
	d.node++
	again, err := d.send(ctx, r)
	if err != nil || again.Status >= http.StatusInternalServerError || again.Status == http.StatusLocked {
		return
	}
	if again.Sum() != first.Sum() {
		d.crowd.Findings.Add("I11", d.Name, "%s was answered %d %.300s, and under the same key %d %.300s",
			name, first.Status, first.Body, again.Status, again.Body)
	}
}

// borrow now and then asks for something else under the key of what was answered.
func (d *deed) borrow(ctx context.Context, name string, r Request) {
	if r.Keyed == "" || d.chance.IntN(4) != 0 {
		return
	}
	other := bytes.ReplaceAll(r.Body, []byte(d.Name), []byte(d.Name+"-other"))
	other = bytes.ReplaceAll(other, []byte(`"first_name":"`), []byte(`"first_name":"Not`))
	if bytes.Equal(other, r.Body) {
		return
	}
	r.Body = other
	d.denied(ctx, "I11", "another "+name+" under its key", r)
}

// denied asks for what has to be refused. A node that is away meanwhile shows nothing.
func (d *deed) denied(ctx context.Context, invariant, what string, r Request) {
	answer, err := d.send(ctx, r)
	if err != nil || answer.Status >= http.StatusInternalServerError || answer.Status == http.StatusLocked {
		return
	}
	if answer.Status < 400 || answer.Status == http.StatusConflict && PackageOf(answer).ID != "" {
		d.crowd.Findings.Add(invariant, d.Name, "%s, and it is answered %d %.300s", what, answer.Status, answer.Body)
	}
}

// wrong finds fault with a refusal of what is right.
func (d *deed) wrong(name string, answer Answer) {
	if answer.Status != 0 {
		d.crowd.Findings.Add("answers", d.Name, "%s is right and is refused: %d %.300s", name, answer.Status, answer.Body)
	}
}
