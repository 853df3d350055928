// Package suggestiontest builds a small world for tests of suggestions and of modules that meet them (A1): a province with one city and one
// county, their committees and departments, and people of every role.
package suggestiontest

import (
	"context"
	"crypto/rand"
	"io/fs"
	"log/slog"
	"testing"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/event"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/secret"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// World is a running suggestion service with people around it. It is 2 March 2026, nine in the morning in Shanghai.
type World struct {
	T         testing.TB
	DB        *db.DB
	Clock     *clock.Fake
	Directory *directory.Service
	Jobs      *job.Queue
	Bus       *event.Bus
	S         *suggestion.Service
	Seals     *secret.Ring

	Province, City, County                         uuid.UUID // divisions
	ProvinceCommittee, Committee, CountyCommittee  uuid.UUID // Committee is the city's
	Office, Housing, Traffic, Water, CountyHousing uuid.UUID // departments of the city, and one of the county
	Roads, Lifts                                   uuid.UUID // fields

	Member, OtherMember, Reviewer, Dispatcher, Editor, Leader, Admin authz.Actor
	HousingClerk, HousingHead, TrafficClerk, TrafficHead, WaterClerk authz.Actor
	OfficeClerk, CountyReviewer, ProvinceReviewer                    authz.Actor
}

// Migrations are what a World needs; a test package adds its own.
func Migrations() []fs.FS {
	return []fs.FS{job.Migrations, directory.Migrations, suggestion.Migrations}
}

// Each runs a test in a fresh World on each engine.
func Each(t *testing.T, test func(t *testing.T, w *World)) {
	t.Helper()
	dbtest.Each(t, Migrations(), func(t *testing.T, d *db.DB) { test(t, New(t, d)) })
}

// New builds a World on a migrated database.
func New(t testing.TB, d *db.DB) *World {
	t.Helper()
	ring, err := secret.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w := &World{T: t, DB: d, Clock: clock.NewFake(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)), Seals: ring}
	w.Jobs = job.New(d, w.Clock, slog.New(slog.DiscardHandler))
	w.Bus = event.NewBus(d, w.Jobs, w.Clock)
	w.Directory = directory.New(d, w.Clock, ring)
	cal := clock.NewCalendar(nil)
	w.S = suggestion.New(suggestion.Needs{DB: d, Clock: w.Clock, Directory: w.Directory, Sealer: ring, Bus: w.Bus, Jobs: w.Jobs,
		Calendar: func(context.Context) (*clock.Calendar, error) { return cal, nil }, Random: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	w.fill()
	return w
}

func (w *World) fill() {
	ids := make([]uuid.UUID, 13)
	for i := range ids {
		ids[i] = w.NewID()
	}
	w.Province, w.City, w.County = ids[0], ids[1], ids[2]
	w.ProvinceCommittee, w.Committee, w.CountyCommittee = ids[3], ids[4], ids[5]
	w.Office, w.Housing, w.Traffic, w.Water, w.CountyHousing = ids[6], ids[7], ids[8], ids[9], ids[10]
	w.Roads, w.Lifts = ids[11], ids[12]
	since := clock.Interval{From: clock.Of(2020, 1, 1)}
	org := func(id uuid.UUID, k directory.Kind, zh, en string, l directory.Level, div uuid.UUID, code string) directory.Organisation {
		return directory.Organisation{ID: id, Kind: k, Name: i18n.Name{ZH: zh, EN: en}, Level: l, Division: div, Code: code, Valid: since}
	}
	err := w.Directory.Record(authz.With(context.Background(), authz.System()), &directory.Batch{
		Divisions: []directory.Division{
			{ID: w.Province, Code: "430000", Name: i18n.Name{ZH: "样例省", EN: "Sample Province"}, Level: directory.Province, Valid: since},
			{ID: w.City, Code: "430100", Name: i18n.Name{ZH: "样例市", EN: "Sample City"}, Level: directory.City, Parent: w.Province, Valid: since, Lon: 112.9, Lat: 28.2},
			{ID: w.County, Code: "430102", Name: i18n.Name{ZH: "枫溪区", EN: "Fengxi District"}, Level: directory.County, Parent: w.City, Valid: since, Lon: 113, Lat: 28.2},
		},
		Organisations: []directory.Organisation{
			org(w.ProvinceCommittee, directory.Committee, "政协样例省委员会", "Sample Provincial Committee", directory.Province, w.Province, "430000"),
			org(w.Committee, directory.Committee, "政协样例市委员会", "Sample City Committee", directory.City, w.City, "430100"),
			org(w.CountyCommittee, directory.Committee, "政协枫溪区委员会", "Fengxi District Committee", directory.County, w.County, "430102"),
			org(w.Office, directory.Office, "市政府督查室", "City Supervision Office", directory.City, w.City, ""),
			org(w.Housing, directory.Department, "市住房和城乡建设局", "City Housing Bureau", directory.City, w.City, ""),
			org(w.Traffic, directory.Department, "市交通运输局", "City Transport Bureau", directory.City, w.City, ""),
			org(w.Water, directory.Department, "市水利局", "City Water Bureau", directory.City, w.City, ""),
			org(w.CountyHousing, directory.Department, "枫溪区住房和城乡建设局", "Fengxi Housing Bureau", directory.County, w.County, ""),
		},
		Fields: []directory.Field{
			{ID: w.Roads, Path: "交通出行", Name: i18n.Name{ZH: "交通出行", EN: "Traffic"}},
			{ID: w.Lifts, Path: "交通出行 / 电梯", Name: i18n.Name{ZH: "电梯", EN: "Lifts"}, Parent: w.Roads},
		},
	})
	if err != nil {
		w.T.Fatal(err)
	}
	actor := func(name string, grants ...authz.Grant) authz.Actor {
		return authz.Actor{Account: w.NewID(), Person: w.NewID(), Name: name, Grants: grants}
	}
	g := func(r authz.Role, p uuid.UUID) authz.Grant { return authz.Grant{Role: r, Place: p} }
	w.Member = actor("委员甲", g(authz.Member, w.Committee))
	w.OtherMember = actor("委员乙", g(authz.Member, w.Committee))
	w.Reviewer = actor("审核员", g(authz.Reviewer, w.Committee))
	w.Dispatcher = actor("交办员", g(authz.Dispatcher, w.Committee))
	w.Editor = actor("编辑", g(authz.Editor, w.Committee))
	w.Leader = actor("领导", g(authz.Leader, w.Committee))
	w.Admin = actor("管理员", g(authz.Admin, uuid.Nil))
	w.HousingClerk, w.HousingHead = actor("住建经办", g(authz.Clerk, w.Housing)), actor("住建负责人", g(authz.Head, w.Housing))
	w.TrafficClerk, w.TrafficHead = actor("交通经办", g(authz.Clerk, w.Traffic)), actor("交通负责人", g(authz.Head, w.Traffic))
	w.WaterClerk = actor("水利经办", g(authz.Clerk, w.Water), g(authz.Head, w.Water))
	w.OfficeClerk = actor("督查室", g(authz.Clerk, w.Office))
	w.CountyReviewer = actor("区审核员", g(authz.Reviewer, w.CountyCommittee))
	w.ProvinceReviewer = actor("省审核员", g(authz.Reviewer, w.ProvinceCommittee))
}

// NewID makes an id.
func (w *World) NewID() uuid.UUID {
	u, err := uuid.NewV7()
	if err != nil {
		w.T.Fatal(err)
	}
	return u
}

// As is a context in which the actor asks.
func As(a authz.Actor) context.Context { return authz.With(context.Background(), a) }

// Nobody is a context without an account.
func Nobody() context.Context { return context.Background() }

// Input is a matter with sensible content that a test changes.
func (w *World) Input() suggestion.RaiseInput {
	return suggestion.RaiseInput{Title: "枫溪路老旧小区加装电梯", Body: "枫溪路12号院三栋楼住着四十多位老人，六层没有电梯，上下楼十分不便，盼望统一加装。",
		Committee: w.Committee, Division: w.County, Field: w.Lifts, Place: "枫溪路12号院", PublicWish: true}
}

// Raise lets an actor raise the standard matter.
func (w *World) Raise(a authz.Actor) suggestion.Receipt {
	w.T.Helper()
	out, err := w.S.Raise(As(a), w.Input())
	if err != nil {
		w.T.Fatal(err)
	}
	return out
}

// Do carries out an action or fails the test.
func (w *World) Do(a authz.Actor, ref string, action wf.Action, in suggestion.ActInput) *suggestion.Case {
	w.T.Helper()
	c, err := w.S.Act(As(a), ref, action, in)
	if err != nil {
		w.T.Fatalf("%s: %v", action, err)
	}
	return c
}

// Yes and No are for ActInput.Public.
func Yes() *bool { v := true; return &v }

// No is false for ActInput.Public.
func No() *bool { v := false; return &v }

// Accept reviews and accepts a matter for the public.
func (w *World) Accept(ref string) *suggestion.Case {
	w.T.Helper()
	return w.Do(w.Reviewer, ref, suggestion.ReviewAccept, suggestion.ActInput{Public: Yes()})
}

// Dispatch sends it to Housing as lead.
func (w *World) Dispatch(ref string) *suggestion.Case {
	w.T.Helper()
	return w.Do(w.Dispatcher, ref, suggestion.Dispatch, suggestion.ActInput{Team: []suggestion.TeamPart{{Department: w.Housing, Part: suggestion.Lead}}})
}

// Reply takes it from acceptance to a reply that counts.
func (w *World) Reply(ref string) *suggestion.Case {
	w.T.Helper()
	w.Accept(ref)
	w.Dispatch(ref)
	return w.AnswerNow(ref)
}

// AnswerNow lets Housing acknowledge, answer and sign off, and the reviewer accept.
func (w *World) AnswerNow(ref string) *suggestion.Case {
	w.T.Helper()
	w.Do(w.HousingClerk, ref, suggestion.Acknowledge, suggestion.ActInput{})
	w.Do(w.HousingClerk, ref, suggestion.WriteAnswer, suggestion.ActInput{Text: "经现场查看，三栋楼均符合加装条件，已列入今年第二批加装计划并完成公示。", Class: "A"})
	w.Do(w.HousingHead, ref, suggestion.SignOff, suggestion.ActInput{Letter: "样住建函〔2026〕8号"})
	return w.Do(w.Reviewer, ref, suggestion.AcceptAnswer, suggestion.ActInput{})
}

// Rule is the platform acting by a rule.
func Rule() authz.Actor { return authz.System() }
