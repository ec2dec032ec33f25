package store

import (
	"context"
	"runtime"
	"sync"
)

// Setting is a value that is true of the whole installation. Version 0 means
// that it was never set.
type Setting struct {
	Value   string
	Version int64
}

// Setting reads a setting; one that was never set is the zero Setting. There are
// only a few, and most readers need two: a snapshot reads all at once.
func (v *View) Setting(name string) (setting Setting, err error) {
	if v.settings == nil {
		if v.presumed = v.snapshot == nil; v.presumed {
			v.settings, err = v.presume(v.ctx)
		} else {
			v.settings, err = v.readSettings()
		}
	}
	return v.settings[name], err
}

func (v *View) readSettings() (map[string]Setting, error) {
	all := make(map[string]Setting)
	return all, v.each(func(scan func(...any) error) error {
		var name string
		var s Setting
		err := scan(&name, &s.Value, &s.Version)
		all[name] = s
		return err
	}, `SELECT name, value, version FROM setting`)
}

// settingsBoard has the reading of settings that is about to begin.
type settingsBoard struct {
	mu   sync.Mutex
	next *settingsReading
}

// settingsReading is of a moment after everybody who waits for it has asked.
type settingsReading struct {
	ended chan struct{}
	all   map[string]Setting // of everybody, never to be changed
	err   error
}

// presume reads the settings together with all who ask at the same time.
func (s *Store) presume(ctx context.Context) (map[string]Setting, error) {
	r := s.joinReading()
	select {
	case <-r.ended:
		return r.all, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *Store) joinReading() *settingsReading {
	s.settings.mu.Lock()
	defer s.settings.mu.Unlock()
	if s.settings.next == nil {
		s.settings.next = &settingsReading{ended: make(chan struct{})}
		go s.readForAll(s.settings.next)
	}
	return s.settings.next
}

// readForAll gives way to those who are about to join, then reads. It belongs to no
// caller, so that none who goes away takes it from the others.
func (s *Store) readForAll(r *settingsReading) {
	defer close(r.ended)
	runtime.Gosched()
	s.settings.mu.Lock()
	s.settings.next = nil
	s.settings.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
	defer cancel()
	v := &View{ctx: ctx, open: s.engine.snapshot}
	defer v.close()
	r.all, r.err = v.readSettings()
}

// PutSetting replaces a setting that is still at the version read.
func (c *Changes) PutSetting(name string, was Setting, value string) {
	guard := "setting/" + name
	if was.Version == 0 {
		c.insert(guard, `INSERT INTO setting (name, value, version) VALUES ($1, $2, 1) ON CONFLICT DO NOTHING`, name, value)
		return
	}
	c.update(guard, `UPDATE setting SET value = $1, version = version + 1 WHERE name = $2 AND version = $3`, value, name, was.Version)
}
