package e2e

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"xieshang/internal/platform/browsertest"
	"xieshang/internal/suggestion"
)

var (
	codeForm   = regexp.MustCompile(`\d{4} \d{4} \d{4} \d{4}`)
	numberForm = regexp.MustCompile(`430100-\d{4}-\d{6}`)
)

// TestTheWholeStory lives through a suggestion from a phone to a rated, public answer, each role in a tab of its own and only by what stands on the pages.
func TestTheWholeStory(t *testing.T) {
	w := newWorld(t)
	// Each width, language and theme once; TestEveryPage has all of their combinations.
	for _, l := range []look{
		{"360 Chinese light", browsertest.View{Width: 360, Height: 740, Lang: "zh-CN"}, true},
		{"1440 English dark", browsertest.View{Width: 1440, Height: 900, Lang: "en", Dark: true}, true},
	} {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			s := &story{t: t, w: w, l: l}
			s.people()
			mine, code := s.residentRaises()
			s.residentFollows(mine, code)
			s.reviewed(mine)
			s.dispatched(mine)
			s.answered(mine)
			s.ratedTwice(mine)
			s.published(mine)
			s.memberDrafts()
			s.channels()
			s.withdrawnByCode()
			s.overview()
		})
	}
}

type story struct {
	t                                                                                *testing.T
	w                                                                                *world
	l                                                                                look
	resident, member, reviewer, dispatcher, clerk, head, traffic, office, led, admin *person
}

func (s *story) people() {
	for login, p := range map[string]**person{"member": &s.member, "reviewer": &s.reviewer, "dispatcher": &s.dispatcher, "clerk": &s.clerk, "head": &s.head,
		"traffic": &s.traffic, "office": &s.office, "leader": &s.led, "admin": &s.admin} {
		*p = s.w.as(s.t, s.l, login)
	}
	s.resident = s.w.stranger(s.t, s.l)
}

// serial is the last part of a matter's number without its zeros, to number letters by.
func serial(number string) string { return strings.TrimLeft(number[len(number)-6:], "0") }

// next goes one step of the form on.
func (s *story) next(p *person) { p.Click(".wizard-nav button") }

// residentRaises goes through the form step by step, sees what others raised, loses the connection while a photo goes up, and receives the code.
func (s *story) residentRaises() (number, code string) {
	other := s.w.raised(s.t, "青石巷的路灯坏了半个月", "青石巷从东头到西头没有一盏灯亮，夜里走路看不见台阶，老人摔了两次。")
	p := s.resident
	p.at("/suggestions/new")
	s.next(p)
	p.Wait("#title-missing")
	p.Fill("#title", "青石巷路灯坏了没有人修")
	p.Fill("#body", "青石巷的路灯坏了半个月，夜里没有一盏亮，台阶看不见，老人摔了，请尽快修好。")
	p.Wait(`[data-similar] a[href="/suggestions/` + other + `"]`)
	p.inspect()
	s.next(p)
	p.Fill("#division", s.w.Division.String())
	p.Fill("#place", "青石巷12号对面")
	p.Wait(`[data-needs=division] a[href="/suggestions/` + other + `"]`) // asked again, now that the place is known
	p.inspect()
	s.next(p)
	p.Offline(true)
	p.Upload("#upload", photo(s.t, "路灯.jpg", 900))
	p.Wait(`.upload[data-state="paused"]`)
	p.Offline(false)
	p.Wait(`.upload[data-state="done"]`)
	p.inspect()
	s.next(p)
	if text := p.Text("#who"); !strings.Contains(text, "16") {
		s.t.Errorf("before the code exists the form does not say what it is and that it cannot be found again: %s", text)
	}
	p.Fill("#phone", "13900001111")
	p.inspect()
	p.Wait(`[data-pow] [name=pow_nonce]`)
	p.Click("#raise > .actions:not(.wizard-nav) button[data-kind=primary]")
	p.Wait("#code")
	p.inspect()
	text := p.Text("main")
	number, code = numberForm.FindString(text), codeForm.FindString(text)
	if number == "" || code == "" {
		s.t.Fatalf("no number and code on the receipt: %s", text)
	}
	c := s.w.want(s.t, number, suggestion.Raised)
	if c.Queued != "" {
		s.t.Errorf("the proof of work was done, and the matter still waits in the queue %q", c.Queued)
	}
	if len(c.Files) != 1 {
		s.t.Errorf("%d photos arrived, want 1", len(c.Files))
	}
	// 'This is mine too', from the page of the other matter.
	p.at("/suggestions/" + other)
	p.Click("#join button")
	p.Wait(".flash")
	if c := s.w.want(s.t, other, suggestion.Accepted); c.Support != 1 {
		s.t.Errorf("%d people support the other matter, want 1", c.Support)
	}
	return number, code
}

// residentFollows enters the code on another phone, slips once, and adds to what was said.
func (s *story) residentFollows(number, code string) {
	s.resident = s.w.stranger(s.t, s.l)
	p := s.resident
	p.at("/track")
	slip := code[:len(code)-1] + strconv.Itoa((int(code[len(code)-1]-'0')+1)%10)
	p.Fill("#code", slip)
	p.Click("#track button")
	p.Wait("#code[aria-invalid]")
	p.inspect()
	if got := p.Value("#code"); got != slip {
		s.t.Errorf("the refused code came back as %q", got)
	}
	p.Fill("#code", code)
	p.Click("#track button")
	p.Wait("#do-supplement")
	p.inspect()
	p.do("supplement", [2]string{"text", "昨天夜里又有人摔倒。"})
	p.inspect()
}

func (s *story) reviewed(number string) {
	s.reviewer.at("/desk")
	s.reviewer.at("/desk/list?queue=review")
	s.reviewer.Wait(`a[href="/desk/suggestions/` + number + `"]`)
	// Returned with a reason, amended by the resident, accepted.
	s.reviewer.act(number, "review-return", [2]string{"reason", "请写明是哪几盏灯。"})
	s.w.want(s.t, number, suggestion.Returned)
	s.resident.at("/suggestions/" + number)
	if !s.resident.Has("请写明是哪几盏灯。") {
		s.t.Error("the resident does not read why it came back")
	}
	s.resident.do("raise", [2]string{"text", "东头第三盏到第九盏。"})
	s.reviewer.act(number, "review-accept", [2]string{"public", press})
	s.w.want(s.t, number, suggestion.Accepted)
	// Merged into another, and taken apart again.
	other := s.w.raised(s.t, "青石巷路灯该修了", "青石巷的路灯从东头起都不亮，已经有人摔伤，请派人看看。")
	s.reviewer.act(other, "merge", [2]string{"into", number}, [2]string{"reason", "同一处路灯"})
	s.w.want(s.t, other, suggestion.Merged)
	s.reviewer.at("/suggestions/" + other)
	s.reviewer.act(other, "unmerge", [2]string{"reason", "不是同一段"})
	s.w.want(s.t, other, suggestion.Accepted)
}

// dispatched sends the matter to two departments by a numbered letter; the lead asks to give it back, is refused, and acknowledges.
func (s *story) dispatched(number string) {
	s.dispatcher.at("/desk/list?queue=dispatch")
	s.dispatcher.act(number, "dispatch", [2]string{"department1", s.w.Department.String()}, [2]string{"part1", "lead"}, [2]string{"department2", s.w.Traffic.String()}, [2]string{"part2", "joint"},
		[2]string{"letter", "协转办〔2026〕" + serial(number) + "号"})
	s.w.want(s.t, number, suggestion.Dispatched)
	s.clerk.at("/desk")
	s.clerk.act(number, "ask-return", [2]string{"reason", "路灯属城管部门。"})
	s.dispatcher.act(number, "refuse-return", [2]string{"reason", "该路段的路灯在你局台账内。"})
	s.w.want(s.t, number, suggestion.InHand) // the answer to the question is a receipt, too
	s.traffic.act(number, "opinion", [2]string{"text", "施工占道我局配合。"})
}

func (s *story) answered(number string) {
	s.clerk.act(number, "contact", [2]string{"how", "telephone"}, [2]string{"text", "与提出人通话，约定周五现场查看。"})
	s.clerk.act(number, "answer", [2]string{"text", "已更换灯具七盏，今晚亮灯。"}, [2]string{"class", "A"})
	s.head.at("/desk/list?queue=sign&scope=department")
	s.head.act(number, "sign-off", [2]string{"letter", "样住建函〔2026〕" + serial(number) + "号"})
	s.w.want(s.t, number, suggestion.Answered)
	s.reviewer.at("/desk/list?queue=check")
	s.reviewer.act(number, "accept-answer")
	s.w.want(s.t, number, suggestion.Replied)
}

// ratedTwice: not good, handled a second time, not good again, a meeting, closed. On a phone the author says so in the rating; on a desk the author is
// content first and asks for it again later.
func (s *story) ratedTwice(number string) {
	p := s.resident
	p.at("/suggestions/" + number)
	p.Click("label:has(> #rate-rating-2)")
	p.Click("#do-rate-form .actions button")
	p.Wait("#rate-reason[aria-invalid]") // what was not good has to be said, and the choice is kept
	p.inspect()
	if p.Eval(`document.querySelector('#rate-rating-2').checked`) != "true" {
		s.t.Error("the refused rating lost its choice")
	}
	if s.l.view.Width < 600 {
		p.do("rate", [2]string{"reason", "只亮了三盏。"})
	} else {
		p.do("rate", [2]string{"rating", press}, [2]string{"reason", "很快。"})
		s.w.want(s.t, number, suggestion.Closed)
		p.do("reopen", [2]string{"reason", "上周又灭了。"})
	}
	s.w.want(s.t, number, suggestion.Reopened)
	s.dispatcher.act(number, "dispatch", [2]string{"department1", s.w.Department.String()}, [2]string{"part1", "lead"}, [2]string{"department2", ""})
	s.clerk.act(number, "acknowledge")
	s.clerk.act(number, "answer", [2]string{"text", "其余四盏已换好。"}, [2]string{"class", "A"})
	s.head.act(number, "sign-off")
	s.reviewer.act(number, "accept-answer")
	p.at("/suggestions/" + number)
	p.Click("label:has(> #rate-rating-2)")
	p.do("rate", [2]string{"reason", "还是忽明忽暗。"})
	s.w.want(s.t, number, suggestion.Meeting)
	s.reviewer.at("/desk/list?queue=meet")
	s.reviewer.act(number, "hold-meeting", [2]string{"text", "三方现场查看，约定下月更换整条线路。"})
	s.reviewer.act(number, "close")
	s.w.want(s.t, number, suggestion.Closed)
}

// published is what somebody reads who has nothing to do with it.
func (s *story) published(number string) {
	p := s.w.stranger(s.t, s.l)
	p.at("/suggestions/" + number)
	for _, text := range []string{"已更换灯具七盏", "其余四盏已换好"} {
		if !p.Has(text) {
			s.t.Errorf("the public page lacks %q", text)
		}
	}
	for _, secret := range []string{"13900001111", "与提出人通话", "施工占道我局配合"} {
		if p.Has(secret) {
			s.t.Errorf("the public page shows %q", secret)
		}
	}
}

// memberDrafts: a member saves a draft, edits and sends it, and takes up a resident's message.
func (s *story) memberDrafts() {
	p := s.member
	p.at("/suggestions/new")
	title := "建议在河堤步道加装扶手（" + s.l.name + "）"
	p.Fill("#title", title)
	p.Fill("#body", "河堤步道有三处台阶没有扶手，雨天路滑，建议加装。")
	for range 3 {
		s.next(p)
	}
	p.inspect()
	p.Click("[name=draft]")
	p.Wait(".flash")
	p.inspect()
	p.Click(title)
	p.inspect()
	p.Click(`a[href$="/edit"]`)
	p.Fill("#body", "河堤步道有四处台阶没有扶手，雨天路滑，建议加装。")
	p.inspect()
	for range 3 {
		s.next(p)
	}
	p.Click("#raise > .actions:not(.wizard-nav) button[data-kind=primary]")
	p.Wait(".flash")
	number := numberForm.FindString(p.Text("main"))
	if c := s.w.want(s.t, number, suggestion.Raised); !strings.Contains(c.Body, "四处") {
		s.t.Errorf("the draft was sent as %q", c.Body)
	}
	r, err := s.w.App.Suggestions.Raise(s.t.Context(), suggestion.RaiseInput{Title: "公交站没有雨棚（" + s.l.name + "）", Body: "东门公交站没有雨棚，下雨天二十多人挤在屋檐下。", Division: s.w.Division, PublicWish: true})
	if err != nil {
		s.t.Fatal(err)
	}
	p.at("/messages")
	p.Click(`a[href="/suggestions/` + r.Number + `"]`)
	p.inspect()
	p.do("take-up", [2]string{"reason", "我去看过。"})
	if c := s.w.want(s.t, r.Number, suggestion.Raised); c.Kind != suggestion.SuggestionKind || c.Suggestion.Authors != 2 {
		s.t.Errorf("taken up, and still a %s with %d authors", c.Kind, c.Suggestion.Authors)
	}
}

// channels: through the supervision office, which dispatches; a return that is agreed to and dispatched anew.
func (s *story) channels() {
	number := s.w.raised(s.t, "校门口没有斑马线", "实验小学门口没有斑马线，放学时车从孩子中间穿过。")
	s.dispatcher.act(number, "refer-office", [2]string{"office", s.w.Office.String()})
	s.w.want(s.t, number, suggestion.AtOffice)
	s.office.at("/desk")
	s.office.act(number, "dispatch", [2]string{"department1", s.w.Department.String()}, [2]string{"part1", "lead"})
	s.clerk.act(number, "ask-return", [2]string{"reason", "标线由交通部门施划。"})
	s.dispatcher.at("/desk/list?queue=back")
	s.dispatcher.act(number, "agree-return", [2]string{"reason", "同意"})
	s.w.want(s.t, number, suggestion.Accepted)
	s.dispatcher.act(number, "dispatch", [2]string{"department1", s.w.Traffic.String()}, [2]string{"part1", "lead"})
	s.traffic.act(number, "acknowledge")
	s.w.want(s.t, number, suggestion.InHand)
}

// withdrawnByCode: raised, followed by the code and withdrawn after the question was answered.
func (s *story) withdrawnByCode() {
	r, err := s.w.App.Suggestions.Raise(s.t.Context(), suggestion.RaiseInput{Title: "巷口的井盖响", Body: "巷口的井盖车过就响，夜里睡不着。", Division: s.w.Division, PublicWish: true})
	if err != nil {
		s.t.Fatal(err)
	}
	p := s.w.stranger(s.t, s.l)
	p.at("/track")
	p.Fill("#code", r.Code)
	p.Click("#track button")
	p.Wait("#do-withdraw")
	p.do("withdraw", [2]string{"reason", "已经自己修好了"})
	s.w.want(s.t, r.Number, suggestion.Withdrawn)
	p.inspect()
}

// overview: the leader sees what is late and what it comes to; the administrator invites somebody and takes a right away.
func (s *story) overview() {
	s.led.at("/desk")
	s.led.at("/desk/figures")
	s.admin.at("/admin/accounts")
	s.admin.at("/admin/accounts/new")
	s.admin.Fill("#name", "新来的经办")
	s.admin.Fill("#role", "clerk")
	s.admin.Fill("#place_name", "市交通运输局")
	s.admin.Click("main form .actions button")
	s.admin.Wait("#link")
	s.admin.inspect()
}
