package suggestionapi

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/api"
	"xieshang/internal/platform/problem"
	"xieshang/internal/suggestion"
)

// Filters are the parameters by which a list and an export are narrowed. Exported: what is embedded unexported is not described.
type Filters struct {
	Query      string `query:"q" maxLength:"400" example:"电梯" doc:"words; \"…\" is an exact phrase, -word leaves out, 状态: and 分类: filter"`
	State      string `query:"state" maxLength:"200" example:"replied,closed" doc:"one state, or several with commas: draft, raised, returned, accepted, at_office, dispatched, in_hand, answered, replied, reopened, meeting, closed, merged, converted, withdrawn"`
	Kind       string `query:"kind" enum:"message,suggestion" doc:"a resident's message, or a suggestion"`
	Committee  string `query:"committee" maxLength:"120" example:"430100" doc:"id, code or name"`
	Division   string `query:"division" maxLength:"120" example:"430102" doc:"id, GB/T 2260 code or name; with everything below it"`
	Department string `query:"department" maxLength:"120" example:"市住房和城乡建设局" doc:"id or name of the lead department"`
	Field      string `query:"field" maxLength:"200" example:"交通出行" doc:"id, path or name; with everything below it"`
	Class      string `query:"class" maxLength:"20" pattern:"^[A-Za-z0-9]*$" example:"A" doc:"class of the answer"`
	Rating     string `query:"rating" enum:"satisfied,basically,not" doc:"the author's rating"`
	Scope      string `query:"scope" enum:"public,staff,department,mine,messages" default:"public" doc:"whose list: everybody's, that of the committees or departments that the caller works for, what the caller raised, or the residents' messages that wait for a member to take them up"`
	Queue      string `query:"queue" enum:"guard,review,dispatch,back,check,meet,late,opinions,promises,receipt,answer,sign,opinion,office" doc:"what waits for somebody. With scope=staff: guard, review, dispatch, back, check, meet, late, opinions, promises; with scope=department: receipt, answer, sign, opinion, late, office"`
	From       string `query:"from" maxLength:"10" example:"2026-01-01" doc:"raised on or after this civil date"`
	To         string `query:"to" maxLength:"10" example:"2026-12-31" doc:"raised on or before this civil date"`
}

type listInput struct {
	Filters
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"20" doc:"entries of a page"`
	Cursor string `query:"cursor" maxLength:"200" doc:"next of the answer before"`
	Total  bool   `query:"total" default:"true" doc:"count all that match; left out of pages after the first in any case, except of a search"`
}

// Page is one page of matters.
type Page struct {
	Items []Item `json:"items" nullable:"false" doc:"newest first, or best first when words are searched for, or by due date in a queue"`
	Next  string `json:"next" example:"MTc3MjQ0MTIwMC40Mg" doc:"cursor of the next page; empty on the last"`
	Total *int   `json:"total,omitempty" example:"1" doc:"how many match"`
}

type pageOutput struct{ Body Page }

func (o *Operations) reading(to *api.API) {
	api.Add(to, api.Op{ID: "list-suggestions", Method: http.MethodGet, Path: "/api/v1/suggestions", Tag: "suggestions", Summary: "List or search matters", Who: open()}, o.list)
	api.Add(to, api.Op{ID: "similar-suggestions", Method: http.MethodGet, Path: "/api/v1/suggestions/similar", Tag: "suggestions", Summary: "Likely duplicates of a text",
		Details: "Public matters that probably tell of the same thing, the likeliest first.", Who: open()}, o.similar)
	api.Add(to, api.Op{ID: "get-suggestion", Method: http.MethodGet, Path: "/api/v1/suggestions/{id}", Tag: "suggestions", Summary: "One matter with its whole story",
		Details: "Cut to what the caller may read. A matter that is not for the caller is answered like one that does not exist.", Who: open(), Errors: []int{http.StatusNotFound}}, o.get)
}

func (o *Operations) list(ctx context.Context, in *listInput) (*pageOutput, error) {
	snap, err := o.directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	filter, err := in.filter(snap)
	if err != nil {
		return nil, err
	}
	filter.Limit, filter.Cursor = in.Limit, in.Cursor
	filter.Total = in.Total && in.Cursor == ""
	if err := checkCursor(in.Cursor); err != nil {
		return nil, err
	}
	page, err := o.service.List(ctx, filter)
	if err != nil {
		return nil, err
	}
	out := &pageOutput{Page{Items: make([]Item, 0, len(page.Items)), Next: page.Next}}
	if page.Total >= 0 && in.Total {
		out.Body.Total = &page.Total
	}
	v := viewer{snap}
	for _, i := range page.Items {
		out.Body.Items = append(out.Body.Items, v.line(i))
	}
	return out, nil
}

// queuesOf are the queues that a scope has.
func queuesOf(s suggestion.Scope) []suggestion.Queue {
	switch s {
	case suggestion.StaffScope:
		return []suggestion.Queue{suggestion.ToLetIn, suggestion.ToReview, suggestion.ToDispatch, suggestion.ComingBack, suggestion.ToCheck, suggestion.ToMeet, suggestion.LateQueue, suggestion.LateOpinions, suggestion.Promises}
	case suggestion.DepartmentScope:
		return []suggestion.Queue{suggestion.ToAcknowledge, suggestion.ToAnswer, suggestion.ToSign, suggestion.ToAdvise, suggestion.LateQueue, suggestion.ToPassOn}
	}
	return nil
}

// filter reads the parameters; every one that cannot be read is named.
func (in *Filters) filter(snap *directory.Snapshot) (suggestion.Filter, error) {
	f := finder{snap: snap}
	out := suggestion.Filter{Query: in.Query, Kind: suggestion.Kind(in.Kind), Queue: suggestion.Queue(in.Queue), Class: in.Class, Rating: suggestion.Rating(in.Rating)}
	if in.Scope != "public" {
		out.Scope = suggestion.Scope(in.Scope)
	}
	if out.Queue != suggestion.NoQueue && !slices.Contains(queuesOf(out.Scope), out.Queue) {
		f.c.Add("queue", "suggestionapi.err.queue", "queue", in.Queue, "scope", in.Scope)
	}
	if strings.ContainsRune(in.Query, 0) {
		f.c.Add("q", "suggestion.err.encoding")
	}
	out.Committee, out.Division = f.committee("committee", in.Committee), f.division("division", in.Division)
	out.Department, out.Field = f.department("department", in.Department), f.field("field", in.Field)
	for _, s := range strings.Split(in.State, ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		state := suggestion.StateByName(s)
		if !slices.Contains(suggestion.Life().States, state) {
			f.c.Add("state", "suggestionapi.err.unknown", "value", s)
		}
		out.States = append(out.States, state)
	}
	out.From, out.To = day(&f.c, "from", in.From), day(&f.c, "to", in.To)
	if !out.From.IsZero() && !out.To.IsZero() && out.To.Before(out.From) {
		f.c.Add("to", "suggestionapi.err.span")
	}
	if !out.To.IsZero() {
		out.To = out.To.AddDays(1)
	}
	return out, f.c.Err()
}

// checkCursor keeps what no cursor of ours holds away from the database.
func checkCursor(c string) error {
	raw, err := base64.RawURLEncoding.DecodeString(c)
	if err == nil && !slices.ContainsFunc(raw, func(b byte) bool { return b < ' ' || b > '~' }) {
		return nil
	}
	return problem.On("cursor", "suggestion.err.cursor")
}

type getInput struct {
	ID string `path:"id" example:"430100-2026-000123" doc:"UUID or number"`
}

type matterOutput struct{ Body *Matter }

func (o *Operations) get(ctx context.Context, in *getInput) (*matterOutput, error) {
	if err := reference(in.ID); err != nil {
		return nil, err
	}
	c, err := o.service.Get(ctx, in.ID)
	if err != nil {
		return nil, named(err)
	}
	return o.answer(ctx, c)
}

func (o *Operations) answer(ctx context.Context, c *suggestion.Case) (*matterOutput, error) {
	snap, err := o.directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return &matterOutput{viewer{snap}.matter(c)}, nil
}

type similarInput struct {
	Text     string `query:"text" required:"true" minLength:"2" maxLength:"2000" example:"楼里没有电梯" doc:"what has been typed so far"`
	Division string `query:"division" maxLength:"120" example:"430102" doc:"id, GB/T 2260 code or name: near matters come first"`
	Place    string `query:"place" maxLength:"200" example:"枫溪路" doc:"in the author's words"`
	Limit    int    `query:"limit" minimum:"1" maximum:"20" default:"5" doc:"at most so many"`
}

// Matters are a few matters.
type Matters struct {
	Items []Item `json:"items" nullable:"false" doc:"the likeliest first"`
}

type mattersOutput struct{ Body Matters }

func (o *Operations) similar(ctx context.Context, in *similarInput) (*mattersOutput, error) {
	snap, err := o.directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	f := finder{snap: snap}
	division := f.division("division", in.Division)
	for name, text := range map[string]string{"text": in.Text, "place": in.Place} {
		if strings.ContainsRune(text, 0) {
			f.c.Add(name, "suggestion.err.encoding")
		}
	}
	if err := f.c.Err(); err != nil {
		return nil, err
	}
	items, err := o.service.Similar(ctx, suggestion.SimilarQuery{Text: in.Text, Division: division, Place: in.Place, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &mattersOutput{Matters{Items: make([]Item, 0, len(items))}}
	for _, i := range items {
		out.Body.Items = append(out.Body.Items, viewer{snap}.line(i))
	}
	return out, nil
}
