package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// View is how a visitor looks at the site. The zero value is a phone of 360 by 740 pixels, in Chinese, light, with
// JavaScript.
type View struct {
	Width, Height int    // CSS pixels; a width up to 600 is a phone
	Lang          string // BCP 47, such as "zh-CN" or "en"
	Dark          bool   // prefers-color-scheme
	NoScript      bool   // JavaScript switched off
}

// Page is a tab with a visitor of its own: no cookies and no storage are shared with other pages. Every method that
// cannot do what it says within five seconds fails the test. A page belongs to the goroutine of its test.
type Page struct {
	t    testing.TB
	ctx  context.Context
	view View

	patience time.Duration
	shots    string
	step     int

	mu       sync.Mutex
	problems []string
	allowed  []string
	offline  bool
	loading  bool                          // the main frame is on its way to another document
	waiting  map[network.RequestID]request // requests without an end, without streams
	lastEnd  time.Time
}

type request struct {
	url  string
	kind network.ResourceType
}

// Page opens a tab. It is closed when the test ends; then whatever the browser complained about fails the test, unless
// Allow named it.
func (b *Browser) Page(view View) *Page {
	b.t.Helper()
	if view.Width == 0 {
		view.Width = 360
	}
	if view.Height == 0 {
		view.Height = 740
	}
	if view.Lang == "" {
		view.Lang = "zh-CN"
	}
	p := &Page{t: b.t, view: view, patience: patience, waiting: map[network.RequestID]request{}}
	if dir := os.Getenv("XIESHANG_SHOTS"); dir != "" {
		name := strings.NewReplacer("/", "_", " ", "_").Replace(b.t.Name())
		p.shots = filepath.Join(dir, fmt.Sprintf("%s_%d_%s", name, view.Width, view.Lang))
		if view.Dark {
			p.shots += "_dark"
		}
	}
	ctx, cancel := chromedp.NewContext(process.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.hear))
	p.ctx = ctx
	b.t.Cleanup(func() {
		problems := p.ConsoleErrors()
		cancel()
		for _, problem := range problems {
			b.t.Errorf("browser: %s", problem)
		}
	})
	if err := p.prepare(); err != nil {
		b.t.Fatalf("browser: open a page: %v", err)
	}
	return p
}

func (p *Page) prepare() error {
	if err := chromedp.Do(p.ctx); err != nil { // opens the tab and binds its life to the context without a time limit
		return err
	}
	phone := p.view.Width <= 600
	if _, err := chromedp.Call(p.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(p.view.Width), Height: int64(p.view.Height), DeviceScaleFactor: 1, Mobile: phone,
	}); err != nil {
		return err
	}
	scheme := "light"
	if p.view.Dark {
		scheme = "dark"
	}
	if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme},
		{Name: "prefers-reduced-motion", Value: "reduce"}, // a picture in the middle of a movement differs every time
	}}); err != nil {
		return err
	}
	if _, err := chromedp.Call(p.ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
		UserAgent: process.userAgent, AcceptLanguage: p.view.Lang,
	}); err != nil {
		return err
	}
	if _, err := chromedp.Call(p.ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Shanghai"}); err != nil {
		return err
	}
	return p.scripts(!p.view.NoScript)
}

// scripts switches the page's own scripts on or off.
func (p *Page) scripts(on bool) error {
	ctx, cancel := p.within()
	defer cancel()
	_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
	return err
}

// hear runs inside the loop that reads the browser's messages, so it only notes.
func (p *Page) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			p.problem("console.error: %s", words(e.Args))
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if thrown := e.ExceptionDetails.Exception; thrown != nil {
			text += " " + thrown.Description
		}
		p.problem("script error: %s", text)
	case *log.EventEntryAdded:
		// What the network said is noted below, with the status; everything else (a refused script, say) comes here.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			p.problem("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		// Without a loader it is a worker's own script, whose end the browser tells the worker and not the page.
		if e.LoaderID != "" && e.Type != network.ResourceTypeEventSource && e.Type != network.ResourceTypeWebSocket && e.Type != network.ResourceTypePing {
			p.waiting[e.RequestID] = request{e.Request.URL, e.Type}
		}
	case *network.EventResponseReceived:
		p.judge(e)
	case *network.EventLoadingFinished:
		p.ended(e.RequestID)
	case *network.EventLoadingFailed:
		was := p.waiting[e.RequestID]
		p.ended(e.RequestID)
		if !e.Canceled && !p.offline && e.ErrorText != "net::ERR_ABORTED" {
			p.problem("request failed: %s %s %s", e.ErrorText, e.BlockedReason, was.url)
		}
	case *page.EventFrameStartedNavigating:
		p.loading = true
	case *page.EventFrameRequestedNavigation:
		p.loading = true
	case *page.EventDomContentEventFired:
		p.loading = false
		p.lastEnd = time.Now()
	case *page.EventLoadEventFired:
		p.loading = false
	case *page.EventNavigatedWithinDocument:
		p.loading = false
	case *page.EventFrameStoppedLoading:
		p.loading = false // also the end of a download and of an answer without content
	}
}

// judge notes answers that no page should get: a document may refuse its visitor, but neither a document nor a part
// may break, and no part may be missing.
func (p *Page) judge(e *network.EventResponseReceived) {
	status := int(e.Response.Status)
	if strings.HasSuffix(e.Response.URL, "/favicon.ico") {
		return // the browser asked by itself, not the page
	}
	document := e.Type == network.ResourceTypeDocument
	if status >= 500 || status >= 400 && !document {
		p.problem("answer %d: %s", status, e.Response.URL)
	}
}

func (p *Page) ended(id network.RequestID) {
	delete(p.waiting, id)
	p.lastEnd = time.Now()
}

func (p *Page) problem(format string, args ...any) {
	text := strings.TrimSpace(fmt.Sprintf(format, args...))
	if !slices.Contains(p.problems, text) {
		p.problems = append(p.problems, text)
	}
}

func words(args []*runtime.RemoteObject) string {
	var all []string
	for _, a := range args {
		if a.Description != "" {
			all = append(all, a.Description)
			continue
		}
		var text string
		if err := json.Unmarshal([]byte(a.Value), &text); err != nil {
			text = string(a.Value) // a number, or true
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

// Allow lets pass complaints that contain text, such as "answer 422" where a test is about a refused form.
func (p *Page) Allow(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.allowed = append(p.allowed, text)
}

// ConsoleErrors returns what the browser complained about so far, without what Allow named: messages of console.error,
// script errors, refusals by the content security policy, failed requests, answers of 500 and more, and for parts of
// the page 400 and more.
func (p *Page) ConsoleErrors() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(p.problems), func(problem string) bool {
		return slices.ContainsFunc(p.allowed, func(text string) bool { return strings.Contains(problem, text) })
	})
}

// settle waits until the page has done what an action set off: no document is on its way and no request was open for
// 60 milliseconds. It gives up after the usual patience without a word; what the test waits for decides.
func (p *Page) settle() {
	const quiet = 60 * time.Millisecond
	began := time.Now()
	for time.Since(began) < p.patience {
		time.Sleep(20 * time.Millisecond)
		p.mu.Lock()
		done := !p.loading && len(p.waiting) == 0 && time.Since(p.lastEnd) > quiet && time.Since(began) > quiet
		p.mu.Unlock()
		if done {
			return
		}
	}
}

// within runs one conversation with the browser under the usual patience, times two for slow machines.
func (p *Page) within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(p.ctx, 2*patience)
}
