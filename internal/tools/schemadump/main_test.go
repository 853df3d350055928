package main

import (
	"os"
	"strings"
	"testing"
)

// TestTwoDumpsAreEqual: whoever runs the tool gets the same text, with the tables of every module and without what lies behind a full-text table.
func TestTwoDumpsAreEqual(t *testing.T) {
	dumps := map[string]func() (string, error){"sqlite": func() (string, error) { return dumpSQLite(t.Context()) }}
	server := os.Getenv(serverVariable)
	switch {
	case server != "":
		dumps["postgres"] = func() (string, error) { return dumpPostgres(t.Context(), server) }
	case os.Getenv("CI") == "true":
		t.Fatalf("%s is not set", serverVariable)
	}
	for engine, dump := range dumps {
		first, err := dump()
		if err != nil {
			t.Fatalf("%s: %v", engine, err)
		}
		second, err := dump()
		if err != nil || first != second {
			t.Errorf("%s: two dumps differ: %v", engine, err)
		}
		for _, want := range []string{"CREATE TABLE suggestion (", "CREATE TABLE account (", "CREATE TABLE event (", "suggestion_public"} {
			if !strings.Contains(first, want) {
				t.Errorf("%s lacks %q", engine, want)
			}
		}
		if strings.Contains(first, "goose") || strings.Contains(first, "_fts_data") {
			t.Errorf("%s shows what the engine keeps for itself", engine)
		}
	}
}

// TestWithoutServer: a missing server is a failure in CI and leaves the file alone elsewhere.
func TestWithoutServer(t *testing.T) {
	dir := t.TempDir()
	if err := run(t.Context(), dir, "", true); err == nil {
		t.Error("in CI the schema of PostgreSQL was left out")
	}
	if err := run(t.Context(), dir, "", false); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir + "/postgres.sql"); !os.IsNotExist(err) {
		t.Errorf("a schema without a server: %v", err)
	}
}
