package spatial

import (
	"math"
	"math/bits"

	"blemish/geom"
	"blemish/internal/pages"
)

// The voxel grid.

// VoxelDownsample replaces the points of each cubic cell of the given edge by
// their mean. The grid starts half an edge below the smallest coordinates, as
// Open3D's does. Voxels are in the order in which their first point appears;
// owner[i] is the voxel of point i, -1 where the point is not finite. A size that
// is not positive merges only points at the same place.
func VoxelDownsample(points []geom.Vec3, size float64) (centroids []geom.Vec3, owner []int32) {
	owner = pages.Make[int32](len(points))
	low, high, ok := extent(points)
	if !ok {
		for i := range owner {
			owner[i] = -1
		}
		return nil, owner
	}
	if math.IsInf(size, 1) {
		size = math.MaxFloat64 / 4
	}
	origin := low.Sub(geom.Vec{X: size / 2, Y: size / 2, Z: size / 2})
	side := high.Sub(origin)
	var count int
	if size > 0 && max(side.X, side.Y, side.Z)/size < 1<<cellBits-1 {
		count = voxelsByNumber(points, origin, size, owner)
	} else {
		count = voxelsByPlace(points, origin, size, owner)
	}
	return means(points, owner, count), owner
}

// means returns the mean of the points of each owner.
func means(points []geom.Vec3, owner []int32, count int) []geom.Vec3 {
	type sum struct{ x, y, z, n float64 }
	sums := pages.Make[sum](count)
	for i, o := range owner[:len(points)] {
		if o < 0 {
			continue
		}
		s, p := &sums[o], &points[i]
		s.x += float64(p.X)
		s.y += float64(p.Y)
		s.z += float64(p.Z)
		s.n++
	}
	out := pages.Make[geom.Vec3](count)
	for i, s := range sums {
		out[i] = geom.Vec{X: s.x / s.n, Y: s.y / s.n, Z: s.z / s.n}.F()
	}
	return out
}

// extent is the range of the finite points; false where there are none.
func extent(points []geom.Vec3) (low, high geom.Vec, ok bool) {
	lowX, lowY, lowZ := inf32, inf32, inf32
	highX, highY, highZ := -inf32, -inf32, -inf32
	for i := range points {
		p := points[i]
		if !p.Finite() {
			continue
		}
		if p.X < lowX {
			lowX = p.X
		}
		if p.X > highX {
			highX = p.X
		}
		if p.Y < lowY {
			lowY = p.Y
		}
		if p.Y > highY {
			highY = p.Y
		}
		if p.Z < lowZ {
			lowZ = p.Z
		}
		if p.Z > highZ {
			highZ = p.Z
		}
	}
	return geom.Vec3{X: lowX, Y: lowY, Z: lowZ}.D(), geom.Vec3{X: highX, Y: highY, Z: highZ}.D(), lowX <= highX
}

// cellBits is the number of bits of a cell's place along one axis.
const cellBits = 21

// voxelsByNumber finds the cells of a grid that is small enough for a cell's
// place to fit into 63 bits, by hashing, and returns how many there are.
func voxelsByNumber(points []geom.Vec3, origin geom.Vec, size float64, owner []int32) int {
	slots := 1024
	for slots < len(points)/2 && slots < 1<<16 {
		slots *= 2
	}
	table := newCellTable(slots)
	for i := range points {
		p := points[i]
		if !p.Finite() {
			owner[i] = -1
			continue
		}
		// Not negative, so that conversion rounds down.
		x := uint64(int64((float64(p.X) - origin.X) / size))
		y := uint64(int64((float64(p.Y) - origin.Y) / size))
		z := uint64(int64((float64(p.Z) - origin.Z) / size))
		owner[i] = table.number(x<<(2*cellBits) | y<<cellBits | z)
	}
	return int(table.used)
}

// cellTable numbers places of cells in order of appearance: open addressing with
// linear probing.
type cellTable struct {
	slots []cellSlot
	shift uint
	used  int32
}

type cellSlot struct {
	place  uint64
	number int32 // of the cell, plus 1; 0 where the slot is free
}

// newCellTable makes a table of size slots, a power of two.
func newCellTable(size int) *cellTable {
	return &cellTable{slots: pages.Make[cellSlot](size), shift: uint(65 - bits.Len(uint(size)))}
}

// number returns the number of the cell at a place.
func (t *cellTable) number(place uint64) int32 {
	slot := t.slot(place)
	if slot.number == 0 {
		t.used++
		*slot = cellSlot{place, t.used}
		if int(t.used) > len(t.slots)/2 {
			t.grow()
		}
		return t.used - 1
	}
	return slot.number - 1
}

// slot returns the slot of a place, or the free one where it belongs.
func (t *cellTable) slot(place uint64) *cellSlot {
	slots := t.slots
	// Fibonacci hashing: the golden ratio's multiple spreads neighbours far apart.
	for at := place * 0x9E3779B97F4A7C15 >> t.shift; ; at++ {
		slot := &slots[at&uint64(len(slots)-1)]
		if slot.place == place || slot.number == 0 {
			return slot
		}
	}
}

func (t *cellTable) grow() {
	larger := newCellTable(4 * len(t.slots))
	larger.used = t.used
	for _, slot := range t.slots {
		if slot.number > 0 {
			*larger.slot(slot.place) = slot
		}
	}
	*t = *larger
}

// voxelsByPlace is for grids of more cells, and for none: a cell is known by its
// rounded coordinates, a point without a grid by its own.
func voxelsByPlace(points []geom.Vec3, origin geom.Vec, size float64, owner []int32) int {
	numbers := map[[3]float64]int32{}
	for i, p := range points {
		if !p.Finite() {
			owner[i] = -1
			continue
		}
		v := p.D()
		place := [3]float64{v.X + 0, v.Y + 0, v.Z + 0} // + 0 makes one of -0 and 0
		if size > 0 {
			for a, c := range [3]float64{v.X - origin.X, v.Y - origin.Y, v.Z - origin.Z} {
				place[a] = math.Floor(c / size)
			}
		}
		o, ok := numbers[place]
		if !ok {
			o = int32(len(numbers))
			numbers[place] = o
		}
		owner[i] = o
	}
	return len(numbers)
}
