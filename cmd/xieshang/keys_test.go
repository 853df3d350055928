package main

import (
	"context"
	"path/filepath"
	"testing"

	"xieshang/internal/app"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/config"

	"github.com/google/uuid"
)

// TestKeysAreRenewed: a telephone number is found and read before and after the key that sealed it was renewed and taken away; a key in use stays.
func TestKeysAreRenewed(t *testing.T) {
	dir := t.TempDir()
	cfg := &config.Config{DB: "sqlite:" + filepath.Join(dir, "x.db"), Files: filepath.Join(dir, "files"), Keys: filepath.Join(dir, "keys")}
	var person uuid.UUID
	open := func(do func(ctx context.Context, a *app.App)) {
		t.Helper()
		if err := console(t.Context(), cfg, func(ctx context.Context, a *app.App) error { do(ctx, a); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	var first string
	open(func(ctx context.Context, a *app.App) {
		var err error
		if person, err = a.Directory.PutPerson(ctx, directory.PersonRow{Person: directory.Person{Name: "王样例"}, Phone: "10000001111"}); err != nil {
			t.Fatal(err)
		}
		first = a.Keys.IDs()[0]
	})
	run := func(err error, want bool) {
		t.Helper()
		if (err == nil) != want {
			t.Fatal(err)
		}
	}
	run(keysAddCmd{}.Run(cfg), true)
	run(keysDropCmd{Key: first}.Run(t.Context(), cfg), false) // it still seals the number
	run(keysListCmd{}.Run(t.Context(), cfg), true)
	run(keysResealCmd{}.Run(t.Context(), cfg), true)
	run(keysDropCmd{Key: first}.Run(t.Context(), cfg), true)
	run(keysDropCmd{Key: first}.Run(t.Context(), cfg), false) // there is no such key any more
	open(func(ctx context.Context, a *app.App) {
		if n := len(a.Keys.IDs()); n != 1 {
			t.Errorf("%d keys", n)
		}
		if found, err := a.Directory.FindByNumber(ctx, "100 0000 1111"); err != nil || len(found) != 1 || found[0].ID != person {
			t.Errorf("%+v %v", found, err)
		}
		admin := authz.With(ctx, authz.Actor{Account: uuid.New(), Name: "管理员", Grants: []authz.Grant{{Role: authz.Admin}}})
		if plain, err := a.Directory.Reveal(admin, person, directory.PhoneNumber, "核对"); err != nil || plain != "10000001111" {
			t.Errorf("%q %v", plain, err)
		}
		run(keysDropCmd{Key: a.Keys.IDs()[0]}.Run(t.Context(), cfg), false) // it seals
	})
}
