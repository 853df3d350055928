package contact

import (
	"xieshang/internal/directory"

	"github.com/google/uuid"
)

// Held is the days on which a link really holds: the first unbroken run of days, within those recorded, on which
//   - the one who contacts is a CPC member and, of the committee, a member (or, for the other kinds, one of the sub-group or of the office's leading group),
//   - the target is a member of the same committee who is known to be outside the Party, or an organisation that stands.
//
// A link ends with either end for good: somebody who comes back later is contacted anew. Being elected again without a gap is no break.
func Held(l Link, sw *directory.Sweep) directory.Days {
	days, _ := held(l, sw)
	return days
}

// held also says what broke the run; NoReason when the link's own end did, or nothing.
func held(l Link, sw *directory.Sweep) (directory.Days, Reason) {
	none := directory.Days{}
	contact, ok := sw.Index(l.Contact)
	if !ok {
		return none, ContactLeft
	}
	var a, b, c, d [8]directory.Days // enough for nearly everybody: nothing is allocated
	here, cpc := a[:0], sw.CPCDays(b[:0], contact)
	there, out := c[:0], d[:0]
	target, person := int32(-1), false
	switch l.Kind {
	case ToMember:
		if target, person = sw.Index(l.Target); !person {
			return none, TargetLeft
		}
		here, there = sw.MemberDays(here, contact, l.Committee), sw.MemberDays(there, target, l.Committee)
		out = outside(out, sw, target)
	case ToSector:
		here, there = groupDays(here, sw, contact, l.Committee, directory.PartySubgroup), sw.KindDays(there, l.Target, directory.Sector)
	case ToSubgroup:
		here, there = groupDays(here, sw, contact, l.Committee, directory.OfficePartyGroup), sw.KindDays(there, l.Target, directory.PartySubgroup)
	}
	lists := [4][]directory.Days{here, cpc, there, out}
	reasons := [4]Reason{ContactLeft, ContactParty, TargetLeft, TargetParty}
	n := 4
	if l.Kind != ToMember {
		n, reasons[2] = 3, TargetGone
	}
	within := directory.DaysOf(l.Valid)
	start := within.From
	for moved := true; moved; {
		moved = false
		for i := range n {
			first, ok := directory.First(lists[i], start)
			if !ok || first >= within.To {
				return none, reasons[i]
			}
			if first > start {
				start, moved = first, true
			}
		}
	}
	end, why := within.To, NoReason
	for i := range n {
		if to := directory.Through(lists[i], start); to < end {
			end, why = to, reasons[i]
		}
	}
	return directory.Days{From: start, To: end}, why
}

// outside adds the days on which it is known that a person is not of the CPC.
func outside(to []directory.Days, sw *directory.Sweep, person int32) []directory.Days {
	var k, c [8]directory.Days
	known, cpc := sw.KnownDays(k[:0], person), sw.CPCDays(c[:0], person)
	for at := directory.Day(-1 << 31); ; {
		first, ok := directory.First(known, at)
		if !ok {
			return to
		}
		if in, ok := directory.First(cpc, first); ok && in == first {
			if at = directory.Through(cpc, first); at == directory.Never {
				return to
			}
			continue
		}
		end := directory.Through(known, first)
		if joins, ok := directory.First(cpc, first); ok {
			end = min(end, joins)
		}
		to = append(to, directory.Days{From: first, To: end})
		if at = end; at == directory.Never {
			return to
		}
	}
}

// groupDays adds the days on which a person is in a group of a kind below the committee.
func groupDays(to []directory.Days, sw *directory.Sweep, person int32, committee uuid.UUID, kind directory.Kind) []directory.Days {
	for _, st := range sw.StaysOf(person) {
		if st.Post != directory.Secretary && st.Post != directory.DeputySecretary && st.Post != directory.GroupMember {
			continue
		}
		for _, f := range sw.FactsOf(st.Organisation) {
			if f.Kind != kind {
				continue
			}
			for _, k := range sw.CommitteesOf(nil, st.Organisation) {
				if days := st.Both(f.Days).Both(k.Days); k.Committee == committee && !days.Empty() {
					to = append(to, days)
				}
			}
		}
	}
	return to
}
