package directory

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// ImportState is how far an import through a page has come.
type ImportState string

// The states.
const (
	ImportReading  ImportState = "reading"  // the file is read and compared
	ImportHeadings ImportState = "headings" // somebody has to say which column is which
	ImportSeen     ImportState = "seen"     // what it would do is shown and waits for a word
	ImportRefused  ImportState = "refused"  // the file cannot be read
	ImportStoring  ImportState = "storing"
	ImportStored   ImportState = "stored"
	ImportUndone   ImportState = "undone"
)

// Limits of files that come in through a page.
const (
	MaxImportBytes = 16 << 20
	maxImportRows  = 200_000
	keptImport     = 24 * time.Hour // how long a file is kept, and a whole import can be undone
	atOnceBytes    = 128 << 10      // smaller files are read while their sender waits
	atOnceRows     = 1_000
	importJob      = "directory.import"
)

// ImportRun is an import through a page, or the note of one on the command line.
type ImportRun struct {
	ID                                uuid.UUID
	Kind                              ListKind
	Committee                         uuid.UUID // nil: everything
	Account                           uuid.UUID
	By                                string
	File                              string
	State                             ImportState
	Done, Total                       int // rows read with a Total of 0, then facts written
	Added, Changed, Ended, Known, Bad int
	Created, Stored, Undone           time.Time
	MayUndo                           bool
	Choices                           ImportChoices
	Seen                              *ImportView // nil when it is not kept any more
}

// ImportChoices are what its sender said about a file.
type ImportChoices struct {
	Map        map[string]string `json:",omitempty"` // see sheet.Options
	Remembered bool              `json:",omitempty"` // the map comes from an earlier file with these headings
	Answers    map[int]string    `json:",omitempty"`
	SkipBad    bool              `json:",omitempty"`
}

// ImportView is what was read of a file.
type ImportView struct {
	Header    []string
	Sample    []string          // what stands below each heading first
	Columns   map[string]string // heading by name of the column that is read
	Missing   []string          // names of required columns
	Notes     []sheet.Note
	Changes   []ImportChange
	Questions []Question
	Bad       []*sheet.RowError
	Refused   *sheet.Reason // why the whole was refused
	Line      int           // where
}

// importsInHand is how far the imports of this process are; a page of another process sees what was written down of it.
type importsInHand struct {
	mu sync.Mutex
	at map[uuid.UUID][2]int
}

func (h *importsInHand) set(u uuid.UUID, done, total int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.at == nil {
		h.at = map[uuid.UUID][2]int{}
	}
	h.at[u] = [2]int{done, total}
}

func (h *importsInHand) get(u uuid.UUID) ([2]int, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v, ok := h.at[u]
	return v, ok
}

func (h *importsInHand) end(u uuid.UUID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.at, u)
}

// UseJobs lets long imports run in the background. Without it they run while their sender waits.
func (s *Service) UseJobs(q *job.Queue) {
	s.jobs = q
	q.Handle(importJob, func(ctx context.Context, payload []byte) error {
		var u uuid.UUID
		if err := json.Unmarshal(payload, &u); err != nil {
			return job.Permanent(fmt.Errorf("read job: %w", err))
		}
		return s.advanceImport(authz.With(ctx, authz.System()), u)
	})
}

// BeginImport takes a file in to be read and shown; for administrators, the platform, and organisers of the committee. Errors: Invalid, Forbidden, SignIn.
func (s *Service) BeginImport(ctx context.Context, k ListKind, committee uuid.UUID, name string, content []byte) (uuid.UUID, error) {
	a := authz.From(ctx)
	if err := mayImport(a, k, committee); err != nil {
		return uuid.Nil, err
	}
	if len(content) > MaxImportBytes {
		return uuid.Nil, problem.On("file", "sheet.err.too_big", "size", len(content), "max", MaxImportBytes)
	}
	u, err := newID()
	if err != nil {
		return u, err
	}
	sealed, err := s.sealer.Seal(importPlace("content", u), string(content))
	if err != nil {
		return u, fmt.Errorf("seal a file: %w", err)
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO directory_import (id, list, committee_id, account, account_name, file_name, state, content, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			u, string(k), idText(committee), idText(a.Account), a.Name, name, string(ImportReading), sealed, s.clock.Now())
		if err != nil {
			return err
		}
		return s.later(tx, u, len(content) <= atOnceBytes)
	})
	if err == nil && (s.jobs == nil || len(content) <= atOnceBytes) {
		err = s.advanceImport(ctx, u)
	}
	return u, err
}

// later puts the next step into the queue, unless it is done at once.
func (s *Service) later(tx *db.Tx, u uuid.UUID, atOnce bool) error {
	if s.jobs == nil || atOnce {
		return nil
	}
	return s.jobs.Put(tx, importJob, u, job.Options{})
}

func importPlace(what string, u uuid.UUID) string {
	return "directory_import." + what + ":" + u.String()
}

// mine reads an import that the actor may see: its sender, administrators, and organisers of its committee. It returns NotFound for others' and for none.
func (s *Service) mine(ctx context.Context, tx *db.Tx, u uuid.UUID) (ImportRun, error) {
	run, err := s.readRun(tx, u)
	a := authz.From(ctx)
	if err == nil && mayImport(a, run.Kind, run.Committee) != nil {
		err = db.ErrNotFound
	}
	if errors.Is(err, db.ErrNotFound) {
		if !a.SignedIn() && !a.System {
			return run, problem.New(problem.SignIn, "problem.sign-in")
		}
		return run, problem.New(problem.NotFound, "problem.not-found")
	}
	return run, err
}

const runColumns = `id, list, committee_id, account, account_name, file_name, state, done, total, added, changed, ended, known, bad, created, stored, undone`

func (s *Service) scanRun(r *db.Row, more ...any) (run ImportRun, err error) {
	err = r.Scan(append([]any{id{&run.ID}, &run.Kind, id{&run.Committee}, id{&run.Account}, &run.By, &run.File, &run.State, &run.Done, &run.Total, &run.Added, &run.Changed, &run.Ended, &run.Known, &run.Bad,
		&run.Created, &run.Stored, &run.Undone}, more...)...)
	run.MayUndo = run.State == ImportStored && run.Added+run.Changed+run.Ended > 0 && s.clock.Now().Sub(run.Stored) < keptImport
	return run, err
}

func (s *Service) readRun(tx *db.Tx, u uuid.UUID) (ImportRun, error) {
	var choices, seen string
	run, err := db.One(tx, func(r *db.Row) (ImportRun, error) { return s.scanRun(r, &choices, &seen) }, `SELECT `+runColumns+`, choices, result FROM directory_import WHERE id = ?`, u)
	if err != nil {
		return run, err
	}
	if err := s.unseal("choices", u, choices, &run.Choices); err != nil {
		return run, err
	}
	if seen != "" {
		run.Seen = &ImportView{}
		if err := s.unseal("result", u, seen, run.Seen); err != nil {
			return run, err
		}
		run.Seen.wholeNumbers()
	}
	if at, here := s.inHand.get(u); here {
		run.Done, run.Total = at[0], at[1]
	}
	return run, nil
}

// wholeNumbers makes the numbers of reasons what they were before they were JSON.
func (v *ImportView) wholeNumbers() {
	fix := func(args []any) {
		for i, a := range args {
			if f, ok := a.(float64); ok && f == float64(int(f)) {
				args[i] = int(f)
			}
		}
	}
	for _, e := range v.Bad {
		fix(e.Args)
	}
	for _, n := range v.Notes {
		fix(n.Args)
	}
	if v.Refused != nil {
		fix(v.Refused.Args)
	}
}

func (s *Service) unseal(what string, u uuid.UUID, sealed string, into any) error {
	if sealed == "" {
		return nil
	}
	plain, err := s.sealer.Open(importPlace(what, u), sealed)
	if err != nil {
		return fmt.Errorf("open an import: %w", err)
	}
	return json.Unmarshal([]byte(plain), into)
}

func (s *Service) sealJSON(what string, u uuid.UUID, v any) (string, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return s.sealer.Seal(importPlace(what, u), string(body))
}

// ReadImport tells how an import stands; for its sender, administrators and organisers of its committee. It returns NotFound for others.
func (s *Service) ReadImport(ctx context.Context, u uuid.UUID) (run ImportRun, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		run, err = s.mine(ctx, tx, u)
		return err
	})
	return run, err
}

// Imports lists the imports of a committee, newest first, at most 50; those of everything for a nil committee, which are for administrators and the platform.
func (s *Service) Imports(ctx context.Context, committee uuid.UUID) (list []ImportRun, err error) {
	if err := mayEdit(authz.From(ctx), committee); err != nil {
		return nil, err
	}
	where, args := "", []any{}
	if committee != uuid.Nil {
		where, args = " AND committee_id = ?", []any{committee}
	}
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = db.All(tx, func(r *db.Row) (ImportRun, error) { return s.scanRun(r) }, `SELECT `+runColumns+` FROM directory_import WHERE state <> 'refused'`+where+` ORDER BY created DESC, id DESC LIMIT 50`, args...)
		return err
	})
	return list, err
}

// MapImport says which heading stands for which column, remembers it for files with the same headings, and reads the file again. An empty map forgets.
func (s *Service) MapImport(ctx context.Context, u uuid.UUID, m map[string]string) error {
	return s.again(ctx, u, []ImportState{ImportHeadings, ImportSeen, ImportRefused}, ImportReading, func(tx *db.Tx, run *ImportRun) error {
		if run.Seen == nil {
			return problem.New(problem.Gone, "directory.err.import-gone")
		}
		for column, title := range m {
			if !slices.ContainsFunc(ListColumns(run.Kind), func(c sheet.Column) bool { return c.Name == column }) || title != "" && !slices.Contains(run.Seen.Header, title) {
				return problem.On(column, "directory.err.heading")
			}
			for other, same := range m {
				if title != "" && other != column && same == title {
					return problem.On(column, "directory.err.heading-twice", "heading", title)
				}
			}
		}
		run.Choices.Map, run.Choices.Remembered, run.Choices.Answers = m, false, nil
		hash := headingsHash(run.Seen.Header)
		if _, err := tx.Exec(`DELETE FROM directory_mapping WHERE committee_id = ? AND list = ? AND headings = ?`, idText(run.Committee), string(run.Kind), hash); err != nil || len(m) == 0 {
			return err
		}
		body, err := json.Marshal(m)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO directory_mapping (committee_id, list, headings, mapping, account, at) VALUES (?, ?, ?, ?, ?, ?)`,
			idText(run.Committee), string(run.Kind), hash, string(body), idText(authz.From(ctx).Account), s.clock.Now())
		return err
	})
}

// headingsHash is the same for the same set of headings in any order.
func headingsHash(header []string) string {
	forms := make([]string, len(header))
	for i, h := range header {
		forms[i] = sheet.Heading(h)
	}
	slices.Sort(forms)
	sum := sha256.Sum256([]byte(strings.Join(forms, "\x00")))
	return hex.EncodeToString(sum[:])
}

// AnswerImport tells whom ambiguous rows mean, by row, and looks at the file again with it.
func (s *Service) AnswerImport(ctx context.Context, u uuid.UUID, answers map[int]string) error {
	return s.again(ctx, u, []ImportState{ImportSeen}, ImportReading, func(_ *db.Tx, run *ImportRun) error {
		run.answer(answers)
		return nil
	})
}

func (run *ImportRun) answer(answers map[int]string) {
	if run.Choices.Answers == nil {
		run.Choices.Answers = map[int]string{}
	}
	for line, a := range answers {
		run.Choices.Answers[line] = a
	}
}

// ConfirmImport stores what was seen, all or nothing; skipBad leaves out the bad rows.
func (s *Service) ConfirmImport(ctx context.Context, u uuid.UUID, skipBad bool) error {
	return s.again(ctx, u, []ImportState{ImportSeen}, ImportStoring, func(_ *db.Tx, run *ImportRun) error {
		if run.Bad > 0 && !skipBad {
			return problem.New(problem.Conflict, "directory.err.import-bad")
		}
		run.Choices.SkipBad = skipBad
		return nil
	})
}

// again moves an import on to its next step, now or in the background.
func (s *Service) again(ctx context.Context, u uuid.UUID, from []ImportState, to ImportState, change func(*db.Tx, *ImportRun) error) error {
	atOnce := false
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		run, err := s.mine(ctx, tx, u)
		if err != nil {
			return err
		}
		if !slices.Contains(from, run.State) {
			return problem.New(problem.Conflict, "directory.err.import-state")
		}
		size, err := db.One(tx, db.ScanInt, `SELECT LENGTH(content) FROM directory_import WHERE id = ?`, u)
		if err != nil {
			return err
		}
		if size == 0 {
			return problem.New(problem.Gone, "directory.err.import-gone")
		}
		if err := change(tx, &run); err != nil {
			return err
		}
		choices, err := s.sealJSON("choices", u, run.Choices)
		if err != nil {
			return err
		}
		atOnce = size <= 2*atOnceBytes && run.Added+run.Changed+run.Ended <= atOnceRows
		err = tx.MustChange(`UPDATE directory_import SET state = ?, choices = ?, done = 0, total = 0 WHERE id = ? AND state = ?`, string(to), choices, u, string(run.State))
		if errors.Is(err, db.ErrNotFound) {
			return problem.New(problem.Conflict, "directory.err.import-state").Because(err)
		}
		if err != nil {
			return err
		}
		return s.later(tx, u, atOnce)
	})
	if err == nil && (s.jobs == nil || atOnce) {
		err = s.advanceImport(ctx, u)
	}
	return err
}

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
