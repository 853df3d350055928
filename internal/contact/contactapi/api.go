// Package contactapi is the JSON face of contact links (C5): the links of a committee for its organisers, and the log of a pair for the two and their branch secretary alone.
package contactapi

import (
	"context"
	"net/http"
	"time"

	"xieshang/internal/contact"
	"xieshang/internal/directory"
	"xieshang/internal/platform/api"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// Directory is what the API asks of the directory.
type Directory interface {
	Snapshot(ctx context.Context) (*directory.Snapshot, error)
}

// Operations are those of contact links.
type Operations struct {
	service   *contact.Service
	directory Directory
}

// New adds every operation to the API.
func New(to *api.API, s *contact.Service, d Directory) *Operations {
	o := &Operations{service: s, directory: d}
	read, keep := web.Roles(authz.Organiser, authz.Leader, authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Admin), web.Roles(authz.Organiser, authz.Admin)
	op := func(id, method, path, summary, details string, who web.Access, status int) api.Op {
		return api.Op{ID: id, Method: method, Path: path, Tag: "contacts", Summary: summary, Details: details, Who: who, Status: status, Errors: []int{http.StatusNotFound}}
	}
	api.Add(to, op("list-contact-links", http.MethodGet, "/api/v1/contact-links", "Links of a committee", "Those that hold on the day, then those that do no more, with the number of contacts and never what was said.", read, 0), o.links)
	api.Add(to, op("propose-contact-links", http.MethodGet, "/api/v1/contact-links/proposals", "Who could contact whom", "One proposal for every member outside the Party whom nobody contacts: the bound first, then nearness, then equal loads. Nothing is recorded.", keep, 0), o.proposals)
	api.Add(to, op("make-contact-link", http.MethodPost, "/api/v1/contact-links", "Make or correct a link", "With an id it corrects that link, whose trace stays.", keep, http.StatusCreated), o.put)
	api.Add(to, op("end-contact-link", http.MethodPost, "/api/v1/contact-links/{id}/end", "End a link", "From a day on, for a reason that an organiser gives.", keep, http.StatusNoContent), o.end)
	api.Add(to, op("list-my-contacts", http.MethodGet, "/api/v1/contacts", "My contacts", "Whom the caller contacts, who contacts the caller, and for a secretary of a members' branch the pairs of the branch.", web.SignedIn(), 0), o.mine)
	api.Add(to, op("list-contact-log", http.MethodGet, "/api/v1/contacts/log", "The log of a pair", "For the two and for secretary and deputy secretary of the members' branch of the one who contacts; for everybody else there is no such pair.", web.SignedIn(), 0), o.entries)
	api.Add(to, op("note-contact", http.MethodPost, "/api/v1/contacts/log", "Note a contact", "For the two of a pair.", web.SignedIn(), http.StatusCreated), o.note)
	return o
}

// ContactLink says who contacts whom or what.
type ContactLink struct {
	ID      uuid.UUID `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f503" doc:"of what is recorded now; a correction gives a new one"`
	Kind    string    `json:"kind" enum:"member,sector,subgroup" example:"member" doc:"what the link leads to"`
	Contact uuid.UUID `json:"contact" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f504" doc:"who contacts"`
	Name    string    `json:"contact_name" example:"王样例" doc:"their name"`
	Target  uuid.UUID `json:"target" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f505" doc:"the member, sector or sub-group"`
	Who     string    `json:"target_name" example:"李样例" doc:"its name"`
	From    string    `json:"from,omitempty" example:"2025-06-01" doc:"first day on which it really holds; none when it never does"`
	To      string    `json:"to,omitempty" example:"2026-02-01" doc:"first day on which it holds no more"`
	Reason  string    `json:"reason,omitempty" enum:"changed,other,contact_left,target_left,contact_party,target_party,target_gone" example:"target_left" doc:"why it ends"`
	Holds   bool      `json:"holds" example:"true" doc:"on the day asked for"`
	Times   int       `json:"contacts" example:"3" doc:"how many contacts the two noted"`
}

// ContactProposal is who could contact a member.
type ContactProposal struct {
	Member  uuid.UUID `json:"member" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f505" doc:"whom nobody contacts"`
	Name    string    `json:"member_name" example:"李样例" doc:"their name"`
	Contact uuid.UUID `json:"contact" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f504" doc:"who could; zeros when the committee has no CPC member"`
	Who     string    `json:"contact_name" example:"王样例" doc:"their name"`
	Near    []string  `json:"near" nullable:"false" example:"[\"sector\"]" doc:"what the two share: sector, special, place"`
	Above   bool      `json:"above" example:"false" doc:"the contact would have more than the committee's bound"`
}

// ContactTie is a pair as the caller sees it.
type ContactTie struct {
	Side      string    `json:"side" enum:"contact,target,branch" example:"contact" doc:"whether the caller contacts, is contacted, or is secretary of the branch"`
	Committee uuid.UUID `json:"committee" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f501" doc:"in which committee"`
	Contact   uuid.UUID `json:"contact" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f504" doc:"who contacts"`
	Target    uuid.UUID `json:"target" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f505" doc:"who or what is contacted"`
	Kind      string    `json:"kind" enum:"member,sector,subgroup" example:"member" doc:"what the link leads to"`
	Name      string    `json:"name" example:"李样例" doc:"of the other one"`
	Since     string    `json:"since" example:"2025-06-01" doc:"first day"`
	Holds     bool      `json:"holds" example:"true" doc:"today"`
	Times     int       `json:"contacts" example:"3" doc:"contacts noted"`
}

// ContactEntry is one contact.
type ContactEntry struct {
	ID       uuid.UUID `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f506" doc:"UUID"`
	Day      string    `json:"day" example:"2026-02-28" doc:"when"`
	How      string    `json:"how" enum:"met,phoned,visited,online,activity" example:"phoned" doc:"how"`
	Words    string    `json:"words,omitempty" example:"谈到社区养老" doc:"what was said"`
	Author   uuid.UUID `json:"author" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f504" doc:"who of the two noted it"`
	Recorded time.Time `json:"recorded" example:"2026-03-02T01:00:00Z" doc:"when it was noted"`
}

// ContactList is all there is of something.
type ContactList[T any] struct {
	Items []T `json:"items" nullable:"false" doc:"all of them"`
}

type listOf[T any] struct{ Body ContactList[T] }

type committeeInput struct {
	Committee string `query:"committee" required:"true" maxLength:"100" example:"430100" doc:"UUID, code or name of the committee"`
	AsOf      string `query:"as_of" maxLength:"10" example:"2026-03-02" doc:"on this civil date; today when left out"`
}

type proposalsInput struct {
	Committee string `query:"committee" required:"true" maxLength:"100" example:"430100" doc:"UUID, code or name of the committee"`
}

type putInput struct {
	Body struct {
		ID        *uuid.UUID `json:"id,omitempty" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f503" doc:"the link that is corrected; a new one when left out"`
		Committee string     `json:"committee" maxLength:"100" example:"430100" doc:"UUID, code or name of the committee"`
		Kind      string     `json:"kind" enum:"member,sector,subgroup" example:"member" doc:"what the link leads to"`
		Contact   uuid.UUID  `json:"contact" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f504" doc:"who contacts"`
		Target    uuid.UUID  `json:"target" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f505" doc:"the member, sector or sub-group"`
		From      string     `json:"from" maxLength:"10" example:"2026-03-02" doc:"first day"`
	}
}

type madeOutput struct {
	Body struct {
		ID uuid.UUID `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f503" doc:"of what was recorded"`
	}
}

type endInput struct {
	ID   uuid.UUID `path:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f503" doc:"the link"`
	Body struct {
		Committee string `json:"committee" maxLength:"100" example:"430100" doc:"UUID, code or name of the committee"`
		From      string `json:"from" maxLength:"10" example:"2026-03-02" doc:"first day on which it holds no more"`
		Reason    string `json:"reason" enum:"changed,other" example:"changed" doc:"why"`
	}
}

type pairInput struct {
	Committee uuid.UUID `query:"committee" required:"true" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f501" doc:"the committee"`
	Contact   uuid.UUID `query:"contact" required:"true" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f504" doc:"who contacts"`
	Target    uuid.UUID `query:"target" required:"true" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f505" doc:"who is contacted"`
}

type noteInput struct {
	Body struct {
		Committee uuid.UUID `json:"committee" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f501" doc:"the committee"`
		Contact   uuid.UUID `json:"contact" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f504" doc:"who contacts"`
		Target    uuid.UUID `json:"target" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f505" doc:"who is contacted"`
		Day       string    `json:"day,omitempty" maxLength:"10" example:"2026-03-02" doc:"today when left out"`
		How       string    `json:"how" enum:"met,phoned,visited,online,activity" example:"phoned" doc:"how"`
		Words     string    `json:"words,omitempty" maxLength:"2000" example:"谈到社区养老" doc:"what was said; kept encrypted"`
	}
}

// committee finds a committee by UUID, code or name.
func (o *Operations) committee(ctx context.Context, c *problem.Check, text string) (*directory.Snapshot, uuid.UUID, error) {
	snap, err := o.directory.Snapshot(ctx)
	if err != nil {
		return nil, uuid.Nil, err
	}
	if u, err := uuid.Parse(text); err == nil {
		return snap, u, nil
	}
	if k := snap.CommitteeByName(text); k != nil {
		return snap, k.ID, nil
	}
	c.Add("committee", "contact.err.committee")
	return snap, uuid.Nil, nil
}

func day(c *problem.Check, field, text string) clock.Date {
	if text == "" {
		return clock.Date{}
	}
	d, err := clock.ParseDate(text)
	if err != nil {
		c.Add(field, "contact.err.date")
	}
	return d
}
