package main

import (
	"net/url"

	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
)

// photo is a picture with nothing in it but a colour.
func photo(colour string) string {
	return "data:image/svg+xml," + url.PathEscape(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="`+colour+`" d="M0 0h9v9H0z"/><path fill="#fff" fill-opacity=".25" d="M0 9l3-4 2 2 2-3 2 5z"/></svg>`)
}

func when(broken bool, text string) string {
	if broken {
		return text
	}
	return ""
}

func badges(p *i18n.Printer) []ui.BadgeView {
	return []ui.BadgeView{
		{Label: say(p, "草稿", "Draft"), Tone: ui.Quiet}, {Label: say(p, "待审核", "To review"), Tone: ui.Info}, {Label: say(p, "办理中", "In hand"), Tone: ui.Busy}, {Label: say(p, "已办复", "Replied"), Tone: ui.OK},
		{Label: say(p, "将到期", "Due soon"), Tone: ui.Warn}, {Label: say(p, "逾期", "Overdue"), Tone: ui.Late}, {Label: say(p, "再次办理", "Second handling"), Tone: ui.Second}, {Label: say(p, "优秀建议", "Honoured"), Tone: ui.Honour},
	}
}

func sampleItems(p *i18n.Printer) []ui.ItemView {
	b := badges(p)
	place := ui.MetaView{Icon: "pin", Text: say(p, "澜州市松湖区", "Songhu, Lanzhou")}
	return []ui.ItemView{
		{Href: "/matter", Title: ui.Marked(say(p, "松湖路到第二小学一段没有[路灯]，孩子放学走夜路不安全", "No street [light] between Songhu Road and Second Primary School"), "[", "]"), Text: ui.Marked(say(p, "大约四百米没有[路灯]，冬天五点半天就黑了，孩子放学要摸黑走这一段，旁边还有水塘，建议先装几盏太阳能路灯。", "About four hundred metres have no [light]; in winter it is dark at half past five and children walk past a pond."), "[", "]"), Badges: b[2:3], Meta: []ui.MetaView{place, {Text: "2026-03-04"}, {Icon: "users", Text: p.Int(1204)}}, Thumb: photo("#5b6b7a")},
		{Href: "/matter", Title: ui.Plain(say(p, "12 路公交末班车太早，晚自习学生回不了家", "The last number 12 bus leaves before evening classes end")), Text: ui.Plain(say(p, "末班车是晚上八点四十，学校九点十分才下晚自习。", "It leaves at 20:40, classes end at 21:10.")), Badges: b[3:4], Meta: []ui.MetaView{place, {Text: "2026-02-27"}}},
		{Href: "/matter", Title: ui.Plain(say(p, "菜市场门口积水", "Water in front of the market")), Badges: b[5:6], Meta: []ui.MetaView{place, {Text: "2026-02-20"}}},
	}
}

func sampleEvents(p *i18n.Printer) []ui.StepEvent {
	left := 6
	return []ui.StepEvent{
		{State: ui.Done, Icon: "pen", Title: say(p, "群众提出", "Raised by a resident"), When: say(p, "2026年3月4日 09:12", "4 March 2026, 09:12")},
		{State: ui.Done, Title: say(p, "审核通过，公开", "Reviewed, made public"), Who: say(p, "澜州市政协", "Lanzhou committee"), When: say(p, "2026年3月5日", "5 March 2026")},
		{State: ui.Done, Icon: "send", Title: say(p, "交办", "Dispatched"), Who: say(p, "澜州市政协 → 松湖区城市管理局", "Lanzhou committee → City management"), When: say(p, "2026年3月5日", "5 March 2026"), Files: []ui.FileView{{Name: say(p, "转办函.pdf", "referral.pdf"), Href: "#f", Size: "82 kB"}}},
		{State: ui.Care, Icon: "bell", Title: say(p, "催办", "Reminded"), Who: say(p, "澜州市政协", "Lanzhou committee"), When: say(p, "2026年3月10日", "10 March 2026"), Audience: say(p, "仅办理各方可见", "Parties only"), Text: say(p, "请在期限内答复，有困难请说明。", "Please answer in time, and tell us of any difficulty.")},
		{State: ui.Now, Title: say(p, "正在办理", "In hand"), Who: say(p, "松湖区城市管理局", "City management bureau"), Due: say(p, "2026年3月18日", "18 March 2026"), DaysLeft: &left},
		{State: ui.Todo, Title: say(p, "答复", "Answer")},
		{State: ui.Todo, Title: say(p, "您来评价", "Your rating")},
	}
}

func sampleTable(p *i18n.Printer) ui.TableView {
	b := badges(p)
	t := ui.TableView{
		ID: "queue", Caption: say(p, "待审核的建议", "Suggestions to review"), Stack: true, Pick: "id", Form: "bulk",
		Columns: []ui.Column{{Label: say(p, "建议", "Suggestion"), Sort: "?sort=title"}, {Label: say(p, "来源", "Source")}, {Label: say(p, "地区", "Area"), Sort: "?sort=area"}, {Label: say(p, "状态", "State")}, {Label: say(p, "提出", "Raised"), Sort: "?sort=-raised", Order: "descending"}, {Label: say(p, "支持", "Support"), Numeric: true, Sort: "?sort=support"}},
	}
	titles := []string{say(p, "松湖路到第二小学一段没有路灯", "No street lights on Songhu Road"), say(p, "12 路公交末班车太早", "Last number 12 bus too early"), say(p, "菜市场门口积水", "Water in front of the market"), say(p, "老旧小区加装电梯手续太多", "Too many papers for a lift"), say(p, "望江公园夜间噪声", "Noise in Wangjiang Park"), say(p, "乡村卫生室缺药", "Village clinic lacks medicine"), say(p, "学校门口停车混乱", "Parking at the school gate"), say(p, "河堤护栏破损", "Broken railing on the dyke")}
	for i, title := range titles {
		t.Rows = append(t.Rows, ui.Row{ID: p.Int(i + 1), Title: title, Cells: []ui.Cell{
			{Text: title, Sub: "2026-014" + p.Int(i+1), Href: "/matter"}, {Text: say(p, "群众", "Resident")}, {Text: say(p, "松湖区", "Songhu")}, {Content: ui.Badge(b[i%len(b)])}, {Text: p.Ago(now().AddDate(0, 0, -i), now())}, {Text: p.Int(i*317 + 4)},
		}})
	}
	return t
}

func areas() []ui.AreaView {
	list := []ui.AreaView{{Code: "430100", Name: "长沙市", Value: 512}, {Code: "430200", Name: "株洲市", Value: 318}, {Code: "430300", Name: "湘潭市", Value: 255}, {Code: "430400", Name: "衡阳市", Value: 401}, {Code: "430500", Name: "邵阳市", Value: 289}, {Code: "430600", Name: "岳阳市", Value: 330}, {Code: "430700", Name: "常德市", Value: 305}, {Code: "430800", Name: "张家界市", Value: 98}, {Code: "430900", Name: "益阳市", Value: 210}, {Code: "431000", Name: "郴州市", Value: 262}, {Code: "431100", Name: "永州市", Value: 277}, {Code: "431200", Name: "怀化市", Value: 190}, {Code: "431300", Name: "娄底市", Value: 175}, {Code: "433100", Name: "湘西土家族苗族自治州", Value: 121}}
	for i := range list {
		list[i].Text = (&i18n.Printer{}).Int(int(list[i].Value))
		list[i].Href = "?division=" + list[i].Code
	}
	return list
}
