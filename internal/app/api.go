package app

import (
	"xieshang/internal/branchlife/branchlifeapi"
	"xieshang/internal/directory/directoryapi"
	"xieshang/internal/gathering/gatheringapi"
	"xieshang/internal/platform/api"
	"xieshang/internal/platform/web"
	"xieshang/internal/study/studyapi"
	"xieshang/internal/suggestion/suggestionapi"
)

// apiVersion is that of the description; the addresses carry their own (/api/v1).
const apiVersion = "1.0.0"

// programs is the way in for other programs: a module that has operations adds them here.
func (a *App) programs() ([]web.Route, error) {
	to := api.New("Xieshang 协商云", "Micro-suggestions of a consultative assembly, and its own organisation. Without a token public matters are readable; with one, what its account may read and do. "+
		"Errors are problem+json (RFC 9457) in the language of Accept-Language; lists are continued with a cursor. Dates are civil dates in Asia/Shanghai, instants RFC 3339 in UTC.", apiVersion)
	a.contactPrograms(to)
	gatheringapi.New(to, a.Gatherings)
	studyapi.New(to, a.Study)
	branchlifeapi.New(to, a.BranchLife)
	directoryapi.New(to, a.Directory)
	suggestionapi.New(to, a.Suggestions, a.Directory)
	to.KeepAnswers(a.Once)
	return to.Routes()
}
