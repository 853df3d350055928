package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

// Sealer encrypts personal values and makes the keyed hash by which they are found again (platform/secret does).
type Sealer interface {
	Seal(place, plain string) (string, error)
	Open(place, sealed string) (string, error)
	Index(kind, normalised string) string
}

// Service is every operation on the directory.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	sealer Sealer
	jobs   *job.Queue // nil: long imports run while their sender waits
	inHand importsInHand

	mu      sync.Mutex
	ledger  *ledger
	changes int // recorded by this process
	current *Snapshot
	stands  clock.Interval // the days for which current is the same
	version int64
	checked time.Time
}

// New makes the service.
func New(d *db.DB, c clock.Clock, sealer Sealer) *Service {
	return &Service{db: d, clock: c, sealer: sealer}
}

// how long a snapshot is used before the database is asked whether another process changed the directory
const recheck = 2 * time.Second

// Snapshot returns today's directory; public. It is kept in memory and read again when a change was recorded: at once when this
// process recorded it, within two seconds when another did.
func (s *Service) Snapshot(ctx context.Context) (*Snapshot, error) {
	l, err := s.book(ctx)
	if err != nil {
		return nil, err
	}
	today := s.today()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil || s.version != l.version || !s.stands.Contains(today) {
		s.current, s.version, s.stands = l.at(asOf{Day: today}), l.version, l.unchanged(today)
	}
	return s.current, nil
}

// book gives the ledger as the database has it. It waits for no other caller: whoever holds a connection while others wait for theirs must not wait for one of them.
func (s *Service) book(ctx context.Context) (*ledger, error) {
	now := s.clock.Now()
	s.mu.Lock()
	l, changes, ok := s.ledger, s.changes, s.ledger != nil && fresh(now, s.checked)
	s.mu.Unlock()
	if ok {
		return l, nil
	}
	err := s.db.Read(db.Settled(ctx), func(tx *db.Tx) error {
		version, err := db.One(tx, db.ScanInt64, `SELECT version FROM directory_version WHERE one = 1`)
		if err != nil || l != nil && l.version == version {
			return err
		}
		l, err = readLedger(tx, version)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read directory: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ledger == nil || s.ledger.version <= l.version { // another caller may have read a newer one
		s.ledger = l
		if s.changes == changes {
			s.checked = now
		}
	}
	return s.ledger, nil
}

// fresh tells whether what was checked at an instant need not be checked again; a clock that was set back does not make it old.
func fresh(now, checked time.Time) bool {
	d := now.Sub(checked)
	return d < recheck && !checked.IsZero()
}

// At returns the directory as it stood on a day, as it is known now or was known at an earlier moment (known zero: now); public. It asks the database only
// whether something was recorded since it was read.
func (s *Service) At(ctx context.Context, day clock.Date, known time.Time) (*Snapshot, error) {
	l, err := s.book(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return l.at(asOf{Day: day, Known: known}), nil
}

// changed notes that this process recorded something, so that the next Snapshot looks at the database at once.
func (s *Service) changed() {
	s.mu.Lock()
	s.checked = time.Time{}
	s.changes++
	s.mu.Unlock()
}

// Batch is what is recorded in one go: all or nothing. Rows without an ID get one.
type Batch struct {
	Divisions     []Division
	Organisations []Organisation
	Fields        []Field
	FieldsFrom    clock.Date
	People        []PersonRow
	Affiliations  []Affiliation
	Terms         []Term
	Memberships   []Membership
}

// PersonRow is a person with contact data to be sealed; both may be empty.
type PersonRow struct {
	Person
	Phone    string
	Identity string
}

// Record writes a batch; for administrators and the platform. It returns a *problem.Problem for what cannot be recorded.
func (s *Service) Record(ctx context.Context, b *Batch) error {
	if err := mayEdit(authz.From(ctx), uuid.Nil); err != nil {
		return err
	}
	if err := checkBatch(b); err != nil {
		return err
	}
	contacts := make([]contact, len(b.People))
	for i, p := range b.People {
		var err error
		if contacts[i], err = s.seal(p); err != nil {
			return err
		}
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.record(tx, b, contacts) })
}

func (s *Service) record(tx *db.Tx, b *Batch, contacts []contact) error {
	rec := newRecorder(tx, s.clock)
	from := b.FieldsFrom
	if from.IsZero() {
		from = clock.Of(2000, 1, 1)
	}
	for i := range b.Fields {
		if err := ensure(&b.Fields[i].ID); err != nil {
			return err
		}
		if err := rec.field(tx, b.Fields[i], from); err != nil {
			if db.IsUnique(err) {
				return problem.On("path", "directory.err.field-taken", "path", b.Fields[i].Path).Because(err)
			}
			return fmt.Errorf("record field %s: %w", b.Fields[i].Path, err)
		}
	}
	todo, err := planOf(b, contacts)
	if err != nil {
		return err
	}
	if err := todo.write(writer{tx: tx, rec: rec}); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	if err := checkOrganisations(tx, b.Organisations); err != nil {
		return err
	}
	if err := checkMemberships(tx, peopleOf(b.Memberships)); err != nil {
		return err
	}
	if slices.ContainsFunc(b.People, func(p PersonRow) bool { return p.Identity != "" }) {
		if err := checkNumbers(tx); err != nil {
			return err
		}
	}
	tx.AfterCommit(s.changed)
	return bump(tx)
}

// planOf gives what has no id one, and plans a batch but for its fields.
func planOf(b *Batch, contacts []contact) (plan, error) {
	var p plan
	for i := range b.Divisions {
		d := &b.Divisions[i]
		fresh := d.ID == uuid.Nil
		if err := ensure(&d.ID); err != nil {
			return p, err
		}
		p.divisions.put(d.ID.String()+dateText(d.Valid.From), planned[Division]{fact: *d, fresh: fresh})
	}
	for i := range b.Organisations {
		o := &b.Organisations[i]
		fresh := o.ID == uuid.Nil
		if err := ensure(&o.ID); err != nil {
			return p, err
		}
		p.organisations.put(o.ID.String()+dateText(o.Valid.From), planned[Organisation]{fact: *o, fresh: fresh})
	}
	for i := range b.People {
		if err := ensure(&b.People[i].ID); err != nil {
			return p, err
		}
		p.people.put(b.People[i].ID.String(), planned[personFact]{fact: personFact{b.People[i].Person, contacts[i]}})
	}
	for i := range b.Affiliations {
		if err := ensure(&b.Affiliations[i].ID); err != nil {
			return p, err
		}
		p.affiliations.put(b.Affiliations[i].ID.String(), planned[Affiliation]{fact: b.Affiliations[i]})
	}
	for i := range b.Terms {
		if err := ensure(&b.Terms[i].ID); err != nil {
			return p, err
		}
		p.terms.put(b.Terms[i].ID.String(), planned[Term]{fact: b.Terms[i]})
	}
	for i := range b.Memberships {
		if err := ensure(&b.Memberships[i].ID); err != nil {
			return p, err
		}
		p.memberships.put(b.Memberships[i].ID.String(), planned[Membership]{fact: b.Memberships[i]})
	}
	return p, nil
}

func ensure(u *uuid.UUID) error {
	if *u != uuid.Nil {
		return nil
	}
	var err error
	*u, err = newID()
	return err
}

func (s *Service) seal(p PersonRow) (contact, error) {
	var c contact
	var err error
	if p.Phone != "" {
		if c.phone, err = s.sealer.Seal("person.phone", p.Phone); err != nil {
			return c, fmt.Errorf("seal telephone number: %w", err)
		}
		c.phoneIndex = s.sealer.Index("phone", secret.NormalPhone(p.Phone))
	}
	if p.Identity != "" {
		if c.identity, err = s.sealer.Seal("person.identity", p.Identity); err != nil {
			return c, fmt.Errorf("seal identity number: %w", err)
		}
		c.identityIndex = s.sealer.Index("identity", secret.Normal(p.Identity))
	}
	return c, nil
}

func checkBatch(b *Batch) error {
	var c problem.Check
	for _, d := range b.Divisions {
		if strings.TrimSpace(d.Name.ZH) == "" {
			c.Add("name", "directory.err.name")
		}
		if !d.Level.Valid() {
			c.Add("level", "directory.err.level")
		}
		checkInterval(&c, d.Valid)
	}
	for _, o := range b.Organisations {
		if strings.TrimSpace(o.Name.ZH) == "" {
			c.Add("name", "directory.err.name")
		}
		if !o.Kind.Valid() {
			c.Add("kind", "directory.err.kind")
		}
		if !o.Level.Valid() {
			c.Add("level", "directory.err.level")
		}
		checkInterval(&c, o.Valid)
	}
	for _, f := range b.Fields {
		if f.Path == "" || f.Name.ZH == "" {
			c.Add("path", "directory.err.name")
		}
	}
	for _, p := range b.People {
		if strings.TrimSpace(p.Name) == "" {
			c.Add("name", "directory.err.name")
		}
	}
	for _, a := range b.Affiliations {
		a.check(&c)
	}
	for _, t := range b.Terms {
		t.check(&c)
	}
	for _, m := range b.Memberships {
		m.check(&c)
	}
	return c.Err()
}

func checkInterval(c *problem.Check, v clock.Interval) {
	if v.From.IsZero() {
		c.Add("from", "directory.err.from")
	}
	if v.Empty() {
		c.Add("to", "directory.err.to")
	}
}
