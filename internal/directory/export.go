package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// ExportQuery says what to write of a list.
type ExportQuery struct {
	Kind      ListKind
	Personal  bool       // people with their telephone and identity numbers; for the platform alone
	Day       clock.Date // only what holds on this day; zero: every fact that is known now
	Committee uuid.UUID  // only what belongs to this committee; nil: everything
}

// Export writes every fact of a list as ExportList does.
func (s *Service) Export(ctx context.Context, k ListKind, personal bool, w *sheet.Writer) error {
	return s.ExportList(ctx, ExportQuery{Kind: k, Personal: personal}, w)
}

// ExportList writes a list as known now, in the columns that Import reads, so that what comes out goes in again without a change; for administrators, the
// platform, and organisers of the committee that is asked for. Numbers of people are left out unless the platform itself asks for them.
func (s *Service) ExportList(ctx context.Context, q ExportQuery, w *sheet.Writer) error {
	a := authz.From(ctx)
	if err := mayImport(a, q.Kind, q.Committee); err != nil {
		return err
	}
	if q.Personal && !a.System {
		return problem.New(problem.Forbidden, "problem.forbidden")
	}
	var heads []sheet.Head
	for _, c := range ListColumns(q.Kind) {
		if (c.Name == "phone" || c.Name == "identity") && !q.Personal || q.Kind == MembershipList && slices.Contains([]string{"phone", "identity", "birth_year", "term", "division"}, c.Name) {
			continue
		}
		heads = append(heads, sheet.Head{Name: c.Name})
	}
	if err := w.Header(heads...); err != nil {
		return err
	}
	return s.db.Read(ctx, func(tx *db.Tx) error {
		e := &exporter{s: s, tx: tx, q: q, w: w}
		switch q.Kind {
		case DivisionList:
			return e.divisions()
		case OrganisationList:
			return e.organisations()
		case FieldList:
			return e.fields()
		case TermList:
			return e.terms()
		case PeopleList:
			return e.people()
		}
		return e.memberships()
	})
}

// exporter writes one list.
type exporter struct {
	s    *Service
	tx   *db.Tx
	q    ExportQuery
	w    *sheet.Writer
	orgs *organisationFinder
}

// holds tells whether a fact is asked for by its days.
func (e *exporter) holds(v clock.Interval) bool { return e.q.Day.IsZero() || v.Contains(e.q.Day) }

// here tells whether an organisation is asked for by its committee.
func (e *exporter) here(organisation uuid.UUID) (bool, error) {
	if e.q.Committee == uuid.Nil {
		return true, nil
	}
	if e.orgs == nil {
		im := importer{tx: e.tx, today: e.s.today()}
		if _, _, err := im.finder(); err != nil {
			return false, err
		}
		e.orgs = im.orgs
	}
	return e.orgs.committee(organisation) == e.q.Committee, nil
}

func (e *exporter) divisions() error {
	list, err := allDivisions(e.tx)
	if err != nil {
		return err
	}
	for _, d := range list {
		if !e.holds(d.Valid) {
			continue
		}
		if err := e.w.Row(d.ID.String(), d.Code, d.Name.ZH, d.Name.EN, string(d.Level), idText(d.Parent), d.Lon, d.Lat, d.Valid.From, d.Valid.To); err != nil {
			return err
		}
	}
	return nil
}

func (e *exporter) organisations() error {
	list, err := allOrganisations(e.tx)
	if err != nil {
		return err
	}
	for _, o := range list {
		here, err := e.here(o.ID)
		if err != nil {
			return err
		}
		if !here || !e.holds(o.Valid) {
			continue
		}
		if err := e.w.Row(o.ID.String(), string(o.Kind), o.Name.ZH, o.Name.EN, string(o.Level), idText(o.Division), idText(o.Parent), o.Code, o.Valid.From, o.Valid.To); err != nil {
			return err
		}
	}
	return nil
}

func (e *exporter) fields() error {
	day := e.q.Day
	if day.IsZero() {
		day = e.s.today()
	}
	list, err := readFields(e.tx, asOf{Day: day})
	if err != nil {
		return err
	}
	for _, f := range list {
		levels := append(strings.Split(f.Path, " / "), "", "")
		if err := e.w.Row(levels[0], levels[1], levels[2], f.Name.EN); err != nil {
			return err
		}
	}
	return nil
}

func (e *exporter) terms() error {
	list, err := readTerms(e.tx)
	if err != nil {
		return err
	}
	for _, t := range list {
		if e.q.Committee != uuid.Nil && t.Committee != e.q.Committee || !e.holds(t.Valid) {
			continue
		}
		if err := e.w.Row(t.Committee.String(), t.Number, t.Valid.From, t.Valid.To); err != nil {
			return err
		}
	}
	return nil
}

// posts reads the memberships that are asked for by their place, at any time.
func (e *exporter) posts() ([]Membership, error) {
	list, err := readMemberships(e.tx, `WHERE superseded = 0 ORDER BY valid_from, id`)
	if err != nil {
		return nil, err
	}
	var out []Membership
	for _, m := range list {
		here, err := e.here(m.Organisation)
		if err != nil {
			return nil, err
		}
		if here {
			out = append(out, m)
		}
	}
	return out, nil
}

func (e *exporter) people() error {
	list, err := allPeople(e.tx)
	if err != nil {
		return err
	}
	own := map[uuid.UUID]bool{}
	if e.q.Committee != uuid.Nil {
		posts, err := e.posts()
		if err != nil {
			return err
		}
		for _, m := range posts {
			own[m.Person] = true
		}
	}
	all, err := readAffiliations(e.tx, `WHERE superseded = 0 ORDER BY person_id, valid_from, party, id`)
	if err != nil {
		return err
	}
	parties := map[uuid.UUID][]Affiliation{}
	for _, a := range all {
		if e.holds(a.Valid) {
			parties[a.Person] = append(parties[a.Person], a)
		}
	}
	for _, p := range list {
		if e.q.Committee != uuid.Nil && !own[p.ID] {
			continue
		}
		cells, err := e.person(p, parties[p.ID])
		if err == nil {
			err = e.w.Row(cells...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (e *exporter) person(p personFact, parties []Affiliation) ([]any, error) {
	var birth any
	if p.BirthYear > 0 {
		birth = p.BirthYear
	}
	cells := []any{p.ID.String(), p.Name, p.Sex, birth}
	if e.q.Personal {
		for _, v := range [][2]string{{"person.phone", p.phone}, {"person.identity", p.identity}} {
			plain := ""
			if v[1] != "" {
				var err error
				if plain, err = e.s.sealer.Open(v[0], v[1]); err != nil {
					return nil, fmt.Errorf("open a number: %w", err)
				}
			}
			cells = append(cells, plain)
		}
	}
	columns := make([][]string, 4)
	for _, a := range parties {
		probation := ""
		if a.Probationary {
			probation = "yes"
		}
		for i, text := range []string{string(a.Party), dateText(a.Valid.From), dateText(a.Valid.To), probation} {
			columns[i] = append(columns[i], text)
		}
	}
	for _, c := range columns {
		cells = append(cells, strings.TrimSuffix(strings.Join(c, ";"), strings.Repeat(";", max(0, len(c)-1))))
	}
	return cells, nil
}

func (e *exporter) memberships() error {
	people, err := allPeople(e.tx)
	if err != nil {
		return err
	}
	names := map[uuid.UUID]string{}
	for _, p := range people {
		names[p.ID] = p.Name
	}
	list, err := e.posts()
	if err != nil {
		return err
	}
	for _, m := range list {
		if !e.holds(m.Valid) {
			continue
		}
		if err := e.w.Row(m.Person.String(), names[m.Person], m.Organisation.String(), string(m.Post), m.Sector, string(m.Service), m.Valid.From, m.Valid.To, string(m.StartReason), string(m.EndReason), m.Note); err != nil {
			return err
		}
	}
	return nil
}
