// Package diaryweb has the calendar that a person's own program reads and the page on which its address is taken, renewed and given up (C1).
// It promises that the address shows nobody else's time, and that nobody but its owner ever sees it.
package diaryweb

import (
	"embed"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"xieshang/internal/gathering/diary"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ical"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/pdf"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

// Messages holds the texts of the page.
//
//go:embed messages
var Messages embed.FS

// Pages are the handlers.
type Pages struct {
	service *diary.Service
	frame   *page.Frame
	url     string // public address of the site; "": the address of the request
	mails   bool   // a mail server is set
}

// New makes the pages.
func New(s *diary.Service, f *page.Frame, url string, mails bool) *Pages {
	return &Pages{s, f, url, mails}
}

// Routes is the table of these pages.
func (h *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: "/calendar.ics", Who: web.Public("the token in the address lets in"), Do: h.calendar, API: true},
		{Method: "GET", Path: "/account/calendar", Who: web.SignedIn(), Do: h.show},
		{Method: "POST", Path: "/account/calendar/renew", Who: web.SignedIn(), Do: h.renew},
		{Method: "POST", Path: "/account/calendar/revoke", Who: web.SignedIn(), Do: h.revoke},
		{Method: "POST", Path: "/account/calendar/mails", Who: web.SignedIn(), Do: h.setMails},
	}
}

func text(r *http.Request) *i18n.Printer { return i18n.From(r.Context()) }

func (h *Pages) calendar(w http.ResponseWriter, r *http.Request) error {
	b, err := h.service.Calendar(r.Context(), r.URL.Query().Get("token"), text(r))
	if err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", ical.ContentType)
	head.Set("Content-Disposition", `inline; filename="calendar.ics"`)
	head.Set("Cache-Control", "private, max-age=300")
	head.Set("Referrer-Policy", "no-referrer")
	_, err = w.Write(b)
	return err
}

// calendarView is the page.
type calendarView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Address string // "": there is none
	Webcal  string // the same for a calendar program
	QR      string
	Facts   []ui.Fact
	Mails   ui.TickView
	HasMail bool
}

func (h *Pages) show(w http.ResponseWriter, r *http.Request) error {
	p := text(r)
	f, ok, err := h.service.Mine(r.Context())
	if err != nil {
		return err
	}
	on, err := h.service.Mails(r.Context())
	if err != nil {
		return err
	}
	v := calendarView{Page: h.frame.Public(w, r, p.T("diaryweb.title")), Head: ui.HeadView{Title: p.T("diaryweb.title"), Lead: p.T("diaryweb.lead")}, HasMail: h.mails,
		Mails: ui.TickView{Name: "mails", Label: p.T("diaryweb.mails"), Hint: p.T("diaryweb.mails.hint"), Checked: on}}
	v.Page.NoIndex = true
	if ok {
		q := url.Values{"token": {f.Token}}
		if p.Lang() != i18n.ZH {
			q.Set("lang", string(p.Lang()))
		}
		v.Address = h.site(r) + "/calendar.ics?" + q.Encode()
		_, rest, _ := strings.Cut(v.Address, "://")
		v.Webcal = "webcal://" + rest
		png, err := pdf.QRPNG(v.Webcal, 4)
		if err != nil {
			return err
		}
		v.QR = "data:image/png;base64," + base64.StdEncoding.EncodeToString(png)
		v.Facts = []ui.Fact{{Term: p.T("diaryweb.created"), Text: p.DateTime(f.Created)}, {Term: p.T("diaryweb.used"), Text: p.T("diaryweb.never")}}
		if !f.LastUsed.IsZero() {
			v.Facts[1].Text = p.DateTime(f.LastUsed)
		}
	}
	return web.Render(w, r, http.StatusOK, calendarPage(v))
}

// site is the address of this site as other programs reach it.
func (h *Pages) site(r *http.Request) string {
	switch {
	case h.url != "":
		return h.url
	case web.InfoOf(r.Context()).Secure:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (h *Pages) renew(w http.ResponseWriter, r *http.Request) error {
	if err := h.service.Renew(r.Context()); err != nil {
		return err
	}
	web.Flash(w, r, "diaryweb.renewed")
	return web.Redirect(w, r, "/account/calendar")
}

func (h *Pages) revoke(w http.ResponseWriter, r *http.Request) error {
	if err := h.service.Revoke(r.Context()); err != nil {
		return err
	}
	web.Flash(w, r, "diaryweb.revoked")
	return web.Redirect(w, r, "/account/calendar")
}

func (h *Pages) setMails(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	if err := h.service.SetMails(r.Context(), form.Get("mails") == "1"); err != nil {
		return err
	}
	web.Flash(w, r, "diaryweb.saved")
	return web.Redirect(w, r, "/account/calendar")
}
