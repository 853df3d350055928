package directory_test

import (
	"context"
	"testing"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

func actor(person uuid.UUID, role authz.Role, place uuid.UUID) context.Context {
	a := authz.Actor{Account: uuid.New(), Person: person, Name: "查看者"}
	if role != "" {
		a.Grants = []authz.Grant{{Role: role, Place: place}}
	}
	return authz.With(context.Background(), a)
}

// TestALookIsRecordedAndSeen: who may look at a number, what is kept of it, and that the person sees it.
func TestALookIsRecordedAndSeen(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, _ *clock.Fake, _ *db.DB) {
		a := build(t, s)
		if _, err := s.PutPerson(system(), directory.PersonRow{Person: directory.Person{ID: a.cpc, Name: "甲样例"}, Phone: "139 0000 1111"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.PutMembership(system(), directory.Membership{Person: a.cpc, Organisation: a.members, Post: directory.Participant, Valid: since}); err != nil {
			t.Fatal(err)
		}
		organiser, other, admin, leader := actor(uuid.Nil, authz.Organiser, a.committee), actor(uuid.Nil, authz.Organiser, a.other), actor(uuid.Nil, authz.Admin, uuid.Nil), actor(uuid.Nil, authz.Leader, a.committee)
		own := actor(a.cpc, authz.Member, a.committee)
		for name, ctx := range map[string]context.Context{"nobody": context.Background(), "another committee": other, "a leader": leader, "the person": own, "the platform": system()} {
			if plain, err := s.Reveal(ctx, a.cpc, directory.PhoneNumber, "联系开会"); err == nil || plain != "" {
				t.Errorf("%s got %q", name, plain)
			}
		}
		if _, err := s.Reveal(organiser, a.cpc, directory.PhoneNumber, " "); firstKey(err) != "directory.err.reveal-reason" {
			t.Error(err)
		}
		if _, err := s.Reveal(organiser, a.cpc, directory.IdentityNumber, "核对"); firstKey(err) != "directory.err.no-number" {
			t.Error(err)
		}
		if plain, err := s.Reveal(organiser, a.cpc, directory.PhoneNumber, "联系开会"); err != nil || plain != "139 0000 1111" {
			t.Errorf("%q %v", plain, err)
		}
		if _, err := s.Reveal(admin, a.cpc, directory.PhoneNumber, "核对名单"); err != nil {
			t.Error(err)
		}
		o, err := s.Own(own)
		if err != nil {
			t.Fatal(err)
		}
		if len(o.Reveals) != 2 || o.Reveals[0].By != "查看者" || o.Phone != "139 0000 1111" || len(o.Memberships) != 1 || len(o.Affiliations) != 1 {
			t.Errorf("%+v", o)
		}
		if _, err := s.Own(organiser); !problem.Is(err, problem.NotFound) {
			t.Error(err)
		}
		token := authz.From(own)
		token.Scopes = []authz.Scope{authz.ReadScope}
		if _, err := s.Own(authz.With(context.Background(), token)); !problem.Is(err, problem.Forbidden) {
			t.Errorf("a token read numbers: %v", err)
		}
		for name, x := range map[string]struct {
			ctx  context.Context
			want int
		}{"organiser": {organiser, 1}, "another committee": {other, 0}, "administrator": {admin, 1}} {
			if list, err := s.FindByNumber(x.ctx, "13900001111"); err != nil || len(list) != x.want {
				t.Errorf("%s finds %d: %v", name, len(list), err)
			}
		}
		if _, err := s.FindByNumber(leader, "13900001111"); !problem.Is(err, problem.Forbidden) {
			t.Error(err)
		}
		if _, err := s.FindByNumber(organiser, "139!"); firstKey(err) != "directory.err.number-form" {
			t.Error(err)
		}
	})
}

func TestCorrectionsAreAskedAndAnswered(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, _ *db.DB) {
		a := build(t, s)
		if _, err := s.PutMembership(system(), directory.Membership{Person: a.cpc, Organisation: a.members, Post: directory.Participant, Valid: since}); err != nil {
			t.Fatal(err)
		}
		organiser, other, own := actor(uuid.Nil, authz.Organiser, a.committee), actor(uuid.Nil, authz.Organiser, a.other), actor(a.cpc, authz.Organiser, a.committee)
		if err := s.AskCorrection(context.Background(), "x"); !problem.Is(err, problem.SignIn) {
			t.Error(err)
		}
		if err := s.AskCorrection(own, " "); firstKey(err) != "directory.err.correction" {
			t.Error(err)
		}
		for range 5 {
			if err := s.AskCorrection(own, "出生年份应为1968年。"); err != nil {
				t.Fatal(err)
			}
			c.Advance(1e9)
		}
		if err := s.AskCorrection(own, "又一条"); firstKey(err) != "directory.err.corrections" {
			t.Error(err)
		}
		list, err := s.Corrections(organiser)
		if err != nil || len(list) != 5 || list[0].Name != "甲样例" {
			t.Fatalf("%+v %v", list, err)
		}
		if far, err := s.Corrections(other); err != nil || len(far) != 0 {
			t.Errorf("another committee reads %d: %v", len(far), err)
		}
		if _, err := s.Corrections(actor(a.cpc, authz.Member, a.committee)); !problem.Is(err, problem.Forbidden) {
			t.Error(err)
		}
		for name, ctx := range map[string]context.Context{"nobody": context.Background(), "another committee": other, "the person": own} {
			if err := s.AnswerCorrection(ctx, list[0].ID, true, "已改"); err == nil {
				t.Errorf("%s answered", name)
			}
		}
		if err := s.AnswerCorrection(organiser, list[0].ID, true, ""); firstKey(err) != "directory.err.correction" {
			t.Error(err)
		}
		if err := s.AnswerCorrection(organiser, list[0].ID, true, "已改。"); err != nil {
			t.Fatal(err)
		}
		if err := s.AnswerCorrection(organiser, list[0].ID, false, "再答"); !problem.Is(err, problem.Conflict) {
			t.Error(err)
		}
		if o, err := s.Own(own); err != nil || len(o.Corrections) != 5 || o.Corrections[4].State != directory.CorrectionDone || o.Corrections[4].Answer != "已改。" {
			t.Errorf("%+v %v", o, err)
		}
	})
}
