// Package pgtemp runs a private PostgreSQL server that lives as long as one test or measuring run. It promises that the
// server listens on the loopback address only, asks for a password, and leaves neither process nor file behind.
package pgtemp

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ErrMissing is returned by Start when no PostgreSQL server program is on the machine.
var ErrMissing = errors.New("no PostgreSQL server found under /usr/lib/postgresql/*/bin or on PATH (Debian: apt-get install postgresql)")

// BinVariable names the environment variable that points at a folder with initdb and postgres, before any search.
const BinVariable = "XIESHANG_POSTGRES_BIN"

const (
	superuser    = "xieshang"
	startTimeout = 30 * time.Second
	stopTimeout  = 10 * time.Second
	portTries    = 5
)

// fastSettings trade safety for speed: the data of a test is thrown away.
var fastSettings = []string{"fsync=off", "synchronous_commit=off", "full_page_writes=off"}

// DurableSettings are the settings with which a commit is on disk before it is acknowledged; pass them to Start when
// durability is what is being measured.
func DurableSettings() []string {
	return []string{"fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=512MB"}
}

// Start makes a new cluster in dir, starts a server for it on a free loopback port and waits at most 30 seconds until
// it accepts connections. The URL names a superuser and the database "postgres". When dir is empty a temporary folder
// is used; otherwise dir must be empty or absent, and the parents of dir must be readable by the server's user.
//
// Settings are "name=value" pairs for postgresql.conf; they override the defaults, which switch fsync off and allow
// 300 connections. As root the server runs as the user postgres, or nobody, because PostgreSQL refuses to run as root.
//
// stop ends the server, waits for it and removes what Start created; it may be called more than once. Start returns
// ErrMissing when there is no server program. A cancelled ctx ends a start under way, not a running server.
func Start(ctx context.Context, dir string, settings ...string) (serverURL string, stop func() error, err error) {
	bin, err := findBin()
	if err != nil {
		return "", nil, err
	}
	as, err := serverUser()
	if err != nil {
		return "", nil, err
	}
	root, err := makeRoot(dir, as)
	if err != nil {
		return "", nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(root))
		}
	}()
	password, err := randomPassword()
	if err != nil {
		return "", nil, err
	}
	data := filepath.Join(root, "data")
	if err := initCluster(ctx, bin, data, root, password, as); err != nil {
		return "", nil, err
	}
	if err := configure(data, settings); err != nil {
		return "", nil, err
	}
	var server *process
	var port int
	for try := 1; ; try++ {
		if port, err = freePort(ctx); err != nil {
			return "", nil, err
		}
		server, err = launch(ctx, bin, data, port, as)
		if err == nil {
			break
		}
		// Another program may have taken the port between the question and the start; only that is worth a new try.
		if try == portTries || !strings.Contains(err.Error(), "could not create any TCP/IP sockets") {
			return "", nil, err
		}
	}
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(superuser, password),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Path: "/postgres", RawQuery: "sslmode=disable",
	}
	return u.String(), func() error { return errors.Join(server.stop(), os.RemoveAll(root)) }, nil
}

// findBin returns the folder that holds initdb and postgres: the variable's, else the newest of Debian's, else PATH's.
func findBin() (string, error) {
	var folders []string
	if set := os.Getenv(BinVariable); set != "" {
		folders = []string{set}
	} else {
		debian, err := filepath.Glob("/usr/lib/postgresql/*/bin")
		if err != nil {
			return "", fmt.Errorf("search PostgreSQL: %w", err)
		}
		slices.SortFunc(debian, func(a, b string) int { return version(b) - version(a) })
		folders = append(debian, filepath.SplitList(os.Getenv("PATH"))...)
	}
	for _, folder := range folders {
		if executable(filepath.Join(folder, "initdb")) && executable(filepath.Join(folder, "postgres")) {
			return folder, nil
		}
	}
	return "", ErrMissing
}

// version reads the major version out of /usr/lib/postgresql/15/bin; 0 when there is none.
func version(bin string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	if err != nil {
		return 0
	}
	return n
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}

func makeRoot(dir string, as *syscall.Credential) (string, error) {
	if dir == "" {
		made, err := os.MkdirTemp("", "xieshang-postgres-")
		if err != nil {
			return "", fmt.Errorf("folder for PostgreSQL: %w", err)
		}
		dir = made
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("folder for PostgreSQL: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("folder for PostgreSQL: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("folder for PostgreSQL: %w", err)
	}
	if len(entries) > 0 {
		return "", fmt.Errorf("folder for PostgreSQL: %s is not empty", dir)
	}
	if as != nil {
		if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
			return "", fmt.Errorf("folder for PostgreSQL: %w", err)
		}
	}
	return dir, nil
}

func randomPassword() (string, error) {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("password for PostgreSQL: %w", err)
	}
	return hex.EncodeToString(b), nil
}

func initCluster(ctx context.Context, bin, data, root, password string, as *syscall.Credential) error {
	// A file and not an argument, so that the password is never in the list of processes; the server's user must be
	// able to open it.
	file := filepath.Join(root, "password")
	if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
		return fmt.Errorf("password for PostgreSQL: %w", err)
	}
	defer os.Remove(file)
	if as != nil {
		if err := os.Chown(file, int(as.Uid), int(as.Gid)); err != nil {
			return fmt.Errorf("password for PostgreSQL: %w", err)
		}
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "--pgdata", data, "--username", superuser,
		"--pwfile", file, "--auth", "password", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")
	cmd.Dir = root
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, bytes.TrimSpace(out))
	}
	return nil
}

// configure appends to postgresql.conf; PostgreSQL takes the last line of a name.
func configure(data string, settings []string) error {
	lines := slices.Concat([]string{
		"listen_addresses='127.0.0.1'", "unix_socket_directories=''", "max_connections=300", "timezone='UTC'",
		"log_min_messages=fatal", "max_locks_per_transaction=256",
	}, fastSettings, settings)
	for _, line := range lines {
		if name, value, found := strings.Cut(line, "="); !found || name == "" || value == "" || strings.ContainsAny(line, "\r\n") {
			return fmt.Errorf("PostgreSQL setting %q: want name=value on one line", line)
		}
	}
	file, err := os.OpenFile(filepath.Join(data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("configure PostgreSQL: %w", err)
	}
	_, err = file.WriteString("\n" + strings.Join(lines, "\n") + "\n")
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("configure PostgreSQL: %w", err)
	}
	return nil
}

func freePort(ctx context.Context) (int, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("free port for PostgreSQL: %w", err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
