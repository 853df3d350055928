package suggestionweb

import (
	"net/http"
	"net/url"
	"strconv"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"
)

// actionView is one thing that the reader may do, as a form of its own.
type actionView struct {
	Action  wf.Action
	ID      string
	Title   string
	Lead    string
	To      string
	Open    bool
	Version string
	Ratings *ui.ChoiceView
	Text    *ui.FieldView
	Errors  []ui.ErrorView
	Button  ui.ButtonView
	Confirm *ui.ConfirmView
}

// joining names the form of 'this is mine too' in a refusal; it is not an action of the table.
const joining wf.Action = "join"

// refusal is an action that was sent and refused.
type refusal struct {
	action wf.Action
	in     suggestion.ActInput
	errs   map[string]string
	text   string
}

// own are the actions of authors and members, in the order in which the page shows them.
func own() []wf.Action {
	return []wf.Action{suggestion.Rate, suggestion.Raise, suggestion.Supplement, suggestion.Reopen, suggestion.TakeUp, suggestion.Sponsor, suggestion.Withdraw}
}

func actions(words suggestionview.Words, c *suggestion.Case, refused *refusal) []actionView {
	p := words.P
	var out []actionView
	for _, a := range own() {
		if !c.May(a) {
			continue
		}
		if !c.Is(suggestion.IsAuthor) && a != suggestion.TakeUp && a != suggestion.Sponsor {
			continue
		}
		name := string(a)
		v := actionView{Action: a, ID: "do-" + name, Title: p.T("suggestion.action." + name), Lead: p.T("suggestionweb.do." + name), To: href(c.Suggestion) + "/actions/" + name, Version: strconv.Itoa(c.Version),
			Button: ui.ButtonView{Label: p.T("suggestion.action." + name), Kind: "secondary"}}
		var typed refusal
		if refused != nil && refused.action == a {
			typed, v.Open = *refused, true
			for _, f := range []string{"rating", "reason", "text"} {
				if e := typed.errs[f]; e != "" {
					v.Errors = append(v.Errors, ui.ErrorView{Field: name + "-" + f, Text: e})
				}
			}
		}
		text := ui.FieldView{Name: "text", ID: name + "-text", Label: p.T("suggestion.input.text"), Max: 2000, Rows: 4, Value: typed.in.Text, Error: typed.errs["text"]}
		reason := ui.FieldView{Name: "reason", ID: name + "-reason", Label: p.T("suggestion.input.reason"), Max: 2000, Rows: 4, Value: typed.in.Reason, Error: typed.errs["reason"]}
		switch a {
		case suggestion.Rate:
			v.Open, v.Button.Kind = true, "primary"
			reason.Label, reason.Hint = p.T("suggestionweb.rate.why"), p.T("suggestionweb.rate.why.hint")
			v.Text = &reason
			v.Ratings = &ui.ChoiceView{FieldView: ui.FieldView{Name: "rating", ID: "rate-rating", Label: p.T("suggestionweb.rate.question"), Required: true, Error: typed.errs["rating"]}, Columns: 3}
			for _, x := range []suggestion.Rating{suggestion.Satisfied, suggestion.Basically, suggestion.NotSatisfied} {
				v.Ratings.Options = append(v.Ratings.Options, ui.Option{Value: string(x), Label: p.T("suggestion.rating." + string(x)), Selected: typed.in.Rating == x})
			}
		case suggestion.Raise:
			v.Open, v.Button.Kind = true, "primary"
			text.Label, text.Required = p.T("suggestionweb.raise.more"), c.State == suggestion.Returned
			v.Text = &text
		case suggestion.Supplement:
			text.Required = true
			v.Text = &text
		case suggestion.Reopen:
			reason.Required = true
			v.Text = &reason
		case suggestion.Withdraw:
			v.Text, v.Button.Kind, v.Button.Confirm = &reason, "danger", "sure-withdraw"
			v.Confirm = &ui.ConfirmView{ID: "sure-withdraw", Title: p.T("suggestionweb.withdraw.title"), Text: p.T("suggestionweb.withdraw.text"), Button: p.T("suggestion.action.withdraw"), Danger: true}
		default:
			v.Text = &reason
		}
		out = append(out, v)
	}
	return out
}

// confirm leads a browser without script, or an old link, to the form on the page of the matter.
func (h *Pages) confirm(w http.ResponseWriter, r *http.Request) error {
	return web.Redirect(w, r, "/suggestions/"+url.PathEscape(r.PathValue("number"))+"#do-"+url.PathEscape(r.PathValue("action")))
}

// act takes an action of an author or a member.
func (h *Pages) act(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	ctx := h.withCode(r)
	action := wf.Action(r.PathValue("action"))
	version, err := strconv.Atoi(form.Get("version"))
	if err != nil {
		version = 0
	}
	in := suggestion.ActInput{Version: version, Reason: form.Get("reason"), Text: form.Get("text"), Rating: suggestion.Rating(form.Get("rating"))}
	c, err := h.Service.Act(ctx, r.PathValue("number"), action, in)
	if err == nil {
		web.Flash(w, r, "suggestionweb.done."+string(action))
		return web.Redirect(w, r, href(c.Suggestion))
	}
	pr := web.AsProblem(err)
	if pr != nil && !authz.From(r.Context()).SignedIn() && (pr.Kind == problem.SignIn || pr.Kind == problem.NotFound) {
		return h.whoAgain(w, r, action, in)
	}
	if pr == nil || (pr.Kind != problem.Invalid && pr.Kind != problem.Conflict) {
		return err
	}
	c, again := h.Service.Get(ctx, r.PathValue("number"))
	if again != nil {
		return again
	}
	ref := &refusal{action: action, in: in, errs: web.FieldErrors(r, err)}
	if pr.Kind == problem.Conflict || len(ref.errs) == 0 {
		ref.text = i18n.From(r.Context()).T(pr.Key, pr.Args...)
	}
	return h.render(w, r, web.Status(pr.Kind), c, ref)
}

func (h *Pages) joinForm(r *http.Request, c *suggestion.Case, refused *refusal) *joinView {
	v := &joinView{To: href(c.Suggestion) + "/join"}
	if authz.From(r.Context()).SignedIn() {
		return v
	}
	p := i18n.From(r.Context())
	v.Phone = &ui.FieldView{Name: "phone", ID: "join-phone", Label: p.T("suggestionweb.form.phone"), Hint: p.T("suggestionweb.join.phone.hint"), Type: "tel", InputMode: "tel", Autocomplete: "tel", Max: 20}
	if refused != nil && refused.action == joining {
		v.Open, v.Phone.Value, v.Phone.Error = true, refused.in.Text, refused.errs["phone"]
		v.Errors = []ui.ErrorView{{Field: "join-phone", Text: v.Phone.Error}}
	}
	return v
}

// join counts 'this is mine too'.
func (h *Pages) join(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	if err := h.Service.Allow(r.Context(), "join", address(r), suggestion.JoinsPerHour, hour); err != nil {
		return err
	}
	phone := form.Get("phone")
	m, again, err := h.Service.Join(h.withCode(r), r.PathValue("number"), suggestion.JoinInput{Visitor: h.visitor(w, r), Phone: phone})
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		c, lost := h.Service.Get(h.withCode(r), r.PathValue("number"))
		if lost != nil {
			return lost
		}
		ref := &refusal{action: joining, in: suggestion.ActInput{Text: phone}, errs: web.FieldErrors(r, err)}
		pr, _ := problem.Of(err)
		if len(ref.errs) == 0 {
			ref.text = i18n.From(r.Context()).T(pr.Key, pr.Args...)
		}
		return h.render(w, r, web.Status(pr.Kind), c, ref)
	}
	if err != nil {
		return err
	}
	if again {
		web.Flash(w, r, "suggestionweb.joined.again")
	} else {
		web.Flash(w, r, "suggestionweb.joined")
	}
	return web.Redirect(w, r, href(m))
}
