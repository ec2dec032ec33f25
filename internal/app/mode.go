package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/covernote/covernote/internal/store"
)

// settingMode says whether a database is a sandbox's or live. It is set once.
const (
	settingMode = "mode"
	modeLive    = "live"
	modeSandbox = "sandbox"
)

// claimMode makes a fresh database one of a mode, and refuses one of another.
func claimMode(ctx context.Context, s *store.Store, mode string) error {
	for {
		was, err := readMode(ctx, s)
		if err != nil {
			return err
		}
		if was.Version > 0 {
			return sameMode(was.Value, mode)
		}
		changes := store.NewChanges("")
		changes.PutSetting(settingMode, was, mode)
		err = s.Commit(ctx, changes)
		if !errors.Is(err, store.ErrGuardLost) {
			return err
		}
	}
}

func readMode(ctx context.Context, s *store.Store) (was store.Setting, err error) {
	err = s.View(ctx, func(v *store.View) (err error) {
		was, err = v.Setting(settingMode)
		return err
	})
	if err != nil {
		return was, fmt.Errorf("read the mode of the database: %w", err)
	}
	return was, nil
}

// modeOfDatabase is the mode that a database was given; empty if none yet.
func modeOfDatabase(ctx context.Context, s *store.Store) (string, error) {
	was, err := readMode(ctx, s)
	return was.Value, err
}

func sameMode(is, wanted string) error {
	switch {
	case is == wanted:
		return nil
	case wanted == modeSandbox:
		return errors.New("this database holds live partners; a sandbox needs one of its own (--data DIR or --database URL)")
	}
	return errors.New("this database belongs to a sandbox, whose credentials anyone can read; serve needs one of its own")
}
