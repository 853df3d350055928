package main

import (
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/i18n/i18ntest"
	"xieshang/internal/suggestion"
)

func TestMessages(t *testing.T) { i18ntest.Check(t, []string{"."}, "lifedoc.who.", "lifedoc.reads.") }

// TestEverythingIsToldInBothLanguages: every state and action of the table is in both files of both languages, the picture is XML, and nothing lacks a text.
func TestEverythingIsToldInBothLanguages(t *testing.T) {
	dir := t.TempDir()
	if err := run(dir); err != nil {
		t.Fatal(err)
	}
	texts, err := i18n.Load(suggestion.Messages, messages)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []i18n.Lang{i18n.ZH, i18n.EN} {
		p := texts.Printer(lang)
		read := func(name string) string {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(b), "⟦") {
				t.Errorf("%s shows a key without a text", name)
			}
			return string(b)
		}
		text, picture := read("docs/guide/"+string(lang)+"/life.md"), read("docs/pictures/life-"+string(lang)+".svg")
		for d := xml.NewDecoder(strings.NewReader(picture)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("the picture is not XML: %v", err)
			}
		}
		for _, s := range suggestion.Life().States {
			if name := p.T("suggestion.state." + string(s)); !strings.Contains(text, name) || !strings.Contains(picture, ">"+name+"<") {
				t.Errorf("%s: state %s is missing", lang, s)
			}
		}
		for _, tr := range suggestion.Life().Transitions {
			name := p.T("suggestion.action." + string(tr.Action))
			if !strings.Contains(text, name+" `"+string(tr.Action)+"`") {
				t.Errorf("%s: action %s is missing in the table", lang, tr.Action)
			}
			moves := false
			for _, from := range tr.From {
				for _, to := range tr.To {
					moves = moves || from != to
				}
			}
			if moves && !strings.Contains(picture, "　"+name+"<") {
				t.Errorf("%s: action %s is missing in the picture", lang, tr.Action)
			}
		}
	}
}

// TestAStateWithoutAPlace: a new state asks for a place in the picture instead of being left out of it.
func TestAStateWithoutAPlace(t *testing.T) {
	texts, err := i18n.Load(suggestion.Messages, messages)
	if err != nil {
		t.Fatal(err)
	}
	at := places()
	delete(at, suggestion.Meeting)
	if _, err := draw(texts.Printer(i18n.EN), suggestion.Life(), at); err == nil {
		t.Error("a state was left out of the picture")
	}
}
