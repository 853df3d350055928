// Package e2e tries the pages in a real Chromium (A1): the whole story of a suggestion as each role lives it, and every page in every width, language
// and look, with axe finding nothing.
package e2e

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"xieshang/internal/account"
	"xieshang/internal/app"
	"xieshang/internal/app/apptest"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/browsertest"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/i18n"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

func TestMain(m *testing.M) { os.Exit(browsertest.Main(m)) }

// look is how somebody looks at the site.
type look struct {
	name string
	view browsertest.View
	axe  bool // ask axe about every page on the way
}

// world is one site with people of every role in it.
type world struct {
	*apptest.Site
	Traffic, Office uuid.UUID // a second department, and the supervision office
	cookies         map[string]string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Site: apptest.New(t, dbtest.SQLite(t, app.Migrations())), Traffic: uuid.New(), Office: uuid.New(), cookies: map[string]string{}}
	since := clock.Interval{From: clock.Of(2020, 1, 1)}
	err := w.App.Directory.Record(w.System(), &directory.Batch{
		Organisations: []directory.Organisation{
			{ID: w.Traffic, Kind: directory.Department, Name: i18n.Name{ZH: "市交通运输局", EN: "City Transport Bureau"}, Level: directory.City, Division: w.Division, Valid: since},
			{ID: w.Office, Kind: directory.Office, Name: i18n.Name{ZH: "市政府督查室", EN: "City Supervision Office"}, Level: directory.City, Division: w.Division, Valid: since},
		},
		Fields: []directory.Field{{ID: uuid.New(), Path: "交通出行", Name: i18n.Name{ZH: "交通出行", EN: "Traffic"}}}})
	if err != nil {
		t.Fatal(err)
	}
	all := []authz.Role{authz.Member, authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader, authz.Admin, authz.Clerk, authz.Head}
	for login, roles := range map[string][]authz.Role{"all": all, "member": {authz.Member}, "reviewer": {authz.Reviewer}, "dispatcher": {authz.Dispatcher}, "editor": {authz.Editor},
		"leader": {authz.Leader}, "admin": {authz.Admin}, "clerk": {authz.Clerk}, "head": {authz.Head}} {
		w.Account(login, roles...)
	}
	for _, login := range []string{"all", "member", "reviewer", "dispatcher", "editor", "leader", "admin", "clerk", "head"} {
		w.cookies[login] = w.Cookie(login).Value
	}
	for login, place := range map[string]uuid.UUID{"traffic": w.Traffic, "office": w.Office} {
		in := account.Invitation{Login: login, Name: login, Grants: []account.NewGrant{{Role: authz.Clerk, Place: place, Days: since}}}
		if _, err := w.App.Accounts.Create(w.System(), in, apptest.Password); err != nil {
			t.Fatal(err)
		}
		w.cookies[login] = w.Cookie(login).Value
	}
	return w
}

// person is somebody with a tab of their own.
type person struct {
	*browsertest.Page
	t    testing.TB
	w    *world
	l    look
	seen map[string]bool // what axe has been asked about
}

// stranger opens a tab without an account.
func (w *world) stranger(t *testing.T, l look) *person {
	return &person{browsertest.New(t).Page(l.view), t, w, l, map[string]bool{}}
}

// as opens a tab with a session of an account.
func (w *world) as(t *testing.T, l look, login string) *person {
	p := w.stranger(t, l)
	p.Go(w.URL + "/healthz")
	p.Eval(`document.cookie = "xs=` + w.cookies[login] + `; path=/"`)
	return p
}

var digits = regexp.MustCompile(`\d+`)

// at opens a path and looks at the page: no scrolling sideways, and axe finds nothing where the look asks for it. Pages that differ in a number only are
// asked about once; axe takes most of the time.
func (p *person) at(path string) {
	p.t.Helper()
	p.open(path, digits.ReplaceAllString(path, "0"))
}

func (p *person) open(path, kind string) {
	p.t.Helper()
	p.Go(p.w.URL + path)
	p.look(p.l.axe && !p.seen[kind])
	p.seen[kind] = true
}

// inspect looks at the page that is open.
func (p *person) inspect() {
	p.t.Helper()
	p.look(p.l.axe)
}

func (p *person) look(axe bool) {
	p.t.Helper()
	p.NoHorizontalScroll()
	if axe {
		p.Accessible()
	}
	if text := p.Text("body"); strings.Contains(text, "⟦") {
		p.t.Errorf("%s shows a key without a text", p.URL())
	}
}

// press is the value of a field that is a choice: its label is pressed.
const press = "<press>"

// act takes an action at the desk: its card is opened, its fields are filled, its question is answered with yes.
func (p *person) act(number, action string, f ...[2]string) {
	p.t.Helper()
	p.open("/desk/suggestions/"+number, action)
	p.do(action, f...)
}

// do takes an action on the page that is open.
func (p *person) do(action string, f ...[2]string) {
	p.t.Helper()
	card := "#do-" + action
	p.Wait(card)
	if p.Eval(`document.querySelector('`+card+`').open`) == "false" {
		p.Click(card + " > summary")
	}
	for _, x := range f {
		if x[1] == press {
			p.Click("label:has(> #" + action + "-" + x[0] + ")")
			continue
		}
		p.Fill("#"+action+"-"+x[0], x[1])
	}
	p.Click(card + "-form .actions button")
	if p.Count("#sure-"+action+"[open]") > 0 {
		p.Click("#sure-" + action + " [value=yes]")
	}
	p.Wait(".flash")
}

// want fails the test unless the matter is in the state.
func (w *world) want(t testing.TB, number string, state wf.State) *suggestion.Case {
	t.Helper()
	c, err := w.App.Suggestions.Get(w.System(), number)
	if err != nil {
		t.Fatal(err)
	}
	if c.State != state {
		t.Fatalf("%s is %s, want %s", number, c.State, state)
	}
	return c
}

// raised makes a public matter of a member by the service, for what is not this test's subject.
func (w *world) raised(t testing.TB, title, body string) string {
	t.Helper()
	r, err := w.App.Suggestions.Raise(t.Context(), suggestion.RaiseInput{Title: title, Body: body, Division: w.Division, PublicWish: true})
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	if _, err := w.App.Suggestions.Act(authz.With(w.System(), authz.Actor{Account: w.Committee, Grants: []authz.Grant{{Role: authz.Reviewer, Place: w.Committee}}}), r.Number,
		suggestion.ReviewAccept, suggestion.ActInput{Public: &yes}); err != nil {
		t.Fatal(err)
	}
	return r.Number
}

// photo writes a picture of about size bytes that no two calls share.
func photo(t testing.TB, name string, width int) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, width))
	seed := uint32(width)
	for i := range img.Pix { // noise, so that it does not compress
		seed = seed*1664525 + 1013904223
		img.Pix[i] = byte(seed >> 24)
	}
	img.Set(0, 0, color.White)
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, buf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ctx is what an account's request carries.
func (w *world) ctx(t testing.TB, login string) (context.Context, error) {
	t.Helper()
	a, err := w.App.Accounts.Actor(context.Background(), w.cookies[login])
	return authz.With(context.Background(), a), err
}
