// Package suggestionapi is the JSON face of micro-suggestions (A1) for other programs: the operations of interface.md, thin over the same service as the
// pages. It promises that a list, a matter and what may be done with it are cut to the caller by the service, never here.
package suggestionapi

import (
	"context"
	"time"
	"unicode"
	"unicode/utf8"

	"xieshang/internal/directory"
	"xieshang/internal/platform/api"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"
)

// Directory is what the API asks of the directory.
type Directory interface {
	Snapshot(ctx context.Context) (*directory.Snapshot, error)
	At(ctx context.Context, day clock.Date, known time.Time) (*directory.Snapshot, error)
}

// Operations are those of micro-suggestions, and the lists of the directory that they refer to.
type Operations struct {
	service   *suggestion.Service
	directory Directory
}

// New adds every operation to the API.
func New(to *api.API, s *suggestion.Service, d Directory) *Operations {
	o := &Operations{service: s, directory: d}
	o.reading(to)
	o.exporting(to)
	o.raising(to)
	o.acting(to)
	o.looking(to)
	o.lists(to)
	o.templates(to)
	o.whoami(to)
	return o
}

// open is the access of everything that reads.
func open() web.Access {
	return web.Public("without a token only public matters are readable; the service cuts to what the caller may read")
}

// reference refuses what can be neither an id nor a number before the database sees it.
func reference(text string) error {
	if len(text) > 64 || !utf8.ValidString(text) {
		return noMatter()
	}
	for _, r := range text {
		if unicode.IsControl(r) {
			return noMatter()
		}
	}
	return nil
}

// noMatter says the same for a matter that is not there and one that is not for the caller.
func noMatter() *problem.Problem {
	return problem.New(problem.NotFound, "suggestionapi.err.no-matter").Add("id", "suggestionapi.err.no-matter")
}

// named gives a refusal of the service the field that it is about.
func named(err error) error {
	p := web.AsProblem(err)
	if p == nil || p.Kind != problem.NotFound || len(p.Fields) > 0 {
		return err
	}
	if p.Key == "problem.not-found" {
		return noMatter().Because(err)
	}
	return problem.New(p.Kind, p.Key, p.Args...).Add("action", p.Key, p.Args...).Because(err)
}

// day reads a civil date; an empty text is no date.
func day(c *problem.Check, field, text string) clock.Date {
	if text == "" {
		return clock.Date{}
	}
	d, err := clock.ParseDate(text)
	if err != nil {
		c.Add(field, "suggestionapi.err.date", "value", text)
	}
	return d
}
