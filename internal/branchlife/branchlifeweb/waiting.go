package branchlifeweb

import (
	"context"

	"xieshang/internal/branchlife"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"

	"github.com/google/uuid"
)

// Waiting is what stands on a secretary's home page: what each organisation that they run still has to hold in the period that runs and has not planned, at most five, with the
// count of what was missed this year.
func (h *Pages) Waiting(ctx context.Context) ([]ui.ItemView, error) {
	if a := authz.From(ctx); !a.SignedIn() || a.Person == uuid.Nil {
		return nil, nil
	}
	mine, err := h.Service.Mine(ctx)
	if err != nil {
		return nil, err
	}
	p := i18n.From(ctx)
	var out []ui.ItemView
	for _, l := range mine {
		if !l.Sight.Runs {
			continue
		}
		missed := 0
		for _, s := range l.Slots {
			if s.State == branchlife.Missed {
				missed++
			}
		}
		for _, s := range l.Slots {
			if s.State != branchlife.Due || len(s.Planned) > 0 || len(out) == 5 {
				continue
			}
			v := ui.ItemView{Href: "/branch-life/" + l.Organisation.ID.String(), Title: ui.Plain(p.T("branchlife.counts." + string(s.Counts)))}
			v.Meta = []ui.MetaView{{Icon: "clock", Text: p.T("branchlifeweb.home.due", "day", p.Date(s.Until()))}, {Icon: "building", Text: p.Name(l.Organisation.Name)}}
			if missed > 0 {
				v.Meta = append(v.Meta, ui.MetaView{Icon: "late", Text: p.T("branchlifeweb.home.missed", "n", missed)})
			}
			out = append(out, v)
		}
	}
	return out, nil
}
