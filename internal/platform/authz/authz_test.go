package authz_test

import (
	"context"
	"slices"
	"testing"

	"xieshang/internal/platform/authz"

	"github.com/google/uuid"
)

// TestARoleCountsWhereItIsHeld: a reviewer of one committee is nobody in another, and an administrator is one only without a place.
func TestARoleCountsWhereItIsHeld(t *testing.T) {
	here, there := uuid.New(), uuid.New()
	a := authz.Actor{Account: uuid.New(), Grants: []authz.Grant{{Role: authz.Reviewer, Place: here}, {Role: authz.Member, Place: there}, {Role: authz.Member, Place: here}, {Role: authz.Admin, Place: here}}}
	for name, got := range map[string]bool{
		"has the role here":                     a.Has(authz.Reviewer, here),
		"has one of the roles here":             a.HasAny(here, authz.Clerk, authz.Reviewer),
		"holds it somewhere":                    a.Holds(authz.Member),
		"does not have it there":                !a.Has(authz.Reviewer, there),
		"has none of them there":                !a.HasAny(there, authz.Clerk, authz.Reviewer),
		"holds no other":                        !a.Holds(authz.Head, authz.Editor),
		"administrator of a place is none":      !a.IsAdmin(),
		"nor is a visitor":                      !authz.Actor{}.IsAdmin() && !authz.Actor{}.SignedIn(),
		"the platform acts by rule, not a role": authz.System().System && !authz.System().SignedIn() && !authz.System().IsAdmin(),
		"an administrator":                      authz.Actor{Grants: []authz.Grant{{Role: authz.Admin}}}.IsAdmin(),
	} {
		if !got {
			t.Error(name)
		}
	}
	if got := a.Places(authz.Member, authz.Reviewer); !slices.Equal(got, []uuid.UUID{here, there}) {
		t.Errorf("places %v", got)
	}
	if got := a.Places(authz.Clerk); len(got) != 0 {
		t.Errorf("places %v", got)
	}
}

// TestScopes: a browser may what its roles allow, a token only what it was made for; a token with an empty list may nothing.
func TestScopes(t *testing.T) {
	for _, c := range []struct {
		scopes []authz.Scope
		want   [3]bool
	}{{nil, [3]bool{true, true, true}}, {[]authz.Scope{}, [3]bool{}}, {[]authz.Scope{authz.ReadScope}, [3]bool{true, false, false}}, {[]authz.Scope{authz.ReadScope, authz.WriteScope}, [3]bool{true, true, false}}} {
		a := authz.Actor{Scopes: c.scopes}
		if got := [3]bool{a.May(authz.ReadScope), a.May(authz.WriteScope), a.May(authz.AdminScope)}; got != c.want {
			t.Errorf("%v may %v", c.scopes, got)
		}
	}
}

// TestContext: without an actor it is a visitor, never somebody from before.
func TestContext(t *testing.T) {
	if a := authz.From(context.Background()); a.SignedIn() || a.System || a.Grants != nil {
		t.Errorf("%+v", a)
	}
	ctx := authz.With(context.Background(), authz.System())
	if !authz.From(ctx).System || authz.From(authz.With(ctx, authz.Actor{})).System {
		t.Error("the innermost actor counts")
	}
	for _, r := range authz.Roles() {
		if r.OfDepartment() != (r == authz.Clerk || r == authz.Head) {
			t.Errorf("%s is held in the wrong kind of place", r)
		}
	}
}
