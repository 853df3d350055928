package suggestionapi

import (
	"context"
	"net/http"
	"strings"

	"xieshang/internal/platform/clock"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/danielgtaylor/huma/v2"
)

type listInput struct {
	Query      string `query:"q" maxLength:"400" doc:"words; \"…\" is an exact phrase, -word leaves out, 状态: and 分类: filter"`
	State      string `query:"state" doc:"one state, or several with commas"`
	Kind       string `query:"kind" enum:"message,suggestion"`
	Committee  string `query:"committee" doc:"id, code or name"`
	Division   string `query:"division" doc:"id or GB/T 2260 code; with everything below it"`
	Department string `query:"department" doc:"id or name of the lead department"`
	Field      string `query:"field" doc:"id or path; with everything below it"`
	Scope      string `query:"scope" enum:"public,staff,department,mine" doc:"whose list; public when left out"`
	Queue      string `query:"queue" doc:"what waits for somebody: review, dispatch, back, check, meet, late, promises; for departments receipt, answer, sign, opinion"`
	From       string `query:"from" doc:"raised on or after this civil date"`
	To         string `query:"to" doc:"raised on or before this civil date"`
	Limit      int    `query:"limit" minimum:"1" maximum:"200" default:"20"`
	Cursor     string `query:"cursor" doc:"next of the answer before"`
	Total      bool   `query:"total" doc:"count all that match"`
}

type listOutput struct {
	Body struct {
		Items []Item `json:"items"`
		Next  string `json:"next" doc:"cursor of the next page; empty on the last"`
		Total *int   `json:"total,omitempty"`
	}
}

func (a *API) reading(api huma.API) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"suggestions"}, Security: []map[string][]string{{}, {"token": {}}},
			Errors: []int{http.StatusUnprocessableEntity, http.StatusNotFound, http.StatusUnauthorized, http.StatusForbidden}}
	}
	huma.Register(api, op("list-suggestions", http.MethodGet, "/api/v1/suggestions", "List or search matters"), a.list)
	huma.Register(api, op("similar-suggestions", http.MethodGet, "/api/v1/suggestions/similar", "Likely duplicates of a text"), a.similar)
	huma.Register(api, op("get-suggestion", http.MethodGet, "/api/v1/suggestions/{id}", "One matter with its whole story"), a.get)
}

func (a *API) list(ctx context.Context, in *listInput) (*listOutput, error) {
	snap, err := a.directory.Snapshot(ctx)
	if err != nil {
		return nil, said(ctx, err)
	}
	f := finder{snap: snap}
	filter := suggestion.Filter{Query: in.Query, Kind: suggestion.Kind(in.Kind), Queue: suggestion.Queue(in.Queue), Limit: in.Limit, Cursor: in.Cursor, Total: in.Total || in.Query != ""}
	if in.Scope != "" && in.Scope != "public" {
		filter.Scope = suggestion.Scope(in.Scope)
	}
	filter.Committee, filter.Division = f.committee("committee", in.Committee), f.division("division", in.Division)
	filter.Department, filter.Field = f.department("department", in.Department), f.field("field", in.Field)
	for _, s := range strings.Split(in.State, ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		state := suggestion.StateByName(s)
		if !known(state) {
			f.c.Add("state", "suggestionapi.err.unknown", "value", s)
		}
		filter.States = append(filter.States, state)
	}
	day := func(name, text string) clock.Date {
		if text == "" {
			return clock.Date{}
		}
		d, err := clock.ParseDate(text)
		if err != nil {
			f.c.Add(name, "suggestionapi.err.date", "value", text)
		}
		return d
	}
	filter.From, filter.To = day("from", in.From), day("to", in.To)
	if !filter.To.IsZero() {
		filter.To = filter.To.AddDays(1)
	}
	if err := f.c.Err(); err != nil {
		return nil, said(ctx, err)
	}
	page, err := a.service.List(ctx, filter)
	if err != nil {
		return nil, said(ctx, err)
	}
	out := &listOutput{}
	out.Body.Next = page.Next
	if page.Total >= 0 {
		out.Body.Total = &page.Total
	}
	v := viewer{snap}
	out.Body.Items = make([]Item, 0, len(page.Items))
	for _, i := range page.Items {
		out.Body.Items = append(out.Body.Items, v.item(i.Suggestion, i.Excerpt))
	}
	return out, nil
}

func known(s wf.State) bool {
	for _, x := range suggestion.Life().States {
		if x == s {
			return true
		}
	}
	return false
}

type getInput struct {
	ID string `path:"id" doc:"UUID or number"`
}

type matterOutput struct{ Body Matter }

func (a *API) get(ctx context.Context, in *getInput) (*matterOutput, error) {
	c, err := a.service.Get(ctx, in.ID)
	if err != nil {
		return nil, said(ctx, err)
	}
	return a.answer(ctx, c)
}

func (a *API) answer(ctx context.Context, c *suggestion.Case) (*matterOutput, error) {
	snap, err := a.directory.Snapshot(ctx)
	if err != nil {
		return nil, said(ctx, err)
	}
	return &matterOutput{viewer{snap}.matter(c)}, nil
}

type similarInput struct {
	Text     string `query:"text" required:"true" minLength:"2" maxLength:"2000"`
	Division string `query:"division" doc:"id or GB/T 2260 code"`
	Place    string `query:"place" maxLength:"200"`
	Limit    int    `query:"limit" minimum:"1" maximum:"20" default:"5"`
}

func (a *API) similar(ctx context.Context, in *similarInput) (*listOutput, error) {
	snap, err := a.directory.Snapshot(ctx)
	if err != nil {
		return nil, said(ctx, err)
	}
	f := finder{snap: snap}
	division := f.division("division", in.Division)
	if err := f.c.Err(); err != nil {
		return nil, said(ctx, err)
	}
	items, err := a.service.Similar(ctx, suggestion.SimilarQuery{Text: in.Text, Division: division, Place: in.Place, Limit: in.Limit})
	if err != nil {
		return nil, said(ctx, err)
	}
	out := &listOutput{}
	out.Body.Items = make([]Item, 0, len(items))
	for _, i := range items {
		out.Body.Items = append(out.Body.Items, viewer{snap}.item(i.Suggestion, i.Excerpt))
	}
	return out, nil
}
