package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"xieshang/internal/demo/content"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// ordinary is how many matters take the usual way; special.go adds those that do not.
const ordinary = 300

// matters raises invented matters over the last months and carries each on as far as its place in the list says.
func (p *province) matters(ctx context.Context) error {
	list := content.Demo(p.Seed)[:ordinary]
	begin := p.Now.AddDate(0, -14, 0)
	span := p.Now.Sub(begin)
	for i, m := range list {
		at := begin.Add(span / time.Duration(len(list)) * time.Duration(i))
		p.Clock.Set(at)
		if err := p.live(ctx, i, m); err != nil {
			return fmt.Errorf("matter %d (%s): %w", i, m.Title, err)
		}
	}
	return p.special(ctx, content.Demo(p.Seed)[ordinary:])
}

// staff is somebody of the committee with every staff role, and of the department with both roles; the demo's accounts are the same people
// where there is one for the place.
func (p *province) staff(committee uuid.UUID) authz.Actor {
	return authz.Actor{Account: p.people["admin"].Account, Name: "演示", Grants: []authz.Grant{{Role: authz.Reviewer, Place: committee}, {Role: authz.Dispatcher, Place: committee},
		{Role: authz.Editor, Place: committee}}}
}

func (p *province) department(d uuid.UUID) authz.Actor {
	return authz.Actor{Account: p.people["admin"].Account, Name: "演示", Grants: []authz.Grant{{Role: authz.Clerk, Place: d}, {Role: authz.Head, Place: d}}}
}

func (p *province) live(ctx context.Context, i int, m content.Matter) error {
	code := m.Division
	switch i % 4 { // a good part goes to the committees that have demo accounts
	case 0:
		code = p.move(&m, "430102")
	case 1:
		code = p.move(&m, "430100")
	case 2:
		if i%8 == 2 {
			code = p.move(&m, "430000")
		}
	}
	in := suggestion.RaiseInput{Title: m.Title, Body: m.Body, Committee: p.committees[code], Division: p.divisions[m.Division], Field: p.fields[m.Field], Place: m.Place, Lon: m.Lon, Lat: m.Lat, PublicWish: i%17 != 3}
	author := authz.Actor{}
	if m.Author == content.Member {
		author = p.people["shi-weiyuan"]
		switch {
		case code == "430000":
			author = p.people["sheng-weiyuan"]
		case i%3 == 0:
			author = p.people["xian-weiyuan"]
		}
	}
	r, err := p.Suggestions.Raise(authz.With(ctx, author), in)
	if err != nil {
		return err
	}
	who := authz.With(ctx, author)
	if r.Code != "" {
		who = suggestion.ByCode(who, r.Author)
	}
	staff := authz.With(ctx, p.staff(p.committees[code]))
	dept := p.departments[code+"/"+m.Department]
	if dept == uuid.Nil {
		dept = p.departments[code+"/housing"]
	}
	office := authz.With(ctx, p.department(dept))
	ref := r.ID.String()
	do := func(c context.Context, days int, a wf.Action, in suggestion.ActInput) error {
		next := p.Clock.Now().Add(time.Duration(days)*24*time.Hour + time.Duration(i%7)*time.Hour)
		if next.After(p.Now) {
			return errToday
		}
		p.Clock.Set(next)
		_, err := p.Suggestions.Act(c, ref, a, in)
		return err
	}
	yes := true
	steps := []func() error{
		func() error { return do(staff, 1+i%3, suggestion.ReviewAccept, suggestion.ActInput{Public: &yes}) },
		func() error {
			return do(staff, 1+i%4, suggestion.Dispatch, suggestion.ActInput{Team: []suggestion.TeamPart{{Department: dept, Part: suggestion.Lead}}})
		},
		func() error { return do(office, 1+i%5, suggestion.Acknowledge, suggestion.ActInput{}) },
		func() error {
			return do(office, 5+i%40, suggestion.WriteAnswer, suggestion.ActInput{Text: m.Answer, Class: m.Class, Promised: promised(m, p.Clock.Now().Add(45*24*time.Hour))})
		},
		func() error { return do(office, 1+i%2, suggestion.SignOff, suggestion.ActInput{}) },
		func() error { return do(staff, 1+i%3, suggestion.AcceptAnswer, suggestion.ActInput{}) },
		func() error {
			if m.Rating == "" {
				return errToday
			}
			reason := m.RatingReason
			if m.Rating == "not" && reason == "" {
				reason = m.Unsatisfied
			}
			return do(who, 2+i%9, suggestion.Rate, suggestion.ActInput{Rating: suggestion.Rating(m.Rating), Reason: reason})
		},
	}
	stop := len(steps)
	if i%9 == 5 {
		stop = i % len(steps)
	}
	for _, s := range steps[:stop] {
		if err := s(); err == errToday {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

var errToday = fmt.Errorf("not before today")

func promised(m content.Matter, from time.Time) clock.Date {
	if m.PromisedDays == 0 {
		return clock.Date{}
	}
	return clock.DateOf(from).AddDays(m.PromisedDays)
}

// move puts a matter into another division, when its words do not name its own.
func (p *province) move(m *content.Matter, code string) string {
	for _, d := range p.places {
		if d.Code == m.Division {
			if strings.Contains(m.Title, d.Zh) || strings.Contains(m.Body, d.Zh) {
				return m.Division
			}
			m.Place = strings.TrimPrefix(m.Place, d.Zh)
		}
	}
	m.Division = code
	for _, d := range p.places {
		if d.Code == code {
			m.Lon, m.Lat = d.Lon, d.Lat
		}
	}
	return code
}
