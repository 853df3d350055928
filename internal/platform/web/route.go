// Package web is the way in from the browser and from other programs (G3): a table of routes each of which states who may come in,
// errors mapped once to a page or to problem+json, security headers, languages and preferences. It promises that a route without a
// statement of who may come in does not start.
package web

import (
	"fmt"
	"net/http"
	"strings"

	"xieshang/internal/platform/authz"
)

// Handler answers a request or returns the error that web turns into a page (a *problem.Problem) or a plain failure (anything else).
type Handler func(w http.ResponseWriter, r *http.Request) error

// Access states who may come in. The zero value lets nobody in and is refused at start.
type Access struct {
	kind   accessKind
	reason string
	roles  []authz.Role
}

type accessKind int

const (
	unstated accessKind = iota
	public
	signedIn
	holding
)

// Public lets everybody in; why says for the reader of the table why that is right.
func Public(why string) Access { return Access{kind: public, reason: why} }

// SignedIn lets every account in.
func SignedIn() Access { return Access{kind: signedIn} }

// Roles lets in accounts that hold one of the roles in any place; the service then asks for the place at hand.
func Roles(roles ...authz.Role) Access { return Access{kind: holding, roles: roles} }

// Staff are the roles that work on matters for a committee.
func Staff() Access {
	return Roles(authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader, authz.Admin)
}

// Allows tells whether the actor may come in.
func (a Access) Allows(actor authz.Actor) bool {
	switch a.kind {
	case public:
		return true
	case signedIn:
		return actor.SignedIn()
	case holding:
		return actor.SignedIn() && actor.Holds(a.roles...)
	}
	return false
}

// IsPublic tells whether everybody may come in.
func (a Access) IsPublic() bool { return a.kind == public }

func (a Access) String() string {
	switch a.kind {
	case public:
		return "public: " + a.reason
	case signedIn:
		return "signed in"
	case holding:
		names := make([]string, len(a.roles))
		for i, r := range a.roles {
			names[i] = string(r)
		}
		return strings.Join(names, ", ")
	}
	return "unstated"
}

// Route is one line of a module's table.
type Route struct {
	Method  string // GET, POST, …
	Path    string // as http.ServeMux writes it: /suggestions/{number}
	Who     Access
	Do      Handler
	MaxBody int64 // bytes; 0: 256 kB
	API     bool  // answers problem+json instead of pages
}

const defaultMaxBody = 256 << 10

func (r Route) check() error {
	switch {
	case r.Method == "" || r.Path == "" || r.Do == nil:
		return fmt.Errorf("route %s %s: method, path and handler are needed", r.Method, r.Path)
	case r.Who.kind == unstated:
		return fmt.Errorf("route %s %s does not state who may come in", r.Method, r.Path)
	case r.Who.kind == public && r.Who.reason == "":
		return fmt.Errorf("route %s %s is public without a reason", r.Method, r.Path)
	case r.Who.kind == holding && len(r.Who.roles) == 0:
		return fmt.Errorf("route %s %s names no role", r.Method, r.Path)
	}
	return nil
}
