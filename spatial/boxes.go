package spatial

import (
	"math"

	"blemish/internal/pages"
)

// The blocks of a tree and the boxes above them.

// fill writes items into blocks.
func (t *Tree) fill(items []item) {
	blocks := (len(items) + lanes - 1) / lanes
	t.coords = pages.Make[float32](blocks * blockFloats)
	t.ids = pages.Make[int32](blocks * lanes)
	for i := len(items); i < len(t.ids); i++ {
		t.ids[i] = -1
		for a := 0; a < 3; a++ {
			t.coords[i/lanes*blockFloats+a*lanes+i%lanes] = float32(math.NaN())
		}
	}
	for i, it := range items {
		t.order[i], t.ids[i] = it.id, it.id
		block := t.coords[i/lanes*blockFloats:]
		block[i%lanes], block[lanes+i%lanes], block[2*lanes+i%lanes] = it.p[0], it.p[1], it.p[2]
	}
}

// raise builds the levels of boxes over the blocks.
func (t *Tree) raise() {
	blocks := len(t.ids) / lanes
	if blocks == 0 {
		return
	}
	level, lowest := emptyGroups(blocks), lowestRow(blocks)
	for b := 0; b < blocks; b++ {
		count := min(lanes, t.finite-b*lanes)
		block := t.coords[b*blockFloats:]
		for a := 0; a < 3; a++ {
			values := block[a*lanes : a*lanes+count]
			setSide(level, b, a, values, values)
		}
		lowest[b] = leastIndex(t.ids[b*lanes : b*lanes+count])
	}
	t.levels, t.lowest = raiseGroups(level, blocks), [][]int32{lowest}
	for count := blocks; count > lanes; {
		groups := (count + lanes - 1) / lanes
		next := lowestRow(groups)
		for g := range groups {
			next[g] = leastIndex(lowest[g*lanes : (g+1)*lanes])
		}
		t.lowest = append(t.lowest, next)
		lowest, count = next, groups
	}
}

// raiseGroups builds the levels above count boxes in groups of 16, up to a single
// group.
func raiseGroups(level []float32, count int) [][]float32 {
	levels := [][]float32{level}
	for count > lanes {
		groups := (count + lanes - 1) / lanes
		next := emptyGroups(groups)
		for g := 0; g < groups; g++ {
			used := min(lanes, count-g*lanes)
			for a := 0; a < 3; a++ {
				low := level[g*groupFloats+a*lanes:]
				high := level[g*groupFloats+(3+a)*lanes:]
				setSide(next, g, a, low[:used], high[:used])
			}
		}
		levels = append(levels, next)
		level, count = next, groups
	}
	return levels
}

// emptyGroups makes room for n boxes, all of them NaN.
func emptyGroups(n int) []float32 {
	groups := pages.Make[float32]((n + lanes - 1) / lanes * groupFloats)
	for i := range groups {
		groups[i] = float32(math.NaN())
	}
	return groups
}

// lowestRow makes room for the lowest indices of n boxes.
func lowestRow(n int) []int32 {
	row := make([]int32, (n+lanes-1)/lanes*lanes)
	for i := range row {
		row[i] = math.MaxInt32
	}
	return row
}

// setSide writes the extent along one axis of box b: the least of low and the
// greatest of high.
func setSide(level []float32, b, axis int, low, high []float32) {
	lo, hi := low[0], high[0]
	// Comparisons that rarely hold are faster than minima.
	for _, v := range low {
		if v < lo {
			lo = v
		}
	}
	for _, v := range high {
		if v > hi {
			hi = v
		}
	}
	group := level[b/lanes*groupFloats:]
	group[axis*lanes+b%lanes] = lo
	group[(3+axis)*lanes+b%lanes] = hi
}

func leastIndex(ids []int32) int32 {
	least := ids[0]
	for _, id := range ids {
		least = min(least, id)
	}
	return least
}

// box returns the extent of a box of a level.
func (t *Tree) box(level, b int) (low, high [3]float32) {
	group := t.levels[level][b/lanes*groupFloats:]
	for a := 0; a < 3; a++ {
		low[a], high[a] = group[a*lanes+b%lanes], group[(3+a)*lanes+b%lanes]
	}
	return low, high
}

// span is the range of places in tree order below a box of a level.
func (t *Tree) span(level, b int) (lo, hi int) {
	size := lanes << (4 * level)
	return b * size, min((b+1)*size, t.finite)
}

// farthest2 is the squared distance from q to the farthest corner of a box. As
// rounding is monotonic, no point of the box is farther in rounded distance.
func farthest2(q, low, high [3]float32) float32 {
	return dist2(
		max(q[0]-low[0], high[0]-q[0]),
		max(q[1]-low[1], high[1]-q[1]),
		max(q[2]-low[2], high[2]-q[2]))
}
