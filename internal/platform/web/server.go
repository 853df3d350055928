package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"

	"github.com/klauspost/compress/gzhttp"
)

// Authenticator finds out who asks, from a cookie or a bearer token. An unknown or ended session is nobody, not an error.
// A bearer token that is not valid is a *problem.Problem of kind SignIn.
type Authenticator interface {
	Authenticate(r *http.Request) (authz.Actor, error)
}

// Config is what a Server needs.
type Config struct {
	Catalog *i18n.Catalog
	Auth    Authenticator
	Clock   clock.Clock
	Log     *slog.Logger
	// SignIn answers a request that needs an account; kept is nil, or what was typed into the form that arrived without one.
	SignIn func(w http.ResponseWriter, r *http.Request, kept *Kept) error
	// ErrorPage answers a refused or failed page request.
	ErrorPage func(w http.ResponseWriter, r *http.Request, status int, p *problem.Problem) error
	// TrustedProxies are the addresses whose X-Forwarded-For and X-Forwarded-Proto are believed.
	TrustedProxies []netip.Prefix
	// MetricsToken opens /metrics to a bearer other than the machine itself.
	MetricsToken string
	// BodyTime is how long the body of a route that takes so many bytes may be on its way; nil: a minute, more for large ones.
	BodyTime func(limit int64) time.Duration
}

// Server holds the routes.
type Server struct {
	cfg     Config
	mux     *http.ServeMux
	routes  []Route
	origins *http.CrossOriginProtection
	metrics *metrics
}

// New makes a server without routes.
func New(cfg Config) *Server {
	return &Server{cfg: cfg, mux: http.NewServeMux(), origins: http.NewCrossOriginProtection(), metrics: newMetrics()}
}

func (s *Server) bodyTime(limit int64) time.Duration {
	if s.cfg.BodyTime != nil {
		return s.cfg.BodyTime(limit)
	}
	return bodyTime(limit)
}

// Mount adds a module's table. It returns an error when a line does not state who may come in.
func (s *Server) Mount(routes ...Route) error {
	for _, rt := range routes {
		if err := rt.check(); err != nil {
			return err
		}
		s.mux.Handle(rt.Method+" "+rt.Path, s.handle(rt))
		s.routes = append(s.routes, rt)
	}
	return nil
}

// MountRaw adds a handler that does its own thing for everybody (assets). why says for the reader of the table why that is right.
func (s *Server) MountRaw(pattern, why string, h http.Handler) {
	s.mux.Handle(pattern, h)
	s.routes = append(s.routes, Route{Method: "GET", Path: pattern, Who: Public(why), Do: func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	}})
}

// Routes lists the table, for the test that walks it.
func (s *Server) Routes() []Route { return s.routes }

// Handler is the whole server.
func (s *Server) Handler() http.Handler {
	s.mux.Handle("/", s.handle(Route{Method: "GET", Path: "/", Who: Public("an unknown address is answered to everybody"),
		Do: func(http.ResponseWriter, *http.Request) error {
			return problem.New(problem.NotFound, "problem.not-found")
		}}))
	gz, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.CompressionLevel(3), gzhttp.ExceptContentTypes([]string{"image/jpeg", "image/png", "image/webp",
		"application/zip", "application/pdf", "font/ttf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}))
	if err != nil {
		return s.mux
	}
	return gz(s.mux)
}

// Info is what a request carries besides the actor.
type Info struct {
	Prefs   Prefs
	Printer *i18n.Printer
	Address netip.Addr // of the browser, as far as it can be known
	Secure  bool       // the browser came by https
	API     bool
}

// Network is by what a visitor without an account is counted: an IPv4 address, or the 64 bits of an IPv6 network, which one household has to itself.
func (i *Info) Network() string {
	a := i.Address.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

type infoKey struct{}

// InfoOf returns the Info of a request served by a Server; a zero Info otherwise.
func InfoOf(ctx context.Context) *Info {
	if i, ok := ctx.Value(infoKey{}).(*Info); ok {
		return i
	}
	return &Info{}
}

const csp = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; " +
	"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

func (s *Server) handle(rt Route) http.Handler {
	limit := rt.MaxBody
	if limit == 0 {
		limit = defaultMaxBody
	}
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		start := time.Now()
		w := &response{ResponseWriter: rw}
		h := w.Header()
		h["Content-Security-Policy"] = headerCSP
		h["X-Content-Type-Options"] = headerNosniff
		h["Referrer-Policy"] = headerReferrer
		h["Cross-Origin-Opener-Policy"] = headerSameOrigin
		h["Permissions-Policy"] = headerPermissions
		info := s.info(r, rt)
		ctx := context.WithValue(r.Context(), infoKey{}, info)
		ctx = i18n.With(ctx, info.Printer)
		r = r.WithContext(ctx)
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.fail(w, r, rt, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
			s.metrics.observe(rt, w.status, time.Since(start))
		}()
		if r.Body != nil && r.Body != http.NoBody {
			hurry(rw, s.bodyTime(limit))
			r.Body = http.MaxBytesReader(w, r.Body, limit)
		}
		if err := s.serve(w, r, rt); err != nil {
			s.fail(w, r, rt, err)
		}
	})
}

var (
	headerCSP         = []string{csp}
	headerNosniff     = []string{"nosniff"}
	headerReferrer    = []string{"same-origin"}
	headerSameOrigin  = []string{"same-origin"}
	headerPermissions = []string{"camera=(), microphone=(), geolocation=(self)"}
)

func (s *Server) serve(w *response, r *http.Request, rt Route) error {
	bearer := strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		if err := s.origins.Check(r); err != nil {
			return problem.New(problem.Forbidden, "problem.cross-origin").Because(err)
		}
	}
	actor, err := s.cfg.Auth.Authenticate(r)
	if err != nil {
		return err
	}
	r = r.WithContext(authz.With(r.Context(), actor))
	if !actor.May(neededScope(r.Method)) {
		return problem.New(problem.Forbidden, "problem.scope")
	}
	if !rt.Who.Allows(actor) {
		if actor.SignedIn() {
			return problem.New(problem.Forbidden, "problem.forbidden")
		}
		return s.signIn(w, r, rt)
	}
	err = rt.Do(w, r)
	if late := (*signInFirst)(nil); errors.As(err, &late) {
		if rt.API || s.cfg.SignIn == nil {
			return problem.New(problem.SignIn, "problem.sign-in").Because(err)
		}
		return s.cfg.SignIn(w, r, &Kept{Action: r.URL.RequestURI(), Values: late.values, Files: late.files})
	}
	return err
}

func neededScope(method string) authz.Scope {
	if method == http.MethodGet || method == http.MethodHead {
		return authz.ReadScope
	}
	return authz.WriteScope
}

// signIn leads a visitor without an account to the sign-in form and keeps what a form carried.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request, rt Route) error {
	if rt.API || s.cfg.SignIn == nil {
		return problem.New(problem.SignIn, "problem.sign-in")
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return nil
	}
	kept, err := keep(r)
	if err != nil {
		return err
	}
	return s.cfg.SignIn(w, r, kept)
}

func (s *Server) info(r *http.Request, rt Route) *Info {
	info := &Info{API: rt.API}
	info.Address, info.Secure = s.client(r)
	info.Prefs = readPrefs(r)
	if s.cfg.Catalog != nil {
		lang := i18n.Negotiate(r.Header.Get("Accept-Language"), info.Prefs.Lang, queryLang(r))
		info.Printer = s.cfg.Catalog.Printer(lang)
	}
	return info
}

func queryLang(r *http.Request) string {
	if !strings.Contains(r.URL.RawQuery, "lang=") {
		return ""
	}
	return r.URL.Query().Get("lang")
}

// client finds the browser's address: the peer, or what a trusted proxy says of it.
func (s *Server) client(r *http.Request) (netip.Addr, bool) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	addr, _ := netip.ParseAddr(host)
	addr = addr.Unmap()
	secure := r.TLS != nil
	if !s.trusted(addr) {
		return addr, secure
	}
	if r.Header.Get("X-Forwarded-Proto") == "https" {
		secure = true
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap()
		if !s.trusted(addr) {
			break
		}
	}
	return addr, secure
}

func (s *Server) trusted(a netip.Addr) bool {
	for _, p := range s.cfg.TrustedProxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// response notes the status and whether anything was sent.
type response struct {
	http.ResponseWriter
	status int
}

func (w *response) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *response) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }
