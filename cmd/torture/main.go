// Command torture runs Covernote under load, does to it what happens to servers,
// and holds what clients were told against what the server then says.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/covernote/covernote/internal/torture"
)

func main() { os.Exit(run()) }

// run ends on Ctrl-C or SIGTERM, with all that was started.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return torture.Run(ctx, os.Args[1:], os.Stdout)
}
