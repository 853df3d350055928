// Package accounttest builds accounts for the tests of this and other modules (C1): a service with a cheap password hash, places, a
// mailbox, and actors of every role. It promises invented people only.
package accounttest

import (
	"context"
	"crypto/rand"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/event"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/intake"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/password"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

// Password is that of every account that World makes.
const Password = "river lantern 42 boats"

// Modules are the migrations that a World needs.
func Modules() []fs.FS { return []fs.FS{account.Migrations, intake.Migrations, job.Migrations} }

// World is a service with everything around it.
type World struct {
	*account.Service
	T      testing.TB
	DB     *db.DB
	Clock  *clock.Fake
	Hasher *password.Hasher
	Keys   *secret.Ring
	Jobs   *job.Queue
	Places *Places
	Mail   *Mailbox
	Facts  *Facts
}

// New makes a World on 12 February 2026, ten in the morning in China. change may alter the options.
func New(t testing.TB, d *db.DB, change ...func(*account.Options)) *World {
	t.Helper()
	keys, err := secret.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w := &World{T: t, DB: d, Clock: clock.NewFake(time.Date(2026, 2, 12, 2, 0, 0, 0, time.UTC)), Keys: keys, Places: &Places{}, Mail: &Mailbox{}, Facts: &Facts{},
		Hasher: password.New(password.Params{Memory: 16, Time: 1, Threads: 1}, 4, 100, rand.Reader)}
	w.Jobs = job.New(d, w.Clock, slog.New(slog.DiscardHandler))
	o := account.Options{DB: d, Clock: w.Clock, Random: rand.Reader, Keys: keys, Hasher: w.Hasher, Events: w.Facts, Jobs: w.Jobs, Places: w.Places, Notifier: w.Mail,
		Log: slog.New(slog.DiscardHandler), Rules: account.DefaultRules()}
	for _, c := range change {
		c(&o)
	}
	if w.Service, err = account.New(o); err != nil {
		t.Fatal(err)
	}
	return w
}

// System is the context of the platform itself.
func System() context.Context { return authz.With(context.Background(), authz.System()) }

// Add makes an account with Password.
func (w *World) Add(login string, grants ...authz.Grant) uuid.UUID {
	w.T.Helper()
	in := account.Invitation{Login: login, Name: login}
	for _, g := range grants {
		in.Grants = append(in.Grants, account.NewGrant{Role: g.Role, Place: g.Place})
	}
	id, err := w.Create(System(), in, Password)
	if err != nil {
		w.T.Fatal(err)
	}
	return id
}

// Browser signs a login in from a fresh browser and returns the context of its requests and the token of its session.
func (w *World) Browser(login string) (context.Context, string) {
	w.T.Helper()
	in, err := w.SignIn(context.Background(), login, Password, account.Visitor{})
	if err != nil {
		w.T.Fatal(err)
	}
	return w.Session(in.Token), in.Token
}

// Session is the context of requests with this token.
func (w *World) Session(token string) context.Context {
	w.T.Helper()
	a, err := w.Actor(context.Background(), token)
	if err != nil {
		w.T.Fatal(err)
	}
	return authz.With(context.Background(), a)
}

// Places is a list of committees and departments.
type Places struct{ All []account.Place }

// Committee adds a committee.
func (p *Places) Committee(name string) uuid.UUID {
	return p.add(account.Place{Name: i18n.Name{ZH: name}})
}

// Department adds a department of a committee.
func (p *Places) Department(name string, committee uuid.UUID) uuid.UUID {
	return p.add(account.Place{Name: i18n.Name{ZH: name}, Department: true, Committee: committee})
}

func (p *Places) add(v account.Place) uuid.UUID {
	v.ID = uuid.New()
	p.All = append(p.All, v)
	return v.ID
}

// PlacesByID finds places.
func (p *Places) PlacesByID(_ context.Context, ids []uuid.UUID) (map[uuid.UUID]account.Place, error) {
	out := map[uuid.UUID]account.Place{}
	for _, v := range p.All {
		for _, id := range ids {
			if v.ID == id {
				out[id] = v
			}
		}
	}
	return out, nil
}

// FindPlaces lists places by a part of their name.
func (p *Places) FindPlaces(_ context.Context, text string, limit int) (out []account.Place, err error) {
	for _, v := range p.All {
		if strings.Contains(v.Name.ZH, text) && len(out) < limit {
			out = append(out, v)
		}
	}
	return out, nil
}

// DepartmentsOf lists the departments of committees.
func (p *Places) DepartmentsOf(_ context.Context, committees []uuid.UUID) (out []uuid.UUID, err error) {
	for _, v := range p.All {
		for _, c := range committees {
			if v.Department && v.Committee == c {
				out = append(out, v.ID)
			}
		}
	}
	return out, nil
}

// Mailbox keeps the mails that would have gone out.
type Mailbox struct {
	mu   sync.Mutex
	sent []account.Mail
}

// AccountMail takes a mail once the transaction is on disk.
func (m *Mailbox) AccountMail(tx *db.Tx, mail account.Mail) error {
	tx.AfterCommit(func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.sent = append(m.sent, mail)
	})
	return nil
}

// Take returns the mails since the last call.
func (m *Mailbox) Take() []account.Mail {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := m.sent
	m.sent = nil
	return out
}

// Facts keeps the events that were published.
type Facts struct {
	mu   sync.Mutex
	list []string
}

// Publish takes an event once the transaction is on disk.
func (f *Facts) Publish(tx *db.Tx, e event.Event, payload any) error {
	tx.AfterCommit(func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.list = append(f.list, fmt.Sprintf("%s %+v", e.Kind, payload))
	})
	return nil
}

// Kinds returns what happened since the last call, as "kind payload".
func (f *Facts) Kinds() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := f.list
	f.list = nil
	return out
}
