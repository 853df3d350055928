package db_test

import (
	"errors"
	"testing"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
)

type named string

// TestTextThatCannotBeKept: what one engine would refuse in its own words, and the other would keep, is refused alike.
func TestTextThatCannotBeKept(t *testing.T) {
	dbtest.Each(t, nil, func(t *testing.T, d *db.DB) {
		for _, bad := range []any{"a\x00b", "\xff", "\xed\xa0\x80", named("a\x00")} {
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := db.One(tx, db.ScanString, `SELECT CAST(? AS TEXT)`, bad)
				return err
			})
			if !errors.Is(err, db.ErrText) {
				t.Errorf("%q: %v", bad, err)
			}
		}
	})
}
