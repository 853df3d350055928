package web

import (
	"crypto/subtle"
	"net/http"
	"strconv"
	"time"

	"xieshang/internal/platform/problem"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type metrics struct {
	registry *prometheus.Registry
	times    *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), times: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "xieshang_request_seconds", Help: "Time to answer a request, by route and status.",
		Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
	}, []string{"method", "route", "status"})}
	m.registry.MustRegister(m.times, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) observe(rt Route, status int, d time.Duration) {
	m.times.WithLabelValues(rt.Method, rt.Path, statusText(status)).Observe(d.Seconds())
}

func statusText(s int) string {
	if s == 200 || s == 0 {
		return "200"
	}
	return strconv.Itoa(s)
}

// Gauge adds a figure that is read when /metrics is asked for.
func (s *Server) Gauge(name, help string, value func() float64) {
	s.metrics.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

// MetricsRoute serves the figures to the machine itself and to whoever holds the token.
func (s *Server) MetricsRoute() Route {
	h := promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{})
	return Route{Method: "GET", Path: "/metrics", API: true, Who: Public("answers only the machine itself or the bearer of the metrics token"),
		Do: func(w http.ResponseWriter, r *http.Request) error {
			given := r.Header.Get("X-Metrics-Token")
			byToken := s.cfg.MetricsToken != "" && subtle.ConstantTimeCompare([]byte(given), []byte(s.cfg.MetricsToken)) == 1
			// A proxy on this machine that nobody declared makes everybody look like the machine itself; what it forwards gives it away.
			forwarded := r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" || r.Header.Get("Via") != "" || r.Header.Get("X-Real-Ip") != ""
			if !byToken && (forwarded || !InfoOf(r.Context()).Address.IsLoopback()) {
				return problem.New(problem.NotFound, "problem.not-found")
			}
			h.ServeHTTP(w, r)
			return nil
		}}
}
