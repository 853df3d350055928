package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const readyTimeout = 60 * time.Second

// server is the program under measurement.
type server struct {
	cmd    *exec.Cmd
	base   string        // http://127.0.0.1:PORT
	ready  time.Duration // from exec to the first good answer of /readyz
	exited chan struct{}
}

func (s *server) pid() int { return s.cmd.Process.Pid }

// start runs binary with args and --addr, and waits until /readyz answers 200.
func start(ctx context.Context, binary string, args []string, work string) (*server, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	logName := filepath.Join(work, "server.log")
	log, err := os.Create(logName)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own descriptor
	s := &server{base: "http://" + address, exited: make(chan struct{})}
	s.cmd = exec.Command(binary, append(args, "--addr", address)...)
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", binary, err)
	}
	go func() {
		_ = s.cmd.Wait() // how it ended is in its log
		close(s.exited)
	}()
	if err := s.waitReady(ctx, began); err != nil {
		s.stop()
		text, _ := os.ReadFile(logName)
		return nil, fmt.Errorf("%w; its last words:\n%s", err, text[max(0, len(text)-2000):])
	}
	return s, nil
}

func (s *server) waitReady(ctx context.Context, began time.Time) error {
	client := &http.Client{Timeout: 2 * time.Second}
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+"/readyz", nil)
		if err != nil {
			return err
		}
		if response, err := client.Do(request); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				s.ready = time.Since(began)
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.exited:
			return errors.New("the server ended while starting")
		case <-time.After(5 * time.Millisecond):
		}
		if time.Since(began) > readyTimeout {
			return fmt.Errorf("the server was not ready in %s", readyTimeout)
		}
	}
}

// stop ends the server and waits for it.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // an error means that it is gone
	select {
	case <-s.exited:
	case <-time.After(15 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.exited
	}
}

func freeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}

// resident returns the bytes of memory that a process holds now.
func resident(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("memory of the server: %w", err)
	}
	for line := range bytes.Lines(text) {
		if rest, ok := strings.CutPrefix(string(line), "VmRSS:"); ok {
			kB, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kB << 10, err
		}
	}
	return 0, errors.New("memory of the server: no VmRSS")
}

// watchMemory looks five times a second until the returned function is called, which answers the most that was seen.
func watchMemory(pid int) func() int64 {
	quit, answer := make(chan struct{}), make(chan int64, 1)
	go func() {
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		var most int64
		for {
			if now, err := resident(pid); err == nil {
				most = max(most, now)
			}
			select {
			case <-quit:
				answer <- most
				return
			case <-tick.C:
			}
		}
	}()
	return func() int64 { close(quit); return <-answer }
}
