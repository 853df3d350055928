package clock

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed messages/*.json
var own embed.FS

// Messages holds messages/zh-CN.json and messages/en.json, the texts of every DayError's Key, for the catalogue of the pages.
func Messages() fs.FS { return own }

// DayError is one bad cell of an imported calendar. Row counts from 1 and includes the header; Key is stable and names the reason:
// clock.err.header, clock.err.date, clock.err.working, clock.err.name, clock.err.twice or clock.err.empty.
type DayError struct {
	Row    int
	Column string
	Value  string
	Key    string
}

// Error is the place and the reason in English.
func (e *DayError) Error() string {
	var texts map[string]string
	if data, err := own.ReadFile("messages/en.json"); err != nil || json.Unmarshal(data, &texts) != nil || texts[e.Key] == "" {
		texts = map[string]string{e.Key: e.Key}
	}
	return fmt.Sprintf("row %d, column %s, %q: %s", e.Row, e.Column, clip(e.Value), texts[e.Key])
}

// ParseDays reads a calendar whose first row names the columns date, working and name (日期, 上班, 名称) in any order; name may be
// missing. It returns every good row and every bad one; the days should be used only when there is no error. Blank rows are passed over.
func ParseDays(rows [][]string) ([]Day, []*DayError) {
	if len(rows) == 0 {
		return nil, []*DayError{{Row: 1, Column: "date", Key: "clock.err.empty"}}
	}
	at, bad := dayColumns(rows[0])
	if len(bad) > 0 {
		return nil, bad
	}
	var days []Day
	seen := map[Date]Day{}
	for i, row := range rows[1:] {
		cell := func(column string) string {
			if k, ok := at[column]; ok && k < len(row) {
				return strings.TrimSpace(row[k])
			}
			return ""
		}
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue
		}
		line, found := i+2, len(bad)
		note := func(column, key string) {
			bad = append(bad, &DayError{Row: line, Column: column, Value: cell(column), Key: key})
		}
		d, err := ParseDate(cell("date"))
		if err != nil {
			note("date", "clock.err.date")
		}
		working, ok := yesNo(cell("working"))
		if !ok {
			note("working", "clock.err.working")
		}
		name := cell("name")
		if len([]rune(name)) > 40 {
			note("name", "clock.err.name")
		}
		if len(bad) > found {
			continue
		}
		day := Day{Date: d, Working: working, Name: name}
		if before, twice := seen[d]; twice {
			if before != day {
				note("date", "clock.err.twice")
			}
			continue
		}
		seen[d] = day
		days = append(days, day)
	}
	if len(days) == 0 && len(bad) == 0 {
		bad = append(bad, &DayError{Row: 1, Column: "date", Key: "clock.err.empty"})
	}
	return days, bad
}

func dayColumns(header []string) (map[string]int, []*DayError) {
	at := map[string]int{}
	var bad []*DayError
	for i, h := range header {
		column := ""
		switch strings.ToLower(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff"))) {
		case "date", "日期":
			column = "date"
		case "working", "上班", "是否上班":
			column = "working"
		case "name", "名称":
			column = "name"
		default:
			continue
		}
		if _, twice := at[column]; twice {
			bad = append(bad, &DayError{Row: 1, Column: column, Value: h, Key: "clock.err.header"})
		}
		at[column] = i
	}
	for _, column := range []string{"date", "working"} {
		if _, ok := at[column]; !ok {
			bad = append(bad, &DayError{Row: 1, Column: column, Key: "clock.err.header"})
		}
	}
	return at, bad
}

func yesNo(s string) (yes, ok bool) {
	switch strings.ToLower(s) {
	case "1", "true", "yes", "y", "是", "班", "上班":
		return true, true
	case "0", "false", "no", "n", "否", "休", "休息":
		return false, true
	}
	return false, false
}
