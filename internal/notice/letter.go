package notice

import (
	"context"
	"encoding/json"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/mail"

	"github.com/google/uuid"
)

const letterJob = "notice.letter"

// LetterKind is what a letter with a secret link is about.
type LetterKind string

// The kinds of letters.
const (
	InvitationLetter LetterKind = "invitation"
	ResetLetter      LetterKind = "reset"
)

// Letter carries a link that opens an account. Its reader may have no account yet, so it is written in both languages.
type Letter struct {
	Kind    LetterKind `json:"kind"`
	Address string     `json:"address"`
	Path    string     `json:"path"`
	Expires time.Time  `json:"expires"`
}

// letterOrder is the job of a Letter: everything in it that is secret or personal is sealed.
type letterOrder struct {
	ID     uuid.UUID `json:"id"`
	Sealed string    `json:"sealed"`
}

func letterPlace(id uuid.UUID) string { return "notice.letter:" + id.String() }

// Post queues a letter in the transaction of the module that made the link and asked who may. Errors: none of the field.
func (s *Service) Post(tx *db.Tx, l Letter) error {
	id, err := s.newID()
	if err != nil {
		return err
	}
	plain, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("write letter: %w", err)
	}
	sealed, err := s.n.Keys.Seal(letterPlace(id), string(plain))
	if err != nil {
		return err
	}
	return s.n.Jobs.Put(tx, letterJob, letterOrder{id, sealed}, job.Options{})
}

// sendLetter handles the job. Run twice it sends under the same Message-ID. A link that no longer works is not sent.
func (s *Service) sendLetter(ctx context.Context, payload []byte) error {
	var order letterOrder
	if err := json.Unmarshal(payload, &order); err != nil {
		return fmt.Errorf("read letter job: %w", err)
	}
	if s.n.Sender == nil {
		return errNoServer
	}
	plain, err := s.n.Keys.Open(letterPlace(order.ID), order.Sealed)
	if err != nil {
		return err
	}
	var l Letter
	if err := json.Unmarshal([]byte(plain), &l); err != nil {
		return fmt.Errorf("read letter %s: its content is broken", order.ID) // the cause could quote the address
	}
	if !l.Expires.After(s.n.Clock.Now()) {
		return nil
	}
	var parts, subjects []string
	for _, lang := range i18n.Langs() {
		p := s.n.Catalog.Printer(lang)
		base := "notice.letter." + string(l.Kind)
		subjects = append(subjects, p.T(base+".subject"))
		parts = append(parts, strings.Join([]string{p.T("notice.mail.hello"), "", p.T(base + ".text"), "", s.n.URL + l.Path, "",
			p.T("notice.letter.until", "until", l.Expires), p.T(base + ".else"), "", p.T("notice.mail.foot")}, "\n"))
	}
	ctx, cancel := context.WithTimeout(ctx, sendFor)
	defer cancel()
	err = s.n.Sender.Send(ctx, mail.Message{ID: order.ID.String(), Date: s.n.Clock.Now(), To: netmail.Address{Address: l.Address},
		Subject: strings.Join(subjects, " · "), Text: strings.Join(parts, "\n\n----\n\n") + "\n"})
	if err != nil && !mail.IsTemporary(err) {
		return job.Permanent(err)
	}
	return err
}
