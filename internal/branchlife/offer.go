package branchlife

import (
	"slices"

	"xieshang/internal/directory"
)

// Offer is something that takes place in a Party organisation.
type Offer string

// The offers. The first three need only that somebody is placed there; the others belong to where the relation lies.
const (
	TakePart     Offer = "take-part"  // 参加组织生活
	BeAppraised  Offer = "appraisal"  // 履职情况评议
	ContactOther Offer = "contact"    // 联系党外委员
	Voting       Offer = "vote"       // 表决和选举
	Dues         Offer = "dues"       // 党费
	Discipline   Offer = "discipline" // 组织处理和纪律处分
	Admission    Offer = "admission"  // 发展党员
)

// Offers lists all of them.
func Offers() []Offer {
	return []Offer{TakePart, BeAppraised, ContactOther, Voting, Dues, Discipline, Admission}
}

// Offered lists what organisations of a kind offer; pages and the API ask here and nowhere else. In the branch where the relation lies everything takes place; in a members'
// branch one takes part, is appraised on service and contacts members outside the Party; in a temporary branch one takes part.
func Offered(k directory.Kind) []Offer {
	switch k {
	case directory.Branch, directory.OutsideBranch:
		return []Offer{TakePart, BeAppraised, Voting, Dues, Discipline, Admission}
	case directory.MembersBranch:
		return []Offer{TakePart, BeAppraised, ContactOther}
	case directory.TemporaryBranch:
		return []Offer{TakePart}
	}
	return nil
}

// Withheld lists what belongs to where the relation lies and therefore does not take place in organisations of a kind.
func Withheld(k directory.Kind) []Offer {
	offered := Offered(k)
	return slices.DeleteFunc([]Offer{Voting, Dues, Discipline, Admission}, func(o Offer) bool { return slices.Contains(offered, o) })
}
