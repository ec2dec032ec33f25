package app

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/covernote/covernote/internal/core"
)

// meters are the figures of /metrics.
type meters struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	notices  *prometheus.CounterVec
	steps    *prometheus.CounterVec
}

func newMeters() *meters {
	m := &meters{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "covernote_request_seconds", Help: "Time taken by requests of partners.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 14),
		}, []string{"family", "route", "status"}),
		notices: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "covernote_notice_attempts_total", Help: "Tries to tell partners, by what became of them.",
		}, []string{"family", "outcome"}),
		steps: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "covernote_steps_total", Help: "Steps that time has brought about here, by kind.",
		}, []string{"kind"}),
	}
	m.registry.MustRegister(m.requests, m.notices, m.steps, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *meters) request(family core.Family, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(string(family), route, strconv.Itoa(status)).Observe(took.Seconds())
}

func (m *meters) told(p core.Partner, o core.Outcome) {
	outcome := "failed"
	switch {
	case o.Delivered:
		outcome = "delivered"
	case o.Again == 0:
		outcome = "given_up"
	}
	m.notices.WithLabelValues(string(p.Family), outcome).Inc()
}

// watch adds the figures that are read from the database when they are asked for.
func (m *meters) watch(c *core.Core) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "covernote_endpoints_paused", Help: "Endpoints of partners that are told nothing; -1 if nobody knows.",
	}, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), readyTimeout)
		defer cancel()
		paused, err := c.CountPaused(ctx)
		if err != nil {
			return -1
		}
		return float64(paused)
	}))
}

func (m *meters) step(kind string) { m.steps.WithLabelValues(kind).Inc() }

// readyTimeout is how long a database may take to say that it is there.
const readyTimeout = 2 * time.Second

// mountHealth registers what operators and load balancers look at.
func (n *node) mountHealth(m *meters) {
	n.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { writeText(w, http.StatusOK, "alive\n") })
	n.mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
		defer cancel()
		if err := n.store.Serving(ctx); err != nil {
			n.log.Warn("not ready", "error", err)
			writeText(w, http.StatusServiceUnavailable, "not ready: nothing can be stored at present\n")
			return
		}
		writeText(w, http.StatusOK, "ready\n")
	})
	n.mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
}

func writeText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}
