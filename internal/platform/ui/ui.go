// Package ui holds the frame and the components of all pages: shell, fields, lists, tables, timeline, charts, maps (P2). It promises pages that work
// without JavaScript, by keyboard, at 320 px and at 200 % text, in both languages and themes, with no style or script inside the page (strict CSP).
//
// Each component takes a view struct with exactly what it shows. Texts in it are already translated; only the words that belong to a component itself
// (such as "optional" or "days left") come from this package's own messages.
package ui

import (
	"embed"
	"net/url"

	"xieshang/assets"
	"xieshang/internal/platform/i18n"
)

// Messages holds this package's own words, to be handed to i18n.Load.
//
//go:embed messages/*.json
var Messages embed.FS

// Face is one of the two faces of the site.
type Face string

// Public pages are for a phone; Staff pages for a desk.
const (
	Public Face = "public"
	Staff  Face = "staff"
)

// Theme is what the reader chose. The zero value follows the device.
type Theme string

// The themes, as they stand in data-theme.
const (
	Auto  Theme = "auto"
	Light Theme = "light"
	Dark  Theme = "dark"
)

// ParseTheme reads a cookie or form value; anything unknown follows the device.
func ParseTheme(s string) Theme {
	switch t := Theme(s); t {
	case Light, Dark:
		return t
	}
	return Auto
}

// Size is the size of the text.
type Size string

// Large (大字版) is 22 px with a simpler layout.
const (
	Normal Size = "normal"
	Large  Size = "large"
)

// ParseSize reads a cookie or form value; anything unknown is Normal.
func ParseSize(s string) Size {
	if Size(s) == Large {
		return Large
	}
	return Normal
}

// Tone says what a colour means. It never stands alone: a badge has a word and a shape besides.
type Tone string

// The tones, from nothing special to an honour.
const (
	Quiet  Tone = "quiet"  // draft, withdrawn, closed without more
	Info   Tone = "info"   // arrived, to be looked at
	Busy   Tone = "busy"   // somebody works on it
	OK     Tone = "ok"     // done, agreed, satisfied
	Warn   Tone = "warn"   // soon due, wants care
	Late   Tone = "late"   // overdue, refused, failed
	Second Tone = "second" // handled a second time
	Honour Tone = "honour" // gold, for honours only
)

// PageView is what the frame of a page shows.
type PageView struct {
	Title       string // of the page; the site's name is added
	Description string // for search engines and previews; optional
	Face        Face
	Lang        i18n.Lang
	Theme       Theme
	Size        Size
	Path        string // where the page is, with its query: preferences return to it
	Nav         []NavItem
	User        *UserBadge // nil for a visitor
	SignIn      string     // address of the sign-in page, shown to a visitor; optional
	Footer      []Link
	Flash       *NoticeView
	Wide        bool // lists and tables; forms and texts stay narrow
	NoIndex     bool
	Problem     bool   // an error page: drafts of what was sent are kept
	Feed        string // address of an Atom feed; optional
	CSS         []string
	JS          []string // names of further bundles in assets ("staff.js"); charts and maps load themselves
}

// NavItem is one place in the navigation: Icon is a name known to Icon, Group a heading that staff see above the first of its items.
type NavItem struct {
	Label   string
	Href    string
	Icon    string
	Group   string
	Count   int
	Late    bool // the count is of late things
	Current bool
}

// Link is a word that leads somewhere.
type Link struct {
	Label string
	Href  string
}

// UserBadge is who is signed in.
type UserBadge struct {
	Name    string
	Role    string // what they are here, in words
	Notices int    // unread
	Links   []Link // own pages: account, notices, other roles
	SignOut string // address that takes a POST
}

// PublicNav is the navigation of the public pages with the place that path lies in marked.
func PublicNav(p *i18n.Printer, path string) []NavItem {
	items := []NavItem{
		{Label: p.T("ui.nav.home"), Href: "/", Icon: "home"},
		{Label: p.T("ui.nav.raise"), Href: "/suggestions/new", Icon: "pen"},
		{Label: p.T("ui.nav.track"), Href: "/suggestions", Icon: "list"},
		{Label: p.T("ui.nav.figures"), Href: "/figures", Icon: "chart"},
	}
	best := -1
	for i, item := range items {
		if within(path, item.Href) && (best < 0 || len(item.Href) > len(items[best].Href)) {
			best = i
		}
	}
	if best >= 0 {
		items[best].Current = true
	}
	return items
}

// within reports whether a path, with or without its query, is a place or lies below it. The home page has nothing below it.
func within(path, place string) bool {
	if u, err := url.Parse(path); err == nil {
		path = u.Path
	}
	if path == place {
		return true
	}
	return place != "/" && len(path) > len(place) && path[:len(place)] == place && path[len(place)] == '/'
}

func title(p *i18n.Printer, v PageView) string {
	if v.Title == "" {
		return p.T("ui.brand")
	}
	return v.Title + " · " + p.T("ui.brand")
}

func themeOf(v PageView) string {
	if v.Theme == "" {
		return string(Auto)
	}
	return string(v.Theme)
}

func sizeOf(v PageView) string {
	if v.Size == "" {
		return string(Normal)
	}
	return string(v.Size)
}

func asset(name string) string { return assets.Path(name) }

func pressed(on bool) string {
	if on {
		return "true"
	}
	return "false"
}
