// Package directorytest invents a province for tests and measurements of the directory (C1): its committees with three terms, sectors, special committees
// and both Party lines, and the people in them. The same seed and scale give the same province; every name and number is made up and looks it.
package directorytest

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"

	"github.com/google/uuid"
)

// What the whole province holds; scale makes it smaller.
const (
	Cities        = 14
	Counties      = 122
	Organisations = 3_900
	People        = 40_000
	Memberships   = 95_000
	terms         = 3
)

// Today is the day as of which the province was invented: its third term runs since January 2023.
func Today() clock.Date { return clock.Of(2026, 3, 1) }

// Batch is the province for recording: scale 1 is the whole of it, 0.01 a hundredth, never less than a province with one city and two counties.
func Batch(scale float64) *directory.Batch { return Make(1, scale) }

// Make is Batch with another seed.
func Make(seed uint64, scale float64) *directory.Batch {
	g := &generator{r: rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15)), scale: scale}
	g.places()
	for i := range g.committees {
		g.bodies(&g.committees[i])
	}
	g.fill()
	g.people()
	return &g.b
}

type generator struct {
	r          *rand.Rand
	scale      float64
	b          directory.Batch
	committees []assembly
	ids        uint64
	persons    int
}

// assembly is one committee and what belongs to it.
type assembly struct {
	id, division                           uuid.UUID
	code, name                             string
	level                                  directory.Level
	sectors                                []string
	special, subgroups, members            []uuid.UUID
	branches, departments, outside, studio []uuid.UUID
	office, group, officeGroup             uuid.UUID
	terms                                  []clock.Interval
}

func (g *generator) n(whole, least int) int { return max(least, int(float64(whole)*g.scale+0.5)) }

// id is a UUIDv7 whose time grows with each call, as those of a real import do.
func (g *generator) id() uuid.UUID {
	g.ids++
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:], (1_767_225_600_000+g.ids/16)<<16|0x7000|g.ids%16<<8|g.r.Uint64()&0xff)
	binary.BigEndian.PutUint64(u[8:], g.r.Uint64()&(1<<62-1)|1<<63)
	return u
}

func (g *generator) places() {
	names := []string{"东", "南", "西", "北", "中", "上", "下", "左", "右", "前", "后", "内", "外", "新"}
	lands := []string{"山", "水", "田", "林", "湖", "江", "河", "溪", "岭", "洲"}
	since := clock.Interval{From: clock.Of(2000, 1, 1)}
	add := func(code, name string, level directory.Level, parent uuid.UUID) uuid.UUID {
		d := directory.Division{ID: g.id(), Code: code, Name: i18n.Name{ZH: name}, Level: level, Parent: parent, Valid: since}
		g.b.Divisions = append(g.b.Divisions, d)
		a := assembly{id: g.id(), division: d.ID, code: code, name: name, level: level}
		g.b.Organisations = append(g.b.Organisations, directory.Organisation{ID: a.id, Kind: directory.Committee, Name: i18n.Name{ZH: "政协" + name + "委员会", EN: "Committee of " + code + " (sample)"}, Level: level,
			Division: d.ID, Code: "S" + code, Valid: since})
		first := map[directory.Level]int{directory.Province: 11, directory.City: 7, directory.County: 8}[level]
		for t := range terms {
			v := clock.Interval{From: clock.Of(2013+5*t, 1, 20)}
			if t < terms-1 {
				v.To = clock.Of(2018+5*t, 1, 20)
			}
			a.terms = append(a.terms, v)
			g.b.Terms = append(g.b.Terms, directory.Term{ID: g.id(), Committee: a.id, Number: first + t, Valid: v})
		}
		g.committees = append(g.committees, a)
		return d.ID
	}
	province := add("990000", "样例省", directory.Province, uuid.Nil)
	cities := g.n(Cities, 1)
	var below []uuid.UUID
	for c := range cities {
		below = append(below, add(fmt.Sprintf("99%02d00", c+1), names[c]+"样市", directory.City, province))
	}
	for k := range g.n(Counties, 2) {
		c := k % cities
		add(fmt.Sprintf("99%02d%02d", c+1, k/cities+1), names[c]+lands[k/cities]+"例县", directory.County, below[c])
	}
}

// shape is how many organisations of a kind a committee has.
type shape struct{ sectors, special, branches, subgroups, members, departments, studios int }

func (g *generator) shape(l directory.Level) shape {
	switch {
	case l == directory.County:
		return shape{sectors: 6, special: 3, branches: 1, subgroups: 2, members: 2, departments: 1, studios: 1}
	case l == directory.City || g.scale < 1:
		return shape{sectors: 20, special: 8, branches: 4, subgroups: 7, members: 8, departments: 10, studios: 4}
	}
	return shape{sectors: 30, special: 9, branches: 12, subgroups: 9, members: 10, departments: 30, studios: 16}
}

func (g *generator) organisation(a *assembly, k directory.Kind, name string, parent uuid.UUID) uuid.UUID {
	o := directory.Organisation{ID: g.id(), Kind: k, Name: i18n.Name{ZH: name}, Level: a.level, Division: a.division, Parent: parent, Valid: clock.Interval{From: clock.Of(2005, 1, 1)}}
	g.b.Organisations = append(g.b.Organisations, o)
	return o.ID
}

func (g *generator) bodies(a *assembly) {
	s := g.shape(a.level)
	a.office = g.organisation(a, directory.CommitteeOffice, "政协"+a.name+"委员会办公室", a.id)
	for i := range s.sectors {
		a.sectors = append(a.sectors, sectorNames[i])
		g.organisation(a, directory.Sector, sectorNames[i], a.id)
	}
	for i := range s.special {
		a.special = append(a.special, g.organisation(a, directory.SpecialCommittee, specialNames[i], a.id))
	}
	a.group = g.organisation(a, directory.PartyGroup, "政协"+a.name+"委员会党组", a.id)
	a.officeGroup = g.organisation(a, directory.OfficePartyGroup, "政协"+a.name+"委员会机关党组", a.group)
	above := a.officeGroup
	if s.branches > 1 {
		above = g.organisation(a, directory.OfficePartyCommittee, "政协"+a.name+"委员会机关党委", above)
	}
	for i := range s.branches {
		a.branches = append(a.branches, g.organisation(a, directory.Branch, fmt.Sprintf("机关第%d党支部", i+1), above))
	}
	for i := range s.subgroups {
		a.subgroups = append(a.subgroups, g.organisation(a, directory.PartySubgroup, specialNames[i]+"分党组", a.group))
	}
	for i := range s.members {
		a.members = append(a.members, g.organisation(a, directory.MembersBranch, fmt.Sprintf("第%d履职党支部", i+1), a.subgroups[i%len(a.subgroups)]))
	}
	a.outside = append(a.outside, g.organisation(a, directory.OutsideBranch, a.name+"样例单位党支部", uuid.Nil))
	g.organisation(a, directory.Office, a.name+"政府督查室", uuid.Nil)
	for i := range s.departments {
		g.department(a, i)
	}
	for i := range s.studios {
		a.studio = append(a.studio, g.organisation(a, directory.Studio, a.name+"第"+fmt.Sprint(i+1)+"委员工作室", a.id))
	}
}

func (g *generator) department(a *assembly, i int) {
	name := departmentNames[i%len(departmentNames)]
	if n := i / len(departmentNames); n > 0 {
		name += fmt.Sprint(n + 1)
	}
	a.departments = append(a.departments, g.organisation(a, directory.Department, a.name+name, uuid.Nil))
}

// fill gives the cities departments until there are as many organisations as asked for.
func (g *generator) fill() {
	cities := g.n(Cities, 1)
	for i := 0; len(g.b.Organisations) < g.n(Organisations, 0); i++ {
		a := &g.committees[1+i%cities]
		g.department(a, len(a.departments))
	}
}
