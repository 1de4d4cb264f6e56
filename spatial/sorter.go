package spatial

import (
	"math"
	"slices"
)

// Sorting of candidates by (distance, index).

// key is a neighbour as one number: its order is that of (Dist2, Index), since
// squared distances are never negative.
type key uint64

func makeKey(dist2 float32, index int32) key {
	return key(math.Float32bits(dist2))<<32 | key(uint32(index))
}

func (k key) dist2() float32     { return math.Float32frombits(uint32(k >> 32)) }
func (k key) index() int32       { return int32(uint32(k)) }
func (k key) neighbor() Neighbor { return Neighbor{k.index(), k.dist2()} }

const (
	// maxBuckets is the most buckets of a sort.
	maxBuckets = 512
	// crowded is the number of keys in one bucket from which on another sort is
	// faster than insertion.
	crowded = 24
)

// sorter is the working memory of sortCandidates.
type sorter struct {
	keys   []key
	bucket []uint16
	starts [maxBuckets + 1]int32
}

// sortCandidates leaves the min(k, n) nearest of the n candidates in ascending
// order at the front of keys. On a surface the number of points within a distance
// grows with its square, so squared distances fall evenly into buckets of equal
// width: one pass counts them, one puts the keys in place, and an insertion sort
// mends the order within buckets. Buckets beyond the k-th key are left out.
func (s *search) sortCandidates(k int) {
	n := s.n
	d, id := s.d[:n], s.id[:n]
	if cap(s.keys) < n+lanes {
		s.keys, s.bucket = make([]key, 2*n+lanes), make([]uint16, 2*n+lanes)
	}
	s.keys = s.keys[:cap(s.keys)]
	if rankSort(s.d, s.id, n, s.keys) {
		return
	}
	far := s.bound
	if s.k == 0 || far == inf32 {
		// The bound may lie far beyond the candidates.
		far = 0
		for _, v := range d {
			if v > far {
				far = v
			}
		}
	}
	count := 64
	for count < n && count < maxBuckets {
		count *= 2
	}
	scale := float32(count) / far
	if n < 8 || n > 4*maxBuckets || !(scale < math.MaxFloat32) || !(far < math.MaxFloat32) {
		for i, v := range d {
			s.keys[i] = makeKey(v, id[i])
		}
		if n < 8 {
			insertionSort(s.keys[:n])
		} else {
			slices.Sort(s.keys[:n])
		}
		return
	}
	starts, last := &s.starts, uint32(count-1)
	clear(starts[:count+1])
	bucket := s.bucket[:n]
	for i, v := range d {
		b := min(uint32(int32(v*scale)), last)
		bucket[i] = uint16(b)
		starts[b&(maxBuckets-1)]++
	}
	// Counts become starts, up to the bucket that holds the k-th key.
	total, most, cut := int32(0), int32(0), uint16(0)
	for b := range starts[:count] {
		c := starts[b]
		starts[b] = total
		total += c
		most = max(most, c)
		cut = uint16(b)
		if total >= int32(k) {
			break
		}
	}
	keys := s.keys[:total]
	for i, b := range bucket {
		if b <= cut {
			at := starts[b&(maxBuckets-1)]
			starts[b&(maxBuckets-1)] = at + 1
			keys[at] = makeKey(d[i], id[i])
		}
	}
	if most > crowded {
		slices.Sort(keys)
	} else {
		insertionSort(keys)
	}
}

func insertionSort(keys []key) {
	for i := 1; i < len(keys); i++ {
		k := keys[i]
		j := i
		for ; j > 0 && keys[j-1] > k; j-- {
			keys[j] = keys[j-1]
		}
		keys[j] = k
	}
}
