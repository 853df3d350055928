package content

import "strings"

// Department is a handling department of a division.
type Department struct {
	Kind   string // stable key, the same at every level
	Zh, En string
}

// Departments returns the handling departments of a division, in a fixed order: 36 for the province, 32 for a city, 26 for a county.
func Departments(d Division) []Department {
	flag := map[Level]string{Province: "p", City: "c", County: "k"}[d.Level]
	if flag == "" {
		return nil
	}
	var out []Department
	for _, r := range table("departments.tsv", 6) {
		if !strings.Contains(r[5], flag) {
			continue
		}
		out = append(out, Department{Kind: r[0], Zh: d.unit() + r[int(d.Level)], En: d.departmentEn(r[0], r[4])})
	}
	return out
}

// departmentEn names a department in English in the way of its level: a province has departments, the others have bureaus.
func (d Division) departmentEn(kind, subject string) string {
	switch kind {
	case "fire":
		return subject + map[Level]string{Province: " Corps", City: " Detachment", County: " Brigade"}[d.Level]
	case "disabled":
		return subject
	case "services":
		return subject + map[Level]string{Province: " Centre", City: " Bureau", County: " Bureau"}[d.Level]
	}
	if d.Level == Province {
		return "Department of " + subject
	}
	return "Bureau of " + subject
}

// Supervision returns the supervision office (督查室) of a division, through which some committees dispatch.
func Supervision(d Division) Department {
	body := map[string]string{"省": "省", "市": "市", "州": "州", "县": "县", "区": "区"}[d.unit()]
	return Department{Kind: "supervision", Zh: body + "督查室", En: "Supervision Office"}
}

// Handles returns the kind of department that normally handles a field at a level; ok is false for an unknown field.
// Where the usual kind does not exist at that level, it is the one that does its work there.
func Handles(field string, level Level) (kind string, ok bool) {
	for _, f := range Fields() {
		if f.Key != field {
			continue
		}
		switch kind = f.Department; {
		case kind == "urban" && level == Province:
			kind = "housing"
		case kind == "sport" && level == County:
			kind = "culture"
		case kind == "data" && level == County:
			kind = "services"
		}
		return kind, true
	}
	return "", false
}

// Field is one of the standard subjects of suggestions. The tree has two levels: "road" and "road.light".
type Field struct {
	Key, Parent string // Parent is empty at the top
	Zh, En      string
	Department  string // kind that normally handles it
}

// Fields returns the standard fields, each parent before its children.
func Fields() []Field {
	var out []Field
	for _, r := range table("fields.tsv", 4) {
		parent, _, sub := strings.Cut(r[0], ".")
		if !sub {
			parent = ""
		}
		out = append(out, Field{Key: r[0], Parent: parent, Zh: r[1], En: r[2], Department: r[3]})
	}
	return out
}

// Named is a key with its names in both languages.
type Named struct{ Key, Zh, En string }

// Sectors returns the 34 sectors (界别).
func Sectors() []Named { return named("sectors.tsv") }

// SpecialCommittees returns the special committees (专门委员会).
func SpecialCommittees() []Named { return named("special.tsv") }

func named(file string) []Named {
	var out []Named
	for _, r := range table(file, 3) {
		out = append(out, Named{Key: r[0], Zh: r[1], En: r[2]})
	}
	return out
}
