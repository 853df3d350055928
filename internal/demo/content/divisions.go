package content

import (
	"fmt"
	"strconv"
	"strings"
)

// Level is the level of a committee and of the division it belongs to.
type Level int

// The three levels of the model province.
const (
	Province Level = iota + 1
	City
	County
)

// Division is an administrative division as it stands today.
type Division struct {
	Code   string // GB/T 2260, six digits
	Parent string // code of the division above, empty for the province
	Zh     string // full Chinese name
	En     string // pinyin with the kind in English, e.g. "Yuelu District"
	Level  Level
	Lon    float64 // degrees east, the middle of its largest outline, about a kilometre exact
	Lat    float64 // degrees north
}

// Divisions returns the province, its 14 prefecture-level divisions and its 122 counties and districts, by code.
func Divisions() []Division {
	rows := table("divisions.tsv", 6)
	out := make([]Division, 0, len(rows))
	for _, r := range rows {
		lon, err1 := strconv.ParseFloat(r[4], 64)
		lat, err2 := strconv.ParseFloat(r[5], 64)
		if err1 != nil || err2 != nil {
			panic(fmt.Sprintf("content: centre of division %s is not a number", r[0]))
		}
		d := Division{Code: r[0], Parent: r[1], Zh: r[2], En: r[3], Level: County, Lon: lon, Lat: lat}
		switch {
		case strings.HasSuffix(d.Code, "0000"):
			d.Level = Province
		case strings.HasSuffix(d.Code, "00"):
			d.Level = City
		}
		out = append(out, d)
	}
	return out
}

// Urban reports whether the division is a city district, where the stream puts no village matters.
func (d Division) Urban() bool {
	return d.Level == County && strings.HasSuffix(d.Zh, "区")
}

// unit is the word that stands before a department's name: 省, 市, 州, 县 or 区.
func (d Division) unit() string {
	switch {
	case d.Level == Province:
		return "省"
	case strings.HasSuffix(d.Zh, "州"):
		return "州"
	case strings.HasSuffix(d.Zh, "区"):
		return "区"
	case strings.HasSuffix(d.Zh, "县"):
		return "县"
	}
	return "市"
}

// Committee is the name of a division's consultative committee.
type Committee struct {
	Division string // code
	Zh, En   string
	Short    string // Chinese, for narrow columns: 芙蓉区政协
}

// Committees returns the 137 committees in the order of Divisions.
func Committees() []Committee {
	divs := Divisions()
	byCode := make(map[string]Division, len(divs))
	for _, d := range divs {
		byCode[d.Code] = d
	}
	out := make([]Committee, 0, len(divs))
	for _, d := range divs {
		zh, en := d.Zh, d.En
		if d.Urban() {
			p := byCode[d.Parent]
			zh, en = p.Zh+d.Zh, d.En+", "+p.En
		}
		out = append(out, Committee{Division: d.Code, Zh: "政协" + zh + "委员会", En: "CPPCC Committee of " + en, Short: d.Zh + "政协"})
	}
	return out
}
