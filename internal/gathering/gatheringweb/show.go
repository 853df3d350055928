package gatheringweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"xieshang/internal/gathering"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"
)

type showView struct {
	Page      ui.PageView
	Head      ui.HeadView
	Stages    []ui.StageView
	Note      *ui.NoticeView // cancelled, or what is refused
	Errors    []ui.ErrorView
	Main      *actionView // the next step
	Links     []ui.ButtonView
	Facts     []ui.Fact
	Body      []string
	Items     []agendaLine
	Mine      *mineView
	Conflicts *conflictsView
	Tiles     []ui.TileView
	People    ui.TableView
	Leaves    []leaveView
	Minutes   minutesView
	Decisions []decisionView
	Decide    *decideView
	Files     filesView
	More      []actionView // further steps, with a reason
}

type actionView struct {
	Action string
	Label  string
	Hint   string
	Kind   string
	Reason *ui.FieldView
	Title  string
	Errors []ui.ErrorView
}

type agendaLine struct {
	Title, Speaker, Minutes string
	Study                   bool
}

type mineView struct {
	Text    string
	Badge   ui.BadgeView
	Action  string // of the answer; empty when it cannot be given any more
	Coming  bool
	Reason  ui.FieldView
	Errors  []ui.ErrorView
	SignIn  string
	Refused string
}

type leaveView struct {
	Name, Reason, Action, Person string
}

type minutesView struct {
	Lines  []string
	Shown  string
	Action string
	Text   ui.FieldView
	Share  ui.TickView
	Errors []ui.ErrorView
	Any    bool // the section is shown
	None   string
	Ver    string
}

type decisionView struct {
	Text, Owner, Done string
	Badge             ui.BadgeView
	Action            string
	Note              ui.FieldView
	Errors            []ui.ErrorView
	Drop              bool
}

type decideView struct {
	Action string
	Text   ui.FieldView
	Owner  ui.FieldView
	Due    ui.FieldView
	Names  []string
	Errors []ui.ErrorView
}

type filesView struct {
	Photos []ui.PhotoView
	Files  []fileLine
	Action string
	Error  string
	Any    bool
}

type fileLine struct {
	ui.FileView
	Remove string
}

// refusedForm is a form of this page that came back, with what was typed.
type refusedForm struct {
	name  string
	typed url.Values
	errs  map[string]string
}

func (f refusedForm) of(name string) (url.Values, map[string]string) {
	if f.name != name {
		return url.Values{}, nil
	}
	return f.typed, f.errs
}

func (h *Pages) show(w http.ResponseWriter, r *http.Request) error {
	return h.render(w, r, http.StatusOK, refusedForm{})
}

func (h *Pages) render(w http.ResponseWriter, r *http.Request, status int, back refusedForm) error {
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	p, ctx := text(r), r.Context()
	l, err := h.Service.Get(ctx, u)
	if err != nil {
		return err
	}
	snap, err := h.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	g := l.Gathering
	kind, _, err := h.Service.Kind(asPlatform(ctx), g.Committee, g.Kind)
	if err != nil {
		return err
	}
	v := showView{Page: h.frame(w, r, g.Title), Stages: stages(p, g)}
	v.Page.Problem = back.name != ""
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("gatheringweb.title"), Href: "/gatherings"}, {Label: g.Title}}, Kicker: p.Name(kind.Name), Title: g.Title, Badges: []ui.BadgeView{stateBadge(p, g.State)}}
	if len(g.Holders) > 1 {
		v.Head.Badges = append(v.Head.Badges, ui.BadgeView{Label: p.T("gatheringweb.joint"), Tone: ui.Info, Icon: "users"})
	}
	v.Facts = []ui.Fact{{Term: p.T("gatheringweb.time"), Text: when(p, g)}, {Term: p.T("gatheringweb.place"), Text: orNone(p, g.Place)}, {Term: p.T("gatheringweb.holders"), Text: holders(p, snap, g.Holders)}}
	for _, x := range kind.Fields {
		if text := g.Extra[x.Name.ZH]; text != "" {
			v.Facts = append(v.Facts, ui.Fact{Term: p.Name(x.Name), Text: text})
		}
	}
	if g.State == gathering.Cancelled {
		v.Note = &ui.NoticeView{Tone: ui.Late, Title: p.T("gatheringweb.cancelled"), Text: g.Reason}
	}
	v.Body = lines(g.Body)
	for _, x := range l.Items {
		line := agendaLine{Title: x.Title, Speaker: x.Speaker, Study: x.Study}
		if x.Minutes > 0 {
			line.Minutes = p.N("gatheringweb.minutes", x.Minutes)
		}
		v.Items = append(v.Items, line)
	}
	h.actions(p, l, back, &v)
	h.mine(p, l, back, &v)
	if l.Named {
		v.Tiles = tiles(p, l.Counts, g.State)
		v.People, v.Leaves = people(p, l), leaves(p, l)
	}
	if l.Runs && (g.State == gathering.Planned || g.State == gathering.Published) {
		c, err := h.conflicts(ctx, snap, planOf(l))
		if err != nil {
			return err
		}
		if !c.None {
			v.Conflicts = c
		}
	}
	h.record(p, l, kind, back, &v)
	return web.Render(w, r, status, showPage(v))
}

func orNone(p *i18n.Printer, s string) string {
	if s == "" {
		return p.T("gatheringweb.not-said")
	}
	return s
}

func planOf(l *gathering.Look) gathering.Plan {
	g := l.Gathering
	return gathering.Plan{ID: g.ID, Kind: g.Kind, Holders: g.Holders, Title: g.Title, Place: g.Place, Starts: g.Starts, Ends: g.Ends, Invitations: l.Invitations}
}

// stages is the life in one row.
func stages(p *i18n.Printer, g gathering.Gathering) []ui.StageView {
	if g.State == gathering.Cancelled {
		return nil
	}
	order := []wf.State{gathering.Planned, gathering.Published, gathering.Open, gathering.Held, gathering.Closed}
	at := slices.Index(order, g.State)
	var out []ui.StageView
	for i, s := range order {
		st := ui.StageView{Label: p.T("gatheringweb.stage." + string(s)), State: ui.Todo}
		switch {
		case i < at || g.State == gathering.Closed:
			st.State = ui.Done
		case i == at:
			st.State = ui.Now
		}
		out = append(out, st)
	}
	return out
}

// actions fills in the next step, the pages that belong to it, and further steps.
func (h *Pages) actions(p *i18n.Printer, l *gathering.Look, back refusedForm, v *showView) {
	g := l.Gathering
	to := href(g.ID)
	for _, t := range l.Actions {
		a := actionView{Action: to + "/actions/" + string(t.Action), Label: p.T("gathering.action." + string(t.Action)), Kind: "primary"}
		if key := "gatheringweb.action-hint." + string(t.Action); p.Has(key) {
			a.Hint = p.T(key)
		}
		typed, errs := back.of("action-" + string(t.Action))
		for name, e := range errs {
			field := map[string]string{"items": "agenda", "place": "facts", "minutes": "minutes", "invitations": "people"}[name]
			v.Errors = append(v.Errors, ui.ErrorView{Field: field, Text: e})
		}
		if t.Reasoned() {
			f := fields{p: p, typed: typed, errs: errs, errors: &a.Errors, prefix: string(t.Action) + "-"}
			reason := f.field("reason", true)
			reason.Rows, reason.Max = 2, 500
			a.Reason, a.Title, a.Kind = &reason, a.Label, "secondary"
			if t.Grave {
				a.Kind = "danger"
			}
			v.More = append(v.More, a)
			continue
		}
		// A gathering that was announced may be opened for sign-in or ended at once; the main one is the first.
		if v.Main == nil {
			v.Main = &a
		} else {
			a.Kind = "secondary"
			v.More = append(v.More, a)
		}
	}
	if !l.Runs {
		return
	}
	add := func(key, at, icon string) {
		v.Links = append(v.Links, ui.ButtonView{Label: p.T(key), Href: to + at, Icon: icon})
	}
	if g.State == gathering.Planned || g.State == gathering.Published {
		add("gatheringweb.edit", "/edit", "pen")
	}
	if g.State == gathering.Published || g.State == gathering.Open {
		add("gatheringweb.screen", "/screen", "eye")
	}
	if g.State == gathering.Open || g.State == gathering.Held {
		add("gatheringweb.roll", "/roll", "list")
		add("gatheringweb.door", "/door", "users") // what phones kept comes afterwards, too
	}
}

// mine fills in the reader's own part.
func (h *Pages) mine(p *i18n.Printer, l *gathering.Look, back refusedForm, v *showView) {
	if l.Mine == nil {
		return
	}
	g, m := l.Gathering, l.Mine
	typed, errs := back.of("answer")
	out := &mineView{}
	over := g.State == gathering.Held || g.State == gathering.Closed
	switch {
	case m.Presence != gathering.Unknown || over:
		out.Badge = presenceBadge(p, m.Presence)
		out.Text = p.T("gatheringweb.mine.recorded")
		if m.Presence == gathering.Unknown {
			out.Text = p.T("gatheringweb.mine.not-recorded")
		} else if m.Presence.There() {
			out.Text = p.T("gatheringweb.mine.there", "at", p.DateTime(m.At))
		} else if m.Note != "" {
			out.Text = m.Note
		}
	default:
		out.Badge = answerBadge(p, m.Answer, m.Granted)
		out.Text = p.T("gatheringweb.mine.asked")
		if m.Answer == gathering.Coming {
			out.Text = p.T("gatheringweb.mine.coming")
		} else if m.Answer == gathering.Leave {
			out.Text = p.T("gatheringweb.mine.leave", "reason", m.Reason)
		}
	}
	if g.State == gathering.Open && !m.Presence.There() {
		out.SignIn = "/gatherings/sign-in"
	}
	if (g.State == gathering.Published || g.State == gathering.Open) && m.Presence == gathering.Unknown && !m.Guest {
		out.Action = href(g.ID) + "/answer"
		out.Coming = m.Answer != gathering.Coming
		f := fields{p: p, typed: typed, errs: errs, errors: &out.Errors, prefix: "answer-"}
		out.Reason = f.field("leave_reason", true)
		if errs["reason"] != "" {
			out.Reason.Error = errs["reason"]
			out.Errors = append(out.Errors, ui.ErrorView{Field: out.Reason.ID, Text: errs["reason"]})
		}
		if typed.Get("leave_reason") == "" && m.Answer == gathering.Leave {
			out.Reason.Value = m.Reason
		}
		out.Reason.Max = 500
	}
	v.Mine = out
}

func tiles(p *i18n.Printer, c gathering.Counts, s wf.State) []ui.TileView {
	t := func(key string, n int, tone ui.Tone) ui.TileView {
		return ui.TileView{Label: p.T("gatheringweb.count." + key), Value: p.Int(n), Tone: tone}
	}
	if s == gathering.Planned || s == gathering.Published || s == gathering.Cancelled {
		return []ui.TileView{t("invited", c.Invited, ""), t("coming", c.Coming, ui.OK), t("leave", c.Leave, ""), t("silent", c.Invited-c.Coming-c.Leave, "")}
	}
	out := []ui.TileView{t("invited", c.Invited, ""), t("there", c.There(), ui.OK), t("on-leave", max(c.OnLeave, 0), ""), t("absent", c.Absent, "")}
	if c.MadeUp > 0 {
		out = append(out, t("made-up", c.MadeUp, ""))
	}
	return out
}

const peopleShown = 200

// people is who is invited, by name; the roll has all of them when there are very many.
func people(p *i18n.Printer, l *gathering.Look) ui.TableView {
	v := ui.TableView{ID: "people-table", Caption: p.T("gatheringweb.people"), Stack: true, Columns: []ui.Column{{Label: p.T("gatheringweb.name")}, {Label: p.T("gatheringweb.answer")}, {Label: p.T("gatheringweb.presence")}}}
	for i, x := range l.People {
		if i == peopleShown {
			break
		}
		answer := ui.Cell{Content: ui.Badge(answerBadge(p, x.Answer, x.Granted))}
		if x.Guest {
			answer = ui.Cell{Text: p.T("gatheringweb.guest")}
		}
		name := ui.Cell{Text: x.Name}
		if x.Answer == gathering.Leave {
			name.Sub = x.Reason
		} else if x.Note != "" {
			name.Sub = x.Note
		}
		v.Rows = append(v.Rows, ui.Row{Cells: []ui.Cell{name, answer, {Content: ui.Badge(presenceBadge(p, x.Presence))}}})
	}
	return v
}

// leaves are those that somebody has to answer.
func leaves(p *i18n.Printer, l *gathering.Look) []leaveView {
	if !l.Runs || l.Gathering.State == gathering.Closed || l.Gathering.State == gathering.Cancelled {
		return nil
	}
	var out []leaveView
	for _, x := range l.People {
		if x.Answer == gathering.Leave && x.Granted == gathering.Undecided {
			out = append(out, leaveView{Name: x.Name, Reason: x.Reason, Action: href(l.Gathering.ID) + "/leave", Person: x.Person.String()})
		}
	}
	return out
}

// record fills in minutes, decisions and files.
func (h *Pages) record(p *i18n.Printer, l *gathering.Look, kind gathering.Kind, back refusedForm, v *showView) {
	g := l.Gathering
	writable := l.Runs && (g.State == gathering.Open || g.State == gathering.Held)
	to := href(g.ID)
	m := minutesView{Any: writable || l.Minutes && (g.Minutes != "" || g.State == gathering.Held || g.State == gathering.Closed), Lines: lines(g.Minutes), None: p.T("gatheringweb.minutes.none"), Ver: strconv.Itoa(g.Version)}
	if kind.Minutes {
		m.None = p.T("gatheringweb.minutes.needed")
	}
	if l.Named && g.Minutes != "" {
		m.Shown = p.T("gatheringweb.minutes.kept-back")
		if g.Shown {
			m.Shown = p.T("gatheringweb.minutes.shared")
		}
	}
	if writable {
		typed, errs := back.of("minutes")
		f := fields{p: p, typed: typed, errs: errs, errors: &m.Errors}
		m.Action, m.Text = to+"/minutes", f.field("minutes", kind.Minutes)
		m.Text.ID, m.Text.Rows, m.Text.Max = "minutes-text", 10, 50_000
		if back.name != "minutes" {
			m.Text.Value = g.Minutes
		}
		m.Share = ui.TickView{Name: "shown", Label: p.T("gatheringweb.field.shown"), Checked: g.Shown || typed.Get("shown") != ""}
	}
	v.Minutes = m
	for _, d := range l.Decisions {
		x := decisionView{Text: d.Text, Owner: d.OwnerName, Badge: h.dueBadge(p, d)}
		switch {
		case !d.Done.IsZero():
			x.Done = p.T("gatheringweb.decision.done-note", "at", p.DateTime(d.Done), "note", d.DoneNote)
		case !d.Dropped.IsZero():
			x.Done = p.T("gatheringweb.decision.dropped-note", "reason", d.Reason)
		}
		if d.Open() && (l.Runs || l.Mine != nil && d.Owner == l.Mine.Person || ownDecision(l, d)) {
			typed, errs := back.of("decision-" + d.ID.String())
			f := fields{p: p, typed: typed, errs: errs, errors: &x.Errors, prefix: "d" + d.ID.String() + "-"}
			x.Action, x.Note, x.Drop = to+"/decisions/"+d.ID.String(), f.field("note", true), l.Runs
		}
		v.Decisions = append(v.Decisions, x)
	}
	if writable {
		typed, errs := back.of("decide")
		d := &decideView{Action: to + "/decisions"}
		f := fields{p: p, typed: typed, errs: errs, errors: &d.Errors, prefix: "decide-"}
		d.Text, d.Owner, d.Due = f.field("text", true), f.field("owner", true), f.field("due", true)
		d.Text.Rows, d.Text.Max = 2, 5000
		d.Owner.Attrs = map[string]any{"list": "decide-names"}
		for _, x := range l.People[:min(len(l.People), 500)] {
			if !slices.Contains(d.Names, x.Name) {
				d.Names = append(d.Names, x.Name)
			}
		}
		v.Decide = d
	}
	h.filesOf(p, l, back, v)
}

// ownDecision: who may read none of it but a decision is its owner; the service leaves out every other.
func ownDecision(l *gathering.Look, _ gathering.Decision) bool { return !l.Named && !l.Minutes }

func (h *Pages) filesOf(p *i18n.Printer, l *gathering.Look, back refusedForm, v *showView) {
	g := l.Gathering
	open := l.Runs && g.State != gathering.Closed && g.State != gathering.Cancelled
	f := filesView{Any: open || len(l.Files) > 0}
	if open {
		f.Action = href(g.ID) + "/files"
	}
	if _, errs := back.of("files"); errs != nil {
		for _, e := range errs {
			f.Error = strings.TrimSpace(f.Error + " " + e)
		}
	}
	for _, x := range l.Files {
		at := href(g.ID) + "/files/" + x.ID.String()
		line := fileLine{FileView: ui.FileView{Name: x.Name, Href: at, Size: size(x.Size)}}
		if open {
			line.Remove = at + "/remove"
		}
		if x.Thumb != "" {
			f.Photos = append(f.Photos, ui.PhotoView{Href: at, Thumb: at + "?size=thumb", Alt: x.Name})
		}
		if x.Thumb == "" || open {
			f.Files = append(f.Files, line)
		}
	}
	v.Files = f
}

func size(n int64) string {
	if n < 1<<20 {
		return strconv.FormatInt(max(n>>10, 1), 10) + " kB"
	}
	return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
}
