// Package demo fills an empty platform with the model province (G3): divisions as they are, and everything else invented: departments' staff,
// members, matters and answers. It goes through the services, so that what the demo shows is what the program does.
package demo

import (
	"context"
	"fmt"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/branchlife"
	"xieshang/internal/contact"
	"xieshang/internal/demo/content"
	"xieshang/internal/directory"
	"xieshang/internal/gathering"
	"xieshang/internal/gathering/signin"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	topics "xieshang/internal/study"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// Password opens every demo account.
const Password = "xieshang-demo-2026"

// Login is one demo account as it is printed.
type Login struct {
	Login string
	Name  string
	Roles []authz.Grant
	Place string
}

// Needs is what the demo works with. Clock is moved through the last months and ends at the present.
type Needs struct {
	Directory   *directory.Service
	Accounts    *account.Service
	Suggestions *suggestion.Service
	Contacts    *contact.Service
	Gatherings  *gathering.Service
	SignIn      *signin.Service
	BranchLife  *branchlife.Service
	Study       *topics.Service
	Clock       *clock.Fake
	Now         time.Time
	Seed        uint64
}

// province is what was built, for the steps after it.
type province struct {
	Needs
	divisions   map[string]uuid.UUID // by code
	committees  map[string]uuid.UUID // by division code
	departments map[string]uuid.UUID // by division code and kind: "430100/housing"
	offices     map[string]uuid.UUID // by division code
	fields      map[string]uuid.UUID // by key
	people      map[string]authz.Actor
	logins      []Login
	places      []content.Division
	sectors     map[string]string // Chinese names by key
	specials    []content.Named
	seats       map[uuid.UUID][]*seat     // the members of today, by committee
	aides       map[uuid.UUID][]uuid.UUID // people of its office who have an account, by committee
}

// Fill builds the model province and returns its accounts.
func Fill(ctx context.Context, n Needs) ([]Login, error) {
	ctx = authz.With(ctx, authz.System())
	p := &province{Needs: n, divisions: map[string]uuid.UUID{}, committees: map[string]uuid.UUID{}, departments: map[string]uuid.UUID{}, offices: map[string]uuid.UUID{},
		fields: map[string]uuid.UUID{}, people: map[string]authz.Actor{}, places: content.Divisions(), sectors: map[string]string{}, specials: content.SpecialCommittees(), seats: map[uuid.UUID][]*seat{}, aides: map[uuid.UUID][]uuid.UUID{}}
	for _, x := range content.Sectors() {
		p.sectors[x.Key] = x.Zh
	}
	n.Clock.Set(n.Now.AddDate(0, -15, 0))
	if err := p.directory(ctx); err != nil {
		return nil, fmt.Errorf("demo directory: %w", err)
	}
	if err := p.accounts(ctx); err != nil {
		return nil, fmt.Errorf("demo accounts: %w", err)
	}
	if err := p.assembly(ctx); err != nil {
		return nil, fmt.Errorf("demo assembly: %w", err)
	}
	if err := p.contacts(ctx); err != nil {
		return nil, fmt.Errorf("demo contacts: %w", err)
	}
	if err := p.branchLife(ctx); err != nil {
		return nil, fmt.Errorf("demo branch life: %w", err)
	}
	if err := p.gatherings(ctx); err != nil {
		return nil, fmt.Errorf("demo gatherings: %w", err)
	}
	if err := p.study(ctx); err != nil {
		return nil, fmt.Errorf("demo study: %w", err)
	}
	if err := p.signIns(ctx); err != nil {
		return nil, fmt.Errorf("demo sign-ins: %w", err)
	}
	if err := p.templates(ctx); err != nil {
		return nil, fmt.Errorf("demo templates: %w", err)
	}
	if err := p.matters(ctx); err != nil {
		return nil, fmt.Errorf("demo matters: %w", err)
	}
	if err := p.imports(ctx); err != nil {
		return nil, fmt.Errorf("demo imports: %w", err)
	}
	n.Clock.Set(n.Now)
	return p.logins, nil
}

func level(l content.Level) directory.Level {
	switch l {
	case content.Province:
		return directory.Province
	case content.City:
		return directory.City
	}
	return directory.County
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
