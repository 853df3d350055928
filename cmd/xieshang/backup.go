package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"xieshang/internal/app"
	"xieshang/internal/platform/backup"
	"xieshang/internal/platform/blob"
	"xieshang/internal/platform/config"
	"xieshang/internal/platform/db"
)

type backupCmd struct {
	File string `arg:"" help:"File to write; it must not exist yet."`
}

type restoreCmd struct {
	File string `arg:"" type:"existingfile" help:"File that 'backup' wrote."`
}

// Run writes database and attachments into one file. It may run while the platform serves, and changes nothing.
func (c *backupCmd) Run(ctx context.Context, cfg *config.Config) (err error) {
	if err := cfg.Check(); err != nil {
		return err
	}
	if _, err := os.Stat(c.File); err == nil {
		return fmt.Errorf("%s exists; name a new file", c.File)
	}
	if err := sqliteThere(cfg); err != nil {
		return err
	}
	d, err := db.Open(ctx, cfg.DB)
	if err != nil {
		return err
	}
	defer d.Close()
	blobs, err := blob.Open(ctx, cfg.Files)
	if err != nil {
		return err
	}
	defer blobs.Close()
	f, err := os.CreateTemp(filepath.Dir(c.File), ".xieshang-backup-*")
	if err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	start := time.Now()
	s, err := backup.Write(ctx, f, backup.Source{DB: d, Blobs: blobs, Program: version, Now: start, Temp: filepath.Dir(c.File)})
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	if err := os.Rename(f.Name(), c.File); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	fmt.Printf("%s: %s database and %d files, %d MB before compression, in %.1f s\n", c.File, s.Engine, s.Files, s.Bytes>>20, time.Since(start).Seconds())
	fmt.Fprintf(os.Stderr, "The key file %s is not in it. Keep a copy of it in another place: without it telephone numbers cannot be read.\n", cfg.Keys)
	return nil
}

// sqliteThere refuses a path at which there is no database, which opening would make.
func sqliteThere(cfg *config.Config) error {
	if cfg.IsPostgres() {
		return nil
	}
	if _, err := os.Stat(cfg.SQLitePath()); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	return nil
}

// Run brings a backup back into an empty place.
func (c *restoreCmd) Run(ctx context.Context, cfg *config.Config) error {
	if err := cfg.Check(); err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	blobs, err := blob.Open(ctx, cfg.Files)
	if err != nil {
		return err
	}
	defer blobs.Close()
	start := time.Now()
	s, err := backup.Restore(ctx, f, info.Size(), backup.Target{DB: cfg.DB, Blobs: blobs, Modules: app.Migrations()})
	if err != nil {
		return err
	}
	fmt.Printf("restored the state of %s: %s database and %d files, in %.1f s\n", s.At.Local().Format("2006-01-02 15:04"), s.Engine, s.Files, time.Since(start).Seconds())
	if _, err := os.Stat(cfg.Keys); err != nil {
		fmt.Fprintf(os.Stderr, "Put the key file of that time at %s before you start: without it telephone numbers cannot be read and tracking codes are not found.\n", cfg.Keys)
	}
	return nil
}
