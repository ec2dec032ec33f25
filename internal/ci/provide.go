package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/covernote/covernote/internal/cluster"
)

// errMissing ends a run before any test, with status 2.
var errMissing = errors.New("something is missing")

// provide finds or installs what is not left out, starts PostgreSQL, and puts
// into env where everything is. The returned function ends and removes what
// was started.
func provide(ctx context.Context, without []string, env *environment, out *screen) (stop func() error, err error) {
	places, err := ensure(ctx, thisMachine(), without, runInstaller, out)
	if err != nil {
		return nil, err
	}
	for _, n := range needs() {
		if n.env != "" {
			env.set(n.env, places[n.key])
		}
	}
	if slices.Contains(without, "postgres") {
		env.set(envPostgres, "")
		return func() error { return nil }, nil
	}
	server, err := cluster.Start(ctx, places["postgres"])
	if err != nil {
		return nil, err
	}
	env.set(envPostgres, server.URL)
	return server.Stop, nil
}

// ensure gives the places of all needs, installing and bringing what is absent
// where it may. Elsewhere the error is the one line to run.
func ensure(ctx context.Context, m machine, without []string, run installer, out *screen) (map[string]string, error) {
	absent, places := missing(ctx, m, without)
	lacking := uninstalled(m, absent)
	if len(lacking) > 0 && m.mayInstall() {
		out.say("Missing: %s. Installing.", names(lacking))
		if err := install(ctx, lacking, run, m.etc); err != nil {
			return nil, fmt.Errorf("%w: %w", errMissing, err)
		}
		absent, places = missing(ctx, m, without)
		lacking = uninstalled(m, absent)
	}
	if len(lacking) > 0 {
		return nil, fmt.Errorf("%w: %s. Run: %s", errMissing, names(lacking), lineToRun(m, lacking))
	}
	if err := bring(ctx, m, absent, places, run, out); err != nil {
		return nil, err
	}
	for _, n := range needs() {
		if place, ok := places[n.key]; ok {
			out.found(n.name, place)
		}
	}
	return places, nil
}

// bring adds to places what tools have to get.
func bring(ctx context.Context, m machine, absent []need, places map[string]string, run installer, out *screen) error {
	for _, n := range absent {
		out.say("Missing: %s. Downloading.", n.name)
		place, err := n.bring(ctx, m, run)
		if err != nil {
			return fmt.Errorf("%w: %w, or leave it out: --without=%s", errMissing, err, n.key)
		}
		places[n.key] = place
	}
	return nil
}

// cCompiler gives the C compiler that the race detector links with, or "".
func cCompiler() string {
	m := thisMachine()
	return m.program(append([]string{os.Getenv("CC")}, "gcc", "cc", "clang")...)
}
