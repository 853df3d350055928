package demo

import (
	"strings"

	"xieshang/internal/demo/content"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// demoMark stands behind every invented name, so that nobody takes one for somebody real.
const demoMark = "（演示）"

// membersOf is how many invented members a committee gets. Real committees are some five to ten times larger; the demo has to be there in a moment.
func membersOf(l content.Level) int {
	switch l {
	case content.Province:
		return 60
	case content.City:
		return 24
	}
	return 9
}

// members adds the invented members of a committee to the batch.
func (p *province) members(b *directory.Batch, d content.Division, sectors map[string]string, since clock.Interval) {
	for _, m := range content.Members(p.Seed, d, membersOf(d.Level)) {
		id := newID()
		sex := "m"
		if m.Sex == content.Female {
			sex = "f"
		}
		b.People = append(b.People, directory.PersonRow{Person: directory.Person{ID: id, Name: m.Zh + demoMark, Sex: sex, BirthYear: m.BirthYear}})
		b.Memberships = append(b.Memberships, directory.Membership{Person: id, Organisation: p.committees[d.Code], Post: directory.MemberPost, Sector: sectors[m.Sector], Valid: since})
	}
}

// holder records somebody with an account as a person of the place where the account works.
func (p *province) holder(b *directory.Batch, name string, place uuid.UUID, post directory.Post, since clock.Interval) uuid.UUID {
	id := newID()
	b.People = append(b.People, directory.PersonRow{Person: directory.Person{ID: id, Name: strings.TrimSuffix(name, demoMark) + demoMark}})
	m := directory.Membership{Person: id, Organisation: place, Post: post, Valid: since}
	if post == directory.MemberPost {
		m.Sector = content.Sectors()[0].Zh
	}
	b.Memberships = append(b.Memberships, m)
	return id
}
