package mesh

import (
	"math"

	"blemish/geom"
)

// tripleTable numbers triples of integers in order of first sight, as edgeTable
// does pairs: the places of vertices, and the vertices of faces.
type tripleTable struct {
	slot []int32 // index into key plus one, 0 for empty
	key  [][3]uint32
	mask uint64
}

func newTripleTable(expect int) *tripleTable {
	size := 16
	for size < 2*expect {
		size *= 2
	}
	return &tripleTable{slot: make([]int32, size), mask: uint64(size - 1), key: make([][3]uint32, 0, expect)}
}

func (t *tripleTable) hash(k [3]uint32) uint64 {
	return mix(uint64(k[0])<<32|uint64(k[1])) + mix(uint64(k[2])^0x9e3779b97f4a7c15)
}

// add returns the number of k, a new one where it was not there yet.
func (t *tripleTable) add(k [3]uint32) (number int32, fresh bool) {
	i := t.hash(k) & t.mask
	for ; t.slot[i] != 0; i = (i + 1) & t.mask {
		if n := t.slot[i] - 1; t.key[n] == k {
			return n, false
		}
	}
	t.key = append(t.key, k)
	t.slot[i] = int32(len(t.key))
	if 2*len(t.key) > len(t.slot) {
		t.slot = make([]int32, 2*len(t.slot))
		t.mask = uint64(len(t.slot) - 1)
		for n, k := range t.key {
			i := t.hash(k) & t.mask
			for t.slot[i] != 0 {
				i = (i + 1) & t.mask
			}
			t.slot[i] = int32(n + 1)
		}
	}
	return int32(len(t.key) - 1), true
}

// placeKey is the same for vertices at one place; -0 and 0 are one place.
func placeKey(p geom.Vec3) [3]uint32 {
	return [3]uint32{math.Float32bits(p.X + 0), math.Float32bits(p.Y + 0), math.Float32bits(p.Z + 0)}
}

// faceKey is the same for faces over the same vertices in any order.
func faceKey(t [3]int32) [3]uint32 {
	t = sorted(t)
	return [3]uint32{uint32(t[0]), uint32(t[1]), uint32(t[2])}
}
