// Package faults are the harms that are done to a server under load. Each is a
// value with a name, with how often it is done, and with what it does and undoes.
package faults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/covernote/covernote/internal/cluster"
	"github.com/covernote/covernote/internal/torture/ledger"
	"github.com/covernote/covernote/internal/torture/load"
	"github.com/covernote/covernote/internal/torture/nodes"
	"github.com/covernote/covernote/internal/torture/proxy"
	"github.com/covernote/covernote/internal/torture/receiver"
	"github.com/covernote/covernote/internal/torture/report"
)

// Setting is what a stage runs on.
type Setting struct {
	// Engine is sqlite or postgres.
	Engine string
	Nodes  int
	// Upgraded says that there is a program of the release before.
	Upgraded bool
	// Disk is what the data lies on: ordinary, or one that harms need.
	Disk Disk
}

// Disk is a kind of disk.
type Disk string

// The disks. The latter two are mounted by us, as root on Linux.
const (
	Ordinary Disk = ""
	// Forgetful loses what was not synced when the power is cut.
	Forgetful Disk = "forgetful"
	// Small is soon full.
	Small Disk = "small"
)

// Name is the setting as people write it, such as postgres-3.
func (s Setting) Name() string {
	name := fmt.Sprintf("%s-%d", s.Engine, s.Nodes)
	if s.Disk != Ordinary {
		name += "-" + string(s.Disk)
	}
	return name
}

// Fault is one harm.
type Fault struct {
	Name string
	// Does says in a few words what is done.
	Does string
	// Short and Long are how often it is done in each stage of a short run, and
	// in all stages together of a long one.
	Short, Long int
	// Each is how often at most in one stroke.
	Each int
	// Fits tells where it can be done.
	Fits func(Setting) bool
	// Strike does it so often and undoes it. An error is a finding.
	Strike func(ctx context.Context, s *Scene, times int) error
}

const (
	// Startup is how long a server may take until it serves for the first time.
	Startup = 30 * time.Second
	// Recovery is how soon after a fault every node serves again.
	Recovery = 5 * time.Second
)

// Scene is the server in a stage, with everything around it.
type Scene struct {
	Setting
	// Folder is for what a chapter leaves behind.
	Folder   string
	Nodes    []*nodes.Node
	Crowd    *load.Crowd
	Told     *receiver.Receiver
	Ledger   *ledger.Ledger
	Findings *report.Findings
	// Cluster and Database, the proxy before it, are of PostgreSQL.
	Cluster  *cluster.Cluster
	Database *proxy.Proxy
	// Platter is the disk's own side; nil if it is an ordinary one.
	Platter Platter
	// Before is the path of the program of the release before; empty if there is none.
	Before string
	// Away is how long a database is gone.
	Away time.Duration
	// Chance is the stroke's own.
	Chance *rand.Rand
}

// Platter is a disk that can be harmed.
type Platter interface {
	// Harm begins it, Heal ends it.
	Harm(context.Context) error
	Heal(context.Context) error
}

// node picks one.
func (s *Scene) node() *nodes.Node { return s.Nodes[s.Chance.IntN(len(s.Nodes))] }

// All are the faults that there are.
func All() []Fault {
	return []Fault{
		kill(), terminate(), freeze(),
		drop(), sever(), storm(),
		move(), killClock(), due(), hostileReceiver(), hostileClients(), backup(), migrate(), upgrade(),
		cutBefore(), cutAfter(), cutClock(), crash(), disconnect(), backendKilled(), hangDatabase(), silence(), slow(), gone(), failover(),
		power(), full(),
	}
}

// repeatedly strikes once after the other, until one fails.
func repeatedly(once func(ctx context.Context, s *Scene) error) func(ctx context.Context, s *Scene, times int) error {
	return func(ctx context.Context, s *Scene, times int) error {
		for range times {
			if err := once(ctx, s); err != nil {
				return err
			}
		}
		return nil
	}
}

func anywhere(s Setting) bool   { return s.Disk == Ordinary }
func onPostgres(s Setting) bool { return s.Disk == Ordinary && s.Engine == "postgres" }

// inProc: what needs to know a server's processes.
func inProc(s Setting) bool { return onPostgres(s) && runtime.GOOS == "linux" }

// pause waits unless the run is over.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
