package similar

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"xieshang/internal/demo/content"
)

func TestFilesAreCurrent(t *testing.T) {
	corpus, pairs, err := encode()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(corpus, corpusFile) || !bytes.Equal(pairs, pairsFile) {
		t.Error("corpus.json or pairs.json is out of date: go run ./test/bench/similar/generate")
	}
}

func TestLabels(t *testing.T) {
	corpus, queries, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]content.SimilarRow{}
	for _, c := range corpus {
		rows[c.ID] = c
	}
	if len(rows) < 600 || len(rows) != len(corpus) {
		t.Errorf("%d rows with %d ids, want 600 or more", len(corpus), len(rows))
	}
	same, absent, sameStreet, elsewhere, typos := 0, 0, 0, 0, 0
	for _, q := range queries {
		if n := utf8.RuneCountInString(q.Text); n < 18 || n > 80 {
			t.Errorf("%s has %d characters: %s", q.ID, n, q.Text)
		}
		switch {
		case q.Kind == "same" && len(q.Relevant) > 0:
			same++
		case q.Kind == "absent" && len(q.Relevant) == 0 && len(q.SamePlace) > 0:
			absent++
		default:
			t.Errorf("%s: kind %q with %d relevant and %d of the same place", q.ID, q.Kind, len(q.Relevant), len(q.SamePlace))
		}
		if q.Kind == "same" && len(q.SamePlace) > 0 {
			sameStreet++
		}
		if len(q.SameProblem) > 0 {
			elsewhere++
		}
		if q.Typo {
			typos++
		}
		kernel := ""
		for _, id := range q.Relevant {
			c := rows[id]
			if c.Division != q.Division || c.Lon != q.Lon || kernel != "" && c.Kernel != kernel {
				t.Errorf("%s: relevant %s is of another place or problem", q.ID, id)
			}
			kernel = c.Kernel
			if n, s := sharedRun(q.Text, c.Title+"\n"+c.Body); n > 9 {
				t.Errorf("%s shares %d characters with %s: %s", q.ID, n, id, s)
			}
		}
		for _, id := range q.SamePlace {
			if c, ok := rows[id]; !ok || c.Lon != q.Lon || c.Kernel == kernel {
				t.Errorf("%s: %s is not another matter of the same place", q.ID, id)
			}
		}
		for _, id := range q.SameProblem {
			if c, ok := rows[id]; !ok || c.Lon == q.Lon && c.Lat == q.Lat || kernel != "" && c.Kernel != kernel {
				t.Errorf("%s: %s is not the same problem elsewhere", q.ID, id)
			}
		}
	}
	if same < 200 || absent < 80 || sameStreet < 80 || elsewhere < 80 || typos < 50 {
		t.Errorf("%d same, %d absent, %d with another matter of the street, %d with the problem elsewhere, %d with typos", same, absent, sameStreet, elsewhere, typos)
	}
}

// sharedRun is the longest run of characters that two texts have in common: a question that copies a sentence would make the set too easy.
func sharedRun(a, b string) (int, string) {
	ra, rb := []rune(a), []rune(b)
	prev, best, end := make([]int, len(rb)+1), 0, 0
	for i := range ra {
		cur := make([]int, len(rb)+1)
		for j := range rb {
			if ra[i] == rb[j] {
				if cur[j+1] = prev[j] + 1; cur[j+1] > best {
					best, end = cur[j+1], i+1
				}
			}
		}
		prev = cur
	}
	return best, string(ra[end-best : end])
}
