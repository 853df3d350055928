// Package intake is the way in which a table comes in through a page (P2, C1): the file is read and compared, what it would do is shown with every bad row,
// and only then is it stored. Between the two pages the file is kept sealed, for the account that sent it and for an hour at most.
package intake

import (
	"context"
	"embed"
	"fmt"
	"strings"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Migrations holds the table of files that wait to be confirmed.
//
//go:embed migrations
var Migrations embed.FS

// Messages holds the texts of these pages.
//
//go:embed messages
var Messages embed.FS

// Sealer encrypts the files that wait; platform/secret does.
type Sealer interface {
	Seal(place, plain string) (string, error)
	Open(place, sealed string) (string, error)
}

// Limits of a file that comes in through a page; larger ones come in on the command line.
const (
	MaxBytes = 16 << 20
	MaxBody  = MaxBytes + 1<<20
	keptFor  = time.Hour
)

// Desk takes files in.
type Desk struct {
	db     *db.DB
	clock  clock.Clock
	sealer Sealer
}

// New makes a desk.
func New(d *db.DB, c clock.Clock, s Sealer) *Desk { return &Desk{db: d, clock: c, sealer: s} }

func place(id uuid.UUID) string { return "intake_file.content:" + id.String() }

// keep stores a file for the account of the context.
func (k *Desk) keep(ctx context.Context, kind, name string, content []byte) (uuid.UUID, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return id, fmt.Errorf("new id: %w", err)
	}
	sealed, err := k.sealer.Seal(place(id), string(content))
	if err != nil {
		return id, fmt.Errorf("seal a file: %w", err)
	}
	return id, k.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO intake_file (id, account, kind, name, content, at) VALUES (?, ?, ?, ?, ?, ?)`, id, authz.From(ctx).Account, kind, name, sealed, k.clock.Now())
		return err
	})
}

// take reads a kept file of the account of the context. It returns a problem of kind Gone for one that is not there any more.
func (k *Desk) take(ctx context.Context, kind, held string) (name string, content []byte, err error) {
	id, err := uuid.Parse(held)
	if err != nil {
		return "", nil, problem.New(problem.Gone, "intake.gone")
	}
	var sealed string
	err = k.db.Read(ctx, func(tx *db.Tx) error {
		return tx.Rows(func(r *db.Row) error { return r.Scan(&name, &sealed) },
			`SELECT name, content FROM intake_file WHERE id = ? AND account = ? AND kind = ? AND at > ?`, id, authz.From(ctx).Account, kind, k.clock.Now().Add(-keptFor))
	})
	if err != nil {
		return "", nil, err
	}
	if sealed == "" {
		return "", nil, problem.New(problem.Gone, "intake.gone")
	}
	plain, err := k.sealer.Open(place(id), sealed)
	return name, []byte(plain), err
}

func (k *Desk) drop(ctx context.Context, held string) error {
	return k.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM intake_file WHERE id = ?`, strings.TrimSpace(held))
		return err
	})
}

// Sweep removes files that were never confirmed.
func (k *Desk) Sweep(ctx context.Context) error {
	return k.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM intake_file WHERE at <= ?`, k.clock.Now().Add(-keptFor))
		return err
	})
}
