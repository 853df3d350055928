package suggestion

import (
	"context"
	"fmt"
	"strings"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/similar"

	"github.com/google/uuid"
)

// AlikeIndex names the index of likely duplicates; the migrations made from similar.Schema… use it.
const AlikeIndex = "suggestion_alike"

// SimilarQuery is what somebody has typed so far, and where.
type SimilarQuery struct {
	Text     string
	Division uuid.UUID
	Place    string
	Lon, Lat float64
	Limit    int // 1 to 20; 0: 5
}

// Similar finds public matters that probably tell of the same thing, the same matter first and nearer places before farther ones; for everybody. Matters
// that were merged, withdrawn or taken out of public view are not found.
func (s *Service) Similar(ctx context.Context, q SimilarQuery) ([]Item, error) {
	if strings.TrimSpace(q.Text) == "" {
		return nil, nil
	}
	var out []Item
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		hits, err := s.alike.Find(tx, similar.Query{Text: q.Text, Place: q.Place, Division: idText(q.Division), Lon: q.Lon, Lat: q.Lat, Limit: q.Limit})
		if err != nil || len(hits) == 0 {
			return err
		}
		rids := make([]int64, len(hits))
		for i, h := range hits {
			rids[i] = h.RID
		}
		marks, args := db.List(rids)
		byRID := map[int64]Item{}
		err = tx.Rows(func(r *db.Row) error {
			i, err := scanItem(r)
			byRID[i.RID] = i
			return err
		}, `SELECT `+itemColumns+` FROM suggestion s WHERE s.rid IN (`+marks+`) AND s.public = 1 AND s.state NOT IN ('merged', 'withdrawn', 'draft')`, args...)
		for _, h := range hits {
			if i, ok := byRID[h.RID]; ok {
				out = append(out, i)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("likely duplicates: %w", err)
	}
	return out, nil
}

func (s *Service) indexAlike(tx *db.Tx, m *Suggestion) error {
	err := s.alike.Put(tx, m.RID, similar.Doc{Title: m.Title, Body: m.Body, Place: m.Place, Division: idText(m.Division), Lon: m.Lon, Lat: m.Lat, At: m.RaisedAt})
	if err != nil {
		return fmt.Errorf("index duplicates: %w", err)
	}
	return nil
}

// Maintain merges the segments of the index of likely duplicates; app calls it every few seconds, since each makes questions slower.
func (s *Service) Maintain(ctx context.Context) error { return s.alike.Maintain(ctx, s.DB) }
