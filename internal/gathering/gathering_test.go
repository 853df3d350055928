package gathering_test

import (
	"context"
	"crypto/rand"
	"io/fs"
	"sync"
	"testing"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/gathering"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// world is a county committee with a members' branch of a secretary and two more, beside another county.
type world struct {
	*gathering.Service
	db                                           *db.DB
	dir                                          *directory.Service
	clock                                        *clock.Fake
	committee, branch, other, otherBranch, upper uuid.UUID
	secretary, ann, ben, stranger                uuid.UUID
	organiser, leads, annCtx, strangerCtx, above context.Context
	told                                         []gathering.Telling
}

func (w *world) Tell(_ *db.Tx, t gathering.Telling) error {
	w.told = append(w.told, t)
	return nil
}

var since = clock.Interval{From: clock.Of(2020, 1, 1)}

func system() context.Context { return authz.With(context.Background(), authz.System()) }

func as(person uuid.UUID, grants ...authz.Grant) context.Context {
	return authz.With(context.Background(), authz.Actor{Account: uuid.New(), Person: person, Grants: grants})
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Each(t, []fs.FS{directory.Migrations, gathering.Migrations}, func(t *testing.T, d *db.DB) {
		ring, err := secret.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		w := &world{db: d, clock: clock.NewFake(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC))}
		for _, u := range []*uuid.UUID{&w.upper, &w.committee, &w.branch, &w.other, &w.otherBranch, &w.secretary, &w.ann, &w.ben, &w.stranger} {
			*u = uuid.New()
		}
		w.dir = directory.New(d, w.clock, ring)
		w.Service = gathering.New(d, w.clock, w.dir, w)
		province, county, far, group, farGroup := uuid.New(), uuid.New(), uuid.New(), uuid.New(), uuid.New()
		org := func(id uuid.UUID, k directory.Kind, name string, division, parent uuid.UUID) directory.Organisation {
			return directory.Organisation{ID: id, Kind: k, Name: i18n.Name{ZH: name}, Level: directory.County, Division: division, Parent: parent, Valid: since}
		}
		b := &directory.Batch{
			Divisions: []directory.Division{{ID: province, Code: "990000", Name: i18n.Name{ZH: "样例省"}, Level: directory.Province, Valid: since},
				{ID: county, Code: "990101", Name: i18n.Name{ZH: "样例县"}, Level: directory.County, Parent: province, Valid: since}, {ID: far, Code: "990102", Name: i18n.Name{ZH: "邻县"}, Level: directory.County, Parent: province, Valid: since}},
			Organisations: []directory.Organisation{org(w.upper, directory.Committee, "省政协", province, uuid.Nil), org(w.committee, directory.Committee, "县政协", county, uuid.Nil), org(w.other, directory.Committee, "邻县政协", far, uuid.Nil),
				org(group, directory.PartyGroup, "党组", county, w.committee), org(w.branch, directory.MembersBranch, "履职支部", county, group), org(farGroup, directory.PartyGroup, "党组", far, w.other), org(w.otherBranch, directory.MembersBranch, "履职支部", far, farGroup)},
		}
		for _, x := range []struct {
			name  string
			u     uuid.UUID
			where uuid.UUID
		}{{"书记", w.secretary, w.branch}, {"安", w.ann, w.branch}, {"本", w.ben, w.branch}, {"外", w.stranger, w.otherBranch}} {
			b.People = append(b.People, directory.PersonRow{Person: directory.Person{ID: x.u, Name: x.name + "样例"}})
			b.Affiliations = append(b.Affiliations, directory.Affiliation{Person: x.u, Party: directory.CPC, Valid: since})
			b.Memberships = append(b.Memberships, directory.Membership{Person: x.u, Organisation: x.where, Post: directory.Participant, Valid: since})
		}
		b.Memberships = append(b.Memberships, directory.Membership{Person: w.secretary, Organisation: w.branch, Post: directory.Secretary, Valid: since})
		if err := w.dir.Record(system(), b); err != nil {
			t.Fatal(err)
		}
		w.organiser, w.above = as(uuid.Nil, authz.Grant{Role: authz.Organiser, Place: w.committee}), as(uuid.Nil, authz.Grant{Role: authz.Organiser, Place: w.upper})
		w.leads, w.annCtx, w.strangerCtx = as(w.secretary), as(w.ann), as(w.stranger)
		test(t, w)
	})
}

// plan is a branch meeting of 6 March, two hours long, with study first.
func (w *world) plan() gathering.Plan {
	starts := clock.Of(2026, 3, 6).Start().Add(9 * time.Hour)
	return gathering.Plan{Kind: "branch_meeting", Holders: []uuid.UUID{w.branch}, Title: "三月党员大会", Place: "会议室", Starts: starts, Ends: starts.Add(2 * time.Hour),
		Items: []gathering.Item{{Title: "学习", Study: true}, {Title: "讨论"}}, Invitations: []gathering.Invitation{{Organisation: w.branch}}}
}

func (w *world) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// at brings a gathering to a state.
func (w *world) at(t *testing.T, state wf.State) uuid.UUID {
	t.Helper()
	w.clock.Set(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC))
	id, err := w.Plan(w.leads, w.plan())
	w.must(t, err)
	if state == gathering.Planned {
		return id
	}
	if state == gathering.Cancelled {
		w.must(t, w.Act(w.leads, id, gathering.Cancel, "改期"))
		return id
	}
	w.must(t, w.Act(w.leads, id, gathering.Publish, ""))
	if state == gathering.Published {
		return id
	}
	w.clock.Set(w.plan().Starts.Add(-time.Hour))
	w.must(t, w.Act(w.leads, id, gathering.OpenIt, ""))
	if state == gathering.Open {
		return id
	}
	w.clock.Set(w.plan().Ends)
	w.must(t, w.Act(w.leads, id, gathering.EndIt, ""))
	if state == gathering.Held {
		return id
	}
	l, err := w.Get(w.leads, id)
	w.must(t, err)
	w.must(t, w.SetMinutes(w.leads, id, l.Gathering.Version, "到会三人。", false))
	w.must(t, w.Act(w.leads, id, gathering.CloseIt, ""))
	return id
}

func TestTheLifeIsSound(t *testing.T) {
	if err := gathering.Life().Check(); err != nil {
		t.Fatal(err)
	}
}

// TestEveryActionInEveryState: the table and nothing else decides, and only who runs it may.
func TestEveryActionInEveryState(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		life := gathering.Life()
		for _, state := range life.States {
			for _, tr := range life.Transitions {
				id := w.at(t, state)
				w.clock.Set(w.plan().Starts.Add(time.Minute))
				if l, err := w.Get(w.leads, id); err == nil && state == gathering.Held { // closing needs minutes
					w.must(t, w.SetMinutes(w.leads, id, l.Gathering.Version, "记录", false))
				}
				for name, ctx := range map[string]context.Context{"nobody": context.Background(), "an invited one": w.annCtx, "another county": w.strangerCtx, "above": w.above} {
					if err := w.Act(ctx, id, tr.Action, "原因"); !problem.Is(err, problem.SignIn) && !problem.Is(err, problem.Forbidden) && !problem.Is(err, problem.NotFound) {
						t.Errorf("%s may %s in %s: %v", name, tr.Action, state, err)
					}
				}
				err := w.Act(w.leads, id, tr.Action, "原因")
				want := tr.Permits(state, tr.To[0]) || state == tr.To[0]
				if (err == nil) != want {
					t.Errorf("%s in %s: %v, want allowed %v", tr.Action, state, err, want)
				}
				l, err := w.Get(w.leads, id)
				w.must(t, err)
				if now := l.Gathering.State; want && now != tr.To[0] || !want && now != state {
					t.Errorf("%s in %s leads to %s", tr.Action, state, now)
				}
			}
		}
	})
}

func TestStudyComesFirst(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.plan()
		p.Items = []gathering.Item{{Title: "讨论"}, {Title: "学习", Study: true}}
		id, err := w.Plan(w.leads, p)
		w.must(t, err)
		if err := w.Act(w.leads, id, gathering.Publish, ""); !onField(err, "items") {
			t.Fatalf("published without study first: %v", err)
		}
		p.ID, p.Version = id, 1
		p.Items[0], p.Items[1] = p.Items[1], p.Items[0]
		_, err = w.Plan(w.leads, p)
		w.must(t, err)
		w.must(t, w.Act(w.leads, id, gathering.Publish, ""))
		// It cannot be taken away afterwards either.
		p.Version, p.Items = 3, p.Items[1:]
		if _, err := w.Plan(w.leads, p); !onField(err, "items") {
			t.Errorf("the study item was taken away: %v", err)
		}
		l, err := w.Get(w.leads, id)
		w.must(t, err)
		if len(l.Items) != 2 || !l.Items[0].Study {
			t.Errorf("%+v", l.Items)
		}
	})
}

func TestWhoIsInvitedFollowsTheDirectory(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.at(t, gathering.Published)
		count := func() int {
			l, err := w.Get(w.leads, id)
			w.must(t, err)
			return l.Counts.Invited
		}
		if n := count(); n != 3 {
			t.Fatalf("%d invited, want 3", n)
		}
		if len(w.told) != 1 || w.told[0].What != gathering.ToldInvited || len(w.told[0].People) != 3 {
			t.Errorf("told %+v", w.told)
		}
		late := uuid.New()
		w.must(t, w.dir.Record(system(), &directory.Batch{People: []directory.PersonRow{{Person: directory.Person{ID: late, Name: "新样例"}}}, Affiliations: []directory.Affiliation{{Person: late, Party: directory.CPC, Valid: since}},
			Memberships: []directory.Membership{{Person: late, Organisation: w.branch, Post: directory.Participant, Valid: clock.Interval{From: clock.Of(2026, 3, 4)}}}}))
		w.must(t, w.Tick(system()))
		if n := count(); n != 4 {
			t.Errorf("%d invited after one joined, want 4", n)
		}
		if n := len(w.told); n != 2 || len(w.told[1].People) != 1 || w.told[1].People[0] != late {
			t.Errorf("told %+v", w.told)
		}
		if _, err := w.Get(as(late), id); err != nil {
			t.Errorf("who joined late does not see it: %v", err)
		}
		// Who leaves before the day is not invited any more.
		p, list, err := w.dir.Person(system(), w.ben)
		w.must(t, err)
		_ = p
		m := list[0]
		m.Valid.To, m.EndReason = clock.Of(2026, 3, 5), directory.Resigned
		_, err = w.dir.PutMembership(system(), m)
		w.must(t, err)
		w.must(t, w.Tick(system()))
		if n := count(); n != 3 {
			t.Errorf("%d invited after one left, want 3", n)
		}
		if _, err := w.Get(as(w.ben), id); !problem.Is(err, problem.NotFound) {
			t.Errorf("who left still sees it: %v", err)
		}
	})
}

func TestAnswersAndTheRoll(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.at(t, gathering.Published)
		if err := w.Respond(w.annCtx, id, gathering.Leave, " "); !onField(err, "reason") {
			t.Errorf("leave without a reason: %v", err)
		}
		w.must(t, w.Respond(w.annCtx, id, gathering.Leave, "出差"))
		w.must(t, w.Respond(w.leads, id, gathering.Leave, "病"))
		if err := w.DecideLeave(w.leads, id, w.secretary, gathering.Granted); !problem.Is(err, problem.Forbidden) {
			t.Errorf("the secretary granted their own leave: %v", err)
		}
		w.must(t, w.DecideLeave(w.leads, id, w.ann, gathering.Granted))
		w.must(t, w.DecideLeave(w.organiser, id, w.secretary, gathering.Refused))
		if err := w.Respond(w.strangerCtx, id, gathering.Coming, ""); !problem.Is(err, problem.NotFound) {
			t.Errorf("a stranger answered: %v", err)
		}
		if err := w.Roll(w.leads, id, []gathering.Mark{{Person: w.ann, Presence: gathering.Present, Way: gathering.ByStaff}}); !problem.Is(err, problem.Conflict) {
			t.Errorf("a roll before the opening: %v", err)
		}
		w.clock.Set(w.plan().Starts)
		w.must(t, w.Act(w.leads, id, gathering.OpenIt, ""))
		w.must(t, w.Roll(w.leads, id, []gathering.Mark{{Person: w.ben, Presence: gathering.Present, Way: gathering.ByStaff}}))
		if err := w.Roll(w.leads, id, []gathering.Mark{{Person: w.ben, Presence: gathering.Absent, Way: gathering.ByStaff}, {Person: w.stranger, Presence: gathering.Present, Way: gathering.ByStaff}}); !onField(err, "person") {
			t.Errorf("a stranger on the roll: %v", err)
		}
		w.must(t, w.Act(w.leads, id, gathering.EndIt, ""))
		if err := w.Act(w.leads, id, gathering.CloseIt, ""); !onField(err, "minutes") {
			t.Errorf("closed without minutes: %v", err)
		}
		l, err := w.Get(w.leads, id)
		w.must(t, err)
		w.must(t, w.SetMinutes(w.leads, id, l.Gathering.Version, "记录", false))
		w.must(t, w.Act(w.leads, id, gathering.CloseIt, ""))
		l, err = w.Get(w.leads, id)
		w.must(t, err)
		if l.Counts.Present != 1 || l.Counts.OnLeave != 1 || l.Counts.Absent != 1 {
			t.Errorf("%+v", l.Counts)
		}
		if l, err = w.Get(w.annCtx, id); err != nil || l.Mine == nil || l.Mine.Presence != gathering.OnLeave || len(l.People) > 0 || l.Gathering.Minutes != "" {
			t.Errorf("an invited one sees %+v %v", l, err)
		}
		w.must(t, w.Act(w.leads, id, gathering.Reopen, "补登"))
		if err := w.Roll(w.leads, id, []gathering.Mark{{Person: w.ann, Presence: gathering.MadeUp, Way: gathering.ByStaff}}); !onField(err, "note") {
			t.Errorf("a make-up without saying what: %v", err)
		}
		w.must(t, w.Roll(w.leads, id, []gathering.Mark{{Person: w.ann, Presence: gathering.MadeUp, Way: gathering.ByStaff, Note: "3月10日自学文件"}}))
		held, err := w.Held(system(), gathering.HeldQuery{Organisations: []uuid.UUID{w.branch}, CountsAs: []gathering.CountsAs{gathering.BranchMeeting}})
		w.must(t, err)
		if len(held) != 1 || held[0].Invited != 3 || held[0].There != 1 || held[0].MadeUp != 1 || !held[0].Over() {
			t.Errorf("%+v", held)
		}
		att, err := w.Attended(system(), []uuid.UUID{w.ann, w.ben, w.stranger}, clock.Of(2026, 3, 1), clock.Of(2026, 3, 31))
		w.must(t, err)
		if len(att[w.ann]) != 1 || att[w.ann][0].Presence != gathering.MadeUp || len(att[w.stranger]) != 0 {
			t.Errorf("%+v", att)
		}
	})
}

// TestSignedInOnce: many at one moment say that the same people are there; each is counted once.
func TestSignedInOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 5 {
			id := w.at(t, gathering.Open)
			gate := make(chan struct{})
			var wg sync.WaitGroup
			var mu sync.Mutex
			firsts := 0
			for n := range 12 {
				person := []uuid.UUID{w.secretary, w.ann, w.ben}[n%3]
				wg.Go(func() {
					<-gate
					err := w.db.Write(system(), func(tx *db.Tx) error {
						if _, err := w.Hold(tx, id); err != nil {
							return err
						}
						noted, err := w.Attend(tx, id, person, uuid.New(), "typed", w.plan().Starts)
						if noted.First {
							mu.Lock()
							firsts++
							mu.Unlock()
						}
						return err
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
			close(gate)
			wg.Wait()
			if firsts != 3 {
				t.Errorf("%d were the first time, want 3", firsts)
			}
			if h, err := w.Runner(w.leads, id); err != nil || h.There != 3 {
				t.Errorf("%d are there: %v", h.There, err)
			}
		}
	})
}

func TestDecisions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.at(t, gathering.Held)
		d := gathering.Decision{Text: "开展走访", Owner: w.ann, Due: clock.Of(2026, 3, 20)}
		for field, spoil := range map[string]func(*gathering.Decision){"text": func(d *gathering.Decision) { d.Text = "" }, "due": func(d *gathering.Decision) { d.Due = clock.Of(2026, 3, 5) }, "owner": func(d *gathering.Decision) { d.Owner = w.stranger }} {
			bad := d
			spoil(&bad)
			if _, err := w.Decide(w.leads, id, bad); !onField(err, field) {
				t.Errorf("%s: %v", field, err)
			}
		}
		made, err := w.Decide(w.leads, id, d)
		w.must(t, err)
		if last := w.told[len(w.told)-1]; last.What != gathering.ToldDecision || last.People[0] != w.ann {
			t.Errorf("%+v", last)
		}
		if mine, err := w.MyDecisions(w.annCtx); err != nil || len(mine) != 1 || mine[0].ID != made {
			t.Errorf("%+v %v", mine, err)
		}
		w.clock.Set(clock.Of(2026, 3, 21).Start())
		if late, err := w.Overdue(w.leads); err != nil || len(late) != 1 {
			t.Errorf("%+v %v", late, err)
		}
		if err := w.Finish(w.strangerCtx, made, "做了"); !problem.Is(err, problem.Forbidden) {
			t.Errorf("a stranger finished it: %v", err)
		}
		w.must(t, w.Finish(w.annCtx, made, "走访了三户。"))
		if mine, err := w.MyDecisions(w.annCtx); err != nil || len(mine) != 0 {
			t.Errorf("%+v %v", mine, err)
		}
	})
}

func TestNobodyAndStrangers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.at(t, gathering.Held)
		decision, err := w.Decide(w.leads, id, gathering.Decision{Text: "x", Owner: w.ann, Due: clock.Of(2026, 3, 20)})
		w.must(t, err)
		for name, ctx := range map[string]context.Context{"nobody": context.Background(), "another county": w.strangerCtx, "above": w.above} {
			two := func(_ any, err error) error { return err }
			for what, err := range map[string]error{
				"plan": two(w.Plan(ctx, w.plan())), "get": two(w.Get(ctx, id)), "roll": w.Roll(ctx, id, nil), "respond": w.Respond(ctx, id, gathering.Coming, ""), "leave": w.DecideLeave(ctx, id, w.ann, gathering.Granted),
				"minutes": w.SetMinutes(ctx, id, 1, "x", true), "decide": two(w.Decide(ctx, id, gathering.Decision{Text: "x", Owner: w.ann, Due: clock.Of(2026, 3, 20)})), "finish": w.Finish(ctx, decision, "x"), "drop": w.Drop(ctx, decision, "x"),
				"file": two(w.AddFile(ctx, id, gathering.File{Name: "x"})), "remove": w.RemoveFile(ctx, id, uuid.New()), "read file": two(w.File(ctx, id, uuid.New())), "tick": w.Tick(ctx), "held": two(w.Held(ctx, gathering.HeldQuery{})),
				"attended": two(w.Attended(ctx, nil, clock.Date{}, clock.Date{})), "presences": two(w.Presences(ctx, nil)), "runner": two(w.Runner(ctx, id)), "expected": two(w.Expected(ctx, w.ann, time.Time{}, time.Time{})),
				"kind": w.PutKind(ctx, w.committee, gathering.Kind{Key: "x", Name: i18n.Name{ZH: "x"}}),
			} {
				if !problem.Is(err, problem.SignIn) && !problem.Is(err, problem.Forbidden) && !problem.Is(err, problem.NotFound) {
					t.Errorf("%s, %s: %v", name, what, err)
				}
			}
			if list, _, err := w.List(ctx, gathering.Query{}); len(list) > 0 {
				t.Errorf("%s lists %d: %v", name, len(list), err)
			}
		}
		for name, x := range map[string]struct {
			ctx  context.Context
			want int
		}{"secretary": {w.leads, 1}, "organiser": {w.organiser, 1}, "leader": {as(uuid.Nil, authz.Grant{Role: authz.Leader, Place: w.committee}), 1}, "administrator": {as(uuid.Nil, authz.Grant{Role: authz.Admin}), 1}, "invited": {w.annCtx, 0}} {
			list, _, err := w.List(x.ctx, gathering.Query{})
			if err != nil || len(list) != x.want {
				t.Errorf("%s lists %d, want %d: %v", name, len(list), x.want, err)
			}
		}
	})
}

func TestBadPlans(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, x := range map[string]struct {
			field string
			spoil func(*gathering.Plan)
		}{
			"no title": {"title", func(p *gathering.Plan) { p.Title = " " }}, "an unreadable text": {"body", func(p *gathering.Plan) { p.Body = "\x00" }}, "no beginning": {"starts", func(p *gathering.Plan) { p.Starts = time.Time{} }},
			"ends before": {"ends", func(p *gathering.Plan) { p.Ends = p.Starts }}, "months long": {"ends", func(p *gathering.Plan) { p.Ends = p.Starts.AddDate(0, 3, 0) }}, "unknown kind": {"kind", func(p *gathering.Plan) { p.Kind = "?" }},
			"a kind that a branch does not hold": {"holders", func(p *gathering.Plan) { p.Kind = "plenary" }}, "nobody holds it": {"holders", func(p *gathering.Plan) { p.Holders = nil }},
			"another county is invited": {"invitations", func(p *gathering.Plan) { p.Invitations = []gathering.Invitation{{Organisation: w.otherBranch}} }},
			"a stranger is invited":     {"invitations", func(p *gathering.Plan) { p.Invitations = []gathering.Invitation{{Person: w.stranger}} }},
			"somebody unknown":          {"invitations", func(p *gathering.Plan) { p.Invitations = []gathering.Invitation{{Person: uuid.New()}} }},
		} {
			p := w.plan()
			x.spoil(&p)
			if _, err := w.Plan(w.leads, p); !onField(err, x.field) {
				t.Errorf("%s: %v", name, err)
			}
		}
		p := w.plan()
		p.Holders = []uuid.UUID{w.otherBranch}
		if _, err := w.Plan(w.leads, p); !problem.Is(err, problem.Forbidden) {
			t.Errorf("planned for another branch: %v", err)
		}
	})
}

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

// TestManyReadAtOnce: more people than there are connections open a gathering at one moment; nobody waits for ever.
func TestManyReadAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.at(t, gathering.Open)
		ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
		defer stop()
		gate := make(chan struct{})
		var wg sync.WaitGroup
		for n := range 64 {
			who := authz.From([]context.Context{w.leads, w.annCtx, w.organiser}[n%3])
			wg.Go(func() {
				<-gate
				if _, err := w.Get(authz.With(ctx, who), id); err != nil {
					t.Error(err)
				}
			})
		}
		close(gate)
		wg.Wait()
	})
}

// TestFieldsOfAKind: a kind asks for what it needs before publishing, keeps nothing else, and a committee adds its own.
func TestFieldsOfAKind(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.plan()
		p.Kind, p.Extra = "visit", map[string]string{"路线": "县城—样例村", "别的": "不问这个"}
		id, err := w.Plan(w.leads, p)
		w.must(t, err)
		if err := w.Act(w.leads, id, gathering.Publish, ""); !onField(err, gathering.ExtraField(0)) {
			t.Errorf("published without who leads the visit: %v", err)
		}
		p.ID, p.Version, p.Extra["带队领导"] = id, 1, " 某主任 "
		_, err = w.Plan(w.leads, p)
		w.must(t, err)
		w.must(t, w.Act(w.leads, id, gathering.Publish, ""))
		l, err := w.Get(w.leads, id)
		w.must(t, err)
		if e := l.Gathering.Extra; len(e) != 2 || e["带队领导"] != "某主任" || e["路线"] == "" {
			t.Errorf("%v", e)
		}
		k := gathering.Kind{Key: "book_club", Name: i18n.Name{ZH: "读书会"}, Fields: []gathering.Field{{Name: i18n.Name{ZH: "书名"}, Required: true}, {Name: i18n.Name{ZH: "书名"}}}}
		if err := w.PutKind(w.organiser, w.committee, k); !onField(err, "fields") {
			t.Errorf("a field twice: %v", err)
		}
		k.Fields = k.Fields[:1]
		w.must(t, w.PutKind(w.organiser, w.committee, k))
		p = w.plan()
		p.Kind = "book_club"
		if id, err = w.Plan(w.leads, p); err != nil {
			t.Fatal(err)
		}
		if err := w.Act(w.leads, id, gathering.Publish, ""); !onField(err, gathering.ExtraField(0)) {
			t.Errorf("published without the book: %v", err)
		}
	})
}
