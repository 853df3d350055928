package branchlife

import (
	"context"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"

	"github.com/google/uuid"
)

// Tally counts periods of rules.
type Tally struct {
	Organisations int
	Done          int
	Provisional   int // of Done
	Due           int
	Missed        int
}

func (t *Tally) add(slots []Slot) {
	for _, x := range slots {
		switch x.State {
		case Done:
			t.Done++
			if x.Provisional {
				t.Provisional++
			}
		case Due:
			t.Due++
		case Missed:
			t.Missed++
		}
	}
}

// Kept is the share of what was over that was done, false when nothing was over.
func (t Tally) Kept() (float64, bool) {
	if t.Done+t.Missed == 0 {
		return 0, false
	}
	return float64(t.Done) / float64(t.Done+t.Missed), true
}

// CommitteeTally is a committee's year in figures, by what gatherings count as and together.
type CommitteeTally struct {
	Committee *directory.Organisation
	Tally
	By    map[Counts]Tally
	Names bool // its organisations may be read one by one
}

// Figures counts a year by committee: the caller's own and, from a committee above, those within it, figures only. Administrators see all. Errors: SignIn, Forbidden.
func (s *Service) Figures(ctx context.Context, year int) ([]CommitteeTally, error) {
	st, err := s.stand(ctx)
	if err != nil {
		return nil, err
	}
	var committees []*directory.Organisation
	if st.system || st.all {
		committees = st.snap.Committees()
	} else {
		for _, place := range st.actor.Places(authz.Organiser, authz.Leader, authz.Reviewer, authz.Dispatcher, authz.Editor) {
			for _, k := range st.snap.CommitteesWithin(place) {
				if !slices.Contains(committees, k) {
					committees = append(committees, k)
				}
			}
		}
	}
	if len(committees) == 0 {
		return nil, refusal(st.actor)
	}
	var all []*directory.Organisation
	for _, k := range committees {
		all = append(all, partyOf(st.snap, k.ID)...)
	}
	lives, err := s.lives(ctx, st.snap, all, year)
	if err != nil {
		return nil, err
	}
	at := map[uuid.UUID]*CommitteeTally{}
	out := make([]CommitteeTally, len(committees))
	for i, k := range committees {
		out[i] = CommitteeTally{Committee: k, By: map[Counts]Tally{}, Names: st.system || st.all || slices.Contains(st.names, k.ID)}
		at[k.ID] = &out[i]
	}
	for _, l := range lives {
		if l.Committee == nil || at[l.Committee.ID] == nil {
			continue
		}
		t := at[l.Committee.ID]
		t.Organisations++
		t.add(l.Slots)
		for _, x := range l.Slots {
			by := t.By[x.Counts] // counts periods only
			by.add([]Slot{x})
			t.By[x.Counts] = by
		}
	}
	return out, nil
}
