package account

import (
	"context"
	"errors"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Invitation asks for a new account whose owner chooses the password. Login and Email may be empty.
type Invitation struct {
	Name   string
	Login  string
	Email  string
	Person uuid.UUID
	Grants []NewGrant // at least one, unless an administrator invites
}

// Link opens an account once. It is shown to whoever made it, to be copied or printed, and kept nowhere.
type Link struct {
	Account uuid.UUID
	Code    string // 20 characters in groups of four
	Path    string // on this site, with the code in it
	Expires time.Time
	Mailed  bool // it was also sent to the owner's address
}

func invitationPath(code string) string { return "/invitations/" + code }

func resetPath(code string) string { return "/password/reset/" + code }

// Invite makes an account without a password and the link with which its owner sets one. Errors: Forbidden when a role is out of reach, Invalid for what
// cannot be or is taken.
func (s *Service) Invite(ctx context.Context, in Invitation) (l Link, err error) {
	r, err := s.reachOf(ctx)
	if err != nil {
		return l, err
	}
	if len(in.Grants) == 0 && !r.all {
		return l, problem.On("role", "account.problem.role")
	}
	n, err := s.prepare(ctx, r, in)
	if err != nil {
		return l, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.insert(tx, n, "", time.Time{}); err != nil {
			return err
		}
		l, err = s.link(tx, n.record, inviteCode)
		return err
	})
	return l, err
}

// prepared is a checked Invitation.
type prepared struct {
	record
	emailKey string
	grants   []NewGrant
}

func (s *Service) prepare(ctx context.Context, r reach, in Invitation) (n prepared, err error) {
	var check problem.Check
	n.Name = checkName(&check, in.Name)
	if in.Login != "" {
		n.Login, n.loginKey = checkLogin(&check, in.Login)
	}
	email, emailKey := checkEmail(&check, in.Email)
	if err := check.Err(); err != nil {
		return n, err
	}
	n.grants = append([]NewGrant(nil), in.Grants...)
	for i := range n.grants {
		if err := s.checkGrant(ctx, r, &n.grants[i]); err != nil {
			return n, err
		}
	}
	if n.ID, err = s.newID(); err != nil {
		return n, err
	}
	n.Person, n.State, n.Created = in.Person, Active, s.clock.Now()
	n.emailSealed, n.emailKey, err = s.sealEmail(n.ID, email, emailKey)
	return n, err
}

func emailPlace(id uuid.UUID) string { return "account.email_sealed:" + id.String() }

func (s *Service) sealEmail(id uuid.UUID, email, key string) (sealed, index string, err error) {
	if email == "" {
		return "", "", nil
	}
	sealed, err = s.keys.Seal(emailPlace(id), email)
	return sealed, s.keys.Index("account.email", key), err
}

// insert writes a new account with its grants.
func (s *Service) insert(tx *db.Tx, n prepared, hash string, hashAt time.Time) error {
	if err := s.free(tx, n.ID, n.loginKey, n.emailKey); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO account (id, person_id, login, login_key, name, find, email_sealed, email_index, password, password_at, state, created, created_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, n.ID, null(text(n.Person)), n.Login, null(n.loginKey), n.Name, findText(n.Name, n.loginKey),
		n.emailSealed, null(n.emailKey), hash, hashAt, string(n.State), n.Created, text(authz.From(tx.Ctx()).Account))
	if err != nil {
		return taken(err)
	}
	if err := s.publish(tx, CreatedEvent, n.ID, uuid.Nil, nil); err != nil {
		return err
	}
	for _, g := range n.grants {
		id, err := s.addGrant(tx, n.record, g, uuid.Nil)
		if err != nil {
			return err
		}
		n.Grants = append(n.Grants, Grant{ID: id, Role: g.Role, Place: g.Place, Days: g.Days})
	}
	return nil
}

// free says which of login and address another account has.
func (s *Service) free(tx *db.Tx, but uuid.UUID, loginKey, emailKey string) error {
	var check problem.Check
	for _, c := range []struct{ q, value, field, key string }{
		{`SELECT COUNT(*) FROM account WHERE login_key = ? AND id <> ?`, loginKey, "login", "account.problem.login-taken"},
		{`SELECT COUNT(*) FROM account WHERE email_index = ? AND id <> ?`, emailKey, "email", "account.problem.email-taken"},
	} {
		n, err := db.One(tx, db.ScanInt, c.q, c.value, but)
		if err != nil {
			return err
		}
		if n > 0 && c.value != "" {
			check.Add(c.field, c.key)
		}
	}
	return check.Err()
}

// taken maps the race that free cannot see.
func taken(err error) error {
	if db.IsUnique(err) {
		return problem.On("login", "account.problem.login-taken").Because(err)
	}
	return err
}

// NewLink makes a new link for an account: an invitation when it has no password yet, a password reset otherwise. Links made before stop
// working. Errors: NotFound, Forbidden (also for the own account), Conflict when it is blocked.
func (s *Service) NewLink(ctx context.Context, account uuid.UUID) (l Link, err error) {
	err = s.manageOther(ctx, account, func(tx *db.Tx, a record, _ reach) error {
		if a.State != Active {
			return problem.New(problem.Conflict, "account.problem.is-blocked")
		}
		kind := resetCode
		if !a.HasPassword {
			kind = inviteCode
		}
		l, err = s.link(tx, a, kind)
		return err
	})
	return l, err
}

// link makes a code and mails it when that is possible and was not done too often.
func (s *Service) link(tx *db.Tx, a record, kind string) (l Link, err error) {
	l.Account = a.ID
	mail := Mail{Kind: InvitationMail, Name: a.Name}
	valid, path := s.rules.InviteFor, invitationPath
	if kind == resetCode {
		mail.Kind, valid, path = ResetMail, s.rules.ResetFor, resetPath
	}
	if l.Code, l.Expires, err = s.issueCode(tx, kind, a.ID, valid); err != nil {
		return l, err
	}
	l.Path = path(l.Code)
	mail.Path, mail.Expires = l.Path, l.Expires
	if s.mail != nil && a.emailSealed != "" {
		wait, err := s.take(tx, s.keys.Index(attemptKind, "mail:"+a.ID.String()), "mail", mailPace)
		if err != nil {
			return l, err
		}
		if wait == 0 {
			if mail.Address, err = s.keys.Open(emailPlace(a.ID), a.emailSealed); err != nil {
				return l, err
			}
			if err := s.mail.AccountMail(tx, mail); err != nil {
				return l, err
			}
			l.Mailed = true
		}
	}
	return l, s.publish(tx, LinkMadeEvent, a.ID, uuid.Nil, nil)
}

// Invited shows whom an invitation is for. Public: whoever holds the code. Errors: Gone.
func (s *Service) Invited(ctx context.Context, code string) (a Account, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		id, err := s.codeOwner(tx, inviteCode, code)
		if err != nil {
			return err
		}
		rec, err := accountByID(tx, id)
		a = rec.Account
		return err
	})
	return a, err
}

// Accept takes an invitation: the owner chooses login, name and password, and is signed in. Public: whoever holds the code. The code works once.
// Errors: Gone, Invalid, Unavailable.
func (s *Service) Accept(ctx context.Context, code, login, name, plain string, v Visitor) (out SignedIn, err error) {
	if _, err := s.Invited(ctx, code); err != nil {
		return out, err
	}
	var check problem.Check
	shown, key := checkLogin(&check, login)
	name = checkName(&check, name)
	checkPassword(&check, "password", plain, key, name)
	if err := check.Err(); err != nil {
		return out, err
	}
	hash, err := s.hasher.Hash(ctx, plain)
	if err != nil {
		return out, busy(err)
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		id, err := s.useCode(tx, inviteCode, code)
		if err != nil {
			return err
		}
		if err := s.free(tx, id, key, ""); err != nil {
			return err
		}
		if err := tx.MustChange(`UPDATE account SET login = ?, login_key = ?, name = ?, find = ?, password = ?, password_at = ? WHERE id = ? AND password = ''`,
			shown, key, name, findText(name, key), hash, s.clock.Now(), id); err != nil {
			return gone(taken(err))
		}
		out = SignedIn{Account: id}
		return errors.Join(s.finish(tx, &out, key, v), dropCodes(tx, id), s.publish(tx, AcceptedEvent, id, uuid.Nil, nil))
	})
	if err != nil {
		return SignedIn{}, err
	}
	return out, nil
}
