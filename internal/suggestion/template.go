package suggestion

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// Template is a text that a committee, a department or a supervision office keeps for one kind of action: a reply, a reason, an opinion. Its placeholders are
// filled in when it is used. It is retired, never deleted, and each change is a further revision.
type Template struct {
	ID         uuid.UUID
	Revision   int // of what is read; the next change names it. 0 makes a new one
	Owner      uuid.UUID
	Action     wf.Action
	Name       i18n.Name
	Text       string
	Class      string // of an answer: chosen together with the text; empty when the hand chooses
	Position   int    // smaller ones come first
	Retired    bool
	Recorded   time.Time
	RecordedBy uuid.UUID
}

// The bounds of templates, in characters and pieces.
const (
	TemplatesMax      = 60 // valid ones of one owner
	TemplateNameMax   = 30
	TemplateReasonMax = 1800 // leaves room for what is filled in, a reason having 2,000
	TemplateTextMax   = 8000
	TemplatePlaceMax  = 999
)

// TemplateInput names the field of an action that a template fills, "text" or "reason"; empty for an action that takes neither, or that the platform alone takes.
func TemplateInput(a wf.Action) string {
	tr, ok := life.Find(a)
	if !ok || tr.Quiet {
		return ""
	}
	for _, in := range tr.Inputs {
		if in.Kind == wf.LongText && (in.Name == "text" || in.Name == "reason") {
			return in.Name
		}
	}
	return ""
}

// TemplateActions are the lines of the table for which an organisation of this kind may keep templates: those that take a text or a reason from its people.
func TemplateActions(k directory.Kind) []wf.Action {
	hands := who(IsReviewer, IsDispatcher, IsEditor)
	switch k {
	case directory.Department:
		hands = who(IsClerk, IsHead, IsHelper)
	case directory.Office:
		hands = who(IsOffice, IsClerk, IsHead, IsHelper)
	case directory.Committee:
	default:
		return nil
	}
	var out []wf.Action
	for _, tr := range life.Transitions {
		if TemplateInput(tr.Action) != "" && slices.ContainsFunc(tr.Who, func(r wf.Relation) bool { return slices.Contains(hands, r) }) {
			out = append(out, tr.Action)
		}
	}
	return out
}

// Facts are what placeholders stand for, in the matter at hand.
type Facts struct {
	Title      string
	Number     string
	Department i18n.Name // that answers; the reader's own where it has a part
	Raised     clock.Date
	Due        clock.Date
}

// Placeholder is one name in braces; a Chinese name gives Chinese, an English one English.
type Placeholder struct {
	Name string
	Lang i18n.Lang
	of   func(Facts, i18n.Lang) string
}

// Placeholders are those that a template may hold.
func Placeholders() []Placeholder {
	var out []Placeholder
	for _, p := range []struct {
		zh, en string
		of     func(Facts, i18n.Lang) string
	}{
		{"标题", "title", func(f Facts, _ i18n.Lang) string { return f.Title }},
		{"编号", "number", func(f Facts, _ i18n.Lang) string { return f.Number }},
		{"单位", "department", func(f Facts, l i18n.Lang) string { return f.Department.In(l) }},
		{"提出日期", "raised", func(f Facts, l i18n.Lang) string { return i18n.Day(l, f.Raised) }},
		{"期限", "due", func(f Facts, l i18n.Lang) string { return i18n.Day(l, f.Due) }},
	} {
		out = append(out, Placeholder{p.zh, i18n.ZH, p.of}, Placeholder{p.en, i18n.EN, p.of})
	}
	return out
}

// braces finds what stands in braces, also in those that a Chinese keyboard types.
var braces = regexp.MustCompile(`[{｛]([^{}｛｝\n]*)[}｝]`)

func placeholder(name string) (Placeholder, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	all := Placeholders()
	i := slices.IndexFunc(all, func(p Placeholder) bool { return p.Name == name })
	if i < 0 {
		return Placeholder{}, false
	}
	return all[i], true
}

// UnknownPlaceholder is the first thing in braces that is no placeholder, with its braces; empty when there is none.
func UnknownPlaceholder(text string) string {
	for _, m := range braces.FindAllStringSubmatch(text, -1) {
		if _, ok := placeholder(m[1]); !ok {
			return m[0]
		}
	}
	return ""
}

// Unfilled is the first placeholder that still stands in a text, with its braces; other things in braces are somebody's own words.
func Unfilled(text string) string {
	for _, m := range braces.FindAllStringSubmatch(text, -1) {
		if _, ok := placeholder(m[1]); ok {
			return m[0]
		}
	}
	return ""
}

// Missing is the first placeholder of a text for which the matter has nothing, with its braces.
func Missing(text string, f Facts) string {
	for _, m := range braces.FindAllStringSubmatch(text, -1) {
		if p, ok := placeholder(m[1]); ok && p.of(f, p.Lang) == "" {
			return m[0]
		}
	}
	return ""
}

// Fill puts the facts into a text. A placeholder for which the matter has nothing stays as it is, for the hand to see (Unfilled); what a fact itself holds in
// braces is not filled again.
func Fill(text string, f Facts) string {
	return braces.ReplaceAllStringFunc(text, func(whole string) string {
		if p, ok := placeholder(braces.FindStringSubmatch(whole)[1]); ok {
			if v := p.of(f, p.Lang); v != "" {
				return v
			}
		}
		return whole
	})
}

// check refuses a template by its fields.
func (t Template) check(snap *directory.Snapshot) error {
	var c problem.Check
	org := snap.Organisation(t.Owner)
	switch {
	case org == nil:
		c.Add("owner", "suggestion.err.template-owner")
	case !slices.Contains(TemplateActions(org.Kind), t.Action):
		c.Add("action", "suggestion.err.template-action")
	}
	line := func(field, text string, most int) {
		if strings.ContainsAny(text, "\r\n\t") {
			c.Add(field, "suggestion.err.template-line")
		} else if n := utf8.RuneCountInString(text); n > most {
			c.Add(field, "suggestion.err.long", "max", most, "have", n)
		}
	}
	for field, text := range map[string]string{"name_zh": t.Name.ZH, "name_en": t.Name.EN, "text": t.Text, "class": t.Class} {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			c.Add(field, "suggestion.err.encoding")
		}
	}
	if t.Name.ZH == "" {
		c.Add("name_zh", "suggestion.err.template-name")
	}
	line("name_zh", t.Name.ZH, TemplateNameMax)
	line("name_en", t.Name.EN, 2*TemplateNameMax)
	most := TemplateTextMax
	if TemplateInput(t.Action) != "text" {
		most = TemplateReasonMax
	}
	if t.Text == "" {
		c.Add("text", "suggestion.err.text-missing")
	} else if n := utf8.RuneCountInString(t.Text); n > most {
		c.Add("text", "suggestion.err.long", "max", most, "have", n)
	} else if bad := UnknownPlaceholder(t.Text); bad != "" {
		c.Add("text", "suggestion.err.template-placeholder", "what", bad)
	}
	if t.Class != "" && (t.Action != WriteAnswer || !classCode.MatchString(t.Class)) {
		c.Add("class", "suggestion.err.template-class")
	}
	if t.Position < 1 || t.Position > TemplatePlaceMax {
		c.Add("position", "suggestion.err.template-position", "max", TemplatePlaceMax)
	}
	return c.Err()
}
