package register

import (
	"context"
	"math"
	"slices"

	"blemish/feature"
	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"
	"blemish/task"
)

// Poses from points that look alike: FPFH matches and random triples of them.
// They do not need the clouds to show the same part of the surface.

const (
	// describedPoints is about the number of reference points with a descriptor.
	describedPoints = 1500
	// queries is the most scan points that are matched.
	queries = 400
	// rivals is the number of reference points that a scan point may match.
	rivals = 3
	// draws is the number of triples tried for each choice of the normals' side.
	draws = 20000
	// drawChunk is the number of draws that share a random stream.
	drawChunk = 500
	// keepPerChunk poses of each chunk of draws go on.
	keepPerChunk = 3
)

// looks is a thinned cloud with oriented normals and descriptors.
type looks struct {
	points, normals []geom.Vec3
	edge            float64 // of the thinning
	fpfh            []float32
}

// newLooks describes a cloud; edge 0 chooses it so that about describedPoints are
// left.
func newLooks(ctx context.Context, workers int, b *body, edge float64) (*looks, error) {
	l := &looks{edge: edge}
	var index []int32
	if edge == 0 {
		index, l.edge = thinTo(b.full.points, describedPoints, 0.03)
		l.edge = max(l.edge, b.full.spacing)
	} else {
		index = thin(b.full.points, edge)
	}
	l.points = pick(b.full.points, index)
	tree := spatial.NewTree(l.points)
	var err error
	if l.normals, _, err = feature.Normals(ctx, workers, tree, middleNeighbors); err != nil {
		return nil, err
	}
	orientAlong(tree, l.normals, middleNeighbors)
	l.fpfh, err = feature.FPFHRadius(ctx, workers, tree, l.normals, 5*l.edge, 100)
	return l, err
}

// inverted is a descriptor as it would be with all normals the other way round: the
// turn about the line and the nearer normal's angle to it change sign.
func inverted(d []float32) []float32 {
	out := slices.Clone(d)
	third := feature.FPFHSize / 3
	slices.Reverse(out[:third])
	slices.Reverse(out[2*third:])
	return out
}

// likeness lists for some scan points the reference points that look most like
// them.
type likeness struct {
	query []int32 // into the scan's looks
	match []int32 // len(query) × rivals into the reference's looks
}

// match finds the likeness of scan and reference, with the scan's normals as they
// are or all inverted.
func (l *looks) match(ctx context.Context, workers int, ref *looks, invert bool) (likeness, error) {
	out := likeness{query: every(all(len(l.points)), queries)}
	width := min(rivals, len(ref.points))
	out.match = make([]int32, len(out.query)*rivals)
	const size = feature.FPFHSize
	err := task.For(ctx, workers, len(out.query), 16, func(_, lo, hi int) {
		for q := lo; q < hi; q++ {
			d := l.fpfh[int(out.query[q])*size:][:size]
			if invert {
				d = inverted(d)
			}
			var best [rivals]float32
			row := out.match[q*rivals:][:rivals]
			found := 0
			for j := range ref.points {
				limit := float32(math.Inf(1))
				if found == width {
					limit = best[width-1]
				}
				v, ok := unlike(d, ref.fpfh[j*size:][:size], limit)
				if !ok {
					continue
				}
				k := min(found, width-1)
				for ; k > 0 && best[k-1] > v; k-- {
					best[k], row[k] = best[k-1], row[k-1]
				}
				best[k], row[k] = v, int32(j)
				found = min(found+1, width)
			}
			for k := found; k < rivals; k++ {
				row[k] = row[0]
			}
		}
	})
	return out, err
}

// unlike is the squared distance of two descriptors; false as soon as it is not
// below limit.
func unlike(a, b []float32, limit float32) (float32, bool) {
	var sum float32
	for i := 0; i < len(a); i += 11 {
		for k := i; k < i+11; k++ {
			d := a[k] - b[k]
			sum += float32(d * d)
		}
		if sum >= limit {
			return sum, false
		}
	}
	return sum, true
}

// triples draws triples of matches, and returns the best poses of each chunk of
// draws by their cost in p.
func (l *looks) triples(ctx context.Context, ref *looks, like likeness, p pair, invert bool, opt Options) ([]candidate, error) {
	chunks := make([][]candidate, task.Count(draws, drawChunk))
	err := task.For(ctx, opt.Workers, draws, drawChunk, func(chunk, lo, hi int) {
		r := seed.Stream(opt.Seed, "register", "triples", invert, chunk)
		var kept []candidate
		for draw := lo; draw < hi; draw++ {
			pose, ok := l.draw(ref, like, invert, r)
			if !ok {
				continue
			}
			c := candidate{pose: pose, cost: p.quick(pose, gradeFew, wide/2)}
			if len(kept) == keepPerChunk && c.cost >= kept[keepPerChunk-1].cost {
				continue
			}
			kept = append(kept, c)
			slices.SortStableFunc(kept, byCost)
			kept = kept[:min(len(kept), keepPerChunk)]
		}
		chunks[chunk] = kept
	})
	return slices.Concat(chunks...), err
}

// draw takes one triple and returns the pose that it means; false where its edges or
// normals say that it cannot be right.
func (l *looks) draw(ref *looks, like likeness, invert bool, r *seed.Rand) (geom.Pose, bool) {
	var s, t, sn, tn [3]geom.Vec
	for k := range s {
		q := r.Intn(len(like.query))
		i, j := like.query[q], like.match[q*rivals+r.Intn(rivals)]
		s[k], t[k] = l.points[i].D(), ref.points[j].D()
		sn[k], tn[k] = l.normals[i].D(), ref.normals[j].D()
		if invert {
			sn[k] = sn[k].Scale(-1)
		}
		for o := 0; o < k; o++ {
			a, b := s[k].Sub(s[o]).Norm(), t[k].Sub(t[o]).Norm()
			// Edges must be long enough to fix a rotation, and of one length.
			if a < 4*l.edge || math.Abs(a-b) > 0.1*max(a, b)+0.5*l.edge {
				return geom.Pose{}, false
			}
			if math.Abs(sn[k].Dot(sn[o])-tn[k].Dot(tn[o])) > 0.35 {
				return geom.Pose{}, false
			}
		}
	}
	from, ok := triangle(s)
	if !ok {
		return geom.Pose{}, false
	}
	to, ok := triangle(t)
	if !ok {
		return geom.Pose{}, false
	}
	pose := geom.Pose{R: to.Mul(from.T())}
	pose.T = centroid(t).Sub(pose.R.MulVec(centroid(s)))
	for k := range s {
		if pose.R.MulVec(sn[k]).Dot(tn[k]) < 0.7 {
			return geom.Pose{}, false
		}
	}
	return pose, true
}

// triangle is the frame of a triangle: along its first edge, across it in the
// plane, and out of it; false for a sliver.
func triangle(p [3]geom.Vec) (geom.Mat3, bool) {
	e, f := p[1].Sub(p[0]), p[2].Sub(p[0])
	n := e.Cross(f)
	if n.Norm2() < 0.04*e.Norm2()*f.Norm2() {
		return geom.Mat3{}, false
	}
	u, w := e.Unit(), n.Unit()
	return geom.MatFromCols(u, w.Cross(u), w), true
}

func centroid(p [3]geom.Vec) geom.Vec { return p[0].Add(p[1]).Add(p[2]).Scale(1.0 / 3) }
