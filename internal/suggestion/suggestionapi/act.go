package suggestionapi

import (
	"context"
	"net/http"

	"xieshang/internal/platform/api"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/danielgtaylor/huma/v2"
)

// Act is the body of every action; each takes the fields that its line in x-actions names.
type Act struct {
	Version    int         `json:"version,omitempty" minimum:"0" example:"7" doc:"of the matter as you saw it; 409 when it has changed since, except by this same request of yours a moment ago"`
	Reason     string      `json:"reason,omitempty" maxLength:"8000" example:"属实，予以受理。" doc:"why; up to 2,000 characters"`
	Text       string      `json:"text,omitempty" maxLength:"80000" example:"已列入今年第二批加装计划。" doc:"an answer, an opinion, a supplement, a note; up to 20,000 characters"`
	Public     *bool       `json:"public,omitempty" example:"true" doc:"whether everybody may read the matter"`
	Field      string      `json:"field,omitempty" maxLength:"200" example:"交通出行" doc:"id, path or name"`
	Division   string      `json:"division,omitempty" maxLength:"120" example:"430102" doc:"id, GB/T 2260 code or name"`
	Into       string      `json:"into,omitempty" maxLength:"200" example:"430100-2026-000098" doc:"number of the matter to merge into"`
	Committee  string      `json:"committee,omitempty" maxLength:"120" example:"430000" doc:"id, code or name"`
	Office     string      `json:"office,omitempty" maxLength:"120" example:"市政府督查室" doc:"id or name of a supervision office"`
	Department string      `json:"department,omitempty" maxLength:"120" example:"市住房和城乡建设局" doc:"id or name: whose request is meant, where several departments have one"`
	Team       []TeamEntry `json:"team,omitempty" maxItems:"50" nullable:"false" doc:"the departments with their parts"`
	Due        string      `json:"due,omitempty" maxLength:"10" example:"2026-03-16" doc:"civil date; left out: by the rule of the committee"`
	Until      string      `json:"until,omitempty" maxLength:"10" example:"2026-04-15" doc:"civil date up to which more time is asked or granted"`
	Day        string      `json:"day,omitempty" maxLength:"10" example:"2026-03-02" doc:"civil date of the contact or meeting"`
	Promised   string      `json:"promised,omitempty" maxLength:"10" example:"2026-09-30" doc:"civil date by which it will be settled"`
	Letter     string      `json:"letter,omitempty" maxLength:"240" example:"样住建函〔2026〕8号" doc:"number of the letter"`
	Class      string      `json:"class,omitempty" maxLength:"20" pattern:"^[A-Za-z0-9]*$" patternDescription:"a code of the committee's scheme" example:"A" doc:"class of the answer"`
	How        string      `json:"how,omitempty" maxLength:"40" example:"visit" doc:"visit, telephone or meeting"`
	Rating     string      `json:"rating,omitempty" enum:"satisfied,basically,not" doc:"the author's rating"`
	Target     string      `json:"target,omitempty" maxLength:"40" example:"opinion_report" doc:"the kind of case as which it goes on"`
	Title      string      `json:"title,omitempty" maxLength:"400" example:"枫溪路老旧小区加装电梯" doc:"4 to 80 characters"`
	Body       string      `json:"body,omitempty" maxLength:"20000" example:"枫溪路12号院三栋楼没有电梯。" doc:"10 to 5,000 characters"`
}

// TeamEntry is one department with its part.
type TeamEntry struct {
	Department string `json:"department" minLength:"1" maxLength:"120" example:"市住房和城乡建设局" doc:"id or name"`
	Part       string `json:"part" enum:"lead,joint,assisting,separate" doc:"what it has to do"`
}

type actInput struct {
	ID     string `path:"id" example:"430100-2026-000123" doc:"UUID or number"`
	Action string `path:"action" example:"review-accept" doc:"one of the actions in the matter's list"`
	Body   Act
}

// described is a line of the table of actions as the description shows it.
type described struct {
	Action string   `json:"action"`
	From   []string `json:"from"`
	To     []string `json:"to"`
	Who    []string `json:"who"`
	Inputs []Input  `json:"inputs"`
}

func (o *Operations) acting(to *api.API) {
	api.Add(to, api.Op{ID: "act-on-suggestion", Method: http.MethodPost, Path: "/api/v1/suggestions/{id}/actions/{action}", Tag: "suggestions", Summary: "Take an action", Who: web.SignedIn(),
		Details: "Needs a token with the scope write. x-actions is the table that the pages, too, are made from: who may take which action from which states, and what it asks for. An action that the state does not permit " +
			"is answered with 409 and those that it permits to the caller. Send the version: then a request repeated within a few seconds is answered like the first.",
		Errors: []int{http.StatusNotFound, http.StatusConflict}}, o.act)
	op := to.Operation("act-on-suggestion")
	var table []described
	var names []any
	examples := map[string]*huma.Example{}
	for _, t := range suggestion.Life().Transitions {
		if t.Quiet {
			continue
		}
		names = append(names, string(t.Action))
		d := described{Action: string(t.Action), From: []string{}, To: []string{}, Who: []string{}, Inputs: inputs(t)}
		for _, s := range t.From {
			d.From = append(d.From, string(s))
		}
		for _, s := range t.To {
			d.To = append(d.To, string(s))
		}
		for _, r := range t.Who {
			d.Who = append(d.Who, string(r))
		}
		table = append(table, d)
		examples[d.Action] = &huma.Example{Value: actExample(d.Inputs)}
	}
	op.Extensions = map[string]any{"x-actions": table}
	for _, p := range op.Parameters {
		if p.Name == "action" { // described as a choice, but an unknown action is answered with 404 like any address that is not there
			s := *p.Schema
			s.Enum = names
			p.Schema = &s
		}
	}
	op.RequestBody.Content["application/json"].Examples = examples
}

// actExample shows the fields of one action.
func actExample(fields []Input) map[string]any {
	all := map[string]any{"reason": "属实，予以受理。", "text": "已列入今年第二批加装计划并完成公示。", "public": true, "field": "交通出行", "division": "430102", "into": "430100-2026-000098", "committee": "430000",
		"office": "市政府督查室", "department": "市住房和城乡建设局", "team": []any{map[string]any{"department": "市住房和城乡建设局", "part": "lead"}}, "due": "2026-03-16", "until": "2026-04-15", "day": "2026-03-02",
		"promised": "2026-09-30", "letter": "样住建函〔2026〕8号", "class": "A", "how": "visit", "rating": "satisfied", "target": "opinion_report", "title": "枫溪路老旧小区加装电梯", "body": "枫溪路12号院三栋楼没有电梯，盼望统一加装。"}
	out := map[string]any{"version": 7}
	for _, f := range fields {
		out[f.Name] = all[f.Name]
	}
	return out
}

func (o *Operations) act(ctx context.Context, in *actInput) (*matterOutput, error) {
	if err := reference(in.ID); err != nil {
		return nil, err
	}
	snap, err := o.directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	input, err := in.Body.input(&finder{snap: snap})
	if err != nil {
		return nil, err
	}
	c, err := o.service.Act(ctx, in.ID, wf.Action(in.Action), input)
	if err != nil {
		return nil, named(err)
	}
	return o.answer(ctx, c)
}

func (b *Act) input(f *finder) (suggestion.ActInput, error) {
	out := suggestion.ActInput{Version: b.Version, Reason: b.Reason, Text: b.Text, Public: b.Public, Field: f.field("field", b.Field), Division: f.division("division", b.Division), Into: b.Into,
		Committee: f.committee("committee", b.Committee), Office: f.department("office", b.Office), Department: f.department("department", b.Department), Due: day(&f.c, "due", b.Due), Until: day(&f.c, "until", b.Until),
		Day: day(&f.c, "day", b.Day), Promised: day(&f.c, "promised", b.Promised), Letter: b.Letter, Class: b.Class, How: b.How, Rating: suggestion.Rating(b.Rating), Target: b.Target, Title: b.Title, Body: b.Body}
	for _, t := range b.Team {
		out.Team = append(out.Team, suggestion.TeamPart{Department: f.department("team", t.Department), Part: suggestion.Part(t.Part)})
	}
	return out, f.c.Err()
}
