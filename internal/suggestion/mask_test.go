package suggestion_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

func TestMask(t *testing.T) {
	code, err := suggestion.NewCode(strings.NewReader(strings.Repeat("some chance 123", 4)))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"请打13812345678找我":            "请打138******78找我",
		"请打138 1234 5678找我":          "请打138********78找我",
		"电话：138-1234-5678。":          "电话：138********78。",
		"电话138·1234·5678":            "电话138********78",
		"１３８１２３４５６７８":                "１３８******７８",
		"+86 138—1234—5678":          "+86************78",
		"0731-84567890转2":            "073********90转2",
		"（0731）84567890":             "（073********90",
		"座机073184567890":             "座机073*******90",
		"身份证430102199001011234":      "身份证430*************34",
		"４３０１０２１９９００１０１１２３Ｘ":         "４３０*************３Ｘ",
		"老证430102900101123":          "老证430**********23",
		"卡号6222 0212 3456 7890 123":  "卡号622******************23",
		"我的查询码是" + code + "，请查":      "我的查询码是*******************，请查",
		"编号430100-2026-000123":       "编号430100-2026-000123",
		"2026年3月2日10时，12345热线，340户":  "2026年3月2日10时，12345热线，340户",
		"投资1200000000元，面积0.12345678": "投资1200000000元，面积0.12345678",
	} {
		got, hidden := suggestion.Mask(text)
		if got != want || hidden != (want != text) {
			t.Errorf("%s\n got %s %v\nwant %s", text, got, hidden, want)
		}
	}
}

// TestPublicTextIsMasked: wherever people type, the public reads no telephone number, and staff read what was written where they need it.
func TestPublicTextIsMasked(t *testing.T) {
	const number = "13812345678"
	Each(t, func(t *testing.T, w *World) {
		in := w.Input()
		in.Title, in.Body, in.Place = "枫溪路装电梯请找"+number, "六层没有电梯，老人上下楼十分不便，请打"+number+"。", "枫溪路12号院 "+number
		in.Files = []suggestion.File{{Name: number + ".jpg", Type: "image/jpeg", Blob: "b", Thumb: "t"}}
		r, err := w.S.Raise(As(w.Member), in)
		if err != nil {
			t.Fatal(err)
		}
		w.Do(w.Reviewer, r.Number, suggestion.ReviewAccept, suggestion.ActInput{Public: Yes(), Reason: "来电" + number + "核实"})
		w.Do(w.Editor, r.Number, suggestion.Amend, suggestion.ActInput{Reason: "补写" + number, Body: "六层没有电梯，老人上下楼十分不便，电话" + number + "。"})
		w.Dispatch(r.Number)
		w.Do(w.HousingClerk, r.Number, suggestion.Acknowledge, suggestion.ActInput{})
		w.Do(w.HousingClerk, r.Number, suggestion.WriteAnswer, suggestion.ActInput{Text: "已列入计划，联系人" + number + "。", Class: "A"})
		w.Do(w.HousingHead, r.Number, suggestion.SignOff, suggestion.ActInput{})
		w.Do(w.Reviewer, r.Number, suggestion.AcceptAnswer, suggestion.ActInput{})
		w.Do(w.Member, r.Number, suggestion.Rate, suggestion.ActInput{Rating: suggestion.NotSatisfied, Reason: "没人接" + number})
		w.Do(w.Editor, r.Number, suggestion.Unpublish, suggestion.ActInput{Reason: "含有他人姓名"})
		w.Do(w.Editor, r.Number, suggestion.Publish, suggestion.ActInput{})
		c, err := w.S.Get(Nobody(), r.Number)
		if err != nil {
			t.Fatal(err)
		}
		texts := []string{c.Title, c.Body, c.Place}
		for _, s := range c.Timeline {
			texts = append(texts, s.Reason, s.Body)
		}
		for _, x := range c.Tasks {
			texts = append(texts, x.Answer)
		}
		for _, f := range c.Files {
			texts = append(texts, f.Name)
		}
		all := strings.Join(texts, "\n")
		if strings.Contains(all, number) {
			t.Errorf("the public reads the number in:\n%s", all)
		}
		if strings.Contains(all, "含有他人姓名") {
			t.Error("why a matter was taken out of public view can be read once it is back")
		}
		for _, part := range []string{"核实", "补写", "联系人", "没人接"} {
			if !strings.Contains(all, part) {
				t.Errorf("%s is gone altogether:\n%s", part, all)
			}
		}
		staff, err := w.S.Get(As(w.Reviewer), r.Number)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, s := range staff.Timeline {
			found = found || strings.Contains(s.Reason, "核实") && strings.Contains(s.Reason, number)
		}
		if !found {
			t.Error("staff do not read what was written")
		}
	})
}

func BenchmarkMask(b *testing.B) {
	text := strings.Repeat("经2026年3月2日现场查看，枫溪路12号院3栋符合加装条件，已列入2026-03计划，投资1200000元。", 20)
	for b.Loop() {
		suggestion.Mask(text)
	}
}

func FuzzMask(f *testing.F) {
	for _, s := range []string{"请打13812345678", "（0731）84567890", "\xff13812345678", "１３８１２３４５６７８", "4301021990010112345678901234567890"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, hidden := suggestion.Mask(s)
		if hidden != (got != s) {
			t.Errorf("%q: hidden %v, %q", s, hidden, got)
		}
		if utf8.RuneCountInString(got) != utf8.RuneCountInString(s) {
			t.Errorf("%q became %q", s, got)
		}
	})
}
