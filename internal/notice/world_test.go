package notice_test

import (
	"context"
	"crypto/rand"
	"io/fs"
	"log/slog"
	netmail "net/mail"
	"slices"
	"testing"

	"xieshang/internal/notice"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/event"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/mail"
	"xieshang/internal/platform/mailtest"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"

	"github.com/google/uuid"
)

type act = suggestion.ActInput

const site = "https://example.org"

// world is a world of suggestions with notices, a mail server and an address for everybody.
type world struct {
	*World
	N      *notice.Service
	Server *mailtest.Server
	people *people
	sender mail.Sender
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, append(Migrations(), fs.FS(notice.Migrations)), func(t *testing.T, d *db.DB) {
		w := &world{World: New(t, d), Server: mailtest.New(t, mailtest.Options{})}
		w.people = &people{list: []authz.Actor{w.Member, w.OtherMember, w.Reviewer, w.Dispatcher, w.Editor, w.Leader, w.Admin, w.HousingClerk, w.HousingHead, w.TrafficClerk,
			w.TrafficHead, w.WaterClerk, w.OfficeClerk, w.CountyReviewer, w.ProvinceReviewer}}
		var err error
		w.sender, err = mail.NewSMTP(mail.Config{Host: w.Server.Host, Port: w.Server.Port, Security: mail.Plain, From: netmail.Address{Name: "协商云", Address: "no-reply@example.org"}})
		if err != nil {
			t.Fatal(err)
		}
		w.N = w.service(w.Jobs, w.Bus, w.sender)
		test(t, w)
	})
}

func (w *world) service(q *job.Queue, b *event.Bus, s mail.Sender) *notice.Service {
	w.T.Helper()
	catalog, err := i18n.Load(notice.Messages)
	if err != nil {
		w.T.Fatal(err)
	}
	n, err := notice.New(notice.Needs{DB: w.DB, Clock: w.Clock, Random: rand.Reader, Jobs: q, Bus: b, Accounts: w.people, Matters: w.S, Offices: w, Keys: w.Seals, Catalog: catalog,
		Sender: s, URL: site, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		w.T.Fatal(err)
	}
	return n
}

// OfficeName implements notice.Offices.
func (w *world) OfficeName(ctx context.Context, id uuid.UUID) (i18n.Name, error) {
	s, err := w.Directory.Snapshot(ctx)
	if err != nil {
		return i18n.Name{}, err
	}
	return s.Organisation(id).Name, nil
}

func (w *world) work() {
	w.T.Helper()
	if _, err := w.Jobs.RunDue(context.Background()); err != nil {
		w.T.Fatal(err)
	}
}

// told lists the texts of an actor's notices, in the order of the alphabet: what happened at one moment has no other.
func (w *world) told(a authz.Actor) []string {
	w.T.Helper()
	p, err := w.N.List(As(a), "")
	if err != nil {
		w.T.Fatal(err)
	}
	var out []string
	for _, n := range p.Notices {
		out = append(out, n.Text)
	}
	slices.Sort(out)
	return out
}

func (w *world) wants(a authz.Actor, texts ...string) {
	w.T.Helper()
	slices.Sort(texts)
	if got := w.told(a); !slices.Equal(got, texts) {
		w.T.Errorf("%s was told %v, want %v", a.Name, got, texts)
	}
}

// mailsTo lists what the server got for an actor.
func (w *world) mailsTo(a authz.Actor) (out []mailtest.Received) {
	for _, m := range w.Server.Messages() {
		if slices.Contains(m.EnvelopeTo, address(a.Account)) {
			out = append(out, m)
		}
	}
	return out
}

func address(a uuid.UUID) string { return "reader-" + a.String() + "@example.net" }

// people stands for the accounts.
type people struct {
	list    []authz.Actor
	silent  []uuid.UUID // without an address
	blocked []uuid.UUID
}

func (p *people) Holders(ctx context.Context, roles []authz.Role, places []uuid.UUID) (out []uuid.UUID, err error) {
	for _, a := range p.list {
		for _, place := range places {
			if a.HasAny(place, roles...) && !slices.Contains(out, a.Account) {
				out = append(out, a.Account)
			}
		}
	}
	return out, nil
}

func (p *people) Reachable(ctx context.Context, accounts []uuid.UUID) (map[uuid.UUID]bool, error) {
	out := map[uuid.UUID]bool{}
	for _, a := range accounts {
		if !slices.Contains(p.blocked, a) {
			out[a] = !slices.Contains(p.silent, a)
		}
	}
	return out, nil
}

func (p *people) MailAddress(ctx context.Context, account uuid.UUID) (string, error) {
	if slices.Contains(p.silent, account) {
		return "", nil
	}
	return address(account), nil
}
