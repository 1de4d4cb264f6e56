package spatial

// The kernels of farthest point sampling in plain Go: the reference for those in
// assembly.

// nearerBoxesGeneric returns a bit for each of the 16 boxes of a group that is
// nearer to q, in squared distance, than its limit.
func nearerBoxesGeneric(q *[3]float32, group *[groupFloats]float32, limit *[lanes]float32) uint32 {
	var dist [lanes]float32
	boxDistGeneric(q, 0, group, &dist)
	var mask uint32
	for i, d := range dist {
		if d < limit[i] {
			mask |= 1 << i
		}
	}
	return mask
}

// lowerGroupGeneric lowers dist of each point to its squared distance from q, in
// those blocks of a group that are nearer than their limit, and sets the limit of
// these blocks to the greatest of their 16 dist.
func lowerGroupGeneric(q *[3]float32, group *[groupFloats]float32, limit *[lanes]float32, coords, dist []float32) {
	mask := nearerBoxesGeneric(q, group, limit)
	for b := 0; mask != 0; b, mask = b+1, mask>>1 {
		if mask&1 == 0 {
			continue
		}
		block := (*[blockFloats]float32)(coords[b*blockFloats:])
		low := (*[lanes]float32)(dist[b*lanes:])
		for i := range low {
			d := dist2(block[i]-q[0], block[lanes+i]-q[1], block[2*lanes+i]-q[2])
			if d < low[i] {
				low[i] = d
			}
		}
		limit[b] = maxOf(low)
	}
}

func maxOf(values *[lanes]float32) float32 {
	most := values[0]
	for _, v := range values[1:] {
		if v > most {
			most = v
		}
	}
	return most
}
