// Command covernote sells insurance through partners' checkouts: it quotes,
// binds, renews, ends, documents and reports policies, and speaks the APIs
// that partners have already integrated.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // days begin in named zones, also where the machine knows none

	"github.com/covernote/covernote/internal/app"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return app.Run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
}
