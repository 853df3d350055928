package rosterweb

import (
	"errors"
	"net/http"

	"xieshang/internal/directory"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// writePeople writes one row for each post. Every part is read by the same operation as the page, so that a file never holds more than the page shows.
func (h *Pages) writePeople(w http.ResponseWriter, r *http.Request, q directory.PeopleQuery, m moment, format string) error {
	p := text(r)
	snap, err := h.Service.At(r.Context(), m.Day, m.Known)
	if err != nil {
		return err
	}
	ever, err := h.Service.Ever(r.Context())
	if err != nil {
		return err
	}
	q.Limit = 500
	page, err := h.Service.ListPeople(r.Context(), q) // a refusal has to come before the first byte
	if err != nil {
		return err
	}
	var out *sheet.Writer
	name := "people-" + m.Day.String()
	if !m.Now() {
		name += "-known-" + m.known.String()
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+"."+format+`"`)
	if format == "csv" {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		out = sheet.NewCSV(w, true)
	} else {
		w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
		out = sheet.NewXLSX(w, p.T("roster.people"))
	}
	known := m.today
	if !m.Now() {
		known = m.known
	}
	head := func(key string, width float64) sheet.Head {
		return sheet.Head{Name: p.T(key), Title: p.T(key), Width: width}
	}
	if err := out.Header(head("directory.field.person", 14), head("directory.field.sex", 8), head("directory.field.birth_year", 10), head("roster.field.party", 16), head("directory.field.organisation", 34), head("directory.field.post", 18),
		head("directory.field.sector", 16), head("directory.field.from", 14), head("directory.field.to", 14), head("roster.day", 14), head("roster.known", 14)); err != nil {
		return err
	}
	for {
		for _, x := range page.People {
			for _, post := range x.Posts {
				var birth any
				if x.BirthYear > 0 {
					birth = x.BirthYear
				}
				sexText := ""
				if x.Sex != "" {
					sexText = sex(p, x.Sex)
				}
				if err := out.Row(x.Name, sexText, birth, partiesText(p, x.Parties), organisationText(p, snap, ever, post.Organisation), postText(p, post), post.Sector, post.Valid.From, post.Valid.To, m.Day, known); err != nil {
					return err
				}
			}
		}
		if page.Next.Person == uuid.Nil {
			return out.Close()
		}
		q.After = page.Next
		if page, err = h.Service.ListPeople(r.Context(), q); err != nil {
			return errors.Join(err, out.Close())
		}
	}
}
