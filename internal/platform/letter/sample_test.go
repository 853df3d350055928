package letter

import "strings"

// sample is an invented letter with every field in use.
func sample() Letter {
	return Letter{
		Kind: Referral, Issuer: "示范县政协提案委员会文件", Number: Number("示协转办", 2026, 12), Urgency: "加急", Signer: "甲某某",
		Title: "关于转办《关于在幸福路小学门口增设人行横道和护学岗的微建议》的函",
		To:    "县住房和城乡建设局，县公安局交通警察大队",
		Paragraphs: []Paragraph{
			{Text: "现将委员乙某某同志通过“协商云”平台提出的《关于在幸福路小学门口增设人行横道和护学岗的微建议》（编号：示范县-2026-000137）转去，请按照《示范县微建议办理办法》（示协发〔2025〕8号）的规定，认真研究办理。"},
			{Level: 1, Text: "办理要求"},
			{Level: 2, Text: "明确责任"},
			{Text: "请主办单位牵头，会同会办单位于收到本函之日起10个工作日内完成现场踏勘，提出解决方案；涉及经费的，一并说明资金来源。"},
			{Level: 2, Text: "按期答复"},
			{Text: "请于2026年3月18日前通过平台将书面答复送我委，并与建议人当面或者电话沟通，联系记录一并上传，网址为https://example.invalid/suggestions/137。"},
			{Level: 1, Text: "其他事项"},
			{Text: "不属于本单位职责范围的，请在5个工作日内说明理由，申请退回——逾期未申请的，视为同意承办……"},
		},
		Table: []Row{
			{"建议编号", "示范县-2026-000137"}, {"主办单位", "县住房和城乡建设局"},
			{"会办单位", "县公安局交通警察大队、县教育局、县城市管理和综合执法局、幸福路街道办事处"}, {"答复期限", "2026年3月18日（10个工作日）"},
		},
		Closing:     "特此函告。",
		Attachments: []string{"关于在幸福路小学门口增设人行横道和护学岗的微建议", "现场照片3张"},
		Signature:   "示范县政协提案委员会", DateText: "2026年3月4日",
		Contact: "联系人：丙某，电话：0000-1234567", CopyTo: []string{"县人民政府督查室", "县教育局"}, PrintedBy: "示范县政协提案委员会办公室",
		QR: "https://example.invalid/suggestions/137",
	}
}

// long repeats the body so that the letter fills several pages.
func long(times int) Letter {
	l := sample()
	l.Urgency, l.Signer = "", ""
	for range times {
		l.Paragraphs = append(l.Paragraphs, Paragraph{Text: strings.Repeat("经过实地走访，该路段早晚高峰每小时约有1,200名学生和家长步行通过，（含周边3个小区居民），机动车平均时速达45km/h，存在较大安全隐患。", 3)})
	}
	return l
}
