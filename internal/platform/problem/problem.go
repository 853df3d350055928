// Package problem is the one kind of error that a visitor or an API caller sees (A1, G3): what was refused, why, and for each field
// what to do. Modules return a *Problem as part of their contract; web maps it to a page or to problem+json once.
package problem

import (
	"errors"
	"strings"
)

// Kind decides the HTTP status and the page.
type Kind int

// The kinds, with the status that they become.
const (
	Invalid     Kind = iota // 422: what was typed cannot be taken; Fields say why
	NotFound                // 404
	Forbidden               // 403
	SignIn                  // 401, pages lead to the sign-in form
	Conflict                // 409: the state does not permit it (any more); Allowed says what it permits
	TooLarge                // 413
	TooMany                 // 429
	WrongType               // 415
	Unavailable             // 503
	Gone                    // 410
)

// Field is one refused input. Key is a message key, Args are name and value pairs for it.
type Field struct {
	Name string
	Key  string
	Args []any
}

// Problem is an error for a visitor. Key is a message key that says what happened and what to do.
type Problem struct {
	Kind    Kind
	Key     string
	Args    []any
	Fields  []Field
	Allowed []string // actions that are allowed instead, for Conflict
	Cause   error    // for the log only
}

func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Key)
	for _, f := range p.Fields {
		b.WriteString(" [" + f.Name + ": " + f.Key + "]")
	}
	if p.Cause != nil {
		b.WriteString(": " + p.Cause.Error())
	}
	return b.String()
}

func (p *Problem) Unwrap() error { return p.Cause }

// New makes a problem; args are name and value pairs of the message.
func New(kind Kind, key string, args ...any) *Problem {
	return &Problem{Kind: kind, Key: key, Args: args}
}

// On returns an Invalid problem for one field.
func On(field, key string, args ...any) *Problem {
	return (&Problem{Kind: Invalid, Key: "problem.invalid"}).Add(field, key, args...)
}

// Add notes one more refused field and returns p.
func (p *Problem) Add(field, key string, args ...any) *Problem {
	p.Fields = append(p.Fields, Field{Name: field, Key: key, Args: args})
	return p
}

// Because keeps the cause for the log.
func (p *Problem) Because(err error) *Problem {
	p.Cause = err
	return p
}

// Check collects refused fields; Err is nil when there are none.
type Check struct{ fields []Field }

// Add notes a refused field.
func (c *Check) Add(field, key string, args ...any) {
	c.fields = append(c.fields, Field{Name: field, Key: key, Args: args})
}

// Err returns an Invalid problem with all fields, or nil.
func (c *Check) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Problem{Kind: Invalid, Key: "problem.invalid", Fields: c.fields}
}

// Of finds a problem in err's chain.
func Of(err error) (*Problem, bool) {
	var p *Problem
	ok := errors.As(err, &p)
	return p, ok
}

// Is tells whether err is a problem of this kind.
func Is(err error, kind Kind) bool {
	p, ok := Of(err)
	return ok && p.Kind == kind
}
