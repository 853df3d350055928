package deskweb

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"

	"github.com/google/uuid"
)

type rulesView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Tabs    []ui.TabView
	Errors  []ui.ErrorView
	To      string
	Channel ui.ChoiceView
	Review  ui.TickView
	Terms   []ui.FieldView
	Classes ui.FieldView
	Edit    bool
}

// terms are the deadlines by the name of their input.
func terms(r *suggestion.Rules) []struct {
	name string
	term *clock.Term
} {
	return []struct {
		name string
		term *clock.Term
	}{{"review_term", &r.ReviewTerm}, {"answer_term", &r.AnswerTerm}, {"second_term", &r.SecondTerm}, {"joint_term", &r.JointTerm}, {"return_term", &r.ReturnTerm}, {"rate_term", &r.RateTerm},
		{"meeting_term", &r.MeetingTerm}, {"reopen_term", &r.ReopenTerm}}
}

func (h *Pages) committee(r *http.Request, words suggestionview.Words) (uuid.UUID, error) {
	mine := committeesOf(words.Snap, authz.From(r.Context()))
	if len(mine) == 0 {
		return uuid.Nil, problem.New(problem.Forbidden, "problem.forbidden")
	}
	if u, err := uuid.Parse(r.URL.Query().Get("committee")); err == nil {
		for _, k := range mine {
			if k.ID == u {
				return u, nil
			}
		}
		if authz.From(r.Context()).IsAdmin() && words.Snap.Organisation(u) != nil {
			return u, nil
		}
		return uuid.Nil, problem.New(problem.Forbidden, "problem.forbidden")
	}
	return mine[0].ID, nil
}

func (h *Pages) rulesForm(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	k, err := h.committee(r, words)
	if err != nil {
		return err
	}
	rules, err := h.Service.Rules(r.Context(), k)
	if err != nil {
		return err
	}
	form := url.Values{"channel": {string(rules.Channel)}, "letter_prefix": {rules.LetterPrefix}, "remind_before": {strconv.Itoa(rules.RemindBefore)}, "urge_after": {strconv.Itoa(rules.UrgeAfter)}, "rate_remind": {strconv.Itoa(rules.RateRemind)}}
	if rules.ReviewAnswers {
		form.Set("review_answers", "1")
	}
	for _, t := range terms(&rules) {
		form.Set(t.name, t.term.String())
	}
	var lines []string
	for _, c := range rules.Classes {
		kind := ""
		if c.Settled {
			kind = "settled"
		}
		if c.Promise {
			kind = "promise"
		}
		lines = append(lines, strings.Join([]string{c.Code, c.Name.ZH, c.Name.EN, kind}, " | "))
	}
	form.Set("classes", strings.Join(lines, "\n"))
	return h.rulesPage(w, r, http.StatusOK, words, k, form, nil)
}

// setRules records the rules of a committee; matters under way keep their dates.
func (h *Pages) setRules(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	k, err := h.committee(r, words)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	rules, err := parseRules(form)
	if err == nil {
		err = h.Service.SetRules(r.Context(), k, rules)
	}
	if err != nil {
		if errs := web.FieldErrors(r, err); errs != nil {
			return h.rulesPage(w, r, http.StatusUnprocessableEntity, words, k, form, errs)
		}
		return err
	}
	web.Flash(w, r, "desk.rules.kept")
	return web.Redirect(w, r, "/desk/rules?committee="+k.String())
}

func parseRules(form url.Values) (suggestion.Rules, error) {
	var c problem.Check
	r := suggestion.DefaultRules()
	r.Channel, r.LetterPrefix, r.ReviewAnswers = suggestion.Channel(form.Get("channel")), strings.TrimSpace(form.Get("letter_prefix")), form.Get("review_answers") != ""
	for _, t := range terms(&r) {
		term, err := clock.ParseTerm(strings.TrimSpace(form.Get(t.name)))
		if err != nil {
			c.Add(t.name, "suggestion.err.term")
			continue
		}
		*t.term = term
	}
	for name, to := range map[string]*int{"remind_before": &r.RemindBefore, "urge_after": &r.UrgeAfter, "rate_remind": &r.RateRemind} {
		n, err := strconv.Atoi(strings.TrimSpace(form.Get(name)))
		if err != nil {
			c.Add(name, "suggestion.err.days")
			continue
		}
		*to = n
	}
	r.Classes = nil
	for _, line := range strings.Split(form.Get("classes"), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		p := strings.Split(line, "|")
		for len(p) < 4 {
			p = append(p, "")
		}
		for i := range p {
			p[i] = strings.TrimSpace(p[i])
		}
		if len(p) > 4 || (p[3] != "" && p[3] != "settled" && p[3] != "promise") {
			c.Add("classes", "desk.err.class-line", "line", strings.TrimSpace(line))
		}
		r.Classes = append(r.Classes, suggestion.Class{Code: p[0], Name: i18n.Name{ZH: p[1], EN: p[2]}, Settled: p[3] == "settled", Promise: p[3] == "promise"})
	}
	return r, c.Err()
}

func (h *Pages) rulesPage(w http.ResponseWriter, r *http.Request, status int, words suggestionview.Words, k uuid.UUID, form url.Values, errs map[string]string) error {
	p := words.P
	actor := authz.From(r.Context())
	v := rulesView{Page: h.Frame.Staff(w, r, p.T("desk.rules")), To: "/desk/rules?committee=" + k.String(), Edit: actor.IsAdmin() || actor.Has(authz.Editor, k)}
	v.Head = ui.HeadView{Title: v.Page.Title, Kicker: words.Org(k), Lead: p.T("desk.rules.lead")}
	for _, x := range committeesOf(words.Snap, actor) {
		v.Tabs = append(v.Tabs, ui.TabView{Label: p.Name(x.Name), Href: "/desk/rules?committee=" + x.ID.String(), Current: x.ID == k})
	}
	field := func(name string) ui.FieldView {
		if errs[name] != "" {
			v.Errors = append(v.Errors, ui.ErrorView{Field: name, Text: errs[name]})
		}
		return ui.FieldView{Name: name, Label: p.T("desk.rules." + name), Hint: p.T("desk.rules." + name + ".hint"), Value: form.Get(name), Error: errs[name], Required: true, Width: "m", Disabled: !v.Edit}
	}
	v.Channel = ui.ChoiceView{FieldView: field("channel"), Columns: 3}
	for _, x := range []suggestion.Channel{suggestion.Direct, suggestion.ByOffice, suggestion.ByLetter} {
		v.Channel.Options = append(v.Channel.Options, ui.Option{Value: string(x), Label: p.T("suggestion.channel." + string(x)), Selected: form.Get("channel") == string(x)})
	}
	v.Review = ui.TickView{Name: "review_answers", Label: p.T("desk.rules.review_answers"), Checked: form.Get("review_answers") != ""}
	rules := suggestion.DefaultRules()
	for _, t := range terms(&rules) {
		v.Terms = append(v.Terms, field(t.name))
	}
	v.Terms = append(v.Terms, field("remind_before"), field("urge_after"), field("rate_remind"), field("letter_prefix"))
	v.Classes = field("classes")
	v.Classes.Rows, v.Classes.Width = 6, "full"
	return web.Render(w, r, status, rulesPage(v))
}
