package deskweb

import (
	"net/http"
	"net/url"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

type enterView struct {
	Page     ui.PageView
	Head     ui.HeadView
	Errors   []ui.ErrorView
	Once     string
	Texts    []ui.FieldView
	Body     ui.FieldView
	Selects  []ui.ChoiceView
	Receipt  string // the code, once it is entered
	Number   string
	Audience ui.ChoiceView
}

func (h *Pages) enterForm(w http.ResponseWriter, r *http.Request) error {
	return h.enterPage(w, r, http.StatusOK, url.Values{}, nil, nil)
}

// enter takes a matter for a resident who telephoned or came by; the code is read out or printed.
func (h *Pages) enter(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	in := suggestion.RaiseInput{Title: form.Get("title"), Body: form.Get("body"), Place: form.Get("place"), Name: form.Get("name"), Phone: form.Get("phone"), PublicWish: form.Get("wish") != "no",
		ForOther: true, Once: form.Get("once")}
	in.Committee, _ = uuid.Parse(form.Get("committee"))
	in.Division, _ = uuid.Parse(form.Get("division"))
	in.Field, _ = uuid.Parse(form.Get("field"))
	receipt, err := h.Service.Raise(r.Context(), in)
	if err != nil {
		if errs := web.FieldErrors(r, err); errs != nil {
			return h.enterPage(w, r, http.StatusUnprocessableEntity, form, errs, nil)
		}
		return err
	}
	return h.enterPage(w, r, http.StatusOK, url.Values{}, nil, &receipt)
}

func (h *Pages) enterPage(w http.ResponseWriter, r *http.Request, status int, form url.Values, errs map[string]string, receipt *suggestion.Receipt) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	p := words.P
	v := enterView{Page: h.Frame.Staff(w, r, p.T("desk.enter")), Once: form.Get("once")}
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("desk.enter.lead")}
	if receipt != nil {
		v.Receipt, v.Number = receipt.Code, receipt.Number
	}
	if v.Once == "" {
		v.Once = uuid.NewString()
	}
	text := func(name string, max int, required bool) ui.FieldView {
		if errs[name] != "" {
			v.Errors = append(v.Errors, ui.ErrorView{Field: name, Text: errs[name]})
		}
		return ui.FieldView{Name: name, Label: p.T("suggestion.input." + name), Value: form.Get(name), Error: errs[name], Max: max, Required: required}
	}
	v.Texts = []ui.FieldView{text("title", suggestion.TitleMax, true)}
	v.Body = text("body", suggestion.BodyMax, true)
	v.Body.Rows = 7
	v.Texts = append(v.Texts, text("place", suggestion.PlaceMax, false), text("name", 40, false), text("phone", 20, false))
	var committees, divisions, fields []ui.Option
	for i, k := range committeesOf(words.Snap, authz.From(r.Context())) {
		committees = append(committees, ui.Option{Value: k.ID.String(), Label: p.Name(k.Name), Selected: k.ID.String() == form.Get("committee") || (i == 0 && form.Get("committee") == "")})
		for _, id := range words.Snap.Within(k.Division) {
			divisions = append(divisions, ui.Option{Value: id.String(), Label: words.Division(id), Selected: id.String() == form.Get("division")})
		}
	}
	for _, x := range words.Snap.Fields(uuid.Nil) {
		fields = append(fields, ui.Option{Value: x.ID.String(), Label: p.Name(x.Name), Selected: x.ID.String() == form.Get("field")})
	}
	v.Selects = []ui.ChoiceView{{FieldView: text("committee", 0, true), Options: committees}, {FieldView: text("division", 0, false), Options: divisions, Empty: p.T("desk.choose")},
		{FieldView: text("field", 0, false), Options: fields, Empty: p.T("desk.choose")}}
	v.Audience = ui.ChoiceView{FieldView: ui.FieldView{Name: "wish", Label: p.T("desk.wish"), Required: true}, Columns: 2, Options: []ui.Option{{Value: "yes", Label: p.T("desk.wish.yes"), Selected: form.Get("wish") != "no"},
		{Value: "no", Label: p.T("desk.wish.no"), Selected: form.Get("wish") == "no"}}}
	return web.Render(w, r, status, enterPage(v))
}

type findView struct {
	Page  ui.PageView
	Head  ui.HeadView
	Phone ui.FieldView
	Asked bool
	Table ui.TableView
	Empty ui.EmptyView
}

func (h *Pages) findForm(w http.ResponseWriter, r *http.Request) error {
	return h.findPage(w, r, http.StatusOK, "", "", nil, false)
}

// find looks for a resident's matters by telephone number, by exact match of its keyed hash.
func (h *Pages) find(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	items, err := h.Service.FindByPhone(r.Context(), form.Get("phone"))
	if err != nil {
		if errs := web.FieldErrors(r, err); errs != nil {
			return h.findPage(w, r, http.StatusUnprocessableEntity, form.Get("phone"), errs["phone"], nil, false)
		}
		return err
	}
	return h.findPage(w, r, http.StatusOK, form.Get("phone"), "", items, true)
}

func (h *Pages) findPage(w http.ResponseWriter, r *http.Request, status int, phone, text string, items []suggestion.Item, asked bool) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	p := words.P
	v := findView{Page: h.Frame.Staff(w, r, p.T("desk.find")), Asked: asked}
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("desk.find.lead")}
	v.Phone = ui.FieldView{Name: "phone", Label: p.T("suggestion.input.phone"), Value: phone, Error: text, Required: true, Type: "tel", Width: "m"}
	v.Table = h.table(words, items, suggestion.StaffScope)
	v.Empty = ui.EmptyView{Title: p.T("desk.find.none"), Text: p.T("desk.find.none.text")}
	return web.Render(w, r, status, findPage(v))
}
