package app

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/courier"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/store"
)

// sandboxCommand runs a sandbox: the server itself, with sample products, one
// partner per API, a clock that moves when told and an inbox that catches what
// partners are told.
type sandboxCommand struct {
	Addr     string `help:"Address to listen on." default:"127.0.0.1:8080"`
	Data     string `help:"Folder for the database and sandbox.json; by default one of its own that is kept between starts."`
	Database string `help:"postgres:// URL to use instead of a file; several sandboxes on one database are nodes of one sandbox."`
	Webhook  string `help:"URL that gets every partner's webhooks as well as the inbox."`
	Reset    bool   `help:"Begin anew."`
	LogLevel string `help:"debug, info, warn or error." default:"warn"`
}

// sandboxFile is the name of the database in the sandbox's folder.
const sandboxFile = "covernote.sqlite"

// inboxTimeout bounds a delivery to the inbox.
const inboxTimeout = 2 * time.Second

// Run runs the sandbox until the process is told to stop.
func (s *sandboxCommand) Run(t *terminal) error {
	log, err := newLog(t.err, s.LogLevel, true)
	if err != nil {
		return err
	}
	relaxCollector(t.getenv)
	folder, err := s.folder(t.getenv)
	if err != nil {
		return err
	}
	listener, err := listen(t.ctx, s.Addr)
	if err != nil {
		return err
	}
	opened, err := s.openStore(t.ctx, folder, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer closeStore(opened, log)
	box, err := newSandbox(t.ctx, s, opened, listener.Addr(), folder, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := box.writeFile(t.ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := box.greet(t); err != nil {
		return errors.Join(err, listener.Close())
	}
	return box.node.run(t.ctx, listener)
}

// folder is where the sandbox keeps its files; it is made if it is missing.
func (s *sandboxCommand) folder(getenv func(string) string) (string, error) {
	folder := s.Data
	if folder == "" {
		state := getenv("XDG_STATE_HOME")
		if state == "" {
			home, err := os.UserHomeDir()
			if err != nil {
				return "", fmt.Errorf("find a folder for the sandbox: %w; --data names one", err)
			}
			state = filepath.Join(home, ".local", "state")
		}
		folder = filepath.Join(state, "covernote", "sandbox")
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("make the sandbox's folder: %w", err)
	}
	return folder, nil
}

// beside are the arguments by which a command finds the sandbox's database. A
// URL may hold a password, and is not shown.
func (s *sandboxCommand) beside(folder string) string {
	if s.Database != "" {
		return "--database URL, the one that this sandbox was started with"
	}
	return "--data '" + strings.ReplaceAll(folder, "'", `'\''`) + "'"
}

// openStore opens and migrates the sandbox's database, and refuses one that
// holds live partners.
func (s *sandboxCommand) openStore(ctx context.Context, folder string, log *slog.Logger) (*store.Store, error) {
	dsn := s.Database
	if dsn == "" {
		dsn = filepath.Join(folder, sandboxFile)
	}
	opened, err := s.claim(ctx, dsn, log)
	if err != nil || !s.Reset {
		return opened, err
	}
	if err := opened.Reset(ctx); err != nil {
		closeStore(opened, log)
		return nil, fmt.Errorf("begin anew: %w", err)
	}
	closeStore(opened, log)
	return s.claim(ctx, dsn, log)
}

func (s *sandboxCommand) claim(ctx context.Context, dsn string, log *slog.Logger) (*store.Store, error) {
	opened, err := store.Open(ctx, store.Options{DSN: dsn, Log: log})
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err = opened.Migrate(ctx); err == nil {
		err = claimMode(ctx, opened, modeSandbox)
	}
	if err != nil {
		closeStore(opened, log)
		return nil, err
	}
	return opened, nil
}

// sandbox is a node with its controls.
type sandbox struct {
	node    *node
	folder  string
	baseURL string
	secrets secrets
	webhook string
	// beside are the arguments by which a command finds the sandbox's database.
	beside string
	log    *slog.Logger
	store  *store.Store
	// tokens are those of Thinksurance's accounts, by account.
	tokens map[string]thinksuranceTokens
}

func newSandbox(ctx context.Context, s *sandboxCommand, opened *store.Store, addr net.Addr, folder string, log *slog.Logger) (*sandbox, error) {
	box, err := sandboxOn(ctx, opened, log)
	if err != nil {
		return nil, err
	}
	box.folder, box.baseURL, box.webhook = folder, "http://"+reachable(addr), s.Webhook
	box.beside = s.beside(folder)
	if err := box.build(ctx); err != nil {
		return nil, err
	}
	box.node.header = http.Header{"Covernote-Sandbox": {"true"}}
	if err := box.settle(ctx); err != nil {
		return nil, fmt.Errorf("set up the sandbox's partners: %w", err)
	}
	box.mount()
	return box, nil
}

// sandboxOn is the sandbox of a database before it is known where it listens.
func sandboxOn(ctx context.Context, opened *store.Store, log *slog.Logger) (*sandbox, error) {
	seed, err := sandboxSeed(ctx, opened)
	return &sandbox{
		secrets: secrets{seed}, log: log, store: opened, tokens: make(map[string]thinksuranceTokens),
	}, err
}

// build makes the sandbox's node.
func (b *sandbox) build(ctx context.Context) error {
	keys, err := core.NewKeys(b.secrets.bytes("master key"))
	if err != nil {
		return err
	}
	b.node, err = newNode(ctx, plan{
		store: b.store, products: catalogue.Sample(), keys: keys, limits: dialect.NewLimits(0, 0),
		egress:  courier.Egress{AllowPlain: true, AllowLoopback: true, AllowPrivate: true},
		sandbox: true, site: b.baseURL, timeout: 10 * time.Second, log: b.log, address: b.address,
	})
	if errors.Is(err, core.ErrProductChanged) {
		return fmt.Errorf("%w. This sandbox was made with other sample products: --reset begins anew, --data DIR begins another", err)
	}
	return err
}

// reachable is the address as a browser on this machine can use it.
func reachable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// settingSeed is what every credential and key of a sandbox derives from, so
// that they come back after a restart and are the same on every node.
const settingSeed = "sandbox.seed"

func sandboxSeed(ctx context.Context, s *store.Store) ([]byte, error) {
	fresh := make([]byte, 32)
	if _, err := rand.Read(fresh); err != nil {
		return nil, fmt.Errorf("make the sandbox's seed: %w", err)
	}
	seed, err := claim(ctx, s, settingSeed, hex.EncodeToString(fresh))
	if err != nil {
		return nil, fmt.Errorf("keep the sandbox's seed: %w", err)
	}
	return hex.DecodeString(seed)
}

// secrets derives everything secret of a sandbox from its seed.
type secrets struct{ seed []byte }

func (s secrets) bytes(of string) []byte {
	key, err := hkdf.Key(sha256.New, s.seed, nil, "covernote sandbox "+of, 32)
	if err != nil {
		panic(err) // 32 bytes are far below what HKDF gives
	}
	return key
}

// text is a secret of 192 bits for a person to copy.
func (s secrets) text(of string) string {
	return base64.RawURLEncoding.EncodeToString(s.bytes(of)[:24])
}
