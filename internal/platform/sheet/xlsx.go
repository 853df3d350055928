package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
)

// A workbook is read with our own small reader, because it has to stream and still tell formulas, dates and merged cells apart; the
// part names and elements are those of ECMA-376.

// workbook is an opened XLSX.
type workbook struct {
	parts    map[string]*zip.File // by lower-case name
	sheets   []sheetPart
	date1904 bool
	strings  []string // the shared strings
	dates    []bool   // by style index: shown as a date or time
}

type sheetPart struct {
	name   string
	part   string
	hidden bool
}

// openXLSX reads everything but the rows.
func (t *Table) openXLSX(r io.ReaderAt, size int64) error {
	t.format, t.encode = XLSX, "UTF-8"
	w, err := t.openWorkbook(r, size)
	if err != nil {
		return err
	}
	t.date1904 = w.date1904
	chosen, err := t.chooseSheet(w)
	if err != nil {
		return err
	}
	t.sheet = chosen.name
	if ref, count, err := w.merged(chosen.part); err != nil {
		return err
	} else if count > 0 {
		return refused(0, "sheet.err.merged", "sheet", chosen.name, "ref", ref, "count", count)
	}
	if err := w.readStyles(); err != nil {
		return err
	}
	if err := w.readStrings(); err != nil {
		return err
	}
	t.open = func() (source, error) { return w.rows(chosen.part, t.opts) }
	t.count = func() (int, error) {
		rc, err := w.part(chosen.part)
		if err != nil {
			return 0, err
		}
		defer func() { _ = rc.Close() }()
		return occurrences(rc, "<row ")
	}
	src, err := t.open()
	if err != nil {
		return err
	}
	defer func() { _ = src.close() }()
	rec, err := firstRow(src)
	if err != nil {
		return err
	}
	return t.readHeader(rec)
}

func broken(part string) error { return refused(0, "sheet.err.broken", "part", part) }

// openWorkbook checks the sizes that the archive declares, which archive/zip enforces while unpacking, and reads the list of sheets.
func (t *Table) openWorkbook(r io.ReaderAt, size int64) (*workbook, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, broken("zip")
	}
	w := &workbook{parts: make(map[string]*zip.File, len(z.File))}
	var total uint64
	for _, f := range z.File {
		total += f.UncompressedSize64
		if total > uint64(t.opts.MaxUnzipped) || f.UncompressedSize64 > uint64(t.opts.MaxUnzipped) {
			return nil, refused(0, "sheet.err.bomb", "size", max(total, f.UncompressedSize64), "max", t.opts.MaxUnzipped)
		}
		if f.UncompressedSize64 > 1<<20 && f.UncompressedSize64/uint64(t.opts.MaxRatio) > f.CompressedSize64 {
			return nil, refused(0, "sheet.err.ratio", "part", short(f.Name))
		}
		w.parts[partName(f.Name)] = f
	}
	main := "xl/workbook.xml"
	if rels, err := w.relations(""); err == nil {
		for _, rel := range rels {
			if strings.HasSuffix(rel.kind, "/officeDocument") {
				main = rel.target
			}
		}
	}
	if w.parts[partName(main)] == nil {
		return nil, refused(0, "sheet.err.format")
	}
	return w, w.readWorkbook(main)
}

func partName(s string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(s, `\`, "/"), "/"))
}

// part opens a part of the archive; it is an error when there is none.
func (w *workbook) part(name string) (io.ReadCloser, error) {
	f := w.parts[partName(name)]
	if f == nil {
		return nil, broken(name)
	}
	rc, err := f.Open()
	if err != nil {
		return nil, broken(name)
	}
	return rc, nil
}

// walk calls start for every opening element of a part, with its local name. Errors of the XML become "damaged", others pass through.
func (w *workbook) walk(name string, start func(d *xml.Decoder, e xml.StartElement) error) error {
	rc, err := w.part(name)
	if err != nil {
		return err
	}
	defer func() { _ = rc.Close() }()
	d := xml.NewDecoder(rc)
	for {
		tok, err := d.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return broken(name)
		}
		if e, ok := tok.(xml.StartElement); ok {
			if err := start(d, e); err != nil {
				if isFileError(err) {
					return err
				}
				return broken(name)
			}
		}
	}
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

type relation struct{ id, kind, target string }

// relations lists what a part points to, with targets as names in the archive; the empty part is the package itself.
func (w *workbook) relations(part string) ([]relation, error) {
	dir, base := path.Split(part)
	var rels []relation
	err := w.walk(dir+"_rels/"+base+".rels", func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "Relationship" || attr(e, "TargetMode") == "External" {
			return nil
		}
		target := strings.ReplaceAll(attr(e, "Target"), `\`, "/")
		if !strings.HasPrefix(target, "/") {
			target = path.Join("/", dir, target)
		}
		rels = append(rels, relation{attr(e, "Id"), attr(e, "Type"), path.Clean(target)[1:]})
		return nil
	})
	return rels, err
}

func (w *workbook) readWorkbook(main string) error {
	rels, err := w.relations(main)
	if err != nil {
		return err
	}
	err = w.walk(main, func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			w.date1904 = truth(attr(e, "date1904"))
		case "sheet":
			state := attr(e, "state")
			s := sheetPart{name: attr(e, "name"), hidden: state == "hidden" || state == "veryHidden"}
			id := ""
			for _, a := range e.Attr { // the sheet's own id is sheetId; the relation's is an id in a namespace
				if a.Name.Local == "id" && a.Name.Space != "" {
					id = a.Value
				}
			}
			for _, rel := range rels {
				if rel.id == id && strings.HasSuffix(rel.kind, "/worksheet") {
					s.part = rel.target
				}
			}
			if s.part != "" {
				w.sheets = append(w.sheets, s)
			}
		}
		return nil
	})
	if err == nil && len(w.sheets) == 0 {
		err = broken(main)
	}
	return err
}

func truth(s string) bool { return s == "1" || s == "true" || s == "on" }

// chooseSheet picks the sheet asked for, or the first one that is not hidden, and notes the others.
func (t *Table) chooseSheet(w *workbook) (sheetPart, error) {
	var chosen *sheetPart
	for i, s := range w.sheets {
		if chosen == nil && (t.opts.Sheet == "" && !s.hidden || t.opts.Sheet != "" && s.name == t.opts.Sheet) {
			chosen = &w.sheets[i]
			continue
		}
		key := "sheet.note.other_sheet"
		if s.hidden {
			key = "sheet.note.hidden_sheet"
		}
		if len(t.fixed) < maxNotes {
			t.fixed = append(t.fixed, Note{Reason: reason(key, "sheet", s.name)})
		}
	}
	switch {
	case chosen != nil:
		return *chosen, nil
	case t.opts.Sheet != "":
		return sheetPart{}, refused(0, "sheet.err.no_sheet", "sheet", t.opts.Sheet)
	}
	return sheetPart{}, refused(0, "sheet.err.all_hidden")
}

// merged finds the merged cells of a sheet. They stand behind the rows, so the whole part is looked through once.
func (w *workbook) merged(part string) (first string, count int, err error) {
	rc, err := w.part(part)
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = rc.Close() }()
	const most = 1 << 10 // no such element is longer
	buf, have := make([]byte, 64<<10), 0
	for {
		n, err := io.ReadFull(rc, buf[have:])
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return "", 0, broken(part)
		}
		b := buf[:have+n]
		for {
			ref, end := mergeCell(b)
			if end < 0 {
				break
			}
			if ref != "" {
				if count++; first == "" {
					first = short(ref)
				}
			}
			b = b[end:]
		}
		if last {
			return first, count, nil
		}
		have = copy(buf, b[max(0, len(b)-most):])
	}
}

// mergeCell finds the first complete mergeCell element in b, whatever its prefix, and where it ends; end is -1 when there is none.
func mergeCell(b []byte) (ref string, end int) {
	i := bytes.Index(b, []byte("mergeCell "))
	if i < 0 {
		return "", -1
	}
	n := bytes.IndexByte(b[i:], '>')
	if n < 0 {
		return "", -1
	}
	open := bytes.LastIndexByte(b[:i], '<')
	if prefix := b[open+1 : i]; open < 0 || len(prefix) > 0 && (prefix[len(prefix)-1] != ':' || bytes.ContainsAny(prefix, " >")) {
		return "", i + len("mergeCell ") // only a text that says so
	}
	_, rest, _ := strings.Cut(string(b[i:i+n]), `ref="`)
	ref, _, _ = strings.Cut(rest, `"`)
	return ref, i + n
}
