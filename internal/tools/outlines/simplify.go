package main

import (
	"math"
	"slices"
)

// simplify draws all areas with fewer points. A border that two of them share is one line, simplified once, so that both keep it alike.
func simplify(areas []area, tolerance float64) []area {
	knots := junctions(areas)
	var out []area
	for _, a := range areas {
		b := a
		b.shapes = nil
		for _, p := range a.shapes {
			var q polygon
			for i, r := range p {
				s := simplifyRing(r, knots, tolerance)
				if len(s) >= 3 && s.size() >= smallest {
					q = append(q, s)
				} else if i == 0 {
					break // without its outer ring a polygon is nothing
				}
			}
			if q != nil {
				b.shapes = append(b.shapes, q)
			}
		}
		out = append(out, b)
	}
	return out
}

// junctions are the places where borders meet: every place whose neighbours are not just two. They stay where they are.
func junctions(areas []area) map[point]bool {
	near := map[point]map[point]bool{}
	link := func(a, b point) {
		if near[a] == nil {
			near[a] = map[point]bool{}
		}
		near[a][b] = true
	}
	for _, a := range areas {
		for _, p := range a.shapes {
			for _, r := range p {
				for i := range r {
					q := r[(i+1)%len(r)]
					link(r[i], q)
					link(q, r[i])
				}
			}
		}
	}
	knots := map[point]bool{}
	for p, list := range near {
		if len(list) != 2 {
			knots[p] = true
		}
	}
	return knots
}

func simplifyRing(r ring, knots map[point]bool, tolerance float64) ring {
	first := slices.IndexFunc(r, func(p point) bool { return knots[p] })
	if first < 0 {
		return closed(r, tolerance)
	}
	r = append(slices.Clone(r[first:]), r[:first]...)
	r = append(r, r[0])
	var out ring
	from := 0
	for i := 1; i < len(r); i++ {
		if !knots[r[i]] {
			continue
		}
		arc := line(r[from:i+1], tolerance)
		out = append(out, arc[:len(arc)-1]...)
		from = i
	}
	return out
}

// closed simplifies a ring that meets no other. It begins at its lowest point and is cut in two at the point farthest from there, whatever side it is
// walked from.
func closed(r ring, tolerance float64) ring {
	low := 0
	for i := range r {
		if r[i].less(r[low]) {
			low = i
		}
	}
	r = append(slices.Clone(r[low:]), r[:low]...)
	far := 0
	for i := range r {
		if distance(r[i], r[0]) > distance(r[far], r[0]) || distance(r[i], r[0]) == distance(r[far], r[0]) && r[i].less(r[far]) {
			far = i
		}
	}
	there := line(r[:far+1], tolerance)
	back := line(append(slices.Clone(r[far:]), r[0]), tolerance)
	return append(there[:len(there)-1], back[:len(back)-1]...)
}

// line simplifies what lies between two fixed points (Douglas and Peucker 1973), always from the lower end, so that both neighbours get the same.
func line(points ring, tolerance float64) ring {
	n := len(points) - 1
	turn := points[n].less(points[0]) || points[0] == points[n] && points[n-1].less(points[1])
	work := slices.Clone(points)
	if turn {
		slices.Reverse(work)
	}
	keep := make([]bool, len(work))
	keep[0], keep[n] = true, true
	if work[0] == work[n] { // a loop at one junction
		far := 0
		for i := range work {
			if distance(work[i], work[0]) > distance(work[far], work[0]) {
				far = i
			}
		}
		keep[far] = true
		thin(work, keep, 0, far, tolerance)
		thin(work, keep, far, n, tolerance)
	} else {
		thin(work, keep, 0, n, tolerance)
	}
	var out ring
	for i, p := range work {
		if keep[i] {
			out = append(out, p)
		}
	}
	if turn {
		slices.Reverse(out)
	}
	return out
}

func thin(r ring, keep []bool, from, to int, tolerance float64) {
	worst, at := tolerance, -1
	for i := from + 1; i < to; i++ {
		if d := fromLine(r[i], r[from], r[to]); d > worst {
			worst, at = d, i
		}
	}
	if at < 0 {
		return
	}
	keep[at] = true
	thin(r, keep, from, at, tolerance)
	thin(r, keep, at, to, tolerance)
}

func distance(a, b point) float64 { return math.Hypot(float64(a.x-b.x), float64(a.y-b.y)) }

// fromLine is the distance of p from the stretch between a and b.
func fromLine(p, a, b point) float64 {
	length := distance(a, b)
	if length == 0 {
		return distance(p, a)
	}
	along := float64((p.x-a.x)*(b.x-a.x)+(p.y-a.y)*(b.y-a.y)) / (length * length)
	switch {
	case along <= 0:
		return distance(p, a)
	case along >= 1:
		return distance(p, b)
	}
	return math.Abs(float64((b.x-a.x)*(p.y-a.y)-(b.y-a.y)*(p.x-a.x))) / length
}
