package signinweb

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"xieshang/internal/gathering/signin"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// signView is the member's page.
type signView struct {
	Page     ui.PageView
	Head     ui.HeadView
	Shell    bool   // the copy that a phone keeps: nothing of anybody in it
	Stop     string // why nobody can sign in with this account
	Done     string // what was just written down
	Errors   []ui.ErrorView
	Code     ui.FieldView
	Choice   ui.ChoiceView // when several are open
	One      *passView     // when there is one
	Ticket   string
	ScanCode string // the scanned code of the ticket, for the time without network
	ScanAt   int64
	None     bool // nothing is open
	Data     *signData
	Upcoming []passView
}

type passView struct {
	ID, Title, When, Place string
}

// signData is what the script keeps.
type signData struct {
	Who  string     `json:"who"`
	Now  int64      `json:"now"`
	List []signPass `json:"list"`
}

type signPass struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Handle string `json:"handle"`
	Pass   string `json:"pass"`
	From   int64  `json:"from"`
	To     int64  `json:"to"`
	Open   bool   `json:"open"`
}

func (h *Pages) show(w http.ResponseWriter, r *http.Request) error {
	return h.page(w, r, http.StatusOK, nil, r.URL.Query())
}

// page shows the form; no is why it came back, q what was typed or scanned.
func (h *Pages) page(w http.ResponseWriter, r *http.Request, status int, no error, q url.Values) error {
	p := text(r)
	v := signView{Page: h.Frame.Public(w, r, p.T("signinweb.title"))}
	h.dress(w, &v, p)
	cookie, err := device(w, r)
	if err != nil {
		return err
	}
	ready, err := h.Service.Prepare(r.Context(), cookie)
	if refused, ok := problem.Of(err); ok && refused.Kind == problem.Forbidden {
		v.Stop = p.T(refused.Key, refused.Args...)
		return web.Render(w, r, http.StatusOK, signPage(v))
	}
	if err != nil {
		return err
	}
	fill(&v, p, ready, q)
	if err := h.ticket(r, &v, q, cookie); err != nil {
		return err
	}
	if refused, ok := problem.Of(no); ok {
		v.Page.Problem = true
		for _, f := range refused.Fields {
			v.Code.Error = p.T(f.Key, f.Args...)
			v.Errors = append(v.Errors, ui.ErrorView{Field: "code", Text: v.Code.Error})
		}
		if len(refused.Fields) == 0 {
			v.Errors = append(v.Errors, ui.ErrorView{Text: p.T(refused.Key, refused.Args...)})
		}
	}
	return web.Render(w, r, status, signPage(v))
}

// dress gives the page what its copy on the phone has, too.
func (h *Pages) dress(w http.ResponseWriter, v *signView, p *i18n.Printer) {
	w.Header().Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
	v.Page.NoIndex, v.Page.CSS, v.Page.JS = true, append(v.Page.CSS, "signin.css"), append(v.Page.JS, "signin.js")
	v.Head = ui.HeadView{Title: p.T("signinweb.title"), Lead: p.T("signinweb.lead")}
	v.Code = ui.FieldView{Name: "code", Label: p.T("signinweb.code"), Hint: p.T("signinweb.code.hint"), Required: true, InputMode: "numeric", Autocomplete: "one-time-code", Max: 200,
		Attrs: map[string]any{"autocapitalize": "none", "spellcheck": "false"}}
}

func fill(v *signView, p *i18n.Printer, ready signin.Ready, q url.Values) {
	v.Data = &signData{Who: ready.Who, Now: ready.Now.UnixMilli()}
	v.Choice = ui.ChoiceView{FieldView: ui.FieldView{Name: "gathering", Label: p.T("signinweb.which"), Required: true}}
	var open []passView
	for _, g := range ready.List {
		it := passView{ID: g.ID.String(), Title: g.Title, When: p.T("signinweb.when", "start", g.Start), Place: g.Place}
		v.Data.List = append(v.Data.List, signPass{ID: it.ID, Title: g.Title, Handle: g.Handle, Pass: g.Pass, From: g.Start.UnixMilli(), To: g.End.UnixMilli(), Open: g.State == signin.Open})
		switch {
		case g.State == signin.Open && !g.Since.IsZero():
			v.Done = p.T("signinweb.done.text", "title", g.Title, "time", clockText(g.Since))
		case g.State == signin.Open:
			open = append(open, it)
			v.Choice.Options = append(v.Choice.Options, ui.Option{Value: it.ID, Label: it.Title, Hint: it.When + " " + it.Place, Selected: q.Get("gathering") == it.ID})
		case g.State == signin.Coming && len(v.Upcoming) < 5:
			v.Upcoming = append(v.Upcoming, it)
		}
	}
	v.None = len(open) == 0
	if len(open) == 1 {
		v.One = &open[0]
	}
	if len(open) < 2 {
		v.Choice.Options = nil
	}
}

// ticket shows the gathering whose square was scanned a moment ago.
func (h *Pages) ticket(r *http.Request, v *signView, q url.Values, cookie string) error {
	if q.Get("ticket") == "" {
		return nil
	}
	g, at, ok, err := h.Service.TicketFor(r.Context(), q.Get("ticket"), cookie)
	if err != nil || !ok {
		return err
	}
	p := text(r)
	v.Ticket, v.None, v.Done = q.Get("ticket"), false, ""
	v.One = &passView{ID: g.ID.String(), Title: g.Title, When: p.T("signinweb.when", "start", g.Start), Place: g.Place}
	if c, ok := signin.ParseCode(q.Get("scanned")); ok && c.Handle != "" {
		v.ScanCode, v.ScanAt = q.Get("scanned"), at.UnixMilli()
	}
	return nil
}

// clockText is the time of day in China.
func clockText(t time.Time) string { return t.Add(8 * time.Hour).UTC().Format("15:04") }

func (h *Pages) enter(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	cookie, err := device(w, r)
	if err != nil {
		return err
	}
	in := signin.Input{Code: form.Get("code"), Ticket: form.Get("ticket"), Cookie: cookie}
	if id, err := uuid.Parse(form.Get("gathering")); err == nil {
		in.Gathering = id
	}
	done, err := h.Service.Enter(r.Context(), in)
	if no, ok := problem.Of(err); ok && no.Kind != problem.SignIn {
		return h.page(w, r, web.Status(no.Kind), err, url.Values{"gathering": {form.Get("gathering")}})
	}
	if err != nil {
		return err
	}
	p := text(r)
	v := signView{Page: h.Frame.Public(w, r, p.T("signinweb.done"))}
	h.dress(w, &v, p)
	v.Head = ui.HeadView{Title: p.T("signinweb.done")}
	v.Done = p.T("signinweb.done.text", "title", done.Gathering.Title, "time", clockText(done.Since))
	return web.Render(w, r, http.StatusOK, donePage(v))
}

// short is the page's address for those who type it from the screen.
func (h *Pages) short(w http.ResponseWriter, r *http.Request) error {
	return web.Redirect(w, r, "/gatherings/sign-in")
}

// scan is where the square leads: the code is looked at before anything else, so that who has to sign in first does not come too late.
func (h *Pages) scan(w http.ResponseWriter, r *http.Request) error {
	cookie, err := device(w, r)
	if err != nil {
		return err
	}
	short := r.PathValue("short")
	ticket, err := h.Service.Scan(r.Context(), short, cookie)
	if no, ok := problem.Of(err); ok {
		if !web.Actor(r).SignedIn() {
			return h.refusedScan(w, r, no)
		}
		return h.page(w, r, web.Status(no.Kind), err, url.Values{})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/gatherings/sign-in?"+url.Values{"ticket": {ticket}, "scanned": {short}}.Encode())
}

// refusedScan tells a stranger what is wrong with a code without asking who they are.
func (h *Pages) refusedScan(w http.ResponseWriter, r *http.Request, no *problem.Problem) error {
	if len(no.Fields) > 0 {
		f := no.Fields[0]
		return problem.New(no.Kind, f.Key, f.Args...)
	}
	return no
}

// shell is the page without anybody's data, which a phone keeps.
func (h *Pages) shell(w http.ResponseWriter, r *http.Request) error {
	p := text(r)
	v := signView{Page: h.Frame.Public(w, r, p.T("signinweb.title")), Shell: true}
	h.dress(w, &v, p)
	v.Page.User, v.Page.SignIn, v.Page.Path = nil, "", "/gatherings/sign-in"
	v.Head.Lead = p.T("signinweb.offline.lead")
	return web.Render(w, r, http.StatusOK, signPage(v))
}

// sent is what a phone sends of what it kept.
type sent struct {
	Items []sentItem `json:"items"`
}

type sentItem struct {
	ID   string `json:"id"`
	Pass string `json:"pass"`
	Code string `json:"code"`
	At   int64  `json:"at"` // milliseconds since 1970
}

type answered struct {
	Items []answeredItem `json:"items"`
}

type answeredItem struct {
	ID     string `json:"id"`
	Result string `json:"result"`
	Text   string `json:"text,omitempty"`
	Since  int64  `json:"since,omitempty"`
}

// readSent reads what a phone sent. Errors: Invalid.
func readSent(r io.Reader) ([]signin.Stored, error) {
	var in sent
	d := json.NewDecoder(r)
	if err := d.Decode(&in); err != nil {
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			return nil, err
		}
		return nil, problem.New(problem.Invalid, "problem.form").Because(err)
	}
	out := make([]signin.Stored, 0, len(in.Items))
	for _, it := range in.Items {
		s := signin.Stored{ID: it.ID, Pass: it.Pass, Code: it.Code}
		if it.At > 0 && it.At < 1<<47 { // beyond that it is no moment of this age
			s.At = time.UnixMilli(it.At).UTC()
		}
		out = append(out, s)
	}
	return out, nil
}

func (h *Pages) send(w http.ResponseWriter, r *http.Request) error {
	list, err := readSent(r.Body)
	if err != nil {
		return err
	}
	outcomes, err := h.Service.Send(r.Context(), list)
	if err != nil {
		return err
	}
	p := text(r)
	out := answered{Items: make([]answeredItem, 0, len(outcomes))}
	for _, o := range outcomes {
		it := answeredItem{ID: o.ID, Result: string(o.Result)}
		if o.Result == signin.Signed {
			it.Since = o.Done.Since.UnixMilli()
		}
		if o.Why != nil {
			it.Text = p.T(o.Why.Key, o.Why.Args...)
			if len(o.Why.Fields) > 0 {
				it.Text = p.T(o.Why.Fields[0].Key, o.Why.Fields[0].Args...)
			}
		}
		out.Items = append(out.Items, it)
	}
	return web.JSON(w, http.StatusOK, out)
}
