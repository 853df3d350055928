package demo

import (
	"context"
	"fmt"

	"xieshang/internal/platform/i18n"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// templates gives the province, the city and the district, and their housing and transport departments, a handful of texts to begin with.
func (p *province) templates(ctx context.Context) error {
	type text struct {
		action          wf.Action
		zh, en, words   string
		class           string
		retired         bool
		committee, dept bool
	}
	texts := []text{
		{action: suggestion.ReviewReturn, zh: "缺具体位置", en: "No exact place", committee: true, words: "您好，“{标题}”收到。请补充具体位置（小区、路口或门牌号），方便交给承办单位现场查看。"},
		{action: suggestion.ReviewReturn, zh: "一事一提", en: "One matter at a time", committee: true, words: "您好，“{标题}”里说了几件不同的事，分属不同单位。请分开提交，每件都会有人答复。"},
		{action: suggestion.RefuseReturn, zh: "属本单位职责", en: "Within its duties", committee: true, words: "经核对职责分工，此事由{单位}主办。请继续办理，于{期限}前答复。"},
		{action: suggestion.RejectAnswer, zh: "没有回应诉求", en: "Does not answer", committee: true, words: "答复没有回应“{标题}”提出的具体问题。请写明查到什么、做了什么、什么时候完成，与提出人沟通后再报。"},
		{action: suggestion.Urge, zh: "到期催办", en: "Date passed", committee: true, words: "{编号}应于{期限}前答复，至今未收到。请{单位}尽快办理。"},
		{action: suggestion.Unpublish, zh: "涉及个人隐私", en: "Private matters", committee: true, words: "内容涉及他人隐私，暂不公开；办理不受影响。"},
		{action: suggestion.WriteAnswer, zh: "已办结", en: "Settled", class: "A", dept: true, words: "您{提出日期}提出的“{标题}”收悉。经现场核实，情况属实，现已办理完毕。感谢您对{单位}工作的关心和支持。"},
		{action: suggestion.WriteAnswer, zh: "列入计划", en: "Planned", class: "B", dept: true, words: "您提出的“{标题}”收悉。经研究，已列入{单位}年度工作计划，将按承诺日期完成，届时再向您反馈。"},
		{action: suggestion.WriteAnswer, zh: "条件暂不具备", en: "Not possible for now", class: "C", dept: true, words: "您提出的“{标题}”收悉。受现有条件限制，目前暂不能实施，原因是：\n\n我们已记录在案，条件具备时优先考虑。"},
		{action: suggestion.AskReturn, zh: "不属本单位职责", en: "Not ours", dept: true, words: "经核对，{编号}所涉事项不属于{单位}职责，建议交由主管单位办理。依据："},
		{action: suggestion.Opinion, zh: "无不同意见", en: "No objection", dept: true, words: "对“{标题}”，{单位}无不同意见，将按职责配合主办单位做好工作。"},
		{action: suggestion.WriteAnswer, zh: "旧版答复", en: "Old wording", dept: true, retired: true, words: "来件收悉，特此答复。"},
	}
	for _, code := range []string{"430000", "430100", "430102"} {
		for _, owner := range []struct {
			id        uuid.UUID
			committee bool
		}{{p.committees[code], true}, {p.departments[code+"/housing"], false}, {p.departments[code+"/transport"], false}} {
			place := 0
			for _, t := range texts {
				if owner.id == uuid.Nil || owner.committee && !t.committee || !owner.committee && !t.dept {
					continue
				}
				place++
				kept, err := p.Suggestions.KeepTemplate(ctx, suggestion.Template{Owner: owner.id, Action: t.action, Name: i18n.Name{ZH: t.zh, EN: t.en}, Text: t.words, Class: t.class, Position: place})
				if err == nil && t.retired {
					_, err = p.Suggestions.RetireTemplate(ctx, kept.ID, true)
				}
				if err != nil {
					return fmt.Errorf("template %s: %w", t.zh, err)
				}
			}
		}
	}
	return nil
}
