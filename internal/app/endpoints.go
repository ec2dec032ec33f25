package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/courier"
)

type partnerEndpoint struct {
	worked
	Part    string `arg:"" help:"Short name of the account."`
	Name    string `arg:"" help:"Name of the endpoint, such as orders; the same name again replaces it."`
	URL     string `arg:"" optional:"" help:"URL that is told. E-mails have none."`
	Purpose string `help:"What it is for: events, support (is told when another fails), email, or push (gets whole inquiries, as Thinksurance's V1 pushes them; there is one, and its secret makes sHash)." enum:"events,support,email,push" default:"events"`
	KeyID   string `name:"key-id" help:"Name of the key that signs in the way of the partner's API; its own credential if left out."`

	AtOnce    *int          `name:"at-once" help:"Most notices on their way at the same time; 0: as configured."`
	PerMinute *int          `name:"per-minute" help:"Most notices in a minute; 0: as configured."`
	Standard  *bool         `name:"standard-headers" negatable:"" help:"Send the headers of Standard Webhooks beside the others."`
	Overlap   time.Duration `help:"How long a secret that is replaced signs as well, by the clock of the business." default:"24h"`

	Pause  bool `help:"Tell it nothing until it is resumed; what happens is kept for it." xor:"do"`
	Resume bool `help:"Tell it again: what waits, in order, and what was given up while it failed." xor:"do"`
	Skip   bool `help:"With --resume: skip what waits instead."`
	Remove bool `help:"Remove the endpoint instead." xor:"do"`
}

// Run does to the endpoint what the flags say: it is set where there is a URL, or
// where e-mails leave, and else only tuned.
func (p *partnerEndpoint) Run(t *terminal) error {
	do := p.wish()
	switch {
	case p.Skip && !p.Resume:
		return errors.New("--skip belongs to --resume")
	case do == nil && (p.Data != "" || p.Database != ""):
		return errors.New("a sandbox sets its endpoints itself; they can be tuned, paused, resumed and removed")
	case do == nil:
		return p.onCore(t, func(c *core.Core, config Config) error { return p.set(t, c, config) })
	}
	return p.work(t, func(c *core.Core) error {
		err := do(t.ctx, c)
		if errors.Is(err, core.ErrNoEndpoint) {
			return fmt.Errorf("%s has no endpoint %q; `covernote partner endpoints %[1]s` shows those there are", p.Part, p.Name)
		}
		return err
	})
}

// wish is what to do to an endpoint that is there; nil sets one.
func (p *partnerEndpoint) wish() func(context.Context, *core.Core) error {
	switch {
	case p.Remove:
		return func(ctx context.Context, c *core.Core) error { return c.RemoveEndpoint(ctx, p.Part, p.Name) }
	case p.Pause:
		return func(ctx context.Context, c *core.Core) error { return c.PauseEndpoint(ctx, p.Part, p.Name) }
	case p.Resume:
		return func(ctx context.Context, c *core.Core) error { return c.ResumeEndpoint(ctx, p.Part, p.Name, p.Skip) }
	case p.tunes():
		return func(ctx context.Context, c *core.Core) error {
			return c.TuneEndpoint(ctx, p.Part, p.Name, core.Tuning{AtOnce: p.AtOnce, PerMinute: p.PerMinute, Standard: p.Standard})
		}
	}
	return nil
}

func (p *partnerEndpoint) tunes() bool {
	return p.URL == "" && p.Purpose == string(core.PurposeEvents) && (p.AtOnce != nil || p.PerMinute != nil || p.Standard != nil)
}

// set sets the endpoint. Its secret is COVERNOTE_WEBHOOK_SECRET, since command
// lines can be seen by others; without one it is made and printed.
func (p *partnerEndpoint) set(t *terminal, c *core.Core, config Config) error {
	known := t.getenv("COVERNOTE_WEBHOOK_SECRET")
	endpoint, err := p.endpoint(config, known)
	if err != nil {
		return err
	}
	if err := c.SetEndpoint(t.ctx, endpoint); err != nil || endpoint.Secret == known {
		return err
	}
	if err := printAccess(t, core.Access{EndpointSecret: endpoint.Secret}); err != nil || !endpoint.Standard {
		return err
	}
	_, err = fmt.Fprintf(t.out, "For Standard Webhooks it is %s\n", courier.StandardSecret(endpoint.Secret))
	return err
}

// endpoint is what is wanted, with a URL that may be told.
func (p *partnerEndpoint) endpoint(config Config, secret string) (core.Endpoint, error) {
	e := core.Endpoint{
		Part: p.Part, Name: p.Name, URL: p.URL, KeyID: p.KeyID, Secret: secret, Purpose: core.Purpose(p.Purpose), Overlap: p.Overlap,
		Pace: core.Pace{AtOnce: orZero(p.AtOnce), PerMinute: orZero(p.PerMinute)}, Standard: orZero(p.Standard),
	}
	if e.Purpose == core.PurposeEmail {
		if e.URL != "" {
			return e, errors.New("an endpoint for e-mails has no URL: each e-mail says whom it is for")
		}
		e.URL = core.SchemeMail
		return e, nil
	}
	egress, err := config.egress()
	if err != nil {
		return e, err
	}
	if err := egress.CheckURL(e.URL); err != nil {
		return e, fmt.Errorf("webhook: %w", err)
	}
	if e.Secret == "" {
		e.Secret, err = core.NewSecret()
	}
	return e, err
}

// orZero is what a flag says, or zero if it was not given.
func orZero[T any](flag *T) (value T) {
	if flag != nil {
		value = *flag
	}
	return value
}

type partnerEndpoints struct {
	stored
	Part string `arg:"" optional:"" help:"Short name of the account; all of them if left out."`
}

// Run lists the endpoints, without their URLs, which may hold secrets.
func (p *partnerEndpoints) Run(t *terminal) error {
	return p.look(t, func(c *core.Core) error {
		lines, err := c.FindEndpoints(t.ctx, p.Part)
		if err != nil {
			return err
		}
		rows := [][]string{{"ACCOUNT", "ENDPOINT", "PURPOSE", "STATE", "FAILURES", "FAILING SINCE", "LAST TRY", "LAST FAULT", "WAITING", "AT ONCE", "PER MINUTE"}}
		for _, l := range lines {
			rows = append(rows, []string{
				l.Part, l.Name, string(l.Purpose), stateOf(l), strconv.Itoa(l.Failures), moment(l.FailingSince), moment(l.TriedAt),
				cmp.Or(l.Fault, "-"), strconv.FormatInt(l.Waiting, 10), orDefault(l.Pace.AtOnce), orDefault(l.Pace.PerMinute),
			})
		}
		return printTable(t, rows)
	})
}

func stateOf(l core.EndpointLine) string {
	switch {
	case !l.PausedAt.IsZero():
		return fmt.Sprintf("paused (%s) since %s", l.PauseReason, moment(l.PausedAt))
	case l.Failures > 0:
		return "failing"
	}
	return "active"
}

func moment(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.Format(time.RFC3339)
}

func orDefault(n int) string {
	if n == 0 {
		return "default"
	}
	return strconv.Itoa(n)
}
