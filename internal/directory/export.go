package directory

import (
	"context"
	"strings"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// Export writes a list with every fact as known now, in the columns that Import reads, so that what comes out goes in again without a change; for
// administrators and the platform. Telephone and identity numbers are left out unless personal is set.
func (s *Service) Export(ctx context.Context, k ListKind, personal bool, w *sheet.Writer) error {
	if err := mayEdit(authz.From(ctx), uuid.Nil); err != nil {
		return err
	}
	if !k.Valid() {
		return problem.On("kind", "directory.err.list")
	}
	var heads []sheet.Head
	for _, c := range ListColumns(k) {
		if (c.Name == "phone" || c.Name == "identity") && !personal {
			continue
		}
		heads = append(heads, sheet.Head{Name: c.Name})
	}
	if err := w.Header(heads...); err != nil {
		return err
	}
	return s.db.Read(ctx, func(tx *db.Tx) error {
		switch k {
		case DivisionList:
			return exportDivisions(tx, w)
		case OrganisationList:
			return exportOrganisations(tx, w)
		case FieldList:
			return s.exportFields(tx, w)
		case PeopleList:
			return s.exportPeople(tx, w, personal)
		}
		return exportMemberships(tx, w)
	})
}

func exportDivisions(tx *db.Tx, w *sheet.Writer) error {
	list, err := allDivisions(tx)
	if err != nil {
		return err
	}
	for _, d := range list {
		if err := w.Row(d.ID.String(), d.Code, d.Name.ZH, d.Name.EN, string(d.Level), idText(d.Parent), d.Lon, d.Lat, d.Valid.From, d.Valid.To); err != nil {
			return err
		}
	}
	return nil
}

func exportOrganisations(tx *db.Tx, w *sheet.Writer) error {
	list, err := allOrganisations(tx)
	if err != nil {
		return err
	}
	for _, o := range list {
		if err := w.Row(o.ID.String(), string(o.Kind), o.Name.ZH, o.Name.EN, string(o.Level), idText(o.Division), idText(o.Parent), o.Code, o.Valid.From, o.Valid.To); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) exportFields(tx *db.Tx, w *sheet.Writer) error {
	list, err := readFields(tx, asOf{Day: s.today()})
	if err != nil {
		return err
	}
	for _, f := range list {
		levels := append(strings.Split(f.Path, " / "), "", "")
		if err := w.Row(levels[0], levels[1], levels[2], f.Name.EN); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) exportPeople(tx *db.Tx, w *sheet.Writer, personal bool) error {
	list, err := allPeople(tx)
	if err != nil {
		return err
	}
	for _, p := range list {
		var birth any
		if p.BirthYear > 0 {
			birth = p.BirthYear
		}
		cells := []any{p.ID.String(), p.Name, p.Sex, birth}
		if personal {
			for _, v := range [][2]string{{"person.phone", p.phone}, {"person.identity", p.identity}} {
				plain := ""
				if v[1] != "" {
					if plain, err = s.sealer.Open(v[0], v[1]); err != nil {
						return err
					}
				}
				cells = append(cells, plain)
			}
		}
		if err := w.Row(cells...); err != nil {
			return err
		}
	}
	return nil
}

func exportMemberships(tx *db.Tx, w *sheet.Writer) error {
	people, err := allPeople(tx)
	if err != nil {
		return err
	}
	names := map[uuid.UUID]string{}
	for _, p := range people {
		names[p.ID] = p.Name
	}
	list, err := readMemberships(tx, `WHERE superseded = 0 ORDER BY valid_from, id`)
	if err != nil {
		return err
	}
	for _, m := range list {
		if err := w.Row(m.Person.String(), names[m.Person], m.Organisation.String(), "", string(m.Post), m.Sector, m.Valid.From, m.Valid.To, endReasonText(m)); err != nil {
			return err
		}
	}
	return nil
}
