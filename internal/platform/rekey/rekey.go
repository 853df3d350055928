// Package rekey seals what the database holds with the newest key (C1, G3), in pieces and while the platform serves, so that an older key can be taken away. It promises
// that a value changed by somebody else meanwhile is left alone, and that a run that was cut off goes on where it is wanted.
package rekey

import (
	"context"
	"fmt"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/secret"
)

// Column holds sealed values; each module names its own. Place gives what a value was sealed for from the row's key.
type Column struct {
	Table string
	Key   string // the column that identifies a row
	Name  string
	Place func(key string) string
}

// Fixed is the place of values that are not bound to their row.
func Fixed(place string) func(string) string { return func(string) string { return place } }

// Bound is the place of values that are bound to their row: a prefix and the row's key.
func Bound(prefix string) func(string) string {
	return func(key string) string { return prefix + key }
}

// piece is how many rows one transaction takes.
const piece = 200

type row struct{ key, sealed string }

// Run seals every value of the columns that an older key sealed, and tells how many it changed; said, if not nil, hears of each column that is done. Errors: those of
// secret.Ring, with table and row.
func Run(ctx context.Context, d *db.DB, ring *secret.Ring, columns []Column, said func(c Column, changed int)) (changed int, err error) {
	ids := ring.IDs()
	newest := secret.Prefix(ids[len(ids)-1])
	for _, c := range columns {
		n, err := one(ctx, d, ring, c, newest)
		changed += n
		if err != nil {
			return changed, err
		}
		if said != nil {
			said(c, n)
		}
	}
	return changed, nil
}

func one(ctx context.Context, d *db.DB, ring *secret.Ring, c Column, newest string) (changed int, err error) {
	after := ""
	for {
		n, last, done := 0, after, false
		err := d.Write(ctx, func(tx *db.Tx) error {
			n = 0
			list, err := db.All(tx, func(r *db.Row) (x row, err error) { err = r.Scan(&x.key, &x.sealed); return x, err },
				`SELECT `+c.Key+`, `+c.Name+` FROM `+c.Table+` WHERE `+c.Name+` <> '' AND `+c.Name+` NOT LIKE ? AND `+c.Key+` > ? ORDER BY `+c.Key+` LIMIT ?`, newest+"%", after, piece)
			if err != nil {
				return err
			}
			done = len(list) < piece
			for _, x := range list {
				out, did, err := ring.Reencrypt(c.Place(x.key), x.sealed)
				if err != nil {
					return fmt.Errorf("%s.%s of %s: %w", c.Table, c.Name, x.key, err)
				}
				last = x.key
				if !did {
					continue
				}
				k, err := tx.Exec(`UPDATE `+c.Table+` SET `+c.Name+` = ? WHERE `+c.Key+` = ? AND `+c.Name+` = ?`, out, x.key, x.sealed)
				if err != nil {
					return err
				}
				n += int(k)
			}
			return nil
		})
		if err != nil {
			return changed, err
		}
		changed, after = changed+n, last
		if done {
			return changed, nil
		}
	}
}

// Count tells by the name of a key how many values it seals.
func Count(ctx context.Context, d *db.DB, ring *secret.Ring, columns []Column) (map[string]int, error) {
	out := map[string]int{}
	err := d.Read(ctx, func(tx *db.Tx) error {
		for _, id := range ring.IDs() {
			for _, c := range columns {
				n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM `+c.Table+` WHERE `+c.Name+` LIKE ?`, secret.Prefix(id)+"%")
				if err != nil {
					return err
				}
				out[id] += n
			}
			// Orders that wait carry sealed values inside.
			n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM job WHERE payload LIKE ?`, "%"+secret.Prefix(id)+"%")
			if err != nil {
				return err
			}
			out[id] += n
		}
		return nil
	})
	return out, err
}
