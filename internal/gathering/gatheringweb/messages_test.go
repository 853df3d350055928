package gatheringweb_test

import (
	"testing"

	"xieshang/internal/platform/i18n/i18ntest"
)

// TestMessages: what the pages of gatherings say is there and used. They share texts with the module, so they are looked at together.
func TestMessages(t *testing.T) {
	made := []string{"gathering.action.", "gathering.counts.", "gathering.presence.", "gathering.state.", "signin", "diary", "job.kind.", "gatheringweb.home"}
	for _, x := range []string{"action-hint", "by", "count", "field", "filter", "head", "hint", "kind.field", "kind.hint", "rule", "stage", "weekday"} {
		made = append(made, "gatheringweb."+x+".")
	}
	i18ntest.Check(t, []string{"..", "../../platform/ui"}, made...)
}
