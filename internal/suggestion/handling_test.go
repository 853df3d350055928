package suggestion_test

import (
	"strings"
	"testing"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

type (
	act  = suggestion.ActInput
	team = []suggestion.TeamPart
)

func refused(t *testing.T, w *World, err error, kind problem.Kind, field string) {
	t.Helper()
	p, ok := problem.Of(err)
	if !ok || p.Kind != kind {
		t.Fatalf("got %v, want a refusal of kind %d", err, kind)
	}
	if field != "" && (len(p.Fields) == 0 || p.Fields[0].Name != field) {
		t.Fatalf("got %v, want a refusal of %s", err, field)
	}
}

func TestJointOpinionsComeBeforeTheLead(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		c := w.Do(w.Dispatcher, ref, suggestion.Dispatch, act{Team: team{{Department: w.Housing, Part: suggestion.Lead}, {Department: w.Traffic, Part: suggestion.Joint}, {Department: w.Water, Part: suggestion.Assisting}}})
		due := map[suggestion.Part]clock.Date{}
		for _, task := range c.Tasks {
			due[task.Part] = task.Due
		}
		if !due[suggestion.Joint].Before(due[suggestion.Lead]) || c.Due != due[suggestion.Lead] {
			t.Errorf("due dates %v, the matter's %s", due, c.Due)
		}
		c = w.Do(w.TrafficClerk, ref, suggestion.Acknowledge, act{})
		if c.State != suggestion.Dispatched {
			t.Errorf("a joint department's receipt moved the matter to %s", c.State)
		}
		if _, err := w.S.Act(As(w.TrafficClerk), ref, suggestion.WriteAnswer, act{Text: "我们来答", Class: "A"}); !problem.Is(err, problem.Forbidden) {
			t.Errorf("a joint department answered: %v", err)
		}
		w.Do(w.TrafficClerk, ref, suggestion.Opinion, act{Text: "道路一侧可停放施工车辆。"})
		w.Do(w.WaterClerk, ref, suggestion.Opinion, act{Text: "管线避让无困难。"})
		c = w.AnswerNow(ref)
		if c.State != suggestion.Replied {
			t.Errorf("state %s", c.State)
		}
		pub, err := w.S.Get(Nobody(), ref)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range pub.Timeline {
			if s.Action == suggestion.Opinion {
				t.Error("the public reads an opinion between departments")
			}
		}
		for _, task := range pub.Tasks {
			if !task.Part.Answers() && task.Answer != "" {
				t.Error("the public reads a joint department's opinion")
			}
		}
	})
}

func TestSeparateAnswersAllCount(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		w.Do(w.Dispatcher, ref, suggestion.Dispatch, act{Team: team{{Department: w.Housing, Part: suggestion.Separate}, {Department: w.Traffic, Part: suggestion.Separate}}})
		c := w.AnswerNow(ref)
		if c.State != suggestion.InHand {
			t.Fatalf("one of two answers made it %s", c.State)
		}
		w.Do(w.TrafficClerk, ref, suggestion.Acknowledge, act{})
		w.Do(w.TrafficClerk, ref, suggestion.WriteAnswer, act{Text: "公交站台下月改造。", Class: "B", Promised: clock.Of(2026, 6, 1)})
		w.Do(w.TrafficHead, ref, suggestion.SignOff, act{})
		c = w.Do(w.Reviewer, ref, suggestion.AcceptAnswer, act{})
		if c.State != suggestion.Replied || c.Class != "A" {
			t.Errorf("%s, class %s", c.State, c.Class)
		}
	})
}

func TestReturnIsAskedInTimeAndDecidedByTheDispatcher(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		c := w.Dispatch(ref)
		if got := c.Tasks[0].ReturnUntil.String(); got != "2026-03-16" {
			t.Errorf("return may be asked until %s", got)
		}
		w.Do(w.HousingClerk, ref, suggestion.AskReturn, act{Reason: "属于交通部门职责"})
		before := c.Due
		c = w.Do(w.Dispatcher, ref, suggestion.RefuseReturn, act{Reason: "电梯归你单位主管"})
		if c.State != suggestion.InHand || c.Due != before {
			t.Errorf("after refusal: %s, due %s, was %s", c.State, c.Due, before)
		}
		w.Do(w.HousingClerk, ref, suggestion.AskReturn, act{Reason: "补充理由"})
		c = w.Do(w.Dispatcher, ref, suggestion.AgreeReturn, act{})
		if c.State != suggestion.Accepted || len(c.Current()) != 1 || c.Current()[0].State != suggestion.TaskReturned {
			t.Fatalf("after agreement: %s", c.State)
		}
		w.Clock.Advance(5 * 24 * time.Hour)
		c = w.Do(w.Dispatcher, ref, suggestion.Dispatch, act{Team: team{{Department: w.Traffic, Part: suggestion.Lead}}})
		if got := c.Due.String(); got != "2026-06-07" {
			t.Errorf("the new clock ends %s", got)
		}
		w.Clock.Advance(30 * 24 * time.Hour)
		_, err := w.S.Act(As(w.TrafficClerk), ref, suggestion.AskReturn, act{Reason: "太晚了"})
		refused(t, w, err, problem.Conflict, "")
		if _, err := w.S.Get(As(w.HousingClerk), ref); err != nil {
			t.Errorf("who gave it back cannot read it any more: %v", err)
		}
	})
}

func TestMoreTimeIsAskedOnce(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		c := w.Dispatch(ref)
		w.Do(w.HousingClerk, ref, suggestion.Acknowledge, act{})
		_, err := w.S.Act(As(w.HousingClerk), ref, suggestion.AskTime, act{Reason: "需要勘察", Until: c.Due.AddDays(-1)})
		refused(t, w, err, problem.Invalid, "until")
		w.Do(w.HousingClerk, ref, suggestion.AskTime, act{Reason: "需要勘察", Until: c.Due.AddDays(20)})
		granted := w.Do(w.Dispatcher, ref, suggestion.GrantTime, act{})
		if granted.Due != c.Due.AddDays(20) {
			t.Errorf("due %s", granted.Due)
		}
		_, err = w.S.Act(As(w.HousingClerk), ref, suggestion.AskTime, act{Reason: "再要", Until: c.Due.AddDays(40)})
		refused(t, w, err, problem.Conflict, "")
	})
}

func TestOfficeAndLetterChannels(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		c := w.Do(w.Dispatcher, ref, suggestion.ReferOffice, act{Office: w.Office})
		if last := c.Timeline[len(c.Timeline)-1]; last.Details.Letter != "协转办〔2026〕1号" {
			t.Errorf("letter %q", last.Details.Letter)
		}
		_, err := w.S.Act(As(w.Dispatcher), ref, suggestion.Dispatch, act{Team: team{{Department: w.Housing, Part: suggestion.Lead}}})
		refused(t, w, err, problem.Conflict, "")
		c = w.Do(w.OfficeClerk, ref, suggestion.Dispatch, act{Team: team{{Department: w.Housing, Part: suggestion.Lead}}})
		if last := c.Timeline[len(c.Timeline)-1]; c.Channel != suggestion.ByOffice || last.Office != w.Office {
			t.Errorf("channel %s, dispatched by %s", c.Channel, last.Office)
		}
		rules := suggestion.DefaultRules()
		rules.Channel = suggestion.ByLetter
		if err := w.S.SetRules(As(w.Editor), w.Committee, rules); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"协转办〔2026〕2号", "协转办〔2026〕3号"} {
			ref := w.Raise(w.Member).Number
			w.Accept(ref)
			c := w.Dispatch(ref)
			if last := c.Timeline[len(c.Timeline)-1]; last.Details.Letter != want {
				t.Errorf("letter %q, want %q", last.Details.Letter, want)
			}
		}
		if err := w.S.SetRules(As(w.Reviewer), w.Committee, rules); !problem.Is(err, problem.Forbidden) {
			t.Errorf("a reviewer changed the rules: %v", err)
		}
	})
}

func TestPassingKeepsNumberAndHistory(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		number := w.Raise(w.Member).Number
		_, err := w.S.Get(As(w.CountyReviewer), number)
		refused(t, w, err, problem.NotFound, "")
		c := w.Do(w.Reviewer, number, suggestion.Pass, act{Committee: w.CountyCommittee, Reason: "属于区级事项"})
		if c.Number != number || c.Committee != w.CountyCommittee || c.State != suggestion.Raised || c.Level != suggestion.PartyLevel {
			t.Fatalf("%+v", c.Suggestion)
		}
		if len(c.Actions) != 0 {
			t.Errorf("the former owner may still %v", c.Actions)
		}
		w.Do(w.CountyReviewer, number, suggestion.Note, act{Text: "区里内部意见"})
		c, err = w.S.Get(As(w.Reviewer), number)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.Timeline {
			if s.Action == suggestion.Note {
				t.Error("the former owner reads the new owner's notes")
			}
		}
		if c, err = w.S.Get(As(w.CountyReviewer), number); err != nil || c.Timeline[0].Action != suggestion.Raise {
			t.Errorf("the new owner does not see the beginning: %v", err)
		}
		if _, err = w.S.Get(As(w.ProvinceReviewer), number); !problem.Is(err, problem.NotFound) {
			t.Errorf("a level above reads what is not public: %v", err)
		}
	})
}

func TestMergedAuthorsAreHeardAndComeBack(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		first := w.Raise(w.Member)
		resident, err := w.S.Raise(Nobody(), w.Input())
		if err != nil {
			t.Fatal(err)
		}
		if c := w.Do(w.Reviewer, resident.Number, suggestion.Merge, act{Into: first.Number}); c.State != suggestion.Merged {
			t.Fatal(c.State)
		}
		ref, author, err := w.S.Track(Nobody(), resident.Code)
		if err != nil || ref != first.ID.String() {
			t.Fatalf("the code leads to %s, want the matter it was merged into: %v", ref, err)
		}
		w.Reply(first.Number)
		me := suggestion.ByCode(Nobody(), author)
		c, err := w.S.Act(me, ref, suggestion.Rate, act{Rating: suggestion.NotSatisfied, Reason: "我家楼栋没有列入"})
		if err != nil || c.State != suggestion.Replied || c.Rating != suggestion.NotRated {
			t.Fatalf("a merged author's rating decided for the other: %v %s", err, c.State)
		}
		c = w.Do(w.Member, first.Number, suggestion.Rate, act{Rating: suggestion.Satisfied})
		if c.State != suggestion.Closed || c.Rating != suggestion.Satisfied {
			t.Errorf("%s %s", c.State, c.Rating)
		}
		c = w.Do(w.Reviewer, resident.Number, suggestion.Unmerge, act{Reason: "不是同一件事"})
		if c.State != suggestion.Raised {
			t.Errorf("after undoing: %s", c.State)
		}
		if ref, _, err = w.S.Track(Nobody(), resident.Code); err != nil || ref != resident.ID.String() {
			t.Errorf("after undoing the code leads to %s: %v", ref, err)
		}
		c, err = w.S.Get(As(w.Reviewer), first.Number)
		if err != nil || c.Suggestion.Authors != 1 {
			t.Errorf("the other matter counts %d authors", c.Suggestion.Authors)
		}
		_, err = w.S.Act(As(w.Reviewer), resident.Number, suggestion.Merge, act{Into: resident.Number})
		refused(t, w, err, problem.Invalid, "into")
	})
}

func TestVisibilityIsApartFromState(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := w.Raise(w.Member).Number
		_, err := w.S.Act(As(w.Reviewer), ref, suggestion.ReviewAccept, act{Public: No()})
		refused(t, w, err, problem.Invalid, "reason")
		w.Do(w.Reviewer, ref, suggestion.ReviewAccept, act{Public: No(), Reason: "涉及个人病情"})
		visible := func() bool {
			_, err := w.S.Get(Nobody(), ref)
			page, err2 := w.S.List(Nobody(), suggestion.Filter{})
			found, err3 := w.S.List(Nobody(), suggestion.Filter{Query: "加装电梯"})
			if err2 != nil || err3 != nil {
				t.Fatal(err2, err3)
			}
			if (err == nil) != (len(page.Items) == 1) || (err == nil) != (len(found.Items) == 1) {
				t.Fatalf("page, list and search disagree: %v, %d, %d", err, len(page.Items), len(found.Items))
			}
			return err == nil
		}
		if visible() {
			t.Fatal("accepted as not public, and public")
		}
		w.Do(w.Editor, ref, suggestion.Publish, act{})
		if !visible() {
			t.Fatal("published, and not public")
		}
		w.Do(w.Editor, ref, suggestion.Unpublish, act{Reason: "当事人要求"})
		if visible() {
			t.Fatal("taken out of public view, and public")
		}
	})
}

func TestNumbersInPublicTextAreMasked(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		in := w.Input()
		in.Body = "我的电话13812345678，身份证430102199001011234，请尽快联系，谢谢各位。"
		r, err := w.S.Raise(As(w.Member), in)
		if err != nil {
			t.Fatal(err)
		}
		w.Accept(r.Number)
		pub, err := w.S.Get(Nobody(), r.Number)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(pub.Body, "13812345678") || strings.Contains(pub.Body, "430102199001011234") || !strings.Contains(pub.Body, "138******78") {
			t.Errorf("public text: %s", pub.Body)
		}
		if pub.Original {
			t.Error("the public is told that there is an original")
		}
		staff, err := w.S.Get(As(w.Reviewer), r.Number)
		if err != nil || !staff.Original || strings.Contains(staff.Body, "13812345678") {
			t.Errorf("staff: %v, the original is offered: %v", err, staff.Original)
		}
		looked, err := w.S.Look(As(w.Reviewer), r.Number)
		if err != nil || len(looked.Originals) != 1 || looked.Originals[0].Body != in.Body {
			t.Errorf("staff do not see the original: %+v, %v", looked, err)
		}
		for name, who := range map[string]authz.Actor{"the author": w.Member, "another member": w.OtherMember, "a department": w.HousingClerk, "another committee": w.CountyReviewer} {
			if _, err := w.S.Look(As(who), r.Number); !problem.Is(err, problem.Forbidden) {
				t.Errorf("%s looked: %v", name, err)
			}
		}
		for _, c := range []struct {
			who  authz.Actor
			want int
		}{{w.Reviewer, 1}, {w.Member, 0}} {
			got, err := w.S.Get(As(c.who), r.Number)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, s := range got.Timeline {
				if s.Action == suggestion.Look {
					n++
				}
			}
			if n != c.want {
				t.Errorf("%s reads of %d looks, want %d", c.who.Name, n, c.want)
			}
		}
		if found, err := w.S.List(As(w.Reviewer), suggestion.Filter{Scope: suggestion.StaffScope, Query: "13812345678"}); err != nil || len(found.Items) != 0 {
			t.Errorf("a masked number can be searched for: %v", err)
		}
	})
}

func TestPromisesStayUntilKept(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		w.Dispatch(ref)
		w.Do(w.HousingClerk, ref, suggestion.Acknowledge, act{})
		_, err := w.S.Act(As(w.HousingClerk), ref, suggestion.WriteAnswer, act{Text: "列入明年计划。", Class: "B"})
		refused(t, w, err, problem.Invalid, "promised")
		w.Do(w.HousingClerk, ref, suggestion.WriteAnswer, act{Text: "列入明年计划。", Class: "B", Promised: clock.Of(2026, 10, 1)})
		w.Do(w.HousingHead, ref, suggestion.SignOff, act{})
		w.Do(w.Reviewer, ref, suggestion.AcceptAnswer, act{})
		w.Do(w.Member, ref, suggestion.Rate, act{Rating: suggestion.Basically})
		list := func() int {
			p, err := w.S.List(As(w.Reviewer), suggestion.Filter{Scope: suggestion.StaffScope, Queue: suggestion.Promises})
			if err != nil {
				t.Fatal(err)
			}
			return len(p.Items)
		}
		if list() != 1 {
			t.Fatal("a closed promise is not on the list")
		}
		w.Do(w.HousingClerk, ref, suggestion.ReportPromise, act{Text: "已经装好两部。"})
		if list() != 1 {
			t.Error("a report took the promise off the list before staff confirmed")
		}
		c := w.Do(w.Reviewer, ref, suggestion.ConfirmPromise, act{Text: "现场看过。"})
		if list() != 0 || c.Class != "A" {
			t.Errorf("after confirmation: %d on the list, class %s", list(), c.Class)
		}
	})
}

func TestWhatStaffWriteInAVersionThatIsOld(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := w.Raise(w.Member).Number
		c, err := w.S.Get(As(w.Reviewer), ref)
		if err != nil {
			t.Fatal(err)
		}
		in := act{Version: c.Version, Public: Yes()}
		w.Do(w.Reviewer, ref, suggestion.ReviewAccept, in)
		after := w.Do(w.Reviewer, ref, suggestion.ReviewAccept, in) // the same click again
		if after.State != suggestion.Accepted || after.Steps != 2 {
			t.Errorf("a second click: %s with %d steps", after.State, after.Steps)
		}
		_, err = w.S.Act(As(w.Editor), ref, suggestion.Unpublish, act{Version: c.Version, Reason: "旧页面"})
		refused(t, w, err, problem.Conflict, "")
	})
}

func TestClosingByRuleIsNotRated(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := w.Raise(w.Member).Number
		c := w.Reply(ref)
		if c.Due.IsZero() {
			t.Fatal("no time for rating")
		}
		rule := As(Rule())
		_, err := w.S.Act(rule, ref, suggestion.Close, act{})
		refused(t, w, err, problem.Conflict, "")
		w.Clock.Set(c.Due.AddDays(1).Start().Add(time.Hour))
		if c, err = w.S.Act(rule, ref, suggestion.Close, act{}); err != nil || c.State != suggestion.Closed || c.Rating != suggestion.NotRated {
			t.Errorf("%v %s %q", err, c.State, c.Rating)
		}
		w.Clock.Advance(10 * 24 * time.Hour)
		if c = w.Do(w.Member, ref, suggestion.Reopen, act{Reason: "又坏了"}); c.State != suggestion.Reopened {
			t.Error(c.State)
		}
	})
}

func TestRaiseRefusesPerField(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		in := w.Input()
		in.Title, in.Body, in.Phone, in.Division, in.Lon = "短", "", "电话", w.Housing, 500
		_, err := w.S.Raise(Nobody(), in)
		p, ok := problem.Of(err)
		if !ok {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, f := range p.Fields {
			got[f.Name] = true
		}
		for _, name := range []string{"title", "body", "phone", "division", "place"} {
			if !got[name] {
				t.Errorf("%s was taken", name)
			}
		}
		in = w.Input()
		in.ForOther = true
		if _, err := w.S.Raise(As(w.Member), in); !problem.Is(err, problem.Forbidden) {
			t.Errorf("a member entered a matter for somebody else: %v", err)
		}
		r, err := w.S.Raise(As(w.Reviewer), in)
		if err != nil || r.Code == "" {
			t.Errorf("staff enter for a resident: %+v %v", r, err)
		}
		if wf.State(r.State) != suggestion.Raised {
			t.Error(r.State)
		}
	})
}

// TestTelephoneSlips: a mobile number with digits left out is caught while somebody can still mend it; a lost code is found again by this number only.
func TestTelephoneSlips(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		for phone, good := range map[string]bool{"13812345678": true, "138 1234 5678": true, "+86 13812345678": true, "1381234567": false, "1381234": false, "138123456789": false,
			"0731-85551234": true, "85551234": true, "12": false, "没有": false} {
			err := w.S.CheckRaise(t.Context(), suggestion.RaiseInput{Title: "枫溪路的路灯坏了", Body: "枫溪路从桥头到学校没有一盏灯。", Division: w.County, Phone: phone})
			if p, ok := problem.Of(err); good != !(ok && len(p.Fields) > 0) {
				t.Errorf("%q: %v", phone, err)
			}
		}
	})
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"1234 5678 9012 3456", "１２３４", "", "1234-5678-9012-3456-7", "abcd", "\x00\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := suggestion.ParseCode(s)
		if !ok {
			return
		}
		if again, ok := suggestion.ParseCode(suggestion.GroupCode(d)); !ok || again != d {
			t.Errorf("%q reads as %q, and that as %q", s, d, again)
		}
		for i := range d {
			wrong := []byte(d)
			wrong[i] = '0' + (wrong[i]-'0'+1)%10
			if _, ok := suggestion.ParseCode(string(wrong)); ok {
				t.Errorf("a slip in place %d of %s was not seen", i, d)
			}
		}
	})
}
