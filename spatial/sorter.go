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

// sorter is the working memory of sortCandidates.
type sorter struct{ keys []key }

// sortCandidates leaves the k nearest candidates in ascending order in keys[:k].
func (s *search) sortCandidates(k int) {
	s.keys = s.keys[:0]
	for i, d := range s.d[:s.n] {
		s.keys = append(s.keys, makeKey(d, s.id[i]))
	}
	slices.Sort(s.keys)
}
