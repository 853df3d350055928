package account

import (
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/event"

	"github.com/google/uuid"
)

// The facts that this module publishes; the subject is the account. The payload of the Grant events is a GrantFact, others have none.
const (
	CreatedEvent         = "account.created"
	AcceptedEvent        = "account.accepted" // an invitation was accepted
	GrantedEvent         = "account.granted"
	GrantChangedEvent    = "account.grant-changed"
	BlockedEvent         = "account.blocked"
	UnblockedEvent       = "account.unblocked"
	PasswordChangedEvent = "account.password-changed"
	LinkMadeEvent        = "account.link-made" // an invitation or reset link was handed out
	ProfileChangedEvent  = "account.profile-changed"
	TwoFactorOnEvent     = "account.two-factor-on"
	TwoFactorOffEvent    = "account.two-factor-off"
	TokenMadeEvent       = "account.token-made"
	TokenRevokedEvent    = "account.token-revoked"
)

// GrantFact is the payload of GrantedEvent and GrantChangedEvent.
type GrantFact struct {
	Grant    uuid.UUID `json:"grant"` // nil UUID: the role was taken back from its first day
	Replaces uuid.UUID `json:"replaces,omitzero"`
	Role     string    `json:"role"`
	Place    uuid.UUID `json:"place,omitzero"`
	From     string    `json:"from,omitempty"`
	To       string    `json:"to,omitempty"`
}

func (s *Service) publish(tx *db.Tx, kind string, account, place uuid.UUID, payload any) error {
	if payload == nil {
		payload = struct{}{}
	}
	return s.events.Publish(tx, event.Event{Kind: kind, Subject: account, Place: place, At: s.clock.Now()}, payload)
}
