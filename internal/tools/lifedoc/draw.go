package main

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strings"

	"xieshang/internal/platform/i18n"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
)

// place is where a state stands in the picture: column and row of a grid.
type place struct{ col, row int }

// places: the ordinary way runs down the middle, what holds it up stands at the left, what ends it at the right. A state without a place is an error.
func places() map[wf.State]place {
	return map[wf.State]place{
		suggestion.Draft: {1, 0}, suggestion.Raised: {1, 1}, suggestion.Accepted: {1, 2}, suggestion.Dispatched: {1, 3}, suggestion.InHand: {1, 4}, suggestion.Answered: {1, 5},
		suggestion.Replied: {1, 6}, suggestion.Closed: {1, 7}, suggestion.Returned: {0, 1}, suggestion.AtOffice: {0, 3}, suggestion.Reopened: {0, 5}, suggestion.Meeting: {0, 7},
		suggestion.Withdrawn: {2, 0}, suggestion.Merged: {2, 2}, suggestion.Converted: {2, 4},
	}
}

// Measures of the picture, in SVG units.
const (
	boxW, boxH   = 190, 52
	colGap       = 250
	rowGap       = 130
	marginX      = 30
	marginY      = 30
	labelR       = 13 // half the height of a label
	digitW       = 8
	legendRow    = 24
	legendColumn = 330
)

type point struct{ x, y float64 }

func (p place) centre() point {
	return point{marginX + boxW/2 + float64(p.col)*(boxW+colGap), marginY + boxH/2 + float64(p.row)*rowGap}
}

// arrow is every way from one state to another, with the numbers of the actions that take it.
type arrow struct {
	from, to wf.State
	numbers  []int
	a, b     point // ends
	c        point // control point of the curve
	label    box
}

type box struct{ x, y, w, h float64 } // centre, width, height

func (a box) meets(b box) bool {
	return math.Abs(a.x-b.x) < (a.w+b.w)/2+2 && math.Abs(a.y-b.y) < (a.h+b.h)/2+2
}

// numbered gives the actions that move a matter their numbers, in the order of the table.
func numbered(t *wf.Table) (actions []wf.Action, arrows []arrow) {
	for _, tr := range t.Transitions {
		n := 0
		for _, from := range tr.From {
			for _, to := range tr.To {
				if from == to {
					continue
				}
				if n == 0 {
					actions = append(actions, tr.Action)
					n = len(actions)
				}
				i := slices.IndexFunc(arrows, func(a arrow) bool { return a.from == from && a.to == to })
				if i < 0 {
					arrows = append(arrows, arrow{from: from, to: to})
					i = len(arrows) - 1
				}
				arrows[i].numbers = append(arrows[i].numbers, n)
			}
		}
	}
	return actions, arrows
}

// route bends an arrow: neighbours are joined almost straight, the way back beside the way there; who passes over others makes a wider bow.
func route(a *arrow, at map[wf.State]place, wider float64) {
	p, q := at[a.from], at[a.to]
	from, to := p.centre(), q.centre()
	dx, dy := to.x-from.x, to.y-from.y
	length := math.Hypot(dx, dy)
	bow := 26.0
	if p.col == q.col {
		rows := math.Abs(float64(p.row - q.row))
		bow = 26 + 62*(rows-1)
	} else if math.Abs(float64(p.row-q.row)) > 1 {
		bow = 46
	}
	bow *= wider
	normal := point{-dy / length, dx / length}
	a.c = point{(from.x+to.x)/2 + 2*bow*normal.x, (from.y+to.y)/2 + 2*bow*normal.y}
	a.a, a.b = edge(from, a.c), edge(to, a.c)
}

// edge is where the line from the middle of a box towards a point leaves the box.
func edge(c, towards point) point {
	dx, dy := towards.x-c.x, towards.y-c.y
	s := math.Min((boxW/2+2)/math.Max(math.Abs(dx), 1e-9), (boxH/2+2)/math.Max(math.Abs(dy), 1e-9))
	return point{c.x + dx*s, c.y + dy*s}
}

func (a *arrow) at(t float64) point {
	u := 1 - t
	return point{u*u*a.a.x + 2*u*t*a.c.x + t*t*a.b.x, u*u*a.a.y + 2*u*t*a.c.y + t*t*a.b.y}
}

func (a *arrow) text() string {
	var parts []string
	for _, n := range a.numbers {
		parts = append(parts, fmt.Sprint(n))
	}
	return strings.Join(parts, " ")
}

// arrange finds for each label a place on its arrow where it covers neither a state nor another label, with a wider bow when it must.
func arrange(arrows []arrow, at map[wf.State]place) error {
	var taken []box
	for _, p := range at {
		c := p.centre()
		taken = append(taken, box{c.x, c.y, boxW, boxH})
	}
	for i := range arrows {
		a := &arrows[i]
		found := false
	bows:
		for _, wider := range []float64{1, 1.5, 2, 2.6, .6, 3.2, 4} {
			route(a, at, wider)
			for _, t := range []float64{.5, .42, .58, .34, .66, .28, .72, .22, .78, .17, .83, .13, .87} {
				p := a.at(t)
				b := box{p.x, p.y, float64(digitW*len(a.text()) + 14), 2 * labelR}
				if !slices.ContainsFunc(taken, b.meets) {
					a.label, found = b, true
					taken = append(taken, b)
					break bows
				}
			}
		}
		if !found {
			return fmt.Errorf("no room for the label from %s to %s: give the states other places", a.from, a.to)
		}
	}
	return nil
}

func draw(p *i18n.Printer, t *wf.Table, at map[wf.State]place) (string, error) {
	for _, s := range t.States {
		if _, ok := at[s]; !ok {
			return "", fmt.Errorf("state %s has no place in the picture", s)
		}
	}
	actions, arrows := numbered(t)
	if err := arrange(arrows, at); err != nil {
		return "", err
	}
	cols, rows := 0, 0
	for _, q := range at {
		cols, rows = max(cols, q.col), max(rows, q.row)
	}
	width := 2*marginX + boxW + cols*(boxW+colGap)
	top := marginY + rows*rowGap + boxH + 60
	perColumn := (len(actions) + 2) / 3
	height := top + perColumn*legendRow + marginY
	title := p.T("lifedoc.title")
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-labelledby="title" font-family="system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif" font-size="17">
<title id="title">%s</title>
<rect width="100%%" height="100%%" fill="#fdfbf7"/>
<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="#6b6459"/></marker></defs>
`, width, height, html.EscapeString(title))
	for _, a := range arrows {
		fmt.Fprintf(&b, `<path d="M%.1f %.1fQ%.1f %.1f %.1f %.1f" fill="none" stroke="#8a8276" stroke-width="1.5" marker-end="url(#head)"/>`+"\n", a.a.x, a.a.y, a.c.x, a.c.y, a.b.x, a.b.y)
	}
	for _, s := range t.States {
		c := at[s].centre()
		look := `fill="#ffffff" stroke="#3c372f"`
		switch {
		case slices.Contains(t.Final, s):
			look = `fill="#ece6da" stroke="#3c372f" stroke-dasharray="5 3"`
		case s == suggestion.Replied || s == suggestion.Closed:
			look = `fill="#e4efe4" stroke="#3c372f"`
		}
		fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%d" height="%d" rx="8" %s/><text x="%.1f" y="%.1f" text-anchor="middle" fill="#211d17">%s</text>`+"\n",
			c.x-boxW/2, c.y-boxH/2, boxW, boxH, look, c.x, c.y+6, html.EscapeString(p.T("suggestion.state."+string(s))))
	}
	for _, a := range arrows {
		fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="%d" fill="#fdfbf7" stroke="#8a8276"/><text x="%.1f" y="%.1f" text-anchor="middle" font-size="13" fill="#211d17">%s</text>`+"\n",
			a.label.x-a.label.w/2, a.label.y-a.label.h/2, a.label.w, a.label.h, labelR, a.label.x, a.label.y+4.5, a.text())
	}
	for i, action := range actions {
		fmt.Fprintf(&b, `<text x="%d" y="%d" font-size="15" fill="#211d17">%d　%s</text>`+"\n", marginX+i/perColumn*legendColumn, top+i%perColumn*legendRow, i+1,
			html.EscapeString(p.T("suggestion.action."+string(action))))
	}
	b.WriteString("</svg>\n")
	return b.String(), nil
}
