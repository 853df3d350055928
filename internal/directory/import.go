package directory

import (
	"context"
	"fmt"
	"unicode/utf8"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// ListKind is a list of the directory that comes in and goes out as a table.
type ListKind string

// The lists, in the order in which they refer to each other.
const (
	DivisionList     ListKind = "divisions"
	OrganisationList ListKind = "organisations"
	FieldList        ListKind = "fields"
	PeopleList       ListKind = "people"
	MembershipList   ListKind = "memberships"
)

// ListKinds names the lists in the order in which they are imported into an empty directory.
func ListKinds() []ListKind {
	return []ListKind{DivisionList, OrganisationList, FieldList, PeopleList, MembershipList}
}

// Valid tells whether k is a list.
func (k ListKind) Valid() bool {
	for _, known := range ListKinds() {
		if k == known {
			return true
		}
	}
	return false
}

// ImportOptions direct an import.
type ImportOptions struct {
	DryRun  bool       // read and check, store nothing
	SkipBad bool       // leave out bad rows instead of refusing the whole file
	From    clock.Date // from when a row holds that names no day; zero is 2000-01-01, before anything that is recorded here
}

// ImportChange is one row that is new or says something else than what is known.
type ImportChange struct {
	Line int
	Name string
	New  bool
}

// ImportResult tells what an import did, or would do.
type ImportResult struct {
	New     int
	Changed int
	Same    int
	Changes []ImportChange // the first 500
	Bad     *sheet.Errors  // rows that are refused, with column and reason
	Stored  bool           // something was written
}

const (
	maxListedChanges = 500
	maxBadRows       = 1000
	maxName          = 200
	maxCode          = 20
)

// ListColumns are the columns that a file of this list may have; the header may name them in English or Chinese, in any order.
func ListColumns(k ListKind) []sheet.Column {
	id := sheet.Column{Name: "id", Aliases: []string{"标识"}}
	en := sheet.Column{Name: "name_en", Aliases: []string{"en", "english", "英文", "英文名称"}}
	code := sheet.Column{Name: "code", Aliases: []string{"代码", "行政区划代码", "编码"}}
	level := sheet.Column{Name: "level", Aliases: []string{"级别", "层级"}}
	parent := sheet.Column{Name: "parent", Aliases: []string{"上级", "上级代码", "上级单位"}}
	from := sheet.Column{Name: "from", Aliases: []string{"valid_from", "开始日期", "起", "任职日期"}}
	to := sheet.Column{Name: "to", Aliases: []string{"valid_to", "结束日期", "止", "离任日期"}}
	name := sheet.Column{Name: "name", Aliases: []string{"name_zh", "名称", "单位名称"}, Required: true}
	switch k {
	case DivisionList:
		return []sheet.Column{id, code, name, en, level, parent, {Name: "lon", Aliases: []string{"longitude", "经度"}}, {Name: "lat", Aliases: []string{"latitude", "纬度"}}, from, to}
	case OrganisationList:
		return []sheet.Column{id, {Name: "kind", Aliases: []string{"类别", "单位类别"}, Required: true}, name, en, level, {Name: "division", Aliases: []string{"行政区划", "区划", "所在地"}}, parent, code, from, to}
	case FieldList:
		return []sheet.Column{{Name: "level1", Aliases: []string{"一级分类", "一级"}, Required: true}, {Name: "level2", Aliases: []string{"二级分类", "二级"}}, {Name: "level3", Aliases: []string{"三级分类", "三级"}}, en}
	case PeopleList:
		return []sheet.Column{id, {Name: "name", Aliases: []string{"姓名"}, Required: true}, {Name: "sex", Aliases: []string{"性别"}}, {Name: "birth_year", Aliases: []string{"出生年份", "出生年"}},
			{Name: "phone", Aliases: []string{"telephone", "手机", "手机号码", "电话", "联系电话"}}, {Name: "identity", Aliases: []string{"身份证号", "身份证号码", "证件号码"}}}
	}
	return []sheet.Column{{Name: "person", Aliases: []string{"person_id", "人员标识"}}, {Name: "name", Aliases: []string{"姓名"}}, {Name: "organisation", Aliases: []string{"单位", "单位名称", "所属单位"}, Required: true},
		{Name: "division", Aliases: []string{"行政区划", "区划", "所在地"}}, {Name: "post", Aliases: []string{"职务", "身份"}, Required: true}, {Name: "sector", Aliases: []string{"界别"}}, from, to,
		{Name: "end_reason", Aliases: []string{"离任原因", "结束原因"}}}
}

// Import reads a list that was opened with ListColumns and records what is new or different, all or nothing, for administrators and the
// platform. What is known already changes nothing, so a file may come twice. Bad rows are in the result; without SkipBad they keep everything out.
// The error is a *sheet.FileError when the file cannot be read to its end, or a *problem.Problem.
func (s *Service) Import(ctx context.Context, k ListKind, t *sheet.Table, o ImportOptions) (ImportResult, error) {
	if err := mayEdit(authz.From(ctx), uuid.Nil); err != nil {
		return ImportResult{}, err
	}
	if !k.Valid() {
		return ImportResult{}, problem.On("kind", "directory.err.list")
	}
	if o.From.IsZero() {
		o.From = clock.Of(2000, 1, 1)
	}
	var out ImportResult
	work := func(tx *db.Tx) error {
		if !o.DryRun {
			if err := lock(tx); err != nil {
				return err
			}
		}
		im := &importer{s: s, tx: tx, t: t, o: o, rec: newRecorder(tx, s.clock), today: clock.Today(s.clock)}
		im.out.Bad = sheet.NewErrors(maxBadRows)
		if err := im.run(k); err != nil {
			return err
		}
		out = im.out
		if out.Bad.Total() > 0 && !o.SkipBad || o.DryRun || len(im.writes) == 0 {
			return nil
		}
		for _, w := range im.writes {
			if err := w(); err != nil {
				return fmt.Errorf("import %s: %w", k, err)
			}
		}
		if err := checkMemberships(tx, im.touched); err != nil {
			return err
		}
		out.Stored = true
		tx.AfterCommit(s.changed)
		return bump(tx)
	}
	var err error
	if o.DryRun {
		err = s.db.Read(ctx, work)
	} else {
		err = s.db.Write(ctx, work)
	}
	return out, err
}

// importer plans an import: it reads what is known, compares each row with it, and collects what has to be written.
type importer struct {
	s       *Service
	tx      *db.Tx
	t       *sheet.Table
	o       ImportOptions
	rec     recorder
	today   clock.Date
	out     ImportResult
	writes  []func() error
	touched []uuid.UUID // people whose memberships or affiliations change
}

func (im *importer) run(k ListKind) error {
	switch k {
	case DivisionList:
		return im.divisions()
	case OrganisationList:
		return im.organisations()
	case FieldList:
		return im.fields()
	case PeopleList:
		return im.people()
	}
	return im.memberships()
}

// rows calls each for every readable row and keeps what is wrong with the others.
func (im *importer) rows(each func(sheet.Row) error) error {
	for row, err := range im.t.Rows() {
		if err == nil {
			err = each(row)
		}
		if err != nil && !im.out.Bad.Add(err) {
			return err
		}
	}
	return nil
}

func (im *importer) same() { im.out.Same++ }

func (im *importer) changed(line int, name string, isNew bool, write func() error) {
	if isNew {
		im.out.New++
	} else {
		im.out.Changed++
	}
	if len(im.out.Changes) < maxListedChanges {
		im.out.Changes = append(im.out.Changes, ImportChange{Line: line, Name: name, New: isNew})
	}
	im.writes = append(im.writes, write)
}

// text is a cell that must not be longer than max; a column that the file does not have keeps what is known.
func (im *importer) text(row sheet.Row, column, known string, max int) (string, error) {
	if !im.t.Has(column) {
		return known, nil
	}
	v := row.Clean(column)
	if n := utf8.RuneCountInString(v); n > max {
		return "", row.Err(column, "directory.err.long", "max", max, "have", n)
	}
	return v, nil
}

// uuidCell reads a column that holds an id, nil when it is empty or missing.
func (im *importer) uuidCell(row sheet.Row, column string) (uuid.UUID, error) {
	if !im.t.Has(column) || row.Clean(column) == "" {
		return uuid.Nil, nil
	}
	u, err := uuid.Parse(row.Clean(column))
	if err != nil || u == uuid.Nil {
		return uuid.Nil, row.Err(column, "directory.err.id")
	}
	return u, nil
}

// days reads from and to. given tells whether the row names a beginning; known are the days of the fact that it corrects.
func (im *importer) days(row sheet.Row, known clock.Interval) (v clock.Interval, err error) {
	v = known
	if im.t.Has("from") && row.Clean("from") != "" {
		if v.From, err = row.Date("from"); err != nil {
			return v, err
		}
	}
	if v.From.IsZero() {
		v.From = im.o.From
	}
	if im.t.Has("to") {
		if v.To, err = row.Date("to"); err != nil {
			return v, err
		}
	}
	if v.Empty() {
		return v, row.Err("to", "directory.err.to")
	}
	return v, nil
}

// ended refuses a row without a first day about something that is over, unless it repeats or corrects the end: whether it was never over or began
// again, and when, only the file's owner knows.
func (im *importer) ended(row sheet.Row, known clock.Interval) error {
	if known.To.IsZero() || known.To.After(im.today) || im.t.Has("to") && row.Clean("to") != "" {
		return nil
	}
	return row.Err("from", "directory.err.ended", "to", known.To)
}

// from is the beginning that a row names, zero when it names none.
func (im *importer) from(row sheet.Row) (clock.Date, error) {
	if !im.t.Has("from") {
		return clock.Date{}, nil
	}
	return row.Date("from")
}

func parseLevel(text string) (Level, bool) {
	switch text {
	case "province", "省", "省级":
		return Province, true
	case "city", "市", "市级", "州", "市州":
		return City, true
	case "county", "县", "区", "县级", "县区", "县市区":
		return County, true
	}
	return "", false
}
