package directory

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// CorrectionState is how far a request for correction has come.
type CorrectionState string

// The states.
const (
	Asked             CorrectionState = "asked"
	CorrectionDone    CorrectionState = "done"
	CorrectionRefused CorrectionState = "refused" // with the reason
)

// Correction is what somebody asks to have corrected about themselves.
type Correction struct {
	ID       uuid.UUID
	Person   uuid.UUID
	Name     string // for staff
	Text     string
	Asked    time.Time
	State    CorrectionState
	Answer   string
	Answered time.Time
}

const (
	maxCorrection = 2000
	maxWaiting    = 5 // of one person at a time
)

// AskCorrection asks staff to correct what is kept about the actor. Errors: SignIn, NotFound for an account without a person, Invalid on "text", Conflict when five wait
// already.
func (s *Service) AskCorrection(ctx context.Context, text string) error {
	a := authz.From(ctx)
	if !a.SignedIn() || !a.May(authz.WriteScope) {
		return refusal(a)
	}
	if a.Person == uuid.Nil {
		return problem.New(problem.NotFound, "directory.err.no-person")
	}
	text, err := correctionText("text", text)
	if err != nil {
		return err
	}
	id, err := newID()
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM person_correction WHERE person_id = ? AND state = 'asked'`, a.Person)
		if err != nil {
			return err
		}
		if n >= maxWaiting {
			return problem.On("text", "directory.err.corrections", "max", maxWaiting)
		}
		_, err = tx.Exec(`INSERT INTO person_correction (id, person_id, text, asked, state) VALUES (?, ?, ?, ?, ?)`, id, a.Person, text, s.clock.Now(), string(Asked))
		return err
	})
}

func correctionText(field, text string) (string, error) {
	text = strings.TrimSpace(text)
	switch n := utf8.RuneCountInString(text); {
	case n == 0 || !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return text, problem.On(field, "directory.err.correction")
	case n > maxCorrection:
		return text, problem.On(field, "directory.err.long", "max", maxCorrection, "have", n)
	}
	return text, nil
}

// Corrections lists requests of people with a post in the actor's committees today, those that wait first and the oldest of them first, at most 200; for organisers and
// administrators.
func (s *Service) Corrections(ctx context.Context) ([]Correction, error) {
	a := authz.From(ctx)
	own := a.Places(authz.Organiser)
	if !a.System && !a.IsAdmin() && len(own) == 0 {
		return nil, refusal(a)
	}
	snap, err := s.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	where, args := ``, []any(nil)
	if !a.System && !a.IsAdmin() {
		var places []uuid.UUID
		for _, o := range snap.Organisations() {
			if slices.Contains(own, committeeID(snap, o.ID)) {
				places = append(places, o.ID)
			}
		}
		in, values := db.List(places)
		day := s.today().String()
		where = `WHERE EXISTS (SELECT 1 FROM membership m WHERE m.person_id = c.person_id AND m.superseded = 0 AND m.valid_from <= ? AND (m.valid_to = '' OR m.valid_to > ?) AND m.organisation_id IN (` + in + `))`
		args = append([]any{day, day}, values...)
	}
	var out []Correction
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = readCorrections(tx, where, args...)
		return err
	})
	return out, err
}

// AnswerCorrection says that what was asked is corrected, or why not; for organisers of a committee where the person has a post, and administrators, never about
// themselves. The correction itself is made where the fact is kept. Errors: Invalid on "answer", Conflict when it was answered.
func (s *Service) AnswerCorrection(ctx context.Context, correction uuid.UUID, done bool, answer string) error {
	a := authz.From(ctx)
	if !a.SignedIn() && !a.System {
		return refusal(a)
	}
	var c Correction
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		list, err := readCorrections(tx, `WHERE c.id = ?`, correction)
		if err == nil && len(list) == 0 {
			err = problem.New(problem.NotFound, "problem.not-found")
		}
		if err == nil {
			c = list[0]
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := s.mayEditPerson(ctx, c.Person); err != nil {
		return err
	}
	if a.Person != uuid.Nil && a.Person == c.Person {
		return problem.New(problem.Forbidden, "directory.err.own-correction")
	}
	answer, err = correctionText("answer", answer)
	if err != nil {
		return err
	}
	state := CorrectionRefused
	if done {
		state = CorrectionDone
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`UPDATE person_correction SET state = ?, answer = ?, answered = ?, by_account = ? WHERE id = ? AND state = 'asked'`, string(state), answer, s.clock.Now(), idText(a.Account), correction)
		if err == nil && n == 0 {
			err = problem.New(problem.Conflict, "problem.conflict")
		}
		return err
	})
}

func readCorrections(tx *db.Tx, where string, args ...any) ([]Correction, error) {
	return db.All(tx, func(r *db.Row) (c Correction, err error) {
		err = r.Scan(&c.ID, &c.Person, &c.Name, &c.Text, &c.Asked, &c.State, &c.Answer, &c.Answered)
		return c, err
	}, `SELECT c.id, c.person_id, COALESCE(p.name, ''), c.text, c.asked, c.state, c.answer, c.answered FROM person_correction c
		LEFT JOIN person_fact p ON p.person_id = c.person_id AND p.superseded = 0 `+where+` ORDER BY CASE WHEN c.state = 'asked' THEN 0 ELSE 1 END, CASE WHEN c.state = 'asked' THEN c.asked ELSE -c.answered END, c.id LIMIT 200`, args...)
}
