package db

import (
	"context"
	"strings"
)

// OpenFast opens a SQLite file for a demo or a generator: commits do not wait for the disk, so a power cut may lose or spoil it. A platform that
// people rely on uses Open.
func OpenFast(ctx context.Context, target string) (*DB, error) {
	return openSQLiteWith(ctx, strings.TrimPrefix(target, "sqlite:"), "synchronous(OFF)")
}
