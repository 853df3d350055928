package directory

import (
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
	Done, Total                       int // see ImportOptions.Progress
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
