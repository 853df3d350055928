package e2e

import (
	"testing"

	"xieshang/internal/platform/browsertest"
	"xieshang/internal/suggestion"
)

// TestAResidentWithoutScript raises a message on a small screen with script turned off: a refused form keeps every word, a photo goes with the form,
// the message waits in the guard queue instead of the proof of work, and staff let it in.
func TestAResidentWithoutScript(t *testing.T) {
	w := newWorld(t)
	l := look{"360 without script", browsertest.View{Width: 360, Height: 740, Lang: "zh-CN", NoScript: true}, true}
	p := w.stranger(t, l)
	p.at("/suggestions/new")
	p.Fill("#title", "桥")
	p.Fill("#body", "桥头东侧的护栏断了一截，下面是河，孩子常在这里玩，很危险。")
	p.Fill("#phone", "不是电话")
	p.Click("#raise button[data-kind=primary]")
	p.Wait("#title[aria-invalid]")
	p.inspect()
	for field, want := range map[string]string{"#title": "桥", "#body": "桥头东侧的护栏断了一截，下面是河，孩子常在这里玩，很危险。", "#phone": "不是电话"} {
		if got := p.Value(field); got != want {
			t.Errorf("%s came back as %q", field, got)
		}
	}
	for _, field := range []string{"#title", "#division", "#phone"} {
		if p.Count(field+"[aria-invalid]") == 0 || p.Count(`.error-summary a[href="`+field+`"]`) == 0 {
			t.Errorf("%s does not say what to do", field)
		}
	}
	p.Fill("#title", "桥头的护栏断了一截")
	p.Fill("#division", w.Division.String())
	p.Fill("#phone", "")
	p.Upload("#upload", photo(t, "护栏.jpg", 300))
	p.Click("#raise button[data-kind=primary]")
	p.Wait("#code")
	p.inspect()
	mine, number := codeForm.FindString(p.Text("main")), numberForm.FindString(p.Text("main"))
	c := w.want(t, number, suggestion.Raised)
	if c.Queued != suggestion.NoWork || len(c.Files) != 1 {
		t.Errorf("queued %q with %d photos, want %q with one", c.Queued, len(c.Files), suggestion.NoWork)
	}
	p.at("/track")
	p.Fill("#code", mine)
	p.Click("#track button")
	p.WaitText("桥头的护栏断了一截")
	p.inspect()
	staff := w.as(t, look{view: browsertest.View{Width: 1440, Height: 900}}, "reviewer")
	staff.at("/desk/list?queue=guard")
	staff.Click(`a[href="/desk/suggestions/` + number + `"]`)
	staff.do("review-accept", [2]string{"public", press})
	w.want(t, number, suggestion.Accepted)
}
