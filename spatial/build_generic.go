package spatial

// What building a tree spends its time with, in plain Go.

// partition moves the items below pivot to the front, and the others behind them,
// each in the order that they have, and returns how many are below. above is room for
// as many items. It has no branch that the values decide.
func partition(items []item, axis int, pivot float32, above []item) int {
	below, done := partitionMost(items, axis, pivot, above)
	rest := done - below
	above = above[:len(items)]
	for i := done; i < len(items); i++ {
		it := items[i]
		items[below], above[rest] = it, it
		less := 0
		if it.p[axis] < pivot {
			less = 1
		}
		below += less
		rest += 1 - less
	}
	copy(items[below:], above[:rest])
	return below
}

// spanGeneric is the extent of every step-th of the items along each axis.
func spanGeneric(items []item, step int) (low, high [3]float32) {
	first := &items[0].p
	lowX, lowY, lowZ := first[0], first[1], first[2]
	highX, highY, highZ := lowX, lowY, lowZ
	for i := 0; i < len(items); i += step {
		// Comparisons that rarely hold are faster than minima.
		p := &items[i].p
		x, y, z := p[0], p[1], p[2]
		if x < lowX {
			lowX = x
		}
		if x > highX {
			highX = x
		}
		if y < lowY {
			lowY = y
		}
		if y > highY {
			highY = y
		}
		if z < lowZ {
			lowZ = z
		}
		if z > highZ {
			highZ = z
		}
	}
	return [3]float32{lowX, lowY, lowZ}, [3]float32{highX, highY, highZ}
}
