package bench

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/covernote/covernote/internal/cluster"
)

// postgres is a server in which databases are made for the bench alone.
type postgres struct {
	url string
	bin string // where its programs lie
	// server is our own, if it is.
	server *cluster.Cluster
	count  atomic.Int64
}

// errNoPrograms says what is missing.
var errNoPrograms = errors.New("find PostgreSQL 15 or newer with createdb, psql and pgbench: it is not in PATH nor where " +
	"systems keep it; on Debian, apt-get install postgresql has it")

// findPostgres finds the programs of PostgreSQL, and starts a server of our own
// unless a URL names one. The caller must stop it.
func findPostgres(ctx context.Context, url string) (*postgres, error) {
	folders := slices.DeleteFunc(cluster.Folders(), func(folder string) bool { // some have a server and no more
		_, err := exec.LookPath(filepath.Join(folder, "pgbench"))
		return err != nil
	})
	p := &postgres{url: url, bin: cluster.Find(ctx, folders)}
	if p.bin == "" {
		return nil, errNoPrograms
	}
	if url != "" {
		return p, nil
	}
	var err error
	if p.server, err = cluster.Start(ctx, p.bin, durable...); err != nil {
		return nil, err
	}
	p.url = p.server.URL
	return p, nil
}

// durable are the settings that PostgreSQL has by itself, and a cluster for tests
// does not: what is acknowledged is on disk.
var durable = []string{"fsync=on", "full_page_writes=on"}

// stop ends a server of our own.
func (p *postgres) stop() error {
	if p.server == nil {
		return nil
	}
	return p.server.Stop()
}

func (p *postgres) program(ctx context.Context, name string, args ...string) (string, error) {
	said, err := exec.CommandContext(ctx, filepath.Join(p.bin, name), args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", name, err, said)
	}
	return string(said), nil
}

// create makes a database; drop removes it.
func (p *postgres) create(ctx context.Context) (database string, drop func(), err error) {
	name := fmt.Sprintf("covernote_bench_%d_%d", os.Getpid(), p.count.Add(1))
	if _, err := p.program(ctx, "createdb", "--maintenance-db="+p.url, name); err != nil {
		return "", nil, err
	}
	at, err := url.Parse(p.url)
	if err != nil {
		return "", nil, fmt.Errorf("read the URL of PostgreSQL: %w", err)
	}
	at.Path = "/" + name
	return at.String(), func() {
		// It is left behind if even this fails, with a name that says whose it was.
		_, _ = p.program(context.WithoutCancel(ctx), "dropdb", "--maintenance-db="+p.url, "--if-exists", "--force", name)
	}, nil
}

// insert is what the limit of writing does: one row of about a kilobyte with a
// unique key, in a transaction of its own.
const (
	insertTable  = "CREATE TABLE bench_row (id BIGINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL, body TEXT NOT NULL)"
	insertScript = `\set id random(1, 9000000000000000000)
INSERT INTO bench_row (id, at, body) VALUES (:id, :client_id, :body);
`
	insertBody    = 1100 // bytes
	insertClients = 64
)

var tps = regexp.MustCompile(`tps = ([0-9.]+) \(without`)

// inserts is the limit of writing: single inserts by pgbench, per second, for a
// time of whole seconds.
func (p *postgres) inserts(ctx context.Context, folder, database string, d time.Duration) (float64, error) {
	script := filepath.Join(folder, "insert.sql")
	if err := os.WriteFile(script, []byte(insertScript), 0o600); err != nil {
		return 0, fmt.Errorf("write pgbench's script: %w", err)
	}
	seconds := max(1, int(d.Round(time.Second)/time.Second))
	said, err := p.program(ctx, "pgbench", "--no-vacuum", "--protocol=prepared", "--file="+script,
		"--client="+strconv.Itoa(insertClients), "--jobs=2", "--time="+strconv.Itoa(seconds),
		"--define=body="+strings.Repeat("x", insertBody), database)
	if err != nil {
		return 0, err
	}
	found := tps.FindStringSubmatch(said)
	if found == nil {
		return 0, fmt.Errorf("pgbench said nothing of transactions per second: %s", said)
	}
	return strconv.ParseFloat(found[1], 64)
}
