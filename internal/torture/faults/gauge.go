package faults

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/covernote/covernote/internal/torture/proxy"
)

// messages counts what a node says to PostgreSQL, and holds back the one at which it
// is killed: what was said before is carried out, what comes after never is.
type messages struct{ *proxy.Proxy }

// countMessages puts a proxy before the database and gives its URL.
func (f *foundation) countMessages(ctx context.Context, database string) (string, error) {
	at, err := url.Parse(database)
	if err != nil {
		return "", fmt.Errorf("read a database's URL: %w", err)
	}
	p, err := proxy.Postgres(ctx, at.Host)
	if err != nil {
		return "", err
	}
	f.gauge = messages{p}
	f.closes = append(f.closes, p.Close)
	at.Host = p.Addr()
	return at.String(), nil
}

func (m messages) reached(_ context.Context, far int) <-chan struct{} { return m.HangAt(far) }
func (m messages) come() int                                          { return m.Sent() }

// release has what was held back be lost: its sender is dead. If it never came so far,
// nothing of who comes next is held back.
func (m messages) release() {
	m.HangAt(never)
	m.Cut()
	m.Resume()
}

// growth is how many bytes a node has written to a new SQLite database and its
// write-ahead log. Both only grow while the database is new.
type growth struct{ folder string }

// glance is how often the files are looked at: oftener than a page is written to a
// disk that is waited for.
const glance = 50 * time.Microsecond

func (g growth) reached(ctx context.Context, far int) <-chan struct{} {
	reached := make(chan struct{})
	go func() {
		for g.come() < far && ctx.Err() == nil {
			time.Sleep(glance)
		}
		close(reached)
	}()
	return reached
}

func (g growth) come() int {
	size := int64(0)
	for _, name := range []string{"covernote.sqlite", "covernote.sqlite-wal"} {
		if file, err := os.Stat(filepath.Join(g.folder, name)); err == nil { // else it is not there yet
			size += file.Size()
		}
	}
	return int(size)
}

func (growth) release() {} // nothing is held
