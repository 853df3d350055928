package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"xieshang/internal/app"
	"xieshang/internal/platform/config"
)

type demoCmd struct {
	Addr string `name:"addr" default:"127.0.0.1:8080" help:"HOST:PORT to listen on."`
}

// Run makes a temporary platform, fills it with the model province and serves it until it is stopped; then everything is gone.
func (d *demoCmd) Run(ctx context.Context, _ *config.Config) (err error) {
	dir, err := os.MkdirTemp("", "xieshang-demo-")
	if err != nil {
		return fmt.Errorf("demo folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	a, err := app.New(ctx, config.Config{DB: "sqlite:" + filepath.Join(dir, "demo.db")}, app.Options{})
	if err != nil {
		return err
	}
	defer a.Close()
	l, err := net.Listen("tcp", d.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	fmt.Println("http://" + l.Addr().String())
	return a.Serve(ctx, l)
}
