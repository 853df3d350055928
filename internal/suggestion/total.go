package suggestion

import (
	"fmt"

	"xieshang/internal/platform/db"
)

// total counts the matters of a list. Counting reads every entry of an index, a page of twenty reads twenty, so it is remembered (recent.go).
func (s *Service) total(tx *db.Tx, w *where) (int, error) {
	version := s.DB.Version()
	return s.totals.get(fmt.Sprint(w.from, w.text(), w.args), version, s.Clock.Now(), func() (int, int, error) {
		n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM `+w.from+` WHERE `+w.text(), w.args...)
		return n, n, err
	})
}
