package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/store"
)

// restoreCommand brings a database back from a copy.
type restoreCommand struct {
	worked
	From    string `arg:"" name:"file" optional:"" help:"Copy to restore."`
	Replace bool   `help:"Replace the database that is there. It is kept beside, under another name."`
	Adopt   bool   `help:"Take over a database that other tools brought back, such as PostgreSQL's, before the first node serves from it."`
	Anyway  bool   `help:"Go on although what is stored contradicts itself."`
}

// Run restores the copy, or takes over what is there.
func (r *restoreCommand) Run(t *terminal) error {
	at, err := r.destination(t)
	switch {
	case err != nil:
		return err
	case r.Adopt && r.From != "":
		return errors.New("--adopt takes over the database as it is; it takes no file")
	case r.Adopt:
		return r.adopt(t, at)
	case r.From == "":
		return errors.New("name the copy to restore; with --adopt there is none")
	case isPostgres(at.dsn):
		return errors.New("PostgreSQL is restored with its own tools: pg_restore, or its base backup and the WAL; " +
			"then covernote restore --adopt, before any node starts; docs/operations/postgresql.md")
	}
	return r.replace(t, at)
}

// destination is the database that shall be there afterwards, and what is true of
// every copy of it.
type destination struct {
	dsn, mode string
	// proof is that of the master key; empty for a sandbox, whose keys are its own.
	proof string
}

func (r *restoreCommand) destination(t *terminal) (destination, error) {
	if dsn := r.sandbox(); dsn != "" {
		return destination{dsn: dsn, mode: modeSandbox}, nil
	}
	config, err := readConfig(r.Config, t.getenv)
	if err != nil {
		return destination{}, err
	}
	keys, err := core.NewKeys(config.masterKey)
	return destination{dsn: config.Database, mode: modeLive, proof: proofOf(keys)}, err
}

// adopt takes over the database as other tools brought it back.
func (r *restoreCommand) adopt(t *terminal, at destination) error {
	if err := exists(at.dsn); err != nil {
		return err
	}
	if !isPostgres(at.dsn) {
		if err := detached(t.ctx, at.dsn); err != nil {
			return err
		}
	}
	done, err := r.takeOver(t, at, at.dsn, "other tools")
	if err != nil {
		return err
	}
	return tell(t, "The database was taken over.", done)
}

// replace puts the copy where the database is, or was. Until the copy is verified
// and taken over, nothing there changes.
func (r *restoreCommand) replace(t *terminal, at destination) error {
	if err := r.mayReplace(t, at.dsn); err != nil {
		return err
	}
	draft, err := draftOf(at.dsn)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer func() { _ = os.Remove(draft) }() // there is none any more if all went well
	if err := copyFile(t, r.From, draft); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	done, err := r.takeOver(t, at, draft, filepath.Base(r.From))
	if err != nil {
		return err
	}
	aside, err := swap(t.ctx, draft, at.dsn)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if aside != "" {
		if _, err := fmt.Fprintf(t.out, "The database that was there is kept as %s.\n", aside); err != nil {
			return err
		}
	}
	return tell(t, fmt.Sprintf("%s is restored from %s.", at.dsn, r.From), done)
}

// mayReplace refuses what cannot be meant: a database that is there, or in use, and
// a file that is no copy.
func (r *restoreCommand) mayReplace(t *terminal, dsn string) error {
	from, err := os.Stat(r.From)
	if err != nil {
		return fmt.Errorf("find the copy: %w", err)
	}
	if wal, err := os.Stat(r.From + "-wal"); err == nil && wal.Size() > 0 {
		return fmt.Errorf("%s is in use, or was when it was copied: a part of it lies in %[1]s-wal; covernote backup makes copies that are whole", r.From)
	}
	there, err := os.Stat(dsn)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("find the database: %w", err)
	case os.SameFile(from, there):
		return fmt.Errorf("%s is the database itself", r.From)
	case !r.Replace:
		return fmt.Errorf("%s is there; --replace moves it aside", dsn)
	}
	return detached(t.ctx, dsn)
}

// detached refuses a database that somebody has open: who has would go on writing
// to a file that nobody reads. One that cannot be read is moved aside as it is.
func detached(ctx context.Context, dsn string) error {
	if err := store.Detach(ctx, dsn); errors.Is(err, store.ErrInUse) {
		return fmt.Errorf("%s is in use; stop the server and whatever else has it open", dsn)
	}
	return nil
}

// takeOver makes a copy fit to be served from, if it is one of the destination's.
func (r *restoreCommand) takeOver(t *terminal, at destination, dsn, source string) (done core.Restoration, err error) {
	log := t.warnings()
	s, err := store.Open(t.ctx, store.Options{DSN: dsn, Log: log})
	if err != nil {
		return done, fmt.Errorf("open the copy: %w", err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := at.owns(t.ctx, s); err != nil {
		return done, err
	}
	if err := s.Migrate(t.ctx); err != nil {
		return done, fmt.Errorf("migrate the copy: %w", err)
	}
	c, err := readingCore(t, s, log)
	if err != nil {
		return done, err
	}
	if err := r.examine(t, c); err != nil {
		return done, err
	}
	return c.TakeOver(t.ctx, source)
}

// owns refuses a database of another mode or key. It changes nothing.
func (at destination) owns(ctx context.Context, s *store.Store) error {
	mode, err := modeOfDatabase(ctx, s)
	if err != nil || mode == "" {
		return errors.Join(errors.New("this is no copy of a database of Covernote's"), err)
	}
	if err := sameMode(mode, at.mode); err != nil {
		return err
	}
	proof, err := readSetting(ctx, s, settingKey)
	if err != nil {
		return fmt.Errorf("read the proof of the master key: %w", err)
	}
	if at.proof == "" || proof.Version == 0 {
		return nil
	}
	return sameKey(proof.Value, at.proof)
}

// examine refuses what contradicts itself.
func (r *restoreCommand) examine(t *terminal, c *core.Core) error {
	findings, _, err := checked(t, c)
	if err != nil {
		return fmt.Errorf("check the copy: %w", err)
	}
	if len(findings) > 0 && !r.Anyway {
		return fmt.Errorf("the copy contradicts itself in %d places; --anyway restores it as it is", len(findings))
	}
	return nil
}

func copyFile(t *terminal, from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	is, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	bar := newBar(t, "bytes")
	bar.ChangeMax64(max(1, is.Size()))
	_, err = io.Copy(io.MultiWriter(out, bar), in)
	_ = bar.Finish()
	return errors.Join(err, out.Close())
}

// swap gives a file the name of the database. What had it is kept under a name of
// its own first, so that at no moment there is nothing: a server that started then
// would begin with an empty database.
func swap(ctx context.Context, draft, dsn string) (aside string, err error) {
	kept := dsn + ".replaced-" + time.Now().UTC().Format("20060102T150405.000Z")
	if _, err := os.Stat(dsn); err == nil {
		if err := detached(ctx, dsn); err != nil {
			return "", err
		}
		if err := os.Link(dsn, kept); err != nil {
			return "", fmt.Errorf("keep the database that is there: %w", err)
		}
		aside = kept
	}
	// Files beside one that could not be detached belong to it and to no other.
	for _, beside := range []string{"-wal", "-shm"} {
		if err := os.Rename(dsn+beside, kept+beside); err != nil && !errors.Is(err, os.ErrNotExist) {
			return aside, err
		}
	}
	return aside, moveDurably(draft, dsn)
}

// tell says what is lost, and what will happen.
func tell(t *terminal, what string, done core.Restoration) error {
	_, err := fmt.Fprintf(t.out, `%s
Its last entry was made %s ago: what was done since is lost.
Numbers that can have been given since are not given again. Notices that were
delivered since will be delivered again, under the ids that they had.
`, what, done.Silence.Round(time.Second))
	return err
}
