package suggestionapi

import (
	"context"
	"net/http"

	"xieshang/internal/platform/api"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

type templatesInput struct {
	Suggestion string `query:"suggestion" maxLength:"64" example:"430100-2026-000123" doc:"UUID or number: only those that can be used on it now, filled in with its facts"`
	Action     string `query:"action" maxLength:"40" example:"answer" doc:"only those for this action"`
}

// Template is a text for a reply or a reason.
type Template struct {
	ID       uuid.UUID `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f509" doc:"UUID"`
	Owner    *Named    `json:"owner,omitempty" doc:"the committee, department or supervision office that keeps it"`
	Action   string    `json:"action" example:"answer" doc:"what it is for"`
	Field    string    `json:"field" enum:"text,reason" doc:"the field of the action that it fills"`
	ZH       string    `json:"zh" example:"已办结" doc:"Chinese name"`
	EN       string    `json:"en,omitempty" example:"Settled" doc:"English name"`
	Text     string    `json:"text" example:"您提出的“枫溪路老旧小区加装电梯”收悉。" doc:"with the placeholders {标题} {编号} {单位} {提出日期} {期限}, in English {title} {number} {department} {raised} {due}; filled in when a matter was named"`
	Class    string    `json:"class,omitempty" example:"A" doc:"of an answer"`
	Unfilled string    `json:"unfilled,omitempty" example:"{期限}" doc:"the first placeholder for which the named matter has nothing"`
}

func (o *Operations) templates(to *api.API) {
	api.Add(to, api.Op{ID: "list-templates", Method: http.MethodGet, Path: "/api/v1/templates", Tag: "suggestions", Summary: "Templates for replies and reasons",
		Who:     web.Roles(authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader, authz.Admin, authz.Clerk, authz.Head),
		Details: "Those in use, of the places that the caller works for, in the order in which they are offered.", Errors: []int{http.StatusNotFound}}, o.listTemplates)
}

func (o *Operations) listTemplates(ctx context.Context, in *templatesInput) (*listOutput[Template], error) {
	snap, err := o.directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	all, err := o.service.UsableTemplates(ctx)
	if err != nil {
		return nil, err
	}
	var c *suggestion.Case
	var facts suggestion.Facts
	if in.Suggestion != "" {
		if err := reference(in.Suggestion); err != nil {
			return nil, err
		}
		if c, err = o.service.Get(ctx, in.Suggestion); err != nil {
			return nil, named(err)
		}
		if facts, err = o.service.Facts(ctx, c); err != nil {
			return nil, err
		}
		all = suggestion.ForCase(all, c)
	}
	out := &listOutput[Template]{List[Template]{[]Template{}}}
	for _, t := range all {
		if in.Action != "" && t.Action != wf.Action(in.Action) || c != nil && !c.May(t.Action) {
			continue
		}
		x := Template{ID: t.ID, Owner: viewer{snap}.org(t.Owner), Action: string(t.Action), Field: suggestion.TemplateInput(t.Action), ZH: t.Name.ZH, EN: t.Name.EN, Text: t.Text, Class: t.Class}
		if c != nil {
			x.Text, x.Unfilled = suggestion.Fill(t.Text, facts), suggestion.Missing(t.Text, facts)
		}
		out.Body.Items = append(out.Body.Items, x)
	}
	return out, nil
}
