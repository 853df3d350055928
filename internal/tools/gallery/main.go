// Program gallery shows every component of the pages with invented content, for people to look at and for screenshots:
//
//	go run ./internal/tools/gallery -addr 127.0.0.1:8099
//
// then /public, /form, /staff, /data, /letter; ?lang=en, ?theme=dark, ?size=large choose the look.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"time"

	"xieshang/assets"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"

	"github.com/a-h/templ"
)

// csp is as strict as the platform's own, so that what would be refused there is refused here.
const csp = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; worker-src 'self'; frame-ancestors 'none'"

func main() {
	addr := flag.String("addr", "127.0.0.1:8099", "address to serve on")
	flag.Parse()
	handler, err := newGallery()
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: *addr, Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	fmt.Println("gallery on http://" + *addr + "/public")
	log.Fatal(server.ListenAndServe())
}

func newGallery() (http.Handler, error) {
	catalog, err := i18n.Load(ui.Messages)
	if err != nil {
		return nil, err
	}
	static, err := assets.Handler()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(assets.Prefix, static)
	show := func(path string, face ui.Face, wide bool, body func(*i18n.Printer) templ.Component) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			p := catalog.Printer(i18n.Negotiate("", "", r.URL.Query().Get("lang")))
			v := frame(p, r, face, wide)
			ctx := i18n.With(r.Context(), p)
			w.Header().Set("Content-Security-Policy", csp)
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			if err := ui.Page(v).Render(templ.WithChildren(ctx, body(p)), w); err != nil {
				log.Print(err)
			}
		})
	}
	show("/public", ui.Public, true, publicPage)
	show("/matter", ui.Public, true, matterPage)
	show("/form", ui.Public, false, formPage)
	show("/broken", ui.Public, false, brokenPage)
	show("/data", ui.Public, true, dataPage)
	show("/letter", ui.Public, true, letterPage)
	show("/staff", ui.Staff, true, staffPage)
	show("/staff-form", ui.Staff, false, staffForm)
	uploads := newUploads()
	mux.Handle("/uploads", uploads)
	mux.Handle("/uploads/", uploads)
	mux.HandleFunc("GET /similar", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<h2>可能是同一件事</h2><ul class="items"><li class="item">%d</li></ul>`, len([]rune(r.URL.Query().Get("text"))))
	})
	mux.HandleFunc("POST /sent", func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, "%v", r.Form)
	})
	return mux, nil
}

func frame(p *i18n.Printer, r *http.Request, face ui.Face, wide bool) ui.PageView {
	q := r.URL.Query()
	v := ui.PageView{
		Title: "Gallery", Face: face, Lang: p.Lang(), Theme: ui.ParseTheme(q.Get("theme")), Size: ui.ParseSize(q.Get("size")), Path: r.URL.RequestURI(), Wide: wide, SignIn: "/sign-in",
		Footer: []ui.Link{{Label: say(p, "关于", "About"), Href: "/about"}, {Label: say(p, "使用帮助", "Help"), Href: "/help"}, {Label: say(p, "无障碍说明", "Accessibility"), Href: "/access"}, {Label: "API", Href: "/api"}},
	}
	if face == ui.Public {
		v.Nav = ui.PublicNav(p, map[string]string{"/public": "/", "/form": "/suggestions/new", "/broken": "/suggestions/new", "/matter": "/suggestions/1", "/data": "/figures"}[r.URL.Path])
		return v
	}
	v.SignIn = ""
	v.JS = []string{"staff.js"}
	v.User = &ui.UserBadge{Name: say(p, "林晓舟", "Lin Xiaozhou"), Role: say(p, "澜州市政协 · 审核", "Lanzhou committee · reviewer"), Notices: 3, SignOut: "/sign-out", Links: []ui.Link{{Label: say(p, "我的账号", "My account"), Href: "/me"}}}
	v.Nav = []ui.NavItem{
		{Label: say(p, "今日工作", "Today"), Href: "/desk", Icon: "home"},
		{Label: say(p, "待审核", "To review"), Href: "/staff", Icon: "inbox", Group: say(p, "微建议", "Suggestions"), Count: 12, Current: true},
		{Label: say(p, "待交办", "To dispatch"), Href: "/d", Icon: "send", Group: say(p, "微建议", "Suggestions"), Count: 5},
		{Label: say(p, "答复待审", "Answers"), Href: "/a", Icon: "reply", Group: say(p, "微建议", "Suggestions"), Count: 8},
		{Label: say(p, "逾期", "Overdue"), Href: "/l", Icon: "late", Group: say(p, "微建议", "Suggestions"), Count: 3, Late: true},
		{Label: say(p, "数据", "Figures"), Href: "/f", Icon: "chart", Group: say(p, "机构", "Organisation")},
		{Label: say(p, "单位与人员", "Departments, people"), Href: "/o", Icon: "building", Group: say(p, "机构", "Organisation")},
		{Label: say(p, "设置", "Settings"), Href: "/s", Icon: "settings", Group: say(p, "机构", "Organisation")},
	}
	return v
}

func say(p *i18n.Printer, zh, en string) string { return p.Name(i18n.Name{ZH: zh, EN: en}) }

// now is one fixed morning, so that two pictures of the gallery differ only where the code does.
func now() time.Time { return time.Date(2026, 3, 12, 2, 0, 0, 0, time.UTC) }
