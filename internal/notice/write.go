package notice

import (
	"context"
	"strings"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"

	"github.com/google/uuid"
)

// Sentence says a notice in words; called is how the matter is called in it, its number when empty. Public: it says what the notice holds and nothing else.
func (s *Service) Sentence(ctx context.Context, p *i18n.Printer, n Notice, called string) (string, error) {
	if called == "" {
		called = n.Number
		if n.Kind.OfGatherings() {
			called = p.T("notice.a-gathering")
		}
	}
	name := i18n.Name{}
	if n.Args.Department != uuid.Nil {
		var err error
		if name, err = s.n.Offices.OfficeName(ctx, n.Args.Department); err != nil {
			return "", err
		}
	}
	if name.ZH == "" {
		name = i18n.Name{ZH: s.n.Catalog.Printer(i18n.ZH).T("notice.a-department"), EN: s.n.Catalog.Printer(i18n.EN).T("notice.a-department")}
	}
	text := p.T("notice.text."+n.Text, "number", called, "due", n.Args.Due, "other", n.Args.Other, "department", name)
	if called != n.Number && p.Lang() == i18n.ZH { // the spaces stand around a number, not around a title in quotation marks
		text = strings.NewReplacer(" “", "“", "” ", "”").Replace(text)
	}
	return text, nil
}

// writer puts notices into the words of a mail.
type writer struct {
	s      *Service
	p      *i18n.Printer
	titles map[uuid.UUID]string
	stop   string
}

// linesMost bounds the mail of a day; what is over is counted and waits inside the site.
const linesMost = 60

func (w writer) one(ctx context.Context, n Notice) (subject, text string, err error) {
	sentence, err := w.s.Sentence(ctx, w.p, n, "")
	if err != nil {
		return "", "", err
	}
	lines := []string{w.p.T("notice.mail.hello"), "", sentence, ""}
	if title := w.titles[n.Subject]; title != "" {
		lines = append(lines, w.p.T(about(n), "title", title))
	}
	lines = append(lines, w.p.T("notice.mail.open", "url", w.s.n.URL+"/notices/"+n.ID.String()))
	number := n.Number
	if n.Kind.OfGatherings() {
		number = w.p.Date(n.Args.Due)
	}
	return w.p.T("notice.mail.subject", "number", number, "what", w.p.T("notice.kind."+string(n.Kind))), w.close(lines), nil
}

// about is the key of the line that names what the notice is about.
func about(n Notice) string {
	if n.Kind.OfGatherings() {
		return "notice.mail.gathering"
	}
	return "notice.mail.matter"
}

func (w writer) day(ctx context.Context, day clock.Date, list []Notice) (subject, text string, err error) {
	lines := []string{w.p.T("notice.mail.hello"), "", w.p.N("notice.mail.day.lead", len(list)), ""}
	for i, n := range list {
		if i == linesMost {
			lines = append(lines, w.p.N("notice.mail.day.more", len(list)-i), "")
			break
		}
		if i == 0 || list[i-1].Kind != n.Kind {
			lines = append(lines, w.p.T("notice.mail.day.kind", "kind", w.p.T("notice.kind."+string(n.Kind))))
		}
		sentence, err := w.s.Sentence(ctx, w.p, n, "")
		if err != nil {
			return "", "", err
		}
		lines = append(lines, "· "+sentence)
		if title := w.titles[n.Subject]; title != "" {
			lines = append(lines, "  "+w.p.T(about(n), "title", title))
		}
		lines = append(lines, "  "+w.s.n.URL+"/notices/"+n.ID.String(), "")
	}
	lines = append(lines, w.p.T("notice.mail.all", "url", w.s.n.URL+"/notices"))
	return w.p.N("notice.mail.day.subject", len(list), "day", day), w.close(lines), nil
}

func (w writer) close(lines []string) string {
	lines = append(lines, "", "--", w.p.T("notice.mail.foot"), w.p.T("notice.mail.stop", "url", w.stop), w.p.T("notice.mail.choose", "url", w.s.n.URL+"/account/notices"), "")
	return strings.Join(lines, "\n")
}
