package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/store"
)

// backupCommand copies an SQLite database while it is served from.
type backupCommand struct {
	stored
	To      string        `arg:"" name:"file" help:"File to write, or a folder, in which each copy is named after its time."`
	Every   time.Duration `help:"Go on, with a copy each time so much has passed, until interrupted; such as 1h."`
	Keep    int           `help:"Most copies to keep in the folder, the newest; 0 keeps all."`
	Check   bool          `help:"Verify every invariant of the copy, as covernote check does, and not only that the file is sound."`
	Replace bool          `help:"Replace the file if it is there."`
}

const (
	// copyName is what a copy in a folder is called, by machine time in UTC.
	copyName = "covernote-20060102T150405.000Z.sqlite"
	// oftenest is how soon a copy may follow on another.
	oftenest = time.Second
)

// copyNames are all that copyName can be: nothing else is ever removed.
var copyNames = regexp.MustCompile(`^covernote-\d{8}T\d{6}\.\d{3}Z\.sqlite$`)

// Run makes one copy, or goes on making them.
func (b *backupCommand) Run(t *terminal) error {
	dsn, err := b.dsn(t)
	if err != nil {
		return err
	}
	if err := exists(dsn); err != nil {
		return err
	}
	if isPostgres(dsn) {
		return errors.New("PostgreSQL makes its own copies: pg_dump --format=custom --file=covernote.dump URL, " +
			"or WAL archiving, which loses less; docs/operations/postgresql.md")
	}
	if b.Every != 0 && b.Every < oftenest {
		return fmt.Errorf("--every %s is too often: it is at least %s", b.Every, oftenest)
	}
	if !isFolder(b.To) && (b.Every != 0 || b.Keep != 0) {
		return fmt.Errorf("--every and --keep need a folder, and %s is none", b.To)
	}
	if err := b.once(t, dsn); err != nil || b.Every == 0 {
		return err
	}
	return b.goOn(t, dsn)
}

// goOn makes a copy each time. One that fails is said and not the end: a disk that
// is full may be freed.
func (b *backupCommand) goOn(t *terminal, dsn string) error {
	tick := time.NewTicker(b.Every)
	defer tick.Stop()
	for {
		select {
		case <-t.ctx.Done():
			return nil
		case <-tick.C:
			if err := b.once(t, dsn); err != nil && t.ctx.Err() == nil {
				_ = report(t.err, exitFailed, err)
			}
		}
	}
}

// once makes one copy and lets go of those that are too many.
func (b *backupCommand) once(t *terminal, dsn string) error {
	began := time.Now()
	file := b.To
	if isFolder(file) {
		file = filepath.Join(file, began.UTC().Format(copyName))
	}
	if err := b.mayWrite(dsn, file); err != nil {
		return err
	}
	size, findings, err := b.write(t, dsn, file)
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	_, err = fmt.Fprintf(t.out, "%s: %.1f MB in %s, %s.\n", file, float64(size)/1e6, time.Since(began).Round(time.Millisecond), b.verdict(findings))
	if err == nil && b.Keep > 0 {
		err = b.thin()
	}
	if err == nil && len(findings) > 0 {
		return errFindings
	}
	return err
}

func (b *backupCommand) verdict(findings []core.Finding) string {
	if b.Check {
		return fmt.Sprintf("%d findings", len(findings))
	}
	return "sound"
}

// mayWrite refuses a file that is there, the database itself above all.
func (b *backupCommand) mayWrite(dsn, file string) error {
	is, err := os.Stat(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find the file to write: %w", err)
	}
	if live, err := os.Stat(dsn); err == nil && os.SameFile(is, live) {
		return fmt.Errorf("%s is the database itself", file)
	}
	if !b.Replace {
		return fmt.Errorf("%s is there; --replace replaces it", file)
	}
	return nil
}

// write makes the copy under another name. Under its own it is there only once it
// is whole, verified and on the disk.
func (b *backupCommand) write(t *terminal, dsn, file string) (size int64, findings []core.Finding, err error) {
	draft, err := draftOf(file)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = os.Remove(draft) }() // there is none any more if all went well
	if err := copyDatabase(t, dsn, draft); err != nil {
		return 0, nil, err
	}
	if findings, err = b.verify(t, draft); err != nil {
		return 0, nil, fmt.Errorf("verify the copy: %w", err)
	}
	is, err := os.Stat(draft)
	if err != nil {
		return 0, nil, err
	}
	return is.Size(), findings, moveDurably(draft, file)
}

// copyDatabase copies what is stored at this moment into a file.
func copyDatabase(t *terminal, dsn, file string) error {
	return onStore(t, dsn, func(s *store.Store, _ *slog.Logger) error {
		if _, err := modeOfDatabase(t.ctx, s); err != nil {
			return fmt.Errorf("%s is no database of Covernote's: %w", dsn, err)
		}
		bar := newBar(t, "pages")
		defer func() { _ = bar.Finish() }()
		return s.CopyTo(t.ctx, file, func(done, total int) {
			bar.ChangeMax(total)
			_ = bar.Set(done)
		})
	})
}

// verify has the engine look at the whole file and, if that is wanted, compares all
// that is stored in it with itself.
func (b *backupCommand) verify(t *terminal, file string) (findings []core.Finding, err error) {
	if !b.Check {
		return nil, soundFile(t.ctx, file)
	}
	copied := stored{Database: file}
	err = copied.look(t, func(c *core.Core) error {
		findings, _, err = checked(t, c)
		return err
	})
	return findings, err
}

func soundFile(ctx context.Context, file string) error {
	s, err := store.Open(ctx, store.Options{DSN: file})
	if err != nil {
		return err
	}
	return errors.Join(s.Integrity(ctx), s.Close())
}

// thin removes the oldest copies of the folder.
func (b *backupCommand) thin() error {
	entries, err := os.ReadDir(b.To)
	if err != nil {
		return fmt.Errorf("thin out the copies: %w", err)
	}
	entries = slices.DeleteFunc(entries, func(e os.DirEntry) bool { return !copyNames.MatchString(e.Name()) })
	for _, e := range entries[:max(0, len(entries)-b.Keep)] { // sorted by name, which is by time
		if err := os.Remove(filepath.Join(b.To, e.Name())); err != nil {
			return fmt.Errorf("thin out the copies: %w", err)
		}
	}
	return nil
}
