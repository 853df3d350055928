package directory

import (
	"slices"
	"strings"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"

	"github.com/google/uuid"
)

// Snapshot is the directory's organisations, divisions and fields as they stand on one day. It does not change and may be shared.
type Snapshot struct {
	divisions     map[uuid.UUID]*Division
	byCode        map[string]*Division
	divisionKids  map[uuid.UUID][]*Division
	organisations map[uuid.UUID]*Organisation
	ofDivision    map[uuid.UUID][]*Organisation
	all           []*Organisation
	committees    []*Organisation
	fields        map[uuid.UUID]*Field
	byPath        map[string]*Field
	fieldKids     map[uuid.UUID][]*Field
	terms         map[uuid.UUID][]Term
	below         map[uuid.UUID][]*Organisation
}

func newSnapshot(ds []Division, os []Organisation, fs []Field, ts []Term) *Snapshot {
	s := &Snapshot{divisions: map[uuid.UUID]*Division{}, byCode: map[string]*Division{}, divisionKids: map[uuid.UUID][]*Division{},
		organisations: map[uuid.UUID]*Organisation{}, ofDivision: map[uuid.UUID][]*Organisation{},
		fields: map[uuid.UUID]*Field{}, byPath: map[string]*Field{}, fieldKids: map[uuid.UUID][]*Field{},
		terms: map[uuid.UUID][]Term{}, below: map[uuid.UUID][]*Organisation{}}
	for i := range ds {
		d := &ds[i]
		s.divisions[d.ID] = d
		if d.Code != "" {
			s.byCode[d.Code] = d
		}
		s.divisionKids[d.Parent] = append(s.divisionKids[d.Parent], d)
	}
	for i := range os {
		o := &os[i]
		s.organisations[o.ID] = o
		s.all = append(s.all, o)
		s.ofDivision[o.Division] = append(s.ofDivision[o.Division], o)
		if o.Kind == Committee {
			s.committees = append(s.committees, o)
		}
	}
	for i := range ts {
		s.terms[ts[i].Committee] = append(s.terms[ts[i].Committee], ts[i])
	}
	for i := range os {
		s.below[os[i].Parent] = append(s.below[os[i].Parent], &os[i])
	}
	for i := range fs {
		f := &fs[i]
		s.fields[f.ID] = f
		s.byPath[f.Path] = f
		s.fieldKids[f.Parent] = append(s.fieldKids[f.Parent], f)
	}
	return s
}

// Division returns a division, or nil.
func (s *Snapshot) Division(u uuid.UUID) *Division { return s.divisions[u] }

// DivisionByCode returns the division that has this GB/T 2260 code on the day, or nil.
func (s *Snapshot) DivisionByCode(code string) *Division { return s.byCode[code] }

// Divisions lists the divisions below a parent (nil UUID: the top), by code.
func (s *Snapshot) Divisions(parent uuid.UUID) []*Division { return s.divisionKids[parent] }

// Within lists a division and everything below it.
func (s *Snapshot) Within(u uuid.UUID) []uuid.UUID {
	out := []uuid.UUID{u}
	for i := 0; i < len(out); i++ {
		for _, k := range s.divisionKids[out[i]] {
			out = append(out, k.ID)
		}
	}
	return out
}

// Organisation returns an organisation, or nil.
func (s *Snapshot) Organisation(u uuid.UUID) *Organisation { return s.organisations[u] }

// Organisations lists all organisations in the order in which they were recorded.
func (s *Snapshot) Organisations() []*Organisation { return s.all }

// OrganisationName gives a name for a page: the name on the day, or "" when it does not exist then.
func (s *Snapshot) OrganisationName(u uuid.UUID) i18n.Name {
	if o := s.organisations[u]; o != nil {
		return o.Name
	}
	return i18n.Name{}
}

// Committees lists all committees in the order in which they were recorded (the province first in the model province).
func (s *Snapshot) Committees() []*Organisation { return s.committees }

// CommitteeByName finds a committee by its exact Chinese or English name or by its code, or nil.
func (s *Snapshot) CommitteeByName(name string) *Organisation {
	for _, c := range s.committees {
		if c.Name.ZH == name || (c.Name.EN != "" && strings.EqualFold(c.Name.EN, name)) || (c.Code != "" && c.Code == name) {
			return c
		}
	}
	return nil
}

// CommitteeOf finds the committee of a division, or of the nearest division above that has one, or nil.
func (s *Snapshot) CommitteeOf(division uuid.UUID) *Organisation {
	for d := s.divisions[division]; d != nil; d = s.divisions[d.Parent] {
		for _, o := range s.ofDivision[d.ID] {
			if o.Kind == Committee {
				return o
			}
		}
	}
	return nil
}

// Departments lists the departments and supervision offices of a division.
func (s *Snapshot) Departments(division uuid.UUID) []*Organisation {
	var out []*Organisation
	for _, o := range s.ofDivision[division] {
		if o.Kind == Department || o.Kind == Office {
			out = append(out, o)
		}
	}
	return out
}

// DepartmentByName finds a department of a division by its Chinese or English name, or nil.
func (s *Snapshot) DepartmentByName(division uuid.UUID, name string) *Organisation {
	for _, o := range s.Departments(division) {
		if o.Name.ZH == name || (o.Name.EN != "" && strings.EqualFold(o.Name.EN, name)) {
			return o
		}
	}
	return nil
}

// Field returns a field, or nil.
func (s *Snapshot) Field(u uuid.UUID) *Field { return s.fields[u] }

// FieldByPath finds a field by its path, or nil.
func (s *Snapshot) FieldByPath(path string) *Field { return s.byPath[path] }

// Fields lists the fields below a parent (nil UUID: the top).
func (s *Snapshot) Fields(parent uuid.UUID) []*Field { return s.fieldKids[parent] }

// FieldsWithin lists a field and everything below it.
func (s *Snapshot) FieldsWithin(u uuid.UUID) []uuid.UUID {
	out := []uuid.UUID{u}
	for i := 0; i < len(out); i++ {
		for _, k := range s.fieldKids[out[i]] {
			out = append(out, k.ID)
		}
	}
	return out
}

// Counts tells how many divisions, organisations and fields there are.
func (s *Snapshot) Counts() (divisions, organisations, fields int) {
	return len(s.divisions), len(s.organisations), len(s.fields)
}

// Terms lists the terms of a committee that are known now, earlier first, whatever the day of the snapshot.
func (s *Snapshot) Terms(committee uuid.UUID) []Term { return s.terms[committee] }

// TermOn returns the term of a committee on a day, false when none is known.
func (s *Snapshot) TermOn(committee uuid.UUID, day clock.Date) (Term, bool) {
	for _, t := range s.terms[committee] {
		if t.Valid.Contains(day) {
			return t, true
		}
	}
	return Term{}, false
}

// Below lists the organisations directly below another, in the order in which they were recorded.
func (s *Snapshot) Below(u uuid.UUID) []*Organisation { return s.below[u] }

// Under lists an organisation and everything below it; with kinds, only those of these kinds.
func (s *Snapshot) Under(u uuid.UUID, kinds ...Kind) []*Organisation {
	var out []*Organisation
	queue := []*Organisation{s.organisations[u]}
	for i := 0; i < len(queue); i++ {
		o := queue[i]
		if o == nil {
			continue
		}
		if len(kinds) == 0 || slices.Contains(kinds, o.Kind) {
			out = append(out, o)
		}
		queue = append(queue, s.below[o.ID]...)
	}
	return out
}

// CommitteeFor finds the committee that an organisation belongs to: itself, the nearest above it, or the one of its division; nil when there is none.
func (s *Snapshot) CommitteeFor(u uuid.UUID) *Organisation {
	o := s.organisations[u]
	if o == nil {
		return nil
	}
	for k := o; k != nil; k = s.organisations[k.Parent] {
		if k.Kind == Committee {
			return k
		}
	}
	if o.Kind == OutsideBranch {
		return nil
	}
	return s.CommitteeOf(o.Division)
}

// CommitteesWithin lists a committee and those of the divisions below it, the levels of one assembly: a province's, its cities', their counties'.
func (s *Snapshot) CommitteesWithin(u uuid.UUID) []*Organisation {
	o := s.organisations[u]
	if o == nil || o.Kind != Committee {
		return nil
	}
	out := []*Organisation{o}
	for _, d := range s.Within(o.Division)[1:] {
		for _, k := range s.ofDivision[d] {
			if k.Kind == Committee {
				out = append(out, k)
			}
		}
	}
	return out
}

// Above tells whether committee a stands over committee b: its division holds the other's.
func (s *Snapshot) Above(a, b uuid.UUID) bool {
	ka, kb := s.organisations[a], s.organisations[b]
	if ka == nil || kb == nil || ka.Kind != Committee || kb.Kind != Committee || a == b {
		return false
	}
	d := s.divisions[kb.Division]
	for d != nil {
		if d = s.divisions[d.Parent]; d != nil && d.ID == ka.Division {
			return true
		}
	}
	return false
}
