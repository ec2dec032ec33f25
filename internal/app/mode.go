package app

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/store"
)

// settingMode says whether a database is a sandbox's or live. It is set once.
const (
	settingMode = "mode"
	modeLive    = "live"
	modeSandbox = "sandbox"
)

// settingKey proves that a master key is the one that the database's secrets
// were hashed and sealed with.
const settingKey = "master_key.proof"

// claimMode makes a fresh database one of a mode, and refuses one of another.
func claimMode(ctx context.Context, s *store.Store, mode string) error {
	is, err := claim(ctx, s, settingMode, mode)
	if err != nil {
		return fmt.Errorf("read the mode of the database: %w", err)
	}
	return sameMode(is, mode)
}

// claimKey ties a fresh database to a master key, and refuses another key: no
// partner could sign in with it.
func claimKey(ctx context.Context, s *store.Store, keys core.Keys) error {
	proof := proofOf(keys)
	is, err := claim(ctx, s, settingKey, proof)
	if err != nil {
		return fmt.Errorf("read the proof of the master key: %w", err)
	}
	return sameKey(is, proof)
}

func proofOf(keys core.Keys) string { return hex.EncodeToString(keys.Hash("proof of the master key")) }

func sameKey(is, configured string) error {
	if is != configured {
		return errors.New("the master key is not the one that this database was made with; " +
			"master_key_file or COVERNOTE_MASTER_KEY names the key")
	}
	return nil
}

// claim gives a setting a value unless it has one, and tells the one it has.
func claim(ctx context.Context, s *store.Store, name, value string) (string, error) {
	for {
		was, err := readSetting(ctx, s, name)
		if err != nil || was.Version > 0 {
			return was.Value, err
		}
		changes := store.NewChanges("")
		changes.PutSetting(name, was, value)
		if err := s.Commit(ctx, changes); err != nil && !errors.Is(err, store.ErrGuardLost) {
			return "", err
		}
	}
}

func readSetting(ctx context.Context, s *store.Store, name string) (was store.Setting, err error) {
	err = s.View(ctx, func(v *store.View) (err error) {
		was, err = v.Setting(name)
		return err
	})
	return was, err
}

// modeOfDatabase is the mode that a database was given; empty if none yet.
func modeOfDatabase(ctx context.Context, s *store.Store) (string, error) {
	was, err := readSetting(ctx, s, settingMode)
	if err != nil {
		return "", fmt.Errorf("read the mode of the database: %w", err)
	}
	return was.Value, nil
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
