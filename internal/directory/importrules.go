package directory

import (
	"slices"

	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// broken looks at everything as it would stand and lists, by row, what breaks a rule of the whole: the same rules that are checked once more before the
// commit, here with the row and the column that are at fault.
func (im *importer) broken() (map[int][]*sheet.RowError, error) {
	out := map[int][]*sheet.RowError{}
	blame := func(row sheet.Row, column string, f problem.Field) {
		if !slices.ContainsFunc(out[row.Line], func(e *sheet.RowError) bool { return e.Key == f.Key }) {
			out[row.Line] = append(out[row.Line], row.Err(column, f.Key, f.Args...))
		}
	}
	switch im.kind {
	case DivisionList:
		for _, p := range im.todo.divisions.all {
			if im.divisionCycle(p.fact) {
				blame(p.row, "parent", problem.Field{Key: "directory.err.cycle", Args: []any{"name", p.fact.Name.ZH}})
			}
		}
	case OrganisationList:
		for _, p := range im.todo.organisations.all {
			if pr, ok := problem.Of(checkParent(im.facts, p.fact)); ok {
				blame(p.row, "parent", pr.Fields[0])
			}
		}
	case TermList:
		for _, p := range im.todo.terms.all {
			for _, k := range im.termsStand[p.fact.Committee] {
				// Of two in this file the later one is blamed.
				if _, here := im.todo.terms.at[k.ID.String()]; here && k.Valid.From.After(p.fact.Valid.From) {
					continue
				}
				if k.ID != p.fact.ID && k.Valid.Overlaps(p.fact.Valid) {
					blame(p.row, "from", problem.Field{Key: "directory.err.term-overlap", Args: []any{"number", k.Number}})
				}
			}
		}
	case PeopleList, MembershipList:
		return out, im.contradictions(blame)
	}
	return out, nil
}

// divisionCycle follows the parents of a division as they will stand.
func (im *importer) divisionCycle(d Division) bool {
	seen := map[uuid.UUID]bool{}
	for u := d.ID; u != uuid.Nil; {
		if seen[u] {
			return true
		}
		seen[u] = true
		fact := at(im.divisionsStand[u], divisionDays, d.Valid.From)
		if fact == nil {
			return false
		}
		u = fact.Parent
	}
	return false
}

// contradictions finds what contradicts itself about the people of the file.
func (im *importer) contradictions(blame func(sheet.Row, string, problem.Field)) error {
	if len(im.touched) == 0 {
		return nil
	}
	kinds, err := kindsOf(im.tx)
	if err != nil {
		return err
	}
	rows := make(map[uuid.UUID]sheet.Row, len(im.todo.memberships.all))
	for _, p := range im.todo.memberships.all {
		rows[p.fact.ID] = p.row
	}
	for person, row := range im.touched {
		var list []Membership
		for _, k := range im.of[person] {
			list = append(list, im.posts[k]...)
		}
		slices.SortFunc(list, func(a, b Membership) int { return a.Valid.From.Compare(b.Valid.From) })
		var parties []Affiliation
		for _, a := range im.parties[person] {
			if a.Party == CPC {
				parties = append(parties, a)
			}
		}
		for _, f := range contradictions(kinds, list, parties) {
			if im.kind == PeopleList {
				blame(row, "party", f.why)
				continue
			}
			of, ok := rows[f.at.ID]
			if !ok {
				of, ok = rows[f.other.ID]
			}
			if ok { // else it stood there before this file
				blame(of, f.why.Name, f.why)
			}
		}
	}
	return nil
}
