package spatial

// The kernels in plain Go: the reference for those in assembly, which return the
// same bytes.

// dist2 is the distance that the whole package uses.
func dist2(dx, dy, dz float32) float32 {
	return float32(float32(dx*dx)+float32(dy*dy)) + float32(dz*dz)
}

// gap is the distance along one axis from q to the interval [lo, hi]; NaN for a
// box that is not there. Rounding is monotonic, so no point of a box is nearer, in
// rounded distance, than the box.
func gap(q, lo, hi float32) float32 {
	g, h := lo-q, q-hi
	if h > g {
		g = h
	}
	if g < 0 {
		g = 0
	}
	return g
}

// boxDistGeneric writes the squared distances from q to the 16 boxes of a group
// and returns a bit for each that is at most bound.
func boxDistGeneric(q *[3]float32, bound float32, group *[groupFloats]float32, dist *[lanes]float32) uint32 {
	var mask uint32
	for i := 0; i < lanes; i++ {
		d := dist2(
			gap(q[0], group[i], group[3*lanes+i]),
			gap(q[1], group[lanes+i], group[4*lanes+i]),
			gap(q[2], group[2*lanes+i], group[5*lanes+i]))
		dist[i] = d
		if d <= bound {
			mask |= 1 << i
		}
	}
	return mask
}

// scanGroupGeneric writes the points at most bound away that lie in the blocks of
// a group into d and id, in tree order, and returns how many there are. d and id
// need room for 256 more than are written.
func scanGroupGeneric(q *[3]float32, bound float32, group *[groupFloats]float32, coords []float32, ids []int32, d []float32, id []int32) int {
	var boxes [lanes]float32
	mask := boxDistGeneric(q, bound, group, &boxes)
	n := 0
	for b := 0; mask != 0; b, mask = b+1, mask>>1 {
		if mask&1 == 0 {
			continue
		}
		block := (*[blockFloats]float32)(coords[b*blockFloats:])
		names := (*[lanes]int32)(ids[b*lanes:])
		for i := 0; i < lanes; i++ {
			v := dist2(block[i]-q[0], block[lanes+i]-q[1], block[2*lanes+i]-q[2])
			if v <= bound {
				d[n], id[n] = v, names[i]
				n++
			}
		}
	}
	return n
}

// splitKeysGeneric writes the indices and squared distances of keys. index and dist2
// need room for lanes more than are written.
func splitKeysGeneric(keys []key, index []int32, dist2 []float32) {
	index, dist2 = index[:len(keys)], dist2[:len(keys)]
	for i, k := range keys {
		index[i] = k.index()
	}
	for i, k := range keys {
		dist2[i] = k.dist2()
	}
}
