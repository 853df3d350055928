package problem_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"xieshang/internal/platform/problem"
)

// TestAProblemIsFoundAndKeepsItsCause: however deep it is wrapped, its kind, fields and cause are found; what is no problem is none.
func TestAProblemIsFoundAndKeepsItsCause(t *testing.T) {
	p := problem.On("title", "a.short", "min", 4).Add("body", "a.empty").Because(io.ErrUnexpectedEOF)
	err := fmt.Errorf("raise: %w", fmt.Errorf("check: %w", p))
	got, ok := problem.Of(err)
	if !ok || got != p || !problem.Is(err, problem.Invalid) || problem.Is(err, problem.NotFound) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%v, %v", got, ok)
	}
	if names := []string{got.Fields[0].Name, got.Fields[1].Name}; !slices.Equal(names, []string{"title", "body"}) || got.Fields[0].Args[1] != 4 {
		t.Errorf("fields %+v", got.Fields)
	}
	if text := p.Error(); text != "problem.invalid [title: a.short] [body: a.empty]: unexpected EOF" {
		t.Errorf("for the log: %s", text)
	}
	for _, err := range []error{nil, io.EOF} {
		if _, ok := problem.Of(err); ok || problem.Is(err, problem.Invalid) {
			t.Errorf("%v is a problem", err)
		}
	}
}

// TestACheckWithoutFaultIsNil: a plain nil, so that `return c.Err()` is no error.
func TestACheckWithoutFaultIsNil(t *testing.T) {
	var c problem.Check
	if err := c.Err(); err != nil {
		t.Error(err)
	}
	c.Add("phone", "a.phone")
	if err := c.Err(); !problem.Is(err, problem.Invalid) {
		t.Error(err)
	}
}
