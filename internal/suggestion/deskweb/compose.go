package deskweb

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/letter"
	"xieshang/internal/platform/problem"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// numbered is the form of an official letter's number: 协转办〔2026〕12号.
var numbered = regexp.MustCompile(`^\S+〔[12]\d{3}〕[1-9]\d*号$`)

func chinese(d clock.Date) string { return fmt.Sprintf("%d年%d月%d日", d.Year, int(d.Month), d.Day) }

// composer writes the letters about one matter.
type composer struct {
	snap  *directory.Snapshot
	c     *suggestion.Case
	actor authz.Actor
	site  string
}

func (h *Pages) compose(r *http.Request, snap *directory.Snapshot, c *suggestion.Case, kind string) (letter.Letter, error) {
	w := composer{snap, c, authz.From(r.Context()), h.site(r)}
	var l letter.Letter
	var ok bool
	switch kind {
	case "referral":
		l, ok = w.referral()
	case "supervision":
		l, ok = w.supervision()
	case "answer":
		l, ok = w.answer(r.URL.Query().Get("department"))
	}
	if !ok {
		return l, problem.New(problem.NotFound, "problem.not-found")
	}
	if c.Public { // the code leads to the public page
		l.QR = w.site + "/suggestions/" + c.Number
	}
	w.number(&l)
	return l, nil
}

func (w composer) name(u uuid.UUID) string { return w.snap.OrganisationName(u).In(i18n.ZH) }

func (w composer) fromCommittee(k letter.Kind, s *suggestion.Step) letter.Letter {
	office := w.name(w.c.Committee) + "办公室"
	return letter.Letter{Kind: k, Issuer: office, Signature: office, Number: s.Details.Letter, DateText: chinese(clock.DateOf(s.At)), Closing: "特此函告。"}
}

// referral hands a matter to an office or to a team of departments.
func (w composer) referral() (letter.Letter, bool) {
	s := referral(w.c)
	if s == nil {
		return letter.Letter{}, false
	}
	l := w.fromCommittee(letter.Referral, s)
	l.Title = "关于转办“" + w.c.Title + "”的函"
	l.To = w.name(s.Details.Office)
	l.Table = []letter.Row{{Label: "事项编号", Value: w.c.Number}, {Label: "标题", Value: w.c.Title}}
	var to []string
	for _, t := range s.Details.Team {
		to = append(to, w.name(t.Department))
		l.Table = append(l.Table, letter.Row{Label: partName(t.Part), Value: w.name(t.Department)})
	}
	if l.To == "" {
		l.To = strings.Join(to, "、")
	}
	if !s.Details.Due.IsZero() {
		l.Table = append(l.Table, letter.Row{Label: "办理期限", Value: chinese(s.Details.Due)})
	}
	l.Paragraphs = []letter.Paragraph{{Text: "现将“" + w.c.Title + "”转交你单位办理。请在签收后认真研究，按期办理，并将经负责人签发的答复通过协商云报送我办。"}, {Level: 1, Text: "事项内容"}}
	l.Paragraphs = append(l.Paragraphs, paragraphs(w.c.Body)...)
	l.Paragraphs = append(l.Paragraphs, letter.Paragraph{Text: "如认为不属于你单位职责，请在规定期限内说明理由申请退回，不得自行转送其他单位。"})
	return l, true
}

// supervision presses whoever had the matter when it was written: later dispatches do not change what was sent.
func (w composer) supervision() (letter.Letter, bool) {
	s := last(w.c, suggestion.Supervise)
	if s == nil {
		return letter.Letter{}, false
	}
	l := w.fromCommittee(letter.Supervision, s)
	var due clock.Date
	for _, x := range w.c.Timeline {
		if x.Seq > s.Seq {
			break
		}
		switch x.Action {
		case suggestion.ReferOffice:
			l.To, due = w.name(x.Details.Office), clock.Date{}
		case suggestion.Dispatch:
			due = x.Details.Due
			for _, t := range x.Details.Team {
				if t.Part.Answers() {
					l.To = w.name(t.Department)
					break
				}
			}
		case suggestion.GrantTime:
			due = x.Details.Due
		}
	}
	if l.To == "" {
		return l, false
	}
	l.Title = "关于督办“" + w.c.Title + "”的函"
	l.Paragraphs = append([]letter.Paragraph{{Text: "你单位承办的“" + w.c.Title + "”（编号" + w.c.Number + "）尚未办结。"}}, paragraphs(s.Reason)...)
	l.Paragraphs = append(l.Paragraphs, letter.Paragraph{Text: "请抓紧办理，并将进展情况及时报送我办。"})
	if !due.IsZero() {
		l.Table = []letter.Row{{Label: "办理期限", Value: chinese(due)}}
	}
	return l, true
}

// answer is a department's signed answer; without a department the only or latest one that the reader may read.
func (w composer) answer(department string) (letter.Letter, bool) {
	for _, t := range signed(w.c, w.actor) {
		if department != "" && t.Department.String() != department {
			continue
		}
		office := w.name(t.Department)
		l := letter.Letter{Kind: letter.Answer, Issuer: office, Signature: office, Number: t.AnswerNumber, DateText: chinese(clock.DateOf(t.SignedAt)), To: w.name(w.c.Committee) + "办公室"}
		l.Title = "关于“" + w.c.Title + "”的答复"
		l.Paragraphs = paragraphs(t.Answer)
		l.Table = []letter.Row{{Label: "事项编号", Value: w.c.Number}, {Label: "办理类别", Value: t.Class}}
		if !t.Promised.IsZero() {
			l.Table = append(l.Table, letter.Row{Label: "承诺完成日期", Value: chinese(t.Promised)})
		}
		return l, true
	}
	return letter.Letter{}, false
}

// number sees to it that the letter has one of the official form. What came otherwise (an import, or none at all) is printed below, and the letter
// carries the platform's registration: year and serial of the matter, which never change.
func (w composer) number(l *letter.Letter) {
	if numbered.MatchString(l.Number) {
		return
	}
	if l.Number != "" {
		l.Table = append(l.Table, letter.Row{Label: "原文号", Value: l.Number})
	} else {
		l.Table = append(l.Table, letter.Row{Label: "文号", Value: "未编文号，以上为平台登记号"})
	}
	serial := 1
	if parts := strings.Split(w.c.Number, "-"); len(parts) > 1 {
		if n, err := strconv.Atoi(parts[len(parts)-1]); err == nil && n > 0 {
			serial = n
		}
	}
	l.Number = letter.Number("协登", clock.DateOf(w.c.RaisedAt).Year, serial)
}

func partName(p suggestion.Part) string {
	switch p {
	case suggestion.Lead:
		return "主办单位"
	case suggestion.Joint:
		return "会办单位"
	case suggestion.Assisting:
		return "协办单位"
	}
	return "分办单位"
}

func paragraphs(text string) []letter.Paragraph {
	var out []letter.Paragraph
	for _, p := range strings.Split(text, "\n") {
		if strings.TrimSpace(p) != "" {
			out = append(out, letter.Paragraph{Text: p})
		}
	}
	return out
}

func (h *Pages) site(r *http.Request) string {
	if h.URL != "" {
		return h.URL
	}
	return "http://" + r.Host
}
