package upload

import (
	"errors"
	"time"

	"xieshang/internal/platform/db"
)

const columns = `id, name, type, size, received, expires, finished IS NOT NULL`

func scanUpload(r *db.Row) (u Upload, err error) {
	err = r.Scan(&u.ID, &u.Name, &u.Type, &u.Size, &u.Received, &u.Expires, &u.finished)
	return u, err
}

// find returns the owner's upload, or db.ErrNotFound.
func find(tx *db.Tx, id, owner, suffix string) (Upload, error) {
	return db.One(tx, scanUpload, `SELECT `+columns+` FROM upload WHERE id = ? AND owner = ?`+suffix, id, owner)
}

// insert takes the owner's first free slot; it reports false when there is none. Another process may take the same slot at
// the same moment: then the unique index refuses one of the two with db.IsUnique.
func insert(tx *db.Tx, u Upload, owner string, slots int, now time.Time) (bool, error) {
	if _, err := tx.Exec(`UPDATE upload SET slot = NULL WHERE owner = ? AND slot IS NOT NULL AND expires <= ?`, owner, now); err != nil {
		return false, err
	}
	taken, err := db.All(tx, db.ScanInt, `SELECT slot FROM upload WHERE owner = ? AND slot IS NOT NULL ORDER BY slot`, owner)
	if err != nil {
		return false, err
	}
	slot := 0
	for slot < len(taken) && taken[slot] == slot {
		slot++
	}
	if slot >= slots {
		return false, nil
	}
	_, err = tx.Exec(`INSERT INTO upload (id, owner, slot, name, type, size, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		u.ID, owner, slot, u.Name, u.Type, u.Size, now, u.Expires)
	return err == nil, err
}

// piece is a stored part of an upload.
type piece struct {
	start, size int64
	blob        string
}

var errLost = errors.New("another body was quicker")

// appendPiece adds a piece if nothing has been added since, else errLost.
func appendPiece(tx *db.Tx, id, owner string, p piece, now time.Time) error {
	n, err := tx.Exec(`UPDATE upload SET received = ? WHERE id = ? AND owner = ? AND received = ? AND finished IS NULL AND expires > ?`,
		p.start+p.size, id, owner, p.start, now)
	if err != nil {
		return err
	}
	if n != 1 {
		return errLost
	}
	_, err = tx.Exec(`INSERT INTO upload_piece (upload, start, size, blob) VALUES (?, ?, ?, ?)`, id, p.start, p.size, p.blob)
	return err
}

func pieces(tx *db.Tx, id string) ([]piece, error) {
	return db.All(tx, func(r *db.Row) (p piece, err error) {
		err = r.Scan(&p.start, &p.size, &p.blob)
		return p, err
	}, `SELECT start, size, blob FROM upload_piece WHERE upload = ? ORDER BY start`, id)
}

func finish(tx *db.Tx, id string, now, expires time.Time) error {
	return tx.MustChange(`UPDATE upload SET finished = ?, slot = NULL, expires = ? WHERE id = ? AND finished IS NULL`, now, expires, id)
}

func expired(tx *db.Tx, now time.Time, limit int) ([]string, error) {
	return db.All(tx, db.ScanString, `SELECT id FROM upload WHERE expires <= ? ORDER BY expires, id LIMIT ?`, now, limit)
}

func known(tx *db.Tx, id string) (bool, error) {
	n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM upload WHERE id = ?`, id)
	return n > 0, err
}
