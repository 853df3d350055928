// Command load fills an empty database for measuring: the model province, 40,000 people and as many invented matters as asked for, about two thirds of
// them with an answer, through the services. It is the prepare command of test/bench:
//
//	go run ./test/bench -prepare 'go run ./test/bench/load'
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/app"
	"xieshang/internal/demo"
	"xieshang/internal/demo/content"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/config"
	"xieshang/internal/platform/db"
	"xieshang/internal/suggestion"
)

func main() {
	if err := load(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

const people = 40_000

func load(ctx context.Context) error {
	size, err := strconv.Atoi(os.Getenv("XIESHANG_BENCH_SIZE"))
	if err != nil {
		return fmt.Errorf("XIESHANG_BENCH_SIZE: %w", err)
	}
	lists := os.Getenv("XIESHANG_BENCH_LISTS")
	cfg := config.Config{DB: os.Getenv("XIESHANG_BENCH_DB"), Files: os.Getenv("XIESHANG_BENCH_FILES"), Keys: os.Getenv("XIESHANG_KEYS")}
	store, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	moved := clock.NewFake(time.Now())
	a, err := app.New(ctx, cfg, app.Options{DB: store, Clock: moved, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer a.Close()
	if err := store.Gather(ctx, func() error {
		_, err := demo.Fill(ctx, demo.Needs{Directory: a.Directory, Accounts: a.Accounts, Suggestions: a.Suggestions, Contacts: a.Contacts, Gatherings: a.Gatherings, SignIn: a.SignIn, BranchLife: a.BranchLife, Study: a.Study, Clock: moved, Now: time.Now(), Seed: 1})
		return err
	}); err != nil {
		return err
	}
	ctx = authz.With(ctx, authz.System())
	if err := fillPeople(ctx, a); err != nil {
		return err
	}
	if err := fillMatters(ctx, a, size); err != nil {
		return err
	}
	return writeLists(ctx, a, lists)
}

// open opens the database without waiting for the disk at each commit.
func open(ctx context.Context, cfg config.Config) (*db.DB, error) {
	if !cfg.IsPostgres() {
		return db.OpenFast(ctx, cfg.DB)
	}
	join := "?"
	if strings.Contains(cfg.DB, "?") {
		join = "&"
	}
	return db.Open(ctx, cfg.DB+join+"synchronous_commit=off")
}

func fillPeople(ctx context.Context, a *app.App) error {
	b := &directory.Batch{}
	for p := range content.People(1, "bench") {
		b.People = append(b.People, directory.PersonRow{Person: directory.Person{Name: p.Zh, BirthYear: p.BirthYear}})
		if len(b.People) == people {
			break
		}
	}
	return a.Directory.Record(ctx, b)
}

// fillMatters imports in pieces, one committee after the other, so that every filter has something to find.
func fillMatters(ctx context.Context, a *app.App, size int) error {
	snap, err := a.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	committees := snap.Committees()
	const piece = 5000
	var rows []suggestion.ImportRow
	begin := time.Now().AddDate(-3, 0, 0)
	n := 0
	flush := func() error {
		number := (n - 1) / piece
		k := committees[number%len(committees)]
		_, err := a.Suggestions.Import(ctx, k.ID, fmt.Sprintf("bench %d", number), rows, nil) // a source of its own: an import reads what is known of its source
		rows = rows[:0]
		return err
	}
	for m := range content.Matters(7) {
		if n == size {
			break
		}
		r := suggestion.ImportRow{SourceID: strconv.Itoa(n), Title: m.Title, Body: m.Body, At: begin.Add(time.Duration(n) * (3 * 365 * 24 * time.Hour / time.Duration(size)))}
		if n%3 != 0 {
			r.Reply, r.ReplyAt = m.Answer, r.At.Add(time.Duration(3+n%60)*24*time.Hour)
		}
		rows = append(rows, r)
		if n++; len(rows) == piece {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if len(rows) > 0 {
		return flush()
	}
	return nil
}

func writeLists(ctx context.Context, a *app.App, dir string) error {
	snap, err := a.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	write := func(name string, lines []string) error {
		return os.WriteFile(filepath.Join(dir, name), []byte(strings.Join(lines, "\n")+"\n"), 0o600)
	}
	var list, search, similar, bodies []string
	for _, k := range snap.Committees()[:12] {
		list = append(list, "/suggestions?committee="+k.ID.String(), "/suggestions?state=replied&committee="+k.ID.String())
	}
	for _, s := range []string{"accepted", "replied", "closed", "in_hand"} {
		list = append(list, "/suggestions?state="+s)
	}
	for _, q := range []string{"路灯", "小区", "电梯", "公交", "停车", "医保报销", "农村公路", "噪声扰民", "\"加装电梯\"", "垃圾 分类", "幼儿园", "河道 污染", "养老食堂", "宽带", "拖欠工资", "路口 红绿灯"} {
		search = append(search, "/suggestions?q="+url.QueryEscape(q))
	}
	committee := snap.CommitteeByName("430100")
	i := 0
	for m := range content.Matters(99) {
		text := []rune(m.Title + m.Body)
		similar = append(similar, "/api/v1/suggestions/similar?text="+url.QueryEscape(string(text[:min(60, len(text))])))
		body, err := json.Marshal(map[string]any{"title": m.Title, "body": string([]rune(m.Body)[:min(300, len([]rune(m.Body)))]), "committee": committee.ID, "place": m.Place})
		if err != nil {
			return err
		}
		bodies = append(bodies, string(body))
		if i++; i == 500 {
			break
		}
	}
	for name, lines := range map[string][]string{"list.txt": list, "search.txt": search, "similar.txt": similar, "raise.jsonl": bodies} {
		if err := write(name, lines); err != nil {
			return err
		}
	}
	in := account.Invitation{Login: "bench", Name: "bench", Grants: []account.NewGrant{{Role: authz.Member, Place: committee.ID, Days: clock.Interval{From: clock.Of(2020, 1, 1)}}}}
	if _, err := a.Accounts.Create(ctx, in, "bench-langes-kennwort-9"); err != nil {
		return err
	}
	token, err := a.Accounts.AddToken(ctx, "bench", "bench", []authz.Scope{authz.ReadScope, authz.WriteScope}, 24*time.Hour)
	if err != nil {
		return err
	}
	return write("token", []string{token})
}
