package branchlifeweb

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"xieshang/internal/branchlife"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

type transfersView struct {
	Page   ui.PageView
	Head   ui.HeadView
	New    ui.ButtonView
	Alerts []ui.NoticeView
	Items  []ui.ItemView
	Empty  ui.EmptyView
}

func stateBadge(p *i18n.Printer, s wf.State) ui.BadgeView {
	b := ui.BadgeView{Label: p.T("branchlife.transfer.state." + string(s)), Tone: ui.Info}
	switch s {
	case branchlife.Released:
		b.Tone = ui.Busy
	case branchlife.Received:
		b.Tone = ui.OK
	case branchlife.Refused, branchlife.Expired:
		b.Tone = ui.Late
	case branchlife.Withdrawn:
		b.Tone = ui.Quiet
	}
	return b
}

func (h *Pages) toName(p *i18n.Printer, snap *directory.Snapshot, t *branchlife.Transfer) string {
	if t.To == uuid.Nil {
		return t.ToName
	}
	return named(p, snap, t.To)
}

// alert says that a letter has expired, or soon does.
func (h *Pages) alert(p *i18n.Printer, t branchlife.Transfer) ui.NoticeView {
	v := ui.NoticeView{Tone: ui.Warn, Title: p.T("branchlifeweb.transfer.soon", "name", t.Name), Text: p.T("branchlifeweb.transfer.soon.text", "day", p.Date(t.Until)), Links: []ui.Link{{Label: p.T("branchlifeweb.transfer.open"), Href: "/transfers/" + t.ID.String()}}}
	if t.State == branchlife.Expired {
		v.Tone, v.Title, v.Text = ui.Late, p.T("branchlifeweb.transfer.expired", "name", t.Name), p.T("branchlifeweb.transfer.expired.text", "day", p.Date(t.Until))
	}
	return v
}

func (h *Pages) transfers(w http.ResponseWriter, r *http.Request) error {
	p := text(r)
	list, err := h.Service.Transfers(r.Context())
	if err != nil {
		return err
	}
	snap, err := h.Directory.Snapshot(r.Context())
	if err != nil {
		return err
	}
	late, err := h.Service.Lapsed(r.Context())
	if err != nil {
		return err
	}
	v := transfersView{Page: h.frame(w, r, p.T("branchlifeweb.transfers"))}
	v.Page.Wide = false
	v.Head = ui.HeadView{Crumbs: []ui.Link{home(p), {Label: v.Page.Title}}, Title: v.Page.Title, Lead: p.T("branchlifeweb.transfers.lead")}
	v.New = ui.ButtonView{Label: p.T("branchlifeweb.transfer.new"), Kind: "primary", Icon: "plus", Href: "/transfers/new"}
	for _, t := range late {
		v.Alerts = append(v.Alerts, h.alert(p, t))
	}
	for _, t := range list {
		v.Items = append(v.Items, ui.ItemView{Href: "/transfers/" + t.ID.String(), Title: ui.Plain(t.Name), Text: ui.Plain(p.T("branchlifeweb.transfer.way", "from", named(p, snap, t.From), "to", h.toName(p, snap, &t))),
			Badges: []ui.BadgeView{stateBadge(p, t.State)}, Meta: []ui.MetaView{{Icon: "clock", Text: p.Date(clock.DateOf(t.Created))}}})
	}
	v.Empty = ui.EmptyView{Icon: "send", Title: p.T("branchlifeweb.transfer.none"), Text: p.T("branchlifeweb.transfer.none.text"), Action: ui.ButtonView{Label: p.T("branchlifeweb.transfer.new"), Href: "/transfers/new"}}
	return web.Render(w, r, http.StatusOK, transfersPage(v))
}

type askView struct {
	Page   ui.PageView
	Head   ui.HeadView
	Errors []ui.ErrorView
	Person ui.ChoiceView
	To     ui.ChoiceView
	ToName ui.FieldView
	NoPost ui.TickView
	Reason ui.FieldView
}

func (h *Pages) newTransfer(w http.ResponseWriter, r *http.Request) error {
	return h.askForm(w, r, http.StatusOK, url.Values{"person": {r.URL.Query().Get("person")}}, nil)
}

// askForm offers the people for whom the reader may ask and the branches of the office line, never a members' branch.
func (h *Pages) askForm(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	p := text(r)
	people, err := h.Service.Movable(r.Context())
	if err != nil {
		return err
	}
	snap, err := h.Directory.Snapshot(r.Context())
	if err != nil {
		return err
	}
	v := askView{Page: h.frame(w, r, p.T("branchlifeweb.transfer.new"))}
	v.Page.Wide = false
	v.Head = ui.HeadView{Crumbs: []ui.Link{home(p), {Label: p.T("branchlifeweb.transfers"), Href: "/transfers"}, {Label: v.Page.Title}}, Title: v.Page.Title, Lead: p.T("branchlifeweb.transfer.lead")}
	f := form{p: p, typed: typed, errs: errs}
	var who, where []ui.Option
	for _, x := range people {
		who = append(who, ui.Option{Value: x.Person.String(), Label: x.Name, Group: named(p, snap, x.Organisation)})
	}
	slices.SortStableFunc(who, func(a, b ui.Option) int { return cmp.Compare(a.Group, b.Group) })
	if len(who) == 1 && typed.Get("person") == "" {
		typed.Set("person", who[0].Value)
	}
	for _, kind := range []directory.Kind{directory.Branch, directory.OutsideBranch} {
		for _, o := range snap.Organisations() {
			if o.Kind == kind {
				group := p.T("branchlifeweb.outside")
				if k := snap.CommitteeFor(o.ID); k != nil {
					group = p.Name(k.Name)
				}
				where = append(where, ui.Option{Value: o.ID.String(), Label: p.Name(o.Name), Group: group})
			}
		}
	}
	v.Person, v.To = f.choice("person", true, p.T("branchlifeweb.choose"), who), f.choice("where", false, p.T("branchlifeweb.transfer.elsewhere"), where)
	v.ToName, v.Reason = f.field("to_name", false), f.field("reason", false)
	v.ToName.Max, v.Reason.Rows = 100, 3
	v.NoPost = ui.TickView{Name: "no_post", Label: p.T("branchlifeweb.field.no_post"), Hint: p.T("branchlifeweb.hint.no_post"), Error: errs["no_post"], Checked: typed.Get("no_post") != ""}
	v.Errors = f.Errors
	if errs["no_post"] != "" {
		v.Errors = append(v.Errors, ui.ErrorView{Field: "no_post", Text: errs["no_post"]})
	}
	v.Page.Problem = len(errs) > 0
	return web.Render(w, r, status, askPage(v))
}

func (h *Pages) askTransfer(w http.ResponseWriter, r *http.Request) error {
	typed, err := web.Form(r)
	if err != nil {
		return err
	}
	id, err := h.Service.AskTransfer(r.Context(), branchlife.Ask{Person: parsed(typed.Get("person")), To: parsed(typed.Get("where")), ToName: typed.Get("to_name"), NoPost: typed.Get("no_post") != "", Reason: typed.Get("reason")})
	if errs := web.FieldErrors(r, err); errs != nil {
		return h.askForm(w, r, http.StatusUnprocessableEntity, typed, errs)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "branchlifeweb.transfer.asked")
	return web.Redirect(w, r, "/transfers/"+id.String())
}

type transferView struct {
	Page     ui.PageView
	Head     ui.HeadView
	Alert    *ui.NoticeView
	Facts    []ui.Fact
	Forms    []actionView
	Timeline []ui.StepEvent
}

// actionView is the form of one action.
type actionView struct {
	Title   string
	Text    string
	Action  string
	Version string
	Errors  []ui.ErrorView
	Fields  []ui.FieldView
	Dates   []ui.FieldView
	Reason  *ui.FieldView
	Button  ui.ButtonView
	Open    bool
}

func (h *Pages) transfer(w http.ResponseWriter, r *http.Request) error {
	return h.transferPage(w, r, http.StatusOK, "", nil, nil)
}

// transferPage shows a case with a form for each action that the reader may take; the refused one has what was typed.
func (h *Pages) transferPage(w http.ResponseWriter, r *http.Request, status int, refused wf.Action, typed url.Values, errs map[string]string) error {
	p := text(r)
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	t, err := h.Service.Transfer(r.Context(), id)
	if err != nil {
		return err
	}
	snap, err := h.Directory.Snapshot(r.Context())
	if err != nil {
		return err
	}
	title := p.T("branchlifeweb.transfer.of", "name", t.Name)
	v := transferView{Page: h.frame(w, r, title)}
	v.Page.Wide, v.Page.Problem = false, len(errs) > 0
	v.Head = ui.HeadView{Crumbs: []ui.Link{home(p), {Label: p.T("branchlifeweb.transfers"), Href: "/transfers"}, {Label: title}}, Title: title, Badges: []ui.BadgeView{stateBadge(p, t.State)}}
	v.Facts = []ui.Fact{{Term: p.T("branchlifeweb.transfer.from"), Text: named(p, snap, t.From)}, {Term: p.T("branchlifeweb.transfer.to"), Text: h.toName(p, snap, t)}}
	if t.Letter != "" {
		v.Facts = append(v.Facts, ui.Fact{Term: p.T("branchlifeweb.field.letter"), Text: t.Letter}, ui.Fact{Term: p.T("branchlifeweb.field.until"), Text: p.Date(t.Until)})
	}
	if !t.ReceivedOn.IsZero() {
		v.Facts = append(v.Facts, ui.Fact{Term: p.T("branchlifeweb.field.day"), Text: p.Date(t.ReceivedOn)})
	}
	if t.State == branchlife.Expired {
		a := h.alert(p, *t)
		a.Links = nil
		v.Alert = &a
	}
	for _, tr := range t.Actions {
		v.Forms = append(v.Forms, h.action(p, t, tr, tr.Action == refused, typed, errs))
	}
	for i, x := range t.Steps {
		e := ui.StepEvent{Title: p.T("branchlife.transfer.action." + string(x.Action)), When: p.DateTime(x.At), Who: p.T("branchlife.transfer.relation." + string(x.Relation)), Text: x.Reason}
		if x.Letter != "" {
			e.Text = p.T("branchlifeweb.transfer.letter", "letter", x.Letter, "day", p.Date(x.Day), "until", p.Date(x.Until))
		} else if !x.Day.IsZero() {
			e.Text = p.T("branchlifeweb.transfer.since", "day", p.Date(x.Day))
		}
		e.State = ui.Done
		if i == len(t.Steps)-1 && t.Open() {
			e.State = ui.Now
		}
		v.Timeline = append(v.Timeline, e)
	}
	return web.Render(w, r, status, transferPage(v))
}

func (h *Pages) action(p *i18n.Printer, t *branchlife.Transfer, tr wf.Transition, again bool, typed url.Values, errs map[string]string) actionView {
	today := clock.Today(h.Clock)
	if !again {
		errs, typed = nil, url.Values{"issued": {today.String()}, "until": {today.AddDays(branchlife.LetterDays).String()}, "day": {today.String()}}
	}
	a := actionView{Title: p.T("branchlife.transfer.action." + string(tr.Action)), Text: p.T("branchlifeweb.transfer.do." + string(tr.Action)), Action: "/transfers/" + t.ID.String() + "/" + string(tr.Action), Version: strconv.Itoa(t.Version), Open: tr.Main || again}
	f := form{p: p, typed: typed, errs: errs}
	for _, in := range tr.Inputs {
		switch in.Kind {
		case wf.DateInput:
			a.Dates = append(a.Dates, f.date(in.Name, in.Required))
		case wf.LongText:
			x := f.field(in.Name, in.Required)
			x.ID, x.Rows = string(tr.Action)+"-"+in.Name, 3
			a.Reason = &x
		default:
			a.Fields = append(a.Fields, f.field(in.Name, in.Required))
		}
	}
	a.Errors = f.Errors
	if a.Reason != nil && len(a.Errors) > 0 {
		a.Errors[0].Field = a.Reason.ID
	}
	a.Button = ui.ButtonView{Label: a.Title}
	switch {
	case tr.Main:
		a.Button.Kind = "primary"
	case tr.Grave:
		a.Button.Kind = "danger"
	}
	return a
}

func (h *Pages) actTransfer(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	typed, err := web.Form(r)
	if err != nil {
		return err
	}
	action := wf.Action(r.PathValue("action"))
	var c problem.Check
	in := branchlife.TransferInput{Reason: typed.Get("reason"), Letter: typed.Get("letter"), Issued: dateOf(typed, "issued", &c), Until: dateOf(typed, "until", &c), Day: dateOf(typed, "day", &c)}
	if in.Version, err = strconv.Atoi(typed.Get("version")); err != nil {
		in.Version = 0 // a form without it acts on the case as it is
	}
	if err = c.Err(); err == nil {
		err = h.Service.ActTransfer(r.Context(), id, action, in)
	}
	if errs := web.FieldErrors(r, err); errs != nil {
		return h.transferPage(w, r, http.StatusUnprocessableEntity, action, typed, errs)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "branchlifeweb.transfer.done."+string(action))
	return web.Redirect(w, r, "/transfers/"+id.String())
}
