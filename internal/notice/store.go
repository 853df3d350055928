package notice

import (
	"encoding/json"
	"fmt"
	"time"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// id reads a UUID column in which the empty text means none.
type id struct{ p *uuid.UUID }

// Scan implements sql.Scanner.
func (c id) Scan(v any) error {
	var text string
	switch x := v.(type) {
	case string:
		text = x
	case []byte:
		text = string(x)
	default:
		return fmt.Errorf("cannot read %T as an id", v)
	}
	if text == "" {
		*c.p = uuid.Nil
		return nil
	}
	u, err := uuid.Parse(text)
	*c.p = u
	return err
}

func idText(u uuid.UUID) string {
	if u == uuid.Nil {
		return ""
	}
	return u.String()
}

const columns = `id, account_id, kind, subject_id, subject, text, args, created, read_at`

func scanNotice(r *db.Row) (Notice, error) {
	var n Notice
	var args string
	err := r.Scan(id{&n.ID}, id{&n.Account}, &n.Kind, id{&n.Subject}, &n.Number, &n.Text, &args, &n.Created, &n.Read)
	if err == nil {
		err = json.Unmarshal([]byte(args), &n.Args)
	}
	return n, err
}

// The places of a notice on its way by mail.
const (
	noMail    = ""
	dailyMail = "daily" // waits for the mail of the day
	ownMail   = "mail"  // is in the mail that mail_id names
)

// insert writes a notice; false when the same was written before.
func insert(tx *db.Tx, n Notice, occasion string, c Choice, mailID uuid.UUID) (bool, error) {
	args, err := json.Marshal(n.Args)
	if err != nil {
		return false, err
	}
	way := noMail
	switch c.Mail {
	case AtOnce:
		way = ownMail
	case Daily:
		way = dailyMail
	}
	rows, err := tx.Exec(`INSERT INTO notice (id, account_id, kind, subject_id, subject, occasion, text, args, created, inside, unread, mail, mail_id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, kind, subject_id, occasion) DO NOTHING`,
		n.ID, n.Account, string(n.Kind), n.Subject, n.Number, occasion, n.Text, string(args), db.Micros(n.Created), c.Inside, c.Inside, way, idText(mailID))
	return rows > 0, err
}

// cursor is the last notice of a page: unread ones come first, then the newest.
type cursor struct {
	unread  bool
	created time.Time
	id      uuid.UUID
}

func page(tx *db.Tx, account uuid.UUID, after cursor, limit int) ([]Notice, error) {
	q, args := `SELECT `+columns+` FROM notice WHERE account_id = ? AND inside = 1`, []any{account}
	if after.id != uuid.Nil {
		q += ` AND (unread, created, id) < (?, ?, ?)`
		args = append(args, after.unread, db.Micros(after.created), after.id)
	}
	return db.All(tx, scanNotice, q+` ORDER BY unread DESC, created DESC, id DESC LIMIT ?`, append(args, limit)...)
}

// countMost is where counting unread notices ends: nobody needs to know more exactly, and a page never waits for it.
const countMost = 999

func countUnread(tx *db.Tx, account uuid.UUID) (int, error) {
	return db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM (SELECT 1 FROM notice WHERE account_id = ? AND inside = 1 AND unread = 1 LIMIT ?) u`, account, countMost)
}

func choiceRows(tx *db.Tx, accounts []uuid.UUID) (choices, error) {
	out := choices{}
	in, args := db.List(accounts)
	err := tx.Rows(func(r *db.Row) error {
		var a uuid.UUID
		var k Kind
		var c Choice
		if err := r.Scan(id{&a}, &k, &c.Inside, &c.Mail); err != nil {
			return err
		}
		out[choiceKey{a, k}] = c
		return nil
	}, `SELECT account_id, kind, inside, mail FROM notice_choice WHERE account_id IN (`+in+`) ORDER BY account_id, kind`, args...)
	return out, err
}

func saveChoice(tx *db.Tx, account uuid.UUID, k Kind, c Choice) error {
	_, err := tx.Exec(`INSERT INTO notice_choice (account_id, kind, inside, mail) VALUES (?, ?, ?, ?)
		ON CONFLICT (account_id, kind) DO UPDATE SET inside = excluded.inside, mail = excluded.mail`, account, string(k), c.Inside, string(c.Mail))
	return err
}

func langOf(tx *db.Tx, account uuid.UUID) (string, error) {
	rows, err := db.All(tx, db.ScanString, `SELECT lang FROM notice_reader WHERE account_id = ? ORDER BY account_id LIMIT 1`, account)
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return rows[0], nil
}

func dayText(d clock.Date) any {
	if d.IsZero() {
		return nil
	}
	return d.String()
}
