package gatheringweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/gathering"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

func (h *Pages) make(w http.ResponseWriter, r *http.Request) error {
	return h.keep(w, r, nil)
}

func (h *Pages) change(w http.ResponseWriter, r *http.Request) error {
	l, err := h.running(r)
	if err != nil {
		return err
	}
	return h.keep(w, r, &l.Gathering)
}

// keep makes a plan or changes one; "look" only shows what else is at that time.
func (h *Pages) keep(w http.ResponseWriter, r *http.Request, g *gathering.Gathering) error {
	typed, err := web.Form(r)
	if err != nil {
		return err
	}
	if g != nil {
		typed.Set("kind", g.Kind)
		typed.Set("holder", g.Holders[0].String())
	}
	plan, err := h.read(r.Context(), typed)
	if typed.Get("look") != "" && err == nil {
		return h.form(w, r, http.StatusOK, g, typed, nil, true)
	}
	if g != nil {
		plan.ID = g.ID
	}
	var made uuid.UUID
	if err == nil {
		made, err = h.Service.Plan(r.Context(), plan)
	}
	if errs := web.FieldErrors(r, renamed(err)); errs != nil {
		return h.form(w, r, http.StatusUnprocessableEntity, g, typed, errs, false)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "gatheringweb.kept")
	return web.Redirect(w, r, href(made))
}

// renamed gives refused fields of the service the names that they have on the form.
func renamed(err error) error {
	pr, ok := problem.Of(err)
	if !ok || pr.Kind != problem.Invalid {
		return err
	}
	out := *pr
	out.Fields = slices.Clone(pr.Fields)
	for i, f := range out.Fields {
		if to := map[string]string{"starts": "day", "ends": "to", "invitations": "people", "holders": "with"}[f.Name]; to != "" {
			out.Fields[i].Name = to
		}
	}
	return &out
}

// running reads the gathering of the address for somebody who runs it.
func (h *Pages) running(r *http.Request) (*gathering.Look, error) {
	u, err := pathID(r, "id")
	if err != nil {
		return nil, err
	}
	l, err := h.Service.Get(r.Context(), u)
	if err == nil && !l.Runs {
		err = problem.New(problem.Forbidden, "problem.forbidden")
	}
	return l, err
}

func (h *Pages) editForm(w http.ResponseWriter, r *http.Request) error {
	l, err := h.running(r)
	if err != nil {
		return err
	}
	g := l.Gathering
	if g.State != gathering.Planned && g.State != gathering.Published {
		return problem.New(problem.Conflict, "gathering.err.over")
	}
	typed := url.Values{"kind": {g.Kind}, "holder": {g.Holders[0].String()}, "title": {g.Title}, "place": {g.Place}, "body": {g.Body}, "day": {clock.DateOf(g.Starts).String()}, "from": {clockTime(g.Starts)},
		"to": {clockTime(g.Ends)}, "version": {strconv.Itoa(g.Version)}}
	if end := clock.DateOf(g.Ends); end != clock.DateOf(g.Starts) {
		typed.Set("end_day", end.String())
	}
	if g.Public {
		typed.Set("public", "1")
	}
	kind, err := h.kindOf(r.Context(), g.Holders, g.Kind)
	if err != nil {
		return err
	}
	for i, x := range kind.Fields {
		typed.Set(gathering.ExtraField(i), g.Extra[x.Name.ZH])
	}
	for _, x := range g.Holders[1:] {
		typed.Add("with", x.String())
	}
	for i, x := range l.Items {
		n := strconv.Itoa(i)
		typed.Set("item-"+n, x.Title)
		typed.Set("speaker-"+n, x.Speaker)
		if x.Minutes > 0 {
			typed.Set("minutes-"+n, strconv.Itoa(x.Minutes))
		}
		if x.Study {
			typed.Set("study-"+n, "1")
		}
	}
	var people []uuid.UUID
	for _, x := range l.Invitations {
		switch {
		case x.Person != uuid.Nil:
			people = append(people, x.Person)
		case slices.Contains(g.Holders, x.Organisation) && len(x.Posts) == 0:
			typed.Set("everybody", "1")
		case x.Organisation == g.Holders[0]:
			for _, post := range x.Posts {
				typed.Add("posts", string(post))
			}
		default:
			typed.Add("others", x.Organisation.String())
		}
	}
	names, err := h.Service.Names(r.Context(), g.Holders, people)
	if err != nil {
		return err
	}
	typed.Set("people", h.unique(r.Context(), g.Holders, names, people))
	return h.form(w, r, http.StatusOK, &g, typed, nil, false)
}

// unique writes names so that they can be read back: with the organisation behind a name that several people have.
func (h *Pages) unique(ctx context.Context, holders []uuid.UUID, names map[uuid.UUID]string, people []uuid.UUID) string {
	var list []string
	for _, u := range people {
		if names[u] != "" {
			list = append(list, names[u])
		}
	}
	snap, err := h.Directory.Snapshot(ctx)
	if err != nil {
		return strings.Join(list, "、")
	}
	found, err := h.Service.Named(ctx, holders, list)
	if err != nil {
		return strings.Join(list, "、")
	}
	var out []string
	for _, u := range people {
		n := names[u]
		if n == "" {
			continue
		}
		if len(found[n]) > 1 {
			for _, f := range found[n] {
				if f.Person == u {
					n += "（" + snap.OrganisationName(f.Organisation).ZH + "）"
					break
				}
			}
		}
		out = append(out, n)
	}
	return strings.Join(out, "、")
}

// conflicts says in words what else is at the time of a plan.
func (h *Pages) conflicts(ctx context.Context, snap *directory.Snapshot, plan gathering.Plan) (*conflictsView, error) {
	p := i18n.From(ctx)
	list, err := h.Service.Conflicts(ctx, plan)
	if err != nil {
		return nil, err
	}
	v := &conflictsView{None: len(list) == 0}
	for _, c := range list {
		n := ui.NoticeView{Tone: ui.Warn, Title: p.T("gatheringweb.conflict.other", "when", when(p, c.Gathering))}
		if c.Readable {
			n.Title = p.T("gatheringweb.conflict.title", "title", c.Gathering.Title, "when", when(p, c.Gathering))
			n.Links = []ui.Link{{Label: p.T("gatheringweb.conflict.open"), Href: href(c.Gathering.ID)}}
		}
		var parts []string
		if c.Place {
			parts = append(parts, p.T("gatheringweb.conflict.place", "place", plan.Place))
		}
		if c.Count > 0 {
			var names []string
			for _, x := range c.People {
				names = append(names, x.Name)
			}
			t := p.N("gatheringweb.conflict.people", c.Count, "names", strings.Join(names, p.T("gatheringweb.comma")))
			if c.Count > len(c.People) {
				t += p.T("gatheringweb.conflict.more")
			}
			parts = append(parts, t)
		}
		n.Text = strings.Join(parts, " ")
		v.List = append(v.List, n)
	}
	return v, nil
}

// kindRules says in words what a kind asks for.
func kindRules(p *i18n.Printer, k gathering.Kind) []string {
	var out []string
	for key, on := range map[string]bool{"1.study": k.StudyFirst, "2.leaders": k.Leaders, "3.minutes": k.Minutes, "4.makeup": k.MakeUp} {
		if on {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	for i, key := range out {
		out[i] = p.T("gatheringweb.rule." + key[2:])
	}
	if k.CountsAs != "" {
		out = append(out, p.T("gatheringweb.rule.counts", "as", p.T("gathering.counts."+string(k.CountsAs))))
	}
	return out
}
