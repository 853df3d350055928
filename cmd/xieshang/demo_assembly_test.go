package main

import (
	"slices"
	"testing"

	"xieshang/internal/app"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// showsAssembly: every kind of organisation but those that arise later, every post and every reason occur; about two in five members are CPC members, some of
// them are placed nowhere, a few belong to two parties and of a few it is not known.
func showsAssembly(t *testing.T, a *app.App, seen func(string) map[string]bool) {
	t.Helper()
	kinds, posts := seen(`SELECT DISTINCT kind FROM organisation_fact`), seen(`SELECT DISTINCT post FROM membership`)
	for _, k := range directory.Kinds() {
		if !kinds[string(k)] && k != directory.TemporaryBranch && k != directory.Studio {
			t.Errorf("no organisation is a %s", k)
		}
	}
	for _, p := range directory.Posts() {
		if !posts[string(p)] && !slices.Contains([]directory.Post{directory.Instructor, directory.DeputySecretaryGeneral}, p) {
			t.Errorf("nobody is a %s", p)
		}
	}
	reasons := seen(`SELECT DISTINCT end_reason FROM membership`)
	for _, r := range []directory.Reason{directory.TermEnded, directory.Resigned, directory.TransferredOut, directory.Deceased} {
		if !reasons[string(r)] {
			t.Errorf("nobody left because of %s", r)
		}
	}
	if len(seen(`SELECT id FROM membership WHERE superseded > 0`)) == 0 {
		t.Error("nothing was corrected")
	}
	ctx := authz.With(t.Context(), authz.System())
	list, err := a.Directory.Roster(ctx, directory.RosterQuery{Posts: []directory.Post{directory.MemberPost, directory.Participant}})
	if err != nil {
		t.Fatal(err)
	}
	snap, err := a.Directory.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var members []uuid.UUID
	placed := map[uuid.UUID]bool{}
	for _, h := range list {
		switch snap.Organisation(h.Organisation).Kind {
		case directory.Committee:
			members = append(members, h.Person)
		case directory.MembersBranch:
			placed[h.Person] = true
		}
	}
	parties, err := a.Directory.Affiliations(ctx, members, clock.Date{})
	if err != nil {
		t.Fatal(err)
	}
	var cpc, without, two, unknown int
	for _, m := range members {
		is := slices.ContainsFunc(parties[m], func(x directory.Affiliation) bool { return x.Party == directory.CPC })
		switch {
		case len(parties[m]) == 0:
			unknown++
		case is && len(parties[m]) > 1:
			two++
		}
		if is {
			cpc++
			if !placed[m] {
				without++
			}
		}
	}
	if share := cpc * 100 / len(members); share < 35 || share > 48 || without < 20 || without > cpc/2 || two < 3 || unknown < 20 {
		t.Errorf("%d members: %d CPC (%d%%), %d of them placed nowhere, %d of two parties, %d unknown", len(members), cpc, share, without, two, unknown)
	}
}
