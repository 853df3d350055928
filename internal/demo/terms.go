package demo

import (
	"hash/fnv"
	"math/rand/v2"

	"xieshang/internal/demo/content"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
)

// founded is the first day of everything in the demo's directory: before the earliest membership.
var founded = clock.Of(2016, 1, 1)

// random depends on the seed and on a name, so that one part of the demo does not shift when another grows.
func (p *province) random(name string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash never fails to write
	return rand.New(rand.NewPCG(p.Seed, h.Sum64()))
}

// termsOf lists the terms of a committee, three at the province and two below it, the present one last.
func termsOf(d content.Division) []directory.Term {
	days := func(last int, from ...clock.Date) []directory.Term {
		out := make([]directory.Term, len(from))
		for i, f := range from {
			out[i] = directory.Term{Number: last - len(from) + 1 + i, Valid: clock.Interval{From: f}}
			if i > 0 {
				out[i-1].Valid.To = f
			}
		}
		return out
	}
	n := int(d.Code[3]-'0') + int(d.Code[5]-'0')
	switch d.Level {
	case content.Province:
		return days(13, clock.Of(2013, 1, 24), clock.Of(2018, 1, 25), clock.Of(2023, 1, 13))
	case content.City:
		return days(10+n%4, clock.Of(2017, 1, 5), clock.Of(2022, 1, 6+n%3))
	}
	return days(8+n%4, clock.Of(2016, 11, 20), clock.Of(2021, 11, 18+n%9))
}

// served gives the memberships of somebody who is a member today: of the present term, of the term before too when they were elected again, or from the day
// on which they were co-opted.
func served(m directory.Membership, terms []directory.Term, again, late bool) []directory.Membership {
	now := terms[len(terms)-1]
	m.Valid, m.StartReason = clock.Interval{From: now.Valid.From}, directory.Elected
	if late {
		m.Valid.From, m.StartReason = now.Valid.From.AddMonths(25), directory.CoOpted
		return []directory.Membership{m}
	}
	if !again {
		return []directory.Membership{m}
	}
	before := m
	before.Valid, before.EndReason = terms[len(terms)-2].Valid, directory.TermEnded
	return []directory.Membership{before, m}
}

// left gives the membership of somebody who is a member no more: at the end of the last term, or before the end of this one.
func left(m directory.Membership, terms []directory.Term, i int) directory.Membership {
	now, before := terms[len(terms)-1], terms[len(terms)-2]
	m.StartReason = directory.Elected
	switch i % 4 {
	case 0:
		m.Valid, m.EndReason = clock.Interval{From: now.Valid.From, To: now.Valid.From.AddMonths(24)}, directory.Resigned
	case 1:
		m.Valid, m.EndReason = before.Valid, directory.TermEnded
	case 2:
		m.Valid, m.EndReason, m.Note = clock.Interval{From: now.Valid.From, To: now.Valid.From.AddMonths(31)}, directory.TransferredOut, "调往外地工作"
	default:
		m.Valid, m.EndReason = clock.Interval{From: now.Valid.From, To: now.Valid.From.AddMonths(19)}, directory.Deceased
	}
	return m
}
