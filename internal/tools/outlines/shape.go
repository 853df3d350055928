package main

import (
	"bytes"
	"fmt"
	"math"
	"slices"
)

// point is a place in steps of the source's grid, so that equal places are equal.
type point struct{ x, y int }

// ring is closed; its first point is not repeated at its end.
type ring []point

// polygon is an outer ring and its holes.
type polygon []ring

// area is one division.
type area struct {
	code, name, parent string
	shapes             []polygon
}

const grid = 1024 // steps a degree

func toGrid(coordinates [][2]float64) ring {
	var r ring
	for _, c := range coordinates {
		p := point{int(math.Round(c[0] * grid)), int(math.Round(c[1] * grid))}
		if len(r) == 0 || r[len(r)-1] != p {
			r = append(r, p)
		}
	}
	for len(r) > 1 && r[0] == r[len(r)-1] {
		r = r[:len(r)-1]
	}
	return r
}

// coordinates writes a MultiPolygon with three decimals, which is the grid's own fineness.
func coordinates(shapes []polygon) []byte {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, p := range shapes {
		comma(&b, i)
		b.WriteByte('[')
		for j, r := range p {
			comma(&b, j)
			b.WriteByte('[')
			for k, q := range append(slices.Clone(r), r[0]) {
				comma(&b, k)
				fmt.Fprintf(&b, "[%.3f,%.3f]", float64(q.x)/grid, float64(q.y)/grid)
			}
			b.WriteByte(']')
		}
		b.WriteByte(']')
	}
	b.WriteByte(']')
	return b.Bytes()
}

func comma(b *bytes.Buffer, i int) {
	if i > 0 {
		b.WriteByte(',')
	}
}

func (p point) less(q point) bool { return p.x < q.x || p.x == q.x && p.y < q.y }

// size is the area of a ring in square steps.
func (r ring) size() float64 {
	sum := 0
	for i, p := range r {
		q := r[(i+1)%len(r)]
		sum += p.x*q.y - q.x*p.y
	}
	return math.Abs(float64(sum)) / 2
}

// holds reports whether a point lies inside a ring.
func (r ring) holds(p point) bool {
	inside := false
	for i, a := range r {
		b := r[(i+1)%len(r)]
		if (a.y > p.y) != (b.y > p.y) && float64(p.x) < float64(b.x-a.x)*float64(p.y-a.y)/float64(b.y-a.y)+float64(a.x) {
			inside = !inside
		}
	}
	return inside
}

type edge struct{ a, b point }

func undirected(a, b point) edge {
	if b.less(a) {
		a, b = b, a
	}
	return edge{a, b}
}

// dissolve joins areas into one: what two of them share is inside and goes, the rest is the outline.
func dissolve(areas []area) []polygon {
	count := map[edge]int{}
	for _, a := range areas {
		for _, p := range a.shapes {
			for _, r := range p {
				for i := range r {
					count[undirected(r[i], r[(i+1)%len(r)])]++
				}
			}
		}
	}
	next := map[point][]point{}
	var starts []point
	for e, n := range count {
		if n%2 == 1 {
			next[e.a] = append(next[e.a], e.b)
			next[e.b] = append(next[e.b], e.a)
			starts = append(starts, e.a)
		}
	}
	compare := func(a, b point) int {
		switch {
		case a.less(b):
			return -1
		case b.less(a):
			return 1
		}
		return 0
	}
	for p := range next {
		slices.SortFunc(next[p], compare)
	}
	slices.SortFunc(starts, compare)
	var rings []ring
	for _, s := range starts {
		for len(next[s]) > 0 {
			rings = append(rings, walk(next, s)...)
		}
	}
	return nest(rings)
}

// walk follows unused edges from a place until it is back there, and uses them up. Where it comes by a place a second time it has closed a ring of its own.
func walk(next map[point][]point, start point) []ring {
	var rings []ring
	path := ring{start}
	at := start
	for {
		to := next[at][0]
		next[at] = next[at][1:]
		i := slices.Index(next[to], at)
		next[to] = slices.Delete(next[to], i, i+1)
		if j := slices.Index(path, to); j >= 0 {
			rings = append(rings, slices.Clone(path[j:]))
			path = path[:j+1]
			if j == 0 {
				return rings
			}
		} else {
			path = append(path, to)
		}
		at = to
	}
}

// nest drops slivers and puts each ring that lies in another one into it as a hole.
func nest(rings []ring) []polygon {
	rings = slices.DeleteFunc(rings, func(r ring) bool { return len(r) < 3 || r.size() < smallest })
	slices.SortStableFunc(rings, func(a, b ring) int { return int(b.size() - a.size()) })
	var shapes []polygon
	for _, r := range rings {
		outer := slices.IndexFunc(shapes, func(p polygon) bool { return p[0].holds(r[0]) })
		if outer >= 0 {
			shapes[outer] = append(shapes[outer], r)
		} else {
			shapes = append(shapes, polygon{r})
		}
	}
	return shapes
}
