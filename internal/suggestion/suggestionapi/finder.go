package suggestionapi

import (
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// finder turns an id, a code or a name into an id. A text that names nothing, or several things, is noted with its field.
type finder struct {
	snap *directory.Snapshot
	c    problem.Check
}

// one gives the only id of those found by name.
func (f *finder) one(field, text string, found []uuid.UUID) uuid.UUID {
	switch len(found) {
	case 1:
		return found[0]
	case 0:
		f.c.Add(field, "suggestionapi.err.unknown", "value", text)
	default:
		f.c.Add(field, "suggestionapi.err.several", "value", text, "n", len(found), "choices", f.choices(found))
	}
	return uuid.Nil
}

// choicesMost is how many of several things of one name are named in a refusal.
const choicesMost = 10

// choices tells things of one name apart: by where they are, or what they belong to, with the id of each.
func (f *finder) choices(found []uuid.UUID) string {
	var out []string
	for _, u := range found[:min(len(found), choicesMost)] {
		text := u.String()
		if o := f.snap.Organisation(u); o != nil {
			if d := f.snap.Division(o.Division); d != nil {
				text = o.Name.ZH + " · " + d.Name.ZH + " · " + text
			}
		} else if d := f.snap.Division(u); d != nil {
			text = d.Name.ZH + " · " + d.Code + " · " + text
		} else if x := f.snap.Field(u); x != nil {
			text = x.Path + " · " + text
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func (f *finder) committee(field, text string) uuid.UUID {
	return f.organisation(field, text, directory.Committee)
}

func (f *finder) department(field, text string) uuid.UUID {
	return f.organisation(field, text, directory.Department, directory.Office)
}

func (f *finder) organisation(field, text string, kinds ...directory.Kind) uuid.UUID {
	if text == "" {
		return uuid.Nil
	}
	u, err := uuid.Parse(text)
	var found []uuid.UUID
	for _, o := range f.snap.Organisations() {
		is := o.Name.ZH == text || (o.Name.EN != "" && strings.EqualFold(o.Name.EN, text)) || (o.Code != "" && o.Code == text)
		if err == nil {
			is = o.ID == u
		}
		for _, k := range kinds {
			if is && o.Kind == k {
				found = append(found, o.ID)
			}
		}
	}
	return f.one(field, text, found)
}

func (f *finder) division(field, text string) uuid.UUID {
	if text == "" {
		return uuid.Nil
	}
	if u, err := uuid.Parse(text); err == nil {
		if f.snap.Division(u) != nil {
			return u
		}
		return f.one(field, text, nil)
	}
	if d := f.snap.DivisionByCode(text); d != nil {
		return d.ID
	}
	var found []uuid.UUID
	var walk func(uuid.UUID)
	walk = func(parent uuid.UUID) {
		for _, d := range f.snap.Divisions(parent) {
			if d.Name.ZH == text || (d.Name.EN != "" && strings.EqualFold(d.Name.EN, text)) {
				found = append(found, d.ID)
			}
			walk(d.ID)
		}
	}
	walk(uuid.Nil)
	return f.one(field, text, found)
}

func (f *finder) field(field, text string) uuid.UUID {
	if text == "" {
		return uuid.Nil
	}
	if u, err := uuid.Parse(text); err == nil {
		if f.snap.Field(u) != nil {
			return u
		}
		return f.one(field, text, nil)
	}
	if x := f.snap.FieldByPath(text); x != nil {
		return x.ID
	}
	var found []uuid.UUID
	var walk func(uuid.UUID)
	walk = func(parent uuid.UUID) {
		for _, x := range f.snap.Fields(parent) {
			if x.Name.ZH == text || (x.Name.EN != "" && strings.EqualFold(x.Name.EN, text)) {
				found = append(found, x.ID)
			}
			walk(x.ID)
		}
	}
	walk(uuid.Nil)
	return f.one(field, text, found)
}
