package directory

import (
	"slices"
	"strings"
)

// The words by which a file names kinds, posts, reasons and affiliations, besides the names that exports write. The first is the standard term.
var kindWords = map[Kind][]string{
	Committee: {"政协委员会", "政协", "委员会"}, CommitteeOffice: {"政协机关", "机关"}, SpecialCommittee: {"专门委员会", "专委会"}, Sector: {"界别"},
	PartyGroup: {"政协党组", "党组"}, OfficePartyGroup: {"机关党组"}, OfficePartyCommittee: {"机关党委"}, Branch: {"党支部", "机关党支部", "基层党支部"}, BranchGroup: {"党小组"},
	PartySubgroup: {"分党组", "专委会分党组"}, MembersBranch: {"履职党支部", "党员委员履职党支部"}, TemporaryBranch: {"临时党支部"}, OutsideBranch: {"外单位党组织", "政协以外党组织"},
	Department: {"承办单位", "部门", "单位"}, Office: {"督查室", "督办机构"}, Studio: {"委员工作室", "工作室"},
}

var postWords = map[Post][]string{
	MemberPost: {"委员"}, StandingMember: {"常务委员", "常委"}, Chair: {"主席"}, ViceChair: {"副主席"}, SecretaryGeneral: {"秘书长"}, DeputySecretaryGeneral: {"副秘书长"},
	NationalMember: {"住湘全国政协委员", "全国政协委员"}, Director: {"主任"}, ViceDirector: {"副主任"}, Convener: {"召集人"}, Instructor: {"指导员"}, StaffPost: {"工作人员", "机关干部"},
	ClerkPost: {"经办人", "联络员"}, HeadPost: {"负责人", "领导"}, Secretary: {"书记", "党组书记", "支部书记"}, DeputySecretary: {"副书记", "党组副书记"}, BranchOfficer: {"支部委员", "党委委员"},
	GroupLeader: {"党小组组长", "组长"}, GroupMember: {"党组成员", "成员"}, Relation: {"组织关系", "党员"}, Participant: {"编入党员", "党员委员"},
}

var reasonWords = map[Reason][]string{
	Elected: {"换届产生", "协商产生", "换届"}, CoOpted: {"增补"}, Appointed: {"任命"}, TransferredIn: {"转入", "调入"}, TermEnded: {"届满"}, Resigned: {"辞去", "辞职"}, Removed: {"撤销", "免职", "撤销资格"},
	Deceased: {"去世", "逝世"}, TransferredOut: {"转出", "调出", "调离"}, OtherReason: {"其他"},
}

var partyWords = map[Party][]string{
	CPC: {"中共党员", "中国共产党", "中共", "党员"}, Minge: {"民革", "民革党员"}, Minmeng: {"民盟", "民盟盟员"}, Minjian: {"民建", "民建会员"}, Minjin: {"民进", "民进会员"}, Nonggong: {"农工党", "农工党党员"},
	Zhigong: {"致公党", "致公党党员"}, Jiusan: {"九三学社", "九三", "九三学社社员"}, Taimeng: {"台盟", "台盟盟员"}, NoParty: {"无党派", "无党派人士", "群众"},
}

var tenureWords = map[Tenure][]string{FullTime: {"专职"}, Resident: {"驻会"}}

// word finds the key that a text names, by itself or by one of its words, in any case.
func word[K ~string](words map[K][]string, text string) (K, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if k := K(strings.ReplaceAll(text, " ", "_")); words[k] != nil {
		return k, true
	}
	for k, list := range words {
		if slices.Contains(list, text) {
			return k, true
		}
	}
	return "", false
}

func parseKind(text string) (Kind, bool) { return word(kindWords, text) }

func parsePost(text string) (Post, bool) { return word(postWords, text) }

// ParsePost reads a post by its name in exports or by a Chinese word.
func ParsePost(text string) (Post, bool) { return parsePost(text) }

// ParseKind reads a kind by its name in exports or by a Chinese word.
func ParseKind(text string) (Kind, bool) { return parseKind(text) }

// ParseParty reads an affiliation by its name in exports or by a Chinese word.
func ParseParty(text string) (Party, bool) { return word(partyWords, text) }

// parseEndReason reads why something ended. What is none of the known reasons is kept as a note.
func parseEndReason(text string) (Reason, string) {
	if text == "" {
		return NoReason, ""
	}
	if r, ok := word(reasonWords, text); ok && slices.Contains(EndReasons(), r) {
		return r, ""
	}
	return OtherReason, text
}
