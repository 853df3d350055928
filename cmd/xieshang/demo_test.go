package main

import (
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/app"
	"xieshang/internal/demo"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/config"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/password"
	"xieshang/internal/suggestion"
)

// TestDemoShowsEverything: every state and every action of the table occurs, and every printed account can sign in.
func TestDemoShowsEverything(t *testing.T) {
	dir := t.TempDir()
	cfg := config.Config{DB: "sqlite:" + filepath.Join(dir, "demo.db")}
	store, err := db.OpenFast(t.Context(), cfg.DB)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	moved := clock.NewFake(now)
	a, err := app.New(t.Context(), cfg, app.Options{DB: store, Clock: moved, Log: slog.New(slog.DiscardHandler), Hasher: password.New(password.Params{Memory: 64, Time: 1, Threads: 1}, 2, 64, rand.Reader)})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	logins, err := demo.Fill(t.Context(), demo.Needs{Directory: a.Directory, Accounts: a.Accounts, Suggestions: a.Suggestions, Contacts: a.Contacts, Gatherings: a.Gatherings, SignIn: a.SignIn, BranchLife: a.BranchLife, Study: a.Study, Clock: moved, Now: now, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	seen := func(q string) map[string]bool {
		out := map[string]bool{}
		err := store.Read(t.Context(), func(tx *db.Tx) error {
			all, err := db.All(tx, db.ScanString, q)
			for _, s := range all {
				out[s] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	states, actions := seen(`SELECT DISTINCT state FROM suggestion`), seen(`SELECT DISTINCT action FROM suggestion_step`)
	for _, s := range suggestion.Life().States {
		if !states[string(s)] {
			t.Errorf("no matter is %s", s)
		}
	}
	for _, tr := range suggestion.Life().Transitions {
		if tr.Action != suggestion.Redate && !actions[string(tr.Action)] { // which waits for a calendar that does not exist yet
			t.Errorf("nobody ever did %s", tr.Action)
		}
	}
	for _, l := range logins {
		if _, err := a.Accounts.SignIn(t.Context(), l.Login, demo.Password, account.Visitor{}); err != nil {
			t.Errorf("%s cannot sign in: %v", l.Login, err)
		}
	}
	showsAssembly(t, a, seen)
	divisions, _, _ := func() (int, int, int) {
		s, err := a.Directory.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s.Counts()
	}()
	if divisions != 137 {
		t.Errorf("%d divisions", divisions)
	}
	sealedIsListed(t, store)
}

// sealedIsListed looks for sealed values: whatever the demo seals stands in a column that keys reseal knows.
func sealedIsListed(t *testing.T, store *db.DB) {
	t.Helper()
	listed := map[string]bool{}
	for _, c := range app.Sealed() {
		listed[c.Table+"."+c.Name] = true
	}
	found := 0
	err := store.Read(t.Context(), func(tx *db.Tx) error {
		columns, err := db.All(tx, func(r *db.Row) (c [2]string, err error) { err = r.Scan(&c[0], &c[1]); return c, err },
			`SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND m.name <> 'job' ORDER BY m.name, p.cid`)
		if err != nil {
			return err
		}
		for _, c := range columns {
			n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM "`+c[0]+`" WHERE typeof("`+c[1]+`") = 'text' AND "`+c[1]+`" GLOB 'x1.????????.*'`)
			if err != nil {
				return err
			}
			if n > 0 {
				found++
				if !listed[c[0]+"."+c[1]] {
					t.Errorf("%s.%s holds %d sealed values and is not listed in app.Sealed", c[0], c[1], n)
				}
			}
		}
		return nil
	})
	if err != nil || found < 2 {
		t.Errorf("%d columns hold sealed values: %v", found, err)
	}
}
