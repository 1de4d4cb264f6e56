package spatial

import "slices"

// Selection of the median while a tree is built.

// selectNth reorders items so that along the axis none before place n is greater
// than any from n on (Hoare's selection; pivot the median of three, of nine in
// long ranges). Input that defeats the pivots is sorted instead.
func selectNth(items []item, n, axis int) {
	lo, hi := 0, len(items)-1
	for tries := 0; lo < hi; tries++ {
		if tries > 64 {
			slices.SortFunc(items[lo:hi+1], func(a, b item) int {
				switch {
				case a.p[axis] < b.p[axis]:
					return -1
				case a.p[axis] > b.p[axis]:
					return 1
				}
				return int(a.id) - int(b.id)
			})
			return
		}
		pivot := choosePivot(items[lo:hi+1], axis)
		i, j := lo, hi
		for i <= j {
			for items[i].p[axis] < pivot {
				i++
			}
			for items[j].p[axis] > pivot {
				j--
			}
			if i <= j {
				items[i], items[j] = items[j], items[i]
				i++
				j--
			}
		}
		switch {
		case n <= j:
			hi = j
		case n >= i:
			lo = i
		default:
			return
		}
	}
}

func choosePivot(items []item, axis int) float32 {
	n := len(items)
	at := func(i int) float32 { return items[i].p[axis] }
	if n < 64 {
		return medianOf3(at(0), at(n/2), at(n-1))
	}
	s := n / 8
	return medianOf3(
		medianOf3(at(0), at(s), at(2*s)),
		medianOf3(at(3*s), at(4*s), at(5*s)),
		medianOf3(at(6*s), at(7*s), at(n-1)))
}

func medianOf3(a, b, c float32) float32 {
	return max(min(a, b), min(max(a, b), c))
}
