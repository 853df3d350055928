package content

import (
	"slices"
	"strings"
	"testing"
)

func TestDivisions(t *testing.T) {
	divs := Divisions()
	count, byCode, names := map[Level]int{}, map[string]Division{}, map[string]bool{}
	for _, d := range divs {
		if _, twice := byCode[d.Code]; twice || len(d.Code) != 6 || names[d.Zh] {
			t.Errorf("code %s %s is malformed or there twice", d.Code, d.Zh)
		}
		byCode[d.Code], names[d.Zh] = d, true
		count[d.Level]++
		if d.Lon < 108.7 || d.Lon > 114.3 || d.Lat < 24.6 || d.Lat > 30.2 {
			t.Errorf("%s lies outside Hunan: %v %v", d.Zh, d.Lon, d.Lat)
		}
	}
	if count[Province] != 1 || count[City] != 14 || count[County] != 122 {
		t.Errorf("counts are %v, want 1, 14, 122", count)
	}
	for _, d := range divs {
		p, ok := byCode[d.Parent]
		if d.Level != Province && (!ok || p.Level != d.Level-1) {
			t.Errorf("%s has no parent one level up: %q", d.Zh, d.Parent)
		}
		if d.Level == County && d.Parent != d.Code[:4]+"00" {
			t.Errorf("%s %s stands under %s", d.Code, d.Zh, d.Parent)
		}
	}
	for code, zh := range map[string]string{"430182": "宁乡市", "430212": "渌口区", "430582": "邵东市", "431181": "祁阳市",
		"430100": "长沙市", "433100": "湘西土家族苗族自治州", "430104": "岳麓区", "433130": "龙山县"} {
		if byCode[code].Zh != zh {
			t.Errorf("%s is %q, want %q", code, byCode[code].Zh, zh)
		}
	}
	if byCode["430104"].En != "Yuelu District" || byCode["430100"].En != "Changsha" {
		t.Error("English names changed")
	}
}

func TestCommitteesAndDepartments(t *testing.T) {
	names := map[string]bool{}
	for _, c := range Committees() {
		if names[c.Zh] {
			t.Errorf("committee %s twice", c.Zh)
		}
		names[c.Zh] = true
	}
	for _, want := range []string{"政协湖南省委员会", "政协长沙市委员会", "政协长沙市芙蓉区委员会", "政协浏阳市委员会"} {
		if !names[want] {
			t.Errorf("no committee %s", want)
		}
	}
	for _, d := range Divisions() {
		deps := Departments(d)
		want := map[Level]int{Province: 36, City: 32, County: 26}[d.Level]
		if len(deps) != want {
			t.Errorf("%s has %d departments, want %d", d.Zh, len(deps), want)
		}
		kinds, zh := map[string]bool{}, map[string]bool{}
		for _, dep := range deps {
			if kinds[dep.Kind] || zh[dep.Zh] || strings.Contains(dep.Zh, "-") || dep.En == "" {
				t.Errorf("%s: department %+v is there twice or incomplete", d.Zh, dep)
			}
			kinds[dep.Kind], zh[dep.Zh] = true, true
		}
		for _, f := range Fields() {
			if kind, ok := Handles(f.Key, d.Level); !ok || !kinds[kind] {
				t.Errorf("field %s goes to %q, which %s does not have", f.Key, kind, d.Zh)
			}
		}
	}
	if _, ok := Handles("no.such", County); ok {
		t.Error("an unknown field has a department")
	}
	if n := len(Sectors()); n != 34 {
		t.Errorf("%d sectors, want 34", n)
	}
}

func TestFieldsHaveParents(t *testing.T) {
	seen := map[string]bool{}
	tops := 0
	for _, f := range Fields() {
		if seen[f.Key] || f.Parent != "" && !seen[f.Parent] {
			t.Errorf("field %s is there twice or before its parent", f.Key)
		}
		seen[f.Key] = true
		if f.Parent == "" {
			tops++
		}
	}
	if tops != 15 {
		t.Errorf("%d top fields, want 15", tops)
	}
}

func TestMembers(t *testing.T) {
	d := Divisions()[2]
	a, b := Members(7, d, 300), Members(7, d, 300)
	if !slices.Equal(a, b) {
		t.Error("the same seed gave other members")
	}
	if slices.Equal(a, Members(8, d, 300)) {
		t.Error("another seed gave the same members")
	}
	names, offices, women := map[string]bool{}, map[Office]int{}, 0
	for _, p := range a {
		if names[p.Zh] || len([]rune(p.Zh)) != 3 || p.En == "" || p.BirthYear < 1956 || p.BirthYear > 1997 {
			t.Errorf("person %+v is malformed or there twice", p)
		}
		names[p.Zh] = true
		offices[p.Office]++
		if p.Sex == Female {
			women++
		}
	}
	if offices[Chair] != 1 || offices[ViceChair] != 4 || offices[SecretaryGeneral] != 1 || offices[Standing] != 50 {
		t.Errorf("offices are %v", offices)
	}
	if women < 80 || women > 170 {
		t.Errorf("%d women of 300", women)
	}
	if len(Members(1, d, -1)) != 0 || len(Members(1, d, 9000)) != 8000 {
		t.Error("the number of members is not bounded")
	}
}
