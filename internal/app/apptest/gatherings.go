package apptest

import (
	"context"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/directory"
	"xieshang/internal/gathering"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// Members makes people who are members of the committee, each with an account of the given login.
func (s *Site) Members(logins ...string) []uuid.UUID {
	s.T.Helper()
	since := clock.Interval{From: clock.Of(2020, 1, 1)}
	b := &directory.Batch{}
	out := make([]uuid.UUID, len(logins))
	for i, login := range logins {
		out[i] = uuid.New()
		b.People = append(b.People, directory.PersonRow{Person: directory.Person{ID: out[i], Name: login}})
		b.Memberships = append(b.Memberships, directory.Membership{Person: out[i], Organisation: s.Committee, Post: directory.MemberPost, Valid: since})
	}
	if err := s.App.Directory.Record(s.System(), b); err != nil {
		s.T.Fatal(err)
	}
	for i, login := range logins {
		in := account.Invitation{Login: login, Name: login, Person: out[i], Email: login + "@example.net", Grants: []account.NewGrant{{Role: authz.Member, Place: s.Committee, Days: since}}}
		if _, err := s.App.Accounts.Create(s.System(), in, Password); err != nil {
			s.T.Fatal(err)
		}
	}
	return out
}

// Gathering plans and publishes one of the committee that begins so long from now and lasts two hours.
func (s *Site) Gathering(title string, in time.Duration, people ...uuid.UUID) uuid.UUID {
	s.T.Helper()
	starts := s.Clock.Now().Add(in)
	p := gathering.Plan{Kind: "other", Holders: []uuid.UUID{s.Committee}, Title: title, Place: "政协会议中心一楼", Starts: starts, Ends: starts.Add(2 * time.Hour)}
	for _, u := range people {
		p.Invitations = append(p.Invitations, gathering.Invitation{Person: u})
	}
	if len(people) == 0 {
		p.Invitations = []gathering.Invitation{{Organisation: s.Committee}}
	}
	id, err := s.App.Gatherings.Plan(s.Organiser(), p)
	if err == nil {
		err = s.App.Gatherings.Act(s.Organiser(), id, gathering.Publish, "")
	}
	if err != nil {
		s.T.Fatal(err)
	}
	return id
}

// OpenGathering is Gathering that begins in a minute, with its doors open.
func (s *Site) OpenGathering(title string, people ...uuid.UUID) uuid.UUID {
	s.T.Helper()
	id := s.Gathering(title, time.Minute, people...)
	if err := s.App.Gatherings.Act(s.Organiser(), id, gathering.OpenIt, ""); err != nil {
		s.T.Fatal(err)
	}
	return id
}

// Organiser is a context in which an organiser of the committee acts.
func (s *Site) Organiser() context.Context {
	return authz.With(context.Background(), authz.Actor{Account: s.Committee, Grants: []authz.Grant{{Role: authz.Organiser, Place: s.Committee}}})
}
