// Package letter prints official letters in the format of GB/T 9704-2012: red head, document number, title, body, signature, date,
// copies and page numbers. It promises that DOCX and PDF come from one model and hold the same text in the same order (C1).
package letter

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Kind of a letter.
type Kind int

// The kinds of letters that a committee or a department sends about a matter.
const (
	Referral    Kind = iota + 1 // 转办函: a matter goes to the departments that handle it
	Supervision                 // 督办函: an overdue matter is pressed for
	Answer                      // 答复函: a department answers the author
	Statement                   // 情况证明: what somebody took part in is told to another organisation
)

// String is the Chinese name of the kind.
func (k Kind) String() string {
	switch k {
	case Referral:
		return "转办函"
	case Supervision:
		return "督办函"
	case Statement:
		return "情况证明"
	case Answer:
		return "答复函"
	}
	return "letter.Kind(" + strconv.Itoa(int(k)) + ")"
}

// Paragraph is a part of the body. Level 0 is plain text, 1 to 3 are headings, which are numbered here as 一、 （一） 1. in their
// order, so the text must not carry a number. Line ends inside the text begin new paragraphs.
type Paragraph struct {
	Level int
	Text  string
}

// Row is a line of the table below the body, such as 承办单位 and its name.
type Row struct{ Label, Value string }

// Letter is the model of one letter. Issuer, Number, Title, To, Signature, DateText and at least one paragraph are needed.
type Letter struct {
	Kind        Kind
	Issuer      string // 发文机关标志, the red head, such as 某某县政协办公室文件
	Number      string // 发文字号, see Number
	Urgency     string // 特急 or 加急; empty for none
	Signer      string // 签发人; empty for none
	Title       string
	To          string // 主送机关; the colon is added
	Paragraphs  []Paragraph
	Table       []Row
	Closing     string   // the paragraph after the table, such as 特此函告。
	Attachments []string // names only; they are numbered when there are two or more
	Signature   string   // 发文机关署名
	DateText    string   // 成文日期 as printed: 2026年3月4日
	Contact     string   // 附注 in brackets, such as 联系人：…，电话：…
	CopyTo      []string // 抄送机关
	PrintedBy   string   // 印发机关; its line is left out when empty
	QR          string   // address of the public page; printed as a code and in letters; empty for none
}

// Number writes a document number: Number("协转办", 2026, 12) is 协转办〔2026〕12号.
func Number(word string, year, seq int) string {
	return fmt.Sprintf("%s〔%d〕%d号", word, year, seq)
}

var (
	numberForm = regexp.MustCompile(`^\S+〔[12]\d{3}〕[1-9]\d*号$`)
	dateForm   = regexp.MustCompile(`^[12]\d{3}年(1[0-2]|[1-9])月(3[01]|[12]\d|[1-9])日$`)
)

// ErrIncomplete is wrapped by every refusal of a letter that lacks something or has it in a wrong form.
var ErrIncomplete = errors.New("letter cannot be printed")

// Validate tells everything that keeps the letter from being printed, each error wrapping ErrIncomplete; nil when nothing does.
func (l Letter) Validate() error {
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%w: "+format, append([]any{ErrIncomplete}, args...)...))
	}
	if l.Kind < Referral || l.Kind > Statement {
		bad("unknown kind %d", int(l.Kind))
	}
	for _, f := range []struct{ name, value string }{
		{"issuer", l.Issuer}, {"title", l.Title}, {"addressee", l.To}, {"signature", l.Signature},
	} {
		if strings.TrimSpace(f.value) == "" {
			bad("the %s is empty", f.name)
		}
	}
	if !numberForm.MatchString(l.Number) {
		bad("the number %q is not of the form 字〔2026〕1号", l.Number)
	}
	if !dateForm.MatchString(l.DateText) {
		bad("the date %q is not of the form 2026年3月4日", l.DateText)
	}
	if l.Urgency != "" && l.Urgency != "特急" && l.Urgency != "加急" {
		bad("the urgency %q is neither 特急 nor 加急", l.Urgency)
	}
	if len(l.Paragraphs) == 0 {
		bad("the body is empty")
	}
	for i, p := range l.Paragraphs {
		if strings.TrimSpace(p.Text) == "" {
			bad("paragraph %d is empty", i+1)
		}
		if p.Level < 0 || p.Level > 3 {
			bad("paragraph %d has level %d; 0 to 3 are known", i+1, p.Level)
		}
	}
	for i, r := range l.Table {
		if strings.TrimSpace(r.Label) == "" {
			bad("table row %d has no label", i+1)
		}
	}
	for i, a := range l.Attachments {
		if strings.TrimSpace(a) == "" {
			bad("attachment %d has no name", i+1)
		}
	}
	return errors.Join(errs...)
}
