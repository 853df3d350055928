// Package suggestionview turns matters into what pages show (A1): badges, stages, timeline, list entries. The public's pages and the desk use the
// same words and shapes, with the names of offices and never of clerks.
package suggestionview

import (
	"strconv"
	"strings"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/search"
	"xieshang/internal/platform/ui"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// Words is a reader's language and the directory of today.
type Words struct {
	P     *i18n.Printer
	Snap  *directory.Snapshot
	Today clock.Date
}

// Tone is the colour that belongs to a state.
func Tone(s wf.State, late bool) ui.Tone {
	if late {
		return ui.Late
	}
	switch s {
	case suggestion.Raised, suggestion.Accepted:
		return ui.Info
	case suggestion.AtOffice, suggestion.Dispatched, suggestion.InHand, suggestion.Answered:
		return ui.Busy
	case suggestion.Replied, suggestion.Closed:
		return ui.OK
	case suggestion.Returned, suggestion.Meeting:
		return ui.Warn
	case suggestion.Reopened:
		return ui.Second
	}
	return ui.Quiet
}

// Late tells whether the present step is past its date.
func (w Words) Late(m suggestion.Suggestion) bool {
	return !m.Due.IsZero() && m.Due.Before(w.Today) && m.State != suggestion.Replied
}

// State is the badge of a matter's state.
func (w Words) State(m suggestion.Suggestion) ui.BadgeView {
	b := ui.BadgeView{Label: w.P.T("suggestion.state." + string(m.State)), Tone: Tone(m.State, w.Late(m))}
	if w.Late(m) {
		b.Label += " · " + w.P.T("suggestion.late")
	}
	return b
}

// Badges are state, second handling, kind and privacy.
func (w Words) Badges(m suggestion.Suggestion) []ui.BadgeView {
	out := []ui.BadgeView{w.State(m)}
	if m.Round > 1 {
		out = append(out, ui.BadgeView{Label: w.P.T("suggestion.second"), Tone: ui.Second})
	}
	if m.Kind == suggestion.Message {
		out = append(out, ui.BadgeView{Label: w.P.T("suggestion.kind.message"), Icon: "users"})
	}
	if !m.Public {
		out = append(out, ui.BadgeView{Label: w.P.T("suggestion.private"), Icon: "lock"})
	}
	if m.Rating != suggestion.NotRated {
		tone := ui.OK
		if m.Rating == suggestion.NotSatisfied {
			tone = ui.Warn
		}
		out = append(out, ui.BadgeView{Label: w.P.T("suggestion.rating." + string(m.Rating)), Tone: tone, Icon: "star"})
	}
	return out
}

// Org is the name of an organisation.
func (w Words) Org(u uuid.UUID) string {
	if u == uuid.Nil {
		return ""
	}
	return w.P.Name(w.Snap.OrganisationName(u))
}

// OrgAt is an organisation's name with its place, for lists in which several places meet: every city has a 市教育局.
func OrgAt(p *i18n.Printer, snap *directory.Snapshot, u uuid.UUID) string {
	name := p.Name(snap.OrganisationName(u))
	o := snap.Organisation(u)
	if o == nil || name == "" {
		return name
	}
	d := snap.Division(o.Division)
	if d == nil {
		return name
	}
	place := p.Name(d.Name)
	if place == "" || strings.Contains(name, place) {
		return name
	}
	return p.T("suggestion.org-at", "name", name, "place", place)
}

// Division is a division's name with the one above it: 长沙市芙蓉区.
func (w Words) Division(u uuid.UUID) string {
	d := w.Snap.Division(u)
	if d == nil {
		return ""
	}
	if up := w.Snap.Division(d.Parent); up != nil && up.Level == directory.City {
		if w.P.Lang() == i18n.EN {
			return w.P.Name(d.Name) + ", " + w.P.Name(up.Name)
		}
		return w.P.Name(up.Name) + w.P.Name(d.Name)
	}
	return w.P.Name(d.Name)
}

// Field is a field's name.
func (w Words) Field(u uuid.UUID) string {
	if f := w.Snap.Field(u); f != nil {
		return w.P.Name(f.Name)
	}
	return ""
}

// Place is where a matter is: division and place in words.
func (w Words) Place(m suggestion.Suggestion) string {
	return strings.TrimSpace(w.Division(m.Division) + " " + m.Place)
}

// Item is a matter as an entry of a public list.
func (w Words) Item(i suggestion.Item, href string) ui.ItemView {
	v := ui.ItemView{Href: href, Title: ui.Plain(i.Title), Text: ui.Plain(i.Excerpt), Badges: w.Badges(i.Suggestion)}
	if len(i.Title2) > 0 {
		v.Title = spans(i.Title2)
	}
	if len(i.Snippet) > 0 {
		v.Text = spans(i.Snippet)
	}
	v.Meta = append(v.Meta, ui.MetaView{Icon: "clock", Text: w.P.Date(clock.DateOf(i.RaisedAt))})
	if d := w.Division(i.Division); d != "" {
		v.Meta = append(v.Meta, ui.MetaView{Icon: "pin", Text: d})
	}
	if f := w.Field(i.TopField); f != "" {
		v.Meta = append(v.Meta, ui.MetaView{Text: f})
	}
	if o := w.Org(i.Lead); o != "" {
		v.Meta = append(v.Meta, ui.MetaView{Icon: "building", Text: o})
	}
	if n := i.SupportTotal(); n > 0 {
		v.Meta = append(v.Meta, ui.MetaView{Icon: "users", Text: w.P.N("suggestion.support", n)})
	}
	return v
}

func spans(parts []search.Part) []ui.Span {
	out := make([]ui.Span, len(parts))
	for i, p := range parts {
		out[i] = ui.Span{Text: p.Text, Mark: p.Mark}
	}
	return out
}

// narrow is a date that may break behind its year, where a stage has no room for all of it.
func (w Words) narrow(d clock.Date) string {
	return strings.Replace(w.P.Date(d), "年", "年\u200b", 1)
}

// Stages are the few steps of a whole life that everybody understands, with where this matter stands.
func (w Words) Stages(c *suggestion.Case) []ui.StageView {
	names := []string{"raised", "reviewed", "handled", "answered", "rated"}
	at := map[wf.State]int{suggestion.Draft: 0, suggestion.Returned: 0, suggestion.Raised: 1, suggestion.Accepted: 2, suggestion.AtOffice: 2, suggestion.Dispatched: 2, suggestion.InHand: 2,
		suggestion.Answered: 3, suggestion.Reopened: 2, suggestion.Replied: 4, suggestion.Meeting: 4, suggestion.Closed: 5}
	now, ok := at[c.State]
	if !ok {
		return nil // merged, converted, withdrawn: the timeline tells
	}
	out := make([]ui.StageView, len(names))
	for i, n := range names {
		out[i] = ui.StageView{Label: w.P.T("suggestion.stage." + n), State: ui.Todo}
		switch {
		case i < now:
			out[i].State = ui.Done
		case i == now:
			out[i].State = ui.Now
			if w.Late(c.Suggestion) {
				out[i].State = ui.LateNow
			}
			if !c.Due.IsZero() && c.State != suggestion.Replied {
				out[i].Note = w.daysLeft(c.Due.Sub(w.Today))
			}
		}
	}
	if !c.RaisedAt.IsZero() {
		out[0].Note = w.narrow(clock.DateOf(c.RaisedAt))
	}
	if now > 3 && !c.RepliedAt.IsZero() {
		out[3].Note = w.narrow(clock.DateOf(c.RepliedAt))
	}
	return out
}

func (w Words) daysLeft(days int) string {
	switch {
	case days > 0:
		return w.P.N("ui.due.left", days)
	case days == 0:
		return w.P.T("ui.due.today")
	}
	return w.P.N("ui.due.late", -days)
}

// DayText writes a date, and says when it is provisional.
func (w Words) DayText(d clock.Date, provisional bool) string {
	if d.IsZero() {
		return ""
	}
	if provisional {
		return w.P.T("suggestion.provisional", "date", w.P.Date(d))
	}
	return w.P.Date(d)
}

// Size writes a number of bytes.
func Size(n int64) string {
	if n >= 1<<20 {
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
	}
	return strconv.FormatInt(max(1, n>>10), 10) + " kB"
}

func machine(t time.Time) string { return t.UTC().Format(time.RFC3339) }
