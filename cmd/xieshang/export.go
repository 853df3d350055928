package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"xieshang/internal/app"
	"xieshang/internal/directory"
	"xieshang/internal/platform/config"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/suggestion"
)

type exportCmd struct {
	Kind      string `arg:"" enum:"suggestions,replies,divisions,organisations,fields,terms,people,memberships,calendar" help:"What to write: suggestions (without an answer), replies (with one), divisions, organisations, fields, terms, people, memberships or calendar (the days that were imported)."`
	Format    string `name:"format" enum:"csv,xlsx,json" default:"csv" help:"csv, xlsx or json."`
	Committee string `name:"committee" help:"Only matters of this committee, or only its organisations, terms, people and memberships."`
	Day       string `name:"day" placeholder:"YYYY-MM-DD" help:"Of the directory's lists, only what holds on this day."`
	Source    string `name:"source" help:"Only matters that were imported from there, under their own ids."`
	Personal  bool   `name:"personal" help:"People with their telephone and identity numbers."`
}

// Run writes the list to standard output; what came out of it can be imported again without a change.
func (c *exportCmd) Run(ctx context.Context, cfg *config.Config) error {
	return console(ctx, cfg, func(ctx context.Context, a *app.App) error { return c.write(ctx, a, os.Stdout) })
}

func (c *exportCmd) write(ctx context.Context, a *app.App, to io.Writer) error {
	buffer := bufio.NewWriterSize(to, 1<<16)
	var w *sheet.Writer
	switch c.Format {
	case "csv":
		w = sheet.NewCSV(buffer, true)
	case "xlsx":
		w = sheet.NewXLSX(buffer, c.Kind)
	default:
		w = sheet.NewJSON(buffer)
	}
	var err error
	if k := directory.ListKind(c.Kind); k.Valid() {
		err = c.list(ctx, a, k, w)
	} else if c.Kind == "calendar" {
		err = a.Calendar.Export(ctx, w)
	} else {
		err = c.matters(ctx, a, w)
	}
	if err != nil {
		return err
	}
	return errors.Join(w.Close(), buffer.Flush())
}

// list writes one of the directory's lists.
func (c *exportCmd) list(ctx context.Context, a *app.App, k directory.ListKind, w *sheet.Writer) error {
	q := directory.ExportQuery{Kind: k, Personal: c.Personal}
	if c.Day != "" {
		var ok bool
		if q.Day, ok = sheet.ParseDate(c.Day); !ok {
			return fmt.Errorf("--day: %q is not a date; write it like 2026-02-12", c.Day)
		}
	}
	if c.Committee != "" && k.OfCommittee() {
		snap, err := a.Directory.Snapshot(ctx)
		if err != nil {
			return err
		}
		committee := snap.CommitteeByName(c.Committee)
		if committee == nil {
			return fmt.Errorf("there is no committee %q", c.Committee)
		}
		q.Committee = committee.ID
	}
	return a.Directory.ExportList(ctx, q, w)
}

func (c *exportCmd) matters(ctx context.Context, a *app.App, w *sheet.Writer) error {
	f := suggestion.ExportFilter{Kind: c.Kind, Source: c.Source}
	if c.Committee != "" {
		snap, err := a.Directory.Snapshot(ctx)
		if err != nil {
			return err
		}
		k := snap.CommitteeByName(c.Committee)
		if k == nil {
			return fmt.Errorf("there is no committee %q", c.Committee)
		}
		f.Committee = k.ID
	}
	heads := []sheet.Head{{Name: "id"}, {Name: "number"}, {Name: "state"}, {Name: "subject"}, {Name: "submitted_at"}, {Name: "body"}, {Name: "support"}}
	if c.Kind == "replies" {
		heads = append(heads, sheet.Head{Name: "reply"}, sheet.Head{Name: "replied_at"})
	}
	if err := w.Header(heads...); err != nil {
		return err
	}
	return a.Suggestions.Export(ctx, f, func(r suggestion.ExportRow) error {
		cells := []any{r.SourceID, r.Number, r.State, r.Title, r.At, r.Body, r.Support}
		if c.Kind == "replies" {
			cells = append(cells, r.Reply, r.ReplyAt)
		}
		return w.Row(cells...)
	})
}
