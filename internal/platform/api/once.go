package api

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"net/http"
	"slices"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// Migrations holds the table of answers that are kept for repeats.
//
//go:embed migrations
var Migrations embed.FS

const (
	onceHeader = "Idempotency-Key"
	onceMax    = 100
	onceKept   = 48 * time.Hour   // how long an answer is kept for repeats
	onceLost   = 90 * time.Second // after which an operation that never ended may be tried again
)

// Once lets an operation that makes something be repeated with the same Idempotency-Key: the first answer is given again and nothing is made twice. It stands around
// operations that answer 201 and do not see to it themselves.
type Once struct {
	db    *db.DB
	clock clock.Clock
}

// NewOnce makes it.
func NewOnce(d *db.DB, c clock.Clock) *Once { return &Once{d, c} }

// KeepAnswers puts o around every operation that makes something; call it after the last Add.
func (a *API) KeepAnswers(o *Once) {
	for _, x := range a.ops {
		own := slices.ContainsFunc(x.op.Parameters, func(p *huma.Param) bool { return p.Name == onceHeader })
		if x.op.DefaultStatus != http.StatusCreated || own {
			continue
		}
		most := onceMax
		x.op.Parameters = append(x.op.Parameters, &huma.Param{Name: onceHeader, In: "header", Description: "the same key from the same account within two days gives the first answer again, with the header Idempotent-Replay, whatever the body says",
			Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &most, Examples: []any{"0190aaaa-bbbb-7ccc-8ddd-eeeeffff0001"}}, Example: "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0001"})
		again := *x.op.Responses["201"]
		again.Description = "The key was known: this is what it made"
		x.op.Responses["200"] = &again
		x.do = o.around(x.op.OperationID, x.do)
	}
}

// around answers a repeat from what was kept. What is refused is not kept: it may be tried again with the same key.
func (o *Once) around(operation string, do web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		key, account := r.Header.Get(onceHeader), authz.From(r.Context()).Account
		if key == "" || account == uuid.Nil {
			return do(w, r)
		}
		if len(key) > onceMax || !visible(key) {
			return problem.On(onceHeader, "api.err.once")
		}
		body, done, err := o.begin(r.Context(), account, operation, key)
		if err != nil {
			return err
		}
		if done {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Idempotent-Replay", "true")
			_, err = w.Write(body)
			return err
		}
		rec := &answer{header: w.Header(), status: http.StatusOK}
		ctx := context.WithoutCancel(r.Context()) // a caller that hangs up does not leave the key taken
		if err = do(rec, r); err != nil || rec.status >= 300 {
			err = errors.Join(err, o.forget(ctx, account, operation, key))
		} else {
			err = o.end(ctx, account, operation, key, rec.body.Bytes())
		}
		// What the operation said is said in any case: it was made, or it was refused. What went wrong besides is for the log.
		w.WriteHeader(rec.status)
		_, sent := w.Write(rec.body.Bytes())
		return errors.Join(err, sent)
	}
}

func visible(s string) bool {
	for i := range len(s) {
		if s[i] < 0x21 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// begin takes the key, or gives the answer that it has. It refuses a key whose operation is under way.
func (o *Once) begin(ctx context.Context, account uuid.UUID, operation, key string) (body []byte, done bool, err error) {
	now := o.clock.Now()
	err = o.db.Write(ctx, func(tx *db.Tx) error {
		body, done = nil, false
		n, err := tx.Exec(`INSERT INTO api_once (account, operation, once, begun) VALUES (?, ?, ?, ?) ON CONFLICT (account, operation, once) DO UPDATE SET begun = excluded.begun
			WHERE api_once.done = 0 AND api_once.begun < ?`, account, operation, key, now, now.Add(-onceLost))
		if err != nil || n > 0 {
			return err
		}
		var text string
		var at time.Time
		if err := tx.Rows(func(r *db.Row) error { return r.Scan(&at, &text) }, `SELECT done, body FROM api_once WHERE account = ? AND operation = ? AND once = ?`, account, operation, key); err != nil {
			return err
		}
		if at.IsZero() {
			return problem.New(problem.Conflict, "api.err.under-way")
		}
		body, done = []byte(text), true
		return nil
	})
	return body, done, err
}

func (o *Once) end(ctx context.Context, account uuid.UUID, operation, key string, body []byte) error {
	return o.db.Write(ctx, func(tx *db.Tx) error {
		return tx.MustChange(`UPDATE api_once SET done = ?, body = ? WHERE account = ? AND operation = ? AND once = ?`, o.clock.Now(), string(body), account, operation, key)
	})
}

// forget gives the key back; one that stays taken can be used again after a while.
func (o *Once) forget(ctx context.Context, account uuid.UUID, operation, key string) error {
	return o.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM api_once WHERE account = ? AND operation = ? AND once = ? AND done = 0`, account, operation, key)
		return err
	})
}

// Sweep forgets answers that are kept long enough.
func (o *Once) Sweep(ctx context.Context) error {
	return o.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM api_once WHERE begun < ?`, o.clock.Now().Add(-onceKept))
		return err
	})
}

// answer holds back what an operation says until it is kept.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }
