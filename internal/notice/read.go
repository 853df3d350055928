package notice

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// PageSize is how many notices one page lists.
const PageSize = 20

// Page is a stretch of the caller's notices, unread ones first, then the newest.
type Page struct {
	Notices []Notice
	Titles  map[uuid.UUID]string // of the matters that the caller may read
	Unread  int                  // in all, 999 at most
	Next    string               // cursor; "" on the last page
}

// List shows the caller's notices after a cursor of an earlier page. Errors: SignIn, Invalid for a cursor that is none.
func (s *Service) List(ctx context.Context, after string) (Page, error) {
	a, err := reader(ctx)
	if err != nil {
		return Page{}, err
	}
	from, err := parseCursor(after)
	if err != nil {
		return Page{}, err
	}
	var out Page
	err = s.n.DB.Read(ctx, func(tx *db.Tx) error {
		if out.Unread, err = countUnread(tx, a.Account); err != nil {
			return err
		}
		out.Notices, err = page(tx, a.Account, from, PageSize+1)
		return err
	})
	if err != nil {
		return Page{}, fmt.Errorf("list notices: %w", err)
	}
	if len(out.Notices) > PageSize {
		out.Notices = out.Notices[:PageSize]
		out.Next = cursorOf(out.Notices[PageSize-1])
	}
	out.Titles, err = s.titles(ctx, out.Notices)
	return out, err
}

func (s *Service) titles(ctx context.Context, list []Notice) (map[uuid.UUID]string, error) {
	ids := make([]uuid.UUID, len(list))
	for i, n := range list {
		ids[i] = n.Subject
	}
	return s.n.Matters.Titles(ctx, ids)
}

// Unread counts the caller's unread notices, 999 at most; 0 without a query for a visitor. Public.
func (s *Service) Unread(ctx context.Context) (n int, err error) {
	a, err := reader(ctx)
	if err != nil {
		return 0, nil
	}
	err = s.n.DB.Read(ctx, func(tx *db.Tx) error {
		n, err = countUnread(tx, a.Account)
		return err
	})
	return n, err
}

// Open marks one of the caller's notices as read and returns it. Errors: SignIn, NotFound.
func (s *Service) Open(ctx context.Context, id uuid.UUID) (n Notice, err error) {
	a, err := reader(ctx)
	if err != nil {
		return n, err
	}
	err = s.n.DB.Read(ctx, func(tx *db.Tx) error {
		n, err = db.One(tx, scanNotice, `SELECT `+columns+` FROM notice WHERE id = ? AND account_id = ?`, id, a.Account)
		return err
	})
	if err != nil || !n.Unread() {
		return n, err
	}
	return n, s.n.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE notice SET unread = 0, read_at = ? WHERE id = ? AND account_id = ? AND unread = 1`, s.n.Clock.Now(), id, a.Account)
		return err
	})
}

// ReadAll marks the caller's notices up to an instant as read, so that one that came meanwhile is not lost; the zero time means all. Errors: SignIn.
func (s *Service) ReadAll(ctx context.Context, until time.Time) error {
	a, err := reader(ctx)
	if err != nil {
		return err
	}
	now := s.n.Clock.Now()
	if until.IsZero() || until.After(now) {
		until = now
	}
	return s.n.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE notice SET unread = 0, read_at = ? WHERE account_id = ? AND inside = 1 AND unread = 1 AND created <= ?`, now, a.Account, until)
		return err
	})
}

func cursorOf(n Notice) string {
	unread := "0"
	if n.Unread() {
		unread = "1"
	}
	return base64.RawURLEncoding.EncodeToString([]byte(unread + "." + strconv.FormatInt(db.Micros(n.Created), 10) + "." + n.ID.String()))
}

func parseCursor(text string) (cursor, error) {
	if text == "" {
		return cursor{}, nil
	}
	bad := problem.New(problem.Invalid, "notice.problem.cursor")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return cursor{}, bad
	}
	parts := strings.Split(string(raw), ".")
	if len(parts) != 3 || parts[0] != "0" && parts[0] != "1" {
		return cursor{}, bad
	}
	micros, err1 := strconv.ParseInt(parts[1], 10, 64)
	id, err2 := uuid.Parse(parts[2])
	if err1 != nil || err2 != nil {
		return cursor{}, bad
	}
	return cursor{parts[0] == "1", time.UnixMicro(micros).UTC(), id}, nil
}
