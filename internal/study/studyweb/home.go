package studyweb

import (
	"context"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
	"xieshang/internal/study"

	"github.com/google/uuid"
)

// Waiting is what stands on somebody's home page: topics that they have not studied, and those that are due within two weeks; at most five.
func (h *Pages) Waiting(ctx context.Context) ([]ui.ItemView, error) {
	if a := authz.From(ctx); !a.SignedIn() || a.Person == uuid.Nil {
		return nil, nil
	}
	own, err := h.Service.Mine(ctx)
	if err != nil {
		return nil, err
	}
	snap, err := h.Directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	p := i18n.From(ctx)
	var out []ui.ItemView
	for _, o := range own {
		soon := o.Standing == study.Waiting && o.Topic.To.AddDays(-14).Before(h.today())
		if len(out) < 5 && (o.Standing == study.Missing || soon) {
			out = append(out, item(p, snap, o))
		}
	}
	return out, nil
}
