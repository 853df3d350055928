package directoryapi

import (
	"context"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// DirectoryMembership is a post that somebody has or had.
type DirectoryMembership struct {
	ID           uuid.UUID  `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f610" doc:"of this record"`
	Person       uuid.UUID  `json:"person" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f603" doc:"who"`
	Name         string     `json:"name,omitempty" example:"李样例" doc:"their name, in lists of one organisation"`
	Organisation uuid.UUID  `json:"organisation" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f601" doc:"where"`
	Post         string     `json:"post" example:"member" doc:"what they are there"`
	Tenure       string     `json:"tenure" enum:",full_time,resident" example:"" doc:"of deputy chairs"`
	Sector       string     `json:"sector" example:"教育界" doc:"of members"`
	StartReason  string     `json:"start_reason" example:"elected" doc:"how it began, may be empty"`
	EndReason    string     `json:"end_reason" example:"" doc:"why it ended, may be empty"`
	Note         string     `json:"note" example:"" doc:"what the codes do not say"`
	From         string     `json:"from" format:"date" example:"2022-01-10" doc:"first day"`
	To           string     `json:"to" example:"" doc:"first day without it, empty when open"`
	Recorded     time.Time  `json:"recorded" example:"2026-02-01T00:00:00Z" doc:"since when it is known"`
	Superseded   *time.Time `json:"superseded,omitempty" example:"2026-02-02T00:00:00Z" doc:"since when it is known otherwise"`
}

func membership(m directory.Membership) DirectoryMembership {
	return DirectoryMembership{ID: m.ID, Person: m.Person, Organisation: m.Organisation, Post: string(m.Post), Tenure: string(m.Service), Sector: m.Sector, StartReason: string(m.StartReason), EndReason: string(m.EndReason), Note: m.Note,
		From: dateText(m.Valid.From), To: dateText(m.Valid.To), Recorded: m.Recorded, Superseded: instant(m.Superseded)}
}

func memberships(list []directory.Membership) []DirectoryMembership {
	out := []DirectoryMembership{}
	for _, m := range list {
		out = append(out, membership(m))
	}
	return out
}

// DirectoryPerson is somebody with the posts that the caller may see.
type DirectoryPerson struct {
	ID        uuid.UUID             `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f603" doc:"who"`
	Name      string                `json:"name" example:"李样例" doc:"their name"`
	Sex       string                `json:"sex" enum:",f,m" example:"f" doc:"empty when not known"`
	BirthYear int                   `json:"birth_year" example:"1970" doc:"0 when not known"`
	Parties   []string              `json:"parties" nullable:"false" doc:"affiliations on the day"`
	Posts     []DirectoryMembership `json:"posts" nullable:"false" doc:"on the day"`
}

type directoryPeopleInput struct {
	directoryMomentInput
	Committee    uuid.UUID `query:"committee" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f602" doc:"with a post in what belongs to it"`
	Organisation uuid.UUID `query:"organisation" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f601" doc:"with a post in it"`
	Post         string    `query:"post" maxLength:"40" example:"member" doc:"with this post"`
	Sector       string    `query:"sector" maxLength:"200" example:"教育界" doc:"members of this sector"`
	Party        string    `query:"party" maxLength:"40" example:"cpc" doc:"of this affiliation"`
	Q            string    `query:"q" maxLength:"200" example:"李" doc:"a part of the name"`
	Limit        int       `query:"limit" minimum:"1" maximum:"200" default:"50" example:"50" doc:"at most so many"`
	Cursor       string    `query:"cursor" maxLength:"2000" example:"" doc:"next of the answer before"`
}

type directoryPeopleOutput struct {
	Body struct {
		Items []DirectoryPerson `json:"items" nullable:"false" doc:"people"`
		Next  string            `json:"next" example:"" doc:"cursor of what follows, empty at the end"`
	}
}

func (o *Operations) people(ctx context.Context, in *directoryPeopleInput) (*directoryPeopleOutput, error) {
	var c problem.Check
	if in.Post != "" && !directory.Post(in.Post).Valid() {
		c.Add("post", "directory.err.post")
	}
	if in.Party != "" && !directory.Party(in.Party).Valid() {
		c.Add("party", "directory.err.party")
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	after, err := parseMark(in.Cursor)
	if err != nil {
		return nil, err
	}
	w, _, err := o.moment(ctx, in.directoryMomentInput)
	if err != nil {
		return nil, err
	}
	page, err := o.service.ListPeople(ctx, directory.PeopleQuery{When: w, Committee: in.Committee, Organisation: in.Organisation, Post: directory.Post(in.Post), Sector: in.Sector, Party: directory.Party(in.Party), Text: in.Q, After: after, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &directoryPeopleOutput{}
	out.Body.Items, out.Body.Next = []DirectoryPerson{}, mark(page.Next)
	for _, x := range page.People {
		p := DirectoryPerson{ID: x.ID, Name: x.Name, Sex: x.Sex, BirthYear: x.BirthYear, Parties: []string{}, Posts: memberships(x.Posts)}
		for _, a := range x.Parties {
			p.Parties = append(p.Parties, string(a))
		}
		out.Body.Items = append(out.Body.Items, p)
	}
	return out, nil
}

// DirectoryAffiliation is a political affiliation that somebody has or had.
type DirectoryAffiliation struct {
	ID           uuid.UUID  `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f611" doc:"of this record"`
	Party        string     `json:"party" example:"minmeng" doc:"which"`
	Probationary bool       `json:"probationary" example:"false" doc:"of probationary members of the Communist Party of China"`
	From         string     `json:"from" format:"date" example:"2001-05-01" doc:"first day"`
	To           string     `json:"to" example:"" doc:"first day without it, empty when open"`
	Recorded     time.Time  `json:"recorded" example:"2026-02-01T00:00:00Z" doc:"since when it is known"`
	Superseded   *time.Time `json:"superseded,omitempty" example:"2026-02-02T00:00:00Z" doc:"since when it is known otherwise"`
}

type directoryPersonInput struct {
	ID uuid.UUID `path:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f603" doc:"who"`
}

type directoryPersonOutput struct {
	Body struct {
		ID           uuid.UUID              `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f603" doc:"who"`
		Name         string                 `json:"name" example:"李样例" doc:"their name"`
		Sex          string                 `json:"sex" enum:",f,m" example:"f" doc:"empty when not known"`
		BirthYear    int                    `json:"birth_year" example:"1970" doc:"0 when not known"`
		Memberships  []DirectoryMembership  `json:"memberships" nullable:"false" doc:"every record, the newest first"`
		Affiliations []DirectoryAffiliation `json:"affiliations" nullable:"false" doc:"every record, the newest first"`
	}
}

func (o *Operations) person(ctx context.Context, in *directoryPersonInput) (*directoryPersonOutput, error) {
	x, err := o.service.LookUp(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &directoryPersonOutput{}
	b := &out.Body
	b.ID, b.Name, b.Sex, b.BirthYear, b.Memberships, b.Affiliations = x.ID, x.Name, x.Sex, x.BirthYear, memberships(x.Memberships), []DirectoryAffiliation{}
	for _, a := range x.Affiliations {
		b.Affiliations = append(b.Affiliations, DirectoryAffiliation{ID: a.ID, Party: string(a.Party), Probationary: a.Probationary, From: dateText(a.Valid.From), To: dateText(a.Valid.To), Recorded: a.Recorded, Superseded: instant(a.Superseded)})
	}
	return out, nil
}

type directoryMembershipsInput struct {
	directoryMomentInput
	Organisation uuid.UUID `query:"organisation" required:"true" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f601" doc:"where"`
	Post         string    `query:"post" maxLength:"40" example:"member" doc:"only this post"`
}

type directoryMembershipsOutput struct {
	Body struct {
		Items []DirectoryMembership `json:"items" nullable:"false" doc:"by name"`
	}
}

func (o *Operations) memberships(ctx context.Context, in *directoryMembershipsInput) (*directoryMembershipsOutput, error) {
	w, _, err := o.moment(ctx, in.directoryMomentInput)
	if err != nil {
		return nil, err
	}
	q := directory.HoldersQuery{When: w, Organisations: []uuid.UUID{in.Organisation}, Limit: 5000}
	if in.Post != "" {
		if !directory.Post(in.Post).Valid() {
			return nil, problem.On("post", "directory.err.post")
		}
		q.Posts = []directory.Post{directory.Post(in.Post)}
	}
	list, err := o.service.Holders(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &directoryMembershipsOutput{}
	out.Body.Items = []DirectoryMembership{}
	for _, h := range list {
		m := membership(h.Membership)
		m.Name = h.Name
		out.Body.Items = append(out.Body.Items, m)
	}
	return out, nil
}

type directoryMadeOutput struct {
	Body struct {
		ID uuid.UUID `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f610" doc:"of the new record"`
	}
}

func made(id uuid.UUID, err error) (*directoryMadeOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &directoryMadeOutput{}
	out.Body.ID = id
	return out, nil
}

type directoryPutMembershipInput struct {
	Body struct {
		Replaces     *uuid.UUID `json:"replaces,omitempty" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f610" doc:"the record that this one corrects"`
		Person       uuid.UUID  `json:"person" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f603" doc:"who"`
		Organisation uuid.UUID  `json:"organisation" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f601" doc:"where"`
		Post         string     `json:"post" maxLength:"40" example:"member" doc:"what they are there"`
		Tenure       string     `json:"tenure,omitempty" enum:",full_time,resident" example:"" doc:"of deputy chairs"`
		Sector       string     `json:"sector,omitempty" maxLength:"200" example:"教育界" doc:"of members"`
		StartReason  string     `json:"start_reason,omitempty" maxLength:"40" example:"elected" doc:"how it began"`
		EndReason    string     `json:"end_reason,omitempty" maxLength:"40" example:"resigned" doc:"why it ended; needs the last day"`
		Note         string     `json:"note,omitempty" maxLength:"200" example:"" doc:"what the codes do not say"`
		From         string     `json:"from" maxLength:"10" example:"2022-01-10" doc:"first day"`
		To           string     `json:"to,omitempty" maxLength:"10" example:"2026-03-01" doc:"first day without it"`
	}
}

func interval(c *problem.Check, from, to string) clock.Interval {
	return clock.Interval{From: day(c, "from", from), To: day(c, "to", to)}
}

func (o *Operations) putMembership(ctx context.Context, in *directoryPutMembershipInput) (*directoryMadeOutput, error) {
	var c problem.Check
	b := in.Body
	m := directory.Membership{Person: b.Person, Organisation: b.Organisation, Post: directory.Post(b.Post), Sector: b.Sector, Service: directory.Tenure(b.Tenure), StartReason: directory.Reason(b.StartReason), EndReason: directory.Reason(b.EndReason),
		Note: b.Note, Valid: interval(&c, b.From, b.To)}
	if b.Replaces != nil {
		m.ID = *b.Replaces
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	return made(o.service.PutMembership(ctx, m))
}

type directoryPutAffiliationInput struct {
	Body struct {
		Replaces     *uuid.UUID `json:"replaces,omitempty" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f611" doc:"the record that this one corrects"`
		Person       uuid.UUID  `json:"person" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f603" doc:"who"`
		Party        string     `json:"party" maxLength:"40" example:"minmeng" doc:"which"`
		Probationary bool       `json:"probationary,omitempty" example:"false" doc:"of probationary members of the Communist Party of China"`
		From         string     `json:"from" maxLength:"10" example:"2001-05-01" doc:"first day"`
		To           string     `json:"to,omitempty" maxLength:"10" example:"" doc:"first day without it"`
	}
}

func (o *Operations) putAffiliation(ctx context.Context, in *directoryPutAffiliationInput) (*directoryMadeOutput, error) {
	var c problem.Check
	b := in.Body
	a := directory.Affiliation{Person: b.Person, Party: directory.Party(b.Party), Probationary: b.Probationary, Valid: interval(&c, b.From, b.To)}
	if b.Replaces != nil {
		a.ID = *b.Replaces
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	return made(o.service.PutAffiliation(ctx, a))
}
