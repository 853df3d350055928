package deskweb_test

import (
	"testing"

	"xieshang/internal/platform/i18n/i18ntest"
	"xieshang/internal/suggestion"
)

// TestMessages: what the pages of suggestions say is there and used. They share texts, so they are looked at together.
func TestMessages(t *testing.T) {
	made := []string{"desk.author.", "desk.time-", "desk.rules.", "desk.template.", "desk.letter.", "suggestionweb.do.", "suggestionweb.done.", "suggestionweb.form.", "figures.chart.", "figures.column.", "figures.head.", "figures.lead.",
		"figures.note.scope."}
	for _, x := range []string{"action", "step", "state", "task", "part", "input", "queue", "origin", "kind", "rating", "audience", "channel", "how", "target", "next", "stage"} {
		made = append(made, "suggestion."+x+".")
	}
	for _, tr := range suggestion.Life().Transitions {
		for _, in := range tr.Inputs {
			made = append(made, "suggestion.err."+in.Name+"-missing")
		}
	}
	for _, field := range []string{"title", "body", "place", "name"} {
		made = append(made, "suggestion.err."+field+"-empty")
	}
	i18ntest.Check(t, []string{"..", "../../platform/ui"}, made...)
}
