package mesh

// edgeTable maps undirected edges to numbers given in order of first sight. It is
// an open-addressing hash table: a few times faster than a Go map, and its
// numbering does not depend on the hash.
type edgeTable struct {
	slot []int32 // index into key plus one, 0 for empty
	key  []uint64
	mask uint64
}

func newEdgeTable(expect int) *edgeTable {
	size := 16
	for size < 2*expect {
		size *= 2
	}
	return &edgeTable{slot: make([]int32, size), mask: uint64(size - 1), key: make([]uint64, 0, expect)}
}

// edgeKey is the same for (a, b) and (b, a).
func edgeKey(a, b int32) uint64 {
	if a > b {
		a, b = b, a
	}
	return uint64(uint32(a))<<32 | uint64(uint32(b))
}

// mix spreads a key over all bits (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// add returns the number of edge (a, b), a new one where it was not there yet.
func (t *edgeTable) add(a, b int32) (number int32, fresh bool) {
	k := edgeKey(a, b)
	i := mix(k) & t.mask
	for t.slot[i] != 0 {
		if n := t.slot[i] - 1; t.key[n] == k {
			return n, false
		}
		i = (i + 1) & t.mask
	}
	t.key = append(t.key, k)
	t.slot[i] = int32(len(t.key))
	if 2*len(t.key) > len(t.slot) {
		t.grow()
	}
	return int32(len(t.key) - 1), true
}

// find returns the number of edge (a, b), -1 where there is none.
func (t *edgeTable) find(a, b int32) int32 {
	k := edgeKey(a, b)
	for i := mix(k) & t.mask; t.slot[i] != 0; i = (i + 1) & t.mask {
		if n := t.slot[i] - 1; t.key[n] == k {
			return n
		}
	}
	return -1
}

func (t *edgeTable) grow() {
	t.slot = make([]int32, 2*len(t.slot))
	t.mask = uint64(len(t.slot) - 1)
	for n, k := range t.key {
		i := mix(k) & t.mask
		for t.slot[i] != 0 {
			i = (i + 1) & t.mask
		}
		t.slot[i] = int32(n + 1)
	}
}

// ends returns the two vertices of edge n, the lower first.
func (t *edgeTable) ends(n int32) (a, b int32) {
	return int32(uint32(t.key[n] >> 32)), int32(uint32(t.key[n]))
}
