package contact

// assign finds for each member somebody to contact them. near[m][c] tells whether member m and contact c share a sector, a special committee or a place; load[c] is
// how many c contacts already; most is how many one person is to contact.
//
// The rule, in this order: as few as possible above most (none, when there is room for all); as many members as possible with somebody near; loads as equal as
// can be. It follows that no one is given a member while somebody just as near has two fewer. Equal choices go to who stands earlier in the list. It is
// a flow of least cost, found member by member along cheapest paths on which members already given may move on.
func assign(near [][]bool, load []int, most int) []int {
	n, k := len(near), len(load)
	given := make([]int, n)
	if k == 0 {
		for m := range given {
			given[m] = -1
		}
		return given
	}
	load = append([]int(nil), load...)
	of := make([][]int, k) // members given to a contact
	const unit = int64(1)
	far := unit << 32   // more than all that equal loads can save
	above := unit << 47 // more than all that nearness can save
	cost := func(m, c int) int64 {
		if near[m][c] {
			return 0
		}
		return far
	}
	next := func(c int) int64 { // what one more costs: squares of loads grow by 2·load+1
		out := int64(2*load[c] + 1)
		if load[c] >= most {
			out += above
		}
		return out
	}
	dist, from, moved, queued := make([]int64, k), make([]int, k), make([]int, k), make([]bool, k)
	var queue []int
	for m := range n {
		queue = queue[:0]
		for c := range k {
			dist[c], from[c], moved[c], queued[c] = cost(m, c), -1, m, true
			queue = append(queue, c)
		}
		for i := 0; i < len(queue); i++ {
			c := queue[i]
			queued[c] = false
			for _, x := range of[c] {
				base := dist[c] - cost(x, c)
				for d := range k {
					if d == c {
						continue
					}
					if through := base + cost(x, d); through < dist[d] {
						dist[d], from[d], moved[d] = through, c, x
						if !queued[d] {
							queued[d] = true
							queue = append(queue, d)
						}
					}
				}
			}
		}
		best := 0
		for c := 1; c < k; c++ {
			if dist[c]+next(c) < dist[best]+next(best) {
				best = c
			}
		}
		load[best]++
		for c := best; ; c = from[c] {
			x := moved[c]
			if from[c] >= 0 {
				of[from[c]] = without(of[from[c]], x)
			}
			of[c] = append(of[c], x)
			given[x] = c
			if from[c] < 0 {
				break
			}
		}
	}
	return given
}

func without(list []int, x int) []int {
	for i, v := range list {
		if v == x {
			return append(list[:i], list[i+1:]...)
		}
	}
	return list
}
