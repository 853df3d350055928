package branchlifeweb

import (
	"net/http"
	"slices"
	"strconv"

	"xieshang/internal/branchlife"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

type yearView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Years   []ui.ChipView
	Tiles   []ui.TileView
	Due     []needView
	Missed  []needView
	Lines   []lineView
	Legend  []ui.BadgeView
	List    []gatheringView
	None    string
	Buttons []ui.ButtonView
	Offers  *offerView
	People  []ui.Link
}

// lineView is one row of the picture of a year: what is gathered for, and a cell for each period.
type lineView struct {
	Title string
	Asks  string
	Every string // month, quarter, half, year: how wide a cell is
	Cells []cellView
	Sum   string
}

type cellView struct {
	Label string // the period
	Word  string // how it stands
	Short string // the state in one word
	State string
	Icon  string
}

// offerView says what a members' branch offers, and what belongs to where the relation lies.
type offerView struct {
	Yes, No []string
}

func (h *Pages) year(w http.ResponseWriter, r *http.Request) error {
	p := text(r)
	id, err := pathID(r, "organisation")
	if err != nil {
		return err
	}
	l, err := h.Service.Year(r.Context(), id, h.yearOf(r))
	if err != nil {
		return err
	}
	name := p.Name(l.Organisation.Name)
	v := yearView{Page: h.frame(w, r, name), None: p.T("branchlifeweb.no-gatherings")}
	path := "/branch-life/" + id.String()
	v.Head = ui.HeadView{Crumbs: []ui.Link{home(p), {Label: name}}, Kicker: kindWord(p, l.Organisation.Kind), Title: name}
	if l.Committee != nil {
		v.Head.Lead = p.Name(l.Committee.Name)
	}
	v.Buttons = []ui.ButtonView{{Label: p.T("branchlifeweb.checklist"), Icon: "list", Href: path + "/checklist?year=" + strconv.Itoa(l.Year)}}
	if v.People, err = h.peopleLinks(r, l); err != nil {
		return err
	}
	v.Years = years(p, path, l.Year, clock.Today(h.Clock).Year)
	v.Tiles = tilesOf(p, l)
	v.Due = h.dues(p, l)
	v.Lines = linesOf(p, l)
	for _, s := range []branchlife.State{branchlife.Done, branchlife.Due, branchlife.Missed, branchlife.Later, branchlife.Exempt} {
		v.Legend = append(v.Legend, ui.BadgeView{Label: p.T("branchlife.state." + string(s)), Tone: tone(s), Icon: icon(s)})
	}
	if l.Organisation.Kind == directory.MembersBranch || l.Organisation.Kind == directory.TemporaryBranch {
		o := offersOf(p, l.Organisation.Kind)
		v.Offers = &o
	}
	list := slices.Clone(l.Gatherings)
	slices.Reverse(list)
	for _, g := range list {
		v.List = append(v.List, gatheringOf(p, g))
	}
	return web.Render(w, r, http.StatusOK, yearPage(v))
}

func tilesOf(p *i18n.Printer, l *branchlife.Life) []ui.TileView {
	done, due, missed := len(l.Pick(branchlife.Done)), len(l.Pick(branchlife.Due)), len(l.Pick(branchlife.Missed))
	out := []ui.TileView{{Label: p.T("branchlife.state.done"), Value: p.Int(done), Icon: "check", Tone: ui.OK}, {Label: p.T("branchlife.state.due"), Value: p.Int(due), Icon: "ring"}, {Label: p.T("branchlife.state.missed"), Value: p.Int(missed), Icon: "cross"}}
	if due > 0 {
		out[1].Tone = ui.Warn
	}
	if missed > 0 {
		out[2].Tone = ui.Late
	}
	return append(out, ui.TileView{Label: p.T("branchlifeweb.people-here"), Value: p.Int(l.People), Icon: "users"})
}

func linesOf(p *i18n.Printer, l *branchlife.Life) []lineView {
	var out []lineView
	for i := 0; i < len(l.Slots); {
		first := l.Slots[i]
		j := i
		for j < len(l.Slots) && l.Slots[j].Counts == first.Counts && l.Slots[j].Every == first.Every {
			j++
		}
		line := lineView{Title: p.T("branchlife.counts." + string(first.Counts)), Every: string(first.Every)}
		done, over := 0, 0
		for _, x := range l.Slots[i:j] {
			c := cellView{Label: span(p, x.Every, x.Days), Word: stands(p, x), Short: p.T("branchlife.state." + string(x.State)), State: string(x.State), Icon: icon(x.State)}
			if x.Provisional {
				c.State, c.Icon = "provisional", "clock"
			}
			line.Cells = append(line.Cells, c)
			switch x.State {
			case branchlife.Done:
				done, over = done+1, over+1
			case branchlife.Missed:
				over++
			}
		}
		if k := slices.IndexFunc(l.Rules, func(r branchlife.Rule) bool { return r.ID == first.Rule }); k >= 0 {
			line.Asks = asks(p, l.Rules[k])
		}
		line.Sum = p.T("branchlifeweb.sum", "done", strconv.Itoa(done), "over", strconv.Itoa(over))
		out = append(out, line)
		i = j
	}
	return out
}
