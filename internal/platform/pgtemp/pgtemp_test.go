package pgtemp

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestStartServesAndStopLeavesNothing(t *testing.T) {
	base, err := os.MkdirTemp("", "pgtemp-test-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(base)
	if err := os.Chmod(base, 0o755); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(base, "server")
	ctx := t.Context()
	serverURL, stop, err := Start(ctx, dir, "work_mem=5MB")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := stop(); err != nil {
			t.Errorf("second stop: %v", err)
		}
	}()
	conn, err := pgx.Connect(ctx, serverURL)
	if err != nil {
		t.Fatal(err)
	}
	for setting, want := range map[string]string{
		"fsync": "off", "work_mem": "5MB", "max_connections": "300", "server_encoding": "UTF8",
		"listen_addresses": "127.0.0.1", "TimeZone": "UTC",
	} {
		var got string
		if err := conn.QueryRow(ctx, "SELECT current_setting($1)", setting).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
	wrong := strings.Replace(serverURL, "xieshang:", "xieshang:x", 1)
	if other, err := pgx.Connect(ctx, wrong); err == nil {
		other.Close(ctx)
		t.Error("a wrong password was let in")
	}
	// The connection stays open on purpose: stop must not wait for it.
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("folder is still there: %v", err)
	}
	if again, err := pgx.Connect(context.WithoutCancel(ctx), serverURL); err == nil {
		again.Close(ctx)
		t.Error("the server still answers after stop")
	}
}

func TestStartSaysWhatIsWrong(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "mine"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Start(t.Context(), full); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("a folder in use: %v", err)
	}
	if _, err := os.Stat(filepath.Join(full, "mine")); err != nil {
		t.Errorf("somebody's file was touched: %v", err)
	}
	t.Setenv(BinVariable, t.TempDir())
	if _, _, err := Start(t.Context(), ""); !errors.Is(err, ErrMissing) {
		t.Errorf("no server program: %v", err)
	}
}

func TestConfigureRefusesBrokenSettings(t *testing.T) {
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "postgresql.conf"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"fsync", "=on", "a=b\nc=d"} {
		if err := configure(data, []string{bad}); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}
