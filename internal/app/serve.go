package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/courier"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/store"
)

// configured is what every command on a live database takes.
type configured struct {
	Config string `help:"Configuration file (YAML); see docs/operations/configuration.md." env:"COVERNOTE_CONFIG" type:"existingfile"`
}

// serveCommand runs the server for live partners.
type serveCommand struct{ configured }

// Run serves until the process is told to stop.
func (s *serveCommand) Run(t *terminal) error {
	config, err := readConfig(s.Config, t.getenv)
	if err != nil {
		return err
	}
	log, err := newLog(t.err, config.LogLevel, false)
	if err != nil {
		return err
	}
	relaxCollector(t.getenv)
	if _, err := os.Stat(config.Catalogue); err != nil {
		return fmt.Errorf("find the folder of product files: %w; catalogue or COVERNOTE_CATALOGUE names it", err)
	}
	n, done, err := liveNode(t.ctx, config, log)
	if err != nil {
		return err
	}
	defer done()
	if !n.core.Sells() {
		log.Warn("no products: every order will be refused", "catalogue", config.Catalogue, "next", "put product files into a folder named after the API, such as hepster/")
	}
	listener, err := listen(t.ctx, config.Addr)
	if err != nil {
		return err
	}
	log.Info("serving", "addr", listener.Addr().String(), "version", version())
	err = n.run(t.ctx, listener)
	log.Info("stopped")
	return err
}

// liveNode opens what a configuration names. done closes it.
func liveNode(ctx context.Context, config Config, log *slog.Logger) (n *node, done func(), err error) {
	s, err := openLive(ctx, config, log)
	if err != nil {
		return nil, nil, err
	}
	if n, err = nodeOn(ctx, s, config, log); err != nil {
		closeStore(s, log)
		return nil, nil, err
	}
	return n, func() { closeStore(s, log) }, nil
}

func nodeOn(ctx context.Context, s *store.Store, config Config, log *slog.Logger) (*node, error) {
	if err := s.Ready(ctx); err != nil {
		return nil, fmt.Errorf("the database is not ready: %w", err)
	}
	p, err := livePlan(ctx, s, config, log)
	if err != nil {
		return nil, err
	}
	return newNode(ctx, p)
}

// openLive opens a live database and refuses a sandbox's.
func openLive(ctx context.Context, config Config, log *slog.Logger) (*store.Store, error) {
	s, err := store.Open(ctx, store.Options{DSN: config.Database, Writers: config.Writers, Log: log})
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := s.Migrate(ctx); err != nil {
		closeStore(s, log)
		return nil, fmt.Errorf("migrate database: %w", err)
	}
	if err := claimMode(ctx, s, modeLive); err != nil {
		closeStore(s, log)
		return nil, err
	}
	return s, nil
}

func livePlan(ctx context.Context, s *store.Store, config Config, log *slog.Logger) (plan, error) {
	keys, err := core.NewKeys(config.masterKey)
	if err != nil {
		return plan{}, err
	}
	if err := claimKey(ctx, s, keys); err != nil {
		return plan{}, err
	}
	proxies, err := dialect.ParseProxies(config.TrustedProxies)
	if err != nil {
		return plan{}, fmt.Errorf("read trusted_proxies: %w", err)
	}
	egress, err := config.egress()
	if err != nil {
		return plan{}, err
	}
	mailer, err := config.mailer()
	if err != nil {
		return plan{}, err
	}
	return plan{
		store: s, products: os.DirFS(config.Catalogue), keys: keys, proxies: proxies,
		limits: dialect.NewLimits(config.RequestsPerSecond, config.burst()),
		egress: egress, mailer: mailer, site: config.site(), timeout: config.WebhookTimeout, spread: config.MidnightSpread,
		pace:         core.Pace{AtOnce: config.WebhookAtOnce, PerMinute: config.WebhooksPerMinute},
		attemptsKept: config.AttemptsKept, log: log,
	}, nil
}

// mailer is the mail server, or nil if none is configured.
func (c Config) mailer() (courier.Mailer, error) {
	if c.SMTPURL == "" {
		return nil, nil
	}
	server, err := courier.NewSMTP(c.SMTPURL, c.MailFrom)
	if err != nil {
		return nil, fmt.Errorf("read smtp_url and mail_from: %w", err)
	}
	return server, nil
}

// egress is where partners may be told.
func (c Config) egress() (courier.Egress, error) {
	networks, err := dialect.ParseAllowList(c.WebhookNetworks)
	if err != nil {
		return courier.Egress{}, fmt.Errorf("read webhook_networks: %w", err)
	}
	return courier.Egress{AllowPlain: c.PlainWebhooks, Allow: networks}, nil
}

func closeStore(s *store.Store, log *slog.Logger) {
	if err := s.Close(); err != nil {
		log.Error("database not closed", "error", err)
	}
}

func listen(ctx context.Context, addr string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; --addr or COVERNOTE_ADDR chooses another address", addr, err)
	}
	return listener, nil
}

// newLog writes lines of JSON for machines, or of text for people.
func newLog(w io.Writer, level string, people bool) (*slog.Logger, error) {
	var at slog.Level
	if err := at.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("read log level %q: debug, info, warn and error are known", level)
	}
	options := &slog.HandlerOptions{Level: at, ReplaceAttr: utc}
	if people {
		return slog.New(slog.NewTextHandler(w, options)), nil
	}
	return slog.New(slog.NewJSONHandler(w, options)), nil
}

func utc(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		a.Value = slog.StringValue(a.Value.Time().UTC().Format(time.RFC3339Nano))
	}
	return a
}
