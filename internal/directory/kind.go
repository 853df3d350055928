package directory

import "slices"

// Kind is the kind of an organisation.
type Kind string

// The kinds of organisation.
const (
	Committee            Kind = "committee"              // 政协委员会
	CommitteeOffice      Kind = "committee_office"       // 政协机关, and its rooms
	SpecialCommittee     Kind = "special_committee"      // 专门委员会
	Sector               Kind = "sector"                 // 界别
	PartyGroup           Kind = "party_group"            // 政协党组
	OfficePartyGroup     Kind = "office_party_group"     // 机关党组
	OfficePartyCommittee Kind = "office_party_committee" // 机关党委
	Branch               Kind = "branch"                 // 机关基层党支部
	BranchGroup          Kind = "branch_group"           // 党小组
	PartySubgroup        Kind = "party_subgroup"         // 专委会分党组
	MembersBranch        Kind = "members_branch"         // 党员委员履职党支部
	TemporaryBranch      Kind = "temporary_branch"       // 临时党支部
	OutsideBranch        Kind = "outside_branch"         // 政协以外的党组织, where a member's relation lies
	Department           Kind = "department"             // 承办单位
	Office               Kind = "office"                 // 督查室: passes matters on to departments
	Studio               Kind = "studio"                 // 委员工作室
)

// Line is one of the two lines of Party organisations inside an assembly.
type Line string

// The lines. The leading Party members' group heads both.
const (
	NoLine      Line = ""
	OfficeLine  Line = "office"  // 机关线: 政协党组—机关党组—机关党委—基层党支部
	ServiceLine Line = "service" // 履职线: 政协党组—专委会分党组—党员委员履职党支部
)

// kindRule says what an organisation of a kind hangs below, and what people are in it.
type kindRule struct {
	parents []Kind
	needs   bool // it cannot stand without one of these above it
	line    Line
	posts   []Post
}

var partyPosts = []Post{Secretary, DeputySecretary, BranchOfficer}

// kindRules is what holds of each kind; the order is the one in which screens list kinds.
var kindRules = []struct {
	kind Kind
	kindRule
}{
	{Committee, kindRule{parents: []Kind{Committee}, posts: []Post{MemberPost, StandingMember, Chair, ViceChair, SecretaryGeneral, DeputySecretaryGeneral, NationalMember, StaffPost}}},
	{CommitteeOffice, kindRule{parents: []Kind{Committee, CommitteeOffice}, needs: true, posts: []Post{HeadPost, StaffPost}}},
	{SpecialCommittee, kindRule{parents: []Kind{Committee}, posts: []Post{Director, ViceDirector, MemberPost, StaffPost}}},
	{Sector, kindRule{parents: []Kind{Committee}, needs: true, posts: []Post{Convener, StaffPost}}},
	{PartyGroup, kindRule{parents: []Kind{Committee}, needs: true, posts: []Post{Secretary, DeputySecretary, GroupMember}}},
	{OfficePartyGroup, kindRule{parents: []Kind{PartyGroup}, needs: true, line: OfficeLine, posts: []Post{Secretary, DeputySecretary, GroupMember}}},
	{OfficePartyCommittee, kindRule{parents: []Kind{OfficePartyGroup, PartyGroup}, needs: true, line: OfficeLine, posts: partyPosts}},
	{Branch, kindRule{parents: []Kind{OfficePartyCommittee, OfficePartyGroup, PartyGroup}, needs: true, line: OfficeLine, posts: append(slices.Clone(partyPosts), Relation)}},
	{BranchGroup, kindRule{parents: []Kind{Branch}, needs: true, line: OfficeLine, posts: []Post{GroupLeader, GroupMember}}},
	{PartySubgroup, kindRule{parents: []Kind{PartyGroup}, needs: true, line: ServiceLine, posts: []Post{Secretary, DeputySecretary, GroupMember}}},
	{MembersBranch, kindRule{parents: []Kind{PartySubgroup, PartyGroup}, needs: true, line: ServiceLine, posts: append(slices.Clone(partyPosts), Participant)}},
	{TemporaryBranch, kindRule{parents: []Kind{PartyGroup, OfficePartyGroup, OfficePartyCommittee, PartySubgroup}, needs: true, posts: append(slices.Clone(partyPosts), Participant)}},
	{OutsideBranch, kindRule{parents: []Kind{OutsideBranch}, posts: []Post{Relation}}},
	{Department, kindRule{parents: []Kind{Department, Office, Committee}, posts: []Post{HeadPost, ClerkPost, StaffPost}}},
	{Office, kindRule{parents: []Kind{Department, Committee}, posts: []Post{HeadPost, ClerkPost, StaffPost}}},
	{Studio, kindRule{parents: []Kind{Committee, SpecialCommittee, Sector}, posts: []Post{Convener, Instructor, MemberPost, StaffPost}}},
}

func ruleOf(k Kind) (kindRule, bool) {
	for _, r := range kindRules {
		if r.kind == k {
			return r.kindRule, true
		}
	}
	return kindRule{}, false
}

// Kinds lists the kinds in the order in which screens show them.
func Kinds() []Kind {
	out := make([]Kind, len(kindRules))
	for i, r := range kindRules {
		out[i] = r.kind
	}
	return out
}

// Valid tells whether k is a kind.
func (k Kind) Valid() bool { _, ok := ruleOf(k); return ok }

// Line is the line that organisations of this kind belong to.
func (k Kind) Line() Line { r, _ := ruleOf(k); return r.line }

// Parents lists the kinds below which an organisation of this kind stands; NeedsParent tells whether it has to.
func (k Kind) Parents() []Kind { r, _ := ruleOf(k); return slices.Clone(r.parents) }

// NeedsParent tells whether an organisation of this kind cannot stand alone.
func (k Kind) NeedsParent() bool { r, _ := ruleOf(k); return r.needs }

// Posts lists what people can be in an organisation of this kind.
func (k Kind) Posts() []Post { r, _ := ruleOf(k); return slices.Clone(r.posts) }

// IsParty tells whether organisations of this kind are the Party's: only CPC members have posts there.
func (k Kind) IsParty() bool {
	switch k {
	case PartyGroup, OfficePartyGroup, OfficePartyCommittee, Branch, BranchGroup, PartySubgroup, MembersBranch, TemporaryBranch, OutsideBranch:
		return true
	}
	return false
}
