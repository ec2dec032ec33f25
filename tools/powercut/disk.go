package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
)

// block is how much of a file is on the disk whole or not at all, in bytes.
const block = 4096

// store is the file under a dirty one.
type store interface {
	io.ReaderAt
	io.WriterAt
	Truncate(size int64) error
	Size() (int64, error)
	Close() error
}

// disk writes everything through at once, and remembers what stood there before,
// until a file is synced. A power cut puts that back.
type disk struct {
	// power is held for reading by everything that touches the disk, and for
	// writing by the cut.
	power sync.RWMutex
	dead  bool

	mu    sync.Mutex
	dirty map[uint64]*dirty // by inode
	syncs int
}

// dirty is a file that was written since it was synced.
type dirty struct {
	mu     sync.Mutex
	file   store
	size   int64            // before the first write
	before map[int64][]byte // blocks as they were, by number; shorter at the end of the file
}

func newDisk() *disk { return &disk{dirty: make(map[uint64]*dirty)} }

// touch does something to the disk while it has power, and tells whether it has.
func (d *disk) touch(do func()) bool {
	d.power.RLock()
	defer d.power.RUnlock()
	if d.dead {
		return false
	}
	do()
	return true
}

// remember keeps what stands in a stretch of a file that is about to be written,
// cut off or filled. reopen opens the file once more, for the time after its
// writer is gone.
func (d *disk) remember(inode uint64, from, to int64, reopen func() (store, error)) error {
	f, err := d.begin(inode, reopen)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for n := from / block; n*block < min(to, f.size); n++ {
		if _, known := f.before[n]; known {
			continue
		}
		was := make([]byte, min(block, f.size-n*block))
		if _, err := f.file.ReadAt(was, n*block); err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("remember a block: %w", err)
		}
		f.before[n] = was
	}
	// Blocks behind the old end hold nothing worth keeping, but may survive.
	for n := max(from, f.size) / block; n*block < to; n++ {
		if _, known := f.before[n]; !known {
			f.before[n] = nil
		}
	}
	return nil
}

func (d *disk) begin(inode uint64, reopen func() (store, error)) (*dirty, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.dirty[inode]; f != nil {
		return f, nil
	}
	file, err := reopen()
	if err != nil {
		return nil, fmt.Errorf("remember a file: %w", err)
	}
	size, err := file.Size()
	if err != nil {
		return nil, fmt.Errorf("remember a file: %w", err)
	}
	f := &dirty{file: file, size: size, before: make(map[int64][]byte)}
	d.dirty[inode] = f
	return f, nil
}

// sync forgets what stood in a file before: from now on it is as it is.
func (d *disk) sync(inode uint64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.syncs++
	f := d.dirty[inode]
	if f == nil {
		return nil
	}
	delete(d.dirty, inode)
	return f.file.Close()
}

// loss is what a power cut has cost.
type loss struct{ files, blocks, survived int }

// cut takes the power away: of every file that was not synced, blocks become what
// they were. With a chance given, each survives with one in two, as on a disk that
// has written some of what it was not asked to write yet.
func (d *disk) cut(chance *rand.Rand) (loss, error) {
	d.power.Lock()
	defer d.power.Unlock()
	d.dead = true
	var lost loss
	for inode, f := range d.dirty {
		lost.files++
		if err := f.undo(chance, &lost); err != nil {
			return lost, fmt.Errorf("undo what was written to %d: %w", inode, err)
		}
		if err := f.file.Close(); err != nil {
			return lost, fmt.Errorf("undo what was written to %d: %w", inode, err)
		}
	}
	clear(d.dirty)
	return lost, nil
}

// undo puts back blocks, and the size unless something behind it survives.
func (f *dirty) undo(chance *rand.Rand, lost *loss) error {
	now, err := f.file.Size()
	if err != nil {
		return err
	}
	end := f.size
	for n, was := range f.before {
		if chance != nil && n*block < now && chance.IntN(2) == 0 {
			lost.survived++
			end = max(end, min(now, (n+1)*block))
			continue
		}
		lost.blocks++
		blank := make([]byte, block)
		copy(blank, was)
		if len(was) == 0 && n*block >= now {
			continue
		}
		if _, err := f.file.WriteAt(blank, n*block); err != nil {
			return err
		}
	}
	return f.file.Truncate(end)
}
