// Package event is the outbox (G3): a fact that happened is written in the transaction that made it happen, and each handler that
// asked for its kind gets it later as a job. Handlers may see a fact twice and must not mind.
package event

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/job"

	"github.com/google/uuid"
)

// Event is a fact. Payload holds no personal values: rows that can be erased are referred to by id.
type Event struct {
	ID      uuid.UUID
	Kind    string    // "suggestion.dispatched"
	Subject uuid.UUID // what it is about
	Place   uuid.UUID // the committee it belongs to, nil UUID when none
	Actor   uuid.UUID // account; nil UUID for residents and rules
	At      time.Time
	Payload json.RawMessage
}

// Handler gets one event. It runs outside the transaction that published it.
type Handler func(ctx context.Context, e Event) error

// Bus connects publishers and handlers. Subscribe everything before publishing.
type Bus struct {
	db    *db.DB
	jobs  *job.Queue
	clock clock.Clock
	subs  map[string][]string // kind to handler names
}

// NewBus makes a bus that delivers through jobs.
func NewBus(d *db.DB, jobs *job.Queue, c clock.Clock) *Bus {
	return &Bus{db: d, jobs: jobs, clock: c, subs: map[string][]string{}}
}

// Subscribe registers a handler under a name that stays the same between releases ("notice"), for the given kinds.
func (b *Bus) Subscribe(name string, h Handler, kinds ...string) {
	for _, k := range kinds {
		b.subs[k] = append(b.subs[k], name)
	}
	b.jobs.Handle("event:"+name, func(ctx context.Context, payload []byte) error {
		var e Event
		if err := json.Unmarshal(payload, &e); err != nil {
			return fmt.Errorf("read event: %w", err)
		}
		return h(ctx, e)
	})
}

// Publish writes the event and a job for each handler of its kind into the caller's transaction. ID, Actor and At are filled in when empty.
func (b *Bus) Publish(tx *db.Tx, e Event, payload any) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("event %s: %w", e.Kind, err)
	}
	e.Payload = body
	if e.ID == uuid.Nil {
		if e.ID, err = uuid.NewV7(); err != nil {
			return fmt.Errorf("event id: %w", err)
		}
	}
	if e.At.IsZero() {
		e.At = b.clock.Now()
	}
	if e.Actor == uuid.Nil {
		e.Actor = authz.From(tx.Ctx()).Account
	}
	if _, err := tx.Exec(`INSERT INTO event (id, kind, subject, place, actor, at, payload) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		e.ID, e.Kind, e.Subject, text(e.Place), text(e.Actor), e.At, string(body)); err != nil {
		return fmt.Errorf("write event %s: %w", e.Kind, err)
	}
	for _, name := range b.subs[e.Kind] {
		if err := b.jobs.Put(tx, "event:"+name, e, job.Options{}); err != nil {
			return err
		}
	}
	return nil
}

func text(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}
