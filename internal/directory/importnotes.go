package directory

import (
	"context"
	"fmt"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// AnnotateImport writes the file of an import again with two more columns: what happens with each row, and what is wrong with it. titles are the two
// headings; say gives the two texts for "new", "changed", "ended", "same" or "bad" with its errors. For those who may see the import. Errors: Gone.
func (s *Service) AnnotateImport(ctx context.Context, u uuid.UUID, titles [2]string, say func(what string, bad []*sheet.RowError) [2]string, w *sheet.Writer) error {
	var run ImportRun
	var sealed string
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if run, err = s.mine(ctx, tx, u); err == nil {
			sealed, err = db.One(tx, db.ScanString, `SELECT content FROM directory_import WHERE id = ?`, u)
		}
		return err
	})
	if err != nil {
		return err
	}
	if sealed == "" || run.State != ImportSeen && run.State != ImportStored {
		return problem.New(problem.Gone, "directory.err.import-gone")
	}
	content, err := s.sealer.Open(importPlace("content", u), sealed)
	if err != nil {
		return fmt.Errorf("open an import: %w", err)
	}
	t, err := run.open([]byte(content), run.Choices.Map, false)
	if err != nil {
		return err
	}
	said := map[int][2]string{}
	o := s.importOptions(run)
	o.DryRun, o.Progress = true, nil
	o.Rows = func(line int, what string, bad []*sheet.RowError) { said[line] = say(what, bad) }
	if _, err := s.bring(ctx, run.Kind, t, o); err != nil {
		return err
	}
	return annotate(t, titles, said, w)
}

func annotate(t *sheet.Table, titles [2]string, said map[int][2]string, w *sheet.Writer) error {
	var heads []sheet.Head
	for i, title := range t.Header() {
		heads = append(heads, sheet.Head{Name: fmt.Sprint(i), Title: title})
	}
	heads = append(heads, sheet.Head{Name: "result", Title: titles[0], Width: 14}, sheet.Head{Name: "reason", Title: titles[1], Width: 60})
	if err := w.Header(heads...); err != nil {
		return err
	}
	for row, err := range t.Rows() {
		if row.Line == 0 && err != nil {
			return err
		}
		cells := make([]any, 0, len(heads))
		for _, c := range row.Cells() {
			cells = append(cells, c)
		}
		if err := w.Row(append(cells, said[row.Line][0], said[row.Line][1])...); err != nil {
			return err
		}
	}
	return nil
}
