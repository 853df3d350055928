package suggestionapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/api"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

type asOfInput struct {
	AsOf  string    `query:"as_of" maxLength:"10" example:"2026-03-02" doc:"as it was on this civil date; today when left out"`
	Known time.Time `query:"known_at" example:"2026-03-02T01:00:00Z" doc:"as it was known at this instant; now when left out. Needs as_of"`
}

// Division is a province, a city or a county.
type Division struct {
	Named
	Code   string     `json:"code,omitempty" example:"430102" doc:"GB/T 2260 code on the day"`
	Level  string     `json:"level" enum:"province,city,county" doc:"how high it stands"`
	Parent *uuid.UUID `json:"parent,omitempty" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f507" doc:"the division above"`
	Lon    float64    `json:"lon,omitempty" example:"113.01" doc:"a point in it, degrees"`
	Lat    float64    `json:"lat,omitempty" example:"28.19" doc:"a point in it, degrees"`
}

// Organisation is a committee, a department or a supervision office.
type Organisation struct {
	Named
	Kind     string     `json:"kind" enum:"committee,department,office" doc:"office: a supervision office"`
	Level    string     `json:"level" enum:"province,city,county" doc:"how high it stands"`
	Code     string     `json:"code,omitempty" example:"430100" doc:"of a committee: first part of the numbers of its matters"`
	Division *uuid.UUID `json:"division,omitempty" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f507" doc:"where it is responsible"`
}

// Field is what a matter can be about.
type Field struct {
	Named
	Path   string     `json:"path" example:"交通出行 / 电梯" doc:"names from the top"`
	Parent *uuid.UUID `json:"parent,omitempty" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f508" doc:"the field above"`
}

// List is all there is of something.
type List[T any] struct {
	Items []T `json:"items" nullable:"false" doc:"all of them; those above before those below"`
}

type listOutput[T any] struct{ Body List[T] }

func some(u uuid.UUID) *uuid.UUID {
	if u == uuid.Nil {
		return nil
	}
	return &u
}

func (o *Operations) lists(to *api.API) {
	op := func(id, path, summary string) api.Op {
		return api.Op{ID: id, Method: http.MethodGet, Path: path, Tag: "directory", Summary: summary, Who: web.Public("names of places and offices are public")}
	}
	api.Add(to, op("list-divisions", "/api/v1/divisions", "Divisions"), o.divisions)
	api.Add(to, op("list-committees", "/api/v1/committees", "Committees"), o.organisations(directory.Committee))
	api.Add(to, op("list-departments", "/api/v1/departments", "Departments and supervision offices"), o.organisations(directory.Department, directory.Office))
	api.Add(to, op("list-fields", "/api/v1/fields", "Fields"), o.fields)
}

func (o *Operations) divisions(ctx context.Context, in *asOfInput) (*listOutput[Division], error) {
	snap, err := o.at(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &listOutput[Division]{List[Division]{[]Division{}}}
	var walk func(uuid.UUID)
	walk = func(parent uuid.UUID) {
		for _, d := range snap.Divisions(parent) {
			out.Body.Items = append(out.Body.Items, Division{Named{d.ID, d.Name.ZH, d.Name.EN}, d.Code, string(d.Level), some(d.Parent), d.Lon, d.Lat})
			walk(d.ID)
		}
	}
	walk(uuid.Nil)
	return out, nil
}

func (o *Operations) organisations(kinds ...directory.Kind) func(context.Context, *asOfInput) (*listOutput[Organisation], error) {
	return func(ctx context.Context, in *asOfInput) (*listOutput[Organisation], error) {
		snap, err := o.at(ctx, in)
		if err != nil {
			return nil, err
		}
		out := &listOutput[Organisation]{List[Organisation]{[]Organisation{}}}
		for _, x := range snap.Organisations() {
			if slices.Contains(kinds, x.Kind) {
				out.Body.Items = append(out.Body.Items, Organisation{Named{x.ID, x.Name.ZH, x.Name.EN}, string(x.Kind), string(x.Level), x.Code, some(x.Division)})
			}
		}
		return out, nil
	}
}

func (o *Operations) fields(ctx context.Context, _ *struct{}) (*listOutput[Field], error) {
	snap, err := o.directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	out := &listOutput[Field]{List[Field]{[]Field{}}}
	var walk func(uuid.UUID)
	walk = func(parent uuid.UUID) {
		for _, f := range snap.Fields(parent) {
			out.Body.Items = append(out.Body.Items, Field{Named{f.ID, f.Name.ZH, f.Name.EN}, f.Path, some(f.Parent)})
			walk(f.ID)
		}
	}
	walk(uuid.Nil)
	return out, nil
}

func (o *Operations) at(ctx context.Context, in *asOfInput) (*directory.Snapshot, error) {
	if in.AsOf == "" && in.Known.IsZero() {
		return o.directory.Snapshot(ctx)
	}
	if in.AsOf == "" {
		return nil, problem.On("as_of", "suggestionapi.err.as-of")
	}
	var c problem.Check
	d := day(&c, "as_of", in.AsOf)
	if err := c.Err(); err != nil {
		return nil, err
	}
	return o.directory.At(ctx, d, in.Known)
}

// Me is who asks.
type Me struct {
	Account uuid.UUID `json:"account" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f509" doc:"UUID of the account"`
	Name    string    `json:"name" example:"审核员甲" doc:"as the account calls itself"`
	Roles   []Role    `json:"roles" nullable:"false" doc:"held today"`
	Scopes  []string  `json:"scopes,omitempty" nullable:"false" example:"[\"read\",\"write\"]" doc:"of the token; left out for a browser"`
}

// Role is a role in a place.
type Role struct {
	Role  string `json:"role" enum:"member,reviewer,dispatcher,editor,clerk,head,instructor,leader,admin" doc:"the role"`
	Place *Named `json:"place,omitempty" doc:"the committee or department in which it is held"`
}

type meOutput struct{ Body Me }

func (o *Operations) whoami(to *api.API) {
	api.Add(to, api.Op{ID: "me", Method: http.MethodGet, Path: "/api/v1/me", Tag: "account", Summary: "Who asks", Who: web.SignedIn()}, o.me)
}

func (o *Operations) me(ctx context.Context, _ *struct{}) (*meOutput, error) {
	snap, err := o.directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	actor := authz.From(ctx)
	out := &meOutput{Me{Account: actor.Account, Name: actor.Name, Roles: []Role{}}}
	for _, g := range actor.Grants {
		out.Body.Roles = append(out.Body.Roles, Role{string(g.Role), viewer{snap}.org(g.Place)})
	}
	for _, s := range actor.Scopes {
		out.Body.Scopes = append(out.Body.Scopes, string(s))
	}
	return out, nil
}
