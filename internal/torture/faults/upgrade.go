package faults

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/covernote/covernote/internal/torture/compare"
	"github.com/covernote/covernote/internal/torture/ledger"
	"github.com/covernote/covernote/internal/torture/load"
	"github.com/covernote/covernote/internal/torture/nodes"
)

func upgrade() Fault {
	return Fault{
		Name: "upgrade", Does: "nodes of the release before (--before) are replaced under load, one by one; the first that migrates is killed", Short: 1, Long: 100, Each: 1,
		Fits: func(s Setting) bool { return anywhere(s) && s.Upgraded },
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			f, err := s.found(ctx, s.Setting.Nodes)
			if err != nil {
				return err
			}
			defer f.close()
			for _, node := range f.nodes {
				node.Become(s.Before)
				if err := node.Start(ctx); err != nil {
					return err
				}
			}
			if err := s.serve(ctx, f.nodes, Startup); err != nil {
				return err
			}
			return s.upgraded(ctx, f)
		}),
	}
}

// perNode is how many deeds are begun before a node is replaced.
const perNode = 40

// upgraded replaces one node after the other while clients go on, and compares.
func (s *Scene) upgraded(ctx context.Context, f *foundation) error {
	book, err := ledger.Open(filepath.Join(s.Folder, "upgraded.jsonl"))
	if err != nil {
		return err
	}
	defer func() { _ = book.Close() }() // it is for people to read
	urls := make([]string, len(f.nodes))
	for n, node := range f.nodes {
		urls[n] = node.URL()
	}
	crowd, err := load.New(ctx, load.Options{Seed: s.Chance.Uint64(), Clients: 8, Nodes: urls, Ledger: book, Findings: s.Findings})
	if err != nil {
		return err
	}
	defer crowd.End()
	f.told.Trust(Keys(crowd.Info()))
	for n, node := range f.nodes {
		crowd.Permit(perNode)
		if err := crowd.Acknowledged(ctx, perNode/4, time.Minute); err != nil {
			return err
		}
		if err := s.replace(ctx, node, n == 0); err != nil {
			return err
		}
		if err := s.serve(ctx, f.nodes, Recovery); err != nil {
			return err
		}
		book.Harm(fmt.Sprintf("node %d is replaced", n+1))
	}
	crowd.Permit(perNode)
	if err := crowd.Settle(ctx, time.Minute); err != nil {
		return err
	}
	c := compare.Comparison{Base: urls[0], Info: crowd.Info(), Deeds: book.Deeds(), Told: f.told, Findings: s.Findings}
	if err := c.Run(ctx); err != nil {
		return err
	}
	for _, node := range f.nodes {
		if err := s.Stop(ctx, node); err != nil {
			return err
		}
	}
	return sound(ctx, f.nodes[0], s.Findings)
}

// replace ends a node of the release before and starts this one in its place, and
// perhaps kills it within half a second.
func (s *Scene) replace(ctx context.Context, node *nodes.Node, kill bool) error {
	if err := s.Stop(ctx, node); err != nil {
		return err
	}
	node.Become(s.Nodes[0].Program())
	if err := node.Start(ctx); err != nil || !kill {
		return err
	}
	if err := pause(ctx, time.Duration(s.Chance.IntN(500))*time.Millisecond); err != nil {
		return err
	}
	if err := node.Kill(ctx); err != nil {
		return err
	}
	return node.Start(ctx)
}

// serve waits until all nodes serve.
func (s *Scene) serve(ctx context.Context, all []*nodes.Node, longest time.Duration) error {
	for n, node := range all {
		if err := node.Await(ctx, longest); err != nil {
			return fmt.Errorf("node %d: %w\n%s", n+1, err, node.Log())
		}
	}
	return nil
}
