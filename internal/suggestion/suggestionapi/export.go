package suggestionapi

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"xieshang/internal/platform/api"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"

	"github.com/danielgtaylor/huma/v2"
)

// Exports of everything are dear; visitors without an account share this many an hour from one address.
const (
	exportsPerHour = 60
	exportPage     = 200
)

type csvInput struct {
	Filters
	Mark bool `query:"bom" default:"false" doc:"put the mark in front without which Excel takes Chinese text for GBK"`
}

type ndjsonInput struct{ Filters }

func (o *Operations) exporting(to *api.API) {
	op := func(id, path, summary string) api.Op {
		return api.Op{ID: id, Method: http.MethodGet, Path: path, Tag: "suggestions", Summary: summary, Who: open(), Errors: []int{http.StatusTooManyRequests},
			Details: "Exactly what the list with the same filters shows, all pages, streamed. A transfer that ends early breaks the connection, so that a part is never taken for the whole."}
	}
	api.Add(to, op("export-suggestions-csv", "/api/v1/suggestions.csv", "A filtered list as CSV"), func(ctx context.Context, in *csvInput) (*huma.StreamResponse, error) {
		return o.export(ctx, &in.Filters, "text/csv; charset=utf-8", func(w io.Writer) (func(Item) error, func() error, error) { return csvRows(w, in.Mark) })
	})
	api.Add(to, op("export-suggestions-ndjson", "/api/v1/suggestions.ndjson", "A filtered list as one JSON object a line"), func(ctx context.Context, in *ndjsonInput) (*huma.StreamResponse, error) {
		return o.export(ctx, &in.Filters, "application/x-ndjson", func(w io.Writer) (func(Item) error, func() error, error) {
			enc := json.NewEncoder(w)
			return func(i Item) error { return enc.Encode(i) }, func() error { return nil }, nil
		})
	})
	answer := func(id, kind string, s *huma.Schema, example any) {
		to.Operation(id).Responses["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{kind: {Schema: s, Example: example}}}
	}
	answer("export-suggestions-csv", "text/csv", &huma.Schema{Type: huma.TypeString}, "id,number,title,…\r\n019cab12-3c4d-7e5f-8a90-b1c2d3e4f502,430100-2026-000123,枫溪路老旧小区加装电梯,…\r\n")
	answer("export-suggestions-ndjson", "application/x-ndjson", &huma.Schema{Ref: "#/components/schemas/Item"}, nil)
}

// rows starts an export on w: one call for each matter, and one at the end.
type rows func(w io.Writer) (row func(Item) error, end func() error, err error)

// export reads the first page before anything is sent, so that a refusal is still a refusal.
func (o *Operations) export(ctx context.Context, in *Filters, kind string, start rows) (*huma.StreamResponse, error) {
	snap, err := o.directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	f, err := in.filter(snap)
	if err != nil {
		return nil, err
	}
	if !authz.From(ctx).SignedIn() {
		if err := o.service.Allow(ctx, "export", web.InfoOf(ctx).Network(), exportsPerHour, time.Hour); err != nil {
			return nil, err
		}
	}
	f.Limit = exportPage
	first, err := o.service.List(ctx, f)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", kind)
		c.SetHeader("Content-Disposition", `attachment; filename="suggestions.`+map[bool]string{true: "csv", false: "ndjson"}[kind[:8] == "text/csv"]+`"`)
		c.SetStatus(http.StatusOK)
		if err := o.stream(ctx, c.BodyWriter(), f, first, viewer{snap}, start); err != nil {
			panic(http.ErrAbortHandler) // the status has been sent; only a broken connection still tells that something is missing
		}
	}}, nil
}

func (o *Operations) stream(ctx context.Context, w io.Writer, f suggestion.Filter, page suggestion.Page, v viewer, start rows) error {
	row, end, err := start(w)
	if err != nil {
		return err
	}
	for {
		for _, i := range page.Items {
			if err := row(v.line(i)); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return end()
		}
		f.Cursor = page.Next
		if page, err = o.service.List(ctx, f); err != nil {
			return err
		}
	}
}

func csvRows(w io.Writer, mark bool) (func(Item) error, func() error, error) {
	out := sheet.NewCSV(w, mark)
	var heads []sheet.Head
	for _, name := range []string{"id", "number", "title", "kind", "origin", "state", "round", "public", "committee", "division", "field", "department", "place", "support", "class", "promised", "rating", "due",
		"raised_at", "replied_at", "updated_at", "part", "task_state", "task_due"} {
		heads = append(heads, sheet.Head{Name: name})
	}
	if err := out.Header(heads...); err != nil {
		return nil, nil, err
	}
	name := func(n *Named) string {
		if n == nil {
			return ""
		}
		return n.ZH
	}
	at := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return t.Format(time.RFC3339Nano)
	}
	return func(i Item) error {
		return out.Row(i.ID.String(), i.Number, i.Title, i.Kind, i.Origin, i.State, i.Round, i.Public, name(i.Committee), name(i.Division), name(i.Field), name(i.Lead), i.Place, i.Support, i.Class, i.Promised, i.Rating,
			i.Due, at(i.RaisedAt), at(i.RepliedAt), at(&i.UpdatedAt), i.Part, i.TaskState, i.TaskDue)
	}, out.Close, nil
}
