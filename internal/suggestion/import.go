package suggestion

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/event"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// ImportRow is one matter from another system. Its identity is (source, SourceID), never its content: equal texts stay two matters.
type ImportRow struct {
	SourceID string
	Title    string
	Body     string
	At       time.Time
	Support  int // readers' votes for and against there, as a base count
	Against  int
	Reply    string    // answer of a department, when there was one
	ReplyAt  time.Time // zero without a reply
}

// Bounds of imported texts, wider than what people may type here.
const (
	importTitleMax = 300
	importBodyMax  = 100_000
)

// Check refuses a row with its field.
func (r ImportRow) Check() error {
	var c problem.Check
	if strings.TrimSpace(r.SourceID) == "" {
		c.Add("id", "suggestion.err.import-id")
	}
	for _, f := range []struct {
		name, text string
		max        int
	}{{"subject", r.Title, importTitleMax}, {"body", r.Body, importBodyMax}, {"reply", r.Reply, importBodyMax}} {
		switch {
		case !utf8.ValidString(f.text) || strings.ContainsRune(f.text, 0):
			c.Add(f.name, "suggestion.err.encoding")
		case f.name != "reply" && strings.TrimSpace(f.text) == "":
			c.Add(f.name, "suggestion.err.import-empty")
		case utf8.RuneCountInString(f.text) > f.max:
			c.Add(f.name, "suggestion.err.long", "max", f.max, "have", utf8.RuneCountInString(f.text))
		}
	}
	if r.At.IsZero() {
		c.Add("submitted_at", "suggestion.err.import-date")
	}
	if r.Reply != "" && r.ReplyAt.Before(r.At) {
		c.Add("replied_at", "suggestion.err.import-reply-date")
	}
	return c.Err()
}

// ImportResult counts what an import did.
type ImportResult struct {
	New   int
	Known int // had been imported before
}

const importTogether = 500 // rows between two reports of progress

// Import stores matters of another system in one transaction: all or nothing. Each is public at once, keeps its true dates, has no department, rating, class or
// deadline, and sends no notice. A row whose (source, id) is known changes nothing. For the platform itself (the command line) and administrators. progress may be nil.
func (s *Service) Import(ctx context.Context, committee uuid.UUID, source string, rows []ImportRow, progress func(done int)) (ImportResult, error) {
	v := viewerOf(ctx)
	if !v.System && !v.IsAdmin() {
		return ImportResult{}, refused(v)
	}
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return ImportResult{}, err
	}
	k := snap.Organisation(committee)
	if k == nil || k.Kind != directory.Committee {
		return ImportResult{}, problem.On("committee", "suggestion.err.committee")
	}
	if source = strings.TrimSpace(source); source == "" {
		return ImportResult{}, problem.On("source", "suggestion.err.import-source")
	}
	for i, r := range rows {
		if err := r.Check(); err != nil {
			return ImportResult{}, fmt.Errorf("row %d: %w", i+1, err)
		}
	}
	var out ImportResult
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		out = ImportResult{}
		im := importer{s: s, tx: tx, k: k, source: source, now: s.Clock.Now(), next: map[int]int{}}
		if err := im.knownIDs(); err != nil {
			return err
		}
		for i, r := range rows {
			if im.known[r.SourceID] {
				out.Known++
			} else {
				im.known[r.SourceID] = true
				if err := im.add(r); err != nil {
					return fmt.Errorf("row %d: %w", i+1, err)
				}
				out.New++
			}
			if progress != nil && (i+1)%importTogether == 0 {
				progress(i + 1)
			}
		}
		if out.New == 0 {
			return nil
		}
		if err := im.numbers(); err != nil {
			return err
		}
		id, err := newID()
		if err != nil {
			return err
		}
		return s.Bus.Publish(tx, event.Event{ID: id, Kind: "suggestion.import", Subject: committee, Place: committee}, map[string]any{"source": source, "new": out.New})
	})
	if err == nil && out.New > 0 {
		err = s.Maintain(ctx) // many at once leave the index of likely duplicates in many pieces
	}
	return out, err
}

type importer struct {
	s      *Service
	tx     *db.Tx
	k      *directory.Organisation
	source string
	now    time.Time
	known  map[string]bool
	next   map[int]int // last number given in each year
}

func (im *importer) knownIDs() error {
	im.known = map[string]bool{}
	return im.tx.Rows(func(r *db.Row) error {
		var id string
		err := r.Scan(&id)
		im.known[id] = true
		return err
	}, `SELECT source_id FROM suggestion WHERE source = ?`, im.source)
}

// number counts in memory; numbers writes the counts back once. The row of each year is locked when it is first needed.
func (im *importer) number(at time.Time) (string, error) {
	year := clock.DateOf(at).Year
	if _, ok := im.next[year]; !ok {
		n, err := nextNumber(im.tx, im.k.ID, year)
		if err != nil {
			return "", err
		}
		im.next[year] = n - 1
	}
	im.next[year]++
	code := im.k.Code
	if code == "" {
		code = "X"
	}
	return fmt.Sprintf("%s-%d-%06d", code, year, im.next[year]), nil
}

func (im *importer) numbers() error {
	for year, n := range im.next {
		if err := im.tx.MustChange(`UPDATE suggestion_sequence SET last = ? WHERE committee_id = ? AND year = ?`, n, im.k.ID, year); err != nil {
			return err
		}
	}
	return nil
}

func (im *importer) add(r ImportRow) error {
	id, err := newID()
	if err != nil {
		return err
	}
	title := strings.Join(strings.Fields(r.Title), " ")
	body := strings.TrimSpace(strings.ReplaceAll(r.Body, "\r\n", "\n"))
	m := Suggestion{ID: id, Committee: im.k.ID, Origin: FromImport, Kind: Message, State: Accepted, Round: 1, Public: true, PublicWish: true, BaseSupport: max(0, r.Support), RaisedAt: r.At, UpdatedAt: r.At,
		Source: im.source, SourceID: r.SourceID, Version: 1, Steps: 1, Authors: 1}
	if m.Number, err = im.number(r.At); err != nil {
		return err
	}
	var hidTitle, hidBody bool
	m.Title, hidTitle = Mask(title)
	m.Body, hidBody = Mask(body)
	if r.Reply != "" {
		m.State, m.RepliedAt, m.UpdatedAt = Replied, r.ReplyAt, r.ReplyAt
	}
	if err := insert(im.tx, &m, ""); err != nil {
		return err
	}
	if hidTitle || hidBody {
		if err := im.s.keepOriginal(im.tx, &m, title, body); err != nil {
			return err
		}
	}
	step := Step{Seq: 1, Action: Import, From: m.State, To: m.State, Round: 1, At: r.At, Relation: IsRule, Office: im.k.ID, Audience: wf.ToPublic, Details: Details{Source: im.source}}
	if step.ID, err = newID(); err != nil {
		return err
	}
	if r.Reply != "" {
		step.At = r.ReplyAt
		reply, _ := Mask(strings.TrimSpace(r.Reply))
		task := Task{Suggestion: m.ID, Round: 1, Part: Lead, State: TaskDone, SentAt: r.At, AcknowledgedAt: r.At, Answer: reply, SignedAt: r.ReplyAt, DoneAt: r.ReplyAt}
		if task.ID, err = newID(); err != nil {
			return err
		}
		if err := im.task(task); err != nil {
			return err
		}
	}
	if err := insertStep(im.tx, m.ID, step); err != nil {
		return err
	}
	return im.s.index(im.tx, &m)
}

// task writes the answer of an unknown department: its id stays empty.
func (im *importer) task(t Task) error {
	_, err := im.tx.Exec(`INSERT INTO suggestion_task (`+taskColumns+`) VALUES (?, ?, ?, '', ?, ?, ?, '', 0, '', '', ?, '', '', ?, '', '', '', 0, ?, ?)`,
		t.ID, t.Suggestion, t.Round, string(t.Part), string(t.State), t.SentAt, db.Micros(t.AcknowledgedAt), t.Answer, db.Micros(t.SignedAt), db.Micros(t.DoneAt))
	return err
}
