package coverageweb

import (
	"net/http"
	"net/url"

	"xieshang/internal/coverage"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"

	"github.com/google/uuid"
)

// gapsView is those who are not reached, by name.
type gapsView struct {
	Lists     []gapList
	CSV, XLSX string
}

type gapList struct {
	ID     string
	Title  string
	Badge  ui.BadgeView
	Text   string
	Table  ui.TableView
	Action ui.ButtonView // for all of them
	None   string
}

// which gap a button mends
const (
	gapPlace       = "place"
	gapAffiliation = "affiliation"
)

// gaps shows names where the reader may see them, and says why where not.
func (h *Pages) gaps(r *http.Request, b builder, v *view) error {
	gaps, err := h.Service.Gaps(r.Context(), b.q)
	if problem.Is(err, problem.Forbidden) {
		v.Closed = b.p.T("coverage.closed", "committee", b.name(b.q.Committee))
		return nil
	}
	if err != nil {
		return err
	}
	p := b.p
	keeps := mayKeep(r, b.q.Committee)
	v.Gaps = &gapsView{CSV: b.with(here+".csv", "group", "gaps"), XLSX: b.with(here+".xlsx", "group", "gaps")}
	for _, x := range []struct {
		key    string
		people []coverage.Person
		mend   string
	}{{"unplaced", gaps.Unplaced, gapPlace}, {"unreached", gaps.Unreached, ""}, {"unknown", gaps.Unknown, gapAffiliation}} {
		list := gapList{ID: x.key, Title: p.T("coverage.gap." + x.key), None: p.T("coverage.gap." + x.key + ".none"),
			Badge: ui.BadgeView{Label: p.N("coverage.people", len(x.people)), Tone: ui.Warn}}
		if len(x.people) == 0 {
			list.Badge.Tone = ui.OK
		}
		list.Table = ui.TableView{Caption: list.Title, Stack: true, Columns: []ui.Column{{Label: p.T("coverage.column.name")}, {Label: p.T("coverage.column.sector")}, {Label: p.T("coverage.column.since")}}}
		if keeps {
			list.Text = p.T("coverage.gap." + x.key + ".text")
		}
		act := keeps && x.mend != ""
		if act {
			list.Table.Columns = append(list.Table.Columns, ui.Column{Label: p.T("coverage.column.act")})
		}
		if keeps && x.key == "unreached" && len(x.people) > 0 && h.Contacts != "" {
			list.Action = ui.ButtonView{Label: p.T("coverage.propose"), Kind: "primary", Icon: "users", Href: h.Contacts + "?committee=" + b.q.Committee.String()}
		}
		for _, m := range x.people {
			cells := []ui.Cell{{Text: m.Name}, {Text: b.sector(m.Sector)}, {Text: p.Date(m.Since)}}
			if act {
				cells = append(cells, ui.Cell{Text: p.T("coverage.mend." + x.mend), Href: mendAddress(b.q.Committee, m.ID, x.mend)})
			}
			list.Table.Rows = append(list.Table.Rows, ui.Row{ID: m.ID.String(), Cells: cells})
		}
		v.Gaps.Lists = append(v.Gaps.Lists, list)
	}
	return nil
}

func mayKeep(r *http.Request, committee uuid.UUID) bool {
	a := authz.From(r.Context())
	return a.IsAdmin() || a.Has(authz.Organiser, committee)
}

func mendAddress(committee, person uuid.UUID, gap string) string {
	return here + "/mend?" + url.Values{"committee": {committee.String()}, "person": {person.String()}, "gap": {gap}}.Encode()
}
