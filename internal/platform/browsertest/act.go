package browsertest

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed find.js
var findScript string

// Go opens an address and waits until the page has settled. A document that answers 4xx is opened, too: tests are
// about refusals as well.
func (p *Page) Go(url string) {
	p.t.Helper()
	ctx, cancel := p.within()
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		p.mu.Lock()
		offline := p.offline
		p.mu.Unlock()
		if !offline {
			p.t.Fatalf("browser: open %s: %v", url, err)
		}
	}
	p.settle()
	p.shot("go")
}

// Reload loads the page again.
func (p *Page) Reload() {
	p.t.Helper()
	ctx, cancel := p.within()
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Reload()); err != nil {
		p.t.Fatalf("browser: reload %s: %v", p.URL(), err)
	}
	p.settle()
	p.shot("reload")
}

// Back goes one page back in the visitor's history.
func (p *Page) Back() {
	p.t.Helper()
	// Not chromedp's own way, which waits for a load that a page kept in memory never has.
	if _, err := eval[bool](p, `(history.back(), true)`); err != nil {
		p.t.Fatalf("browser: back from %s: %v", p.URL(), err)
	}
	p.settle()
	p.shot("back")
}

// spot is where a click goes, or why it cannot.
type spot struct {
	Found   bool
	Covered string
	X, Y    float64
}

// Click presses what carries the text, or else the first shown element that the CSS selector finds, with the mouse, in
// its middle. It fails when nothing is found in time or when something else lies on top.
func (p *Page) Click(name string) {
	p.t.Helper()
	var at spot
	p.until(func() (bool, error) {
		var err error
		at, err = eval[spot](p, `(() => {
			const e = (`+findScript+`)(`+quote(name)+`, false);
			if (!e) return {Found: false};
			e.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
			const box = [...e.getClientRects()].find((r) => r.width > 0 && r.height > 0);
			if (!box) return {Found: true, Covered: 'it has no size'};
			const x = box.left + box.width / 2, y = box.top + box.height / 2;
			const top = document.elementFromPoint(x, y);
			const mine = top && (e.contains(top) || top.contains(e) && !top.matches('dialog,body,html') || (e.labels && [...e.labels].some((l) => l.contains(top))));
			if (!mine) return {Found: true, Covered: top ? top.outerHTML.slice(0, 120) : 'outside the window'};
			if (e.disabled) return {Found: true, Covered: 'it is disabled'};
			return {Found: true, X: x, Y: y};
		})()`)
		return at.Found && at.Covered == "", err
	}, func() string {
		if at.Found {
			return fmt.Sprintf("click %q: in the way: %s", name, at.Covered)
		}
		return fmt.Sprintf("click %q: not on the page", name)
	})
	ctx, cancel := p.within()
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.MouseClickXY(at.X, at.Y)); err != nil {
		p.t.Fatalf("browser: click %q on %s: %v", name, p.URL(), err)
	}
	p.settle()
	p.shot("click")
}

// Fill types text into a field, named by its label, its placeholder or a CSS selector, in place of what was there. In a
// select it takes the option with that text or value; in a date or a colour it sets the value.
func (p *Page) Fill(name, text string) {
	p.t.Helper()
	var how string
	p.until(func() (bool, error) {
		var err error
		how, err = eval[string](p, `(() => {
			const e = (`+findScript+`)(`+quote(name)+`, true);
			if (!e) return 'none';
			if (e.disabled || e.readOnly) return 'locked';
			const text = `+quote(text)+`;
			e.scrollIntoView({block: 'center', behavior: 'instant'});
			e.focus();
			const tell = () => ['input', 'change'].forEach((kind) => e.dispatchEvent(new Event(kind, {bubbles: true})));
			if (e.tagName === 'SELECT') {
				const option = [...e.options].find((o) => o.text.trim() === text || o.value === text);
				if (!option) return 'option';
				e.value = option.value; tell();
				return 'set';
			}
			if (['date', 'time', 'datetime-local', 'month', 'week', 'color', 'range'].includes(e.type)) {
				e.value = text; tell();
				return e.value === text ? 'set' : 'value';
			}
			if (e.select) e.select(); else document.getSelection().selectAllChildren(e);
			if (text === '') { document.execCommand('delete'); return 'set'; }
			return 'type';
		})()`)
		return how == "set" || how == "type", err
	}, func() string {
		return fmt.Sprintf("fill %q: %s", name, map[string]string{
			"none": "not on the page", "locked": "it is disabled or read-only", "option": "no option " + text, "value": "the field does not take " + text,
		}[how])
	})
	if how == "type" {
		ctx, cancel := p.within()
		defer cancel()
		if _, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text}); err != nil {
			p.t.Fatalf("browser: fill %q on %s: %v", name, p.URL(), err)
		}
	}
	p.settle()
	p.shot("fill")
}

// Press sends one key to whatever has the focus: a letter, or a value of chromedp's kb package such as kb.Enter.
func (p *Page) Press(key string) {
	p.t.Helper()
	ctx, cancel := p.within()
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.KeyEvent(key)); err != nil {
		p.t.Fatalf("browser: press %q: %v", key, err)
	}
	p.settle()
	p.shot("press")
}

// Submit sends the form that a CSS selector finds, or the form around what it finds, as its first button would. The
// browser's own checks of required fields apply.
func (p *Page) Submit(selector string) {
	p.t.Helper()
	p.until(func() (bool, error) {
		return eval[bool](p, `(() => {
			const e = document.querySelector(`+quote(selector)+`);
			const form = e && (e.closest('form') || e.querySelector('form'));
			if (!form) return false;
			form.requestSubmit(form.querySelector('button:not([type=button]):not([type=reset]),input[type=submit]'));
			return true;
		})()`)
	}, func() string { return fmt.Sprintf("submit %q: no form there", selector) })
	p.settle()
	p.shot("submit")
}

// Upload puts files into a file field, named by its label or a CSS selector.
func (p *Page) Upload(name string, files ...string) {
	p.t.Helper()
	absolute := make([]string, len(files))
	for n, file := range files {
		var err error
		if absolute[n], err = filepath.Abs(file); err != nil {
			p.t.Fatalf("browser: upload %s: %v", file, err)
		}
	}
	const mark = "data-browsertest-upload"
	p.until(func() (bool, error) {
		return eval[bool](p, `(() => {
			document.querySelectorAll('[`+mark+`]').forEach((e) => e.removeAttribute('`+mark+`'));
			const e = (`+findScript+`)(`+quote(name)+`, true);
			if (!e || e.type !== 'file') return false;
			e.setAttribute('`+mark+`', '');
			return true;
		})()`)
	}, func() string { return fmt.Sprintf("upload to %q: no file field", name) })
	ctx, cancel := p.within()
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.SetUploadFiles(chromedp.CSS("["+mark+"]"), absolute, chromedp.NodeReady)); err != nil {
		p.t.Fatalf("browser: upload to %q on %s: %v", name, p.URL(), err)
	}
	p.settle()
	p.shot("upload")
}

// Offline takes the network away from this page, or gives it back. Failed requests are no complaint meanwhile.
func (p *Page) Offline(on bool) {
	p.t.Helper()
	if on {
		p.mu.Lock()
		p.offline = true
		p.mu.Unlock()
	}
	ctx, cancel := p.within()
	defer cancel()
	conditions := []*network.Conditions{}
	if on {
		conditions = append(conditions, &network.Conditions{Offline: true, DownloadThroughput: -1, UploadThroughput: -1})
	}
	workers := on
	_, err := chromedp.Call(ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		EmulateOfflineServiceWorker: &workers, MatchedNetworkConditions: conditions,
	})
	if err == nil {
		// This one changes navigator.onLine and tells the page with an event.
		_, err = chromedp.Call(ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: on, DownloadThroughput: -1, UploadThroughput: -1})
	}
	if err != nil {
		p.t.Fatalf("browser: offline %t: %v", on, err)
	}
	p.settle()
	if !on {
		p.mu.Lock()
		p.offline = false
		p.mu.Unlock()
	}
	p.shot("offline")
}

// until asks again and again until the answer is yes, and fails the test with the reason when patience ends. An error
// in between counts as no: a page on its way to another loses its scripts.
func (p *Page) until(ask func() (bool, error), reason func() string) {
	p.t.Helper()
	began := time.Now()
	var last error
	for {
		done, err := ask()
		if err == nil && done {
			return
		}
		last = err
		if time.Since(began) > p.patience {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, err := eval[string](p, `document.title + '\n' + (document.body ? document.body.innerText : '')`)
	if err != nil {
		text = err.Error()
	}
	if runes := []rune(text); len(runes) > 1500 {
		text = string(runes[:1500]) + " …"
	}
	message := fmt.Sprintf("browser: %s (%s)", reason(), p.URL())
	if last != nil {
		message += ": " + last.Error()
	}
	p.shot("failed")
	p.t.Fatalf("%s\nthe page says:\n%s", message, text)
}

// eval runs an expression in the page, outside its content security policy.
func eval[T any](p *Page, expression string) (T, error) {
	ctx, cancel := p.within()
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, func(e *runtime.EvaluateParams) {
		yes := true
		e.AwaitPromise, e.ReturnByValue, e.AllowUnsafeEvalBlockedByCSP = &yes, &yes, &yes
	}))
	if err != nil {
		var zero T
		return zero, fmt.Errorf("ask the page: %w", err)
	}
	return value, nil
}

// Eval runs a JavaScript expression in the page and returns its value as JSON; for what the other methods cannot ask.
func (p *Page) Eval(expression string) string {
	p.t.Helper()
	value, err := eval[string](p, `(async () => JSON.stringify(await (`+expression+`)) ?? 'null')()`)
	if err != nil {
		p.t.Fatalf("browser: %v", err)
	}
	return value
}

func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(errors.Join(errors.New("a string cannot be JSON"), err)) // json.Marshal takes every string
	}
	return strings.ReplaceAll(string(quoted), "\u2028", `\u2028`)
}
