package app

import (
	"context"
	"crypto/rand"
	"fmt"

	"xieshang/internal/account"
	"xieshang/internal/directory"
	"xieshang/internal/notice"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/mail"

	"github.com/google/uuid"
)

// sender is the way to the mail server; nil when none is set.
func (a *App) sender(o Options) (mail.Sender, error) {
	if o.Sender != nil || a.Config.SMTP == "" {
		return o.Sender, nil
	}
	from, err := mail.ParseAddress(a.Config.MailFrom)
	if err != nil {
		return nil, fmt.Errorf("--mail-from: %w", err)
	}
	c, err := mail.ParseURL(a.Config.SMTP, from)
	if err != nil {
		return nil, fmt.Errorf("--smtp: %w", err)
	}
	return mail.NewSMTP(c)
}

func (a *App) buildNotices(s mail.Sender) error {
	var err error
	a.Notices, err = notice.New(notice.Needs{DB: a.DB, Clock: a.Clock, Random: rand.Reader, Jobs: a.Jobs, Bus: a.Bus, Accounts: a.Accounts, Matters: subjects{a}, Offices: offices{a.Directory},
		Keys: a.Keys, Catalog: a.Catalog, Sender: s, URL: a.Config.URL, Log: a.Log})
	return err
}

// offices names departments to the notices.
type offices struct{ d *directory.Service }

// OfficeName implements notice.Offices.
func (o offices) OfficeName(ctx context.Context, id uuid.UUID) (i18n.Name, error) {
	s, err := o.d.Snapshot(ctx)
	if err != nil {
		return i18n.Name{}, err
	}
	if org := s.Organisation(id); org != nil {
		return org.Name, nil
	}
	return i18n.Name{}, nil
}

// letters lets accounts mail their links through the notices. The notices are made after the accounts, so they are asked for when a mail comes.
type letters struct{ a *App }

// AccountMail implements account.Notifier.
func (l letters) AccountMail(tx *db.Tx, m account.Mail) error {
	return l.a.Notices.Post(tx, notice.Letter{Kind: notice.LetterKind(m.Kind), Address: m.Address, Path: m.Path, Expires: m.Expires})
}
