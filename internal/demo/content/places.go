package content

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// place is an invented spot in a real division: one name for each slot of the kernels.
type place struct {
	div      Division
	names    map[string]string
	lon, lat float64
}

// newPlace invents a spot in d with names that are all different, within about three kilometres of its centre.
func (w *writer) newPlace(r *rand.Rand, d Division) place {
	used := map[int]bool{}
	stem := func() string {
		for {
			if i := r.IntN(len(w.stems)); !used[i] {
				used[i] = true
				return w.stems[i]
			}
		}
	}
	road := func() string { return stem() + pick(r, w.words["roadkind"]) }
	local := stem()
	p := place{div: d, names: map[string]string{
		"路": road(), "路2": road(), "社区": local + "社区", "小区": stem() + pick(r, w.words["compound"]),
		"村": stem() + "村", "村2": stem() + "村", "镇": stem() + pick(r, []string{"镇", "镇", "乡"}),
		"校": stem() + pick(r, []string{"小学", "小学", "中学", "学校"}), "河": joined(stem(), pick(r, w.words["river"])),
		"市场": local + "农贸市场", "公园": stem() + "公园", "站": stem() + "站", "桥": joined(stem(), "桥"),
		"医院": stem() + "医院", "市": strings.TrimSuffix(d.Zh, "市"), "县": d.Zh, "D": d.En,
	}}
	p.lon = round4(d.Lon + (r.Float64()-0.5)*0.06)
	p.lat = round4(d.Lat + (r.Float64()-0.5)*0.05)
	return p
}

// joined adds the kind of thing to a name, unless the name says it already (双桥, not 双桥桥).
func joined(stem, kind string) string { return strings.TrimSuffix(stem, kind) + kind }

func round4(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// spot is where the text says it is: the first name that it uses, with the community or town around it.
func (p place) spot(k kernel, text string) string {
	if k.where == "c" {
		return p.div.Zh
	}
	first := ""
	if _, rest, ok := strings.Cut(text, "{"); ok {
		first, _, _ = strings.Cut(rest, "}")
	}
	switch first {
	case "村", "村2":
		return p.div.Zh + p.names["镇"] + p.names[first]
	case "镇", "社区":
		return p.div.Zh + p.names[first]
	case "路", "路2", "小区", "校", "河", "市场", "公园", "站", "桥", "医院":
		return p.div.Zh + p.names[first] + "（" + p.names["社区"] + "）"
	}
	if k.where == "r" {
		return p.div.Zh + p.names["镇"] + p.names["村"]
	}
	return p.div.Zh + p.names["社区"]
}

// fill replaces each {slot}: a name of the place, a word of extra, or a number between two bounds. Large numbers are round, as people say them.
func (w *writer) fill(r *rand.Rand, p place, text string, extra map[string]string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		slot, after, _ := strings.Cut(rest, "}")
		text = after
		switch name, known := p.names[slot]; {
		case known:
			b.WriteString(name)
		case extra[slot] != "":
			b.WriteString(extra[slot])
		case slot == "入":
			b.WriteString(pick(r, w.phrases["when"]))
		case slot == "刻":
			b.WriteString(pick(r, w.phrases["tokens.time"]))
		case slot == "科":
			b.WriteString(pick(r, w.phrases["section"]))
		default:
			b.WriteString(number(r, slot))
		}
	}
}

// number draws from "low-high", both included; what is not a range stays visible in braces, where a test finds it.
func number(r *rand.Rand, slot string) string {
	a, b, ok := strings.Cut(slot, "-")
	lo, err1 := strconv.Atoi(a)
	hi, err2 := strconv.Atoi(b)
	if !ok || err1 != nil || err2 != nil || hi < lo {
		return "{" + slot + "}"
	}
	n := lo + r.IntN(hi-lo+1)
	switch {
	case hi >= 2000:
		n -= n % 100
	case hi >= 100:
		n -= n % 10
	}
	return strconv.Itoa(max(lo, n))
}
