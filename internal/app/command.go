package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/alecthomas/kong"
)

// The exit statuses.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// commands is the command line; each command's Run does its work.
type commands struct {
	Sandbox   sandboxCommand   `cmd:"" help:"Run a sandbox: sample products, working credentials, a clock that moves."`
	Serve     serveCommand     `cmd:"" help:"Run the server for live partners."`
	Partner   partnerCommands  `cmd:"" help:"Add, list and change partners."`
	Inquiry   inquiryCommands  `cmd:"" help:"List brokers' inquiries, and enter what insurers offer by hand."`
	Notices   noticeCommands   `cmd:"" help:"Look after notices to partners."`
	Events    eventCommands    `cmd:"" help:"Read the event log of partners, and tell events again."`
	Catalogue catalogueCommand `cmd:"" help:"Work on product files."`
	Migrate   migrateCommand   `cmd:"" help:"Bring the database to the schema of this version."`
	Backup    backupCommand    `cmd:"" help:"Copy an SQLite database while it is served from."`
	Restore   restoreCommand   `cmd:"" help:"Bring a database back from a copy, or take over one that was brought back by other means."`
	Check     checkCommand     `cmd:"" help:"Verify every invariant of the stored business from its rows."`
	Bench     benchCommand     `cmd:"" help:"Measure this machine's limits, and Covernote beside them."`
	Version   versionCommand   `cmd:"" help:"Say which version this is."`
}

// terminal is what a command may use of the world.
type terminal struct {
	ctx    context.Context
	getenv func(string) string
	out    io.Writer
	err    io.Writer
}

// warnings logs what a command that is not a server has to complain of.
func (t *terminal) warnings() *slog.Logger {
	return slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// Run runs the command that args name until it is done or ctx ends, and
// returns the exit status: 0 done, 1 failed, 2 the arguments are not right.
func Run(ctx context.Context, args []string, getenv func(string) string, out, errs io.Writer) int {
	var line commands
	status := -1
	parser, err := kong.New(&line,
		kong.Name("covernote"),
		kong.Description("Sells insurance through partners' checkouts.\n\nBegin with: covernote sandbox"),
		kong.Writers(out, errs),
		kong.Exit(func(code int) { status = code }),
		kong.UsageOnError(),
		kong.Vars{"measures": measureNames()},
	)
	if err != nil {
		return report(errs, exitFailed, err)
	}
	command, err := parser.Parse(args)
	if status >= 0 { // --help has printed itself
		return status
	}
	if err != nil {
		return report(errs, exitUsage, fmt.Errorf("%w; covernote --help shows what there is", err))
	}
	err = command.Run(&terminal{ctx: ctx, getenv: getenv, out: out, err: errs})
	if errors.Is(err, errFindings) {
		return exitFailed
	}
	return report(errs, exitFailed, err)
}

func report(errs io.Writer, status int, err error) int {
	if err == nil {
		return exitDone
	}
	_, _ = fmt.Fprintf(errs, "covernote: %v\n", err)
	return status
}
