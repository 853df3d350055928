package e2e

import (
	"strings"
	"testing"

	"xieshang/internal/platform/browsertest"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// TestATemplateIsChosen: with script a choice fills the field at once, after what was typed; the next choice takes the place of the last unless a hand changed
// it, no choice takes it away again, and the page comes back with the choice in its address.
func TestATemplateIsChosen(t *testing.T) {
	w := newWorld(t)
	var ids []uuid.UUID
	for i, text := range []string{"您提出的“{标题}”收悉。", "请按{编号}办理。"} {
		kept, err := w.App.Suggestions.KeepTemplate(w.System(), suggestion.Template{Owner: w.Committee, Action: suggestion.ReviewReturn, Name: i18n.Name{ZH: "模板" + string(rune('甲'+i))}, Text: text, Position: i + 1})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, kept.ID)
	}
	r, err := w.App.Suggestions.Raise(w.System(), suggestion.RaiseInput{Title: "枫溪路的路灯坏了", Body: "枫溪路从桥头到学校四百米没有一盏灯，孩子放学要摸黑走。", Committee: w.Committee, Division: w.Division, PublicWish: true, Name: "李阿姨"})
	if err != nil {
		t.Fatal(err)
	}
	first, second := "您提出的“枫溪路的路灯坏了”收悉。", "请按"+r.Number+"办理。"
	p := w.as(t, look{"360", browsertest.View{Width: 360, Height: 740, Lang: "zh-CN"}, true}, "reviewer")
	p.at("/desk/suggestions/" + r.Number)
	p.Click("#do-review-return > summary")
	field, choice := "#review-return-reason", "#review-return-template"
	want := func(what, text string) {
		t.Helper()
		if got := strings.ReplaceAll(p.Value(field), "\r\n", "\n"); got != text {
			t.Errorf("%s: %q, want %q", what, got, text)
		}
	}
	p.Fill(field, "先写的话。")
	p.Fill(choice, ids[0].String())
	want("chosen", "先写的话。\n\n"+first)
	p.Fill(choice, ids[1].String())
	want("another", "先写的话。\n\n"+second)
	p.Fill(choice, "")
	want("none", "先写的话。")
	p.Fill(choice, ids[0].String())
	p.Fill(field, first+"再改一处。")
	p.Fill(choice, ids[1].String())
	want("after a change by hand", first+"再改一处。\n\n"+second)
	if !strings.HasSuffix(p.URL(), "?template="+ids[1].String()) {
		t.Errorf("the address is %s", p.URL())
	}
	p.inspect()
	p.Go(p.URL())
	want("from the address", second)
	p.inspect()
	w.want(t, r.Number, suggestion.Raised)
}
