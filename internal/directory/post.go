package directory

import "slices"

// Post is what a person is in an organisation.
type Post string

// The posts.
const (
	MemberPost             Post = "member"                   // 委员
	StandingMember         Post = "standing_member"          // 常务委员
	Chair                  Post = "chair"                    // 主席
	ViceChair              Post = "vice_chair"               // 副主席
	SecretaryGeneral       Post = "secretary_general"        // 秘书长
	DeputySecretaryGeneral Post = "deputy_secretary_general" // 副秘书长
	NationalMember         Post = "national_member"          // 住省全国政协委员
	Director               Post = "director"                 // 主任, of a special committee
	ViceDirector           Post = "vice_director"            // 副主任
	Convener               Post = "convener"                 // 召集人
	Instructor             Post = "instructor"               // 指导员
	StaffPost              Post = "staff"                    // 工作人员
	ClerkPost              Post = "clerk"                    // 经办人
	HeadPost               Post = "head"                     // 负责人
	Secretary              Post = "secretary"                // 书记
	DeputySecretary        Post = "deputy_secretary"         // 副书记
	BranchOfficer          Post = "branch_officer"           // 支部委员、党委委员
	GroupLeader            Post = "group_leader"             // 党小组组长
	GroupMember            Post = "group_member"             // 党组成员、党小组成员
	Relation               Post = "relation"                 // 组织关系: votes, pays dues and is disciplined here; one at a time
	Participant            Post = "participant"              // 编入履职党支部、临时党支部: takes part, no more
)

// Valid tells whether some organisation has the post.
func (p Post) Valid() bool {
	for _, r := range kindRules {
		if slices.Contains(r.posts, p) {
			return true
		}
	}
	return false
}

// Posts lists every post once, in the order in which screens show them.
func Posts() []Post {
	var out []Post
	for _, r := range kindRules {
		for _, p := range r.posts {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// Tenure tells how a deputy chair serves.
type Tenure string

// The tenures.
const (
	NoTenure Tenure = ""
	FullTime Tenure = "full_time" // 专职
	Resident Tenure = "resident"  // 驻会
)

// Valid tells whether t is a tenure, none included.
func (t Tenure) Valid() bool { return t == NoTenure || t == FullTime || t == Resident }

// Reason tells how a membership began or ended.
type Reason string

// The reasons. A beginning is Elected, CoOpted, Appointed or TransferredIn; an end one of the others.
const (
	NoReason       Reason = ""
	Elected        Reason = "elected"         // 换届协商产生
	CoOpted        Reason = "co_opted"        // 届中增补
	Appointed      Reason = "appointed"       // 任命
	TransferredIn  Reason = "transferred_in"  // 转入
	TermEnded      Reason = "term_ended"      // 届满
	Resigned       Reason = "resigned"        // 辞去
	Removed        Reason = "removed"         // 撤销资格、免职
	Deceased       Reason = "deceased"        // 去世
	TransferredOut Reason = "transferred_out" // 转出
	OtherReason    Reason = "other"           // said in the note
)

// StartReasons and EndReasons list the reasons in the order in which screens show them.
func StartReasons() []Reason { return []Reason{Elected, CoOpted, Appointed, TransferredIn} }

// EndReasons lists why a membership ends.
func EndReasons() []Reason {
	return []Reason{TermEnded, Resigned, Removed, Deceased, TransferredOut, OtherReason}
}

// Party is a political affiliation.
type Party string

// The affiliations.
const (
	CPC      Party = "cpc"      // 中国共产党
	Minge    Party = "minge"    // 民革
	Minmeng  Party = "minmeng"  // 民盟
	Minjian  Party = "minjian"  // 民建
	Minjin   Party = "minjin"   // 民进
	Nonggong Party = "nonggong" // 农工党
	Zhigong  Party = "zhigong"  // 致公党
	Jiusan   Party = "jiusan"   // 九三学社
	Taimeng  Party = "taimeng"  // 台盟
	NoParty  Party = "none"     // 无党派、群众
)

// Parties lists the affiliations in the order in which screens show them.
func Parties() []Party {
	return []Party{CPC, Minge, Minmeng, Minjian, Minjin, Nonggong, Zhigong, Jiusan, Taimeng, NoParty}
}

// Valid tells whether p is an affiliation.
func (p Party) Valid() bool { return slices.Contains(Parties(), p) }
