// Package browsertest drives a real Chromium through the pages of a test server, the way a person does: by what is
// written on the screen. It promises a fresh visitor for every page, and that anything the browser complains about,
// from a refused script to a missing picture, fails the test that caused it.
package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// ErrMissing says that there is no Chromium on this machine.
var ErrMissing = errors.New("no Chromium found: install it (Debian: apt-get install chromium) or name one in XIESHANG_CHROMIUM; ./check does it")

const (
	patience     = 5 * time.Second // how long a page may take to show what a test waits for
	startTimeout = 30 * time.Second
	profileStem  = "xieshang-chromium-"
)

// chromium is the one browser process of a test process.
type chromium struct {
	once      sync.Once
	ctx       context.Context
	cancel    context.CancelFunc
	profile   string
	userAgent string
	err       error
}

// process is shared by all tests of a process: a browser takes a second to start and 200 MB to keep.
var process chromium

// Browser opens pages for one test.
type Browser struct {
	t testing.TB
}

// New returns a browser for t and starts Chromium if this is the first test that asks. It fails the test when there is
// no Chromium: a page that nobody looked at is not tested. Chromium ends with the test process; call Main from TestMain
// to have its profile folder removed, too.
func New(t testing.TB) *Browser {
	t.Helper()
	process.once.Do(process.start)
	if process.err != nil {
		t.Fatalf("browser: %v", process.err)
	}
	return &Browser{t: t}
}

// Main runs the tests of a package and then ends Chromium: func TestMain(m *testing.M) { os.Exit(browsertest.Main(m)) }.
func Main(m *testing.M) int {
	code := m.Run()
	if process.cancel != nil {
		process.cancel()
		if err := os.RemoveAll(process.profile); err != nil {
			fmt.Fprintln(os.Stderr, "browsertest:", err)
		}
	}
	return code
}

func find() (string, error) {
	if path := os.Getenv("XIESHANG_CHROMIUM"); path != "" {
		return exec.LookPath(path)
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrMissing
}

func (c *chromium) start() {
	path, err := find()
	if err != nil {
		c.err = err
		return
	}
	sweep()
	c.profile, c.err = os.MkdirTemp("", profileStem+strconv.Itoa(os.Getpid())+"-")
	if c.err != nil {
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(c.profile), chromedp.DisableGPU,
		chromedp.WSURLReadTimeout(startTimeout),
		// Nothing may look for the internet: tests run where there is none, and a visit to nowhere costs seconds.
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true), chromedp.Flag("no-pings", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"),
		chromedp.Flag("font-render-hinting", "none"), chromedp.Flag("hide-scrollbars", false),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium's sandbox does not work for root
	}
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	c.ctx, c.cancel = ctx, func() { cancel(); cancelAllocator() }
	// The first call binds the browser's life to its context, so it carries no time limit; the allocator has one.
	version, err := chromedp.CallBrowser(ctx, browser.GetVersion, cdp.Empty{})
	if err != nil {
		c.cancel()
		c.err = errors.Join(fmt.Errorf("start %s: %w", path, err), os.RemoveAll(c.profile))
		return
	}
	c.userAgent = strings.ReplaceAll(version.UserAgent, "HeadlessChrome", "Chrome")
}

// sweep removes the profiles of test processes that are gone; one that was killed could not do it itself.
func sweep() {
	old, err := filepath.Glob(filepath.Join(os.TempDir(), profileStem+"*"))
	if err != nil {
		return
	}
	for _, profile := range old {
		number, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(profile), profileStem), "-")
		pid, err := strconv.Atoi(number)
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			_ = os.RemoveAll(profile) // another process may be sweeping as well
		}
	}
}
