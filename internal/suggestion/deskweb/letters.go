package deskweb

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/letter"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"
)

// letters lists what can be printed: the letter of referral once it was dispatched, each letter of supervision's latest, the answer once it is signed.
func letters(words suggestionview.Words, c *suggestion.Case) []ui.Link {
	var out []ui.Link
	add := func(kind string) {
		for _, f := range []string{"docx", "pdf"} {
			out = append(out, ui.Link{Label: words.P.T("desk.letter."+kind) + " · " + strings.ToUpper(f), Href: href(c.Suggestion) + "/letters/" + kind + "/" + f})
		}
	}
	if s := last(c, suggestion.Dispatch, suggestion.ReferOffice); s != nil && s.Details.Letter != "" {
		add("referral")
	}
	if last(c, suggestion.Supervise) != nil {
		add("supervision")
	}
	if signed(c) != nil {
		add("answer")
	}
	return out
}

func last(c *suggestion.Case, actions ...any) *suggestion.Step {
	for i := len(c.Timeline) - 1; i >= 0; i-- {
		for _, a := range actions {
			if a == any(c.Timeline[i].Action) {
				return &c.Timeline[i]
			}
		}
	}
	return nil
}

func signed(c *suggestion.Case) *suggestion.Task {
	for i := len(c.Tasks) - 1; i >= 0; i-- {
		if t := &c.Tasks[i]; t.Part.Answers() && !t.SignedAt.IsZero() && t.Answer != "" {
			return t
		}
	}
	return nil
}

// letter prints an official letter. Letters are in Chinese whatever the reader's language is: they are documents, not pages.
func (h *Pages) letter(w http.ResponseWriter, r *http.Request) error {
	c, err := h.Service.Get(r.Context(), r.PathValue("number"))
	if err != nil {
		return err
	}
	if c.Level < suggestion.PartyLevel {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	words, err := h.words(r)
	if err != nil {
		return err
	}
	l, err := h.compose(r, words.Snap, c, r.PathValue("kind"))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	var kind string
	switch r.PathValue("format") {
	case "docx":
		kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		err = letter.DOCX(&b, l)
	case "pdf":
		kind = "application/pdf"
		err = letter.PDF(&b, l, h.Font)
	default:
		return problem.New(problem.NotFound, "problem.not-found")
	}
	if err != nil {
		return fmt.Errorf("print letter: %w", err)
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": l.Title + "." + r.PathValue("format")}))
	if _, err := w.Write(b.Bytes()); err != nil {
		return nil // the reader left
	}
	return nil
}

func chinese(d clock.Date) string { return fmt.Sprintf("%d年%d月%d日", d.Year, int(d.Month), d.Day) }

func (h *Pages) compose(r *http.Request, snap *directory.Snapshot, c *suggestion.Case, kind string) (letter.Letter, error) {
	name := func(id [16]byte) string { return snap.OrganisationName(id).In(i18n.ZH) }
	committee := name(c.Committee)
	l := letter.Letter{Issuer: committee + "办公室", Signature: committee + "办公室", QR: h.site(r) + "/suggestions/" + c.Number}
	none := problem.New(problem.NotFound, "problem.not-found")
	switch kind {
	case "referral":
		s := last(c, suggestion.Dispatch, suggestion.ReferOffice)
		if s == nil || s.Details.Letter == "" { // dispatched directly: there is no letter
			return l, none
		}
		l.Kind, l.Number, l.DateText = letter.Referral, s.Details.Letter, chinese(clock.DateOf(s.At))
		l.Title = "关于转办“" + c.Title + "”的函"
		l.To = name(s.Details.Office)
		rows := []letter.Row{{Label: "事项编号", Value: c.Number}, {Label: "标题", Value: c.Title}}
		for _, t := range s.Details.Team {
			if l.To == "" {
				l.To = name(t.Department)
			}
			rows = append(rows, letter.Row{Label: map[suggestion.Part]string{suggestion.Lead: "主办单位", suggestion.Joint: "会办单位", suggestion.Assisting: "协办单位", suggestion.Separate: "分办单位"}[t.Part], Value: name(t.Department)})
		}
		if !s.Details.Due.IsZero() {
			rows = append(rows, letter.Row{Label: "办理期限", Value: chinese(s.Details.Due)})
		}
		l.Paragraphs = []letter.Paragraph{{Text: "现将“" + c.Title + "”转交你单位办理。请在签收后认真研究，按期办理，并将经负责人签发的答复通过协商云报送我办。"}, {Level: 1, Text: "事项内容"}}
		for _, p := range strings.Split(c.Body, "\n") {
			if strings.TrimSpace(p) != "" {
				l.Paragraphs = append(l.Paragraphs, letter.Paragraph{Text: p})
			}
		}
		l.Paragraphs = append(l.Paragraphs, letter.Paragraph{Text: "如认为不属于你单位职责，请在规定期限内说明理由申请退回，不得自行转送其他单位。"})
		l.Table, l.Closing = rows, "特此函告。"
	case "supervision":
		s := last(c, suggestion.Supervise)
		if s == nil || c.Lead == [16]byte{} {
			return l, none
		}
		l.Kind, l.Number, l.DateText, l.To = letter.Supervision, s.Details.Letter, chinese(clock.DateOf(s.At)), name(c.Lead)
		l.Title = "关于督办“" + c.Title + "”的函"
		l.Paragraphs = []letter.Paragraph{{Text: "你单位承办的“" + c.Title + "”（编号" + c.Number + "）尚未办结。" + s.Reason}, {Text: "请抓紧办理，并将进展情况及时报送我办。"}}
		if !c.Due.IsZero() {
			l.Table = []letter.Row{{Label: "办理期限", Value: chinese(c.Due)}}
		}
		l.Closing = "特此函告。"
	case "answer":
		t := signed(c)
		if t == nil {
			return l, none
		}
		l.Kind, l.Issuer, l.Signature, l.Number, l.DateText, l.To = letter.Answer, name(t.Department), name(t.Department), t.AnswerNumber, chinese(clock.DateOf(t.SignedAt)), committee+"办公室"
		l.Title = "关于“" + c.Title + "”的答复"
		for _, p := range strings.Split(t.Answer, "\n") {
			if strings.TrimSpace(p) != "" {
				l.Paragraphs = append(l.Paragraphs, letter.Paragraph{Text: p})
			}
		}
		l.Table = []letter.Row{{Label: "事项编号", Value: c.Number}, {Label: "办理类别", Value: t.Class}}
		if !t.Promised.IsZero() {
			l.Table = append(l.Table, letter.Row{Label: "承诺完成日期", Value: chinese(t.Promised)})
		}
	default:
		return l, none
	}
	if !numbered.MatchString(l.Number) { // typed in another form, or not at all: the letter needs one of the official form
		if l.Number != "" {
			l.Table = append(l.Table, letter.Row{Label: "原文号", Value: l.Number})
		}
		l.Number = letter.Number(map[letter.Kind]string{letter.Referral: "转办", letter.Supervision: "督办", letter.Answer: "答复"}[l.Kind], c.RaisedAt.Year(), c.Steps)
	}
	return l, nil
}

var numbered = regexp.MustCompile(`^.+〔\d{4}〕\d+号$`)

func (h *Pages) site(r *http.Request) string {
	if h.URL != "" {
		return h.URL
	}
	return "http://" + r.Host
}
