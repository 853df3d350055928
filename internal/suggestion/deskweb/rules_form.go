package deskweb

import (
	"net/url"
	"strconv"
	"strings"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/suggestion"
)

// unitSuffix makes the name of a term's unit from that of its number.
const unitSuffix = "_unit"

// spareClasses are the empty rows for further classes; who needs more keeps the page once.
const spareClasses = 2

// terms are the deadlines by the name of their input.
func terms(r *suggestion.Rules) []struct {
	name string
	term *clock.Term
} {
	return []struct {
		name string
		term *clock.Term
	}{{"review_term", &r.ReviewTerm}, {"answer_term", &r.AnswerTerm}, {"second_term", &r.SecondTerm}, {"joint_term", &r.JointTerm}, {"return_term", &r.ReturnTerm}, {"rate_term", &r.RateTerm},
		{"meeting_term", &r.MeetingTerm}, {"reopen_term", &r.ReopenTerm}}
}

// units are what a term counts, as clock.Term writes them: working days, days, months.
func units() []string { return []string{"w", "d", "m"} }

// meanings are what a class does to a matter.
func meanings() []string { return []string{"", "settled", "promise"} }

func meaningKey(m string) string {
	if m == "" {
		return "neither"
	}
	return m
}

// rulesValues are rules as the form has them.
func rulesValues(rules suggestion.Rules) url.Values {
	form := url.Values{"channel": {string(rules.Channel)}, "letter_prefix": {rules.LetterPrefix}, "remind_before": {strconv.Itoa(rules.RemindBefore)},
		"urge_after": {strconv.Itoa(rules.UrgeAfter)}, "rate_remind": {strconv.Itoa(rules.RateRemind)}}
	if rules.ReviewAnswers {
		form.Set("review_answers", "1")
	}
	for _, t := range terms(&rules) {
		if text := t.term.String(); text != "" {
			form.Set(t.name, text[:len(text)-1])
			form.Set(t.name+unitSuffix, text[len(text)-1:])
		}
	}
	for _, c := range rules.Classes {
		m := ""
		switch {
		case c.Settled:
			m = "settled"
		case c.Promise:
			m = "promise"
		}
		for name, value := range map[string]string{"class_code": c.Code, "class_zh": c.Name.ZH, "class_en": c.Name.EN, "class_means": m} {
			form.Add(name, value)
		}
	}
	return form
}

// classesOf reads the rows of classes: code, Chinese, English, meaning. Where they may be changed some empty rows follow.
func classesOf(form url.Values, spare bool) [][4]string {
	at := func(name string, i int) string {
		if v := form[name]; i < len(v) {
			return strings.TrimSpace(v[i])
		}
		return ""
	}
	var out [][4]string
	for i := range max(len(form["class_code"]), len(form["class_zh"])) {
		row := [4]string{at("class_code", i), at("class_zh", i), at("class_en", i), at("class_means", i)}
		if row[0] != "" || row[1] != "" || row[2] != "" {
			out = append(out, row)
		}
	}
	if spare {
		out = append(out, make([][4]string, spareClasses)...)
	}
	return out
}

func parseRules(form url.Values) (suggestion.Rules, error) {
	var c problem.Check
	r := suggestion.DefaultRules()
	r.Channel, r.LetterPrefix, r.ReviewAnswers = suggestion.Channel(form.Get("channel")), strings.TrimSpace(form.Get("letter_prefix")), form.Get("review_answers") != ""
	for _, t := range terms(&r) {
		term, err := clock.ParseTerm(strings.TrimSpace(form.Get(t.name)) + form.Get(t.name+unitSuffix))
		if err != nil {
			c.Add(t.name, "desk.err.term")
			continue
		}
		*t.term = term
	}
	for name, to := range map[string]*int{"remind_before": &r.RemindBefore, "urge_after": &r.UrgeAfter, "rate_remind": &r.RateRemind} {
		n, err := strconv.Atoi(strings.TrimSpace(form.Get(name)))
		if err != nil {
			c.Add(name, "suggestion.err.days")
			continue
		}
		*to = n
	}
	r.Classes = nil
	for _, row := range classesOf(form, false) {
		if row[3] != "" && row[3] != "settled" && row[3] != "promise" {
			c.Add("classes", "suggestion.err.classes")
		}
		r.Classes = append(r.Classes, suggestion.Class{Code: row[0], Name: i18n.Name{ZH: row[1], EN: row[2]}, Settled: row[3] == "settled", Promise: row[3] == "promise"})
	}
	return r, c.Err()
}
