package directory_test

import (
	"errors"
	"io/fs"
	"slices"
	"testing"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// TestMove: several facts change in one step or none does, what must hold is looked at after all of them, and only the platform moves.
func TestMove(t *testing.T) {
	dbtest.Each(t, []fs.FS{directory.Migrations}, func(t *testing.T, d *db.DB) {
		s, b := provinceIn(t, d, 0.01)
		i := slices.IndexFunc(b.Memberships, func(m directory.Membership) bool { return m.Post == directory.Relation && m.Valid.To.IsZero() })
		old := b.Memberships[i]
		j := slices.IndexFunc(b.Organisations, func(o directory.Organisation) bool {
			return o.Kind == directory.OutsideBranch && o.ID != old.Organisation
		})
		day := clock.Of(2026, 2, 1)
		began := directory.Membership{Person: old.Person, Organisation: b.Organisations[j].ID, Post: directory.Relation, StartReason: directory.TransferredIn, Valid: clock.Interval{From: day}}
		lies := func(on clock.Date) (out []uuid.UUID) {
			list, err := s.Roster(system(), directory.RosterQuery{People: []uuid.UUID{old.Person}, Posts: []directory.Post{directory.Relation}, Day: on})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range list {
				out = append(out, h.Organisation)
			}
			return out
		}
		if _, err := s.Move(administrator(t.Context()), []directory.Membership{began}, nil); !problem.Is(err, problem.Forbidden) {
			t.Errorf("moved by an administrator: %v", err)
		}
		if _, err := s.Move(system(), []directory.Membership{began}, nil); !problem.Is(err, problem.Invalid) {
			t.Errorf("a second relation: %v", err)
		}
		ended := old
		ended.Valid.To, ended.EndReason = day, directory.TransferredOut
		failed := errors.New("the case was taken by somebody else")
		if _, err := s.Move(system(), []directory.Membership{ended, began}, func(*db.Tx) error { return failed }); !errors.Is(err, failed) {
			t.Errorf("what belongs to it failed: %v", err)
		}
		if got := lies(day); !slices.Equal(got, []uuid.UUID{old.Organisation}) {
			t.Errorf("half of it was done: %v", got)
		}
		ids, err := s.Move(system(), []directory.Membership{ended, began}, nil)
		if err != nil || len(ids) != 2 {
			t.Fatal(ids, err)
		}
		if before, after := lies(day.AddDays(-1)), lies(day); !slices.Equal(before, []uuid.UUID{old.Organisation}) || !slices.Equal(after, []uuid.UUID{began.Organisation}) {
			t.Errorf("%v, then %v", before, after)
		}
		if _, err := s.Move(system(), []directory.Membership{ended}, nil); !problem.Is(err, problem.Conflict) {
			t.Errorf("what was corrected meanwhile: %v", err)
		}
	})
}
