package i18ntest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestScanFindsMissingAndUnused(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"messages/zh-CN.json": `{"a.one": "一", "a.templ": "二", "a.field": "三", "a.state.x": "四", "a.dead": "五", "a.marked": "六", "a.tested": "七"}`,
		"a.go":                "package a\nimport \"i18n\"\nvar _ = p.T(\"a.one\")\nvar _ = p.N(\"a.gone\", 2)\nvar f = F{Label: \"a.field\"}\nvar k = i18n.Key(\"a.marked\")\nvar l = i18n.Key(\"a.lost\")\n",
		"a.templ":             "templ X() {\n{ i18n.From(ctx).T(\"a.templ\") }\n{ p.T(\"a.absent\", \"n\", 1) }\n}\n",
		"a_test.go":           "package a\nvar _ = p.T(\"a.tested\")\n",
	})
	problems, err := scan([]string{dir}, []string{"a.state."})
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(problems, "\n")
	for _, want := range []string{`"a.gone"`, `"a.absent"`, `"a.lost"`, `nothing uses "a.dead"`, `nothing uses "a.tested"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no complaint about %s in:\n%s", want, got)
		}
	}
	if len(problems) != 5 {
		t.Errorf("got %d complaints, want 5:\n%s", len(problems), got)
	}
}

func TestScanWithoutMessagesComplains(t *testing.T) {
	problems, err := scan([]string{t.TempDir()}, nil)
	if err != nil || len(problems) != 1 {
		t.Fatalf("got %v, %v; want one complaint", problems, err)
	}
}

func TestOwnMessages(t *testing.T) { Check(t, []string{".."}) }
