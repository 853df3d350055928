package demo

import (
	"fmt"

	"xieshang/internal/demo/content"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// cadre is somebody of the committee's office who is no member.
type cadre struct {
	id  uuid.UUID
	cpc clock.Date
}

var ordinals = []string{"一", "二", "三", "四", "五"}

// party builds the two lines below the leading Party members' group, with the office's people and the places where relations lie.
func (h *house) party() {
	group := h.own(directory.PartyGroup, "党组", "Leading Party Members' Group", h.committee, founded)
	cpc := h.cpc()
	for i, s := range h.seats[:6] {
		if s.cpc.IsZero() {
			continue
		}
		post := directory.GroupMember
		if s.Office == content.Chair {
			post = directory.Secretary
		} else if i == 1 {
			post = directory.DeputySecretary
		}
		h.post(s.id, group, post, s.from)
	}
	h.officeLine(group, cpc)
	h.serviceLine(group, cpc)
}

// staffing is how many people the office has, and in how many branches their Party relations lie.
func (h *house) staffing() (people, branches int) {
	switch h.level {
	case directory.Province:
		return 20, 4
	case directory.City:
		return 7, 2
	}
	return 3, 1
}

// officeLine: 政协党组—机关党组—机关党委—基层党支部; in a county one branch directly below the group.
func (h *house) officeLine(group uuid.UUID, cpc []*seat) {
	people, n := h.staffing()
	work, above := h.committee, group
	if h.level != directory.County {
		work = h.own(directory.CommitteeOffice, "机关", "Office", h.committee, founded)
		above = h.own(directory.OfficePartyGroup, "机关党组", "Leading Party Members' Group of the Office", group, founded)
		h.post(h.seats[5].id, above, directory.Secretary, h.seats[5].from)
		committee := h.own(directory.OfficePartyCommittee, "机关党委", "Office Party Committee", above, founded)
		staff := h.staff(people, work)
		h.post(staff[0].id, above, directory.GroupMember, clock.Of(2023, 6, 1))
		h.post(staff[0].id, committee, directory.Secretary, clock.Of(2023, 6, 1))
		h.post(staff[1].id, committee, directory.DeputySecretary, clock.Of(2023, 6, 1))
		h.post(staff[2].id, committee, directory.BranchOfficer, clock.Of(2023, 6, 1))
		h.branches(committee, n, staff, cpc)
		return
	}
	h.branches(above, n, h.staff(people, work), cpc)
}

func (h *house) staff(n int, work uuid.UUID) []cadre {
	var out []cadre
	for x := range content.People(h.p.Seed, "office/"+h.d.Code) {
		if len(out) == n {
			break
		}
		c := cadre{id: newID(), cpc: clock.Of(min(x.BirthYear+22, 2018), 7, 1)}
		sex := "m"
		if x.Sex == content.Female {
			sex = "f"
		}
		h.b.People = append(h.b.People, directory.PersonRow{Person: directory.Person{ID: c.id, Name: x.Zh + demoMark, Sex: sex, BirthYear: x.BirthYear}})
		h.b.Affiliations = append(h.b.Affiliations, directory.Affiliation{Person: c.id, Party: directory.CPC, Valid: clock.Interval{From: c.cpc}})
		h.post(c.id, work, directory.StaffPost, clock.Of(2019, 3, 1))
		out = append(out, c)
	}
	for _, id := range h.p.aides[h.committee] { // those with an account
		c := cadre{id: id, cpc: clock.Of(2012, 7, 1)}
		h.b.Affiliations = append(h.b.Affiliations, directory.Affiliation{Person: id, Party: directory.CPC, Valid: clock.Interval{From: c.cpc}})
		out = append(out, c)
	}
	return out
}

// branches are where the relations of the office's people and of the members who work there lie. A branch of seven full members or more has a
// committee. The other CPC members' relations lie outside the assembly.
func (h *house) branches(above uuid.UUID, n int, staff []cadre, cpc []*seat) {
	resident := func(s *seat) bool {
		return s.login == secretaryLogin || s.Office == content.Chair || s.Office == content.SecretaryGeneral || s.id == h.seats[1].id || s.id == h.seats[2].id
	}
	people := make([][]cadre, n)
	for i, c := range staff {
		people[i%n] = append(people[i%n], c)
	}
	var outside []uuid.UUID
	for _, x := range content.Departments(h.d)[1 : 4-min(n, 2)+1] {
		outside = append(outside, h.organisation(directory.OutsideBranch, x.Zh+"机关党支部", "Party Branch, "+x.En, uuid.Nil, founded))
	}
	first := []cadre{}
	for i, s := range cpc {
		switch {
		case s.login == secretaryLogin:
			first = append([]cadre{{s.id, s.cpc}}, first...)
		case resident(s):
			first = append(first, cadre{s.id, s.cpc})
		default:
			h.post(s.id, outside[i%len(outside)], directory.Relation, clock.Of(2019, 1, 2))
		}
	}
	if h.d.Code == "430100" {
		people[0] = append(first, people[0]...)
	} else {
		people[0] = append(people[0], first...)
	}
	for i, list := range people {
		zh, en := "机关党支部", "Party Branch of the Office"
		if n > 1 {
			zh, en = "机关第"+ordinals[i]+"党支部", fmt.Sprintf("Party Branch No. %d of the Office", i+1)
		}
		branch := h.own(directory.Branch, zh, en, above, founded)
		for _, c := range list {
			h.post(c.id, branch, directory.Relation, clock.Of(2019, 3, 1))
		}
		h.officers(branch, list, clock.Of(2024, 5, 10))
		if i == 0 && h.level != directory.County {
			h.groups(branch, list)
		}
	}
}

// officers chooses the secretary, a deputy, and the committee of a branch that is large enough for one.
func (h *house) officers(branch uuid.UUID, list []cadre, from clock.Date) {
	for i, c := range list {
		post := directory.BranchOfficer
		switch {
		case i == 0:
			post = directory.Secretary
		case i == 1 && len(list) > 3:
			post = directory.DeputySecretary
		case i > 3 || len(list) < 7:
			return
		}
		day := from
		if day.Before(c.cpc) {
			day = c.cpc
		}
		h.post(c.id, branch, post, day)
	}
}

func (h *house) groups(branch uuid.UUID, list []cadre) {
	half := (len(list) + 1) / 2
	for i, part := range [][]cadre{list[:half], list[half:]} {
		group := h.own(directory.BranchGroup, "机关第一党支部第"+ordinals[i]+"党小组", fmt.Sprintf("Party Group No. %d of Branch No. 1 of the Office", i+1), branch, clock.Of(2021, 1, 1))
		for j, c := range part {
			post := directory.GroupMember
			if j == 0 {
				post = directory.GroupLeader
			}
			h.post(c.id, group, post, clock.Of(2024, 5, 20))
		}
	}
}

// serviceLine: 政协党组—专委会分党组—党员委员履职党支部. Members are placed in it over the last three years, and some are not yet.
func (h *house) serviceLine(group uuid.UUID, cpc []*seat) {
	keys := h.p.specials
	groups := map[string]uuid.UUID{}
	for i, o := range h.specials {
		var list []*seat
		for _, s := range cpc {
			if s.Special == keys[i].Key {
				list = append(list, s)
			}
		}
		if len(list) == 0 {
			continue
		}
		groups[keys[i].Key] = h.own(directory.PartySubgroup, o.Name.ZH+"分党组", "Leading Party Members' Sub-group of the "+o.Name.EN, group, clock.Of(2020, 6, 1))
		for j, s := range list[:min(4, len(list))] {
			post := directory.GroupMember
			switch j {
			case 0:
				post = directory.Secretary
			case 1:
				post = directory.DeputySecretary
			}
			h.post(s.id, groups[keys[i].Key], post, s.from)
		}
	}
	n, gap := 1, 10+h.r.IntN(45)
	switch h.level {
	case directory.Province:
		n, gap = 5, 8
	case directory.City:
		n, gap = 2, 5+h.r.IntN(25)
	}
	if h.level == directory.County && h.r.IntN(5) == 0 {
		gap = 0
	}
	branches, placed := make([]uuid.UUID, n), make([][]cadre, n)
	for i := range branches {
		above, zh, en := group, "履职党支部", "Members' Branch"
		if n > 1 {
			zh, en = "第"+ordinals[i]+"履职党支部", fmt.Sprintf("Members' Branch No. %d", i+1)
		}
		if u, ok := groups[keys[i*len(keys)/n].Key]; ok {
			above = u
		}
		branches[i] = h.own(directory.MembersBranch, zh, en, above, clock.Of(2022, 3, 1))
	}
	for _, s := range cpc {
		if s.login == "" && h.r.IntN(100) < gap {
			continue
		}
		at := 0
		for i, k := range keys {
			if k.Key == s.Special {
				at = i * n / len(keys)
			}
		}
		from := h.today.AddDays(-25 - h.r.IntN(1000))
		if from.Before(s.from) {
			from = s.from.AddDays(30)
		}
		h.post(s.id, branches[at], directory.Participant, from)
		c := cadre{s.id, from}
		if s.login == secretaryLogin {
			placed[at] = append([]cadre{c}, placed[at]...)
		} else {
			placed[at] = append(placed[at], c)
		}
	}
	for i, list := range placed {
		h.officers(branches[i], list, clock.Of(2023, 9, 1))
	}
}
