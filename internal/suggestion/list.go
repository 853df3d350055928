package suggestion

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/search"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// Scope is whose list it is.
type Scope string

// The scopes. Each is filtered in SQL by the same rule as reading one matter (policy.go).
const (
	PublicScope     Scope = ""           // what everybody may read
	StaffScope      Scope = "staff"      // everything of the committees that the caller works for
	DepartmentScope Scope = "department" // what the caller's departments have to handle
	MineScope       Scope = "mine"       // what the caller raised or took up
	MessagesScope   Scope = "messages"   // residents' messages that a member of the committee may take up
)

// Queue narrows a StaffScope or DepartmentScope list to what waits for somebody.
type Queue string

// The queues of staff, and of departments.
const (
	NoQueue       Queue = ""
	ToLetIn       Queue = "guard"    // came without the proof of work: let in or return
	ToReview      Queue = "review"   // raised
	ToDispatch    Queue = "dispatch" // accepted
	ComingBack    Queue = "back"     // return or more time asked, not satisfied
	ToCheck       Queue = "check"    // answers to be reviewed
	ToMeet        Queue = "meet"     // a meeting or an explanation is due
	LateQueue     Queue = "late"     // the date of the present step is over
	Promises      Queue = "promises" // promised, not yet kept
	LateOpinions  Queue = "opinions" // opinions of joint and assisting departments that are past their date
	ToAcknowledge Queue = "receipt"  // department: no receipt yet
	ToAnswer      Queue = "answer"   // department: in hand
	ToSign        Queue = "sign"     // department: written, to be signed
	ToAdvise      Queue = "opinion"  // department: joint or assisting
	ToPassOn      Queue = "office"   // supervision office: to be dispatched by it
)

// Filter says which matters a list shows. Zero fields do not narrow.
type Filter struct {
	Scope      Scope
	Queue      Queue
	Query      string // words and field:value filters
	States     []wf.State
	Kind       Kind
	Committee  uuid.UUID
	Division   uuid.UUID // with everything below it
	Department uuid.UUID
	Field      uuid.UUID // with everything below it
	Class      string
	Rating     Rating
	From, To   clock.Date // raised from (inclusive) to (exclusive)
	Limit      int        // 1 to 200; 0: 20
	Cursor     string     // from the page before
	Total      bool       // count all that match
}

// Item is one line of a list.
type Item struct {
	Suggestion
	Excerpt string
	Part    Part         // DepartmentScope: the caller's part
	Task    wf.TaskState // DepartmentScope
	TaskDue clock.Date
	Title2  []search.Part // with the words marked, when searched
	Snippet []search.Part
	Handler uuid.UUID // DepartmentScope: which of the caller's departments
}

// Page is one page of a list. Total is -1 when it was not asked for.
type Page struct {
	Items []Item
	Next  string
	Total int
}

const maxLimit = 200

// List shows matters. It returns an Invalid problem for a query or cursor that cannot be read, Forbidden or SignIn for a scope that is not the caller's.
func (s *Service) List(ctx context.Context, f Filter) (Page, error) {
	v := viewerOf(ctx)
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return Page{}, err
	}
	if f.Limit == 0 {
		f.Limit = 20
	}
	if f.Limit < 1 || f.Limit > maxLimit {
		return Page{}, problem.On("limit", "suggestion.err.limit", "max", maxLimit)
	}
	var q search.Query
	if strings.TrimSpace(f.Query) != "" {
		if q, err = search.Parse(f.Query); err != nil {
			return Page{}, problem.On("q", "suggestion.err.query").Because(err)
		}
		applyFilters(&f, snap, q)
	}
	w, err := s.conditions(v, snap, f)
	if err != nil {
		return Page{}, err
	}
	var out Page
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if !q.Empty() {
			out, err = s.searchPage(tx, f, q, w)
		} else {
			out, err = s.listPage(tx, f, w)
		}
		return err
	})
	return out, err
}

// where is a condition over the table suggestion, named s where a join needs it.
type where struct {
	from  string // join for the department's list
	cond  []string
	args  []any
	order order
}

func (w *where) and(cond string, args ...any) {
	w.cond = append(w.cond, cond)
	w.args = append(w.args, args...)
}

func (w *where) andIn(column string, ids []uuid.UUID) {
	c, args, ok := in(column, ids)
	if !ok {
		c = "1 = 0"
	}
	w.and(c, args...)
}

func (w *where) text() string { return strings.Join(w.cond, " AND ") }

// order is how a list is sorted and continued: by raised_at downwards, or by due date upwards (queues).
type order int

const (
	newestFirst order = iota
	dueFirst
	taskDueFirst
)

func (s *Service) conditions(v viewer, snap *directory.Snapshot, f Filter) (*where, error) {
	w := &where{from: "suggestion s"}
	switch f.Scope {
	case PublicScope:
		w.and("s.public = 1")
		if len(f.States) == 0 {
			w.and("s.state <> 'merged'")
		}
	case MineScope:
		if !v.SignedIn() && v.code == uuid.Nil {
			return nil, refused(v)
		}
		// Whoever began in a matter that was merged reads both: their own thread, and the one in which it goes on.
		me := `SELECT %s FROM suggestion_author WHERE ((account_id = ? AND account_id <> '') OR id = ?) AND part <> 'joined'`
		w.and(`s.id IN (`+fmt.Sprintf(me, "suggestion_id")+` UNION `+fmt.Sprintf(me, "raised_in")+`)`, idText(v.Account), idText(v.code), idText(v.Account), idText(v.code))
	case MessagesScope:
		places := v.Places(authz.Member)
		if len(places) == 0 {
			return nil, refused(v)
		}
		w.and("s.kind = 'message' AND s.state = 'raised' AND s.queued = '' AND s.public_wish = 1") // Case.waitsForMember
		w.andIn("s.committee_id", places)
	case StaffScope:
		cond, args, ok := v.staffWhere()
		if !ok {
			return nil, refused(v)
		}
		w.and(strings.ReplaceAll(cond, "committee_id", "s.committee_id"), args...)
		w.and("s.state <> 'draft' AND s.raised_at > 0") // a draft that was withdrawn was never theirs either
	case DepartmentScope:
		places := v.Places(authz.Clerk, authz.Head)
		if len(places) == 0 {
			return nil, refused(v)
		}
		if f.Queue == ToPassOn { // the office has no part of its own: it hands the matter on
			w.and("s.state = 'at_office'")
			w.andIn("s.office_id", places)
			list, args, _ := in("organisation_id", places)
			w.and("s.id IN (SELECT suggestion_id FROM suggestion_party WHERE part = 'office' AND "+list+")", args...) // the index by which few are found
			w.order = dueFirst
			break
		}
		w.from = "suggestion_task t JOIN suggestion s ON s.id = t.suggestion_id AND s.round = t.round"
		w.andIn("t.department_id", places)
		w.and("t.state <> 'returned' AND t.state <> 'ended'")
		w.order = taskDueFirst
	default:
		return nil, problem.On("scope", "suggestion.err.scope")
	}
	s.queue(w, f)
	narrow(w, snap, f, s.stateColumn(f))
	return w, nil
}

func (s *Service) queue(w *where, f Filter) {
	if f.Queue != NoQueue && f.Scope == StaffScope {
		w.order = dueFirst
	}
	today := clock.Today(s.Clock).String()
	switch f.Queue {
	case ToLetIn:
		w.and("s.state = 'raised' AND s.queued <> ''")
	case ToReview:
		w.and("s.state = 'raised' AND s.queued = ''")
	case ToDispatch:
		w.and("s.state = 'accepted'")
	case ComingBack:
		w.and(`(s.state = 'reopened' OR (s.state IN ('dispatched', 'in_hand') AND s.id IN (SELECT suggestion_id FROM suggestion_task WHERE state = 'return_asked'
			OR (time_asked <> '' AND time_answer = '' AND state IN ('in_hand', 'drafted')))))`)
	case ToCheck:
		w.and(`s.state IN ('answered', 'in_hand') AND s.id IN (SELECT suggestion_id FROM suggestion_task WHERE state = 'signed')`)
	case ToMeet:
		w.and("s.state = 'meeting'")
	case LateQueue:
		if f.Scope == DepartmentScope {
			w.and("t.due <> '' AND t.due < ? AND t.state IN ('sent', 'in_hand', 'drafted', 'return_asked')", today)
		} else {
			w.and("s.due <> '' AND s.due < ? AND s.state IN ('raised', 'accepted', 'at_office', 'dispatched', 'in_hand', 'answered', 'reopened', 'meeting')", today)
		}
	case Promises:
		w.and("s.promised <> ''")
	case LateOpinions:
		w.and(`s.state IN ('dispatched', 'in_hand') AND EXISTS (SELECT 1 FROM suggestion_task o WHERE o.suggestion_id = s.id AND o.round = s.round AND o.part IN ('joint', 'assisting')
			AND o.state IN ('sent', 'in_hand') AND o.due <> '' AND o.due < ?)`, today)
	case ToAcknowledge:
		w.and("t.state = 'sent'")
	case ToAnswer:
		w.and("t.state = 'in_hand' AND t.part IN ('lead', 'separate')")
	case ToSign:
		w.and("t.state = 'drafted'")
	case ToAdvise:
		w.and("t.part IN ('joint', 'assisting') AND t.state IN ('sent', 'in_hand')")
	}
}

// stateColumn names the state so that a public list that is narrowed otherwise walks the index of that: SQLite knows no figures and would walk
// every matter of the state; the plus takes its index out of the choice. PostgreSQL knows.
func (s *Service) stateColumn(f Filter) string {
	if s.DB.Engine() == db.SQLite && f.Scope == PublicScope && (f.Committee != uuid.Nil || f.Division != uuid.Nil || f.Department != uuid.Nil || f.Field != uuid.Nil) {
		return "+s.state"
	}
	return "s.state"
}

func narrow(w *where, snap *directory.Snapshot, f Filter, state string) {
	if len(f.States) == 1 {
		w.and(state+" = ?", string(f.States[0]))
	} else if len(f.States) > 1 {
		marks, args := db.List(f.States)
		for i := range args {
			args[i] = string(f.States[i])
		}
		w.and(state+" IN ("+marks+")", args...)
	}
	if f.Kind != "" {
		w.and("s.kind = ?", string(f.Kind))
	}
	if f.Committee != uuid.Nil {
		w.and("s.committee_id = ?", f.Committee)
	}
	if d := snap.Division(f.Division); d != nil {
		switch d.Level {
		case directory.City:
			w.and("s.city_id = ?", d.ID)
		case directory.County:
			w.and("s.division_id = ?", d.ID)
		default: // the whole province: everything that has a place in it
			w.and("s.division_id <> ''")
		}
	}
	if f.Department != uuid.Nil {
		w.and("s.lead_id = ?", f.Department)
	}
	if fd := snap.Field(f.Field); fd != nil {
		if fd.Parent == uuid.Nil {
			w.and("s.top_field_id = ?", fd.ID)
		} else {
			top := fd
			for up := snap.Field(top.Parent); up != nil; up = snap.Field(top.Parent) {
				top = up
			}
			w.and("s.top_field_id = ?", top.ID) // the index by which the field is found
			w.andIn("s.field_id", snap.FieldsWithin(fd.ID))
		}
	}
	if f.Class != "" {
		w.and("s.class = ?", f.Class)
	}
	if f.Rating != "" {
		w.and("s.rating = ?", string(f.Rating))
	}
	if !f.From.IsZero() {
		w.and("s.raised_at >= ?", f.From.Start())
	}
	if !f.To.IsZero() {
		w.and("s.raised_at < ?", f.To.Start())
	}
}

const itemColumns = `s.rid, s.id, s.number, s.committee_id, s.origin, s.kind, s.state, s.round, s.title, substr(s.body, 1, 110), s.place, s.division_id, s.city_id, s.field_id,
	s.top_field_id, s.public, s.queued, s.base_support, s.support, s.author_count, s.lead_id, s.class, s.promised, s.rating, s.due, s.due_provisional, s.raised_at, s.replied_at, s.updated_at, s.version`

func scanItem(r *db.Row) (Item, error) { return scanItemWith(r) }

func scanItemWith(r *db.Row, more ...any) (Item, error) {
	var i Item
	dest := append([]any{&i.RID, id{&i.ID}, &i.Number, id{&i.Committee}, &i.Origin, &i.Kind, &i.State, &i.Round, &i.Title, &i.Excerpt, &i.Place, id{&i.Division}, id{&i.City},
		id{&i.Field}, id{&i.TopField}, &i.Public, &i.Queued, &i.BaseSupport, &i.Support, &i.Authors, id{&i.Lead}, &i.Class, &i.Promised, &i.Rating, &i.Due, &i.DueProvisional,
		&i.RaisedAt, &i.RepliedAt, &i.UpdatedAt, &i.Version}, more...)
	err := r.Scan(dest...)
	return i, err
}

func (s *Service) listPage(tx *db.Tx, f Filter, w *where) (Page, error) {
	out := Page{Total: -1}
	if f.Total {
		n, err := s.total(tx, w)
		if err != nil {
			return out, fmt.Errorf("count matters: %w", err)
		}
		out.Total = n
	}
	columns, scan := itemColumns, scanItem
	var sort string
	key, rid, err := parseCursor(f.Cursor)
	if err != nil {
		return out, err
	}
	switch w.order {
	case newestFirst:
		sort = "s.raised_at DESC, s.rid DESC"
		if f.Cursor != "" {
			at, err := strconv.ParseInt(key, 10, 64)
			if err != nil {
				return out, problem.On("cursor", "suggestion.err.cursor")
			}
			w.and("(s.raised_at, s.rid) < (?, ?)", at, rid)
		}
	case dueFirst:
		sort = "s.due, s.rid"
		if f.Cursor != "" {
			w.and("(s.due, s.rid) > (?, ?)", key, rid)
		}
	case taskDueFirst:
		columns += ", t.part, t.state, t.due, t.department_id"
		scan = func(r *db.Row) (Item, error) {
			var part Part
			var state wf.TaskState
			var due clock.Date
			var dept uuid.UUID
			i, err := scanItemWith(r, &part, &state, &due, id{&dept})
			i.Part, i.Task, i.TaskDue, i.Handler = part, state, due, dept
			return i, err
		}
		sort = "t.due, s.rid"
		if f.Cursor != "" {
			w.and("(t.due, s.rid) > (?, ?)", key, rid)
		}
	}
	args := append(append([]any(nil), w.args...), f.Limit+1)
	out.Items, err = db.All(tx, scan, `SELECT `+columns+` FROM `+w.from+` WHERE `+w.text()+` ORDER BY `+sort+` LIMIT ?`, args...)
	if err != nil {
		return out, fmt.Errorf("list matters: %w", err)
	}
	if len(out.Items) > f.Limit {
		out.Items = out.Items[:f.Limit]
		last := out.Items[f.Limit-1]
		switch w.order {
		case newestFirst:
			out.Next = cursor(strconv.FormatInt(db.Micros(last.RaisedAt), 10), last.RID)
		case dueFirst:
			out.Next = cursor(dateText(last.Due), last.RID)
		case taskDueFirst:
			out.Next = cursor(dateText(last.TaskDue), last.RID)
		}
	}
	return out, nil
}

func cursor(key string, rid int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(key + "." + strconv.FormatInt(rid, 10)))
}

func parseCursor(c string) (key string, rid int64, err error) {
	if c == "" {
		return "", 0, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(c)
	if err != nil || len(raw) > 100 {
		return "", 0, problem.On("cursor", "suggestion.err.cursor")
	}
	key, text, ok := strings.Cut(string(raw), ".")
	rid, err = strconv.ParseInt(text, 10, 64)
	if !ok || err != nil {
		return "", 0, problem.On("cursor", "suggestion.err.cursor")
	}
	return key, rid, nil
}
