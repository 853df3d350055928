// Command pgtemp runs a throw-away PostgreSQL server for ./check and for developers. It writes the server's URL to a
// file (or standard output) once it is ready, and stops on a signal or when the program that started it is gone.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"xieshang/internal/platform/pgtemp"
)

func main() {
	dir := flag.String("dir", "", "folder for the server's files, empty or absent (default: a temporary one)")
	urlFile := flag.String("url-file", "", "write the URL to this file instead of standard output")
	durable := flag.Bool("durable", false, "keep fsync on")
	flag.Parse()
	if err := run(*dir, *urlFile, *durable); err != nil {
		fmt.Fprintln(os.Stderr, "pgtemp:", err)
		os.Exit(1)
	}
}

func run(dir, urlFile string, durable bool) error {
	parent := os.Getppid()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer cancel()
	var settings []string
	if durable {
		settings = pgtemp.DurableSettings()
	}
	serverURL, stop, err := pgtemp.Start(ctx, dir, settings...)
	if err != nil {
		return err
	}
	if err := announce(serverURL, urlFile); err != nil {
		return errors.Join(err, stop())
	}
	// A killed parent sends no signal; without this look the server would outlive it.
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return stop()
		case <-tick.C:
			if os.Getppid() != parent {
				return stop()
			}
		}
	}
}

// announce renames the finished file into place, so that a reader never sees half a URL.
func announce(serverURL, file string) error {
	if file == "" {
		_, err := fmt.Println(serverURL)
		return err
	}
	if err := os.WriteFile(file+".new", []byte(serverURL+"\n"), 0o600); err != nil {
		return fmt.Errorf("write the URL: %w", err)
	}
	return os.Rename(file+".new", file)
}
