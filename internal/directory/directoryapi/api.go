// Package directoryapi is the JSON face of the directory's organisations and people (C1), on any day and as known at any moment. It promises that what it gives is cut to
// the caller by the service as on the pages, and that no telephone or identity number ever leaves by it.
package directoryapi

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/api"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// Operations are those of the directory.
type Operations struct{ service *directory.Service }

// New adds every operation to the API.
func New(to *api.API, s *directory.Service) *Operations {
	o := &Operations{s}
	op := func(id, method, path, summary, details string, status int) api.Op {
		return api.Op{ID: id, Method: method, Path: path, Tag: "directory", Summary: summary, Details: details, Who: web.SignedIn(), Status: status, Errors: []int{http.StatusNotFound}}
	}
	const moment = " On any day (as_of), as it is known now or was known at a moment (known_at)."
	api.Add(to, op("list-organisations", http.MethodGet, "/api/v1/organisations", "Organisations", "Of a committee, of a kind, or all, in the order in which they were recorded."+moment, 0), o.organisations)
	api.Add(to, op("get-organisation", http.MethodGet, "/api/v1/organisations/{id}", "One organisation", "With how many people have which post in it."+moment, 0), o.organisation)
	api.Add(to, op("list-people", http.MethodGet, "/api/v1/people", "People by name", "Those with a post in the caller's own committees or in those that let them see names. No telephone or identity numbers."+moment, 0), o.people)
	api.Add(to, op("get-person", http.MethodGet, "/api/v1/people/{id}", "One person", "With every post and affiliation that the caller may see, superseded records too. No telephone or identity numbers.", 0), o.person)
	api.Add(to, op("list-memberships", http.MethodGet, "/api/v1/memberships", "Who has which post", "In one organisation."+moment, 0), o.memberships)
	api.Add(to, op("put-membership", http.MethodPost, "/api/v1/memberships", "Record or correct a post", "For organisers of the committee that the organisation belongs to. With replaces the earlier record is superseded, never overwritten.", http.StatusCreated), o.putMembership)
	api.Add(to, op("put-affiliation", http.MethodPost, "/api/v1/affiliations", "Record or correct an affiliation", "For organisers of a committee in which the person has a post today. With replaces the earlier record is superseded, never overwritten.", http.StatusCreated), o.putAffiliation)
	return o
}

// directoryMomentInput is the day and the knowledge that are asked about.
type directoryMomentInput struct {
	Day   string    `query:"as_of" maxLength:"10" example:"2026-03-01" doc:"the day that is asked about; today when left out"`
	Known time.Time `query:"known_at" example:"2026-02-01T00:00:00Z" doc:"as it was known at this moment; as it is known now when left out"`
}

func (in directoryMomentInput) when(c *problem.Check) directory.When {
	return directory.When{Day: day(c, "as_of", in.Day), Known: clock.Cut(in.Known)}
}

// day reads a civil date; an empty text is no date.
func day(c *problem.Check, field, text string) clock.Date {
	if text == "" {
		return clock.Date{}
	}
	d, err := clock.ParseDate(text)
	if err != nil {
		c.Add(field, "directory.err.date")
	}
	return d
}

func (o *Operations) moment(ctx context.Context, in directoryMomentInput) (directory.When, *directory.Snapshot, error) {
	var c problem.Check
	w := in.when(&c)
	if err := c.Err(); err != nil {
		return w, nil, err
	}
	if in.Known.IsZero() {
		w.Known = time.Time{}
	}
	if w.Day.IsZero() {
		w.Day = o.service.Today()
	}
	snap, err := o.service.At(ctx, w.Day, w.Known)
	return w, snap, err
}

// mark is the cursor of a list of people: the last name and person.
func mark(m directory.PersonMark) string {
	if m.Person == uuid.Nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(m.Person.String() + m.Name))
}

func parseMark(text string) (directory.PersonMark, error) {
	if text == "" {
		return directory.PersonMark{}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil && len(b) > 36 {
		if u, err := uuid.Parse(string(b[:36])); err == nil && u != uuid.Nil {
			return directory.PersonMark{Name: strings.ToValidUTF8(string(b[36:]), ""), Person: u}, nil
		}
	}
	return directory.PersonMark{}, problem.On("cursor", "directory.err.cursor")
}

func dateText(d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func optional(u uuid.UUID) *uuid.UUID {
	if u == uuid.Nil {
		return nil
	}
	return &u
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// DirectoryOrganisation is an organisation on a day.
type DirectoryOrganisation struct {
	ID        uuid.UUID  `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f601" doc:"which"`
	Kind      string     `json:"kind" example:"special_committee" doc:"what it is"`
	Name      string     `json:"name" example:"提案委员会" doc:"Chinese name"`
	NameEN    string     `json:"name_en" example:"Committee for Proposals" doc:"English name, may be empty"`
	Level     string     `json:"level" enum:"province,city,county" example:"city" doc:"level"`
	Line      string     `json:"line" enum:",office,service" example:"" doc:"line of the Party's organisations that its kind belongs to"`
	Parent    *uuid.UUID `json:"parent,omitempty" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f602" doc:"what it stands below"`
	Committee *uuid.UUID `json:"committee,omitempty" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f602" doc:"committee that it belongs to"`
	From      string     `json:"from" format:"date" example:"2022-01-10" doc:"first day of this record"`
	To        string     `json:"to" example:"" doc:"first day on which it does not hold, empty when open"`
}

func organisation(snap *directory.Snapshot, o *directory.Organisation) DirectoryOrganisation {
	out := DirectoryOrganisation{ID: o.ID, Kind: string(o.Kind), Name: o.Name.ZH, NameEN: o.Name.EN, Level: string(o.Level), Line: string(o.Kind.Line()), Parent: optional(o.Parent), From: dateText(o.Valid.From), To: dateText(o.Valid.To)}
	if k := snap.CommitteeFor(o.ID); k != nil {
		out.Committee = optional(k.ID)
	}
	return out
}

type directoryOrganisationsInput struct {
	directoryMomentInput
	Committee uuid.UUID `query:"committee" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f602" doc:"only what belongs to it"`
	Kind      string    `query:"kind" maxLength:"40" example:"sector" doc:"only of this kind"`
	Limit     int       `query:"limit" minimum:"1" maximum:"500" default:"100" example:"100" doc:"at most so many"`
	Cursor    string    `query:"cursor" maxLength:"100" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f601" doc:"next of the answer before"`
}

type directoryOrganisationsOutput struct {
	Body struct {
		Items []DirectoryOrganisation `json:"items" nullable:"false" doc:"organisations"`
		Next  string                  `json:"next" example:"" doc:"cursor of what follows, empty at the end"`
	}
}

func (o *Operations) organisations(ctx context.Context, in *directoryOrganisationsInput) (*directoryOrganisationsOutput, error) {
	if in.Kind != "" && !directory.Kind(in.Kind).Valid() {
		return nil, problem.On("kind", "directory.err.kind")
	}
	_, snap, err := o.moment(ctx, in.directoryMomentInput)
	if err != nil {
		return nil, err
	}
	list := snap.Organisations()
	if in.Committee != uuid.Nil {
		list = snap.Belonging(in.Committee)
	}
	if in.Cursor != "" {
		i := slices.IndexFunc(list, func(x *directory.Organisation) bool { return x.ID.String() == in.Cursor })
		if i < 0 {
			return nil, problem.On("cursor", "directory.err.cursor")
		}
		list = list[i+1:]
	}
	out := &directoryOrganisationsOutput{}
	out.Body.Items = []DirectoryOrganisation{}
	for _, x := range list {
		if in.Kind != "" && string(x.Kind) != in.Kind {
			continue
		}
		if len(out.Body.Items) == in.Limit {
			out.Body.Next = out.Body.Items[in.Limit-1].ID.String()
			break
		}
		out.Body.Items = append(out.Body.Items, organisation(snap, x))
	}
	return out, nil
}

type directoryOneInput struct {
	directoryMomentInput
	ID uuid.UUID `path:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f601" doc:"which"`
}

// DirectoryCount is how many people have a post.
type DirectoryCount struct {
	Post   string `json:"post" example:"member" doc:"what they are"`
	Tenure string `json:"tenure" enum:",full_time,resident" example:"" doc:"of deputy chairs"`
	Sector string `json:"sector" example:"教育界" doc:"of members"`
	People int    `json:"people" example:"12" doc:"how many"`
}

type directoryOrganisationOutput struct {
	Body struct {
		DirectoryOrganisation
		Counts []DirectoryCount `json:"counts" nullable:"false" doc:"people by post"`
	}
}

func (o *Operations) organisation(ctx context.Context, in *directoryOneInput) (*directoryOrganisationOutput, error) {
	w, snap, err := o.moment(ctx, in.directoryMomentInput)
	if err != nil {
		return nil, err
	}
	x := snap.Organisation(in.ID)
	if x == nil {
		return nil, problem.New(problem.NotFound, "problem.not-found")
	}
	heads, err := o.service.Headcounts(ctx, []uuid.UUID{in.ID}, w)
	if err != nil {
		return nil, err
	}
	out := &directoryOrganisationOutput{}
	out.Body.DirectoryOrganisation, out.Body.Counts = organisation(snap, x), []DirectoryCount{}
	for _, h := range heads {
		out.Body.Counts = append(out.Body.Counts, DirectoryCount{Post: string(h.Post), Tenure: string(h.Service), Sector: h.Sector, People: h.People})
	}
	return out, nil
}
