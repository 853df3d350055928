package suggestion

import (
	"encoding/json"
	"fmt"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// id reads a UUID column in which ” and NULL mean none.
type id struct{ p *uuid.UUID }

func (c id) Scan(v any) error {
	var s string
	switch x := v.(type) {
	case nil:
	case string:
		s = x
	case []byte:
		s = string(x)
	default:
		return fmt.Errorf("cannot read %T as an id", v)
	}
	if s == "" {
		*c.p = uuid.Nil
		return nil
	}
	u, err := uuid.Parse(s)
	*c.p = u
	return err
}

func idText(u uuid.UUID) string {
	if u == uuid.Nil {
		return ""
	}
	return u.String()
}

func dateText(d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

const columns = `rid, id, number, committee_id, origin, kind, state, round, title, body, place, lon, lat, division_id, city_id, field_id, top_field_id,
	public, public_wish, public_reason, queued, base_support, support, author_count, channel, office_id, lead_id, sponsor_id, class, promised, rating,
	due, due_provisional, raised_at, dispatched_at, replied_at, closed_at, updated_at, merged_into, converted_to, source, source_id, version, steps, due_from, due_rule`

func scanSuggestion(r *db.Row) (Suggestion, error) {
	var s Suggestion
	err := r.Scan(&s.RID, id{&s.ID}, &s.Number, id{&s.Committee}, &s.Origin, &s.Kind, &s.State, &s.Round, &s.Title, &s.Body, &s.Place, &s.Lon, &s.Lat,
		id{&s.Division}, id{&s.City}, id{&s.Field}, id{&s.TopField}, &s.Public, &s.PublicWish, &s.PublicReason, &s.Queued, &s.BaseSupport, &s.Support,
		&s.Authors, &s.Channel, id{&s.Office}, id{&s.Lead}, id{&s.Sponsor}, &s.Class, &s.Promised, &s.Rating, &s.Due, &s.DueProvisional, &s.RaisedAt,
		&s.DispatchedAt, &s.RepliedAt, &s.ClosedAt, &s.UpdatedAt, id{&s.MergedInto}, &s.ConvertedTo, &s.Source, &s.SourceID, &s.Version, &s.Steps, &s.DueFrom, &s.DueRule)
	return s, err
}

// insert stores a new matter and sets its RID.
func insert(tx *db.Tx, s *Suggestion, once string) error {
	var number, onceKey any
	if s.Number != "" {
		number = s.Number
	}
	if once != "" {
		onceKey = once
	}
	const text = `INSERT INTO suggestion (id, number, committee_id, origin, kind, state, round, title, body, place, lon, lat, division_id, city_id,
		field_id, top_field_id, public, public_wish, public_reason, queued, base_support, support, author_count, channel, office_id, lead_id, sponsor_id, class, promised,
		rating, due, due_provisional, raised_at, dispatched_at, replied_at, closed_at, updated_at, merged_into, converted_to, source, source_id, once_key, version, steps, due_from, due_rule)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	args := []any{s.ID, number, s.Committee, string(s.Origin), string(s.Kind), string(s.State), s.Round, s.Title, s.Body, s.Place, s.Lon, s.Lat, idText(s.Division), idText(s.City),
		idText(s.Field), idText(s.TopField), s.Public, s.PublicWish, s.PublicReason, s.Queued, s.BaseSupport, s.Support, s.Authors, string(s.Channel), idText(s.Office),
		idText(s.Lead), idText(s.Sponsor), s.Class, dateText(s.Promised), string(s.Rating), dateText(s.Due), s.DueProvisional, db.Micros(s.RaisedAt), db.Micros(s.DispatchedAt),
		db.Micros(s.RepliedAt), db.Micros(s.ClosedAt), db.Micros(s.UpdatedAt), idText(s.MergedInto), s.ConvertedTo, s.Source, s.SourceID, onceKey, s.Version, s.Steps, dateText(s.DueFrom), s.DueRule}
	var err error
	if tx.Engine() == db.Postgres {
		s.RID, err = db.One(tx, db.ScanInt64, text+` RETURNING rid`, args...)
		return err
	}
	// On SQLite RETURNING makes a savepoint, at which FTS5 writes out what it had gathered of the rows before.
	if _, err = tx.Exec(text, args...); err == nil {
		s.RID, err = db.One(tx, db.ScanInt64, `SELECT last_insert_rowid()`)
	}
	return err
}

// update writes back what an action may change. The row was locked when it was read.
func update(tx *db.Tx, s *Suggestion) error {
	var number any
	if s.Number != "" {
		number = s.Number
	}
	s.Version++
	return tx.MustChange(`UPDATE suggestion SET number = ?, committee_id = ?, kind = ?, state = ?, round = ?, title = ?, body = ?, place = ?, lon = ?, lat = ?, division_id = ?, city_id = ?,
		field_id = ?, top_field_id = ?, public = ?, public_wish = ?, public_reason = ?, queued = ?, support = ?, author_count = ?, channel = ?, office_id = ?, lead_id = ?,
		sponsor_id = ?, class = ?, promised = ?, rating = ?, due = ?, due_provisional = ?, raised_at = ?, dispatched_at = ?, replied_at = ?, closed_at = ?, updated_at = ?,
		merged_into = ?, converted_to = ?, version = ?, steps = ?, due_from = ?, due_rule = ? WHERE rid = ?`,
		number, s.Committee, string(s.Kind), string(s.State), s.Round, s.Title, s.Body, s.Place, s.Lon, s.Lat, idText(s.Division), idText(s.City), idText(s.Field), idText(s.TopField),
		s.Public, s.PublicWish, s.PublicReason, s.Queued, s.Support, s.Authors, string(s.Channel), idText(s.Office), idText(s.Lead), idText(s.Sponsor), s.Class,
		dateText(s.Promised), string(s.Rating), dateText(s.Due), s.DueProvisional, db.Micros(s.RaisedAt), db.Micros(s.DispatchedAt), db.Micros(s.RepliedAt), db.Micros(s.ClosedAt),
		db.Micros(s.UpdatedAt), idText(s.MergedInto), s.ConvertedTo, s.Version, s.Steps, dateText(s.DueFrom), s.DueRule, s.RID)
}

// setNumber gives a new row its number.
func setNumber(tx *db.Tx, s *Suggestion) error {
	return tx.MustChange(`UPDATE suggestion SET number = ? WHERE rid = ?`, s.Number, s.RID)
}

// find reads one matter by its id or its number; lock holds it until the end of a write.
func find(tx *db.Tx, ref string, lock bool) (Suggestion, error) {
	where := `number = ?`
	if u, err := uuid.Parse(ref); err == nil {
		where, ref = `id = ?`, u.String()
	}
	q := `SELECT ` + columns + ` FROM suggestion WHERE ` + where
	if lock {
		q += tx.ForUpdate()
	}
	return db.One(tx, scanSuggestion, q, ref)
}

const stepColumns = `id, seq, action, from_state, to_state, round, at, account_id, relation, office_id, department_id, reason, body, audience, details`

func scanStep(r *db.Row) (Step, error) {
	var s Step
	var details string
	err := r.Scan(id{&s.ID}, &s.Seq, &s.Action, &s.From, &s.To, &s.Round, &s.At, id{&s.Account}, &s.Relation, id{&s.Office}, id{&s.Department}, &s.Reason, &s.Body,
		&s.Audience, &details)
	if err == nil && details != "{}" && details != "" {
		if err = json.Unmarshal([]byte(details), &s.Details); err != nil {
			err = fmt.Errorf("details of step %s: %w", s.ID, err)
		}
	}
	return s, err
}

func insertStep(tx *db.Tx, suggestion uuid.UUID, s Step) error {
	details, err := json.Marshal(s.Details)
	if err != nil {
		return fmt.Errorf("details of step: %w", err)
	}
	_, err = tx.Exec(`INSERT INTO suggestion_step (id, suggestion_id, seq, action, from_state, to_state, round, at, account_id, relation, office_id, department_id, reason, body, audience, details)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, s.ID, suggestion, s.Seq, string(s.Action), string(s.From), string(s.To), s.Round, s.At, idText(s.Account),
		string(s.Relation), idText(s.Office), idText(s.Department), s.Reason, s.Body, string(s.Audience), string(details))
	return err
}

func readSteps(tx *db.Tx, suggestion uuid.UUID) ([]Step, error) {
	return db.All(tx, scanStep, `SELECT `+stepColumns+` FROM suggestion_step WHERE suggestion_id = ? ORDER BY seq LIMIT 2000`, suggestion)
}

const taskColumns = `id, suggestion_id, round, department_id, part, state, sent_at, due, due_provisional, due_rule, return_until, acknowledged_at, time_asked, time_answer,
	answer, answer_number, class, promised, drafted_at, signed_at, done_at`

const fullTaskColumns = taskColumns + `, return_rule, return_provisional`

func scanTask(r *db.Row) (Task, error) {
	var t Task
	err := r.Scan(id{&t.ID}, id{&t.Suggestion}, &t.Round, id{&t.Department}, &t.Part, &t.State, &t.SentAt, &t.Due, &t.DueProvisional, &t.DueRule, &t.ReturnUntil,
		&t.AcknowledgedAt, &t.TimeAsked, &t.TimeAnswer, &t.Answer, &t.AnswerNumber, &t.Class, &t.Promised, &t.DraftedAt, &t.SignedAt, &t.DoneAt, &t.ReturnRule, &t.ReturnProvisional)
	return t, err
}

func readTasks(tx *db.Tx, suggestion uuid.UUID) ([]Task, error) {
	return db.All(tx, scanTask, `SELECT `+fullTaskColumns+` FROM suggestion_task WHERE suggestion_id = ? ORDER BY sent_at, id LIMIT 500`, suggestion)
}

func insertTask(tx *db.Tx, t Task) error {
	_, err := tx.Exec(`INSERT INTO suggestion_task (`+fullTaskColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		t.ID, t.Suggestion, t.Round, t.Department, string(t.Part), string(t.State), t.SentAt, dateText(t.Due), t.DueProvisional, t.DueRule, dateText(t.ReturnUntil),
		db.Micros(t.AcknowledgedAt), dateText(t.TimeAsked), t.TimeAnswer, t.Answer, t.AnswerNumber, t.Class, dateText(t.Promised), db.Micros(t.DraftedAt), db.Micros(t.SignedAt), db.Micros(t.DoneAt),
		t.ReturnRule, t.ReturnProvisional)
	return err
}

func updateTask(tx *db.Tx, t Task) error {
	return tx.MustChange(`UPDATE suggestion_task SET state = ?, due = ?, due_provisional = ?, due_rule = ?, return_until = ?, return_provisional = ?, acknowledged_at = ?, time_asked = ?, time_answer = ?, answer = ?, answer_number = ?,
		class = ?, promised = ?, drafted_at = ?, signed_at = ?, done_at = ? WHERE id = ?`,
		string(t.State), dateText(t.Due), t.DueProvisional, t.DueRule, dateText(t.ReturnUntil), t.ReturnProvisional, db.Micros(t.AcknowledgedAt), dateText(t.TimeAsked), t.TimeAnswer, t.Answer, t.AnswerNumber,
		t.Class, dateText(t.Promised), db.Micros(t.DraftedAt), db.Micros(t.SignedAt), db.Micros(t.DoneAt), t.ID)
}

func scanAuthor(r *db.Row) (Author, error) {
	var a Author
	err := r.Scan(id{&a.ID}, id{&a.Suggestion}, id{&a.RaisedIn}, &a.Kind, &a.Part, id{&a.Account}, id{&a.Person}, &a.sealedName, &a.sealedTel, &a.Rating, &a.RatingText,
		&a.RatedAt, &a.JoinedAt)
	a.HasPhone = a.sealedTel != ""
	return a, err
}

const authorColumns = `id, suggestion_id, raised_in, kind, part, account_id, person_id, name, phone, rating, rating_reason, rated_at, joined_at`

// readAuthors lists those who raised or took up a matter: also those whose thread came from a matter that was merged into it (RaisedIn is another), and
// those whose thread went on in another (Suggestion is another). People who only joined are counted, not listed.
func readAuthors(tx *db.Tx, suggestion uuid.UUID) ([]Author, error) {
	return db.All(tx, scanAuthor, `SELECT `+authorColumns+` FROM suggestion_author WHERE (suggestion_id = ? OR raised_in = ?) AND part <> 'joined' ORDER BY joined_at, id LIMIT 500`, suggestion, suggestion)
}

func insertAuthor(tx *db.Tx, a Author, codeHash, phoneIndex string, enteredBy uuid.UUID) error {
	var code any
	if codeHash != "" {
		code = codeHash
	}
	_, err := tx.Exec(`INSERT INTO suggestion_author (id, suggestion_id, raised_in, kind, part, account_id, person_id, name, phone, phone_index, code, joined_at, entered_by, supporter)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, a.ID, a.Suggestion, a.RaisedIn, string(a.Kind), string(a.Part), idText(a.Account), idText(a.Person), a.sealedName,
		a.sealedTel, phoneIndex, code, a.JoinedAt, idText(enteredBy), a.supporter)
	return err
}

func readFiles(tx *db.Tx, suggestion uuid.UUID) ([]File, error) {
	return db.All(tx, scanFile, `SELECT id, step_id, name, type, size, blob, thumb, medium, width, height, audience, at FROM suggestion_file WHERE suggestion_id = ? ORDER BY at, id LIMIT 500`, suggestion)
}

func scanFile(r *db.Row) (File, error) {
	var f File
	err := r.Scan(id{&f.ID}, id{&f.Step}, &f.Name, &f.Type, &f.Size, &f.Blob, &f.Thumb, &f.Medium, &f.Width, &f.Height, &f.Audience, &f.At)
	return f, err
}

func insertFile(tx *db.Tx, suggestion uuid.UUID, f File) error {
	_, err := tx.Exec(`INSERT INTO suggestion_file (id, suggestion_id, step_id, name, type, size, blob, thumb, medium, width, height, audience, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, f.ID, suggestion, idText(f.Step), f.Name, f.Type, f.Size, f.Blob, f.Thumb, f.Medium, f.Width, f.Height, string(f.Audience), f.At)
	return err
}

func addParty(tx *db.Tx, s *Suggestion, organisation uuid.UUID, part string) error {
	_, err := tx.Exec(`INSERT INTO suggestion_party (suggestion_id, organisation_id, part, since) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, s.ID, organisation, part, s.UpdatedAt)
	return err
}

type party struct {
	Organisation uuid.UUID
	Part         string
}

func readParties(tx *db.Tx, suggestion uuid.UUID) ([]party, error) {
	return db.All(tx, func(r *db.Row) (party, error) {
		var p party
		err := r.Scan(id{&p.Organisation}, &p.Part)
		return p, err
	}, `SELECT organisation_id, part FROM suggestion_party WHERE suggestion_id = ? ORDER BY since, organisation_id LIMIT 500`, suggestion)
}

// nextNumber counts the matters of a committee and year. The row stays locked until the transaction ends.
func nextNumber(tx *db.Tx, committee uuid.UUID, year int) (int, error) {
	return db.One(tx, db.ScanInt, `INSERT INTO suggestion_sequence (committee_id, year, last) VALUES (?, ?, 1)
		ON CONFLICT (committee_id, year) DO UPDATE SET last = suggestion_sequence.last + 1 RETURNING last`, committee, year)
}

func newID() (uuid.UUID, error) {
	u, err := uuid.NewV7()
	if err != nil {
		return u, fmt.Errorf("new id: %w", err)
	}
	return u, nil
}
