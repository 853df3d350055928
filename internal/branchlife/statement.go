package branchlife

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/letter"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Statement is the letter that tells a member's home branch what the member took part in; for the secretary of the members' branch and who guides it. It is in Chinese: it is a document. It states facts of
// the members' branch only; what was held together with the home branch is said to be so. Errors: those of Dual, Forbidden, Invalid.
func (s *Service) Statement(ctx context.Context, person uuid.UUID, from, last clock.Date, number string) (letter.Letter, error) {
	var l letter.Letter
	d, err := s.Dual(ctx, person, from, last)
	if err != nil {
		return l, err
	}
	st, err := s.stand(ctx)
	if err != nil {
		return l, err
	}
	branch := st.issues(d)
	if branch == nil {
		return l, refusal(st.actor)
	}
	number = strings.TrimSpace(number)
	switch n := utf8.RuneCountInString(number); {
	case n == 0 || n > maxName:
		return l, problem.On("number", "branchlife.err.number")
	case len(d.Home) == 0:
		return l, problem.On("number", "branchlife.err.no-relation")
	}
	home := st.snap.OrganisationName(d.Home[len(d.Home)-1]).ZH
	if home == "" {
		return l, problem.On("number", "branchlife.err.no-relation")
	}
	l = letter.Letter{Kind: letter.Statement, Issuer: branch.Name.ZH, Number: number, Title: "关于" + d.Name + "同志参加组织生活情况的证明", To: home, Signature: branch.Name.ZH, DateText: i18n.Day(i18n.ZH, s.today())}
	span := i18n.Day(i18n.ZH, from) + "至" + i18n.Day(i18n.ZH, last)
	joint := 0
	for _, x := range d.InMembers {
		if x.Joint {
			joint++
		}
	}
	text := fmt.Sprintf("%s同志编入我支部参加履职和组织生活。%s，该同志参加我支部组织生活和活动%d次", d.Name, span, len(d.InMembers))
	if joint > 0 {
		text += fmt.Sprintf("，其中与贵支部联合开展%d次", joint)
	}
	text += fmt.Sprintf("；请假%d次，缺席%d次。", d.Leave, d.Missed)
	l.Paragraphs = []letter.Paragraph{{Text: text}}
	for _, x := range d.InMembers {
		note := x.Title
		if x.MadeUp {
			note += "（补课）"
		}
		if x.Joint {
			note += "（联合开展）"
		}
		l.Table = append(l.Table, letter.Row{Label: i18n.Day(i18n.ZH, x.Day), Value: note})
	}
	l.Closing = "该同志的组织关系在贵支部，表决、交纳党费、组织处理等事项由贵支部负责。特此证明。"
	return l, nil
}

// issues finds the members' branch for which the caller may state what somebody took part in.
func (st *caller) issues(d *Dual) *directory.Organisation {
	for i := len(d.Members) - 1; i >= 0; i-- {
		if o := st.snap.Organisation(d.Members[i]); o != nil {
			if sight := st.sight(o); sight.Runs || sight.Guides {
				return o
			}
		}
	}
	return nil
}

// Issues tells whether the caller may print a statement for this person.
func (s *Service) Issues(ctx context.Context, d *Dual) (bool, error) {
	st, err := s.stand(ctx)
	if err != nil {
		return false, err
	}
	return st.issues(d) != nil && d.Person != uuid.Nil, nil
}
