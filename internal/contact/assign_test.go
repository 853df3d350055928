package contact

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// weigh gives what the rule looks at, in its order: units above the bound, members with nobody near, the squares of the loads.
func weigh(near [][]bool, load []int, most int, given []int) [3]int {
	now := slices.Clone(load)
	var w [3]int
	for m, c := range given {
		now[c]++
		if !near[m][c] {
			w[1]++
		}
	}
	for c, n := range now {
		w[0] += max(0, n-max(most, load[c]))
		w[2] += n * n
	}
	return w
}

func best(near [][]bool, load []int, most int) [3]int {
	given := make([]int, len(near))
	var out [3]int
	first := true
	var try func(m int)
	try = func(m int) {
		if m == len(near) {
			if w := weigh(near, load, most, given); first || slices.Compare(w[:], out[:]) < 0 {
				out, first = w, false
			}
			return
		}
		for c := range load {
			given[m] = c
			try(m + 1)
		}
	}
	try(0)
	return out
}

func some(r *rand.Rand, members, contacts, share int) (near [][]bool, load []int) {
	near, load = make([][]bool, members), make([]int, contacts)
	for m := range near {
		near[m] = make([]bool, contacts)
		for c := range near[m] {
			near[m][c] = r.IntN(100) < share
		}
	}
	for c := range load {
		load[c] = r.IntN(4)
	}
	return near, load
}

// TestNoAssignmentIsBetter: what is proposed is the best of all there are, in the order of the rule, and the same each time.
func TestNoAssignmentIsBetter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 600 {
		near, load := some(r, r.IntN(7), 1+r.IntN(4), r.IntN(100))
		most := 1 + r.IntN(4)
		given := assign(near, load, most)
		if got, want := weigh(near, load, most, given), best(near, load, most); got != want {
			t.Fatalf("near %v load %v most %d: %v costs %v, the best %v", near, load, most, given, got, want)
		}
		if !slices.Equal(given, assign(near, load, most)) {
			t.Fatal("not the same again")
		}
	}
	if got := assign([][]bool{{}, {}}, nil, 3); !slices.Equal(got, []int{-1, -1}) {
		t.Errorf("nobody to contact: %v", got)
	}
}

// TestLoadsAreEven: with many people no one is above the bound while there is room, and loads of those equally near differ by one at most.
func TestLoadsAreEven(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for round := range 12 {
		members, contacts := 20+r.IntN(200), 10+r.IntN(60)
		near, load := some(r, members, contacts, []int{0, 5, 30, 100}[round%4])
		most := 3 + r.IntN(5)
		given := assign(near, load, most)
		now, room := slices.Clone(load), 0
		for _, n := range load {
			room += max(0, most-n)
		}
		for _, c := range given {
			now[c]++
		}
		for c, n := range now {
			if room >= members && n > most && n > load[c] {
				t.Errorf("round %d: %d contacts %d, bound %d, room for %d of %d", round, c, n, most, room, members)
			}
		}
		for m, c := range given {
			for d := range now {
				if near[m][d] == near[m][c] && now[d] < now[c]-1 {
					t.Errorf("round %d: %d has %d, %d just as near has %d", round, c, now[c], d, now[d])
				}
				if near[m][d] && !near[m][c] && now[d] < most {
					t.Errorf("round %d: member %d is given to somebody far though %d has room", round, m, d)
				}
			}
		}
	}
}

// BenchmarkAssign is the largest committee of a province: 430 members without anybody, 300 who can contact.
func BenchmarkAssign(b *testing.B) {
	near, load := some(rand.New(rand.NewPCG(5, 6)), 430, 300, 12)
	for b.Loop() {
		assign(near, load, DefaultMost)
	}
}
