package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"xieshang/internal/app"
	"xieshang/internal/calendar"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/config"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

type importCmd struct {
	Kind      string `arg:"" enum:"suggestions,replies,divisions,organisations,fields,terms,people,memberships,calendar" help:"What the file holds: suggestions, replies, divisions, organisations, fields, terms, people, memberships or calendar (working days)."`
	File      string `arg:"" type:"existingfile" help:"CSV or XLSX file."`
	Committee string `name:"committee" help:"Name or code of the committee whose they are."`
	Create    bool   `name:"create" help:"Make the committee when there is none of that name."`
	Source    string `name:"source" help:"Where they come from; with the ids in the file it tells matters apart."`
	DryRun    bool   `name:"dry-run" help:"Read and check, store nothing."`
	SkipBad   bool   `name:"skip-bad" help:"Leave out bad rows instead of refusing the file."`

	Map map[string]string `name:"map" mapsep:"none" placeholder:"FIELD=HEADING" help:"Which heading of the file stands for a field; may be repeated. The field is the English heading, such as name or from."`
}

// importer is what every kind of import works with.
type importer struct {
	*importCmd
	a     *app.App
	ctx   context.Context
	p     *i18n.Printer
	table *sheet.Table
	bad   *sheet.Errors
}

// Run reads the file, names each bad row with column and reason on standard error, and stores all or nothing.
func (c *importCmd) Run(ctx context.Context, cfg *config.Config) error {
	a, err := app.New(ctx, *cfg, app.Options{})
	if err != nil {
		return err
	}
	defer a.Close()
	im := &importer{importCmd: c, a: a, ctx: authz.With(ctx, authz.System()), p: a.Catalog.Printer(language(os.Getenv)), bad: sheet.NewErrors(1000)}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	columns, run := im.matterColumns(), im.matters
	if k := directory.ListKind(c.Kind); k.Valid() {
		columns, run = directory.ListColumns(k), im.list
	} else if c.Kind == "calendar" {
		columns, run = calendar.Columns(), im.calendar
	}
	for field := range c.Map {
		if !slices.ContainsFunc(columns, func(k sheet.Column) bool { return k.Name == field }) {
			names := make([]string, len(columns))
			for i, k := range columns {
				names[i] = k.Name
			}
			return fmt.Errorf("--map: there is no field %q; there are %s", field, strings.Join(names, ", "))
		}
	}
	if im.table, err = sheet.Open(filepath.Base(c.File), f, info.Size(), sheet.Options{Columns: columns, Map: c.Map}); err != nil {
		return im.fileError(err)
	}
	for field, title := range c.Map {
		if _, read := im.table.Columns()[field]; !read && title != "" {
			return fmt.Errorf("--map: the first row of %s has no heading %q", c.File, title)
		}
	}
	return run()
}

func (im *importer) fileError(err error) error {
	var fe *sheet.FileError
	if errors.As(err, &fe) {
		return fmt.Errorf("%s: %s", im.File, im.p.T(fe.Reason.Key, fe.Reason.Args...))
	}
	return fmt.Errorf("%s: %w", im.File, err)
}

// report prints the bad rows; an error when there are any and they may not be left out.
func (im *importer) report() error {
	for _, e := range im.bad.List() {
		place := fmt.Sprintf("row %d, column %s: ", e.Line, e.Title)
		switch zh := im.p.Lang() == i18n.ZH; {
		case zh && e.Title == "":
			place = fmt.Sprintf("第%d行：", e.Line)
		case zh:
			place = fmt.Sprintf("第%d行，“%s”列：", e.Line, e.Title)
		case e.Title == "":
			place = fmt.Sprintf("row %d: ", e.Line)
		}
		fmt.Fprintln(os.Stderr, place+im.p.T(e.Reason.Key, e.Reason.Args...))
	}
	if n := im.bad.Total(); n > 0 && !im.SkipBad {
		fmt.Fprintf(os.Stderr, "%d bad rows; nothing was stored\n", n)
		return errSaid
	}
	return nil
}

// list stores one of the directory's lists; what is known stays.
func (im *importer) list() error {
	out, err := im.a.Directory.Import(im.ctx, directory.ListKind(im.Kind), im.table, directory.ImportOptions{DryRun: im.DryRun, SkipBad: im.SkipBad, FileName: filepath.Base(im.File)})
	if err != nil {
		var fe *sheet.FileError
		if errors.As(err, &fe) {
			return im.fileError(err)
		}
		return im.said(err)
	}
	im.bad = out.Bad
	if err := im.report(); err != nil {
		return err
	}
	fmt.Printf("%s: %d new, %d changed (%d of them ended), %d known, %d rows left out%s\n", im.Kind, out.New, out.Changed, out.Ended, out.Same, im.bad.Total(), im.dry())
	return nil
}

// calendar stores working days. Dates that waited for a year are computed anew here, at once, or by the running platform, whoever comes first.
func (im *importer) calendar() error {
	out, err := im.a.Calendar.Import(im.ctx, im.table, calendar.Options{DryRun: im.DryRun, SkipBad: im.SkipBad})
	if err != nil {
		var fe *sheet.FileError
		if errors.As(err, &fe) {
			return im.fileError(err)
		}
		return im.said(err)
	}
	im.bad = out.Bad
	if err := im.report(); err != nil {
		return err
	}
	fmt.Printf("calendar: %d new, %d changed, %d known, %d rows left out%s\n", out.New, out.Changed, out.Same, im.bad.Total(), im.dry())
	for _, y := range out.Incomplete {
		fmt.Printf("%d is not complete yet: 1 January, 1 May and 1 October have to be holidays in it\n", y)
	}
	if im.DryRun || out.New+out.Changed == 0 || len(out.Years) == 0 {
		return nil
	}
	moved, err := im.a.Suggestions.Redate(im.ctx, out.Years)
	fmt.Printf("dates of %d matters computed anew\n", moved)
	return err
}

func (im *importer) dry() string {
	if im.DryRun {
		return " (dry run: nothing stored)"
	}
	return ""
}

func (im *importer) said(err error) error {
	p, ok := problem.Of(err)
	if !ok {
		return err
	}
	text := im.p.T(p.Key, p.Args...)
	for _, f := range p.Fields {
		text += " " + f.Name + ": " + im.p.T(f.Key, f.Args...)
	}
	return errors.New(text)
}

func (im *importer) matterColumns() []sheet.Column {
	c := []sheet.Column{{Name: "id", Aliases: []string{"编号", "留言编号"}, Required: true}, {Name: "subject", Aliases: []string{"title", "主题", "标题", "留言主题"}, Required: true},
		{Name: "submitted_at", Aliases: []string{"time", "提交时间", "留言时间"}, Required: true}, {Name: "body", Aliases: []string{"text", "内容", "留言详情"}, Required: true}, {Name: "user", Aliases: []string{"留言用户"}},
		{Name: "support", Aliases: []string{"点赞数", "支持"}}, {Name: "against", Aliases: []string{"反对数", "反对"}}}
	if im.Kind == "replies" {
		c = append(c, sheet.Column{Name: "reply", Aliases: []string{"答复意见", "答复"}, Required: true}, sheet.Column{Name: "replied_at", Aliases: []string{"答复时间"}, Required: true})
	}
	return c
}

// matters stores messages, with their answers when the file is of replies. The two kinds of file number their rows apart, so the kind is part of the source.
func (im *importer) matters() error {
	if im.Committee == "" || im.Source == "" {
		return fmt.Errorf("--committee and --source are needed")
	}
	var rows []suggestion.ImportRow
	for row, err := range im.table.Rows() {
		if err != nil {
			if !im.bad.Add(err) {
				return im.fileError(err)
			}
			continue
		}
		r, bad := im.matter(row)
		if bad != nil {
			im.bad.Add(bad)
			continue
		}
		rows = append(rows, r)
	}
	if err := im.report(); err != nil {
		return err
	}
	committee, err := im.committee()
	if err != nil {
		return err
	}
	result := suggestion.ImportResult{New: len(rows)}
	if !im.DryRun {
		start := time.Now()
		var progress func(int)
		if onTerminal(os.Stderr) {
			progress = func(done int) { fmt.Fprintf(os.Stderr, "\r%d / %d ", done, len(rows)) }
			defer fmt.Fprintln(os.Stderr)
		}
		result, err = im.a.Suggestions.Import(im.ctx, committee, im.Source+"/"+im.Kind, rows, progress)
		if err != nil {
			return im.said(err)
		}
		fmt.Fprintf(os.Stderr, "stored in %.1f s\n", time.Since(start).Seconds())
	}
	fmt.Printf("%s: %d new, %d known, %d rows left out%s\n", im.Kind, result.New, result.Known, im.bad.Total(), im.dry())
	return nil
}

func (im *importer) matter(row sheet.Row) (suggestion.ImportRow, error) {
	r := suggestion.ImportRow{SourceID: row.Clean("id"), Title: row.Clean("subject"), Body: row.Get("body")}
	var err error
	if r.At, err = row.Time("submitted_at"); err != nil {
		return r, err
	}
	for name, to := range map[string]*int{"support": &r.Support, "against": &r.Against} {
		if row.Clean(name) == "" {
			continue
		}
		n, err := row.Int(name)
		if err != nil {
			return r, err
		}
		*to = int(min(n, 1<<31))
	}
	if im.Kind == "replies" {
		r.Reply = strings.TrimSpace(row.Get("reply"))
		if r.ReplyAt, err = row.Time("replied_at"); err != nil {
			return r, err
		}
	}
	if err := r.Check(); err != nil {
		if p, ok := problem.Of(err); ok && len(p.Fields) > 0 {
			return r, row.Err(p.Fields[0].Name, p.Fields[0].Key, p.Fields[0].Args...)
		}
		return r, err
	}
	return r, nil
}

// committee finds the committee, or makes it with --create: a city's, to be completed on the pages of the directory.
func (im *importer) committee() (uuid.UUID, error) {
	snap, err := im.a.Directory.Snapshot(im.ctx)
	if err != nil {
		return uuid.Nil, err
	}
	if k := snap.CommitteeByName(im.Committee); k != nil {
		if k.Division == uuid.Nil || len(snap.Departments(k.Division)) == 0 {
			im.next()
		}
		return k.ID, nil
	}
	if !im.Create {
		return uuid.Nil, fmt.Errorf("there is no committee %q; --create makes it", im.Committee)
	}
	if im.DryRun {
		return uuid.Nil, nil
	}
	id, err := uuid.NewV7()
	if err != nil {
		return id, err
	}
	err = im.a.Directory.Record(im.ctx, &directory.Batch{Organisations: []directory.Organisation{{ID: id, Kind: directory.Committee, Name: i18n.Name{ZH: im.Committee}, Level: directory.City,
		Code: fmt.Sprintf("K%d", len(snap.Committees())+1), Valid: clock.Interval{From: clock.Of(2000, 1, 1)}}}})
	if err == nil {
		im.next()
	}
	return id, err
}

// next says what a committee needs before it can hand a matter to anybody.
func (im *importer) next() {
	if im.p.Lang() == i18n.ZH {
		fmt.Fprintf(os.Stderr, "“%s”还没有行政区划或承办单位，暂时不能交办。\n请以管理员登录，按“开始使用”页面（/admin/setup）补上；或用文件导入：import divisions FILE，import organisations FILE。\n", im.Committee)
		return
	}
	fmt.Fprintf(os.Stderr, "%s has no division or no departments yet, so nothing can be dispatched.\nSign in as administrator and follow the set-up page (/admin/setup), or bring in files: import divisions FILE, import organisations FILE.\n", im.Committee)
}

// language is the one that the terminal is set to.
func language(env func(string) string) i18n.Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := env(name); v != "" {
			if strings.HasPrefix(v, "zh") {
				return i18n.ZH
			}
			return i18n.EN
		}
	}
	return i18n.EN
}

// onTerminal tells whether somebody watches.
func onTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
