package directorytest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// Write puts the province into a folder as the lists that a clerk would have: one CSV and one XLSX for each list, with Chinese headings and words, and
// without the ids of this platform. Names stand for places, identity numbers for people.
func Write(dir string, scale float64) error {
	rows := lists(Batch(scale))
	for _, k := range directory.ListKinds() {
		rows := rows[k]
		if rows == nil {
			continue
		}
		for _, format := range []string{"csv", "xlsx"} {
			if err := write(filepath.Join(dir, string(k)+"."+format), k, rows); err != nil {
				return fmt.Errorf("write %s: %w", k, err)
			}
		}
	}
	return nil
}

func write(path string, k directory.ListKind, rows []map[string]any) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := sheet.NewCSV(f, true)
	if strings.HasSuffix(path, "xlsx") {
		w = sheet.NewXLSX(f, string(k))
	}
	var heads []sheet.Head
	for _, c := range directory.ListColumns(k) {
		if _, has := rows[0][c.Name]; has {
			heads = append(heads, sheet.Head{Name: c.Name, Title: chinese(c)})
		}
	}
	if err := w.Header(heads...); err != nil {
		return err
	}
	for _, r := range rows {
		cells := make([]any, len(heads))
		for i, h := range heads {
			cells[i] = r[h.Name]
		}
		if err := w.Row(cells...); err != nil {
			return err
		}
	}
	return w.Close()
}

func chinese(c sheet.Column) string {
	for _, a := range c.Aliases {
		if a[0] >= 0x80 {
			return a
		}
	}
	return c.Name
}

// lists are the rows of each list by column; a first row has every column.
func lists(b *directory.Batch) map[directory.ListKind][]map[string]any {
	divisions, organisations, people := map[uuid.UUID]directory.Division{}, map[uuid.UUID]directory.Organisation{}, map[uuid.UUID]directory.PersonRow{}
	out := map[directory.ListKind][]map[string]any{}
	add := func(k directory.ListKind, row map[string]any) { out[k] = append(out[k], row) }
	for _, d := range b.Divisions {
		divisions[d.ID] = d
		add(directory.DivisionList, map[string]any{"code": d.Code, "name": d.Name.ZH, "level": level(d.Level), "parent": divisions[d.Parent].Code, "from": d.Valid.From})
	}
	for _, o := range b.Organisations {
		organisations[o.ID] = o
		add(directory.OrganisationList, map[string]any{"kind": words[string(o.Kind)], "name": o.Name.ZH, "name_en": o.Name.EN, "level": level(o.Level), "division": divisions[o.Division].Code, "parent": organisations[o.Parent].Name.ZH,
			"code": o.Code, "from": o.Valid.From, "to": o.Valid.To})
	}
	for _, t := range b.Terms {
		add("terms", map[string]any{"committee": organisations[t.Committee].Name.ZH, "number": fmt.Sprintf("第%d届", t.Number), "from": t.Valid.From, "to": t.Valid.To})
	}
	parties := map[uuid.UUID][]directory.Affiliation{}
	for _, a := range b.Affiliations {
		parties[a.Person] = append(parties[a.Person], a)
	}
	for _, p := range b.People {
		people[p.ID] = p
		var party, from []string
		for _, a := range parties[p.ID] {
			party, from = append(party, words[string(a.Party)]), append(from, a.Valid.From.String())
		}
		add(directory.PeopleList, map[string]any{"name": p.Name, "sex": map[string]string{"f": "女", "m": "男"}[p.Sex], "birth_year": p.BirthYear, "phone": p.Phone, "identity": p.Identity,
			"party": strings.Join(party, "；"), "party_from": strings.Join(from, "；")})
	}
	for _, m := range b.Memberships {
		o := organisations[m.Organisation]
		add(directory.MembershipList, map[string]any{"name": people[m.Person].Name, "identity": people[m.Person].Identity, "organisation": o.Name.ZH, "division": divisions[o.Division].Code, "post": words[string(m.Post)], "sector": m.Sector,
			"service": words[string(m.Service)], "from": m.Valid.From, "to": m.Valid.To, "start_reason": words[string(m.StartReason)], "end_reason": words[string(m.EndReason)]})
	}
	return out
}

func level(l directory.Level) string {
	return map[directory.Level]string{directory.Province: "省", directory.City: "市", directory.County: "县"}[l]
}

// words are what a file of a clerk says for kinds, posts, reasons and affiliations.
var words = map[string]string{
	"committee": "政协委员会", "committee_office": "政协机关", "special_committee": "专门委员会", "sector": "界别", "party_group": "政协党组", "office_party_group": "机关党组", "office_party_committee": "机关党委",
	"branch": "机关党支部", "party_subgroup": "分党组", "members_branch": "履职党支部", "outside_branch": "外单位党组织", "department": "承办单位", "office": "督查室", "studio": "委员工作室",
	"member": "委员", "standing_member": "常务委员", "chair": "主席", "vice_chair": "副主席", "secretary_general": "秘书长", "national_member": "全国政协委员", "director": "主任", "vice_director": "副主任", "convener": "召集人",
	"staff": "工作人员", "clerk": "经办人", "secretary": "书记", "deputy_secretary": "副书记", "branch_officer": "支部委员", "group_member": "党组成员", "relation": "组织关系", "participant": "编入党员",
	"full_time": "专职", "resident": "驻会", "elected": "换届产生", "co_opted": "增补", "term_ended": "届满", "resigned": "辞去", "transferred_out": "转出", "removed": "撤销", "deceased": "去世",
	"cpc": "中共党员", "minge": "民革", "minmeng": "民盟", "minjian": "民建", "minjin": "民进", "nonggong": "农工党", "zhigong": "致公党", "jiusan": "九三学社", "taimeng": "台盟", "none": "无党派",
}
