package suggestionweb

import (
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/upload"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"

	"github.com/google/uuid"
)

const (
	hour     = time.Hour
	asMember = "member" // says in the form who it was shown to
)

type raiseView struct {
	Page     ui.PageView
	Head     ui.HeadView
	Errors   []ui.ErrorView
	Form     ui.FormView
	Title    ui.FieldView
	Body     ui.FieldView
	Division ui.ChoiceView
	Place    ui.FieldView
	Field    ui.ChoiceView
	Map      ui.MapView
	Photos   ui.UploadView
	Wish     ui.ChoiceView
	Name     ui.FieldView
	Phone    ui.FieldView
	Pow      *ui.PowView
	Member   bool
	Once     string
	Version  string // of the draft that is edited
}

// closedView says that the platform is not open yet.
type closedView struct {
	Page  ui.PageView
	Empty ui.EmptyView
}

// newForm shows the empty form; a link from a poster or a studio may fill in the division.
func (h *Pages) newForm(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	form := url.Values{"wish": {"yes"}, "division": {q.Get("division")}, "title": {q.Get("title")}}
	words, err := h.words(r)
	if err != nil {
		return err
	}
	if len(words.Snap.Committees()) == 0 { // nobody is there yet who could take it
		p := words.P
		return web.Render(w, r, http.StatusOK, closedPage(closedView{Page: h.Frame.Public(w, r, p.T("suggestionweb.raise")),
			Empty: ui.EmptyView{Icon: "clock", Title: p.T("suggestionweb.raise.closed"), Text: p.T("suggestionweb.raise.closed.text")}}))
	}
	return h.raiseForm(w, r, http.StatusOK, form, nil, nil)
}

// largeForm is more bytes than words need: the form brings photos.
const largeForm = 1 << 20

// raise takes the form. Whatever is wrong, it comes back with everything that was typed.
func (h *Pages) raise(w http.ResponseWriter, r *http.Request) error {
	if large := r.ContentLength < 0 || r.ContentLength > largeForm; large && !authz.From(r.Context()).SignedIn() {
		if err := h.Service.Allow(r.Context(), "form", address(r), suggestion.FormsPerHour, hour); err != nil {
			return err // unread: a flood of photos is not to fill the disk
		}
	}
	form, files, cleanup, err := h.readForm(r)
	defer cleanup()
	if err != nil {
		return h.refuse(w, r, form, files, err)
	}
	if form.Get("as") == asMember && !authz.From(r.Context()).SignedIn() {
		return sessionOver(form, files) // as a resident's it would lose its author and its photos
	}
	in, err := h.input(w, r, form, files)
	if err != nil {
		return h.refuse(w, r, form, files, err)
	}
	receipt, err := h.Service.Raise(r.Context(), in)
	if err != nil {
		return h.refuse(w, r, form, files, err)
	}
	h.claim(r, form["upload"])
	if receipt.State == suggestion.Draft {
		web.Flash(w, r, "suggestionweb.draft.kept")
		return web.Redirect(w, r, "/mine")
	}
	if receipt.Code == "" {
		web.Flash(w, r, "suggestionweb.raised")
		return web.Redirect(w, r, "/suggestions/"+receipt.Number)
	}
	h.setCode(w, r, receipt.Author)
	return h.receipt(w, r, receipt, in.Phone != "")
}

func sessionOver(form url.Values, files []*upload.FormFile) error {
	var names []web.KeptFile
	for _, f := range files {
		names = append(names, web.KeptFile{Field: f.Field, Name: f.Name})
	}
	return web.SignInFirst(form, names...)
}

// refuse shows the form again for a problem of a field, a limit or a session that has run out; other errors go their way. Photos that came with the form itself are lost: no browser
// can be given them back, so the form says it.
func (h *Pages) refuse(w http.ResponseWriter, r *http.Request, form url.Values, files []*upload.FormFile, err error) error {
	pr := web.AsProblem(err)
	if pr == nil || form == nil || (pr.Kind != problem.Invalid && pr.Kind != problem.TooMany && pr.Kind != problem.TooLarge && pr.Kind != problem.WrongType && pr.Kind != problem.Conflict && pr.Kind != problem.SignIn) {
		return err
	}
	errs := web.FieldErrors(r, err)
	if errs == nil {
		errs = map[string]string{}
	}
	photos := strings.TrimSpace(errs["upload_file"] + " " + errs["files"])
	if photos == "" && len(files) > 0 {
		photos = i18n.From(r.Context()).T("suggestionweb.form.photos.again")
	}
	if photos != "" {
		errs["upload"] = photos
	}
	return h.raiseForm(w, r, web.Status(pr.Kind), form, errs, pr)
}

// read turns the words of the form into what the service takes. A number that is none is an empty one; the service checks the rest.
func (h *Pages) read(actor authz.Actor, form url.Values) (suggestion.RaiseInput, error) {
	in := suggestion.RaiseInput{Title: form.Get("title"), Body: form.Get("body"), Place: form.Get("place"), PublicWish: form.Get("wish") != "no", Name: form.Get("name"), Phone: strings.TrimSpace(form.Get("phone")),
		Once: form.Get("once"), Draft: form.Get("draft") != "", Lon: coordinate(form.Get("lng")), Lat: coordinate(form.Get("lat"))}
	in.Division, in.Field = idOf(form.Get("division")), idOf(form.Get("field"))
	in.Committee = h.memberCommittee(actor)
	if in.Division == uuid.Nil && in.Committee == uuid.Nil {
		return in, problem.On("division", "suggestionweb.err.division")
	}
	return in, nil
}

func idOf(text string) uuid.UUID {
	u, err := uuid.Parse(text)
	if err != nil {
		return uuid.Nil
	}
	return u
}

// coordinate reads degrees; what is not a finite number is no coordinate.
func coordinate(text string) float64 {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}

// input turns the form into what the service takes: words are checked first, then strangers are counted and have worked, or wait in the guard queue, and
// only then are photos made and stored.
func (h *Pages) input(w http.ResponseWriter, r *http.Request, form url.Values, files []*upload.FormFile) (suggestion.RaiseInput, error) {
	actor := authz.From(r.Context())
	in, missing := h.read(actor, form)
	if err := together(missing, h.Service.CheckRaise(r.Context(), in)); err != nil {
		return in, err
	}
	if !actor.SignedIn() {
		if err := h.Service.Allow(r.Context(), "raise", address(r), suggestion.RaisePerHour, hour); err != nil {
			return in, err
		}
		worked, err := h.Service.Worked(r.Context(), form.Get("pow_challenge"), form.Get("pow_nonce"), in.Once)
		if err != nil {
			return in, err
		}
		if !worked {
			in.Queued = suggestion.NoWork
		}
	}
	var err error
	in.Files, err = h.store(r, h.owner(w, r), form["upload"], files)
	return in, err
}

// together gives one problem with the fields of both, so that a form says everything at once. The committee follows from the division: whoever is
// asked for the one is not asked for the other.
func together(first, second error) error {
	a, ok := problem.Of(first)
	b, ok2 := problem.Of(second)
	if !ok || !ok2 {
		if second != nil && !ok2 {
			return second
		}
		if first != nil {
			return first
		}
		return second
	}
	for _, f := range b.Fields {
		if f.Name != "committee" {
			a.Fields = append(a.Fields, f)
		}
	}
	return a
}

// memberCommittee is the committee in whose name a member raises; nil for everybody else.
func (h *Pages) memberCommittee(a authz.Actor) uuid.UUID {
	if places := a.Places(authz.Member); len(places) > 0 {
		return places[0]
	}
	return uuid.Nil
}

func (h *Pages) raiseForm(w http.ResponseWriter, r *http.Request, status int, form url.Values, errs map[string]string, pr *problem.Problem) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	p := words.P
	v := raiseView{Page: h.Frame.Public(w, r, p.T("suggestionweb.raise")), Member: member(r), Once: form.Get("once")}
	v.Page.Problem = status != http.StatusOK
	if v.Once == "" {
		v.Once = uuid.NewString()
	}
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("suggestionweb.raise.lead")}
	v.Form = ui.FormView{Action: "/suggestions/new", Multipart: true, Draft: "raise", Wizard: true, ID: "raise"}
	editing(&v, r, form)
	field := func(name string, max int, required bool) ui.FieldView {
		return ui.FieldView{Name: name, Label: p.T("suggestionweb.form." + name), Hint: p.T("suggestionweb.form." + name + ".hint"), Value: form.Get(name), Error: errs[name], Max: max, Required: required}
	}
	v.Title = field("title", suggestion.TitleMax, true)
	v.Body = field("body", suggestion.BodyMax, true)
	v.Body.Rows = 6
	v.Place = field("place", suggestion.PlaceMax, false)
	v.Name = field("name", 40, false)
	v.Name.Autocomplete = "name"
	v.Phone = field("phone", 20, false)
	v.Phone.Type, v.Phone.InputMode, v.Phone.Autocomplete, v.Phone.Width = "tel", "tel", "tel", "m"
	v.Division = ui.ChoiceView{FieldView: field("division", 0, !v.Member), Options: divisionOptions(words, form.Get("division")), Empty: p.T("suggestionweb.form.choose")}
	v.Field = ui.ChoiceView{FieldView: field("field", 0, false), Options: fieldOptions(words, form.Get("field")), Empty: p.T("suggestionweb.form.unsure")}
	v.Map = ui.MapView{ID: "where", Label: p.T("suggestionweb.form.map"), Outlines: "430000", Lat: "lat", Lng: "lng", LatValue: form.Get("lat"), LngValue: form.Get("lng")}
	v.Photos = ui.UploadView{FieldView: ui.FieldView{Name: "upload", Label: p.T("suggestionweb.form.photos"), Hint: p.T("suggestionweb.form.photos.hint"), Error: errs["upload"]}, Accept: "image/*", MaxFiles: suggestion.FilesMax, MaxBytes: 15 << 20,
		Done: h.kept(r, h.owner(w, r), form["upload"])}
	v.Wish = ui.ChoiceView{FieldView: ui.FieldView{Name: "wish", Label: p.T("suggestionweb.form.wish"), Required: true}, Options: []ui.Option{
		{Value: "yes", Label: p.T("suggestionweb.form.wish.yes"), Hint: p.T("suggestionweb.form.wish.yes.hint"), Selected: form.Get("wish") != "no"},
		{Value: "no", Label: p.T("suggestionweb.form.wish.no"), Hint: p.T("suggestionweb.form.wish.no.hint"), Selected: form.Get("wish") == "no"}}}
	if !authz.From(r.Context()).SignedIn() {
		challenge, err := h.Service.NewWork()
		if err != nil {
			return err
		}
		v.Pow = &ui.PowView{Challenge: challenge, Bits: suggestion.WorkBits()}
	}
	for _, name := range []string{"title", "body", "division", "place", "field", "upload", "name", "phone"} {
		if errs[name] != "" {
			v.Errors = append(v.Errors, ui.ErrorView{Field: name, Text: errs[name]})
		}
	}
	if len(v.Errors) == 0 && pr != nil {
		v.Errors = append(v.Errors, ui.ErrorView{Text: p.T(pr.Key, pr.Args...)})
	}
	return web.Render(w, r, status, raisePage(v))
}

// divisionOptions are all counties grouped by prefecture; the prefecture itself stands first in its group.
func divisionOptions(words suggestionview.Words, chosen string) []ui.Option {
	var out []ui.Option
	for _, top := range words.Snap.Divisions(uuid.Nil) {
		cities := words.Snap.Divisions(top.ID)
		if len(cities) == 0 {
			cities = []*directory.Division{top}
		}
		for _, city := range cities {
			group := words.P.Name(city.Name)
			out = append(out, ui.Option{Value: city.ID.String(), Label: words.P.T("suggestionweb.form.whole", "name", group), Group: group, Selected: city.ID.String() == chosen})
			for _, d := range words.Snap.Divisions(city.ID) {
				out = append(out, ui.Option{Value: d.ID.String(), Label: words.P.Name(d.Name), Group: group, Selected: d.ID.String() == chosen})
			}
		}
	}
	return out
}

func fieldOptions(words suggestionview.Words, chosen string) []ui.Option {
	var out []ui.Option
	for _, f := range words.Snap.Fields(uuid.Nil) {
		out = append(out, ui.Option{Value: f.ID.String(), Label: words.P.Name(f.Name), Selected: f.ID.String() == chosen})
	}
	return out
}
