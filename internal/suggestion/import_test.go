package suggestion_test

import (
	"strings"
	"testing"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

func TestImportKeepsDatesAndRunsTwice(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		at := time.Date(2021, 5, 6, 1, 2, 3, 0, time.UTC)
		rows := []suggestion.ImportRow{
			{SourceID: "1", Title: "同样的文字", Body: "枫溪路的路灯坏了三个月，电话13812345678。", At: at, Support: 7},
			{SourceID: "2", Title: "同样的文字", Body: "枫溪路的路灯坏了三个月，电话13812345678。", At: at},
			{SourceID: "3", Title: "有答复的", Body: "河边的护栏断了，很危险，请尽快修好。", At: at, Reply: "护栏已于上周修复。", ReplyAt: at.Add(48 * time.Hour)},
		}
		rule := As(authz.System())
		for run, want := range []suggestion.ImportResult{{New: 3}, {Known: 3}} {
			got, err := w.S.Import(rule, w.Committee, "旧平台", rows, nil)
			if err != nil || got != want {
				t.Fatalf("run %d: %+v, %v; want %+v", run+1, got, err, want)
			}
		}
		page, err := w.S.List(Nobody(), suggestion.Filter{Total: true})
		if err != nil || page.Total != 3 {
			t.Fatalf("%d public matters: %v", page.Total, err)
		}
		c, err := w.S.Get(Nobody(), "430100-2021-000001")
		if err != nil {
			t.Fatal(err)
		}
		if !c.RaisedAt.Equal(at) || c.SupportTotal() != 7 || c.Kind != suggestion.Message || !c.Due.IsZero() || strings.Contains(c.Body, "13812345678") {
			t.Errorf("%+v", c.Suggestion)
		}
		c, err = w.S.Get(Nobody(), "430100-2021-000003")
		if err != nil || c.State != suggestion.Replied || len(c.Tasks) != 1 || c.Tasks[0].Answer != "护栏已于上周修复。" || !c.RepliedAt.Equal(at.Add(48*time.Hour)) {
			t.Errorf("%v %+v", err, c)
		}
		if n, _ := w.Jobs.RunDue(t.Context()); n != 0 {
			t.Errorf("an import made %d jobs", n)
		}
		w.Dispatch("430100-2021-000001") // an imported matter is worked on like any other
		if c, err = w.S.Get(Nobody(), "430100-2021-000001"); err != nil || c.Kind != suggestion.SuggestionKind {
			t.Errorf("%v", err)
		}
		w.Clock.Set(time.Date(2021, 8, 1, 1, 0, 0, 0, time.UTC))
		if r := w.Raise(w.Member); r.Number != "430100-2021-000004" {
			t.Errorf("the next number is %s", r.Number)
		}
	})
}

func TestImportRefusesAndLeavesNothing(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		at := time.Date(2021, 5, 6, 1, 2, 3, 0, time.UTC)
		good := suggestion.ImportRow{SourceID: "1", Title: "好的一行", Body: "这一行没有问题。", At: at}
		for field, bad := range map[string]suggestion.ImportRow{
			"id":           {Title: "没有编号", Body: "正文", At: at},
			"subject":      {SourceID: "2", Body: "正文", At: at},
			"body":         {SourceID: "2", Title: "标题", Body: " ", At: at},
			"submitted_at": {SourceID: "2", Title: "标题", Body: "正文"},
			"replied_at":   {SourceID: "2", Title: "标题", Body: "正文", At: at, Reply: "答复", ReplyAt: at.Add(-time.Hour)},
		} {
			_, err := w.S.Import(As(authz.System()), w.Committee, "旧平台", []suggestion.ImportRow{good, bad}, nil)
			refused(t, w, err, problem.Invalid, field)
			if !strings.Contains(err.Error(), "row 2") {
				t.Errorf("%s: the error does not name the row: %v", field, err)
			}
		}
		page, err := w.S.List(Nobody(), suggestion.Filter{Total: true})
		if err != nil || page.Total != 0 {
			t.Errorf("%d matters remain of refused imports: %v", page.Total, err)
		}
		if _, err := w.S.Import(As(w.Reviewer), w.Committee, "旧平台", []suggestion.ImportRow{good}, nil); !problem.Is(err, problem.Forbidden) {
			t.Errorf("a reviewer imported: %v", err)
		}
	})
}
