package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"xieshang/internal/account/accountweb"
	"xieshang/internal/gathering"
	"xieshang/internal/gathering/diary"
	"xieshang/internal/gathering/diaryweb"
	"xieshang/internal/gathering/signin"
	"xieshang/internal/gathering/signinweb"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/mail"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/pdf"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// buildSignIn makes sign-in and calendars over the gatherings.
func (a *App) buildSignIn(sender mail.Sender) error {
	var err error
	a.SignIn, err = signin.New(signin.Needs{DB: a.DB, Clock: a.Clock, Random: rand.Reader, Keys: a.Keys, Gatherings: doors{a.Gatherings}})
	if err != nil {
		return err
	}
	from := ""
	if sender != nil && a.Config.MailFrom != "" {
		address, err := mail.ParseAddress(a.Config.MailFrom)
		if err != nil {
			return fmt.Errorf("--mail-from: %w", err)
		}
		from = address.Address
	}
	a.Diary, err = diary.New(diary.Needs{DB: a.DB, Clock: a.Clock, Random: rand.Reader, Keys: a.Keys, Jobs: a.Jobs, Gatherings: calendars{a}, Accounts: a.Accounts, Catalog: a.Catalog, Sender: sender,
		From: from, URL: a.Config.URL, Log: a.Log})
	return err
}

// signInRoutes are the pages of signing in and of calendars.
func (a *App) signInRoutes() []web.Route {
	routes := signinweb.New(signinweb.Needs{Service: a.SignIn, Frame: a.Frame, Names: a.Directory.Names, Font: pdf.Font{Path: a.Config.Font}, URL: a.Config.URL}).Routes()
	return append(routes, diaryweb.New(a.Diary, a.Frame, a.Config.URL, a.Notices.MailSet()).Routes()...)
}

// signInLinks stand in the menu of every account.
func signInLinks() []page.LinkEntry {
	return []page.LinkEntry{{Key: "signinweb.title", Href: "/gatherings/sign-in"}, {Key: "diaryweb.title", Href: "/account/calendar"}}
}

// ownCards stand on the page of the own account.
func ownCards() []accountweb.OwnCard {
	return []accountweb.OwnCard{{ID: "calendar", Title: "diaryweb.title", Text: "diaryweb.lead", Button: "diaryweb.open", Href: "/account/calendar"}}
}

// doors shows the gatherings to sign-in.
type doors struct{ g *gathering.Service }

func door(g gathering.Gathering) signin.Gathering {
	out := signin.Gathering{ID: g.ID, Title: g.Title, Place: g.Place, Start: g.Starts, End: g.Ends, Opened: g.Opened, Ended: g.Ended}
	switch g.State {
	case gathering.Open:
		out.State = signin.Open
	case gathering.Held:
		out.State = signin.Over
	case gathering.Closed, gathering.Cancelled:
		out.State = signin.Closed
	}
	return out
}

// Runs implements signin.Gatherings.
func (d doors) Runs(ctx context.Context, id uuid.UUID) (signin.Gathering, error) {
	h, err := d.g.Runner(ctx, id)
	out := door(h.Gathering)
	out.Present, out.Asked = h.There, h.Invited
	return out, err
}

// Expected implements signin.Gatherings.
func (d doors) Expected(ctx context.Context, person uuid.UUID, from, to time.Time) ([]signin.Gathering, error) {
	list, err := d.g.Expected(ctx, person, from, to)
	out := make([]signin.Gathering, len(list))
	for i, g := range list {
		out[i] = door(g)
	}
	return out, err
}

// Hold implements signin.Gatherings: nobody signs in to a draft, or to what was called off.
func (d doors) Hold(tx *db.Tx, id uuid.UUID) (signin.Gathering, error) {
	g, err := d.g.Hold(tx, id)
	if err == nil && (g.State == gathering.Planned || g.State == gathering.Cancelled) {
		err = db.ErrNotFound
	}
	return door(g), err
}

// Invited implements signin.Gatherings.
func (d doors) Invited(tx *db.Tx, id, person uuid.UUID) (bool, error) {
	return d.g.Invited(tx, id, person)
}

// Attend implements signin.Gatherings.
func (d doors) Attend(tx *db.Tx, a signin.Attendance) (signin.Noted, error) {
	n, err := d.g.Attend(tx, a.Gathering, a.Person, a.Account, gathering.Way(a.Way), a.At)
	return signin.Noted(n), err
}

// calendars shows the gatherings to people's calendars.
type calendars struct{ a *App }

func (c calendars) meeting(ctx context.Context, g gathering.Gathering) (diary.Meeting, error) {
	m := diary.Meeting{ID: g.ID, Sequence: g.Sequence, Start: g.Starts, End: g.Ends, Title: g.Title, Place: g.Place, Cancelled: g.State == gathering.Cancelled}
	for _, t := range []time.Time{g.Published, g.Opened, g.Ended, g.Closed} {
		if t.After(m.Changed) {
			m.Changed = t
		}
	}
	snap, err := c.a.Directory.Snapshot(ctx)
	if err != nil {
		return m, err
	}
	if len(g.Holders) > 0 {
		if o := snap.Organisation(g.Holders[0]); o != nil {
			m.Organiser = o.Name
		}
	}
	kind, ok, err := c.a.Gatherings.Kind(ctx, g.Committee, g.Kind)
	if err == nil && ok {
		m.Kind = kind.Name
	}
	return m, err
}

// Meetings implements diary.Gatherings.
func (c calendars) Meetings(ctx context.Context, person uuid.UUID, from, to time.Time) ([]diary.Meeting, error) {
	list, err := c.a.Gatherings.CalendarOf(ctx, person, from, to)
	if err != nil {
		return nil, err
	}
	out := make([]diary.Meeting, len(list))
	for i, g := range list {
		if out[i], err = c.meeting(ctx, g); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Dues implements diary.Gatherings.
func (c calendars) Dues(ctx context.Context, person uuid.UUID, from, to clock.Date) ([]diary.Due, error) {
	list, err := c.a.Gatherings.DuesOf(ctx, person, from, to)
	out := make([]diary.Due, len(list))
	for i, d := range list {
		out[i] = diary.Due{ID: d.ID, Day: d.Due, Text: d.Text, Changed: uuidTime(d.ID), Meeting: d.Gathering}
	}
	return out, err
}

// uuidTime is when a UUIDv7 was made (RFC 9562 section 5.7).
func uuidTime(id uuid.UUID) time.Time {
	s, ns := id.Time().UnixTime()
	return time.Unix(s, ns).UTC()
}

// Meeting implements diary.Gatherings.
func (c calendars) Meeting(ctx context.Context, id uuid.UUID) (diary.Meeting, []uuid.UUID, error) {
	g, people, err := c.a.Gatherings.Published(ctx, id)
	if err != nil {
		return diary.Meeting{}, nil, err
	}
	m, err := c.meeting(authz.With(ctx, authz.System()), g)
	return m, people, err
}

// invitations tells who is invited by mail, with a calendar file.
type invitations struct{ a *App }

// Tell implements gathering.Teller.
func (i invitations) Tell(tx *db.Tx, t gathering.Telling) error {
	switch t.What {
	case gathering.ToldInvited, gathering.ToldChanged, gathering.ToldCancelled:
		return i.a.Diary.Announce(tx, t.Gathering.ID)
	}
	return nil
}

// tellers tells each in turn.
type tellers []gathering.Teller

// Tell implements gathering.Teller.
func (list tellers) Tell(tx *db.Tx, t gathering.Telling) error {
	for _, one := range list {
		if err := one.Tell(tx, t); err != nil {
			return err
		}
	}
	return nil
}
