package gathering

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// CountsAs is what a gathering counts as in branch life (C3) and study (E1); "" for none.
type CountsAs string

// What gatherings count as.
const (
	BranchMeeting    CountsAs = "branch_meeting"    // 党员大会
	CommitteeMeeting CountsAs = "committee_meeting" // 支委会
	GroupMeeting     CountsAs = "group_meeting"     // 党小组会
	Lecture          CountsAs = "lecture"           // 党课
	ThemeDay         CountsAs = "theme_day"         // 主题党日
	OrganisationLife CountsAs = "organisation_life" // 组织生活会
	Appraisal        CountsAs = "appraisal"         // 民主评议党员
	DemocraticLife   CountsAs = "democratic_life"   // 民主生活会
	Study            CountsAs = "study"             // 学习
)

// AllCounts lists what gatherings count as, in the order in which screens show it.
func AllCounts() []CountsAs {
	return []CountsAs{BranchMeeting, CommitteeMeeting, GroupMeeting, Lecture, ThemeDay, OrganisationLife, Appraisal, DemocraticLife, Study}
}

// Kind is a kind of gathering, as data: what it asks for and what follows from it.
type Kind struct {
	Key        string
	Name       i18n.Name
	Holders    []directory.Kind // organisations that may hold it; empty: every kind
	CountsAs   CountsAs
	Agenda     []string // lines of a new agenda
	StudyFirst bool     // 第一议题: it is not published without a study item first
	Leaders    bool     // leaders of the province or place attend and are named in the agenda
	MakeUp     bool     // who missed it can make it up
	Minutes    bool     // its record is not closed without minutes
	Place      bool     // it is not published without a place
	Fields     []Field  // what it asks for besides time, place and agenda
	Hours      int      // usual length
	Off        bool     // not offered any more
}

// Field is one line that gatherings of a kind have of their own; its Chinese name is its key. A required one is filled in before publishing.
type Field struct {
	Name     i18n.Name
	Required bool
}

func asks(zh, en string, required bool) Field {
	return Field{Name: i18n.Name{ZH: zh, EN: en}, Required: required}
}

var (
	branches = []directory.Kind{directory.Branch, directory.MembersBranch, directory.TemporaryBranch}
	groups   = []directory.Kind{directory.PartyGroup, directory.OfficePartyGroup, directory.PartySubgroup}
	bodies   = []directory.Kind{directory.Committee}
)

// builtIn are the kinds that every committee has; it may alter them and add its own.
var builtIn = []Kind{
	{Key: "plenary", Name: i18n.Name{ZH: "全体会议", EN: "Plenary session"}, Holders: bodies, Agenda: []string{"听取常委会工作报告", "听取提案工作情况报告", "大会发言", "选举和决议"}, Minutes: true, Place: true, Hours: 8},
	{Key: "standing", Name: i18n.Name{ZH: "常务委员会会议", EN: "Standing Committee meeting"}, Holders: bodies, Agenda: []string{"学习（第一议题）", "审议事项"}, StudyFirst: true, Minutes: true, Place: true, Hours: 8},
	{Key: "special_standing", Name: i18n.Name{ZH: "专题议政性常委会会议", EN: "Special-topic Standing Committee meeting"}, Holders: bodies, Agenda: []string{"学习（第一议题）", "党政领导通报情况", "大会发言", "互动交流", "党政领导讲话"}, StudyFirst: true, Leaders: true, Minutes: true, Place: true, Hours: 4,
		Fields: []Field{asks("出席的党政领导", "Leaders who attend", true), asks("专题", "Special topic", true), asks("到会的部门", "Departments present", false)}},
	{Key: "chair_council", Name: i18n.Name{ZH: "主席会议", EN: "Chairpersons' Council"}, Holders: bodies, Agenda: []string{"学习（第一议题）", "审议事项"}, StudyFirst: true, Minutes: true, Place: true, Hours: 3},
	{Key: "party_group_meeting", Name: i18n.Name{ZH: "党组会议", EN: "Party group meeting"}, Holders: groups, Agenda: []string{"学习（第一议题）", "研究事项"}, StudyFirst: true, Minutes: true, Place: true, Hours: 2},
	{Key: "special_committee_meeting", Name: i18n.Name{ZH: "专门委员会会议", EN: "Special committee meeting"}, Holders: []directory.Kind{directory.SpecialCommittee}, Agenda: []string{"学习（第一议题）", "研究事项"}, StudyFirst: true, Minutes: true, Place: true, Hours: 3},
	{Key: "branch_meeting", Name: i18n.Name{ZH: "党员大会", EN: "Branch meeting"}, Holders: branches, CountsAs: BranchMeeting, Agenda: []string{"学习（第一议题）", "讨论事项"}, StudyFirst: true, MakeUp: true, Minutes: true, Place: true, Hours: 2},
	{Key: "committee_meeting", Name: i18n.Name{ZH: "支部委员会会议", EN: "Branch-committee meeting"}, Holders: branches, CountsAs: CommitteeMeeting, Agenda: []string{"学习（第一议题）", "研究事项"}, StudyFirst: true, Minutes: true, Place: true, Hours: 1},
	{Key: "group_meeting", Name: i18n.Name{ZH: "党小组会", EN: "Group meeting"}, Holders: append([]directory.Kind{directory.BranchGroup}, branches...), CountsAs: GroupMeeting, Agenda: []string{"学习", "交流"}, MakeUp: true, Place: true, Hours: 1},
	{Key: "lecture", Name: i18n.Name{ZH: "党课", EN: "Party lecture"}, Holders: append(slices.Clone(branches), directory.OfficePartyCommittee, directory.OfficePartyGroup, directory.PartyGroup, directory.PartySubgroup), CountsAs: Lecture, Agenda: []string{"党课"}, MakeUp: true, Place: true, Hours: 2, Fields: []Field{asks("讲课人", "Lecturer", false)}},
	{Key: "theme_day", Name: i18n.Name{ZH: "主题党日", EN: "Theme day"}, Holders: branches, CountsAs: ThemeDay, Agenda: []string{"主题活动"}, MakeUp: true, Place: true, Hours: 4},
	{Key: "organisation_life", Name: i18n.Name{ZH: "组织生活会", EN: "Organisation-life meeting"}, Holders: append(slices.Clone(branches), directory.BranchGroup), CountsAs: OrganisationLife, Agenda: []string{"通报上次整改情况", "支部检查", "批评与自我批评", "整改措施"}, Minutes: true, Place: true, Hours: 3},
	{Key: "appraisal", Name: i18n.Name{ZH: "民主评议党员", EN: "Democratic appraisal"}, Holders: branches, CountsAs: Appraisal, Agenda: []string{"个人自评", "党员互评", "民主测评"}, Minutes: true, Place: true, Hours: 3},
	{Key: "democratic_life", Name: i18n.Name{ZH: "民主生活会", EN: "Democratic-life meeting"}, Holders: groups, CountsAs: DemocraticLife, Agenda: []string{"通报上次整改情况", "对照检查", "批评与自我批评", "整改措施"}, Minutes: true, Place: true, Hours: 4},
	{Key: "centre_group", Name: i18n.Name{ZH: "理论学习中心组学习", EN: "Centre-group study"}, Holders: groups, CountsAs: Study, Agenda: []string{"领学", "研讨发言", "小结"}, MakeUp: true, Minutes: true, Place: true, Hours: 3},
	{Key: "study", Name: i18n.Name{ZH: "学习会", EN: "Study session"}, CountsAs: Study, Agenda: []string{"领学", "交流"}, MakeUp: true, Place: true, Hours: 2},
	{Key: "visit", Name: i18n.Name{ZH: "视察考察", EN: "Visit"}, Agenda: []string{"行程"}, Hours: 8, Fields: []Field{asks("带队领导", "Led by", true), asks("路线", "Route", true), asks("集合地点", "Meeting point", false)}},
	{Key: "talk", Name: i18n.Name{ZH: "宣讲", EN: "Talk"}, Agenda: []string{"宣讲", "互动"}, Place: true, Hours: 2, Fields: []Field{asks("宣讲人", "Speaker", true), asks("听众", "Audience", false)}},
	{Key: "class", Name: i18n.Name{ZH: "培训班", EN: "Class"}, Agenda: []string{"开班", "授课", "结业"}, MakeUp: true, Place: true, Hours: 8, Fields: []Field{asks("课时", "Hours of teaching", false), asks("授课人", "Teachers", false)}},
	{Key: "studio", Name: i18n.Name{ZH: "工作室活动", EN: "Studio activity"}, Holders: []directory.Kind{directory.Studio, directory.Sector, directory.Committee, directory.SpecialCommittee}, Agenda: []string{"活动内容"}, Place: true, Hours: 3},
	{Key: "other", Name: i18n.Name{ZH: "其他活动", EN: "Other gathering"}, Hours: 2},
}

// MayHold tells whether an organisation of a kind may hold such a gathering.
func (k Kind) MayHold(o directory.Kind) bool {
	return len(k.Holders) == 0 || slices.Contains(k.Holders, o)
}

// BuiltIn lists the kinds that every committee has.
func BuiltIn() []Kind { return slices.Clone(builtIn) }

// Kinds lists a committee's kinds: those built in, as it altered them, then its own by key; for everybody who is signed in.
func (s *Service) Kinds(ctx context.Context, committee uuid.UUID) ([]Kind, error) {
	if a := authz.From(ctx); !a.SignedIn() && !a.System {
		return nil, refusal(a)
	}
	var own map[string]Kind
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		own, err = ownKinds(tx, committee)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []Kind
	for _, k := range builtIn {
		if altered, ok := own[k.Key]; ok {
			k = altered
			delete(own, k.Key)
		}
		out = append(out, k)
	}
	n := len(out)
	for _, k := range own {
		out = append(out, k)
	}
	slices.SortFunc(out[n:], func(a, b Kind) int { return strings.Compare(a.Key, b.Key) })
	return out, nil
}

// Kind finds a kind of a committee, false when there is none.
func (s *Service) Kind(ctx context.Context, committee uuid.UUID, key string) (Kind, bool, error) {
	list, err := s.Kinds(ctx, committee)
	for _, k := range list {
		if k.Key == key {
			return k, true, err
		}
	}
	return Kind{}, false, err
}

func ownKinds(tx *db.Tx, committee uuid.UUID) (map[string]Kind, error) {
	out := map[string]Kind{}
	err := tx.Rows(func(r *db.Row) error {
		var key, rule string
		if err := r.Scan(&key, &rule); err != nil {
			return err
		}
		var k Kind
		if err := json.Unmarshal([]byte(rule), &k); err != nil {
			return fmt.Errorf("kind %s: %w", key, err)
		}
		k.Key = key
		out[key] = k
		return nil
	}, `SELECT kind, rule FROM gathering_kind WHERE committee_id = ?`, committee)
	return out, err
}

// everyKind lists what any committee made or altered.
func everyKind(tx *db.Tx) ([]Kind, error) {
	return db.All(tx, func(r *db.Row) (k Kind, err error) {
		var key, rule string
		if err = r.Scan(&key, &rule); err == nil {
			err = json.Unmarshal([]byte(rule), &k)
		}
		k.Key = key
		return k, err
	}, `SELECT kind, rule FROM gathering_kind ORDER BY committee_id, kind`)
}

// PutKind alters a kind of a committee or adds one; for its organisers. What a built-in kind counts as stays, so that branch life means the same
// everywhere. Errors: Invalid with the fields.
func (s *Service) PutKind(ctx context.Context, committee uuid.UUID, k Kind) error {
	a := authz.From(ctx)
	if !a.System && !(a.Has(authz.Organiser, committee) && a.May(authz.WriteScope)) {
		return refusal(a)
	}
	k.Key, k.Name.ZH, k.Name.EN = strings.TrimSpace(k.Key), strings.TrimSpace(k.Name.ZH), strings.TrimSpace(k.Name.EN)
	var c problem.Check
	if !plainKey(k.Key) {
		c.Add("key", "gathering.err.key")
	}
	checkText(&c, "name", k.Name.ZH, 1, 40)
	checkText(&c, "name_en", k.Name.EN, 0, 80)
	if k.CountsAs != "" && !slices.Contains(AllCounts(), k.CountsAs) {
		c.Add("counts_as", "gathering.err.counts")
	}
	if len(k.Agenda) > maxItems {
		c.Add("agenda", "gathering.err.items", "max", maxItems)
	}
	for _, line := range k.Agenda {
		checkText(&c, "agenda", line, 1, maxTitle)
	}
	if len(k.Fields) > maxFields {
		c.Add("fields", "gathering.err.fields", "max", maxFields)
	}
	seen := map[string]bool{}
	for _, f := range k.Fields {
		checkText(&c, "fields", f.Name.ZH, 1, 40)
		checkText(&c, "fields", f.Name.EN, 0, 80)
		if seen[f.Name.ZH] {
			c.Add("fields", "gathering.err.field-twice", "name", f.Name.ZH)
		}
		seen[f.Name.ZH] = true
	}
	for _, h := range k.Holders {
		if !h.Valid() {
			c.Add("holders", "gathering.err.holders")
		}
	}
	if k.Hours < 0 || k.Hours > 240 {
		c.Add("hours", "gathering.err.hours")
	}
	if err := c.Err(); err != nil {
		return err
	}
	for _, b := range builtIn {
		if b.Key == k.Key {
			k.CountsAs, k.Holders = b.CountsAs, b.Holders
		}
	}
	rule, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("kind %s: %w", k.Key, err)
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO gathering_kind (committee_id, kind, rule, recorded, recorded_by) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (committee_id, kind) DO UPDATE SET rule = excluded.rule, recorded = excluded.recorded, recorded_by = excluded.recorded_by`,
			committee, k.Key, string(rule), s.clock.Now(), a.Account)
		return err
	})
}

func plainKey(key string) bool {
	if key == "" || len(key) > 40 {
		return false
	}
	for _, r := range key {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' {
			return false
		}
	}
	return true
}

func checkText(c *problem.Check, field, text string, least, most int) {
	switch n := utf8.RuneCountInString(text); {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		c.Add(field, "gathering.err.text")
	case n < least:
		c.Add(field, "gathering.err.required")
	case n > most:
		c.Add(field, "gathering.err.long", "max", most, "have", n)
	}
}
