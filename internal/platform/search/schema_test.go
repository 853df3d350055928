package search_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"xieshang/internal/platform/search"
)

// schema is a module that has nothing but the index "matter".
func schema() []fs.FS {
	const head = "-- +goose Up\n"
	return []fs.FS{fstest.MapFS{
		"migrations/sqlite/20260101000001_search.sql":   {Data: []byte(head + search.SchemaSQLite("matter"))},
		"migrations/postgres/20260101000001_search.sql": {Data: []byte(head + search.SchemaPostgres("matter"))},
	}}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
