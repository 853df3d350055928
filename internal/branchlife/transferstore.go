package branchlife

import (
	"errors"

	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

const transferColumns = `id, person_id, from_id, to_id, to_name, from_committee, to_committee, state, letter, issued, until, received_on, created, version`

func scanTransfer(r *db.Row) (t Transfer, err error) {
	err = r.Scan(id{&t.ID}, id{&t.Person}, id{&t.From}, id{&t.To}, &t.ToName, id{&t.FromCommittee}, id{&t.ToCommittee}, &t.State, &t.Letter, &t.Issued, &t.Until, &t.ReceivedOn, &t.Created, &t.Version)
	return t, err
}

func oneTransfer(tx *db.Tx, id uuid.UUID, lock string) (Transfer, error) {
	t, err := db.One(tx, scanTransfer, `SELECT `+transferColumns+` FROM branchlife_transfer WHERE id = ?`+lock, id)
	if errors.Is(err, db.ErrNotFound) {
		err = notFound()
	}
	return t, err
}

func insertTransfer(tx *db.Tx, t Transfer) error {
	_, err := tx.Exec(`INSERT INTO branchlife_transfer (id, person_id, from_id, to_id, to_name, from_committee, to_committee, state, created, created_by, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		t.ID, t.Person, t.From, idText(t.To), t.ToName, idText(t.FromCommittee), idText(t.ToCommittee), string(t.State), t.Created, by(tx), t.Version)
	return err
}

func updateTransfer(tx *db.Tx, t Transfer) error {
	return tx.MustChange(`UPDATE branchlife_transfer SET to_id = ?, to_name = ?, state = ?, letter = ?, issued = ?, until = ?, received_on = ?, version = ? WHERE id = ?`,
		idText(t.To), t.ToName, string(t.State), t.Letter, dateText(t.Issued), dateText(t.Until), dateText(t.ReceivedOn), t.Version, t.ID)
}

func insertStep(tx *db.Tx, transfer uuid.UUID, x TransferStep) error {
	id, err := newID()
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO branchlife_transfer_step (id, transfer_id, seq, action, from_state, to_state, relation, account_id, reason, letter, day, until, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, transfer, x.Seq, string(x.Action), string(x.From), string(x.To), string(x.Relation), by(tx), x.Reason, x.Letter, dateText(x.Day), dateText(x.Until), x.At)
	return err
}

func transferSteps(tx *db.Tx, transfer uuid.UUID) ([]TransferStep, error) {
	return db.All(tx, func(r *db.Row) (x TransferStep, err error) {
		err = r.Scan(&x.Seq, &x.Action, &x.From, &x.To, &x.Relation, &x.Reason, &x.Letter, &x.Day, &x.Until, &x.At)
		return x, err
	}, `SELECT seq, action, from_state, to_state, relation, reason, letter, day, until, at FROM branchlife_transfer_step WHERE transfer_id = ? ORDER BY seq`, transfer)
}
