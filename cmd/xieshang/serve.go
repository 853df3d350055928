package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"xieshang/internal/app"
	"xieshang/internal/platform/config"
)

type serveCmd struct {
	Addr string `name:"addr" env:"XIESHANG_ADDR" default:"127.0.0.1:8080" help:"HOST:PORT to listen on."`
}

// Run migrates, then serves until SIGTERM.
func (s *serveCmd) Run(ctx context.Context, cfg *config.Config) error {
	start := time.Now()
	a, err := app.New(ctx, *cfg, app.Options{})
	if err != nil {
		return err
	}
	defer a.Close()
	if cfg.SMTP == "" {
		a.Log.Info("no mail server is set (--smtp): notices stay inside the site, links for accounts are handed over by people")
	}
	l, err := net.Listen("tcp", s.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	a.Log.Info("ready", "address", "http://"+l.Addr().String(), "migrations", a.Applied, "after", time.Since(start).Round(time.Millisecond).String())
	return a.Serve(ctx, l)
}
