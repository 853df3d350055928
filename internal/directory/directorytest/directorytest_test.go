package directorytest_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/directory/directorytest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/secret"
	"xieshang/internal/platform/sheet"
)

// TestTheWholeProvinceIsAsLargeAsItSays counts without recording.
func TestTheWholeProvinceIsAsLargeAsItSays(t *testing.T) {
	b := directorytest.Batch(1)
	if len(b.Organisations) != directorytest.Organisations || len(b.People) != directorytest.People || len(b.Memberships) != directorytest.Memberships || len(b.Divisions) != 137 || len(b.Terms) != 3*137 {
		t.Errorf("%d organisations, %d people, %d memberships, %d divisions, %d terms", len(b.Organisations), len(b.People), len(b.Memberships), len(b.Divisions), len(b.Terms))
	}
	kinds := map[directory.Kind]int{}
	for _, o := range b.Organisations {
		kinds[o.Kind]++
	}
	posts := map[directory.Post]int{}
	for _, m := range b.Memberships {
		posts[m.Post]++
	}
	t.Log(kinds, posts)
	if kinds[directory.Committee] != 137 || posts[directory.MemberPost] == 0 || posts[directory.Participant] == 0 || posts[directory.Relation] == 0 {
		t.Error("a kind or a post is missing")
	}
	numbers, phones := map[string]bool{}, map[string]bool{}
	for _, p := range b.People {
		if numbers[p.Identity] || phones[p.Phone] {
			t.Fatalf("%s has a number of somebody else", p.Name)
		}
		numbers[p.Identity], phones[p.Phone] = true, true
	}
}

// TestItIsRecordedAndTheSameEachTime: the rules of the directory hold in it.
func TestItIsRecordedAndTheSameEachTime(t *testing.T) {
	dbtest.Each(t, []fs.FS{directory.Migrations}, func(t *testing.T, d *db.DB) {
		ring, err := secret.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		s := directory.New(d, clock.NewFake(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)), ring)
		b := directorytest.Batch(0.01)
		if fmt.Sprint(b) != fmt.Sprint(directorytest.Batch(0.01)) {
			t.Error("not the same again")
		}
		ctx := authz.With(context.Background(), authz.System())
		if err := s.Record(ctx, b); err != nil {
			t.Fatal(err)
		}
		people, memberships, err := s.CountPeople(ctx)
		if err != nil || people != 400 || memberships == 0 || len(b.Memberships) != 950 {
			t.Errorf("%d people, %d memberships of %d today: %v", people, memberships, len(b.Memberships), err)
		}
	})
}

// TestTheListsComeIn: what a clerk would bring says the same.
func TestTheListsComeIn(t *testing.T) {
	dir := t.TempDir()
	if err := directorytest.Write(dir, 0.01); err != nil {
		t.Fatal(err)
	}
	for _, k := range directory.ListKinds() {
		for _, format := range []string{"csv", "xlsx"} {
			f, err := os.Open(filepath.Join(dir, string(k)+"."+format))
			if errors.Is(err, fs.ErrNotExist) && k == directory.FieldList {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			info, err := f.Stat()
			if err != nil {
				t.Fatal(err)
			}
			tab, err := sheet.Open(f.Name(), f, info.Size(), sheet.Options{Columns: directory.ListColumns(k)})
			if err != nil || len(tab.Notes()) > 0 {
				t.Fatal(err, tab.Notes())
			}
			rows := 0
			for _, err := range tab.Rows() {
				if err != nil {
					t.Fatal(err)
				}
				rows++
			}
			if rows == 0 {
				t.Errorf("%s.%s has no rows", k, format)
			}
		}
	}
}
