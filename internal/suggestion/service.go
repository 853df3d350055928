package suggestion

import (
	"context"
	"io"
	"log/slog"
	"sync"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/event"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/search"
	"xieshang/internal/platform/similar"
)

// Directory is what this module asks of the directory.
type Directory interface {
	Snapshot(ctx context.Context) (*directory.Snapshot, error)
}

// Sealer encrypts personal values and makes keyed hashes by which they are found (platform/secret).
type Sealer interface {
	Seal(place, plain string) (string, error)
	Open(place, sealed string) (string, error)
	Index(kind, normalised string) string
}

// Needs is what the service is made of.
type Needs struct {
	DB        *db.DB
	Clock     clock.Clock
	Directory Directory
	Sealer    Sealer
	Bus       *event.Bus
	Jobs      *job.Queue
	Calendar  func(context.Context) (*clock.Calendar, error) // working days as known now
	Random    io.Reader
	Log       *slog.Logger
}

// Service is every operation on suggestions.
type Service struct {
	Needs
	staffIndex  *search.Index // every matter; for staff
	publicIndex *search.Index // public matters only, so that a stranger's search cannot touch others

	alike *similar.Index

	rulesMu    sync.Mutex
	rulesCache rulesCache
	figures    recent[*Figures]
	totals     recent[int]

	tickTogether int // rows that Tick reads at once
}

// The names of the full-text indexes; the migrations made from search.Schema… use them.
const (
	StaffIndex  = "suggestion_all"
	PublicIndex = "suggestion_public_text"
)

// New makes the service.
func New(n Needs) *Service {
	return &Service{Needs: n, staffIndex: search.New(StaffIndex), publicIndex: search.New(PublicIndex), alike: similar.New(AlikeIndex), tickTogether: tickTogether}
}
