package contactweb

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"xieshang/internal/contact"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

type committeeView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Buttons []ui.ButtonView
	Refused []ui.ErrorView
	Filters ui.FiltersView
	Choice  *ui.ChoiceView
	Day     ui.FieldView
	Past    ui.ChoiceView
	Tiles   []ui.TileView
	Links   ui.TableView
	Load    ui.TableView
	Gaps    ui.TableView
	Propose ui.ButtonView
	Empty   ui.EmptyView
	Rule    *ruleView
	CSV     string
	XLSX    string
	Notes   []string
}

type ruleView struct {
	Committee string
	Most      ui.FieldView
}

func (h *Pages) committee(w http.ResponseWriter, r *http.Request) error {
	return h.committeePage(w, r, http.StatusOK, r.URL.Query().Get("most"), nil)
}

func (h *Pages) committeePage(w http.ResponseWriter, r *http.Request, status int, most string, errs map[string]string) error {
	q := r.URL.Query()
	if r.Method == http.MethodPost {
		q = r.PostForm
	}
	snap, k, err := h.asked(r, q)
	if err != nil {
		return err
	}
	var c problem.Check
	on := day(&c, q, "day")
	if err := c.Err(); err != nil {
		status, errs = http.StatusUnprocessableEntity, web.FieldErrors(r, err)
	}
	o, err := h.Service.OfCommittee(r.Context(), k, on)
	if err != nil {
		return err
	}
	p := i18n.From(r.Context())
	keeps := h.Service.MayOrganise(r.Context(), k)
	v := committeeView{Page: h.Frame.Staff(w, r, p.T("contact.title"))}
	v.Head = ui.HeadView{Title: p.T("contact.title"), Lead: p.T("contact.lead", "committee", p.Name(snap.OrganisationName(k)), "day", o.Day)}
	v.CSV, v.XLSX = of(Committee+".csv", k), of(Committee+".xlsx", k)
	if !on.IsZero() {
		v.CSV, v.XLSX = v.CSV+"&day="+on.String(), v.XLSX+"&day="+on.String()
	}
	past := q.Get("past") == "1"
	v.Filters = ui.FiltersView{Action: Committee, Clear: of(Committee, k), Open: errs["day"] != ""}
	if v.Choice, err = h.choice(r, p, snap, k); err != nil {
		return err
	}
	if v.Choice == nil {
		v.Filters.Hidden = [][2]string{{"committee", k.String()}}
	}
	v.Day = ui.FieldView{Name: "day", Label: p.T("contact.as-of"), Value: q.Get("day"), Bare: true, Error: errs["day"]}
	v.Past = ui.ChoiceView{FieldView: ui.FieldView{Name: "past", Label: p.T("contact.which"), Bare: true}, Empty: p.T("contact.which.now"), Options: []ui.Option{{Value: "1", Label: p.T("contact.which.all"), Selected: past}}}
	if !on.IsZero() {
		v.Filters.Active = append(v.Filters.Active, ui.ChipView{Label: p.Date(on), Href: of(Committee, k)})
	}
	if past {
		v.Filters.Active = append(v.Filters.Active, ui.ChipView{Label: p.T("contact.which.all"), Href: of(Committee, k)})
	}
	h.tables(p, snap, &v, k, o, past, keeps)
	if keeps {
		v.Buttons = []ui.ButtonView{{Label: p.T("contact.propose"), Kind: "primary", Icon: "users", Href: of(Proposals, k)}, {Label: p.T("contact.new"), Icon: "plus", Href: of(link, k)}}
		if most == "" {
			most = strconv.Itoa(o.Most)
		}
		v.Rule = &ruleView{Committee: k.String(), Most: ui.FieldView{Name: "most", Label: p.T("contact.most"), Hint: p.T("contact.most.hint"), Value: most, Type: "number", InputMode: "numeric", Width: "s", Required: true, Error: errs["most"]}}
	}
	for _, f := range []string{"day", "most"} {
		if errs[f] != "" {
			v.Refused = append(v.Refused, ui.ErrorView{Field: f, Text: errs[f]})
		}
	}
	v.Notes = []string{p.T("contact.note.log"), p.T("contact.note.ends")}
	return web.Render(w, r, status, committeePage(v))
}

// choice offers the committees whose names the reader may see, when there are several.
func (h *Pages) choice(r *http.Request, p *i18n.Printer, snap *directory.Snapshot, here uuid.UUID) (*ui.ChoiceView, error) {
	named, all, err := h.Directory.GrantedNames(r.Context(), directory.CoverageSubject)
	if err != nil || !all && len(named) < 2 {
		return nil, err
	}
	out := &ui.ChoiceView{FieldView: ui.FieldView{Name: "committee", Label: p.T("contact.committee"), Bare: true}}
	for _, k := range snap.Committees() {
		if all || slices.Contains(named, k.ID) {
			out.Options = append(out.Options, ui.Option{Value: k.ID.String(), Label: p.Name(k.Name), Selected: k.ID == here})
		}
	}
	return out, nil
}

// target names whom or what a link leads to.
func target(p *i18n.Printer, snap *directory.Snapshot, r contact.Row) string {
	if r.Kind == contact.ToMember {
		return r.TargetName
	}
	return p.Name(snap.OrganisationName(r.Target))
}

func (h *Pages) tables(p *i18n.Printer, snap *directory.Snapshot, v *committeeView, k uuid.UUID, o *contact.Overview, past, keeps bool) {
	now := 0
	v.Links = ui.TableView{Caption: p.T("contact.links.table"), Stack: true, Columns: []ui.Column{{Label: p.T("contact.column.contact")}, {Label: p.T("contact.column.target")}, {Label: p.T("contact.column.since")},
		{Label: p.T("contact.column.state")}, {Label: p.T("contact.column.times"), Numeric: true}}}
	if keeps {
		v.Links.Columns = append(v.Links.Columns, ui.Column{Label: p.T("contact.column.act")})
	}
	for _, x := range o.Rows {
		if x.Now {
			now++
		} else if !past {
			continue
		}
		sub := x.Sector
		if x.Kind != contact.ToMember {
			sub = p.T("contact.kind." + string(x.Kind))
		}
		state := ui.BadgeView{Label: p.T("contact.holds"), Tone: ui.OK}
		note := ""
		if !x.Now {
			state = ui.BadgeView{Label: p.T("contact.ended"), Tone: ui.Quiet}
			if x.Held.From.After(o.Day) {
				state = ui.BadgeView{Label: p.T("contact.later"), Tone: ui.Info}
			}
		}
		if x.Ends != contact.NoReason {
			note = p.T("contact.reason." + string(x.Ends))
			if !x.Held.To.IsZero() {
				note = p.T("contact.until", "day", x.Held.To, "reason", note)
			}
		}
		cells := []ui.Cell{{Text: x.ContactName}, {Text: target(p, snap, x), Sub: sub}, {Text: dayText(p, x.Held.From)}, {Content: ui.Badge(state), Sub: note}}
		if x.Kind == contact.ToMember {
			cells = append(cells, ui.Cell{Text: p.Int(x.Times)})
		} else {
			cells = append(cells, ui.Cell{Text: "—"})
		}
		if keeps {
			cells = append(cells, ui.Cell{Text: p.T("contact.change"), Href: of(link, k) + "&id=" + x.ID.String()})
		}
		v.Links.Rows = append(v.Links.Rows, ui.Row{ID: x.ID.String(), Cells: cells})
	}
	most := 0
	if len(o.People) > 0 {
		most = o.People[0].Load
	}
	reached := o.Others - len(o.Gaps)
	v.Tiles = []ui.TileView{{Label: p.T("contact.tile.links"), Value: p.Int(now)}, {Label: p.T("contact.tile.reached"), Value: p.Int(reached), Note: p.T("contact.tile.of", "n", o.Others)},
		{Label: p.T("contact.tile.gaps"), Value: p.Int(len(o.Gaps)), Note: p.N("contact.tile.unknown", len(o.Unknown))}, {Label: p.T("contact.tile.most"), Value: p.Int(most), Note: p.T("contact.tile.bound", "n", o.Most)}}
	if len(o.Gaps) > 0 {
		v.Tiles[2].Tone = ui.Warn
	}
	if most > o.Most {
		v.Tiles[3].Tone = ui.Warn
	}
	v.Load = ui.TableView{Caption: p.T("contact.load"), Stack: true, Columns: []ui.Column{{Label: p.T("contact.column.contact")}, {Label: p.T("contact.column.sector")}, {Label: p.T("contact.column.load"), Numeric: true}}}
	for _, x := range o.People {
		load := ui.Cell{Text: p.Int(x.Load)}
		if x.Load > o.Most {
			load = ui.Cell{Content: ui.Badge(ui.BadgeView{Label: p.T("contact.above", "n", x.Load), Tone: ui.Warn})}
		}
		v.Load.Rows = append(v.Load.Rows, ui.Row{Cells: []ui.Cell{{Text: x.Name}, {Text: x.Sector}, load}})
	}
	v.Gaps = ui.TableView{Caption: p.T("contact.gaps"), Stack: true, Columns: []ui.Column{{Label: p.T("contact.column.target")}, {Label: p.T("contact.column.sector")}}}
	if keeps {
		v.Gaps.Columns = append(v.Gaps.Columns, ui.Column{Label: p.T("contact.column.act")})
	}
	for _, x := range o.Gaps {
		cells := []ui.Cell{{Text: x.Name}, {Text: x.Sector}}
		if keeps {
			cells = append(cells, ui.Cell{Text: p.T("contact.new"), Href: of(link, k) + "&target=" + x.ID.String()})
		}
		v.Gaps.Rows = append(v.Gaps.Rows, ui.Row{Cells: cells})
	}
	v.Empty = ui.EmptyView{Icon: "users", Title: p.T("contact.none"), Text: p.T("contact.none.text")}
	if keeps {
		v.Empty.Action = ui.ButtonView{Label: p.T("contact.propose"), Kind: "primary", Href: of(Proposals, k)}
	}
}

// download gives the links of a committee without anything that the pairs noted.
func (h *Pages) download(format string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		snap, k, err := h.asked(r, r.URL.Query())
		if err != nil {
			return err
		}
		var c problem.Check
		on := day(&c, r.URL.Query(), "day")
		if err := c.Err(); err != nil {
			return err
		}
		o, err := h.Service.OfCommittee(r.Context(), k, on)
		if err != nil {
			return err
		}
		p := i18n.From(r.Context())
		w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="xieshang-contacts-%s.%s"`, o.Day, format))
		var out *sheet.Writer
		if format == "csv" {
			w.Header().Set("Content-Type", "text/csv; charset=utf-8")
			out = sheet.NewCSV(w, true)
		} else {
			w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
			out = sheet.NewXLSX(w, p.T("contact.title"))
		}
		if err := out.Header(sheet.Head{Name: "kind", Title: p.T("contact.column.kind"), Width: 14}, sheet.Head{Name: "contact", Title: p.T("contact.column.contact"), Width: 18},
			sheet.Head{Name: "target", Title: p.T("contact.column.target"), Width: 28}, sheet.Head{Name: "sector", Title: p.T("contact.column.sector"), Width: 24}, sheet.Head{Name: "from", Title: p.T("contact.column.since"), Width: 12},
			sheet.Head{Name: "to", Title: p.T("contact.column.to"), Width: 12}, sheet.Head{Name: "reason", Title: p.T("contact.column.reason"), Width: 28}, sheet.Head{Name: "times", Title: p.T("contact.column.times"), Width: 10}); err != nil {
			return err
		}
		for _, x := range o.Rows {
			why := ""
			if x.Ends != contact.NoReason {
				why = p.T("contact.reason." + string(x.Ends))
			}
			if err := out.Row(p.T("contact.kind."+string(x.Kind)), x.ContactName, target(p, snap, x), x.Sector, x.Held.From.String(), x.Held.To.String(), why, x.Times); err != nil {
				return err
			}
		}
		return out.Close()
	}
}

func (h *Pages) rule(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	_, k, err := h.asked(r, form)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(form.Get("most"))
	if err != nil {
		n = 0 // refused with what to write
	}
	if err := h.Service.PutRule(r.Context(), k, n); err != nil {
		if errs := web.FieldErrors(r, err); errs != nil {
			return h.committeePage(w, r, http.StatusUnprocessableEntity, form.Get("most"), errs)
		}
		return err
	}
	web.Flash(w, r, "contact.rule.kept")
	return web.Redirect(w, r, of(Committee, k))
}

func today(h *Pages) clock.Date { return clock.Today(h.Clock) }
