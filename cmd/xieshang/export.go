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
	Kind      string `arg:"" enum:"suggestions,replies,divisions,organisations,fields,people,memberships,calendar" help:"What to write: suggestions (without an answer), replies (with one), divisions, organisations, fields, people, memberships or calendar (the days that were imported)."`
	Format    string `name:"format" enum:"csv,xlsx,json" default:"csv" help:"csv, xlsx or json."`
	Committee string `name:"committee" help:"Only matters of this committee."`
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
		err = a.Directory.Export(ctx, k, c.Personal, w)
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
