package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"

	"xieshang/internal/app"
	"xieshang/internal/platform/config"
	"xieshang/internal/platform/rekey"
	"xieshang/internal/platform/secret"
)

type keysCmd struct {
	List   keysListCmd   `cmd:"" help:"Names of the keys and how many values each seals."`
	Add    keysAddCmd    `cmd:"" help:"Add a key that seals from now on. Restart every process after it, then run keys reseal."`
	Reseal keysResealCmd `cmd:"" help:"Seal what older keys sealed with the newest one; may run while the platform serves, and again after it was cut off."`
	Drop   keysDropCmd   `cmd:"" help:"Take an older key away that seals nothing any more."`
}

type keysListCmd struct{}

// Run names keys and never prints them.
func (keysListCmd) Run(ctx context.Context, cfg *config.Config) error {
	return console(ctx, cfg, func(ctx context.Context, a *app.App) error {
		counts, err := rekey.Count(ctx, a.DB, a.Keys, app.Sealed())
		if err != nil {
			return err
		}
		ids := a.Keys.IDs()
		for i, id := range ids {
			note := ""
			if i == len(ids)-1 {
				note = "  (seals)"
			}
			fmt.Printf("%s %8d%s\n", id, counts[id], note)
		}
		return nil
	})
}

type keysAddCmd struct{}

// Run leaves the database alone: processes that serve open old values with the file that they read, so they are restarted before anything is sealed anew.
func (keysAddCmd) Run(cfg *config.Config) error {
	if err := cfg.Check(); err != nil {
		return err
	}
	ring, err := secret.Load(cfg.Keys, rand.Reader)
	if err != nil {
		return err
	}
	if ring, err = ring.Rotate(); err != nil {
		return err
	}
	if err := ring.Save(cfg.Keys); err != nil {
		return err
	}
	ids := ring.IDs()
	fmt.Printf("%s added to %s. Keep a copy of the file, restart every process, then run: xieshang keys reseal\n", ids[len(ids)-1], cfg.Keys)
	return nil
}

type keysResealCmd struct{}

// Run tells each column that is done on standard error and the total on standard output.
func (keysResealCmd) Run(ctx context.Context, cfg *config.Config) error {
	return console(ctx, cfg, func(ctx context.Context, a *app.App) error {
		n, err := rekey.Run(ctx, a.DB, a.Keys, app.Sealed(), func(c rekey.Column, changed int) {
			fmt.Fprintf(os.Stderr, "%s.%s: %d\n", c.Table, c.Name, changed)
		})
		if err != nil {
			return err
		}
		fmt.Printf("%d values sealed with the newest key\n", n)
		return nil
	})
}

type keysDropCmd struct {
	Key string `arg:"" help:"Name of the key, as keys list shows it."`
}

// Run refuses a key that still seals something: it could never be read again.
func (c keysDropCmd) Run(ctx context.Context, cfg *config.Config) error {
	return console(ctx, cfg, func(ctx context.Context, a *app.App) error {
		next, err := a.Keys.Without(c.Key)
		if err != nil {
			return err
		}
		counts, err := rekey.Count(ctx, a.DB, a.Keys, app.Sealed())
		if err != nil {
			return err
		}
		if n := counts[c.Key]; n > 0 {
			return fmt.Errorf("key %s still seals %d values: run keys reseal first", c.Key, n)
		}
		if err := next.Save(cfg.Keys); err != nil {
			return err
		}
		fmt.Printf("%s taken away; backups made before need the copy of the file from that time\n", c.Key)
		return nil
	})
}
