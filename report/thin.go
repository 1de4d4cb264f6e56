package report

// Which points of a scan the page shows, and in what order.

import (
	"slices"

	"blemish/geom"
	"blemish/internal/stat"
)

// mortonOrder is the order of points along the Z-curve in a box of 2^16 cells a
// side (Morton 1966), ties by index. Neighbours in the order are close in space,
// so differences along it are small.
func mortonOrder(points []geom.Vec3, box geom.Box) []int32 {
	size := box.Size()
	cell := max(size.X, size.Y, size.Z) / 65535
	if !(cell > 0) {
		cell = 1
	}
	keys := make([]uint64, len(points))
	order := make([]int32, len(points))
	for i, p := range points {
		v := p.D().Sub(box.Min)
		keys[i] = spread(v.X/cell)<<2 | spread(v.Y/cell)<<1 | spread(v.Z/cell)
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		switch {
		case keys[a] < keys[b]:
			return -1
		case keys[a] > keys[b]:
			return 1
		}
		return int(a - b)
	})
	return order
}

// spread puts the 16 bits of v at every third place.
func spread(v float64) uint64 {
	x := uint64(min(max(v, 0), 65535))
	x = (x | x<<16) & 0x0000ff0000ff
	x = (x | x<<8) & 0x00f00f00f00f
	x = (x | x<<4) & 0x0c30c30c30c3
	return (x | x<<2) & 0x249249249249
}

// thin picks at most limit of the ordered points. Those that matter stay as long
// as they fit into three quarters of the limit; of the rest every so many-th
// along the order, which thins all parts of the surface alike.
func thin(order []int32, limit int, matters func(int32) bool) []int32 {
	if len(order) <= limit {
		return order
	}
	var first, rest []int32
	for _, i := range order {
		if matters(i) {
			first = append(first, i)
		} else {
			rest = append(rest, i)
		}
	}
	first = stat.Every(first, max(limit*3/4, limit-len(rest)))
	rest = stat.Every(rest, limit-len(first))
	keep := make(map[int32]bool, limit)
	for _, i := range first {
		keep[i] = true
	}
	for _, i := range rest {
		keep[i] = true
	}
	out := make([]int32, 0, len(keep))
	for _, i := range order {
		if keep[i] {
			out = append(out, i)
		}
	}
	return out
}
