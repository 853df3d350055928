package ui

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/i18n/i18ntest"

	"github.com/a-h/templ"
)

func printer(t testing.TB, lang i18n.Lang) *i18n.Printer {
	t.Helper()
	c, err := i18n.Load(Messages)
	if err != nil {
		t.Fatal(err)
	}
	return c.Printer(lang)
}

func render(t testing.TB, lang i18n.Lang, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(i18n.With(context.Background(), printer(t, lang)), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMessages(t *testing.T) { i18ntest.Check(t, []string{"."}) }

func TestIconsAreDrawn(t *testing.T) {
	for _, name := range IconNames() {
		if !strings.Contains(render(t, i18n.ZH, Icon(name)), "<svg") {
			t.Errorf("icon %q draws nothing", name)
		}
	}
	if got := render(t, i18n.ZH, Icon("no such")); got != "" {
		t.Errorf("unknown icon draws %q", got)
	}
}

func TestPublicNavMarksTheNearestPlace(t *testing.T) {
	p := printer(t, i18n.ZH)
	for path, want := range map[string]string{
		"/": "/", "/suggestions/new?step=2": "/suggestions/new", "/suggestions?q=x": "/suggestions", "/suggestions/HN-2026-12": "/suggestions",
		"/figures/": "/figures", "/suggestionsx": "", "/me": "",
	} {
		got := ""
		for _, item := range PublicNav(p, path) {
			if item.Current {
				got += item.Href
			}
		}
		if got != want {
			t.Errorf("%s: marked %q, want %q", path, got, want)
		}
	}
}
