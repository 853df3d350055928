package suggestionweb

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/pdf"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

type receiptView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Number  string
	Code    string
	QR      string // data address of a picture
	Phone   bool
	Address string
}

// receipt shows the tracking code, the one time that it can be shown.
func (h *Pages) receipt(w http.ResponseWriter, r *http.Request, rec suggestion.Receipt, phone bool) error {
	p := i18n.From(r.Context())
	v := receiptView{Page: h.Frame.Public(w, r, p.T("suggestionweb.receipt.title")), Number: rec.Number, Code: rec.Code, Phone: phone, Address: "/suggestions/" + rec.Number}
	v.Page.NoIndex, v.Page.Path = true, "/track"
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("suggestionweb.receipt.lead")}
	if png, err := pdf.QRPNG(h.site(r)+"/track", 6); err == nil {
		v.QR = "data:image/png;base64," + base64.StdEncoding.EncodeToString(png)
	}
	return web.Render(w, r, http.StatusOK, receiptPage(v))
}

// site is the address of this site as others reach it.
func (h *Pages) site(r *http.Request) string {
	if h.URL != "" {
		return h.URL
	}
	if web.InfoOf(r.Context()).Secure {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

type trackView struct {
	Page   ui.PageView
	Head   ui.HeadView
	Code   ui.FieldView
	Errors []ui.ErrorView
	Known  string // the matter that this browser follows
	Kept   [][2]string
	Words  string // what was typed into a form before the code ran out
	SignIn string
}

func (h *Pages) trackForm(w http.ResponseWriter, r *http.Request) error {
	return h.trackPage(w, r, http.StatusOK, "", "", url.Values{})
}

// whoAgain answers an action of somebody whose code or session ran out while they wrote: the words stay, the code brings them back to the form.
func (h *Pages) whoAgain(w http.ResponseWriter, r *http.Request, action wf.Action, in suggestion.ActInput) error {
	return h.trackPage(w, r, http.StatusUnauthorized, "", "", url.Values{"action": {string(action)}, "reason": {in.Reason}, "text": {in.Text}, "rating": {string(in.Rating)},
		"back": {"/suggestions/" + r.PathValue("number")}})
}

// trackPage asks for a code. Kept are the words of an action that could not be taken.
func (h *Pages) trackPage(w http.ResponseWriter, r *http.Request, status int, typed, text string, kept url.Values) error {
	p := i18n.From(r.Context())
	v := trackView{Page: h.Frame.Public(w, r, p.T("suggestionweb.track")), Code: ui.FieldView{Name: "code", Label: p.T("suggestion.input.code"), Hint: p.T("suggestionweb.track.hint"),
		Value: typed, Error: text, Required: true, InputMode: "numeric", Autocomplete: "off", Width: "m", Placeholder: "0000 0000 0000 0000"}}
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("suggestionweb.track.lead")}
	if text != "" {
		v.Errors = []ui.ErrorView{{Field: "code", Text: text}}
	}
	if kept.Get("action") != "" {
		v.Head = ui.HeadView{Title: p.T("suggestionweb.again"), Lead: p.T("suggestionweb.again.text")}
		v.Page.Problem = true
		v.Words, v.SignIn = strings.TrimSpace(kept.Get("text")+"\n"+kept.Get("reason")), "/login?next="+url.QueryEscape(kept.Get("back"))
		for _, k := range keptFields() {
			if x := kept.Get(k); x != "" {
				v.Kept = append(v.Kept, [2]string{k, x})
			}
		}
	} else if ref, ok := h.followed(r); ok {
		v.Known = ref
	}
	return web.Render(w, r, status, trackPage(v))
}

func keptFields() []string { return []string{"action", "reason", "text", "rating", "back"} }

// followed is the page of the matter whose code this browser has entered.
func (h *Pages) followed(r *http.Request) (string, bool) {
	ctx := h.withCode(r)
	if ctx == r.Context() {
		return "", false
	}
	page, err := h.Service.List(ctx, suggestion.Filter{Scope: suggestion.MineScope, Limit: 1})
	if err != nil || len(page.Items) == 0 {
		return "", false
	}
	return href(page.Items[0].Suggestion), true
}

// track takes a code. A slip is told from an unknown code without asking the database, so that it costs no try.
func (h *Pages) track(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	typed := form.Get("code")
	ref, author, err := h.find(r, typed)
	if err != nil {
		pr, ok := problem.Of(err)
		if !ok {
			return err
		}
		text := i18n.From(r.Context()).T(pr.Key, pr.Args...)
		if e := web.FieldErrors(r, err); e["code"] != "" {
			text = e["code"]
		}
		return h.trackPage(w, r, web.Status(pr.Kind), typed, text, form)
	}
	h.setCode(w, r, author)
	if action := form.Get("action"); action != "" {
		if c, err := h.Service.Get(suggestion.ByCode(r.Context(), author), ref); err == nil && c.May(wf.Action(action)) {
			in := suggestion.ActInput{Reason: form.Get("reason"), Text: form.Get("text"), Rating: suggestion.Rating(form.Get("rating"))}
			return h.render(w, r, http.StatusOK, c, &refusal{action: wf.Action(action), in: in, text: i18n.From(r.Context()).T("suggestionweb.again.check")})
		}
	}
	return web.Redirect(w, r, "/suggestions/"+ref)
}

// find looks a code up, so many times an hour from one address. A slip costs no try.
func (h *Pages) find(r *http.Request, typed string) (ref string, author uuid.UUID, err error) {
	if _, ok := suggestion.ParseCode(typed); ok {
		if err := h.Service.Allow(r.Context(), "code", address(r), suggestion.CodesPerHour, hour); err != nil {
			return "", uuid.Nil, err
		}
	}
	return h.Service.Track(r.Context(), typed)
}

// forget takes the code off this device, for a phone that several people use.
func (h *Pages) forget(w http.ResponseWriter, r *http.Request) error {
	http.SetCookie(w, &http.Cookie{Name: codeCookie, Path: "/", MaxAge: -1, HttpOnly: true})
	web.Flash(w, r, "suggestionweb.forgotten")
	return web.Redirect(w, r, "/track")
}
