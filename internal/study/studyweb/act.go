package studyweb

import (
	"context"
	"net/http"
	"net/url"

	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"
	"xieshang/internal/study"

	"github.com/google/uuid"
)

// act is a form of a topic's page: refused fields show the page again with what was typed, what was kept leads back to it.
func (h *Pages) act(w http.ResponseWriter, r *http.Request, form, said string, do func(ctx context.Context, topic uuid.UUID, f url.Values) error) error {
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	f, err := web.Form(r)
	if err != nil {
		return err
	}
	err = do(r.Context(), u, f)
	if errs := web.FieldErrors(r, err); errs != nil {
		return h.show(w, r, http.StatusUnprocessableEntity, refused{form, f, errs})
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, said)
	return web.Redirect(w, r, "/study/"+u.String())
}

func (h *Pages) publish(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "", "study.done.published", func(ctx context.Context, u uuid.UUID, _ url.Values) error { return h.Service.Publish(ctx, u) })
}

func (h *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "withdraw", "study.done.withdrawn", func(ctx context.Context, u uuid.UUID, f url.Values) error {
		return h.Service.Withdraw(ctx, u, f.Get("reason"))
	})
}

func (h *Pages) link(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "link", "study.done.linked", func(ctx context.Context, u uuid.UUID, f url.Values) error {
		return h.Service.Link(ctx, u, id(f.Get("gathering")))
	})
}

func (h *Pages) unlink(w http.ResponseWriter, r *http.Request) error {
	which, err := pathID(r, "gathering")
	if err != nil {
		return err
	}
	return h.act(w, r, "", "study.kept", func(ctx context.Context, u uuid.UUID, _ url.Values) error { return h.Service.Unlink(ctx, u, which) })
}

func (h *Pages) addMaterial(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "material", "study.kept", func(ctx context.Context, u uuid.UUID, f url.Values) error {
		_, err := h.Service.AddMaterial(ctx, study.Material{Topic: u, Title: f.Get("title"), Address: f.Get("address")})
		return err
	})
}

func (h *Pages) removeMaterial(w http.ResponseWriter, r *http.Request) error {
	which, err := pathID(r, "material")
	if err != nil {
		return err
	}
	return h.act(w, r, "", "study.kept", func(ctx context.Context, u uuid.UUID, _ url.Values) error {
		return h.Service.RemoveMaterial(ctx, u, which)
	})
}

func (h *Pages) state(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "makeup", "study.done.stated", func(ctx context.Context, u uuid.UUID, f url.Values) error {
		var c problem.Check
		d := date(f, "day", &c)
		if err := c.Err(); err != nil {
			return err
		}
		return h.Service.State(ctx, u, d, f.Get("note"))
	})
}

func (h *Pages) decide(w http.ResponseWriter, r *http.Request) error {
	which, err := pathID(r, "makeup")
	if err != nil {
		return err
	}
	return h.act(w, r, "decide-"+which.String(), "study.kept", func(ctx context.Context, u uuid.UUID, f url.Values) error {
		return h.Service.Decide(ctx, u, which, f.Get("decision") == "confirm", f.Get("answer"))
	})
}
