package faults

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/covernote/covernote/internal/torture/compare"
	"github.com/covernote/covernote/internal/torture/ledger"
	"github.com/covernote/covernote/internal/torture/nodes"
	"github.com/covernote/covernote/internal/torture/receiver"
	"github.com/covernote/covernote/internal/torture/report"
)

func backup() Fault {
	return Fault{
		Name: "backup", Does: "the database is copied under load and restored elsewhere: the copy has what was acknowledged before, and gives no number again", Short: 1, Long: 100, Each: 1, Fits: anywhere,
		Strike: repeatedly(func(ctx context.Context, s *Scene) error { return s.backUp(ctx) }),
	}
}

// restoredName is what is restored is called: its folder and its database.
const restoredName = "restored"

// backUp copies the database while clients go on, restores it beside, and asks who
// serves from it.
func (s *Scene) backUp(ctx context.Context) error {
	copied := filepath.Join(s.Folder, "copy")
	known := s.Ledger.Ended()
	if err := s.meanwhile(func() error { return s.copyTo(ctx, copied) }); err != nil {
		return err
	}
	s.Ledger.Harm("the copy is made")
	if err := s.goOn(ctx); err != nil {
		return err
	}
	found := &report.Findings{}
	told, err := receiver.Open(ctx, found)
	if err != nil {
		return err
	}
	defer told.Close()
	node, err := s.restore(ctx, copied, told.URL)
	if err != nil {
		return err
	}
	defer node.Close()
	s.Ledger.Harm("it is restored")
	err = errors.Join(sound(ctx, node, found), s.servesOn(ctx, node, known, found), sound(ctx, node, found))
	if s.tell("in a copy that was restored", found) || err != nil {
		return err // it is kept with what was found
	}
	return s.clear(ctx, copied)
}

// goOn has the server that was copied give numbers of which the copy knows nothing: a
// node that begins anew takes others than those it had.
func (s *Scene) goOn(ctx context.Context) error {
	node := s.node()
	if err := node.Kill(ctx); err != nil {
		return err
	}
	s.Crowd.Permit(moreDeeds)
	return node.Start(ctx)
}

func (s *Scene) copyTo(ctx context.Context, file string) error {
	if s.Cluster != nil {
		return s.Cluster.Dump(ctx, file)
	}
	return s.Nodes[0].Backup(ctx, file)
}

// restore brings the copy back as operators do, for a node of its own, which does not
// run yet.
func (s *Scene) restore(ctx context.Context, file, webhook string) (node *nodes.Node, err error) {
	database := ""
	if s.Cluster != nil {
		if database, err = s.Cluster.Restore(ctx, restoredName, file); err != nil {
			return nil, err
		}
	}
	folder := filepath.Join(s.Folder, restoredName)
	if err := os.RemoveAll(folder); err != nil {
		return nil, err
	}
	if node, err = s.Nodes[0].Beside(ctx, s.Folder, restoredName, database, webhook); err != nil {
		return nil, err
	}
	if database != "" {
		err = node.Adopt(ctx)
	} else {
		err = node.Restore(ctx, file)
	}
	if err != nil {
		node.Close()
	}
	return node, err
}

// clear removes what was restored.
func (s *Scene) clear(ctx context.Context, copied string) error {
	err := errors.Join(os.Remove(copied), os.RemoveAll(filepath.Join(s.Folder, restoredName)))
	if s.Cluster != nil {
		err = errors.Join(err, s.Cluster.Drop(ctx, restoredName))
	}
	return err
}

// moreDeeds are done after the copy by the clients of who was copied, and of who was
// restored.
const moreDeeds = 20

// servesOn starts the node, compares it with what was known before the copy, and has
// clients go on there for a while.
func (s *Scene) servesOn(ctx context.Context, node *nodes.Node, known []*ledger.Deed, found *report.Findings) error {
	if err := node.Start(ctx); err != nil {
		return err
	}
	if err := node.Await(ctx, Recovery); err != nil {
		found.Add("I14", restoredName, "%v\n%s", err, node.Log())
		return nil
	}
	s.Ledger.Harm("who was restored serves")
	c := compare.Comparison{Base: node.URL(), Info: s.Crowd.Info(), Deeds: known, Findings: found}
	if err := c.RunOnCopy(ctx); err != nil {
		return err
	}
	s.Ledger.Harm("it was compared")
	after, err := s.visit(ctx, node, moreDeeds, found)
	if err != nil {
		return err
	}
	s.Ledger.Harm("it was visited")
	if err := s.Crowd.Settle(ctx, time.Minute); err != nil {
		return err
	}
	s.numbers(after, found)
	return s.Stop(ctx, node)
}

// numbers compares the numbers that were given after the copy, by who was restored
// from it, with those that the other has given until now.
func (s *Scene) numbers(after []*ledger.Deed, found *report.Findings) {
	given := make(map[string]string)
	for _, d := range s.Ledger.Ended() {
		given[d.API+d.Number] = d.Name
	}
	for _, d := range after {
		if before, twice := given[d.API+d.Number]; twice && d.Number != "" {
			found.Add("I2", d.Name, "it is number %s, which was given to %s", d.Number, before)
		}
	}
}
