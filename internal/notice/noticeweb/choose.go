package noticeweb

import (
	"net/http"

	"xieshang/internal/notice"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

type chooseView struct {
	Page   ui.PageView
	Head   ui.HeadView
	Errors []ui.ErrorView
	NoMail string // why no mail comes; "" when it does
	Groups []group
	Lang   ui.ChoiceView
}

type group struct {
	Title string
	Table ui.TableView
}

func (h *Pages) settings(w http.ResponseWriter, r *http.Request) error {
	s, err := h.notices.Settings(r.Context())
	if err != nil {
		return err
	}
	return h.showSettings(w, r, http.StatusOK, s, nil)
}

func (h *Pages) choose(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	s, err := h.notices.Settings(r.Context())
	if err != nil {
		return err
	}
	for i := range s.Kinds {
		k := &s.Kinds[i]
		k.Inside = form.Get("inside-"+string(k.Kind)) != ""
		k.Mail = notice.How(form.Get("mail-" + string(k.Kind)))
	}
	s.Lang = i18n.Lang(form.Get("lang"))
	err = h.notices.Choose(r.Context(), s)
	if errs := web.FieldErrors(r, err); errs != nil && problem.Is(err, problem.Invalid) {
		return h.showSettings(w, r, http.StatusUnprocessableEntity, s, errs)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "notice.choose.saved")
	return web.Redirect(w, r, "/account/notices")
}

func (h *Pages) showSettings(w http.ResponseWriter, r *http.Request, status int, s notice.Settings, errs map[string]string) error {
	p := i18n.From(r.Context())
	v := chooseView{Page: h.view(w, r, p.T("notice.choose.title"))}
	v.Page.Problem = len(errs) > 0
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("notice.choose.lead"), Crumbs: []ui.Link{{Label: p.T("account.own.title"), Href: "/account"}, {Label: v.Page.Title}}}
	if !h.notices.MailSet() {
		v.NoMail = p.T("notice.choose.no-mail")
	}
	for _, k := range s.Kinds {
		title := p.T("notice.group." + string(k.Group))
		if len(v.Groups) == 0 || v.Groups[len(v.Groups)-1].Title != title {
			v.Groups = append(v.Groups, group{title, ui.TableView{Caption: title, Stack: true, Columns: []ui.Column{{Label: p.T("notice.choose.kind")}, {Label: p.T("notice.choose.inside")}, {Label: p.T("notice.choose.mail")}}}})
		}
		name := p.T("notice.kind." + string(k.Kind))
		box := tick{Name: "inside-" + string(k.Kind), Label: p.T("notice.choose.inside.of", "kind", name), Checked: k.Inside}
		pick := how{Name: "mail-" + string(k.Kind), Label: p.T("notice.choose.mail.of", "kind", name), Error: errs["mail-"+string(k.Kind)]}
		for _, x := range notice.Hows() {
			pick.Options = append(pick.Options, ui.Option{Value: string(x), Label: p.T("notice.how." + string(x)), Selected: x == k.Mail})
		}
		if pick.Error != "" {
			v.Errors = append(v.Errors, ui.ErrorView{Field: pick.Name, Text: pick.Error})
		}
		t := &v.Groups[len(v.Groups)-1].Table
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: name, Sub: p.T("notice.kind." + string(k.Kind) + ".hint")}, {Content: insideTick(box)}, {Content: mailHow(pick)}}})
	}
	v.Lang = ui.ChoiceView{FieldView: ui.FieldView{Name: "lang", Label: p.T("notice.choose.lang"), Hint: p.T("notice.choose.lang.hint"), Required: true, Width: "m", Error: errs["lang"]},
		Options: []ui.Option{{Value: string(i18n.ZH), Label: "中文", Selected: s.Lang != i18n.EN}, {Value: string(i18n.EN), Label: "English", Selected: s.Lang == i18n.EN}}}
	return web.Render(w, r, status, choosePage(v))
}

// tick and how are the two controls of a row; the table's head names them for the eye, Label for a screen reader.
type tick struct {
	Name, Label string
	Checked     bool
}

type how struct {
	Name, Label, Error string
	Options            []ui.Option
}

// stopPage asks before mails are turned off, because programs that look at mails open every link in them.
func (h *Pages) stopPage(w http.ResponseWriter, r *http.Request) error {
	kind, err := h.notices.StopOf(r.PathValue("token"))
	if err != nil {
		return err
	}
	p := i18n.From(r.Context())
	name := p.T("notice.kind." + kind)
	v := h.frame.Public(w, r, p.T("notice.stop.title"))
	v.NoIndex = true
	return web.Render(w, r, http.StatusOK, stopPage(v, ui.ConfirmPageView{ConfirmView: ui.ConfirmView{Title: v.Title, Text: p.T("notice.stop.text", "kind", name), Button: p.T("notice.stop.button")},
		Action: r.URL.Path, Cancel: "/"}))
}

// stop also answers the mail program that sends the POST by itself (RFC 8058).
func (h *Pages) stop(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	kind, err := h.notices.StopOf(token)
	if err != nil {
		return err
	}
	if err := h.notices.Stop(r.Context(), token); err != nil {
		return err
	}
	p := i18n.From(r.Context())
	v := h.frame.Public(w, r, p.T("notice.stopped.title"))
	v.NoIndex = true
	return web.Render(w, r, http.StatusOK, stoppedPage(v, p.T("notice.stopped.text", "kind", p.T("notice.kind."+kind))))
}
