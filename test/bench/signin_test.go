package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"xieshang/internal/app"
	"xieshang/internal/app/apptest"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"

	"github.com/google/uuid"
)

const (
	crowd  = 5000 // people at one gathering
	phones = 64   // connections at a time
)

var passes = regexp.MustCompile(`"pass":"([^"]+)"`)

// BenchmarkSignIns lets 5,000 people sign in at one gathering through the program's own server: a third by the plain form, the others by what a page with script sends, half of
// those from phones whose clocks are half a minute off; every tenth person presses three times. All must be on the list, each once.
// Run it with -benchtime 1x: one turn is the whole crowd.
func BenchmarkSignIns(b *testing.B) {
	for e, open := range map[string]func(testing.TB, []fs.FS) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(e, func(b *testing.B) {
			s := apptest.New(b, open(b, app.Migrations()))
			logins := make([]string, crowd)
			for i := range logins {
				logins[i] = fmt.Sprintf("m%04d", i)
			}
			people := s.Members(logins...)
			cookies := make([]string, crowd)
			each(func(i int) { cookies[i] = s.Cookie(logins[i]).Value })
			for b.Loop() {
				b.StopTimer()
				g := s.OpenGathering("全体会议")
				t := newTurn(b, s, g, cookies)
				b.StartTimer()
				t.rush(b)
				b.StopTimer()
				t.check(b, people)
				b.StartTimer()
			}
		})
	}
}

// each does something for everybody, as many at a time as there are phones.
func each(f func(i int)) {
	var wg sync.WaitGroup
	var next atomic.Int64
	for range phones {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= crowd {
					return
				}
				f(i)
			}
		})
	}
	wg.Wait()
}

// turn is one gathering with 5,000 phones before its doors.
type turn struct {
	s       *apptest.Site
	id      uuid.UUID
	client  *http.Client
	cookies []string
	pass    []string
	digits  string
	took    []time.Duration
	told    atomic.Int64
}

func newTurn(b *testing.B, s *apptest.Site, g uuid.UUID, cookies []string) *turn {
	t := &turn{s: s, id: g, cookies: cookies, pass: make([]string, crowd), took: make([]time.Duration, crowd),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: phones}}}
	screen, err := s.App.SignIn.Screen(s.Organiser(), g, 0, 1)
	if err != nil {
		b.Fatal(err)
	}
	t.digits = screen.Codes[0].Digits
	began := time.Now()
	each(func(i int) { // the page, as every phone opens it beforehand
		body := t.ask(b, i, http.MethodGet, "/gatherings/sign-in", "", nil)
		if m := passes.FindStringSubmatch(body); m != nil {
			t.pass[i] = m[1]
		} else {
			b.Errorf("no pass for %d", i)
		}
	})
	b.ReportMetric(crowd/time.Since(began).Seconds(), "pages/s")
	return t
}

func (t *turn) ask(b *testing.B, i int, method, path, kind string, body io.Reader) string {
	req, err := http.NewRequestWithContext(context.Background(), method, t.s.URL+path, body)
	if err != nil {
		b.Error(err)
		return ""
	}
	req.AddCookie(&http.Cookie{Name: "xs", Value: t.cookies[i]})
	req.AddCookie(&http.Cookie{Name: "xg", Value: fmt.Sprintf("a-phone-of-its-own-%04d", i)})
	req.Header.Set("Accept-Language", "en")
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := t.client.Do(req)
	if err != nil {
		b.Error(err)
		return ""
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		b.Errorf("%s %s: %d %v", method, path, res.StatusCode, err)
	}
	return string(got)
}

// press signs somebody in one way or another.
func (t *turn) press(b *testing.B, i, way int) {
	ok := false
	switch way % 3 {
	case 0:
		form := url.Values{"gathering": {t.id.String()}, "code": {t.digits}}
		ok = strings.Contains(t.ask(b, i, http.MethodPost, "/gatherings/sign-in", "application/x-www-form-urlencoded", strings.NewReader(form.Encode())), "It is written down")
	default:
		at := t.s.Clock.Now()
		if way%3 == 2 {
			at = at.Add(30 * time.Second) // its clock is not quite right
		}
		body, err := json.Marshal(map[string]any{"items": []map[string]any{{"id": "1", "pass": t.pass[i], "code": t.digits, "at": at.UnixMilli()}}})
		if err != nil {
			b.Error(err)
		}
		ok = strings.Contains(t.ask(b, i, http.MethodPost, "/gatherings/sign-in/send", "application/json", bytes.NewReader(body)), `"result":"signed"`)
	}
	if ok {
		t.told.Add(1)
	}
}

func (t *turn) rush(b *testing.B) {
	began := time.Now()
	each(func(i int) {
		asked := time.Now()
		t.press(b, i, i)
		t.took[i] = time.Since(asked)
		if i%10 == 0 {
			t.press(b, i, i+1)
			t.press(b, i, i+2)
		}
	})
	all := time.Since(began)
	slices.Sort(t.took)
	b.ReportMetric(all.Seconds(), "s/crowd")
	b.ReportMetric(float64(t.told.Load())/all.Seconds(), "sign-ins/s")
	b.ReportMetric(float64(t.took[crowd*99/100].Milliseconds()), "p99-ms")
	if all > 2*time.Minute {
		b.Errorf("it took %v, two minutes wanted", all)
	}
}

// check counts who is on the list.
func (t *turn) check(b *testing.B, people []uuid.UUID) {
	l, err := t.s.App.Gatherings.Get(t.s.Organiser(), t.id)
	if err != nil {
		b.Fatal(err)
	}
	times := map[uuid.UUID]int{}
	for _, i := range l.People {
		if i.Presence.There() {
			times[i.Person]++
		}
	}
	lost, doubled := 0, 0
	for _, p := range people {
		switch times[p] {
		case 0:
			lost++
		case 1:
		default:
			doubled++
		}
	}
	b.ReportMetric(float64(lost), "lost")
	b.ReportMetric(float64(doubled), "doubled")
	if lost+doubled > 0 || t.told.Load() != crowd+2*crowd/10 || l.Counts.There() != crowd {
		b.Errorf("%d lost, %d doubled, %d were told that they are signed in, %d counted", lost, doubled, t.told.Load(), l.Counts.There())
	}
}
