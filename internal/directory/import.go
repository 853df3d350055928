package directory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"unicode/utf8"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// ImportOptions direct an import.
type ImportOptions struct {
	DryRun    bool           // read and check, store nothing
	SkipBad   bool           // leave out bad rows instead of refusing the whole file
	From      clock.Date     // from when a row holds that names no day; zero is 2000-01-01, before anything that is recorded here
	Committee uuid.UUID      // only what belongs to this committee; nil: everything
	Answers   map[int]string // by row: the id of the person that it means, or NewPerson
	FileName  string
	Progress  func(done, total int) // called now and then; rows while the file is read, each counted twice when it is stored too
	Rows      func(line int, what string, bad []*sheet.RowError)

	run     uuid.UUID // the import that this is a step of
	account string    // whose it is, when the platform stores it for them
}

// NewPerson answers that a row is about somebody who is not known yet.
const NewPerson = "new"

// ImportChange is one row that is new or says something else than what is known.
type ImportChange struct {
	Line   int
	Name   string
	New    bool
	Ended  bool          // it gives a last day
	Fields []FieldChange // of what is known already
}

// FieldChange is what a row says anew in one column. Numbers that are kept encrypted are never in it: both are empty.
type FieldChange struct{ Column, Old, New string }

// Question is a row that may be about one of several people. A row of memberships cannot be about somebody new.
type Question struct {
	Line       int
	Name       string
	Candidates []Candidate
	MayBeNew   bool
}

// Candidate tells people of one name apart, without their numbers.
type Candidate struct {
	Person    uuid.UUID
	BirthYear int
	Sex       string
	Places    []string // Chinese names of committees where they have a post, with the sector
}

// ImportResult tells what an import did, or would do.
type ImportResult struct {
	New       int
	Changed   int // those that end among them
	Ended     int
	Same      int
	Changes   []ImportChange // the first 500
	Questions []Question     // their rows are in Bad, too
	Bad       *sheet.Errors  // rows that are refused, with column and reason
	Stored    bool           // something was written
	ID        uuid.UUID      // of what was written, for UndoImport
}

const (
	maxListedChanges = 500
	maxBadRows       = 1000
	maxQuestions     = 200
	maxName          = 200
	maxCode          = 20
)

func firstDay() clock.Date { return clock.Of(2000, 1, 1) }

// mayImport: administrators and the platform bring in everything, organisers the lists of their own committee.
func mayImport(a authz.Actor, k ListKind, committee uuid.UUID) error {
	if !k.Valid() {
		return problem.On("kind", "directory.err.list")
	}
	if !k.OfCommittee() {
		committee = uuid.Nil
	}
	return mayEdit(a, committee)
}

// Import reads a list that was opened with ListColumns and records what is new or different, all or nothing, for administrators, the platform, and
// organisers within their committee. What is known already changes nothing, so a file may come twice. Bad rows are in the result; without SkipBad they
// keep everything out. The error is a *sheet.FileError when the file cannot be read to its end, or a *problem.Problem.
func (s *Service) Import(ctx context.Context, k ListKind, t *sheet.Table, o ImportOptions) (ImportResult, error) {
	if err := mayImport(authz.From(ctx), k, o.Committee); err != nil {
		return ImportResult{}, err
	}
	return s.bring(ctx, k, t, o)
}

// bring plans in a reading transaction, so that nobody waits while a file is read, and writes the plan when the directory is still what it was planned for.
func (s *Service) bring(ctx context.Context, k ListKind, t *sheet.Table, o ImportOptions) (ImportResult, error) {
	if o.From.IsZero() {
		o.From = firstDay()
	}
	var im *importer
	var version int64
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if version, err = db.One(tx, db.ScanInt64, `SELECT version FROM directory_version WHERE one = 1`); err != nil {
			return err
		}
		im, err = s.plan(tx, k, t, o)
		return err
	})
	if err != nil || o.DryRun || im.refused() {
		if im == nil {
			return ImportResult{}, err
		}
		return im.out, err
	}
	var out ImportResult
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		now, err := db.One(tx, db.ScanInt64, `SELECT version FROM directory_version WHERE one = 1`)
		if err != nil {
			return err
		}
		stands := im
		if now != version { // somebody recorded something meanwhile
			if stands, err = s.plan(tx, k, t, o); err != nil {
				return err
			}
		}
		out = stands.out
		if stands.refused() || stands.todo.size() == 0 {
			return nil
		}
		return s.store(tx, stands, &out)
	})
	return out, err
}

// store writes a plan, checks what has to hold of all facts, and notes that the import took place.
func (s *Service) store(tx *db.Tx, im *importer, out *ImportResult) error {
	rec := newRecorder(tx, s.clock)
	if im.o.run != uuid.Nil {
		rec.by = im.o.account
	}
	if out.ID = im.o.run; out.ID == uuid.Nil {
		var err error
		if out.ID, err = newID(); err != nil {
			return err
		}
	}
	written, total := 0, im.todo.size()
	w := writer{tx: tx, rec: rec, run: out.ID.String(), done: func(n int) {
		written += n
		im.tell(im.read*written/max(total, 1), true)
	}}
	if err := im.todo.write(w); err != nil {
		return fmt.Errorf("import %s: %w", im.kind, err)
	}
	var organisations []Organisation
	for _, p := range im.todo.organisations.all {
		organisations = append(organisations, p.fact)
	}
	if err := errors.Join(checkOrganisations(tx, organisations), checkMemberships(tx, im.touchedPeople()), checkNumbers(tx)); err != nil {
		return err
	}
	if err := s.noteImport(tx, im, *out, rec); err != nil {
		return err
	}
	out.Stored = true
	tx.AfterCommit(s.changed)
	return bump(tx)
}

// plan reads what is known, compares each row with it and collects what has to be written. Rows that break a rule of the whole are found when everything
// is planned; then it is planned again without them, so that what is left can stand alone.
func (s *Service) plan(tx *db.Tx, k ListKind, t *sheet.Table, o ImportOptions) (*importer, error) {
	without := map[int][]*sheet.RowError{}
	for round := 0; ; round++ {
		im := &importer{s: s, tx: tx, t: t, o: o, kind: k, today: clock.Today(s.clock), without: without, touched: map[uuid.UUID]sheet.Row{}}
		im.out.Bad = sheet.NewErrors(maxBadRows)
		if err := im.run(); err != nil {
			return nil, err
		}
		broken, err := im.broken()
		if err != nil {
			return nil, err
		}
		more := false
		for line, errs := range broken {
			if _, known := without[line]; !known {
				without[line], more = errs, true
			}
		}
		if !more || round == 20 { // what is left then is refused as a whole when it is written
			return im, nil
		}
	}
}

// importer plans an import.
type importer struct {
	s       *Service
	tx      *db.Tx
	t       *sheet.Table
	o       ImportOptions
	kind    ListKind
	today   clock.Date
	out     ImportResult
	todo    plan
	without map[int][]*sheet.RowError    // rows that are known to break a rule
	touched map[uuid.UUID]sheet.Row      // people whose memberships or affiliations change, with a row about them
	facts   map[uuid.UUID][]Organisation // as they will stand

	divisionsStand map[uuid.UUID][]Division
	termsStand     map[uuid.UUID][]Term
	orgs           *organisationFinder
	crew           *peopleFinder
	posts          map[membershipKey][]Membership
	seen           map[uuid.UUID]int             // people of this file, to the row
	of             map[uuid.UUID][]membershipKey // of a person
	parties        map[uuid.UUID][]Affiliation
	read, rowsIn   int
}

func (im *importer) refused() bool { return im.out.Bad.Total() > 0 && !im.o.SkipBad }

func (im *importer) touchedPeople() []uuid.UUID {
	out := make([]uuid.UUID, 0, len(im.touched))
	for u := range maps.Keys(im.touched) {
		out = append(out, u)
	}
	return out
}

func (im *importer) run() error {
	switch im.kind {
	case DivisionList:
		return im.divisions()
	case OrganisationList:
		return im.organisations()
	case FieldList:
		return im.fields()
	case TermList:
		return im.terms()
	case PeopleList:
		return im.people()
	}
	return im.memberships()
}

// rows calls each for every readable row and keeps what is wrong with the others.
func (im *importer) rows(each func(sheet.Row) error) error {
	for row, err := range im.t.Rows() {
		if im.read++; im.read%500 == 1 {
			im.tell(im.read, false)
		}
		if errs := im.without[row.Line]; err == nil && errs != nil {
			im.bad(row.Line, sheet.RowErrors(errs))
			continue
		}
		if err == nil {
			err = each(row)
		}
		if err != nil && !im.bad(row.Line, err) {
			return err
		}
	}
	return nil
}

// tell says how far the import is, in rows.
func (im *importer) tell(rows int, writing bool) {
	if im.o.Progress == nil {
		return
	}
	if im.rowsIn == 0 {
		im.rowsIn = max(im.t.Estimate(), im.read)
	}
	total, done := im.rowsIn, min(rows, im.rowsIn)
	if !im.o.DryRun {
		total *= 2
	}
	if writing {
		done += im.rowsIn
	}
	im.o.Progress(min(done, total), total)
}

// bad keeps what is wrong with a row; false when it is no row's error.
func (im *importer) bad(line int, err error) bool {
	if !im.out.Bad.Add(err) {
		return false
	}
	if im.o.Rows != nil {
		of := sheet.NewErrors(20)
		of.Add(err)
		im.o.Rows(line, "bad", of.List())
	}
	return true
}

func (im *importer) same(row sheet.Row) {
	im.out.Same++
	if im.o.Rows != nil {
		im.o.Rows(row.Line, "same", nil)
	}
}

func (im *importer) changed(row sheet.Row, c ImportChange) {
	c.Line = row.Line
	what := "changed"
	switch {
	case c.New:
		im.out.New++
		what = "new"
	case c.Ended:
		im.out.Ended++
		im.out.Changed++
		what = "ended"
	default:
		im.out.Changed++
	}
	if len(im.out.Changes) < maxListedChanges {
		im.out.Changes = append(im.out.Changes, c)
	}
	if im.o.Rows != nil {
		im.o.Rows(row.Line, what, nil)
	}
}

// ends tells whether a change gives a last day to what had none, or another one.
func ends(was, now clock.Interval) bool { return !now.To.IsZero() && was.To != now.To }

// differ lists what differs between two rows of values.
func differ(columns []string, was, now []string) []FieldChange {
	var out []FieldChange
	for i, c := range columns {
		if was[i] != now[i] {
			out = append(out, FieldChange{Column: c, Old: was[i], New: now[i]})
		}
	}
	return out
}

// text is a cell that must not be longer than max; a column that the file does not have keeps what is known.
func (im *importer) text(row sheet.Row, column, known string, max int) (string, error) {
	if !im.t.Has(column) {
		return known, nil
	}
	v := row.Clean(column)
	if n := utf8.RuneCountInString(v); n > max {
		return "", row.Err(column, "directory.err.long", "max", max, "have", n)
	}
	return v, nil
}

// uuidCell reads a column that holds an id, nil when it is empty or missing.
func (im *importer) uuidCell(row sheet.Row, column string) (uuid.UUID, error) {
	if !im.t.Has(column) || row.Clean(column) == "" {
		return uuid.Nil, nil
	}
	u, err := uuid.Parse(row.Clean(column))
	if err != nil || u == uuid.Nil {
		return uuid.Nil, row.Err(column, "directory.err.id")
	}
	return u, nil
}

// days reads from and to. given tells whether the row names a beginning; known are the days of the fact that it corrects.
func (im *importer) days(row sheet.Row, known clock.Interval) (v clock.Interval, err error) {
	v = known
	if im.t.Has("from") && row.Clean("from") != "" {
		if v.From, err = row.Date("from"); err != nil {
			return v, err
		}
	}
	if v.From.IsZero() {
		v.From = im.o.From
	}
	if im.t.Has("to") {
		if v.To, err = row.Date("to"); err != nil {
			return v, err
		}
	}
	if v.Empty() {
		return v, row.Err("to", "directory.err.to")
	}
	return v, nil
}

// ended refuses a row without a first day about something that is over, unless it repeats or corrects the end: whether it was never over or began
// again, and when, only the file's owner knows.
func (im *importer) ended(row sheet.Row, known clock.Interval) error {
	if known.To.IsZero() || known.To.After(im.today) || im.t.Has("to") && row.Clean("to") != "" {
		return nil
	}
	return row.Err("from", "directory.err.ended", "to", known.To)
}

// from is the beginning that a row names, zero when it names none.
func (im *importer) from(row sheet.Row) (clock.Date, error) {
	if !im.t.Has("from") {
		return clock.Date{}, nil
	}
	return row.Date("from")
}

func parseLevel(text string) (Level, bool) {
	switch text {
	case "province", "省", "省级":
		return Province, true
	case "city", "市", "市级", "州", "市州":
		return City, true
	case "county", "县", "区", "县级", "县区", "县市区":
		return County, true
	}
	return "", false
}
