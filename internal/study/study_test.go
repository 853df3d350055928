package study_test

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"testing"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"
	"xieshang/internal/study"

	"github.com/google/uuid"
)

// world is a committee with a members' branch of three people, and gatherings that the test holds itself.
type world struct {
	*study.Service
	clock                                                *clock.Fake
	upper, committee, branch, other, otherBranch         uuid.UUID
	secretary, ann, ben, stranger                        uuid.UUID
	list                                                 []study.Session
	there                                                map[uuid.UUID]map[uuid.UUID]study.Presence
	organiser, leads, annCtx, benCtx, strangerCtx, above context.Context
	dir                                                  *directory.Service
}

func (w *world) Sessions(_ context.Context, ids []uuid.UUID) (out []study.Session, err error) {
	for _, s := range w.list {
		for _, id := range ids {
			if s.Gathering == id {
				out = append(out, s)
			}
		}
	}
	return out, nil
}

func (w *world) SessionsOf(ctx context.Context, organisations []uuid.UUID, from, to clock.Date) (out []study.Session, err error) {
	if !authz.From(ctx).System {
		return nil, errors.New("asked as somebody")
	}
	for _, s := range w.list {
		for _, h := range s.Holders {
			for _, o := range organisations {
				if d := clock.DateOf(s.Starts); h == o && !d.Before(from) && !d.After(to) {
					out = append(out, s)
				}
			}
		}
	}
	return out, nil
}

func (w *world) Presence(context.Context, []uuid.UUID) (map[uuid.UUID]map[uuid.UUID]study.Presence, error) {
	return w.there, nil
}

func (w *world) held(day int, over bool, holder uuid.UUID, there map[uuid.UUID]study.Presence) uuid.UUID {
	s := study.Session{Gathering: uuid.New(), Title: "学习会", Starts: clock.Of(2026, 3, day).Start().Add(2 * time.Hour), Over: over, Holders: []uuid.UUID{holder}}
	w.list = append(w.list, s)
	w.there[s.Gathering] = there
	return s.Gathering
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Each(t, []fs.FS{directory.Migrations, study.Migrations}, func(t *testing.T, d *db.DB) {
		ring, err := secret.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		w := &world{clock: clock.NewFake(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)), there: map[uuid.UUID]map[uuid.UUID]study.Presence{}}
		for _, u := range []*uuid.UUID{&w.upper, &w.committee, &w.branch, &w.other, &w.otherBranch, &w.secretary, &w.ann, &w.ben, &w.stranger} {
			*u = uuid.New()
		}
		w.dir = directory.New(d, w.clock, ring)
		w.Service = study.New(d, w.clock, w.dir, w)
		since := clock.Interval{From: clock.Of(2020, 1, 1)}
		province, county, far := uuid.New(), uuid.New(), uuid.New()
		group, farGroup := uuid.New(), uuid.New()
		org := func(id uuid.UUID, k directory.Kind, name string, division, parent uuid.UUID) directory.Organisation {
			return directory.Organisation{ID: id, Kind: k, Name: i18n.Name{ZH: name}, Level: directory.County, Division: division, Parent: parent, Valid: since}
		}
		b := &directory.Batch{
			Divisions: []directory.Division{{ID: province, Code: "990000", Name: i18n.Name{ZH: "样例省"}, Level: directory.Province, Valid: since},
				{ID: county, Code: "990101", Name: i18n.Name{ZH: "样例县"}, Level: directory.County, Parent: province, Valid: since}, {ID: far, Code: "990102", Name: i18n.Name{ZH: "邻县"}, Level: directory.County, Parent: province, Valid: since}},
			Organisations: []directory.Organisation{org(w.upper, directory.Committee, "省政协", province, uuid.Nil), org(w.committee, directory.Committee, "县政协", county, uuid.Nil), org(w.other, directory.Committee, "邻县政协", far, uuid.Nil),
				org(group, directory.PartyGroup, "党组", county, w.committee), org(w.branch, directory.MembersBranch, "履职支部", county, group), org(farGroup, directory.PartyGroup, "党组", far, w.other), org(w.otherBranch, directory.MembersBranch, "履职支部", far, farGroup)},
		}
		for name, u := range map[string]uuid.UUID{"书记": w.secretary, "安": w.ann, "本": w.ben, "外": w.stranger} {
			b.People = append(b.People, directory.PersonRow{Person: directory.Person{ID: u, Name: name + "样例"}})
			b.Affiliations = append(b.Affiliations, directory.Affiliation{Person: u, Party: directory.CPC, Valid: since})
			where := w.branch
			if u == w.stranger {
				where = w.otherBranch
			}
			b.Memberships = append(b.Memberships, directory.Membership{Person: u, Organisation: where, Post: directory.Participant, Valid: since})
		}
		b.Memberships = append(b.Memberships, directory.Membership{Person: w.secretary, Organisation: w.branch, Post: directory.Secretary, Valid: since})
		if err := w.dir.Record(authz.With(context.Background(), authz.System()), b); err != nil {
			t.Fatal(err)
		}
		as := func(person uuid.UUID, grants ...authz.Grant) context.Context {
			return authz.With(context.Background(), authz.Actor{Account: uuid.New(), Person: person, Grants: grants})
		}
		w.organiser, w.above = as(uuid.Nil, authz.Grant{Role: authz.Organiser, Place: w.committee}), as(uuid.Nil, authz.Grant{Role: authz.Organiser, Place: w.upper})
		w.leads, w.annCtx, w.benCtx, w.strangerCtx = as(w.secretary), as(w.ann), as(w.ben), as(w.stranger)
		test(t, w)
	})
}

func (w *world) topic() study.Topic {
	return study.Topic{Organisation: w.branch, Kind: study.Branch, Title: "学习样例文件", From: clock.Of(2026, 3, 1), To: clock.Of(2026, 3, 31), Audience: []uuid.UUID{w.branch}}
}

func (w *world) published(t *testing.T) uuid.UUID {
	t.Helper()
	id, err := w.Plan(w.leads, w.topic())
	if err == nil {
		err = w.Publish(w.leads, id)
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// standings tells how each person stands, by name.
func (w *world) standings(t *testing.T, topic uuid.UUID) string {
	t.Helper()
	l, err := w.Topic(w.leads, topic)
	if err != nil {
		t.Fatal(err)
	}
	out := ""
	for _, x := range l.Learners {
		out += x.Name[:len("安")] + ":" + string(x.Standing) + " "
	}
	return out
}

func TestWhoHasStudied(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.published(t)
		want := func(what, s string) {
			t.Helper()
			if got := w.standings(t, id); got != s {
				t.Errorf("%s: %s, want %s", what, got, s)
			}
		}
		want("nothing yet", "书:waiting 安:waiting 本:waiting ")
		first := w.held(5, true, w.branch, map[uuid.UUID]study.Presence{w.secretary: study.Present, w.ann: study.Absent, w.ben: study.MadeUp})
		if err := w.Link(w.leads, id, first); err != nil {
			t.Fatal(err)
		}
		want("one missed it and no other is planned", "书:attended 安:missing 本:made_up ")
		second := w.held(20, false, w.branch, nil)
		if err := w.Link(w.leads, id, second); err != nil {
			t.Fatal(err)
		}
		want("another one lies ahead", "书:attended 安:waiting 本:made_up ")
		w.clock.Set(clock.Of(2026, 4, 1).Start())
		want("the last day has passed", "书:attended 安:missing 本:made_up ")
		if err := w.State(w.annCtx, id, clock.Of(2026, 3, 30), "读完了文件，写了一页心得。"); err != nil {
			t.Fatal(err)
		}
		want("stated", "书:attended 安:stated 本:made_up ")
		l, err := w.Topic(w.leads, id)
		if err != nil {
			t.Fatal(err)
		}
		if l.Share.Covered() != 2 || l.Share.People != 3 || l.Share.Stated != 1 || l.By[w.branch].People != 3 {
			t.Errorf("%+v %+v", l.Share, l.By)
		}
		m := l.Learners[1].Makeup
		if err := w.Decide(w.leads, id, m.ID, false, ""); !problem.Is(err, problem.Invalid) {
			t.Errorf("returned without a reason: %v", err)
		}
		if err := w.Decide(w.leads, id, m.ID, false, "请写出体会。"); err != nil {
			t.Fatal(err)
		}
		want("returned", "书:attended 安:missing 本:made_up ")
		if err := w.State(w.annCtx, id, clock.Of(2026, 3, 31), "补写了体会，共三点，已交支部。"); err != nil {
			t.Fatal(err)
		}
		if err := w.State(w.annCtx, id, clock.Of(2026, 3, 31), "补写了体会，共三点，已交支部。"); !problem.Is(err, problem.Conflict) {
			t.Errorf("stated twice: %v", err)
		}
		if l, err = w.Topic(w.leads, id); err != nil {
			t.Fatal(err)
		}
		if err := w.Decide(w.leads, id, l.Learners[1].Makeup.ID, true, ""); err != nil {
			t.Fatal(err)
		}
		want("confirmed", "书:attended 安:made_up 本:made_up ")
		if err := w.Unlink(w.leads, id, first); err != nil {
			t.Fatal(err)
		}
		want("the first one was taken away", "书:missing 安:made_up 本:missing ")
	})
}

func TestWhoMaySeeAndDoWhat(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		draft, err := w.Plan(w.organiser, w.topic())
		if err != nil {
			t.Fatal(err)
		}
		nobody := context.Background()
		for name, ctx := range map[string]context.Context{"nobody": nobody, "a member": w.annCtx, "another county": w.strangerCtx, "the committee above": w.above} {
			if _, err := w.Topic(ctx, draft); err == nil {
				t.Errorf("%s sees a draft", name)
			}
			for what, err := range map[string]error{"plan": second(w.Plan(ctx, w.topic())), "publish": w.Publish(ctx, draft), "withdraw": w.Withdraw(ctx, draft, "x"), "link": w.Link(ctx, draft, uuid.New()), "unlink": w.Unlink(ctx, draft, uuid.New()),
				"candidates": second(w.Candidates(ctx, draft)), "material": second(w.AddMaterial(ctx, study.Material{Topic: draft, Title: "t", Address: "https://example.org/a"})), "remove": w.RemoveMaterial(ctx, draft, uuid.New()),
				"decide": w.Decide(ctx, draft, uuid.New(), true, ""), "state": w.State(ctx, draft, clock.Of(2026, 3, 2), "学习了文件全文并写了体会。"), "read material": second(w.Material(ctx, draft, uuid.New()))} {
				if !problem.Is(err, problem.SignIn) && !problem.Is(err, problem.Forbidden) && !problem.Is(err, problem.NotFound) {
					t.Errorf("%s, %s: %v", name, what, err)
				}
			}
		}
		if _, err := w.Mine(nobody); !problem.Is(err, problem.SignIn) {
			t.Error(err)
		}
		if _, err := w.Topics(nobody, study.Query{}); !problem.Is(err, problem.SignIn) {
			t.Error(err)
		}
		if err := w.Publish(w.leads, draft); err != nil {
			t.Fatal(err)
		}
		for name, x := range map[string]struct {
			ctx            context.Context
			sees           bool
			named, figures bool
			mine           bool
		}{"secretary": {w.leads, true, true, true, true}, "member": {w.annCtx, true, false, false, true}, "another county": {w.strangerCtx, false, false, false, false}, "above": {w.above, true, false, true, false}, "nobody": {nobody, false, false, false, false}} {
			l, err := w.Topic(x.ctx, draft)
			if (err == nil) != x.sees {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if err == nil && (l.Named != x.named || len(l.Learners) > 0 != x.named || l.Share.People > 0 != x.figures || (l.Mine != nil) != x.mine) {
				t.Errorf("%s: %+v", name, l)
			}
			list, err := w.Topics(x.ctx, study.Query{})
			if x.ctx != nobody && (err != nil || len(list) > 0 != x.sees) {
				t.Errorf("%s lists %d: %v", name, len(list), err)
			}
		}
		if own, err := w.Mine(w.annCtx); err != nil || len(own) != 1 || own[0].Standing != study.Waiting {
			t.Errorf("%+v %v", own, err)
		}
		// A grant of names for branch life shows them to the committee above.
		if _, err := w.dir.GrantNames(w.organiser, directory.NameGrant{Committee: w.committee, Reader: w.upper, Subject: directory.BranchLifeSubject, Valid: clock.Interval{From: clock.Of(2026, 1, 1)}}); err != nil {
			t.Fatal(err)
		}
		if l, err := w.Topic(w.above, draft); err != nil || len(l.Learners) != 3 || l.Runs {
			t.Errorf("%+v %v", l, err)
		}
		// A token that may only read changes nothing.
		reader := authz.From(w.organiser)
		reader.Scopes = []authz.Scope{authz.ReadScope}
		if err := w.Publish(authz.With(nobody, reader), draft); !problem.Is(err, problem.Forbidden) {
			t.Error(err)
		}
	})
}

func TestBadInput(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for field, spoil := range map[string]func(*study.Topic){
			"kind": func(x *study.Topic) { x.Kind = "?" }, "title": func(x *study.Topic) { x.Title = " " }, "text": func(x *study.Topic) { x.Text = "\x00" }, "from": func(x *study.Topic) { x.From = clock.Date{} },
			"to": func(x *study.Topic) { x.To = clock.Of(2026, 2, 1) }, "audience": func(x *study.Topic) { x.Audience = nil },
		} {
			x := w.topic()
			spoil(&x)
			if _, err := w.Plan(w.organiser, x); !onField(err, field) {
				t.Errorf("%s: %v", field, err)
			}
		}
		x := w.topic()
		x.Audience = append(x.Audience, w.otherBranch)
		if _, err := w.Plan(w.organiser, x); !onField(err, "audience") {
			t.Errorf("another county's branch: %v", err)
		}
		x = w.topic()
		x.Audience = append(x.Audience, w.committee)
		if _, err := w.Plan(w.leads, x); !onField(err, "audience") {
			t.Errorf("a secretary lets the whole committee study: %v", err)
		}
		if _, err := w.Plan(w.organiser, x); err != nil {
			t.Errorf("an organiser may: %v", err)
		}
		id := w.published(t)
		stale := w.topic()
		stale.ID, stale.Version, stale.Title = id, 1, "改"
		if _, err := w.Plan(w.organiser, stale); !problem.Is(err, problem.Conflict) {
			t.Errorf("a stale change: %v", err)
		}
		elsewhere := w.held(5, true, w.otherBranch, nil)
		late := w.held(5, true, w.branch, nil)
		w.list[1].Starts = clock.Of(2026, 4, 2).Start()
		for _, g := range []uuid.UUID{elsewhere, late, uuid.New()} {
			if err := w.Link(w.leads, id, g); !onField(err, "gathering") {
				t.Errorf("linked what does not belong: %v", err)
			}
		}
		for _, m := range []study.Material{{Title: "t"}, {Title: "t", Address: "javascript:alert(1)"}, {Title: "t", Address: "https://"}, {Title: "t", Address: "https://user:pw@example.org/"}} {
			m.Topic = id
			if _, err := w.AddMaterial(w.leads, m); !onField(err, "address") {
				t.Errorf("%q: %v", m.Address, err)
			}
		}
		for _, d := range []clock.Date{{}, clock.Of(2026, 2, 28), clock.Of(2026, 3, 3)} {
			if err := w.State(w.annCtx, id, d, "学习了文件全文并写了体会。"); !onField(err, "day") {
				t.Errorf("%v: %v", d, err)
			}
		}
		if err := w.State(w.annCtx, id, clock.Of(2026, 3, 2), "学了"); !onField(err, "note") {
			t.Error(err)
		}
		// Nobody confirms their own make-up.
		if err := w.State(w.leads, id, clock.Of(2026, 3, 2), "学习了文件全文并写了体会。"); err != nil {
			t.Fatal(err)
		}
		l, err := w.Topic(w.leads, id)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Decide(w.leads, id, l.Mine.Makeup.ID, true, ""); !problem.Is(err, problem.Forbidden) {
			t.Errorf("confirmed their own: %v", err)
		}
		if err := w.Decide(w.organiser, id, l.Mine.Makeup.ID, true, ""); err != nil {
			t.Error(err)
		}
		if err := w.Withdraw(w.leads, id, ""); !onField(err, "reason") {
			t.Error(err)
		}
		if err := w.Withdraw(w.leads, id, "文件已有新版。"); err != nil {
			t.Fatal(err)
		}
		if err := w.Publish(w.leads, id); !problem.Is(err, problem.Gone) {
			t.Errorf("published after it was withdrawn: %v", err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func onField(err error, field string) bool {
	p, ok := problem.Of(err)
	if !ok {
		return false
	}
	for _, f := range p.Fields {
		if f.Name == field {
			return true
		}
	}
	return false
}
