package app

import (
	"context"
	"strings"

	"xieshang/internal/account"
	"xieshang/internal/directory"

	"github.com/google/uuid"
)

// places shows the directory to the account module.
type places struct{ d *directory.Service }

func (p places) place(s *directory.Snapshot, o *directory.Organisation) account.Place {
	out := account.Place{ID: o.ID, Name: o.Name, Department: o.Kind == directory.Department || o.Kind == directory.Office}
	if k := s.CommitteeOf(o.Division); k != nil {
		out.Committee = k.ID
	}
	return out
}

func (p places) PlacesByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]account.Place, error) {
	s, err := p.d.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	out := map[uuid.UUID]account.Place{}
	for _, id := range ids {
		if o := s.Organisation(id); o != nil {
			out[id] = p.place(s, o)
		}
	}
	return out, nil
}

func (p places) FindPlaces(ctx context.Context, text string, limit int) ([]account.Place, error) {
	s, err := p.d.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	var out []account.Place
	text = strings.ToLower(strings.TrimSpace(text))
	for _, o := range s.Organisations() {
		if len(out) == limit {
			break
		}
		if strings.Contains(strings.ToLower(o.Name.ZH), text) || strings.Contains(strings.ToLower(o.Name.EN), text) {
			out = append(out, p.place(s, o))
		}
	}
	return out, nil
}

func (p places) DepartmentsOf(ctx context.Context, committees []uuid.UUID) ([]uuid.UUID, error) {
	s, err := p.d.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	var out []uuid.UUID
	for _, c := range committees {
		if o := s.Organisation(c); o != nil && o.Kind == directory.Committee {
			for _, d := range s.Departments(o.Division) {
				out = append(out, d.ID)
			}
		}
	}
	return out, nil
}
