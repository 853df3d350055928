package gatheringweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/gathering"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

type listView struct {
	Page      ui.PageView
	Head      ui.HeadView
	New       bool
	Coming    []ui.ItemView
	None      ui.EmptyView
	Past      []ui.ItemView
	Decisions []decisionItem
	Overdue   ui.TableView
	All       bool // the list of those who run or read
	Filters   ui.FiltersView
	Text      ui.FieldView
	Kind      ui.ChoiceView
	State     ui.ChoiceView
	Holder    ui.ChoiceView
	From, To  ui.FieldView
	Table     ui.TableView
	Nothing   string
	Pager     ui.PagerView
}

type decisionItem struct {
	ui.ItemView
	Action string
	Note   ui.FieldView
}

// list is one's own gatherings first, what is to be carried out, and for those who run or read gatherings all of them.
func (h *Pages) list(w http.ResponseWriter, r *http.Request) error {
	p, ctx := text(r), r.Context()
	snap, err := h.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	v := listView{Page: h.frame(w, r, p.T("gatheringweb.title"))}
	v.Head = ui.HeadView{Title: p.T("gatheringweb.title"), Lead: p.T("gatheringweb.lead")}
	kind := h.kindName(ctx, p)
	now := h.Clock.Now()
	coming, err := h.Service.Mine(ctx, now, false)
	if err != nil {
		return err
	}
	for _, o := range coming {
		v.Coming = append(v.Coming, h.item(p, snap, kind, o))
	}
	past, err := h.Service.Mine(ctx, now, true)
	if err != nil {
		return err
	}
	for _, o := range past[:min(len(past), 20)] {
		v.Past = append(v.Past, h.item(p, snap, kind, o))
	}
	v.None = ui.EmptyView{Icon: "check-circle", Title: p.T("gatheringweb.mine.none"), Text: p.T("gatheringweb.mine.none.text")}
	mine, err := h.Service.MyDecisions(ctx)
	if err != nil {
		return err
	}
	for _, d := range mine {
		v.Decisions = append(v.Decisions, h.decisionItem(p, d))
	}
	run, err := h.holdable(ctx, snap)
	if err != nil {
		return err
	}
	v.New = len(run) > 0
	v.All = v.New || authz.From(ctx).Holds(authz.Leader, authz.Admin)
	if v.All {
		if err := h.all(r, p, snap, kind, run, &v); err != nil {
			return err
		}
	}
	return web.Render(w, r, http.StatusOK, listPage(v))
}

// item is one gathering in one's own list.
func (h *Pages) item(p *i18n.Printer, snap *directory.Snapshot, kind func(uuid.UUID, string) string, o gathering.Own) ui.ItemView {
	g := o.Gathering
	v := ui.ItemView{Href: href(g.ID), Title: ui.Plain(g.Title)}
	switch {
	case g.State == gathering.Cancelled, g.State == gathering.Open && o.Presence == gathering.Unknown:
		v.Badges = append(v.Badges, stateBadge(p, g.State))
	case o.Presence != gathering.Unknown || g.State == gathering.Held || g.State == gathering.Closed:
		v.Badges = append(v.Badges, presenceBadge(p, o.Presence))
	default:
		v.Badges = append(v.Badges, answerBadge(p, o.Answer, o.Granted))
	}
	v.Meta = []ui.MetaView{{Icon: "clock", Text: when(p, g)}}
	if g.Place != "" {
		v.Meta = append(v.Meta, ui.MetaView{Icon: "pin", Text: g.Place})
	}
	v.Meta = append(v.Meta, ui.MetaView{Text: kind(g.Committee, g.Kind)}, ui.MetaView{Icon: "building", Text: holders(p, snap, g.Holders)})
	return v
}

func (h *Pages) decisionItem(p *i18n.Printer, d gathering.Decision) decisionItem {
	v := decisionItem{ItemView: ui.ItemView{Href: href(d.Gathering) + "#decisions", Title: ui.Plain(d.Text)}, Action: href(d.Gathering) + "/decisions/" + d.ID.String()}
	v.Badges = []ui.BadgeView{h.dueBadge(p, d)}
	v.Meta = []ui.MetaView{{Icon: "users", Text: d.Title}}
	v.Note = ui.FieldView{Name: "note", ID: "note-" + d.ID.String(), Label: p.T("gatheringweb.field.done"), Required: true, Autocomplete: "off"}
	return v
}

// dueBadge says when a decision is due, or that it is late or done.
func (h *Pages) dueBadge(p *i18n.Printer, d gathering.Decision) ui.BadgeView {
	left := d.Due.Sub(clock.Today(h.Clock))
	switch {
	case !d.Dropped.IsZero():
		return ui.BadgeView{Label: p.T("gatheringweb.decision.dropped"), Tone: ui.Quiet}
	case !d.Done.IsZero():
		return ui.BadgeView{Label: p.T("gatheringweb.decision.done"), Tone: ui.OK}
	case left < 0:
		return ui.BadgeView{Label: p.T("gatheringweb.decision.late", "day", p.Date(d.Due)), Tone: ui.Late}
	case left <= 3:
		return ui.BadgeView{Label: p.T("gatheringweb.decision.due", "day", p.Date(d.Due)), Tone: ui.Warn}
	}
	return ui.BadgeView{Label: p.T("gatheringweb.decision.due", "day", p.Date(d.Due)), Tone: ui.Busy}
}

// all fills in the list of those who run or read gatherings, with its filters in the address.
func (h *Pages) all(r *http.Request, p *i18n.Printer, snap *directory.Snapshot, kind func(uuid.UUID, string) string, run []*directory.Organisation, v *listView) error {
	ctx, at := r.Context(), r.URL.Query()
	q := gathering.Query{Organisation: id(at.Get("holder")), Kind: at.Get("kind"), Text: at.Get("q"), Limit: 40}
	if s := wf.State(at.Get("state")); slices.Contains(gathering.Life().States, s) {
		q.State = s
	}
	q.From, _ = clock.ParseDate(at.Get("from")) // a day that is none narrows nothing, and the field shows it
	q.To, _ = clock.ParseDate(at.Get("to"))
	if n, err := strconv.ParseInt(at.Get("before"), 10, 64); err == nil {
		q.Before, q.BeforeID = time.UnixMicro(n).UTC(), id(at.Get("id"))
	}
	list, more, err := h.Service.List(ctx, q)
	if err != nil {
		return err
	}
	late, err := h.Service.Overdue(ctx)
	if err != nil {
		return err
	}
	v.Overdue = ui.TableView{ID: "overdue-table", Caption: p.T("gatheringweb.overdue"), Stack: true, Columns: []ui.Column{{Label: p.T("gatheringweb.decision")}, {Label: p.T("gatheringweb.owner")}, {Label: p.T("gatheringweb.due")}}}
	for _, d := range late {
		v.Overdue.Rows = append(v.Overdue.Rows, ui.Row{Cells: []ui.Cell{{Text: d.Text, Sub: d.Title, Href: href(d.Gathering) + "#decisions"}, {Text: d.OwnerName}, {Content: ui.Badge(h.dueBadge(p, d))}}})
	}
	bare := func(name string) ui.FieldView {
		return ui.FieldView{Name: name, ID: "filter-" + name, Label: p.T("gatheringweb.filter." + name), Value: at.Get(name), Bare: true, Autocomplete: "off"}
	}
	active := at.Get("q")+at.Get("kind")+at.Get("state")+at.Get("holder")+at.Get("from")+at.Get("to") != ""
	v.Filters = ui.FiltersView{Action: "/gatherings", Open: active || v.Page.Face == ui.Staff}
	if active {
		v.Filters.Clear = "/gatherings"
	}
	v.Text, v.From, v.To = bare("q"), bare("from"), bare("to")
	v.Text.Type, v.From.Type, v.To.Type = "search", "date", "date"
	v.State = ui.ChoiceView{FieldView: bare("state"), Empty: p.T("gatheringweb.any")}
	for _, s := range gathering.Life().States {
		v.State.Options = append(v.State.Options, ui.Option{Value: string(s), Label: p.T("gathering.state." + string(s)), Selected: s == q.State})
	}
	v.Kind = ui.ChoiceView{FieldView: bare("kind"), Empty: p.T("gatheringweb.any")}
	kinds, err := h.kindsOf(ctx, snap, run)
	if err != nil {
		return err
	}
	for _, k := range kinds {
		v.Kind.Options = append(v.Kind.Options, ui.Option{Value: k.Key, Label: p.Name(k.Name), Selected: k.Key == q.Kind})
	}
	v.Holder = ui.ChoiceView{FieldView: bare("holder"), Empty: p.T("gatheringweb.any"), Options: options(p, run, []string{at.Get("holder")})}
	v.Table = ui.TableView{ID: "gatherings", Caption: p.T("gatheringweb.all"), Stack: true, Columns: []ui.Column{{Label: p.T("gatheringweb.gathering")}, {Label: p.T("gatheringweb.kind")}, {Label: p.T("gatheringweb.holders")}, {Label: p.T("gatheringweb.time")},
		{Label: p.T("gatheringweb.state")}}}
	for _, g := range list {
		v.Table.Rows = append(v.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: g.Title, Sub: g.Place, Href: href(g.ID)}, {Text: kind(g.Committee, g.Kind)}, {Text: holders(p, snap, g.Holders)},
			{Text: when(p, g)}, {Content: ui.Badge(stateBadge(p, g.State))}}})
	}
	v.Nothing = p.T("gatheringweb.all.none")
	if active {
		v.Nothing = p.T("gatheringweb.all.no-match")
	}
	next := url.Values{}
	for _, name := range []string{"q", "kind", "state", "holder", "from", "to"} {
		if at.Get(name) != "" {
			next.Set(name, at.Get(name))
		}
	}
	if at.Get("before") != "" {
		v.Pager.First = "/gatherings?" + next.Encode() + "#all"
	}
	if more {
		last := list[len(list)-1]
		next.Set("before", strconv.FormatInt(last.Starts.UnixMicro(), 10))
		next.Set("id", last.ID.String())
		v.Pager.Next = "/gatherings?" + next.Encode() + "#all"
	}
	return nil
}

// kindsOf lists the kinds of the committees of some organisations, each once, those that are built in without any.
func (h *Pages) kindsOf(ctx context.Context, snap *directory.Snapshot, list []*directory.Organisation) ([]gathering.Kind, error) {
	out := gathering.BuiltIn()
	seen := map[uuid.UUID]bool{}
	for _, o := range list {
		k := snap.CommitteeFor(o.ID)
		if k == nil || seen[k.ID] {
			continue
		}
		seen[k.ID] = true
		more, err := h.Service.Kinds(ctx, k.ID)
		if err != nil {
			return nil, err
		}
		for _, x := range more {
			if i := slices.IndexFunc(out, func(y gathering.Kind) bool { return y.Key == x.Key }); i < 0 {
				out = append(out, x)
			} else {
				out[i] = x
			}
		}
	}
	return out, nil
}

// Waiting is what stands on somebody's home page: gatherings to answer, open or soon, and decisions to carry out.
func (h *Pages) Waiting(ctx context.Context) ([]ui.ItemView, error) {
	a := authz.From(ctx)
	if !a.SignedIn() || a.Person == uuid.Nil {
		return nil, nil
	}
	p := i18n.From(ctx)
	snap, err := h.Directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	kind := h.kindName(ctx, p)
	now := h.Clock.Now()
	list, err := h.Service.Mine(ctx, now, false)
	if err != nil {
		return nil, err
	}
	var out []ui.ItemView
	for _, o := range list {
		g := o.Gathering
		soon := g.Starts.Before(now.Add(7 * 24 * time.Hour))
		unanswered := o.Answer == gathering.NoAnswer && g.State == gathering.Published
		if g.State == gathering.Cancelled || len(out) >= 5 || !(soon || unanswered) {
			continue
		}
		out = append(out, h.item(p, snap, kind, o))
	}
	mine, err := h.Service.MyDecisions(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range mine[:min(len(mine), 5)] {
		out = append(out, h.decisionItem(p, d).ItemView)
	}
	return out, nil
}
