package directory

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// advanceImport does the step that an import waits for; done already, it does nothing.
func (s *Service) advanceImport(ctx context.Context, u uuid.UUID) error {
	var run ImportRun
	var sealed string
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if run, err = s.readRun(tx, u); err == nil {
			sealed, err = db.One(tx, db.ScanString, `SELECT content FROM directory_import WHERE id = ?`, u)
		}
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		return nil // swept meanwhile
	}
	if err != nil || run.State != ImportReading && run.State != ImportStoring {
		return err
	}
	content, err := s.sealer.Open(importPlace("content", u), sealed)
	if err != nil {
		return fmt.Errorf("open an import: %w", err)
	}
	stop := s.tellProgress(ctx, u)
	defer stop()
	if run.State == ImportStoring {
		return s.storeImport(ctx, run, []byte(content))
	}
	return s.lookAtImport(ctx, run, []byte(content))
}

// tellProgress writes down every second how far an import is, for pages of other processes. Where there is one process only, what it knows is enough.
func (s *Service) tellProgress(ctx context.Context, u uuid.UUID) (stop func()) {
	s.inHand.set(u, 0, 0)
	if s.db.Engine() == db.SQLite {
		return func() { s.inHand.end(u) }
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			at, _ := s.inHand.get(u)
			_ = s.db.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error { // only a picture; the next one comes in a second
				_, err := tx.Exec(`UPDATE directory_import SET done = ?, total = ? WHERE id = ? AND state IN ('reading', 'storing')`, at[0], at[1], u)
				return err
			})
		}
	}()
	return func() { close(done); <-ended; s.inHand.end(u) }
}

func (run ImportRun) open(content []byte, m map[string]string, lenient bool) (*sheet.Table, error) {
	return sheet.Open(run.File, bytes.NewReader(content), int64(len(content)), sheet.Options{Columns: ListColumns(run.Kind), Map: m, Lenient: lenient, MaxBytes: MaxImportBytes, MaxRows: maxImportRows})
}

func (s *Service) importOptions(run ImportRun) ImportOptions {
	return ImportOptions{Committee: run.Committee, Answers: run.Choices.Answers, SkipBad: true, FileName: run.File, run: run.ID, account: idText(run.Account), Progress: func(done, total int) { s.inHand.set(run.ID, done, total) }}
}

// lookAtImport reads the header, takes the map that was given or remembered, and compares every row.
func (s *Service) lookAtImport(ctx context.Context, run ImportRun, content []byte) error {
	view := &ImportView{}
	t, err := run.open(content, run.Choices.Map, true)
	if err == nil && run.Choices.Map == nil {
		if run.Choices.Map, err = s.remembered(ctx, run, t.Header()); err == nil && run.Choices.Map != nil {
			run.Choices.Remembered = true
			t, err = run.open(content, run.Choices.Map, true)
		}
	}
	if err != nil {
		return s.refuseImport(ctx, run, view, err)
	}
	view.Header, view.Columns = t.Header(), t.Columns()
	view.Sample = samples(t)
	for _, c := range t.Missing() {
		view.Missing = append(view.Missing, c.Name)
	}
	if len(view.Missing) > 0 {
		return s.keepSeen(ctx, run, ImportHeadings, view, ImportResult{Bad: sheet.NewErrors(1)})
	}
	o := s.importOptions(run)
	o.DryRun = true
	out, err := s.bring(ctx, run.Kind, t, o)
	if err != nil {
		return s.refuseImport(ctx, run, view, err)
	}
	view.take(t, out)
	return s.keepSeen(ctx, run, ImportSeen, view, out)
}

// samples are the first words below each heading, for people to see which column is which.
func samples(t *sheet.Table) []string {
	out := make([]string, len(t.Header()))
	n := 0
	for row := range t.Rows() {
		if n++; n > 5 || row.Line == 0 {
			break
		}
		for i, text := range row.Cells() {
			if out[i] == "" {
				words := []rune(sheet.Clean(text))
				out[i] = string(words[:min(len(words), 20)])
			}
		}
	}
	return out
}

func (v *ImportView) take(t *sheet.Table, out ImportResult) {
	v.Header, v.Columns, v.Notes, v.Changes, v.Questions, v.Bad = t.Header(), t.Columns(), t.Notes(), out.Changes, out.Questions, out.Bad.List()
	v.Notes = v.Notes[:min(len(v.Notes), 50)]
}

// remembered is the map of an earlier file with the same headings, nil when there is none.
func (s *Service) remembered(ctx context.Context, run ImportRun, header []string) (m map[string]string, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		found, err := db.All(tx, db.ScanString, `SELECT mapping FROM directory_mapping WHERE committee_id = ? AND list = ? AND headings = ?`, idText(run.Committee), string(run.Kind), headingsHash(header))
		if err != nil || len(found) == 0 {
			return err
		}
		return json.Unmarshal([]byte(found[0]), &m)
	})
	return m, err
}

// refuseImport keeps why a file was refused as a whole; what is no refusal goes on to whoever runs the step.
func (s *Service) refuseImport(ctx context.Context, run ImportRun, view *ImportView, err error) error {
	var fe *sheet.FileError
	pr, isProblem := problem.Of(err)
	switch {
	case errors.As(err, &fe):
		view.Refused, view.Line = &fe.Reason, fe.Line
	case isProblem && len(pr.Fields) > 0:
		view.Refused = &sheet.Reason{Key: pr.Fields[0].Key, Args: pr.Fields[0].Args}
	case isProblem:
		view.Refused = &sheet.Reason{Key: pr.Key, Args: pr.Args}
	default:
		return err
	}
	return s.keepSeen(ctx, run, ImportRefused, view, ImportResult{Bad: sheet.NewErrors(1)})
}

func (s *Service) keepSeen(ctx context.Context, run ImportRun, state ImportState, view *ImportView, out ImportResult) error {
	seen, err := s.sealJSON("result", run.ID, view)
	if err != nil {
		return err
	}
	choices, err := s.sealJSON("choices", run.ID, run.Choices)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE directory_import SET state = ?, choices = ?, result = ?, added = ?, changed = ?, ended = ?, known = ?, bad = ? WHERE id = ? AND state = ?`,
			string(state), choices, seen, out.New, out.Changed-out.Ended, out.Ended, out.Same, out.Bad.Total(), run.ID, string(run.State))
		return err
	})
}

// storeImport stores a file that was confirmed. When something came between, so that rows are bad that were not, it is shown again.
func (s *Service) storeImport(ctx context.Context, run ImportRun, content []byte) error {
	view := &ImportView{}
	if run.Seen != nil {
		view = run.Seen
	}
	t, err := run.open(content, run.Choices.Map, false)
	if err != nil {
		return s.refuseImport(ctx, run, view, err)
	}
	o := s.importOptions(run)
	o.SkipBad = run.Choices.SkipBad
	out, err := s.bring(ctx, run.Kind, t, o)
	if err != nil {
		return s.refuseImport(ctx, run, view, err)
	}
	if out.Stored {
		return nil // noteImport changed the state in the same transaction
	}
	view.take(t, out)
	state := ImportSeen
	if out.Bad.Total() == 0 || o.SkipBad {
		state = ImportStored // there was nothing to store
	}
	return s.keepSeen(ctx, run, state, view, out)
}

// noteImport keeps that an import took place: who, when, what and how much. One that began on a page has its row already, which must wait to be stored: so
// a step that is given to two workers is done once.
func (s *Service) noteImport(tx *db.Tx, im *importer, out ImportResult, rec recorder) error {
	if im.o.run != uuid.Nil {
		return tx.MustChange(`UPDATE directory_import SET state = ?, added = ?, changed = ?, ended = ?, known = ?, bad = ?, stored = ? WHERE id = ? AND state = ?`,
			string(ImportStored), out.New, out.Changed-out.Ended, out.Ended, out.Same, out.Bad.Total(), rec.now, out.ID, string(ImportStoring))
	}
	_, err := tx.Exec(`INSERT INTO directory_import (id, list, committee_id, account, account_name, file_name, state, added, changed, ended, known, bad, created, stored) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		out.ID, string(im.kind), idText(im.o.Committee), rec.by, authz.From(tx.Ctx()).Name, im.o.FileName, string(ImportStored), out.New, out.Changed-out.Ended, out.Ended, out.Same, out.Bad.Total(), rec.now, rec.now)
	return err
}

// SweepImports forgets the files and what was read of them after a day, and imports that were never stored; for the platform.
func (s *Service) SweepImports(ctx context.Context) error {
	if a := authz.From(ctx); !a.System {
		return refusal(a)
	}
	before := s.clock.Now().Add(-keptImport)
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM directory_import WHERE stored = 0 AND created <= ?`, before); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE directory_import SET content = '', choices = '', result = '' WHERE content <> '' AND stored <> 0 AND created <= ?`, before)
		return err
	})
}
