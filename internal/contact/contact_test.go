package contact_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"xieshang/internal/contact"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// TestNobodyIsRefusedEverywhere calls every operation as a visitor.
func TestNobodyIsRefusedEverywhere(t *testing.T) {
	each(t, func(w *world) {
		w.t = t
		public := map[string]bool{"Version": true, "MayOrganise": true} // a number, and a question about the caller
		v := reflect.ValueOf(w.service)
		for i := range v.NumMethod() {
			name, m := v.Type().Method(i).Name, v.Method(i)
			if public[name] {
				continue
			}
			args := []reflect.Value{}
			for k := range m.Type().NumIn() {
				in := m.Type().In(k)
				switch {
				case in == reflect.TypeFor[context.Context]():
					args = append(args, reflect.ValueOf(t.Context()))
				case in == reflect.TypeFor[uuid.UUID]():
					args = append(args, reflect.ValueOf(w.city()))
				default:
					args = append(args, reflect.Zero(in))
				}
			}
			out := m.Call(args)
			err, _ := out[len(out)-1].Interface().(error)
			if !problem.Is(err, problem.SignIn) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if w.service.MayOrganise(t.Context(), w.city()) {
			t.Error("nobody organises")
		}
	})
}

func (w *world) refused(err error, field, key string) {
	w.t.Helper()
	p, ok := problem.Of(err)
	if !ok || len(p.Fields) == 0 || p.Fields[0].Name != field || p.Fields[0].Key != key {
		w.t.Errorf("%v (%+v), want %s at %s", err, p, key, field)
	}
}

// TestWhatCannotBeALink: each refusal says what is wrong with which of the two, and names nobody of another committee.
func TestWhatCannotBeALink(t *testing.T) {
	each(t, func(w *world) {
		k := w.city()
		cpc, other := w.members(k, directory.CPCMember), w.members(k, directory.OutsideParty)
		good := contact.Link{Committee: k, Kind: contact.ToMember, Contact: cpc[0], Target: other[0], Valid: clock.Interval{From: clock.Of(2025, 6, 1)}}
		ctx := organiser(k)
		try := func(change func(*contact.Link)) error {
			l := good
			change(&l)
			_, err := w.service.Put(ctx, l)
			return err
		}
		w.refused(try(func(l *contact.Link) { l.Target = cpc[1] }), "target", "contact.err.target_party.member")
		w.refused(try(func(l *contact.Link) { l.Contact = other[1] }), "contact", "contact.err.contact_party.member")
		w.refused(try(func(l *contact.Link) { l.Contact = l.Target }), "target", "contact.err.self")
		w.refused(try(func(l *contact.Link) { l.Valid.To = l.Valid.From }), "to", "contact.err.end")
		w.refused(try(func(l *contact.Link) { l.Valid.From = clock.Date{} }), "from", "contact.err.from")
		w.refused(try(func(l *contact.Link) { l.Kind = "friend" }), "kind", "contact.err.kind")
		w.refused(try(func(l *contact.Link) { l.Valid.From = clock.Of(1990, 1, 1) }), "from", "contact.err.early")
		w.refused(try(func(l *contact.Link) { l.EndReason = contact.Other }), "reason", "contact.err.reason")
		var stranger uuid.UUID
		for _, o := range w.snap.Committees() {
			if list := w.members(o.ID, directory.OutsideParty); o.ID != k && len(list) > 0 {
				stranger = list[0]
			}
		}
		err := try(func(l *contact.Link) { l.Target = stranger })
		w.refused(err, "target", "contact.err.target_left.member")
		names, nerr := w.directory.Names(system(), []uuid.UUID{stranger})
		w.must(nerr)
		if p, _ := problem.Of(err); p != nil {
			for _, a := range p.Fields[0].Args {
				if text, ok := a.(string); ok && strings.Contains(text, names[stranger]) {
					t.Error("a refusal names somebody of another committee")
				}
			}
		}
		w.must(try(func(*contact.Link) {}))
		w.refused(try(func(*contact.Link) {}), "from", "contact.err.twice")
		w.must(try(func(l *contact.Link) { l.Contact = cpc[1] })) // two people may contact one member
		if _, err := w.service.Put(organiser(uuid.New()), good); !problem.Is(err, problem.Forbidden) {
			t.Errorf("an organiser of another committee: %v", err)
		}
		n, err := w.service.Adopt(ctx, k, good.Valid.From, []contact.Choice{{Member: other[1], Contact: cpc[0]}, {Member: cpc[2], Contact: cpc[0]}})
		w.refused(err, "target", "contact.err.target_party.member")
		o, err := w.service.OfCommittee(ctx, k, clock.Date{})
		w.must(err)
		if len(o.Rows) != 2 || n > 0 && err == nil && len(o.Rows) > 2 {
			t.Errorf("half a list was adopted: %d links", len(o.Rows))
		}
	})
}

// TestALinkIsCorrectedWithATrace and ended; what is superseded cannot be corrected again.
func TestALinkIsCorrectedWithATrace(t *testing.T) {
	each(t, func(w *world) {
		k := w.city()
		cpc, other := w.members(k, directory.CPCMember), w.members(k, directory.OutsideParty)
		first := w.link(k, cpc[0], other[0])
		ctx := organiser(k)
		second, err := w.service.Put(ctx, contact.Link{ID: first, Committee: k, Kind: contact.ToMember, Contact: cpc[1], Target: other[0], Valid: clock.Interval{From: clock.Of(2025, 7, 1)}})
		w.must(err)
		if err := w.service.End(ctx, k, first, clock.Of(2026, 1, 1), contact.Changed); !problem.Is(err, problem.Conflict) {
			t.Errorf("what is superseded was ended: %v", err)
		}
		w.refused(w.service.End(ctx, k, second, clock.Of(2025, 7, 1), contact.Changed), "to", "contact.err.end")
		w.refused(w.service.End(ctx, k, second, clock.Of(2026, 1, 1), contact.TargetLeft), "reason", "contact.err.reason")
		w.must(w.service.End(ctx, k, second, clock.Of(2026, 1, 1), contact.Changed))
		o, err := w.service.OfCommittee(ctx, k, clock.Date{})
		w.must(err)
		if len(o.Rows) != 1 || o.Rows[0].Now || o.Rows[0].Ends != contact.Changed || len(o.Gaps) != len(other) {
			t.Fatalf("%+v", o.Rows)
		}
		trace, err := w.service.Trace(ctx, k, o.Rows[0].ID)
		w.must(err)
		if len(trace) != 3 || trace[2].Contact != cpc[0] || trace[1].Contact != cpc[1] || trace[1].Superseded.IsZero() || !trace[0].Superseded.IsZero() {
			t.Errorf("%+v", trace)
		}
		if _, err := w.service.Trace(ctx, k, uuid.New()); !problem.Is(err, problem.NotFound) {
			t.Errorf("no link: %v", err)
		}
		was, err := w.service.OfCommittee(ctx, k, clock.Of(2025, 9, 1))
		w.must(err)
		if len(was.Rows) != 1 || !was.Rows[0].Now || len(was.Gaps) != len(other)-1 {
			t.Error("in September it held")
		}
		w.must(w.service.Withdraw(ctx, k, o.Rows[0].ID))
		if o, _ = w.service.OfCommittee(ctx, k, clock.Date{}); len(o.Rows) != 0 {
			t.Error("what was withdrawn is listed")
		}
		w.refused(w.service.PutRule(ctx, k, 0), "most", "contact.err.most")
		w.must(w.service.PutRule(ctx, k, 3))
		w.must(w.service.PutRule(ctx, k, 2))
		if n, err := w.service.Rule(ctx, k); err != nil || n != 2 {
			t.Errorf("bound %d %v", n, err)
		}
	})
}

// TestALinkEndsWithEitherMembership: at once where it is read, and for good with the reason after the next tick; a tick without a change does nothing.
func TestALinkEndsWithEitherMembership(t *testing.T) {
	each(t, func(w *world) {
		k := w.city()
		cpc, other := w.members(k, directory.CPCMember), w.members(k, directory.OutsideParty)
		w.link(k, cpc[0], other[0])
		w.link(k, cpc[1], other[1])
		w.link(k, cpc[2], other[2])
		if n, err := w.service.Tick(system()); n != 0 || err != nil {
			t.Fatalf("%d ended: %v", n, err)
		}
		leave := func(who uuid.UUID) {
			list, err := w.directory.Roster(system(), directory.RosterQuery{Organisations: []uuid.UUID{k}, Posts: []directory.Post{directory.MemberPost}, People: []uuid.UUID{who}})
			w.must(err)
			m := list[0].Membership
			m.Valid.To, m.EndReason = clock.Of(2026, 2, 1), directory.Resigned
			_, err = w.directory.PutMembership(system(), m)
			w.must(err)
		}
		leave(cpc[0])
		leave(other[1])
		_, err := w.directory.PutAffiliation(system(), directory.Affiliation{Person: other[2], Party: directory.CPC, Valid: clock.Interval{From: clock.Of(2026, 1, 15)}})
		w.must(err)
		o, err := w.service.OfCommittee(system(), k, clock.Date{})
		w.must(err)
		for _, r := range o.Rows {
			if r.Now {
				t.Errorf("%s still contacts %s", r.ContactName, r.TargetName)
			}
		}
		for _, want := range []int{3, 0} {
			if n, err := w.service.Tick(system()); n != want || err != nil {
				t.Errorf("%d ended, not %d: %v", n, want, err)
			}
		}
		o, err = w.service.OfCommittee(system(), k, clock.Date{})
		w.must(err)
		why := map[contact.Reason]clock.Date{}
		for _, r := range o.Rows {
			why[r.EndReason] = r.Valid.To
		}
		if len(why) != 3 || why[contact.ContactLeft] != clock.Of(2026, 2, 1) || why[contact.TargetLeft] != clock.Of(2026, 2, 1) || why[contact.TargetParty] != clock.Of(2026, 1, 15) {
			t.Errorf("%v", why)
		}
	})
}

// TestProposalsAreEvenAndAdopted: every gap gets somebody of the committee, nobody above the bound while there is room, and after adopting there are no gaps.
func TestProposalsAreEvenAndAdopted(t *testing.T) {
	each(t, func(w *world) {
		k := w.city()
		ctx := organiser(k)
		p, err := w.service.Propose(ctx, k)
		w.must(err)
		other, cpc := w.members(k, directory.OutsideParty), w.members(k, directory.CPCMember)
		if len(p.List) != len(other) || p.CPC != len(cpc) {
			t.Fatalf("%d proposals for %d, by %d of %d", len(p.List), len(other), p.CPC, len(cpc))
		}
		load := map[uuid.UUID]int{}
		var choices []contact.Choice
		for _, x := range p.List {
			load[x.Contact.ID]++
			choices = append(choices, contact.Choice{Member: x.Member.ID, Contact: x.Contact.ID})
			if len(x.Others) != min(len(cpc), contact.MaxOthers) || !slices.ContainsFunc(x.Others, func(o contact.Candidate) bool { return o.ID == x.Contact.ID }) || len(x.Others[0].Near) > 0 && len(x.Contact.Near) == 0 && len(other) <= len(cpc)*p.Most && load[x.Others[0].ID] == 0 {
				t.Errorf("%s is given to somebody far: %+v", x.Member.Name, x)
			}
		}
		for u, n := range load {
			if n > p.Most && len(other) <= len(cpc)*p.Most {
				t.Errorf("%s has %d", u, n)
			}
		}
		again, err := w.service.Propose(ctx, k)
		if err != nil || !reflect.DeepEqual(p, again) {
			t.Error("not the same again")
		}
		n, err := w.service.Adopt(ctx, k, w.today(), choices)
		if err != nil || n != len(choices) {
			t.Fatalf("%d adopted: %v", n, err)
		}
		o, err := w.service.OfCommittee(ctx, k, clock.Date{})
		w.must(err)
		if len(o.Gaps) != 0 || o.People[0].Load < 1 {
			t.Errorf("%d are left", len(o.Gaps))
		}
		reached, err := w.service.Reached(system(), w.sweep)
		if err != nil || len(reached) != n {
			t.Errorf("%d reached: %v", len(reached), err)
		}
	})
}

// TestWordsAreSealed: what a pair wrote is in no column of the database, and gone once it is taken back.
func TestWordsAreSealed(t *testing.T) {
	each(t, func(w *world) {
		k := w.city()
		cpc, other := w.members(k, directory.CPCMember), w.members(k, directory.OutsideParty)
		w.link(k, cpc[0], other[0])
		p := contact.Pair{Committee: k, Contact: cpc[0], Target: other[0]}
		id, err := w.service.Log(as(cpc[0]), p, clock.Date{}, contact.Phoned, " 谈到社区养老的事 ")
		w.must(err)
		_, err = w.service.Log(as(other[0]), p, clock.Of(2026, 2, 28), contact.Met, "")
		w.must(err)
		list, err := w.service.Entries(as(other[0]), p)
		if err != nil || len(list) != 2 || list[0].Words != "谈到社区养老的事" || list[0].Mine || !list[1].Mine || list[1].Words != "" {
			t.Fatalf("%+v %v", list, err)
		}
		w.must(w.db.Read(t.Context(), func(tx *db.Tx) error {
			text, err := db.One(tx, db.ScanString, `SELECT words FROM contact_log WHERE id = ?`, id)
			if text == "" || strings.Contains(text, "养老") {
				t.Errorf("the database has %q", text)
			}
			return err
		}))
		w.refusedLog(p, clock.Of(2026, 3, 3), contact.Met, "", "day", "contact.err.future")
		w.refusedLog(p, clock.Of(2025, 5, 1), contact.Met, "", "day", "contact.err.day")
		w.refusedLog(p, clock.Date{}, "smoke", "", "how", "contact.err.how")
		w.refusedLog(p, clock.Date{}, contact.Met, strings.Repeat("长", 2001), "words", "contact.err.long")
		if err := w.service.TakeBack(as(other[0]), id); !problem.Is(err, problem.NotFound) {
			t.Errorf("the other one took it back: %v", err)
		}
		w.must(w.service.TakeBack(as(cpc[0]), id))
		if list, _ = w.service.Entries(as(cpc[0]), p); len(list) != 1 {
			t.Errorf("%+v", list)
		}
		w.must(w.db.Read(t.Context(), func(tx *db.Tx) error {
			text, err := db.One(tx, db.ScanString, `SELECT words FROM contact_log WHERE id = ?`, id)
			if text != "" {
				t.Error("taken back, and the words are still there")
			}
			return err
		}))
	})
}

func (w *world) refusedLog(p contact.Pair, day clock.Date, how contact.How, words, field, key string) {
	w.t.Helper()
	_, err := w.service.Log(as(p.Contact), p, day, how, words)
	w.refused(err, field, key)
}

// TestOnlyThePairAndTheirSecretaryRead: for many pairs and readers of every kind, compared with the rule said another way. Administrators, organisers and secretaries of
// other branches read nothing.
func TestOnlyThePairAndTheirSecretaryRead(t *testing.T) {
	each(t, func(w *world) {
		var pairs []contact.Pair
		for _, k := range w.snap.Committees() {
			cpc, other := w.members(k.ID, directory.CPCMember), w.members(k.ID, directory.OutsideParty)
			for i := range min(len(cpc), len(other), 3) {
				w.link(k.ID, cpc[i], other[i])
				p := contact.Pair{Committee: k.ID, Contact: cpc[i], Target: other[i]}
				_, err := w.service.Log(as(cpc[i]), p, clock.Date{}, contact.Met, "只给两个人看")
				w.must(err)
				pairs = append(pairs, p)
			}
		}
		officers, err := w.directory.Roster(system(), directory.RosterQuery{Posts: []directory.Post{directory.Secretary, directory.DeputySecretary, directory.BranchOfficer}})
		w.must(err)
		placed, err := w.directory.Roster(system(), directory.RosterQuery{Posts: []directory.Post{directory.Participant}})
		w.must(err)
		if len(pairs) < 9 {
			t.Fatalf("only %d pairs", len(pairs))
		}
		read := 0
		for n, p := range pairs {
			others := []context.Context{as(uuid.Nil, authz.Grant{Role: authz.Admin}), organiser(p.Committee), as(uuid.New(), authz.Grant{Role: authz.Leader, Place: p.Committee}), as(pairs[(n+1)%len(pairs)].Target), system()}
			for _, ctx := range others {
				if list, err := w.service.Entries(ctx, p); err == nil {
					t.Errorf("%+v reads %d", authz.From(ctx), len(list))
				}
			}
			for _, who := range []uuid.UUID{p.Contact, p.Target} {
				if list, err := w.service.Entries(as(who), p); err != nil || len(list) != 1 {
					t.Errorf("one of the pair reads %d: %v", len(list), err)
				}
			}
			for _, o := range officers {
				org := w.snap.Organisation(o.Organisation)
				may := o.Person == p.Contact || o.Person == p.Target
				for _, h := range placed {
					for _, x := range officers { // somebody may be secretary of several
						b := w.snap.Organisation(x.Organisation)
						k := w.snap.CommitteeFor(b.ID)
						may = may || x.Person == o.Person && x.Post != directory.BranchOfficer && b.Kind == directory.MembersBranch && h.Organisation == b.ID && h.Person == p.Contact && k != nil && k.ID == p.Committee
					}
				}
				_, err := w.service.Entries(as(o.Person), p)
				if (err == nil) != may {
					t.Errorf("%s of %s reads: %v, should be %v", o.Post, org.Name.ZH, err == nil, may)
				}
				if err == nil {
					read++
				}
			}
		}
		if read == 0 {
			t.Error("no secretary read anything")
		}
	})
}

// TestLinksAreReadWithinTheGrants: names and links of a committee are for its own staff and leaders and for those above to whom it granted coverage.
func TestLinksAreReadWithinTheGrants(t *testing.T) {
	each(t, func(w *world) {
		var province, county uuid.UUID
		for _, k := range w.snap.Committees() {
			switch k.Level {
			case directory.Province:
				province = k.ID
			case directory.County:
				county = k.ID
			}
		}
		above := as(uuid.Nil, authz.Grant{Role: authz.Leader, Place: province})
		reads := func(ctx context.Context) bool {
			_, e1 := w.service.OfCommittee(ctx, county, clock.Date{})
			_, e2 := w.service.Propose(ctx, county)
			_, e3 := w.service.Rule(ctx, county)
			if (e1 == nil) != (e2 == nil) || (e1 == nil) != (e3 == nil) {
				t.Error("the operations differ")
			}
			return e1 == nil
		}
		if reads(above) || !reads(as(uuid.Nil, authz.Grant{Role: authz.Leader, Place: county})) || reads(as(uuid.Nil, authz.Grant{Role: authz.Member, Place: county})) {
			t.Error("before a grant")
		}
		_, err := w.directory.GrantNames(organiser(county), directory.NameGrant{Committee: county, Reader: province, Subject: directory.CoverageSubject, Valid: clock.Interval{From: clock.Of(2026, 1, 1)}})
		w.must(err)
		if !reads(above) {
			t.Error("a grant gives nothing")
		}
		if err := w.service.PutRule(above, county, 4); !problem.Is(err, problem.Forbidden) {
			t.Errorf("a grant of names lets write: %v", err)
		}
	})
}

// TestOneOfManyMakesALink: many organisers make the same link at the same moment; one does, the others hear that it is there.
func TestOneOfManyMakesALink(t *testing.T) {
	each(t, func(w *world) {
		k := w.city()
		cpc, other := w.members(k, directory.CPCMember), w.members(k, directory.OutsideParty)
		for round := range 4 {
			const many = 6
			gate, errs := make(chan struct{}), make(chan error, many)
			for range many {
				go func() {
					<-gate
					_, err := w.service.Put(organiser(k), contact.Link{Committee: k, Kind: contact.ToMember, Contact: cpc[round], Target: other[round], Valid: clock.Interval{From: clock.Of(2025, 6, 1)}})
					errs <- err
				}()
			}
			close(gate)
			made := 0
			for range many {
				if err := <-errs; err == nil {
					made++
				} else {
					w.refused(err, "from", "contact.err.twice")
				}
			}
			if made != 1 {
				t.Errorf("round %d: made %d times", round, made)
			}
		}
	})
}
