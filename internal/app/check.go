package app

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing/fstest"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/store"
)

// stored is a database to look at, live or a sandbox's. It is only read.
type stored struct {
	configured
	Database string `help:"SQLite file or postgres:// URL; else the configured one."`
	Data     string `help:"Folder of a sandbox." type:"existingdir"`
}

// look runs a command on a core that only reads.
func (d stored) look(t *terminal, f func(*core.Core) error) error {
	dsn, err := d.dsn(t)
	if err != nil {
		return err
	}
	if err := exists(dsn); err != nil {
		return err
	}
	return onStore(t, dsn, func(s *store.Store, log *slog.Logger) error {
		if err := s.Ready(t.ctx); err != nil {
			return fmt.Errorf("the database is not ready: %w", err)
		}
		c, err := readingCore(t, s, log)
		if err != nil {
			return err
		}
		return f(c)
	})
}

// onStore runs a command on a database as it is.
func onStore(t *terminal, dsn string, f func(*store.Store, *slog.Logger) error) error {
	log := t.warnings()
	s, err := store.Open(t.ctx, store.Options{DSN: dsn, Log: log})
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer closeStore(s, log)
	return f(s, log)
}

// checkCommand verifies a database.
type checkCommand struct{ stored }

// Run prints what it finds; any finding is a failure.
func (k *checkCommand) Run(t *terminal) error {
	return k.look(t, func(c *core.Core) error {
		began := time.Now()
		findings, rows, err := checked(t, c)
		if err != nil {
			return fmt.Errorf("check: %w", err)
		}
		_, err = fmt.Fprintf(t.out, "%d rows checked in %s, %d findings.\n", rows, time.Since(began).Round(time.Millisecond), len(findings))
		if err == nil && len(findings) > 0 {
			return errFindings
		}
		return err
	})
}

// checked prints what contradicts itself, and tells of how many rows.
func checked(t *terminal, c *core.Core) (findings []core.Finding, rows int, err error) {
	bar := newBar(t, "rows")
	findings, err = c.Check(t.ctx, func(done, total int) {
		rows = total
		bar.ChangeMax(total)
		_ = bar.Set(done)
	})
	_ = bar.Finish()
	for _, f := range findings {
		if _, oops := fmt.Fprintf(t.out, "%s  %s %s: %s\n", f.Invariant, f.Part, f.Subject, f.Detail); oops != nil {
			err = errors.Join(err, oops)
		}
	}
	return findings, rows, err
}

// newBar shows a person how far something has come. A bar without an end turns in
// a goroutine of its own, unguarded; this one learns its end with the first of it.
func newBar(t *terminal, what string) *progressbar.ProgressBar {
	return progressbar.NewOptions(1, progressbar.OptionSetWriter(t.err), progressbar.OptionSetVisibility(isTerminal(t.err)),
		progressbar.OptionSetDescription(what), progressbar.OptionShowCount(),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
}

// exists refuses a file that is not there, which opening would make.
func exists(dsn string) error {
	if isPostgres(dsn) {
		return nil
	}
	if _, err := os.Stat(dsn); err != nil {
		return fmt.Errorf("find the database: %w; --database or --data names another", err)
	}
	return nil
}

func (d stored) dsn(t *terminal) (string, error) {
	switch {
	case d.Database != "":
		return d.Database, nil
	case d.Data != "":
		return filepath.Join(d.Data, sandboxFile), nil
	}
	config, err := readConfig(d.Config, t.getenv)
	if errors.Is(err, errNoKey) {
		err = nil
	}
	return config.Database, err
}

// readingCore is a core that needs neither keys nor product files: everything
// that was sold is in the database.
func readingCore(t *terminal, s *store.Store, log *slog.Logger) (*core.Core, error) {
	nothing, err := catalogue.Load(fstest.MapFS{})
	if err != nil {
		return nil, fmt.Errorf("begin without product files: %w", err)
	}
	mode, err := modeOfDatabase(t.ctx, s)
	if err != nil {
		return nil, err
	}
	return core.New(t.ctx, core.Options{
		Store: s, Catalogue: nothing, Sandbox: mode == modeSandbox, Now: time.Now, Log: log, Holder: holderName(),
	})
}

// isTerminal tells whether a person looks at what is written.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
