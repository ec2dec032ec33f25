package faults

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/covernote/covernote/internal/torture/nodes"
	"github.com/covernote/covernote/internal/torture/receiver"
	"github.com/covernote/covernote/internal/torture/report"
)

func migrate() Fault {
	return Fault{
		Name: "migrate", Does: "a node is killed while it makes the schema of an empty database, at moments spread over all of it; who comes next finishes it", Short: 3, Long: 1000, Each: 25, Fits: anywhere,
		Strike: func(ctx context.Context, s *Scene, times int) error {
			all, err := s.wholeMigration(ctx)
			if err != nil {
				return err
			}
			for n := range times {
				if err := s.killedMigration(ctx, moment(all, (float64(n)+s.Chance.Float64())/float64(times))); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// moment is when a node is killed that comes as far as all, for a part of 0 to 1. Half
// of them lie in the first eighth: there the schema is made, and who is sold what
// follows on that.
func moment(all int, part float64) int { return 1 + int(float64(all)*part*part*part) }

// wholeMigration measures how far a node comes with an empty database until it
// serves.
func (s *Scene) wholeMigration(ctx context.Context) (int, error) {
	f, err := s.found(ctx, 1)
	if err != nil {
		return 0, err
	}
	defer f.close()
	f.gauge.reached(ctx, never)
	if err := f.nodes[0].Start(ctx); err != nil {
		return 0, err
	}
	if err := f.nodes[0].Await(ctx, Startup); err != nil {
		return 0, fmt.Errorf("%w\n%s", err, f.nodes[0].Log())
	}
	return f.gauge.come(), nil
}

// never is further than a node comes.
const never = math.MaxInt

// killedMigration has a node begin with an empty database, kills it once it has come
// so far, and sees whether it then serves, and whether all is sound. If there are
// other nodes, they have begun at the same time and have to go on without it.
func (s *Scene) killedMigration(ctx context.Context, far int) error {
	f, err := s.found(ctx, s.Setting.Nodes)
	if err != nil {
		return err
	}
	defer f.close()
	if err := f.interrupt(ctx, far); err != nil {
		return err
	}
	first, where := f.nodes[0], fmt.Sprintf("killed when it had come to %d", far)
	s.Ledger.Harm("a migration was " + where)
	found := &report.Findings{}
	began := time.Now()
	if err := first.Start(ctx); err != nil {
		return err
	}
	for n, node := range f.nodes {
		if err := node.Await(ctx, max(time.Millisecond, Startup-time.Since(began))); err != nil {
			found.Add("I14", "migrate", "node %d: %v\n%s", n+1, err, node.Log())
		}
	}
	if len(found.All()) == 0 {
		_, err = s.visit(ctx, first, 5, found)
	}
	for _, node := range f.nodes {
		err = errors.Join(err, s.Stop(ctx, node))
	}
	err = errors.Join(err, sound(ctx, first, found))
	s.tell(where, found)
	return err
}

// foundation is an empty database with nodes that do not run yet.
type foundation struct {
	nodes []*nodes.Node
	told  *receiver.Receiver
	// gauge tells how far the first of them has come.
	gauge  gauge
	closes []func()
}

// gauge tells how far a node has come with a database.
type gauge interface {
	// reached gives what is closed once it has come so far, or ctx ends.
	reached(ctx context.Context, far int) <-chan struct{}
	// come is how far it has come since reached was asked.
	come() int
	// release ends what stands still since it was reached.
	release()
}

func (f *foundation) close() {
	for n := len(f.closes) - 1; n >= 0; n-- {
		f.closes[n]()
	}
}

// founded is what the databases and folders of such nodes are called.
const founded = "founded"

// found makes an empty database with so many nodes.
func (s *Scene) found(ctx context.Context, count int) (*foundation, error) {
	f := &foundation{}
	err := s.lay(ctx, f, count)
	if err != nil {
		f.close()
	}
	return f, err
}

func (s *Scene) lay(ctx context.Context, f *foundation, count int) error {
	folder := filepath.Join(s.Folder, founded)
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	told, err := receiver.Open(ctx, s.Findings)
	if err != nil {
		return err
	}
	f.told = told
	f.closes = append(f.closes, told.Close)
	direct, counted := "", ""
	if s.Cluster == nil {
		f.gauge = &growth{folder: filepath.Join(folder, "1")}
	} else {
		if direct, err = s.Cluster.Create(ctx, founded); err != nil {
			return err
		}
		if counted, err = f.countMessages(ctx, direct); err != nil {
			return err
		}
	}
	for n := range count {
		database := direct
		if n == 0 {
			database = counted
		}
		node, err := s.Nodes[0].Beside(ctx, folder, fmt.Sprint(n+1), database, told.URL)
		if err != nil {
			return err
		}
		f.nodes = append(f.nodes, node)
		f.closes = append(f.closes, node.Close)
	}
	return nil
}

// interrupt starts all nodes and kills the first once it has come so far, or has come
// to its end before.
func (f *foundation) interrupt(ctx context.Context, far int) error {
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	reached := f.gauge.reached(waiting, far)
	for _, node := range f.nodes {
		if err := node.Start(ctx); err != nil {
			return err
		}
	}
	serves := make(chan error, 1)
	go func() { serves <- f.nodes[0].Await(waiting, Startup) }()
	var err error
	select {
	case <-reached:
	case err = <-serves:
	}
	err = errors.Join(err, f.nodes[0].Kill(ctx))
	f.gauge.release()
	return err
}
