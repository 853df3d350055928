package gathering

import (
	"context"
	"slices"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"

	"github.com/google/uuid"
)

// Found is somebody of a committee, with one of the organisations in which they have a post.
type Found struct {
	Person       uuid.UUID
	Name         string
	Organisation uuid.UUID
}

// Named finds people by their whole names among those who have a post in the committee of the first holder; for who runs what the holders hold. A name of several
// people gives each of them; a name may carry an organisation's name in brackets to tell them apart. Nobody can list people by it.
func (s *Service) Named(ctx context.Context, holders []uuid.UUID, names []string) (map[string][]Found, error) {
	if len(holders) == 0 {
		return nil, refusal(authz.From(ctx))
	}
	if ok, err := s.runs(ctx, holders[:1]); err != nil || !ok {
		if err == nil {
			err = refusal(authz.From(ctx))
		}
		return nil, err
	}
	out := map[string][]Found{}
	if len(names) == 0 {
		return out, nil
	}
	snap, err := s.directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	held, err := s.rosterOf(ctx, snap, holders[0])
	if err != nil {
		return nil, err
	}
	for _, text := range names {
		name, place := splitName(text)
		for _, h := range held {
			o := snap.OrganisationName(h.Organisation)
			// A name may itself have brackets; only one that nobody has is cut.
			if h.Name != text && (h.Name != name || place == "" || o.ZH != place && o.EN != place) {
				continue
			}
			if !slices.ContainsFunc(out[text], func(f Found) bool { return f.Person == h.Person }) {
				out[text] = append(out[text], Found{h.Person, h.Name, h.Organisation})
			}
		}
	}
	return out, nil
}

// rosterOf lists the posts in all organisations of the committee of an organisation.
func (s *Service) rosterOf(ctx context.Context, snap *directory.Snapshot, organisation uuid.UUID) ([]directory.Holding, error) {
	k := snap.CommitteeFor(organisation)
	if k == nil {
		return nil, nil
	}
	var places []uuid.UUID
	for _, o := range snap.Organisations() {
		if of := snap.CommitteeFor(o.ID); of != nil && of.ID == k.ID {
			places = append(places, o.ID)
		}
	}
	return s.directory.Roster(asPlatform(ctx), directory.RosterQuery{Organisations: places})
}

// splitName cuts "张伟（经济委员会）" into the name and what stands in the last brackets.
func splitName(text string) (name, place string) {
	text = strings.TrimSpace(text)
	at := max(strings.LastIndex(text, "（"), strings.LastIndex(text, "("))
	rest, closed := strings.CutSuffix(strings.TrimSuffix(text, "）"), ")")
	if closed = closed || strings.HasSuffix(text, "）"); at <= 0 || !closed {
		return text, ""
	}
	return strings.TrimSpace(text[:at]), strings.TrimSpace(strings.TrimLeft(rest[at:], "（("))
}

// Names tells the names of people that a plan invites one by one; for who runs what the holders hold, and only of people of the committee.
func (s *Service) Names(ctx context.Context, holders, people []uuid.UUID) (map[uuid.UUID]string, error) {
	if ok, err := s.runs(ctx, holders); err != nil || !ok {
		if err == nil {
			err = refusal(authz.From(ctx))
		}
		return nil, err
	}
	snap, err := s.directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	out := map[uuid.UUID]string{}
	for _, h := range holders {
		held, err := s.rosterOf(ctx, snap, h)
		if err != nil {
			return nil, err
		}
		for _, x := range held {
			if slices.Contains(people, x.Person) {
				out[x.Person] = x.Name
			}
		}
	}
	return out, nil
}
