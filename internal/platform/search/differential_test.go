package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/search"
)

// doc has its plain forms beside it, for the search that is compared with.
type doc struct{ title, body, plainTitle, plainBody string }

func newDoc(title, body string) doc { return doc{title, body, plain(title), plain(body)} }

// A small stock of characters, so that words of two and three meet by chance, and signs that must not matter.
var stock = []rune("小区停车难水电路灯坏了业主物业公司公交站台老旧改造加装梯子")

var extras = []string{"，", "。", " ", "\n", "A3", "Ａ３", "wifi", "ＷiFi", "12345", "（", "）", "、", "'", `\`, `"`, ":", "\u200b", "💡", "𬭎", "ー", "é", "x'y", "&|!<->"}

func randomText(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		if r.IntN(9) == 0 {
			b.WriteString(extras[r.IntN(len(extras))])
		} else {
			b.WriteRune(stock[r.IntN(len(stock))])
		}
	}
	return b.String()
}

func docs(r *rand.Rand, n int) []doc {
	out := make([]doc, n)
	for i := range out {
		out[i] = newDoc(randomText(r, 4+r.IntN(12)), randomText(r, 10+r.IntN(120)))
	}
	return out
}

// plain is a text as substring search sees it, written apart from the package: lower case, half width, signs as one space, as is the
// place where Latin and Chinese meet.
func plain(s string) string {
	var b strings.Builder
	latin := false
	for _, c := range strings.ToLower(s) {
		if c >= 0xFF01 && c <= 0xFF5E {
			c = unicode.ToLower(c - 0xFEE0)
		}
		switch {
		case c == '\u200b':
		case unicode.IsLetter(c) || unicode.IsDigit(c):
			if isWord(c) != latin {
				b.WriteByte(' ')
				latin = !latin
			}
			b.WriteRune(c)
		default:
			b.WriteByte(' ')
		}
	}
	return " " + strings.Join(strings.Fields(b.String()), " ") + " "
}

// isWord: of the stock above, what belongs to words that are found as a whole.
func isWord(c rune) bool { return c < 0x250 && (unicode.IsLetter(c) || unicode.IsDigit(c)) }

// holds tells whether a plain text holds a plain word, where Latin words count as a whole.
func holds(text, word string) bool {
	word = strings.TrimSpace(word)
	for i := 0; ; {
		j := strings.Index(text[i:], word)
		if j < 0 {
			return false
		}
		i += j
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(word):])
		first, _ := utf8.DecodeRuneInString(word)
		last, _ := utf8.DecodeLastRuneInString(word)
		if !(isWord(first) && isWord(before) || isWord(last) && isWord(after)) {
			return true
		}
		i++
	}
}

func expected(all []doc, words []search.Word, typed []string) (ids []int64) {
	var title, other []int64
	plainWords := make([]string, len(typed))
	for k, w := range typed {
		plainWords[k] = plain(w)
	}
	for i := len(all) - 1; i >= 0; i-- {
		t, b := all[i].plainTitle, all[i].plainBody
		in, inTitle := true, true
		for k, w := range words {
			word := plainWords[k]
			hasTitle := holds(t, word)
			has := hasTitle || !w.Title && holds(b, word)
			in = in && has != w.Not
			if !w.Not {
				inTitle = inTitle && hasTitle
			}
		}
		if in && inTitle {
			title = append(title, int64(i+1))
		} else if in {
			other = append(other, int64(i+1))
		}
	}
	return append(title, other...)
}

// question makes words that stand in the texts (and some that do not), as a typed query.
func question(r *rand.Rand, all []doc) (query string, typed []string) {
	var parts []string
	for range 1 + r.IntN(3) {
		src := all[r.IntN(len(all))]
		text := []rune(src.body)
		if r.IntN(3) == 0 {
			text = []rune(src.title)
		}
		n := 1 + r.IntN(4)
		i := r.IntN(len(text) - min(n, len(text)) + 1)
		word := string(text[i:min(i+n, len(text))])
		if r.IntN(8) == 0 {
			word = randomText(r, 1+r.IntN(3))
		}
		word = strings.TrimSpace(strings.NewReplacer(`"`, "", "\n", "", ":", "", "：", "").Replace(word))
		if search.Fold(word) == "" {
			continue
		}
		prefix := ""
		switch r.IntN(8) {
		case 0:
			prefix = "-"
		case 1:
			prefix = "标题:"
		}
		parts = append(parts, prefix+`"`+word+`"`)
		typed = append(typed, word)
	}
	return strings.Join(parts, " "), typed
}

func TestBothEnginesAgreeWithPlainSubstringSearch(t *testing.T) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		r := rand.New(rand.NewPCG(3, 5))
		all := docs(r, 2000)
		x := search.New("matter")
		ctx := context.Background()
		must(t, d.Write(ctx, func(tx *db.Tx) error {
			for i, c := range all {
				if err := x.Put(tx, int64(i+1), c.title, c.body); err != nil {
					return err
				}
			}
			return nil
		}))
		// Some change and some go.
		must(t, d.Write(ctx, func(tx *db.Tx) error {
			for i := 0; i < len(all); i += 37 {
				all[i] = newDoc(randomText(r, 8), randomText(r, 60))
				if err := x.Put(tx, int64(i+1), all[i].title, all[i].body); err != nil {
					return err
				}
			}
			for i := 5; i < len(all); i += 101 {
				all[i] = newDoc("", "")
				if err := x.Delete(tx, int64(i+1)); err != nil {
					return err
				}
			}
			return nil
		}))
		asked, found := 0, 0
		for asked < 400 {
			query, typed := question(r, all)
			q, err := search.Parse(query)
			if err != nil || q.Empty() || len(q.Words) != len(typed) { // only excluded, or a word twice
				continue
			}
			asked++
			want := expected(all, q.Words, typed)
			var got []search.Hit
			var total int
			must(t, d.Read(ctx, func(tx *db.Tx) error {
				got, total, err = x.Find(tx, q, search.Options{Limit: search.MaxLimit})
				return err
			}))
			ids := make([]int64, len(got))
			for i, h := range got {
				ids[i] = h.RID
			}
			if total != len(want) || !slices.Equal(ids, want[:min(len(want), search.MaxLimit)]) {
				t.Fatalf("query %q (%+v): found %d %v, want %d %v", query, q.Words, total, head(ids), len(want), head(want))
			}
			found += len(want)
		}
		if found < 1000 {
			t.Fatalf("the %d queries found only %d rows: they test little", asked, found)
		}
	})
}

func head(ids []int64) string { return fmt.Sprint(ids[:min(len(ids), 12)]) }
