package browsertest

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

//go:embed axe.min.js
var axeScript string

// URL returns the address of the page.
func (p *Page) URL() string {
	p.t.Helper()
	ctx, cancel := p.within()
	defer cancel()
	url, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		p.t.Fatalf("browser: address: %v", err)
	}
	return url
}

// Text returns what a visitor reads in the first element that a CSS selector finds; it waits for one.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return p.read(selector, "e.innerText")
}

// HTML returns the markup of the first element that a CSS selector finds, its own tag included; it waits for one.
func (p *Page) HTML(selector string) string {
	p.t.Helper()
	return p.read(selector, "e.outerHTML")
}

// Value returns what stands in the field that a label or CSS selector names; it waits for one. For a box to tick it is
// "true" or "false".
func (p *Page) Value(name string) string {
	p.t.Helper()
	type answer struct {
		Found bool
		Text  string
	}
	var got answer
	p.until(func() (bool, error) {
		var err error
		got, err = eval[answer](p, `(() => {
			const e = (`+findScript+`)(`+quote(name)+`, true);
			return {Found: !!e, Text: e ? String(['checkbox', 'radio'].includes(e.type) ? e.checked : e.value) : ''};
		})()`)
		return got.Found, err
	}, func() string { return fmt.Sprintf("value of %q: not on the page", name) })
	return got.Text
}

func (p *Page) read(selector, expression string) string {
	p.t.Helper()
	type answer struct {
		Found bool
		Text  string
	}
	var got answer
	p.until(func() (bool, error) {
		var err error
		got, err = eval[answer](p, `(() => { const e = document.querySelector(`+quote(selector)+`); return {Found: !!e, Text: e ? `+expression+` : ''}; })()`)
		return got.Found, err
	}, func() string { return fmt.Sprintf("%s: not on the page", selector) })
	return got.Text
}

// Count returns how many elements a CSS selector finds now.
func (p *Page) Count(selector string) int {
	p.t.Helper()
	n, err := eval[int](p, `document.querySelectorAll(`+quote(selector)+`).length`)
	if err != nil {
		p.t.Fatalf("browser: count %s: %v", selector, err)
	}
	return n
}

// Has tells whether the text can be read on the page now. Line breaks and runs of spaces count as one space.
func (p *Page) Has(text string) bool {
	p.t.Helper()
	found, err := p.has(text)
	if err != nil {
		p.t.Fatalf("browser: %v", err)
	}
	return found
}

func (p *Page) has(text string) (bool, error) {
	return eval[bool](p, `(() => {
		const squeeze = (s) => s.replace(/\s+/g, ' ');
		return !!document.body && squeeze(document.body.innerText).includes(squeeze(`+quote(text)+`));
	})()`)
}

// WaitText waits until the text can be read on the page.
func (p *Page) WaitText(text string) {
	p.t.Helper()
	p.until(func() (bool, error) { return p.has(text) }, func() string { return fmt.Sprintf("the text %q does not appear", text) })
	p.shot("wait")
}

// WaitGone waits until the text can no longer be read on the page.
func (p *Page) WaitGone(text string) {
	p.t.Helper()
	p.until(func() (bool, error) {
		found, err := p.has(text)
		return !found, err
	}, func() string { return fmt.Sprintf("the text %q does not go away", text) })
}

// Wait waits until a CSS selector finds an element.
func (p *Page) Wait(selector string) {
	p.t.Helper()
	p.read(selector, "''")
}

// Screenshot writes a picture (PNG) of the whole page, also of what is below the window.
func (p *Page) Screenshot(path string) {
	p.t.Helper()
	if err := p.picture(path); err != nil {
		p.t.Fatalf("browser: picture %s: %v", path, err)
	}
}

func (p *Page) picture(path string) error {
	ctx, cancel := p.within()
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, png, 0o644)
}

// shot keeps a picture of every step when XIESHANG_SHOTS names a folder.
func (p *Page) shot(what string) {
	if p.shots == "" {
		return
	}
	p.step++
	if err := p.picture(filepath.Join(p.shots, fmt.Sprintf("%03d_%s.png", p.step, what))); err != nil {
		p.t.Logf("browser: picture: %v", err)
	}
}

// Violation is one rule of accessibility that the page breaks.
type Violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"` // minor, moderate, serious, critical
	Help   string `json:"help"`
	Nodes  []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for n, node := range v.Nodes {
		if n == 3 {
			fmt.Fprintf(&b, "\n  … and %d more", len(v.Nodes)-n)
			break
		}
		fmt.Fprintf(&b, "\n  %s\n    %s", node.HTML, strings.ReplaceAll(node.Summary, "\n", "\n    "))
	}
	return b.String()
}

// Axe asks axe-core about the page as it stands, with all its rules, best practices included.
func (p *Page) Axe() []Violation {
	p.t.Helper()
	if p.view.NoScript {
		// axe-core needs timers. What the page would have run while loading does not run now.
		if err := p.scripts(true); err != nil {
			p.t.Fatalf("browser: axe-core: %v", err)
		}
		defer func() {
			if err := p.scripts(false); err != nil {
				p.t.Errorf("browser: axe-core: %v", err)
			}
		}()
	}
	found, err := eval[[]Violation](p, `(async () => {
		if (!window.axe) { `+axeScript+` }
		const result = await window.axe.run(document, {resultTypes: ['violations']});
		return result.violations.map((v) => ({id: v.id, impact: v.impact, help: v.help,
			nodes: v.nodes.map((n) => ({html: n.html, failureSummary: n.failureSummary}))}));
	})()`)
	if err != nil {
		p.t.Fatalf("browser: axe-core on %s: %v", p.URL(), err)
	}
	return found
}

// Accessible fails the test for every violation that axe-core finds.
func (p *Page) Accessible() {
	p.t.Helper()
	for _, v := range p.Axe() {
		p.t.Errorf("%s: %s", p.URL(), v)
	}
}

// NoHorizontalScroll fails the test when the page is wider than the window, and names the elements that stick out.
func (p *Page) NoHorizontalScroll() {
	p.t.Helper()
	type answer struct {
		Page, Window int
		Wide         []string
	}
	got, err := eval[answer](p, `(() => {
		const root = document.documentElement, width = `+fmt.Sprint(p.view.Width)+`;
		// An element inside a box that scrolls or clips by itself does not widen the page.
		const boxed = (e) => { for (let b = e.parentElement; b && b !== document.body; b = b.parentElement)
			if (getComputedStyle(b).overflowX !== 'visible') return true; return false; };
		return {Page: root.scrollWidth, Window: Math.min(width, root.clientWidth), Wide: [...document.body.querySelectorAll('*')]
			.filter((e) => e.getBoundingClientRect().right > width + 1 && !boxed(e)).slice(0, 5).map((e) => e.outerHTML.slice(0, 120))};
	})()`)
	if err != nil {
		p.t.Fatalf("browser: %v", err)
	}
	if got.Page > got.Window {
		p.t.Errorf("%s is %d pixels wide in a window of %d: %s", p.URL(), got.Page, got.Window, strings.Join(got.Wide, "\n  "))
	}
}
