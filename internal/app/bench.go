package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/covernote/covernote/internal/bench"
	"github.com/covernote/covernote/internal/core"
)

// benchCommand measures; its other commands are what the measuring process runs
// beside itself.
type benchCommand struct {
	Measure benchMeasure `cmd:"" default:"withargs" help:"Measure, and show each figure beside the machine's limit."`
	Echo    benchEcho    `cmd:"" hidden:"" help:"Answer requests as little as can be."`
	Sink    benchSink    `cmd:"" hidden:"" help:"Take webhooks and count them."`
	Clone   benchClone   `cmd:"" hidden:"" help:"Copy a policy of a sandbox."`
	Tell    benchTell    `cmd:"" hidden:"" help:"Set where a partner of a sandbox is told."`
}

type benchMeasure struct {
	Engine   string        `help:"Database to measure on." enum:"sqlite,postgres,both" default:"sqlite"`
	Postgres string        `help:"postgres:// URL of a server in which databases may be made; without it one is started and removed." placeholder:"URL"`
	Only     []string      `help:"Names of measures, with commas between: ${measures}." placeholder:"NAME"`
	Rounds   int           `help:"How often everything is measured; the median counts." default:"5"`
	Time     time.Duration `help:"How long each measurement takes." default:"3s"`
	Policies int64         `help:"Policies that lie there when lists are read and renewals fall due." default:"100000"`
	Due      int64         `help:"Renewals that fall due at once, webhooks that wait, events that are told again." default:"20000"`
	Profiles string        `help:"Folder for a profile of the server's processors during each measure." type:"existingdir" placeholder:"DIR"`
	JSON     string        `name:"json" help:"File for all figures." placeholder:"FILE"`
	Markdown string        `help:"Page whose figures and charts are written anew." type:"existingfile" placeholder:"FILE"`
	Read     string        `help:"Show the figures of a file that --json wrote, instead of measuring." type:"existingfile" placeholder:"FILE"`
	Strict   bool          `help:"Fail if a target is missed."`
}

// errMissed: the table says which target is missed.
var errMissed = errors.New("not every target is met")

// Run measures and shows what came of it.
func (m *benchMeasure) Run(t *terminal) error {
	report, err := m.report(t)
	if len(report.Figures) > 0 { // what there is, also if an error cut it short
		err = errors.Join(err, m.keep(report), bench.Print(t.out, environment(t.getenv), report))
	}
	if err != nil {
		return err
	}
	if m.Strict && report.Missed() > 0 {
		return errMissed
	}
	return nil
}

// environment is what a terminal's colours depend on.
func environment(getenv func(string) string) []string {
	var all []string
	for _, name := range []string{"TERM", "COLORTERM", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"} {
		if value := getenv(name); value != "" {
			all = append(all, name+"="+value)
		}
	}
	return all
}

// report is of a new run, or of an earlier one.
func (m *benchMeasure) report(t *terminal) (bench.Report, error) {
	if m.Read != "" {
		return bench.Read(m.Read)
	}
	options, err := m.options()
	if err != nil {
		return bench.Report{}, err
	}
	bar := benchBar(t.err)
	options.Progress = func(done, total int, what string) {
		bar.ChangeMax(total)
		bar.Describe(what)
		_ = bar.Set(done) // its only error is a terminal that is gone
	}
	report, err := bench.Run(t.ctx, options)
	_ = bar.Finish()
	return report, err
}

func benchBar(w io.Writer) *progressbar.ProgressBar {
	return progressbar.NewOptions(1, progressbar.OptionSetWriter(w), progressbar.OptionSetVisibility(isTerminal(w)),
		progressbar.OptionShowCount(), progressbar.OptionSetElapsedTime(true), progressbar.OptionClearOnFinish())
}

// keep writes what is wished for of a report.
func (m *benchMeasure) keep(report bench.Report) error {
	var err error
	if m.JSON != "" && m.Read == "" {
		err = report.Write(m.JSON)
	}
	if m.Markdown != "" && err == nil {
		err = bench.WritePage(m.Markdown, report)
	}
	return err
}

func (m *benchMeasure) options() (bench.Options, error) {
	program, err := os.Executable()
	if err != nil {
		return bench.Options{}, fmt.Errorf("find this program: %w", err)
	}
	if m.Rounds < 1 || m.Time <= 0 || m.Policies < 1 || m.Due < 1 {
		return bench.Options{}, errors.New("rounds, time, policies and due are at least 1")
	}
	engines := []bench.Engine{bench.SQLite, bench.Postgres}
	if m.Engine != "both" {
		engines = []bench.Engine{bench.Engine(m.Engine)}
	}
	return bench.Options{
		Program: program, Version: version(), Engines: engines, Postgres: m.Postgres, Rounds: m.Rounds, Time: m.Time,
		Only: m.Only, Policies: m.Policies, Due: m.Due, Profiles: m.Profiles,
	}, nil
}

// measureNames are what --only knows.
func measureNames() string { return strings.Join(bench.Names(), ", ") }

type benchEcho struct{}

// Run serves until the process is told to stop.
func (benchEcho) Run(t *terminal) error { return bench.Serve(t.ctx, &bench.Echo{}, t.out) }

type benchSink struct{}

// Run serves until the process is told to stop.
func (benchSink) Run(t *terminal) error { return bench.Serve(t.ctx, bench.NewSink(), t.out) }

type benchClone struct {
	worked
	Partner     string `help:"Short name of the account." required:""`
	Certificate string `help:"Number of the policy that is copied." required:""`
	First       int64  `help:"Number of the first copy."`
	Count       int64  `help:"How many copies are made." required:""`
	Each        int64  `help:"How many copies are made in one commit."`
	Crowd       bool   `help:"Copy no more than what lists and sweeps pass by."`
}

// Run makes the copies, and says how many seconds that took.
func (k *benchClone) Run(t *terminal) error {
	return k.work(t, func(c *core.Core) error {
		began := time.Now()
		err := c.Clone(t.ctx, core.CloneWish{
			Part: k.Partner, CertificateNumber: k.Certificate,
			First: k.First, Count: k.Count, Each: k.Each, Crowd: k.Crowd,
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(t.out, time.Since(began).Seconds())
		return err
	})
}

type benchTell struct {
	worked
	Partner string `help:"Short name of the account." required:""`
	URL     string `help:"URL that is told." required:""`
}

// Run sets the endpoint.
func (e *benchTell) Run(t *terminal) error {
	return e.work(t, func(c *core.Core) error {
		secret, err := core.NewSecret()
		if err != nil {
			return err
		}
		return c.SetEndpoint(t.ctx, core.Endpoint{
			Part: e.Partner, Name: "bench", URL: e.URL, Secret: secret, Purpose: core.PurposeEvents,
		})
	})
}
