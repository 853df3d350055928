package web

import (
	"net/http"
	"net/url"
	"strings"
)

// Prefs are what a visitor chose about the look, kept in a cookie that holds nothing else.
type Prefs struct {
	Lang  string // "", zh-CN or en
	Theme string // "", light or dark; "" follows the device
	Large bool   // 大字版
}

const prefsCookie = "prefs"

func readPrefs(r *http.Request) Prefs {
	c, err := r.Cookie(prefsCookie)
	if err != nil {
		return Prefs{}
	}
	v, err := url.ParseQuery(c.Value)
	if err != nil {
		return Prefs{}
	}
	return Prefs{Lang: one(v.Get("lang"), "zh-CN", "en"), Theme: one(v.Get("theme"), "light", "dark"), Large: v.Get("size") == "large"}
}

// one returns v when it is one of the allowed values, "" otherwise.
func one(v string, allowed ...string) string {
	for _, a := range allowed {
		if v == a {
			return v
		}
	}
	return ""
}

func (p Prefs) cookie(secure bool) *http.Cookie {
	v := url.Values{}
	if p.Lang != "" {
		v.Set("lang", p.Lang)
	}
	if p.Theme != "" {
		v.Set("theme", p.Theme)
	}
	if p.Large {
		v.Set("size", "large")
	}
	return &http.Cookie{Name: prefsCookie, Value: v.Encode(), Path: "/", MaxAge: 400 * 24 * 3600, HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode}
}

// PreferencesRoute takes lang, theme and size from a form, keeps them and goes back to the page named by next.
func PreferencesRoute() Route {
	return Route{Method: http.MethodPost, Path: "/preferences", Who: Public("everybody chooses language, size and theme"),
		Do: func(w http.ResponseWriter, r *http.Request) error {
			form, err := Form(r)
			if err != nil {
				return err
			}
			info := InfoOf(r.Context())
			p := info.Prefs
			if form.Has("lang") {
				p.Lang = one(form.Get("lang"), "zh-CN", "en")
			}
			if form.Has("theme") {
				p.Theme = one(form.Get("theme"), "light", "dark")
			}
			if form.Has("size") {
				p.Large = form.Get("size") == "large"
			}
			http.SetCookie(w, p.cookie(info.Secure))
			return Redirect(w, r, LocalPath(form.Get("next")))
		}}
}

// LocalPath returns next when it is a path of this site, "/" otherwise, so that no form becomes an open redirect.
func LocalPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	if u, err := url.Parse(next); err != nil || u.Host != "" || u.Scheme != "" {
		return "/"
	}
	return next
}
