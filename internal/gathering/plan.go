package gathering

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Bounds of what people type.
const (
	maxTitle       = 120
	maxBody        = 5000
	maxPlace       = 120
	maxItems       = 60
	maxHolders     = 20
	maxFields      = 12
	maxInvitations = 300
	maxMinutes     = 50000
	maxNote        = 500
	maxLength      = 40 * 24 * time.Hour
)

// Plan is a gathering as it is planned.
type Plan struct {
	ID          uuid.UUID // nil: a new one
	Version     int       // that was read, for a change
	Kind        string
	Holders     []uuid.UUID
	Title       string
	Body        string
	Place       string
	Starts      time.Time
	Ends        time.Time
	Public      bool
	Extra       map[string]string // what the kind asks for; what it does not ask for is left out
	Items       []Item
	Invitations []Invitation
}

// Plan makes a gathering or changes one that is not over. Changing time or place of a published one tells who is invited. It is for who runs all that its
// first holder holds. Errors: Invalid with the fields, Conflict when somebody else changed it meanwhile or it is over.
func (s *Service) Plan(ctx context.Context, p Plan) (uuid.UUID, error) {
	if len(p.Holders) == 0 {
		if a := authz.From(ctx); !a.SignedIn() && !a.System {
			return uuid.Nil, refusal(a)
		}
		return uuid.Nil, problem.On("holders", "gathering.err.holder")
	}
	if err := s.mayRun(ctx, p.Holders[:1]); err != nil {
		return uuid.Nil, err
	}
	committee, err := s.checkPlan(ctx, &p)
	if err != nil {
		return uuid.Nil, err
	}
	a, isNew := authz.From(ctx), p.ID == uuid.Nil
	if isNew {
		if p.ID, err = newID(); err != nil {
			return uuid.Nil, err
		}
	}
	day := (&Gathering{Starts: p.Starts}).Day().String()
	return p.ID, s.db.Write(ctx, func(tx *db.Tx) error {
		ctx := tx.Ctx()
		if isNew {
			_, err := tx.Exec(`INSERT INTO gathering (id, committee_id, kind, title, body, place, starts, ends, day, state, public, extra, created, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				p.ID, committee, p.Kind, p.Title, p.Body, p.Place, p.Starts, p.Ends, day, string(Planned), p.Public, extraText(p.Extra), s.clock.Now(), a.Account)
			if err != nil {
				return err
			}
			return s.writeParts(tx, &p)
		}
		was, err := one(tx, p.ID, true)
		if err != nil {
			return err
		}
		if err := s.mayRun(ctx, was.Holders); err != nil {
			return err
		}
		if was.State != Planned && was.State != Published {
			return problem.New(problem.Conflict, "gathering.err.over")
		}
		if was.Version != p.Version {
			return problem.New(problem.Conflict, "problem.conflict")
		}
		moved := !was.Starts.Equal(p.Starts) || !was.Ends.Equal(p.Ends) || was.Place != p.Place
		_, err = tx.Exec(`UPDATE gathering SET committee_id = ?, kind = ?, title = ?, body = ?, place = ?, starts = ?, ends = ?, day = ?, public = ?, extra = ?, sequence = sequence + 1, version = version + 1 WHERE id = ?`,
			committee, p.Kind, p.Title, p.Body, p.Place, p.Starts, p.Ends, day, p.Public, extraText(p.Extra), p.ID)
		if err != nil {
			return err
		}
		if err := s.writeParts(tx, &p); err != nil {
			return err
		}
		if was.State == Planned {
			return nil
		}
		// It was published: what publishing asks for holds on.
		g, err := one(tx, p.ID, false)
		if err != nil {
			return err
		}
		if err := s.publishable(ctx, &g, p.Items, p.Invitations); err != nil {
			return err
		}
		before, err := inviteesOf(tx, g.ID)
		if err != nil {
			return err
		}
		if err := s.resolve(ctx, tx, &g); err != nil {
			return err
		}
		if !moved {
			return nil
		}
		return s.tell(tx, Telling{What: ToldChanged, Gathering: g, People: before})
	})
}

func (s *Service) checkPlan(ctx context.Context, p *Plan) (committee uuid.UUID, err error) {
	var c problem.Check
	p.Title, p.Body, p.Place = strings.TrimSpace(p.Title), strings.TrimSpace(p.Body), strings.TrimSpace(p.Place)
	checkText(&c, "title", p.Title, 1, maxTitle)
	checkText(&c, "body", p.Body, 0, maxBody)
	checkText(&c, "place", p.Place, 0, maxPlace)
	switch {
	case p.Starts.IsZero() || p.Starts.Year() < 2000 || p.Starts.Year() > 2100:
		c.Add("starts", "gathering.err.starts")
	case !p.Ends.After(p.Starts):
		c.Add("ends", "gathering.err.ends")
	case p.Ends.Sub(p.Starts) > maxLength:
		c.Add("ends", "gathering.err.long-days", "max", int(maxLength.Hours()/24))
	}
	snap, err := s.directory.Snapshot(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	p.Holders = unique(p.Holders)
	if len(p.Holders) > maxHolders {
		c.Add("holders", "gathering.err.holders-many", "max", maxHolders)
	}
	first := snap.CommitteeFor(p.Holders[0])
	if first == nil {
		return uuid.Nil, problem.On("holders", "gathering.err.holder")
	}
	kind, ok, err := s.Kind(asPlatform(ctx), first.ID, p.Kind)
	if err != nil {
		return uuid.Nil, err
	}
	if !ok {
		c.Add("kind", "gathering.err.kind")
	}
	for _, h := range p.Holders {
		o := snap.Organisation(h)
		switch {
		case o == nil:
			c.Add("holders", "gathering.err.holder")
		case ok && !kind.MayHold(o.Kind):
			c.Add("holders", "gathering.err.holder-kind", "kind", kind.Name, "name", o.Name)
		}
	}
	p.Extra = kind.keep(&c, p.Extra)
	var items []Item
	for _, i := range p.Items {
		if i.Title, i.Speaker = strings.TrimSpace(i.Title), strings.TrimSpace(i.Speaker); i.Title == "" && i.Speaker == "" {
			continue
		}
		checkText(&c, "items", i.Title, 1, maxTitle)
		checkText(&c, "items", i.Speaker, 0, maxTitle)
		if i.Minutes < 0 || i.Minutes > 24*60 {
			c.Add("items", "gathering.err.item-minutes")
		}
		items = append(items, i)
	}
	if p.Items = items; len(items) > maxItems {
		c.Add("items", "gathering.err.items", "max", maxItems)
	}
	if err := c.Err(); err != nil {
		return uuid.Nil, err
	}
	return first.ID, s.checkInvitations(ctx, snap, first.ID, p)
}

// checkInvitations lets a gathering invite organisations and people of the committees of its holders. Other people are not searched for and so cannot be named.
func (s *Service) checkInvitations(ctx context.Context, snap *directory.Snapshot, committee uuid.UUID, p *Plan) error {
	var c problem.Check
	if len(p.Invitations) > maxInvitations {
		c.Add("invitations", "gathering.err.invitations", "max", maxInvitations)
		return c.Err()
	}
	committees := []uuid.UUID{committee}
	for _, h := range p.Holders {
		if k := snap.CommitteeFor(h); k != nil {
			committees = append(committees, k.ID)
		}
	}
	var people []uuid.UUID
	for _, i := range p.Invitations {
		if (i.Organisation == uuid.Nil) == (i.Person == uuid.Nil) {
			c.Add("invitations", "gathering.err.invitation")
			continue
		}
		if i.Person != uuid.Nil {
			people = append(people, i.Person)
			continue
		}
		if k := snap.CommitteeFor(i.Organisation); k == nil || !slices.Contains(committees, k.ID) && !snap.Above(committee, k.ID) {
			c.Add("invitations", "gathering.err.invitation-elsewhere")
		}
		for _, post := range i.Posts {
			if !post.Valid() {
				c.Add("invitations", "gathering.err.invitation")
			}
		}
	}
	if len(people) > 0 && c.Err() == nil {
		held, err := s.directory.Roster(asPlatform(ctx), directory.RosterQuery{People: people})
		if err != nil {
			return err
		}
		known := map[uuid.UUID]bool{}
		for _, h := range held {
			if k := snap.CommitteeFor(h.Organisation); k != nil && (slices.Contains(committees, k.ID) || snap.Above(committee, k.ID)) {
				known[h.Person] = true
			}
		}
		for _, u := range people {
			if !known[u] {
				c.Add("invitations", "gathering.err.invitation-person")
				break
			}
		}
	}
	return c.Err()
}

func unique(list []uuid.UUID) []uuid.UUID {
	var out []uuid.UUID
	for _, u := range list {
		if u != uuid.Nil && !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}

// publishable refuses what a gathering of its kind cannot be published without: the first-topic rule (第一议题), a place, somebody invited.
func (s *Service) publishable(ctx context.Context, g *Gathering, items []Item, invitations []Invitation) error {
	k, ok, err := s.Kind(asPlatform(ctx), g.Committee, g.Kind)
	if err != nil {
		return err
	}
	var c problem.Check
	if !ok {
		c.Add("kind", "gathering.err.kind")
	}
	if k.StudyFirst && (len(items) == 0 || !items[0].Study) {
		c.Add("items", "gathering.err.study-first", "kind", k.Name)
	}
	if k.Place && g.Place == "" {
		c.Add("place", "gathering.err.place")
	}
	for i, f := range k.Fields {
		if f.Required && g.Extra[f.Name.ZH] == "" {
			c.Add(ExtraField(i), "gathering.err.extra", "kind", k.Name, "field", f.Name)
		}
	}
	if len(invitations) == 0 && !g.Public {
		c.Add("invitations", "gathering.err.nobody")
	}
	return c.Err()
}

// ExtraField names the field of a refusal that is about the i-th field of a kind.
func ExtraField(i int) string { return "extra-" + strconv.Itoa(i) }

// keep checks what was filled in and leaves out what the kind does not ask for.
func (k Kind) keep(c *problem.Check, given map[string]string) map[string]string {
	out := map[string]string{}
	for i, f := range k.Fields {
		text := strings.TrimSpace(given[f.Name.ZH])
		checkText(c, ExtraField(i), text, 0, maxNote)
		if text != "" {
			out[f.Name.ZH] = text
		}
	}
	return out
}
