package signinweb

import (
	"net/http"
	"strconv"
	"strings"

	"xieshang/internal/gathering/signin"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/qr"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

// screenView is what hangs on the wall.
type screenView struct {
	Title   string
	Lang    i18n.Lang
	Theme   ui.Theme
	Name    string
	Where   string
	Codes   string // where the script asks
	Step    int64
	Path    string
	Box     string
	Digits  string
	Present int
	Asked   int
	Status  string
	State   string
	Back    string
	Self    string
	Address string // short enough to be typed
}

// screen is the page for the hall. Without script it shows the code of the moment and is renewed by hand.
func (h *Pages) screen(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	s, err := h.Service.Screen(r.Context(), id, 0, 1)
	if err != nil {
		return err
	}
	p, prefs := text(r), web.InfoOf(r.Context()).Prefs
	v := screenView{Title: p.T("signinweb.screen.title", "title", s.Gathering.Title), Lang: p.Lang(), Theme: ui.ParseTheme(prefs.Theme), Name: s.Gathering.Title,
		Where: p.T("signinweb.when", "start", s.Gathering.Start) + " " + s.Gathering.Place, Codes: r.URL.Path + "/codes", Step: signin.Step.Milliseconds(),
		Present: s.Gathering.Present, Asked: s.Gathering.Asked, Status: status(p, s.Gathering), State: stateName(s.Gathering.State), Back: "/gatherings/" + id.String() + "/door", Self: r.URL.Path}
	_, v.Address, _ = strings.Cut(h.site(r)+"/s", "://")
	if len(s.Codes) > 0 {
		g, err := qr.New(h.site(r) + "/s/" + s.Codes[0].Short)
		if err != nil {
			return err
		}
		v.Path, v.Box, v.Digits = g.Path(), box(g), s.Codes[0].Digits[:3]+" "+s.Codes[0].Digits[3:]
	}
	return web.Render(w, r, http.StatusOK, screenPage(v))
}

func box(g qr.Grid) string {
	n := strconv.Itoa(g.Box())
	return "0 0 " + n + " " + n
}

func stateName(s signin.State) string {
	return [...]string{"coming", "open", "over", "closed"}[s]
}

func status(p *i18n.Printer, g signin.Gathering) string {
	return p.T("signinweb.screen." + stateName(g.State))
}

type codesAnswer struct {
	Now     int64       `json:"now"`
	Renewed string      `json:"renewed"`
	Codes   []codesItem `json:"codes"`
	Present int         `json:"present"`
	Asked   int         `json:"asked"`
	State   string      `json:"state"`
	Status  string      `json:"status"`
}

type codesItem struct {
	From   int64  `json:"from"`
	Digits string `json:"digits"`
	Side   int    `json:"side"`
	Square string `json:"square"`
}

// codes answers the screen's script: ?from= is a step, ?n= how many codes; none are asked for when only the count is wanted.
func (h *Pages) codes(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	from, _ := strconv.ParseInt(r.URL.Query().Get("from"), 10, 64) // what is no number is the beginning
	n, _ := strconv.Atoi(r.URL.Query().Get("n"))
	s, err := h.Service.Screen(r.Context(), id, max(from, 0), min(max(n, 0), 180))
	if err != nil {
		return err
	}
	out := codesAnswer{Now: s.Now.UnixMilli(), Renewed: s.Mark, Present: s.Gathering.Present, Asked: s.Gathering.Asked, State: stateName(s.Gathering.State), Status: status(text(r), s.Gathering)}
	site := h.site(r)
	for _, c := range s.Codes {
		g, err := qr.New(site + "/s/" + c.Short)
		if err != nil {
			return err
		}
		out.Codes = append(out.Codes, codesItem{From: c.From.UnixMilli(), Digits: c.Digits, Side: g.Side, Square: g.Packed()})
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.JSON(w, http.StatusOK, out)
}
