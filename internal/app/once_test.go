package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"xieshang/internal/app/apptest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/study"
)

// TestARepeatMakesNothingTwice: an operation that makes something is asked several times at one moment and later with the same key; it makes one thing and gives the same answer. What
// was refused may be tried again, another key and another account make another thing.
func TestARepeatMakesNothingTwice(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		s.Account("zuzhi", authz.Organiser)
		s.Account("zuzhi2", authz.Organiser)
		cookies := map[string]*http.Cookie{"zuzhi": s.Cookie("zuzhi"), "zuzhi2": s.Cookie("zuzhi2")}
		ask := func(login, key, title string) (int, string, bool) {
			t.Helper()
			body, err := json.Marshal(map[string]any{"organisation": s.Committee, "kind": "special", "title": title, "from": "2026-03-01", "to": "2026-03-31", "audience": []any{s.Committee}})
			if err != nil {
				t.Fatal(err)
			}
			r, err := http.NewRequest(http.MethodPost, s.URL+"/api/v1/studies", bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Origin", s.URL)
			if key != "" {
				r.Header.Set("Idempotency-Key", key)
			}
			r.AddCookie(cookies[login])
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Error(err)
				return 0, "", false
			}
			defer res.Body.Close()
			text, _ := io.ReadAll(res.Body)
			return res.StatusCode, string(text), res.Header.Get("Idempotent-Replay") == "true"
		}
		count := func() int {
			list, err := s.App.Study.Topics(s.System(), study.Query{Year: 2026})
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if st, body, _ := ask("zuzhi", "k1", ""); st != 422 {
			t.Fatalf("%d %s", st, body)
		}
		st, first, again := ask("zuzhi", "k1", "学习甲")
		if st != 201 || again {
			t.Fatalf("%d %s", st, first)
		}
		if st, body, again := ask("zuzhi", "k1", "学习乙"); st != 200 || !again || body != first {
			t.Errorf("a repeat: %d %v %s, want %s", st, again, body, first)
		}
		gate := make(chan struct{})
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				<-gate
				if st, body, _ := ask("zuzhi", "k2", "学习丙"); st != 201 && st != 200 && st != 409 {
					t.Errorf("%d %s", st, body)
				}
			})
		}
		close(gate)
		wg.Wait()
		if n := count(); n != 2 {
			t.Errorf("%d topics, want 2", n)
		}
		if st, _, again := ask("zuzhi2", "k1", "学习丁"); st != 201 || again {
			t.Errorf("another account got somebody else's answer: %d %v", st, again)
		}
		if st, _, _ := ask("zuzhi", "k1 x", "学习戊"); st != 422 {
			t.Errorf("an unreadable key: %d", st)
		}
		s.Clock.Advance(49 * time.Hour)
		cookies["zuzhi"] = s.Cookie("zuzhi") // the session is over
		if err := s.App.Once.Sweep(s.System()); err != nil {
			t.Fatal(err)
		}
		if st, _, again := ask("zuzhi", "k1", "学习己"); st != 201 || again {
			t.Errorf("after two days: %d %v", st, again)
		}
	})
}
