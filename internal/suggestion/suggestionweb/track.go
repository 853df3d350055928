package suggestionweb

import (
	"encoding/base64"
	"net/http"

	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/pdf"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"
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
}

func (h *Pages) trackForm(w http.ResponseWriter, r *http.Request) error {
	return h.trackPage(w, r, http.StatusOK, "", "")
}

func (h *Pages) trackPage(w http.ResponseWriter, r *http.Request, status int, typed, text string) error {
	p := i18n.From(r.Context())
	v := trackView{Page: h.Frame.Public(w, r, p.T("suggestionweb.track")), Code: ui.FieldView{Name: "code", Label: p.T("suggestion.input.code"), Hint: p.T("suggestionweb.track.hint"),
		Value: typed, Error: text, Required: true, InputMode: "numeric", Autocomplete: "off", Width: "m", Placeholder: "0000 0000 0000 0000"}}
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("suggestionweb.track.lead")}
	if text != "" {
		v.Errors = []ui.ErrorView{{Field: "code", Text: text}}
	}
	if ref, ok := h.followed(r); ok {
		v.Known = ref
	}
	return web.Render(w, r, status, trackPage(v))
}

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
	if _, ok := suggestion.ParseCode(typed); ok {
		if err := h.Service.Allow(r.Context(), "code", address(r), suggestion.CodesPerHour, hour); err != nil {
			return err
		}
	}
	ref, author, err := h.Service.Track(r.Context(), typed)
	if err != nil {
		pr, ok := problem.Of(err)
		if !ok {
			return err
		}
		text := i18n.From(r.Context()).T(pr.Key, pr.Args...)
		if e := web.FieldErrors(r, err); e["code"] != "" {
			text = e["code"]
		}
		return h.trackPage(w, r, web.Status(pr.Kind), typed, text)
	}
	h.setCode(w, r, author)
	return web.Redirect(w, r, "/suggestions/"+ref)
}

// forget takes the code off this device, for a phone that several people use.
func (h *Pages) forget(w http.ResponseWriter, r *http.Request) error {
	http.SetCookie(w, &http.Cookie{Name: codeCookie, Path: "/", MaxAge: -1, HttpOnly: true})
	web.Flash(w, r, "suggestionweb.forgotten")
	return web.Redirect(w, r, "/track")
}
