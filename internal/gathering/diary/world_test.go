package diary_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io/fs"
	"log/slog"
	netmail "net/mail"
	"sync"
	"testing"
	"time"

	"xieshang/internal/gathering/diary"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/mail"
	"xieshang/internal/platform/mailtest"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

// town has gatherings, people and their accounts; it refuses who is not the platform, as the real ones do.
type town struct {
	mu       sync.Mutex
	meetings map[uuid.UUID]diary.Meeting
	invited  map[uuid.UUID][]uuid.UUID
	dues     map[uuid.UUID][]diary.Due
	accounts map[uuid.UUID]uuid.UUID // of people
	blocked  map[uuid.UUID]bool      // accounts
	mute     map[uuid.UUID]bool      // accounts without an address
}

func (w *town) platform(ctx context.Context) error {
	if !authz.From(ctx).System {
		return problem.New(problem.Forbidden, "problem.forbidden")
	}
	return nil
}

func (w *town) Meetings(ctx context.Context, person uuid.UUID, from, to time.Time) (out []diary.Meeting, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, people := range w.invited {
		for _, p := range people {
			if m := w.meetings[id]; p == person && m.End.After(from) && m.Start.Before(to) {
				out = append(out, m)
			}
		}
	}
	return out, w.platform(ctx)
}

func (w *town) Dues(ctx context.Context, person uuid.UUID, _, _ clock.Date) ([]diary.Due, error) {
	return w.dues[person], w.platform(ctx)
}

func (w *town) Meeting(ctx context.Context, id uuid.UUID) (diary.Meeting, []uuid.UUID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	m, ok := w.meetings[id]
	if !ok {
		return m, nil, db.ErrNotFound
	}
	return m, w.invited[id], w.platform(ctx)
}

func (w *town) OfPeople(ctx context.Context, people []uuid.UUID) (map[uuid.UUID]uuid.UUID, error) {
	out := map[uuid.UUID]uuid.UUID{}
	for _, p := range people {
		if a, ok := w.accounts[p]; ok {
			out[p] = a
		}
	}
	return out, w.platform(ctx)
}

func (w *town) Reachable(ctx context.Context, accounts []uuid.UUID) (map[uuid.UUID]bool, error) {
	out := map[uuid.UUID]bool{}
	for _, a := range accounts {
		if !w.blocked[a] {
			out[a] = !w.mute[a]
		}
	}
	return out, w.platform(ctx)
}

func (w *town) MailAddress(ctx context.Context, account uuid.UUID) (string, error) {
	if w.mute[account] {
		return "", nil
	}
	return address(account), w.platform(ctx)
}

func address(account uuid.UUID) string { return fmt.Sprintf("m-%s@example.net", account) }

type world struct {
	*town
	t      testing.TB
	db     *db.DB
	clock  *clock.Fake
	jobs   *job.Queue
	s      *diary.Service
	server *mailtest.Server
	p      *i18n.Printer
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, []fs.FS{job.Migrations, diary.Migrations}, func(t *testing.T, d *db.DB) {
		ring, err := secret.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		w := &world{t: t, db: d, clock: clock.NewFake(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)), server: mailtest.New(t, mailtest.Options{}),
			town: &town{meetings: map[uuid.UUID]diary.Meeting{}, invited: map[uuid.UUID][]uuid.UUID{}, dues: map[uuid.UUID][]diary.Due{}, accounts: map[uuid.UUID]uuid.UUID{}, blocked: map[uuid.UUID]bool{}, mute: map[uuid.UUID]bool{}}}
		w.jobs = job.New(d, w.clock, slog.New(slog.DiscardHandler))
		catalog, err := i18n.Load(diary.Messages)
		if err != nil {
			t.Fatal(err)
		}
		w.p = catalog.Printer(i18n.ZH)
		sender, err := mail.NewSMTP(mail.Config{Host: w.server.Host, Port: w.server.Port, Security: mail.Plain, From: netmail.Address{Address: "no-reply@example.org"}})
		if err != nil {
			t.Fatal(err)
		}
		w.s, err = diary.New(diary.Needs{DB: d, Clock: w.clock, Random: rand.Reader, Keys: ring, Jobs: w.jobs, Gatherings: w.town, Accounts: w.town, Catalog: catalog, Sender: sender,
			From: "no-reply@example.org", URL: "https://zx.example.org", Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		test(t, w)
	})
}

// person makes somebody with an account and an address.
func (w *world) person() context.Context {
	a := authz.Actor{Account: uuid.New(), Person: uuid.New()}
	w.accounts[a.Person] = a.Account
	return authz.With(context.Background(), a)
}

// meeting plans one that begins in so many days and lasts two hours.
func (w *world) meeting(days int, title string, to ...context.Context) uuid.UUID {
	id := uuid.New()
	start := w.clock.Now().AddDate(0, 0, days)
	w.meetings[id] = diary.Meeting{ID: id, Changed: w.clock.Now(), Start: start, End: start.Add(2 * time.Hour), Title: title, Kind: i18n.Name{ZH: "常委会会议"}, Place: "会议中心一楼", Organiser: i18n.Name{ZH: "政协样例省委员会", EN: "Sample Provincial Committee"}}
	for _, ctx := range to {
		w.invited[id] = append(w.invited[id], authz.From(ctx).Person)
	}
	return id
}

func (w *world) change(id uuid.UUID, f func(*diary.Meeting)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	m := w.meetings[id]
	m.Changed = w.clock.Now()
	f(&m)
	w.meetings[id] = m
}

func (w *world) work() {
	w.t.Helper()
	for range 3 {
		if _, err := w.jobs.RunDue(context.Background()); err != nil {
			w.t.Fatal(err)
		}
	}
}

func refusal(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	p, ok := problem.Of(err)
	if !ok {
		t.Fatalf("not a refusal: %v", err)
	}
	return p.Key
}
