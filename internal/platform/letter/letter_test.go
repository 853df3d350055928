package letter

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"xieshang/internal/platform/pdf"
)

// builtin is the font of every test: no machine's own fonts, so that results are the same everywhere.
var builtin = pdf.Font{Fallbacks: []string{}}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// wanted is the text of sample in the order of the paper, written out by hand from the model's fields.
func wanted(l Letter) string {
	var b strings.Builder
	b.WriteString(l.Urgency + l.Issuer + l.Number)
	if l.Signer != "" {
		b.WriteString("签发人：" + l.Signer)
	}
	b.WriteString(l.Title + l.To + "：")
	numbers := map[string]string{"办理要求": "一、", "明确责任": "（一）", "按期答复": "（二）", "其他事项": "二、"}
	for _, p := range l.Paragraphs {
		b.WriteString(numbers[p.Text] + p.Text)
	}
	for _, r := range l.Table {
		b.WriteString(r.Label + r.Value)
	}
	b.WriteString(l.Closing + "附件：1." + l.Attachments[0] + "2." + l.Attachments[1])
	b.WriteString(l.Signature + l.DateText + "（" + l.Contact + "）（扫描二维码或者打开以下网址，可查看办理情况）" + l.QR)
	b.WriteString("抄送：" + strings.Join(l.CopyTo, "，") + "。" + l.PrintedBy + l.DateText + "印发")
	return squeeze(b.String())
}

// pages extracts the text of a PDF, page by page, in the order in which it was drawn.
func pages(t *testing.T, data []byte) []string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Fatal("pdftotext is missing; install the Debian package poppler-utils")
	}
	path := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-raw", "-enc", "UTF-8", path, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext: %v: %s", err, out)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
}

// bare is the text of the pages without their page numbers, each of which must be there and right.
func bare(t *testing.T, pages []string) string {
	t.Helper()
	var b strings.Builder
	for i, p := range pages {
		text, found := strings.CutSuffix(squeeze(p), "—"+strconv.Itoa(i+1)+"—")
		if !found {
			t.Errorf("page %d does not end with its number: %q", i+1, p)
		}
		b.WriteString(text)
	}
	return b.String()
}

func printPDF(t *testing.T, l Letter, font pdf.Font) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := PDF(&b, l, font); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPDFHoldsEveryCharacterInOrder(t *testing.T) {
	font, err := builtin.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, times := range []int{0, 1, 3, 6, 7} {
		l := long(times)
		if times == 0 {
			l = sample()
		}
		got := pages(t, printPDF(t, l, font))
		if text := bare(t, got); text != wanted(l) {
			t.Errorf("%d: text differs:\n got %s\nwant %s", times, text, wanted(l))
		}
		// The signature must share its page with text of the letter, and headings must not end a page.
		for i, page := range got {
			s := squeeze(page)
			if strings.Contains(s, l.DateText+"（"+l.Contact) && !strings.Contains(s, l.Closing) {
				t.Errorf("%d: page %d has the signature without the end of the body", times, i+1)
			}
			if regexp.MustCompile(`(办理要求|明确责任|按期答复|其他事项)—\d+—$`).MatchString(s) {
				t.Errorf("%d: a heading stands at the foot of page %d", times, i+1)
			}
		}
	}
}

func TestPDFIsTheSameEachTime(t *testing.T) {
	if !bytes.Equal(printPDF(t, sample(), builtin), printPDF(t, sample(), builtin)) {
		t.Error("two prints of one letter differ")
	}
}

func TestPDFMissingCharactersAreMarkedAndListed(t *testing.T) {
	l := sample()
	l.Paragraphs = []Paragraph{{Text: "请𠮷某同志与Ж某联系，地址𪚥街。"}}
	l.CopyTo = []string{"龘𱁬办公室"}
	text := bare(t, pages(t, printPDF(t, l, builtin)))
	for _, want := range []string{"请〓某同志与〓某联系，地址〓街。", "以〓代替：U+0416，U+9F98，U+20BB7，U+2A6A5，U+3106C。抄送：〓〓办公室。"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %s", want, text)
		}
	}
	if strings.Contains(bare(t, pages(t, printPDF(t, sample(), builtin))), "字库中没有") {
		t.Error("the note stands on a letter that lacks nothing")
	}
}

func TestDOCXHoldsTheSameTextAsPDF(t *testing.T) {
	for _, l := range []Letter{sample(), long(3)} {
		parts := unzip(t, l)
		if got := squeeze(wordText(t, parts["word/document.xml"])); got != wanted(l) {
			t.Errorf("text differs:\n got %s\nwant %s", got, wanted(l))
		}
		doc := parts["word/document.xml"]
		for _, want := range []string{
			`w:top="2098" w:right="1474" w:bottom="1984" w:left="1587"`, `w:eastAsia="方正小标宋简体"`, `<w:color w:val="D01010"/>`,
			`w:line="579" w:lineRule="exact"`, `<w:sz w:val="44"/>`,
		} {
			if !strings.Contains(doc, want) {
				t.Errorf("document lacks %s", want)
			}
		}
		for _, f := range []string{"word/footer1.xml", "word/footer2.xml"} {
			if got := wordText(t, parts[f]); got != "— 1 —" || !strings.Contains(parts[f], " PAGE ") {
				t.Errorf("%s holds %q", f, got)
			}
		}
	}
}

func unzip(t *testing.T, l Letter) map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := DOCX(&b, l); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(data)
	}
	return parts
}

// wordText is the text of all w:t elements in their order.
func wordText(t *testing.T, part string) string {
	t.Helper()
	var b strings.Builder
	inText := false
	dec := xml.NewDecoder(strings.NewReader(part))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			inText = tok.Name.Local == "t"
		case xml.EndElement:
			inText = false
		case xml.CharData:
			if inText {
				b.Write(tok)
			}
		}
	}
}

func TestValidate(t *testing.T) {
	for name, change := range map[string]func(*Letter){
		"kind": func(l *Letter) { l.Kind = 0 }, "issuer": func(l *Letter) { l.Issuer = " " }, "title": func(l *Letter) { l.Title = "" },
		"addressee": func(l *Letter) { l.To = "" }, "signature": func(l *Letter) { l.Signature = "" },
		"number": func(l *Letter) { l.Number = "协转办[2026]12号" }, "zero": func(l *Letter) { l.Number = "协转办〔2026〕012号" },
		"date": func(l *Letter) { l.DateText = "2026-03-04" }, "padded date": func(l *Letter) { l.DateText = "2026年03月04日" },
		"urgency": func(l *Letter) { l.Urgency = "很急" }, "body": func(l *Letter) { l.Paragraphs = nil },
		"paragraph": func(l *Letter) { l.Paragraphs[0].Text = "\n" }, "level": func(l *Letter) { l.Paragraphs[0].Level = 4 },
		"label": func(l *Letter) { l.Table[0].Label = "" }, "attachment": func(l *Letter) { l.Attachments[1] = "" },
	} {
		l := sample()
		change(&l)
		for format, err := range map[string]error{"pdf": PDF(io.Discard, l, builtin), "docx": DOCX(io.Discard, l)} {
			if !errors.Is(err, ErrIncomplete) {
				t.Errorf("%s, %s: got %v", name, format, err)
			}
		}
	}
	if err := sample().Validate(); err != nil {
		t.Error(err)
	}
	l := sample()
	l.QR = "https://example.invalid/" + strings.Repeat("a", 3000)
	if PDF(io.Discard, l, builtin) == nil || DOCX(io.Discard, l) == nil {
		t.Error("an address too long for a code was taken")
	}
}

func TestNumbers(t *testing.T) {
	if got := Number("协转办", 2026, 12); got != "协转办〔2026〕12号" {
		t.Error(got)
	}
	for n, want := range map[int]string{1: "一", 10: "十", 11: "十一", 20: "二十", 21: "二十一", 99: "九十九", 100: "100"} {
		if got := chineseNumber(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
	l := Letter{Paragraphs: []Paragraph{{1, "甲"}, {2, "乙"}, {3, "丙"}, {2, "丁"}, {3, "戊\r\n  己"}, {1, "庚"}, {2, "辛"}}}
	var got []string
	for _, p := range l.bodyParts() {
		got = append(got, p.text)
	}
	if s := strings.Join(got, " "); s != "一、甲 （一）乙 1.丙 （二）丁 1.戊 己 二、庚 （一）辛" {
		t.Error(s)
	}
}

func TestAwkwardTextsStillPrint(t *testing.T) {
	l := sample()
	l.Issuer = strings.Repeat("某某省某某市某某县", 4) + "委员会文件"
	l.Title = strings.Repeat("关于《某某》的", 20) + "函"
	l.Signature = strings.Repeat("某某委员会", 6)
	l.Paragraphs = []Paragraph{{Text: strings.Repeat("a", 400) + "<&>\"'\x00\uFEFF\u200b"}, {Text: strings.Repeat("。", 200)}}
	l.Table = []Row{{strings.Repeat("长标签", 8), strings.Repeat("值", 300)}}
	l.CopyTo = []string{strings.Repeat("某某局，", 80) + "某某局"}
	got := bare(t, pages(t, printPDF(t, l, builtin)))
	for _, want := range []string{l.Issuer, l.Title, l.Signature, strings.Repeat("a", 400) + "<&>\"'" + strings.Repeat("。", 200), l.Table[0].Value, l.CopyTo[0]} {
		if !strings.Contains(got, want) {
			t.Errorf("%.20s… is not whole", want)
		}
	}
	if text := wordText(t, unzip(t, l)["word/document.xml"]); !strings.Contains(text, "<&>\"'") {
		t.Error("marks are not escaped in DOCX")
	}
}

func TestHeadingsStayWithTheirText(t *testing.T) {
	font, err := builtin.Load()
	if err != nil {
		t.Fatal(err)
	}
	// One more line before the headings each time, until they have stood at every place of a page.
	for lines := range 23 {
		l := sample()
		l.Table, l.Attachments = nil, nil
		l.Paragraphs = nil
		for range lines {
			l.Paragraphs = append(l.Paragraphs, Paragraph{Text: "一行。"})
		}
		l.Paragraphs = append(l.Paragraphs, Paragraph{1, "大标题"}, Paragraph{2, "小标题"}, Paragraph{Text: "正文。"})
		for i, page := range pages(t, printPDF(t, l, font)) {
			if s := squeeze(page); strings.Contains(s, "题—"+strconv.Itoa(i+1)+"—") {
				t.Errorf("%d lines: page %d ends with a heading", lines, i+1)
			}
		}
	}
}
