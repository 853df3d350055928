// Program schemadump writes the schema that the migrations of all modules make to schema/sqlite.sql and schema/postgres.sql, so that a reader sees the tables as
// they are and a change of them shows in a review. PostgreSQL is the server that XIESHANG_TEST_POSTGRES names; without one only SQLite is written, unless CI is true.
//
//	go run ./internal/tools/schemadump
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"xieshang/internal/app"
	"xieshang/internal/platform/db"
)

// serverVariable names the environment variable with the address of a PostgreSQL server on which databases may be created; platform/dbtest uses the same.
const serverVariable = "XIESHANG_TEST_POSTGRES"

func main() {
	log.SetFlags(0)
	to := flag.String("to", "schema", "folder to write to")
	flag.Parse()
	if err := run(context.Background(), *to, os.Getenv(serverVariable), os.Getenv("CI") == "true"); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, to, server string, ci bool) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	text, err := dumpSQLite(ctx)
	if err != nil {
		return fmt.Errorf("SQLite: %w", err)
	}
	if err := os.WriteFile(filepath.Join(to, "sqlite.sql"), []byte(head+text), 0o644); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	switch {
	case server == "" && ci:
		return fmt.Errorf("%s is not set: the schema of PostgreSQL may not be left out in CI", serverVariable)
	case server == "":
		log.Printf("%s is not set: the schema of PostgreSQL stays as it is", serverVariable)
		return nil
	}
	if text, err = dumpPostgres(ctx, server); err != nil {
		return fmt.Errorf("PostgreSQL: %w", err)
	}
	if err := os.WriteFile(filepath.Join(to, "postgres.sql"), []byte(head+text), 0o644); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

const head = "-- Made by internal/tools/schemadump from the migrations of all modules; do not edit. It is for reading: the program migrates by itself.\n"

// migrate brings an empty database to today's schema.
func migrate(ctx context.Context, address string) error {
	d, err := db.Open(ctx, address)
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = d.Migrate(ctx, app.Migrations()...)
	return err
}
