package spatial

import (
	"blemish/geom"
	"blemish/internal/pages"
)

// An order in which neighbours in the list are mostly neighbours in space, quicker
// to find than a tree's.

const (
	// fewBits and manyBits are the numbers of bits of a place along one axis: for up
	// to manyCurved points the cells of the first hold few enough.
	fewBits, manyBits = 7, 10
	manyCurved        = 1 << 16
	// digitBits is the number of bits that one pass of sorting takes.
	digitBits = 11
)

// curveOrder lists the points' indices along the Z-order curve (Morton, 1966)
// through the cells of a grid over their box, 128 a side, or 1,024 for many points;
// by index within a cell, and points that are not finite in the first.
func curveOrder(points []geom.Vec3) []int32 {
	order := pages.Make[int32](len(points))
	low, high, ok := extent(points)
	size := high.Sub(low)
	side := max(size.X, size.Y, size.Z)
	if !ok || !(side > 0) {
		for i := range order {
			order[i] = int32(i)
		}
		return order
	}
	bits := fewBits
	if len(points) > manyCurved {
		bits = manyBits
	}
	cells := 1 << bits
	scale := float64(cells) / side
	keys := pages.Make[uint32](len(points))
	place := func(v float32, low float64) uint32 {
		return spread[min(int((float64(v)-low)*scale), cells-1)]
	}
	for i, p := range points {
		if p.Finite() {
			keys[i] = place(p.X, low.X)<<2 | place(p.Y, low.Y)<<1 | place(p.Z, low.Z)
		}
	}
	// Sorted by digits, the last first.
	from, to := order, pages.Make[int32](len(points))
	for i := range from {
		from[i] = int32(i)
	}
	for shift := 0; shift < 3*bits; shift += digitBits {
		var start [1<<digitBits + 1]int32
		for _, k := range keys {
			start[k>>shift&(1<<digitBits-1)+1]++
		}
		for d := range start[1:] {
			start[d+1] += start[d]
		}
		for _, i := range from {
			d := keys[i] >> shift & (1<<digitBits - 1)
			to[start[d]] = i
			start[d]++
		}
		from, to = to, from
	}
	return from
}

// spread moves the bits of a place apart, two places free between them.
var spread = func() (table [1 << manyBits]uint32) {
	for i := range table {
		for bit := range manyBits {
			table[i] |= uint32(i>>bit&1) << (3 * bit)
		}
	}
	return table
}()
