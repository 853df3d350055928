package suggestion_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"

	"github.com/google/uuid"
)

func reasonTemplate(w *World) suggestion.Template {
	return suggestion.Template{ID: w.NewID(), Owner: w.Committee, Action: suggestion.ReviewReturn, Name: i18n.Name{ZH: "缺具体位置", EN: "No place"}, Text: "“{标题}”（{编号}）请补充具体位置。", Position: 1}
}

func answerTemplate(w *World) suggestion.Template {
	return suggestion.Template{ID: w.NewID(), Owner: w.Housing, Action: suggestion.WriteAnswer, Name: i18n.Name{ZH: "已办结"}, Text: "您{提出日期}提出的“{标题}”收悉，{单位}已办理完毕。", Class: "A", Position: 2}
}

// TestTemplatesBelongToTheirPlace: who works there reads them, editors and heads keep them, nobody else knows of them.
func TestTemplatesBelongToTheirPlace(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		for name, x := range map[string]struct {
			t             suggestion.Template
			keeps, reads  []authz.Actor
			refuses, none []authz.Actor
		}{
			"committee": {reasonTemplate(w), []authz.Actor{w.Editor, w.Admin}, []authz.Actor{w.Reviewer, w.Dispatcher, w.Leader}, []authz.Actor{w.Reviewer, w.Dispatcher, w.Leader},
				[]authz.Actor{w.Member, w.HousingHead, w.HousingClerk, w.CountyReviewer, w.ProvinceReviewer}},
			"department": {answerTemplate(w), []authz.Actor{w.HousingHead, w.Admin}, []authz.Actor{w.HousingClerk}, []authz.Actor{w.HousingClerk},
				[]authz.Actor{w.Member, w.Editor, w.Reviewer, w.TrafficHead, w.TrafficClerk}},
		} {
			for _, a := range append(x.refuses, x.none...) {
				if _, err := w.S.KeepTemplate(As(a), x.t); !problem.Is(err, problem.Forbidden) {
					t.Errorf("%s: %s makes one: %v", name, a.Name, err)
				}
			}
			kept, err := w.S.KeepTemplate(As(x.keeps[0]), x.t)
			if err != nil || kept.Revision != 1 {
				t.Fatalf("%s: %v, revision %d", name, err, kept.Revision)
			}
			for _, a := range x.refuses {
				if _, err := w.S.KeepTemplate(As(a), kept); !problem.Is(err, problem.Forbidden) {
					t.Errorf("%s: %s changes one: %v", name, a.Name, err)
				}
				if _, err := w.S.RetireTemplate(As(a), kept.ID, true); !problem.Is(err, problem.Forbidden) {
					t.Errorf("%s: %s retires one: %v", name, a.Name, err)
				}
				if _, err := w.S.RetireTemplate(As(a), kept.ID, false); !problem.Is(err, problem.Forbidden) {
					t.Errorf("%s: %s puts one back: %v", name, a.Name, err)
				}
			}
			for _, a := range x.none {
				_, err := w.S.Template(As(a), kept.ID)
				_, err2 := w.S.RetireTemplate(As(a), kept.ID, true)
				_, err3 := w.S.KeepTemplate(As(a), kept)
				if !problem.Is(err, problem.NotFound) || !problem.Is(err2, problem.NotFound) || !problem.Is(err3, problem.NotFound) {
					t.Errorf("%s: %s learns of it: %v, %v, %v", name, a.Name, err, err2, err3)
				}
				if _, err := w.S.Templates(As(a), kept.Owner); !problem.Is(err, problem.Forbidden) {
					t.Errorf("%s: %s lists them: %v", name, a.Name, err)
				}
				if list, err := w.S.UsableTemplates(As(a)); err != nil || has(list, kept.ID) {
					t.Errorf("%s: %s may use it: %v", name, a.Name, err)
				}
			}
			for _, a := range append(x.keeps, x.reads...) {
				list, err := w.S.Templates(As(a), kept.Owner)
				if err != nil || len(list) != 1 || list[0].Text != x.t.Text || list[0].Name != x.t.Name || list[0].Class != x.t.Class {
					t.Errorf("%s: %s reads %+v, %v", name, a.Name, list, err)
				}
			}
		}
		// A head cannot carry a template over to another place, nor turn it to another action.
		x := answerTemplate(w)
		kept, err := w.S.KeepTemplate(As(w.HousingHead), x)
		if err != nil {
			t.Fatal(err)
		}
		kept.Owner, kept.Action = w.Traffic, suggestion.Opinion
		if kept, err = w.S.KeepTemplate(As(w.HousingHead), kept); err != nil || kept.Owner != w.Housing || kept.Action != suggestion.WriteAnswer {
			t.Errorf("it went to %s, %s: %v", kept.Owner, kept.Action, err)
		}
		for what, err := range map[string]error{
			"keep": drop(w.S.KeepTemplate(Nobody(), reasonTemplate(w))), "one": drop(w.S.Template(Nobody(), kept.ID)), "list": drop(w.S.Templates(Nobody(), w.Committee)),
			"usable": drop(w.S.UsableTemplates(Nobody())), "retire": drop(w.S.RetireTemplate(Nobody(), kept.ID, true))} {
			if !problem.Is(err, problem.SignIn) {
				t.Errorf("nobody, %s: %v", what, err)
			}
		}
		token := w.Editor
		token.Scopes = []authz.Scope{authz.ReadScope}
		if _, err := w.S.KeepTemplate(As(token), reasonTemplate(w)); !problem.Is(err, problem.Forbidden) {
			t.Errorf("a token that may only read: %v", err)
		}
	})
}

func drop[T any](_ T, err error) error { return err }

func has(list []suggestion.Template, u uuid.UUID) bool {
	for _, t := range list {
		if t.ID == u {
			return true
		}
	}
	return false
}

// TestTemplatesAreRefusedByField: each bad value is answered with its field.
func TestTemplatesAreRefusedByField(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		for _, c := range []struct {
			field  string
			change func(*suggestion.Template)
		}{
			{"owner", func(x *suggestion.Template) { x.Owner = w.NewID() }}, {"owner", func(x *suggestion.Template) { x.Owner = uuid.Nil }},
			{"action", func(x *suggestion.Template) { x.Action = "" }}, {"action", func(x *suggestion.Template) { x.Action = suggestion.Acknowledge }},
			{"action", func(x *suggestion.Template) { x.Action = suggestion.WriteAnswer }}, {"action", func(x *suggestion.Template) { x.Action = suggestion.Rate }},
			{"action", func(x *suggestion.Template) { x.Action = suggestion.Redate }},
			{"name_zh", func(x *suggestion.Template) { x.Name.ZH = " " }}, {"name_zh", func(x *suggestion.Template) { x.Name.ZH = strings.Repeat("名", 31) }},
			{"name_zh", func(x *suggestion.Template) { x.Name.ZH = "两\n行" }}, {"name_en", func(x *suggestion.Template) { x.Name.EN = strings.Repeat("n", 61) }},
			{"name_en", func(x *suggestion.Template) { x.Name.EN = "a\xffb" }},
			{"text", func(x *suggestion.Template) { x.Text = "" }}, {"text", func(x *suggestion.Template) { x.Text = strings.Repeat("长", 1801) }}, {"text", func(x *suggestion.Template) { x.Text = "a\x00b" }},
			{"text", func(x *suggestion.Template) { x.Text = "请{姓名}补充" }}, {"text", func(x *suggestion.Template) { x.Text = "{}" }}, {"text", func(x *suggestion.Template) { x.Text = "｛电话｝" }},
			{"class", func(x *suggestion.Template) { x.Class = "A" }},
			{"position", func(x *suggestion.Template) { x.Position = 0 }}, {"position", func(x *suggestion.Template) { x.Position = 1000 }},
		} {
			x := reasonTemplate(w)
			c.change(&x)
			_, err := w.S.KeepTemplate(As(w.Admin), x)
			p, ok := problem.Of(err)
			if !ok || p.Kind != problem.Invalid || len(p.Fields) == 0 || p.Fields[0].Name != c.field {
				t.Errorf("want %s refused: %v", c.field, err)
			}
		}
		if list, err := w.S.Templates(As(w.Editor), w.Committee); err != nil || len(list) != 0 {
			t.Errorf("a refused one was kept: %d, %v", len(list), err)
		}
		x := answerTemplate(w)
		x.Class = "甲"
		if _, err := w.S.KeepTemplate(As(w.HousingHead), x); !problem.Is(err, problem.Invalid) {
			t.Errorf("a class that cannot be one: %v", err)
		}
		for i := range suggestion.TemplatesMax {
			x := reasonTemplate(w)
			if _, err := w.S.KeepTemplate(As(w.Editor), x); err != nil {
				t.Fatalf("%d: %v", i, err)
			}
		}
		if _, err := w.S.KeepTemplate(As(w.Editor), reasonTemplate(w)); !problem.Is(err, problem.Conflict) {
			t.Errorf("one too many: %v", err)
		}
	})
}

// TestTemplatesAreRetiredNotDeleted: what changed or went out of use stays in the record, and a form that is old or sent twice changes nothing.
func TestTemplatesAreRetiredNotDeleted(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		first := reasonTemplate(w)
		one, err := w.S.KeepTemplate(As(w.Editor), first)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.S.KeepTemplate(As(w.Editor), first)
		if err != nil || again.Revision != 1 {
			t.Errorf("the same form again: revision %d, %v", again.Revision, err)
		}
		two := one
		two.Text = "请补充{期限}前的情况。"
		if two, err = w.S.KeepTemplate(As(w.Editor), two); err != nil || two.Revision != 2 {
			t.Fatalf("%d, %v", two.Revision, err)
		}
		one.Text = "旧页面"
		if _, err := w.S.KeepTemplate(As(w.Editor), one); !problem.Is(err, problem.Conflict) {
			t.Errorf("an old page: %v", err)
		}
		missing := reasonTemplate(w)
		missing.Revision = 4
		if _, err := w.S.KeepTemplate(As(w.Editor), missing); !problem.Is(err, problem.NotFound) {
			t.Errorf("a change of what never was: %v", err)
		}
		if _, err := w.S.RetireTemplate(As(w.Editor), two.ID, true); err != nil {
			t.Fatal(err)
		}
		if list, err := w.S.UsableTemplates(As(w.Reviewer)); err != nil || len(list) != 0 {
			t.Errorf("a retired one is offered: %v, %v", list, err)
		}
		if list, err := w.S.Templates(As(w.Reviewer), w.Committee); err != nil || len(list) != 1 || !list[0].Retired {
			t.Errorf("a retired one is gone: %v, %v", list, err)
		}
		back, err := w.S.RetireTemplate(As(w.Editor), two.ID, false)
		if err != nil || back.Revision != 4 || back.Text != two.Text {
			t.Errorf("put back: %+v, %v", back, err)
		}
		gate, won := make(chan struct{}), make([]error, 6)
		var wg sync.WaitGroup
		for i := range won {
			wg.Go(func() {
				mine := back
				mine.Position = 10 + i
				<-gate
				_, won[i] = w.S.KeepTemplate(As(w.Editor), mine)
			})
		}
		close(gate)
		wg.Wait()
		n := 0
		for _, err := range won {
			if err == nil {
				n++
			} else if !problem.Is(err, problem.Conflict) {
				t.Error(err)
			}
		}
		if n != 1 {
			t.Errorf("%d of %d hands at once won", n, len(won))
		}
	})
}

// TestTemplatesOfACase: offered are those of the owning committee and of the departments that have a part, filled in with the facts of the matter.
func TestTemplatesOfACase(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		both := authz.Actor{Account: w.NewID(), Grants: append(w.HousingHead.Grants, w.TrafficHead.Grants...)}
		other := answerTemplate(w)
		other.Owner = w.Traffic
		for _, x := range []suggestion.Template{answerTemplate(w), other} {
			if _, err := w.S.KeepTemplate(As(both), x); err != nil {
				t.Fatal(err)
			}
		}
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		w.Dispatch(ref)
		facts := func(a context.Context) suggestion.Facts {
			c, err := w.S.Get(a, ref)
			if err != nil {
				t.Fatal(err)
			}
			f, err := w.S.Facts(a, c)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		all, err := w.S.UsableTemplates(As(both))
		if err != nil || len(all) != 2 {
			t.Fatal(len(all), err)
		}
		c, err := w.S.Get(As(both), ref)
		if err != nil {
			t.Fatal(err)
		}
		if mine := suggestion.ForCase(all, c); len(mine) != 1 || mine[0].Owner != w.Housing {
			t.Errorf("offered: %+v", mine)
		}
		f := facts(As(w.HousingClerk))
		if f.Department.ZH != "市住房和城乡建设局" || f.Raised != clock.Of(2026, 3, 2) || f.Number != ref || f.Due.IsZero() {
			t.Errorf("%+v", f)
		}
		if s := facts(As(w.Dispatcher)); s.Department != f.Department {
			t.Errorf("for staff: %+v", s)
		}
	})
}

func TestFill(t *testing.T) {
	f := suggestion.Facts{Title: "{编号}路灯", Number: "430100-2026-000001", Department: i18n.Name{ZH: "市住建局", EN: "Housing"}, Raised: clock.Of(2026, 3, 4)}
	for text, want := range map[string]string{
		"{标题}/{ title }": "{编号}路灯/{编号}路灯", "｛编号｝": "430100-2026-000001", "{单位}，{department}": "市住建局，Housing", "{提出日期} {raised}": "2026年3月4日 4 March 2026",
		"{期限}前": "{期限}前", "{自己的话} { 开": "{自己的话} { 开", "{TITLE}": "{编号}路灯", "{标题\n}": "{标题\n}",
	} {
		if got := suggestion.Fill(text, f); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := suggestion.Unfilled("请于{ 期限 }前，{自己的话}"); got != "{ 期限 }" {
		t.Errorf("unfilled: %q", got)
	}
	if suggestion.Unfilled("{自己的话}") != "" || suggestion.UnknownPlaceholder("{标题}{due}") != "" {
		t.Error("own words are taken for a placeholder, or a placeholder for own words")
	}
}

// TestTemplateActions: exactly the actions that take a text or a reason from the people of a place.
func TestTemplateActions(t *testing.T) {
	for k, want := range map[directory.Kind]map[string]bool{
		directory.Committee:  {"review-return": true, "refuse-return": true, "reject-answer": true, "explain": true, "unpublish": true, "dispatch": true, "answer": false, "acknowledge": false, "rate": false, "look": false, "withdraw": false, "import": false},
		directory.Department: {"answer": true, "opinion": true, "ask-return": true, "send-back": true, "sign-off": false, "review-return": false, "dispatch": false},
		directory.Office:     {"dispatch": true, "answer": true, "review-return": false},
		"":                   {"answer": false, "review-return": false},
	} {
		got := map[string]bool{}
		for _, a := range suggestion.TemplateActions(k) {
			got[string(a)] = true
			if in := suggestion.TemplateInput(a); in != "text" && in != "reason" {
				t.Errorf("%s fills %q", a, in)
			}
		}
		for a, yes := range want {
			if got[a] != yes {
				t.Errorf("%q keeps templates for %s: %v", k, a, got[a])
			}
		}
	}
}
