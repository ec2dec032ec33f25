package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/console"
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/courier"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/dialect/hepster"
	"github.com/covernote/covernote/internal/dialect/thinksurance"
	"github.com/covernote/covernote/internal/dialect/xcover"
	"github.com/covernote/covernote/internal/native"
	"github.com/covernote/covernote/internal/store"
)

// plan is what a node is built from.
type plan struct {
	store    *store.Store
	products fs.FS
	keys     core.Keys
	proxies  dialect.Proxies
	limits   *dialect.Limits
	egress   courier.Egress
	// site is the base URL of the pages for customers, without a slash at its end.
	site    string
	sandbox bool
	timeout time.Duration
	// spread is how long what is due at midnight may take to be done.
	spread time.Duration
	// pace is that of endpoints of which nothing else is said.
	pace core.Pace
	// attemptsKept is how long tries to tell partners are kept; 0 is 30 days.
	attemptsKept time.Duration
	log          *slog.Logger
	// mailer sends e-mails; nil if no mail server is configured.
	mailer courier.Mailer
	// address turns the stored URL of an endpoint into the one to post to and
	// the time it may take; nil leaves both.
	address func(url string) (string, time.Duration)
}

// node is one running process: core, courier and the HTTP they are reached by.
type node struct {
	core    *core.Core
	courier *courier.Courier
	mux     *http.ServeMux
	// header is set on every answer.
	header http.Header
	log    *slog.Logger
	store  *store.Store
	// attemptsKept is how long tries to tell partners are kept.
	attemptsKept time.Duration
}

// newNode wires a node over an open, migrated store.
func newNode(ctx context.Context, p plan) (*node, error) {
	products, err := catalogue.Load(p.products)
	if err != nil {
		return nil, fmt.Errorf("load catalogue: %w", err)
	}
	told, asked := make(map[core.Family][]core.EventType), make(map[core.Family]func(core.Partner) []core.EventType)
	meters := newMeters()
	c, err := core.New(ctx, core.Options{
		Store: p.store, Catalogue: products, Keys: p.keys, Told: told, Asked: asked, Sandbox: p.sandbox, Spread: p.spread,
		Stepped: meters.step, Now: time.Now, Log: p.log, Holder: holderName(),
	})
	if err != nil {
		return nil, fmt.Errorf("start core: %w", err)
	}
	server := &dialect.Server{
		SignIn: signIn(c), Proxies: p.proxies, Limits: p.limits, Failures: suspicion(p.sandbox),
		Observe: meters.request, Log: p.log,
	}
	n := &node{
		core: c, mux: http.NewServeMux(), log: p.log, store: p.store, attemptsKept: max(cmp.Or(p.attemptsKept, attemptsKept), core.AttemptsKept),
	}
	spoken := make(map[core.Family]dialect.Dialect)
	for _, d := range []dialect.Dialect{
		hepster.New(c), xcover.New(c, p.site, p.sandbox), thinksurance.New(c, p.site),
	} {
		server.Mount(n.mux, d)
		spoken[d.Family()] = d
		told[d.Family()], asked[d.Family()] = d.Told(), d.Asked
	}
	server.Mount(n.mux, native.New(c))
	n.mux.HandleFunc("GET "+native.DescriptionPath, native.Describe)
	mailer := p.mailer
	if p.sandbox {
		mailer = inboxMailer(p.store)
	}
	n.courier = &courier.Courier{
		Core: c, Dialects: spoken, Poster: courier.NewPoster(p.egress), Mailer: mailer, Timeout: p.timeout,
		Pace: p.pace, Address: p.address, Told: meters.told, Log: p.log,
	}
	n.mountPages(p) //nolint:contextcheck // pages take theirs from each request
	meters.watch(c) //nolint:contextcheck // figures are read when they are asked for
	n.mountHealth(meters)
	return n, nil
}

// mountPages registers what people open in a browser.
func (n *node) mountPages(p plan) {
	pages := console.CertificatePages(n.core, n.log)
	for _, root := range []string{"/coi/", "/pds/", "/en/", "/de/", "/assets/"} {
		n.mux.Handle(root, pages)
	}
	n.mux.Handle("/documents/", console.DocumentLinks(n.core, n.log))
	n.mux.Handle("/desk/", console.DeskPages(n.core, strings.HasPrefix(p.site, "https:"), n.log))
}

// signIn finds a partner among those of the family whose API is called, and for our
// own API among all.
func signIn(c *core.Core) func(context.Context, core.Family, core.Claim) (core.Partner, error) {
	return func(ctx context.Context, family core.Family, claim core.Claim) (core.Partner, error) {
		if family == native.Family {
			return c.AuthenticateAny(ctx, claim)
		}
		return c.Authenticate(ctx, family, claim)
	}
}

// suspicion slows guessing down, but in a sandbox, where a wrong signature is
// explained as often as it is sent.
func suspicion(sandbox bool) *dialect.Failures {
	if sandbox {
		return nil
	}
	return dialect.NewFailures()
}

// holderName tells this process from every other that shares its database,
// earlier runs of itself included.
func holderName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return host + "/" + strconv.Itoa(os.Getpid()) + "/" + strconv.FormatInt(time.Now().UnixNano(), 36)
}

// run serves until ctx ends, then finishes what it took: open requests first,
// then the work and the deliveries in hand.
func (n *node) run(ctx context.Context, listener net.Listener) error {
	working, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	var group sync.WaitGroup
	group.Go(func() { n.core.Run(working) })
	group.Go(func() { n.courier.Run(working) })
	group.Go(func() { n.tidy(working) })
	group.Go(func() {
		if err := n.core.TidyQuotes(working); err != nil && working.Err() == nil {
			n.log.Error("days of quotes not opened", "error", err)
		}
	})

	server := &http.Server{
		Handler: n.withHeader(n.mux), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 60 * time.Second, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(n.log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		// A sandbox tells itself: connections that its courier has opened and not
		// used yet would be waited for.
		n.courier.Poster.Close()
		err = server.Shutdown(grace)
	}
	stopWork()
	group.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// withHeader says on every answer what is true of the whole server, and
// straightens paths: clients of partner APIs follow no redirects.
func (n *node) withHeader(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), n.header)
		if straight := straighten(r.URL.Path); straight != r.URL.Path {
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = straight, ""
		}
		next.ServeHTTP(w, r)
	})
}

// straighten takes dots and doubled slashes out of a path, and leaves a slash
// at its end.
func straighten(p string) string {
	straight := path.Clean("/" + p)
	if strings.HasSuffix(p, "/") && straight != "/" {
		straight += "/"
	}
	return straight
}

// expiredKept is how long what has expired is kept, so that whoever is late is
// told so.
const expiredKept = 7 * 24 * time.Hour

// tidy removes once an hour what nobody will ask for any more.
func (n *node) tidy(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := errors.Join(n.prune(ctx), n.core.TidyQuotes(ctx)); err != nil && ctx.Err() == nil {
				n.log.Error("not tidied", "error", err)
			}
		}
	}
}

func (n *node) prune(ctx context.Context) error {
	if err := n.store.PruneCommands(ctx, time.Now().Add(-24*time.Hour)); err != nil {
		return err
	}
	now, err := n.core.Now(ctx)
	if err != nil {
		return err
	}
	if err := n.store.PruneExpired(ctx, now.Add(-expiredKept)); err != nil {
		return err
	}
	if err := n.store.PruneAttempts(ctx, now.Add(-n.attemptsKept)); err != nil {
		return err
	}
	earlier := min(now.UnixMicro(), time.Now().UnixMicro())
	return n.store.PruneHandles(ctx, time.UnixMicro(earlier).Add(-expiredKept))
}
