package demo

import (
	"context"
	"fmt"

	"xieshang/internal/contact"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// contacts links members outside the Party with CPC members, as an organiser would adopt what is proposed: nearly everybody at the province, fewer below, beginning in the last
// two years. A few pairs noted what they talked about.
func (p *province) contacts(ctx context.Context) error {
	p.Clock.Set(p.Now.AddDate(0, 0, -18))
	today := clock.DateOf(p.Now)
	for _, d := range p.places {
		k := p.committees[d.Code]
		r := p.random("contacts/" + d.Code)
		share := map[directory.Level]int{directory.Province: 92, directory.City: 60 + r.IntN(35), directory.County: 20 + r.IntN(80)}[level(d.Level)]
		list, err := p.Contacts.Propose(ctx, k)
		if err != nil {
			return err
		}
		byDay := map[clock.Date][]contact.Choice{}
		days := []clock.Date{today.AddMonths(-21), today.AddMonths(-14), today.AddMonths(-8), today.AddMonths(-3)}
		for _, x := range list.List {
			if x.Contact.ID != uuid.Nil && r.IntN(100) < share {
				day := days[r.IntN(len(days))]
				byDay[day] = append(byDay[day], contact.Choice{Member: x.Member.ID, Contact: x.Contact.ID})
			}
		}
		for _, day := range days {
			if len(byDay[day]) > 0 {
				if _, err := p.Contacts.Adopt(ctx, k, day, byDay[day]); err != nil {
					return fmt.Errorf("contacts of %s: %w", d.Zh, err)
				}
			}
		}
	}
	for _, place := range []struct{ prefix, code string }{{"sheng", "430000"}, {"shi", "430100"}, {"xian", "430102"}} {
		if err := p.talks(ctx, p.committees[place.code], p.people[place.prefix+"-weiyuan"], p.people[place.prefix+"-weiyuan2"]); err != nil {
			return fmt.Errorf("talks of %s: %w", place.prefix, err)
		}
	}
	return p.groupContacts(ctx, p.committees["430100"])
}

// talks links the two members with accounts and lets them note three contacts.
func (p *province) talks(ctx context.Context, committee uuid.UUID, one, other authz.Actor) error {
	today := clock.DateOf(p.Now)
	o, err := p.Contacts.OfCommittee(ctx, committee, clock.Date{})
	if err != nil {
		return err
	}
	linked := false
	for _, r := range o.Rows {
		linked = linked || r.Contact == one.Person && r.Target == other.Person
	}
	if !linked {
		if _, err := p.Contacts.Put(ctx, contact.Link{Committee: committee, Kind: contact.ToMember, Contact: one.Person, Target: other.Person, Valid: clock.Interval{From: today.AddMonths(-10)}}); err != nil {
			return err
		}
	}
	pair := contact.Pair{Committee: committee, Contact: one.Person, Target: other.Person}
	for _, x := range []struct {
		by    authz.Actor
		days  int
		how   contact.How
		words string
	}{{one, 70, contact.Met, "谈了老旧小区加装电梯的协商，对方愿意一起去走访。"}, {one, 41, contact.Visited, "走访了对方单位，听了对优化营商环境的三点建议。"}, {other, 23, contact.Phoned, ""}} {
		if _, err := p.Contacts.Log(authz.With(ctx, x.by), pair, today.AddDays(-x.days), x.how, x.words); err != nil {
			return err
		}
	}
	return nil
}

// groupContacts lets members of sub-groups contact sectors, and the office's leading group the sub-groups.
func (p *province) groupContacts(ctx context.Context, committee uuid.UUID) error {
	snap, err := p.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	from := clock.Interval{From: clock.DateOf(p.Now).AddMonths(-9)}
	groups, sectors := snap.Under(committee, directory.PartySubgroup), snap.Under(committee, directory.Sector)
	for i, g := range groups {
		held, err := p.Directory.Roster(ctx, directory.RosterQuery{Organisations: []uuid.UUID{g.ID}, Posts: []directory.Post{directory.Secretary}})
		if err != nil {
			return err
		}
		if len(held) > 0 && i < len(sectors) {
			if _, err := p.Contacts.Put(ctx, contact.Link{Committee: committee, Kind: contact.ToSector, Contact: held[0].Person, Target: sectors[i].ID, Valid: from}); err != nil {
				return err
			}
		}
	}
	for _, office := range snap.Under(committee, directory.OfficePartyGroup) {
		held, err := p.Directory.Roster(ctx, directory.RosterQuery{Organisations: []uuid.UUID{office.ID}})
		if err != nil {
			return err
		}
		for i, g := range groups {
			if len(held) > 0 {
				if _, err := p.Contacts.Put(ctx, contact.Link{Committee: committee, Kind: contact.ToSubgroup, Contact: held[i%len(held)].Person, Target: g.ID, Valid: from}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
