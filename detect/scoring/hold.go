package scoring

import (
	"context"

	"blemish/geom"
	"blemish/seed"
)

// Holding out: each sound scan is held against what is known without it.

// mostParts is how many times something is held out: with more scans, several at once.
const mostParts = 8

// Held is some of the sound points, held against the part that the others show.
type Held struct {
	*Scan
	Index []int32 // which of the sound points they are
	Usual *Usual  // what is usual in the others
}

// Parts tells for each sound point with which others it is held out, by the scan that each
// is from: its own scan, a few scans together where there are more than eight, or a random
// half of the only one. detector names the stream that halves are drawn from.
func Parts(owner []int32, scans int, detector string, root uint64) []int32 {
	parts := make([]int32, len(owner))
	if scans > 1 {
		for i, o := range owner {
			parts[i] = int32(int(o) * min(scans, mostParts) / scans)
		}
		return parts
	}
	for rank, i := range halving(len(owner), detector, root) {
		parts[i] = int32(rank % 2)
	}
	return parts
}

// Halves cuts a scan into two at random.
func Halves(points []geom.Vec3, detector string, root uint64) [][]geom.Vec3 {
	out := make([][]geom.Vec3, 2)
	for rank, i := range halving(len(points), detector, root) {
		out[rank%2] = append(out[rank%2], points[i])
	}
	return out
}

func halving(n int, detector string, root uint64) []int32 {
	return seed.Stream(root, detector, "halves").Perm(n)
}

// Split divides points by what is held out; where nothing is left, nothing is held out.
func Split(points []geom.Vec3, owner []int32, part int32) (index []int32, own, others []geom.Vec3) {
	for i, o := range owner {
		if o == part {
			index, own = append(index, int32(i)), append(own, points[i])
		} else {
			others = append(others, points[i])
		}
	}
	if others == nil {
		others = points
	}
	return index, own, others
}

// Hold holds part of the sound points, which are in the part's frame and unit, against the
// surface of the others. owner tells for each which part it is in.
func (r *Reference) Hold(ctx context.Context, points []geom.Vec3, owner []int32, part int32) (*Held, error) {
	index, own, others := Split(points, owner, part)
	known := r.Part
	var err error
	if known != nil {
		if known, err = r.Part.Without(ctx, r.Workers, others); err != nil {
			return nil, err
		}
	}
	scan, err := r.Look(ctx, known, own, Taken{})
	return &Held{Scan: scan, Index: index}, err
}
