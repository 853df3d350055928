package suggestion

import (
	"math"
	"strconv"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/search"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// applyFilters takes field:value words of a query into the filter; what names nothing known finds nothing, and says so by an empty list.
func applyFilters(f *Filter, snap *directory.Snapshot, q search.Query) {
	for _, x := range q.Filters {
		if x.Not {
			continue
		}
		switch x.Field {
		case search.FieldState:
			f.States = append(f.States, StateByName(x.Value))
		case search.FieldCommittee:
			if k := snap.CommitteeByName(x.Value); k != nil {
				f.Committee = k.ID
			}
		case search.FieldSubject:
			if k := fieldByName(snap, x.Value); k != nil {
				f.Field = k.ID
			}
		case search.FieldYear:
			if y, err := strconv.Atoi(x.Value); err == nil && y > 1900 && y < 3000 {
				f.From, f.To = clock.Of(y, 1, 1), clock.Of(y+1, 1, 1)
			}
		}
	}
}

// StateByName finds a state by its name in code or its Chinese word; a name that is none of them comes back as it is and matches nothing.
func StateByName(name string) wf.State {
	for _, s := range life.States {
		if string(s) == name || stateWords[s] == name {
			return s
		}
	}
	return wf.State(name)
}

// stateWords are the Chinese words that may stand in a search; the pages' own words come from the messages.
var stateWords = map[wf.State]string{Draft: "草稿", Raised: "待审核", Returned: "退回补充", Accepted: "已受理", AtOffice: "督查室转办", Dispatched: "已交办", InHand: "办理中",
	Answered: "答复待审", Replied: "已办复", Reopened: "再次办理", Meeting: "待面商", Closed: "已办结", Merged: "已并案", Converted: "已转办", Withdrawn: "已撤回"}

func fieldByName(snap *directory.Snapshot, name string) *directory.Field {
	if f := snap.FieldByPath(name); f != nil {
		return f
	}
	for _, f := range snap.Fields(uuid.Nil) {
		if f.Name.ZH == name || strings.EqualFold(f.Name.EN, name) {
			return f
		}
	}
	return nil
}

// searchPage finds matters by words. The public's words are looked for in an index that holds public matters only.
func (s *Service) searchPage(tx *db.Tx, f Filter, q search.Query, w *where) (Page, error) {
	index := s.staffIndex
	o := search.Options{Limit: f.Limit + 1}
	if f.Scope == PublicScope {
		index = s.publicIndex
	}
	if f.Scope != PublicScope || len(w.cond) > 2 || len(f.States) > 0 { // without filters the public index says it all
		o.Where = `{rid} IN (SELECT s.rid FROM ` + w.from + ` WHERE ` + w.text() + `)`
		o.Args = w.args
	}
	if f.Cursor != "" {
		key, rid, err := parseCursor(f.Cursor)
		score, err2 := strconv.Atoi(key)
		if err != nil || err2 != nil || score < 0 || score > math.MaxInt16 || rid < 0 {
			return Page{}, problem.On("cursor", "suggestion.err.cursor")
		}
		o.After = &search.Hit{RID: rid, Score: score}
	}
	hits, total, err := index.Find(tx, q, o)
	if err != nil {
		return Page{}, err
	}
	out := Page{Total: total}
	if len(hits) > f.Limit {
		hits = hits[:f.Limit]
		last := hits[len(hits)-1]
		out.Next = cursor(strconv.Itoa(last.Score), last.RID)
	}
	if len(hits) == 0 {
		return out, nil
	}
	rids := make([]int64, len(hits))
	for i, h := range hits {
		rids[i] = h.RID
	}
	marks, args := db.List(rids)
	byRID := make(map[int64]Item, len(hits))
	err = tx.Rows(func(r *db.Row) error {
		var body string
		i, err := scanItemWith(r, &body)
		if err != nil {
			return err
		}
		i.Title2 = search.Snippet(i.Title, q, 2*TitleMax)
		i.Snippet = search.Snippet(body, q, 90)
		byRID[i.RID] = i
		return nil
	}, `SELECT `+itemColumns+`, s.body FROM suggestion s WHERE s.rid IN (`+marks+`)`, args...)
	if err != nil {
		return out, err
	}
	for _, h := range hits {
		if i, ok := byRID[h.RID]; ok {
			out.Items = append(out.Items, i)
		}
	}
	return out, nil
}
