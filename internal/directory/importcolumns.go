package directory

import "xieshang/internal/platform/sheet"

// ListKind is a list of the directory that comes in and goes out as a table.
type ListKind string

// The lists, in the order in which they refer to each other.
const (
	DivisionList     ListKind = "divisions"
	OrganisationList ListKind = "organisations"
	FieldList        ListKind = "fields"
	TermList         ListKind = "terms"
	PeopleList       ListKind = "people"
	MembershipList   ListKind = "memberships"
)

// ListKinds names the lists in the order in which they are imported into an empty directory.
func ListKinds() []ListKind {
	return []ListKind{DivisionList, OrganisationList, FieldList, TermList, PeopleList, MembershipList}
}

// OfCommittee tells whether a committee has such a list of its own; divisions and fields are the whole platform's.
func (k ListKind) OfCommittee() bool { return k != DivisionList && k != FieldList }

// Valid tells whether k is a list.
func (k ListKind) Valid() bool {
	for _, known := range ListKinds() {
		if k == known {
			return true
		}
	}
	return false
}

// ListColumns are the columns that a file of this list may have; the header may name them in English or Chinese, in any order.
func ListColumns(k ListKind) []sheet.Column {
	id := sheet.Column{Name: "id", Aliases: []string{"标识"}}
	en := sheet.Column{Name: "name_en", Label: "English name", Aliases: []string{"en", "english", "英文", "英文名称"}}
	code := sheet.Column{Name: "code", Aliases: []string{"代码", "行政区划代码", "编码"}}
	level := sheet.Column{Name: "level", Aliases: []string{"级别", "层级"}}
	division := sheet.Column{Name: "division", Aliases: []string{"行政区划", "区划", "所在地"}}
	parent := sheet.Column{Name: "parent", Label: "above", Aliases: []string{"上级", "上级代码", "上级单位", "上级组织"}}
	from := sheet.Column{Name: "from", Aliases: []string{"valid_from", "开始日期", "起", "任职日期", "成立日期", "起始日期"}}
	to := sheet.Column{Name: "to", Aliases: []string{"valid_to", "结束日期", "止", "离任日期", "撤销日期", "截止日期"}}
	name := sheet.Column{Name: "name", Aliases: []string{"name_zh", "名称", "单位名称", "组织名称"}, Required: true}
	phone := sheet.Column{Name: "phone", Label: "telephone", Aliases: []string{"telephone", "手机", "手机号码", "手机号", "电话", "联系电话"}}
	identity := sheet.Column{Name: "identity", Label: "identity number", Aliases: []string{"身份证号", "身份证号码", "身份证", "证件号码", "公民身份号码"}}
	birth := sheet.Column{Name: "birth_year", Label: "year of birth", Aliases: []string{"出生年份", "出生年"}}
	switch k {
	case DivisionList:
		return []sheet.Column{id, code, name, en, level, parent, {Name: "lon", Label: "longitude", Aliases: []string{"longitude", "经度"}}, {Name: "lat", Label: "latitude", Aliases: []string{"latitude", "纬度"}}, from, to}
	case OrganisationList:
		return []sheet.Column{id, {Name: "kind", Aliases: []string{"类别", "单位类别", "组织类别", "类型"}, Required: true}, name, en, level, division, parent, code, from, to}
	case FieldList:
		return []sheet.Column{{Name: "level1", Label: "first level", Aliases: []string{"一级分类", "一级"}, Required: true}, {Name: "level2", Label: "second level", Aliases: []string{"二级分类", "二级"}}, {Name: "level3", Label: "third level", Aliases: []string{"三级分类", "三级"}}, en}
	case TermList:
		return []sheet.Column{{Name: "committee", Aliases: []string{"政协委员会", "委员会", "政协", "单位", "单位名称"}, Required: true}, {Name: "number", Label: "term", Aliases: []string{"届次", "届", "term"}, Required: true}, from, to}
	case PeopleList:
		return []sheet.Column{id, {Name: "name", Aliases: []string{"姓名"}, Required: true}, {Name: "sex", Aliases: []string{"性别"}}, birth, phone, identity,
			{Name: "party", Label: "political party", Aliases: []string{"政治面貌", "党派"}}, {Name: "party_from", Label: "in the party since", Aliases: []string{"入党日期", "加入党派日期", "入党时间", "加入日期"}},
			{Name: "party_to", Label: "in the party until", Aliases: []string{"退党日期", "退出党派日期"}}, {Name: "probationary", Aliases: []string{"预备党员", "是否预备党员"}}}
	}
	return []sheet.Column{{Name: "person", Label: "id of the person", Aliases: []string{"person_id", "人员标识"}}, {Name: "name", Aliases: []string{"姓名"}}, identity, phone, birth,
		{Name: "organisation", Aliases: []string{"单位", "单位名称", "所属单位", "组织", "所在组织"}, Required: true}, division, {Name: "post", Aliases: []string{"职务", "身份", "任职"}, Required: true},
		{Name: "sector", Aliases: []string{"界别"}}, {Name: "service", Label: "full-time or resident", Aliases: []string{"专职驻会", "专职或驻会", "履职方式"}}, {Name: "term", Aliases: []string{"届次", "届"}}, from, to,
		{Name: "start_reason", Label: "how it began", Aliases: []string{"产生方式", "任职方式", "任职原因"}}, {Name: "end_reason", Label: "why it ended", Aliases: []string{"离任原因", "结束原因"}}, {Name: "note", Aliases: []string{"备注", "说明"}}}
}
