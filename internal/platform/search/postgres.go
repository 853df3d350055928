package search

import (
	"strconv"
	"strings"

	"xieshang/internal/platform/db"
)

// SchemaPostgres is what a PostgreSQL migration creates for the index of that name. The title has a column of its own, in
// which hits of the first kind are told; tsv holds title and body. A text too long for one tsvector lies in pieces in _fts_long.
func SchemaPostgres(name string) string {
	mustName(name)
	return `CREATE TABLE ` + name + `_fts (rid bigint PRIMARY KEY, title tsvector NOT NULL, tsv tsvector NOT NULL);
CREATE INDEX ` + name + `_fts_tsv ON ` + name + `_fts USING gin (tsv);
CREATE TABLE ` + name + `_fts_long (rid bigint NOT NULL, part integer NOT NULL, tsv tsvector NOT NULL, PRIMARY KEY (rid, part));
CREATE INDEX ` + name + `_fts_long_tsv ON ` + name + `_fts_long USING gin (tsv);
`
}

// Bounds of a tsvector: a position ends at 16,383, a lexeme has 255 positions, all lexemes together 1 MB.
const (
	pieceTokens = 12_000
	pieceRepeat = 250
	pieceBytes  = 400_000
	overlap     = MaxQuery // neighbouring pieces share so many tokens, so that no phrase falls between them
)

func (x *Index) deletePostgres(tx *db.Tx, rid int64) error {
	if _, err := tx.Exec(`DELETE FROM `+x.name+`_fts WHERE rid = ?`, rid); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM `+x.name+`_fts_long WHERE rid = ?`, rid)
	return err
}

func (x *Index) putPostgres(tx *db.Tx, rid int64, p Prepared) error {
	inTitle := strings.Fields(p.title)
	all := append(append(append([]string(nil), inTitle...), ""), strings.Fields(p.body)...) // "" leaves a position free: no phrase crosses it
	pieces := cut(all)
	tsv := pieces[0]
	if len(pieces) > 1 {
		tsv = nil
	}
	if _, err := tx.Exec(`DELETE FROM `+x.name+`_fts_long WHERE rid = ?`, rid); err != nil {
		return err
	}
	if len(pieces) > 1 {
		for i, piece := range pieces {
			if _, err := tx.Exec(`INSERT INTO `+x.name+`_fts_long (rid, part, tsv) VALUES (?, ?, CAST(? AS text)::tsvector)`, rid, i, vector(piece)); err != nil {
				return err
			}
		}
	}
	_, err := tx.Exec(`INSERT INTO `+x.name+`_fts (rid, title, tsv) VALUES (?, CAST(? AS text)::tsvector, CAST(? AS text)::tsvector)
		ON CONFLICT (rid) DO UPDATE SET title = excluded.title, tsv = excluded.tsv`, rid, vector(cut(inTitle)[0]), vector(tsv))
	return err
}

// cut divides tokens into pieces that a tsvector can hold; there is at least one, perhaps empty.
func cut(tokens []string) [][]string {
	var out [][]string
	for {
		seen := map[string]int{}
		n, bytes := 0, 0
		for n < len(tokens) && n < pieceTokens && bytes < pieceBytes && seen[tokens[n]] < pieceRepeat {
			seen[tokens[n]]++ // pieceRepeat is more than overlap, so each piece goes forward
			bytes += len(tokens[n])
			n++
		}
		out = append(out, tokens[:n])
		if n == len(tokens) {
			return out
		}
		tokens = tokens[n-overlap:]
	}
}

// vector writes tokens as the text of a tsvector. An empty token only takes up a position.
func vector(tokens []string) string {
	var b strings.Builder
	b.Grow(16 * len(tokens))
	for i, t := range tokens {
		if t == "" {
			continue
		}
		lexeme(&b, t)
		b.WriteByte(':')
		b.WriteString(strconv.Itoa(i + 1))
		b.WriteByte(' ')
	}
	return b.String()
}

// lexeme writes a quoted lexeme. Tokens hold neither quote nor backslash; should one ever, it stays inside.
func lexeme(b *strings.Builder, t string) {
	b.WriteByte('\'')
	for i := 0; i < len(t); i++ {
		if t[i] == '\'' || t[i] == '\\' {
			b.WriteByte(t[i])
		}
		b.WriteByte(t[i])
	}
	b.WriteByte('\'')
}

// tsquery writes phrases in PostgreSQL's language, joined by op.
func tsquery(list []phrase, op string) string {
	var b strings.Builder
	for i, p := range list {
		if i > 0 {
			b.WriteString(op)
		}
		b.WriteByte('(')
		for j, t := range p.tokens {
			if j > 0 {
				b.WriteString(" <-> ")
			}
			lexeme(&b, t)
		}
		if p.prefix {
			b.WriteString(":*")
		}
		b.WriteByte(')')
	}
	return b.String()
}

const isTSQuery = `CAST(? AS text)::tsquery`

func (x *Index) findPostgres(tx *db.Tx, m match, o Options) ([]Hit, int, error) {
	found, args := x.matched(m)
	where, extra := o.where("m.rid")
	// Materialised, so that a generic plan cannot choose to walk the table backwards for a rare word.
	with := `WITH f AS MATERIALIZED (` + found + `), m AS MATERIALIZED (SELECT m.rid, m.score FROM f AS m WHERE true` + where + `) `
	args = append(args, extra...)
	list, listArgs := ``, append([]any(nil), args...)
	if o.After != nil {
		list = ` WHERE score < ? OR score = ? AND rid < ?`
		listArgs = append(listArgs, o.After.Score, o.After.Score, o.After.RID)
	}
	listArgs = append(listArgs, o.Limit, o.Offset)
	total := 0
	hits := make([]Hit, 0, o.Limit)
	err := tx.Rows(func(r *db.Row) error {
		var h Hit
		if err := r.Scan(&h.RID, &h.Score, &total); err != nil {
			return err
		}
		hits = append(hits, h)
		return nil
	}, with+`SELECT rid, score, (SELECT count(*) FROM m) FROM m`+list+` ORDER BY score DESC, rid DESC LIMIT ? OFFSET ?`, listArgs...)
	if err != nil || len(hits) > 0 {
		return hits, total, err
	}
	total, err = db.One(tx, db.ScanInt, with+`SELECT count(*) FROM m`, args...)
	return nil, total, err
}

// matched is the SELECT of all rows that match, with their score.
func (x *Index) matched(m match) (string, []any) {
	inTitle := tsquery(m.need, " & ")
	var args []any
	bind := func(text string) string {
		args = append(args, text)
		return isTSQuery
	}
	text := `SELECT f.rid, CASE WHEN f.title @@ ` + bind(inTitle) + ` THEN 2 ELSE 1 END AS score FROM ` + x.name + `_fts f WHERE `
	whole := tsquery(m.need, " & ")
	if len(m.not) > 0 {
		whole += " & !(" + tsquery(m.not, " | ") + ")"
	}
	text += `f.tsv @@ ` + bind(whole)
	if len(m.title) > 0 {
		text += ` AND f.title @@ ` + bind(tsquery(m.title, " & "))
	}
	if len(m.notTitle) > 0 {
		text += ` AND NOT f.title @@ ` + bind(tsquery(m.notTitle, " | "))
	}
	// Long texts: each word may lie in another piece.
	text += ` UNION ALL SELECT l.rid, CASE WHEN f.title @@ ` + bind(inTitle) + ` THEN 2 ELSE 1 END FROM (SELECT DISTINCT rid FROM (`
	for i, p := range m.need {
		if i > 0 {
			text += ` INTERSECT `
		}
		text += `SELECT rid FROM ` + x.name + `_fts_long WHERE tsv @@ ` + bind(tsquery([]phrase{p}, ""))
	}
	for _, p := range m.not {
		text += ` EXCEPT SELECT rid FROM ` + x.name + `_fts_long WHERE tsv @@ ` + bind(tsquery([]phrase{p}, ""))
	}
	text += `) pieces) l JOIN ` + x.name + `_fts f ON f.rid = l.rid WHERE true`
	if len(m.title) > 0 {
		text += ` AND f.title @@ ` + bind(tsquery(m.title, " & "))
	}
	if len(m.notTitle) > 0 {
		text += ` AND NOT f.title @@ ` + bind(tsquery(m.notTitle, " | "))
	}
	return text, args
}
