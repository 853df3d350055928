package gatheringweb

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/gathering"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

type chooseView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Holder  *ui.ChoiceView // who holds it, when there is a choice
	Kinds   []ui.ItemView
	Nothing ui.EmptyView
}

type formView struct {
	Page      ui.PageView
	Head      ui.HeadView
	Action    string
	Back      string
	Version   string
	Kind      string
	Facts     []ui.Fact
	Rules     []string // what this kind asks for
	Errors    []ui.ErrorView
	Conflicts *conflictsView
	Title     ui.FieldView
	Day       ui.FieldView
	From, To  ui.FieldView
	EndDay    ui.FieldView
	Place     ui.FieldView
	Body      ui.FieldView
	Extra     []ui.FieldView
	Items     []itemRow
	ItemsErr  string
	Everybody ui.TickView
	Posts     ui.ChoiceView
	Others    ui.ChoiceView
	OthersOn  bool
	People    ui.FieldView
	With      ui.ChoiceView
	WithOn    bool
	Public    ui.TickView
	Published bool
}

type itemRow struct {
	N                       string
	Title, Speaker, Minutes string
	Study                   bool
	Last                    bool
}

type conflictsView struct {
	None bool
	List []ui.NoticeView
}

// newForm asks who holds it, then for its kind, then for the rest; each answer stands in the address.
func (h *Pages) newForm(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	snap, err := h.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	run, err := h.holdable(ctx, snap)
	if err != nil {
		return err
	}
	if len(run) == 0 {
		return problem.New(problem.Forbidden, "gatheringweb.err.runs-nothing")
	}
	first := snap.Organisation(id(q.Get("holder")))
	if first == nil && len(run) == 1 {
		first = run[0]
	}
	if first == nil || q.Get("kind") == "" {
		return h.choose(w, r, snap, run, first)
	}
	committee := uuid.Nil
	if k := snap.CommitteeFor(first.ID); k != nil {
		committee = k.ID
	}
	kind, ok, err := h.Service.Kind(ctx, committee, q.Get("kind"))
	if err != nil {
		return err
	}
	if !ok || !kind.MayHold(first.Kind) || kind.Off {
		return h.choose(w, r, snap, run, first)
	}
	day, err := clock.ParseDate(q.Get("day"))
	if err != nil {
		day = clock.Today(h.Clock).AddDays(7)
	}
	ends := day.Start().Add(9*time.Hour + time.Duration(max(kind.Hours, 1))*time.Hour)
	typed := url.Values{"kind": {kind.Key}, "holder": {first.ID.String()}, "day": {day.String()}, "from": {"09:00"}, "to": {clockTime(ends)}, "everybody": {"1"}, "title": {q.Get("title")}}
	for i, line := range kind.Agenda {
		n := strconv.Itoa(i)
		typed.Set("item-"+n, line)
		if i == 0 && (kind.StudyFirst || strings.HasPrefix(line, "学习") || line == "领学") {
			typed.Set("study-"+n, "1")
		}
	}
	return h.form(w, r, http.StatusOK, nil, typed, nil, false)
}

func clockTime(t time.Time) string { return t.In(clock.Location()).Format("15:04") }

// choose asks who holds the gathering and what kind it is.
func (h *Pages) choose(w http.ResponseWriter, r *http.Request, snap *directory.Snapshot, run []*directory.Organisation, first *directory.Organisation) error {
	p, ctx, q := text(r), r.Context(), r.URL.Query()
	v := chooseView{Page: h.frame(w, r, p.T("gatheringweb.new"))}
	v.Page.Wide = false
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("gatheringweb.title"), Href: "/gatherings"}, {Label: p.T("gatheringweb.new")}}, Title: p.T("gatheringweb.new"), Lead: p.T("gatheringweb.new.lead")}
	if len(run) > 1 {
		chosen := ""
		if first != nil {
			chosen = first.ID.String()
		}
		v.Holder = &ui.ChoiceView{FieldView: ui.FieldView{Name: "holder", Label: p.T("gatheringweb.field.holder"), Required: true}, Empty: p.T("gatheringweb.choose"), Options: options(p, run, []string{chosen})}
	}
	if first == nil {
		return web.Render(w, r, http.StatusOK, choosePage(v))
	}
	k := snap.CommitteeFor(first.ID)
	if k == nil {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	kinds, err := h.Service.Kinds(ctx, k.ID)
	if err != nil {
		return err
	}
	for _, x := range kinds {
		if x.Off || !x.MayHold(first.Kind) {
			continue
		}
		to := url.Values{"holder": {first.ID.String()}, "kind": {x.Key}}
		for _, name := range []string{"day", "title"} {
			if q.Get(name) != "" {
				to.Set(name, q.Get(name))
			}
		}
		item := ui.ItemView{Href: "/gatherings/new?" + to.Encode(), Title: ui.Plain(p.Name(x.Name))}
		for _, rule := range kindRules(p, x) {
			item.Meta = append(item.Meta, ui.MetaView{Text: rule})
		}
		v.Kinds = append(v.Kinds, item)
	}
	v.Nothing = ui.EmptyView{Icon: "info", Title: p.T("gatheringweb.new.no-kind"), Text: p.T("gatheringweb.new.no-kind.text")}
	return web.Render(w, r, http.StatusOK, choosePage(v))
}

// form shows a plan to be made or changed.
func (h *Pages) form(w http.ResponseWriter, r *http.Request, status int, g *gathering.Gathering, typed url.Values, errs map[string]string, look bool) error {
	p, ctx := text(r), r.Context()
	snap, err := h.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	run, err := h.holdable(ctx, snap)
	if err != nil {
		return err
	}
	first := snap.Organisation(id(typed.Get("holder")))
	if first == nil {
		return problem.On("holder", "gathering.err.holder")
	}
	committee := snap.CommitteeFor(first.ID)
	if committee == nil {
		return problem.On("holder", "gathering.err.holder")
	}
	kind, _, err := h.Service.Kind(ctx, committee.ID, typed.Get("kind"))
	if err != nil {
		return err
	}
	title, action, back := p.T("gatheringweb.new.of", "kind", p.Name(kind.Name)), "/gatherings/new", "/gatherings"
	crumbs := []ui.Link{{Label: p.T("gatheringweb.title"), Href: "/gatherings"}}
	if g != nil {
		title, back = p.T("gatheringweb.edit"), href(g.ID)
		action = back + "/edit"
		crumbs = append(crumbs, ui.Link{Label: g.Title, Href: back})
	}
	v := formView{Page: h.frame(w, r, title), Action: action, Back: back, Version: typed.Get("version"), Kind: typed.Get("kind"), Rules: kindRules(p, kind), Published: g != nil && g.State == gathering.Published}
	v.Page.Wide, v.Page.Problem = false, len(errs) > 0
	v.Head = ui.HeadView{Crumbs: append(crumbs, ui.Link{Label: title}), Title: title}
	v.Facts = []ui.Fact{{Term: p.T("gatheringweb.kind"), Text: p.Name(kind.Name)}, {Term: p.T("gatheringweb.holder"), Text: p.Name(first.Name)}}
	f := fields{p: p, typed: typed, errs: errs, errors: &v.Errors}
	v.Title, v.Day, v.From, v.To, v.EndDay = f.field("title", true), f.field("day", true), f.field("from", true), f.field("to", true), f.field("end_day", false)
	v.Title.Max, v.From.Type, v.To.Type, v.From.Width, v.To.Width = 120, "time", "time", "s", "s"
	v.Place, v.Body = f.field("place", kind.Place), f.field("body", false)
	v.Place.Max, v.Body.Max, v.Body.Rows = 120, 5000, 4
	for i, x := range kind.Fields {
		e := f.field(gathering.ExtraField(i), x.Required)
		e.Label, e.Hint, e.Max = p.Name(x.Name), "", 500
		v.Extra = append(v.Extra, e)
	}
	for i := range max(6, itemCount(typed)+2) {
		n := strconv.Itoa(i)
		v.Items = append(v.Items, itemRow{N: n, Title: typed.Get("item-" + n), Speaker: typed.Get("speaker-" + n), Minutes: typed.Get("minutes-" + n), Study: typed.Get("study-"+n) != ""})
	}
	if v.ItemsErr = cmp.Or(errs["items"], errs["kind"]); v.ItemsErr != "" {
		v.Errors = append(v.Errors, ui.ErrorView{Field: "item-0", Text: v.ItemsErr})
	}
	h.invitees(&v, f, snap, run, first, kind, committee)
	for name, e := range errs { // whatever belongs to no field of this form is still said
		if !slices.Contains([]string{"title", "day", "from", "to", "end_day", "place", "body", "items", "kind", "people", "posts", "others", "with"}, name) && !strings.HasPrefix(name, "extra-") {
			v.Errors = append(v.Errors, ui.ErrorView{Text: e})
		}
	}
	if look {
		plan, err := h.read(ctx, typed)
		if err == nil {
			if v.Conflicts, err = h.conflicts(ctx, snap, plan); err != nil {
				return err
			}
		}
	}
	return web.Render(w, r, status, formPage(v))
}

// invitees fills in who is invited and who else holds it.
func (h *Pages) invitees(v *formView, f fields, snap *directory.Snapshot, run []*directory.Organisation, first *directory.Organisation, kind gathering.Kind, committee *directory.Organisation) {
	p, typed := f.p, f.typed
	v.Everybody = ui.TickView{Name: "everybody", Label: p.T("gatheringweb.field.everybody", "name", first.Name), Hint: p.T("gatheringweb.hint.everybody"), Checked: typed.Get("everybody") != ""}
	v.Posts = ui.ChoiceView{FieldView: f.field("posts", false)}
	for _, post := range first.Kind.Posts() {
		v.Posts.Options = append(v.Posts.Options, ui.Option{Value: string(post), Label: p.T("directory.post." + string(post)), Selected: slices.Contains(typed["posts"], string(post))})
	}
	var others, with []*directory.Organisation
	for _, o := range run {
		if k := snap.CommitteeFor(o.ID); k == nil || k.ID != committee.ID || o.ID == first.ID {
			continue
		}
		others = append(others, o)
		if kind.MayHold(o.Kind) {
			with = append(with, o)
		}
	}
	v.Others = ui.ChoiceView{FieldView: f.field("others", false), Options: options(p, others, typed["others"])}
	v.With = ui.ChoiceView{FieldView: f.field("with", false), Options: options(p, with, typed["with"])}
	v.OthersOn, v.WithOn = len(typed["others"]) > 0, len(typed["with"]) > 0
	v.People = f.field("people", false)
	v.People.Rows = 2
	v.Public = ui.TickView{Name: "public", Label: p.T("gatheringweb.field.public"), Hint: p.T("gatheringweb.hint.public"), Checked: typed.Get("public") != ""}
}

func itemCount(typed url.Values) int {
	n := 0
	for i := range 70 {
		if s := strconv.Itoa(i); typed.Get("item-"+s)+typed.Get("speaker-"+s) != "" {
			n = i + 1
		}
	}
	return n
}

// read makes a plan of what was typed. Errors: Invalid with the fields as this form calls them.
func (h *Pages) read(ctx context.Context, typed url.Values) (gathering.Plan, error) {
	var c problem.Check
	pl := gathering.Plan{Kind: typed.Get("kind"), Title: typed.Get("title"), Place: typed.Get("place"), Body: typed.Get("body"), Public: typed.Get("public") != ""}
	pl.Version, _ = strconv.Atoi(typed.Get("version")) // a wrong one is a stale one
	pl.Starts = instant(&c, typed.Get("day"), typed.Get("from"), "day", "from")
	pl.Ends = instant(&c, cmp.Or(typed.Get("end_day"), typed.Get("day")), typed.Get("to"), "end_day", "to")
	for _, u := range append([]string{typed.Get("holder")}, typed["with"]...) {
		if x := id(u); x != uuid.Nil {
			pl.Holders = append(pl.Holders, x)
		}
	}
	if err := h.extra(ctx, &pl, typed); err != nil {
		return pl, err
	}
	for i := range itemCount(typed) {
		n := strconv.Itoa(i)
		x := gathering.Item{Title: typed.Get("item-" + n), Speaker: typed.Get("speaker-" + n), Study: typed.Get("study-"+n) != ""}
		if m := strings.TrimSpace(typed.Get("minutes-" + n)); m != "" {
			var err error
			if x.Minutes, err = strconv.Atoi(m); err != nil {
				c.Add("items", "gathering.err.item-minutes")
			}
		}
		pl.Items = append(pl.Items, x)
	}
	if typed.Get("everybody") != "" {
		for _, x := range pl.Holders {
			pl.Invitations = append(pl.Invitations, gathering.Invitation{Organisation: x})
		}
	} else if len(typed["posts"]) > 0 && len(pl.Holders) > 0 {
		x := gathering.Invitation{Organisation: pl.Holders[0]}
		for _, post := range typed["posts"] {
			x.Posts = append(x.Posts, directory.Post(post))
		}
		pl.Invitations = append(pl.Invitations, x)
	}
	for _, u := range typed["others"] {
		if x := id(u); x != uuid.Nil {
			pl.Invitations = append(pl.Invitations, gathering.Invitation{Organisation: x})
		}
	}
	if err := h.named(ctx, &c, &pl, typed.Get("people")); err != nil {
		return pl, err
	}
	return pl, c.Err()
}

// instant reads a day and a time of day in China.
func instant(c *problem.Check, day, at, dayField, atField string) time.Time {
	d, err := clock.ParseDate(day)
	if err != nil {
		c.Add(dayField, "gatheringweb.err.day")
		return time.Time{}
	}
	t, err := time.Parse("15:04", strings.TrimSpace(at))
	if err != nil {
		c.Add(atField, "gatheringweb.err.time")
		return time.Time{}
	}
	return d.Start().Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
}

// named finds the people whose names were typed; several of one name, and nobody, are asked about.
func (h *Pages) named(ctx context.Context, c *problem.Check, pl *gathering.Plan, typed string) error {
	names := splitNames(typed)
	if len(names) == 0 || len(pl.Holders) == 0 {
		return nil
	}
	found, err := h.Service.Named(ctx, pl.Holders, names)
	if err != nil {
		return err
	}
	for _, n := range names {
		switch list := found[n]; len(list) {
		case 0:
			c.Add("people", "gatheringweb.err.nobody", "name", n)
		case 1:
			pl.Invitations = append(pl.Invitations, gathering.Invitation{Person: list[0].Person})
		default:
			c.Add("people", "gatheringweb.err.several", "name", n, "n", len(list))
		}
	}
	return nil
}

// splitNames cuts a list of names at line ends, commas and enumeration marks, outside brackets.
func splitNames(typed string) []string {
	var out []string
	for s := range strings.FieldsFuncSeq(typed, func(r rune) bool { return strings.ContainsRune("\n\r,，、;；\t", r) }) {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) && len(out) < 200 {
			out = append(out, s)
		}
	}
	return out
}

// extra reads what the kind asks for.
func (h *Pages) extra(ctx context.Context, pl *gathering.Plan, typed url.Values) error {
	kind, err := h.kindOf(ctx, pl.Holders, pl.Kind)
	if err != nil {
		return err
	}
	pl.Extra = map[string]string{}
	for i, x := range kind.Fields {
		pl.Extra[x.Name.ZH] = typed.Get(gathering.ExtraField(i))
	}
	return nil
}

// kindOf is the kind of a gathering that somebody holds; an unknown one has no fields.
func (h *Pages) kindOf(ctx context.Context, holders []uuid.UUID, key string) (gathering.Kind, error) {
	if len(holders) == 0 {
		return gathering.Kind{}, nil
	}
	snap, err := h.Directory.Snapshot(ctx)
	if err != nil {
		return gathering.Kind{}, err
	}
	k := snap.CommitteeFor(holders[0])
	if k == nil {
		return gathering.Kind{}, nil
	}
	kind, _, err := h.Service.Kind(ctx, k.ID, key)
	return kind, err
}
