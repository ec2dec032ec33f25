package torture

import (
	"context"
	"fmt"
	"time"

	"github.com/covernote/covernote/internal/torture/compare"
	"github.com/covernote/covernote/internal/torture/load"
	"github.com/covernote/covernote/internal/torture/nodes"
)

// warmth is how many deeds are done before what a node uses is measured, and rush how
// many clients of each node then ask at once: connections that are kept for as many
// are no leak.
const (
	warmth = 40
	rush   = 32
)

// warm lets a server do a little of everything.
func (h *house) warm(ctx context.Context) error {
	h.Crowd.Permit(warmth)
	if err := h.Crowd.Settle(ctx, time.Minute); err != nil {
		return err
	}
	for _, kind := range []load.Kind{load.Orders, load.Bookings, load.Quotes} {
		if err := h.Crowd.Storm(ctx, kind, rush*len(h.Nodes)); err != nil {
			return err
		}
	}
	return nil
}

// deciding is how long clients may take at the end to know everything.
const deciding = 2 * time.Minute

// finish lets everything come to rest, compares what there is, and has each node
// end well.
func (h *house) finish(ctx context.Context, before []nodes.Vitals) error {
	if h.Crowd.Settle(ctx, deciding) != nil {
		// What was not begun on a slow machine is nobody's fault, and would be done
		// while it is compared.
		h.Crowd.Recall()
		if err := h.Crowd.Settle(ctx, deciding); err != nil {
			h.Findings.Add("I3", "clients", "%v", err)
		}
	}
	h.Told.Become(nil)
	// What could not be told is tried again by the clock of the business.
	if err := h.AdvanceClock(ctx, 49*time.Hour); err != nil {
		h.Findings.Add("I14", "clock", "the clock does not move: %v", err)
	}
	c := compare.Comparison{
		Base: h.Nodes[0].URL(), Info: h.Crowd.Info(), Deeds: h.Ledger.Deeds(), Told: h.Told, Findings: h.Findings,
	}
	if err := c.Run(ctx); err != nil {
		h.Findings.Add("answers", "comparison", "it could not be ended: %v", err)
	}
	h.atRest(ctx, before)
	for n, node := range h.Nodes {
		if err := h.Stop(ctx, node); err != nil {
			h.Findings.Add("answers", "SIGTERM", "node %d: %v\n%s", n+1, err, node.Log())
		}
	}
	if err := h.discreet(); err != nil {
		return err
	}
	found, err := h.Nodes[0].Check(ctx)
	if err != nil {
		return err
	}
	for _, f := range found {
		h.Findings.Add(f.Invariant, "covernote check", "%s", f.Detail)
	}
	return ctx.Err()
}

// discreet looks for persons and secrets where none may be.
func (h *house) discreet() error {
	secrets := h.Crowd.Info().Secrets()
	for n, node := range h.Nodes {
		said, err := node.Shows(append(secrets, load.Mark)...)
		if err != nil {
			return err
		}
		stored, err := node.Stores(secrets...)
		if err != nil {
			return err
		}
		for where, words := range map[string][]string{"log": said, "database": stored} {
			if len(words) > 0 {
				h.Findings.Add("private", fmt.Sprintf("node %d", n+1), "in the clear in its %s: %q", where, words)
			}
		}
	}
	return nil
}

// calm is how long a node may take to give back what it used.
const calm = 20 * time.Second

// vitals are what each node uses.
func (h *house) vitals(ctx context.Context) ([]nodes.Vitals, error) {
	all := make([]nodes.Vitals, len(h.Nodes))
	for n, node := range h.Nodes {
		var err error
		if all[n], err = node.Vitals(ctx); err != nil {
			return nil, fmt.Errorf("node %d: %w", n+1, err)
		}
	}
	return all, nil
}

// atRest waits until each node uses what it used before.
func (h *house) atRest(ctx context.Context, before []nodes.Vitals) {
	h.Crowd.Relax()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for n, node := range h.Nodes {
		beyond := ""
		for deadline := time.Now().Add(calm); time.Now().Before(deadline) && ctx.Err() == nil; <-tick.C {
			now, err := node.Vitals(ctx)
			if err != nil {
				beyond = err.Error()
			} else if beyond = now.Beyond(before[n]); beyond == "" {
				break
			}
		}
		if beyond != "" {
			h.Findings.Add("I16", fmt.Sprintf("node %d", n+1), "%s", beyond)
		}
	}
}
