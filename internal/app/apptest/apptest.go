// Package apptest starts the whole platform for tests (G3): on a migrated database of its own, with a clock that tests move and accounts of every role.
package apptest

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/app"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/config"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/mailtest"
	"xieshang/internal/platform/password"

	"github.com/google/uuid"
)

// Password opens every account of a Site.
const Password = "richtig-langes-kennwort-7"

// Site is a running platform.
type Site struct {
	T          testing.TB
	App        *app.App
	Clock      *clock.Fake
	URL        string
	Committee  uuid.UUID
	Department uuid.UUID
	Division   uuid.UUID
	Mails      *mailtest.Server // of a Site made by EachMailed
}

// Each starts a Site on each engine.
func Each(t *testing.T, test func(t *testing.T, s *Site)) {
	t.Helper()
	dbtest.Each(t, app.Migrations(), func(t *testing.T, d *db.DB) { test(t, New(t, d)) })
}

// EachMailed starts a Site with a mail server on each engine; its public address is https://example.org.
func EachMailed(t *testing.T, test func(t *testing.T, s *Site)) {
	t.Helper()
	dbtest.Each(t, app.Migrations(), func(t *testing.T, d *db.DB) {
		server := mailtest.New(t, mailtest.Options{})
		s := start(t, d, config.Config{URL: "https://example.org", SMTP: fmt.Sprintf("smtp://%s:%d", server.Host, server.Port), MailFrom: "协商云 <no-reply@example.org>"})
		s.Mails = server
		test(t, s)
	})
}

// New starts a Site on a migrated database: one committee with one department, at nine in the morning of 2 March 2026.
func New(t testing.TB, d *db.DB) *Site { return start(t, d, config.Config{}) }

func start(t testing.TB, d *db.DB, cfg config.Config) *Site {
	t.Helper()
	dir := t.TempDir()
	s := &Site{T: t, Clock: clock.NewFake(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC))}
	cfg.DB, cfg.Files, cfg.Keys = "sqlite:"+filepath.Join(dir, "unused.db"), filepath.Join(dir, "files"), filepath.Join(dir, "keys")
	a, err := app.New(t.Context(), cfg,
		app.Options{DB: d, Clock: s.Clock, Log: slog.New(slog.DiscardHandler), Hasher: password.New(password.Params{Memory: 64, Time: 1, Threads: 1}, 2, 64, rand.Reader)})
	if err != nil {
		t.Fatal(err)
	}
	s.App = a
	s.fill()
	// httptest listens on 127.0.0.1; passkeys and cookies of browsers are content with it.
	srv := httptest.NewUnstartedServer(a.Web.Handler())
	srv.Config.BaseContext = func(net.Listener) context.Context { return context.Background() }
	srv.Start()
	s.URL = srv.URL
	t.Cleanup(func() {
		srv.Close()
		a.Close()
	})
	return s
}

func (s *Site) fill() {
	s.Division, s.Committee, s.Department = uuid.New(), uuid.New(), uuid.New()
	since := clock.Interval{From: clock.Of(2020, 1, 1)}
	err := s.App.Directory.Record(s.System(), &directory.Batch{
		Divisions: []directory.Division{{ID: s.Division, Code: "430100", Name: i18n.Name{ZH: "样例市", EN: "Sample City"}, Level: directory.City, Valid: since}},
		Organisations: []directory.Organisation{
			{ID: s.Committee, Kind: directory.Committee, Name: i18n.Name{ZH: "政协样例市委员会", EN: "Sample City Committee"}, Level: directory.City, Division: s.Division, Code: "430100", Valid: since},
			{ID: s.Department, Kind: directory.Department, Name: i18n.Name{ZH: "市住房和城乡建设局", EN: "City Housing Bureau"}, Level: directory.City, Division: s.Division, Valid: since},
		}})
	if err != nil {
		s.T.Fatal(err)
	}
}

// System is a context in which the platform itself acts.
func (s *Site) System() context.Context {
	return authz.With(context.Background(), authz.System())
}

// Account makes an account that holds the roles, each where it belongs, and returns its login.
func (s *Site) Account(login string, roles ...authz.Role) string {
	return s.MailAccount(login, "", roles...)
}

// MailAccount is Account with an address for mail.
func (s *Site) MailAccount(login, email string, roles ...authz.Role) string {
	s.T.Helper()
	in := account.Invitation{Login: login, Name: login, Email: email}
	for _, r := range roles {
		place := s.Committee
		switch {
		case r == authz.Admin:
			place = uuid.Nil
		case r.OfDepartment():
			place = s.Department
		}
		in.Grants = append(in.Grants, account.NewGrant{Role: r, Place: place, Days: clock.Interval{From: clock.Of(2020, 1, 1)}})
	}
	if _, err := s.App.Accounts.Create(s.System(), in, Password); err != nil {
		s.T.Fatal(err)
	}
	return login
}

// Cookie signs an account in and returns its session cookie.
func (s *Site) Cookie(login string) *http.Cookie {
	s.T.Helper()
	in, err := s.App.Accounts.SignIn(context.Background(), login, Password, account.Visitor{Agent: "test"})
	if err != nil {
		s.T.Fatal(fmt.Errorf("sign in %s: %w", login, err))
	}
	return &http.Cookie{Name: "xs", Value: in.Token, Path: "/"}
}
