package main

import (
	"slices"
	"testing"
)

// square is a w by w square with a point at every step of its border, so that there is something to simplify.
func square(x, y, w int) ring {
	var r ring
	for i := range w {
		r = append(r, point{x + i, y})
	}
	for i := range w {
		r = append(r, point{x + w, y + i})
	}
	for i := range w {
		r = append(r, point{x + w - i, y + w})
	}
	for i := range w {
		r = append(r, point{x, y + w - i})
	}
	return r
}

func TestDissolveDropsWhatIsShared(t *testing.T) {
	a := area{shapes: []polygon{{square(0, 0, 10)}}}
	b := area{shapes: []polygon{{square(10, 0, 10)}}}
	shapes := dissolve([]area{a, b})
	if len(shapes) != 1 || len(shapes[0]) != 1 || shapes[0][0].size() != 200 {
		t.Fatalf("two neighbours gave %v", shapes)
	}
	apart := dissolve([]area{a, {shapes: []polygon{{square(50, 0, 10)}}}})
	if len(apart) != 2 {
		t.Fatalf("two areas apart gave %d shapes", len(apart))
	}
	hole := dissolve([]area{{shapes: []polygon{{square(0, 0, 40), square(10, 10, 10)}}}})
	if len(hole) != 1 || len(hole[0]) != 2 {
		t.Fatalf("an area with a hole gave %v", hole)
	}
}

func TestNeighboursStayTogether(t *testing.T) {
	// The shared border has a dent that is worth keeping and wobbles that are not.
	left := ring{{0, 0}, {100, 0}, {101, 20}, {99, 40}, {80, 50}, {100, 60}, {101, 80}, {100, 100}, {0, 100}}
	right := ring{{200, 100}, {100, 100}, {101, 80}, {100, 60}, {80, 50}, {99, 40}, {101, 20}, {100, 0}, {200, 0}}
	got := simplify([]area{{shapes: []polygon{{left}}}, {shapes: []polygon{{right}}}}, 5)
	onBorder := func(r ring) ring {
		b := slices.DeleteFunc(slices.Clone(r), func(p point) bool { return p.x == 0 || p.x == 200 })
		slices.SortFunc(b, func(p, q point) int { return p.y - q.y })
		return b
	}
	a, b := onBorder(got[0].shapes[0][0]), onBorder(got[1].shapes[0][0])
	if !slices.Equal(a, b) {
		t.Fatalf("the shared border differs: %v and %v", a, b)
	}
	if !slices.Contains(a, point{80, 50}) || len(a) >= 8 {
		t.Fatalf("the border became %v", a)
	}
	if total := got[0].shapes[0][0].size() + got[1].shapes[0][0].size(); total != 20000 {
		t.Fatalf("both together cover %v, want 20000", total)
	}
}
