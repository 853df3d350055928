// Package gatheringweb has the pages of gatherings (C1, C3, E1): my own meetings and my answer, and for those who run them the plan, the roll, minutes, decisions and figures. It promises that
// every form works without script, and that a page shows what the service gave its reader and nothing else.
package gatheringweb

import (
	"cmp"
	"context"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/gathering"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/blob"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/photo"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// Messages holds the texts of these pages.
//
//go:embed messages
var Messages embed.FS

// Directory is what these pages ask of the directory.
type Directory interface {
	Snapshot(ctx context.Context) (*directory.Snapshot, error)
}

// Needs is what the pages are made of.
type Needs struct {
	Service   *gathering.Service
	Directory Directory
	Frame     *page.Frame
	Photos    *photo.Processor
	Blobs     blob.Store
	Clock     clock.Clock
}

// Pages are the handlers.
type Pages struct{ Needs }

// New makes the pages.
func New(n Needs) *Pages { return &Pages{n} }

const filesBody = 10*(15<<20) + (1 << 20)

// Routes is the table of these pages. The service decides what each account sees and may do.
func (h *Pages) Routes() []web.Route {
	who := web.SignedIn()
	open := web.Public("a gathering that is marked public shows title, time, place and agenda; the service refuses every other to a visitor")
	get := func(path string, do web.Handler) web.Route {
		return web.Route{Method: "GET", Path: "/gatherings" + path, Who: who, Do: do}
	}
	post := func(path string, do web.Handler) web.Route {
		return web.Route{Method: "POST", Path: "/gatherings" + path, Who: who, Do: do}
	}
	return []web.Route{
		get("", h.list),
		get("/new", h.newForm),
		post("/new", h.make),
		get("/figures", h.figures),
		get("/figures.xlsx", h.export("xlsx")),
		get("/figures.csv", h.export("csv")),
		get("/kinds", h.kinds),
		post("/kinds", h.putKind),
		{Method: "GET", Path: "/gatherings/{id}", Who: open, Do: h.show},
		get("/{id}/edit", h.editForm),
		post("/{id}/edit", h.change),
		post("/{id}/actions/{action}", h.act),
		post("/{id}/answer", h.answer),
		post("/{id}/leave", h.leave),
		get("/{id}/roll", h.roll),
		post("/{id}/roll", h.keepRoll),
		post("/{id}/minutes", h.minutes),
		post("/{id}/decisions", h.decide),
		post("/{id}/decisions/{decision}", h.settle),
		{Method: "POST", Path: "/gatherings/{id}/files", Who: who, Do: h.addFiles, MaxBody: filesBody},
		post("/{id}/files/{file}/remove", h.removeFile),
		get("/{id}/files/{file}", h.file),
	}
}

// Entries are the places in the staff navigation.
func Entries() []page.Entry {
	staff := []authz.Role{authz.Organiser, authz.Leader, authz.Admin}
	return []page.Entry{
		{Key: "gatheringweb.title", Group: "gatheringweb.group", Href: "/gatherings", Icon: "users", Roles: append(slices.Clone(staff), authz.Member, authz.Reviewer, authz.Dispatcher, authz.Editor)},
		{Key: "gatheringweb.new", Group: "gatheringweb.group", Href: "/gatherings/new", Icon: "plus", Roles: []authz.Role{authz.Organiser}},
		{Key: "gatheringweb.figures", Group: "gatheringweb.group", Href: "/gatherings/figures", Icon: "chart", Roles: staff},
		{Key: "gatheringweb.kinds", Group: "gatheringweb.group", Href: "/gatherings/kinds", Icon: "settings", Roles: []authz.Role{authz.Organiser}},
	}
}

func text(r *http.Request) *i18n.Printer { return i18n.From(r.Context()) }

func pathID(r *http.Request, name string) (uuid.UUID, error) {
	u, err := uuid.Parse(r.PathValue(name))
	if err != nil {
		return u, problem.New(problem.NotFound, "problem.not-found")
	}
	return u, nil
}

func id(s string) uuid.UUID {
	u, err := uuid.Parse(s)
	if err != nil {
		return uuid.Nil
	}
	return u
}

func href(u uuid.UUID) string { return "/gatherings/" + u.String() }

// frame is the wide one for staff, the plain one for members and branch officers.
func (h *Pages) frame(w http.ResponseWriter, r *http.Request, title string) ui.PageView {
	if authz.From(r.Context()).Holds(authz.Organiser, authz.Leader, authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Admin) {
		return h.Frame.Staff(w, r, title)
	}
	v := h.Frame.Public(w, r, title)
	v.NoIndex = true
	return v
}

// holdable lists the organisations for which the actor plans: all of an organiser's committee, and those that the actor leads.
func (h *Pages) holdable(ctx context.Context, snap *directory.Snapshot) ([]*directory.Organisation, error) {
	a := authz.From(ctx)
	var out []*directory.Organisation
	for _, o := range snap.Organisations() {
		if !holds(o.Kind) {
			continue
		}
		if k := snap.CommitteeFor(o.ID); k != nil && a.Has(authz.Organiser, k.ID) {
			out = append(out, o)
		}
	}
	led, err := h.Service.Led(ctx)
	if err != nil {
		return nil, err
	}
	for _, u := range led {
		if o := snap.Organisation(u); o != nil && holds(o.Kind) && !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out, nil
}

// holds tells whether organisations of a kind come together here.
func holds(k directory.Kind) bool {
	return k != directory.Department && k != directory.Office && k != directory.OutsideBranch
}

// options lists organisations by kind, grouped in a select.
func options(p *i18n.Printer, list []*directory.Organisation, chosen []string) []ui.Option {
	list = slices.Clone(list)
	order := map[directory.Kind]int{}
	for i, k := range directory.Kinds() {
		order[k] = i
	}
	slices.SortStableFunc(list, func(a, b *directory.Organisation) int {
		return cmp.Or(cmp.Compare(order[a.Kind], order[b.Kind]), cmp.Compare(a.Name.ZH, b.Name.ZH))
	})
	var out []ui.Option
	for _, o := range list {
		out = append(out, ui.Option{Value: o.ID.String(), Label: p.Name(o.Name), Group: p.T("directory.kind." + string(o.Kind)), Selected: slices.Contains(chosen, o.ID.String())})
	}
	return out
}

// when says the time of a gathering: the day once when it ends on it.
func when(p *i18n.Printer, g gathering.Gathering) string {
	if clock.DateOf(g.Starts) == clock.DateOf(g.Ends.Add(-time.Microsecond)) {
		return p.T("gatheringweb.when", "day", weekday(p, g.Starts), "from", p.Time(g.Starts), "to", p.Time(g.Ends))
	}
	return p.T("gatheringweb.when-days", "from", weekday(p, g.Starts)+" "+p.Time(g.Starts), "to", weekday(p, g.Ends)+" "+p.Time(g.Ends))
}

func weekday(p *i18n.Printer, t time.Time) string {
	d := clock.DateOf(t)
	return p.T("gatheringweb.day", "day", p.Date(d), "weekday", p.T("gatheringweb.weekday."+strings.ToLower(d.Weekday().String()[:3])))
}

func stateBadge(p *i18n.Printer, s wf.State) ui.BadgeView {
	tone := ui.Info
	switch s {
	case gathering.Planned, gathering.Cancelled:
		tone = ui.Quiet
	case gathering.Open:
		tone = ui.Busy
	case gathering.Held:
		tone = ui.Warn
	case gathering.Closed:
		tone = ui.OK
	}
	return ui.BadgeView{Label: p.T("gathering.state." + string(s)), Tone: tone}
}

func presenceBadge(p *i18n.Printer, s gathering.Presence) ui.BadgeView {
	tone := ui.OK
	switch s {
	case gathering.Unknown:
		return ui.BadgeView{Label: p.T("gatheringweb.presence.unknown"), Tone: ui.Quiet}
	case gathering.Late:
		tone = ui.Warn
	case gathering.OnLeave:
		tone = ui.Info
	case gathering.Absent:
		tone = ui.Late
	}
	return ui.BadgeView{Label: p.T("gathering.presence." + string(s)), Tone: tone}
}

func answerBadge(p *i18n.Printer, a gathering.Answer, v gathering.Verdict) ui.BadgeView {
	switch {
	case a == gathering.Coming:
		return ui.BadgeView{Label: p.T("gatheringweb.answer.coming"), Tone: ui.OK}
	case a == gathering.Leave && v == gathering.Granted:
		return ui.BadgeView{Label: p.T("gatheringweb.answer.granted"), Tone: ui.Info}
	case a == gathering.Leave && v == gathering.Refused:
		return ui.BadgeView{Label: p.T("gatheringweb.answer.refused"), Tone: ui.Late}
	case a == gathering.Leave:
		return ui.BadgeView{Label: p.T("gatheringweb.answer.leave"), Tone: ui.Warn}
	}
	return ui.BadgeView{Label: p.T("gatheringweb.answer.none"), Tone: ui.Quiet}
}

// kindName names the kind of a gathering in words. A name that cannot be read costs nobody the page: the key stands in its place.
func (h *Pages) kindName(ctx context.Context, p *i18n.Printer) func(committee uuid.UUID, key string) string {
	known := map[uuid.UUID][]gathering.Kind{}
	return func(committee uuid.UUID, key string) string {
		list, ok := known[committee]
		if !ok {
			var err error
			if list, err = h.Service.Kinds(authz.With(ctx, authz.System()), committee); err != nil { // the names of kinds are nobody's secret
				return key
			}
			known[committee] = list
		}
		for _, k := range list {
			if k.Key == key {
				return p.Name(k.Name)
			}
		}
		return key
	}
}

func holders(p *i18n.Printer, snap *directory.Snapshot, list []uuid.UUID) string {
	var names []string
	for _, u := range list {
		if name := p.Name(snap.OrganisationName(u)); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, p.T("gatheringweb.and"))
}

// lines cuts a text at line ends, for paragraphs.
func lines(s string) []string {
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// fields makes form fields with what was typed and what was wrong with it.
type fields struct {
	p      *i18n.Printer
	typed  url.Values
	errs   map[string]string
	errors *[]ui.ErrorView
	prefix string // of ids, where several forms stand on one page
}

func (f fields) field(name string, required bool) ui.FieldView {
	v := ui.FieldView{Name: name, Label: f.p.T("gatheringweb.field." + name), Required: required, Value: f.typed.Get(name), Error: f.errs[name], Autocomplete: "off"}
	if f.prefix != "" {
		v.ID = f.prefix + name
	}
	if key := "gatheringweb.hint." + name; f.p.Has(key) {
		v.Hint = f.p.T(key)
	}
	if v.Error != "" {
		*f.errors = append(*f.errors, ui.ErrorView{Field: cmp.Or(v.ID, name), Text: v.Error})
	}
	return v
}

// asPlatform is for questions whose answer is nobody's secret, such as what a kind is called.
func asPlatform(ctx context.Context) context.Context { return authz.With(ctx, authz.System()) }
