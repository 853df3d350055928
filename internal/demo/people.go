package demo

import (
	"fmt"
	"strings"

	"xieshang/internal/demo/content"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// demoMark stands behind every invented name, so that nobody takes one for somebody real.
const demoMark = "（演示）"

// secretaryLogin is the account of a branch secretary: what it may do follows from the directory and from no role.
const secretaryLogin = "shi-shuji"

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

// seat is a member of today with what the rest of the assembly is built from.
type seat struct {
	content.Person
	id    uuid.UUID
	login string
	from  clock.Date // of the membership that holds today
	party []directory.Party
	cpc   clock.Date // since when a CPC member; zero: is none
}

// members adds the invented members of a committee to the batch, with those who left and those who came for them.
func (p *province) members(b *directory.Batch, d content.Division) {
	committee, n := p.committees[d.Code], membersOf(d.Level)
	gone := n / 8
	list := content.Members(p.Seed, d, n+gone)
	r := p.random("history/" + d.Code)
	for i, m := range list {
		id := newID()
		sex := "m"
		if m.Sex == content.Female {
			sex = "f"
		}
		b.People = append(b.People, directory.PersonRow{Person: directory.Person{ID: id, Name: m.Zh + demoMark, Sex: sex, BirthYear: m.BirthYear}, Phone: telephone(len(b.People))})
		one := directory.Membership{Person: id, Organisation: committee, Post: directory.MemberPost, Sector: p.sectors[m.Sector]}
		if i >= n {
			b.Memberships = append(b.Memberships, left(one, termsOf(d), i-n))
			continue
		}
		for _, x := range served(one, termsOf(d), r.IntN(100) < 55, i > n-gone && i%2 == 0) {
			b.Memberships = append(b.Memberships, x)
			one = x
		}
		p.seats[committee] = append(p.seats[committee], &seat{Person: m, id: id, from: one.Valid.From})
	}
}

// holder records somebody with an account as a person of the place where the account works.
func (p *province) holder(b *directory.Batch, login, name string, place uuid.UUID, post directory.Post, since clock.Interval) uuid.UUID {
	id := newID()
	b.People = append(b.People, directory.PersonRow{Person: directory.Person{ID: id, Name: strings.TrimSuffix(name, demoMark) + demoMark}})
	m := directory.Membership{Person: id, Organisation: place, Post: post, Valid: since}
	if post == directory.MemberPost {
		m.Sector = content.Sectors()[0].Zh
		s := &seat{Person: content.Person{Zh: name, BirthYear: 1972, Sector: content.Sectors()[0].Key, Special: content.SpecialCommittees()[0].Key, Office: content.Ordinary}, id: id, login: login, from: since.From}
		if strings.HasSuffix(login, "weiyuan2") { // somebody outside the Party, so that a contact link has two sides
			s.Sector = "nonparty"
			m.Sector = p.sectors[s.Sector]
		}
		p.seats[place] = append(p.seats[place], s)
	} else if post == directory.StaffPost {
		p.aides[place] = append(p.aides[place], id)
	}
	b.Memberships = append(b.Memberships, m)
	return id
}

// telephone is an invented number: no Chinese telephone number begins with 100 and has eleven digits.
func telephone(i int) string { return fmt.Sprintf("100%08d", 1000+i) }
