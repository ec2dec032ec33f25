package torture

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/covernote/covernote/internal/cluster"
	"github.com/covernote/covernote/internal/torture/disks"
	"github.com/covernote/covernote/internal/torture/faults"
	"github.com/covernote/covernote/internal/torture/ledger"
	"github.com/covernote/covernote/internal/torture/load"
	"github.com/covernote/covernote/internal/torture/nodes"
	"github.com/covernote/covernote/internal/torture/proxy"
	"github.com/covernote/covernote/internal/torture/receiver"
)

// house is a scene with what has to be taken down again.
type house struct {
	faults.Scene
	closes []func()
}

// later notes how something is taken down; the last is taken down first.
func (h *house) later(f func()) { h.closes = append(h.closes, f) }

// close takes everything down.
func (h *house) close() {
	for n := len(h.closes) - 1; n >= 0; n-- {
		h.closes[n]()
	}
}

// build raises what a chapter runs on: ledger, receiver, database, nodes, clients.
// It must be closed, also after an error.
func (r *run) build(ctx context.Context, c chapter) (*house, error) {
	h := &house{}
	h.Folder = filepath.Join(r.folder, c.setting.Name()+fmt.Sprintf("-%03d", c.number))
	h.Setting, h.Findings, h.Away, h.Before = c.setting, r.findings, r.options.away(), r.options.Before
	err := errors.Join(os.RemoveAll(h.Folder), os.MkdirAll(h.Folder, 0o700))
	if err != nil {
		return h, fmt.Errorf("make a chapter's folder: %w", err)
	}
	if h.Ledger, err = ledger.Open(filepath.Join(h.Folder, "ledger.jsonl")); err != nil {
		return h, err
	}
	h.later(func() { _ = h.Ledger.Close() })
	if h.Told, err = receiver.Open(ctx, r.findings); err != nil {
		return h, err
	}
	h.later(h.Told.Close)
	database, err := h.database(ctx, r.postgres)
	if err != nil {
		return h, err
	}
	data, err := h.disk(ctx, r.powercut, c.seed)
	if err != nil {
		return h, err
	}
	if err := h.raise(ctx, r.program, data, database); err != nil {
		return h, err
	}
	err = h.gather(ctx, c, r.options.Clients)
	return h, err
}

// database starts a PostgreSQL behind a proxy, if the setting has one, and gives
// its URL.
func (h *house) database(ctx context.Context, bin string) (string, error) {
	if h.Engine == "sqlite" {
		return "", nil
	}
	var err error
	// The disk is waited for here: what is answered must be there after a crash.
	if h.Cluster, err = cluster.Start(ctx, bin, "fsync=on", "full_page_writes=on"); err != nil {
		return "", err
	}
	h.later(func() { _, _ = h.Cluster.Thaw(), h.Cluster.Stop() })
	address, err := url.Parse(h.Cluster.URL)
	if err != nil {
		return "", err
	}
	if h.Database, err = proxy.Postgres(ctx, address.Host); err != nil {
		return "", err
	}
	h.later(h.Database.Close)
	address.Host = h.Database.Addr()
	return address.String(), nil
}

// smallDisk is the size of a disk that is soon full, in bytes: enough for what a
// chapter writes.
const smallDisk = 192 << 20

// disk mounts what the setting wants and gives the folder for the nodes' data.
func (h *house) disk(ctx context.Context, powercut string, seed uint64) (string, error) {
	switch h.Disk {
	case faults.Forgetful:
		disk, err := disks.OpenForgetful(ctx, powercut, h.Folder, rand.New(rand.NewPCG(seed, 2)).Uint64)
		if err != nil {
			return "", err
		}
		h.Platter = disk
		h.later(disk.Close)
		return disk.View, nil
	case faults.Small:
		disk, err := disks.OpenSmall(filepath.Join(h.Folder, "disk"), smallDisk)
		if err != nil {
			return "", err
		}
		h.Platter = disk
		h.later(disk.Close)
		return disk.Folder, nil
	}
	return h.Folder, nil
}

// raise starts the nodes and waits until they serve.
func (h *house) raise(ctx context.Context, program, data, database string) error {
	for n := range h.Setting.Nodes {
		node, err := nodes.New(ctx, nodes.Plan{
			Program: program, Folder: filepath.Join(data, fmt.Sprintf("node-%d", n+1)), Log: filepath.Join(h.Folder, fmt.Sprintf("node-%d.log", n+1)), Database: database, Webhook: h.Told.URL,
		})
		if err != nil {
			return err
		}
		h.Nodes = append(h.Nodes, node)
		h.later(node.Close)
		if err := node.Start(ctx); err != nil {
			return err
		}
	}
	for _, node := range h.Nodes {
		if err := node.Await(ctx, faults.Startup); err != nil {
			return fmt.Errorf("%w\n%s", err, node.Log())
		}
	}
	return nil
}

// gather brings the clients, and gives the receiver the keys to verify with.
func (h *house) gather(ctx context.Context, c chapter, clients int) error {
	urls := make([]string, len(h.Nodes))
	for n, node := range h.Nodes {
		urls[n] = node.URL()
	}
	crowd, err := load.New(ctx, load.Options{Seed: c.seed, Clients: clients, Nodes: urls, Ledger: h.Ledger, Findings: h.Findings})
	if err != nil {
		return err
	}
	h.Crowd = crowd
	h.later(crowd.End)
	h.Told.Trust(faults.Keys(crowd.Info()))
	return nil
}

// strike does one stroke under load, and sees whether the server recovers.
func (h *house) strike(ctx context.Context, s stroke) error {
	h.Chance = rand.New(rand.NewPCG(s.seed, 1))
	h.Crowd.Permit(s.deeds)
	if err := h.Crowd.Acknowledged(ctx, s.acknowledged, time.Minute); err != nil {
		return err
	}
	h.Ledger.Harm(fmt.Sprintf("%s, %d times", s.fault.Name, s.times))
	if err := s.fault.Strike(ctx, &h.Scene, s.times); err != nil {
		return fmt.Errorf("%s: %w", s.fault.Name, err)
	}
	h.Ledger.Harm(s.fault.Name + " is over")
	err := h.recover(ctx, s.fault.Name)
	h.Ledger.Harm("every node serves")
	return err
}

// recover waits until every node serves. Whoever takes longer than it may is
// found, and waited for all the same.
func (h *house) recover(ctx context.Context, after string) error {
	began := time.Now()
	for n, node := range h.Nodes {
		err := node.Await(ctx, max(time.Millisecond, faults.Recovery-time.Since(began)))
		if !errors.Is(err, nodes.ErrLate) {
			if err != nil {
				return err
			}
			continue
		}
		h.Findings.Add("I14", after, "node %d: %v\n%s", n+1, err, node.Log())
		if node.Dead() {
			if err := node.Start(ctx); err != nil {
				return err
			}
		}
		if err := node.Await(ctx, faults.Startup); err != nil {
			return err
		}
	}
	return nil
}
