package notice

import (
	"context"
	"fmt"
	"slices"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Choice is how a reader wants to be told of one kind.
type Choice struct {
	Inside bool
	Mail   How
}

// Setting is a kind with the reader's choice and for whom the kind is.
type Setting struct {
	Kind  Kind
	Group Group
	Choice
}

// Settings is what a reader chose.
type Settings struct {
	Kinds []Setting
	Lang  i18n.Lang // of mails
}

type choiceKey struct {
	account uuid.UUID
	kind    Kind
}

type choices map[choiceKey]Choice

// of is what the reader chose, or what a kind does by itself.
func (c choices) of(account uuid.UUID, k Kind) Choice {
	if chosen, ok := c[choiceKey{account, k}]; ok {
		return chosen
	}
	row, _ := rowOf(k)
	return Choice{Inside: true, Mail: row.mail}
}

func choicesOf(tx *db.Tx, accounts []uuid.UUID) (choices, error) { return choiceRows(tx, accounts) }

// reader is the account that asks for itself.
func reader(ctx context.Context) (authz.Actor, error) {
	a := authz.From(ctx)
	if !a.SignedIn() {
		return a, problem.New(problem.SignIn, "problem.sign-in")
	}
	return a, nil
}

// system refuses everybody but the platform itself.
func system(ctx context.Context) error {
	if !authz.From(ctx).System {
		return problem.New(problem.Forbidden, "problem.forbidden")
	}
	return nil
}

// Settings are the caller's choices for the kinds that can reach them.
func (s *Service) Settings(ctx context.Context) (Settings, error) {
	var out Settings
	a, err := reader(ctx)
	if err != nil {
		return out, err
	}
	err = s.n.DB.Read(ctx, func(tx *db.Tx) error {
		chosen, err := choicesOf(tx, []uuid.UUID{a.Account})
		if err != nil {
			return err
		}
		lang, err := langOf(tx, a.Account)
		if err != nil {
			return err
		}
		out.Lang, _ = i18n.ParseLang(lang)
		groups := groupsOf(a)
		for _, r := range kinds() {
			for _, g := range r.groups {
				if slices.Contains(groups, g) && !slices.ContainsFunc(out.Kinds, func(have Setting) bool { return have.Kind == r.kind }) {
					out.Kinds = append(out.Kinds, Setting{r.kind, g, chosen.of(a.Account, r.kind)})
				}
			}
		}
		return nil
	})
	if err != nil {
		return Settings{}, fmt.Errorf("choices of a reader: %w", err)
	}
	return out, nil
}

// Choose stores the caller's choices; kinds that are not named stay as they are. Errors: SignIn, Invalid.
func (s *Service) Choose(ctx context.Context, in Settings) error {
	a, err := reader(ctx)
	if err != nil {
		return err
	}
	var c problem.Check
	for _, k := range in.Kinds {
		if _, ok := rowOf(k.Kind); !ok || !slices.Contains(Hows(), k.Mail) {
			c.Add("mail-"+string(k.Kind), "notice.problem.how")
		}
	}
	if in.Lang != "" && !slices.Contains(i18n.Langs(), in.Lang) {
		c.Add("lang", "notice.problem.lang")
	}
	if err := c.Err(); err != nil {
		return err
	}
	return s.n.DB.Write(ctx, func(tx *db.Tx) error {
		for _, k := range in.Kinds {
			if err := saveChoice(tx, a.Account, k.Kind, k.Choice); err != nil {
				return err
			}
		}
		if in.Lang == "" {
			return nil
		}
		_, err := tx.Exec(`INSERT INTO notice_reader (account_id, lang) VALUES (?, ?) ON CONFLICT (account_id) DO UPDATE SET lang = excluded.lang`, a.Account, string(in.Lang))
		return err
	})
}
