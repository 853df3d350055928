package suggestion

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// keepsTemplates: editors look after those of their committee, heads after those of their department or office, administrators after all.
func (v viewer) keepsTemplates(owner uuid.UUID) bool {
	return v.System || v.IsAdmin() || v.HasAny(owner, authz.Editor, authz.Head)
}

// readsTemplates: whoever works for the owner.
func (v viewer) readsTemplates(owner uuid.UUID) bool {
	return v.keepsTemplates(owner) || v.HasAny(owner, authz.Reviewer, authz.Dispatcher, authz.Leader, authz.Clerk)
}

// KeepsTemplates tells whether the caller may change the templates of an owner.
func (s *Service) KeepsTemplates(ctx context.Context, owner uuid.UUID) bool {
	return viewerOf(ctx).keepsTemplates(owner)
}

// Templates lists all templates of an owner, retired ones last, for whoever works there. Forbidden or SignIn for others.
func (s *Service) Templates(ctx context.Context, owner uuid.UUID) ([]Template, error) {
	v := viewerOf(ctx)
	if !v.readsTemplates(owner) {
		return nil, refused(v)
	}
	return s.templatesOf(ctx, []uuid.UUID{owner}, true)
}

// Template returns one as it stands now, for whoever works for its owner; NotFound for others.
func (s *Service) Template(ctx context.Context, id uuid.UUID) (Template, error) {
	v := viewerOf(ctx)
	if !v.SignedIn() && !v.System {
		return Template{}, refused(v)
	}
	var t Template
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		t, err = readTemplate(tx, id)
		return err
	})
	if err == nil && !v.readsTemplates(t.Owner) {
		err = problem.New(problem.NotFound, "problem.not-found")
	}
	return t, err
}

// UsableTemplates lists the valid templates of every place that the caller works for. SignIn for strangers; others without a desk get none.
func (s *Service) UsableTemplates(ctx context.Context) ([]Template, error) {
	v := viewerOf(ctx)
	if !v.SignedIn() {
		return nil, refused(v)
	}
	places := v.Places(authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Clerk, authz.Head)
	if len(places) == 0 {
		return nil, nil
	}
	return s.templatesOf(ctx, places, false)
}

// ForCase keeps those that belong to the matter's committee or to a department or office that works on it.
func ForCase(all []Template, c *Case) []Template {
	return slices.DeleteFunc(slices.Clone(all), func(t Template) bool {
		return t.Owner != c.Committee && (c.State != AtOffice || t.Owner != c.Office) && c.task(func(x Task) bool { return x.Department == t.Owner }) == nil
	})
}

// Facts are what placeholders stand for when the caller writes about a matter that they read: their own department and its date where it has a part, else the
// lead department and the matter's date.
func (s *Service) Facts(ctx context.Context, c *Case) (Facts, error) {
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return Facts{}, err
	}
	f := Facts{Title: c.Title, Number: c.Number, Due: c.Due}
	if !c.RaisedAt.IsZero() {
		f.Raised = clock.DateOf(c.RaisedAt)
	}
	department := c.Lead
	if t := viewerOf(ctx).task(c, func(Task) bool { return true }); t != nil {
		department, f.Due = t.Department, t.Due
	} else if current := c.Current(); department == uuid.Nil && len(current) == 1 {
		department = current[0].Department
	}
	if department != uuid.Nil {
		f.Department = snap.OrganisationName(department)
	}
	return f, nil
}

// KeepTemplate records a template, new (Revision 0, with an ID of the caller's choosing, so that a form sent twice makes one) or changed. Invalid with the
// fields, Forbidden or SignIn when the owner's are not the caller's to keep, Conflict when somebody changed it since it was read. Owner and action stay.
func (s *Service) KeepTemplate(ctx context.Context, t Template) (Template, error) {
	v := viewerOf(ctx)
	t.Name.ZH, t.Name.EN, t.Text, t.Class = strings.TrimSpace(t.Name.ZH), strings.TrimSpace(t.Name.EN), strings.TrimSpace(strings.ReplaceAll(t.Text, "\r\n", "\n")), strings.TrimSpace(t.Class)
	if !v.SignedIn() && !v.System {
		return t, refused(v)
	}
	if !v.May(authz.WriteScope) {
		return t, problem.New(problem.Forbidden, "problem.scope")
	}
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return t, err
	}
	if t.ID == uuid.Nil {
		if t.ID, err = newID(); err != nil {
			return t, err
		}
	}
	t.Recorded, t.RecordedBy = s.Clock.Now(), v.Account
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := readTemplate(tx, t.ID)
		switch {
		case err == nil && !v.readsTemplates(now.Owner):
			return problem.New(problem.NotFound, "problem.not-found")
		case err == nil:
			t.Owner, t.Action = now.Owner, now.Action
		case problem.Is(err, problem.NotFound) && t.Revision == 0:
		default:
			return err
		}
		if !v.keepsTemplates(t.Owner) {
			return refused(v)
		}
		if err := t.check(snap); err != nil {
			return err
		}
		if now.Revision != t.Revision {
			if now.same(t) { // the same form again
				t = now
				return nil
			}
			return problem.New(problem.Conflict, "suggestion.err.template-changed")
		}
		if !t.Retired && (t.Revision == 0 || now.Retired) {
			if err := roomFor(tx, t.Owner); err != nil {
				return err
			}
		}
		t.Revision++
		return insertTemplate(tx, t)
	})
	if db.IsUnique(err) { // another hand at the same moment
		return t, problem.New(problem.Conflict, "suggestion.err.template-changed").Because(err)
	}
	return t, err
}

// RetireTemplate takes a template out of use, or puts it back. What was written with it stays as it is.
func (s *Service) RetireTemplate(ctx context.Context, id uuid.UUID, retired bool) (Template, error) {
	t, err := s.Template(ctx, id)
	if err != nil || t.Retired == retired && s.KeepsTemplates(ctx, t.Owner) {
		return t, err
	}
	t.Retired = retired
	return s.KeepTemplate(ctx, t)
}

// same tells whether two say the same.
func (t Template) same(o Template) bool {
	return t.ID == o.ID && t.Owner == o.Owner && t.Action == o.Action && t.Name == o.Name && t.Text == o.Text && t.Class == o.Class && t.Position == o.Position && t.Retired == o.Retired &&
		t.RecordedBy == o.RecordedBy
}

// newest is the condition on rows t that no later revision replaced.
const newest = `NOT EXISTS (SELECT 1 FROM suggestion_template n WHERE n.template_id = t.template_id AND n.revision > t.revision)`

const templateColumns = `t.template_id, t.revision, t.owner_id, t.action, t.name_zh, t.name_en, t.body, t.class, t.position, t.retired, t.recorded, t.recorded_by`

func scanTemplate(r *db.Row) (Template, error) {
	var t Template
	err := r.Scan(id{&t.ID}, &t.Revision, id{&t.Owner}, &t.Action, &t.Name.ZH, &t.Name.EN, &t.Text, &t.Class, &t.Position, &t.Retired, &t.Recorded, id{&t.RecordedBy})
	return t, err
}

func readTemplate(tx *db.Tx, u uuid.UUID) (Template, error) {
	t, err := db.One(tx, scanTemplate, `SELECT `+templateColumns+` FROM suggestion_template t WHERE t.template_id = ? ORDER BY t.revision DESC LIMIT 1`, u)
	if errors.Is(err, db.ErrNotFound) {
		return t, problem.New(problem.NotFound, "problem.not-found").Because(err)
	}
	return t, err
}

func (s *Service) templatesOf(ctx context.Context, owners []uuid.UUID, retired bool) ([]Template, error) {
	where, args, _ := in("t.owner_id", owners)
	if !retired {
		where += ` AND t.retired = 0`
	}
	var out []Template
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(tx, scanTemplate, `SELECT `+templateColumns+` FROM suggestion_template t WHERE `+where+` AND `+newest+
			` ORDER BY t.retired, t.position, t.template_id LIMIT 1000`, args...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	return out, nil
}

// roomFor refuses a further valid template where there are enough; a list that nobody can look through helps nobody.
func roomFor(tx *db.Tx, owner uuid.UUID) error {
	n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM suggestion_template t WHERE t.owner_id = ? AND t.retired = 0 AND `+newest, owner)
	if err == nil && n >= TemplatesMax {
		return problem.New(problem.Conflict, "suggestion.err.templates-many", "max", TemplatesMax)
	}
	return err
}

func insertTemplate(tx *db.Tx, t Template) error {
	_, err := tx.Exec(`INSERT INTO suggestion_template (template_id, revision, owner_id, action, name_zh, name_en, body, class, position, retired, recorded, recorded_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, t.ID, t.Revision, t.Owner, string(t.Action), t.Name.ZH, t.Name.EN, t.Text, t.Class, t.Position, t.Retired, t.Recorded, idText(t.RecordedBy))
	return err
}
