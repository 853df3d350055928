package gatheringweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"xieshang/internal/gathering"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// on is a form of a gathering's page: what was refused shows the page again with what was typed, what was kept leads back to it.
func (h *Pages) on(w http.ResponseWriter, r *http.Request, form, said, part string, do func(ctx context.Context, u uuid.UUID, f url.Values) error) error {
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
		return h.render(w, r, http.StatusUnprocessableEntity, refusedForm{form, f, errs})
	}
	if pr, ok := problem.Of(err); ok && pr.Kind == problem.Conflict { // the page as it is now, and why not
		return h.render(w, r, http.StatusConflict, refusedForm{"action-" + r.PathValue("action"), f, map[string]string{"": text(r).T(pr.Key, pr.Args...)}})
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, said)
	return web.Redirect(w, r, href(u)+part)
}

func (h *Pages) act(w http.ResponseWriter, r *http.Request) error {
	action := wf.Action(r.PathValue("action"))
	return h.on(w, r, "action-"+string(action), "gatheringweb.done", "", func(ctx context.Context, u uuid.UUID, f url.Values) error {
		return h.Service.Act(ctx, u, action, f.Get("reason"))
	})
}

func (h *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	return h.on(w, r, "answer", "gatheringweb.answered", "", func(ctx context.Context, u uuid.UUID, f url.Values) error {
		return h.Service.Respond(ctx, u, gathering.Answer(f.Get("answer")), f.Get("leave_reason"))
	})
}

func (h *Pages) leave(w http.ResponseWriter, r *http.Request) error {
	return h.on(w, r, "leave", "gatheringweb.leave-decided", "#people", func(ctx context.Context, u uuid.UUID, f url.Values) error {
		return h.Service.DecideLeave(ctx, u, id(f.Get("person")), gathering.Verdict(f.Get("verdict")))
	})
}

func (h *Pages) minutes(w http.ResponseWriter, r *http.Request) error {
	return h.on(w, r, "minutes", "gatheringweb.minutes-kept", "#minutes", func(ctx context.Context, u uuid.UUID, f url.Values) error {
		version, err := strconv.Atoi(f.Get("version"))
		if err != nil {
			return problem.New(problem.Conflict, "problem.conflict")
		}
		return h.Service.SetMinutes(ctx, u, version, f.Get("minutes"), f.Get("shown") != "")
	})
}

// decide records a decision; its owner is named and found among the people of the committee.
func (h *Pages) decide(w http.ResponseWriter, r *http.Request) error {
	return h.on(w, r, "decide", "gatheringweb.decided", "#decisions", func(ctx context.Context, u uuid.UUID, f url.Values) error {
		l, err := h.running(r)
		if err != nil {
			return err
		}
		var c problem.Check
		d := gathering.Decision{Text: f.Get("text")}
		if d.Due, err = clock.ParseDate(f.Get("due")); err != nil {
			c.Add("due", "gatheringweb.err.day")
		}
		d.Owner, err = h.owner(ctx, &c, l, f.Get("owner"))
		if err != nil {
			return err
		}
		if err := c.Err(); err != nil {
			return err
		}
		_, err = h.Service.Decide(ctx, u, d)
		return err
	})
}

// owner finds who carries out a decision: first among who is invited, then in the committee.
func (h *Pages) owner(ctx context.Context, c *problem.Check, l *gathering.Look, name string) (uuid.UUID, error) {
	names := splitNames(name)
	if len(names) != 1 {
		c.Add("owner", "gatheringweb.err.owner")
		return uuid.Nil, nil
	}
	var here []uuid.UUID
	for _, x := range l.People {
		if x.Name == names[0] {
			here = append(here, x.Person)
		}
	}
	if len(here) == 1 {
		return here[0], nil
	}
	found, err := h.Service.Named(ctx, l.Gathering.Holders, names)
	if err != nil {
		return uuid.Nil, err
	}
	switch list := found[names[0]]; len(list) {
	case 0:
		c.Add("owner", "gatheringweb.err.nobody", "name", names[0])
	case 1:
		return list[0].Person, nil
	default:
		c.Add("owner", "gatheringweb.err.several", "name", names[0], "n", len(list))
	}
	return uuid.Nil, nil
}

// settle says that a decision was carried out, or that it is dropped.
func (h *Pages) settle(w http.ResponseWriter, r *http.Request) error {
	which, err := pathID(r, "decision")
	if err != nil {
		return err
	}
	return h.on(w, r, "decision-"+which.String(), "gatheringweb.decision-kept", "#decisions", func(ctx context.Context, _ uuid.UUID, f url.Values) error {
		if f.Get("what") == "drop" {
			return h.Service.Drop(ctx, which, f.Get("note"))
		}
		return h.Service.Finish(ctx, which, f.Get("note"))
	})
}
