package core

import (
	"fmt"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/store"
)

// picture is how a group of lanes is shared out at a moment, as one node sees it.
type picture struct {
	self  string
	lanes int
	// mine are the epochs of the lanes that this node holds.
	mine map[int64]int64
	// free are the lanes that nobody holds, in an order of this node's own, so that
	// nodes do not all reach for the same one.
	free []int64
	// counts are how many lanes each live node holds.
	counts map[string]int
	// gone are the leases of nodes that have been silent for long.
	gone []string
}

// share is what a node may hold of a group of lanes.
type share struct {
	most int
	// least is what everybody can have.
	least int
	// alone: nobody else is there to hold any.
	alone bool
}

// nodeName is the lease by which a node makes itself known to those that share
// a group of lanes with it.
func nodeName(lanes []int64, holder string) string { return nodePrefix(lanes) + holder }

func nodePrefix(lanes []int64) string { return fmt.Sprintf("node/%d/", lanes[0]) }

// pictureOf reads from all leases how they stand at an instant.
func pictureOf(leases []store.Lease, lanes []int64, self string, now time.Time) picture {
	p := picture{self: self, lanes: len(lanes), mine: make(map[int64]int64), counts: map[string]int{self: 0}}
	held := make(map[string]store.Lease)
	for _, l := range leases {
		node, is := strings.CutPrefix(l.Name, nodePrefix(lanes))
		switch {
		case l.HeldAt(now) && is:
			p.counts[node] += 0
		case l.HeldAt(now):
			held[l.Name] = l
		case is && !l.HeldAt(now.Add(-nodeKept)):
			p.gone = append(p.gone, l.Name)
		}
	}
	begin := int(hashOf(nodePrefix(lanes), self))
	for i := range lanes {
		lane := lanes[(begin+i)%len(lanes)]
		l, ok := held[leaseName(lane)]
		if _, live := p.counts[l.Holder]; live {
			p.counts[l.Holder]++
		}
		switch {
		case !ok:
			p.free = append(p.free, lane)
		case l.Holder == self:
			p.mine[lane] = l.Epoch
		}
	}
	return p
}

// share is as even as whole lanes allow. A lane that does not divide evenly stays
// where it is, unless somebody has less than everybody can have: so lanes move
// when nodes come and go, and rest otherwise.
func (p picture) share() share {
	nodes := len(p.counts)
	s := share{most: (p.lanes + nodes - 1) / nodes, least: p.lanes / nodes, alone: nodes == 1}
	for _, count := range p.counts {
		if count < s.least {
			s.most = s.least
		}
	}
	return s
}
