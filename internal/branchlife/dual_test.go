package branchlife_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"xieshang/internal/branchlife"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/letter"
	"xieshang/internal/platform/pdf"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

func (w *world) took(person uuid.UUID, x branchlife.Took) {
	w.gatherings.took[person] = append(w.gatherings.took[person], x)
}

// wordsOf reads the text of a Word document.
func wordsOf(t *testing.T, doc []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(doc), int64(len(doc)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	raw, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(raw), "")
}

// printedText reads the text of a PDF.
func printedText(t *testing.T, doc []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, doc, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-raw", "-enc", "UTF-8", path, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext, of the Debian package poppler-utils: %v: %s", err, out)
	}
	return strings.NewReplacer(" ", "", "\n", "", "\f", "").Replace(string(out))
}

// TestDual: only a joint gathering counts for both; each counts where somebody was placed on its day.
func TestDual(t *testing.T) {
	each(t, func(w *world) {
		who, from, last := w.people[12], clock.Of(2026, 1, 1), clock.Of(2026, 3, 10)
		alone := w.held(branchlife.ThemeDay, clock.Of(2026, 1, 5), w.city.members)
		joint := w.held(branchlife.ThemeDay, clock.Of(2026, 2, 5), w.city.members, w.outside)
		home := w.held(branchlife.BranchMeeting, clock.Of(2026, 2, 6), w.outside)
		made := w.held(branchlife.Study, clock.Of(2026, 2, 7), w.city.members)
		missed := w.held(branchlife.OrganisationLife, clock.Of(2026, 3, 1), w.city.members)
		leave := w.held(branchlife.Lecture, clock.Of(2026, 3, 2), w.city.members)
		another := w.held(branchlife.ThemeDay, clock.Of(2026, 3, 3), w.city.members2)
		before := w.held(branchlife.ThemeDay, clock.Of(2025, 12, 31), w.city.members)
		for _, g := range []uuid.UUID{alone, joint, home, another, before} {
			w.took(who, branchlife.Took{Gathering: g, There: true})
		}
		w.took(who, branchlife.Took{Gathering: made, MadeUp: true})
		w.took(who, branchlife.Took{Gathering: missed})
		w.took(who, branchlife.Took{Gathering: leave, Leave: true})
		d, err := w.service.Dual(as(who), who, from, last)
		w.must(err)
		if len(d.InMembers) != 3 || len(d.InHome) != 2 || !d.InMembers[1].Joint || d.InMembers[0].Joint || !d.InMembers[2].MadeUp || !d.InHome[0].Joint || d.InHome[1].Joint || d.Missed != 1 || d.Leave != 1 || !d.HomeOutside {
			t.Errorf("%+v", d)
		}
		_, err = w.service.Dual(as(who), who, last, from)
		w.refused("backwards", err, problem.Invalid, "branchlife.err.span")
		for name, err := range map[string]error{"another of the branch": only2(w.service.Dual(as(w.people[13]), who, from, last)), "the committee above": only2(w.service.Dual(organiser(w.province.committee), who, from, last))} {
			w.refused(name, err, problem.NotFound, "")
		}
		w.refused("nobody", only2(w.service.Dual(nobody(), who, from, last)), problem.SignIn, "")
		_, err = w.service.Statement(as(who), who, from, last, "样证〔2026〕1号")
		w.refused("the member states it themselves", err, problem.Forbidden, "")
		_, err = w.service.Statement(as(w.people[10]), who, from, last, " ")
		w.refused("without a number", err, problem.Invalid, "branchlife.err.number")
		l, err := w.service.Statement(as(w.people[10]), who, from, last, "样证〔2026〕1号")
		w.must(err)
		var doc, page bytes.Buffer
		w.must(letter.DOCX(&doc, l))
		w.must(letter.PDF(&page, l, pdf.Font{Fallbacks: []string{}}))
		got := wordsOf(t, doc.Bytes())
		for _, want := range []string{"样例12同志参加组织生活情况的证明", "样例厂党支部", "样例市第一履职党支部", "样证〔2026〕1号", "参加我支部组织生活和活动3次", "联合开展1次", "请假1次，缺席1次", "2026年1月1日至2026年3月10日", "（补课）", "由贵支部负责"} {
			if !strings.Contains(got, want) {
				t.Errorf("the statement lacks %q: %s", want, got)
			}
		}
		if strings.Contains(got, string(branchlife.BranchMeeting)) {
			t.Error("it tells what took place in the home branch")
		}
		printed := printedText(t, page.Bytes())
		for _, want := range []string{"样例12同志参加组织生活情况的证明", "参加我支部组织生活和活动3次", "联合开展1次", "样证〔2026〕1号"} {
			if !strings.Contains(printed, want) {
				t.Errorf("the PDF lacks %q: %s", want, printed)
			}
		}
	})
}

func only2(_ *branchlife.Dual, err error) error { return err }
