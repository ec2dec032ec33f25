package core

import (
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store/storetest"
)

// Who uses up numbers fast takes more of them at once, and a few again when it is over.
func TestHasteTakesMoreNumbers(t *testing.T) {
	where := place{bucket: 7, day: dayOf(opening)}
	now := opening
	for what, c := range map[string]struct {
		place place
		was   block
		want  int64
	}{
		"at first":              {where, block{}, 1},
		"used up at once":       {where, block{blocks: 1, at: now}, 2},
		"used up at once again": {where, block{blocks: mostBlocks, at: now}, mostBlocks},
		"used up in a while":    {where, block{blocks: 8, at: now.Add(-hastyBlock - 1)}, 8},
		"it lasted":             {where, block{blocks: 8, at: now.Add(-time.Hour)}, 1},
		"people see them":       {place{bucket: -1}, block{blocks: 1, at: now}, 1},
	} {
		board := newNumberBoard()
		if c.was.blocks > 0 {
			board.put(c.place, c.was)
		}
		if got := board.wanted(c.place, now); got != c.want {
			t.Errorf("%s: %d blocks, want %d", what, got, c.want)
		}
	}
}

// As many are taken as are wanted, or as there are.
func TestBlocksAreTakenTogether(t *testing.T) {
	h := onSQLite(t)
	where := place{bucket: 7, day: dayOf(opening)}
	take := func(want block) {
		t.Helper()
		got, err := h.takeBlock(t.Context(), where, 4)
		h.fatal(err)
		if got != want {
			t.Errorf("%+v were taken, want %+v", got, want)
		}
	}
	take(block{next: 0, end: 4 * numberBlock, blocks: 4})
	take(block{next: 4 * numberBlock, end: 8 * numberBlock, blocks: 4})
	storetest.Exec(t, h.dsn, `UPDATE sequence SET next = $1 WHERE bucket = 7`, orderlyCodes-2*numberBlock)
	take(block{next: orderlyCodes - 2*numberBlock, end: orderlyCodes, blocks: 2})
	_, err := h.takeBlock(t.Context(), where, 4)
	h.refused(err, insurance.CodeUnavailable)
}
