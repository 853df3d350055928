package rosterweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

// term is where an organiser keeps terms and changes from one to the next (换届).
func (h *Pages) term(w http.ResponseWriter, r *http.Request) error {
	return h.showTerm(w, r, http.StatusOK, nil, nil, nil)
}

// kept reads the committee of the address, which the reader keeps.
func (h *Pages) kept(r *http.Request) (*directory.Organisation, *directory.Snapshot, error) {
	u, err := pathID(r, "id")
	if err != nil {
		return nil, nil, err
	}
	snap, err := h.Service.Snapshot(r.Context())
	if err != nil {
		return nil, nil, err
	}
	k := snap.Organisation(u)
	if k == nil || k.Kind != directory.Committee {
		return nil, nil, problem.New(problem.NotFound, "problem.not-found")
	}
	if !directory.MayKeep(r.Context(), u) {
		return nil, nil, problem.New(problem.Forbidden, "problem.forbidden")
	}
	return k, snap, nil
}

// showTerm shows the terms, the form for one, and the end of one: with a day asked for, what would end is listed first and ends only when that is confirmed.
func (h *Pages) showTerm(w http.ResponseWriter, r *http.Request, status int, one, ending url.Values, errs map[string]string) error {
	k, snap, err := h.kept(r)
	if err != nil {
		return err
	}
	p := text(r)
	base := "/directory/committees/" + k.ID.String()
	v := h.start(w, r, p.T("roster.term.change"), ui.Link{Label: p.Name(k.Name), Href: base})
	v.Head.Lead = p.T("roster.term.lead")
	list := section{Title: p.T("roster.terms"), Empty: p.T("roster.terms.none"), Table: ui.TableView{Caption: p.T("roster.terms"), Columns: []ui.Column{{Label: p.T("roster.term")}, {Label: p.T("directory.field.from")}, {Label: p.T("directory.field.to")}, {Label: p.T("directory.actions")}}}}
	var options []ui.Option
	for _, t := range slices.Backward(snap.Terms(k.ID)) {
		name := p.T("roster.term.n", "n", t.Number)
		options = append(options, ui.Option{Value: t.ID.String(), Label: name})
		list.Table.Rows = append(list.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: name}, {Text: day(p, t.Valid.From)}, {Text: day(p, t.Valid.To)}, {Text: p.T("roster.change"), Href: base + "/term?term=" + t.ID.String() + "#term"}}})
		if one == nil && r.URL.Query().Get("term") == t.ID.String() {
			one = url.Values{"term": {t.ID.String()}, "number": {strconv.Itoa(t.Number)}, "from": {dateText(t.Valid.From)}, "to": {dateText(t.Valid.To)}}
		}
	}
	v.Sections = []section{list}
	var ofOne, ofEnding map[string]string
	if ending != nil {
		ofEnding = errs
	} else {
		ofOne = errs
	}
	q := r.URL.Query()
	if ending == nil && q.Get("end") != "" {
		ending = url.Values{"end": {q.Get("end")}, "day": {q.Get("day")}}
	}
	if ending != nil && len(ofEnding) == 0 {
		found, fields, err := h.preview(r, k, ending)
		if err != nil {
			return err
		}
		ofEnding = fields
		if fields == nil {
			v.Sections = append(v.Sections, found)
		}
	}
	end := &build{p: p, typed: ending, errs: ofEnding}
	end.choice("end", true, p.T("directory.choose"), options)
	end.date("day", true).Label = p.T("roster.term.day")
	end.form.Title, end.form.ID, end.form.Text, end.form.Action = p.T("roster.term.end"), "end", p.T("roster.term.end.text"), base+"/term"
	end.form.Hidden, end.form.Button = [][2]string{{"preview", "1"}}, ui.ButtonView{Label: p.T("roster.term.preview"), Kind: "secondary"}
	b := &build{p: p, typed: one, errs: ofOne}
	number := b.text("number", true, 2)
	number.InputMode, number.Label = "numeric", p.T("roster.term.number")
	b.date("from", true)
	b.date("to", false)
	b.form.Title, b.form.ID, b.form.Action, b.form.Button = p.T("roster.term.new"), "term", base+"/term", ui.ButtonView{Label: p.T("directory.keep"), Kind: "primary"}
	if one.Get("term") != "" {
		b.form.Title, b.form.Hidden = p.T("roster.term.edit"), [][2]string{{"term", one.Get("term")}}
	}
	v.Forms = []formView{end.form, b.form}
	v.Page.Problem = len(errs) > 0
	return web.Render(w, r, status, wholePage(v))
}

// preview lists what the end of a term would end, with the button that does it.
func (h *Pages) preview(r *http.Request, k *directory.Organisation, ending url.Values) (section, map[string]string, error) {
	p := text(r)
	on, err := clock.ParseDate(ending.Get("day"))
	if err != nil {
		return section{}, map[string]string{"day": p.T("directory.err.date")}, nil
	}
	list, err := h.Service.TermPosts(r.Context(), directory.TermEnd{Committee: k.ID, Term: id(ending.Get("end")), Day: on})
	if fields := web.FieldErrors(r, err); fields != nil {
		return section{}, fields, nil
	}
	if err != nil {
		return section{}, nil, err
	}
	snap, err := h.Service.Snapshot(r.Context())
	if err != nil {
		return section{}, nil, err
	}
	s := section{Title: p.T("roster.term.would", "n", len(list), "day", p.Date(on)), ID: "preview"}
	t := ui.TableView{Caption: s.Title, Stack: true, Columns: []ui.Column{{Label: p.T("directory.field.person")}, {Label: p.T("directory.field.organisation")}, {Label: p.T("directory.field.post")}, {Label: p.T("directory.field.from")}}}
	for _, x := range list {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: x.Name, Href: "/directory/people/" + x.Person.String()}, {Text: organisationText(p, snap, snap, x.Organisation)}, {Text: postText(p, x.Membership)}, {Text: day(p, x.Valid.From)}}})
	}
	s.Content = endPreview(t, "/directory/committees/"+k.ID.String()+"/term/end", [][2]string{{"end", ending.Get("end")}, {"day", on.String()}, {"expect", strconv.Itoa(len(list))}}, p.T("roster.term.end.do"))
	return s, nil, nil
}

// putTerm keeps a term, or leads to the preview of its end.
func (h *Pages) putTerm(w http.ResponseWriter, r *http.Request) error {
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	if form.Get("preview") != "" {
		return h.showTerm(w, r, http.StatusOK, nil, form, nil)
	}
	var c problem.Check
	number, err := strconv.Atoi(form.Get("number"))
	if err != nil {
		c.Add("number", "directory.err.term")
	}
	t := directory.Term{ID: id(form.Get("term")), Committee: u, Number: number, Valid: dates(form, &c)}
	if err = c.Err(); err == nil {
		_, err = h.Service.PutTerm(r.Context(), t)
	}
	return settle(w, r, err, func(errs map[string]string) error {
		return h.showTerm(w, r, http.StatusUnprocessableEntity, form, nil, errs)
	}, "/directory/committees/"+u.String()+"/term")
}

func (h *Pages) endTerm(w http.ResponseWriter, r *http.Request) error {
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	var c problem.Check
	on, err := clock.ParseDate(form.Get("day"))
	if err != nil {
		c.Add("day", "directory.err.date")
	}
	expect, err := strconv.Atoi(form.Get("expect"))
	if err != nil {
		expect = -1 // a number that never is: the list has to be seen first
	}
	if err = c.Err(); err == nil {
		_, err = h.Service.EndTerm(r.Context(), directory.TermEnd{Committee: u, Term: id(form.Get("end")), Day: on, Expect: expect})
	}
	return settle(w, r, err, func(errs map[string]string) error {
		return h.showTerm(w, r, http.StatusUnprocessableEntity, nil, form, errs)
	}, "/directory/committees/"+u.String())
}
