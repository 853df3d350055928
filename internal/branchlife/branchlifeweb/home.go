package branchlifeweb

import (
	"net/http"
	"slices"
	"strconv"

	"xieshang/internal/branchlife"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

type homeView struct {
	Page  ui.PageView
	Head  ui.HeadView
	Alert []ui.NoticeView
	Own   []ownView
	Empty ui.EmptyView
	Links []ui.ButtonView
}

// ownView is one organisation of the reader.
type ownView struct {
	Href    string
	Name    string
	Meta    []ui.MetaView
	Badges  []ui.BadgeView
	Due     []needView
	Missed  []needView
	Next    []gatheringView
	Runs    bool
	Buttons []ui.ButtonView
}

// needView is something that is due or was missed.
type needView struct {
	Title string
	Text  string
	Badge ui.BadgeView
	Plan  ui.ButtonView // none when it has no label
}

type gatheringView struct {
	Href  string
	Title string
	Meta  []ui.MetaView
	Badge ui.BadgeView
}

// home is what waits in the reader's own organisations: what is due, what was missed, what comes next.
func (h *Pages) home(w http.ResponseWriter, r *http.Request) error {
	p := text(r)
	mine, err := h.Service.Mine(r.Context())
	if err != nil {
		return err
	}
	v := homeView{Page: h.frame(w, r, p.T("branchlifeweb.title"))}
	v.Page.Wide = false
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("branchlifeweb.lead")}
	for _, l := range mine {
		v.Own = append(v.Own, h.own(p, l))
	}
	late, err := h.Service.Lapsed(r.Context())
	if err != nil {
		return err
	}
	for _, t := range late {
		v.Alert = append(v.Alert, h.alert(p, t))
	}
	v.Empty = ui.EmptyView{Icon: "users", Title: p.T("branchlifeweb.none"), Text: p.T("branchlifeweb.none.text")}
	v.Links = []ui.ButtonView{{Label: p.T("branchlifeweb.rules"), Icon: "list", Href: "/branch-life/rules"}, {Label: p.T("branchlifeweb.dual.own"), Icon: "merge", Href: "/branch-life/own"}, {Label: p.T("branchlifeweb.transfers"), Icon: "send", Href: "/transfers"}, {Label: p.T("branchlifeweb.temporaries"), Icon: "users", Href: "/temporary-branches"}}
	if web.Actor(r).Holds(guides()...) {
		v.Links = append([]ui.ButtonView{{Label: p.T("branchlifeweb.figures"), Icon: "chart", Href: "/branch-life/figures"}}, v.Links...)
	}
	return web.Render(w, r, http.StatusOK, homePage(v))
}

func (h *Pages) own(p *i18n.Printer, l *branchlife.Life) ownView {
	o := ownView{Href: "/branch-life/" + l.Organisation.ID.String(), Name: p.Name(l.Organisation.Name), Runs: l.Sight.Runs}
	o.Meta = []ui.MetaView{{Icon: "building", Text: kindWord(p, l.Organisation.Kind)}, {Icon: "users", Text: p.N("branchlifeweb.people", l.People)}}
	if l.Sight.Runs {
		o.Badges = append(o.Badges, ui.BadgeView{Label: p.T("branchlifeweb.run"), Tone: ui.Info, Icon: "user"})
	}
	o.Due = h.dues(p, l)
	missed := l.Pick(branchlife.Missed)
	slices.Reverse(missed)
	for _, x := range missed {
		n := h.need(p, l, x)
		n.Plan = ui.ButtonView{}
		o.Missed = append(o.Missed, n)
	}
	for _, g := range l.Gatherings {
		if !g.Over && len(o.Next) < 3 {
			o.Next = append(o.Next, gatheringOf(p, g))
		}
	}
	o.Buttons = []ui.ButtonView{{Label: p.T("branchlifeweb.see-year", "year", strconv.Itoa(l.Year)), Href: o.Href, Small: true}}
	if l.Sight.Runs {
		o.Buttons = append(o.Buttons, ui.ButtonView{Label: p.T("branchlifeweb.checklist"), Href: o.Href + "/checklist", Small: true})
	}
	return o
}

// dues lists what is due, the nearest day first, with one main action.
func (h *Pages) dues(p *i18n.Printer, l *branchlife.Life) (out []needView) {
	due := l.Pick(branchlife.Due)
	slices.SortStableFunc(due, func(a, b branchlife.Slot) int { return a.Until().Compare(b.Until()) })
	for i, x := range due {
		n := h.need(p, l, x)
		if i > 0 {
			n.Plan.Kind = ""
		}
		out = append(out, n)
	}
	return out
}

func (h *Pages) need(p *i18n.Printer, l *branchlife.Life, x branchlife.Slot) needView {
	n := needView{Title: p.T("branchlife.counts." + string(x.Counts)), Badge: ui.BadgeView{Label: p.T("branchlife.state." + string(x.State)), Tone: tone(x.State), Icon: icon(x.State)}}
	n.Text = p.T("branchlifeweb.until", "span", span(p, x.Every, x.Days), "day", p.Date(x.Until()))
	if x.State == branchlife.Missed {
		n.Text = span(p, x.Every, x.Days)
	}
	if x.Wanted > 1 {
		n.Text += p.T("branchlifeweb.of", "have", x.Have, "wanted", x.Wanted)
	}
	if len(x.Planned) > 0 {
		n.Text += p.T("branchlifeweb.planned-on", "day", p.Date(x.Planned[0].Day))
	} else if l.Sight.Runs || l.Sight.Guides {
		n.Plan = ui.ButtonView{Label: p.T("branchlifeweb.plan"), Kind: "primary", Icon: "plus", Small: true, Href: planAddress(x.Counts, l.Organisation.ID)}
	}
	return n
}

func gatheringOf(p *i18n.Printer, g branchlife.Held) gatheringView {
	v := gatheringView{Href: "/gatherings/" + g.ID.String(), Title: g.Title, Meta: []ui.MetaView{{Icon: "clock", Text: p.Date(g.Day)}}}
	if g.Counts != "" {
		v.Meta = append(v.Meta, ui.MetaView{Text: p.T("branchlife.counts." + string(g.Counts))})
	}
	switch {
	case g.Closed:
		v.Badge = ui.BadgeView{Label: p.T("branchlifeweb.closed"), Tone: ui.OK}
	case g.Over:
		v.Badge = ui.BadgeView{Label: p.T("branchlifeweb.not-closed"), Tone: ui.Warn, Icon: "clock"}
	default:
		v.Badge = ui.BadgeView{Label: p.T("branchlifeweb.planned"), Tone: ui.Info}
	}
	if g.Over {
		v.Meta = append(v.Meta, ui.MetaView{Icon: "users", Text: p.T("branchlifeweb.there", "there", g.There, "invited", g.Invited)})
	}
	if g.Joint() {
		v.Meta = append(v.Meta, ui.MetaView{Icon: "merge", Text: p.T("branchlifeweb.joint")})
	}
	return v
}
