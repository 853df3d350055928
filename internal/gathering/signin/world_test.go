package signin_test

import (
	"context"
	"crypto/rand"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"xieshang/internal/gathering/signin"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

// hall keeps gatherings the plainest way, in tables of its own, so that what sign-in asks of them runs in real transactions.
type hall struct {
	db    *db.DB
	clock clock.Clock
	runs  uuid.UUID // the account that runs everything
}

const hallTables = `-- +goose Up
CREATE TABLE hall (id TEXT PRIMARY KEY, title TEXT NOT NULL, start BIGINT NOT NULL, state BIGINT NOT NULL, opened BIGINT, ended BIGINT);
CREATE TABLE hall_invited (id TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (id, person));
CREATE TABLE hall_there (id TEXT NOT NULL, person TEXT NOT NULL, way TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (id, person));
`

func hallMigrations() fs.FS {
	return fstest.MapFS{"migrations/sqlite/29991231000000_hall.sql": {Data: []byte(hallTables)}, "migrations/postgres/29991231000000_hall.sql": {Data: []byte(hallTables)}}
}

func scan(r *db.Row) (g signin.Gathering, err error) {
	var id string
	var state int
	err = r.Scan(&id, &g.Title, &g.Start, &state, &g.Opened, &g.Ended)
	g.ID, g.State = uuid.MustParse(id), signin.State(state)
	g.End = g.Start.Add(3 * time.Hour)
	return g, err
}

const columns = `id, title, start, state, opened, ended`

func (h *hall) Runs(ctx context.Context, id uuid.UUID) (g signin.Gathering, err error) {
	if authz.From(ctx).Account != h.runs {
		return g, problem.New(problem.Forbidden, "problem.forbidden")
	}
	err = h.db.Read(ctx, func(tx *db.Tx) error {
		if g, err = db.One(tx, scan, `SELECT `+columns+` FROM hall WHERE id = ?`, id); err != nil {
			return err
		}
		if g.Present, err = db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM hall_there WHERE id = ?`, id); err != nil {
			return err
		}
		g.Asked, err = db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM hall_invited WHERE id = ?`, id)
		return err
	})
	return g, err
}

func (h *hall) Expected(ctx context.Context, person uuid.UUID, from, to time.Time) (out []signin.Gathering, err error) {
	err = h.db.Read(ctx, func(tx *db.Tx) error {
		out, err = db.All(tx, scan, `SELECT h.id, h.title, h.start, h.state, h.opened, h.ended FROM hall h JOIN hall_invited i ON i.id = h.id WHERE i.person = ? AND h.start BETWEEN ? AND ? ORDER BY h.start, h.id`, person, from, to)
		return err
	})
	return out, err
}

func (h *hall) Hold(tx *db.Tx, id uuid.UUID) (signin.Gathering, error) {
	return db.One(tx, scan, `SELECT `+columns+` FROM hall WHERE id = ?`+tx.Pick("", " FOR SHARE"), id)
}

func (h *hall) Invited(tx *db.Tx, id, person uuid.UUID) (bool, error) {
	n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM hall_invited WHERE id = ? AND person = ?`, id, person)
	return n == 1, err
}

func (h *hall) Attend(tx *db.Tx, a signin.Attendance) (signin.Noted, error) {
	n, err := tx.Exec(`INSERT INTO hall_there (id, person, way, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, a.Gathering, a.Person, string(a.Way), a.At)
	if err != nil {
		return signin.Noted{}, err
	}
	way := ""
	v := signin.Noted{First: n == 1}
	err = tx.Rows(func(r *db.Row) error { return r.Scan(&v.Since, &way) }, `SELECT at, way FROM hall_there WHERE id = ? AND person = ?`, a.Gathering, a.Person)
	v.There = way != "absent"
	return v, err
}

// world is a hall with its staff. It is 2 March 2026, nine in the morning in Shanghai.
type world struct {
	t     testing.TB
	db    *db.DB
	clock *clock.Fake
	hall  *hall
	s     *signin.Service
	staff context.Context
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, []fs.FS{signin.Migrations, hallMigrations()}, func(t *testing.T, d *db.DB) { test(t, newWorld(t, d)) })
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	ring, err := secret.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: d, clock: clock.NewFake(time.Date(2026, 3, 2, 1, 0, 5, 0, time.UTC))}
	w.hall = &hall{db: d, clock: w.clock, runs: uuid.New()}
	w.s, err = signin.New(signin.Needs{DB: d, Clock: w.clock, Random: rand.Reader, Keys: ring, Gatherings: w.hall})
	if err != nil {
		t.Fatal(err)
	}
	w.staff = authz.With(context.Background(), authz.Actor{Account: w.hall.runs})
	return w
}

func (w *world) exec(q string, args ...any) {
	w.t.Helper()
	if err := w.db.Write(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec(q, args...); return err }); err != nil {
		w.t.Fatal(err)
	}
}

// gathering makes one that begins now and is open.
func (w *world) gathering(title string) uuid.UUID {
	id := uuid.New()
	w.exec(`INSERT INTO hall (id, title, start, state, opened) VALUES (?, ?, ?, ?, ?)`, id, title, w.clock.Now(), int(signin.Open), w.clock.Now())
	return id
}

func (w *world) state(id uuid.UUID, s signin.State) {
	w.exec(`UPDATE hall SET state = ?, ended = ? WHERE id = ?`, int(s), w.clock.Now(), id)
}

// person makes somebody with an account, invited to the gatherings.
func (w *world) person(to ...uuid.UUID) context.Context {
	a := authz.Actor{Account: uuid.New(), Person: uuid.New()}
	for _, id := range to {
		w.exec(`INSERT INTO hall_invited (id, person) VALUES (?, ?)`, id, a.Person)
	}
	return authz.With(context.Background(), a)
}

// shown is what stands on the screen now.
func (w *world) shown(id uuid.UUID) signin.Shown {
	w.t.Helper()
	return w.codes(id)[0]
}

func (w *world) codes(id uuid.UUID) []signin.Shown {
	w.t.Helper()
	screen, err := w.s.Screen(w.staff, id, 0, 90)
	if err != nil {
		w.t.Fatal(err)
	}
	return screen.Codes
}

// there lists how and when people were written down.
func (w *world) there(id uuid.UUID) map[string]int {
	w.t.Helper()
	out := map[string]int{}
	err := w.db.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Rows(func(r *db.Row) error {
			var way string
			err := r.Scan(&way)
			out[way]++
			return err
		}, `SELECT way FROM hall_there WHERE id = ?`, id)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// refusal is the key of a refusal, of its field where it has one; "" when there was none.
func refusal(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	p, ok := problem.Of(err)
	if !ok {
		t.Fatalf("not a refusal: %v", err)
	}
	if len(p.Fields) > 0 {
		return p.Fields[0].Key
	}
	return p.Key
}
