package faults

import (
	"context"
	"path/filepath"
	"time"

	"github.com/covernote/covernote/internal/torture/ledger"
	"github.com/covernote/covernote/internal/torture/load"
	"github.com/covernote/covernote/internal/torture/nodes"
	"github.com/covernote/covernote/internal/torture/receiver"
	"github.com/covernote/covernote/internal/torture/report"
)

// What a fault does to a server of its own, beside the one that is under load.

// sound has "covernote check" look at a node's database.
func sound(ctx context.Context, node *nodes.Node, found *report.Findings) error {
	all, err := node.Check(ctx)
	for _, f := range all {
		found.Add(f.Invariant, "covernote check", "%s", f.Detail)
	}
	return err
}

// visit has clients of their own do deeds at a node, and gives what they know
// afterwards.
func (s *Scene) visit(ctx context.Context, node *nodes.Node, deeds int, found *report.Findings) ([]*ledger.Deed, error) {
	book, err := ledger.Open(filepath.Join(s.Folder, "visit.jsonl"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = book.Close() }() // it is for people to read
	crowd, err := load.New(ctx, load.Options{Seed: s.Chance.Uint64(), Clients: 4, Nodes: []string{node.URL()}, Ledger: book, Findings: found})
	if err != nil {
		return nil, err
	}
	defer crowd.End()
	crowd.Permit(deeds)
	err = crowd.Settle(ctx, time.Minute)
	return book.Ended(), err
}

// tell adds what was found elsewhere, and says whether that is anything.
func (s *Scene) tell(where string, found *report.Findings) bool {
	for _, f := range found.All() {
		s.Findings.Add(f.Invariant, f.Subject, "%s: %s", where, f.Detail)
	}
	return len(found.All()) > 0
}

// Keys are what the partners of a sandbox whose webhooks we get are verified with.
func Keys(info load.Info) []receiver.Key {
	return []receiver.Key{
		{Partner: "hepster", Secret: info.Hepster.WebhookSecret},
		{Partner: "xcover", Secret: info.XCover.WebhookSecret, ID: info.XCover.WebhookKey},
		{Partner: "xcover-other", Secret: info.Others.XCover.WebhookSecret, ID: info.Others.XCover.WebhookKey},
		{Partner: "thinksurance", Secret: info.Thinksurance.WebhookSecret},
		{Partner: "thinksurance-other", Secret: info.Others.Thinksurance.WebhookSecret},
	}
}
