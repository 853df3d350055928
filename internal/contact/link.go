package contact

import (
	"context"
	"errors"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

func (s *Service) today() clock.Date { return clock.Today(s.Clock) }

// Put makes a link (nil ID) or corrects the one with this ID, which is superseded. For organisers of the committee, administrators and the platform. Errors: Invalid with
// the fields, Conflict when somebody else corrected it meanwhile.
func (s *Service) Put(ctx context.Context, l Link) (uuid.UUID, error) {
	if err := mayOrganise(ctx, l.Committee); err != nil {
		return uuid.Nil, err
	}
	was := l.ID
	ids, err := s.write(ctx, []Link{l}, was)
	if err != nil {
		return uuid.Nil, err
	}
	return ids[0], nil
}

// Choice is a member and who is to contact them.
type Choice struct {
	Member, Contact uuid.UUID
}

// Adopt makes a link for each choice, all or none; see Put. The error names the first choice that cannot be.
func (s *Service) Adopt(ctx context.Context, committee uuid.UUID, from clock.Date, list []Choice) (int, error) {
	if err := mayOrganise(ctx, committee); err != nil {
		return 0, err
	}
	if len(list) == 0 {
		return 0, problem.On("pick", "contact.err.none-picked")
	}
	links := make([]Link, len(list))
	for i, c := range list {
		links[i] = Link{Committee: committee, Kind: ToMember, Contact: c.Contact, Target: c.Member, Valid: clock.Interval{From: from}}
	}
	ids, err := s.write(ctx, links, uuid.Nil)
	return len(ids), err
}

// End says from which day on a link holds no more, and why: Changed or Other. Errors: Invalid, NotFound.
func (s *Service) End(ctx context.Context, committee, link uuid.UUID, from clock.Date, why Reason) error {
	if err := mayOrganise(ctx, committee); err != nil {
		return err
	}
	if why != Changed && why != Other {
		return problem.On("reason", "contact.err.reason")
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		l, err := s.current(tx, committee, link)
		if err != nil {
			return err
		}
		if from.IsZero() || !l.Valid.From.Before(from) || !l.Valid.To.IsZero() && from.After(l.Valid.To) {
			return problem.On("to", "contact.err.end", "from", l.Valid.From)
		}
		l.Valid.To, l.EndReason = from, why
		return s.replace(tx, l)
	})
}

// Withdraw takes back a link that should never have been recorded; its trace stays.
func (s *Service) Withdraw(ctx context.Context, committee, link uuid.UUID) error {
	if err := mayOrganise(ctx, committee); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.current(tx, committee, link); err != nil {
			return err
		}
		return supersede(tx, link, s.Clock.Now())
	})
}

// current locks and reads a link of a committee that is the present knowledge.
func (s *Service) current(tx *db.Tx, committee, link uuid.UUID) (Link, error) {
	if err := lock(tx); err != nil {
		return Link{}, err
	}
	list, err := readLinks(tx, `id = ? AND committee_id = ?`, link, committee)
	if err != nil {
		return Link{}, err
	}
	if len(list) == 0 {
		return Link{}, noLink()
	}
	if !list[0].Superseded.IsZero() {
		return Link{}, problem.New(problem.Conflict, "problem.conflict")
	}
	return list[0], nil
}

func (s *Service) replace(tx *db.Tx, l Link) error {
	was := l.ID
	var err error
	if l.ID, err = newID(); err != nil {
		return err
	}
	return insert(tx, l, s.Clock.Now(), was)
}

// write checks and writes links of one committee; replaces is the one that the only link corrects.
func (s *Service) write(ctx context.Context, links []Link, replaces uuid.UUID) ([]uuid.UUID, error) {
	var c problem.Check
	for _, l := range links {
		l.check(&c)
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	sw, err := s.Record.Sweep(platform(ctx))
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		if err := s.holds(ctx, sw, l); err != nil {
			return nil, err
		}
	}
	ids := make([]uuid.UUID, len(links))
	return ids, s.DB.Write(ctx, func(tx *db.Tx) error {
		if replaces != uuid.Nil {
			was, err := s.current(tx, links[0].Committee, replaces)
			if err != nil {
				return err
			}
			if was.Kind != links[0].Kind {
				return noLink()
			}
		} else if err := lock(tx); err != nil {
			return err
		}
		for i, l := range links {
			known, err := readLinks(tx, `superseded = 0 AND committee_id = ? AND kind = ? AND contact_id = ? AND target_id = ? AND id <> ?`, l.Committee, string(l.Kind), l.Contact, l.Target, replaces)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(known, func(k Link) bool { return k.Valid.Overlaps(l.Valid) }) {
				return s.named(ctx, sw, l, "from", "contact.err.twice")
			}
			if l.ID, err = newID(); err != nil {
				return err
			}
			ids[i] = l.ID
			if err := insert(tx, l, s.Clock.Now(), replaces); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l Link) check(c *problem.Check) {
	switch {
	case !l.Kind.Valid():
		c.Add("kind", "contact.err.kind")
	case l.Contact == uuid.Nil:
		c.Add("contact", "contact.err.contact")
	case l.Target == uuid.Nil:
		c.Add("target", "contact.err.target")
	case l.Contact == l.Target:
		c.Add("target", "contact.err.self")
	}
	switch {
	case l.Valid.From.IsZero():
		c.Add("from", "contact.err.from")
	case l.Valid.Empty():
		c.Add("to", "contact.err.end", "from", l.Valid.From)
	}
	if l.EndReason != NoReason && (l.Valid.To.IsZero() || l.EndReason != Changed && l.EndReason != Other) {
		c.Add("reason", "contact.err.reason")
	}
}

// holds refuses a link that does not hold on its first day.
func (s *Service) holds(ctx context.Context, sw *directory.Sweep, l Link) error {
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	if l.Kind != ToMember {
		if k := snap.CommitteeFor(l.Target); k == nil || k.ID != l.Committee {
			return problem.On("target", "contact.err.target")
		}
	}
	days, why := held(l, sw)
	if days.Empty() {
		field := "contact"
		if why == TargetLeft || why == TargetParty || why == TargetGone {
			field = "target"
		}
		return s.named(ctx, sw, l, field, "contact.err."+string(why)+"."+string(l.Kind))
	}
	if first := days.From.Date(); first != l.Valid.From {
		return s.named(ctx, sw, l, "from", "contact.err.early", "day", first)
	}
	return nil
}

// named is a refusal that says whom it is about: the list that came may be long. Only people of the committee are named; an ID of somebody else must not
// become their name.
func (s *Service) named(ctx context.Context, sw *directory.Sweep, l Link, field, key string, args ...any) error {
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	names, err := s.Directory.Names(platform(ctx), slices.DeleteFunc([]uuid.UUID{l.Contact, l.Target}, func(u uuid.UUID) bool { return !belongs(sw, u, l.Committee) }))
	if err != nil {
		return err
	}
	target := names[l.Target]
	if l.Kind != ToMember {
		target = snap.OrganisationName(l.Target).ZH
	}
	return problem.On(field, key, append(args, "contact", known(names[l.Contact]), "target", known(target))...)
}

// belongs tells whether a person ever had a post in the committee or below it.
func belongs(sw *directory.Sweep, who, committee uuid.UUID) bool {
	at, ok := sw.Index(who)
	return ok && slices.ContainsFunc(sw.StaysOf(at), func(st directory.Stay) bool {
		return slices.ContainsFunc(sw.CommitteesOf(nil, st.Organisation), func(k directory.CommitteeDays) bool { return k.Committee == committee })
	})
}

func known(name string) string {
	if name == "" {
		return "—"
	}
	return name
}

// Trace lists everything that was recorded of a link, newest first: the link and what it replaced. For whoever may read the committee's links. Errors: NotFound.
func (s *Service) Trace(ctx context.Context, committee, link uuid.UUID) ([]Link, error) {
	if err := s.mayRead(ctx, committee); err != nil {
		return nil, err
	}
	var out []Link
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		next := link.String()
		for next != "" && len(out) < 100 {
			l, err := db.One(tx, scanLink, `SELECT `+linkColumns+` FROM contact_link WHERE id = ? AND committee_id = ?`, next, committee)
			if errors.Is(err, db.ErrNotFound) && len(out) == 0 {
				return noLink()
			}
			if err != nil {
				return err
			}
			out = append(out, l)
			if next, err = db.One(tx, db.ScanString, `SELECT replaces FROM contact_link WHERE id = ?`, next); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// Rule tells how many members one person of the committee contacts at most; for whoever may read its links.
func (s *Service) Rule(ctx context.Context, committee uuid.UUID) (int, error) {
	if err := s.mayRead(ctx, committee); err != nil {
		return 0, err
	}
	most := DefaultMost
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		most, err = rule(tx, committee)
		return err
	})
	return most, err
}

func rule(tx *db.Tx, committee uuid.UUID) (int, error) {
	n, err := db.One(tx, db.ScanInt, `SELECT most FROM contact_rule WHERE committee_id = ?`, committee)
	if errors.Is(err, db.ErrNotFound) {
		return DefaultMost, nil
	}
	return n, err
}

// PutRule says how many members one person contacts at most. Errors: Invalid.
func (s *Service) PutRule(ctx context.Context, committee uuid.UUID, most int) error {
	if err := mayOrganise(ctx, committee); err != nil {
		return err
	}
	if most < 1 || most > maxMost {
		return problem.On("most", "contact.err.most", "max", maxMost)
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO contact_rule (committee_id, most, recorded, recorded_by) VALUES (?, ?, ?, ?)
			ON CONFLICT (committee_id) DO UPDATE SET most = excluded.most, recorded = excluded.recorded, recorded_by = excluded.recorded_by`,
			committee, most, s.Clock.Now(), by(tx))
		return err
	})
}
