package suggestion

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
)

// Channel is the way in which a committee hands matters to departments.
type Channel string

// The channels: directly, through a supervision office (督查室), by a numbered letter (转办函).
const (
	Direct   Channel = "direct"
	ByOffice Channel = "office"
	ByLetter Channel = "letter"
)

// Class is one handling class (办理类别) of a committee's scheme.
type Class struct {
	Code    string    `json:"code"`
	Name    i18n.Name `json:"name"`
	Settled bool      `json:"settled"` // counts as settled
	Promise bool      `json:"promise"` // needs a promised date and stays on the list of promises
}

// Rules are what differs from committee to committee, as data. Terms count from the day of dispatch unless said otherwise.
type Rules struct {
	Channel       Channel    `json:"channel"`
	ReviewAnswers bool       `json:"review_answers"` // staff look at a signed answer before it counts as a reply
	ReviewTerm    clock.Term `json:"review_term"`    // from raising to acceptance
	AnswerTerm    clock.Term `json:"answer_term"`    // first handling
	SecondTerm    clock.Term `json:"second_term"`    // second handling
	JointTerm     clock.Term `json:"joint_term"`     // opinions of joint and assisting departments
	ReturnTerm    clock.Term `json:"return_term"`    // asking to return
	RateTerm      clock.Term `json:"rate_term"`      // from the reply; after that it is closed as not rated
	MeetingTerm   clock.Term `json:"meeting_term"`   // from the second 'not satisfied'
	ReopenTerm    clock.Term `json:"reopen_term"`    // from closing
	RemindBefore  int        `json:"remind_before"`  // days before the date
	UrgeAfter     int        `json:"urge_after"`     // days after the date
	RateRemind    int        `json:"rate_remind"`    // days before the time for rating ends
	Classes       []Class    `json:"classes"`
	LetterPrefix  string     `json:"letter_prefix"` // 发文字号's first part, e.g. 协转办
}

// DefaultRules are used by a committee that has recorded none: answer in three months, again in one, ten working days to ask for return.
func DefaultRules() Rules {
	return Rules{Channel: Direct, ReviewAnswers: true, ReviewTerm: clock.Term{Working: 5}, AnswerTerm: clock.Term{Months: 3}, SecondTerm: clock.Term{Months: 1},
		JointTerm: clock.Term{Months: 1}, ReturnTerm: clock.Term{Working: 10}, RateTerm: clock.Term{Days: 30}, MeetingTerm: clock.Term{Working: 15},
		ReopenTerm: clock.Term{Days: 90}, RemindBefore: 7, UrgeAfter: 1, RateRemind: 7, LetterPrefix: "协转办",
		Classes: []Class{
			{Code: "A", Name: i18n.Name{ZH: "已经解决或采纳", EN: "Settled or adopted"}, Settled: true},
			{Code: "B", Name: i18n.Name{ZH: "已列入计划", EN: "Planned, with a promised date"}, Promise: true},
			{Code: "C", Name: i18n.Name{ZH: "因条件限制暂不能解决", EN: "Cannot be done for now"}},
			{Code: "D", Name: i18n.Name{ZH: "留作参考", EN: "Kept for reference"}},
		}}
}

// ClassOf finds a class by its code.
func (r Rules) ClassOf(code string) (Class, bool) {
	i := slices.IndexFunc(r.Classes, func(c Class) bool { return c.Code == code })
	if i < 0 {
		return Class{}, false
	}
	return r.Classes[i], true
}

// daysMost bounds the days of reminding before a date and urging after it.
const daysMost = 90

// classCode is what an answer's class may be called: short, and safe in an address.
var classCode = regexp.MustCompile(`^[A-Za-z0-9]{1,20}$`)

func (r Rules) check() error {
	var c problem.Check
	if r.Channel != Direct && r.Channel != ByOffice && r.Channel != ByLetter {
		c.Add("channel", "suggestion.err.channel")
	}
	for name, t := range map[string]clock.Term{"review_term": r.ReviewTerm, "answer_term": r.AnswerTerm, "second_term": r.SecondTerm, "joint_term": r.JointTerm, "return_term": r.ReturnTerm,
		"rate_term": r.RateTerm, "meeting_term": r.MeetingTerm, "reopen_term": r.ReopenTerm} {
		if t.Check() != nil {
			c.Add(name, "suggestion.err.term")
		}
	}
	if p := r.LetterPrefix; p == "" || strings.ContainsAny(p, " \t\r\n〔〕") || utf8.RuneCountInString(p) > 20 {
		c.Add("letter_prefix", "suggestion.err.prefix")
	}
	settled := false
	seen := map[string]bool{}
	for _, cl := range r.Classes {
		if !classCode.MatchString(cl.Code) || cl.Name.ZH == "" || seen[cl.Code] || (cl.Settled && cl.Promise) {
			c.Add("classes", "suggestion.err.classes")
		}
		seen[cl.Code] = true
		settled = settled || cl.Settled
	}
	if !settled {
		c.Add("classes", "suggestion.err.no-settled-class")
	}
	if r.RemindBefore < 0 || r.RemindBefore > daysMost {
		c.Add("remind_before", "suggestion.err.days")
	}
	if r.RateRemind < 0 || r.RateRemind > daysMost {
		c.Add("rate_remind", "suggestion.err.days")
	}
	if r.UrgeAfter < 0 || r.UrgeAfter > daysMost {
		c.Add("urge_after", "suggestion.err.days")
	}
	return c.Err()
}

func parseRules(text string) (Rules, error) {
	r := DefaultRules()
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return r, fmt.Errorf("read rules: %w", err)
	}
	return r, nil
}
