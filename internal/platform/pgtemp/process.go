package pgtemp

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is a running postmaster.
type process struct {
	cmd    *exec.Cmd
	log    *tailBuffer
	exited chan struct{} // closed once Wait has returned
	once   sync.Once
	err    error
}

// tailBuffer keeps the last 8 kB of what the server says, for the error message of a failed start.
type tailBuffer struct {
	mu   sync.Mutex
	text []byte
}

func (b *tailBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = append(b.text, p...)
	if over := len(b.text) - 8192; over > 0 {
		b.text = b.text[over:]
	}
	return len(p), nil
}

func (b *tailBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.TrimSpace(string(b.text))
}

// launch starts the postmaster and returns when its status file says that it is ready.
func launch(ctx context.Context, bin, data string, port int, as *syscall.Credential) (*process, error) {
	cmd := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(port))
	cmd.Dir = data
	// A group of its own: Ctrl-C at the terminal must reach the caller, who then stops the server in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as, Setpgid: true}
	p := &process{cmd: cmd, log: &tailBuffer{}, exited: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p.log, p.log
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	go func() {
		p.err = cmd.Wait()
		close(p.exited)
	}()
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-p.exited:
			return nil, fmt.Errorf("PostgreSQL ended while starting: %w\n%s", p.err, p.log)
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("PostgreSQL was not ready: %w\n%s", ctx.Err(), p.log), p.stop())
		case <-tick.C:
			if ready(data) {
				return p, nil
			}
		}
	}
}

// ready reads the status that the postmaster keeps in the eighth line of postmaster.pid.
func ready(data string) bool {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return false
	}
	lines := strings.Split(string(text), "\n")
	return len(lines) >= 8 && strings.TrimSpace(lines[7]) == "ready"
}

// stop asks for a fast shutdown (connections are closed), then insists.
func (p *process) stop() error {
	var result error
	p.once.Do(func() {
		for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
			if err := p.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
				result = fmt.Errorf("stop PostgreSQL: %w", err)
				return
			}
			select {
			case <-p.exited:
				return
			case <-time.After(stopTimeout):
			}
		}
		result = fmt.Errorf("stop PostgreSQL: process %d does not end", p.cmd.Process.Pid)
	})
	return result
}

// serverUser returns nil for an ordinary user, who may run the server, and for root the first of the users postgres
// and nobody that the machine has.
func serverUser() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(found.Uid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("user id of %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(found.Gid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("group id of %s: %w", name, err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL refuses to run as root and there is neither a user postgres nor nobody")
}
