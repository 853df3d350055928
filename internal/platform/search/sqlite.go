package search

import (
	"strings"

	"xieshang/internal/platform/db"
)

// SchemaSQLite is what a SQLite migration creates for the index of that name. The tokens come ready made, so the tokenizer only cuts at
// spaces; "ascii" takes every other rune as part of a token, also those newer than the tables of unicode61. FTS5 writes a small segment for each
// row, because each write of the platform has a savepoint; merging more of them at a time takes a fifth less time for a row.
func SchemaSQLite(name string) string {
	mustName(name)
	return `CREATE VIRTUAL TABLE ` + name + `_fts USING fts5(title, body, content='', contentless_delete=1, tokenize='ascii');
INSERT INTO ` + name + `_fts (` + name + `_fts, rank) VALUES ('automerge', 16);
INSERT INTO ` + name + `_fts (` + name + `_fts, rank) VALUES ('crisismerge', 64);
`
}

func (x *Index) putSQLite(tx *db.Tx, rid int64, p Prepared) error {
	_, err := tx.Exec(`INSERT OR REPLACE INTO `+x.name+`_fts (rowid, title, body) VALUES (?, ?, ?)`, rid, p.title, p.body)
	return err
}

// joined is a text as its tokens, each with a space behind it.
func joined(text string) string {
	var b strings.Builder
	b.Grow(3 * len(text))
	EachToken(text, func(t []byte) {
		b.Write(t)
		b.WriteByte(' ')
	})
	return b.String()
}

// fts5 writes phrases in FTS5's language, joined by op. Tokens hold no quotation marks.
func fts5(list []phrase, op string) string {
	var b strings.Builder
	for i, p := range list {
		if i > 0 {
			b.WriteString(op)
		}
		b.WriteByte('"')
		b.WriteString(strings.Join(p.tokens, " "))
		b.WriteByte('"')
		if p.prefix {
			b.WriteByte('*')
		}
	}
	return b.String()
}

// sqliteText returns the match for all hits, for hits of the first kind, and for the others.
func (m match) sqliteText() (all, first, rest string) {
	inTitle := "{title} : (" + fts5(m.need, " AND ") + ")"
	var parts []string
	if len(m.body) > 0 {
		parts = append(parts, fts5(m.body, " AND "))
	}
	if len(m.title) > 0 {
		parts = append(parts, "{title} : ("+fts5(m.title, " AND ")+")")
	}
	all = strings.Join(parts, " AND ")
	var not []string
	if len(m.not) > 0 {
		not = append(not, fts5(m.not, " OR "))
	}
	if len(m.notTitle) > 0 {
		not = append(not, "{title} : ("+fts5(m.notTitle, " OR ")+")")
	}
	first = inTitle
	if len(not) > 0 {
		without := strings.Join(not, " OR ")
		first = "(" + inTitle + ") NOT (" + without + ")"
		rest = "(" + all + ") NOT (" + without + " OR " + inTitle + ")"
		all = "(" + all + ") NOT (" + without + ")"
		return all, first, rest
	}
	return all, first, "(" + all + ") NOT (" + inTitle + ")"
}

func (x *Index) findSQLite(tx *db.Tx, m match, o Options) ([]Hit, int, error) {
	table := x.name + "_fts"
	all, first, rest := m.sqliteText()
	where, args := o.where(table + ".rowid")
	from := ` FROM ` + table + ` WHERE ` + table + ` MATCH ?` + where
	total, err := db.One(tx, db.ScanInt, `SELECT count(*)`+from, append([]any{all}, args...)...)
	if err != nil || total == 0 {
		return nil, total, err
	}
	hits := make([]Hit, 0, o.Limit)
	skip := o.Offset
	for _, part := range []struct {
		text  string
		score int
	}{{first, 2}, {rest, 1}} {
		if o.After != nil && o.After.Score < part.score || len(hits) == o.Limit {
			continue
		}
		if part.score == 1 && len(m.body) == 0 {
			break // every word was wanted in the title: there are no others
		}
		sql, bound := `SELECT rowid`+from, append([]any{part.text}, args...)
		if o.After != nil && o.After.Score == part.score {
			sql, bound = sql+` AND rowid < ?`, append(bound, o.After.RID)
		}
		bound = append(bound, skip+o.Limit-len(hits))
		err := tx.Rows(func(r *db.Row) error {
			h := Hit{Score: part.score}
			if err := r.Scan(&h.RID); err != nil {
				return err
			}
			if skip > 0 {
				skip--
			} else {
				hits = append(hits, h)
			}
			return nil
		}, sql+` ORDER BY rowid DESC LIMIT ?`, bound...)
		if err != nil {
			return nil, 0, err
		}
	}
	return hits, total, nil
}
