package content

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"unicode/utf8"
)

// answers writes what a department, its author and staff may say about m later.
func (w *writer) answers(r *rand.Rand, k kernel, p place, m *Matter) {
	months := 2 + r.IntN(9)
	short := strings.TrimPrefix(m.Place, p.div.Zh)
	if short == "" {
		short = p.div.Zh
	}
	extra := map[string]string{"所": short, "题": "“" + m.Title + "”", "月": strconv.Itoa(months)}
	say := func(s string) string { return w.fill(r, p, s, extra) }
	extra["事"], extra["做"] = say(k.found), say(k.done)
	one := func(section string) string { return say(pick(r, w.phrases[section])) }

	switch n := r.IntN(100); {
	case n < 66, settledAtOnce(k.field):
		m.Class = "A"
	case n < 90:
		m.Class, m.PromisedDays = "B", months*30
	default:
		m.Class = "C"
	}
	contact := "联系单位：" + w.departments[p.div.Code][m.Department] + one("section") + "，电话：0000-" + strconv.Itoa(1000+r.IntN(9000)) + "（演示号码）"
	parts := []string{one("ans.open"), one("ans.find"), one("ans." + strings.ToLower(m.Class)), one("ans.tail"), contact}
	if more := one("ans.more"); runes(parts)+utf8.RuneCountInString(more) < 390 && r.IntN(3) > 0 {
		parts = append(parts[:3:3], append([]string{more}, parts[3:]...)...)
	}
	if runes(parts)+len(parts) > 400 {
		parts = append(parts[:3:3], contact)
	}
	m.Answer = strings.Join(parts, "。") + "。"

	switch n := r.IntN(100); {
	case n < 22: // not rated
	case n < 70 && m.Class == "A", n < 45:
		m.Rating, m.RatingReason = "satisfied", one("rate.ok")
	case n < 88:
		m.Rating, m.RatingReason = "basically", one("rate.basic")
	default:
		m.Rating, m.RatingReason = "not", one("rate.not")
	}
	m.Unsatisfied = one("unsat")
	m.SecondAnswer = one("second.open") + "。" + one("second.do") + "。" + one("second.tail") + "。" + contact + "。"
	m.ContactKind = pick(r, []string{"phone", "visit", "meeting", "phone", "visit"})
	m.Contact = one("contact."+m.ContactKind) + "。"
	m.ReviewReturn, m.AskReturn, m.MoreTime = one("return"), one("askreturn"), one("moretime")
}

// reword swaps everyday words for others that mean the same, each word in about half of the texts.
func (w *writer) reword(r *rand.Rand, s string) string {
	var pairs []string
	for _, l := range w.phrases["same"] {
		alts := strings.Fields(l)
		if n := r.IntN(len(alts)); n > 0 {
			pairs = append(pairs, alts[0], alts[n])
		}
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// settledAtOnce tells the fields where a department acts or does not: nobody plans an arrest or unpaid wages for next spring.
func settledAtOnce(field string) bool {
	switch field {
	case "labour.wage", "safety.fraud", "safety.food", "commerce.consumer", "environment.solid":
		return true
	}
	return false
}
