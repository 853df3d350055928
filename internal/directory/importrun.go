package directory

import (
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
)

// noteImport keeps that an import took place: who, when, what and how much. One that began on a page has its row already.
func (s *Service) noteImport(tx *db.Tx, im *importer, out ImportResult, rec recorder) error {
	if im.o.account == "" {
		_, err := tx.Exec(`INSERT INTO directory_import (id, list, committee_id, account, account_name, file_name, state, added, changed, ended, known, bad, created, stored) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			out.ID, string(im.kind), idText(im.o.Committee), rec.by, authz.From(tx.Ctx()).Name, im.o.FileName, "stored", out.New, out.Changed-out.Ended, out.Ended, out.Same, out.Bad.Total(), rec.now, rec.now)
		return err
	}
	return nil
}
