package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/app"
	"xieshang/internal/demo"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/config"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/password"
)

type demoCmd struct {
	Addr string `name:"addr" default:"127.0.0.1:8080" help:"HOST:PORT to listen on."`
}

// Run makes a temporary platform, fills it with the model province and serves it until it is stopped; then everything is gone.
func (d *demoCmd) Run(ctx context.Context, _ *config.Config) (err error) {
	start := time.Now()
	l, err := net.Listen("tcp", d.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	dir, err := os.MkdirTemp("", "xieshang-demo-")
	if err != nil {
		return fmt.Errorf("demo folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cfg := config.Config{DB: "sqlite:" + filepath.Join(dir, "demo.db")}
	store, err := db.OpenFast(ctx, cfg.DB)
	if err != nil {
		return err
	}
	logins, err := fillDemo(ctx, cfg, store)
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{DB: store})
	if err != nil {
		return err
	}
	defer a.Close()
	if err := readOld(ctx, a); err != nil {
		return err
	}
	printDemo(os.Stdout, l.Addr().String(), logins, time.Since(start))
	return a.Serve(ctx, l)
}

// fillDemo runs a second composition on the same database whose clock is moved through the past. Its passwords are hashed cheaply: they are
// printed anyway, and the real parameters take over at the first sign-in.
func fillDemo(ctx context.Context, cfg config.Config, store *db.DB) ([]demo.Login, error) {
	moved := clock.NewFake(time.Now())
	a, err := app.New(ctx, cfg, app.Options{DB: store, Clock: moved, Log: slog.New(slog.DiscardHandler),
		Hasher: password.New(password.Params{Memory: 64, Time: 1, Threads: 1}, 2, 8, rand.Reader)})
	if err != nil {
		return nil, err
	}
	var logins []demo.Login
	err = store.Gather(ctx, func() error {
		logins, err = demo.Fill(ctx, demo.Needs{Directory: a.Directory, Accounts: a.Accounts, Suggestions: a.Suggestions, Contacts: a.Contacts, Gatherings: a.Gatherings, SignIn: a.SignIn, BranchLife: a.BranchLife, Study: a.Study, Clock: moved, Now: time.Now(), Seed: 1})
		return err
	})
	return logins, err
}

// readOld lets the accounts of the demo have read what they were told more than three days ago. It is a job of today, so it runs in the background after the
// events of the past have become notices.
func readOld(ctx context.Context, a *app.App) error {
	const kind = "demo.read"
	a.Jobs.Handle(kind, func(ctx context.Context, _ []byte) error {
		accounts, _, err := a.Accounts.Accounts(authz.With(ctx, authz.System()), account.Filter{Limit: 200})
		if err != nil {
			return err
		}
		for _, x := range accounts {
			if err := a.Notices.ReadAll(authz.With(ctx, authz.Actor{Account: x.ID}), a.Clock.Now().AddDate(0, 0, -3)); err != nil {
				return err
			}
		}
		return nil
	})
	return a.DB.Write(ctx, func(tx *db.Tx) error { return a.Jobs.Put(tx, kind, struct{}{}, job.Options{}) })
}

func printDemo(w *os.File, addr string, logins []demo.Login, took time.Duration) {
	fmt.Fprintf(w, "\n协商云演示 · Xieshang demo   http://%s   (%.1f s)\n\n", addr, took.Seconds())
	fmt.Fprintf(w, "人物、单位经办、事项均为虚构；停止程序后一切消失。\nPeople and matters are invented; everything is gone when the program stops.\n\n")
	fmt.Fprintf(w, "密码 password: %s\n", demo.Password)
	for _, l := range logins {
		fmt.Fprintf(w, "  %-20s %s  %s\n", l.Login, l.Name, l.Place)
	}
	fmt.Fprintln(w)
}
