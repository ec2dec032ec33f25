package cluster

import (
	"context"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
)

// Dump copies the database into a file as it is at one moment, while it is used.
func (p *Cluster) Dump(ctx context.Context, file string) error {
	_, err := p.tool(ctx, "pg_dump", "--format=custom", "--file="+file, p.URL)
	return err
}

// Restore makes a database of that name from a file of Dump's and gives its URL. If
// there is one, it goes.
func (p *Cluster) Restore(ctx context.Context, name, file string) (string, error) {
	at, err := p.Create(ctx, name)
	if err != nil {
		return "", err
	}
	_, err = p.tool(ctx, "pg_restore", "--no-owner", "--single-transaction", "--dbname="+at, file)
	return at, err
}

// Create makes an empty database and gives its URL. If there is one of that name, it
// goes, with all who use it.
func (p *Cluster) Create(ctx context.Context, name string) (string, error) {
	if err := p.Drop(ctx, name); err != nil {
		return "", err
	}
	at, err := url.Parse(p.URL)
	if err != nil {
		return "", fmt.Errorf("create a database: %w", err)
	}
	at.Path = "/" + name
	_, err = p.tool(ctx, "createdb", "--maintenance-db="+p.URL, name)
	return at.String(), err
}

// Drop removes a database, with all who use it, if there is one of that name.
func (p *Cluster) Drop(ctx context.Context, name string) error {
	_, err := p.tool(ctx, "dropdb", "--if-exists", "--force", "--maintenance-db="+p.URL, name)
	return err
}

// tool runs one of PostgreSQL's programs and gives what it printed. They lie beside
// the server itself: where we found it there may be only links to some of them.
func (p *Cluster) tool(ctx context.Context, name string, args ...string) (string, error) {
	return p.run(name, func(path string) *exec.Cmd { return exec.CommandContext(ctx, path, args...) })
}

func (p *Cluster) run(name string, command func(path string) *exec.Cmd) (string, error) {
	server, err := filepath.EvalSymlinks(filepath.Join(p.bin, "postgres"))
	if err != nil {
		return "", fmt.Errorf("find %s: %w", name, err)
	}
	cmd := command(filepath.Join(filepath.Dir(server), name))
	cmd.Dir = p.home
	said, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("run %s: %w\n%s", name, err, said)
	}
	return string(said), nil
}
