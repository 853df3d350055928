package suggestion

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/search"
	"xieshang/internal/platform/secret"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// Bounds of what people type, in characters.
const (
	TitleMin = 4
	TitleMax = 80
	BodyMin  = 10
	BodyMax  = 5000
	PlaceMax = 120
	FilesMax = 10
	textMax  = 20000 // answers, reasons, notes
)

// RaiseInput is a matter as somebody brings it in.
type RaiseInput struct {
	Title      string
	Body       string
	Committee  uuid.UUID // nil: the committee of the division, or the nearest above
	Division   uuid.UUID
	Field      uuid.UUID
	Place      string
	Lon, Lat   float64
	PublicWish bool
	Draft      bool   // members only: keep it, do not raise it yet
	Name       string // of a resident, optional
	Phone      string // of a resident, optional
	ForOther   bool   // staff: entered for a resident who telephoned or came by
	Once       string // the same mark a second time gives the first matter again (double click, Idempotency-Key)
	Queued     string // why it waits for staff to let it in: came without the proof of work
	Files      []File // stored already; ids, audience and time are set here
}

// Receipt is what the one who raised it gets. Code is shown this one time; it is empty for accounts.
type Receipt struct {
	ID     uuid.UUID
	Number string
	Code   string
	State  wf.State
	Author uuid.UUID
	Again  bool // the mark was known: nothing new was stored
}

// Raise stores a matter: a member's suggestion, a resident's message (with a tracking code), or one entered by staff for a resident.
// Everybody may; the guards against floods of strangers stand before it (see guard.go). It returns a problem of kind Invalid with the fields.
func (s *Service) Raise(ctx context.Context, in RaiseInput) (Receipt, error) {
	v := viewerOf(ctx)
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return Receipt{}, err
	}
	m, author, err := s.newMatter(v, snap, &in)
	if err != nil {
		return Receipt{}, err
	}
	var code, codeHash string
	if author.Account == uuid.Nil && !in.Draft {
		if code, err = s.newCode(v, in.Once); err != nil {
			return Receipt{}, err
		}
		codeHash = s.codeHash(code)
	}
	rules, err := s.Rules(ctx, m.Committee)
	if err != nil {
		return Receipt{}, err
	}
	cal, err := s.Calendar(ctx)
	if err != nil {
		return Receipt{}, err
	}
	if !in.Draft {
		m.setDue(rules.ReviewTerm, clock.DateOf(m.UpdatedAt), cal)
	}
	phoneIndex := ""
	if in.Phone != "" {
		phoneIndex = s.Sealer.Index("phone", secret.NormalPhone(in.Phone))
	}
	once := onceKey(v, in.Once)
	title, titleHidden := Mask(in.Title)
	body, bodyHidden := Mask(in.Body)
	m.Title, m.Body = title, body
	words := search.Prepare(title, body) // before the write begins: others wait for it
	var out Receipt
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		m, author := m, author // a retry begins afresh
		if err := insert(tx, &m, once); err != nil {
			return err
		}
		if titleHidden || bodyHidden {
			if err := s.keepOriginal(tx, &m, in.Title, in.Body); err != nil {
				return err
			}
		}
		if err := insertAuthor(tx, author, codeHash, phoneIndex, enteredBy(v, in)); err != nil {
			return err
		}
		var err error
		if in.Draft {
			err = s.attach(tx, &m, uuid.Nil, in.Files, wf.ToPublic)
		} else {
			err = s.firstStep(tx, v, snap, &m, author, in, words)
		}
		out = Receipt{ID: m.ID, Number: m.Number, Code: code, State: m.State, Author: author.ID}
		return err
	})
	if once != "" && db.IsUnique(err) {
		return s.again(ctx, v, in.Once)
	}
	return out, err
}

// newMatter checks the input and fills the row and its first author.
func (s *Service) newMatter(v viewer, snap *directory.Snapshot, in *RaiseInput) (Suggestion, Author, error) {
	now := s.Clock.Now()
	tidy(in)
	var c problem.Check
	checkLength(&c, "title", in.Title, TitleMin, TitleMax)
	checkLength(&c, "body", in.Body, BodyMin, BodyMax)
	checkLength(&c, "place", in.Place, 0, PlaceMax)
	checkLength(&c, "name", in.Name, 0, 40)
	if in.Phone != "" && !plausiblePhone(in.Phone) {
		c.Add("phone", "suggestion.err.phone")
	}
	if len(in.Files) > FilesMax {
		c.Add("files", "suggestion.err.files", "max", FilesMax)
	}
	if in.Lon != 0 || in.Lat != 0 {
		if in.Lon < 73 || in.Lon > 136 || in.Lat < 3 || in.Lat > 54 {
			c.Add("place", "suggestion.err.pin")
		}
	}
	m := Suggestion{PublicWish: in.PublicWish, Place: in.Place, Lon: in.Lon, Lat: in.Lat, Queued: in.Queued, Title: in.Title, Body: in.Body,
		Round: 1, Version: 1, UpdatedAt: now, Authors: 1}
	if in.Division != uuid.Nil && snap.Division(in.Division) == nil {
		c.Add("division", "suggestion.err.division")
	} else {
		setDivision(&m, snap, in.Division)
	}
	if in.Field != uuid.Nil && snap.Field(in.Field) == nil {
		c.Add("field", "suggestion.err.field")
	} else {
		setField(&m, snap, in.Field)
	}
	m.Committee = in.Committee
	if m.Committee == uuid.Nil {
		if k := snap.CommitteeOf(in.Division); k != nil {
			m.Committee = k.ID
		}
	}
	if k := snap.Organisation(m.Committee); k == nil || k.Kind != directory.Committee {
		c.Add("committee", "suggestion.err.committee")
	}
	if err := c.Err(); err != nil {
		return m, Author{}, err
	}
	a := Author{Part: RaisedIt, Kind: FromResident, JoinedAt: now, Account: v.Account, Person: v.Person}
	switch {
	case in.ForOther:
		if err := staffOf(v, m.Committee); err != nil {
			return m, a, err
		}
		m.Origin, m.Kind = FromStaff, Message
		a.Account, a.Person = uuid.Nil, uuid.Nil
	case v.SignedIn() && v.Holds(authz.Member):
		m.Origin, m.Kind, a.Kind = FromMember, SuggestionKind, FromMember
	default:
		m.Origin, m.Kind = FromResident, Message
	}
	m.State = Raised
	if in.Draft {
		if !v.SignedIn() {
			return m, a, problem.New(problem.SignIn, "problem.sign-in")
		}
		m.State = Draft
	} else {
		m.RaisedAt, m.Steps = now, 1
	}
	var err error
	if m.ID, err = newID(); err != nil {
		return m, a, err
	}
	if a.ID, err = newID(); err != nil {
		return m, a, err
	}
	a.Suggestion, a.RaisedIn = m.ID, m.ID
	if in.Name != "" {
		if a.sealedName, err = s.Sealer.Seal("suggestion_author.name", in.Name); err != nil {
			return m, a, fmt.Errorf("seal name: %w", err)
		}
	}
	if in.Phone != "" {
		if a.sealedTel, err = s.Sealer.Seal("suggestion_author.phone", in.Phone); err != nil {
			return m, a, fmt.Errorf("seal telephone number: %w", err)
		}
	}
	return m, a, nil
}

func tidy(in *RaiseInput) {
	in.Title = strings.Join(strings.Fields(in.Title), " ")
	in.Body = strings.TrimSpace(strings.ReplaceAll(in.Body, "\r\n", "\n"))
	in.Place, _ = Mask(strings.TrimSpace(in.Place)) // a place is found without a number, so nothing is kept of it
	in.Name = strings.TrimSpace(in.Name)
	in.Phone = strings.TrimSpace(in.Phone)
}

func checkLength(c *problem.Check, field, text string, low, high int) {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		c.Add(field, "suggestion.err.encoding")
		return
	}
	switch n := utf8.RuneCountInString(text); {
	case n == 0 && low > 0:
		c.Add(field, "suggestion.err."+field+"-empty")
	case n < low:
		c.Add(field, "suggestion.err.short", "min", low)
	case n > high:
		c.Add(field, "suggestion.err.long", "max", high, "have", n)
	}
}

// plausiblePhone also catches a mobile number with digits left out, the commonest slip: a number that begins with 1 and no area code is one, and a lost
// code is found again by this number only.
func plausiblePhone(p string) bool {
	n, p := 0, secret.NormalPhone(p)
	if strings.HasPrefix(p, "1") && len(p) != 11 {
		return false
	}
	for _, r := range p {
		if r >= '0' && r <= '9' {
			n++
		} else if r != '+' {
			return false
		}
	}
	return n >= 7 && n <= 15
}

func setDivision(m *Suggestion, snap *directory.Snapshot, division uuid.UUID) {
	m.Division, m.City = division, uuid.Nil
	for d := snap.Division(division); d != nil; d = snap.Division(d.Parent) {
		if d.Level == directory.City {
			m.City = d.ID
		}
	}
}

func setField(m *Suggestion, snap *directory.Snapshot, field uuid.UUID) {
	m.Field, m.TopField = field, uuid.Nil
	for f := snap.Field(field); f != nil; f = snap.Field(f.Parent) {
		m.TopField = f.ID
	}
}

// number gives the matter its number in the committee and year in which it is raised: CODE-2026-000123.
func (s *Service) number(tx *db.Tx, snap *directory.Snapshot, m *Suggestion) error {
	year := clock.DateOf(m.RaisedAt).Year
	n, err := nextNumber(tx, m.Committee, year)
	if err != nil {
		return fmt.Errorf("next number: %w", err)
	}
	code := "X"
	if k := snap.Organisation(m.Committee); k != nil && k.Code != "" {
		code = k.Code
	}
	m.Number = fmt.Sprintf("%s-%d-%06d", code, year, n)
	return nil
}

// firstStep writes what raising brings with it. The number comes as late as it can: who takes one holds up everybody else who raises something with the same
// committee until the end of the transaction.
func (s *Service) firstStep(tx *db.Tx, v viewer, snap *directory.Snapshot, m *Suggestion, author Author, in RaiseInput, words search.Prepared) error {
	step := Step{Seq: 1, Action: Raise, From: Draft, To: Raised, Round: 1, At: m.RaisedAt, Account: v.Account, Relation: IsAuthor, Audience: wf.ToPublic}
	if in.ForOther {
		step.Relation, step.Office = IsReviewer, m.Committee
	}
	var err error
	if step.ID, err = newID(); err != nil {
		return err
	}
	if err := insertStep(tx, m.ID, step); err != nil {
		return fmt.Errorf("write step: %w", err)
	}
	if err := s.attach(tx, m, step.ID, in.Files, wf.ToPublic); err != nil {
		return err
	}
	if err := s.indexWords(tx, m, words); err != nil {
		return err
	}
	if err := s.number(tx, snap, m); err != nil {
		return err
	}
	if err := setNumber(tx, m); err != nil {
		return fmt.Errorf("write number: %w", err)
	}
	return s.publish(tx, m, step, factOf(m, step, []Author{author}, nil))
}

// attach notes files that are in the store already.
func (s *Service) attach(tx *db.Tx, m *Suggestion, step uuid.UUID, files []File, audience wf.Audience) error {
	for _, f := range files {
		var err error
		if f.ID, err = newID(); err != nil {
			return err
		}
		f.Step, f.Audience, f.At = step, audience, s.Clock.Now()
		f.Name, _ = Mask(f.Name)
		if err := insertFile(tx, m.ID, f); err != nil {
			return fmt.Errorf("note file: %w", err)
		}
	}
	return nil
}

func (s *Service) keepOriginal(tx *db.Tx, m *Suggestion, title, body string) error {
	u, err := newID()
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO suggestion_original (id, suggestion_id, title, body, at) VALUES (?, ?, ?, ?, ?)`, u, m.ID, title, body, s.Clock.Now())
	return err
}

// index keeps the full-text indexes true to the row.
func (s *Service) index(tx *db.Tx, m *Suggestion) error {
	return s.indexWords(tx, m, search.Prepare(m.Title, m.Body))
}

func (s *Service) indexWords(tx *db.Tx, m *Suggestion, words search.Prepared) error {
	if err := s.staffIndex.PutPrepared(tx, m.RID, words); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	if !m.searchable() {
		return nil
	}
	if err := s.publicIndex.PutPrepared(tx, m.RID, words); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return s.indexAlike(tx, m)
}

// searchable tells whether the public finds the matter by its words; a merged one is found by those of the matter that it went into.
func (m *Suggestion) searchable() bool { return m.Public && m.State != Merged }

// unindex takes a matter that is not public any more out of what the public can search.
func (s *Service) unindex(tx *db.Tx, m *Suggestion) error {
	if err := s.publicIndex.Delete(tx, m.RID); err != nil {
		return err
	}
	return s.alike.Delete(tx, m.RID)
}

func enteredBy(v viewer, in RaiseInput) uuid.UUID {
	if in.ForOther {
		return v.Account
	}
	return uuid.Nil
}

// onceKey binds a mark to who sent it, so that nobody can reach another's matter with a guessed mark. A visitor's mark comes from the form
// (a UUID); a shorter one could be guessed and is not used.
func onceKey(v viewer, mark string) string {
	if mark == "" || len(mark) > 100 || strings.ContainsFunc(mark, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return ""
	}
	if v.SignedIn() {
		return v.Account.String() + "|" + mark
	}
	if len(mark) < 32 {
		return ""
	}
	return "visitor|" + mark
}

// newCode makes a tracking code. One for a form with a mark is drawn from a keyed hash of the mark, so that a double click, whose first answer
// the browser throws away, gets the same code again without the code being stored.
func (s *Service) newCode(v viewer, mark string) (string, error) {
	key := onceKey(v, mark)
	if key == "" {
		return NewCode(s.Random)
	}
	return NewCode(strings.NewReader(s.Sealer.Index("suggestion.code.once", key) + s.Sealer.Index("suggestion.code.once.more", key)))
}

// again answers a repeated mark with the matter that it made.
func (s *Service) again(ctx context.Context, v viewer, mark string) (Receipt, error) {
	out := Receipt{Again: true}
	var account uuid.UUID
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Rows(func(r *db.Row) error {
			return r.Scan(id{&out.ID}, &out.Number, &out.State, id{&out.Author}, id{&account})
		},
			`SELECT s.id, s.number, s.state, a.id, a.account_id FROM suggestion s JOIN suggestion_author a ON a.raised_in = s.id AND a.part = 'raised' WHERE s.once_key = ?`,
			onceKey(v, mark))
	})
	if err == nil && out.ID == uuid.Nil {
		err = db.ErrNotFound
	}
	if err == nil && account == uuid.Nil {
		out.Code, err = s.newCode(v, mark)
	}
	return out, err
}

func (s *Service) codeHash(code string) string {
	digits, _ := ParseCode(code)
	return s.Sealer.Index("suggestion.code", digits)
}

// Track finds the matter and the author behind a tracking code. Who holds a code may do what the author may; put the author into the
// context with ByCode. It returns NotFound for a code that leads nowhere; a slip (wrong check digit) is an Invalid problem on "code".
func (s *Service) Track(ctx context.Context, typed string) (ref string, author uuid.UUID, err error) {
	digits, ok := ParseCode(typed)
	if !ok {
		return "", uuid.Nil, codeProblem(typed)
	}
	hash := s.Sealer.Index("suggestion.code", digits)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		var m uuid.UUID
		err := tx.Rows(func(r *db.Row) error { return r.Scan(id{&author}, id{&m}) },
			`SELECT id, suggestion_id FROM suggestion_author WHERE code = ?`, hash)
		ref = m.String()
		return err
	})
	if err == nil && author == uuid.Nil {
		err = problem.New(problem.NotFound, "suggestion.err.code-unknown")
	}
	return ref, author, err
}
